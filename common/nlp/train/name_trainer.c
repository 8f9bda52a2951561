#include "nlp/train/name_trainer.h"

#include "nlp/train/net_priv.h"
#include "nlp/train/raw.h"

#define TEACHERS_MAX 4u
#define TEACHER_DIM  128u
#define BATCH        1000u
/* How sure the teachers must be of a label; of other words nothing is learned. */
#define SURE 0.8f

/* What the reader found, of all tokens of some banks. */
struct told {
    uint8_t *xpos;
    uint8_t *deprel;
};

struct teachers {
    struct fm_trained of[TEACHERS_MAX];
    size_t n;
};

struct run {
    const struct fm_name_task *task;
    struct told banks;
    struct told dev;
    FILE *out;
};

static void release_told(struct told *told)
{
    free(told->xpos);
    free(told->deprel);
    *told = (struct told){.xpos = NULL};
}

/* The tags and relations that the banks have; where they have none, the
 * reader's. */
static enum fm_error ask_reader(const struct fm_name_task *task,
                                const struct fm_treebank *banks, size_t n,
                                struct fm_why *why, struct told *ret)
{
    struct fm_corpus c = {.tokens = 0};
    size_t from = 0;
    enum fm_error e =
        fm_corpus_make(banks, n, task->lexicon, &task->reader->rows, why, &c);

    for (size_t i = 0; e == FM_OK && i < n; i++) {
        e = fm_raw_annotate(task->reader, 1, &banks[i], task->lexicon, from,
                            why, &c);
        from += banks[i].doc.token_count;
    }
    if (e == FM_OK) {
        *ret = (struct told){.xpos = c.xpos, .deprel = c.deprel};
        c.xpos = NULL;
        c.deprel = NULL;
    }
    fm_corpus_release(&c);
    return e;
}

/* Banks with their part of what was told: from token `from` on. */
struct part {
    const struct fm_treebank *banks;
    size_t n;
    const struct told *told;
    size_t from;
};

static enum fm_error tell(const struct run *run, const struct part *part,
                          const struct fm_rows *rows, struct fm_why *why,
                          struct fm_corpus *ret)
{
    enum fm_error e = fm_corpus_make(part->banks, part->n, run->task->lexicon,
                                     rows, why, ret);

    if (e != FM_OK)
        return e;
    memcpy(ret->xpos, part->told->xpos + part->from, ret->tokens);
    memcpy(ret->deprel, part->told->deprel + part->from, ret->tokens);
    return FM_OK;
}

/* A teacher's features have no limit but the time that they take. */
static enum fm_error choose_rows(const struct fm_name_task *task, size_t n,
                                 bool teaches, struct fm_why *why,
                                 struct fm_rows *ret)
{
    enum fm_error e = fm_rows_choose(task->banks, n, task->lexicon,
                                     teaches ? 1 : task->row_times, why, ret);

    if (e == FM_OK)
        e = fm_rows_told(ret, why);
    if (e == FM_OK)
        e = fm_rows_banks(ret, n, why);
    return e;
}

/* --- what the teachers think ------------------------------------------------- */

/* Adds what one teacher thinks of a corpus, which is told, to likely. */
static enum fm_error add_opinion(const struct fm_trained *teacher,
                                 const struct fm_corpus *c, uint32_t *order,
                                 struct fm_why *why, float *likely)
{
    struct fm_batch_maker maker = {.tokens_max = 0};
    struct fm_net_work *work = NULL;
    size_t at = 0;
    size_t token = 0;
    enum fm_error e =
        fm_batch_maker_init(&maker, BATCH + FM_SENTENCE_TOKENS_MAX, why);

    if (e == FM_OK)
        e = fm_net_work_new(teacher->net, maker.tokens_max, why, &work);
    while (e == FM_OK && at < c->sentences) {
        fm_batch_fill(&maker, c, &teacher->rows, order, &at, BATCH, NULL);
        fm_net_forward(teacher->net, &maker.batch, 0, NULL, work);
        fm_chain_weigh(teacher->net, &maker.batch, work,
                       likely + token * FM_NER_COUNT);
        token += maker.batch.tokens;
    }
    fm_batch_maker_release(&maker);
    fm_net_work_free(teacher->net, work);
    return e;
}

/* The likeliest labels of n tokens, where the teachers are sure of them. */
static void take_sure(const float *likely, size_t teachers, size_t n,
                      uint8_t *ner)
{
    for (size_t t = 0; t < n; t++, likely += FM_NER_COUNT) {
        size_t best = FM_NER_OUT;

        for (size_t y = FM_NER_OUT; y < FM_NER_COUNT; y++)
            if (likely[y] > likely[best])
                best = y;
        ner[t] = likely[best] >= SURE * (float)teachers ? (uint8_t)best
                                                        : FM_NER_NONE;
    }
}

