#include "ingest/committer.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/notify.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>

/* Longest sleep; the service manager's watchdog is fed as often. */
#define IDLE_MS 1000u
/* Hint to producers when the disk is full: somebody has to clean up first. */
#define FULL_RETRY_MS 1000u
/* A step that took less has only looked. */
#define CHECKPOINT_US 100u
/* With a reader in the way, one is tried as often. */
#define CHECKPOINT_MS 100u
#define BUSY_RETRY_MS 50u

struct fm_metric fm_metric_commit_seconds =
    FM_METRIC(FM_METRIC_SECONDS, "factmill_commit_duration_seconds", NULL,
              "From the first command of a commit to its flush.");
struct fm_metric fm_metric_commits =
    FM_METRIC(FM_METRIC_COUNTER, "factmill_commits_total", NULL,
              "Commits that were flushed.");
struct fm_metric fm_metric_commit_commands =
    FM_METRIC(FM_METRIC_COUNTER, "factmill_commit_commands_total", NULL,
              "Commands in those commits.");
struct fm_metric fm_metric_checkpoint_seconds =
    FM_METRIC(FM_METRIC_SECONDS, "factmill_checkpoint_duration_seconds", NULL,
              "One step of moving the write-ahead log into the database.");

struct fm_committer {
    struct fm_committer_options options;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    atomic_ullong full_since;

    /* Under lock. */
    struct fm_queue queue;
    uint64_t flying_articles; /* taken from the queue, not committed yet */
    uint64_t flying_bytes;
    struct fm_store_counts counts;
    bool woken;
    bool stopping;
    bool finish;
    struct fm_errand *errand;

    /* The thread's own. */
    uint64_t owed; /* as of the last round */
    bool gathered; /* the patient are due in this round */
    bool dead;     /* FM_EIO: acknowledge nothing any more */
    bool checkpoint_more;
};

static void landed(struct fm_committer *c, const struct fm_store_counts *counts)
{
    (void)pthread_mutex_lock(&c->lock);
    if (counts != NULL)
        c->counts = *counts;
    c->flying_articles = 0;
    c->flying_bytes = 0;
    (void)pthread_mutex_unlock(&c->lock);
}

static bool fits(const struct fm_committer *c, const struct fm_batch *have,
                 const struct fm_command *command)
{
    return have->commands == 0 || command->patient ||
           (have->articles + command->articles <= c->options.max_articles &&
            have->bytes + command->bytes <= c->options.max_bytes);
}

/* Under the lock. The rest of the room is for what one commit may add, and for
 * what is small. */
static bool log_full(const struct fm_committer *c)
{
    return c->counts.wal_bytes >=
           c->options.max_wal_bytes - c->options.max_wal_bytes / 8;
}

/* The next command of the commit; NULL when there is none, or none fits. */
static struct fm_command *take(struct fm_committer *c,
                               const struct fm_batch *have)
{
    struct fm_command *command;

    (void)pthread_mutex_lock(&c->lock);
    command = c->queue.prompt.first;
    if (command != NULL)
        command =
            fits(c, have, command) ? fm_batch_take(&c->queue.prompt) : NULL;
    else if (c->gathered)
        command = fm_queue_take_patient(&c->queue);
    if (command != NULL && command->articles > 0) {
        c->flying_articles += command->articles;
        c->flying_bytes += command->bytes;
    }
    (void)pthread_mutex_unlock(&c->lock);
    return command;
}

static bool callers_fault(enum fm_error error)
{
    return fm_error_class(error) == FM_CLASS_CALLER;
}

/* Applies one command. False when the transaction cannot go on; a command that
 * failed by its own fault is finished and gone. */
static bool apply(struct fm_committer *c, struct fm_command *command,
                  struct fm_batch *batch, enum fm_error *error,
                  struct fm_why *why)
{
    *error = command->ops->apply(command, c->options.writer, why);
    if (callers_fault(*error)) {
        command->ops->finish(command, *error, why);
        *error = FM_OK;
        return true;
    }
    fm_batch_add(batch, command);
    return *error == FM_OK;
}

