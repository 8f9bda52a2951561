#include "extract/feast.h"
#include "extract/number.h"
#include "extract/time_expr.h"

/* Named parts of a year or longer: quarters, halves, seasons, holidays,
 * centuries, fiscal years, "the first week of May". */

/* nth of "the last week of 2016". */
#define LAST_WEEK 99

static bool is_fn(const struct fm_lexemes *lx, size_t i, enum fm_lexeme_fn fn)
{
    return fm_lexeme_fn(lx, i, fn);
}

static bool is_unit(const struct fm_lexemes *lx, size_t i, enum fm_unit unit)
{
    return lx->at[i].kind == FM_LEX_UNIT && lx->at[i].value == (int32_t)unit;
}

/* " of 1992", ", 1992", " 1992", " of last year" behind a part of a year. */
static size_t read_year(const struct fm_lexemes *lx, size_t i,
                        struct fm_time_expr *expr)
{
    static const struct {
        enum fm_lexeme_fn fn;
        int32_t shift;
    } words[] = {{FM_FN_LAST, -1},
                 {FM_FN_THIS, 0},
                 {FM_FN_NEXT, 1},
                 {FM_FN_CURRENT, 0},
                 {FM_FN_PREVIOUS, -1}};

    size_t at = i;
    int32_t year = 0;
    size_t n;

    if (is_fn(lx, at, FM_FN_OF) || is_fn(lx, at, FM_FN_IN) ||
        fm_lexeme_mark(lx, at, ','))
        at++;
    if (is_fn(lx, at, FM_FN_THE))
        at++;
    if (is_fn(lx, at, FM_FN_FISCAL))
        at++;
    n = fm_time_read_year(lx, at, &year);
    if (n > 0) {
        expr->year = year;
        return at + n - i;
    }
    for (size_t k = 0; k < sizeof words / sizeof words[0]; k++)
        if (is_fn(lx, at, words[k].fn)) {
            n = is_fn(lx, at + 1, FM_FN_FISCAL) ? 2 : 1;
            if (is_unit(lx, at + n, FM_UNIT_YEAR)) {
                expr->year_shift = words[k].shift;
                return at + n + 1 - i;
            }
        }
    /* "of the year": this one. */
    if (at > i + 1 && is_unit(lx, at, FM_UNIT_YEAR)) {
        expr->year_shift = 0;
        return at + 1 - i;
    }
    return 0;
}

static size_t dash(const struct fm_lexemes *lx, size_t i)
{
    return fm_lexeme_mark(lx, i, '-') && fm_lexeme_glued(lx, i) ? 1 : 0;
}

/* "third quarter", "first-half", "2nd quarter of 1984", "21st century". */
static size_t ordinal_part(const struct fm_lexemes *lx, size_t i,
                           struct fm_time_expr *expr)
{
    size_t from = i;
    int32_t nth = 0;
    size_t n = fm_number_parse_ordinal(lx, i, &nth);

    if (n == 0 && (is_fn(lx, i, FM_FN_FINAL) || is_fn(lx, i, FM_FN_LAST))) {
        n = 1;
        nth = -1;
    }
    if (n == 0)
        return 0;
    i += n + dash(lx, i + n);
    if (is_fn(lx, i, FM_FN_FISCAL))
        i++;
    if (is_unit(lx, i, FM_UNIT_QUARTER) && nth <= 4 && nth > 0) {
        expr->unit = FM_UNIT_QUARTER;
        expr->part = (uint8_t)nth;
    } else if (is_fn(lx, i, FM_FN_HALF) && nth <= 2) {
        expr->unit = FM_UNIT_HALF;
        expr->part = nth < 0 ? 2 : (uint8_t)nth;
    } else if (is_unit(lx, i, FM_UNIT_CENTURY) && nth > 0 && nth <= 30) {
        expr->unit = FM_UNIT_CENTURY;
        expr->year = nth - 1;
        return i + 1 - from;
    } else if (is_unit(lx, i, FM_UNIT_MILLENNIUM) && nth > 0 && nth <= 3) {
        expr->unit = FM_UNIT_MILLENNIUM;
        expr->year = nth - 1;
        return i + 1 - from;
    } else {
        return 0;
    }
    n = read_year(lx, i + 1, expr);
    /* "the first half" alone is football's; "last quarter" is relative. */
    if (n == 0 && (nth < 0 || expr->unit == FM_UNIT_HALF))
        return 0;
    return i + 1 + n - from;
}

