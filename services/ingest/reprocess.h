/* Reprocess, GetReprocess, DiffReprocess, EndReprocess: articles are read again
 * beside everything else (common/store/reprocess_priv.h says how it is kept).
 * Starting and ending are one command to the committer each. A promotion goes on
 * in steps, each a transaction between those of live articles, and goes on after
 * a restart. Handing out the articles is the dispatcher's. */
#ifndef FM_INGEST_REPROCESS_H
#define FM_INGEST_REPROCESS_H

#include "ingest/committer.h"
#include "rpc/server.h"

#include <stdatomic.h>

struct fm_reprocess {
    struct fm_committer *committer; /* set by the owner before the first call */
    struct fm_command step;
    atomic_bool stepping; /* `step` is with the committer */
};

void fm_reprocess_init(struct fm_reprocess *reprocess);
/* Every 100 ms or so, on the loop thread: goes on with a run that is ending. */
void fm_reprocess_tick(struct fm_reprocess *reprocess);

/* Handlers; user is the struct fm_reprocess. The first two run on the loop. */
fm_rpc_handler fm_reprocess_start;
fm_rpc_handler fm_reprocess_end;
/* On a thread whose state is a reader. */
fm_rpc_handler fm_reprocess_get;
fm_rpc_handler fm_reprocess_diff;

#endif
