/* Where articles come in: Push, PushBatch and the PULL socket. Step 2 of an
 * article's path. Everything here runs on the server's loop thread and only
 * checks and hands over; the committer answers after the flush.
 *
 * PULL has no acknowledgement. What cannot be accepted as an article becomes a
 * dead letter with its bytes; when the gate is shut or the disk is full the
 * socket is not read, so that the queues of the senders fill and make them
 * wait, and what was read already is kept and tried again. */
#ifndef FM_INGEST_INTAKE_H
#define FM_INGEST_INTAKE_H

#include "base/metrics.h"
#include "ingest/committer.h"
#include "ingest/gate.h"
#include "ingest/rate.h"
#include "rpc/server.h"

#include <pthread.h>

struct fm_intake {
    /* Set by the owner before the first call. */
    struct fm_committer *committer;
    struct fm_gate *gate;
    struct fm_rate *rate; /* counts acknowledged articles */
    uint64_t max_text_bytes;
    /* Lets the PULL socket be read or not; may be NULL. */
    void (*pull_paused)(void *user, bool paused);
    void *pull_user;

    /* Frames from PULL that could not be committed: retried by fm_intake_tick.
     * They are few, since nothing more is read meanwhile. */
    pthread_mutex_t lock;
    struct fm_command *held;
    struct fm_command **held_end;
    bool paused;
};

void fm_intake_init(struct fm_intake *intake);
void fm_intake_release(struct fm_intake *intake);

/* Handlers, to be run on the loop; user is the struct fm_intake. */
fm_rpc_handler fm_intake_push;
fm_rpc_handler fm_intake_push_batch;
fm_rpc_pull_handler fm_intake_pull;
/* Every 100 ms or so, on the loop thread. */
void fm_intake_tick(void *user);

extern struct fm_metric fm_metric_acked;
extern struct fm_metric fm_metric_duplicates;
extern struct fm_metric fm_metric_refused_invalid;
extern struct fm_metric fm_metric_refused_busy;
extern struct fm_metric fm_metric_pulled;
extern struct fm_metric fm_metric_buried;

#endif
