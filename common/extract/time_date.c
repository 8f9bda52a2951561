#include "extract/number.h"
#include "extract/time_expr.h"

/* Dates that name fields of the calendar, written out or in digits. */

static bool is_kind(const struct fm_lexemes *lx, size_t i,
                    enum fm_lexeme_kind kind)
{
    return lx->at[i].kind == kind;
}

static bool is_fn(const struct fm_lexemes *lx, size_t i, enum fm_lexeme_fn fn)
{
    return fm_lexeme_fn(lx, i, fn);
}

static uint32_t length(const struct fm_lexemes *lx, size_t i)
{
    return lx->at[i].end - lx->at[i].start;
}

static bool is_glued_mark(const struct fm_lexemes *lx, size_t i, char mark)
{
    return fm_lexeme_mark(lx, i, mark) && fm_lexeme_glued(lx, i);
}

/* --- years ---------------------------------------------------------------- */

static bool plain_digits(const struct fm_lexemes *lx, size_t i)
{
    return is_kind(lx, i, FM_LEX_DIGITS) && lx->at[i].value >= 0 &&
           (lx->at[i].flags & (FM_LEX_GROUPED | FM_LEX_POINT)) == 0;
}

size_t fm_time_read_year(const struct fm_lexemes *lx, size_t i,
                         int32_t *ret_year)
{
    struct fm_number number;
    size_t n;

    if (plain_digits(lx, i) && length(lx, i) == 4 && lx->at[i].value >= 1000 &&
        lx->at[i].value <= 2199) {
        *ret_year = lx->at[i].value;
        return 1;
    }
    if (fm_lexeme_mark(lx, i, '\'') && fm_lexeme_glued(lx, i + 1) &&
        plain_digits(lx, i + 1) && length(lx, i + 1) == 2) {
        *ret_year =
            lx->at[i + 1].value + (lx->at[i + 1].value < 40 ? 2000 : 1900);
        return 2;
    }
    if (!is_kind(lx, i, FM_LEX_CARDINAL))
        return 0;
    n = fm_number_parse(lx, i, &number);
    if (n == 0 || number.form != FM_NUMBER_YEAR)
        return 0;
    *ret_year = (int32_t)(fm_decimal_thousandths(number.value) / 1000);
    return n;
}

/* "two thousand and four" where a year must come. */
static size_t read_year_any(const struct fm_lexemes *lx, size_t i,
                            int32_t *ret_year)
{
    int32_t year = 0;
    size_t n = fm_time_read_year(lx, i, ret_year);

    if (n > 0)
        return n;
    if (!is_kind(lx, i, FM_LEX_CARDINAL))
        return 0;
    n = fm_number_parse_whole(lx, i, &year);
    if (n < 2 || year < 1900 || year > 2199)
        return 0;
    *ret_year = year;
    return n;
}

/* "nineteen eighty-six", "seventeen hundred thirty-three" behind a date: the
 * hundreds, then the rest. */
static size_t read_spoken_year(const struct fm_lexemes *lx, size_t i,
                               int32_t *ret_year)
{
    int32_t rest = 0;
    size_t n = 1;
    size_t m;

    if (!is_kind(lx, i, FM_LEX_CARDINAL) || lx->at[i].value < 11 ||
        lx->at[i].value > 20)
        return 0;
    if (is_kind(lx, i + 1, FM_LEX_SCALE) && fm_lexeme_is(lx, i + 1, "hundred"))
        n++;
    n += is_fn(lx, i + n, FM_FN_AND);
    m = is_kind(lx, i + n, FM_LEX_CARDINAL)
            ? fm_number_parse_whole(lx, i + n, &rest)
            : 0;
    if (m == 0 || rest < 10 || rest > 99)
        return 0;
    *ret_year = (int32_t)lx->at[i].value * 100 + rest;
    return n + m;
}

/* ", 1992", " of 1992", " 1992", " '92" behind a date. */
static size_t read_year_behind(const struct fm_lexemes *lx, size_t i,
                               struct fm_time_expr *expr)
{
    size_t skip = 0;
    int32_t year = 0;
    size_t n;

