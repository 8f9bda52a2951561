#include "extract/quantity_expr.h"

#define EXACT     FACTMILL__V1__QUANTITY__QUALIFIER__EXACT
#define ABOUT     FACTMILL__V1__QUANTITY__QUALIFIER__ABOUT
#define MORE_THAN FACTMILL__V1__QUANTITY__QUALIFIER__MORE_THAN
#define AT_LEAST  FACTMILL__V1__QUANTITY__QUALIFIER__AT_LEAST
#define LESS_THAN FACTMILL__V1__QUANTITY__QUALIFIER__LESS_THAN
#define AT_MOST   FACTMILL__V1__QUANTITY__QUALIFIER__AT_MOST
#define NEARLY    FACTMILL__V1__QUANTITY__QUALIFIER__NEARLY
#define UP_TO     FACTMILL__V1__QUANTITY__QUALIFIER__UP_TO

struct qualifier {
    enum fm_lexeme_fn words[4];
    Factmill__V1__Quantity__Qualifier qualifier;
};

/* Longer ones before their beginnings. */
static const struct qualifier qualifiers[] = {
    {{FM_FN_NO, FM_FN_MORE, FM_FN_THAN}, AT_MOST},
    {{FM_FN_NO, FM_FN_LESS, FM_FN_THAN}, AT_LEAST},
    {{FM_FN_NO, FM_FN_FEWER, FM_FN_THAN}, AT_LEAST},
    {{FM_FN_NOT, FM_FN_MORE, FM_FN_THAN}, AT_MOST},
    {{FM_FN_NOT, FM_FN_LESS, FM_FN_THAN}, AT_LEAST},
    {{FM_FN_WELL, FM_FN_OVER}, MORE_THAN},
    {{FM_FN_JUST, FM_FN_OVER}, MORE_THAN},
    {{FM_FN_JUST, FM_FN_UNDER}, LESS_THAN},
    {{FM_FN_MORE, FM_FN_THAN}, MORE_THAN},
    {{FM_FN_LESS, FM_FN_THAN}, LESS_THAN},
    {{FM_FN_FEWER, FM_FN_THAN}, LESS_THAN},
    {{FM_FN_AT, FM_FN_LEAST}, AT_LEAST},
    {{FM_FN_AT, FM_FN_MOST}, AT_MOST},
    {{FM_FN_AS, FM_FN_MANY, FM_FN_AS}, UP_TO},
    {{FM_FN_AS, FM_FN_MUCH, FM_FN_AS}, UP_TO},
    {{FM_FN_UP, FM_FN_TO}, UP_TO},
    {{FM_FN_CLOSE, FM_FN_TO}, NEARLY},
    {{FM_FN_A, FM_FN_MAXIMUM, FM_FN_OF}, AT_MOST},
    {{FM_FN_A, FM_FN_MINIMUM, FM_FN_OF}, AT_LEAST},
    {{FM_FN_AN, FM_FN_ESTIMATED}, ABOUT},
    {{FM_FN_ESTIMATED}, ABOUT},
    {{FM_FN_ABOUT}, ABOUT},
    {{FM_FN_AROUND}, ABOUT},
    {{FM_FN_ROUGHLY}, ABOUT},
    {{FM_FN_APPROXIMATELY}, ABOUT},
    {{FM_FN_CIRCA}, ABOUT},
    {{FM_FN_SOME}, ABOUT},
    {{FM_FN_NEARLY}, NEARLY},
    {{FM_FN_ALMOST}, NEARLY},
    {{FM_FN_OVER}, MORE_THAN},
    {{FM_FN_ABOVE}, MORE_THAN},
    {{FM_FN_EXCEEDING}, MORE_THAN},
    {{FM_FN_UNDER}, LESS_THAN},
    {{FM_FN_BELOW}, LESS_THAN},
    {{FM_FN_EXACTLY}, EXACT},
    {{FM_FN_JUST}, EXACT},
    {{FM_FN_ONLY}, EXACT},
    {{FM_FN_BARELY}, EXACT},
};

static size_t read_qualifier(const struct fm_lexemes *lx, size_t i,
                             Factmill__V1__Quantity__Qualifier *ret)
{
    if (lx->at[i].kind != FM_LEX_FN)
        return 0;
    for (size_t k = 0; k < sizeof qualifiers / sizeof qualifiers[0]; k++) {
        size_t n = 0;

        while (n < 4 && qualifiers[k].words[n] != FM_FN_NONE &&
               fm_lexeme_fn(lx, i + n, qualifiers[k].words[n]))
            n++;
        if (n > 0 && (n == 4 || qualifiers[k].words[n] == FM_FN_NONE)) {
            *ret = qualifiers[k].qualifier;
            return n;
        }
    }
    return 0;
}

