#include "ingest/letters.h"

#include "base/clock.h"
#include "factmill/v1/admin.pb-c.h"
#include "ingest/validate.h"
#include "rpc/quota.h"

#include <errno.h>

/* Letters in one command: one commit is not held up for long. */
#define BATCH 128u
/* Jobs at once; operators are few. */
#define JOBS_MAX 16u
#define RETRY_MS 1000u

struct fm_metric fm_metric_letters_replayed =
    FM_METRIC(FM_METRIC_COUNTER, "factmill_dead_letters_settled_total",
              "by=\"replay\"", "Dead letters that operators settled.");
struct fm_metric fm_metric_letters_discarded =
    FM_METRIC(FM_METRIC_COUNTER, "factmill_dead_letters_settled_total",
              "by=\"discard\"", "Dead letters that operators settled.");

/* How far a job is. */
struct place {
    size_t at;      /* among the ids that were given */
    uint64_t after; /* with `all`: the last that was looked at */
    uint64_t upto;  /* with `all`: the last there was at the beginning */
    bool begun;
    bool ended;
    uint64_t done;
    uint64_t skipped;
};

struct fm_letters_job {
    struct fm_command command;
    struct fm_letters *letters;
    struct fm_letters_job *next;
    struct fm_rpc_call *call;
    bool discard;
    bool all;
    const uint64_t *ids; /* the request's */
    size_t n_ids;
    struct fm_quota pace;
    /* Guarded by letters->lock. */
    bool flying; /* a command of it is with the committer */
    /* Of the one who has it: the committer while it flies. */
    uint32_t batch;
    struct place before; /* as of the last commit */
    struct place now;
};

/* --- on the committer's thread --------------------------------------------------- */

static enum fm_error decode(void *user, struct fm_str bytes, struct fm_why *why,
                            struct fm_store_article *ret)
{
    const struct fm_letters *letters = user;
    const struct fm_validate_limits limits = {
        .text_bytes = letters->max_text_bytes,
        .now_us = fm_wall_us(),
    };

    return fm_validate_frame(bytes, &limits, why, ret);
}

/* The next letter; 0 = all were seen. */
static enum fm_error next_letter(struct fm_letters_job *job,
                                 struct fm_store_writer *w, struct fm_why *why,
                                 uint64_t *ret)
{
    struct place *p = &job->now;
    enum fm_error e = FM_OK;

    *ret = 0;
    if (!job->all) {
        *ret = p->at < job->n_ids ? job->ids[p->at++] : 0;
        return FM_OK;
    }
    if (!p->begun)
        e = w->ops->last_dead(w, why, &p->upto);
    p->begun = true;
    if (e == FM_OK)
        e = w->ops->next_dead(w, p->after, p->upto, why, ret);
    if (e == FM_OK && *ret != 0)
        p->after = *ret;
    return e;
}

static enum fm_error settle(struct fm_letters_job *job, uint64_t id,
                            struct fm_store_writer *w, struct fm_why *why)
{
    struct fm_str principal = fm_str(fm_rpc_call_principal(job->call));
    enum fm_store_revived outcome = FM_STORE_REVIVED_GONE;
    enum fm_error e = job->discard
                          ? w->ops->discard(w, id, principal, why, &outcome)
                          : w->ops->replay(w, id, principal, decode,
                                           job->letters, why, &outcome);

    if (outcome == FM_STORE_REVIVED_DONE)
        job->now.done++;
    else
        job->now.skipped++;
    return e;
}

static enum fm_error job_apply(struct fm_command *command,
                               struct fm_store_writer *w, struct fm_why *why)
{
    struct fm_letters_job *job = (struct fm_letters_job *)command;
    enum fm_error e = FM_OK;

    job->now = job->before;
    for (uint32_t i = 0; e == FM_OK && i < job->batch; i++) {
        uint64_t id = 0;

        e = next_letter(job, w, why, &id);
        if (e != FM_OK || id == 0) {
            job->now.ended = e == FM_OK;
            break;
        }
        e = settle(job, id, w, why);
    }
    if (!job->all && job->now.at == job->n_ids)
        job->now.ended = true;
    return e;
}

