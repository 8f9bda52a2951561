#include "extract/quantity_expr.h"
#include "extract/said.h"
#include "extract/scope.h"
#include "extract/time_event.h"

/* Quantities and facts as messages. */

/* --- messages --------------------------------------------------------------------- */

bool fm_quantity_put_decimal(struct fm_context *ctx, struct fm_decimal value,
                             char **ret)
{
    char text[FM_DECIMAL_TEXT];
    char *copy;

    fm_decimal_format(value, text);
    copy = fm_arena_copy(ctx->arena, fm_str(text));
    if (copy == NULL)
        return false;
    *ret = copy;
    return true;
}

bool fm_quantity_put_text(struct fm_context *ctx, struct fm_str text,
                          char **ret)
{
    char *copy = fm_arena_copy(ctx->arena, text);

    if (copy == NULL)
        return false;
    *ret = copy;
    return true;
}

struct fm_str fm_quantity_words_text(const struct fm_quantity_walk *w,
                                     struct fm_words words)
{
    return fm_context_text(w->ctx, w->lx->at[words.first].start,
                           w->lx->at[words.last - 1].end);
}

Factmill__V1__Quantity *fm_quantity_new(struct fm_quantity_walk *w,
                                        struct fm_words words)
{
    struct fm_context *ctx = w->ctx;
    uint32_t start = w->lx->at[words.first].start;
    uint32_t end = w->lx->at[words.last - 1].end;
    Factmill__V1__Quantity *q = fm_arena_alloc(ctx->arena, sizeof *q);
    Factmill__V1__Quantity **slot;

    if (q == NULL)
        return NULL;
    factmill__v1__quantity__init(q);
    q->span = fm_context_span(ctx, start, end);
    if (q->span == NULL ||
        !fm_quantity_put_text(ctx, fm_context_text(ctx, start, end), &q->text))
        return NULL;
    slot = FM_CONTEXT_ADD(ctx, quantity, quantities);
    if (slot == NULL)
        return NULL;
    *slot = q;
    return q;
}

bool fm_quantity_put_unit(const struct fm_quantity_walk *w,
                          const struct fm_amount *amount, char **ret)
{
    struct fm_str per;
    char *text;

    if (fm_words_empty(amount->per))
        return fm_quantity_put_text(w->ctx, fm_str(amount->measure.unit), ret);
    per = fm_quantity_words_text(w, amount->per);
    text = fm_arena_printf(w->ctx->arena, "%s per %.*s", amount->measure.unit,
                           FM_STR_ARG(per));
    if (text == NULL)
        return false;
    *ret = text;
    return true;
}

/* The nearest date of the sentence. */
static Factmill__V1__Time *nearest_time(const struct fm_quantity_walk *w,
                                        const Factmill__V1__Span *span)
{
    const struct fm_sentence *s = &w->ctx->doc->sentences[w->sentence];
    Factmill__V1__Time *best = NULL;
    uint32_t best_away = UINT32_MAX;
    size_t low = 0;
    size_t high = w->ctx->time_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (w->ctx->times[middle]->span->start < s->start)
            low = middle + 1;
        else
            high = middle;
    }
    for (size_t i = low; i < w->ctx->time_count; i++) {
        Factmill__V1__Time *t = w->ctx->times[i];
        uint32_t away = t->span->start > span->start
                            ? t->span->start - span->start
                            : span->start - t->span->start;

        if (t->span->start >= s->end)
            break;
        /* What it is compared with. */
        if (t->span->start >= span->start && t->span->end <= span->end &&
            i + 1 < w->ctx->time_count && t->span->end == span->end)
            continue;
        if ((w->ctx->time_types[i] != FACTMILL__V1__TIME__TYPE__DATE &&
             w->ctx->time_types[i] != FACTMILL__V1__TIME__TYPE__TIME) ||
            t->precision == FACTMILL__V1__TIME__PRECISION__UNKNOWN ||
            away >= best_away)
            continue;
        best = t;
        best_away = away;
    }
    return best;
}

Factmill__V1__Fact *fm_quantity_fact(struct fm_quantity_walk *w,
                                     Factmill__V1__Quantity *q,
                                     const char *rule, float confidence,
                                     struct fm_words subject)
{
    Factmill__V1__Fact *fact;

