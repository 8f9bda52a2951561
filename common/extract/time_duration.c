#include "extract/number.h"
#include "extract/time_expr.h"

/* Amounts of time: how long ("three years"), how far from somewhere ("3 years
 * ago", "two weeks later"). */

static bool is_fn(const struct fm_lexemes *lx, size_t i, enum fm_lexeme_fn fn)
{
    return fm_lexeme_fn(lx, i, fn);
}

size_t fm_time_read_unit(const struct fm_lexemes *lx, size_t i,
                         enum fm_unit *ret_unit, bool *ret_plural)
{
    size_t n = fm_lexeme_mark(lx, i, '-') && fm_lexeme_glued(lx, i) ? 1 : 0;

    if (lx->at[i + n].kind != FM_LEX_UNIT)
        return 0;
    *ret_unit = (enum fm_unit)(lx->at[i + n].value & ~FM_LEX_PLURAL);
    *ret_plural = (lx->at[i + n].value & FM_LEX_PLURAL) != 0;
    return n + 1;
}

/* "several", "a few", "a couple of", "many": of how many is not said. */
static size_t read_vague(const struct fm_lexemes *lx, size_t i,
                         int64_t *ret_amount, bool *ret_vague)
{
    size_t from = i;

    if (is_fn(lx, i, FM_FN_A) &&
        (is_fn(lx, i + 1, FM_FN_FEW) || is_fn(lx, i + 1, FM_FN_COUPLE)))
        i++;
    if (is_fn(lx, i, FM_FN_COUPLE)) {
        *ret_amount = 2000;
        i++;
        return i + (is_fn(lx, i, FM_FN_OF) ? 1 : 0) - from;
    }
    if (!is_fn(lx, i, FM_FN_FEW) && !is_fn(lx, i, FM_FN_SEVERAL) &&
        !is_fn(lx, i, FM_FN_MANY))
        return 0;
    *ret_vague = true;
    *ret_amount = 0;
    return i + 1 - from;
}

size_t fm_time_read_amount(const struct fm_lexemes *lx, size_t i,
                           int64_t *ret_amount, bool *ret_vague)
{
    struct fm_number number;
    size_t n = read_vague(lx, i, ret_amount, ret_vague);
    int64_t amount;

    if (n > 0)
        return n;
    if ((is_fn(lx, i, FM_FN_A) || is_fn(lx, i, FM_FN_AN) ||
         is_fn(lx, i, FM_FN_ANOTHER)) &&
        lx->at[i + 1].kind == FM_LEX_UNIT) {
        *ret_amount = 1000;
        return 1;
    }
    /* "half an hour", "half a century" */
    if (is_fn(lx, i, FM_FN_HALF) &&
        (is_fn(lx, i + 1, FM_FN_A) || is_fn(lx, i + 1, FM_FN_AN)) &&
        lx->at[i + 2].kind == FM_LEX_UNIT) {
        *ret_amount = 500;
        return 2;
    }
    /* "a third quarter" */
    if (lx->at[i].kind == FM_LEX_ORDINAL ||
        lx->at[i + 1].kind == FM_LEX_ORDINAL)
        return 0;
    /* "three quarters" is no fraction here. */
    if (lx->at[i].kind == FM_LEX_CARDINAL &&
        lx->at[i + 1].kind == FM_LEX_UNIT) {
        *ret_amount = (int64_t)lx->at[i].value * 1000;
        return lx->at[i].value > 0 ? 1 : 0;
    }
    n = fm_number_parse(lx, i, &number);
    if (n == 0)
        return 0;
    if (number.vague) {
        *ret_vague = true;
        *ret_amount = 0;
        return n + (is_fn(lx, i + n, FM_FN_OF) ? 1 : 0);
    }
    amount = fm_decimal_thousandths(number.value);
    if (number.form == FM_NUMBER_YEAR || amount <= 0 ||
        amount > INT64_C(10000000000))
        return 0;
    *ret_amount = amount;
    return n;
}

/* "more", "full", "straight", "trading", "or so" between number and unit. */
static size_t skip_between(const struct fm_lexemes *lx, size_t i)
{
    static const enum fm_lexeme_fn words[] = {
        FM_FN_MORE,       FM_FN_FULL,    FM_FN_STRAIGHT, FM_FN_CONSECUTIVE,
        FM_FN_ADDITIONAL, FM_FN_TRADING, FM_FN_BUSINESS, FM_FN_WORKING,
        FM_FN_CALENDAR,   FM_FN_WHOLE,   FM_FN_LONG,     FM_FN_GOOD,
        FM_FN_FISCAL,     FM_FN_PAST};

    for (size_t k = 0; k < sizeof words / sizeof words[0]; k++)
        if (is_fn(lx, i, words[k]))
            return 1;
    return 0;
}

