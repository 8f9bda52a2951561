#include "extract/feast.h"
#include "extract/time_expr.h"

/* One whole expression: modifiers before it, the date, a time of day behind or
 * before it. */

static bool is_fn(const struct fm_lexemes *lx, size_t i, enum fm_lexeme_fn fn)
{
    return fm_lexeme_fn(lx, i, fn);
}

static bool is_day(const struct fm_time_expr *e)
{
    return (e->form == FM_TIME_CALENDAR || e->form == FM_TIME_SHIFT) &&
           e->unit == FM_UNIT_DAY && !e->plural;
}

static void take_clock(struct fm_time_expr *day,
                       const struct fm_time_expr *time)
{
    day->clock = true;
    day->hour = time->hour;
    day->minute = time->minute;
    day->second = time->second;
    day->zone = time->zone;
}

void fm_time_take_day(struct fm_time_expr *time, const struct fm_time_expr *day)
{
    struct fm_time_expr whole = *day;

    take_clock(&whole, time);
    whole.daypart = FM_PART_NONE;
    whole.approximate = whole.approximate || time->approximate;
    *time = whole;
}

/* "Monday morning", "Friday at 10:30 a.m.", "May 5, 10 p.m. GMT". */
static size_t time_behind(const struct fm_lexemes *lx, size_t i,
                          struct fm_time_expr *day)
{
    struct fm_time_expr time;
    size_t skip = 0;
    size_t n;

    if (day->daypart != FM_PART_NONE || day->clock)
        return 0;
    if (is_fn(lx, i, FM_FN_IN) && is_fn(lx, i + 1, FM_FN_THE) &&
        lx->at[i + 2].kind == FM_LEX_PART)
        skip = 2;
    else if (is_fn(lx, i, FM_FN_EARLY) || is_fn(lx, i, FM_FN_LATE))
        skip++;
    if (lx->at[i + skip].kind == FM_LEX_PART) {
        day->daypart = (uint8_t)(lx->at[i + skip].value & ~FM_LEX_PLURAL);
        if ((lx->at[i + skip].value & FM_LEX_PLURAL) != 0)
            day->plural = true;
        return skip + 1;
    }
    if (skip > 0)
        return 0;
    skip = fm_lexeme_mark(lx, i, ',') ? 1 : 0;
    skip += is_fn(lx, i + skip, FM_FN_AT) || is_fn(lx, i + skip, FM_FN_AROUND);
    fm_time_expr_init(&time);
    n = fm_time_read_clock(lx, i + skip, &time);
    if (n == 0)
        return 0;
    take_clock(day, &time);
    skip += n;
    /* "Wed Oct 26 15:50:06 2016" */
    if (day->month > 0 && day->day > 0 && day->year == FM_TIME_ABSENT)
        skip += fm_time_read_year(lx, i + skip, &day->year);
    return skip;
}

size_t fm_time_read_one_day(const struct fm_lexemes *lx, size_t i,
                            struct fm_time_expr *day)
{
    size_t skip = is_fn(lx, i, FM_FN_THE) ? 1 : 0;
    size_t n;

    fm_time_expr_init(day);
    n = fm_time_read_date(lx, i + skip, day);
    if (n == 0 || !is_day(day)) {
        skip = 0;
        n = fm_time_read_relative(lx, i, day);
    }
    return n > 0 && is_day(day) && day->daypart == FM_PART_NONE ? n + skip : 0;
}

/* "(0735 GMT)" behind a time of day says it again. */
static size_t other_zone(const struct fm_lexemes *lx, size_t i)
{
    struct fm_time_expr again;
    size_t n;

    if (!fm_lexeme_mark(lx, i, '('))
        return 0;
    fm_time_expr_init(&again);
    n = fm_time_read_clock(lx, i + 1, &again);
    return n > 0 && fm_lexeme_mark(lx, i + 1 + n, ')') ? n + 2 : 0;
}

/* "10 p.m. Wednesday", "noon on Saturday", "5 p.m. EST, Nov. 6". */
static size_t clock_first(const struct fm_lexemes *lx, size_t i,
                          struct fm_time_expr *expr)
{
    struct fm_time_expr day;
    size_t skip = 0;
    size_t m;
    size_t n;

