/* The line to the ingest: Work/Exchange, so that the next articles are on their
 * way while one is read. At most two exchanges are open: one that wants articles
 * (a long poll, which takes finished results along) and, while that one waits,
 * one that only returns results. Results stay on the desk until confirmed; what
 * fails is sent again, after a back-off, for ever. */
#ifndef FM_WORKER_LINK_H
#define FM_WORKER_LINK_H

#include "rpc/client.h"
#include "worker/desk.h"

struct fm_link_options {
    const char *endpoint;
    const struct fm_security *security; /* read by fm_link_open only */
    const char *name;                   /* of this worker */
    const char *extractor;              /* version */
    uint32_t prefetch;                  /* articles to hold at most */
};

struct fm_link_exchange {
    uint64_t number; /* 0 = not open */
    uint64_t call;
};

struct fm_link {
    struct fm_link_options options;
    struct fm_rpc_client *client;
    struct fm_desk *desk;
    struct fm_link_exchange fetch;   /* wants articles */
    struct fm_link_exchange deliver; /* returns results only */
    uint64_t numbers;
    uint64_t not_before_ms; /* after a failure */
    uint32_t backoff_ms;
    bool stopping; /* fetch no more */
};

/* desk is borrowed and must outlive the link. Does not wait for the ingest. */
enum fm_error fm_link_open(struct fm_link *link,
                           const struct fm_link_options *options,
                           struct fm_desk *desk, struct fm_why *why);
void fm_link_close(struct fm_link *link);
/* Takes in all replies that have come and begins exchanges that are due. Does
 * not wait. */
void fm_link_step(struct fm_link *link);
/* Milliseconds until step has something to do though nothing came. */
uint64_t fm_link_due_ms(const struct fm_link *link);
/* Readable when something came; call step before each poll. */
int fm_link_fd(const struct fm_link *link);
/* Fetches no more; all results still on the desk are sent at the next steps. */
void fm_link_stop(struct fm_link *link);
/* Nothing is left to be sent or confirmed. */
bool fm_link_empty(const struct fm_link *link);

#endif
