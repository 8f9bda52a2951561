#include "extract/number_priv.h"

/* Decimals are in number_decimal.c, parts of one in number_fraction.c. Words of a number are read
 * as in speech: units add, "hundred" multiplies what stands before it, larger
 * scales multiply it and close the group. */

static bool is_kind(const struct fm_lexemes *lx, size_t i,
                    enum fm_lexeme_kind kind)
{
    return lx->at[i].kind == kind;
}

/* --- digits ------------------------------------------------------------ */

/* "m", "k", "bn" glued to digits; "m" alone would be metres elsewhere. */
static int32_t glued_scale(const struct fm_lexemes *lx, size_t i)
{
    static const struct {
        const char *text;
        int32_t power;
    } scales[] = {{"k", 3}, {"m", 6}, {"b", 9}, {"tr", 12}};

    if (!fm_lexeme_glued(lx, i) || lx->at[i].kind == FM_LEX_NONE)
        return -1;
    for (size_t k = 0; k < sizeof scales / sizeof scales[0]; k++)
        if (fm_lexeme_is(lx, i, scales[k].text))
            return scales[k].power;
    return -1;
}

/* "m" after a number may be metres: millions only behind a currency. */
static bool after_currency(const struct fm_lexemes *lx, size_t i)
{
    return i > 0 && lx->at[i - 1].kind == FM_LEX_CURRENCY;
}

/* Scales behind a number: "1.5 million", "22-million", "3 hundred thousand". */
static size_t read_scales(const struct fm_lexemes *lx, size_t first, size_t i,
                          struct fm_decimal *value)
{
    size_t from = i;
    int32_t glued = glued_scale(lx, i);

    if (glued > 0 && (glued != 6 || after_currency(lx, first) ||
                      (lx->at[i].flags & FM_LEX_CAPITAL) != 0)) {
        if (fm_decimal_of(value->mantissa, value->scale - glued, value))
            return 1;
        return 0;
    }
    for (;;) {
        size_t at = i + (fm_number_dash(lx, i) ? 1 : 0);
        int32_t power = lx->at[at].value;

        if (lx->at[at].kind != FM_LEX_SCALE || (power & FM_LEX_PLURAL) != 0 ||
            !fm_decimal_of(value->mantissa, value->scale - power, value))
            return i - from;
        i = at + 1;
    }
}

/* A fraction behind a whole number: "2 1/2", "2½", "10-1/2". */
static size_t read_mixed(const struct fm_lexemes *lx, size_t i,
                         struct fm_number *number)
{
    struct fm_number part = {.rounded = false};
    size_t skip = fm_number_dash(lx, i) ? 1 : 0;
    size_t n = fm_number_slash(lx, i + skip, &part);

    if (n == 0)
        n = fm_number_glyph(lx, i + skip, &part);
    if (n == 0 || !fm_decimal_add(number->value, part.value, &number->value))
        return 0;
    number->rounded = part.rounded;
    return n + skip;
}

/* The scale a number ends with: 6 of "3 million", 0 of "3". */
static int32_t last_power(const struct fm_lexemes *lx, size_t from, size_t i)
{
    if (i == from || lx->at[i - 1].kind != FM_LEX_SCALE)
        return 0;
    return lx->at[i - 1].value & ~FM_LEX_PLURAL;
}

/* "4 thousand 3 hundred and 21", "6 crore and two hundred": a smaller number
 * with a scale of its own behind a larger one, and the tens behind a hundred. */
static size_t read_rest(const struct fm_lexemes *lx, size_t i, int32_t power,
                        struct fm_decimal *value)
{
    struct fm_number rest = {.rounded = false};
    struct fm_decimal sum;
    bool and_ = fm_lexeme_fn(lx, i, FM_FN_AND);
    bool scaled = false;
    size_t n = 0;

    if (power < 2 || lx->at[i].kind == FM_LEX_FN || and_ ||
        lx->at[i].kind == FM_LEX_DIGITS || lx->at[i].kind == FM_LEX_CARDINAL)
        n = fm_number_parse(lx, i + and_, &rest);
    if (n == 0 || rest.vague || rest.form == FM_NUMBER_FRACTION ||
        rest.form == FM_NUMBER_YEAR)
        return 0;
    for (size_t k = i + and_; k < i + and_ + n; k++)
        scaled = scaled || lx->at[k].kind == FM_LEX_SCALE;
    if (!(scaled &&
          fm_decimal_cmp(rest.value, (struct fm_decimal){1, -power}) < 0) &&
        !(and_ && power == 2 && n == 1 && lx->at[i + 1].value > 0 &&
          lx->at[i + 1].value < 100))
        return 0;
    if (!fm_decimal_add(*value, rest.value, &sum))
        return 0;
    *value = sum;
    return n + and_;
}