static size_t and_a_half(const struct fm_lexemes *lx, size_t i)
{
    return is_fn(lx, i, FM_FN_AND) && is_fn(lx, i + 1, FM_FN_A) &&
                   is_fn(lx, i + 2, FM_FN_HALF)
               ? 3
               : 0;
}

/* Amount and unit, once: "two and a half years", "five-year", "a minute and a
 * half", "two to three weeks" (the lower counts). */
size_t fm_time_read_measure(const struct fm_lexemes *lx, size_t i,
                            struct fm_time_expr *expr)
{
    size_t from = i;
    bool plural = false;
    bool ignored = false;
    int64_t upper = 0;
    size_t n = fm_time_read_amount(lx, i, &expr->amount, &expr->vague);

    if (n == 0)
        return 0;
    i += n;
    if (is_fn(lx, i, FM_FN_TO) || is_fn(lx, i, FM_FN_OR) ||
        (fm_lexeme_mark(lx, i, '-') && lx->at[i + 1].kind == FM_LEX_DIGITS)) {
        n = fm_time_read_amount(lx, i + 1, &upper, &ignored);
        if (n > 0) {
            i += n + 1;
            expr->approximate = true;
        }
    }
    i += skip_between(lx, i);
    n = fm_time_read_unit(lx, i, &expr->unit, &plural);
    if (n == 0)
        return 0;
    /* "60 Minutes" is a programme, "the 1988 quarter" no length. */
    if ((lx->at[i + n - 1].flags & FM_LEX_CAPITAL) != 0 && from > 0)
        return 0;
    if (!plural && n == 1 && expr->amount >= 1900000 && expr->amount < 2100000)
        return 0;
    i += n;
    n = and_a_half(lx, i);
    if (n > 0 && !expr->vague) {
        expr->amount += 500;
        i += n;
    }
    if (is_fn(lx, i, FM_FN_OR) && is_fn(lx, i + 1, FM_FN_SO)) {
        expr->approximate = true;
        i += 2;
    }
    return i - from;
}

/* Do the words before an amount say that it lies behind or ahead? */
static int32_t side_of(const struct fm_lexemes *lx, size_t i)
{
    if (is_fn(lx, i, FM_FN_LAST) || is_fn(lx, i, FM_FN_PAST) ||
        is_fn(lx, i, FM_FN_PREVIOUS) || is_fn(lx, i, FM_FN_RECENT) ||
        is_fn(lx, i, FM_FN_PRIOR))
        return -1;
    if (is_fn(lx, i, FM_FN_NEXT) || is_fn(lx, i, FM_FN_COMING) ||
        is_fn(lx, i, FM_FN_FOLLOWING))
        return 1;
    return 0;
}

/* One or two measures: "2 years and 3 months". */
static size_t read_measures(const struct fm_lexemes *lx, size_t i,
                            struct fm_time_expr *expr)
{
    struct fm_time_expr second;
    size_t n = fm_time_read_measure(lx, i, expr);
    size_t skip;
    size_t m;

    if (n == 0)
        return 0;
    skip =
        is_fn(lx, i + n, FM_FN_AND) || fm_lexeme_mark(lx, i + n, ',') ? 1 : 0;
    fm_time_expr_init(&second);
    m = fm_time_read_measure(lx, i + n + skip, &second);
    if (m == 0 || expr->vague || second.vague || second.unit >= expr->unit)
        return n;
    /* "for the last 3 months and 2 days ago they": two times. */
    if (i > 0 && side_of(lx, i - 1) < 0 &&
        is_fn(lx, i + n + skip + m, FM_FN_AGO))
        return n;
    expr->amount2 = second.amount;
    expr->unit2 = second.unit;
    return n + skip + m;
}

/* --- how far ------------------------------------------------------------------ */

struct direction {
    enum fm_lexeme_fn fn;
    int32_t sign;
    enum fm_time_anchor anchor;
};

