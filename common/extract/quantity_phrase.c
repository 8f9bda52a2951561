#include "extract/quantity_expr.h"

/* Noun phrases by closed lists: where one ends is told by the words that cannot
 * be in it. */

/* Longest phrase in lexemes: longer ones are read wrongly. */
#define PHRASE_MAX 9
/* Longest subject before a verb. */
#define SUBJECT_MAX 14

/* Sorted. */
static const char *const stops[] = {
    "according", "across",  "after",   "ago",        "already", "compared",
    "against",   "along",   "also",    "although",   "am",      "amid",
    "among",     "are",     "aren't",  "became",     "because", "become",
    "been",      "being",   "be",      "but",        "can",     "cannot",
    "claimed",   "could",   "despite", "did",        "didn't",  "do",
    "does",      "down",    "dropped", "due",        "given",   "even",
    "fell",      "fled",    "gave",    "got",        "grew",    "had",
    "has",       "hasn't",  "have",    "he",         "held",    "her",
    "here",      "him",     "his",     "how",        "however", "i",
    "if",        "inside",  "into",    "is",         "isn't",   "it",
    "its",       "joined",  "left",    "like",       "live",    "lived",
    "lost",      "made",    "may",     "me",         "met",     "might",
    "must",      "my",      "near",    "nor",        "off",     "onto",
    "our",       "outside", "per",     "ran",        "rose",    "said",
    "saw",       "say",     "says",    "sent",       "shall",   "she",
    "should",    "spent",   "than",    "their",      "them",    "then",
    "there",     "they",    "though",  "threatened", "thus",    "told",
    "took",      "toward",  "towards", "upon",       "us",      "versus",
    "via",       "was",     "wasn't",  "we",         "went",    "were",
    "weren't",   "what",    "when",    "where",      "whether", "which",
    "while",     "who",     "whom",    "whose",      "why",     "will",
    "without",   "won",     "won't",   "would",      "yet",     "you",
    "your",
};

/* Plurals without an s. */
static const char *const plurals[] = {
    "people",     "men",        "women",        "children",  "police",
    "personnel",  "staff",      "cattle",       "sheep",     "aircraft",
    "spacecraft", "fish",       "feet",         "teeth",     "mice",
    "policemen",  "servicemen", "gunmen",       "fishermen", "businessmen",
    "dead",       "injured",    "wounded",      "missing",   "media",
    "data",       "criteria",   "foreign-born", "percent",   "crew",
    "livestock",  "militia",    "species",      "troops",    "congressmen",
    "firemen",
};

/* Function words that go into a phrase: "three more people", "two new laws". */
static const enum fm_lexeme_fn inside[] = {
    FM_FN_NEW,         FM_FN_OTHER,  FM_FN_MORE,     FM_FN_ADDITIONAL,
    FM_FN_FULL,        FM_FN_SCHOOL, FM_FN_BUSINESS, FM_FN_TRADING,
    FM_FN_WORKING,     FM_FN_RECENT, FM_FN_LONG,     FM_FN_OLD,
    FM_FN_TERM,        FM_FN_FUTURE, FM_FN_CURRENT,  FM_FN_PREVIOUS,
    FM_FN_TIME,        FM_FN_DOUBLE, FM_FN_PRESENT,  FM_FN_STRAIGHT,
    FM_FN_CONSECUTIVE,
};

bool fm_quantity_is_stop(const struct fm_lexemes *lx, size_t i)
{
    for (size_t k = 0; k < sizeof stops / sizeof stops[0]; k++)
        if (fm_lexeme_is(lx, i, stops[k]))
            return true;
    return false;
}

bool fm_quantity_is_plural(const struct fm_lexemes *lx, size_t i)
{
    struct fm_str word = fm_lexeme_text(lx, i);
    char a;
    char b;

    if (lx->at[i].kind == FM_LEX_UNIT || lx->at[i].kind == FM_LEX_SEASON)
        return (lx->at[i].value & FM_LEX_PLURAL) != 0;
    if (lx->at[i].kind != FM_LEX_WORD)
        return false;
    for (size_t k = 0; k < sizeof plurals / sizeof plurals[0]; k++)
        if (fm_lexeme_is(lx, i, plurals[k]))
            return true;
    if (word.len < 4)
        return false;
    a = fm_lower(word.data[word.len - 2]);
    b = fm_lower(word.data[word.len - 1]);
    return b == 's' && a != 's' && a != 'u' && a != 'i';
}

static bool is_inside_fn(const struct fm_lexemes *lx, size_t i)
{
    if (lx->at[i].kind != FM_LEX_FN)
        return false;
    for (size_t k = 0; k < sizeof inside / sizeof inside[0]; k++)
        if (lx->at[i].value == (int32_t)inside[k])
            return true;
    return false;
}