static enum fm_error close_round(struct fm_committer *c, struct fm_why *why)
{
    struct fm_store_writer *w = c->options.writer;
    enum fm_error e = c->options.rounds.before(c->options.rounds.user, w, why);

    if (e == FM_OK)
        e = w->ops->commit(w, why);
    if (e != FM_OK)
        w->ops->rollback(w);
    return e;
}

/* While a reader keeps the log as long as it may get: what is to be refused. */
static void take_articles(struct fm_committer *c, struct fm_batch *ret)
{
    struct fm_batch keep;

    fm_batch_clear(&keep);
    fm_batch_clear(ret);
    (void)pthread_mutex_lock(&c->lock);
    for (struct fm_command *command;
         log_full(c) && (command = fm_batch_take(&c->queue.prompt)) != NULL;)
        fm_batch_add(command->articles > 0 ? ret : &keep, command);
    for (struct fm_command *command; (command = fm_batch_take(&keep)) != NULL;)
        fm_batch_add(&c->queue.prompt, command);
    (void)pthread_mutex_unlock(&c->lock);
}

static void end_all(struct fm_batch *batch, enum fm_error error,
                    const struct fm_why *why)
{
    for (struct fm_command *command; (command = fm_batch_take(batch)) != NULL;)
        command->ops->finish(command, error, why);
}

static void note_failure(struct fm_committer *c, enum fm_error error,
                         struct fm_why *why)
{
    landed(c, NULL);
    if (error == FM_ENOSPACE) {
        if (atomic_load(&c->full_since) == 0) {
            atomic_store(&c->full_since, fm_now_ms());
            fm_log_failure(FM_LOG_ERROR, "no space for a commit", error, why);
        }
        (void)snprintf(why->reason, sizeof why->reason, "DISK_FULL");
        why->retry_after_ms = FULL_RETRY_MS;
        return;
    }
    fm_log_failure(FM_LOG_ERROR, "commit failed", error, why);
    if (error == FM_EIO && !c->dead) {
        c->dead = true;
        c->options.fatal(c->options.fatal_user, error, why);
    }
}

static void note_success(struct fm_committer *c, uint64_t began_us,
                         uint32_t commands)
{
    struct fm_store_counts counts;

    if (atomic_exchange(&c->full_since, 0) != 0)
        fm_log(FM_LOG_INFO, "there is space again", FM_LOG_END);
    fm_metric_observe_us(&fm_metric_commit_seconds, fm_now_us() - began_us);
    fm_metric_add(&fm_metric_commits, 1);
    fm_metric_add(&fm_metric_commit_commands, commands);
    c->options.writer->ops->counts(c->options.writer, &counts);
    landed(c, &counts);
}

/* One transaction with what the queue holds, or with `only`. *batch: what was
 * applied, for the caller to finish. */
static enum fm_error run(struct fm_committer *c, struct fm_command *only,
                         struct fm_batch *batch, struct fm_why *why)
{
    struct fm_store_writer *w = c->options.writer;
    uint64_t began_us = fm_now_us();
    uint64_t window_us = c->options.window_ms * 1000;
    uint64_t until_us = began_us + c->options.gather_ms * 1000;
    struct fm_command *command = only;
    enum fm_error e = w->ops->begin(w, why);

    if (command == NULL)
        command = take(c, batch);
    if (e != FM_OK && command != NULL)
        fm_batch_add(batch, command); /* to be told */
    while (e == FM_OK && command != NULL) {
        bool prompt = !command->patient;
        uint64_t now_us;

        if (!apply(c, command, batch, &e, why))
            break;
        now_us = fm_now_us();
        /* Somebody waits: the others can go into the next one. */
        if (prompt && now_us + window_us < until_us)
            until_us = now_us + window_us;
        command = only == NULL && now_us < until_us ? take(c, batch) : NULL;
    }
    if (e == FM_OK)
        e = close_round(c, why);
    else
        w->ops->rollback(w);
    if (e == FM_OK)
        note_success(c, began_us, batch->commands);
    return e;
}

