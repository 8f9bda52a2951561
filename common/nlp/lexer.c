#include "nlp/lexer.h"

#include "base/utf8.h"
#include "nlp/period.h"

/* Bytes of a word that are looked at to know it: prefixes, units, domains. */
#define KNOWN_MAX 12u
/* Opening marks before an address: ("http://…"). */
#define MARKS_MAX 2u

/* --- characters ------------------------------------------------------------------ */

static inline uint32_t peek(const struct fm_lexer *lx, size_t at,
                            size_t *ret_width)
{
    size_t next = at;
    uint32_t c;

    if (at >= lx->end) {
        *ret_width = 0;
        return 0;
    }
    if ((unsigned char)lx->text.data[at] < 0x80) {
        *ret_width = 1;
        return (unsigned char)lx->text.data[at];
    }
    c = fm_utf8_next(fm_str_sub(lx->text, 0, lx->end), &next);
    *ret_width = next - at;
    return c;
}

static uint32_t at_char(const struct fm_lexer *lx, size_t at)
{
    size_t width;

    return peek(lx, at, &width);
}

static bool is_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

static inline bool is_alnum(uint32_t c)
{
    if (c < 0x80)
        return fm_is_alpha((char)c) || fm_is_digit((char)c);
    return fm_uni_is_alpha(c);
}

static inline bool is_space(uint32_t c)
{
    return c < 0x80 ? fm_is_space((char)c) : fm_uni_is_space(c);
}

static bool is_apostrophe(uint32_t c)
{
    return c == '\'' || c == 0x2019 || c == '`';
}

static bool is_hyphen(uint32_t c)
{
    return c == '-' || c == 0x2010 || c == 0x2011;
}

/* --- addresses ------------------------------------------------------------------- */

static bool starts(struct fm_str s, const char *prefix)
{
    struct fm_str p = fm_str(prefix);

    return fm_str_ieq(fm_str_sub(s, 0, p.len), p);
}

/* "jane.roe@example.org" from at on, within a chunk. */
static bool is_mail(struct fm_str s)
{
    const char *mark = memchr(s.data, '@', s.len);
    size_t at;

    if (mark == NULL)
        return false;
    at = (size_t)(mark - s.data);
    return at > 0 && at + 3 < s.len &&
           (is_alnum((unsigned char)s.data[at - 1]) || s.data[at - 1] == '.') &&
           memchr(mark, '.', s.len - at) != NULL;
}

static bool is_address(struct fm_str s)
{
    if (strchr("@#hHfFwW", s.data[0]) == NULL || s.data[0] == '\0')
        return is_mail(s);
    if (starts(s, "http://") || starts(s, "https://") || starts(s, "ftp://") ||
        starts(s, "www."))
        return true;
    if (s.len > 1 && (s.data[0] == '@' || s.data[0] == '#'))
        return fm_is_alpha(s.data[1]);
    return is_mail(s);
}

/* Where an address ends: before the marks that close a sentence or bracket. */
static size_t address_end(const struct fm_lexer *lx, size_t start)
{
    struct fm_str s = fm_str_sub(lx->text, 0, lx->chunk_end);
    size_t end = lx->chunk_end;

    for (size_t i = start; i < end; i++)
        if (s.data[i] == '<' || s.data[i] == '>' || s.data[i] == '"')
            end = i;
    while (end > start + 1) {
        size_t at = end;
        uint32_t c = fm_utf8_prev(s, &at);

        if (c != '.' && c != ',' && c != ')' && c != ']' && c != ';' &&
            c != ':' && c != '!' && c != '?' && c != '"' && c != '\'' &&
            c != 0x201d && c != 0x2019 && c != 0xbb && c != 0x2026)
            break;
        end = at;
    }
    return end;
}

/* --- words -------------------------------------------------------------------------- */

/* Sorted. Prefixes that stay joined to their word. */
static const char *const prefixes[] = {
    "anti",  "arch",   "bi",     "co",    "counter", "cross", "cyber", "de",
    "e",     "em",     "ex",     "extra", "hyper",   "inter", "intra", "macro",
    "mega",  "meta",   "micro",  "mid",   "mini",    "mis",   "mono",  "multi",
    "neo",   "non",    "over",   "pan",   "para",    "post",  "pre",   "pro",
    "proto", "pseudo", "psycho", "quasi", "re",      "semi",  "socio", "sub",
    "super", "trans",  "tri",    "ultra", "un",      "under", "vice",
};

