#include "extract/number.h"
#include "extract/time_expr.h"

/* Times named from where the writer stands: "yesterday", "last May", "the same
 * year", "this summer", "the year-earlier quarter". */

static bool is_fn(const struct fm_lexemes *lx, size_t i, enum fm_lexeme_fn fn)
{
    return fm_lexeme_fn(lx, i, fn);
}

static bool is_unit(const struct fm_lexemes *lx, size_t i, enum fm_unit unit)
{
    return lx->at[i].kind == FM_LEX_UNIT && lx->at[i].value == (int32_t)unit;
}

/* The words that pick one of several. */
struct picker {
    enum fm_lexeme_fn fn;
    enum fm_time_which which;
    int32_t shift; /* of a unit: "last year" = -1 */
    enum fm_time_anchor anchor;
};

static const struct picker pickers[] = {
    {FM_FN_LAST, FM_WHICH_LAST, -1, FM_ANCHOR_DOCUMENT},
    {FM_FN_PAST, FM_WHICH_LAST, -1, FM_ANCHOR_DOCUMENT},
    {FM_FN_THIS, FM_WHICH_THIS, 0, FM_ANCHOR_DOCUMENT},
    {FM_FN_CURRENT, FM_WHICH_THIS, 0, FM_ANCHOR_DOCUMENT},
    {FM_FN_NEXT, FM_WHICH_NEXT, 1, FM_ANCHOR_DOCUMENT},
    {FM_FN_COMING, FM_WHICH_NEXT, 1, FM_ANCHOR_DOCUMENT},
    {FM_FN_UPCOMING, FM_WHICH_NEXT, 1, FM_ANCHOR_DOCUMENT},
    {FM_FN_PREVIOUS, FM_WHICH_LAST, -1, FM_ANCHOR_TEXT},
    {FM_FN_PRIOR, FM_WHICH_LAST, -1, FM_ANCHOR_TEXT},
    {FM_FN_FOLLOWING, FM_WHICH_NEXT, 1, FM_ANCHOR_TEXT},
    {FM_FN_SAME, FM_WHICH_THIS, 0, FM_ANCHOR_TEXT},
    {FM_FN_THAT, FM_WHICH_THIS, 0, FM_ANCHOR_TEXT},
    {FM_FN_LATEST, FM_WHICH_LAST, -1, FM_ANCHOR_DOCUMENT},
};

static const struct picker *picker_at(const struct fm_lexemes *lx, size_t i)
{
    if (lx->at[i].kind != FM_LEX_FN)
        return NULL;
    for (size_t k = 0; k < sizeof pickers / sizeof pickers[0]; k++)
        if (lx->at[i].value == (int32_t)pickers[k].fn)
            return &pickers[k];
    return NULL;
}

/* "fiscal", "full", "calendar", "comparable" between the picker and the unit. */
static size_t fillers(const struct fm_lexemes *lx, size_t i)
{
    static const enum fm_lexeme_fn words[] = {
        FM_FN_FISCAL,  FM_FN_FULL,          FM_FN_CALENDAR, FM_FN_COMPARABLE,
        FM_FN_WHOLE,   FM_FN_CORRESPONDING, FM_FN_SCHOOL,   FM_FN_BUSINESS,
        FM_FN_WORKING, FM_FN_TRADING,       FM_FN_ENTIRE};

    size_t n = 0;

    while (lx->at[i + n].kind == FM_LEX_FN) {
        bool found = false;

        for (size_t k = 0; k < sizeof words / sizeof words[0]; k++)
            found = found || is_fn(lx, i + n, words[k]);
        if (!found)
            break;
        n++;
    }
    return n;
}

static size_t shift_unit(struct fm_time_expr *expr, const struct picker *picker,
                         enum fm_unit unit)
{
    expr->form = FM_TIME_SHIFT;
    expr->unit = unit;
    expr->amount = 1000;
    expr->sign = picker->shift;
    expr->anchor = picker->anchor;
    expr->which = picker->which;
    /* "the past decade" is ten years, "the last decade" one of the calendar;
     * "the latest quarter" is the one reported on. */
    if (picker->fn == FM_FN_PAST && unit > FM_UNIT_YEAR) {
        expr->form = FM_TIME_DURATION;
        expr->side = -1;
    }
    if (picker->fn == FM_FN_LATEST && unit == FM_UNIT_QUARTER) {
        expr->sign = 0;
        expr->anchor = FM_ANCHOR_TEXT;
    }
    return 1;
}

