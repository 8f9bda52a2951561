#include "extract/time.h"

#include "extract/number.h"
#include "extract/time_expr.h"

/* Joins ranges, keeps track of what was spoken of, and hands the times over. */

static bool is_fn(const struct fm_lexemes *lx, size_t i, enum fm_lexeme_fn fn)
{
    return fm_lexeme_fn(lx, i, fn);
}

static bool is_date(const struct fm_time_expr *e)
{
    return e->form == FM_TIME_CALENDAR ||
           (e->form == FM_TIME_SHIFT && !e->vague);
}

/* --- ranges --------------------------------------------------------------------- */

/* "19" of "May 12-19", "05" of "2004-05". */
static size_t short_end(const struct fm_lexemes *lx, size_t i,
                        const struct fm_time_expr *first,
                        struct fm_time_expr *second)
{
    const struct fm_lexeme *at = &lx->at[i];
    int32_t value = at->value;

    if (at->kind == FM_LEX_ORDINAL && first->unit == FM_UNIT_DAY)
        value = at->value;
    else if (at->kind != FM_LEX_DIGITS || at->end - at->start > 2)
        return 0;
    if (first->form != FM_TIME_CALENDAR || first->clock)
        return 0;
    if (first->unit == FM_UNIT_DAY && first->day > 0 && first->month > 0 &&
        value > first->day && value <= 31) {
        *second = *first;
        second->day = (uint8_t)value;
        return 1;
    }
    if (first->unit == FM_UNIT_YEAR && first->year != FM_TIME_ABSENT &&
        at->end - at->start == 2 && fm_lexeme_glued(lx, i) &&
        value > first->year % 100) {
        *second = *first;
        second->year = first->year - first->year % 100 + value;
        return 1;
    }
    return 0;
}

/* "12-19 May 2014", "12 to 19 May": the days stand first. */
static size_t days_first(const struct fm_lexemes *lx, size_t i,
                         struct fm_time_expr *first,
                         struct fm_time_expr *second)
{
    size_t n;
    int32_t day = lx->at[i].value;

    if (lx->at[i].kind != FM_LEX_DIGITS || day < 1 || day > 31 ||
        !(fm_lexeme_mark(lx, i + 1, '-') || is_fn(lx, i + 1, FM_FN_TO) ||
          (is_fn(lx, i + 1, FM_FN_AND) &&
           (lx->at[i + 2].value == day + 1 ||
            (i > 0 && is_fn(lx, i - 1, FM_FN_BETWEEN))))))
        return 0;
    fm_time_expr_init(second);
    n = fm_time_read_date(lx, i + 2, second);
    if (n < 2 || second->month == 0 || second->day <= day ||
        lx->at[i + 2].kind != FM_LEX_DIGITS || second->weekday > 0)
        return 0;
    *first = *second;
    first->day = (uint8_t)day;
    return n + 2;
}

static bool joins(const struct fm_lexemes *lx, size_t i, bool from,
                  bool between)
{
    if (is_fn(lx, i, FM_FN_TO) || is_fn(lx, i, FM_FN_THROUGH) ||
        is_fn(lx, i, FM_FN_UNTIL) || is_fn(lx, i, FM_FN_TILL))
        return from || !is_fn(lx, i, FM_FN_UNTIL);
    if (is_fn(lx, i, FM_FN_AND))
        return between;
    return fm_lexeme_mark(lx, i, '-');
}

/* Is it a date in some year, and not named from where the writer stands? */
static bool takes_year(const struct fm_time_expr *e)
{
    return e->form == FM_TIME_CALENDAR && e->which == FM_WHICH_ANY &&
           (e->month > 0 || e->part > 0 || e->holiday > 0 ||
            e->year != FM_TIME_ABSENT);
}

/* What one end says holds for the other: "May 12 to June 3, 1992", "from May to
 * July". */
static void share_year(struct fm_time_expr *a, struct fm_time_expr *b)
{
    if (!takes_year(a) || !takes_year(b))
        return;
    if (a->year == FM_TIME_ABSENT && a->year_shift == FM_TIME_ABSENT) {
        a->year = b->year;
        a->year_shift = b->year_shift;
        if (b->year != FM_TIME_ABSENT && a->month > b->month)
            a->year--;
        if (b->unit >= FM_UNIT_YEAR && b->year != FM_TIME_ABSENT &&
            a->unit >= FM_UNIT_YEAR)
            a->year = FM_TIME_ABSENT;
    } else if (b->year == FM_TIME_ABSENT && b->year_shift == FM_TIME_ABSENT) {
        b->year = a->year;
        b->year_shift = a->year_shift;
        if (a->year != FM_TIME_ABSENT && a->month > b->month && b->month > 0)
            b->year++;
    }
}