    if (fm_lexeme_mark(lx, i, ',') || is_fn(lx, i, FM_FN_OF) ||
        is_fn(lx, i, FM_FN_IN))
        skip = 1;
    if (is_fn(lx, i, FM_FN_OF) && is_fn(lx, i + 1, FM_FN_THE) &&
        lx->at[i + 2].kind == FM_LEX_UNIT &&
        lx->at[i + 2].value == FM_UNIT_YEAR)
        skip = 3;
    if (is_glued_mark(lx, i, '-') && length(lx, i + 1) == 4 &&
        lx->at[i + 1].value < 2200)
        skip = 1;
    n = read_year_any(lx, i + skip, &year);
    if (n == 0)
        n = read_spoken_year(lx, i + skip, &year);
    /* "April of 87" */
    if (n == 0 && skip == 1 && is_fn(lx, i, FM_FN_OF) &&
        is_kind(lx, i + 1, FM_LEX_DIGITS) && length(lx, i + 1) == 2 &&
        lx->at[i + 1].value > 31) {
        year = (int32_t)lx->at[i + 1].value + 1900;
        n = 1;
    }
    if (n == 0)
        return 0;
    /* "on May 12, 2000 people came" is told from a year by what follows. */
    if (skip == 1 && fm_lexeme_mark(lx, i, ',') &&
        (lx->at[i + 2].kind == FM_LEX_SCALE || is_glued_mark(lx, i + 2, '-')))
        return 0;
    expr->year = year;
    return n + skip;
}

/* "last year", "this year", "of this year", "next year" behind a date. */
static size_t read_year_word(const struct fm_lexemes *lx, size_t i,
                             struct fm_time_expr *expr)
{
    static const struct {
        enum fm_lexeme_fn fn;
        int32_t shift;
    } words[] = {{FM_FN_LAST, -1},
                 {FM_FN_THIS, 0},
                 {FM_FN_NEXT, 1},
                 {FM_FN_PREVIOUS, -1},
                 {FM_FN_CURRENT, 0}};

    size_t skip = is_fn(lx, i, FM_FN_OF) || is_fn(lx, i, FM_FN_IN) ||
                          fm_lexeme_mark(lx, i, ',')
                      ? 1
                      : 0;

    if (is_fn(lx, i + skip, FM_FN_THE))
        skip++;
    if (lx->at[i + skip + 1].kind != FM_LEX_UNIT ||
        lx->at[i + skip + 1].value != FM_UNIT_YEAR)
        return 0;
    for (size_t k = 0; k < sizeof words / sizeof words[0]; k++)
        if (is_fn(lx, i + skip, words[k].fn)) {
            expr->year_shift = words[k].shift;
            return skip + 2;
        }
    return 0;
}

static size_t read_any_year(const struct fm_lexemes *lx, size_t i,
                            struct fm_time_expr *expr)
{
    size_t n = read_year_behind(lx, i, expr);

    return n > 0 ? n : read_year_word(lx, i, expr);
}

/* --- months and days ------------------------------------------------------- */

/* "May", "March", "Mar", "Sept": is it the month? Capital letters decide, and
 * behind the first word of a sentence what follows. */
static bool is_month(const struct fm_lexemes *lx, size_t i)
{
    const struct fm_lexeme *at = &lx->at[i];
    bool number = lx->at[i + 1].kind == FM_LEX_DIGITS ||
                  lx->at[i + 1].kind == FM_LEX_ORDINAL;

    if (at->kind != FM_LEX_MONTH)
        return false;
    if ((at->flags & FM_LEX_CAPITAL) == 0)
        return length(lx, i) > 5 || (number && length(lx, i) > 3);
    if (at->value == 5 && i == 0)
        return number;
    /* "Mr. March", "Theresa May": a name before it. */
    if ((at->value == 5 || at->value == 3) && !number && i > 0 &&
        (lx->at[i - 1].flags & FM_LEX_CAPITAL) != 0 &&
        lx->at[i - 1].kind == FM_LEX_WORD)
        return false;
    if (length(lx, i) <= 4 && at->value != 5 && at->value != 6 &&
        at->value != 7)
        /* "Jan" and "Mar" are names, the other abbreviations are none. */
        return number || is_glued_mark(lx, i + 1, '.') ||
               fm_lexeme_mark(lx, i + 1, ',') ||
               (at->value != 1 && at->value != 3 && i > 0) ||
               is_glued_mark(lx, i + 1, '-');
    return true;
}

