#include "extract/calendar.h"

#include "base/clock.h"

#define DAY 86400

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static int64_t floor_mod(int64_t a, int64_t b)
{
    return a - floor_div(a, b) * b;
}

/* How a unit counts: in seconds, in weeks, in months or in years. */
enum basis { BY_SECONDS, BY_WEEKS, BY_MONTHS, BY_YEARS };

struct measure {
    uint8_t basis;
    int32_t size;
    int32_t offset; /* months by which it begins after the year does */
};

static const struct measure measures[FM_UNIT_COUNT] = {
    [FM_UNIT_SECOND] = {BY_SECONDS, 1, 0},
    [FM_UNIT_MINUTE] = {BY_SECONDS, 60, 0},
    [FM_UNIT_HOUR] = {BY_SECONDS, 3600, 0},
    [FM_UNIT_DAY] = {BY_SECONDS, DAY, 0},
    [FM_UNIT_WEEKEND] = {BY_WEEKS, 1, 0},
    [FM_UNIT_WEEK] = {BY_WEEKS, 1, 0},
    [FM_UNIT_FORTNIGHT] = {BY_WEEKS, 2, 0},
    [FM_UNIT_MONTH] = {BY_MONTHS, 1, 0},
    [FM_UNIT_QUARTER] = {BY_MONTHS, 3, 0},
    [FM_UNIT_SEASON] = {BY_MONTHS, 3, 2},
    [FM_UNIT_HALF] = {BY_MONTHS, 6, 0},
    [FM_UNIT_YEAR] = {BY_YEARS, 1, 0},
    [FM_UNIT_DECADE] = {BY_YEARS, 10, 0},
    [FM_UNIT_CENTURY] = {BY_YEARS, 100, 0},
    [FM_UNIT_MILLENNIUM] = {BY_YEARS, 1000, 0},
};

static int64_t month_index(int64_t second)
{
    int32_t year;
    int32_t month;
    int32_t day;

    fm_civil_from_days(floor_div(second, DAY), &year, &month, &day);
    return (int64_t)year * 12 + month - 1;
}

static int64_t month_start(int64_t index)
{
    return fm_days_from_civil((int32_t)floor_div(index, 12),
                              (int32_t)floor_mod(index, 12) + 1, 1) *
           DAY;
}

/* Monday of the week with this number. */
static int64_t week_day(int64_t index)
{
    return index * 7 - 3;
}

struct fm_stretch fm_stretch_at(enum fm_unit unit, int64_t second)
{
    struct measure m = measures[unit];
    struct fm_stretch period = {unit, 0};

    switch ((enum basis)m.basis) {
    case BY_SECONDS: period.index = floor_div(second, m.size); break;
    case BY_WEEKS:
        period.index = floor_div(floor_div(second, DAY) + 3, 7);
        break;
    case BY_MONTHS:
        period.index = floor_div(month_index(second) - m.offset, m.size);
        break;
    case BY_YEARS:
        period.index = floor_div(floor_div(month_index(second), 12), m.size);
        break;
    }
    return period;
}

int64_t fm_stretch_start(struct fm_stretch period)
{
    struct measure m = measures[period.unit];

    switch ((enum basis)m.basis) {
    case BY_SECONDS: return period.index * m.size;
    case BY_WEEKS:
        return (week_day(period.index) +
                (period.unit == FM_UNIT_WEEKEND ? 5 : 0)) *
               DAY;
    case BY_MONTHS: return month_start(period.index * m.size + m.offset);
    case BY_YEARS:
    default: return month_start(period.index * m.size * 12);
    }
}

int64_t fm_stretch_end(struct fm_stretch period)
{
    if (period.unit == FM_UNIT_WEEKEND)
        return week_day(period.index + 1) * DAY;
    if (period.unit == FM_UNIT_FORTNIGHT)
        return week_day(period.index + 2) * DAY;
    period.index++;
    return fm_stretch_start(period);
}

struct fm_stretch fm_stretch_shift(struct fm_stretch period, int64_t by)
{
    period.index += by * (measures[period.unit].basis == BY_WEEKS
                              ? measures[period.unit].size
                              : 1);
    return period;
}

static struct fm_stretch shift_day_by_months(struct fm_stretch day,
                                             int64_t months)
{
    int32_t y;
    int32_t m;
    int32_t d;
    int64_t index;
    int32_t last;

    fm_civil_from_days(day.index, &y, &m, &d);
    index = (int64_t)y * 12 + m - 1 + months;
    y = (int32_t)floor_div(index, 12);
    m = (int32_t)floor_mod(index, 12) + 1;
    last = fm_days_in_month(y, m);
    return fm_stretch_day(y, m, d < last ? d : last);
}

struct fm_stretch fm_stretch_shift_unit(struct fm_stretch period,
                                        enum fm_unit unit, int64_t by)
{
    struct measure m = measures[unit];
    int64_t second = fm_stretch_start(period);