/* Sorted. What is cut off a number it is written onto. */
static const char *const units[] = {
    "am",  "b",   "bn",  "c",   "cm",  "f",   "ft", "g",   "gb",
    "ghz", "h",   "hp",  "hr",  "hrs", "hz",  "in", "k",   "kb",
    "kg",  "khz", "km",  "kmh", "kph", "kw",  "lb", "lbs", "m",
    "mb",  "mg",  "mhz", "mi",  "min", "ml",  "mm", "mn",  "mph",
    "mw",  "oz",  "p",   "pct", "pm",  "sec", "tb", "tn",  "tr",
};

static bool is_in(struct fm_str word, const char *const *table, size_t n)
{
    char lower[KNOWN_MAX];

    if (word.len == 0 || word.len > sizeof lower)
        return false;
    for (size_t i = 0; i < word.len; i++)
        lower[i] = fm_lower(word.data[i]);
    return fm_str_bsearch(fm_str_n(lower, word.len), table, n) >= 0;
}

static bool is_prefix(struct fm_str word)
{
    return is_in(word, prefixes, sizeof prefixes / sizeof *prefixes);
}

static bool is_unit(struct fm_str word)
{
    return is_in(word, units, sizeof units / sizeof *units);
}

struct word {
    size_t start;
    size_t at;    /* of the mark in question */
    bool digits;  /* nothing but digits and the marks of numbers so far */
    bool hyphens; /* digits with hyphens: a telephone number */
    uint32_t before;
    uint32_t behind;
    size_t width; /* bytes of the mark */
};

static size_t digits_from(const struct fm_lexer *lx, size_t at)
{
    size_t n = 0;

    while (at + n < lx->chunk_end && fm_is_digit(lx->text.data[at + n]) &&
           n < 8)
        n++;
    return n;
}

static size_t digits_before(const struct fm_lexer *lx, const struct word *w)
{
    size_t n = 0;

    while (w->at - n > w->start && fm_is_digit(lx->text.data[w->at - n - 1]) &&
           n < 8)
        n++;
    return n;
}

/* "713-853-3989", "11-20-2000", "345-9945"; not "20-30", "1969-1970". */
static bool joins_numbers(const struct fm_lexer *lx, const struct word *w)
{
    size_t left = digits_before(lx, w);
    size_t right = digits_from(lx, w->at + w->width);
    size_t behind = w->at + w->width + right;
    bool more = behind + 1 < lx->chunk_end && lx->text.data[behind] == '-' &&
                fm_is_digit(lx->text.data[behind + 1]);

    return w->hyphens || more || (left == 3 && right == 4);
}

static bool joins_hyphen(const struct fm_lexer *lx, const struct word *w)
{
    if (w->digits)
        return is_digit(w->behind) && joins_numbers(lx, w);
    return is_prefix(fm_str_sub(lx->text, w->start, w->at)) &&
           fm_uni_is_alpha(w->behind) && w->behind < 0x250;
}

/* Dates and "9/11" stay, fractions and alternatives are cut. */
static bool joins_slash(const struct fm_lexer *lx, const struct word *w)
{
    size_t left = digits_before(lx, w);
    size_t right = digits_from(lx, w->at + 1);

    if (!w->digits || !is_digit(w->behind) || left > 2)
        return false;
    if (lx->text.data[w->start] == '0' || left + right > 2)
        return true;
    return memchr(lx->text.data + w->at + 1, '/', lx->chunk_end - w->at - 1) !=
               NULL &&
           digits_from(lx, w->at + 1) <= 2 &&
           w->at + 1 + right < lx->chunk_end &&
           lx->text.data[w->at + 1 + right] == '/';
}

/* Does the word go on over the mark at w->at? */
static bool joins(const struct fm_lexer *lx, uint32_t c, const struct word *w)
{
    if (!is_alnum(w->behind))
        return false;
    if (is_apostrophe(c))
        return !(is_digit(w->behind) && !is_digit(w->before));
    if (is_hyphen(c))
        return joins_hyphen(lx, w);
    switch (c) {
    case '.': return is_digit(w->before) == is_digit(w->behind) || !w->digits;
    case ',':
        return w->digits && is_digit(w->before) &&
               digits_from(lx, w->at + 1) == 3;
    case ':': return w->digits && is_digit(w->before) && is_digit(w->behind);
    case '/': return joins_slash(lx, w);
    case '&': return fm_uni_is_upper(w->before) && fm_uni_is_upper(w->behind);
    case '_': return true;
    default: return false;
    }
}

