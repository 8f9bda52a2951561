/* A growing byte buffer that is born with its ceiling. Going over the ceiling
 * or out of memory marks the buffer failed; later appends do nothing, so a
 * chain of appends needs one check at its end (after curl's dynbuf). */
#ifndef FM_BASE_BUF_H
#define FM_BASE_BUF_H

#include "base/error.h"
#include "base/str.h"

struct fm_buf {
    char *data; /* NUL-terminated behind len once anything was appended */
    size_t len;
    size_t cap;
    size_t ceiling;
    enum fm_error failed;
};

/* ceiling: largest length in bytes, not counting the terminator. */
void fm_buf_init(struct fm_buf *buf, size_t ceiling);
/* Frees the bytes; the buffer may be used again with the same ceiling. NULL
 * does nothing. */
void fm_buf_release(struct fm_buf *buf);
/* Empties without freeing and clears the failure. */
void fm_buf_reset(struct fm_buf *buf);
/* Makes room for more bytes behind len; NULL on failure. */
char *fm_buf_reserve(struct fm_buf *buf, size_t more);
void fm_buf_add(struct fm_buf *buf, const void *data, size_t len);
void fm_buf_str(struct fm_buf *buf, struct fm_str s);
void fm_buf_z(struct fm_buf *buf, const char *z);
void fm_buf_char(struct fm_buf *buf, char c);
void fm_buf_printf(struct fm_buf *buf, const char *format, ...) FM_PRINTF(2, 3);
/* FM_OK, FM_ETOOBIG or FM_ENOMEM. */
enum fm_error fm_buf_error(const struct fm_buf *buf) FM_MUST_CHECK;
/* The bytes as a view, valid until the next change. */
struct fm_str fm_buf_view(const struct fm_buf *buf);
/* Hands the bytes out (free() them) and leaves the buffer empty; NULL when it
 * failed or holds nothing. */
char *fm_buf_take(struct fm_buf *buf, size_t *ret_len);

#endif
