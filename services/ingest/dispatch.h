/* Hands waiting articles to workers and takes their results: Work/Exchange.
 * Step 4 and the settling half of step 7 of an article's path.
 *
 * An exchange is a command to the committer: its results are settled in the
 * transaction it is in, and if it wants articles it stands in line until a
 * transaction finds some, so that facts, done marks and new leases share one
 * flush. An attempt is counted with its lease, before the work starts. */
#ifndef FM_INGEST_DISPATCH_H
#define FM_INGEST_DISPATCH_H

#include "base/arena.h"
#include "base/metrics.h"
#include "ingest/committer.h"
#include "ingest/rate.h"
#include "ingest/roster.h"
#include "rpc/server.h"

#include <stdatomic.h>

struct fm_exchange;

struct fm_dispatch_options {
    uint64_t lease_ms;
    struct fm_rate *rate; /* counts articles that were settled */
    /* Nothing is handed out while the write-ahead log is longer. */
    uint64_t max_wal_bytes;
};

struct fm_dispatch {
    struct fm_dispatch_options options;
    struct fm_committer *committer; /* set once it runs */
    atomic_bool paused;
    atomic_bool draining;
    atomic_bool giving_back;
    atomic_uint active; /* workers seen lately */

    /* The committer's thread only. */
    struct fm_roster roster;
    struct fm_arena arena;     /* leased bodies, until they were sent */
    struct fm_exchange *fresh; /* of the open transaction */
    struct fm_exchange *line;  /* want articles, the longest waiting first */
    uint64_t pending;          /* as of the last commit */
    bool dry;                  /* the last round found nothing to lease */
    uint64_t dry_ms;           /* when that was */
    bool run_waiting;          /* articles are to be read again */
    bool run_dry;              /* but nobody could have one in the last round */
};

enum fm_error fm_dispatch_init(struct fm_dispatch *dispatch,
                               const struct fm_dispatch_options *options);
void fm_dispatch_release(struct fm_dispatch *dispatch);
/* What the committer calls in every transaction. */
struct fm_committer_rounds fm_dispatch_rounds(struct fm_dispatch *dispatch);

/* Handler of Work/Exchange, to be run on the loop; user is the dispatch. */
fm_rpc_handler fm_dispatch_exchange;

/* A supervised worker ended; error says how ("killed by signal 11"). peaceful:
 * it was told to. Any thread. */
void fm_dispatch_worker_gone(struct fm_dispatch *dispatch, const char *name,
                             bool peaceful, const char *error);
/* No new leases until resumed. Any thread. */
void fm_dispatch_pause(struct fm_dispatch *dispatch, bool paused);
/* Tells every worker to finish and ask no more. Any thread. */
void fm_dispatch_drain(struct fm_dispatch *dispatch);
/* Takes back, uncounted, what is still on loan; fm_committer_stop waits for
 * it. Any thread. */
void fm_dispatch_give_back(struct fm_dispatch *dispatch);

extern struct fm_metric fm_metric_settled_done;
extern struct fm_metric fm_metric_settled_skipped;
extern struct fm_metric fm_metric_settled_retry;
extern struct fm_metric fm_metric_settled_dead;
extern struct fm_metric fm_metric_settled_stale;
extern struct fm_metric fm_metric_extract_seconds;
extern struct fm_metric fm_metric_leases;

#endif