static const struct direction directions[] = {
    {FM_FN_AGO, -1, FM_ANCHOR_DOCUMENT},  {FM_FN_EARLIER, -1, FM_ANCHOR_TEXT},
    {FM_FN_BEFORE, -1, FM_ANCHOR_TEXT},   {FM_FN_LATER, 1, FM_ANCHOR_TEXT},
    {FM_FN_AFTER, 1, FM_ANCHOR_TEXT},     {FM_FN_HENCE, 1, FM_ANCHOR_DOCUMENT},
    {FM_FN_PREVIOUS, -1, FM_ANCHOR_TEXT},
};

/* "before May 13, 1999", "after tomorrow", "from Tuesday" behind a measure. */
static size_t shift_from_date(const struct fm_lexemes *lx, size_t i,
                              struct fm_time_expr *expr)
{
    struct fm_time_expr date;
    bool before = is_fn(lx, i, FM_FN_BEFORE);
    size_t n;

    if (expr->vague ||
        (!before && !is_fn(lx, i, FM_FN_AFTER) && !is_fn(lx, i, FM_FN_FROM)))
        return 0;
    fm_time_expr_init(&date);
    if (lx->at[i + 1].kind == FM_LEX_DAYWORD) {
        date.base_days = lx->at[i + 1].value;
        n = 1;
    } else {
        n = fm_time_read_date(lx, i + 1, &date);
        if (n == 0)
            n = fm_time_read_named(lx, i + 1, &date);
        if (n == 0)
            n = fm_time_read_relative(lx, i + 1, &date);
        if (n == 0 || date.form != FM_TIME_CALENDAR ||
            date.unit > FM_UNIT_DAY || date.plural)
            return 0;
    }
    date.form = FM_TIME_SHIFT;
    date.anchor = FM_ANCHOR_DATE;
    date.base_unit = date.unit;
    date.unit = expr->unit;
    date.amount = expr->amount;
    date.sign = before ? -1 : 1;
    date.approximate = expr->approximate;
    *expr = date;
    return n + 1;
}

/* "3 years ago", "two weeks later", "a year earlier", "months ago", "10 days
 * from now"; "the day before" with nothing behind it. */
size_t fm_time_read_shift(const struct fm_lexemes *lx, size_t i,
                          struct fm_time_expr *expr)
{
    size_t from = i;
    size_t n;
    bool plural = false;
    bool the = is_fn(lx, i, FM_FN_THE) && lx->at[i + 1].kind == FM_LEX_UNIT;

    if (the) {
        i++;
        expr->amount = 1000;
    }
    n = the ? 0 : read_measures(lx, i, expr);
    if (n == 0) {
        n = fm_time_read_unit(lx, i, &expr->unit, &plural);
        if (n == 0 || (!plural && !the))
            return 0;
        expr->vague = !the;
    }
    i += n;
    expr->form = FM_TIME_SHIFT;
    if (is_fn(lx, i, FM_FN_FROM) && lx->at[i + 1].kind == FM_LEX_REF) {
        expr->sign = 1;
        return i + 2 - from;
    }
    n = shift_from_date(lx, i, expr);
    if (n > 0)
        return i + n - from;
    for (size_t k = 0; k < sizeof directions / sizeof directions[0]; k++) {
        const struct direction *d = &directions[k];

        if (!is_fn(lx, i, d->fn))
            continue;
        /* "two weeks before the vote" hangs on an event, not on a time. */
        if ((d->fn == FM_FN_BEFORE || d->fn == FM_FN_AFTER) &&
            lx->at[i + 1].kind != FM_LEX_MARK &&
            lx->at[i + 1].kind != FM_LEX_NONE)
            return 0;
        expr->sign = d->sign;
        expr->anchor = d->anchor;
        i++;
        if (is_fn(lx, i, FM_FN_THIS) || is_fn(lx, i, FM_FN_LAST))
            return 0;
        return i - from;
    }
    return 0;
}

/* --- how long ------------------------------------------------------------------ */

/* "the past three months", "the first nine months", "recent years", "the next
 * few days", "coming weeks". */
static size_t sided(const struct fm_lexemes *lx, size_t i,
                    struct fm_time_expr *expr)
{
    size_t from = i;
    bool plural = false;
    bool recent;
    size_t n;

