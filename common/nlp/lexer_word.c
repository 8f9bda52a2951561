/* Words and numbers: over which marks they go on, and what is cut off them. */
#include "nlp/lexer_priv.h"
#include "nlp/period.h"

/* Bytes of a word that are looked at to know it: prefixes, units, domains. */
#define KNOWN_MAX 12u
/* Bytes of a name on the net that are looked at. */
#define PATH_MAX_BYTES 64u

/* Sorted. Prefixes that stay joined to their word. */
static const char *const prefixes[] = {
    "anti",  "arch",   "bi",     "co",    "counter", "cross", "cyber", "de",
    "e",     "em",     "ex",     "extra", "hyper",   "inter", "intra", "macro",
    "mega",  "meta",   "micro",  "mid",   "mini",    "mis",   "mono",  "multi",
    "neo",   "non",    "over",   "pan",   "para",    "post",  "pre",   "pro",
    "proto", "pseudo", "psycho", "quasi", "re",      "semi",  "socio", "sub",
    "super", "trans",  "tri",    "ultra", "un",      "under", "vice",
};

/* Sorted. Those that stay joined when both they and the word are capitalised:
 * "Anti-Fraud Office", but "Inter - Services". */
static const char *const capital_prefixes[] = {
    "anti", "counter", "mid", "non", "post", "pre", "pro", "sub",
};

/* Sorted. What is cut off a number it is written onto. */
static const char *const units[] = {
    "am",  "b",   "bn",  "c",   "cm", "f",    "ft",  "g",  "gb",  "ghz",
    "h",   "hp",  "hr",  "hrs", "hz", "in",   "k",   "kb", "kg",  "khz",
    "km",  "kmh", "kph", "kw",  "lb", "lbs",  "m",   "mb", "mg",  "mhz",
    "mi",  "min", "ml",  "mm",  "mn", "mins", "mph", "mw", "oz",  "p",
    "pct", "pm",  "sec", "tb",  "tn", "tr",   "x",   "yr", "yrs",
};

/* Sorted. What stands behind the last stop of names on the net and of files, and
 * of degrees ("M.Sc"). Domains that are English words ("in", "it", "so") are left
 * out: more often a space is missing. */
static const char *const domains[] = {
    "ai",   "app", "asia", "au",   "biz",   "blog", "br",   "ca",   "cc",
    "ch",   "cn",  "co",   "com",  "cz",    "de",   "dev",  "dk",   "doc",
    "docx", "edu", "eng",  "es",   "eu",    "exe",  "fi",   "fm",   "fr",
    "gif",  "gov", "gr",   "htm",  "html",  "hu",   "ie",   "info", "int",
    "io",   "jp",  "jpeg", "jpg",  "js",    "kg",   "kr",   "kz",   "ly",
    "mil",  "mp",  "mx",   "name", "net",   "news", "nl",   "nz",   "online",
    "org",  "pdf", "phil", "php",  "pl",    "png",  "ppt",  "pt",   "ru",
    "sc",   "se",  "site", "tech", "tj",    "tm",   "tv",   "txt",  "ua",
    "uk",   "url", "uz",   "wav",  "world", "xls",  "xlsx", "xml",  "za",
    "zip",
};

/* Sorted. Words with a slash in them that are one. */
static const char *const slashed[] = {"b/c", "b/t", "s/he", "w/o", "w/out"};

#define COUNT(table) (sizeof(table) / sizeof *(table))

static bool is_in(struct fm_str word, const char *const *table, size_t n)
{
    char lower[KNOWN_MAX];

    if (word.len == 0 || word.len > sizeof lower)
        return false;
    for (size_t i = 0; i < word.len; i++)
        lower[i] = fm_lower(word.data[i]);
    return fm_str_bsearch(fm_str_n(lower, word.len), table, n) >= 0;
}

struct word {
    size_t start;
    size_t segment; /* behind its last mark */
    size_t at;      /* of the mark in question */
    bool digits;    /* nothing but digits and the marks of numbers so far */
    bool hyphens;   /* digits with hyphens: a telephone number */
    bool path;      /* labels with stops between them */
    bool date;      /* digits with a slash */
    uint32_t before;
    uint32_t behind;
    size_t width; /* bytes of the mark */
};

static bool is_hyphen(uint32_t c)
{
    return c == '-' || c == 0x2010 || c == 0x2011;
}