/* Digits take scales, halves and smaller groups. */
static size_t read_digits(const struct fm_lexemes *lx, size_t i,
                          struct fm_number *number)
{
    size_t from = i;
    size_t n = fm_number_slash(lx, i, number);

    if (n > 0)
        return n + read_scales(lx, from, i + n, &number->value);
    if (!fm_decimal_parse(fm_lexeme_text(lx, i), &number->value))
        return 0;
    number->form = FM_NUMBER_DIGITS;
    i++;
    if (lx->at[from].value >= 0)
        i += read_mixed(lx, i, number);
    n = read_scales(lx, from, i, &number->value);
    i += n;
    /* "3 dozen" */
    if (n == 0 && lx->at[i].kind == FM_LEX_DOZEN && lx->at[i].value == 12) {
        struct fm_decimal dozen = {12, 0};

        if (!fm_decimal_mul(number->value, dozen, &number->value))
            return 0;
        i++;
    }
    n = fm_number_and_part(lx, i, last_power(lx, from, i), &number->value);
    if (n == 0 && last_power(lx, from, i) > 0)
        n = read_rest(lx, i, last_power(lx, from, i), &number->value);
    return i + n - from;
}

/* --- words -------------------------------------------------------------- */

struct sum {
    int64_t total;   /* closed groups */
    int64_t current; /* the open one */
    int32_t last;    /* smallest scale closed so far, a power of ten */
    bool any;
};

static int64_t power_of_ten(int32_t n)
{
    int64_t p = 1;

    while (n-- > 0)
        p *= 10;
    return p;
}

/* May a cardinal follow what is open? "twenty two" yes, "two twenty" no. */
static bool cardinal_fits(const struct sum *sum, int32_t value)
{
    if (!sum->any || sum->current == 0)
        return sum->last == 0 || value < 100;
    if (sum->current % 100 == 0)
        return true;
    return sum->current % 100 >= 20 && sum->current % 10 == 0 && value < 10 &&
           value > 0;
}

static bool add_scale(struct sum *sum, int32_t power)
{
    int64_t group = sum->current == 0 ? 1 : sum->current;

    if (power == 2) {
        if (group >= 100)
            return false;
        sum->current = group * 100;
        return true;
    }
    if (sum->last != 0 && power >= sum->last && sum->current != 0)
        return false;
    if (power > 12 || group > 999999)
        return false;
    if (sum->current == 0 && sum->total != 0) {
        /* "two thousand million" */
        if (sum->total > INT64_MAX / power_of_ten(power) / 10)
            return false;
        sum->total *= power_of_ten(power);
    } else {
        sum->total += group * power_of_ten(power);
    }
    sum->current = 0;
    sum->last = power;
    return true;
}

/* One word of a number; false = it does not go on here. */
static bool add_word(const struct fm_lexeme *lx, struct sum *sum)
{
    if (lx->kind == FM_LEX_CARDINAL) {
        if (!cardinal_fits(sum, lx->value))
            return false;
        sum->current += lx->value;
    } else if (lx->kind == FM_LEX_SCALE) {
        if ((lx->value & FM_LEX_PLURAL) != 0 || !sum->any ||
            !add_scale(sum, lx->value))
            return false;
    } else {
        return false;
    }
    sum->any = true;
    return true;
}

/* "and" or a hyphen that joins two words of one number. */
static size_t joint(const struct fm_lexemes *lx, size_t i,
                    const struct sum *sum)
{
    if (fm_number_dash(lx, i))
        return 1;
    if (fm_lexeme_fn(lx, i, FM_FN_AND) && sum->any &&
        lx->at[i + 1].kind == FM_LEX_CARDINAL &&
        /* "six million and two thirds" */
        lx->at[i + 2].kind != FM_LEX_PARTS &&
        !fm_lexeme_fn(lx, i + 2, FM_FN_HALF) &&
        !(lx->at[i + 2].kind == FM_LEX_UNIT &&
          (lx->at[i + 2].value & ~FM_LEX_PLURAL) == FM_UNIT_QUARTER) &&
        ((sum->current != 0 && sum->current % 100 == 0) ||
         (sum->current == 0 && sum->last != 0)))
        return 1;
    return 0;
}