/* The month with the point of its abbreviation. */
static size_t read_month(const struct fm_lexemes *lx, size_t i, uint8_t *ret)
{
    if (!is_month(lx, i))
        return 0;
    *ret = (uint8_t)lx->at[i].value;
    if (length(lx, i) <= 4 && is_glued_mark(lx, i + 1, '.') &&
        (is_kind(lx, i + 2, FM_LEX_DIGITS) ||
         is_kind(lx, i + 2, FM_LEX_ORDINAL) || fm_lexeme_mark(lx, i + 2, ',') ||
         (is_kind(lx, i + 2, FM_LEX_FN) &&
          (lx->at[i + 2].flags & FM_LEX_CAPITAL) == 0)))
        return 2;
    return 1;
}

static size_t read_day(const struct fm_lexemes *lx, size_t i, uint8_t *ret)
{
    int32_t day = 0;
    size_t n = 1;

    if (plain_digits(lx, i) && length(lx, i) <= 2)
        day = lx->at[i].value;
    else
        n = fm_number_parse_ordinal(lx, i, &day);
    if (n == 0 || day < 1 || day > 31)
        return 0;
    *ret = (uint8_t)day;
    return n;
}

/* Digits that go on as something else: "May 12:30", "May 5 million",
 * "June 10%". */
static bool day_goes_on(const struct fm_lexemes *lx, size_t i)
{
    return (is_glued_mark(lx, i, ':') && fm_lexeme_glued(lx, i + 1) &&
            is_kind(lx, i + 1, FM_LEX_DIGITS)) ||
           is_glued_mark(lx, i, '%') || is_kind(lx, i, FM_LEX_SCALE) ||
           (is_glued_mark(lx, i, '/') && fm_lexeme_glued(lx, i + 1));
}

/* "May 15th, 1992", "May 1992", "September of 1992", "May last year". */
static size_t month_first(const struct fm_lexemes *lx, size_t i,
                          struct fm_time_expr *expr)
{
    size_t from = i;
    size_t n = read_month(lx, i, &expr->month);
    size_t skip;

    if (n == 0)
        return 0;
    i += n;
    skip = is_fn(lx, i, FM_FN_THE) || fm_lexeme_mark(lx, i, '-') ? 1 : 0;
    n = skip && is_fn(lx, i, FM_FN_THE) && !is_kind(lx, i + 1, FM_LEX_ORDINAL)
            ? 0
            : read_day(lx, i + skip, &expr->day);
    if (n > 0 && day_goes_on(lx, i + skip + n)) {
        expr->day = 0;
        n = 0;
    }
    expr->unit = n > 0 ? FM_UNIT_DAY : FM_UNIT_MONTH;
    if (n > 0)
        i += n + skip;
    i += read_any_year(lx, i, expr);
    return i - from;
}

/* "15 May 1992", "the 15th of May, 1992", "15-May-1992". */
static size_t day_first(const struct fm_lexemes *lx, size_t i,
                        struct fm_time_expr *expr)
{
    size_t from = i;
    size_t n = read_day(lx, i, &expr->day);

    /* "$12 December 27" */
    if (n == 0 || (i > 0 && is_kind(lx, i - 1, FM_LEX_CURRENCY)))
        return 0;
    i += n;
    if (lx->at[i].kind == FM_LEX_UNIT && lx->at[i].value == FM_UNIT_DAY)
        i++;
    if (is_fn(lx, i, FM_FN_OF) || is_glued_mark(lx, i, '-'))
        i++;
    n = read_month(lx, i, &expr->month);
    if (n == 0 || (lx->at[i].flags & FM_LEX_CAPITAL) == 0) {
        expr->day = 0;
        expr->month = 0;
        return 0;
    }
    i += n;
    expr->unit = FM_UNIT_DAY;
    if (is_glued_mark(lx, i, '-') && fm_lexeme_glued(lx, i + 1) &&
        length(lx, i + 1) == 4)
        i++;
    i += read_any_year(lx, i, expr);
    return i - from;
}

static bool is_weekday(const struct fm_lexemes *lx, size_t i)
{
    const struct fm_lexeme *at = &lx->at[i];

    if (at->kind != FM_LEX_WEEKDAY)
        return false;
    /* "Sun", "sat", "Mon": only beside a date. */
    if (length(lx, i) <= 5) {
        size_t skip =
            fm_lexeme_mark(lx, i + 1, ',') || fm_lexeme_mark(lx, i + 1, '.')
                ? 1
                : 0;

        skip += skip > 0 && fm_lexeme_mark(lx, i + 2, ',') ? 1 : 0;
        return (at->flags & FM_LEX_CAPITAL) != 0 &&
               (is_month(lx, i + 1 + skip) ||
                is_kind(lx, i + 1 + skip, FM_LEX_DIGITS));
    }
    return true;
}