/* "Q3 2019", "2019-Q3", "H1", "3Q". */
static size_t letter_part(const struct fm_lexemes *lx, size_t i,
                          struct fm_time_expr *expr)
{
    size_t from = i;
    int32_t year = FM_TIME_ABSENT;
    bool quarter;
    size_t n =
        lx->at[i].kind == FM_LEX_DIGITS ? fm_time_read_year(lx, i, &year) : 0;

    if (n > 0)
        i += n + dash(lx, i + n);
    quarter = fm_lexeme_is(lx, i, "q");
    if ((!quarter && !fm_lexeme_is(lx, i, "h")) ||
        (lx->at[i].flags & FM_LEX_CAPITAL) == 0 ||
        lx->at[i + 1].kind != FM_LEX_DIGITS || !fm_lexeme_glued(lx, i + 1) ||
        lx->at[i + 1].value < 1 || lx->at[i + 1].value > (quarter ? 4 : 2))
        return 0;
    expr->unit = quarter ? FM_UNIT_QUARTER : FM_UNIT_HALF;
    expr->part = (uint8_t)lx->at[i + 1].value;
    expr->year = year;
    i += 2;
    if (year == FM_TIME_ABSENT)
        i += dash(lx, i) + read_year(lx, i + dash(lx, i), expr);
    return i - from;
}

/* "summer of 1998", "the summer", "spring 2004". */
static size_t season(const struct fm_lexemes *lx, size_t i,
                     struct fm_time_expr *expr)
{
    size_t n;

    if (lx->at[i].kind != FM_LEX_SEASON ||
        (lx->at[i].value & FM_LEX_PLURAL) != 0)
        return 0;
    expr->unit = FM_UNIT_SEASON;
    expr->part = (uint8_t)(lx->at[i].value + 1);
    n = read_year(lx, i + 1, expr);
    if (n > 0)
        return n + 1;
    if (i == 0)
        return 0;
    /* Verbs and springs of water: only behind "the", "in", "this", "early". */
    if (is_fn(lx, i - 1, FM_FN_IN) || is_fn(lx, i - 1, FM_FN_EARLY) ||
        is_fn(lx, i - 1, FM_FN_LATE) || is_fn(lx, i - 1, FM_FN_MID) ||
        is_fn(lx, i - 1, FM_FN_BY))
        return 1;
    if (!is_fn(lx, i - 1, FM_FN_THE))
        return 0;
    /* "the fall of", "the spring offensive" */
    return lx->at[i + 1].kind != FM_LEX_WORD && !is_fn(lx, i + 1, FM_FN_OF) &&
                   (lx->at[i].value == 1 || lx->at[i].value == 3 || i < 2 ||
                    is_fn(lx, i - 2, FM_FN_IN) ||
                    is_fn(lx, i - 2, FM_FN_DURING))
               ? 1
               : 0;
}

/* "Christmas Eve", "New Year's Day 1999", "Labor Day weekend". */
static size_t holiday(const struct fm_lexemes *lx, size_t i,
                      struct fm_time_expr *expr)
{
    size_t from = i;

    i += fm_feast_read(lx, i, &expr->holiday);
    if (i == from || fm_lexeme_is(lx, i, "island"))
        return 0;
    expr->unit = FM_UNIT_DAY;
    i += read_year(lx, i, expr);
    if (is_unit(lx, i, FM_UNIT_WEEKEND)) {
        expr->around = FM_UNIT_WEEKEND;
        i++;
        i += expr->year == FM_TIME_ABSENT ? read_year(lx, i, expr) : 0;
    }
    return i - from;
}

/* "fiscal 1989", "fiscal year 1989", "the year 2000", "school year 2008". */
static size_t year_word(const struct fm_lexemes *lx, size_t i,
                        struct fm_time_expr *expr)
{
    size_t from = i;
    int32_t year = 0;
    bool fiscal = is_fn(lx, i, FM_FN_FISCAL) || is_fn(lx, i, FM_FN_CALENDAR);
    size_t n;

    i += fiscal;
    if (is_unit(lx, i, FM_UNIT_YEAR))
        i++;
    else if (!fiscal)
        return 0;
    n = fm_time_read_year(lx, i, &year);
    if (n == 0 && lx->at[i].kind == FM_LEX_CARDINAL) {
        n = fm_number_parse_whole(lx, i, &year);
        if (year < 1900 || year > 2199)
            n = 0;
    }
    if (n == 0 && fiscal && is_fn(lx, i, FM_FN_THE))
        return 0;
    if (n == 0) {
        /* "fiscal second quarter" */
        n = fiscal && i == from + 1 ? ordinal_part(lx, i + dash(lx, i), expr)
                                    : 0;
        return n > 0 ? i + dash(lx, i) + n - from : 0;
    }
    expr->year = year;
    expr->unit = FM_UNIT_YEAR;
    return i + n - from;
}