/* "nineteen ninety-six", "twenty fourteen": how many lexemes. */
static size_t read_year_words(const struct fm_lexemes *lx, size_t i,
                              struct fm_number *number)
{
    int32_t century = lx->at[i].value;
    size_t from = i;
    int32_t rest;

    if (lx->at[i].kind != FM_LEX_CARDINAL || century < 13 || century > 20)
        return 0;
    i += fm_number_dash(lx, i + 1) ? 2 : 1;
    if (lx->at[i].kind != FM_LEX_CARDINAL || lx->at[i].value < 10)
        return 0;
    rest = lx->at[i].value;
    i++;
    if (rest >= 20) {
        size_t at = i + (fm_number_dash(lx, i) ? 1 : 0);

        if (lx->at[at].kind == FM_LEX_CARDINAL && lx->at[at].value > 0 &&
            lx->at[at].value < 10) {
            rest += lx->at[at].value;
            i = at + 1;
        }
    }
    number->form = FM_NUMBER_YEAR;
    if (!fm_decimal_of((int64_t)century * 100 + rest, 0, &number->value))
        return 0;
    return i - from;
}

static size_t read_point_words(const struct fm_lexemes *lx, size_t i,
                               struct fm_decimal *value)
{
    size_t from = i;
    int32_t places = 0;

    if (!fm_lexeme_fn(lx, i, FM_FN_POINT) ||
        lx->at[i + 1].kind != FM_LEX_CARDINAL || lx->at[i + 1].value > 9)
        return 0;
    for (i++; lx->at[i].kind == FM_LEX_CARDINAL && lx->at[i].value < 10; i++) {
        struct fm_decimal digit;

        places++;
        if (!fm_decimal_of(lx->at[i].value, places, &digit) ||
            !fm_decimal_add(*value, digit, value))
            break;
    }
    return i - from;
}

/* Cardinals and scales from i on. The sum is in *sum. */
static size_t read_sum(const struct fm_lexemes *lx, size_t i, struct sum *sum)
{
    size_t from = i;

    while (i < lx->count) {
        size_t n = sum->any ? joint(lx, i, sum) : 0;

        if (!add_word(&lx->at[i + n], sum))
            break;
        i += n + 1;
    }
    return i - from;
}

/* "two thirds of a million", "three quarters billion" behind a part. */
static size_t scale_of_part(const struct fm_lexemes *lx, size_t i,
                            struct fm_number *number)
{
    size_t skip =
        fm_lexeme_fn(lx, i, FM_FN_OF) && fm_lexeme_fn(lx, i + 1, FM_FN_A) ? 2
                                                                          : 0;
    size_t n;

    if (lx->at[i + skip].kind != FM_LEX_SCALE)
        return 0;
    n = read_scales(lx, i + skip, i + skip, &number->value);
    if (n == 0)
        return 0;
    number->form = FM_NUMBER_WORDS;
    return n + skip;
}

static size_t read_words(const struct fm_lexemes *lx, size_t i,
                         struct fm_number *number)
{
    struct sum sum = {0, 0, 0, false};
    size_t from = i;
    size_t n = read_year_words(lx, i, number);

    if (n > 0)
        return n;
    n = read_sum(lx, i, &sum);
    if (n == 0)
        return 0;
    i += n;
    number->form = FM_NUMBER_WORDS;
    if (!fm_decimal_of(sum.total + sum.current, 0, &number->value))
        return 0;
    n = fm_number_fraction(lx, i, sum.total + sum.current, number);
    if (n > 0)
        return i + n + scale_of_part(lx, i + n, number) - from;
    n = read_point_words(lx, i, &number->value);
    if (n > 0) {
        i += n;
        i += read_scales(lx, from, i, &number->value);
    }
    if (lx->at[i].kind == FM_LEX_DOZEN && lx->at[i].value == 12) {
        struct fm_decimal dozen = {12, 0};

        if (fm_decimal_mul(number->value, dozen, &number->value))
            i++;
    }
    n = fm_number_and_part(lx, i, last_power(lx, from, i), &number->value);
    i += n;
    /* "two and a half million" */
    if (n > 0)
        i += read_scales(lx, from, i, &number->value);
    return i - from;
}

