#include "query/rerun.h"

#include "base/clock.h"
#include "extract/explain.h"
#include "query/recheck.h"

#include <errno.h>
#include <pthread.h>

/* As a worker has for an article of 1 MiB. */
#define ARENA_BYTES ((size_t)512 << 20)
/* A sentence has at most FM_SENTENCE_TOKENS_MAX words. */
#define RESULT_BYTES ((size_t)1 << 20)
/* How long the end of the program waits for an article. */
#define GOODBYE_MS 1000u
/* How long a call waits for its turn: an article takes some milliseconds, and
 * threads that wait answer nobody else. */
#define TURN_MS  100u
#define RETRY_MS 500u

/* One article. The caller may go away before it is read, so that it belongs to
 * whoever is the last to let go. */
struct job {
    Factmill__V1__Article *article;
    Factmill__V1__Fact *fact;
    uint32_t version;
    struct fm_rerun_result *result;
    enum fm_error error;
    struct fm_why why;
    bool done;
    bool abandoned;
};

struct fm_rerun {
    const char *model;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t cond; /* told of every change */
    struct job *job;     /* NULL: the next may come */
    bool started;
    bool stopping;
    bool ended;

    /* Of the thread. */
    struct fm_nlp *nlp;
    struct fm_extractor *extractor;
    struct fm_arena arena;
};

/* --- jobs -------------------------------------------------------------------- */

void fm_rerun_result_free(struct fm_rerun_result *result)
{
    if (result == NULL)
        return;
    fm_buf_release(&result->fact);
    fm_buf_release(&result->parse);
    fm_buf_release(&result->parts);
    free(result);
}

static void job_free(struct job *job)
{
    if (job == NULL)
        return;
    if (job->article != NULL)
        factmill__v1__article__free_unpacked(job->article, NULL);
    if (job->fact != NULL)
        factmill__v1__fact__free_unpacked(job->fact, NULL);
    fm_rerun_result_free(job->result);
    free(job);
}

/* A deep copy by way of its bytes; NULL without memory. */
static ProtobufCMessage *copy(const ProtobufCMessage *message)
{
    size_t size = protobuf_c_message_get_packed_size(message);
    uint8_t *bytes = malloc(size + 1);
    ProtobufCMessage *to = NULL;

    if (bytes != NULL)
        to = protobuf_c_message_unpack(message->descriptor, NULL,
                                       protobuf_c_message_pack(message, bytes),
                                       bytes);
    free(bytes);
    return to;
}

static struct job *job_new(const Factmill__V1__Article *article,
                           uint32_t version, const Factmill__V1__Fact *fact)
{
    struct job *job = calloc(1, sizeof *job);

    if (job == NULL)
        return NULL;
    job->version = version;
    job->article = (Factmill__V1__Article *)copy(&article->base);
    job->fact = (Factmill__V1__Fact *)copy(&fact->base);
    job->result = calloc(1, sizeof *job->result);
    if (job->article == NULL || job->fact == NULL || job->result == NULL) {
        job_free(job);
        return NULL;
    }
    fm_buf_init(&job->result->fact, RESULT_BYTES);
    fm_buf_init(&job->result->parse, RESULT_BYTES);
    fm_buf_init(&job->result->parts, RESULT_BYTES);
    return job;
}

/* --- reading ----------------------------------------------------------------- */

static enum fm_error open_model(struct fm_rerun *rerun, struct fm_why *why)
{
    const struct fm_nlp_options options = {.model = rerun->model};
    enum fm_error error = FM_OK;

    if (rerun->nlp == NULL)
        error = fm_nlp_open(&options, why, &rerun->nlp);
    if (error == FM_OK && rerun->extractor == NULL)
        error = fm_extractor_new(rerun->nlp, why, &rerun->extractor);
    return error;
}

static enum fm_error keep_fact(const Factmill__V1__Fact *fact,
                               struct fm_buf *out)
{
    size_t size = factmill__v1__fact__get_packed_size(fact);
    char *to = fm_buf_reserve(out, size);