/* "of last week", "next week" behind a weekday. */
size_t fm_time_read_week_word(const struct fm_lexemes *lx, size_t i,
                              struct fm_time_expr *expr)
{
    size_t skip = is_fn(lx, i, FM_FN_OF) ? 1 : 0;

    skip += is_fn(lx, i + skip, FM_FN_THE);
    if (lx->at[i + skip + 1].kind != FM_LEX_UNIT ||
        lx->at[i + skip + 1].value != FM_UNIT_WEEK)
        return 0;
    if (is_fn(lx, i + skip, FM_FN_LAST))
        expr->week_shift = -1;
    else if (is_fn(lx, i + skip, FM_FN_NEXT) ||
             is_fn(lx, i + skip, FM_FN_FOLLOWING))
        expr->week_shift = 1;
    else if (is_fn(lx, i + skip, FM_FN_THIS))
        expr->week_shift = 0;
    else
        return 0;
    return skip + 2;
}

/* "on the 18th": a day of the month, the month is not said. */
static size_t bare_day(const struct fm_lexemes *lx, size_t i,
                       struct fm_time_expr *expr)
{
    if (i < 2 || !is_kind(lx, i, FM_LEX_ORDINAL) ||
        !fm_is_digit(lx->text.data[lx->at[i].start]) ||
        !is_fn(lx, i - 1, FM_FN_THE) ||
        !(is_fn(lx, i - 2, FM_FN_ON) ||
          /* "the week of the 18th" */
          (i > 2 && is_fn(lx, i - 2, FM_FN_OF) &&
           is_kind(lx, i - 3, FM_LEX_UNIT))) ||
        (is_kind(lx, i + 1, FM_LEX_WORD) &&
         (lx->at[i + 1].flags & FM_LEX_CAPITAL) == 0 &&
         length(lx, i + 1) > 4) ||
        is_kind(lx, i + 1, FM_LEX_UNIT))
        return 0;
    expr->unit = FM_UNIT_DAY;
    return read_day(lx, i, &expr->day);
}

/* "Monday", "Friday, Oct. 23, 1998", "Tuesday the 4th". */
static size_t weekday_first(const struct fm_lexemes *lx, size_t i,
                            struct fm_time_expr *expr)
{
    size_t skip = 1;
    bool comma;
    size_t n;

    if (!is_weekday(lx, i))
        return 0;
    expr->weekday = (uint8_t)(lx->at[i].value & ~FM_LEX_PLURAL);
    expr->plural = (lx->at[i].value & FM_LEX_PLURAL) != 0;
    expr->unit = FM_UNIT_DAY;
    if (length(lx, i) <= 5 && is_glued_mark(lx, i + 1, '.'))
        skip++;
    if (expr->plural)
        return skip;
    comma = fm_lexeme_mark(lx, i + skip, ',');
    skip += comma;
    if (is_fn(lx, i + skip, FM_FN_THE))
        skip++;
    n = month_first(lx, i + skip, expr);
    if (n == 0)
        n = day_first(lx, i + skip, expr);
    /* "Friday, the fourth fall in a week" is no date. */
    if (n == 0 && !comma && !is_kind(lx, i + skip, FM_LEX_DIGITS) &&
        is_fn(lx, i + skip - 1, FM_FN_THE))
        n = read_day(lx, i + skip, &expr->day);
    if (n > 0 && expr->day > 0)
        return skip + n;
    expr->month = 0;
    expr->day = 0;
    expr->year = FM_TIME_ABSENT;
    expr->year_shift = FM_TIME_ABSENT;
    expr->unit = FM_UNIT_DAY;
    return 1 + fm_time_read_week_word(lx, i + 1, expr);
}

/* --- digits ----------------------------------------------------------------- */

static int32_t two_digit_year(const struct fm_lexemes *lx, size_t i)
{
    int32_t year = lx->at[i].value;

    if (length(lx, i) == 4)
        return year;
    return length(lx, i) == 2 ? year + (year < 40 ? 2000 : 1900)
                              : FM_TIME_ABSENT;
}