/* "1988 third quarter", "1989 second half": the year stands first. */
static size_t year_before(const struct fm_lexemes *lx, size_t i,
                          struct fm_time_expr *expr)
{
    int32_t year = 0;
    size_t n =
        lx->at[i].kind == FM_LEX_DIGITS ? fm_time_read_year(lx, i, &year) : 0;
    size_t m;
    int32_t nth = 0;

    if (n == 0)
        return 0;
    if (lx->at[i + n].kind == FM_LEX_GENITIVE)
        n++;
    /* "the 1988 quarter" */
    if (lx->at[i + n - 1].kind == FM_LEX_DIGITS && i > 0 &&
        is_fn(lx, i - 1, FM_FN_THE) &&
        (is_unit(lx, i + n, FM_UNIT_QUARTER) ||
         is_fn(lx, i + n, FM_FN_PERIOD))) {
        expr->unit = FM_UNIT_YEAR;
        expr->year = year;
        expr->like_quarter = true;
        return n + 1;
    }
    m = fm_number_parse_ordinal(lx, i + n, &nth);
    if (m == 0 || nth < 1 || nth > 4 ||
        !(is_unit(lx, i + n + m + dash(lx, i + n + m), FM_UNIT_QUARTER) ||
          (nth < 3 && is_fn(lx, i + n + m + dash(lx, i + n + m), FM_FN_HALF))))
        return 0;
    m += dash(lx, i + n + m);
    expr->unit = is_unit(lx, i + n + m, FM_UNIT_QUARTER) ? FM_UNIT_QUARTER
                                                         : FM_UNIT_HALF;
    expr->part = (uint8_t)nth;
    expr->year = year;
    return n + m + 1;
}

/* "the week of March 6", "the weekend of Halloween": the one that holds it. */
static size_t week_of(const struct fm_lexemes *lx, size_t i,
                      struct fm_time_expr *expr)
{
    struct fm_time_expr day;
    size_t the = is_fn(lx, i, FM_FN_THE) ? 1 : 0;
    enum fm_unit unit = (enum fm_unit)lx->at[i + the].value;
    size_t n;

    if (lx->at[i + the].kind != FM_LEX_UNIT ||
        (unit != FM_UNIT_WEEK && unit != FM_UNIT_WEEKEND) ||
        !(is_fn(lx, i + the + 1, FM_FN_OF) ||
          fm_lexeme_is(lx, i + the + 1, "beginning") ||
          fm_lexeme_is(lx, i + the + 1, "starting")))
        return 0;
    i += the + 2;
    n = fm_time_read_one_day(lx, i, &day);
    if (n == 0) {
        fm_time_expr_init(&day);
        day.form = FM_TIME_CALENDAR;
        n = holiday(lx, i, &day);
    }
    if (n == 0 || day.form != FM_TIME_CALENDAR ||
        (day.month == 0 && day.day == 0 && day.holiday == 0))
        return 0;
    *expr = day;
    expr->around = (uint8_t)unit;
    return the + 2 + n;
}

/* "the second week of 2021", "the third month of next year". */
static size_t nth_of_year(const struct fm_lexemes *lx, size_t i,
                          struct fm_time_expr *expr)
{
    size_t from = i;
    int32_t nth = 0;
    size_t n;

    i += is_fn(lx, i, FM_FN_THE);
    n = fm_number_parse_ordinal(lx, i, &nth);
    if (n == 0 && (is_fn(lx, i, FM_FN_LAST) || is_fn(lx, i, FM_FN_FINAL)))
        n = 1;
    if (n == 0 || nth > 53)
        return 0;
    i += n;
    if (is_unit(lx, i, FM_UNIT_MONTH)) {
        if (nth > 12)
            return 0;
        expr->unit = FM_UNIT_MONTH;
        expr->month = nth > 0 ? (uint8_t)nth : 12;
    } else if (is_unit(lx, i, FM_UNIT_WEEK)) {
        expr->unit = FM_UNIT_WEEK;
        expr->nth = nth > 0 ? (uint8_t)nth : LAST_WEEK;
    } else {
        return 0;
    }
    i++;
    if (!is_fn(lx, i, FM_FN_OF) && !is_fn(lx, i, FM_FN_IN))
        return 0;
    n = read_year(lx, i, expr);
    return n > 0 ? i + n - from : 0;
}

