#include "store/interval.h"

#include "base/clock.h"
#include "base/parse.h"

#define DAY INT64_C(86400)

/* A day more than the name says, for months of 31 days, leap years and zones. */
static const int64_t longest[FM_INTERVAL_SPANS] = {
    1 * DAY,    8 * DAY,     32 * DAY,         367 * DAY,
    3654 * DAY, 36526 * DAY, INT64_C(1) << 48,
};

int64_t fm_interval_longest(int32_t span)
{
    return longest[span];
}

/* n digits at *at. */
static bool digits(struct fm_str s, size_t *at, size_t n, int32_t *ret)
{
    uint64_t v;

    if (s.len - *at < n ||
        fm_parse_u64(fm_str_sub(s, *at, *at + n), &v) != FM_OK)
        return false;
    *at += n;
    *ret = (int32_t)v;
    return true;
}

static bool mark(struct fm_str s, size_t *at, char c)
{
    if (*at >= s.len || s.data[*at] != c)
        return false;
    (*at)++;
    return true;
}

static bool zone(struct fm_str s, size_t *at, int64_t *seconds)
{
    int32_t hour;
    int32_t minute = 0;
    int64_t sign;

    if (*at == s.len || mark(s, at, 'Z'))
        return true;
    sign = s.data[*at] == '-' ? 1 : -1;
    if (!mark(s, at, '+') && !mark(s, at, '-'))
        return false;
    if (!digits(s, at, 2, &hour))
        return false;
    (void)mark(s, at, ':');
    if (*at < s.len && !digits(s, at, 2, &minute))
        return false;
    *seconds += sign * (hour * INT64_C(3600) + minute * INT64_C(60));
    return true;
}

static bool clock_time(struct fm_str s, size_t *at, struct fm_civil *c)
{
    if (!digits(s, at, 2, &c->hour) || c->hour > 24)
        return false;
    if (mark(s, at, ':') && (!digits(s, at, 2, &c->minute) || c->minute > 59))
        return false;
    if (mark(s, at, ':') && (!digits(s, at, 2, &c->second) || c->second > 60))
        return false;
    if (mark(s, at, '.'))
        while (*at < s.len && fm_is_digit(s.data[*at]))
            (*at)++;
    return true;
}

static bool parse(struct fm_str s, int64_t *ret)
{
    struct fm_civil c = {.month = 1, .day = 1};
    int64_t seconds;
    size_t at = 0;

    if (s.len > 40 || !digits(s, &at, 4, &c.year) || c.year < 1)
        return false;
    if (mark(s, &at, '-') &&
        (!digits(s, &at, 2, &c.month) || c.month < 1 || c.month > 12))
        return false;
    if (mark(s, &at, '-') && (!digits(s, &at, 2, &c.day) || c.day < 1 ||
                              c.day > fm_days_in_month(c.year, c.month)))
        return false;
    if (mark(s, &at, 'T') && !clock_time(s, &at, &c))
        return false;
    seconds = fm_seconds_from_civil(&c);
    if (!zone(s, &at, &seconds) || at != s.len)
        return false;
    *ret = seconds;
    return true;
}

bool fm_interval_parse(struct fm_str start, struct fm_str end,
                       struct fm_interval *ret)
{
    struct fm_interval v = {0};
    bool has_start = parse(start, &v.start);
    bool has_end = parse(end, &v.end);

    if (!has_start && !has_end)
        return false;
    if (!has_start)
        v.start = v.end - 1;
    if (!has_end || v.end <= v.start)
        v.end = v.start + 1;
    while (v.span < FM_INTERVAL_SPANS - 1 && v.end - v.start > longest[v.span])
        v.span++;
    *ret = v;
    return true;
}