static void answer(const struct fm_letters_job *job)
{
    Factmill__V1__ReplayDeadLettersResponse replayed;
    Factmill__V1__DiscardDeadLettersResponse discarded;

    factmill__v1__replay_dead_letters_response__init(&replayed);
    factmill__v1__discard_dead_letters_response__init(&discarded);
    replayed.replayed = job->before.done;
    replayed.skipped = job->before.skipped;
    discarded.discarded = job->before.done;
    discarded.skipped = job->before.skipped;
    fm_rpc_reply_message(job->call,
                         job->discard ? &discarded.base : &replayed.base);
}

/* Under the lock. error FM_OK: it is done. */
static void end_job(struct fm_letters_job *job, enum fm_error error,
                    const struct fm_why *why)
{
    struct fm_letters *letters = job->letters;
    struct fm_letters_job **link = &letters->jobs;

    while (*link != job)
        link = &(*link)->next;
    *link = job->next;
    letters->job_count--;
    if (error == FM_OK)
        answer(job);
    else
        fm_rpc_fail(job->call, error, why);
    free(job);
}

/* What was done before an error ends a job, for the operator to know. */
static void end_early(struct fm_letters_job *job, enum fm_error error,
                      const struct fm_why *cause)
{
    struct fm_why why = FM_WHY_INIT;

    (void)fm_fail(error, &why, cause->reason,
                  "%.300s (before that: %llu %s, %llu skipped)",
                  fm_why_text(cause, error),
                  (unsigned long long)job->before.done,
                  job->discard ? "discarded" : "replayed",
                  (unsigned long long)job->before.skipped);
    why.retry_after_ms = cause->retry_after_ms;
    end_job(job, error, &why);
}

/* --- going on; under the lock ------------------------------------------------------ */

static uint32_t batch_now(struct fm_letters_job *job)
{
    uint64_t now = fm_now_ms();
    uint32_t n = 0;

    while (n < BATCH && fm_quota_wait_ms(&job->pace, now) == 0) {
        fm_quota_take(&job->pace, 0, now);
        n++;
    }
    return n;
}

static bool must_stop(struct fm_letters_job *job)
{
    struct fm_why why = FM_WHY_INIT;

    if (fm_rpc_call_dead(job->call)) {
        end_job(job, FM_ECANCELLED, NULL);
        return true;
    }
    if (fm_gate_state(job->letters->gate) == FM_GATE_DRAIN) {
        why.retry_after_ms = RETRY_MS;
        (void)fm_fail(FM_EUNAVAILABLE, &why, "DRAINING", "the service stops");
        end_early(job, FM_EUNAVAILABLE, &why);
        return true;
    }
    return false;
}

static void go_on(struct fm_letters_job *job)
{
    struct fm_why why = FM_WHY_INIT;
    enum fm_error e;

    if (job->flying || must_stop(job))
        return;
    if (!job->discard && fm_gate_state(job->letters->gate) != FM_GATE_OPEN)
        return; /* at the next tick */
    job->batch = batch_now(job);
    if (job->batch == 0)
        return;
    job->flying = true;
    e = fm_committer_submit(job->letters->committer, &job->command, &why);
    if (e == FM_OK)
        return;
    job->flying = false;
    if (e != FM_EBUSY)
        end_early(job, e, &why);
}

static void job_finish(struct fm_command *command, enum fm_error error,
                       const struct fm_why *why)
{
    struct fm_letters_job *job = (struct fm_letters_job *)command;
    struct fm_letters *letters = job->letters;

    (void)pthread_mutex_lock(&letters->lock);
    job->flying = false;
    if (error == FM_OK) {
        fm_metric_add(job->discard ? &fm_metric_letters_discarded
                                   : &fm_metric_letters_replayed,
                      job->now.done - job->before.done);
        job->before = job->now;
    }
    if (error != FM_OK)
        end_early(job, error, why != NULL ? why : &(struct fm_why)FM_WHY_INIT);
    else if (job->before.ended)
        end_job(job, FM_OK, NULL);
    else
        go_on(job);
    (void)pthread_mutex_unlock(&letters->lock);
}