    switch ((enum basis)m.basis) {
    case BY_SECONDS:
        return fm_stretch_at(period.unit < unit ? period.unit : unit,
                             second + by * m.size);
    case BY_WEEKS:
        if (period.unit > FM_UNIT_WEEK)
            period = fm_stretch_at(FM_UNIT_WEEK, second);
        return fm_stretch_at(period.unit, second + by * m.size * 7 * DAY);
    case BY_MONTHS:
    case BY_YEARS:
    default:
        by *= m.basis == BY_YEARS ? (int64_t)m.size * 12 : m.size;
        if (period.unit >= FM_UNIT_DAY && period.unit < FM_UNIT_MONTH)
            return fm_stretch_of(
                period.unit,
                shift_day_by_months(fm_stretch_at(FM_UNIT_DAY, second), by));
        return fm_stretch_at(period.unit,
                             month_start(month_index(second) + by));
    }
}

struct fm_stretch fm_stretch_of(enum fm_unit unit, struct fm_stretch period)
{
    return fm_stretch_at(unit, fm_stretch_start(period));
}

struct fm_stretch fm_stretch_day(int32_t year, int32_t month, int32_t day)
{
    struct fm_stretch period = {FM_UNIT_DAY,
                                fm_days_from_civil(year, month, day)};

    return period;
}

bool fm_stretch_valid_day(int32_t year, int32_t month, int32_t day)
{
    return year >= FM_YEAR_MIN && year <= FM_YEAR_MAX && month >= 1 &&
           month <= 12 && day >= 1 && day <= fm_days_in_month(year, month);
}

bool fm_stretch_in_range(struct fm_stretch period)
{
    int64_t start = fm_stretch_start(period);
    int64_t year = floor_div(month_index(start), 12);

    return year >= FM_YEAR_MIN - 1 && year <= FM_YEAR_MAX;
}

/* ISO 8601: a week belongs to the year of its Thursday. */
static void week_value(struct fm_stretch period, char ret[FM_STRETCH_TEXT])
{
    int64_t thursday = week_day(period.index) + 3;
    int32_t year;
    int32_t month;
    int32_t day;
    int64_t first;

    fm_civil_from_days(thursday, &year, &month, &day);
    first = fm_days_from_civil(year, 1, 1);
    (void)snprintf(ret, FM_STRETCH_TEXT, "%04d-W%02d%s", (int)year,
                   (int)((thursday - first) / 7 + 1),
                   period.unit == FM_UNIT_WEEKEND ? "-WE" : "");
}

static void months_value(struct fm_stretch period, char ret[FM_STRETCH_TEXT])
{
    static const char *const seasons[] = {"SP", "SU", "FA", "WI"};
    int64_t per_year = 12 / measures[period.unit].size;
    int year = (int)floor_div(period.index, per_year);
    int part = (int)floor_mod(period.index, per_year);

    if (period.unit == FM_UNIT_MONTH)
        (void)snprintf(ret, FM_STRETCH_TEXT, "%04d-%02d", year, part + 1);
    else if (period.unit == FM_UNIT_SEASON)
        (void)snprintf(ret, FM_STRETCH_TEXT, "%04d-%s", year, seasons[part]);
    else
        (void)snprintf(ret, FM_STRETCH_TEXT, "%04d-%c%d", year,
                       period.unit == FM_UNIT_QUARTER ? 'Q' : 'H', part + 1);
}

void fm_stretch_value(struct fm_stretch period, char ret[FM_STRETCH_TEXT])
{
    static const int digits[] = {4, 3, 2, 1};
    struct fm_civil civil;

    if (period.unit >= FM_UNIT_YEAR) {
        (void)snprintf(ret, FM_STRETCH_TEXT, "%0*d",
                       digits[period.unit - FM_UNIT_YEAR], (int)period.index);
        return;
    }
    if (measures[period.unit].basis == BY_MONTHS) {
        months_value(period, ret);
        return;
    }
    if (measures[period.unit].basis == BY_WEEKS) {
        week_value(period, ret);
        return;
    }
    civil = fm_civil_from_seconds(fm_stretch_start(period));
    if (period.unit == FM_UNIT_DAY)
        (void)snprintf(ret, FM_STRETCH_TEXT, "%04d-%02d-%02d", (int)civil.year,
                       (int)civil.month, (int)civil.day);
    else if (period.unit == FM_UNIT_SECOND)
        (void)snprintf(ret, FM_STRETCH_TEXT, "%04d-%02d-%02dT%02d:%02d:%02d",
                       (int)civil.year, (int)civil.month, (int)civil.day,
                       (int)civil.hour, (int)civil.minute, (int)civil.second);
    else
        (void)snprintf(ret, FM_STRETCH_TEXT, "%04d-%02d-%02dT%02d:%02d",
                       (int)civil.year, (int)civil.month, (int)civil.day,
                       (int)civil.hour, (int)civil.minute);
}

void fm_stretch_iso(int64_t second, bool with_time, char ret[FM_STRETCH_TEXT])
{
    fm_stretch_value(
        fm_stretch_at(with_time ? FM_UNIT_SECOND : FM_UNIT_DAY, second), ret);
}