static void run_alone(struct fm_committer *c, struct fm_command *command)
{
    struct fm_why why = FM_WHY_INIT;
    struct fm_batch batch;
    enum fm_error e;

    fm_batch_clear(&batch);
    e = run(c, command, &batch, &why);
    if (e != FM_OK)
        note_failure(c, e, &why);
    end_all(&batch, e, &why);
    c->options.rounds.after(c->options.rounds.user, e);
}

static void refuse_articles(struct fm_committer *c)
{
    struct fm_why why = FM_WHY_INIT;
    struct fm_batch batch;

    take_articles(c, &batch);
    (void)fm_fail(FM_EBUSY, &why, "WAL_FULL",
                  "a long reader keeps the write-ahead log from shrinking");
    why.retry_after_ms = FULL_RETRY_MS;
    end_all(&batch, FM_EBUSY, &why);
}

static void run_round(struct fm_committer *c)
{
    struct fm_why why = FM_WHY_INIT;
    struct fm_batch batch;
    enum fm_error e;

    refuse_articles(c);
    fm_batch_clear(&batch);
    e = run(c, NULL, &batch, &why);
    /* Each alone would wait for the same lock again. */
    if (e == FM_OK || e == FM_ENOSPACE || e == FM_ELOCKED || e == FM_EIO ||
        batch.commands < 2) {
        if (e != FM_OK)
            note_failure(c, e, &why);
        end_all(&batch, e, &why);
        c->options.rounds.after(c->options.rounds.user, e);
        return;
    }
    fm_log_failure(FM_LOG_WARN, "commit failed, trying each alone", e, &why);
    c->options.rounds.after(c->options.rounds.user, e);
    for (struct fm_command *command;
         (command = fm_batch_take(&batch)) != NULL;) {
        if (c->dead)
            command->ops->finish(command, FM_EUNAVAILABLE, NULL);
        else
            run_alone(c, command);
    }
}

/* A step behind the replies; the store knows whether one is due. */
static void checkpoint(struct fm_committer *c)
{
    struct fm_store_writer *w = c->options.writer;
    struct fm_why why = FM_WHY_INIT;
    uint64_t began_us = fm_now_us();
    uint64_t took_us;
    enum fm_error e = w->ops->checkpoint(w, false, &why, &c->checkpoint_more);

    if (e != FM_OK) {
        c->checkpoint_more = false;
        note_failure(c, e, &why);
    }
    took_us = fm_now_us() - began_us;
    if (took_us < CHECKPOINT_US)
        return; /* nothing was due */
    fm_metric_observe_us(&fm_metric_checkpoint_seconds, took_us);
    (void)pthread_mutex_lock(&c->lock);
    w->ops->counts(w, &c->counts);
    (void)pthread_mutex_unlock(&c->lock);
}

static void timeout_after(uint64_t us, struct timespec *ret)
{
    (void)clock_gettime(CLOCK_MONOTONIC, ret);
    ret->tv_sec += (time_t)(us / 1000000);
    ret->tv_nsec += (long)(us % 1000000) * 1000;
    if (ret->tv_nsec >= 1000000000) {
        ret->tv_sec++;
        ret->tv_nsec -= 1000000000;
    }
}

/* Under the lock: is there something to commit? */
static bool pending(struct fm_committer *c)
{
    c->gathered =
        (c->stopping && c->queue.patient.first != NULL) ||
        (!log_full(c) && fm_queue_due(&c->queue, c->owed, fm_now_us()));
    return c->queue.prompt.first != NULL || c->gathered;
}

/* Sleeps until there is something to do; false = stop. *ret_idle: nothing is to
 * be committed, only time has passed. */
