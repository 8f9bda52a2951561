/* Lines of a file or of standard input, read in one pass with a bound: a feed of
 * any size takes the memory of its longest line. */
#ifndef FM_CLI_LINES_H
#define FM_CLI_LINES_H

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"

struct fm_lines {
    FILE *file;
    const char *name; /* for messages: the path, or "standard input" */
    uint64_t number;  /* of the line given last, from 1 */
    uint64_t size;    /* bytes of the file, 0 = unknown */
    uint64_t offset;  /* bytes given so far */
    struct fm_buf buf;
    size_t at; /* in buf: where the next line begins */
    size_t limit;
    bool ended;
    bool skipping; /* the rest of a line that is too long */
};

/* path: "-" is standard input. limit: bytes of one line. FM_ENOTFOUND, FM_EPERM
 * and the like with a sentence. */
enum fm_error fm_lines_open(struct fm_lines *lines, const char *path,
                            size_t limit, struct fm_why *why);
void fm_lines_close(struct fm_lines *lines);
/* The next line without its end ("\n" or "\r\n"), valid until the next call.
 * FM_ENOTFOUND: there is none. FM_ETOOBIG: it was longer than the limit and is
 * passed over; go on. */
enum fm_error fm_lines_next(struct fm_lines *lines, struct fm_why *why,
                            struct fm_str *ret_line);
/* All that is left, up to limit bytes; FM_ETOOBIG when there is more. */
enum fm_error fm_lines_rest(struct fm_lines *lines, struct fm_why *why,
                            struct fm_str *ret_text);

#endif