/* Soft hyphens, zero-width spaces and joiners: nobody sees them. */
static bool is_invisible(uint32_t c)
{
    return c == 0xad || (c >= 0x200b && c <= 0x200d) || c == 0x2060;
}

static size_t digits_before(const struct fm_lexer *lx, const struct word *w)
{
    size_t n = 0;

    while (w->at - n > w->start && fm_is_digit(lx->text.data[w->at - n - 1]) &&
           n < 8)
        n++;
    return n;
}

static size_t letters_from(const struct fm_lexer *lx, size_t at)
{
    size_t n = 0;

    while (at + n < lx->chunk_end && n <= KNOWN_MAX &&
           fm_is_alpha(lx->text.data[at + n]))
        n++;
    return n;
}

/* --- hyphens --------------------------------------------------------------- */

/* "713-853-3989", "11-20-2000", "345-9945", "3-1663", "77042-2016"; not "20-30",
 * "1969-1970", "1-2-3". */
static bool joins_numbers(const struct fm_lexer *lx, const struct word *w)
{
    size_t left = digits_before(lx, w);
    size_t right = fm_lexer_digits(lx, w->at + w->width);
    size_t behind = w->at + w->width + right;
    bool more = left + right > 2 && behind + 1 < lx->chunk_end &&
                lx->text.data[behind] == '-' &&
                fm_is_digit(lx->text.data[behind + 1]);

    return w->hyphens || more ||
           (right == 4 && (left == 3 || left == 5 || left == 1));
}

static bool is_upper_word(struct fm_str word)
{
    for (size_t i = 0; i < word.len; i++)
        if (!fm_is_upper(word.data[i]))
            return false;
    return true;
}

/* Behind a prefix: "non-human", "anti-Bush", "mid-1980s"; not "Hizb-e-Islami",
 * "Pan-Am", "UN-related". */
static bool joins_prefix(const struct fm_lexer *lx, const struct word *w)
{
    struct fm_str prefix = fm_str_sub(lx->text, w->start, w->at);
    size_t behind = w->at + w->width;
    bool capital = fm_is_upper(prefix.data[0]);

    if (!is_in(prefix, prefixes, COUNT(prefixes)) ||
        (w->start > lx->chunk_start && lx->text.data[w->start - 1] == '-'))
        return false;
    if (fm_lexer_is_digit(w->behind))
        return !capital && prefix.len > 1 && prefix.len < 5 &&
               fm_lexer_digits(lx, behind) > 1;
    if (!fm_uni_is_alpha(w->behind) || w->behind >= 0x250)
        return false;
    if (prefix.len > 1 && is_upper_word(prefix))
        return fm_is_upper(lx->text.data[behind]) &&
               letters_from(lx, behind) > 1 &&
               fm_is_upper(lx->text.data[behind + 1]);
    return !capital || !fm_uni_is_upper(w->behind) ||
           is_in(prefix, capital_prefixes, COUNT(capital_prefixes));
}

static bool joins_hyphen(const struct fm_lexer *lx, const struct word *w)
{
    if (w->digits)
        return fm_lexer_is_digit(w->behind) && joins_numbers(lx, w);
    return joins_prefix(lx, w);
}

/* --- slashes ---------------------------------------------------------------- */

static unsigned number_at(const struct fm_lexer *lx, size_t at, size_t digits)
{
    unsigned n = 0;

    for (size_t i = 0; i < digits; i++)
        n = n * 10 + (unsigned)(lx->text.data[at + i] - '0');
    return n;
}

/* Dates and "9/11" stay, fractions and alternatives are cut. */
static bool joins_slash(const struct fm_lexer *lx, const struct word *w)
{
    size_t left = digits_before(lx, w);
    size_t right = fm_lexer_digits(lx, w->at + 1);
    size_t behind = w->at + 1 + right;

    if (!w->digits)
        return is_in(fm_str_sub(lx->text, w->start,
                                w->at + 1 + letters_from(lx, w->at + 1)),
                     slashed, COUNT(slashed));
    if (!fm_lexer_is_digit(w->behind) || left > 2)
        return false;
    if (lx->text.data[w->start] == '0' || w->date)
        return true;
    if (left + right > 2)
        return right > 2 || (number_at(lx, w->at - left, left) <= 12 &&
                             number_at(lx, w->at + 1, right) <= 31);
    return right <= 2 && behind < lx->chunk_end && lx->text.data[behind] == '/';
}

/* --- stops ------------------------------------------------------------------ */

