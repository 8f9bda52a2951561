/* Stored rows into a reply, as they are: each becomes a length-delimited field
 * of the reply without being taken apart, and the page ends early when the reply
 * would grow past its limit. */
#ifndef FM_QUERY_ROWS_H
#define FM_QUERY_ROWS_H

#include "query/query.h"

struct fm_rows {
    struct fm_buf *body;
    size_t limit; /* bytes of body */
    uint32_t field;
    size_t count;
    struct fm_store_cursor last; /* of the row written last */
    uint64_t sequence;           /* of the same */
    bool full;                   /* stopped because of the limit */
};

void fm_rows_init(struct fm_rows *rows, struct fm_buf *body, size_t limit,
                  uint32_t field);
/* For fm_store_each: user is a struct fm_rows. */
bool fm_rows_add(void *user, const struct fm_store_row *row);
/* For fm_store_each_hit: the same, as SearchHit. */
bool fm_rows_add_hit(void *user, const struct fm_store_hit *hit);
/* Appends next_page_token (field 2) when rows remain. FM_ETOOBIG: not even one
 * row fits. */
enum fm_error fm_rows_end(struct fm_rows *rows, const struct fm_page *page,
                          bool more, struct fm_why *why);

#endif
