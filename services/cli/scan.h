/* A scanner over JSON text whose shape is not known beforehand (foreign feeds of
 * articles): the members of one object, each value as a range of bytes. Builds
 * no tree. For messages of factmill itself see rpc/json.h. (RFC 8259.) */
#ifndef FM_CLI_SCAN_H
#define FM_CLI_SCAN_H

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

enum fm_scan_type {
    FM_SCAN_NULL,
    FM_SCAN_BOOL,
    FM_SCAN_NUMBER,
    FM_SCAN_STRING,
    FM_SCAN_ARRAY,
    FM_SCAN_OBJECT,
};

struct fm_scan_value {
    enum fm_scan_type type;
    struct fm_str raw; /* with quotes or brackets */
};

struct fm_scan {
    struct fm_str text;
    size_t at;
    char closer; /* of what is walked: '}' or ']' */
    bool first;
};

/* Begins to walk text, which must be an object or an array and nothing else. */
enum fm_error fm_scan_begin(struct fm_scan *scan, struct fm_str text,
                            struct fm_why *why);
/* The next member (key: still escaped, without quotes; empty in an array).
 * FM_ENOTFOUND: the end, and the text was in order up to it. FM_EINVAL: what is
 * wrong, with the byte. */
enum fm_error fm_scan_next(struct fm_scan *scan, struct fm_why *why,
                           struct fm_str *ret_key,
                           struct fm_scan_value *ret_value);
/* The characters of a string value (raw, with its quotes), unescaped into the
 * arena. Lone surrogates become U+FFFD. NUL characters are FM_EINVAL: no text
 * of an article may hold one. */
enum fm_error fm_scan_string(struct fm_str raw, struct fm_arena *arena,
                             struct fm_why *why, struct fm_str *ret_string);

#endif
