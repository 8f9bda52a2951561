/* ReplayDeadLetters and DiscardDeadLetters. A call is a job: batches of letters,
 * each batch a command to the committer, until all are done. A letter is settled
 * in the transaction that changes its article, so two jobs at once, a lost call or
 * a kill in between never replay one twice.
 *
 * Replaying keeps to the rate that was asked for, and waits while the gate is
 * shut: what is replayed is work like what is pushed. The job ends with its call;
 * what was done by then stays done. */
#ifndef FM_INGEST_LETTERS_H
#define FM_INGEST_LETTERS_H

#include "base/metrics.h"
#include "ingest/committer.h"
#include "ingest/gate.h"
#include "rpc/server.h"

#include <pthread.h>

struct fm_letters_job;

struct fm_letters {
    /* Set by the owner before the first call. */
    struct fm_committer *committer;
    struct fm_gate *gate;
    uint64_t max_text_bytes;

    pthread_mutex_t lock;
    struct fm_letters_job *jobs;
    uint32_t job_count;
};

void fm_letters_init(struct fm_letters *letters);
/* When the committer has stopped. */
void fm_letters_release(struct fm_letters *letters);
/* Handlers, to be run on the loop; user is the struct fm_letters. */
fm_rpc_handler fm_letters_replay;
fm_rpc_handler fm_letters_discard;
/* Every 100 ms or so, on the loop thread: goes on with what had to wait. */
void fm_letters_tick(struct fm_letters *letters);

extern struct fm_metric fm_metric_letters_replayed;
extern struct fm_metric fm_metric_letters_discarded;

#endif