/* Does the stop at at belong to the word [start, at)? */
static bool owns_stop(const struct fm_lexer *lx, size_t start, size_t at)
{
    struct fm_str word = fm_str_sub(lx->text, start, at);
    enum fm_period period = fm_period_of(word);
    size_t behind = at + 1;

    while (behind < lx->chunk_end && !is_alnum(at_char(lx, behind)))
        behind++;
    switch (period) {
    case FM_PERIOD_NONE: return false;
    case FM_PERIOD_NUMBER:
        return behind == lx->chunk_end && behind + 1 < lx->end &&
               is_digit(at_char(lx, behind + 1));
    case FM_PERIOD_INITIAL:
    case FM_PERIOD_BEFORE:
        return behind < lx->chunk_end || lx->chunk_end < lx->end ||
               period == FM_PERIOD_BEFORE;
    case FM_PERIOD_ANY:
    case FM_PERIOD_TIME: return true;
    }
    return false;
}

/* "65k", "35mm", "5pm": where the letters begin, 0 = they stay. */
static size_t unit_cut(const struct fm_lexer *lx, size_t start, size_t end)
{
    size_t at = start;

    while (at < end &&
           (fm_is_digit(lx->text.data[at]) || lx->text.data[at] == '.' ||
            lx->text.data[at] == ',' || lx->text.data[at] == ':'))
        at++;
    if (at == start || at == end)
        return 0;
    if (end - at == 3 && (starts(fm_str_sub(lx->text, at, end), "a.m") ||
                          starts(fm_str_sub(lx->text, at, end), "p.m")))
        return at;
    return is_unit(fm_str_sub(lx->text, at, end)) ? at : 0;
}

/* "US$", "C$": capitals right before a currency sign. */
static bool is_currency_prefix(const struct fm_lexer *lx, size_t start,
                               size_t at)
{
    if (at - start > 3 || at >= lx->chunk_end || lx->text.data[at] != '$')
        return false;
    for (size_t i = start; i < at; i++)
        if (!fm_is_upper(lx->text.data[i]))
            return false;
    return true;
}

/* The end of the word that starts at start. */
static size_t word_end(const struct fm_lexer *lx, size_t start)
{
    struct word w = {.start = start, .digits = true, .before = 0};
    size_t at = start;
    size_t width;

    while (at < lx->chunk_end) {
        uint32_t c = (unsigned char)lx->text.data[at];

        if (fm_is_alpha((char)c)) {
            w.digits = false;
            w.before = c;
            at++;
            continue;
        }
        c = peek(lx, at, &width);
        if (is_alnum(c)) {
            w.digits = w.digits && is_digit(c);
        } else {
            w.at = at;
            w.width = width;
            w.behind = at + width < lx->chunk_end ? at_char(lx, at + width) : 0;
            if (!joins(lx, c, &w))
                break;
            w.hyphens = w.hyphens || (w.digits && is_hyphen(c));
        }
        w.before = c;
        at += width;
    }
    return at;
}

/* soldiers' : the apostrophe of a plural, when no quote is open. */
static bool owns_apostrophe(const struct fm_lexer *lx, size_t end)
{
    size_t width;
    uint32_t c = peek(lx, end, &width);

    if (end >= lx->chunk_end || !is_apostrophe(c) || c == '`' ||
        lx->apostrophes > 0)
        return false;
    return fm_lower(lx->text.data[end - 1]) == 's' &&
           !is_alnum(at_char(lx, end + width));
}

static void read_word(struct fm_lexer *lx, struct fm_lexeme *ret_lexeme)
{
    size_t start = lx->at;
    size_t end = word_end(lx, start);
    size_t cut = unit_cut(lx, start, end);
    size_t width = 0;

    if (cut > 0)
        end = cut;
    else if ((end < lx->chunk_end && lx->text.data[end] == '.' &&
              owns_stop(lx, start, end)) ||
             is_currency_prefix(lx, start, end))
        end++;
    else if (owns_apostrophe(lx, end)) {
        (void)peek(lx, end, &width);
        end += width;
    }
    ret_lexeme->start = start;
    ret_lexeme->end = end;
    ret_lexeme->word = true;
    lx->at = end;
}

/* --- marks ----------------------------------------------------------------------------- */

static bool runs(uint32_t c)
{
    return c == '.' || c == '-' || c == '*' || c == '=' || c == '_' ||
           c == '~' || c == '+' || c == '<' || c == '>' || c == '\'' ||
           c == '`';
}