    if (to == NULL)
        return fm_buf_error(out);
    out->len += factmill__v1__fact__pack(fact, (uint8_t *)to);
    return FM_OK;
}

static enum fm_error keep_parse(const struct fm_extractor *extractor,
                                const Factmill__V1__Extraction *extraction,
                                const Factmill__V1__Fact *fact,
                                struct fm_rerun_result *result)
{
    size_t sentence = fm_explain_sentence_of(extractor, fact);
    enum fm_error error;

    if (sentence < fm_explain_sentences(extractor)) {
        fm_explain_conllu(extractor, sentence, &result->parse);
        fm_explain_fact(fact, &result->parts);
        fm_explain_misses(extractor, extraction, sentence, &result->parts);
    }
    error = fm_buf_error(&result->parse);
    return error == FM_OK ? fm_buf_error(&result->parts) : error;
}

static enum fm_error read_again(struct fm_rerun *rerun, struct job *job)
{
    const struct fm_extract_options options = {.view = FM_EXTRACT_FULL,
                                               .version = job->version};
    struct fm_rerun_result *result = job->result;
    Factmill__V1__Extraction *extraction = NULL;
    const Factmill__V1__Fact *fact;
    enum fm_error error = open_model(rerun, &job->why);

    if (error != FM_OK)
        return error;
    (void)snprintf(result->extractor, sizeof result->extractor, "%s",
                   fm_nlp_version(rerun->nlp));
    error = fm_extract_run(rerun->extractor, job->article, &options,
                           &rerun->arena, &job->why, &extraction);
    if (error != FM_OK)
        return error;
    fact = fm_recheck_find(extraction, job->fact);
    result->found = fact != NULL;
    if (fact == NULL)
        fact = fm_recheck_nearest(extraction, job->fact);
    if (fact != NULL)
        error = keep_fact(fact, &result->fact);
    if (error == FM_OK)
        error = keep_parse(rerun->extractor, extraction, job->fact, result);
    return error == FM_OK ? FM_OK
                          : fm_fail(error, &job->why, NULL,
                                    "no memory to show what was read");
}

static void *run(void *user)
{
    struct fm_rerun *rerun = user;

    (void)pthread_mutex_lock(&rerun->lock);
    while (!rerun->stopping) {
        struct job *job = rerun->job;

        if (job == NULL || job->done) {
            (void)pthread_cond_wait(&rerun->cond, &rerun->lock);
            continue;
        }
        (void)pthread_mutex_unlock(&rerun->lock);
        job->error = read_again(rerun, job);
        fm_arena_reset(&rerun->arena);
        (void)pthread_mutex_lock(&rerun->lock);
        job->done = true;
        if (job->abandoned) {
            job_free(job);
            rerun->job = NULL;
        }
        (void)pthread_cond_broadcast(&rerun->cond);
    }
    rerun->ended = true;
    (void)pthread_cond_broadcast(&rerun->cond);
    (void)pthread_mutex_unlock(&rerun->lock);
    return NULL;
}

/* --- life -------------------------------------------------------------------- */

enum fm_error fm_rerun_new(const char *model, struct fm_why *why,
                           struct fm_rerun **ret_rerun)
{
    struct fm_rerun *rerun = calloc(1, sizeof *rerun);
    pthread_condattr_t attributes;

    if (rerun == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory to read again");
    rerun->model = model;
    fm_arena_init(&rerun->arena, ARENA_BYTES);
    (void)pthread_mutex_init(&rerun->lock, NULL);
    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&rerun->cond, &attributes);
    (void)pthread_condattr_destroy(&attributes);
    *ret_rerun = rerun;
    return FM_OK;
}

/* With the lock held; false when `until` is past. */
static bool wait_until(struct fm_rerun *rerun, uint64_t until_ms)
{
    struct timespec until = {.tv_sec = (time_t)(until_ms / 1000),
                             .tv_nsec = (long)(until_ms % 1000) * 1000000};

    return pthread_cond_timedwait(&rerun->cond, &rerun->lock, &until) !=
           ETIMEDOUT;
}

