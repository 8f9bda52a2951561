#include "extract/quantity_expr.h"

/* Numbers that count nothing. */

/* Capitalised words that take a number as part of a name or a reference. */
static const char *const before_words[] = {
    "act",      "apollo",     "article",   "articles",   "boeing",   "airbus",
    "bus",      "chapter",    "channel",   "class",      "clause",   "division",
    "f",        "figure",     "flight",    "formula",    "group",    "grade",
    "highway",  "interstate", "iphone",    "item",       "level",    "line",
    "lot",      "mig",        "no",        "nos",        "number",   "order",
    "page",     "pages",      "paragraph", "part",       "phase",    "pier",
    "platform", "question",   "radio",     "resolution", "room",     "round",
    "route",    "row",        "rule",      "section",    "seed",     "series",
    "stage",    "step",       "su",        "suite",      "table",    "tel",
    "terminal", "title",      "type",      "unit",       "version",  "volume",
    "vol",      "windows",    "zone",      "ward",       "building", "block",
    "gate",     "seeded",     "ranked",    "p",          "pp",       "mp",
    "model",    "category",   "tier",
};

/* Behind a number and a capitalised name they make an address. */
static const char *const streets[] = {
    "street", "st",    "avenue", "ave",       "road",
    "rd",     "lane",  "drive",  "boulevard", "blvd",
    "square", "place", "way",    "terrace",   "parkway",
};

/* Behind two numbers with a hyphen between they make a score. */
static const char *const results[] = {"defeat", "draw",  "lead", "loss",
                                      "result", "score", "tie",  "victory",
                                      "vote",   "win"};

static bool in_list(const struct fm_lexemes *lx, size_t i,
                    const char *const *list, size_t n)
{
    for (size_t k = 0; k < n; k++)
        if (fm_lexeme_is(lx, i, list[k]))
            return true;
    return false;
}

static bool is_number(const struct fm_lexemes *lx, size_t i)
{
    return lx->at[i].kind == FM_LEX_DIGITS;
}

static bool is_capital_word(const struct fm_lexemes *lx, size_t i)
{
    return (lx->at[i].flags & FM_LEX_CAPITAL) != 0 &&
           (lx->at[i].kind == FM_LEX_WORD || lx->at[i].kind == FM_LEX_FN);
}

/* "Boeing 747", "Article 5", "No. 3", "G-20", "page 12". */
static bool after_name(const struct fm_lexemes *lx, size_t i)
{
    size_t at = i - 1;

    if (fm_lexeme_mark(lx, at, '.') || fm_lexeme_mark(lx, at, '-') ||
        fm_lexeme_mark(lx, at, '#')) {
        if (fm_lexeme_mark(lx, at, '#'))
            return true;
        if (at == 0)
            return false;
        /* "G-20", "Covid-19", "F-16": letters, hyphen, digits, all joined. */
        if (fm_lexeme_mark(lx, at, '-') && fm_lexeme_glued(lx, at) &&
            fm_lexeme_glued(lx, i) &&
            ((lx->at[at - 1].flags & FM_LEX_CAPITAL) != 0 ||
             lx->at[at - 1].end - lx->at[at - 1].start <= 2))
            return true;
        at--;
    }
    /* "B2", "MI6", but "USD50" */
    if (fm_lexeme_glued(lx, i) && lx->at[i - 1].kind == FM_LEX_WORD) {
        struct fm_measure currency;

        return fm_measure_prefix(lx, i - 1, &currency) == 0;
    }
    if (!in_list(lx, at, before_words,
                 sizeof before_words / sizeof before_words[0]))
        return false;
    /* "the group 5 years" is none; "No." and pages are, in any case. */
    return (lx->at[at].flags & FM_LEX_CAPITAL) != 0 ||
           lx->at[at].end - lx->at[at].start <= 2 ||
           fm_lexeme_is(lx, at, "page") || fm_lexeme_is(lx, at, "pages") ||
           fm_lexeme_is(lx, at, "article") || fm_lexeme_is(lx, at, "flight") ||
           fm_lexeme_is(lx, at, "resolution") ||
           fm_lexeme_is(lx, at, "chapter") || fm_lexeme_is(lx, at, "section") ||
           fm_lexeme_is(lx, at, "seeded") || fm_lexeme_is(lx, at, "ranked");
}

