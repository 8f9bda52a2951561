#include "base/error.h"

#undef fm_fail
#undef fm_fail_field
#undef fm_fail_errno

#include <errno.h>
#include <stdarg.h>
#include <sysexits.h>

static const struct {
    const char *name;
    const char *text;
    enum fm_error_class class;
} errors[] = {

#define X(name, class, text) [name] = {#name, text, FM_CLASS_##class},
    FM_ERRORS(X)
#undef X
};

const char *fm_error_name(enum fm_error error)
{
    return (unsigned)error < FM_ERROR_COUNT ? errors[error].name : "FM_E?";
}

const char *fm_error_text(enum fm_error error)
{
    return (unsigned)error < FM_ERROR_COUNT ? errors[error].text
                                            : "unknown error";
}

enum fm_error_class fm_error_class(enum fm_error error)
{
    return (unsigned)error < FM_ERROR_COUNT ? errors[error].class
                                            : FM_CLASS_OURS;
}

int fm_error_exit(enum fm_error error)
{
    switch (error) {
    case FM_OK: return 0;
    case FM_EINVAL:
    case FM_ERANGE:
    case FM_ETOOBIG:
    case FM_ECORRUPT: return EX_DATAERR;
    case FM_ENOTFOUND: return EX_NOINPUT;
    case FM_EEXISTS: return EX_CANTCREAT;
    case FM_EPRECONDITION:
    case FM_EUNIMPLEMENTED:
    case FM_EUNAVAILABLE:
    case FM_ELOCKED: return EX_UNAVAILABLE;
    case FM_EPERM:
    case FM_EUNAUTH: return EX_NOPERM;
    case FM_ECONFIG:
    case FM_EVERSION: return EX_CONFIG;
    case FM_EBUSY:
    case FM_EDEADLINE:
    case FM_ECANCELLED:
    case FM_EABORTED: return EX_TEMPFAIL;
    case FM_ENOSPACE:
    case FM_EIO: return EX_IOERR;
    case FM_ENOMEM: return EX_OSERR;
    case FM_EINTERNAL:
    case FM_ERROR_COUNT: break;
    }
    return EX_SOFTWARE;
}

static void copy(char *to, size_t size, const char *from)
{
    size_t n = from != NULL ? strnlen(from, size - 1) : 0;

    if (n > 0)
        memcpy(to, from, n);
    to[n] = '\0';
}

FM_PRINTF(4, 0)

static void fill(struct fm_why *why, const char *field, const char *reason,
                 const char *format, va_list args)
{
    if (why == NULL)
        return;
    copy(why->field, sizeof why->field, field);
    copy(why->reason, sizeof why->reason, reason);
    why->retry_after_ms = 0;
    (void)vsnprintf(why->text, sizeof why->text, format, args);
}

enum fm_error fm_fail(enum fm_error error, struct fm_why *why,
                      const char *reason, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    fill(why, NULL, reason, format, args);
    va_end(args);
    return error;
}

enum fm_error fm_fail_field(enum fm_error error, struct fm_why *why,
                            const char *field, const char *reason,
                            const char *format, ...)
{
    va_list args;

    va_start(args, format);
    fill(why, field, reason, format, args);
    va_end(args);
    return error;
}

static const struct {
    int number;
    enum fm_error error;
} by_errno[] = {
    {ENOMEM, FM_ENOMEM},      {ENOSPC, FM_ENOSPACE},     {EDQUOT, FM_ENOSPACE},
    {EACCES, FM_EPERM},       {EPERM, FM_EPERM},         {EROFS, FM_EPERM},
    {ENOENT, FM_ENOTFOUND},   {ENOTDIR, FM_ENOTFOUND},   {EEXIST, FM_EEXISTS},
    {EADDRINUSE, FM_ELOCKED}, {EAGAIN, FM_EUNAVAILABLE},
};

enum fm_error fm_fail_errno(int error_number, struct fm_why *why,
                            const char *format, ...)
{
    va_list args;
    enum fm_error error = FM_EIO;

    for (size_t i = 0; i < sizeof by_errno / sizeof by_errno[0]; i++)
        if (by_errno[i].number == error_number)
            error = by_errno[i].error;
    va_start(args, format);
    fill(why, NULL, NULL, format, args);
    va_end(args);
    if (why != NULL) {
        char text[128] = "";
        size_t n = strlen(why->text);

        if (strerror_r(error_number, text, sizeof text) != 0)
            text[0] = '\0';
        (void)snprintf(why->text + n, sizeof why->text - n, ": %s", text);
    }
    return error;
}

const char *fm_why_text(const struct fm_why *why, enum fm_error error)
{
    return why != NULL && why->text[0] != '\0' ? why->text
                                               : fm_error_text(error);
}