/* The second end of a range behind a first one that takes n lexemes from i on;
 * returns how many both take, 0 = no range. */
static size_t read_range(const struct fm_lexemes *lx, size_t i, size_t n,
                         struct fm_time_expr *first,
                         struct fm_time_expr *second)
{
    bool from = i > 0 && is_fn(lx, i - 1, FM_FN_FROM);
    bool between = i > 0 && is_fn(lx, i - 1, FM_FN_BETWEEN);
    size_t at = i + n;
    size_t m;

    if (!is_date(first) || !joins(lx, at, from, between))
        return 0;
    m = short_end(lx, at + 1, first, second);
    if (m == 0) {
        m = fm_time_read(lx, at + 1, second);
        if (m == 0 || !is_date(second) ||
            (fm_lexeme_mark(lx, at, '-') && !fm_lexeme_glued(lx, at) &&
             second->unit != first->unit))
            return 0;
        /* "to Monday" behind a date is a new thought unless "from" opened. */
        if (!fm_lexeme_mark(lx, at, '-') && !from && !between &&
            second->unit != first->unit)
            return 0;
    }
    if (m == 1 && second->day > 0 && second->year == FM_TIME_ABSENT) {
        int32_t year = 0;
        size_t comma = fm_lexeme_mark(lx, at + 2, ',') ? 1 : 0;
        size_t y = fm_time_read_year(lx, at + 2 + comma, &year);

        if (y > 0) {
            second->year = year;
            m += comma + y;
        }
    }
    share_year(first, second);
    return n + 1 + m;
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
    if (v->period.unit == FM_UNIT_QUARTER) {
        s->quarter = v->period;
        s->quarter_sentence = (int32_t)s->sentence;
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

static void put_one(struct walk *w, const struct fm_lexemes *lx, size_t first,
                    size_t last, const struct fm_time_expr *expr,
                    enum fm_time_bound bound)
{
    struct fm_time_value v;

    fm_time_resolve(expr, &w->state, &v);
    remember(w, expr, &v);
    apply_bound(w, bound, &v);
    emit(w, lx, first, last, &v, expr->zone != FM_TIME_ABSENT);
}

static void put_range(struct walk *w, const struct fm_lexemes *lx, size_t first,
                      size_t last, const struct fm_time_expr *a,
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
    emit(w, lx, first, last, &v, a->zone != FM_TIME_ABSENT);
}

/* "will end in two years": how far, not how long. */
static bool is_distance(const struct walk *w, const struct fm_lexemes *lx,
                        size_t i, const struct fm_time_expr *e)
{
    return e->form == FM_TIME_DURATION && e->side == 0 && !e->vague &&
           e->amount % 1000 == 0 && e->unit >= FM_UNIT_DAY && i > 0 &&
           is_fn(lx, i - 1, FM_FN_IN) && w->state.published &&
           w->state.tense == FM_TENSE_FUTURE;
}

/* One expression at i, alone or as a range: where reading goes on. */
static size_t read_at(struct walk *w, const struct fm_lexemes *lx, size_t i)
{
    struct fm_time_expr a;
    struct fm_time_expr b;
    enum fm_time_bound bound = FM_BOUND_NONE;
    size_t from = i;
    size_t n;
    size_t m;

    if (is_fn(lx, i, FM_FN_SINCE))
        bound = FM_BOUND_SINCE;
    else if (is_fn(lx, i, FM_FN_UNTIL) || is_fn(lx, i, FM_FN_TILL))
        bound = FM_BOUND_UNTIL;
    i += bound != FM_BOUND_NONE;
    n = days_first(lx, i, &a, &b);
    if (n > 0) {
        put_range(w, lx, from, i + n, &a, &b);
        return i + n;
    }
    n = fm_time_read(lx, i, &a);
    if (n == 0)
        return from + 1;
    w->state.tense =
        bound == FM_BOUND_UNTIL || (i > 0 && is_fn(lx, i - 1, FM_FN_AS))
            ? FM_TENSE_FUTURE
            : fm_time_tense(lx, from, i + n);
    if (is_distance(w, lx, i, &a)) {
        a.form = FM_TIME_SHIFT;
        a.sign = 1;
    }
    if (!is_date(&a)) {
        put_one(w, lx, i, i + n, &a, FM_BOUND_NONE);
        return i + n;
    }
    m = bound == FM_BOUND_NONE ? read_range(lx, i, n, &a, &b) : 0;
    if (m > 0) {
        bool opened = i > 0 && (is_fn(lx, i - 1, FM_FN_FROM) ||
                                is_fn(lx, i - 1, FM_FN_BETWEEN));
        put_range(w, lx, opened ? i - 1 : i, i + m, &a, &b);
        return i + m;
    }
    put_one(w, lx, from, i + n, &a, bound);
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
}
