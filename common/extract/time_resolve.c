#include "base/clock.h"
#include "extract/time_expr.h"

/* Puts dates on the calendar. Durations, sets and references are in
 * time_value.c. */

#define DAY 86400

void fm_time_expr_init(struct fm_time_expr *expr)
{
    *expr = (struct fm_time_expr){.form = FM_TIME_NONE,
                                  .unit = FM_UNIT_DAY,
                                  .year = FM_TIME_ABSENT,
                                  .year_shift = FM_TIME_ABSENT,
                                  .minute = -1,
                                  .second = -1,
                                  .zone = FM_TIME_ABSENT};
}

static int32_t year_of(int64_t second)
{
    struct fm_stretch year = fm_stretch_at(FM_UNIT_YEAR, second);

    return (int32_t)year.index;
}

/* --- a named part of a given year ------------------------------------------- */

/* "the first week of May", "the last Monday in August". */
static bool nth_period(const struct fm_time_expr *e, int32_t year,
                       struct fm_stretch *ret)
{
    int32_t days = fm_days_in_month(year, e->month);
    struct fm_stretch day = fm_stretch_day(year, e->month, 1);
    int64_t last = day.index + days - 1;
    /* Weeks count from the one that holds the first Thursday. */
    int32_t weekday = e->weekday > 0 ? e->weekday - 1 : 3;

    day.index += (weekday - fm_weekday(day.index) + 7) % 7;
    if (e->nth == 6)
        day.index += (last - day.index) / 7 * 7;
    else
        day.index += (int64_t)(e->nth - 1) * 7;
    if (day.index > last)
        return false;
    *ret = e->unit == FM_UNIT_DAY ? day : fm_stretch_of(e->unit, day);
    return true;
}

static bool in_year(const struct fm_time_expr *e, int32_t year,
                    struct fm_stretch *ret)
{
    int64_t y = year;
    struct fm_stretch p = {e->unit, 0};

    if (e->holiday != FM_HOLIDAY_NONE) {
        *ret = fm_holiday_day((enum fm_holiday)e->holiday, year);
        return true;
    }
    if (e->nth > 0)
        return nth_period(e, year, ret);
    if (e->month > 0 && e->day > 0) {
        if (!fm_stretch_valid_day(year, e->month, e->day))
            return false;
        *ret = fm_stretch_day(year, e->month, e->day);
        return true;
    }
    if (e->month > 0)
        p.index = y * 12 + e->month - 1;
    else if (e->unit == FM_UNIT_HALF)
        p.index = y * 2 + e->part - 1;
    else if (e->part > 0)
        p.index = y * 4 + e->part - 1;
    else
        p.index = y;
    *ret = p;
    return true;
}

static int64_t distance(struct fm_stretch p, int64_t now)
{
    if (now < fm_stretch_start(p))
        return fm_stretch_start(p) - now;
    return now < fm_stretch_end(p) ? 0 : now - fm_stretch_end(p);
}

/* The tense speaks for one side, but not for any distance: "gave him until
 * Jan. 14", written on the 7th. */
static int64_t weighed(const struct fm_time_state *state, struct fm_stretch p)
{
    int64_t away = distance(p, state->now);
    bool ahead = fm_stretch_start(p) > state->now;

    if ((ahead && state->tense == FM_TENSE_PAST) ||
        (!ahead && state->tense == FM_TENSE_FUTURE))
        return away * 4;
    return away;
}

/* Does candidate p suit better than best? */
static bool suits(const struct fm_time_expr *e,
                  const struct fm_time_state *state, struct fm_stretch p,
                  bool has_best, struct fm_stretch best)
{
    struct fm_stretch here = fm_stretch_at(p.unit, state->now);

    switch (e->which) {
    case FM_WHICH_LAST: return p.index < here.index;
    case FM_WHICH_NEXT: return p.index > here.index && !has_best;
    case FM_WHICH_THIS:
        return year_of(fm_stretch_start(p)) == year_of(state->now);
    case FM_WHICH_ANY:
    default: break;
    }
    /* Quarters are reported after they ended, or when they come next. */
    if (p.unit == FM_UNIT_QUARTER) {
        int64_t ahead = state->tense == FM_TENSE_FUTURE ? 1 : 0;

        return p.index <= here.index + ahead &&
               p.index > here.index + ahead - 4;
    }
    return !has_best || weighed(state, p) < weighed(state, best);
}

