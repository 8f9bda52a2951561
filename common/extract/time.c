#include "extract/time.h"

#include "extract/number.h"
#include "extract/time_event.h"
#include "extract/time_expr.h"
#include "extract/time_verb.h"

/* Joins ranges, keeps track of what was spoken of, and hands the times over. */

static bool is_fn(const struct fm_lexemes *lx, size_t i, enum fm_lexeme_fn fn)
{
    return fm_lexeme_fn(lx, i, fn);
}

/* --- handing over --------------------------------------------------------------- */

struct walk {
    struct fm_context *ctx;
    struct fm_time_state state;
};

static char *iso(struct fm_context *ctx, int64_t second, bool time, bool zone)
{
    char text[FM_STRETCH_TEXT];

    fm_stretch_iso(second, time, text);
    return fm_arena_printf(ctx->arena, "%s%s", text, zone ? "Z" : "");
}

static const char *type_name(Factmill__V1__Time__Type type)
{
    switch (type) {
    case FACTMILL__V1__TIME__TYPE__TIME: return "TIME";
    case FACTMILL__V1__TIME__TYPE__DURATION_TYPE: return "DURATION";
    case FACTMILL__V1__TIME__TYPE__SET: return "SET";
    case FACTMILL__V1__TIME__TYPE__DATE:
    case FACTMILL__V1__TIME__TYPE__TYPE_UNSPECIFIED:
    case _FACTMILL__V1__TIME__TYPE_IS_INT_SIZE: break;
    }
    return "DATE";
}

/* The TIMEX3 of lexemes [first, last). */
static void mention(struct walk *w, const struct fm_lexemes *lx, size_t first,
                    size_t last, const struct fm_time_value *v)
{
    struct fm_context *ctx = w->ctx;
    Factmill__V1__TimeMention *m = fm_arena_alloc(ctx->arena, sizeof *m);
    Factmill__V1__TimeMention **slot;

    if (m == NULL)
        return;
    factmill__v1__time_mention__init(m);
    m->span = fm_context_span(ctx, lx->at[first].start, lx->at[last - 1].end);
    m->value = fm_arena_copy(ctx->arena, fm_str(v->value));
    m->type = fm_arena_copy(ctx->arena, fm_str(type_name(v->type)));
    if (m->span == NULL || m->value == NULL || m->type == NULL)
        return;
    slot = FM_CONTEXT_ADD(ctx, time_mention, time_mentions);
    if (slot != NULL)
        *slot = m;
}

static void emit(struct walk *w, const struct fm_lexemes *lx, size_t first,
                 size_t last, const struct fm_time_value *v, bool zone)
{
    struct fm_context *ctx = w->ctx;
    uint32_t start = lx->at[first].start;
    uint32_t end = lx->at[last - 1].end;
    Factmill__V1__Time *time = fm_arena_alloc(ctx->arena, sizeof *time);
    Factmill__V1__Time **slot;
    Factmill__V1__Time__Type *type;

    if (time == NULL)
        return;
    factmill__v1__time__init(time);
    time->value = fm_arena_copy(ctx->arena, fm_str(v->value));
    time->text = fm_arena_copy(ctx->arena, fm_context_text(ctx, start, end));
    time->span = fm_context_span(ctx, start, end);
    if (time->value == NULL || time->text == NULL || time->span == NULL)
        return;
    if (v->has_start)
        time->start = iso(ctx, v->start, v->time_of_day, zone);
    if (v->has_end)
        time->end = iso(ctx, v->end, v->time_of_day, zone);
    if (time->start == NULL || time->end == NULL)
        return;
    time->precision = v->precision;
    time->basis = v->basis;
    time->approximate = v->approximate;
    slot = FM_CONTEXT_ADD(ctx, time, times);
    if (slot == NULL)
        return;
    *slot = time;
    ctx->time_types =
        fm_arena_grow(ctx->arena, ctx->time_types, ctx->time_count - 1,
                      sizeof *type, &ctx->time_type_cap);
    if (ctx->time_types == NULL) {
        ctx->time_count--;
        return;
    }
    ctx->time_types[ctx->time_count - 1] = v->type;
}

/* A quarter that is still to come is not reported on, and one that is only
 * compared with is not what the next sentences compare with. */
static bool is_reported(const struct fm_time_state *s,
                        const struct fm_time_expr *e, struct fm_stretch quarter)
{
    if (e->like_quarter || (e->form == FM_TIME_SHIFT && e->sign != 0))
        return false;
    if (!s->published || e->ends)
        return true;
    return fm_stretch_end(quarter) <= s->now ||
           (fm_stretch_start(quarter) <= s->now && s->tense == FM_TENSE_PAST);
}

