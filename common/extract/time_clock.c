#include "extract/number.h"
#include "extract/time_expr.h"

/* Times of day. */

static bool is_fn(const struct fm_lexemes *lx, size_t i, enum fm_lexeme_fn fn)
{
    return fm_lexeme_fn(lx, i, fn);
}

/* "a.m." read as a word and its last point. */
static size_t read_meridiem(const struct fm_lexemes *lx, size_t i,
                            struct fm_time_expr *expr)
{
    if (lx->at[i].kind != FM_LEX_MERIDIEM || expr->hour > 12 || expr->hour < 1)
        return 0;
    expr->hour = expr->hour % 12 + lx->at[i].value;
    if (fm_lexeme_mark(lx, i + 1, '.') && fm_lexeme_glued(lx, i + 1) &&
        lx->at[i].end - lx->at[i].start == 3)
        return 2;
    return 1;
}

/* "GMT", "(1400 GMT)", "EST"; capitals only. */
static size_t read_zone(const struct fm_lexemes *lx, size_t i,
                        struct fm_time_expr *expr)
{
    if (lx->at[i].kind != FM_LEX_ZONE || (lx->at[i].flags & FM_LEX_UPPER) == 0)
        return 0;
    expr->zone = lx->at[i].value;
    return 1;
}

/* "in the morning", "at night" behind an hour. */
static size_t read_part_behind(const struct fm_lexemes *lx, size_t i,
                               struct fm_time_expr *expr)
{
    size_t skip = 0;
    int32_t part;

    if (is_fn(lx, i, FM_FN_IN) && is_fn(lx, i + 1, FM_FN_THE))
        skip = 2;
    else if (is_fn(lx, i, FM_FN_AT))
        skip = 1;
    part = lx->at[i + skip].value;
    if (skip == 0 || lx->at[i + skip].kind != FM_LEX_PART || expr->hour > 12 ||
        (part & FM_LEX_PLURAL) != 0)
        return 0;
    if (expr->hour < 12 &&
        (part == FM_PART_AFTERNOON || part == FM_PART_EVENING ||
         (part == FM_PART_NIGHT && expr->hour > 5)))
        expr->hour += 12;
    return skip + 1;
}

/* ":30", ":30:15" behind the hour. */
static size_t read_minutes(const struct fm_lexemes *lx, size_t i,
                           struct fm_time_expr *expr)
{
    size_t n = 0;

    if (!fm_lexeme_mark(lx, i, ':') || !fm_lexeme_glued(lx, i) ||
        !fm_lexeme_glued(lx, i + 1) || lx->at[i + 1].kind != FM_LEX_DIGITS ||
        lx->at[i + 1].end - lx->at[i + 1].start != 2 ||
        lx->at[i + 1].value < 0 || lx->at[i + 1].value > 59)
        return 0;
    expr->minute = lx->at[i + 1].value;
    n = 2;
    if (fm_lexeme_mark(lx, i + 2, ':') && fm_lexeme_glued(lx, i + 2) &&
        fm_lexeme_glued(lx, i + 3) && lx->at[i + 3].kind == FM_LEX_DIGITS &&
        lx->at[i + 3].value >= 0 && lx->at[i + 3].value < 60) {
        expr->second = lx->at[i + 3].value;
        n = 4;
    }
    return n;
}

/* "10.30 a.m.", "2.30pm" */
static bool read_pointed(const struct fm_lexemes *lx, size_t i,
                         struct fm_time_expr *expr)
{
    const struct fm_lexeme *at = &lx->at[i];
    const char *p = lx->text.data + at->start;
    size_t n = at->end - at->start;

    if ((at->flags & FM_LEX_POINT) == 0 || n < 4 || n > 5 || p[n - 3] != '.' ||
        lx->at[i + 1].kind != FM_LEX_MERIDIEM)
        return false;
    expr->hour = p[0] - '0';
    if (n == 5)
        expr->hour = expr->hour * 10 + p[1] - '0';
    expr->minute = (p[n - 2] - '0') * 10 + p[n - 1] - '0';
    return expr->hour >= 1 && expr->hour <= 12 && expr->minute < 60;
}

/* "1430 GMT" */
static size_t read_military(const struct fm_lexemes *lx, size_t i,
                            struct fm_time_expr *expr)
{
    const struct fm_lexeme *at = &lx->at[i];

    if (at->kind != FM_LEX_DIGITS || at->end - at->start != 4 ||
        at->value < 0 || at->value / 100 > 23 || at->value % 100 > 59 ||
        read_zone(lx, i + 1, expr) == 0)
        return 0;
    expr->hour = at->value / 100;
    expr->minute = at->value % 100;
    return 2;
}

/* An hour in digits or words, with what proves that it is one. */
static size_t read_hour(const struct fm_lexemes *lx, size_t i,
                        struct fm_time_expr *expr)
{
    size_t from = i;
    int32_t hour = 0;
    size_t n;
    bool sure;