static bool set_day(struct fm_time_expr *expr, int32_t year, int32_t month,
                    int32_t day)
{
    if (!fm_stretch_valid_day(year, month, day))
        return false;
    expr->year = year;
    expr->month = (uint8_t)month;
    expr->day = (uint8_t)day;
    expr->unit = FM_UNIT_DAY;
    return true;
}

/* "2014-05-12", "12/05/2014", "12.05.2014", "2014/05/12". */
size_t fm_time_read_numeric(const struct fm_lexemes *lx, size_t i,
                            struct fm_time_expr *expr)
{
    int32_t a = lx->at[i].value;
    int32_t b;
    int32_t c;
    char mark;

    /* "12.05.2014" is read as digits with a point, a point, digits. */
    if (is_kind(lx, i, FM_LEX_DIGITS) &&
        (lx->at[i].flags & FM_LEX_POINT) != 0 && length(lx, i) == 5 &&
        is_glued_mark(lx, i + 1, '.') && plain_digits(lx, i + 2) &&
        length(lx, i + 2) == 4 && fm_lexeme_glued(lx, i + 2)) {
        const char *p = lx->text.data + lx->at[i].start;

        if (p[2] != '.')
            return 0;
        return set_day(expr, lx->at[i + 2].value,
                       (p[3] - '0') * 10 + p[4] - '0',
                       (p[0] - '0') * 10 + p[1] - '0')
                   ? 3
                   : 0;
    }
    if (!plain_digits(lx, i) || lx->at[i + 1].kind != FM_LEX_MARK)
        return 0;
    mark = (char)lx->at[i + 1].value;
    if ((mark != '-' && mark != '/') || !fm_lexeme_glued(lx, i + 1) ||
        !fm_lexeme_glued(lx, i + 2) || !plain_digits(lx, i + 2) ||
        !is_glued_mark(lx, i + 3, mark) || !fm_lexeme_glued(lx, i + 4) ||
        !plain_digits(lx, i + 4) || is_glued_mark(lx, i + 5, mark))
        return 0;
    b = lx->at[i + 2].value;
    c = two_digit_year(lx, i + 4);
    if (length(lx, i) == 4)
        return set_day(expr, a, b, lx->at[i + 4].value) ? 5 : 0;
    if (c == FM_TIME_ABSENT || length(lx, i) > 2 || length(lx, i + 2) > 2)
        return 0;
    /* Both orders are a date: the American one, and not for sure. */
    expr->approximate = a != b && a <= 12 && b <= 12;
    return set_day(expr, c, a, b) || set_day(expr, c, b, a) ? 5 : 0;
}

/* --- years, decades, centuries ------------------------------------------------ */

/* A plural noun or "people": the number before it counts. */
static bool is_counted(const struct fm_lexemes *lx, size_t i)
{
    return (length(lx, i) > 3 && lx->text.data[lx->at[i].end - 1] == 's') ||
           fm_lexeme_is(lx, i, "people") || fm_lexeme_is(lx, i, "men");
}