/* --- "a million", "half a million", "a third" ---------------------------- */

static size_t read_half(const struct fm_lexemes *lx, size_t i,
                        struct fm_number *number)
{
    size_t at = i + 1;

    number->form = FM_NUMBER_FRACTION;
    number->value = (struct fm_decimal){5, 1};
    if (fm_number_dash(lx, at))
        at++;
    if (fm_lexeme_fn(lx, at, FM_FN_A) && (lx->at[at + 1].kind == FM_LEX_SCALE ||
                                          lx->at[at + 1].kind == FM_LEX_DOZEN))
        at++;
    if (lx->at[at].kind == FM_LEX_SCALE &&
        (lx->at[at].value & FM_LEX_PLURAL) == 0) {
        number->form = FM_NUMBER_WORDS;
        return at - i + read_scales(lx, i, at, &number->value);
    }
    if (lx->at[at].kind == FM_LEX_DOZEN && lx->at[at].value == 12) {
        number->form = FM_NUMBER_WORDS;
        number->value = (struct fm_decimal){6, 0};
        return at + 1 - i;
    }
    return 1;
}

/* Behind "a": "a million", "a dozen", "a third", "a half", "a hundred and
 * ten", "a million and a half". */
static size_t read_article(const struct fm_lexemes *lx, size_t i,
                           struct fm_number *number)
{
    const struct fm_lexeme *at = &lx->at[i + 1];
    struct sum sum = {0, 1, 0, true};
    size_t n;

    if (at->kind == FM_LEX_SCALE && (at->value & FM_LEX_PLURAL) == 0) {
        n = 1 + read_sum(lx, i + 1, &sum);
        number->form = FM_NUMBER_WORDS;
        if (!fm_decimal_of(sum.total + sum.current, 0, &number->value))
            return 0;
        n += fm_number_and_part(lx, i + n, last_power(lx, i, i + n),
                                &number->value);
        return n;
    }
    if (at->kind == FM_LEX_DOZEN && at->value == 12) {
        number->form = FM_NUMBER_WORDS;
        number->value = (struct fm_decimal){12, 0};
        return 2;
    }
    /* "a quarter million" */
    if (at->kind == FM_LEX_UNIT && at->value == FM_UNIT_QUARTER &&
        lx->at[i + 2].kind == FM_LEX_SCALE) {
        number->form = FM_NUMBER_WORDS;
        number->value = (struct fm_decimal){25, 2};
        n = read_scales(lx, i, i + 2, &number->value);
        return n > 0 ? n + 2 : 0;
    }
    n = fm_number_fraction(lx, i + 1, 1, number);
    return n > 0 ? n + 1 + scale_of_part(lx, i + n + 1, number) : 0;
}

/* "hundreds of", "tens of thousands", "dozens": how many is not said. */
static size_t read_vague(const struct fm_lexemes *lx, size_t i,
                         struct fm_number *number)
{
    const struct fm_lexeme *at = &lx->at[i];
    int32_t power;

    if ((at->kind != FM_LEX_SCALE && at->kind != FM_LEX_DOZEN) ||
        (at->value & FM_LEX_PLURAL) == 0)
        return 0;
    power = at->value & ~FM_LEX_PLURAL;
    number->vague = true;
    number->form = FM_NUMBER_WORDS;
    number->value = at->kind == FM_LEX_DOZEN ? (struct fm_decimal){12, 0}
                                             : (struct fm_decimal){1, -power};
    if (fm_lexeme_fn(lx, i + 1, FM_FN_OF) &&
        lx->at[i + 2].kind == FM_LEX_SCALE &&
        (lx->at[i + 2].value & FM_LEX_PLURAL) != 0) {
        number->value.scale -= lx->at[i + 2].value & ~FM_LEX_PLURAL;
        return 3;
    }
    return 1;
}