/* "or more", "or so", "or less" behind the number. */
static size_t read_qualifier_behind(const struct fm_lexemes *lx, size_t i,
                                    Factmill__V1__Quantity__Qualifier *ret)
{
    if (!fm_lexeme_fn(lx, i, FM_FN_OR))
        return 0;
    if (fm_lexeme_fn(lx, i + 1, FM_FN_MORE))
        *ret = AT_LEAST;
    else if (fm_lexeme_fn(lx, i + 1, FM_FN_LESS) ||
             fm_lexeme_fn(lx, i + 1, FM_FN_FEWER))
        *ret = AT_MOST;
    else if (fm_lexeme_fn(lx, i + 1, FM_FN_SO))
        *ret = ABOUT;
    else
        return 0;
    return 2;
}

/* "twofold", "tenfold" are words; "20-fold" is digits and a word. */
static size_t read_fold(const struct fm_lexemes *lx, size_t i,
                        struct fm_measure *ret)
{
    size_t dash = fm_lexeme_mark(lx, i, '-') ? 1 : 0;

    if (!fm_lexeme_is(lx, i + dash, "fold"))
        return 0;
    ret->kind = FM_MEASURE_TIMES;
    ret->unit = "times";
    return dash + 1;
}

static bool is_large(const struct fm_number *number)
{
    static const struct fm_decimal million = {1, -6};

    return fm_decimal_cmp(number->value, million) >= 0;
}

/* "5 feet 2 inches", "3 dollars and 50 cents": a smaller unit behind, so many of
 * which make one of the larger. */
struct smaller {
    const char *large;
    const char *small;
    int64_t parts;
};

static const struct smaller smaller[] = {
    {"foot", "inch", 12},  {"pound", "ounce", 16}, {"USD", "cent", 100},
    {"EUR", "cent", 100},  {"CAD", "cent", 100},   {"AUD", "cent", 100},
    {"GBP", "penny", 100}, {"mile", "yard", 1760}, {"yard", "foot", 3},
};

/* A second measure behind one that ends before i, added to *value. */
static size_t read_smaller(const struct fm_lexemes *lx,
                           const struct fm_taken *taken, size_t i,
                           const struct fm_measure *large,
                           struct fm_decimal *value)
{
    struct fm_number number;
    struct fm_measure small;
    struct fm_decimal part;
    bool rounded;
    size_t at = i + fm_lexeme_fn(lx, i, FM_FN_AND);
    size_t n;
    size_t m;

    if ((lx->at[at].kind != FM_LEX_DIGITS &&
         lx->at[at].kind != FM_LEX_CARDINAL) ||
        taken->at[at])
        return 0;
    n = fm_number_parse(lx, at, &number);
    if (n == 0 || number.vague || number.form == FM_NUMBER_YEAR)
        return 0;
    m = fm_measure_suffix(lx, at + n, false, &small);
    if (m == 0 && strcmp(large->unit, "foot") == 0 &&
        fm_lexeme_fn(lx, at + n, FM_FN_IN)) {
        small.unit = "inch";
        m = 1;
    }
    for (size_t k = 0; m > 0 && k < sizeof smaller / sizeof smaller[0]; k++) {
        if (strcmp(smaller[k].large, large->unit) != 0 ||
            strcmp(smaller[k].small, small.unit) != 0 ||
            fm_decimal_cmp(number.value,
                           (struct fm_decimal){smaller[k].parts, 0}) >= 0)
            continue;
        if (!fm_decimal_ratio(number.value, smaller[k].parts, &part,
                              &rounded) ||
            !fm_decimal_add(*value, part, value))
            return 0;
        return at + n + m - i;
    }
    return 0;
}

/* "400m euros": metres of nothing. */
static size_t read_glued_million(const struct fm_lexemes *lx, size_t i,
                                 struct fm_number *number)
{
    struct fm_measure money;

    if (!fm_lexeme_glued(lx, i) || !fm_lexeme_is(lx, i, "m") ||
        fm_measure_suffix(lx, i + 1, true, &money) == 0 ||
        money.kind != FM_MEASURE_MONEY ||
        !fm_decimal_of(number->value.mantissa, number->value.scale - 6,
                       &number->value))
        return 0;
    return 1;
}

