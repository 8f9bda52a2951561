#include "base/clock.h"

#include "base/parse.h"

static uint64_t monotonic_ns(void)
{
    struct timespec now = {0, 0};

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t fm_now_ms(void)
{
    return monotonic_ns() / 1000000u;
}

uint64_t fm_now_us(void)
{
    return monotonic_ns() / 1000u;
}

int64_t fm_wall_us(void)
{
    struct timespec now = {0, 0};

    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

int64_t fm_days_from_civil(int32_t year, int32_t month, int32_t day)
{
    int64_t y = (int64_t)year + floor_div((int64_t)month - 1, 12);
    int64_t m = (int64_t)month - 1 - floor_div((int64_t)month - 1, 12) * 12 + 1;
    int64_t era;
    int64_t yoe;
    int64_t doy;

    y -= m <= 2;
    era = floor_div(y, 400);
    yoe = y - era * 400;
    doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

void fm_civil_from_days(int64_t days, int32_t *ret_year, int32_t *ret_month,
                        int32_t *ret_day)
{
    int64_t z = days + 719468;
    int64_t era = floor_div(z, 146097);
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    int64_t month = mp < 10 ? mp + 3 : mp - 9;

    *ret_year = (int32_t)(yoe + era * 400 + (month <= 2));
    *ret_month = (int32_t)month;
    *ret_day = (int32_t)(doy - (153 * mp + 2) / 5 + 1);
}

struct fm_civil fm_civil_from_seconds(int64_t seconds)
{
    struct fm_civil civil;
    int64_t days = floor_div(seconds, 86400);
    int32_t rest = (int32_t)(seconds - days * 86400);

    fm_civil_from_days(days, &civil.year, &civil.month, &civil.day);
    civil.hour = rest / 3600;
    civil.minute = rest / 60 % 60;
    civil.second = rest % 60;
    return civil;
}

int64_t fm_seconds_from_civil(const struct fm_civil *civil)
{
    return fm_days_from_civil(civil->year, civil->month, civil->day) * 86400 +
           civil->hour * 3600 + civil->minute * 60 + civil->second;
}

int32_t fm_weekday(int64_t days)
{
    /* 1970-01-01 was a Thursday. */
    return (int32_t)(days + 3 - floor_div(days + 3, 7) * 7);
}

int32_t fm_days_in_month(int32_t year, int32_t month)
{
    return (int32_t)(fm_days_from_civil(year, month + 1, 1) -
                     fm_days_from_civil(year, month, 1));
}

void fm_time_format(int64_t micros, char ret[FM_TIME_TEXT])
{
    int64_t seconds = floor_div(micros, 1000000);
    int64_t rest = micros - seconds * 1000000;
    struct fm_civil c = fm_civil_from_seconds(seconds);
    int n;

    n = snprintf(ret, FM_TIME_TEXT, "%04d-%02d-%02dT%02d:%02d:%02d",
                 (int)c.year % 10000, (int)c.month, (int)c.day, (int)c.hour,
                 (int)c.minute, (int)c.second);
    if (rest != 0)
        n += snprintf(ret + n, (size_t)(FM_TIME_TEXT - n), ".%06d", (int)rest);
    (void)snprintf(ret + n, (size_t)(FM_TIME_TEXT - n), "Z");
}

/* Two or four digits at *at. */
static bool digits(struct fm_str s, size_t *at, size_t n, int32_t *ret)
{
    uint64_t v;

    if (s.len - *at < n || fm_parse_u64(fm_str_sub(s, *at, *at + n), &v))
        return false;
    *at += n;
    *ret = (int32_t)v;
    return true;
}

static bool literal(struct fm_str s, size_t *at, char c)
{
    if (*at >= s.len || fm_lower(s.data[*at]) != c)
        return false;
    *at += 1;
    return true;
}

static bool date_part(struct fm_str s, size_t *at, struct fm_civil *c)
{
    return digits(s, at, 4, &c->year) && literal(s, at, '-') &&
           digits(s, at, 2, &c->month) && literal(s, at, '-') &&
           digits(s, at, 2, &c->day) && c->year >= 1 && c->month >= 1 &&
           c->month <= 12 && c->day >= 1 &&
           c->day <= fm_days_in_month(c->year, c->month);
}

static bool time_part(struct fm_str s, size_t *at, struct fm_civil *c,
                      int64_t *micros)
{
    int64_t unit = 100000;

    *micros = 0;
    if (!digits(s, at, 2, &c->hour) || !literal(s, at, ':') ||
        !digits(s, at, 2, &c->minute))
        return false;
    if (literal(s, at, ':') && !digits(s, at, 2, &c->second))
        return false;
    if (literal(s, at, '.'))
        for (; *at < s.len && fm_is_digit(s.data[*at]); *at += 1, unit /= 10)
            *micros += unit * (s.data[*at] - '0');
    return c->hour <= 24 && c->minute <= 59 && c->second <= 60;
}

static bool zone_part(struct fm_str s, size_t *at, int64_t *seconds)
{
    bool west = *at < s.len && s.data[*at] == '-';
    int32_t hour;
    int32_t minute = 0;

    *seconds = 0;
    if (literal(s, at, 'z'))
        return true;
    if (!west && !literal(s, at, '+'))
        return false;
    *at += west;
    if (!digits(s, at, 2, &hour))
        return false;
    (void)literal(s, at, ':');
    if (!digits(s, at, 2, &minute))
        return false;
    *seconds = (hour * 3600 + minute * 60) * (west ? -1 : 1);
    return true;
}

enum fm_error fm_time_parse(struct fm_str s, int64_t *ret_micros)
{
    struct fm_civil c = {0};
    size_t at = 0;
    int64_t micros = 0;
    int64_t zone = 0;

    if (!date_part(s, &at, &c))
        return FM_EINVAL;
    if (at < s.len) {
        if (!literal(s, &at, 't') && !literal(s, &at, ' '))
            return FM_EINVAL;
        if (!time_part(s, &at, &c, &micros) || !zone_part(s, &at, &zone) ||
            at != s.len)
            return FM_EINVAL;
    }
    *ret_micros = (fm_seconds_from_civil(&c) - zone) * 1000000 + micros;
    return FM_OK;
}