/* The year is not said: this one, the last or the next. */
static bool near_year(const struct fm_time_expr *e,
                      const struct fm_time_state *state, struct fm_stretch *ret)
{
    int32_t year = year_of(state->now);
    bool found = false;
    struct fm_stretch best = {FM_UNIT_DAY, 0};

    for (int32_t y = year - 2; y <= year + 2; y++) {
        struct fm_stretch p;

        if (!in_year(e, y, &p) || !suits(e, state, p, found, best))
            continue;
        best = p;
        found = true;
    }
    if (found)
        *ret = best;
    return found;
}

/* --- weekdays ------------------------------------------------------------------ */

static struct fm_stretch near_weekday(const struct fm_time_expr *e,
                                      const struct fm_time_state *state)
{
    struct fm_stretch day = fm_stretch_at(FM_UNIT_DAY, state->now);
    int32_t ahead = (e->weekday - 1 - fm_weekday(day.index) + 7) % 7;

    switch (e->which) {
    case FM_WHICH_LAST: day.index -= 7 - ahead; break;
    case FM_WHICH_NEXT: day.index += ahead == 0 ? 7 : ahead; break;
    case FM_WHICH_THIS:
        day.index +=
            ahead - (state->tense == FM_TENSE_PAST && ahead > 0 ? 7 : 0);
        break;
    case FM_WHICH_ANY:
    default:
        if (state->tense == FM_TENSE_FUTURE)
            day.index += ahead;
        else
            day.index -= (7 - ahead) % 7;
        break;
    }
    return day;
}

/* "Tuesday the 4th": the nearest month in which the 4th is a Tuesday. */
static bool weekday_and_day(const struct fm_time_expr *e,
                            const struct fm_time_state *state,
                            struct fm_stretch *ret)
{
    struct fm_stretch here = fm_stretch_at(FM_UNIT_MONTH, state->now);
    static const int32_t order[] = {0,  -1, 1,  -2, 2,  -3, 3,
                                    -4, 4,  -5, 5,  -6, 6};

    for (size_t k = 0; k < sizeof order / sizeof order[0]; k++) {
        struct fm_stretch month = fm_stretch_shift(here, order[k]);
        struct fm_stretch day = fm_stretch_of(FM_UNIT_DAY, month);

        day.index += e->day - 1;
        if (fm_weekday(day.index) == e->weekday - 1 &&
            fm_stretch_of(FM_UNIT_MONTH, day).index == month.index) {
            *ret = day;
            return true;
        }
    }
    return false;
}

/* --- which year the surroundings speak of ---------------------------------------- */

/* "In May", said of 1992: the year was named here or just before. Beside a
 * date of publication only for another year than that. */
static bool context_year(const struct fm_time_expr *e,
                         const struct fm_time_state *state, int32_t *ret)
{
    size_t reach = state->published ? 1 : 4;
    int32_t year;

    if (!state->has_last || !state->last_explicit ||
        state->last.unit > FM_UNIT_YEAR || e->which != FM_WHICH_ANY ||
        state->last_sentence + reach < state->sentence)
        return false;
    year = year_of(fm_stretch_start(state->last));
    if (state->published &&
        (year >= year_of(state->now) || state->tense == FM_TENSE_FUTURE ||
         state->last_sentence != state->sentence))
        return false;
    *ret = year;
    return true;
}

static bool place_calendar(const struct fm_time_expr *e,
                           const struct fm_time_state *state,
                           struct fm_stretch *ret,
                           Factmill__V1__Time__Basis *ret_basis)
{
    int32_t year = 0;

    *ret_basis = FACTMILL__V1__TIME__BASIS__EXPLICIT;
    if (e->year != FM_TIME_ABSENT)
        return in_year(e, e->year, ret);
    *ret_basis = FACTMILL__V1__TIME__BASIS__DOCUMENT;
    if (e->year_shift != FM_TIME_ABSENT)
        return state->published &&
               in_year(e, year_of(state->now) + e->year_shift, ret);
    if (e->weekday > 0 && e->month == 0 && e->nth == 0) {
        if (!state->published)
            return false;
        if (e->day > 0)
            return weekday_and_day(e, state, ret);
        *ret = near_weekday(e, state);
        return true;
    }
    if (e->month == 0 && e->part == 0 && e->holiday == 0)
        return false;
    if (e->anchor == FM_ANCHOR_TEXT || context_year(e, state, &year)) {
        if (e->anchor == FM_ANCHOR_TEXT) {
            if (!state->has_last)
                return false;
            year = year_of(fm_stretch_start(state->last));
        }
        *ret_basis = FACTMILL__V1__TIME__BASIS__CONTEXT;
        return in_year(e, year, ret);
    }
    return state->published && near_year(e, state, ret);
}

