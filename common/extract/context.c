#include "extract/context.h"

#include "base/utf8.h"

static char empty[] = "";

Factmill__V1__Span *fm_context_span(struct fm_context *ctx, uint32_t start,
                                    uint32_t end)
{
    Factmill__V1__Span *span = fm_arena_alloc(ctx->arena, sizeof *span);

    if (span == NULL)
        return NULL;
    factmill__v1__span__init(span);
    span->start = start;
    span->end = end;
    return span;
}

struct fm_str fm_context_text(const struct fm_context *ctx, uint32_t start,
                              uint32_t end)
{
    return fm_str_sub(ctx->doc->text, start, end);
}

/* A copy with every run of white space as one space. */
static char *folded(struct fm_context *ctx, struct fm_str s)
{
    char *copy = fm_arena_alloc(ctx->arena, s.len + 1);
    size_t at = 0;
    size_t n = 0;
    bool gap = false;

    if (copy == NULL)
        return NULL;
    while (at < s.len) {
        size_t from = at;
        uint32_t c = fm_utf8_next(s, &at);

        if (fm_uni_is_space(c)) {
            gap = n > 0;
            continue;
        }
        if (gap)
            copy[n++] = ' ';
        gap = false;
        memcpy(copy + n, s.data + from, at - from);
        n += at - from;
    }
    copy[n] = '\0';
    return copy;
}

Factmill__V1__Fact *fm_context_fact(struct fm_context *ctx,
                                    Factmill__V1__Fact__Kind kind,
                                    const char *rule, size_t sentence,
                                    float confidence)
{
    const struct fm_sentence *s = &ctx->doc->sentences[sentence];
    Factmill__V1__Fact *fact = fm_arena_alloc(ctx->arena, sizeof *fact);
    Factmill__V1__Evidence *evidence =
        fm_arena_alloc(ctx->arena, sizeof *evidence);
    Factmill__V1__Fact **slot;

    if (fact == NULL || evidence == NULL)
        return NULL;
    factmill__v1__fact__init(fact);
    factmill__v1__evidence__init(evidence);
    evidence->sentence = (uint32_t)sentence;
    evidence->span = fm_context_span(ctx, s->start, s->end);
    evidence->text =
        fm_arena_copy(ctx->arena, fm_context_text(ctx, s->start, s->end));
    fact->kind = kind;
    fact->rule = fm_arena_copy(ctx->arena, fm_str(rule));
    fact->evidence = evidence;
    fact->confidence = confidence;
    fact->polarity = FACTMILL__V1__FACT__POLARITY__POSITIVE;
    fact->modality = FACTMILL__V1__FACT__MODALITY__ASSERTED;
    if (evidence->span == NULL || evidence->text == NULL || fact->rule == NULL)
        return NULL;
    slot = FM_CONTEXT_ADD(ctx, fact, facts);
    if (slot == NULL)
        return NULL;
    *slot = fact;
    return fact;
}

void fm_context_drop(struct fm_context *ctx, Factmill__V1__Fact *fact)
{
    if (ctx->fact_count > 0 && ctx->facts[ctx->fact_count - 1] == fact)
        ctx->fact_count--;
}

Factmill__V1__Argument *
fm_context_argument_text(struct fm_context *ctx,
                         Factmill__V1__Argument__Role role, struct fm_str text)
{
    Factmill__V1__Argument *a = fm_arena_alloc(ctx->arena, sizeof *a);

    if (a == NULL)
        return NULL;
    factmill__v1__argument__init(a);
    a->role = role;
    a->preposition = empty;
    a->text = folded(ctx, text);
    return a->text != NULL ? a : NULL;
}

Factmill__V1__Argument *fm_context_argument(struct fm_context *ctx,
                                            Factmill__V1__Argument__Role role,
                                            uint32_t start, uint32_t end)
{
    Factmill__V1__Argument *a =
        fm_context_argument_text(ctx, role, fm_context_text(ctx, start, end));

    if (a == NULL)
        return NULL;
    a->span = fm_context_span(ctx, start, end);
    return a->span != NULL ? a : NULL;
}

/* One more place at the end of a message's array of pointers. Arrays are
 * short, so they are copied each time the count passes a power of two. */
static void *append(struct fm_context *ctx, void *items, size_t *n, void *item)
{
    void **array = items;

    if (item == NULL)
        return array;
    if (*n == 0 || (*n & (*n - 1)) == 0) {
        size_t cap = *n == 0 ? 1 : *n * 2;

        array = fm_arena_array(ctx->arena, cap, sizeof *array);
        if (array == NULL)
            return items;
        if (*n > 0)
            memcpy(array, items, *n * sizeof *array);
    }
    array[(*n)++] = item;
    return array;
}

void fm_context_add_argument(struct fm_context *ctx, Factmill__V1__Fact *fact,
                             Factmill__V1__Argument *argument)
{
    fact->arguments =
        append(ctx, fact->arguments, &fact->n_arguments, argument);
}

Factmill__V1__Predicate *fm_context_predicate(struct fm_context *ctx,
                                              struct fm_str lemma,
                                              uint32_t start, uint32_t end)
{
    Factmill__V1__Predicate *p = fm_arena_alloc(ctx->arena, sizeof *p);

    if (p == NULL)
        return NULL;
    factmill__v1__predicate__init(p);
    p->lemma = fm_arena_copy(ctx->arena, lemma);
    p->text = folded(ctx, fm_context_text(ctx, start, end));
    if (end > start)
        p->span = fm_context_span(ctx, start, end);
    return p->lemma != NULL && p->text != NULL ? p : NULL;
}

void fm_context_add_attribution(struct fm_context *ctx,
                                Factmill__V1__Fact *fact,
                                Factmill__V1__Attribution *attribution)
{
    fact->attribution =
        append(ctx, fact->attribution, &fact->n_attribution, attribution);
}

void fm_context_add_quote(struct fm_context *ctx, Factmill__V1__Fact *fact,
                          uint32_t start, uint32_t end)
{
    fact->quote = append(ctx, fact->quote, &fact->n_quote,
                         fm_context_span(ctx, start, end));
}

void fm_context_add_trigger(struct fm_context *ctx, Factmill__V1__Fact *fact,
                            uint32_t start, uint32_t end)
{
    fact->triggers = append(ctx, fact->triggers, &fact->n_triggers,
                            fm_context_span(ctx, start, end));
}

const Factmill__V1__Time *fm_context_time_within(const struct fm_context *ctx,
                                                 uint32_t start, uint32_t end)
{
    for (size_t i = 0; i < ctx->time_count; i++) {
        const Factmill__V1__Span *span = ctx->times[i]->span;

        if (span->start >= start && span->end <= end)
            return ctx->times[i];
    }
    return NULL;
}

bool fm_context_in_quote(const struct fm_context *ctx, uint32_t start,
                         uint32_t end)
{
    for (size_t i = 0; i < ctx->quoted_count; i++)
        if (ctx->quoted[i].start < end && start < ctx->quoted[i].end)
            return true;
    return false;
}
