#include "extract/number.h"
#include "extract/time_expr.h"

/* Two ends of a range: "from May to July", "May 12-19", "between 1985 and
 * 1987", "1985-87". */

static bool is_fn(const struct fm_lexemes *lx, size_t i, enum fm_lexeme_fn fn)
{
    return fm_lexeme_fn(lx, i, fn);
}

bool fm_time_is_date(const struct fm_time_expr *e)
{
    return e->form == FM_TIME_CALENDAR ||
           (e->form == FM_TIME_SHIFT && !e->vague);
}

/* "19" of "May 12-19", "05" of "2004-05". */
static size_t short_end(const struct fm_lexemes *lx, size_t i,
                        const struct fm_time_expr *first,
                        struct fm_time_expr *second)
{
    const struct fm_lexeme *at = &lx->at[i];
    int32_t value = at->value;

    if (at->kind == FM_LEX_ORDINAL && first->unit == FM_UNIT_DAY)
        value = at->value;
    else if (at->kind != FM_LEX_DIGITS || at->end - at->start > 2)
        return 0;
    /* "26 June to 28 June", "10/1 - 10/7" */
    if (lx->at[i + 1].kind == FM_LEX_MONTH || fm_lexeme_mark(lx, i + 1, '/') ||
        fm_lexeme_mark(lx, i + 1, ':') ||
        lx->at[i + 1].kind == FM_LEX_MERIDIEM ||
        (lx->at[i + 1].kind == FM_LEX_UNIT))
        return 0;
    if (first->form != FM_TIME_CALENDAR || first->clock)
        return 0;
    if (first->unit == FM_UNIT_DAY && first->day > 0 && first->month > 0 &&
        value > first->day && value <= 31) {
        *second = *first;
        second->day = (uint8_t)value;
        return 1;
    }
    if (first->unit == FM_UNIT_YEAR && first->year != FM_TIME_ABSENT &&
        at->end - at->start == 2 && fm_lexeme_glued(lx, i) &&
        value > first->year % 100) {
        *second = *first;
        second->year = first->year - first->year % 100 + value;
        return 1;
    }
    return 0;
}

/* "12", "the ninth": a day that the month of the other end completes. */
static size_t bare_day(const struct fm_lexemes *lx, size_t i, int32_t *ret_day)
{
    size_t the = is_fn(lx, i, FM_FN_THE) ? 1 : 0;
    size_t n = 1;

    if (lx->at[i].kind == FM_LEX_DIGITS)
        *ret_day = lx->at[i].value;
    else
        n = fm_number_parse_ordinal(lx, i + the, ret_day);
    return n > 0 && *ret_day >= 1 && *ret_day <= 31 ? n + the : 0;
}

size_t fm_time_read_days(const struct fm_lexemes *lx, size_t i,
                         struct fm_time_expr *first,
                         struct fm_time_expr *second, size_t *ret_second)
{
    bool opened = i > 0 && (is_fn(lx, i - 1, FM_FN_FROM) ||
                            is_fn(lx, i - 1, FM_FN_BETWEEN));
    int32_t day = 0;
    size_t n = bare_day(lx, i, &day);
    size_t at = i + n;
    size_t the;
    size_t m;

    if (n == 0 || (lx->at[i].kind != FM_LEX_DIGITS && !opened) ||
        !(fm_lexeme_mark(lx, at, '-') || is_fn(lx, at, FM_FN_TO) ||
          is_fn(lx, at, FM_FN_TILL) || is_fn(lx, at, FM_FN_THROUGH) ||
          (is_fn(lx, at, FM_FN_AND) &&
           (lx->at[at + 1].value == day + 1 || opened))))
        return 0;
    at++;
    the = is_fn(lx, at, FM_FN_THE) ? 1 : 0;
    fm_time_expr_init(second);
    m = fm_time_read_date(lx, at + the, second);
    if (m < 2 || second->month == 0 || second->day <= day ||
        lx->at[at + the].kind == FM_LEX_MONTH || second->weekday > 0)
        return 0;
    *first = *second;
    first->day = (uint8_t)day;
    *ret_second = at;
    return at + the + m - i;
}