/* Can lexeme i be a word of a noun phrase? */
static bool is_nominal(const struct fm_lexemes *lx,
                       const struct fm_taken *taken, size_t i)
{
    enum fm_lexeme_kind kind = (enum fm_lexeme_kind)lx->at[i].kind;

    if (taken->at[i])
        return false;
    if (kind == FM_LEX_WORD)
        return !fm_quantity_is_stop(lx, i);
    return is_inside_fn(lx, i) || kind == FM_LEX_ORDINAL ||
           kind == FM_LEX_UNIT || kind == FM_LEX_PART ||
           kind == FM_LEX_SEASON || kind == FM_LEX_HOLIDAY;
}

static bool is_hyphen(const struct fm_lexemes *lx, size_t i)
{
    return fm_lexeme_mark(lx, i, '-') && fm_lexeme_glued(lx, i) &&
           fm_lexeme_glued(lx, i + 1);
}

static bool is_capital(const struct fm_lexemes *lx, size_t i)
{
    return (lx->at[i].flags & FM_LEX_CAPITAL) != 0;
}

static bool ends_with(struct fm_str word, const char *end)
{
    return fm_str_ends(word, fm_str(end));
}

/* A verb behind a noun: "people fled", "troops arriving". Only asked once a
 * noun was seen. */
static bool is_verbal(const struct fm_lexemes *lx, size_t i)
{
    struct fm_str word = fm_lexeme_text(lx, i);

    return !is_capital(lx, i) && ((word.len > 3 && ends_with(word, "ed")) ||
                                  (word.len > 5 && ends_with(word, "ing")) ||
                                  (word.len > 4 && ends_with(word, "ly")));
}

/* Words from i on; stops behind the first plural noun when asked for one. */
static size_t take_words(const struct fm_lexemes *lx,
                         const struct fm_taken *taken, size_t i, bool plural,
                         bool *ret_found)
{
    size_t from = i;
    bool noun = false;

    *ret_found = false;
    while (i < lx->count && i - from < PHRASE_MAX) {
        if (is_hyphen(lx, i) && i > from) {
            i++;
            continue;
        }
        if (lx->at[i].kind == FM_LEX_GENITIVE && i > from &&
            is_nominal(lx, taken, i + 1)) {
            i++;
            *ret_found = false;
            continue;
        }
        if (!is_nominal(lx, taken, i) || (noun && is_verbal(lx, i)))
            break;
        noun = noun || (lx->at[i].kind == FM_LEX_WORD && !is_verbal(lx, i));
        i++;
        if (!fm_quantity_is_plural(lx, i - 1))
            continue;
        *ret_found = true;
        /* "arms sales", "sports stars": another plural takes over; so does a
         * name: "Islamic States". */
        if (plural && !is_hyphen(lx, i) && lx->at[i].kind != FM_LEX_GENITIVE &&
            !(lx->at[i].kind == FM_LEX_WORD && fm_quantity_is_plural(lx, i) &&
              !fm_quantity_is_stop(lx, i)))
            break;
    }
    /* A hyphen is no end. */
    while (i > from && fm_lexeme_mark(lx, i - 1, '-'))
        i--;
    return i;
}

/* "of Russia", "of the Collective Forces", "of its members" behind a noun. */
static size_t take_of(const struct fm_lexemes *lx, const struct fm_taken *taken,
                      size_t i)
{
    size_t at = i + 1;
    bool found = false;
    size_t end;

    if (!fm_lexeme_fn(lx, i, FM_FN_OF))
        return i;
    if (fm_lexeme_fn(lx, at, FM_FN_THE) || fm_lexeme_fn(lx, at, FM_FN_A) ||
        fm_lexeme_fn(lx, at, FM_FN_AN) || fm_lexeme_fn(lx, at, FM_FN_THIS) ||
        fm_lexeme_fn(lx, at, FM_FN_THESE) || fm_lexeme_is(lx, at, "its") ||
        fm_lexeme_is(lx, at, "his") || fm_lexeme_is(lx, at, "her") ||
        fm_lexeme_is(lx, at, "their"))
        at++;
    end = take_words(lx, taken, at, !is_capital(lx, at), &found);
    return end > at ? end : i;
}

struct fm_words fm_quantity_phrase(const struct fm_lexemes *lx,
                                   const struct fm_taken *taken, size_t i,
                                   bool plural)
{
    bool found = false;
    size_t end = take_words(lx, taken, i, plural, &found);
    struct fm_words none = {i, i};

    if (end == i || (plural && !found))
        return none;
    end = take_of(lx, taken, end);
    return (struct fm_words){i, end};
}

/* --- before a verb ------------------------------------------------------------- */

static bool opens_clause(const struct fm_lexemes *lx, size_t i)
{
    static const char *const words[] = {
        "but",       "while",    "because", "when",  "where",
        "if",        "although", "though",  "said",  "says",
        "whether",   "which",    "who",     "after", "before",
        "following", "despite",  "where",   "until", "since",
    };

    if (lx->at[i].kind == FM_LEX_MARK)
        return !fm_lexeme_mark(lx, i, '-') || !fm_lexeme_glued(lx, i);
    if (fm_lexeme_fn(lx, i, FM_FN_THAT) || fm_lexeme_fn(lx, i, FM_FN_AS))
        return true;
    for (size_t k = 0; k < sizeof words / sizeof words[0]; k++)
        if (fm_lexeme_is(lx, i, words[k]))
            return true;
    return false;
}

