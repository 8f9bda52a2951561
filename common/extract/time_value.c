#include "extract/time_expr.h"

/* Values of what is no date: durations, sets, references. */

struct letter {
    const char *text;
    int32_t times; /* of the unit of the letter */
    const char *vague;
    bool clock;       /* stands behind "T" */
    const char *half; /* half of one */
};

static const struct letter letters[FM_UNIT_COUNT] = {
    [FM_UNIT_SECOND] = {"S", 1, "XS", true, NULL},
    [FM_UNIT_MINUTE] = {"M", 1, "XM", true, "30S"},
    [FM_UNIT_HOUR] = {"H", 1, "XH", true, "30M"},
    [FM_UNIT_DAY] = {"D", 1, "XD", false, "T12H"},
    [FM_UNIT_WEEKEND] = {"WE", 1, "XWE", false, NULL},
    [FM_UNIT_WEEK] = {"W", 1, "XW", false, NULL},
    [FM_UNIT_FORTNIGHT] = {"W", 2, "XW", false, NULL},
    [FM_UNIT_MONTH] = {"M", 1, "XM", false, NULL},
    [FM_UNIT_QUARTER] = {"M", 3, "XQ", false, NULL},
    [FM_UNIT_SEASON] = {"M", 3, "XM", false, NULL},
    [FM_UNIT_HALF] = {"M", 6, "XM", false, NULL},
    [FM_UNIT_YEAR] = {"Y", 1, "XY", false, "6M"},
    [FM_UNIT_DECADE] = {"Y", 10, "XE", false, NULL},
    [FM_UNIT_CENTURY] = {"Y", 100, "XC", false, NULL},
    [FM_UNIT_MILLENNIUM] = {"Y", 1000, "XL", false, NULL},
};

/* Seconds in a unit, for where a duration lies on the calendar. */
static const int64_t rough_days[FM_UNIT_COUNT] = {
    [FM_UNIT_DAY] = 1,
    [FM_UNIT_WEEKEND] = 7,
    [FM_UNIT_WEEK] = 7,
    [FM_UNIT_FORTNIGHT] = 14,
};

/* "5Y", "2Y6M", "PT" is the caller's. */
static void put_amount(char *out, size_t size, int64_t amount,
                       enum fm_unit unit)
{
    const struct letter *l = &letters[unit];
    int64_t scaled = amount * l->times;
    size_t at = strlen(out);

    if (scaled % 1000 == 0)
        (void)snprintf(out + at, size - at, "%lld%s",
                       (long long)(scaled / 1000), l->text);
    else if (scaled % 1000 == 500 && l->half != NULL && scaled > 1000)
        (void)snprintf(out + at, size - at, "%lld%s%s",
                       (long long)(scaled / 1000), l->text, l->half);
    else if (scaled == 500 && l->half != NULL)
        (void)snprintf(out + at, size - at, "%s", l->half);
    else
        (void)snprintf(out + at, size - at, "%lld.%.*s%s",
                       (long long)(scaled / 1000),
                       scaled % 100 == 0  ? 1
                       : scaled % 10 == 0 ? 2
                                          : 3,
                       (const char[4]){(char)('0' + scaled / 100 % 10),
                                       (char)('0' + scaled / 10 % 10),
                                       (char)('0' + scaled % 10), '\0'},
                       l->text);
}

static void duration_value(const struct fm_time_expr *e, char *out, size_t size)
{
    bool clock = letters[e->unit].clock;

    (void)snprintf(out, size, clock ? "PT" : "P");
    if (e->vague || e->amount == 0) {
        size_t at = strlen(out);

        (void)snprintf(out + at, size - at, "%s", letters[e->unit].vague);
        return;
    }
    put_amount(out, size, e->amount, e->unit);
    if (e->amount2 == 0)
        return;
    if (letters[e->unit2].clock && !clock) {
        size_t at = strlen(out);

        (void)snprintf(out + at, size - at, "T");
    }
    put_amount(out, size, e->amount2, e->unit2);
}

/* "the past three months" lies before publication. */
static void place_duration(const struct fm_time_expr *e,
                           const struct fm_time_state *state,
                           struct fm_time_value *v)
{
    struct fm_stretch day =
        fm_stretch_at(FM_UNIT_DAY, e->ends ? e->end : state->now);
    int32_t side = e->ends ? -1 : e->side;
    struct fm_stretch other;
    int64_t amount = e->amount / 1000;