    if (!w->prose || q == NULL)
        return NULL;
    fact = fm_context_fact(w->ctx, FACTMILL__V1__FACT__KIND__QUANTITY, rule,
                           w->sentence, confidence);
    if (fact == NULL)
        return NULL;
    fact->quantity = q;
    fm_said_attribute(w->said, w->ctx, fact, q->span->start);
    if (w->ctx->tree == NULL)
        fact->time = nearest_time(w, q->span);
    if (!fm_words_empty(subject))
        fact->subject = fm_context_argument(
            w->ctx, FACTMILL__V1__ARGUMENT__ROLE__SUBJECT,
            w->lx->at[subject.first].start, w->lx->at[subject.last - 1].end);
    return fact;
}

/* --- change --------------------------------------------------------------------------- */

static Factmill__V1__Change__Direction direction_of(const struct fm_change *c)
{
    int d = c->word->direction;

    if (d == 0 && c->has_from && c->has_to) {
        d = fm_decimal_cmp(c->to.number.value, c->from.number.value);
        if (d == 0)
            return FACTMILL__V1__CHANGE__DIRECTION__UNCHANGED;
    }
    if (d == 0)
        return FACTMILL__V1__CHANGE__DIRECTION__DIRECTION_UNSPECIFIED;
    return d > 0 ? FACTMILL__V1__CHANGE__DIRECTION__INCREASE
                 : FACTMILL__V1__CHANGE__DIRECTION__DECREASE;
}

/* The amount whose unit is that of the change; NULL = it has none. */
static const struct fm_amount *unit_amount(const struct fm_change *c)
{
    if (c->has_to && c->to.measure.kind != FM_MEASURE_NONE)
        return &c->to;
    if (c->has_from && c->from.measure.kind != FM_MEASURE_NONE)
        return &c->from;
    if (c->has_by && !c->has_to && !c->has_from &&
        c->by.measure.kind != FM_MEASURE_TIMES)
        return &c->by;
    return NULL;
}

bool fm_quantity_put_by(struct fm_context *ctx, const struct fm_amount *by,
                        Factmill__V1__Change *change)
{
    struct fm_decimal value = by->number.value;

    /* "fell by half" */
    if (by->measure.kind == FM_MEASURE_NONE &&
        by->number.form == FM_NUMBER_FRACTION) {
        change->relative = true;
        return fm_quantity_put_decimal(ctx, value, &change->factor);
    }
    if (by->measure.kind == FM_MEASURE_TIMES)
        return fm_quantity_put_decimal(ctx, value, &change->factor);
    if (by->measure.kind != FM_MEASURE_PERCENT ||
        strcmp(by->measure.unit, "percent") != 0)
        return fm_quantity_put_decimal(ctx, value, &change->by);
    change->relative = true;
    return !fm_decimal_of(value.mantissa, value.scale + 2, &value) ||
           fm_quantity_put_decimal(ctx, value, &change->factor);
}

static Factmill__V1__Change *new_change(struct fm_quantity_walk *w,
                                        const struct fm_change *c)
{
    struct fm_context *ctx = w->ctx;
    Factmill__V1__Change *change = fm_arena_alloc(ctx->arena, sizeof *change);
    bool ok = true;

    if (change == NULL)
        return NULL;
    factmill__v1__change__init(change);
    change->direction = direction_of(c);
    if (c->has_from)
        ok = fm_quantity_put_decimal(ctx, c->from.number.value, &change->from);
    if (ok && c->has_to)
        ok = fm_quantity_put_decimal(ctx, c->to.number.value, &change->to);
    /* "up 13 to 16 cents": the quantity has the range. */
    if (ok && c->has_by && !c->by.range)
        ok = fm_quantity_put_by(ctx, &c->by, change);
    else if (ok && c->word->factor != 0)
        ok = fm_quantity_put_text(ctx,
                                  fm_str(c->word->factor < 0    ? "0.5"
                                         : c->word->factor == 2 ? "2"
                                         : c->word->factor == 3 ? "3"
                                                                : "4"),
                                  &change->factor);
    /* "halved": by a share of what it was. */
    if (!c->has_by && c->word->factor < 0)
        change->relative = true;
    if (ok && !fm_words_empty(c->baseline))
        ok = fm_quantity_put_text(ctx, fm_quantity_words_text(w, c->baseline),
                                  &change->baseline);
    return ok ? change : NULL;
}

/* "to 17 from 46 in 2010", "compared with a year earlier": then it was what it is
 * compared with. */
