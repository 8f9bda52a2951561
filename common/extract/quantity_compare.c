#include "extract/quantity_expr.h"

/* Amounts that are only compared with: they become the change of the amounts
 * before them, and no facts of their own. */

/* How far behind an amount what it is compared with may begin, in lexemes. */
#define REACH 24

static bool is_fn(const struct fm_lexemes *lx, size_t i, enum fm_lexeme_fn fn)
{
    return fm_lexeme_fn(lx, i, fn);
}

void fm_quantity_remember(struct fm_quantity_walk *w, Factmill__V1__Quantity *q,
                          const struct fm_amount *amount)
{
    if (w->recent_count == FM_RECENT_MAX) {
        memmove(w->recent, w->recent + 1,
                (FM_RECENT_MAX - 1) * sizeof w->recent[0]);
        w->recent_count--;
    }
    w->recent[w->recent_count++] =
        (struct fm_recent){.quantity = q, .amount = *amount};
}

static bool same_unit(const struct fm_quantity_walk *w,
                      const struct fm_amount *a, const struct fm_amount *b)
{
    if (a->measure.kind != b->measure.kind ||
        strcmp(a->measure.unit, b->measure.unit) != 0 ||
        fm_words_empty(a->per) != fm_words_empty(b->per))
        return false;
    return fm_words_empty(a->per) ||
           fm_str_ieq(fm_quantity_words_text(w, a->per),
                      fm_quantity_words_text(w, b->per));
}

/* The amount of this sentence that a is compared with, the first of the last
 * that are alike and have no change yet; NULL = none. */
static struct fm_recent *partner(struct fm_quantity_walk *w,
                                 const struct fm_amount *a, size_t i)
{
    struct fm_recent *found = NULL;

    for (size_t k = w->recent_count; k-- > 0;) {
        struct fm_recent *r = &w->recent[k];

        if (r->compared || r->quantity->change != NULL || r->amount.range ||
            r->amount.number.vague || i - r->amount.words.last > REACH)
            continue;
        /* "profit of 480 million francs, up from 443 million" */
        if (same_unit(w, &r->amount, a) ||
            (a->measure.kind == FM_MEASURE_NONE && found == NULL &&
             r->amount.measure.kind == FM_MEASURE_MONEY))
            found = r;
        else if (found != NULL)
            break;
    }
    return found;
}

static Factmill__V1__Change *new_change(struct fm_quantity_walk *w,
                                        const struct fm_recent *r)
{
    struct fm_context *ctx = w->ctx;
    Factmill__V1__Change *change = fm_arena_alloc(ctx->arena, sizeof *change);

    if (change == NULL)
        return NULL;
    factmill__v1__change__init(change);
    return fm_quantity_put_decimal(ctx, r->amount.number.value, &change->to)
               ? change
               : NULL;
}

static Factmill__V1__Change__Direction direction_of(struct fm_decimal from,
                                                    struct fm_decimal to)
{
    int order = fm_decimal_cmp(to, from);

    if (order == 0)
        return FACTMILL__V1__CHANGE__DIRECTION__UNCHANGED;
    return order > 0 ? FACTMILL__V1__CHANGE__DIRECTION__INCREASE
                     : FACTMILL__V1__CHANGE__DIRECTION__DECREASE;
}

/* ", a year earlier", " in 1986" behind what is compared with: lexemes taken. */
static size_t read_when(const struct fm_quantity_walk *w, size_t i,
                        struct fm_words *ret)
{
    size_t at = i + fm_lexeme_mark(w->lx, i, ',');
    size_t end;

    at += is_fn(w->lx, at, FM_FN_IN) || is_fn(w->lx, at, FM_FN_DURING);
    at += is_fn(w->lx, at, FM_FN_THE) && !w->taken->at[at];
    end = at;
    while (end < w->lx->count && w->taken->at[end])
        end++;
    if (end == at)
        return 0;
    *ret = (struct fm_words){at, end};
    return end - i;
}

