/* The one thread that writes. Owns the store's writer; everything that changes
 * the store comes to it as a command, in order, through one bounded queue.
 * Steps 3 and 7 of an article's path.
 *
 * Group commit: it takes what waits, at most as many articles, bytes and
 * milliseconds as the options say, applies it in one transaction, flushes, and
 * only then finishes each command (which sends its reply). A push never waits
 * for more to come: alone, it is committed at once; under load the next batch
 * gathers while this one is flushed. Results of workers do wait for company, a
 * moment (queue.h); a push that comes while they are written is written with
 * them, and ends that transaction.
 *
 * What fails: a command that fails by the caller's fault ends alone. When the
 * disk is full all commands of the batch end with FM_ENOSPACE and the next ones
 * are tried again. Any other failure is tried once more with each command
 * alone, so that one that cannot be written takes no others with it. After
 * FM_EIO nothing is known any more about what is on disk: nothing further is
 * acknowledged, and fatal is called.
 *
 * Checkpoints are taken by this thread too, a step at a time behind the
 * replies of a commit. */
#ifndef FM_INGEST_COMMITTER_H
#define FM_INGEST_COMMITTER_H

#include "base/error.h"
#include "base/metrics.h"
#include "ingest/queue.h"
#include "store/store.h"

struct fm_committer;

/* What the dispatcher does in every transaction; all on the committer's thread.
 * Any may not be NULL. */
struct fm_committer_rounds {
    void *user;
    /* The last step before the commit: hands out leases. */
    enum fm_error (*before)(void *user, struct fm_store_writer *,
                            struct fm_why *);
    /* After the commands were finished. error: how the commit ended. */
    void (*after)(void *user, enum fm_error error);
    /* Milliseconds until it wants a transaction though nothing was submitted. */
    uint64_t (*due_ms)(void *user, struct fm_store_writer *);
    /* Results that workers hold leases for. */
    uint64_t (*owed)(void *user);
};

struct fm_committer_options {
    struct fm_store_writer *writer; /* owned from now on */
    struct fm_committer_rounds rounds;
    uint32_t max_articles; /* in one commit */
    uint64_t max_bytes;
    uint64_t window_ms;
    /* Results gather up to so many, or so long. */
    uint64_t gather_results;
    uint64_t gather_ms;
    /* Commands and bytes that may wait. */
    uint32_t queue_commands;
    uint64_t queue_bytes;
    /* With a longer write-ahead log nothing large is written any more: articles
     * are refused (FM_EBUSY, "WAL_FULL"), results wait. */
    uint64_t max_wal_bytes;
    /* On the committer's thread, once: it has stopped acknowledging. */
    void (*fatal)(void *user, enum fm_error error, const struct fm_why *why);
    void *fatal_user;
};

/* The writer is closed when this fails, too. */
enum fm_error fm_committer_start(const struct fm_committer_options *options,
                                 struct fm_why *why,
                                 struct fm_committer **ret_committer);
/* Takes the command over. FM_EBUSY (with a hint) when the queue is full,
 * FM_EUNAVAILABLE when the committer stops: then the command stays the
 * caller's. Any thread. */
enum fm_error fm_committer_submit(struct fm_committer *committer,
                                  struct fm_command *command,
                                  struct fm_why *why);

/* Something longer that needs the writer outside of transactions, done a bit at a
 * time between them. First member of what it works on. */
struct fm_errand {
    /* On the committer's thread, until it returns false: never again then. It gives
     * up by itself when the service stops. */
    bool (*run)(struct fm_errand *, struct fm_store_writer *);
};

/* FM_EBUSY: there is one already; FM_EUNAVAILABLE: it stops. Any thread. */
enum fm_error fm_committer_errand(struct fm_committer *committer,
                                  struct fm_errand *errand, struct fm_why *why);
/* Asks for a transaction soon. Any thread. */
void fm_committer_wake(struct fm_committer *committer);
/* As of the last commit. Any thread. */
void fm_committer_counts(struct fm_committer *committer,
                         struct fm_store_counts *ret_counts);

/* What waits, in the queue and in the store. Any thread. */
struct fm_load {
    uint64_t articles;
    uint64_t bytes;
    uint64_t wal_bytes;
    uint64_t full_since_ms; /* fm_now_ms of the first ENOSPC; 0 = not full */
};

void fm_committer_load(struct fm_committer *committer,
                       struct fm_load *ret_load);
/* Commits what was submitted, ends the thread, moves the write-ahead log into
 * the database if finish, closes the writer. Later submits are refused. */
void fm_committer_stop(struct fm_committer *committer, bool finish);
/* After stop, when nobody can submit any more. NULL does nothing. */
void fm_committer_free(struct fm_committer *committer);

extern struct fm_metric fm_metric_commit_seconds;
extern struct fm_metric fm_metric_commits;
extern struct fm_metric fm_metric_commit_commands;
extern struct fm_metric fm_metric_checkpoint_seconds;

#endif