/* "last night", "this morning", "that evening", "the next morning". */
static size_t pick_part(const struct fm_lexemes *lx, size_t i,
                        const struct picker *picker, bool the,
                        struct fm_time_expr *expr)
{
    int32_t part = lx->at[i].value;

    if (lx->at[i].kind != FM_LEX_PART || (part & FM_LEX_PLURAL) != 0)
        return 0;
    (void)shift_unit(expr, picker, FM_UNIT_DAY);
    if (the)
        expr->anchor = FM_ANCHOR_TEXT;
    expr->daypart = (uint8_t)part;
    return 1;
}

static size_t pick_named(const struct fm_lexemes *lx, size_t i,
                         const struct picker *picker, struct fm_time_expr *expr)
{
    struct fm_time_expr named;
    size_t n;

    fm_time_expr_init(&named);
    n = fm_time_read_date(lx, i, &named);
    if (n == 0 || named.unit == FM_UNIT_YEAR || named.unit == FM_UNIT_DECADE) {
        if (lx->at[i].kind == FM_LEX_SEASON &&
            (lx->at[i].value & FM_LEX_PLURAL) == 0) {
            fm_time_expr_init(&named);
            named.form = FM_TIME_CALENDAR;
            named.unit = FM_UNIT_SEASON;
            named.part = (uint8_t)(lx->at[i].value + 1);
            n = 1;
        } else {
            n = fm_time_read_named(lx, i, &named);
        }
    }
    if (n == 0 || named.plural)
        return 0;
    *expr = named;
    if (expr->year == FM_TIME_ABSENT)
        expr->which = picker->which;
    if (picker->anchor == FM_ANCHOR_TEXT)
        expr->anchor = FM_ANCHOR_TEXT;
    return n;
}

/* "year", "week", "year's third quarter" behind the picker. */
static size_t pick_unit(const struct fm_lexemes *lx, size_t i,
                        const struct picker *picker, bool the,
                        struct fm_time_expr *expr)
{
    enum fm_unit unit = (enum fm_unit)lx->at[i].value;
    struct fm_time_expr part;
    size_t n;

    if (unit < FM_UNIT_DAY || (unit == FM_UNIT_DAY && picker->fn == FM_FN_LAST))
        return 0;
    (void)shift_unit(expr, picker, unit);
    /* "the next day" counts from what was said before. */
    if (the && picker->fn == FM_FN_NEXT && unit != FM_UNIT_CENTURY)
        expr->anchor = FM_ANCHOR_TEXT;
    if (unit != FM_UNIT_YEAR || lx->at[i + 1].kind != FM_LEX_GENITIVE)
        return 1;
    if (is_unit(lx, i + 2, FM_UNIT_QUARTER) || is_fn(lx, i + 2, FM_FN_PERIOD)) {
        expr->like_quarter = picker->shift == -1;
        return 3;
    }
    n = fm_time_read_named(lx, i + 2, &part);
    if (n == 0 || part.year != FM_TIME_ABSENT || part.unit == FM_UNIT_YEAR)
        return 1;
    part.year_shift = picker->shift;
    *expr = part;
    return n + 2;
}

/* "the week after next", "the year before last". */
static size_t two_away(const struct fm_lexemes *lx, size_t i,
                       struct fm_time_expr *expr)
{
    bool next = is_fn(lx, i + 2, FM_FN_AFTER) && is_fn(lx, i + 3, FM_FN_NEXT);

    if (!is_fn(lx, i, FM_FN_THE) || lx->at[i + 1].kind != FM_LEX_UNIT ||
        (!next &&
         !(is_fn(lx, i + 2, FM_FN_BEFORE) && is_fn(lx, i + 3, FM_FN_LAST))))
        return 0;
    expr->form = FM_TIME_SHIFT;
    expr->unit = (enum fm_unit)lx->at[i + 1].value;
    expr->amount = 2000;
    expr->sign = next ? 1 : -1;
    expr->which = next ? FM_WHICH_NEXT : FM_WHICH_LAST;
    return expr->unit >= FM_UNIT_DAY && expr->unit < FM_UNIT_COUNT ? 4 : 0;
}

/* "last year", "the same day", "this coming Sunday", "the past year",
 * "that same day", "last year's third quarter". */
static size_t picked(const struct fm_lexemes *lx, size_t i,
                     struct fm_time_expr *expr)
{
    size_t from = i;
    bool the = is_fn(lx, i, FM_FN_THE);
    const struct picker *picker;
    size_t n;