/* Is a bare number of four digits at i a year? What stands around it tells. */
static bool is_bare_year(const struct fm_lexemes *lx, size_t i, int32_t year)
{
    /* The first STRONG of them go before years more than before counts. */
    enum { STRONG = 4 };

    static const enum fm_lexeme_fn before[] = {
        FM_FN_IN,    FM_FN_SINCE,   FM_FN_UNTIL, FM_FN_TILL,   FM_FN_BY,
        FM_FN_FROM,  FM_FN_OF,      FM_FN_AFTER, FM_FN_BEFORE, FM_FN_DURING,
        FM_FN_EARLY, FM_FN_LATE,    FM_FN_MID,   FM_FN_FISCAL, FM_FN_BETWEEN,
        FM_FN_CIRCA, FM_FN_THROUGH, FM_FN_AND,   FM_FN_TO};
    const struct fm_lexeme *next = &lx->at[i + 1];

    if (next->kind == FM_LEX_SCALE || next->kind == FM_LEX_DOZEN ||
        is_glued_mark(lx, i + 1, '%') ||
        (next->kind == FM_LEX_UNIT && (next->value & FM_LEX_PLURAL) != 0) ||
        is_fn(lx, i + 1, FM_FN_PERCENT) || is_fn(lx, i + 1, FM_FN_PER))
        return false;
    if (next->kind != FM_LEX_NONE && fm_lexeme_glued(lx, i + 1) &&
        (next->kind == FM_LEX_WORD || next->kind == FM_LEX_CURRENCY ||
         is_glued_mark(lx, i + 1, ':')))
        return false;
    if (i > 0 &&
        (lx->at[i - 1].kind == FM_LEX_CURRENCY ||
         (lx->at[i].flags & FM_LEX_SPACE) == 0) &&
        !fm_lexeme_mark(lx, i - 1, '-') && !fm_lexeme_mark(lx, i - 1, '(') &&
        !fm_lexeme_mark(lx, i - 1, '/'))
        return false;
    for (size_t k = 0; i > 0 && k < sizeof before / sizeof before[0]; k++)
        if (is_fn(lx, i - 1, before[k])) {
            /* "of 1500 people", "to 1200 men", "in 1600 cases" */
            return year >= 1900 || next->kind != FM_LEX_WORD ||
                   (next->flags & FM_LEX_CAPITAL) != 0 ||
                   (k < STRONG && !is_counted(lx, i + 1));
        }
    if (year < 1900 || year > 2059)
        return i > 0 && fm_lexeme_mark(lx, i - 1, '(');
    /* "1990 rebates" but not "2000 people": a plural noun behind counts. */
    if (next->kind == FM_LEX_WORD && (next->flags & FM_LEX_CAPITAL) == 0 &&
        length(lx, i + 1) > 3 && lx->text.data[next->end - 1] == 's' && i > 0 &&
        !is_fn(lx, i - 1, FM_FN_THE))
        return false;
    return !fm_lexeme_is(lx, i + 1, "people") &&
           !fm_lexeme_is(lx, i + 1, "men");
}

static size_t bare_year(const struct fm_lexemes *lx, size_t i,
                        struct fm_time_expr *expr)
{
    int32_t year = 0;
    size_t n = fm_time_read_year(lx, i, &year);

    /* "in two thousand and four" */
    if (n == 0 && i > 0 && is_fn(lx, i - 1, FM_FN_IN))
        n = read_year_any(lx, i, &year);
    if (n == 0 || (n == 1 && !is_bare_year(lx, i, year)))
        return 0;
    if (n == 2 && fm_lexeme_mark(lx, i, '\'') &&
        (i == 0 ||
         (!is_fn(lx, i - 1, FM_FN_IN) && !is_fn(lx, i - 1, FM_FN_OF))))
        return 0;
    expr->year = year;
    expr->unit = FM_UNIT_YEAR;
    return n;
}

/* "1990s", "the '80s", "nineties". */
static size_t decade(const struct fm_lexemes *lx, size_t i,
                     struct fm_time_expr *expr)
{
    size_t at = i + (fm_lexeme_mark(lx, i, '\'') ? 1 : 0);
    int32_t value = lx->at[at].value;

    if (!is_kind(lx, at, FM_LEX_DECADE))
        return 0;
    if (value < 100) {
        /* "in his eighties" is an age, "80s" without the mark a temperature. */
        bool mark = at > i;
        bool the =
            i > 0 &&
            (is_fn(lx, i - 1, FM_FN_THE) || is_fn(lx, i - 1, FM_FN_EARLY) ||
             is_fn(lx, i - 1, FM_FN_LATE) || fm_lexeme_mark(lx, i - 1, '-'));
        if (!mark && !the)
            return 0;
        value += value < 20 ? 2000 : 1900;
    }
    expr->year = value / 10;
    expr->unit = FM_UNIT_DECADE;
    return at + 1 - i;
}

size_t fm_time_read_date(const struct fm_lexemes *lx, size_t i,
                         struct fm_time_expr *expr)
{
    size_t n = 0;

    expr->form = FM_TIME_CALENDAR;
    if (is_kind(lx, i, FM_LEX_MONTH))
        return month_first(lx, i, expr);
    if (is_kind(lx, i, FM_LEX_WEEKDAY))
        return weekday_first(lx, i, expr);
    n = decade(lx, i, expr);
    if (n == 0)
        n = fm_time_read_numeric(lx, i, expr);
    if (n == 0)
        n = day_first(lx, i, expr);
    if (n == 0)
        n = bare_year(lx, i, expr);
    if (n == 0)
        n = bare_day(lx, i, expr);
    return n;
}