/* Helping verbs and adverbs between the subject and its verb. */
static bool is_helper(const struct fm_lexemes *lx, size_t i)
{
    static const char *const words[] = {
        "has",   "have",      "had",     "was",       "were",      "is",
        "are",   "been",      "be",      "will",      "would",     "could",
        "may",   "might",     "should",  "must",      "can",       "also",
        "did",   "does",      "do",      "to",        "not",       "then",
        "even",  "expected",  "likely",  "forecast",  "projected", "set",
        "due",   "plans",     "planned", "wants",     "agreed",    "decided",
        "began", "continued", "started", "estimated", "about",     "nearly",
    };
    struct fm_str word = fm_lexeme_text(lx, i);

    if (lx->at[i].kind != FM_LEX_WORD && lx->at[i].kind != FM_LEX_FN &&
        lx->at[i].kind != FM_LEX_REF)
        return false;
    for (size_t k = 0; k < sizeof words / sizeof words[0]; k++)
        if (fm_lexeme_is(lx, i, words[k]))
            return true;
    if (fm_lexeme_fn(lx, i, FM_FN_ALMOST) ||
        fm_lexeme_fn(lx, i, FM_FN_NEARLY) || fm_lexeme_fn(lx, i, FM_FN_MORE))
        return true;
    return word.len > 4 && ends_with(word, "ly") && !is_capital(lx, i);
}

static bool is_preposition(const struct fm_lexemes *lx, size_t i)
{
    return fm_lexeme_fn(lx, i, FM_FN_IN) || fm_lexeme_fn(lx, i, FM_FN_WITH) ||
           fm_lexeme_fn(lx, i, FM_FN_ON) || fm_lexeme_fn(lx, i, FM_FN_AT) ||
           fm_lexeme_fn(lx, i, FM_FN_FOR) || fm_lexeme_fn(lx, i, FM_FN_BY) ||
           fm_lexeme_fn(lx, i, FM_FN_SINCE) ||
           fm_lexeme_fn(lx, i, FM_FN_DURING) ||
           fm_lexeme_fn(lx, i, FM_FN_OVER) || fm_lexeme_fn(lx, i, FM_FN_AND) ||
           fm_lexeme_fn(lx, i, FM_FN_OR) ||
           fm_lexeme_fn(lx, i, FM_FN_THROUGH) ||
           fm_lexeme_fn(lx, i, FM_FN_FROM) || fm_lexeme_fn(lx, i, FM_FN_OF);
}

/* "In 2014 the number", "and the number": time and joints are not of it. */
static struct fm_words trim(const struct fm_lexemes *lx,
                            const struct fm_taken *taken, struct fm_words w)
{
    while (w.first < w.last &&
           (taken->at[w.first] || is_preposition(lx, w.first))) {
        /* "in Paris prices" cannot be split: only before a time. */
        if (!taken->at[w.first] && w.first + 1 < w.last &&
            !taken->at[w.first + 1] && !fm_lexeme_fn(lx, w.first, FM_FN_AND) &&
            !fm_lexeme_fn(lx, w.first, FM_FN_WITH) &&
            !fm_lexeme_fn(lx, w.first, FM_FN_OR))
            break;
        w.first++;
    }
    while (w.first < w.last &&
           (taken->at[w.last - 1] || is_preposition(lx, w.last - 1) ||
            lx->at[w.last - 1].kind == FM_LEX_MARK ||
            is_helper(lx, w.last - 1)))
        w.last--;
    return w;
}

/* A verb for sure. */
static bool is_finite(const struct fm_lexemes *lx, size_t i)
{
    static const char *const words[] = {
        "was",  "were", "is",    "are",   "had",  "has",    "have", "said",
        "took", "rose", "fell",  "grew",  "made", "became", "went", "did",
        "does", "gave", "held",  "met",   "left", "lost",   "won",  "told",
        "saw",  "will", "would", "could", "may",  "can",
    };

    for (size_t k = 0; k < sizeof words / sizeof words[0]; k++)
        if (fm_lexeme_is(lx, i, words[k]) &&
            (lx->at[i].kind == FM_LEX_WORD || !is_capital(lx, i)))
            return true;
    return false;
}

struct fm_words fm_quantity_phrase_before(const struct fm_lexemes *lx,
                                          const struct fm_taken *taken,
                                          size_t i)
{
    struct fm_words w = {i, i};

    while (w.first > 0 && i - w.first < SUBJECT_MAX &&
           !opens_clause(lx, w.first - 1))
        w.first--;
    if (i - w.first >= SUBJECT_MAX)
        w.first = w.last;
    w = trim(lx, taken, w);
    /* With a verb in it, it is a clause and no phrase. */
    for (size_t k = w.first; k < w.last; k++)
        if (is_finite(lx, k))
            w.first = w.last;
    return w;
}
