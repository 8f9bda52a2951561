#include "cli/extract_jobs.h"

#include <pthread.h>

/* Memory of one article's facts, and their printed form. */
#define FACTS_MEMORY  ((size_t)1 << 30)
#define ARTICLE_LIMIT ((size_t)256 << 20)
/* Articles in work for each thread: enough that a long one does not keep the
 * others waiting, few enough to bound memory. */
#define SLOTS_PER_THREAD 4u

struct slot {
    struct fm_arena arena; /* of the article */
    struct fm_buf out;
    Factmill__V1__Article *article; /* NULL = it could not be read */
    struct fm_str conllu;           /* its sentences and tokens, may be empty */
    const char *name;
    uint64_t line;
    bool done;
    enum fm_error error;
    struct fm_why why;
};

/* Slots are a ring; the counters run on. printed <= taken <= filled <= printed
 * + slot_count. filled and printed belong to the main thread. */
struct ring {
    const struct fm_extract_jobs *jobs;
    struct slot *slots;
    size_t slot_count;
    pthread_mutex_t lock;
    pthread_cond_t filled_changed;
    pthread_cond_t done_changed;
    uint64_t filled;
    uint64_t taken;
    uint64_t printed;
    bool ended;
};

struct worker {
    struct ring *ring;
    struct fm_extractor *extractor;
    struct fm_arena arena;
    pthread_t thread;
    bool started;
};

static void extract_slot(struct worker *worker, struct slot *slot)
{
    const struct fm_extract_jobs *jobs = worker->ring->jobs;
    struct fm_extract_options options = jobs->options;
    Factmill__V1__Extraction *extraction = NULL;
    struct fm_extracted it;

    options.conllu = slot->conllu;
    fm_arena_reset(&worker->arena);
    if (slot->article->text[0] == '\0')
        slot->error = fm_fail_field(FM_EINVAL, &slot->why, "text", "TEXT_EMPTY",
                                    "text is empty");
    else
        slot->error = fm_extract_run(worker->extractor, slot->article, &options,
                                     &worker->arena, &slot->why, &extraction);
    if (slot->error != FM_OK)
        return;
    it.article = slot->article;
    it.extraction = extraction;
    it.doc = fm_extractor_document(worker->extractor);
    it.extractor = worker->extractor;
    it.term = &jobs->cli->out;
    jobs->write(&it, &slot->out);
}

static void *worker_main(void *user)
{
    struct worker *worker = user;
    struct ring *ring = worker->ring;

    (void)pthread_mutex_lock(&ring->lock);
    for (;;) {
        struct slot *slot;

        while (ring->taken == ring->filled && !ring->ended)
            (void)pthread_cond_wait(&ring->filled_changed, &ring->lock);
        if (ring->taken == ring->filled)
            break;
        slot = &ring->slots[ring->taken++ % ring->slot_count];
        (void)pthread_mutex_unlock(&ring->lock);
        if (slot->article != NULL)
            extract_slot(worker, slot);
        (void)pthread_mutex_lock(&ring->lock);
        slot->done = true;
        (void)pthread_cond_signal(&ring->done_changed);
    }
    (void)pthread_mutex_unlock(&ring->lock);
    return NULL;
}

/* --- main thread --------------------------------------------------------------- */

static void print_slot(const struct fm_cli *cli, struct slot *slot,
                       uint64_t *refused)
{
    if (slot->error == FM_OK) {
        fm_text_flush(&slot->out);
        return;
    }
    ++*refused;
    if (slot->line > 0)
        fm_cli_note(cli, "%s:%llu: %s", slot->name,
                    (unsigned long long)slot->line,
                    fm_why_text(&slot->why, slot->error));
    else
        fm_cli_note(cli, "%s: %s", slot->name,
                    fm_why_text(&slot->why, slot->error));
}

/* Prints what is done, in order; waits for the oldest when wait is set. */
static void print_done(struct ring *ring, bool wait, uint64_t *refused)
{
    while (ring->printed < ring->filled) {
        struct slot *slot = &ring->slots[ring->printed % ring->slot_count];
        bool done;

        (void)pthread_mutex_lock(&ring->lock);
        while (wait && !slot->done)
            (void)pthread_cond_wait(&ring->done_changed, &ring->lock);
        done = slot->done;
        (void)pthread_mutex_unlock(&ring->lock);
        if (!done)
            return;
        print_slot(ring->jobs->cli, slot, refused);
        fm_arena_reset(&slot->arena);
        fm_buf_reset(&slot->out);
        ring->printed++;
        wait = false;
    }
}