void fm_rerun_free(struct fm_rerun *rerun)
{
    uint64_t until = fm_now_ms() + GOODBYE_MS;
    bool ended = true;

    if (rerun == NULL)
        return;
    if (rerun->started) {
        (void)pthread_mutex_lock(&rerun->lock);
        rerun->stopping = true;
        (void)pthread_cond_broadcast(&rerun->cond);
        while (!rerun->ended && wait_until(rerun, until))
            ;
        ended = rerun->ended;
        (void)pthread_mutex_unlock(&rerun->lock);
        if (!ended) {
            (void)pthread_detach(rerun->thread);
            return;
        }
        (void)pthread_join(rerun->thread, NULL);
    }
    job_free(rerun->job);
    fm_extractor_free(rerun->extractor);
    fm_nlp_close(rerun->nlp);
    fm_arena_release(&rerun->arena);
    (void)pthread_cond_destroy(&rerun->cond);
    (void)pthread_mutex_destroy(&rerun->lock);
    free(rerun);
}

/* --- asking ------------------------------------------------------------------ */

/* With the lock held. */
static enum fm_error start(struct fm_rerun *rerun, struct fm_why *why)
{
    int rc;

    if (rerun->started)
        return FM_OK;
    rc = pthread_create(&rerun->thread, NULL, run, rerun);
    if (rc != 0)
        return fm_fail_errno(rc, why, "cannot start a thread");
    rerun->started = true;
    return FM_OK;
}

static enum fm_error too_busy(struct fm_why *why)
{
    if (why != NULL)
        why->retry_after_ms = RETRY_MS;
    return fm_fail(FM_EBUSY, why, "READING_BUSY",
                   "other articles are being read again; try again later");
}

/* With the lock held, the job in place. */
static enum fm_error wait_for(struct fm_rerun *rerun, struct job *job,
                              uint64_t until, struct fm_why *why,
                              struct fm_rerun_result **ret)
{
    enum fm_error error;

    while (!job->done && !rerun->stopping && wait_until(rerun, until))
        ;
    if (!job->done) {
        job->abandoned = true;
        return fm_fail(FM_EDEADLINE, why, "READING_TOO_LONG",
                       "reading the article again took longer than the time "
                       "there was");
    }
    error = job->error;
    if (error == FM_OK) {
        *ret = job->result;
        job->result = NULL;
    } else if (why != NULL) {
        *why = job->why;
    }
    job_free(job);
    rerun->job = NULL;
    (void)pthread_cond_broadcast(&rerun->cond);
    return error;
}

enum fm_error fm_rerun_look(struct fm_rerun *rerun,
                            const Factmill__V1__Article *article,
                            uint32_t version, const Factmill__V1__Fact *fact,
                            uint64_t ms, struct fm_why *why,
                            struct fm_rerun_result **ret_result)
{
    struct job *job = job_new(article, version, fact);
    uint64_t until = fm_now_ms() + ms;
    uint64_t turn = fm_now_ms() + TURN_MS;
    enum fm_error error;

    if (job == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory to read again");
    (void)pthread_mutex_lock(&rerun->lock);
    error = start(rerun, why);
    while (error == FM_OK && rerun->job != NULL && !rerun->stopping)
        if (!wait_until(rerun, turn < until ? turn : until) &&
            rerun->job != NULL)
            error = too_busy(why);
    if (error == FM_OK && rerun->stopping)
        error = fm_fail(FM_EUNAVAILABLE, why, NULL, "the server ends");
    if (error == FM_OK) {
        rerun->job = job;
        (void)pthread_cond_broadcast(&rerun->cond);
        error = wait_for(rerun, job, until, why, ret_result);
    } else {
        job_free(job);
    }
    (void)pthread_mutex_unlock(&rerun->lock);
    return error;
}