bool fm_lexer_is_domain(struct fm_str word)
{
    return is_in(word, domains, COUNT(domains));
}

/* Labels with stops between them behind the stop at at, the last of them a
 * domain, or more than two of them, all small ("alt.animals"). */
static bool is_path(const struct fm_lexer *lx, size_t start, size_t at)
{
    size_t label = at + 1;
    size_t labels = 1;
    bool small = fm_is_lower(lx->text.data[start]);

    for (size_t i = at + 1; i < lx->chunk_end && i - at < PATH_MAX_BYTES; i++) {
        char c = lx->text.data[i];

        if (c == '.' && i > label) {
            label = i + 1;
            labels++;
        } else if (!fm_is_alpha(c) && !fm_is_digit(c) && c != '-') {
            break;
        }
        small = small && !fm_is_upper(c);
    }
    return (small && labels > 2) ||
           (labels > 1 &&
            fm_lexer_is_domain(
                fm_str_sub(lx->text, label, label + letters_from(lx, label))));
}

/* "U.S", "p.m", "example.org", "Ph.D", "1.5", "v2.0"; not "prices.The", "Nov.28",
 * "U.Penn". */
static bool joins_stop(const struct fm_lexer *lx, const struct word *w)
{
    size_t left = w->at - w->segment;
    size_t right = letters_from(lx, w->at + 1);

    if (fm_lexer_is_digit(w->behind))
        return fm_lexer_is_digit(w->before);
    if (fm_lexer_is_domain(fm_str_sub(lx->text, w->at + 1, w->at + 1 + right)))
        return true;
    if (right == 1 && fm_uni_is_alpha(w->before) &&
        (left == 1 || (left == 2 && fm_uni_is_upper(w->behind))))
        return true;
    /* "W.Va.", "M.Sc." */
    if (left == 1 && right == 2 && fm_uni_is_upper(w->behind) &&
        w->at + 3 < lx->chunk_end && lx->text.data[w->at + 3] == '.')
        return true;
    /* A share and its exchange: "ANZA.S". */
    if (left > 1 && right < 3 &&
        is_upper_word(fm_str_sub(lx->text, w->segment, w->at)) &&
        is_upper_word(fm_str_sub(lx->text, w->at + 1, w->at + 1 + right)))
        return true;
    return w->path || is_path(lx, w->start, w->at);
}

/* Does the word go on over the mark at w->at? */
static bool joins(const struct fm_lexer *lx, uint32_t c, const struct word *w)
{
    if (!fm_lexer_is_alnum(w->behind))
        return false;
    if (fm_lexer_is_apostrophe(c))
        return !(fm_lexer_is_digit(w->behind) && !fm_lexer_is_digit(w->before));
    if (is_hyphen(c))
        return joins_hyphen(lx, w);
    switch (c) {
    case '.': return joins_stop(lx, w);
    case ',':
        return w->digits && fm_lexer_is_digit(w->before) &&
               fm_lexer_digits(lx, w->at + 1) == 3;
    case ':':
        return w->digits && fm_lexer_is_digit(w->before) &&
               fm_lexer_is_digit(w->behind);
    case '/': return joins_slash(lx, w);
    case '&': return fm_uni_is_upper(w->before) && fm_uni_is_upper(w->behind);
    case '*': return fm_uni_is_alpha(w->before) && fm_uni_is_alpha(w->behind);
    case '_':
    case '@': return true;
    default: return is_invisible(c);
    }
}

size_t fm_lexer_word_end(const struct fm_lexer *lx, size_t start)
{
    struct word w = {
        .start = start, .segment = start, .digits = true, .before = 0};
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
        c = fm_lexer_peek(lx, at, &width);
        if (fm_lexer_is_alnum(c)) {
            w.digits = w.digits && fm_lexer_is_digit(c);
        } else {
            w.at = at;
            w.width = width;
            w.behind =
                at + width < lx->chunk_end ? fm_lexer_char(lx, at + width) : 0;
            if (!joins(lx, c, &w))
                break;
            w.hyphens = w.hyphens || (w.digits && is_hyphen(c));
            w.date = w.date || (w.digits && c == '/');
            w.path = w.path || (c == '.' && at - w.segment > 2);
            w.segment = at + width;
        }
        w.before = c;
        at += width;
    }
    return at;
}

/* --- tokens ----------------------------------------------------------------- */

/* Abbreviations that are no letters and no names give their stop to the sentence
 * they end: the treebanks have "etc", ".". */
