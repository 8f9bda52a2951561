#include "nlp/train/trainer.h"

#include "base/clock.h"
#include "nlp/train/adam.h"
#include "nlp/tree.h"

/* Steps between two that count for the average. */
#define AVERAGE_EVERY 20u

struct trainer {
    const struct fm_trainer_options *options;
    const struct fm_rows *rows;
    struct fm_random random;
    struct fm_net *net;
    struct fm_net_work *work;
    struct fm_adam *adam;
    struct fm_batch_maker maker;
    struct fm_arena arena;
    struct fm_tree_work *tree;
    uint32_t *order;
    uint64_t started;
    size_t steps;
    size_t steps_planned;
    float *sum; /* of weights, dense then rows */
    size_t summed;
    bool averaging;
};

static uint8_t universal[FM_DEP_COUNT];

/* The first relation with the same part before ':'. */
static void make_universal(void)
{
    for (size_t i = 0; i < FM_DEP_COUNT; i++) {
        struct fm_str rest = fm_str(fm_dep_name((uint8_t)i));
        struct fm_str base;
        uint8_t number = 0;

        if (fm_str_next(&rest, ':', &base))
            number = fm_dep_of(base);
        universal[i] = number != 0 ? number : (uint8_t)i;
    }
}

static void score_batch(const struct fm_batch *b, const uint8_t *upos,
                        const uint8_t *xpos, const uint16_t *head,
                        const uint8_t *deprel, struct fm_scores *s)
{
    for (size_t t = 0; t < b->tokens; t++) {
        s->tokens++;
        s->upos += upos[t] == b->upos[t];
        s->xpos += xpos[t] == b->xpos[t];
        if (head[t] != b->head[t])
            continue;
        s->heads++;
        s->labelled += universal[deprel[t]] == universal[b->deprel[t]];
    }
}

/* The end of the name that begins at t; t when none of the kinds that count
 * does. */
static size_t name_end(const uint8_t *ner, size_t t, size_t last)
{
    uint8_t first = (uint8_t)(ner[t] & ~FM_NER_PARTIAL);
    size_t end = t + 1;

    if (first != FM_NER_B_PERSON && first != FM_NER_B_ORGANIZATION &&
        first != FM_NER_B_LOCATION)
        return t;
    while (end < last && (ner[end] & ~FM_NER_PARTIAL) == first + 1u)
        end++;
    return end;
}

static void score_names(const struct fm_batch *b, const uint8_t *ner,
                        struct fm_scores *s)
{
    for (size_t i = 0; i < b->sentences; i++)
        for (size_t t = b->first[i]; t < b->first[i + 1]; t++) {
            size_t gold = name_end(b->ner, t, b->first[i + 1]);
            size_t found = name_end(ner, t, b->first[i + 1]);

            if (b->ner[t] == FM_NER_NONE)
                continue;
            s->names += gold > t;
            s->found += found > t;
            s->right += gold > t && gold == found &&
                        (b->ner[t] & ~FM_NER_PARTIAL) == ner[t];
        }
}

static struct fm_scores evaluate(struct trainer *t, const struct fm_corpus *c)
{
    size_t max = t->maker.tokens_max;
    uint8_t *upos = fm_arena_alloc(&t->arena, max);
    uint8_t *xpos = fm_arena_alloc(&t->arena, max);
    uint16_t *head = fm_arena_array(&t->arena, max, sizeof *head);
    uint8_t *deprel = fm_arena_alloc(&t->arena, max);
    uint8_t *ner = fm_arena_alloc(&t->arena, max);
    struct fm_scores scores = {.tokens = 0};
    size_t at = 0;

    for (uint32_t i = 0; i < c->sentences; i++)
        t->order[i] = i;
    while (at < c->sentences) {
        fm_batch_fill(&t->maker, c, t->rows, t->order, &at, t->options->batch,
                      NULL);
        fm_net_forward(t->net, &t->maker.batch, 0, NULL, t->work);
        fm_net_predict(t->net, &t->maker.batch, t->work, t->tree, upos, xpos,
                       head, deprel, ner);
        score_batch(&t->maker.batch, upos, xpos, head, deprel, &scores);
        score_names(&t->maker.batch, ner, &scores);
    }
    return scores;
}

static double percent(size_t part, size_t whole)
{
    return whole > 0 ? 100.0 * (double)part / (double)whole : 0;
}

static void report(struct trainer *t, size_t epoch, struct fm_loss loss,
                   const struct fm_corpus *dev, size_t dev_count, FILE *out)
{
    (void)fprintf(out,
                  "epoch %zu %.0fs loss tags %.3f arcs %.3f labels %.3f "
                  "names %.3f",
                  epoch + 1, (double)(fm_now_ms() - t->started) / 1000,
                  loss.tags, loss.arcs, loss.labels, loss.names);
    for (size_t i = 0; i < dev_count; i++) {
        struct fm_scores s = evaluate(t, &dev[i]);

        (void)fprintf(out,
                      " | UPOS %.2f XPOS %.2f UAS %.2f LAS %.2f names %.2f",
                      percent(s.upos, s.tokens), percent(s.xpos, s.tokens),
                      percent(s.heads, s.tokens), percent(s.labelled, s.tokens),
                      percent(2 * s.right, s.names + s.found));
    }
    (void)fprintf(out, "\n");
    (void)fflush(out);
}