/* "this month", "of next month", "of the month" at i; lexemes taken. */
static size_t read_month_word(const struct fm_lexemes *lx, size_t i,
                              struct fm_time_expr *month)
{
    static const struct {
        enum fm_lexeme_fn fn;
        int32_t shift;
    } words[] = {{FM_FN_LAST, -1}, {FM_FN_PREVIOUS, -1}, {FM_FN_THIS, 0},
                 {FM_FN_THE, 0},   {FM_FN_NEXT, 1},      {FM_FN_FOLLOWING, 1}};

    if (!is_unit(lx, i + 1, FM_UNIT_MONTH))
        return 0;
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        if (is_fn(lx, i, words[k].fn)) {
            month->month_shift = words[k].shift;
            month->unit = FM_UNIT_MONTH;
            return 2;
        }
    return 0;
}

/* "the 15th day of next month", "the thirty-first day of the month" */
static size_t nth_day(const struct fm_lexemes *lx, size_t i,
                      struct fm_time_expr *expr)
{
    size_t the = is_fn(lx, i, FM_FN_THE) ? 1 : 0;
    int32_t nth = 0;
    size_t n = fm_number_parse_ordinal(lx, i + the, &nth);
    size_t m;

    if (n == 0 || nth < 1 || nth > 31 ||
        !is_unit(lx, i + the + n, FM_UNIT_DAY) ||
        !is_fn(lx, i + the + n + 1, FM_FN_OF))
        return 0;
    m = read_month_word(lx, i + the + n + 2, expr);
    if (m == 0)
        return 0;
    expr->day = (uint8_t)nth;
    expr->unit = FM_UNIT_DAY;
    return the + n + 2 + m;
}

/* "the first week of May", "last Monday in August 2004". */
static size_t nth_of_month(const struct fm_lexemes *lx, size_t i,
                           struct fm_time_expr *expr)
{
    struct fm_time_expr month;
    size_t n;
    size_t m;
    int32_t nth = 0;
    size_t the = is_fn(lx, i, FM_FN_THE) ? 1 : 0;
    bool last;

    i += the;
    last = is_fn(lx, i, FM_FN_LAST) || is_fn(lx, i, FM_FN_FINAL);

    n = last ? 1 : fm_number_parse_ordinal(lx, i, &nth);
    if (n == 0 || nth > 5 ||
        (!is_unit(lx, i + n, FM_UNIT_WEEK) &&
         !is_unit(lx, i + n, FM_UNIT_WEEKEND) &&
         lx->at[i + n].kind != FM_LEX_WEEKDAY) ||
        (!is_fn(lx, i + n + 1, FM_FN_OF) && !is_fn(lx, i + n + 1, FM_FN_IN)))
        return 0;
    fm_time_expr_init(&month);
    m = fm_time_read_date(lx, i + n + 2, &month);
    if (m == 0) {
        fm_time_expr_init(&month);
        month.form = FM_TIME_CALENDAR;
        m = read_month_word(lx, i + n + 2, &month);
    }
    if (m == 0 || month.unit != FM_UNIT_MONTH)
        return 0;
    *expr = month;
    expr->nth = last ? 6 : (uint8_t)nth;
    expr->unit = FM_UNIT_DAY;
    if (lx->at[i + n].kind == FM_LEX_UNIT)
        expr->unit = (enum fm_unit)lx->at[i + n].value;
    else
        expr->weekday = (uint8_t)(lx->at[i + n].value & ~FM_LEX_PLURAL);
    return the + n + 2 + m;
}

size_t fm_time_read_named(const struct fm_lexemes *lx, size_t i,
                          struct fm_time_expr *expr)
{
    static size_t (*const rules[])(const struct fm_lexemes *, size_t,
                                   struct fm_time_expr *) = {
        year_before,  week_of,     nth_of_month, nth_day, nth_of_year,
        ordinal_part, letter_part, season,       holiday, year_word,
    };

    for (size_t k = 0; k < sizeof rules / sizeof rules[0]; k++) {
        size_t n;

        fm_time_expr_init(expr);
        expr->form = FM_TIME_CALENDAR;
        n = rules[k](lx, i, expr);
        if (n > 0)
            return n;
    }
    return 0;
}