    fm_time_expr_init(expr);
    n = fm_time_read_clock(lx, i, expr);
    if (n == 0)
        return 0;
    skip = other_zone(lx, i + n);
    if (fm_lexeme_mark(lx, i + n + skip, ','))
        skip++;
    if (is_fn(lx, i + n + skip, FM_FN_ON) || is_fn(lx, i + n + skip, FM_FN_OF))
        skip++;
    m = fm_time_read_one_day(lx, i + n + skip, &day);
    if (m == 0 || day.clock)
        return expr->weak ? 0 : n;
    take_clock(&day, expr);
    *expr = day;
    return n + skip + m;
}

/* "the morning of May 5", "mid-afternoon yesterday", "the evening of the 5th". */
static size_t part_first(const struct fm_lexemes *lx, size_t i,
                         struct fm_time_expr *expr)
{
    size_t from = i;
    uint8_t part;
    size_t n;

    i += is_fn(lx, i, FM_FN_THE);
    if (lx->at[i].kind != FM_LEX_PART || (lx->at[i].value & FM_LEX_PLURAL) != 0)
        return 0;
    part = (uint8_t)lx->at[i].value;
    i++;
    if (is_fn(lx, i, FM_FN_OF) || is_fn(lx, i, FM_FN_ON))
        i++;
    n = fm_time_read_one_day(lx, i, expr);
    if (n == 0)
        return 0;
    expr->daypart = part;
    return i + n - from;
}

/* "in the morning", "late in the afternoon", "in early evening": of the day
 * that is spoken of. i: the part, or the word before it. */
static size_t part_alone(const struct fm_lexemes *lx, size_t i,
                         struct fm_time_expr *expr)
{
    size_t from = i;
    size_t before = i;
    bool plural;
    int32_t part;

    i += is_fn(lx, i, FM_FN_THE);
    i += is_fn(lx, i, FM_FN_EARLY) || is_fn(lx, i, FM_FN_LATE);
    part = lx->at[i].value;
    plural = (part & FM_LEX_PLURAL) != 0;
    part &= ~FM_LEX_PLURAL;
    if (lx->at[i].kind != FM_LEX_PART || part == FM_PART_NIGHT || before == 0 ||
        !(is_fn(lx, before - 1, FM_FN_IN) ||
          is_fn(lx, before - 1, FM_FN_DURING) ||
          is_fn(lx, before - 1, FM_FN_THROUGHOUT)) ||
        (i == from && !is_fn(lx, from, FM_FN_THE)) ||
        (lx->at[i + 1].kind == FM_LEX_WORD && fm_lexeme_glued(lx, i + 1)) ||
        fm_lexeme_mark(lx, i + 1, '-') || is_fn(lx, i + 1, FM_FN_OF))
        return 0;
    fm_time_expr_init(expr);
    expr->form = plural ? FM_TIME_SET : FM_TIME_SHIFT;
    expr->unit = FM_UNIT_DAY;
    expr->which = FM_WHICH_THIS;
    expr->of_day = !plural;
    expr->daypart = (uint8_t)part;
    return i + 1 - from;
}

/* --- the core ----------------------------------------------------------------- */

typedef size_t reader_fn(const struct fm_lexemes *, size_t,
                         struct fm_time_expr *);

static size_t date_first(const struct fm_lexemes *lx, size_t i,
                         struct fm_time_expr *expr)
{
    fm_time_expr_init(expr);
    return fm_time_read_date(lx, i, expr);
}

static size_t set_first(const struct fm_lexemes *lx, size_t i,
                        struct fm_time_expr *expr)
{
    fm_time_expr_init(expr);
    return fm_time_read_set(lx, i, expr);
}

static size_t shift_first(const struct fm_lexemes *lx, size_t i,
                          struct fm_time_expr *expr)
{
    fm_time_expr_init(expr);
    return fm_time_read_shift(lx, i, expr);
}

static size_t read_core(const struct fm_lexemes *lx, size_t i,
                        struct fm_time_expr *expr)
{
    static reader_fn *const readers[] = {
        set_first,          shift_first,           part_first,
        fm_time_read_named, fm_time_read_relative, date_first,
        clock_first,        fm_time_read_duration, part_alone,
    };