    i += the;
    if (!the && (is_fn(lx, i, FM_FN_THIS) || is_fn(lx, i, FM_FN_THAT)) &&
        picker_at(lx, i + 1) != NULL)
        i++;
    picker = picker_at(lx, i);
    if (picker == NULL)
        return 0;
    i++;
    /* "that year" points back; "that May be" is no month, "says that Monday". */
    if (picker->fn == FM_FN_THAT && lx->at[i].kind != FM_LEX_UNIT &&
        lx->at[i].kind != FM_LEX_PART)
        return 0;
    n = fillers(lx, i);
    if (lx->at[i + n].kind == FM_LEX_UNIT &&
        (lx->at[i + n].value & FM_LEX_PLURAL) == 0) {
        n = pick_unit(lx, i + n, picker, the, expr);
        return n > 0 ? i + fillers(lx, i) + n - from : 0;
    }
    if (picker->fn == FM_FN_LATEST && is_fn(lx, i + n, FM_FN_PERIOD)) {
        (void)shift_unit(expr, picker, FM_UNIT_QUARTER);
        return i + n + 1 - from;
    }
    n = pick_part(lx, i, picker, the, expr);
    if (n == 0)
        n = pick_named(lx, i, picker, expr);
    return n > 0 ? i + n - from : 0;
}

/* "year-earlier", "the year-ago quarter", "a year-earlier period". */
static size_t year_earlier(const struct fm_lexemes *lx, size_t i,
                           struct fm_time_expr *expr)
{
    size_t from = i;
    struct fm_time_expr part;
    size_t n;

    i += is_fn(lx, i, FM_FN_THE) || is_fn(lx, i, FM_FN_A);
    i += is_fn(lx, i, FM_FN_COMPARABLE) || is_fn(lx, i, FM_FN_CORRESPONDING);
    if (!is_unit(lx, i, FM_UNIT_YEAR) || !fm_lexeme_mark(lx, i + 1, '-') ||
        !(is_fn(lx, i + 2, FM_FN_EARLIER) || is_fn(lx, i + 2, FM_FN_AGO)))
        return 0;
    i += 3;
    expr->form = FM_TIME_SHIFT;
    expr->unit = FM_UNIT_YEAR;
    expr->amount = 1000;
    expr->sign = -1;
    expr->anchor = FM_ANCHOR_TEXT;
    n = fm_time_read_named(lx, i, &part);
    if (n > 0 && part.year == FM_TIME_ABSENT && part.unit < FM_UNIT_YEAR) {
        part.year_shift = -1;
        *expr = part;
        return i + n - from;
    }
    if (is_unit(lx, i, FM_UNIT_QUARTER) || is_fn(lx, i, FM_FN_PERIOD))
        i++;
    return i - from;
}

/* "last year", "a year ago", "the previous year", "the year before", "1988". */
static size_t year_back(const struct fm_lexemes *lx, size_t i, int32_t *ret)
{
    size_t from = i;
    size_t n = fm_time_read_year(lx, i, ret);

    if (n > 0)
        return n;
    i += is_fn(lx, i, FM_FN_A) || is_fn(lx, i, FM_FN_THE);
    if (is_fn(lx, i, FM_FN_LAST) || is_fn(lx, i, FM_FN_PREVIOUS) ||
        is_fn(lx, i, FM_FN_PRIOR))
        return is_unit(lx, i + 1, FM_UNIT_YEAR) ? i + 2 - from : 0;
    if (is_unit(lx, i, FM_UNIT_YEAR) &&
        (is_fn(lx, i + 1, FM_FN_AGO) || is_fn(lx, i + 1, FM_FN_EARLIER) ||
         is_fn(lx, i + 1, FM_FN_BEFORE)))
        return i + 2 - from;
    return 0;
}

/* "the same period last year", "the corresponding quarter of 1988", "the
 * quarter a year ago". */
static size_t same_period(const struct fm_lexemes *lx, size_t i,
                          struct fm_time_expr *expr)
{
    size_t from = i;
    bool same;
    size_t n;

    i += is_fn(lx, i, FM_FN_THE);
    same = is_fn(lx, i, FM_FN_SAME) || is_fn(lx, i, FM_FN_CORRESPONDING) ||
           is_fn(lx, i, FM_FN_COMPARABLE);
    i += same;
    if (!is_unit(lx, i, FM_UNIT_QUARTER) &&
        !(same && is_fn(lx, i, FM_FN_PERIOD)))
        return 0;
    i++;
    i += is_fn(lx, i, FM_FN_OF) || is_fn(lx, i, FM_FN_IN);
    n = year_back(lx, i, &expr->year);
    if (n == 0)
        return 0;
    expr->form = FM_TIME_CALENDAR;
    expr->unit = FM_UNIT_YEAR;
    if (expr->year == FM_TIME_ABSENT)
        expr->year_shift = -1;
    expr->like_quarter = true;
    return i + n - from;
}