/* Fills the names of the banks that have none into corpus, which holds all. */
static enum fm_error find_names(const struct run *run,
                                const struct teachers *teachers,
                                struct fm_why *why, struct fm_corpus *corpus)
{
    const struct fm_name_task *task = run->task;
    struct part rest = {.banks = task->banks + task->annotated,
                        .n = task->n - task->annotated,
                        .told = &run->banks};
    float *likely = calloc(corpus->tokens, FM_NER_COUNT * sizeof *likely);
    uint32_t *order = calloc(corpus->sentences, sizeof *order);
    enum fm_error e = FM_OK;

    for (size_t i = 0; i < task->annotated; i++)
        rest.from += task->banks[i].doc.token_count;
    if (likely == NULL || order == NULL)
        e = fm_fail(FM_ENOMEM, why, NULL, "no memory for the names");
    for (uint32_t i = 0; e == FM_OK && i < corpus->sentences; i++)
        order[i] = i;
    for (size_t i = 0; e == FM_OK && i < teachers->n; i++) {
        struct fm_corpus c = {.tokens = 0};

        e = tell(run, &rest, &teachers->of[i].rows, why, &c);
        if (e == FM_OK) {
            /* Nobody's annotation. */
            memset(c.bank, UINT8_MAX, c.sentences);
            e = add_opinion(&teachers->of[i], &c, order, why, likely);
        }
        fm_corpus_release(&c);
    }
    if (e == FM_OK)
        take_sure(likely, teachers->n, corpus->tokens - rest.from,
                  corpus->ner + rest.from);
    free(likely);
    free(order);
    return e;
}

/* --- training ------------------------------------------------------------------ */

/* Trains on what has names and, where there are teachers, on what they find in
 * the rest. teaches: it is to be a teacher. */
static enum fm_error train(const struct run *run, bool teaches, uint64_t seed,
                           const struct teachers *teachers, struct fm_why *why,
                           struct fm_trained *ret)
{
    const struct fm_name_task *task = run->task;
    size_t n = teachers->n > 0 ? task->n : task->annotated;
    const struct part all = {.banks = task->banks, .n = n, .told = &run->banks};
    const struct part measured = {
        .banks = task->dev, .n = task->dev_count, .told = &run->dev};
    struct fm_trainer_options o = task->options;
    struct fm_corpus corpus = {.tokens = 0};
    struct fm_corpus dev = {.tokens = 0};
    enum fm_error e = choose_rows(task, n, teaches, why, &ret->rows);

    o.seed = seed;
    if (teaches)
        o.shape.dim = TEACHER_DIM;
    if (e == FM_OK)
        e = tell(run, &all, &ret->rows, why, &corpus);
    if (e == FM_OK && n > task->annotated)
        e = find_names(run, teachers, why, &corpus);
    if (e == FM_OK)
        e = tell(run, &measured, &ret->rows, why, &dev);
    if (e == FM_OK) {
        memset(dev.bank, UINT8_MAX, dev.sentences);
        (void)fprintf(run->out, "%zu tokens, %zu sentences, %zu rows\n",
                      corpus.tokens, corpus.sentences, ret->rows.n);
        e = fm_trainer_run(&o, &corpus, &dev, 1, &ret->rows, run->out, why,
                           &ret->net);
    }
    fm_corpus_release(&corpus);
    fm_corpus_release(&dev);
    return e;
}

enum fm_error fm_name_train(const struct fm_name_task *task, FILE *out,
                            struct fm_why *why, struct fm_trained *ret)
{
    const struct teachers nobody = {.n = 0};
    struct teachers teachers = {.n = 0};
    struct run run = {.task = task, .out = out};
    uint64_t seed = task->options.seed;
    enum fm_error e;

    if (task->teachers > TEACHERS_MAX)
        return fm_fail(FM_EINVAL, why, NULL, "at most %u teachers of names",
                       TEACHERS_MAX);
    e = ask_reader(task, task->banks, task->n, why, &run.banks);
    if (e == FM_OK)
        e = ask_reader(task, task->dev, task->dev_count, why, &run.dev);
    for (size_t i = 0; e == FM_OK && i < task->teachers; i++)
        e = train(&run, true, seed + 1 + i, &nobody, why,
                  &teachers.of[teachers.n++]);
    if (e == FM_OK)
        e = train(&run, false, seed, &teachers, why, ret);
    for (size_t i = 0; i < teachers.n; i++)
        fm_trained_release(&teachers.of[i]);
    release_told(&run.banks);
    release_told(&run.dev);
    return e;
}