/* "10 Downing Street", "405 Williams Ave." */
static bool is_address(const struct fm_lexemes *lx, size_t i)
{
    for (size_t k = 1; k <= 3 && is_capital_word(lx, i + k); k++)
        if (k > 1 &&
            in_list(lx, i + k, streets, sizeof streets / sizeof streets[0]))
            return true;
    return false;
}

/* "3-2", "6-4, 7-5", "4:3", "2-for-1": marks and digits on both sides. */
static bool is_score(const struct fm_lexemes *lx, size_t i)
{
    bool before =
        i >= 2 && fm_lexeme_glued(lx, i) && fm_lexeme_glued(lx, i - 1) &&
        is_number(lx, i - 2) &&
        (fm_lexeme_mark(lx, i - 1, '-') || fm_lexeme_mark(lx, i - 1, ':') ||
         fm_lexeme_mark(lx, i - 1, '/'));
    bool behind =
        is_number(lx, i + 2) && fm_lexeme_glued(lx, i + 1) &&
        fm_lexeme_glued(lx, i + 2) &&
        (fm_lexeme_mark(lx, i + 1, '-') || fm_lexeme_mark(lx, i + 1, ':'));
    size_t other;

    if (!before && !behind)
        return false;
    /* "a 4-0 vote": ranges rise. */
    if (before
            ? lx->at[i - 2].value > lx->at[i].value && lx->at[i].value >= 0
            : lx->at[i].value > lx->at[i + 2].value && lx->at[i + 2].value >= 0)
        return lx->at[i].value < 150;
    if (fm_lexeme_mark(lx, before ? i - 1 : i + 1, ':'))
        return true;
    if (fm_lexeme_mark(lx, before ? i - 1 : i + 1, '/'))
        return lx->at[i - 2].value >= lx->at[i].value || lx->at[i].value > 100;
    /* A range has a noun, a unit or a per cent behind it. */
    other = before ? i + 1 : i + 3;
    if (in_list(lx, other, results, sizeof results / sizeof results[0]))
        return true;
    return lx->at[i].value < 150 &&
           (lx->at[other].kind == FM_LEX_MARK ||
            lx->at[other].kind == FM_LEX_NONE ||
            lx->at[other].kind == FM_LEX_FN) &&
           !fm_lexeme_mark(lx, other, '%') &&
           !fm_lexeme_fn(lx, other, FM_FN_PERCENT) &&
           !fm_lexeme_fn(lx, other, FM_FN_PER);
}

/* "1. First point", "(2) second", "3) third" at the start of a line. */
static bool is_item(const struct fm_lexemes *lx, size_t i)
{
    if (i == 0)
        return fm_lexeme_mark(lx, 1, '.') || fm_lexeme_mark(lx, 1, ')') ||
               lx->count == 1;
    return fm_lexeme_mark(lx, i - 1, '(') && fm_lexeme_mark(lx, i + 1, ')') &&
           i == 1;
}

/* Digits of a longer code: "192.168.0.1", "555-1234", "2.3.1". */
static bool is_code(const struct fm_lexemes *lx, size_t i)
{
    if (lx->at[i].value < 0 && (lx->at[i].flags & FM_LEX_POINT) != 0 &&
        fm_lexeme_mark(lx, i + 1, '.') && fm_lexeme_glued(lx, i + 1) &&
        is_number(lx, i + 2) && fm_lexeme_glued(lx, i + 2))
        return true;
    return fm_lexeme_glued(lx, i) && i > 0 &&
           (fm_lexeme_mark(lx, i - 1, '/') || fm_lexeme_mark(lx, i - 1, '_') ||
            fm_lexeme_mark(lx, i - 1, '=') || fm_lexeme_mark(lx, i - 1, '.')) &&
           !is_number(lx, i - (i > 1 ? 2 : 1));
}

