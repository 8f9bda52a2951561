/* Backup and Verify: work of minutes, one after the other on a thread of their own.
 * A backup is copied by the committer between its transactions, a step at a time; all
 * else is done here, with connections that only read. A deadline, a cancel or a drain
 * ends what is going on, and nothing of it is left. */
#ifndef FM_INGEST_UPKEEP_H
#define FM_INGEST_UPKEEP_H

#include "ingest/committer.h"
#include "rpc/server.h"

#include <pthread.h>
#include <stdatomic.h>

struct fm_upkeep_job;

struct fm_upkeep {
    /* Set by the owner before the first call. */
    const char *data; /* the store's directory */
    struct fm_committer *committer;

    pthread_t thread;
    bool started;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct fm_upkeep_job *first; /* in order */
    uint32_t count;
    atomic_bool stopping;
};

enum fm_error fm_upkeep_init(struct fm_upkeep *upkeep, struct fm_why *why);
/* Ends what is going on, refuses what comes. Any thread. */
void fm_upkeep_drain(struct fm_upkeep *upkeep);
/* Waits for the thread. Before the committer is stopped. */
void fm_upkeep_stop(struct fm_upkeep *upkeep);
/* Handlers, to be run on the loop; user is the struct fm_upkeep. */
fm_rpc_handler fm_upkeep_backup;
fm_rpc_handler fm_upkeep_verify;

#endif