static bool await(struct fm_committer *c, uint64_t due_ms, bool *ret_idle)
{
    uint64_t until_us =
        fm_now_us() + (due_ms < IDLE_MS ? due_ms : IDLE_MS) * 1000;
    bool go_on;

    (void)pthread_mutex_lock(&c->lock);
    while (!pending(c) && !c->woken && !c->stopping && c->errand == NULL) {
        uint64_t now_us = fm_now_us();
        uint64_t left_us =
            log_full(c) ? UINT64_MAX : fm_queue_due_in_us(&c->queue, now_us);
        struct timespec until;

        if (now_us >= until_us)
            break;
        if (left_us > until_us - now_us)
            left_us = until_us - now_us;
        timeout_after(left_us, &until);
        (void)pthread_cond_timedwait(&c->wake, &c->lock, &until);
    }
    *ret_idle = !pending(c) && !c->woken;
    c->woken = false;
    go_on = !c->stopping || !fm_queue_empty(&c->queue) || c->errand != NULL;
    (void)pthread_mutex_unlock(&c->lock);
    return go_on;
}

static void run_errand(struct fm_committer *c)
{
    struct fm_errand *errand;

    (void)pthread_mutex_lock(&c->lock);
    errand = c->errand;
    c->errand = NULL; /* when it is done the next may come at once */
    (void)pthread_mutex_unlock(&c->lock);
    if (errand == NULL || !errand->run(errand, c->options.writer))
        return;
    (void)pthread_mutex_lock(&c->lock);
    c->errand = errand;
    (void)pthread_mutex_unlock(&c->lock);
}

/* After FM_EIO: nothing is acknowledged, everything is answered. */
static void refuse_all(struct fm_committer *c)
{
    struct fm_batch none;

    fm_batch_clear(&none);
    c->gathered = true;
    for (struct fm_command *command; (command = take(c, &none)) != NULL;)
        command->ops->finish(command, FM_EUNAVAILABLE, NULL);
}

static void *thread_main(void *arg)
{
    struct fm_committer *c = arg;
    struct fm_committer_rounds *rounds = &c->options.rounds;
    uint64_t fed_ms = 0;
    bool idle;

    for (;;) {
        uint64_t due = IDLE_MS;

        c->owed = rounds->owed(rounds->user);
        if (!c->dead)
            due = rounds->due_ms(rounds->user, c->options.writer);
        if (c->checkpoint_more && due > CHECKPOINT_MS)
            due = CHECKPOINT_MS;
        if (!await(c, due, &idle))
            break;
        run_errand(c);
        if (c->dead) {
            refuse_all(c);
            continue;
        }
        if (!idle || rounds->due_ms(rounds->user, c->options.writer) == 0)
            run_round(c);
        if (!c->dead)
            checkpoint(c);
        if (fm_now_ms() - fed_ms >= IDLE_MS) {
            fm_notify("WATCHDOG=1");
            fed_ms = fm_now_ms();
        }
    }
    return NULL;
}

enum fm_error fm_committer_start(const struct fm_committer_options *options,
                                 struct fm_why *why,
                                 struct fm_committer **ret_committer)
{
    struct fm_committer *c = calloc(1, sizeof *c);
    pthread_condattr_t attributes;
    int failed;

    if (c == NULL) {
        options->writer->ops->close(options->writer);
        return fm_fail(FM_ENOMEM, why, NULL, "out of memory");
    }
    c->options = *options;
    fm_queue_init(&c->queue, options->gather_results, options->gather_ms);
    options->writer->ops->counts(options->writer, &c->counts);
    (void)pthread_mutex_init(&c->lock, NULL);
    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&c->wake, &attributes);
    (void)pthread_condattr_destroy(&attributes);
    failed = pthread_create(&c->thread, NULL, thread_main, c);
    if (failed != 0) {
        options->writer->ops->close(options->writer);
        (void)pthread_cond_destroy(&c->wake);
        (void)pthread_mutex_destroy(&c->lock);
        free(c);
        return fm_fail_errno(failed, why, "cannot start the committer");
    }
    *ret_committer = c;
    return FM_OK;
}