/* --- so many units from somewhere ---------------------------------------------------- */

/* Quarters are compared with those of the year before: "a year earlier" in the
 * sentence that follows is a quarter too. */
static bool quarter_shift(const struct fm_time_expr *e,
                          const struct fm_time_state *state,
                          struct fm_stretch *ret)
{
    bool fresh = state->quarter_sentence >= 0 &&
                 (size_t)state->quarter_sentence + 2 >= state->sentence;

    if (e->unit == FM_UNIT_QUARTER && e->anchor == FM_ANCHOR_TEXT &&
        e->sign == 0) {
        if (state->quarter_sentence >= 0)
            *ret = state->quarter;
        else if (state->published)
            *ret = fm_stretch_shift(fm_stretch_at(FM_UNIT_QUARTER, state->now),
                                    -1);
        return state->quarter_sentence >= 0 || state->published;
    }
    if (!fresh || e->unit != FM_UNIT_YEAR || e->amount != 1000 ||
        e->sign >= 0 || e->which != FM_WHICH_ANY)
        return false;
    *ret = fm_stretch_shift(state->quarter, -4);
    return true;
}

/* How fine the result is: "a decade ago" is a year, "last decade" is not. */
static enum fm_unit shift_result(const struct fm_time_expr *e)
{
    if (e->which != FM_WHICH_ANY || e->sign == 0)
        return e->unit;
    if (e->unit > FM_UNIT_YEAR)
        return FM_UNIT_YEAR;
    return e->unit == FM_UNIT_FORTNIGHT ? FM_UNIT_WEEK : e->unit;
}

static bool place_shift(const struct fm_time_expr *e,
                        const struct fm_time_state *state,
                        struct fm_stretch *ret,
                        Factmill__V1__Time__Basis *ret_basis)
{
    struct fm_stretch base;
    enum fm_unit unit = shift_result(e);
    bool text = e->anchor == FM_ANCHOR_TEXT && state->has_last;

    /* "a year earlier": than what was dated here in so many words, else than
     * now. */
    if (text && e->unit == FM_UNIT_YEAR && e->sign < 0 && state->published &&
        (!state->last_explicit || state->last_sentence + 1 < state->sentence))
        text = false;

    *ret_basis = text ? FACTMILL__V1__TIME__BASIS__ANAPHORIC
                      : FACTMILL__V1__TIME__BASIS__DOCUMENT;
    if (e->vague)
        return false;
    if (quarter_shift(e, state, ret)) {
        *ret_basis = FACTMILL__V1__TIME__BASIS__ANAPHORIC;
        return true;
    }
    if (!text && !state->published)
        return false;
    base =
        text ? state->last
             : fm_stretch_at(unit < FM_UNIT_DAY ? FM_UNIT_MINUTE : FM_UNIT_DAY,
                             state->now);
    /* "two days later" than a year is no day. */
    if (text && base.unit > unit)
        return false;
    base = fm_stretch_of(unit, base);
    /* On a Monday "the weekend" is over. */
    if (e->unit == FM_UNIT_WEEKEND && e->which == FM_WHICH_THIS &&
        state->tense != FM_TENSE_FUTURE && fm_stretch_start(base) > state->now)
        base.index--;
    if (e->amount % 1000 != 0 && e->unit == FM_UNIT_YEAR) {
        base = fm_stretch_of(FM_UNIT_MONTH,
                             text ? state->last
                                  : fm_stretch_at(FM_UNIT_DAY, state->now));
        *ret = fm_stretch_shift(base, e->sign * (e->amount * 12 / 1000));
        return true;
    }
    *ret = e->which != FM_WHICH_ANY
               ? fm_stretch_shift(base, e->sign * (e->amount / 1000))
               : fm_stretch_shift_unit(base, e->unit,
                                       e->sign * (e->amount / 1000));
    return true;
}

/* --- values -------------------------------------------------------------------- */

static const struct {
    int32_t from; /* hours of the day */
    int32_t to;
    const char *code;
} parts[FM_PART_COUNT] = {
    [FM_PART_MORNING] = {6, 12, "MO"},  [FM_PART_AFTERNOON] = {12, 18, "AF"},
    [FM_PART_EVENING] = {18, 24, "EV"}, [FM_PART_NIGHT] = {20, 30, "NI"},
    [FM_PART_DAYTIME] = {6, 18, "DT"},
};

