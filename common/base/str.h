/* A view of bytes that somebody else owns: pointer and length, no terminator.
 * All text inside factmill travels as struct fm_str. Never fails, never
 * allocates. An empty view may have a NULL pointer. */
#ifndef FM_BASE_STR_H
#define FM_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct fm_str {
    const char *data;
    size_t len;
};

/* For printf: printf("%.*s", FM_STR_ARG(s)). */
#define FM_STR_ARG(s) (int)(s).len, ((s).data != NULL ? (s).data : "")
/* Of a string literal, usable in static tables. */
#define FM_STR_LIT(lit)  \
 {                       \
  (lit), sizeof(lit) - 1 \
 }

static inline struct fm_str fm_str_n(const char *data, size_t len)
{
    struct fm_str s = {data, len};

    return s;
}

/* Of a NUL-terminated string; NULL counts as empty. */
static inline struct fm_str fm_str(const char *z)
{
    return fm_str_n(z, z != NULL ? strlen(z) : 0);
}

static inline bool fm_str_eq(struct fm_str a, struct fm_str b)
{
    return a.len == b.len && (a.len == 0 || a.data == b.data ||
                              (a.data != NULL && b.data != NULL &&
                               memcmp(a.data, b.data, a.len) == 0));
}

static inline bool fm_str_eqz(struct fm_str a, const char *z)
{
    return fm_str_eq(a, fm_str(z));
}

/* Bytes [from, to) of s; both are clamped to its length. */
struct fm_str fm_str_sub(struct fm_str s, size_t from, size_t to);
/* Bytewise order, shorter first. <0, 0, >0. */
int fm_str_cmp(struct fm_str a, struct fm_str b);
/* Equal but for the case of ASCII letters. */
bool fm_str_ieq(struct fm_str a, struct fm_str b);
bool fm_str_starts(struct fm_str s, struct fm_str prefix);
bool fm_str_ends(struct fm_str s, struct fm_str suffix);
/* Offset of the first needle at or after from, or SIZE_MAX. */
size_t fm_str_find(struct fm_str s, struct fm_str needle, size_t from);
/* Without ASCII white space at both ends. */
struct fm_str fm_str_trim(struct fm_str s);
/* Takes the part before the next sep off *rest and returns it; false at the
 * end. "a,b" gives "a", "b"; "" gives nothing. */
bool fm_str_next(struct fm_str *rest, char sep, struct fm_str *ret_part);
/* In a sorted table of strings: index of s, or -1. */
ptrdiff_t fm_str_bsearch(struct fm_str s, const char *const *sorted, size_t n);

static inline bool fm_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool fm_is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static inline bool fm_is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static inline bool fm_is_alpha(char c)
{
    return fm_is_upper(c) || fm_is_lower(c);
}

/* Space, tab, line feed, carriage return, vertical tab, form feed. */
static inline bool fm_is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline char fm_lower(char c)
{
    return fm_is_upper(c) ? (char)(c + ('a' - 'A')) : c;
}

/* The same pointer for those who lack const but do not write: generated
 * messages, posix_spawn, munmap. */
static inline void *fm_unconst(const void *p)
{
    union {
        const void *in;
        void *out;
    } u = {.in = p};

    return u.out;
}

#endif