static void remember(struct walk *w, const struct fm_time_expr *e,
                     const struct fm_time_value *v)
{
    struct fm_time_state *s = &w->state;

    if (!v->placed || v->type == FACTMILL__V1__TIME__TYPE__DURATION_TYPE ||
        v->type == FACTMILL__V1__TIME__TYPE__SET)
        return;
    /* "a year earlier" is compared with, not gone to. */
    if (e->form == FM_TIME_SHIFT && e->unit == FM_UNIT_YEAR && e->sign < 0)
        return;
    s->has_last = true;
    s->last = v->period;
    s->last_sentence = s->sentence;
    s->last_explicit = v->basis == FACTMILL__V1__TIME__BASIS__EXPLICIT ||
                       (v->basis == FACTMILL__V1__TIME__BASIS__CONTEXT);
    if (v->period.unit == FM_UNIT_QUARTER && is_reported(s, e, v->period)) {
        s->quarter = v->period;
        s->quarter_sentence = (int32_t)s->sentence;
        s->quarter_fresh = true;
    }
}

/* "since 2011", "until Monday": one side is open. */
static void apply_bound(const struct walk *w, enum fm_time_bound bound,
                        struct fm_time_value *v)
{
    if (bound == FM_BOUND_NONE || !v->placed)
        return;
    v->precision = FACTMILL__V1__TIME__PRECISION__RANGE;
    if (bound == FM_BOUND_UNTIL) {
        v->has_start = false;
        return;
    }
    v->has_end = w->state.published && w->state.now > v->start;
    v->end = w->state.now;
    if (!v->time_of_day)
        v->end = fm_stretch_end(fm_stretch_at(FM_UNIT_DAY, w->state.now));
}

/* first: lexeme of the words that bound it ("since"), at: of the time. */
static void put_one(struct walk *w, const struct fm_lexemes *lx, size_t first,
                    size_t at, size_t last, const struct fm_time_expr *expr,
                    enum fm_time_bound bound)
{
    struct fm_time_value v;

    fm_time_resolve(expr, &w->state, &v);
    remember(w, expr, &v);
    mention(w, lx, at, last, &v);
    /* "the nine months": what is compared next is no quarter. */
    if (expr->form == FM_TIME_DURATION && expr->unit == FM_UNIT_MONTH &&
        expr->amount > 3000 && expr->amount % 3000 == 0)
        w->state.quarter_fresh = false;
    apply_bound(w, bound, &v);
    emit(w, lx, first, last, &v, expr->zone != FM_TIME_ABSENT);
}

/* Where the words of a range lie: its ends are [a, a_last) and [b, last). */
struct range_words {
    size_t first; /* "from" */
    size_t a, a_last, b, last;
};

/* TIMEX3 has no values for ranges: each end is a mention. */
static void put_range(struct walk *w, const struct fm_lexemes *lx,
                      const struct range_words *words,
                      const struct fm_time_expr *a,
                      const struct fm_time_expr *b)
{
    struct fm_time_value v;
    struct fm_time_value end;
    struct fm_time_expr first_end = *a;
    size_t at;

    fm_time_resolve(b, &w->state, &end);
    if (end.placed && a->form == FM_TIME_CALENDAR && a->month > 0 &&
        a->year == FM_TIME_ABSENT && a->year_shift == FM_TIME_ABSENT &&
        a->which == FM_WHICH_ANY && b->month > 0) {
        struct fm_stretch year = fm_stretch_at(FM_UNIT_YEAR, end.start);

        /* The first end is the last one before the second. */
        year.index -= a->month > b->month;
        first_end.year = (int32_t)year.index;
    }
    fm_time_resolve(&first_end, &w->state, &v);
    v.basis = end.placed && a->year == FM_TIME_ABSENT ? end.basis : v.basis;
    remember(w, a, &v);
    remember(w, b, &end);
    mention(w, lx, words->a, words->a_last, &v);
    mention(w, lx, words->b, words->last, &end);
    at = strlen(v.value);
    (void)snprintf(v.value + at, sizeof v.value - at, "/%.*s",
                   FM_STRETCH_TEXT - 2, end.value);
    v.precision = FACTMILL__V1__TIME__PRECISION__RANGE;
    v.approximate = v.approximate || end.approximate;
    v.end = end.end;
    if (!v.placed || !end.placed || end.end <= v.start) {
        v.has_start = false;
        v.has_end = false;
    }
    v.time_of_day = v.time_of_day || end.time_of_day;
    emit(w, lx, words->first, words->last, &v, a->zone != FM_TIME_ABSENT);
}