static bool gives_stop(struct fm_str word)
{
    static const char *const names[] = {"bros", "co",  "corp", "inc",
                                        "jr",   "ltd", "sr"};

    return memchr(word.data, '.', word.len) == NULL &&
           !is_in(word, names, COUNT(names));
}

/* "U.S" of "non-U.S" */
static struct fm_str behind_hyphen(struct fm_str word)
{
    for (size_t i = word.len; i > 0; i--)
        if (word.data[i - 1] == '-')
            return fm_str_sub(word, i, word.len);
    return word;
}

/* Does the stop at at belong to the word [start, at)? */
static bool owns_stop(const struct fm_lexer *lx, size_t start, size_t at)
{
    struct fm_str word = behind_hyphen(fm_str_sub(lx->text, start, at));
    enum fm_period period = fm_period_of(word);
    size_t behind = at + 1;

    if (behind < lx->chunk_end && lx->text.data[behind] == '.')
        return false;
    while (behind < lx->chunk_end &&
           !fm_lexer_is_alnum(fm_lexer_char(lx, behind)))
        behind++;
    switch (period) {
    case FM_PERIOD_NONE: return false;
    case FM_PERIOD_NUMBER:
        if (behind < lx->chunk_end)
            return fm_lexer_is_digit(fm_lexer_char(lx, behind));
        return behind + 1 < lx->end &&
               fm_lexer_is_digit(fm_lexer_char(lx, behind + 1));
    case FM_PERIOD_INITIAL:
    case FM_PERIOD_BEFORE:
        return behind < lx->chunk_end || lx->chunk_end < lx->end ||
               period == FM_PERIOD_BEFORE;
    case FM_PERIOD_ANY: return behind < lx->end || !gives_stop(word);
    case FM_PERIOD_TIME: return true;
    }
    return false;
}

static bool is_lower_word(struct fm_str word)
{
    for (size_t i = 0; i < word.len; i++)
        if (!fm_is_lower(word.data[i]))
            return false;
    return true;
}

/* "65k", "35mm", "5pm", "20minutes": where the letters begin, 0 = they stay. */
static size_t unit_cut(const struct fm_lexer *lx, size_t start, size_t end)
{
    size_t at = start;
    struct fm_str unit;

    while (at < end &&
           (fm_is_digit(lx->text.data[at]) || lx->text.data[at] == '.' ||
            lx->text.data[at] == ',' || lx->text.data[at] == ':'))
        at++;
    if (at == start || at == end)
        return 0;
    unit = fm_str_sub(lx->text, at, end);
    if (fm_str_ieq(unit, fm_str("a.m")) || fm_str_ieq(unit, fm_str("p.m")) ||
        (unit.len >= 4 && at - start > 1 && is_lower_word(unit)))
        return at;
    /* "3G", "6X" */
    if (unit.len == 1 && strchr("GHPX", unit.data[0]) != NULL)
        return 0;
    return is_in(unit, units, COUNT(units)) ? at : 0;
}

/* "US$", "C$": capitals right before a currency sign. */
static bool is_currency_prefix(const struct fm_lexer *lx, size_t start,
                               size_t at)
{
    return at - start <= 3 && at < lx->chunk_end && lx->text.data[at] == '$' &&
           is_upper_word(fm_str_sub(lx->text, start, at));
}

/* soldiers' : the apostrophe of a plural, when no quote is open. */
static bool owns_apostrophe(const struct fm_lexer *lx, size_t end)
{
    size_t width;
    uint32_t c = fm_lexer_peek(lx, end, &width);

    if (end >= lx->chunk_end || !fm_lexer_is_apostrophe(c) || c == '`' ||
        lx->apostrophes > 0)
        return false;
    return fm_lower(lx->text.data[end - 1]) == 's' &&
           !fm_lexer_is_alnum(fm_lexer_char(lx, end + width));
}

size_t fm_lexer_token_end(const struct fm_lexer *lx, size_t start)
{
    size_t end = fm_lexer_word_end(lx, start);
    size_t cut = unit_cut(lx, start, end);
    size_t width = 0;

    if (cut > 0)
        return cut;
    if ((end < lx->chunk_end && lx->text.data[end] == '.' &&
         owns_stop(lx, start, end)) ||
        is_currency_prefix(lx, start, end))
        return end + 1;
    if (owns_apostrophe(lx, end))
        (void)fm_lexer_peek(lx, end, &width);
    return end + width;
}
