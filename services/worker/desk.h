/* What lies on the worker's desk: articles on loan, in the order in which they
 * came, and results that the ingest has not confirmed yet. */
#ifndef FM_WORKER_DESK_H
#define FM_WORKER_DESK_H

#include "base/buf.h"
#include "base/error.h"
#include "factmill/v1/work.pb-c.h"

/* A reply and how many of its leases were taken. */
struct fm_desk_batch {
    Factmill__V1__ExchangeResponse *reply;
    size_t next;
    struct fm_desk_batch *later;
};

/* A serialized WorkResult. */
struct fm_desk_result {
    char *bytes;
    size_t len;
    uint64_t sent_with; /* number of the exchange; 0 = still to be sent */
    struct fm_desk_result *later;
};

struct fm_desk {
    struct fm_desk_batch *batches;
    struct fm_desk_result *results;
    size_t held;   /* leases not begun */
    size_t unsent; /* results */
    uint64_t oldest_unsent_ms;
};

/* Takes the reply over, also on failure. */
enum fm_error fm_desk_put(struct fm_desk *desk,
                          Factmill__V1__ExchangeResponse *reply);
/* The next lease to work on; NULL when there is none. Valid until
 * fm_desk_taken. */
const Factmill__V1__Lease *fm_desk_next(const struct fm_desk *desk);
/* That one is done with. */
void fm_desk_taken(struct fm_desk *desk);
/* Takes the bytes out of result. */
enum fm_error fm_desk_finish(struct fm_desk *desk, struct fm_buf *result);
/* Writes unsent results, as ExchangeRequest.results, up to max_bytes (at least
 * one), and marks them as sent with an exchange. */
void fm_desk_send(struct fm_desk *desk, uint64_t exchange, size_t max_bytes,
                  struct fm_buf *body);
/* The exchange was confirmed: its results are forgotten; or it was not: they
 * are to be sent again. */
void fm_desk_confirm(struct fm_desk *desk, uint64_t exchange);
void fm_desk_unsend(struct fm_desk *desk, uint64_t exchange);
void fm_desk_release(struct fm_desk *desk);

#endif