static void set_baseline(struct fm_quantity_walk *w, struct fm_words when)
{
    for (size_t k = 0; k < w->recent_count; k++) {
        Factmill__V1__Change *c = w->recent[k].quantity->change;

        if (w->recent[k].compared && c != NULL && c->baseline[0] == '\0')
            (void)fm_quantity_put_text(w->ctx, fm_quantity_words_text(w, when),
                                       &c->baseline);
    }
}

/* One amount that is compared with, at i: lexemes taken, 0 = none. */
static size_t read_from(struct fm_quantity_walk *w, size_t i)
{
    struct fm_amount a;
    size_t skip = 0;
    size_t n;
    struct fm_recent *r;

    /* "a loss of $3 million", "net income of": the same thing, said again. */
    while (skip < 5 && !w->taken->at[i + skip] &&
           (w->lx->at[i + skip].kind == FM_LEX_WORD ||
            is_fn(w->lx, i + skip, FM_FN_A) ||
            is_fn(w->lx, i + skip, FM_FN_THE) ||
            is_fn(w->lx, i + skip, FM_FN_AN) ||
            is_fn(w->lx, i + skip, FM_FN_OF)) &&
           !fm_quantity_is_stop(w->lx, i + skip))
        skip++;
    n = fm_quantity_amount(w->lx, w->taken, i + skip, &a);
    if (n == 0) {
        skip = 0;
        n = fm_quantity_amount(w->lx, w->taken, i, &a);
    }
    if (n == 0 || a.range)
        return 0;
    r = partner(w, &a, i);
    if (r == NULL)
        return 0;
    r->quantity->change = new_change(w, r);
    if (r->quantity->change == NULL ||
        !fm_quantity_put_decimal(w->ctx, a.number.value,
                                 &r->quantity->change->from))
        return 0;
    r->quantity->change->direction =
        direction_of(a.number.value, r->amount.number.value);
    r->compared = true;
    return skip + n;
}

/* "compared with", "against", "vs." at i. */
static size_t read_joint(const struct fm_lexemes *lx, size_t i)
{
    if (fm_lexeme_is(lx, i, "compared"))
        return is_fn(lx, i + 1, FM_FN_TO) || is_fn(lx, i + 1, FM_FN_WITH) ? 2
                                                                          : 0;
    if (fm_lexeme_is(lx, i, "versus") || fm_lexeme_is(lx, i, "against"))
        return 1;
    if (fm_lexeme_is(lx, i, "vs"))
        return fm_lexeme_mark(lx, i + 1, '.') ? 2 : 1;
    return 0;
}

static size_t read_compared(struct fm_quantity_walk *w, size_t i)
{
    size_t from = i;
    size_t n = read_joint(w->lx, i);
    struct fm_words when;

    if (n == 0)
        return 0;
    i += n;
    n = read_from(w, i);
    if (n == 0)
        return 0;
    for (; n > 0; n = read_from(w, i)) {
        size_t at;

        i += n;
        at = i + fm_lexeme_mark(w->lx, i, ',');
        if (!is_fn(w->lx, at, FM_FN_OR) && !is_fn(w->lx, at, FM_FN_AND))
            break;
        if (read_from(w, at + 1) == 0)
            break;
        i = at + 1;
    }
    n = read_when(w, i, &when);
    if (n > 0)
        set_baseline(w, when);
    return i + n - from;
}