static const struct fm_command_ops job_ops = {job_apply, job_finish};

void fm_letters_tick(struct fm_letters *letters)
{
    struct fm_letters_job *next;

    (void)pthread_mutex_lock(&letters->lock);
    for (struct fm_letters_job *job = letters->jobs; job != NULL; job = next) {
        next = job->next;
        go_on(job);
    }
    (void)pthread_mutex_unlock(&letters->lock);
}

/* --- calls --------------------------------------------------------------------------- */

static enum fm_error check(const struct fm_letters_job *asked,
                           struct fm_why *why)
{
    if (asked->all && asked->n_ids > 0)
        return fm_fail_field(FM_EINVAL, why, "ids", "IDS_AND_ALL",
                             "ids and all exclude each other");
    if (!asked->all && asked->n_ids == 0)
        return fm_fail_field(FM_EINVAL, why, "ids", "IDS_MISSING",
                             "say which: ids, or all");
    return FM_OK;
}

static enum fm_error begin(struct fm_letters *letters,
                           const struct fm_letters_job *asked,
                           struct fm_why *why)
{
    struct fm_letters_job *job = NULL;
    enum fm_error e = check(asked, why);

    if (e != FM_OK)
        return e;
    job = calloc(1, sizeof *job);
    if (job == NULL)
        return fm_fail_errno(ENOMEM, why, "no memory for a job");
    *job = *asked;
    job->command.ops = &job_ops;
    job->command.bytes = sizeof *job;
    job->letters = letters;
    (void)pthread_mutex_lock(&letters->lock);
    if (letters->job_count < JOBS_MAX) {
        job->next = letters->jobs;
        letters->jobs = job;
        letters->job_count++;
        go_on(job);
        job = NULL;
    }
    (void)pthread_mutex_unlock(&letters->lock);
    if (job == NULL)
        return FM_OK;
    free(job);
    (void)fm_fail(FM_EBUSY, why, "TOO_MANY_JOBS",
                  "%u such calls are going on already", JOBS_MAX);
    if (why != NULL)
        why->retry_after_ms = RETRY_MS;
    return FM_EBUSY;
}

void fm_letters_replay(void *user, void *thread_state, struct fm_rpc_call *call,
                       const ProtobufCMessage *request)
{
    const Factmill__V1__ReplayDeadLettersRequest *in =
        (const Factmill__V1__ReplayDeadLettersRequest *)request;
    struct fm_letters_job asked = {
        .call = call, .all = in->all, .ids = in->ids, .n_ids = in->n_ids};
    struct fm_why why = FM_WHY_INIT;
    enum fm_error e;

    (void)thread_state;
    fm_quota_init(&asked.pace, in->per_second, 0, fm_now_ms());
    e = begin(user, &asked, &why);
    if (e != FM_OK)
        fm_rpc_fail(call, e, &why);
}

void fm_letters_discard(void *user, void *thread_state,
                        struct fm_rpc_call *call,
                        const ProtobufCMessage *request)
{
    const Factmill__V1__DiscardDeadLettersRequest *in =
        (const Factmill__V1__DiscardDeadLettersRequest *)request;
    struct fm_letters_job asked = {.call = call,
                                   .discard = true,
                                   .all = in->all,
                                   .ids = in->ids,
                                   .n_ids = in->n_ids};
    struct fm_why why = FM_WHY_INIT;
    enum fm_error e = begin(user, &asked, &why);

    (void)thread_state;
    if (e != FM_OK)
        fm_rpc_fail(call, e, &why);
}

void fm_letters_init(struct fm_letters *letters)
{
    (void)pthread_mutex_init(&letters->lock, NULL);
}

void fm_letters_release(struct fm_letters *letters)
{
    while (letters->jobs != NULL) {
        struct fm_letters_job *job = letters->jobs;

        letters->jobs = job->next;
        fm_rpc_fail(job->call, FM_EUNAVAILABLE, NULL);
        free(job);
    }
    (void)pthread_mutex_destroy(&letters->lock);
}