    for (size_t k = 0; k < sizeof readers / sizeof readers[0]; k++) {
        size_t n = readers[k](lx, i, expr);

        if (n == 0)
            continue;
        if (is_day(expr)) {
            n += time_behind(lx, i + n, expr);
            /* "Wednesday evening next week" */
            if (expr->weekday > 0 && expr->month == 0 &&
                expr->week_shift == FM_TIME_ABSENT)
                n += fm_time_read_week_word(lx, i + n, expr);
        }
        if (expr->plural && expr->weekday > 0)
            n += fm_time_read_plural_behind(lx, i + n, expr);
        return n;
    }
    return 0;
}

/* --- modifiers ------------------------------------------------------------------ */

/* What stands before an expression and belongs to it. */
enum prefix_kind {
    PREFIX_ANY,     /* "about", "nearly" */
    PREFIX_LENGTH,  /* only before a duration: "more than" */
    PREFIX_PORTION, /* only before a date: "early", "the end of" */
};

struct prefix {
    enum fm_lexeme_fn words[3];
    uint8_t kind;
    bool of; /* must be followed by "of" */
};

static const struct prefix prefixes[] = {
    {{FM_FN_ABOUT}, PREFIX_ANY, false},
    {{FM_FN_AROUND}, PREFIX_ANY, false},
    {{FM_FN_NEARLY}, PREFIX_ANY, false},
    {{FM_FN_ALMOST}, PREFIX_ANY, false},
    {{FM_FN_ROUGHLY}, PREFIX_ANY, false},
    {{FM_FN_APPROXIMATELY}, PREFIX_ANY, false},
    {{FM_FN_CIRCA}, PREFIX_ANY, false},
    {{FM_FN_MORE, FM_FN_THAN}, PREFIX_LENGTH, false},
    {{FM_FN_LESS, FM_FN_THAN}, PREFIX_LENGTH, false},
    {{FM_FN_FEWER, FM_FN_THAN}, PREFIX_LENGTH, false},
    {{FM_FN_NO, FM_FN_MORE, FM_FN_THAN}, PREFIX_LENGTH, false},
    {{FM_FN_AT, FM_FN_LEAST}, PREFIX_LENGTH, false},
    {{FM_FN_AT, FM_FN_MOST}, PREFIX_LENGTH, false},
    {{FM_FN_UP, FM_FN_TO}, PREFIX_LENGTH, false},
    {{FM_FN_OVER}, PREFIX_LENGTH, false},
    {{FM_FN_WITHIN}, PREFIX_LENGTH, false},
    {{FM_FN_AN, FM_FN_ADDITIONAL}, PREFIX_LENGTH, false},
    {{FM_FN_EARLY}, PREFIX_PORTION, false},
    {{FM_FN_LATE}, PREFIX_PORTION, false},
    {{FM_FN_EARLIER}, PREFIX_PORTION, false},
    {{FM_FN_LATER}, PREFIX_PORTION, false},
    {{FM_FN_MID}, PREFIX_PORTION, false},
    {{FM_FN_EARLY, FM_FN_IN}, PREFIX_PORTION, false},
    {{FM_FN_LATE, FM_FN_IN}, PREFIX_PORTION, false},
    {{FM_FN_EARLIER, FM_FN_IN}, PREFIX_PORTION, false},
    {{FM_FN_LATER, FM_FN_IN}, PREFIX_PORTION, false},
    {{FM_FN_BEGINNING}, PREFIX_PORTION, true},
    {{FM_FN_START}, PREFIX_PORTION, true},
    {{FM_FN_MIDDLE}, PREFIX_PORTION, true},
    {{FM_FN_END}, PREFIX_PORTION, true},
    {{FM_FN_REST}, PREFIX_PORTION, true},
};

static size_t match_prefix(const struct fm_lexemes *lx, size_t i,
                           const struct prefix *p)
{
    size_t n = 0;

    while (n < 3 && p->words[n] != FM_FN_NONE) {
        if (!is_fn(lx, i + n, p->words[n]))
            return 0;
        n++;
    }
    if (p->of) {
        if (!is_fn(lx, i + n, FM_FN_OF))
            return 0;
        n++;
    }
    return n;
}

/* "early September", "the end of the year", "earlier this month". */
static size_t read_prefixed(const struct fm_lexemes *lx, size_t i,
                            struct fm_time_expr *expr)
{
    size_t from = i;