/* "hundred thousand", "quarter million" with no number before. */
static size_t read_bare_scale(const struct fm_lexemes *lx, size_t i,
                              struct fm_number *number)
{
    const struct fm_lexeme *at = &lx->at[i];
    bool quarter = at->kind == FM_LEX_UNIT && at->value == FM_UNIT_QUARTER;
    size_t n;

    if ((!quarter && (at->kind != FM_LEX_SCALE || at->value != 2)) ||
        lx->at[i + 1].kind != FM_LEX_SCALE ||
        (lx->at[i + 1].value & FM_LEX_PLURAL) != 0)
        return 0;
    number->form = FM_NUMBER_WORDS;
    number->value =
        quarter ? (struct fm_decimal){25, 2} : (struct fm_decimal){1, -2};
    n = read_scales(lx, i, i + 1, &number->value);
    return n > 0 ? n + 1 : 0;
}

/* ".08": the nought is left out. */
static size_t read_point_first(const struct fm_lexemes *lx, size_t i,
                               struct fm_number *number)
{
    uint32_t digits = lx->at[i + 1].end - lx->at[i + 1].start;

    if (!fm_lexeme_mark(lx, i, '.') || fm_lexeme_glued(lx, i) ||
        !fm_lexeme_glued(lx, i + 1) || lx->at[i + 1].kind != FM_LEX_DIGITS ||
        (lx->at[i + 1].flags & (FM_LEX_POINT | FM_LEX_GROUPED)) != 0 ||
        digits > 9 ||
        !fm_decimal_of(lx->at[i + 1].value, (int32_t)digits, &number->value))
        return 0;
    number->form = FM_NUMBER_DIGITS;
    return 2 + read_scales(lx, i, i + 2, &number->value);
}

size_t fm_number_parse(const struct fm_lexemes *lexemes, size_t i,
                       struct fm_number *ret_number)
{

    struct fm_number number = {.rounded = false};
    size_t n = 0;

    if (is_kind(lexemes, i, FM_LEX_DIGITS))
        n = read_digits(lexemes, i, &number);
    else if (is_kind(lexemes, i, FM_LEX_CARDINAL))
        n = read_words(lexemes, i, &number);
    else if (is_kind(lexemes, i, FM_LEX_GLYPH))
        n = fm_number_glyph(lexemes, i, &number);
    else if (fm_lexeme_fn(lexemes, i, FM_FN_HALF))
        n = read_half(lexemes, i, &number);
    else if (fm_lexeme_fn(lexemes, i, FM_FN_A) ||
             fm_lexeme_fn(lexemes, i, FM_FN_AN))
        n = read_article(lexemes, i, &number);
    else if (is_kind(lexemes, i, FM_LEX_MARK))
        n = read_point_first(lexemes, i, &number);
    else
        n = read_vague(lexemes, i, &number);
    if (n == 0)
        n = read_bare_scale(lexemes, i, &number);
    if (n > 0)
        *ret_number = number;
    return n;
}

size_t fm_number_parse_whole(const struct fm_lexemes *lexemes, size_t i,
                             int32_t *ret_value)
{
    struct fm_number number;
    size_t n = 0;
    int64_t thousandths;

    if (lexemes->at[i].kind != FM_LEX_DIGITS &&
        lexemes->at[i].kind != FM_LEX_CARDINAL)
        return 0;
    n = fm_number_parse(lexemes, i, &number);
    if (n == 0 || number.form == FM_NUMBER_FRACTION)
        return 0;
    thousandths = fm_decimal_thousandths(number.value);
    if (thousandths < 0 || thousandths % 1000 != 0 ||
        thousandths / 1000 > 999999999)
        return 0;
    *ret_value = (int32_t)(thousandths / 1000);
    return n;
}

size_t fm_number_parse_ordinal(const struct fm_lexemes *lexemes, size_t i,
                               int32_t *ret_value)
{
    const struct fm_lexeme *at = &lexemes->at[i];
    size_t next;

    if (at->kind == FM_LEX_ORDINAL) {
        *ret_value = at->value;
        return 1;
    }
    if (at->kind != FM_LEX_CARDINAL || at->value < 20)
        return 0;
    next = i + (fm_number_dash(lexemes, i + 1) ? 2 : 1);
    if (lexemes->at[next].kind != FM_LEX_ORDINAL || lexemes->at[next].value > 9)
        return 0;
    *ret_value = at->value + lexemes->at[next].value;
    return next + 1 - i;
}
