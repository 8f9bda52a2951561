/* Page tokens: where a list goes on, signed.
 *
 * A token is base64url (RFC 4648 §5, no padding) of
 *
 *     byte 0        1, the form of the token
 *     byte 1        flags: 1 = the sort key was NULL
 *     bytes 2–25    key, row, number of struct fm_store_cursor (little endian)
 *     bytes 26–41   BLAKE2b-128, keyed with the store's secret, over bytes
 *                   0–25, the method, and the request without page_size and
 *                   page_token
 *
 * so a token cannot be forged, nor used with another request; the size of the
 * page may change on the way. Tokens do not expire. */
#ifndef FM_QUERY_PAGE_H
#define FM_QUERY_PAGE_H

#include "base/error.h"
#include "store/store.h"

#include <protobuf-c/protobuf-c.h>

#define FM_PAGE_SECRET 32u
#define FM_PAGE_BYTES  42u
/* Text of a token with its NUL. */
#define FM_PAGE_TEXT (FM_PAGE_BYTES / 3 * 4 + 1)

/* Of a request. */
#define FM_PAGE_HASH 32u

struct fm_page {
    const uint8_t *secret; /* FM_PAGE_SECRET bytes */
    const char *method;
    uint8_t request[FM_PAGE_HASH];
    struct fm_store_page store;
};

/* Reads page_size and page_token of any list request by their names. size 0 =
 * FM_PAGE_DEFAULT, over FM_PAGE_MAX = FM_PAGE_MAX. FM_EINVAL: a negative size
 * (field page_size); a token that is not ours or from another request (field
 * page_token, reason PAGE_TOKEN). secret and method must outlive the page. */
enum fm_error fm_page_init(struct fm_page *page, const uint8_t *secret,
                           const char *method, const ProtobufCMessage *request,
                           struct fm_why *why);
/* For tokens of another kind: binds them to the request without the named fields
 * (ends with NULL), which are numbers, strings or messages. */
enum fm_error fm_page_bind(struct fm_page *page, const uint8_t *secret,
                           const char *method, const ProtobufCMessage *request,
                           const char *const *without, struct fm_why *why);
/* The cursor in a token; field: where it was given. FM_EINVAL, PAGE_TOKEN. */
enum fm_error fm_page_read(const struct fm_page *page, const char *token,
                           const char *field, struct fm_why *why,
                           struct fm_store_cursor *ret);
/* The token that goes on behind cursor. */
void fm_page_token(const struct fm_page *page,
                   const struct fm_store_cursor *cursor,
                   char ret_token[FM_PAGE_TEXT]);

#endif
