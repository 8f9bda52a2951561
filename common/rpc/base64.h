/* Base64 (RFC 4648): bytes fields in JSON. */
#ifndef FM_RPC_BASE64_H
#define FM_RPC_BASE64_H

#include "base/buf.h"

/* Appends the standard alphabet, padded. */
void fm_base64_write(struct fm_str bytes, struct fm_buf *out);
/* Appends the bytes; both alphabets, padding optional. FM_EINVAL when text is no
 * base64 (out may hold a part then), or how out failed. */
enum fm_error fm_base64_read(struct fm_str text,
                             struct fm_buf *out) FM_MUST_CHECK;

#endif