    i += is_fn(lx, i, FM_FN_THE);
    if (lx->at[i].kind != FM_LEX_FN)
        return 0;
    for (size_t k = sizeof prefixes / sizeof prefixes[0]; k-- > 0;) {
        const struct prefix *p = &prefixes[k];
        size_t n = match_prefix(lx, i, p);
        size_t m;
        bool length;

        if (n == 0 || (i > from && p->kind != PREFIX_PORTION))
            continue;
        if (fm_lexeme_mark(lx, i + n, '-') && fm_lexeme_glued(lx, i + n))
            n++;
        m = fm_time_read(lx, i + n, expr);
        length = expr->form == FM_TIME_DURATION ||
                 (expr->form == FM_TIME_SHIFT && expr->which == FM_WHICH_ANY);
        if (m == 0 || expr->form == FM_TIME_REF || expr->form == FM_TIME_SET ||
            (p->kind == PREFIX_LENGTH && !length) ||
            (p->kind == PREFIX_PORTION && expr->form == FM_TIME_DURATION))
            continue;
        expr->approximate = true;
        return i + n + m - from;
    }
    return 0;
}

/* "year-end", "year's end", "the end of the year". */
static size_t year_end(const struct fm_lexemes *lx, size_t i,
                       struct fm_time_expr *expr)
{
    size_t from = i;
    enum fm_unit unit;

    i += is_fn(lx, i, FM_FN_THE);
    if (is_fn(lx, i, FM_FN_END) && is_fn(lx, i + 1, FM_FN_OF)) {
        i += 2;
        i += is_fn(lx, i, FM_FN_THE);
        i += is_fn(lx, i, FM_FN_FISCAL) || is_fn(lx, i, FM_FN_CALENDAR);
    } else if (lx->at[i].kind == FM_LEX_UNIT &&
               (lx->at[i + 1].kind == FM_LEX_GENITIVE ||
                fm_lexeme_mark(lx, i + 1, '-')) &&
               is_fn(lx, i + 2, FM_FN_END)) {
        i += 0;
    } else if (lx->at[i].kind != FM_LEX_UNIT || !is_fn(lx, i + 1, FM_FN_END)) {
        return 0;
    }
    unit = (enum fm_unit)lx->at[i].value;
    if (lx->at[i].kind != FM_LEX_UNIT ||
        (unit != FM_UNIT_YEAR && unit != FM_UNIT_MONTH &&
         unit != FM_UNIT_WEEK && unit != FM_UNIT_CENTURY &&
         unit != FM_UNIT_DECADE))
        return 0;
    i++;
    if (is_fn(lx, i, FM_FN_END))
        i++;
    else if (is_fn(lx, i + 1, FM_FN_END))
        i += 2;
    fm_time_expr_init(expr);
    expr->form = FM_TIME_SHIFT;
    expr->unit = unit;
    expr->amount = 1000;
    expr->which = FM_WHICH_THIS;
    expr->approximate = true;
    return i - from;
}

/* Function words that can begin an expression, given what follows: most of a
 * text's words, so this decides the speed. */