static bool joins(const struct fm_lexemes *lx, size_t i, bool from,
                  bool between)
{
    if (is_fn(lx, i, FM_FN_TO) || is_fn(lx, i, FM_FN_THROUGH) ||
        is_fn(lx, i, FM_FN_UNTIL) || is_fn(lx, i, FM_FN_TILL))
        return from || !is_fn(lx, i, FM_FN_UNTIL);
    if (is_fn(lx, i, FM_FN_AND))
        return between;
    return fm_lexeme_mark(lx, i, '-');
}

/* --- hours ---------------------------------------------------------------- */

/* "7", "ten", "9:30" that the other end proves to be a time of day. */
static size_t bare_hour(const struct fm_lexemes *lx, size_t i,
                        struct fm_time_expr *expr)
{
    int32_t hour = 0;
    size_t n = fm_number_parse_whole(lx, i, &hour);

    if (n != 1 || hour > 24 || lx->at[i].end - lx->at[i].start > 5 ||
        (lx->at[i].flags & FM_LEX_POINT) != 0)
        return 0;
    expr->form = FM_TIME_CALENDAR;
    expr->clock = true;
    expr->hour = hour;
    expr->unit = FM_UNIT_HOUR;
    if (lx->at[i].kind == FM_LEX_DIGITS && fm_lexeme_mark(lx, i + 1, ':') &&
        fm_lexeme_glued(lx, i + 1) && fm_lexeme_glued(lx, i + 2) &&
        lx->at[i + 2].kind == FM_LEX_DIGITS && lx->at[i + 2].value >= 0 &&
        lx->at[i + 2].value < 60 &&
        lx->at[i + 2].end - lx->at[i + 2].start == 2) {
        expr->minute = lx->at[i + 2].value;
        expr->unit = FM_UNIT_MINUTE;
        return 3;
    }
    return 1;
}

/* "5 to 6 p.m.": the first is p.m. too; "11 a.m." before "2 p.m." is not. */
static void share_half(struct fm_time_expr *first,
                       const struct fm_time_expr *second)
{
    int32_t end = second->hour * 60 + (second->minute > 0 ? second->minute : 0);
    int32_t begin = first->hour * 60 + (first->minute > 0 ? first->minute : 0);

    if (second->hour >= 12 && first->hour < 12 && begin + 12 * 60 < end)
        first->hour += 12;
    if (first->zone == FM_TIME_ABSENT)
        first->zone = second->zone;
}

/* "tonight from 7 to 7:30" */
static void later_half(struct fm_time_expr *time,
                       const struct fm_time_expr *day)
{
    if (time->hour > 0 && time->hour < 12 &&
        (day->daypart == FM_PART_AFTERNOON || day->daypart == FM_PART_EVENING ||
         (day->daypart == FM_PART_NIGHT && time->hour > 5)))
        time->hour += 12;
}

size_t fm_time_read_hours(const struct fm_lexemes *lx, size_t i,
                          const struct fm_time_expr *day,
                          struct fm_time_expr *first,
                          struct fm_time_expr *second, size_t *ret_second)
{
    bool between = i > 0 && is_fn(lx, i - 1, FM_FN_BETWEEN);
    struct fm_time_expr behind;
    size_t from = i;
    size_t n;
    bool sure;
    bool bare;