/* Prefix, number and suffix, once. */
static size_t read_one(const struct fm_lexemes *lx,
                       const struct fm_taken *taken, size_t i,
                       struct fm_number *number, struct fm_measure *measure,
                       struct fm_words *digits)
{
    size_t from = i;
    bool money;
    bool minus;
    size_t n;

    *measure = (struct fm_measure){FM_MEASURE_NONE, ""};
    if (taken->at[i])
        return 0;
    minus =
        (fm_lexeme_mark(lx, i, '-') && (lx->at[i].flags & FM_LEX_SPACE) != 0 &&
         fm_lexeme_glued(lx, i + 1)) ||
        fm_lexeme_fn(lx, i, FM_FN_MINUS);
    i += minus;
    n = fm_measure_prefix(lx, i, measure);
    money = n > 0;
    i += n;
    n = taken->at[i] ? 0 : fm_number_parse(lx, i, number);
    if (n == 0 || number->form == FM_NUMBER_YEAR)
        return 0;
    if (minus)
        number->value.mantissa = -number->value.mantissa;
    *digits = (struct fm_words){i, i + n};
    i += n;
    if (money) {
        struct fm_measure again;

        /* "$5 million Canadian dollars" says it twice. */
        return i +
               fm_measure_suffix(lx, i, true, &again) *
                   (lx->at[i].kind == FM_LEX_WORD &&
                    fm_lexeme_is(lx, i, "dollars")) -
               from;
    }
    /* "millions of dollars" */
    if (number->vague && fm_lexeme_fn(lx, i, FM_FN_OF)) {
        n = fm_measure_suffix(lx, i + 1, true, measure);
        return n > 0 ? i + 1 + n - from : i - from;
    }
    i += read_glued_million(lx, i, number);
    n = read_fold(lx, i, measure);
    if (n == 0 && !taken->at[i])
        n = fm_measure_suffix(lx, i, is_large(number), measure);
    i += n;
    if (n > 0 &&
        (measure->kind == FM_MEASURE_MONEY || measure->kind == FM_MEASURE_UNIT))
        i += read_smaller(lx, taken, i, measure, &number->value);
    return i - from;
}

/* "-" or "to" between two numbers, "and" behind "between". */
static bool range_joint(const struct fm_lexemes *lx, size_t i, bool between)
{
    if (between)
        return fm_lexeme_fn(lx, i, FM_FN_AND);
    /* "51 or 52 dollars", "seven or eight people" */
    if (fm_lexeme_fn(lx, i, FM_FN_OR))
        return (lx->at[i - 1].kind == FM_LEX_DIGITS ||
                lx->at[i - 1].kind == FM_LEX_CARDINAL) &&
               (lx->at[i + 1].kind == FM_LEX_DIGITS ||
                lx->at[i + 1].kind == FM_LEX_CARDINAL);
    return fm_lexeme_fn(lx, i, FM_FN_TO) ||
           (fm_lexeme_mark(lx, i, '-') &&
            (lx->at[i + 1].kind == FM_LEX_DIGITS ||
             lx->at[i + 1].kind == FM_LEX_CURRENCY));
}

/* "1 to 2 million", "$1-2 billion": the scale is said once. */
static void scale_low(struct fm_amount *a)
{
    struct fm_decimal scaled = a->number.value;

    while (a->high.value.scale < -2 &&
           fm_decimal_cmp(scaled, a->high.value) < 0) {
        struct fm_decimal next;

        if (!fm_decimal_of(scaled.mantissa, scaled.scale - 3, &next) ||
            fm_decimal_cmp(next, a->high.value) >= 0)
            break;
        scaled = next;
    }
    a->number.value = scaled;
}

/* The upper end of a range behind what was read; 0 = none. */
static size_t read_upper(const struct fm_lexemes *lx,
                         const struct fm_taken *taken, size_t i, bool between,
                         struct fm_amount *a)
{
    struct fm_measure measure;
    struct fm_words digits;
    bool low_scaled = a->digits.last - a->digits.first > 1;
    size_t n;

    if (!range_joint(lx, i, between))
        return 0;
    n = read_one(lx, taken, i + 1, &a->high, &measure, &digits);
    if (n == 0 || a->high.vague ||
        (a->measure.kind != FM_MEASURE_NONE &&
         measure.kind != FM_MEASURE_NONE && measure.kind != a->measure.kind))
        return 0;
    /* "by a third to $412 million" */
    if (a->number.form == FM_NUMBER_FRACTION &&
        a->measure.kind == FM_MEASURE_NONE && measure.kind != FM_MEASURE_NONE &&
        measure.kind != FM_MEASURE_PERCENT)
        return 0;
    a->words.last = i + 1 + n;
    if (!low_scaled && digits.last - digits.first > 1)
        scale_low(a);
    if (fm_decimal_cmp(a->number.value, a->high.value) >= 0)
        return 0;
    if (measure.kind != FM_MEASURE_NONE)
        a->measure = measure;
    a->range = true;
    return n + 1;
}