static bool fn_begins(const struct fm_lexemes *lx, size_t i)
{
    static const bool begins[] = {
        [FM_FN_THE] = true,        [FM_FN_A] = true,
        [FM_FN_AN] = true,         [FM_FN_ABOUT] = true,
        [FM_FN_AROUND] = true,     [FM_FN_NEARLY] = true,
        [FM_FN_ALMOST] = true,     [FM_FN_ROUGHLY] = true,
        [FM_FN_MORE] = true,       [FM_FN_LESS] = true,
        [FM_FN_FEWER] = true,      [FM_FN_NO] = true,
        [FM_FN_AT] = true,         [FM_FN_UP] = true,
        [FM_FN_OVER] = true,       [FM_FN_WITHIN] = true,
        [FM_FN_EARLY] = true,      [FM_FN_LATE] = true,
        [FM_FN_EARLIER] = true,    [FM_FN_LATER] = true,
        [FM_FN_MID] = true,        [FM_FN_BEGINNING] = true,
        [FM_FN_START] = true,      [FM_FN_MIDDLE] = true,
        [FM_FN_END] = true,        [FM_FN_REST] = true,
        [FM_FN_LAST] = true,       [FM_FN_NEXT] = true,
        [FM_FN_THIS] = true,       [FM_FN_THAT] = true,
        [FM_FN_THESE] = true,      [FM_FN_PAST] = true,
        [FM_FN_PREVIOUS] = true,   [FM_FN_FOLLOWING] = true,
        [FM_FN_SAME] = true,       [FM_FN_COMING] = true,
        [FM_FN_LATEST] = true,     [FM_FN_PRIOR] = true,
        [FM_FN_CURRENT] = true,    [FM_FN_UPCOMING] = true,
        [FM_FN_EVERY] = true,      [FM_FN_EACH] = true,
        [FM_FN_PER] = true,        [FM_FN_HALF] = true,
        [FM_FN_COUPLE] = true,     [FM_FN_FEW] = true,
        [FM_FN_SEVERAL] = true,    [FM_FN_MANY] = true,
        [FM_FN_ANOTHER] = true,    [FM_FN_FOR] = true,
        [FM_FN_AS] = true,         [FM_FN_FISCAL] = true,
        [FM_FN_CALENDAR] = true,   [FM_FN_NEW] = true,
        [FM_FN_FINAL] = true,      [FM_FN_RECENT] = true,
        [FM_FN_MOST] = true,       [FM_FN_UNTIL] = true,
        [FM_FN_CIRCA] = true,      [FM_FN_APPROXIMATELY] = true,
        [FM_FN_FUTURE] = true,     [FM_FN_GOOD] = true,
        [FM_FN_COMPARABLE] = true, [FM_FN_ONCE] = true,
        [FM_FN_TWICE] = true,      [FM_FN_SCHOOL] = true,
        [FM_FN_TO] = true,
    };
    const struct fm_lexeme *at = &lx->at[i];

    if ((size_t)at->value >= sizeof begins / sizeof begins[0] ||
        !begins[at->value])
        return false;
    if (at->value == FM_FN_TO)
        return fm_lexeme_is(lx, i + 1, "date");
    if (lx->at[i + 1].kind != FM_LEX_WORD)
        return true;
    /* "the near future", "at the moment" have a word of no kind behind. */
    return at->value == FM_FN_THE && (fm_lexeme_is(lx, i + 1, "near") ||
                                      fm_lexeme_is(lx, i + 1, "foreseeable") ||
                                      fm_lexeme_is(lx, i + 1, "short"));
}

/* Lexemes that can begin an expression at all. */
static bool can_begin(const struct fm_lexemes *lx, size_t i)
{
    const struct fm_lexeme *at = &lx->at[i];

    if (at->kind == FM_LEX_FN)
        return fn_begins(lx, i);
    return at->kind != FM_LEX_WORD && at->kind != FM_LEX_NONE &&
           at->kind != FM_LEX_GENITIVE && at->kind != FM_LEX_CURRENCY &&
           (at->kind != FM_LEX_MARK ||
            (at->value == '\'' && (lx->at[i + 1].kind == FM_LEX_DIGITS ||
                                   lx->at[i + 1].kind == FM_LEX_DECADE)));
}

size_t fm_time_read(const struct fm_lexemes *lx, size_t i,
                    struct fm_time_expr *expr)
{
    size_t n;

    if (!can_begin(lx, i)) {
        /* "Q3 2019" begins with a letter. */
        if (lx->at[i].kind == FM_LEX_WORD &&
            lx->at[i].end - lx->at[i].start == 1)
            return fm_time_read_named(lx, i, expr);
        if (lx->at[i].kind == FM_LEX_WORD &&
            fm_feast_read(lx, i, &(uint8_t){0}) > 0)
            return read_core(lx, i, expr);
        return 0;
    }
    n = year_end(lx, i, expr);
    if (n == 0)
        n = read_prefixed(lx, i, expr);
    if (n == 0)
        n = read_core(lx, i, expr);
    if (n == 0 && is_fn(lx, i, FM_FN_THE) && can_begin(lx, i + 1)) {
        n = read_core(lx, i + 1, expr);
        /* "the January figures", "the 2000 games": the article is the noun's. */
        if (n > 0 && expr->form == FM_TIME_CALENDAR && !expr->like_quarter &&
            (lx->at[i + 1].kind == FM_LEX_MONTH ||
             (expr->unit == FM_UNIT_YEAR &&
              lx->at[i + 1].kind == FM_LEX_DIGITS)))
            return 0;
        n += n > 0;
    }
    return n;
}