    if (side == 0 || e->vague || (!state->published && !e->ends) ||
        e->amount % 1000 != 0 || e->unit < FM_UNIT_DAY || amount > 5000)
        return;
    if (rough_days[e->unit] > 0) {
        other = day;
        other.index += side * amount * rough_days[e->unit];
    } else {
        other = fm_stretch_shift_unit(day, e->unit, side * amount);
    }
    if (!fm_stretch_in_range(other))
        return;
    v->placed = true;
    v->has_start = true;
    v->has_end = true;
    v->start = fm_stretch_start(side < 0 ? other : day);
    v->end = fm_stretch_start(side < 0 ? day : other);
    v->basis = e->ends ? FACTMILL__V1__TIME__BASIS__CONTEXT
                       : FACTMILL__V1__TIME__BASIS__DOCUMENT;
}

/* "every Monday at 4 p.m."; of "every day" the day is any. */
static void add_clock(const struct fm_time_expr *e, char *out, size_t size)
{
    size_t at;

    if (!e->clock)
        return;
    if (out[0] == 'P')
        (void)snprintf(out, size, "XXXX-XX-XX");
    at = strlen(out);
    (void)snprintf(out + at, size - at, "T%02d:%02d", (int)e->hour,
                   (int)(e->minute > 0 ? e->minute : 0));
}

static void set_value(const struct fm_time_expr *e, char *out, size_t size)
{
    static const char *const names[] = {
        [FM_SET_PT1H] = "PT1H", [FM_SET_P1D] = "P1D", [FM_SET_P1W] = "P1W",
        [FM_SET_P2W] = "P2W",   [FM_SET_P1M] = "P1M", [FM_SET_P3M] = "P3M",
        [FM_SET_P1Y] = "P1Y",   [FM_SET_P2Y] = "P2Y"};
    static const char *const seasons[] = {"SP", "SU", "FA", "WI"};
    static const char *const dayparts[FM_PART_COUNT] = {"",   "MO", "AF",
                                                        "EV", "NI", "DT"};
    char part[4] = "";

    if (e->daypart != FM_PART_NONE)
        (void)snprintf(part, sizeof part, "T%s", dayparts[e->daypart]);
    if (e->set > 0)
        (void)snprintf(out, size, "%s", names[e->set - 1]);
    else if (e->weekday > 0)
        (void)snprintf(out, size, "XXXX-WXX-%d%s", e->weekday, part);
    else if (e->month > 0)
        (void)snprintf(out, size, "XXXX-%02d", e->month);
    else if (e->part > 0)
        (void)snprintf(out, size, "XXXX-%s", seasons[e->part - 1]);
    else if (e->daypart != FM_PART_NONE)
        (void)snprintf(out, size, "XXXX-XX-XX%s", part);
    else if (e->unit == FM_UNIT_WEEKEND && e->amount == 1000)
        (void)snprintf(out, size, "XXXX-WXX-WE");
    else
        duration_value(e, out, size);
    add_clock(e, out, size);
}

void fm_time_resolve_duration(const struct fm_time_expr *expr,
                              const struct fm_time_state *state,
                              struct fm_time_value *ret_value)
{
    static const char *const refs[] = {
        [FM_REF_PAST] = "PAST_REF",
        [FM_REF_PRESENT] = "PRESENT_REF",
        [FM_REF_FUTURE] = "FUTURE_REF",
    };
    struct fm_time_value v = {.value = ""};

    v.basis = FACTMILL__V1__TIME__BASIS__EXPLICIT;
    v.precision = FACTMILL__V1__TIME__PRECISION__DURATION;
    v.type = FACTMILL__V1__TIME__TYPE__DURATION_TYPE;
    v.approximate = expr->approximate || expr->vague;
    v.unit = expr->unit;
    if (expr->form == FM_TIME_REF) {
        v.type = FACTMILL__V1__TIME__TYPE__DATE;
        v.precision = FACTMILL__V1__TIME__PRECISION__UNKNOWN;
        v.basis = FACTMILL__V1__TIME__BASIS__DOCUMENT;
        (void)snprintf(v.value, sizeof v.value, "%s", refs[expr->ref]);
    } else if (expr->form == FM_TIME_SET) {
        v.type = FACTMILL__V1__TIME__TYPE__SET;
        v.precision = FACTMILL__V1__TIME__PRECISION__UNKNOWN;
        set_value(expr, v.value, sizeof v.value);
    } else {
        duration_value(expr, v.value, sizeof v.value);
        place_duration(expr, state, &v);
    }
    if (expr->form == FM_TIME_SHIFT)
        v.basis = expr->anchor == FM_ANCHOR_TEXT
                      ? FACTMILL__V1__TIME__BASIS__ANAPHORIC
                      : FACTMILL__V1__TIME__BASIS__DOCUMENT;
    *ret_value = v;
}