/* "!!!", "...", "--", "''", "?!" */
static size_t mark_end(const struct fm_lexer *lx, size_t start)
{
    size_t width;
    uint32_t c = peek(lx, start, &width);
    size_t at = start + width;

    if (c == '!' || c == '?') {
        while (at < lx->chunk_end &&
               (lx->text.data[at] == '!' || lx->text.data[at] == '?'))
            at++;
    } else if (runs(c)) {
        size_t most = c == '\'' || c == '`' ? start + 2 : lx->chunk_end;

        while (at < lx->chunk_end && at < most && at_char(lx, at) == c)
            at++;
    }
    return at;
}

/* 'em, 's, '90s: an apostrophe that begins a word. */
static bool begins_word(const struct fm_lexer *lx, size_t at, size_t width)
{
    size_t end = at + width;
    struct fm_str rest;

    while (end < lx->chunk_end && fm_is_alpha(lx->text.data[end]))
        end++;
    rest = fm_str_sub(lx->text, at + width, end);
    if (rest.len == 0) /* '90s */
        return digits_from(lx, at + width) == 2 &&
               at + width + 2 < lx->chunk_end + 1;
    return fm_str_ieq(rest, fm_str("s")) || fm_str_ieq(rest, fm_str("em")) ||
           fm_str_ieq(rest, fm_str("tis")) ||
           fm_str_ieq(rest, fm_str("twas")) || fm_str_ieq(rest, fm_str("re")) ||
           fm_str_ieq(rest, fm_str("ll")) || fm_str_ieq(rest, fm_str("ve"));
}

static void read_mark(struct fm_lexer *lx, struct fm_lexeme *ret_lexeme)
{
    size_t start = lx->at;
    size_t width;
    uint32_t c = peek(lx, start, &width);

    ret_lexeme->start = start;
    if ((c == '\'' || c == 0x2019) && begins_word(lx, start, width)) {
        ret_lexeme->end = word_end(lx, start + width);
        ret_lexeme->word = false;
        lx->at = ret_lexeme->end;
        return;
    }
    if (c == 0x2018 || (c == '\'' && is_alnum(at_char(lx, start + 1))))
        lx->apostrophes = 1;
    else if (c == 0x2019 || c == '\'')
        lx->apostrophes = 0;
    ret_lexeme->end = mark_end(lx, start);
    ret_lexeme->word = false;
    lx->at = ret_lexeme->end;
}

/* --- the sentence ------------------------------------------------------------------------ */

void fm_lexer_init(struct fm_lexer *lexer, struct fm_str text, size_t start,
                   size_t end)
{
    memset(lexer, 0, sizeof *lexer);
    lexer->text = text;
    lexer->at = start;
    lexer->end = end;
    lexer->chunk_end = start;
}

static bool next_chunk(struct fm_lexer *lx)
{
    size_t width;

    while (lx->at < lx->end && is_space(peek(lx, lx->at, &width)))
        lx->at += width;
    if (lx->at >= lx->end)
        return false;
    lx->chunk_start = lx->at;
    lx->chunk_end = lx->at;
    while (lx->chunk_end < lx->end &&
           !is_space(peek(lx, lx->chunk_end, &width)))
        lx->chunk_end += width;
    return true;
}

/* Addresses are looked for at the start of a chunk and behind its first opening
 * marks: a bounded number of times, so that any bytes take linear time. */
static bool read_address(struct fm_lexer *lx, struct fm_lexeme *ret_lexeme)
{
    if (lx->marks > MARKS_MAX ||
        !is_address(fm_str_sub(lx->text, lx->at, lx->chunk_end)))
        return false;
    ret_lexeme->start = lx->at;
    ret_lexeme->end = address_end(lx, lx->at);
    ret_lexeme->word = false;
    lx->at = ret_lexeme->end;
    lx->marks = MARKS_MAX + 1;
    return true;
}

bool fm_lexer_next(struct fm_lexer *lexer, struct fm_lexeme *ret_lexeme)
{
    if (lexer->at >= lexer->chunk_end) {
        if (!next_chunk(lexer))
            return false;
        lexer->marks = 0;
    }
    if (read_address(lexer, ret_lexeme))
        return true;
    if (is_alnum(at_char(lexer, lexer->at))) {
        lexer->marks = MARKS_MAX + 1;
        read_word(lexer, ret_lexeme);
    } else {
        lexer->marks++;
        read_mark(lexer, ret_lexeme);
    }
    return true;
}
