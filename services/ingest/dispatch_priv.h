/* One exchange with a worker, between exchange.c, which settles its results and
 * answers it, and dispatch.c, which decides what it is given. The committer's
 * thread alone, once it was submitted. */
#ifndef FM_INGEST_DISPATCH_PRIV_H
#define FM_INGEST_DISPATCH_PRIV_H

#include "factmill/v1/work.pb-c.h"
#include "ingest/dispatch.h"

/* All bodies of one transaction: a long line of workers is served in turns. */
#define FM_ROUND_BYTES (64u << 20)

struct fm_exchange {
    struct fm_command command;
    struct fm_dispatch *dispatch;
    struct fm_rpc_call *call;
    const Factmill__V1__ExchangeRequest *request; /* the call's */
    char name[FM_ROSTER_NAME_MAX + 1];
    uint32_t worker;
    uint32_t want;
    uint64_t answer_ms; /* when it is answered, work or not */
    bool listed;        /* in fresh */
    struct fm_exchange *next;
    struct fm_store_lease *leases; /* in the arena, of this transaction */
    size_t lease_count;
    size_t outcome_count;
    enum fm_store_settled outcomes[]; /* of request->results */
};

/* Sends its leases, and which of its results came too late; frees it. */
void fm_exchange_answer(struct fm_exchange *ex);
/* Takes it out of that list. */
void fm_exchange_unlist(struct fm_exchange **list, struct fm_exchange *ex);
/* New leases enter the table; those of a caller that is gone go back. */
void fm_exchange_record(struct fm_exchange *ex, uint64_t now);

#endif
