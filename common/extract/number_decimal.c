#include "extract/number.h"

#define MANTISSA_MAX INT64_C(999999999999999999)
#define SCALE_MIN    (-30)
#define SCALE_MAX    18
#define ROUND_PLACES 6

/* Checks the limits and takes trailing zeros off. */
bool fm_decimal_of(int64_t value, int32_t scale, struct fm_decimal *ret)
{
    while (value != 0 && value % 10 == 0) {
        value /= 10;
        scale--;
    }
    if (value == 0)
        scale = 0;
    if (value > MANTISSA_MAX || value < -MANTISSA_MAX || scale < SCALE_MIN ||
        scale > SCALE_MAX)
        return false;
    ret->mantissa = value;
    ret->scale = scale;
    return true;
}

bool fm_decimal_parse(struct fm_str digits, struct fm_decimal *ret)
{
    int64_t value = 0;
    int32_t scale = 0;
    bool point = false;

    for (size_t i = 0; i < digits.len; i++) {
        char c = digits.data[i];

        if (c == '.') {
            if (point)
                return false;
            point = true;
        }
        /* Separators of thousands, of one byte or several. */
        if (!fm_is_digit(c))
            continue;
        if (value > (MANTISSA_MAX - 9) / 10)
            return false;
        value = value * 10 + (c - '0');
        scale += point;
    }
    return fm_decimal_of(value, scale, ret);
}

/* The mantissa at a larger scale; false when it overflows. */
static bool rescale(struct fm_decimal value, int32_t scale, int64_t *ret)
{
    int64_t m = value.mantissa;

    for (int32_t s = value.scale; s < scale; s++) {
        if (m > MANTISSA_MAX / 10 || m < -MANTISSA_MAX / 10)
            return false;
        m *= 10;
    }
    *ret = m;
    return true;
}

bool fm_decimal_add(struct fm_decimal a, struct fm_decimal b,
                    struct fm_decimal *ret)
{
    int32_t scale = a.scale > b.scale ? a.scale : b.scale;
    int64_t x;
    int64_t y;

    if (!rescale(a, scale, &x) || !rescale(b, scale, &y))
        return false;
    return fm_decimal_of(x + y, scale, ret);
}

bool fm_decimal_mul(struct fm_decimal a, struct fm_decimal b,
                    struct fm_decimal *ret)
{
    int64_t product;

    if (__builtin_mul_overflow(a.mantissa, b.mantissa, &product))
        return false;
    return fm_decimal_of(product, a.scale + b.scale, ret);
}

bool fm_decimal_ratio(struct fm_decimal a, int64_t b, struct fm_decimal *ret,
                      bool *ret_rounded)
{
    int64_t m = a.mantissa;
    int32_t scale = a.scale;

    while (m % b != 0 && scale < ROUND_PLACES + 1) {
        if (m > MANTISSA_MAX / 10)
            return false;
        m *= 10;
        scale++;
    }
    if (m % b == 0 && scale <= ROUND_PLACES) {
        *ret_rounded = false;
        return fm_decimal_of(m / b, scale, ret);
    }
    *ret_rounded = true;
    return fm_decimal_of((m / b + 5) / 10, scale - 1, ret);
}

void fm_decimal_format(struct fm_decimal value, char ret[FM_DECIMAL_TEXT])
{
    char digits[24];
    int n;
    size_t at = 0;
    int64_t m = value.mantissa < 0 ? -value.mantissa : value.mantissa;

    n = snprintf(digits, sizeof digits, "%lld", (long long)m);
    if (value.mantissa < 0)
        ret[at++] = '-';
    if (value.scale >= n) {
        ret[at++] = '0';
        ret[at++] = '.';
        for (int32_t i = n; i < value.scale; i++)
            ret[at++] = '0';
    }
    for (int i = 0; i < n; i++) {
        if (value.scale > 0 && value.scale < n && i == n - value.scale)
            ret[at++] = '.';
        ret[at++] = digits[i];
    }
    for (int32_t i = value.scale; i < 0; i++)
        ret[at++] = '0';
    ret[at] = '\0';
}

int fm_decimal_cmp(struct fm_decimal a, struct fm_decimal b)
{
    int32_t scale = a.scale > b.scale ? a.scale : b.scale;
    int64_t x;
    int64_t y;
    bool a_fits = rescale(a, scale, &x);
    bool b_fits = rescale(b, scale, &y);

    /* Only the larger one of two can overflow. */
    if (!a_fits)
        return a.mantissa > 0 ? 1 : -1;
    if (!b_fits)
        return b.mantissa > 0 ? -1 : 1;
    return (x > y) - (x < y);
}

int64_t fm_decimal_thousandths(struct fm_decimal value)
{
    int64_t m;

    if (value.scale > 3 || !rescale(value, 3, &m))
        return INT64_MIN;
    return m;
}