enum fm_error fm_committer_submit(struct fm_committer *committer,
                                  struct fm_command *command,
                                  struct fm_why *why)
{
    struct fm_committer *c = committer;
    enum fm_error e = FM_OK;

    (void)pthread_mutex_lock(&c->lock);
    if (c->stopping)
        e = FM_EUNAVAILABLE;
    else if (fm_queue_commands(&c->queue) >= c->options.queue_commands ||
             fm_queue_bytes(&c->queue) + command->bytes >
                 c->options.queue_bytes)
        e = FM_EBUSY;
    else {
        fm_queue_add(&c->queue, command, fm_now_us());
        (void)pthread_cond_signal(&c->wake);
    }
    (void)pthread_mutex_unlock(&c->lock);
    if (e == FM_EBUSY) {
        (void)fm_fail(e, why, "QUEUE_FULL",
                      "more waits for the disk than memory is set aside for");
        if (why != NULL)
            why->retry_after_ms = BUSY_RETRY_MS;
    } else if (e != FM_OK)
        (void)fm_fail(e, why, "DRAINING", "the service stops");
    return e;
}

enum fm_error fm_committer_errand(struct fm_committer *committer,
                                  struct fm_errand *errand, struct fm_why *why)
{
    struct fm_committer *c = committer;
    enum fm_error e = FM_OK;

    (void)pthread_mutex_lock(&c->lock);
    if (c->stopping)
        e = fm_fail(FM_EUNAVAILABLE, why, "DRAINING", "the service stops");
    else if (c->errand != NULL)
        e = fm_fail(FM_EBUSY, why, NULL, "another is being done");
    else {
        c->errand = errand;
        (void)pthread_cond_signal(&c->wake);
    }
    (void)pthread_mutex_unlock(&c->lock);
    return e;
}

void fm_committer_wake(struct fm_committer *committer)
{
    (void)pthread_mutex_lock(&committer->lock);
    committer->woken = true;
    (void)pthread_cond_signal(&committer->wake);
    (void)pthread_mutex_unlock(&committer->lock);
}

void fm_committer_counts(struct fm_committer *committer,
                         struct fm_store_counts *ret_counts)
{
    (void)pthread_mutex_lock(&committer->lock);
    *ret_counts = committer->counts;
    (void)pthread_mutex_unlock(&committer->lock);
}

void fm_committer_load(struct fm_committer *committer, struct fm_load *ret_load)
{
    struct fm_committer *c = committer;

    (void)pthread_mutex_lock(&c->lock);
    ret_load->articles =
        c->counts.pending + c->queue.prompt.articles + c->flying_articles;
    ret_load->bytes =
        c->counts.pending_bytes + c->queue.prompt.bytes + c->flying_bytes;
    ret_load->wal_bytes = c->counts.wal_bytes;
    (void)pthread_mutex_unlock(&c->lock);
    ret_load->full_since_ms = atomic_load(&c->full_since);
}

void fm_committer_stop(struct fm_committer *committer, bool finish)
{
    struct fm_committer *c = committer;
    struct fm_why why = FM_WHY_INIT;
    bool more = false;

    (void)pthread_mutex_lock(&c->lock);
    c->stopping = true;
    (void)pthread_cond_signal(&c->wake);
    (void)pthread_mutex_unlock(&c->lock);
    (void)pthread_join(c->thread, NULL);
    if (finish && !c->dead) {
        enum fm_error e = c->options.writer->ops->checkpoint(c->options.writer,
                                                             true, &why, &more);

        if (e != FM_OK)
            fm_log_failure(FM_LOG_WARN, "last checkpoint failed", e, &why);
    }
    c->options.writer->ops->close(c->options.writer);
}

void fm_committer_free(struct fm_committer *committer)
{
    if (committer == NULL)
        return;
    (void)pthread_cond_destroy(&committer->wake);
    (void)pthread_mutex_destroy(&committer->lock);
    free(committer);
}
