#include "extract/time_expr.h"

/* How often: "every day", "every other Friday", "daily", "Tuesday nights", "each
 * Monday at 4 p.m.". */

static bool is_fn(const struct fm_lexemes *lx, size_t i, enum fm_lexeme_fn fn)
{
    return fm_lexeme_fn(lx, i, fn);
}

/* "at 4 p.m.", "at 17.30" behind: of each of them. */
static size_t clock_behind(const struct fm_lexemes *lx, size_t i,
                           struct fm_time_expr *expr)
{
    struct fm_time_expr time;
    size_t skip = is_fn(lx, i, FM_FN_AT) ? 1 : 0;
    size_t n;

    fm_time_expr_init(&time);
    n = fm_time_read_clock(lx, i + skip, &time);
    if (n == 0)
        return 0;
    expr->clock = true;
    expr->hour = time.hour;
    expr->minute = time.minute;
    return n + skip;
}

/* "Monday", "July", "summer", "morning" behind "every". */
static bool every_named(const struct fm_lexemes *lx, size_t i,
                        struct fm_time_expr *expr)
{
    uint8_t value = (uint8_t)(lx->at[i].value & ~FM_LEX_PLURAL);

    expr->unit = FM_UNIT_DAY;
    if (lx->at[i].kind == FM_LEX_WEEKDAY) {
        expr->weekday = value;
    } else if (lx->at[i].kind == FM_LEX_MONTH) {
        expr->month = value;
        expr->unit = FM_UNIT_MONTH;
    } else if (lx->at[i].kind == FM_LEX_SEASON) {
        expr->part = (uint8_t)(value + 1);
        expr->unit = FM_UNIT_SEASON;
    } else if (lx->at[i].kind == FM_LEX_PART) {
        expr->daypart = value;
    } else {
        return false;
    }
    return true;
}

/* "daily", "quarterly" */
static size_t set_word(const struct fm_lexemes *lx, size_t i,
                       struct fm_time_expr *expr)
{
    if (lx->at[i].kind != FM_LEX_SETWORD)
        return 0;
    /* "the Daily News" */
    if ((lx->at[i].flags & FM_LEX_CAPITAL) != 0 && i > 0)
        return 0;
    /* "a quarterly dividend", "the quarterly report" */
    if (lx->at[i].value == FM_SET_P3M && lx->at[i + 1].kind == FM_LEX_WORD)
        return 0;
    expr->set = (uint8_t)(lx->at[i].value + 1);
    return 1;
}

/* "on weekends" */
static size_t on_weekends(const struct fm_lexemes *lx, size_t i,
                          struct fm_time_expr *expr)
{
    if (lx->at[i].kind != FM_LEX_UNIT || i == 0 ||
        lx->at[i].value != (FM_UNIT_WEEKEND | FM_LEX_PLURAL) ||
        (!is_fn(lx, i - 1, FM_FN_ON) && !is_fn(lx, i - 1, FM_FN_AT) &&
         !is_fn(lx, i - 1, FM_FN_DURING)))
        return 0;
    expr->amount = 1000;
    expr->unit = FM_UNIT_WEEKEND;
    return 1;
}

/* "once a week", "twice every month", "per annum" */
static size_t so_often(const struct fm_lexemes *lx, size_t i,
                       struct fm_time_expr *expr)
{
    bool plural = false;

    if (is_fn(lx, i, FM_FN_PER) && is_fn(lx, i + 1, FM_FN_ANNUM)) {
        expr->set = FM_SET_P1Y + 1;
        return 2;
    }
    if ((!is_fn(lx, i, FM_FN_ONCE) && !is_fn(lx, i, FM_FN_TWICE)) ||
        (!is_fn(lx, i + 1, FM_FN_A) && !is_fn(lx, i + 1, FM_FN_AN) &&
         !is_fn(lx, i + 1, FM_FN_EVERY)) ||
        lx->at[i + 2].kind != FM_LEX_UNIT)
        return 0;
    expr->amount = 1000;
    return 2 + fm_time_read_unit(lx, i + 2, &expr->unit, &plural);
}

/* "every day", "each of", "every two weeks", "each July", "every Monday",
 * "daily", "Tuesday nights". */
static size_t read_every(const struct fm_lexemes *lx, size_t i,
                         struct fm_time_expr *expr)
{
    static size_t (*const others[])(const struct fm_lexemes *, size_t,
                                    struct fm_time_expr *) = {
        set_word, on_weekends, so_often};
    size_t n;
    bool plural = false;

    expr->form = FM_TIME_SET;
    for (size_t k = 0; k < sizeof others / sizeof *others; k++) {
        n = others[k](lx, i, expr);
        if (n > 0)
            return n;
    }
    if (!is_fn(lx, i, FM_FN_EVERY) && !is_fn(lx, i, FM_FN_EACH))
        return 0;
    i++;
    expr->amount = 1000;
    if (is_fn(lx, i, FM_FN_OTHER)) {
        expr->amount = 2000;
        n = fm_time_read_unit(lx, i + 1, &expr->unit, &plural);
        if (n > 0)
            return n + 2;
        return every_named(lx, i + 1, expr) ? 3 : 0;
    }
    n = fm_time_read_unit(lx, i, &expr->unit, &plural);
    if (n > 0)
        return n + 1;
    n = fm_time_read_measure(lx, i, expr);
    if (n > 0)
        return n + 1;
    return every_named(lx, i, expr) ? 2 : 0;
}

size_t fm_time_read_set(const struct fm_lexemes *lx, size_t i,
                        struct fm_time_expr *expr)
{
    size_t n = read_every(lx, i, expr);

    return n > 0 ? n + clock_behind(lx, i + n, expr) : 0;
}

/* "Tuesday nights", "Thursdays at 5 p.m." behind the plural. */
size_t fm_time_read_plural_behind(const struct fm_lexemes *lx, size_t i,
                                  struct fm_time_expr *expr)
{
    expr->form = FM_TIME_SET;
    return clock_behind(lx, i, expr);
}