/* "24.97/25.02", "0/92", "135/136": two rates or a name; "3/4" is a share. */
static bool is_slashed(const struct fm_lexemes *lx, size_t i)
{
    size_t slash = i + 1;
    size_t other = i + 2;

    if (i >= 2 && fm_lexeme_mark(lx, i - 1, '/') && fm_lexeme_glued(lx, i) &&
        fm_lexeme_glued(lx, i - 1)) {
        slash = i - 1;
        other = i - 2;
    }
    if (!fm_lexeme_mark(lx, slash, '/') || !fm_lexeme_glued(lx, slash) ||
        !fm_lexeme_glued(lx, slash + 1) || !is_number(lx, other))
        return false;
    if (other < i)
        other = i;
    /* i or what is before the slash is the part, other the whole. */
    i = slash - 1;
    return ((lx->at[i].flags | lx->at[other].flags) & FM_LEX_POINT) != 0 ||
           lx->at[i].value <= 0 || lx->at[i].value >= lx->at[other].value ||
           lx->at[other].value > 64;
}

/* "the number-three vein", "7 in 10": no count of its own. */
static bool is_part(const struct fm_lexemes *lx, size_t i)
{
    if (i >= 2 && fm_lexeme_mark(lx, i - 1, '-') && fm_lexeme_glued(lx, i) &&
        fm_lexeme_glued(lx, i - 1) && lx->at[i - 2].kind == FM_LEX_WORD)
        return true;
    if (fm_lexeme_fn(lx, i + 1, FM_FN_IN) && lx->at[i].value > 0 &&
        lx->at[i + 2].value > lx->at[i].value &&
        (lx->at[i + 2].value == 10 || lx->at[i + 2].value == 100 ||
         lx->at[i + 2].value <= 5))
        return true;
    return i >= 2 && fm_lexeme_fn(lx, i - 1, FM_FN_IN) &&
           lx->at[i - 2].value > 0 && lx->at[i - 2].value < lx->at[i].value &&
           (lx->at[i].value == 10 || lx->at[i].value == 100 ||
            lx->at[i].value <= 5);
}

/* "a top 10 hit" */
static bool is_rank(const struct fm_lexemes *lx, size_t i)
{
    return i >= 2 && fm_lexeme_is(lx, i - 1, "top") &&
           !fm_lexeme_fn(lx, i - 2, FM_FN_THE);
}

/* "a 2-to-1 vote" */
static bool is_ratio(const struct fm_lexemes *lx, size_t i)
{
    return (fm_lexeme_mark(lx, i + 1, '-') &&
            fm_lexeme_fn(lx, i + 2, FM_FN_TO) &&
            fm_lexeme_mark(lx, i + 3, '-')) ||
           (i >= 3 && fm_lexeme_mark(lx, i - 1, '-') &&
            fm_lexeme_fn(lx, i - 2, FM_FN_TO) &&
            fm_lexeme_mark(lx, i - 3, '-'));
}

/* "the film “Two Winters”": a title amid a sentence. */
static bool is_title(const struct fm_lexemes *lx, size_t i)
{
    return i > 1 && lx->at[i].kind == FM_LEX_CARDINAL &&
           (lx->at[i].flags & FM_LEX_CAPITAL) != 0 &&
           is_capital_word(lx, i + 1) && !fm_lexeme_mark(lx, i - 1, '.');
}

/* "50's": a name or a decade. */
static bool is_owner(const struct fm_lexemes *lx, size_t i)
{
    struct fm_str rest = fm_str_sub(lx->text, lx->at[i].end, lx->text.len);

    return fm_str_starts(rest, fm_str("'s ")) ||
           fm_str_starts(rest, fm_str("\xe2\x80\x99s "));
}

/* "(8)", "Name, 43,": a number alone between marks is a note or an age. */
static bool is_alone(const struct fm_lexemes *lx, size_t i)
{
    return i > 0 && lx->at[i].value >= 0 && lx->at[i].value < 130 &&
           ((fm_lexeme_mark(lx, i - 1, ',') && fm_lexeme_mark(lx, i + 1, ',') &&
             is_capital_word(lx, i - (i > 1 ? 2 : 1))) ||
            (fm_lexeme_mark(lx, i - 1, '(') &&
             fm_lexeme_mark(lx, i + 1, ')')) ||
            (fm_lexeme_mark(lx, i - 1, '[') && fm_lexeme_mark(lx, i + 1, ']')));
}