    fm_time_expr_init(first);
    n = fm_time_read_clock(lx, i, first);
    sure = n > 0 && !first->weak;
    if (n == 0)
        n = bare_hour(lx, i, first);
    if (n == 0 || !joins(lx, i + n, true, between))
        return 0;
    bare = lx->at[i + n - 1].kind == FM_LEX_DIGITS ||
           lx->at[i + n - 1].kind == FM_LEX_CARDINAL;
    i += n + 1;
    *ret_second = i;
    fm_time_expr_init(second);
    n = fm_time_read_clock(lx, i, second);
    if (n == 0)
        return 0;
    i += n;
    if (bare)
        share_half(first, second);
    if (day == NULL) {
        size_t skip = is_fn(lx, i, FM_FN_ON) || is_fn(lx, i, FM_FN_OF) ||
                              fm_lexeme_mark(lx, i, ',')
                          ? 1
                          : 0;

        n = fm_time_read(lx, i + skip, &behind);
        if (n > 0 && fm_time_is_date(&behind) && !behind.clock &&
            behind.unit == FM_UNIT_DAY && !behind.plural) {
            day = &behind;
            i += skip + n;
        } else if (second->weak && !sure) {
            return 0;
        }
    }
    if (day != NULL) {
        later_half(first, day);
        later_half(second, day);
        fm_time_take_day(first, day);
        fm_time_take_day(second, day);
    }
    first->weak = false;
    second->weak = false;
    return i - from;
}

/* --- years ---------------------------------------------------------------- */

/* Is it a date in some year, and not named from where the writer stands? */
static bool takes_year(const struct fm_time_expr *e)
{
    return e->form == FM_TIME_CALENDAR && e->which == FM_WHICH_ANY &&
           (e->month > 0 || e->part > 0 || e->holiday > 0 ||
            e->year != FM_TIME_ABSENT);
}

/* What one end says holds for the other: "May 12 to June 3, 1992", "from May to
 * July". */
static void share_year(struct fm_time_expr *a, struct fm_time_expr *b)
{
    if (!takes_year(a) || !takes_year(b))
        return;
    if (a->year == FM_TIME_ABSENT && a->year_shift == FM_TIME_ABSENT) {
        a->year = b->year;
        a->year_shift = b->year_shift;
        if (b->year != FM_TIME_ABSENT && a->month > b->month)
            a->year--;
        if (b->unit >= FM_UNIT_YEAR && b->year != FM_TIME_ABSENT &&
            a->unit >= FM_UNIT_YEAR)
            a->year = FM_TIME_ABSENT;
    } else if (b->year == FM_TIME_ABSENT && b->year_shift == FM_TIME_ABSENT) {
        b->year = a->year;
        b->year_shift = a->year_shift;
        if (a->year != FM_TIME_ABSENT && a->month > b->month && b->month > 0)
            b->year++;
    }
}

size_t fm_time_read_range(const struct fm_lexemes *lx, size_t i, size_t n,
                          struct fm_time_expr *first,
                          struct fm_time_expr *second)
{
    bool from = i > 0 && is_fn(lx, i - 1, FM_FN_FROM);
    bool between = i > 0 && is_fn(lx, i - 1, FM_FN_BETWEEN);
    size_t at = i + n;
    size_t m;

    if (!fm_time_is_date(first) || !joins(lx, at, from, between))
        return 0;
    m = short_end(lx, at + 1, first, second);
    if (m == 0) {
        m = fm_time_read(lx, at + 1, second);
        if (m == 0 || !fm_time_is_date(second) ||
            (fm_lexeme_mark(lx, at, '-') && !fm_lexeme_glued(lx, at) &&
             second->unit != first->unit))
            return 0;
        /* "to Monday" behind a date is a new thought unless "from" opened. */
        if (!fm_lexeme_mark(lx, at, '-') && !from && !between &&
            second->unit != first->unit)
            return 0;
    }
    if (m == 1 && second->day > 0 && second->year == FM_TIME_ABSENT) {
        int32_t year = 0;
        size_t comma = fm_lexeme_mark(lx, at + 2, ',') ? 1 : 0;
        size_t y = fm_time_read_year(lx, at + 2 + comma, &year);

        if (y > 0) {
            second->year = year;
            m += comma + y;
        }
    }
    share_year(first, second);
    return n + 1 + m;
}