/* Nouns behind "a" and "an" that a price is for one of; behind "per" any is. */
static const char *const piece[] = {
    "acre",     "barrel", "bbl",     "bushel", "copy",   "day",
    "gallon",   "head",   "hectare", "hour",   "kg",     "kilo",
    "kilogram", "litre",  "liter",   "mile",   "minute", "month",
    "night",    "ounce",  "person",  "piece",  "pound",  "share",
    "ticket",   "ton",    "tonne",   "unit",   "week",   "year",
};

/* "a share", "per barrel", "an ounce" behind money, "a day" behind a measure:
 * the words of the noun. */
static size_t read_per(const struct fm_lexemes *lx,
                       const struct fm_taken *taken, size_t i, bool money,
                       struct fm_words *ret)
{
    bool per = fm_lexeme_fn(lx, i, FM_FN_PER);

    if (!money && lx->at[i + 1].kind != FM_LEX_UNIT)
        return 0;

    if ((!per && !fm_lexeme_fn(lx, i, FM_FN_A) &&
         !fm_lexeme_fn(lx, i, FM_FN_AN)) ||
        taken->at[i] || taken->at[i + 1])
        return 0;
    for (size_t k = 0; k < sizeof piece / sizeof piece[0]; k++)
        if (fm_lexeme_is(lx, i + 1, piece[k])) {
            *ret = (struct fm_words){i + 1, i + 2};
            return 2;
        }
    if (!per || lx->at[i + 1].kind != FM_LEX_WORD ||
        fm_lexeme_is(lx, i + 1, "capita"))
        return 0;
    /* "10 marks per ordinary share" */
    for (size_t k = 0; k < sizeof piece / sizeof piece[0]; k++)
        if (fm_lexeme_is(lx, i + 2, piece[k])) {
            *ret = (struct fm_words){i + 1, i + 3};
            return 3;
        }
    *ret = (struct fm_words){i + 1, i + 2};
    return 2;
}

/* "1,000 and 10,000 dollars": the unit is said once, behind the second. */
static void borrow_measure(const struct fm_lexemes *lx,
                           const struct fm_taken *taken, size_t i,
                           struct fm_amount *a)
{
    struct fm_number number;
    struct fm_measure measure;
    struct fm_words digits;

    if (a->measure.kind != FM_MEASURE_NONE || !fm_lexeme_fn(lx, i, FM_FN_AND) ||
        lx->at[i + 1].kind != FM_LEX_DIGITS ||
        lx->at[i - 1].kind != FM_LEX_DIGITS ||
        read_one(lx, taken, i + 1, &number, &measure, &digits) == 0)
        return;
    a->measure = measure;
}

size_t fm_quantity_amount(const struct fm_lexemes *lx,
                          const struct fm_taken *taken, size_t i,
                          struct fm_amount *ret_amount)
{
    struct fm_amount a = {.qualifier = EXACT};
    size_t from = i;
    bool between = fm_lexeme_fn(lx, i, FM_FN_BETWEEN);
    size_t n;
    size_t m;

    i += between;
    i += read_qualifier(lx, i, &a.qualifier);
    if (lx->at[i].kind == FM_LEX_WORD &&
        lx->at[i + 1].kind != FM_LEX_CURRENCY &&
        (lx->at[i].flags & FM_LEX_CAPITAL) == 0)
        return 0;
    n = read_one(lx, taken, i, &a.number, &a.measure, &a.digits);
    if (n == 0)
        return 0;
    i += n;
    m = a.number.vague ? 0 : read_upper(lx, taken, i, between, &a);
    if (between && m == 0)
        return 0;
    i += m;
    if (m == 0)
        borrow_measure(lx, taken, i, &a);
    if (a.measure.kind == FM_MEASURE_MONEY || a.measure.kind == FM_MEASURE_UNIT)
        i += read_per(lx, taken, i, a.measure.kind == FM_MEASURE_MONEY, &a.per);
    i += read_qualifier_behind(lx, i, &a.qualifier);
    if (a.number.vague)
        a.qualifier = MORE_THAN;
    else if (a.number.rounded && a.qualifier == EXACT)
        a.qualifier = ABOUT;
    a.words = (struct fm_words){from, i};
    *ret_amount = a;
    return i - from;
}