/* "up 15% from $1 billion", "down from 46" behind an amount and a comma. */
static size_t read_updown(struct fm_quantity_walk *w, size_t i)
{
    const struct fm_lexemes *lx = w->lx;
    bool up = is_fn(lx, i, FM_FN_UP);
    struct fm_amount by = {.range = false};
    struct fm_recent *r;
    size_t from = i;
    size_t n;
    size_t m;
    struct fm_words when;

    if ((!up && !fm_lexeme_is(lx, i, "down")) || w->recent_count == 0)
        return 0;
    /* "gave up 10 per cent" */
    if (i == 0 ||
        (!fm_lexeme_mark(lx, i - 1, ',') && !fm_lexeme_mark(lx, i - 1, '(') &&
         !fm_lexeme_mark(lx, i - 1, '-') && !is_fn(lx, i - 1, FM_FN_AND)))
        return 0;
    r = &w->recent[w->recent_count - 1];
    if (r->compared || r->quantity->change != NULL || r->amount.range ||
        i - r->amount.words.last > REACH / 2)
        return 0;
    i++;
    n = fm_quantity_amount(lx, w->taken, i, &by);
    if (n > 0 && by.measure.kind != FM_MEASURE_PERCENT &&
        !same_unit(w, &by, &r->amount))
        return 0;
    i += n;
    m = is_fn(lx, i, FM_FN_FROM) ? read_from(w, i + 1) : 0;
    if (m > 0)
        i += m + 1;
    if (n == 0 && m == 0)
        return 0;
    if (r->quantity->change == NULL)
        r->quantity->change = new_change(w, r);
    if (r->quantity->change == NULL)
        return 0;
    r->compared = true;
    r->quantity->change->direction =
        up ? FACTMILL__V1__CHANGE__DIRECTION__INCREASE
           : FACTMILL__V1__CHANGE__DIRECTION__DECREASE;
    if (n > 0 && !fm_quantity_put_by(w->ctx, &by, r->quantity->change))
        return 0;
    if (m == 0 && is_fn(lx, i, FM_FN_FROM))
        i++;
    n = read_when(w, i, &when);
    if (n > 0)
        set_baseline(w, when);
    return i + n - from;
}

/* ", 12 points more than in January", ", two thirds more than was thought": by so
 * much the amount before is more. */
static size_t read_more(struct fm_quantity_walk *w, size_t i)
{
    const struct fm_lexemes *lx = w->lx;
    struct fm_recent *r = &w->recent[w->recent_count - 1];
    struct fm_amount by;
    struct fm_words when;
    size_t n = 0;
    bool up;

    if (i == 0 ||
        (!fm_lexeme_mark(lx, i - 1, ',') && !fm_lexeme_mark(lx, i - 1, '-') &&
         !fm_lexeme_mark(lx, i - 1, '(')) ||
        r->compared || r->quantity->change != NULL || r->amount.range ||
        i - r->amount.words.last > REACH / 2)
        return 0;
    n = fm_quantity_amount(lx, w->taken, i, &by);
    if (n == 0 || by.range)
        return 0;
    if (by.measure.kind == FM_MEASURE_NONE &&
        by.number.form != FM_NUMBER_FRACTION) {
        /* A plain number must be of the same thing, or in points. */
        if (fm_lexeme_is(lx, i + n, "points"))
            n++;
        else if (r->amount.measure.kind != FM_MEASURE_NONE)
            return 0;
    } else if (by.measure.kind != FM_MEASURE_PERCENT &&
               by.measure.kind != FM_MEASURE_NONE &&
               !same_unit(w, &by, &r->amount)) {
        return 0;
    }
    up = is_fn(lx, i + n, FM_FN_MORE) || fm_lexeme_is(lx, i + n, "higher");
    if ((!up && !is_fn(lx, i + n, FM_FN_LESS) &&
         !is_fn(lx, i + n, FM_FN_FEWER) && !fm_lexeme_is(lx, i + n, "lower")) ||
        !is_fn(lx, i + n + 1, FM_FN_THAN))
        return 0;
    n += 2;
    r->quantity->change = new_change(w, r);
    if (r->quantity->change == NULL ||
        !fm_quantity_put_by(w->ctx, &by, r->quantity->change))
        return 0;
    r->compared = true;
    r->quantity->change->direction =
        up ? FACTMILL__V1__CHANGE__DIRECTION__INCREASE
           : FACTMILL__V1__CHANGE__DIRECTION__DECREASE;
    i += n;
    if (read_when(w, i, &when) > 0) {
        set_baseline(w, when);
        n += read_when(w, i, &when);
    }
    return n;
}

size_t fm_quantity_compare(struct fm_quantity_walk *w, size_t i)
{
    size_t n;

    if (w->recent_count == 0 || w->taken->at[i])
        return 0;
    n = read_compared(w, i);
    if (n == 0)
        n = read_updown(w, i);
    return n > 0 ? n : read_more(w, i);
}