static void feed(struct ring *ring, struct fm_input *input, uint64_t *refused)
{
    static const struct fm_why no_why = FM_WHY_INIT;

    for (;;) {
        /* NOLINTNEXTLINE(clang-analyzer-core.DivideZero): no ring is empty */
        struct slot *slot = &ring->slots[ring->filled % ring->slot_count];

        print_done(ring, ring->filled - ring->printed == ring->slot_count,
                   refused);
        slot->article = NULL;
        slot->done = false;
        slot->line = 0;
        slot->why = no_why;
        slot->name = fm_input_name(input);
        slot->error = fm_input_next(input, &slot->arena, &slot->why,
                                    &slot->line, &slot->article);
        if (slot->error == FM_ENOTFOUND && slot->why.text[0] == '\0')
            break;
        if (slot->error == FM_OK || slot->line > 0)
            slot->name = fm_input_name(input);
        slot->conllu = fm_input_conllu(input);
        (void)pthread_mutex_lock(&ring->lock);
        ring->filled++;
        (void)pthread_cond_signal(&ring->filled_changed);
        (void)pthread_mutex_unlock(&ring->lock);
    }
    while (ring->printed < ring->filled)
        print_done(ring, true, refused);
}

static enum fm_error start_workers(struct worker *workers, struct ring *ring,
                                   struct fm_why *why)
{
    const struct fm_extract_jobs *jobs = ring->jobs;

    for (uint32_t i = 0; i < jobs->threads; i++) {
        struct worker *worker = &workers[i];
        enum fm_error error;
        int failed;

        worker->ring = ring;
        fm_arena_init(&worker->arena, FACTS_MEMORY);
        error = fm_extractor_new(jobs->nlp, why, &worker->extractor);
        if (error != FM_OK)
            return error;
        failed = pthread_create(&worker->thread, NULL, worker_main, worker);
        if (failed != 0)
            return fm_fail_errno(failed, why, "cannot start a thread");
        worker->started = true;
    }
    return FM_OK;
}

static void stop_workers(struct worker *workers, struct ring *ring)
{
    (void)pthread_mutex_lock(&ring->lock);
    ring->ended = true;
    (void)pthread_cond_broadcast(&ring->filled_changed);
    (void)pthread_mutex_unlock(&ring->lock);
    for (uint32_t i = 0; i < ring->jobs->threads; i++) {
        if (workers[i].started)
            (void)pthread_join(workers[i].thread, NULL);
        fm_extractor_free(workers[i].extractor);
        fm_arena_release(&workers[i].arena);
    }
}

enum fm_error fm_extract_jobs_run(const struct fm_extract_jobs *jobs,
                                  struct fm_input *input, struct fm_why *why,
                                  uint64_t *ret_refused)
{
    struct ring ring = {.jobs = jobs,
                        .slot_count = (size_t)jobs->threads * SLOTS_PER_THREAD};
    struct worker *workers = calloc(jobs->threads, sizeof *workers);
    uint64_t refused = 0;
    enum fm_error error = FM_ENOMEM;

    ring.slots = calloc(ring.slot_count, sizeof *ring.slots);
    (void)pthread_mutex_init(&ring.lock, NULL);
    (void)pthread_cond_init(&ring.filled_changed, NULL);
    (void)pthread_cond_init(&ring.done_changed, NULL);
    if (workers == NULL || ring.slots == NULL)
        goto done;
    for (size_t i = 0; i < ring.slot_count; i++) {
        fm_arena_init(&ring.slots[i].arena, ARTICLE_LIMIT);
        fm_buf_init(&ring.slots[i].out, FACTS_MEMORY);
    }
    error = start_workers(workers, &ring, why);
    if (error == FM_OK)
        feed(&ring, input, &refused);
    stop_workers(workers, &ring);
done:
    for (size_t i = 0; ring.slots != NULL && i < ring.slot_count; i++) {
        fm_arena_release(&ring.slots[i].arena);
        fm_buf_release(&ring.slots[i].out);
    }
    free(ring.slots);
    free(workers);
    (void)pthread_cond_destroy(&ring.done_changed);
    (void)pthread_cond_destroy(&ring.filled_changed);
    (void)pthread_mutex_destroy(&ring.lock);
    if (error == FM_OK)
        *ret_refused = refused;
    return error;
}