/* "the week", "the month", "the year" from first to behind - 1: of all times,
 * or of a thing, unless it stands at the end of a phrase. */
static bool unit_stands_alone(const struct fm_lexemes *lx, size_t first,
                              size_t behind, enum fm_unit unit, bool filled)
{
    if (unit != FM_UNIT_WEEK && unit != FM_UNIT_MONTH && unit != FM_UNIT_YEAR)
        return false;
    /* "the full year", "the year's best" */
    if (unit == FM_UNIT_YEAR && filled)
        return true;
    if (lx->at[behind].kind == FM_LEX_GENITIVE)
        return unit != FM_UNIT_MONTH;
    return (lx->at[behind].kind == FM_LEX_MARK ||
            lx->at[behind].kind == FM_LEX_NONE ||
            lx->at[behind].kind == FM_LEX_FN) &&
           first > 0 &&
           (is_fn(lx, first - 1, FM_FN_OF) || is_fn(lx, first - 1, FM_FN_IN) ||
            is_fn(lx, first - 1, FM_FN_DURING) ||
            is_fn(lx, first - 1, FM_FN_FOR));
}

/* "the quarter", "the week", "the weekend", "the month". */
static size_t the_unit(const struct fm_lexemes *lx, size_t i,
                       struct fm_time_expr *expr)
{
    size_t from = i;
    bool filled;
    enum fm_unit unit;
    static const struct picker this_one = {FM_FN_THE, FM_WHICH_THIS, 0,
                                           FM_ANCHOR_DOCUMENT};

    if (!is_fn(lx, i, FM_FN_THE))
        return 0;
    i++;
    i += fillers(lx, i);
    if (lx->at[i].kind != FM_LEX_UNIT)
        return 0;
    filled = i > from + 1;
    unit = (enum fm_unit)lx->at[i].value;
    i++;
    if (fm_lexeme_mark(lx, i, '-'))
        return 0;
    (void)shift_unit(expr, &this_one, unit);
    if (unit == FM_UNIT_QUARTER) {
        expr->anchor = FM_ANCHOR_TEXT;
        return lx->at[i].kind == FM_LEX_GENITIVE ? 0 : i - from;
    }
    if (unit == FM_UNIT_WEEKEND)
        return lx->at[i].kind == FM_LEX_GENITIVE ? 0 : i - from;
    /* "the year ended March 31" is as long as that. */
    if (is_fn(lx, i, FM_FN_ENDED) || is_fn(lx, i, FM_FN_ENDING)) {
        expr->form = FM_TIME_DURATION;
        return i - from;
    }
    return unit_stands_alone(lx, from, i, unit, filled) ? i - from : 0;
}

/* "yesterday", "today", "the day before yesterday", "tonight", "overnight". */
static size_t day_word(const struct fm_lexemes *lx, size_t i,
                       struct fm_time_expr *expr)
{
    size_t from = i;
    int32_t shift = 0;

    if (is_fn(lx, i, FM_FN_THE) && is_unit(lx, i + 1, FM_UNIT_DAY) &&
        lx->at[i + 3].kind == FM_LEX_DAYWORD &&
        (is_fn(lx, i + 2, FM_FN_BEFORE) || is_fn(lx, i + 2, FM_FN_AFTER))) {
        shift = is_fn(lx, i + 2, FM_FN_BEFORE) ? -1 : 1;
        i += 3;
    }
    if (lx->at[i].kind == FM_LEX_DAYWORD)
        shift += lx->at[i].value;
    else if (lx->at[i].kind == FM_LEX_TONIGHT ||
             lx->at[i].kind == FM_LEX_OVERNIGHT)
        expr->daypart = FM_PART_NIGHT;
    else
        return 0;
    /* "USA Today" */
    if (i > 0 && i == from && (lx->at[i].flags & FM_LEX_CAPITAL) != 0 &&
        (lx->at[i - 1].flags & FM_LEX_CAPITAL) != 0)
        return 0;
    expr->form = FM_TIME_SHIFT;
    expr->unit = FM_UNIT_DAY;
    expr->amount = shift < 0 ? -shift * 1000 : shift * 1000;
    expr->sign = shift < 0 ? -1 : 1;
    expr->which = FM_WHICH_THIS;
    return i + 1 - from;
}