static void shuffle(struct trainer *t, size_t n)
{
    for (uint32_t i = 0; i < n; i++)
        t->order[i] = i;
    for (size_t i = n; i > 1; i--) {
        size_t k = fm_random_below(&t->random, i);
        uint32_t swap = t->order[i - 1];

        t->order[i - 1] = t->order[k];
        t->order[k] = swap;
    }
}

/* Up in the first 2 %, then down to nothing. */
static float rate_now(const struct trainer *t)
{
    float at = (float)t->steps / (float)t->steps_planned;
    float warm = at < 0.02f ? at / 0.02f : 1.0f;
    float left = at < 1.0f ? 1.0f - at : 0.0f;

    return t->options->rate * warm * (0.02f + 0.98f * left);
}

static void add_weights(struct trainer *t)
{
    size_t dense = t->net->dense;
    size_t rows = t->net->row_count * t->net->shape.dim;

    for (size_t i = 0; i < dense; i++)
        t->sum[i] += t->net->w[i];
    for (size_t i = 0; i < rows; i++)
        t->sum[dense + i] += t->net->rows[i];
    t->summed++;
}

static void take_average(struct trainer *t)
{
    size_t dense = t->net->dense;
    size_t rows = t->net->row_count * t->net->shape.dim;
    float scale = 1.0f / (float)t->summed;

    for (size_t i = 0; i < dense; i++)
        t->net->w[i] = t->sum[i] * scale;
    for (size_t i = 0; i < rows; i++)
        t->net->rows[i] = t->sum[dense + i] * scale;
}

static struct fm_loss run_epoch(struct trainer *t, const struct fm_corpus *c)
{
    struct fm_loss sum = {.tags = 0};
    size_t at = 0;

    shuffle(t, c->sentences);
    while (at < c->sentences) {
        struct fm_loss loss;

        fm_batch_fill(&t->maker, c, t->rows, t->order, &at, t->options->batch,
                      &t->random);
        fm_net_forward(t->net, &t->maker.batch, t->options->dropout, &t->random,
                       t->work);
        loss = fm_net_backward(t->net, &t->maker.batch, t->work);
        fm_adam_step(t->adam, t->net, t->work, rate_now(t));
        t->steps++;
        if (t->sum != NULL && t->averaging && t->steps % AVERAGE_EVERY == 0)
            add_weights(t);
        sum.tags += loss.tags;
        sum.arcs += loss.arcs;
        sum.labels += loss.labels;
        sum.names += loss.names;
    }
    sum.tags /= (double)c->tokens;
    sum.arcs /= (double)c->tokens;
    sum.labels /= (double)c->tokens;
    sum.names /= (double)c->tokens;
    return sum;
}

static enum fm_error prepare(struct trainer *t, size_t sentences,
                             struct fm_why *why)
{
    const struct fm_trainer_options *o = t->options;
    enum fm_error e;

    make_universal();
    fm_arena_init(&t->arena, (size_t)64 << 20);
    t->tree = fm_tree_work_new(&t->arena);
    t->order = calloc(sentences, sizeof *t->order);
    if (t->tree == NULL || t->order == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for training");
    e = fm_net_new(&o->shape, t->rows->n, &t->random, why, &t->net);
    if (e == FM_OK && o->average_from > 0) {
        t->sum = calloc(t->net->dense + t->net->row_count * o->shape.dim,
                        sizeof *t->sum);
        if (t->sum == NULL)
            e = fm_fail(FM_ENOMEM, why, NULL, "no memory for training");
    }
    if (e == FM_OK)
        e = fm_adam_new(t->net, why, &t->adam);
    if (e == FM_OK)
        e = fm_batch_maker_init(&t->maker, o->batch + FM_SENTENCE_TOKENS_MAX,
                                why);
    if (e == FM_OK)
        e = fm_net_work_new(t->net, t->maker.tokens_max, why, &t->work);
    return e;
}

/* NOLINTNEXTLINE(readability-function-size): eight parameters, all the run's */
enum fm_error fm_trainer_run(const struct fm_trainer_options *options,
                             const struct fm_corpus *train,
                             const struct fm_corpus *dev, size_t dev_count,
                             const struct fm_rows *rows, FILE *out,
                             struct fm_why *why, struct fm_net **ret)
{
    struct trainer t = {
        .options = options,
        .rows = rows,
        .random = {.state = options->seed},
        .started = fm_now_ms(),
    };
    size_t sentences = train->sentences;
    enum fm_error e;

    for (size_t i = 0; i < dev_count; i++)
        if (dev[i].sentences > sentences)
            sentences = dev[i].sentences;
    e = prepare(&t, sentences, why);
    t.steps_planned = train->tokens * options->epochs / options->batch;
    for (size_t i = 0; e == FM_OK && i < options->epochs; i++) {
        struct fm_loss loss;

        t.averaging = i >= options->average_from;
        loss = run_epoch(&t, train);
        if (t.summed > 0 && i + 1 == options->epochs)
            take_average(&t);
        report(&t, i, loss, dev, dev_count, out);
    }
    if (e == FM_OK) {
        *ret = t.net;
        fm_net_work_free(t.net, t.work);
    } else {
        fm_net_free(t.net);
    }
    free(t.sum);
    fm_adam_free(t.adam);
    fm_batch_maker_release(&t.maker);
    fm_arena_release(&t.arena);
    free(t.order);
    return e;
}