static bool is_baseline(const struct fm_quantity_walk *w,
                        const struct fm_change *c,
                        const Factmill__V1__Span *time)
{
    const struct fm_lexeme *at = w->lx->at;

    if (!fm_words_empty(c->baseline))
        return time->start < at[c->baseline.last - 1].end &&
               time->end > at[c->baseline.first].start;
    return c->has_from && time->start >= at[c->from.words.first].start &&
           (!c->has_to || c->to.words.first < c->from.words.first ||
            time->start < at[c->to.words.first].start);
}

/* Polarity, modality and time of a change: those of its verb. */
static void place_change(struct fm_quantity_walk *w, const struct fm_change *c,
                         Factmill__V1__Fact *fact)
{
    struct fm_context *ctx = w->ctx;
    uint32_t token;

    if (ctx->tree == NULL) {
        fm_quantity_clause(ctx, w->lx, c->at, fact);
        return;
    }
    token = (uint32_t)fm_doc_token_at(ctx->doc, w->lx->at[c->at].start);
    fact->time = fm_time_of_verb(ctx, token);
    if (fact->time == NULL)
        fact->time = fm_time_of_phrase(ctx, token, FM_NO_TOKEN);
    fm_scope_apply(ctx, fact, w->sentence, token);
    if (fact->time == NULL || fact->time->span == NULL ||
        !is_baseline(w, c, fact->time->span))
        return;
    if (fact->quantity->change->baseline[0] == '\0')
        fact->quantity->change->baseline = fact->time->text;
    fact->time = NULL;
}

/* Where "has" of "has been cut" begins. */
static uint32_t auxiliary_start(const struct fm_quantity_walk *w,
                                const struct fm_change *c)
{
    const struct fm_tree *tree = w->ctx->tree;
    uint32_t verb =
        (uint32_t)fm_doc_token_at(tree->doc, w->lx->at[c->at].start);
    uint32_t i = verb;

    while (i > 0 && fm_tree_head(tree, i - 1) == verb &&
           (fm_tree_dep(tree, i - 1) == FM_DEP_AUX ||
            fm_tree_dep(tree, i - 1) == FM_DEP_AUX_PASS))
        i--;
    return tree->doc->start[i];
}

size_t fm_quantity_emit_change(struct fm_quantity_walk *w,
                               const struct fm_change *c)
{
    struct fm_context *ctx = w->ctx;
    Factmill__V1__Quantity *q = fm_quantity_new(w, c->words);
    const struct fm_amount *measured = unit_amount(c);
    Factmill__V1__Fact *fact;
    float confidence = 0.7f;

    if (q == NULL)
        return c->words.last;
    q->change = new_change(w, c);
    if (q->change == NULL ||
        (measured != NULL && !fm_quantity_put_unit(w, measured, &q->unit)))
        return c->words.last;
    if (c->has_by && c->by.range &&
        (!fm_quantity_put_decimal(ctx, c->by.number.value, &q->low) ||
         !fm_quantity_put_decimal(ctx, c->by.high.value, &q->high)))
        return c->words.last;
    q->qualifier = c->has_by   ? c->by.qualifier
                   : c->has_to ? c->to.qualifier
                               : FACTMILL__V1__QUANTITY__QUALIFIER__EXACT;
    if (fm_words_empty(c->subject))
        return c->words.last;
    if (!fm_quantity_put_text(ctx, fm_quantity_words_text(w, c->subject),
                              &q->about))
        return c->words.last;
    if (c->has_from && c->has_to)
        confidence = 0.85f;
    else if (c->noun)
        confidence = 0.75f;
    fact = fm_quantity_fact(
        w, q, c->noun ? "quantity.change.noun" : "quantity.change", confidence,
        c->subject);
    if (fact == NULL)
        return c->words.last;
    fact->predicate = fm_context_predicate(ctx, fm_str(c->word->lemma),
                                           ctx->tree != NULL && !c->noun
                                               ? auxiliary_start(w, c)
                                               : w->lx->at[c->at].start,
                                           w->lx->at[c->at].end);
    if (!fm_words_empty(c->agent))
        fm_context_add_argument(
            ctx, fact,
            fm_context_argument(ctx, FACTMILL__V1__ARGUMENT__ROLE__AGENT,
                                w->lx->at[c->agent.first].start,
                                w->lx->at[c->agent.last - 1].end));
    place_change(w, c, fact);
    return c->words.last;
}