/* "the quarter ended Sept. 30", "the nine months ending in June": the period
 * ends with that date. at: lexeme behind the period. */
static void end_with(struct walk *w, const struct fm_lexemes *lx, size_t at,
                     struct fm_time_expr *e)
{
    struct fm_time_expr date;
    struct fm_time_value end;
    struct fm_time_state state = w->state;

    if (!is_fn(lx, at, FM_FN_ENDED) && !is_fn(lx, at, FM_FN_ENDING))
        return;
    state.tense = is_fn(lx, at, FM_FN_ENDED) ? FM_TENSE_PAST : FM_TENSE_FUTURE;
    at++;
    at += is_fn(lx, at, FM_FN_IN) || is_fn(lx, at, FM_FN_ON);
    if (fm_time_read(lx, at, &date) == 0 || !fm_time_is_date(&date))
        return;
    fm_time_resolve(&date, &state, &end);
    if (!end.placed || end.period.unit > FM_UNIT_MONTH)
        return;
    e->ends = true;
    e->end = end.end;
}

/* "will end in two years": how far, not how long. */
static bool is_distance(const struct walk *w, const struct fm_lexemes *lx,
                        size_t i, const struct fm_time_expr *e)
{
    return e->form == FM_TIME_DURATION && e->side == 0 && !e->vague &&
           (e->amount % 1000 == 0 || e->unit == FM_UNIT_HOUR) &&
           e->unit >= FM_UNIT_MINUTE && i > 0 && !is_fn(lx, i, FM_FN_THE) &&
           is_fn(lx, i - 1, FM_FN_IN) && w->state.published &&
           w->state.tense == FM_TENSE_FUTURE;
}

/* "in two years' time", "in a fortnight's time" */
static bool in_time(const struct fm_lexemes *lx, size_t i, size_t behind,
                    const struct fm_time_expr *e)
{
    return e->form == FM_TIME_DURATION && i > 0 && is_fn(lx, i - 1, FM_FN_IN) &&
           (lx->at[behind].kind == FM_LEX_GENITIVE ||
            fm_lexeme_mark(lx, behind, '\'')) &&
           is_fn(lx, behind + 1, FM_FN_TIME);
}

/* "from 9:30 to 11 a.m." at i, or behind the day that was read up to i. */
static size_t read_hours(struct walk *w, const struct fm_lexemes *lx, size_t i,
                         const struct fm_time_expr *day, size_t day_first)
{
    struct fm_time_expr a;
    struct fm_time_expr b;
    struct range_words words = {.first = i, .a = i};
    size_t n;

    if (day != NULL) {
        i += fm_lexeme_mark(lx, i, ',');
        i += is_fn(lx, i, FM_FN_FROM) || is_fn(lx, i, FM_FN_BETWEEN) ||
             is_fn(lx, i, FM_FN_AT);
        words = (struct range_words){.first = day_first, .a = day_first};
    }
    if (lx->at[i].kind != FM_LEX_DIGITS && lx->at[i].kind != FM_LEX_CARDINAL &&
        lx->at[i].kind != FM_LEX_CLOCK)
        return 0;
    n = fm_time_read_hours(lx, i, day, &a, &b, &words.b);
    if (n == 0)
        return 0;
    if (day == NULL) {
        w->state.tense = fm_time_tense(w->ctx->tree, lx, i, i + n);
        words.first -= i > 0 && (is_fn(lx, i - 1, FM_FN_FROM) ||
                                 is_fn(lx, i - 1, FM_FN_BETWEEN));
    }
    words.a_last = words.b - 1;
    words.last = i + n;
    put_range(w, lx, &words, &a, &b);
    return words.last;
}

static enum fm_time_bound bound_at(const struct fm_lexemes *lx, size_t i)
{
    if (is_fn(lx, i, FM_FN_SINCE))
        return FM_BOUND_SINCE;
    return is_fn(lx, i, FM_FN_UNTIL) || is_fn(lx, i, FM_FN_TILL)
               ? FM_BOUND_UNTIL
               : FM_BOUND_NONE;
}

/* "from", "between" before i, which a range takes in. */
static bool opens(const struct fm_lexemes *lx, size_t i)
{
    return i > 0 &&
           (is_fn(lx, i - 1, FM_FN_FROM) || is_fn(lx, i - 1, FM_FN_BETWEEN));
}

