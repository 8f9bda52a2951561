#include "base/parse.h"

#include <errno.h>
#include <math.h>

enum fm_error fm_parse_u64(struct fm_str s, uint64_t *ret)
{
    uint64_t v = 0;

    if (s.len == 0)
        return FM_EINVAL;
    for (size_t i = 0; i < s.len; i++) {
        uint64_t digit;

        if (!fm_is_digit(s.data[i]))
            return FM_EINVAL;
        digit = (uint64_t)(s.data[i] - '0');
        if (v > (UINT64_MAX - digit) / 10)
            return FM_ERANGE;
        v = v * 10 + digit;
    }
    *ret = v;
    return FM_OK;
}

enum fm_error fm_parse_i64(struct fm_str s, int64_t *ret)
{
    bool negative = s.len > 0 && s.data[0] == '-';
    uint64_t v;
    enum fm_error error;

    error = fm_parse_u64(negative ? fm_str_sub(s, 1, s.len) : s, &v);
    if (error != FM_OK)
        return error;
    /* There is one more below zero than above. */
    if (v > (uint64_t)INT64_MAX + (negative ? 1 : 0))
        return FM_ERANGE;
    *ret = negative && v > 0 ? -(int64_t)(v - 1) - 1 : (int64_t)v;
    return FM_OK;
}

enum fm_error fm_parse_double(struct fm_str s, double *ret)
{
    char text[64];
    char *end;
    double v;

    if (s.len == 0 || s.len >= sizeof text)
        return FM_EINVAL;
    for (size_t i = 0; i < s.len; i++)
        if (!fm_is_digit(s.data[i]) && strchr("+-.eE", s.data[i]) == NULL)
            return FM_EINVAL;
    memcpy(text, s.data, s.len);
    text[s.len] = '\0';
    errno = 0;
    v = strtod(text, &end);
    if (end != text + s.len)
        return FM_EINVAL;
    if (errno == ERANGE || !isfinite(v))
        return FM_ERANGE;
    *ret = v;
    return FM_OK;
}

struct unit {
    const char *suffix;
    uint64_t factor;
};

static enum fm_error parse_unit(struct fm_str s, const struct unit *units,
                                size_t n, uint64_t *ret)
{
    size_t digits = 0;
    uint64_t v;
    enum fm_error error;

    while (digits < s.len && fm_is_digit(s.data[digits]))
        digits++;
    error = fm_parse_u64(fm_str_sub(s, 0, digits), &v);
    if (error != FM_OK)
        return error;
    for (size_t i = 0; i < n; i++) {
        if (!fm_str_ieq(fm_str_sub(s, digits, s.len), fm_str(units[i].suffix)))
            continue;
        if (v > UINT64_MAX / units[i].factor)
            return FM_ERANGE;
        *ret = v * units[i].factor;
        return FM_OK;
    }
    return FM_EINVAL;
}

enum fm_error fm_parse_size(struct fm_str s, uint64_t *ret)
{
    static const struct unit units[] = {
        {"", 1},          {"b", 1},          {"k", 1u << 10},
        {"kb", 1u << 10}, {"kib", 1u << 10}, {"m", 1u << 20},
        {"mb", 1u << 20}, {"mib", 1u << 20}, {"g", 1u << 30},
        {"gb", 1u << 30}, {"gib", 1u << 30},
    };

    return parse_unit(s, units, sizeof units / sizeof units[0], ret);
}

enum fm_error fm_parse_duration_ms(struct fm_str s, uint64_t *ret)
{
    static const struct unit units[] = {
        {"", 1}, {"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000},
    };

    return parse_unit(s, units, sizeof units / sizeof units[0], ret);
}

enum fm_error fm_parse_bool(struct fm_str s, bool *ret)
{
    static const char *const words[] = {"false", "true", "no", "yes",
                                        "off",   "on",   "0",  "1"};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (fm_str_ieq(s, fm_str(words[i]))) {
            *ret = (i & 1) != 0;
            return FM_OK;
        }
    }
    return FM_EINVAL;
}
