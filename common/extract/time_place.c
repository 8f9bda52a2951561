#include "base/clock.h"
#include "extract/feast.h"
#include "extract/time_expr.h"

/* Finds the place of a date on the calendar. */

/* Sentences behind a quarter that still compare with it. */
#define QUARTER_REACH 6

void fm_time_expr_init(struct fm_time_expr *expr)
{
    *expr = (struct fm_time_expr){.form = FM_TIME_NONE,
                                  .unit = FM_UNIT_DAY,
                                  .year = FM_TIME_ABSENT,
                                  .year_shift = FM_TIME_ABSENT,
                                  .month_shift = FM_TIME_ABSENT,
                                  .week_shift = FM_TIME_ABSENT,
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

/* Weeks of a year as ISO 8601 counts them: the first holds the 4th of January. */
static bool nth_week(const struct fm_time_expr *e, int32_t year,
                     struct fm_stretch *ret)
{
    struct fm_stretch first =
        fm_stretch_of(FM_UNIT_WEEK, fm_stretch_day(year, 1, 4));
    struct fm_stretch last =
        fm_stretch_of(FM_UNIT_WEEK, fm_stretch_day(year, 12, 28));

    *ret = last;
    if (first.index + e->nth - 1 < last.index)
        ret->index = first.index + e->nth - 1;
    return true;
}

static bool in_year(const struct fm_time_expr *e, int32_t year,
                    struct fm_stretch *ret)
{
    int64_t y = year;
    struct fm_stretch p = {e->unit, 0};

    if (e->holiday != 0) {
        *ret = fm_feast_day(e->holiday, year);
        return true;
    }
    if (e->nth > 0 && e->month == 0)
        return nth_week(e, year, ret);
    if (e->nth > 0)
        return nth_period(e, year, ret);
    /* A weekday is no part of a year. */
    if (e->unit == FM_UNIT_DAY && e->month == 0)
        return false;
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

/* "the last week of next month" */
static bool in_month(const struct fm_time_expr *e, int64_t now,
                     struct fm_stretch *ret)
{
    struct fm_stretch month = fm_stretch_at(FM_UNIT_MONTH, now);
    struct fm_time_expr named = *e;

    month.index += e->month_shift;
    named.month = (uint8_t)(month.index % 12 + 1);
    return in_year(&named, (int32_t)(month.index / 12), ret);
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
        return away * 6;
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

    if (e->week_shift != FM_TIME_ABSENT) {
        day.index +=
            e->weekday - 1 - fm_weekday(day.index) + (int64_t)e->week_shift * 7;
        return day;
    }

    switch (e->which) {
    case FM_WHICH_LAST: day.index -= 7 - ahead; break;
    case FM_WHICH_NEXT: day.index += ahead == 0 ? 7 : ahead; break;
    case FM_WHICH_THIS:
        day.index +=
            ahead - (state->tense == FM_TENSE_PAST && ahead > 0 ? 7 : 0);
        break;
    case FM_WHICH_ANY:
    default:
        /* "They meet Monday." */
        if (state->tense >= FM_TENSE_PRESENT)
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

/* "on the 18th": of the month spoken of, else of the nearest by the tense. */
static bool place_day(const struct fm_time_expr *e,
                      const struct fm_time_state *state, struct fm_stretch *ret,
                      Factmill__V1__Time__Basis *ret_basis)
{
    bool text = state->has_last && state->last.unit <= FM_UNIT_MONTH &&
                state->last_sentence + 1 >= state->sentence;
    struct fm_stretch here;
    struct fm_stretch day;

    if (!text && !state->published)
        return false;
    here = text ? state->last : fm_stretch_at(FM_UNIT_DAY, state->now);
    day = fm_stretch_of(FM_UNIT_DAY, fm_stretch_of(FM_UNIT_MONTH, here));
    day.index += e->day - 1;
    *ret_basis = text ? FACTMILL__V1__TIME__BASIS__CONTEXT
                      : FACTMILL__V1__TIME__BASIS__DOCUMENT;
    if (!text && state->tense == FM_TENSE_FUTURE && day.index < here.index)
        day = fm_stretch_shift_unit(day, FM_UNIT_MONTH, 1);
    else if (!text && state->tense != FM_TENSE_FUTURE && day.index > here.index)
        day = fm_stretch_shift_unit(day, FM_UNIT_MONTH, -1);
    *ret = day;
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
    if (e->month_shift != FM_TIME_ABSENT)
        return state->published && in_month(e, state->now, ret);
    if (e->weekday > 0 && e->month == 0 && e->nth == 0) {
        if (!state->published)
            return false;
        if (e->day > 0)
            return weekday_and_day(e, state, ret);
        *ret = near_weekday(e, state);
        return true;
    }
    if (e->day > 0 && e->month == 0)
        return place_day(e, state, ret, ret_basis);
    if (e->month == 0 && e->part == 0 && e->holiday == 0)
        return false;
    if ((e->anchor == FM_ANCHOR_TEXT && state->has_last) ||
        context_year(e, state, &year)) {
        if (e->anchor == FM_ANCHOR_TEXT) {
            year = year_of(fm_stretch_start(state->last));
        }
        *ret_basis = FACTMILL__V1__TIME__BASIS__CONTEXT;
        return in_year(e, year, ret);
    }
    return state->published && near_year(e, state, ret);
}

/* --- so many units from somewhere ---------------------------------------------------- */

/* Is what is compared with a quarter that was reported before? */
static bool in_quarters(const struct fm_time_state *state)
{
    return state->quarter_sentence >= 0 && state->quarter_fresh &&
           (size_t)state->quarter_sentence + QUARTER_REACH >= state->sentence;
}

/* "the quarter ended July 31": the one of the calendar that most of it lies in,
 * with the number that the words give. */
#define HALF_QUARTER (INT64_C(45) * 86400)

static bool ended_quarter(const struct fm_time_expr *e,
                          const struct fm_time_state *state,
                          struct fm_stretch *ret)
{
    struct fm_stretch p;

    if (!e->ends || e->unit != FM_UNIT_QUARTER ||
        (e->form == FM_TIME_CALENDAR && e->year != FM_TIME_ABSENT))
        return false;
    /* "fiscal second-quarter … the quarter ended Sept. 30" */
    if (e->form == FM_TIME_SHIFT && in_quarters(state)) {
        *ret = state->quarter;
        return true;
    }
    p = fm_stretch_at(FM_UNIT_QUARTER, e->end - HALF_QUARTER);
    if (e->form == FM_TIME_CALENDAR && e->part > 0)
        p.index = (p.index / 4) * 4 + e->part - 1;
    *ret = p;
    return true;
}

/* "the 1988 period", "the same quarter last year": of the number of the quarter
 * that is reported on. */
static bool like_quarter(const struct fm_time_expr *e,
                         const struct fm_time_state *state,
                         struct fm_stretch *ret)
{
    if (!e->like_quarter || !in_quarters(state))
        return false;
    *ret = state->quarter;
    ret->index -= 4;
    if (e->form == FM_TIME_CALENDAR && e->year != FM_TIME_ABSENT)
        ret->index += (e->year - year_of(fm_stretch_start(*ret))) * INT64_C(4);
    return true;
}

/* "a year earlier" behind "the nine months": a year before theirs. */
static bool year_before_reported(const struct fm_time_expr *e,
                                 const struct fm_time_state *state,
                                 struct fm_stretch *ret)
{
    if (e->unit != FM_UNIT_YEAR || e->sign >= 0 || e->amount != 1000 ||
        e->which != FM_WHICH_ANY || state->quarter_fresh ||
        state->quarter_sentence < 0 ||
        (size_t)state->quarter_sentence + QUARTER_REACH < state->sentence)
        return false;
    *ret = fm_stretch_of(FM_UNIT_YEAR, state->quarter);
    ret->index--;
    return true;
}

/* Quarters are compared with those of the year before: "a year earlier" in the
 * sentence that follows is a quarter too. */
static bool quarter_shift(const struct fm_time_expr *e,
                          const struct fm_time_state *state,
                          struct fm_stretch *ret)
{

    if (e->unit == FM_UNIT_QUARTER && e->anchor == FM_ANCHOR_TEXT &&
        e->sign == 0) {
        if (state->quarter_sentence >= 0)
            *ret = state->quarter;
        else if (state->published)
            *ret = fm_stretch_shift(fm_stretch_at(FM_UNIT_QUARTER, state->now),
                                    -1);
        return state->quarter_sentence >= 0 || state->published;
    }
    if (!in_quarters(state) || e->unit != FM_UNIT_YEAR || e->amount != 1000 ||
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

/* "two weeks before May 13, 1999", "two days after tomorrow". */
static bool shift_date(const struct fm_time_expr *e,
                       const struct fm_time_state *state,
                       struct fm_stretch *ret,
                       Factmill__V1__Time__Basis *ret_basis)
{
    struct fm_stretch base;

    if (e->month > 0 || e->year != FM_TIME_ABSENT || e->weekday > 0 ||
        e->holiday > 0) {
        struct fm_time_expr date = *e;

        date.anchor = FM_ANCHOR_DOCUMENT;
        date.unit = e->base_unit;
        if (!place_calendar(&date, state, &base, ret_basis))
            return false;
    } else {
        if (!state->published)
            return false;
        *ret_basis = FACTMILL__V1__TIME__BASIS__DOCUMENT;
        base = fm_stretch_at(FM_UNIT_DAY, state->now);
        base.index += e->base_days;
    }
    if (e->unit < FM_UNIT_DAY || base.unit > e->unit)
        return false;
    *ret = fm_stretch_shift_unit(base, e->unit, e->sign * (e->amount / 1000));
    return true;
}

static struct fm_stretch shift_twice(const struct fm_time_expr *e,
                                     struct fm_stretch base)
{
    base = fm_stretch_shift_unit(base, e->unit, e->sign * (e->amount / 1000));
    base = fm_stretch_shift_unit(base, e->unit2, e->sign * (e->amount2 / 1000));
    return fm_stretch_of(e->unit2, base);
}

/* On a Monday "the weekend" is over. */
static struct fm_stretch past_weekend(const struct fm_time_expr *e,
                                      const struct fm_time_state *state,
                                      struct fm_stretch base)
{
    if (e->unit == FM_UNIT_WEEKEND && e->which == FM_WHICH_THIS &&
        state->tense != FM_TENSE_FUTURE && fm_stretch_start(base) > state->now)
        base.index--;
    return base;
}

/* Parts of years and hours: "a year and a half later", "half an hour ago". */
static bool shift_part(const struct fm_time_expr *e,
                       const struct fm_time_state *state, bool text,
                       struct fm_stretch *ret)
{
    struct fm_stretch base;

    if (e->amount % 1000 == 0)
        return false;
    if (e->unit == FM_UNIT_YEAR) {
        base = fm_stretch_of(FM_UNIT_MONTH,
                             text ? state->last
                                  : fm_stretch_at(FM_UNIT_DAY, state->now));
        *ret = fm_stretch_shift(base, e->sign * (e->amount * 12 / 1000));
        return true;
    }
    if (e->unit != FM_UNIT_HOUR || text)
        return false;
    *ret = fm_stretch_shift(fm_stretch_at(FM_UNIT_MINUTE, state->now),
                            e->sign * (e->amount * 60 / 1000));
    return true;
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
    if (quarter_shift(e, state, ret) || year_before_reported(e, state, ret)) {
        *ret_basis = FACTMILL__V1__TIME__BASIS__ANAPHORIC;
        return true;
    }
    if (e->anchor != FM_ANCHOR_DATE && !text && !state->published)
        return false;
    if (e->anchor == FM_ANCHOR_DATE)
        return shift_date(e, state, ret, ret_basis);
    base =
        text ? state->last
             : fm_stretch_at(unit < FM_UNIT_DAY ? FM_UNIT_MINUTE : FM_UNIT_DAY,
                             state->now);
    /* "two days later" than a year is no day. */
    if (text && base.unit > unit)
        return false;
    base = fm_stretch_of(unit, base);
    base = past_weekend(e, state, base);
    if (shift_part(e, state, text, ret))
        return true;
    /* "2 weeks and 3 days ago" */
    if (e->amount2 != 0 && e->unit2 >= FM_UNIT_DAY) {
        *ret = shift_twice(e, text ? state->last
                                   : fm_stretch_at(FM_UNIT_DAY, state->now));
        return true;
    }
    *ret = e->which != FM_WHICH_ANY
               ? fm_stretch_shift(base, e->sign * (e->amount / 1000))
               : fm_stretch_shift_unit(base, e->unit,
                                       e->sign * (e->amount / 1000));
    return true;
}

/* --- any of them ------------------------------------------------------ */

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

static bool place(const struct fm_time_expr *expr,
                  const struct fm_time_state *state, struct fm_stretch *ret,
                  Factmill__V1__Time__Basis *ret_basis)
{
    if (ended_quarter(expr, state, ret)) {
        *ret_basis = FACTMILL__V1__TIME__BASIS__CONTEXT;
        return true;
    }
    if (like_quarter(expr, state, ret)) {
        *ret_basis = FACTMILL__V1__TIME__BASIS__ANAPHORIC;
        return true;
    }
    if (expr->of_day)
        return place_clock(expr, state, ret, ret_basis);
    if (expr->form == FM_TIME_SHIFT)
        return place_shift(expr, state, ret, ret_basis);
    if (expr->clock && !has_day(expr))
        return place_clock(expr, state, ret, ret_basis);
    return place_calendar(expr, state, ret, ret_basis);
}

bool fm_time_place(const struct fm_time_expr *expr,
                   const struct fm_time_state *state, struct fm_stretch *ret,
                   Factmill__V1__Time__Basis *ret_basis)
{
    struct fm_stretch period;

    if (!place(expr, state, &period, ret_basis))
        return false;
    if (expr->around > 0 && period.unit <= FM_UNIT_DAY) {
        /* A Monday makes the weekend before it long. */
        if (expr->around == FM_UNIT_WEEKEND && fm_weekday(period.index) < 2)
            period.index -= 2;
        period = fm_stretch_of((enum fm_unit)expr->around, period);
    }
    *ret = period;
    return true;
}