    if (read_pointed(lx, i, expr))
        return 1 + read_meridiem(lx, i + 1, expr);
    n = fm_number_parse_whole(lx, i, &hour);
    if (n != 1 || hour > 24 || (lx->at[i].flags & FM_LEX_POINT) != 0)
        return 0;
    if (i > 0 && lx->at[i - 1].kind == FM_LEX_CURRENCY)
        return 0;
    expr->hour = hour;
    i++;
    n = lx->at[from].kind == FM_LEX_DIGITS ? read_minutes(lx, i, expr) : 0;
    /* "4:3" and "1:0" have no two digits; "10:30" could be a score: a zone, a
     * meridiem, "at" or a day beside it must show that it is none. */
    sure =
        n > 0 && from > 0 &&
        (is_fn(lx, from - 1, FM_FN_AT) || is_fn(lx, from - 1, FM_FN_BY) ||
         is_fn(lx, from - 1, FM_FN_AROUND) ||
         is_fn(lx, from - 1, FM_FN_ABOUT) || is_fn(lx, from - 1, FM_FN_UNTIL) ||
         is_fn(lx, from - 1, FM_FN_FROM) || is_fn(lx, from - 1, FM_FN_TO) ||
         is_fn(lx, from - 1, FM_FN_BEFORE) ||
         is_fn(lx, from - 1, FM_FN_AFTER) || is_fn(lx, from - 1, FM_FN_SINCE));
    expr->weak = n > 0 && !sure;
    i += n;
    n = read_meridiem(lx, i, expr);
    if (n == 0 && is_fn(lx, i, FM_FN_OCLOCK))
        n = 1;
    if (n == 0)
        n = read_part_behind(lx, i, expr);
    sure = sure || n > 0;
    i += n;
    if (sure && n > 0)
        i += read_part_behind(lx, i, expr);
    n = read_zone(lx, i, expr);
    if (n > 0)
        expr->weak = false;
    if (sure)
        expr->weak = false;
    i += n;
    if (!sure && n == 0 && !expr->weak)
        return 0;
    return expr->hour <= 24 ? i - from : 0;
}

/* "half", "a quarter", "ten", "20 minutes" before "past" or "to". */
static size_t read_minutes_before(const struct fm_lexemes *lx, size_t i,
                                  int32_t *ret)
{
    size_t from = i;
    size_t n = 1;

    i += is_fn(lx, i, FM_FN_A);
    if (is_fn(lx, i, FM_FN_HALF))
        *ret = 30;
    else if (lx->at[i].kind == FM_LEX_UNIT &&
             lx->at[i].value == FM_UNIT_QUARTER)
        *ret = 15;
    else
        n = fm_number_parse_whole(lx, i, ret);
    if (n == 0 || *ret < 1 || *ret > 30)
        return 0;
    i += n;
    if (lx->at[i].kind == FM_LEX_UNIT &&
        lx->at[i].value == (FM_UNIT_MINUTE | FM_LEX_PLURAL))
        i++;
    return i - from;
}

/* "half past eight", "a quarter to nine", "ten past 9 in the evening". "Five to
 * ten" alone is no time. */
static size_t read_past(const struct fm_lexemes *lx, size_t i,
                        struct fm_time_expr *expr)
{
    size_t from = i;
    int32_t hour = 0;
    int32_t minutes = 0;
    bool to;
    bool part;
    size_t n = read_minutes_before(lx, i, &minutes);

    if (n == 0)
        return 0;
    i += n;
    to = is_fn(lx, i, FM_FN_TO);
    /* "5 to 6 p.m." is a range. */
    if (to && minutes != 15 && lx->at[i - 1].kind != FM_LEX_UNIT)
        return 0;
    part = minutes == 15 || (minutes == 30 && !to);
    if ((!to && !is_fn(lx, i, FM_FN_PAST)) ||
        fm_number_parse_whole(lx, i + 1, &hour) != 1 || hour < 1 || hour > 12)
        return 0;
    if (to) {
        minutes = 60 - minutes;
        hour = hour == 1 ? 12 : hour - 1;
    }
    expr->hour = hour;
    expr->minute = minutes;
    i += 2;
    n = is_fn(lx, i, FM_FN_OCLOCK) ? 1 : 0;
    n += read_part_behind(lx, i + n, expr);
    n += read_meridiem(lx, i + n, expr);
    return n > 0 || (part && lx->at[from].kind != FM_LEX_DIGITS) ? i + n - from
                                                                 : 0;
}

size_t fm_time_read_clock(const struct fm_lexemes *lx, size_t i,
                          struct fm_time_expr *expr)
{
    size_t n = 0;

    expr->form = FM_TIME_CALENDAR;
    if (lx->at[i].kind == FM_LEX_CLOCK) {
        /* "Midnight" and "noon" as names are capital amid a sentence. */
        if ((lx->at[i].flags & FM_LEX_CAPITAL) != 0 && i > 0)
            return 0;
        expr->hour = lx->at[i].value;
        expr->minute = 0;
        n = 1;
    }
    if (n == 0)
        n = read_military(lx, i, expr);
    if (n == 0)
        n = read_past(lx, i, expr);
    if (n == 0)
        n = read_hour(lx, i, expr);
    if (n > 0) {
        expr->clock = true;
        expr->unit = expr->second >= 0   ? FM_UNIT_SECOND
                     : expr->minute >= 0 ? FM_UNIT_MINUTE
                                         : FM_UNIT_HOUR;
    }
    return n;
}
