#include "extract/time_expr.h"

/* The value, interval and precision of dates. Where they are on the calendar is
 * time_place.c; durations, sets and references are in time_value.c. */

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
    v->unit = e->second >= 0   ? FM_UNIT_SECOND
              : e->minute >= 0 ? FM_UNIT_MINUTE
                               : FM_UNIT_HOUR;
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
    else if (e->day > 0)
        (void)snprintf(v->value, sizeof v->value, "XXXX-XX-%02d", e->day);
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
    if (fm_time_place(expr, state, &p, &v.basis) && fm_stretch_in_range(p)) {
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
    } else if (expr->form == FM_TIME_SHIFT && expr->vague &&
               expr->anchor == FM_ANCHOR_TEXT) {
        /* "a few days later" says how far, but not from where. */
        fm_time_resolve_duration(expr, state, &v);
    } else if (expr->form == FM_TIME_SHIFT && expr->vague) {
        (void)snprintf(v.value, sizeof v.value, "%s",
                       expr->sign < 0 ? "PAST_REF" : "FUTURE_REF");
    } else {
        open_value(expr, &v);
    }
    /* The value has the name of a quarter, the interval is the company's. */
    if (expr->ends && v.placed && p.unit == FM_UNIT_QUARTER)
        set_interval(
            &v,
            fm_stretch_start(fm_stretch_shift_unit(
                fm_stretch_at(FM_UNIT_DAY, expr->end), FM_UNIT_MONTH, -3)),
            expr->end);
    if (expr->clock)
        add_clock(expr, &v);
    else if (expr->daypart != FM_PART_NONE)
        add_part(expr, &v);
    if (v.time_of_day)
        v.type = FACTMILL__V1__TIME__TYPE__TIME;
    v.precision = precisions[v.unit];
    *ret_value = v;
}
