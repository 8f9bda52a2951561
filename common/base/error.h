/* Errors: one list for the whole project.
 *
 * A function that can fail returns enum fm_error and leaves its ret_ outputs
 * untouched on failure. The class of an error says who can do something about
 * it; rpc/status.c maps each to a gRPC code, once.
 *
 * Detail for people goes to the caller's struct fm_why, which every function
 * takes last before its outputs and which may be NULL. */
#ifndef FM_BASE_ERROR_H
#define FM_BASE_ERROR_H

#include <stdbool.h>
#include <stdint.h>

/* X(name, class, sentence) */
#define FM_ERRORS(X)                                       \
 X(FM_OK, NONE, "no error")                                \
 /* The caller's fault: the same call fails again. */      \
 X(FM_EINVAL, CALLER, "invalid argument")                  \
 X(FM_ERANGE, CALLER, "out of range")                      \
 X(FM_ENOTFOUND, CALLER, "not found")                      \
 X(FM_EEXISTS, CALLER, "exists already")                   \
 X(FM_EPRECONDITION, CALLER, "not possible in this state") \
 X(FM_EPERM, CALLER, "permission denied")                  \
 X(FM_EUNAUTH, CALLER, "not authenticated")                \
 X(FM_EUNIMPLEMENTED, CALLER, "not implemented")           \
 X(FM_ETOOBIG, CALLER, "larger than the limit")            \
 X(FM_ECONFIG, CALLER, "bad configuration")                \
 /* Nobody's fault: try again. */                          \
 X(FM_EBUSY, RETRY, "overloaded")                          \
 X(FM_EUNAVAILABLE, RETRY, "not available now")            \
 X(FM_EDEADLINE, RETRY, "deadline exceeded")               \
 X(FM_ECANCELLED, RETRY, "cancelled")                      \
 X(FM_EABORTED, RETRY, "aborted")                          \
 X(FM_ENOSPACE, RETRY, "no space left")                    \
 X(FM_ELOCKED, RETRY, "locked by another process")         \
 /* Stored data is not what it was. */                     \
 X(FM_ECORRUPT, DATA, "data is damaged")                   \
 X(FM_EVERSION, DATA, "made by a newer version")           \
 /* Our fault. */                                          \
 X(FM_ENOMEM, OURS, "out of memory")                       \
 X(FM_EIO, OURS, "input or output failed")                 \
 X(FM_EINTERNAL, OURS, "internal error")

enum fm_error {

#define X(name, class, text) name,
    FM_ERRORS(X)
#undef X
        FM_ERROR_COUNT
};

enum fm_error_class {
    FM_CLASS_NONE,
    FM_CLASS_CALLER,
    FM_CLASS_RETRY,
    FM_CLASS_DATA,
    FM_CLASS_OURS,
};

#define FM_MUST_CHECK   __attribute__((warn_unused_result))
#define FM_PRINTF(f, a) __attribute__((format(printf, f, a)))

/* What went wrong, for the caller's caller. Written only on failure. */
struct fm_why {
    /* A sentence: what is wrong and, where known, what to do. UTF-8. */
    char text[480];
    /* For programs: UPPER_SNAKE ("TEXT_EMPTY"); empty = the error's name. */
    char reason[48];
    /* The field at fault ("article.text"); empty = none. */
    char field[64];
    /* Advice to try again after; 0 = none. */
    uint32_t retry_after_ms;
};

#define FM_WHY_INIT                                          \
 {                                                           \
  .text = "", .reason = "", .field = "", .retry_after_ms = 0 \
 }

/* "FM_EINVAL" */
const char *fm_error_name(enum fm_error error);
/* "invalid argument" */
const char *fm_error_text(enum fm_error error);
enum fm_error_class fm_error_class(enum fm_error error);
/* The exit status of a program that ends by this error (sysexits.h: 64 usage,
 * 65 data, 66 no input, 69 unavailable, 70 software, 73 cannot create, 74 i/o,
 * 75 temporary, 77 permission, 78 configuration; 0 for FM_OK). */
int fm_error_exit(enum fm_error error);

/* Fills why (may be NULL) and returns error, so that
 *     return fm_fail(FM_EINVAL, why, "TEXT_EMPTY", "text is empty");
 * reads as one step. reason may be NULL. */
enum fm_error fm_fail(enum fm_error error, struct fm_why *why,
                      const char *reason, const char *format, ...)
    FM_PRINTF(4, 5);
/* The same, naming the field at fault. */
enum fm_error fm_fail_field(enum fm_error error, struct fm_why *why,
                            const char *field, const char *reason,
                            const char *format, ...) FM_PRINTF(5, 6);
/* The same, with the text of errno behind ": ". Maps ENOMEM, ENOSPC, EACCES,
 * EPERM, ENOENT, EEXIST, EROFS to their errors, all else to FM_EIO. */
enum fm_error fm_fail_errno(int error_number, struct fm_why *why,
                            const char *format, ...) FM_PRINTF(3, 4);
#ifdef __clang_analyzer__
/* The analyzer looks at one file at a time and would follow the paths on which
 * these return FM_OK, which they never do. */
# define fm_fail(error, ...) ((void)fm_fail((error), __VA_ARGS__), (error))
# define fm_fail_field(error, ...) \
  ((void)fm_fail_field((error), __VA_ARGS__), (error))
# define fm_fail_errno(number, ...) \
  ((void)fm_fail_errno((number), __VA_ARGS__), FM_EIO)
#endif
/* why->text, or the error's own sentence when it is empty. */
const char *fm_why_text(const struct fm_why *why, enum fm_error error);

#endif