    i += is_fn(lx, i, FM_FN_THE) || is_fn(lx, i, FM_FN_THESE);
    expr->side = side_of(lx, i);
    if (expr->side == 0 && !is_fn(lx, i, FM_FN_LATEST) &&
        !(lx->at[i].kind == FM_LEX_ORDINAL && lx->at[i].value == 1))
        return 0;
    recent = is_fn(lx, i, FM_FN_RECENT) || is_fn(lx, i, FM_FN_COMING) ||
             is_fn(lx, i, FM_FN_PAST);
    i++;
    n = read_measures(lx, i, expr);
    if (n > 0 && !(n == 1 && lx->at[i].kind == FM_LEX_UNIT))
        return i + n - from;
    if (!recent)
        return 0;
    n = fm_time_read_unit(lx, i, &expr->unit, &plural);
    if (n == 0 || !plural)
        return 0;
    expr->vague = true;
    return i + n - from;
}

/* Words before a bare amount of one that make it a length of time. */
static bool asks_length(const struct fm_lexemes *lx, size_t i)
{
    static const enum fm_lexeme_fn words[] = {
        FM_FN_FOR,    FM_FN_IN,     FM_FN_AFTER,  FM_FN_WITHIN, FM_FN_ABOUT,
        FM_FN_THAN,   FM_FN_NEARLY, FM_FN_ALMOST, FM_FN_OVER,   FM_FN_LEAST,
        FM_FN_AROUND, FM_FN_HALF,   FM_FN_OF,     FM_FN_UNDER};

    if (i == 0)
        return false;
    for (size_t k = 0; k < sizeof words / sizeof words[0]; k++)
        if (is_fn(lx, i - 1, words[k]))
            return true;
    return false;
}

/* "a year" in "$5 a year" is how often. */
static size_t plain(const struct fm_lexemes *lx, size_t i,
                    struct fm_time_expr *expr)
{
    size_t the = is_fn(lx, i, FM_FN_THE) ? 1 : 0;
    size_t n = read_measures(lx, i + the, expr);
    bool one = is_fn(lx, i + the, FM_FN_A) || is_fn(lx, i + the, FM_FN_AN);

    if (n == 0)
        return 0;
    /* "three quarters of the voters", "three quarters billion" */
    if (expr->unit == FM_UNIT_QUARTER &&
        (is_fn(lx, i + the + n, FM_FN_OF) ||
         lx->at[i + the + n].kind == FM_LEX_SCALE))
        return 0;
    if (one && n == 2 && !asks_length(lx, i))
        return 0;
    n += the;
    /* "16-year-old", "65 years old": an age, a quantity. */
    if ((fm_lexeme_mark(lx, i + n, '-') && is_fn(lx, i + n + 1, FM_FN_OLD)) ||
        is_fn(lx, i + n, FM_FN_OLD))
        return 0;
    if (fm_lexeme_mark(lx, i + n, '-') && is_fn(lx, i + n + 1, FM_FN_LONG))
        return n + 2;
    return n;
}

/* "for weeks", "after months", "decades-long". */
static size_t bare(const struct fm_lexemes *lx, size_t i,
                   struct fm_time_expr *expr)
{
    bool plural = false;
    size_t n;

    if (lx->at[i].kind != FM_LEX_UNIT)
        return 0;
    n = fm_time_read_unit(lx, i, &expr->unit, &plural);
    /* "a day-long meeting" */
    if (n > 0 && !plural && fm_lexeme_mark(lx, i + n, '-') &&
        is_fn(lx, i + n + 1, FM_FN_LONG)) {
        expr->amount = 1000;
        return n + 2;
    }
    if (n == 0 || !plural || expr->unit < FM_UNIT_MINUTE ||
        expr->unit == FM_UNIT_QUARTER || expr->unit == FM_UNIT_WEEKEND)
        return 0;
    expr->vague = true;
    if (fm_lexeme_mark(lx, i + n, '-') && is_fn(lx, i + n + 1, FM_FN_LONG))
        return n + 2;
    return asks_length(lx, i) && !is_fn(lx, i - 1, FM_FN_OF) &&
                   !is_fn(lx, i - 1, FM_FN_HALF)
               ? n
               : 0;
}

size_t fm_time_read_duration(const struct fm_lexemes *lx, size_t i,
                             struct fm_time_expr *expr)
{
    static size_t (*const rules[])(const struct fm_lexemes *, size_t,
                                   struct fm_time_expr *) = {sided, plain,
                                                             bare};

    for (size_t k = 0; k < sizeof rules / sizeof rules[0]; k++) {
        size_t n;

        fm_time_expr_init(expr);
        n = rules[k](lx, i, expr);
        expr->form = FM_TIME_DURATION;
        if (n > 0)
            return n;
    }
    return 0;
}