/* Of the expression a, n lexemes at i, whose words begin at from. */
static void set_tense(struct walk *w, const struct fm_lexemes *lx, size_t from,
                      size_t i, size_t n, const struct fm_time_expr *a)
{
    const struct fm_tree *tree = w->ctx->tree;

    if (bound_at(lx, from) == FM_BOUND_UNTIL ||
        (i > 0 && is_fn(lx, i - 1, FM_FN_AS)))
        w->state.tense = FM_TENSE_FUTURE;
    else
        w->state.tense = fm_time_tense(tree, lx, from, i + n);
    /* "the January deficit will be revised": the month is the noun's. */
    if (a->form == FM_TIME_CALENDAR && a->month > 0 && a->day == 0 &&
        w->state.tense >= FM_TENSE_PRESENT && tree != NULL &&
        fm_time_is_modifier(tree, lx->at[i].start, lx->at[i + n - 1].end))
        w->state.tense = FM_TENSE_NONE;
}

/* "in two days' time", "two days away": lexemes of it; a becomes a shift. */
static size_t read_ahead(const struct walk *w, const struct fm_lexemes *lx,
                         size_t i, size_t n, struct fm_time_expr *a)
{
    size_t more = in_time(lx, i, i + n, a) ? 2 : 0;

    if (more == 0 && !is_distance(w, lx, i, a))
        return n;
    a->form = FM_TIME_SHIFT;
    a->sign = 1;
    return n + more;
}

/* Days joined: "from 3 to 5 May"; where reading goes on, 0 = none are there. */
static size_t read_days(struct walk *w, const struct fm_lexemes *lx,
                        size_t from, size_t i)
{
    struct fm_time_expr a;
    struct fm_time_expr b;
    struct range_words days;
    size_t second;
    size_t n = fm_time_read_days(lx, i, &a, &b, &second);

    if (n == 0)
        return 0;
    days = (struct range_words){opens(lx, i) ? i - 1 : from, i, second - 1,
                                second, i + n};
    put_range(w, lx, &days, &a, &b);
    return i + n;
}

/* A date a of n lexemes at i: with its hours, as a range, or alone. */
static size_t read_date(struct walk *w, const struct fm_lexemes *lx,
                        size_t from, size_t i, size_t n, struct fm_time_expr *a)
{
    enum fm_time_bound bound = bound_at(lx, from);
    struct fm_time_expr b;
    size_t m = 0;

    if (a->unit == FM_UNIT_DAY && !a->clock)
        m = read_hours(w, lx, i + n, a, i);
    if (m > 0)
        return m;
    m = bound == FM_BOUND_NONE ? fm_time_read_range(lx, i, n, a, &b) : 0;
    if (m > 0) {
        struct range_words words = {opens(lx, i) ? i - 1 : i, i, i + n,
                                    i + n + 1, i + m};

        put_range(w, lx, &words, a, &b);
        return i + m;
    }
    put_one(w, lx, from, i, i + n, a, bound);
    return i + n;
}

/* One expression at i, alone or as a range: where reading goes on. */
static size_t read_at(struct walk *w, const struct fm_lexemes *lx, size_t from)
{
    size_t i = from + (bound_at(lx, from) != FM_BOUND_NONE);
    struct fm_time_expr a;
    size_t n = read_days(w, lx, from, i);

    if (n == 0)
        n = read_hours(w, lx, i, NULL, 0);
    if (n > 0)
        return n;
    n = fm_time_read(lx, i, &a);
    if (n == 0)
        return from + 1;
    set_tense(w, lx, from, i, n, &a);
    end_with(w, lx, i + n, &a);
    n = read_ahead(w, lx, i, n, &a);
    if (fm_time_is_date(&a))
        return read_date(w, lx, from, i, n, &a);
    put_one(w, lx, i, i, i + n, &a, FM_BOUND_NONE);
    return i + n;
}

void fm_extract_times(struct fm_context *ctx)
{
    struct walk w = {.ctx = ctx};
    struct fm_lexemes lx;

    w.state.published = ctx->published_us != INT64_MIN;
    w.state.quarter_sentence = -1;
    if (w.state.published) {
        w.state.now = ctx->published_us / 1000000 -
                      (ctx->published_us % 1000000 < 0 ? 1 : 0);
        w.state.published =
            fm_stretch_in_range(fm_stretch_at(FM_UNIT_DAY, w.state.now));
    }
    for (size_t s = 0; s < ctx->doc->sentence_count; s++) {
        const struct fm_sentence *sentence = &ctx->doc->sentences[s];
        uint32_t at = sentence->start;

        w.state.sentence = s;
        while (at < sentence->end) {
            at = fm_lexemes_read(&lx, ctx->doc->text, at, sentence->end);
            for (size_t i = 0; i < lx.count;)
                i = read_at(&w, &lx, i);
        }
    }
    fm_time_find_verbs(ctx);
}
