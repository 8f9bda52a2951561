#include "extract/said.h"

#include <stdlib.h>

/* Sayings within sayings: deeper ones are misread. */
#define OPEN_MAX 8u

struct content {
    uint32_t start;
    uint32_t end;
    const Factmill__V1__Fact *fact;
};

struct fm_said {
    struct content *all; /* by start */
    size_t count, cap;
    size_t next;                          /* the first not yet opened */
    const struct content *open[OPEN_MAX]; /* those that may hold the place */
    size_t open_count;
};

static bool add(struct fm_context *ctx, struct fm_said *said,
                const Factmill__V1__Span *span, const Factmill__V1__Fact *fact)
{
    if (span == NULL || span->field != FACTMILL__V1__SPAN__FIELD__TEXT)
        return true;
    said->all = fm_arena_grow(ctx->arena, said->all, said->count,
                              sizeof *said->all, &said->cap);
    if (said->all == NULL)
        return false;
    said->all[said->count++] = (struct content){span->start, span->end, fact};
    return true;
}

static bool add_fact(struct fm_context *ctx, struct fm_said *said,
                     const Factmill__V1__Fact *fact)
{
    if (fact->kind != FACTMILL__V1__FACT__KIND__QUOTE &&
        fact->kind != FACTMILL__V1__FACT__KIND__REPORTED)
        return true;
    for (size_t i = 0; i < fact->n_quote; i++)
        if (!add(ctx, said, fact->quote[i], fact))
            return false;
    for (size_t i = 0; i < fact->n_arguments; i++)
        if (fact->arguments[i]->role == FACTMILL__V1__ARGUMENT__ROLE__CONTENT &&
            !add(ctx, said, fact->arguments[i]->span, fact))
            return false;
    return true;
}

static int by_start(const void *a, const void *b)
{
    const struct content *x = a;
    const struct content *y = b;

    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    return (x->end < y->end) - (x->end > y->end);
}

struct fm_said *fm_said_list(struct fm_context *ctx)
{
    struct fm_said *said = fm_arena_alloc(ctx->arena, sizeof *said);

    if (said == NULL)
        return NULL;
    memset(said, 0, sizeof *said);
    for (size_t i = 0; i < ctx->fact_count; i++)
        if (!add_fact(ctx, said, ctx->facts[i]))
            return NULL;
    if (said->count == 0)
        return NULL;
    qsort(said->all, said->count, sizeof *said->all, by_start);
    return said;
}

static void move_to(struct fm_said *said, uint32_t at)
{
    size_t n = 0;

    if (said->next > 0 && said->all[said->next - 1].start > at) {
        said->next = 0;
        said->open_count = 0;
    }
    while (said->next < said->count && said->all[said->next].start <= at) {
        if (said->open_count == OPEN_MAX) {
            memmove(said->open, said->open + 1,
                    (OPEN_MAX - 1) * sizeof said->open[0]);
            said->open_count--;
        }
        said->open[said->open_count++] = &said->all[said->next++];
    }
    for (size_t i = 0; i < said->open_count; i++)
        if (said->open[i]->end > at)
            said->open[n++] = said->open[i];
    said->open_count = n;
}

void fm_said_attribute(struct fm_said *said, struct fm_context *ctx,
                       Factmill__V1__Fact *fact, uint32_t at)
{
    const Factmill__V1__Fact *saying;

    if (said == NULL || fact == NULL)
        return;
    move_to(said, at);
    if (said->open_count == 0)
        return;
    /* The last one opened begins last: it is the innermost. */
    saying = said->open[said->open_count - 1]->fact;
    for (size_t k = 0; k < saying->n_attribution; k++)
        fm_context_add_attribution(ctx, fact, saying->attribution[k]);
}