/* --- references ------------------------------------------------------------ */

struct phrase {
    const char *words[4];
    uint8_t count;
    uint8_t ref;
};

static const struct phrase phrases[] = {
    {{"right", "now"}, 2, FM_REF_PRESENT},
    {{"for", "now"}, 2, FM_REF_PRESENT},
    {{"at", "present"}, 2, FM_REF_PRESENT},
    {{"at", "the", "moment"}, 3, FM_REF_PRESENT},
    {{"the", "present", "time"}, 3, FM_REF_PRESENT},
    {{"these", "days"}, 2, FM_REF_PRESENT},
    {{"to", "date"}, 2, FM_REF_PRESENT},
    {{"the", "near", "future"}, 3, FM_REF_FUTURE},
    {{"the", "foreseeable", "future"}, 3, FM_REF_FUTURE},
    {{"the", "future"}, 2, FM_REF_FUTURE},
    {{"future", "quarters"}, 2, FM_REF_FUTURE},
    {{"future", "years"}, 2, FM_REF_FUTURE},
    {{"the", "short", "term"}, 3, FM_REF_FUTURE},
    {{"the", "near", "term"}, 3, FM_REF_FUTURE},
    {{"as", "soon", "as", "possible"}, 4, FM_REF_FUTURE},
    {{"the", "past"}, 2, FM_REF_PAST},
    {{"the", "recent", "past"}, 3, FM_REF_PAST},
    {{"more", "recently"}, 2, FM_REF_PAST},
    {{"most", "recently"}, 2, FM_REF_PAST},
    {{"until", "recently"}, 2, FM_REF_PAST},
    {{"years", "past"}, 2, FM_REF_PAST},
};

static bool phrase_at(const struct fm_lexemes *lx, size_t i,
                      const struct phrase *p)
{
    for (size_t k = 0; k < p->count; k++)
        if (!fm_lexeme_is(lx, i + k, p->words[k]))
            return false;
    return true;
}

/* "the past" goes on in "the past decade", "the future" in "the future king". */
static bool phrase_ends(const struct fm_lexemes *lx, size_t i)
{
    return lx->at[i].kind != FM_LEX_WORD && lx->at[i].kind != FM_LEX_UNIT &&
           lx->at[i].kind != FM_LEX_CARDINAL &&
           lx->at[i].kind != FM_LEX_DIGITS && lx->at[i].kind != FM_LEX_SEASON &&
           !is_fn(lx, i, FM_FN_FEW) && !is_fn(lx, i, FM_FN_SEVERAL) &&
           !is_fn(lx, i, FM_FN_COUPLE) && !is_fn(lx, i, FM_FN_TIME) &&
           !is_fn(lx, i, FM_FN_OF);
}

static size_t reference(const struct fm_lexemes *lx, size_t i,
                        struct fm_time_expr *expr)
{
    size_t n = 0;

    expr->form = FM_TIME_REF;
    for (size_t k = 0; k < sizeof phrases / sizeof phrases[0] && n == 0; k++)
        if (phrase_at(lx, i, &phrases[k])) {
            expr->ref = phrases[k].ref;
            n = phrases[k].count;
            if (is_fn(lx, i, FM_FN_THE) && !phrase_ends(lx, i + n))
                return 0;
        }
    if (n > 0)
        return n;
    if (lx->at[i].kind != FM_LEX_REF)
        return 0;
    /* "as soon as", "so soon", "Now the …" as a name. */
    if (lx->at[i].value == FM_REF_FUTURE &&
        (is_fn(lx, i + 1, FM_FN_AS) || is_fn(lx, i + 1, FM_FN_AFTER) ||
         is_fn(lx, i + 1, FM_FN_BEFORE) ||
         (i > 0 && (is_fn(lx, i - 1, FM_FN_AS) || is_fn(lx, i - 1, FM_FN_SO)))))
        return 0;
    expr->ref = (uint8_t)lx->at[i].value;
    return 1;
}

size_t fm_time_read_relative(const struct fm_lexemes *lx, size_t i,
                             struct fm_time_expr *expr)
{
    static size_t (*const rules[])(const struct fm_lexemes *, size_t,
                                   struct fm_time_expr *) = {
        day_word, year_earlier, same_period, two_away,
        picked,   the_unit,     reference,
    };

    for (size_t k = 0; k < sizeof rules / sizeof rules[0]; k++) {
        size_t n;

        fm_time_expr_init(expr);
        n = rules[k](lx, i, expr);
        if (n > 0)
            return n;
    }
    return 0;
}