static const Factmill__V1__Time__Precision precisions[FM_UNIT_COUNT] = {
    [FM_UNIT_SECOND] = FACTMILL__V1__TIME__PRECISION__SECOND,
    [FM_UNIT_MINUTE] = FACTMILL__V1__TIME__PRECISION__MINUTE,
    [FM_UNIT_HOUR] = FACTMILL__V1__TIME__PRECISION__HOUR,
    [FM_UNIT_DAY] = FACTMILL__V1__TIME__PRECISION__DAY,
    [FM_UNIT_WEEKEND] = FACTMILL__V1__TIME__PRECISION__WEEK,
    [FM_UNIT_WEEK] = FACTMILL__V1__TIME__PRECISION__WEEK,
    [FM_UNIT_FORTNIGHT] = FACTMILL__V1__TIME__PRECISION__WEEK,
    [FM_UNIT_MONTH] = FACTMILL__V1__TIME__PRECISION__MONTH,
    [FM_UNIT_QUARTER] = FACTMILL__V1__TIME__PRECISION__QUARTER,
    [FM_UNIT_SEASON] = FACTMILL__V1__TIME__PRECISION__SEASON,
    [FM_UNIT_HALF] = FACTMILL__V1__TIME__PRECISION__HALF,
    [FM_UNIT_YEAR] = FACTMILL__V1__TIME__PRECISION__YEAR,
    [FM_UNIT_DECADE] = FACTMILL__V1__TIME__PRECISION__DECADE,
    [FM_UNIT_CENTURY] = FACTMILL__V1__TIME__PRECISION__CENTURY,
    [FM_UNIT_MILLENNIUM] = FACTMILL__V1__TIME__PRECISION__CENTURY,
};

static void set_interval(struct fm_time_value *v, int64_t start, int64_t end)
{
    v->placed = true;
    v->has_start = true;
    v->has_end = true;
    v->start = start;
    v->end = end;
}

/* The time of day behind the value of its day. */
static void add_clock(const struct fm_time_expr *e, struct fm_time_value *v)
{
    size_t at = strlen(v->value);
    int64_t second = (int64_t)e->hour * 3600 +
                     (e->minute > 0 ? e->minute : 0) * 60 +
                     (e->second > 0 ? e->second : 0);
    int64_t size = e->second >= 0 ? 1 : e->minute >= 0 ? 60 : 3600;
    int64_t zone = e->zone != FM_TIME_ABSENT ? (int64_t)e->zone * 60 : 0;

    (void)snprintf(v->value + at, sizeof v->value - at, "T%02d:%02d",
                   (int)e->hour, (int)(e->minute > 0 ? e->minute : 0));
    at = strlen(v->value);
    if (e->second >= 0)
        (void)snprintf(v->value + at, sizeof v->value - at, ":%02d",
                       (int)e->second);
    v->unit = e->unit;
    v->time_of_day = true;
    if (v->placed)
        set_interval(v, v->start + second - zone,
                     v->start + second - zone + size);
}

static void add_part(const struct fm_time_expr *e, struct fm_time_value *v)
{
    size_t at = strlen(v->value);

    (void)snprintf(v->value + at, sizeof v->value - at, "T%s",
                   parts[e->daypart].code);
    v->time_of_day = true;
    if (v->placed)
        set_interval(v, v->start + parts[e->daypart].from * 3600,
                     v->start + parts[e->daypart].to * 3600);
    v->unit = FM_UNIT_HOUR;
}