/* "24 Hours", "Ocean's 11" and the like: a capital behind a plain number amid a
 * sentence is a title, unless it is a nationality or a name. "7 Eleven". */
static bool counts_nothing(const struct fm_lexemes *lx, size_t i)
{
    if ((lx->at[i].kind == FM_LEX_CARDINAL || is_number(lx, i)) &&
        (is_part(lx, i) || is_rank(lx, i) || is_ratio(lx, i) ||
         is_title(lx, i)))
        return true;
    if (!is_number(lx, i))
        return false;
    if (i > 0 && after_name(lx, i))
        return true;
    /* "until 0600" */
    if (lx->text.data[lx->at[i].start] == '0' &&
        lx->at[i].end - lx->at[i].start == 4 &&
        (lx->at[i].flags & FM_LEX_POINT) == 0)
        return true;
    /* "in 000's" */
    if (lx->at[i].value == 0 && lx->at[i].end - lx->at[i].start > 1 &&
        (lx->at[i].flags & FM_LEX_POINT) == 0)
        return true;
    return is_address(lx, i) || is_score(lx, i) || is_item(lx, i) ||
           is_code(lx, i) || is_alone(lx, i) || is_slashed(lx, i) ||
           is_owner(lx, i);
}

/* "-year-old", "years old", "aged 43" and amounts of time. */
static bool is_age(const struct fm_lexemes *lx, size_t i)
{
    size_t dash = fm_lexeme_mark(lx, i + 1, '-') ? 1 : 0;

    if (!is_number(lx, i) && lx->at[i].kind != FM_LEX_CARDINAL)
        return false;
    if (i > 0 && fm_lexeme_is(lx, i - 1, "aged"))
        return true;
    return lx->at[i + 1 + dash].kind == FM_LEX_UNIT &&
           (fm_lexeme_fn(lx, i + 2 + dash, FM_FN_OLD) ||
            fm_lexeme_fn(lx, i + 3 + dash, FM_FN_OLD));
}

/* The first name of the document that ends behind the piece's start. */
static size_t first_name(const struct fm_context *ctx, uint32_t start)
{
    size_t low = 0;
    size_t high = ctx->doc->name_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (ctx->doc->end[ctx->doc->names[middle].last - 1] <= start)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* "Radio Five Live", "Group of 20": a number within a name of several words. */
static bool is_named(const struct fm_context *ctx, const struct fm_lexemes *lx,
                     size_t i, size_t name)
{
    const struct fm_doc *doc = ctx->doc;

    if (name >= doc->name_count ||
        doc->names[name].last < doc->names[name].first + 2 ||
        doc->start[doc->names[name].first] >= lx->at[i].start)
        return false;
    return is_number(lx, i) || (lx->at[i].kind == FM_LEX_CARDINAL &&
                                (lx->at[i].flags & FM_LEX_CAPITAL) != 0);
}

void fm_quantity_mark_taken(const struct fm_context *ctx,
                            const struct fm_lexemes *lx, size_t *first_time,
                            struct fm_taken *ret_taken)
{
    size_t t = *first_time;
    size_t name = lx->count > 0 ? first_name(ctx, lx->at[0].start) : 0;

    for (size_t i = 0; i < lx->count + FM_LEXEMES_AHEAD; i++)
        ret_taken->at[i] = false;
    for (size_t i = 0; i < lx->count; i++) {
        while (name < ctx->doc->name_count &&
               ctx->doc->end[ctx->doc->names[name].last - 1] <= lx->at[i].start)
            name++;
        while (t < ctx->time_count &&
               ctx->times[t]->span->end <= lx->at[i].start)
            t++;
        ret_taken->at[i] = (t < ctx->time_count &&
                            ctx->times[t]->span->start < lx->at[i].end) ||
                           counts_nothing(lx, i) || is_age(lx, i) ||
                           is_named(ctx, lx, i, name);
    }
    *first_time = t;
}