/* What is known of a date that cannot be placed. */
static void open_value(const struct fm_time_expr *e, struct fm_time_value *v)
{
    static const char *const seasons[] = {"SP", "SU", "FA", "WI"};
    static const char *const open[FM_UNIT_COUNT] = {
        [FM_UNIT_SECOND] = "XXXX-XX-XX",   [FM_UNIT_MINUTE] = "XXXX-XX-XX",
        [FM_UNIT_HOUR] = "XXXX-XX-XX",     [FM_UNIT_DAY] = "XXXX-XX-XX",
        [FM_UNIT_WEEKEND] = "XXXX-WXX-WE", [FM_UNIT_WEEK] = "XXXX-WXX",
        [FM_UNIT_FORTNIGHT] = "XXXX-WXX",  [FM_UNIT_MONTH] = "XXXX-XX",
        [FM_UNIT_QUARTER] = "XXXX-QX",     [FM_UNIT_SEASON] = "XXXX-XX",
        [FM_UNIT_HALF] = "XXXX-HX",        [FM_UNIT_YEAR] = "XXXX",
        [FM_UNIT_DECADE] = "XXX",          [FM_UNIT_CENTURY] = "XX",
        [FM_UNIT_MILLENNIUM] = "X",
    };

    if (e->month > 0 && e->day > 0)
        (void)snprintf(v->value, sizeof v->value, "XXXX-%02d-%02d", e->month,
                       e->day);
    else if (e->month > 0)
        (void)snprintf(v->value, sizeof v->value, "XXXX-%02d", e->month);
    else if (e->weekday > 0)
        (void)snprintf(v->value, sizeof v->value, "XXXX-WXX-%d", e->weekday);
    else if (e->part > 0 && e->unit == FM_UNIT_SEASON)
        (void)snprintf(v->value, sizeof v->value, "XXXX-%s",
                       seasons[e->part - 1]);
    else if (e->part > 0)
        (void)snprintf(v->value, sizeof v->value, "XXXX-%c%d",
                       e->unit == FM_UNIT_HALF ? 'H' : 'Q', e->part);
    else if (e->holiday > 0)
        (void)snprintf(v->value, sizeof v->value, "XXXX-XX-XX");
    else
        (void)snprintf(v->value, sizeof v->value, "%s", open[e->unit]);
}

/* A clock alone is of the day last spoken of in the sentence, else of the day
 * of publication. */
static bool place_clock(const struct fm_time_expr *e,
                        const struct fm_time_state *state,
                        struct fm_stretch *ret,
                        Factmill__V1__Time__Basis *ret_basis)
{
    (void)e;
    if (state->has_last && state->last_sentence == state->sentence &&
        state->last.unit <= FM_UNIT_DAY) {
        *ret = fm_stretch_of(FM_UNIT_DAY, state->last);
        *ret_basis = FACTMILL__V1__TIME__BASIS__CONTEXT;
        return true;
    }
    *ret_basis = FACTMILL__V1__TIME__BASIS__DOCUMENT;
    if (!state->published)
        return false;
    *ret = fm_stretch_at(FM_UNIT_DAY, state->now);
    return true;
}

static bool has_day(const struct fm_time_expr *e)
{
    return e->weekday > 0 || e->day > 0 || e->holiday > 0 ||
           e->form == FM_TIME_SHIFT;
}

static bool place(const struct fm_time_expr *e,
                  const struct fm_time_state *state, struct fm_stretch *ret,
                  Factmill__V1__Time__Basis *ret_basis)
{
    if (e->form == FM_TIME_SHIFT)
        return place_shift(e, state, ret, ret_basis);
    if (e->clock && !has_day(e))
        return place_clock(e, state, ret, ret_basis);
    return place_calendar(e, state, ret, ret_basis);
}

void fm_time_resolve(const struct fm_time_expr *expr,
                     const struct fm_time_state *state,
                     struct fm_time_value *ret_value)
{
    struct fm_time_value v = {.value = ""};
    struct fm_stretch p = {FM_UNIT_DAY, 0};

    if (expr->form >= FM_TIME_DURATION) {
        fm_time_resolve_duration(expr, state, ret_value);
        return;
    }
    v.type = FACTMILL__V1__TIME__TYPE__DATE;
    v.approximate = expr->approximate;
    v.unit = expr->unit;
    if (place(expr, state, &p, &v.basis) && fm_stretch_in_range(p)) {
        v.period = p;
        v.unit = p.unit;
        fm_stretch_value(p, v.value);
        set_interval(&v, fm_stretch_start(p), fm_stretch_end(p));
    } else if (expr->form == FM_TIME_SHIFT && expr->which == FM_WHICH_ANY &&
               expr->sign != 0 && expr->amount != 0 && !expr->vague &&
               expr->daypart == FM_PART_NONE) {
        fm_time_resolve_duration(expr, state, &v);
        v.type = FACTMILL__V1__TIME__TYPE__DATE;
        v.unit = expr->unit;
    } else if (expr->form == FM_TIME_SHIFT && expr->vague) {
        (void)snprintf(v.value, sizeof v.value, "%s",
                       expr->sign < 0 ? "PAST_REF" : "FUTURE_REF");
    } else {
        open_value(expr, &v);
    }
    if (expr->clock)
        add_clock(expr, &v);
    else if (expr->daypart != FM_PART_NONE)
        add_part(expr, &v);
    if (v.time_of_day)
        v.type = FACTMILL__V1__TIME__TYPE__TIME;
    v.precision = precisions[v.unit];
    *ret_value = v;
}
