#include "nlp/period.h"

/* Longer words are no abbreviations and no starters. */
#define WORD_MAX 15u

/* Sorted. Names are only abbreviations when capitalised: "the sun." */
static const struct {
    const char *word;
    uint8_t period;
    bool capital;
} periods[] = {
    {"adm", FM_PERIOD_BEFORE, true},     {"al", FM_PERIOD_ANY, false},
    {"ald", FM_PERIOD_BEFORE, true},     {"amb", FM_PERIOD_BEFORE, true},
    {"approx", FM_PERIOD_BEFORE, false}, {"apr", FM_PERIOD_ANY, true},
    {"ariz", FM_PERIOD_ANY, true},       {"ark", FM_PERIOD_ANY, true},
    {"art", FM_PERIOD_NUMBER, false},    {"assn", FM_PERIOD_ANY, true},
    {"assoc", FM_PERIOD_ANY, true},      {"asst", FM_PERIOD_BEFORE, true},
    {"atty", FM_PERIOD_BEFORE, true},    {"aug", FM_PERIOD_ANY, true},
    {"ave", FM_PERIOD_ANY, true},        {"bldg", FM_PERIOD_ANY, true},
    {"blvd", FM_PERIOD_ANY, true},       {"brig", FM_PERIOD_BEFORE, true},
    {"bros", FM_PERIOD_ANY, true},       {"c", FM_PERIOD_NUMBER, false},
    {"ca", FM_PERIOD_BEFORE, false},     {"calif", FM_PERIOD_ANY, true},
    {"capt", FM_PERIOD_BEFORE, true},    {"cdr", FM_PERIOD_BEFORE, true},
    {"cf", FM_PERIOD_BEFORE, false},     {"ch", FM_PERIOD_NUMBER, false},
    {"cmdr", FM_PERIOD_BEFORE, true},    {"co", FM_PERIOD_ANY, true},
    {"col", FM_PERIOD_BEFORE, true},     {"colo", FM_PERIOD_ANY, true},
    {"comdr", FM_PERIOD_BEFORE, true},   {"conn", FM_PERIOD_ANY, true},
    {"corp", FM_PERIOD_ANY, true},       {"cos", FM_PERIOD_ANY, true},
    {"cpl", FM_PERIOD_BEFORE, true},     {"dec", FM_PERIOD_ANY, true},
    {"del", FM_PERIOD_ANY, true},        {"dept", FM_PERIOD_ANY, true},
    {"det", FM_PERIOD_BEFORE, true},     {"dr", FM_PERIOD_BEFORE, true},
    {"drs", FM_PERIOD_BEFORE, true},     {"eg", FM_PERIOD_BEFORE, false},
    {"eq", FM_PERIOD_NUMBER, false},     {"esp", FM_PERIOD_BEFORE, false},
    {"est", FM_PERIOD_ANY, false},       {"etc", FM_PERIOD_ANY, false},
    {"ext", FM_PERIOD_NUMBER, false},    {"feb", FM_PERIOD_ANY, true},
    {"fig", FM_PERIOD_NUMBER, false},    {"figs", FM_PERIOD_NUMBER, false},
    {"fla", FM_PERIOD_ANY, true},        {"fr", FM_PERIOD_BEFORE, true},
    {"fri", FM_PERIOD_ANY, true},        {"ft", FM_PERIOD_ANY, true},
    {"ga", FM_PERIOD_ANY, true},         {"gen", FM_PERIOD_BEFORE, true},
    {"gov", FM_PERIOD_BEFORE, true},     {"govs", FM_PERIOD_BEFORE, true},
    {"hon", FM_PERIOD_BEFORE, true},     {"ie", FM_PERIOD_BEFORE, false},
    {"ill", FM_PERIOD_ANY, true},        {"inc", FM_PERIOD_ANY, true},
    {"incl", FM_PERIOD_BEFORE, false},   {"ind", FM_PERIOD_ANY, true},
    {"insp", FM_PERIOD_BEFORE, true},    {"intl", FM_PERIOD_ANY, true},
    {"jan", FM_PERIOD_ANY, true},        {"jr", FM_PERIOD_ANY, true},
    {"jul", FM_PERIOD_ANY, true},        {"jun", FM_PERIOD_ANY, true},
    {"kan", FM_PERIOD_ANY, true},        {"ky", FM_PERIOD_ANY, true},
    {"la", FM_PERIOD_ANY, true},         {"lt", FM_PERIOD_BEFORE, true},
    {"ltd", FM_PERIOD_ANY, true},        {"maj", FM_PERIOD_BEFORE, true},
    {"mar", FM_PERIOD_ANY, true},        {"mass", FM_PERIOD_ANY, true},
    {"md", FM_PERIOD_ANY, true},         {"messrs", FM_PERIOD_BEFORE, true},
    {"mich", FM_PERIOD_ANY, true},       {"minn", FM_PERIOD_ANY, true},
    {"miss", FM_PERIOD_ANY, true},       {"mlle", FM_PERIOD_BEFORE, true},
    {"mme", FM_PERIOD_BEFORE, true},     {"mo", FM_PERIOD_ANY, true},
    {"mon", FM_PERIOD_ANY, true},        {"mr", FM_PERIOD_BEFORE, true},
    {"mrs", FM_PERIOD_BEFORE, true},     {"ms", FM_PERIOD_BEFORE, true},
    {"msgr", FM_PERIOD_BEFORE, true},    {"mt", FM_PERIOD_BEFORE, true},
    {"natl", FM_PERIOD_ANY, true},       {"neb", FM_PERIOD_ANY, true},
    {"nev", FM_PERIOD_ANY, true},        {"no", FM_PERIOD_NUMBER, false},
    {"nos", FM_PERIOD_NUMBER, false},    {"nov", FM_PERIOD_ANY, true},
    {"oct", FM_PERIOD_ANY, true},        {"okla", FM_PERIOD_ANY, true},
    {"op", FM_PERIOD_NUMBER, false},     {"ore", FM_PERIOD_ANY, true},
    {"p", FM_PERIOD_NUMBER, false},      {"pa", FM_PERIOD_ANY, true},
    {"para", FM_PERIOD_NUMBER, false},   {"pfc", FM_PERIOD_BEFORE, true},
    {"plc", FM_PERIOD_ANY, true},        {"pp", FM_PERIOD_NUMBER, false},
    {"pres", FM_PERIOD_BEFORE, true},    {"prof", FM_PERIOD_BEFORE, true},
    {"pte", FM_PERIOD_BEFORE, true},     {"pvt", FM_PERIOD_BEFORE, true},
    {"rd", FM_PERIOD_ANY, true},         {"rep", FM_PERIOD_BEFORE, true},
    {"reps", FM_PERIOD_BEFORE, true},    {"rev", FM_PERIOD_BEFORE, true},
    {"rt", FM_PERIOD_BEFORE, true},      {"sat", FM_PERIOD_ANY, true},
    {"sec", FM_PERIOD_NUMBER, false},    {"sen", FM_PERIOD_BEFORE, true},
    {"sens", FM_PERIOD_BEFORE, true},    {"sep", FM_PERIOD_ANY, true},
    {"sept", FM_PERIOD_ANY, true},       {"sgt", FM_PERIOD_BEFORE, true},
    {"spc", FM_PERIOD_BEFORE, true},     {"sr", FM_PERIOD_ANY, true},
    {"st", FM_PERIOD_BEFORE, true},      {"ste", FM_PERIOD_BEFORE, true},
    {"sts", FM_PERIOD_BEFORE, true},     {"sun", FM_PERIOD_ANY, true},
    {"supt", FM_PERIOD_BEFORE, true},    {"tenn", FM_PERIOD_ANY, true},
    {"tex", FM_PERIOD_ANY, true},        {"thu", FM_PERIOD_ANY, true},
    {"thur", FM_PERIOD_ANY, true},       {"thurs", FM_PERIOD_ANY, true},
    {"tue", FM_PERIOD_ANY, true},        {"tues", FM_PERIOD_ANY, true},
    {"univ", FM_PERIOD_ANY, true},       {"v", FM_PERIOD_BEFORE, false},
    {"va", FM_PERIOD_ANY, true},         {"viz", FM_PERIOD_BEFORE, false},
    {"vol", FM_PERIOD_NUMBER, false},    {"vs", FM_PERIOD_BEFORE, false},
    {"vt", FM_PERIOD_ANY, true},         {"wash", FM_PERIOD_ANY, true},
    {"wed", FM_PERIOD_ANY, true},        {"weds", FM_PERIOD_ANY, true},
    {"wis", FM_PERIOD_ANY, true},        {"wyo", FM_PERIOD_ANY, true},
};

/* Sorted. */
static const char *const starters[] = {
    "a",        "about",     "according", "after",     "all",       "also",
    "although", "among",     "an",        "and",       "another",   "any",
    "anyone",   "are",       "around",    "as",        "at",        "because",
    "before",   "between",   "both",      "but",       "by",        "can",
    "could",    "despite",   "did",       "do",        "does",      "during",
    "each",     "earlier",   "either",    "even",      "every",     "everyone",
    "few",      "following", "for",       "from",      "further",   "given",
    "had",      "has",       "have",      "he",        "her",       "here",
    "his",      "how",       "however",   "i",         "if",        "in",
    "instead",  "is",        "it",        "its",       "just",      "last",
    "later",    "like",      "many",      "maybe",     "meanwhile", "more",
    "moreover", "most",      "my",        "neither",   "never",     "no",
    "nobody",   "nor",       "not",       "nothing",   "now",       "of",
    "on",       "once",      "one",       "only",      "or",        "other",
    "others",   "our",       "over",      "perhaps",   "please",    "rather",
    "recently", "several",   "she",       "should",    "similarly", "since",
    "so",       "some",      "still",     "such",      "than",      "that",
    "the",      "their",     "them",      "then",      "there",     "therefore",
    "these",    "they",      "this",      "those",     "though",    "three",
    "through",  "thus",      "to",        "today",     "two",       "under",
    "unless",   "unlike",    "until",     "was",       "we",        "were",
    "what",     "when",      "where",     "whether",   "which",     "while",
    "who",      "whoever",   "why",       "will",      "with",      "within",
    "without",  "would",     "yes",       "yesterday", "yet",       "you",
    "your",
};

static const char *const go_on[] = {
    "april",    "august",    "bst",       "cdt",     "central",  "cet",
    "cst",      "december",  "eastern",   "edt",     "est",      "et",
    "february", "friday",    "gmt",       "ist",     "january",  "july",
    "june",     "local",     "march",     "may",     "mdt",      "monday",
    "mst",      "november",  "october",   "pacific", "pdt",      "pst",
    "pt",       "saturday",  "september", "sunday",  "thursday", "tuesday",
    "utc",      "wednesday",
};

static struct fm_str lowered(struct fm_str word, char buffer[WORD_MAX])
{
    size_t n = word.len <= WORD_MAX ? word.len : 0;

    for (size_t i = 0; i < n; i++)
        buffer[i] = fm_lower(word.data[i]);
    return fm_str_n(buffer, n);
}

/* "U.S", "a.m", "Ph.D", "W.Va": one letter or two between the stops. */
static enum fm_period dotted(struct fm_str word, struct fm_str lower)
{
    size_t letters = 0;

    if (fm_str_eqz(lower, "a.m") || fm_str_eqz(lower, "p.m"))
        return FM_PERIOD_TIME;
    if (fm_str_eqz(lower, "e.g") || fm_str_eqz(lower, "i.e"))
        return FM_PERIOD_BEFORE;
    for (size_t i = 0; i <= word.len; i++) {
        if (i < word.len && word.data[i] != '.') {
            letters++;
            if (!fm_is_alpha(word.data[i]) ||
                (letters == 2 && !fm_is_upper(word.data[i - 1])))
                return FM_PERIOD_NONE;
            continue;
        }
        if (letters == 0 || letters > 2)
            return FM_PERIOD_NONE;
        letters = 0;
    }
    return FM_PERIOD_ANY;
}

enum fm_period fm_period_of(struct fm_str word)
{
    char buffer[WORD_MAX];
    struct fm_str lower = lowered(word, buffer);
    size_t low = 0;
    size_t high = sizeof periods / sizeof *periods;

    if (lower.len == 0)
        return FM_PERIOD_NONE;
    if (word.len == 1 && fm_is_upper(word.data[0]))
        return FM_PERIOD_INITIAL;
    if (memchr(word.data, '.', word.len) != NULL)
        return dotted(word, lower);
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int order = fm_str_cmp(fm_str(periods[mid].word), lower);

        if (order == 0) {
            if (periods[mid].capital && !fm_is_upper(word.data[0]))
                return FM_PERIOD_NONE;
            return (enum fm_period)periods[mid].period;
        }
        if (order < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return FM_PERIOD_NONE;
}

static bool is_in(struct fm_str word, const char *const *table, size_t n)
{
    char buffer[WORD_MAX];
    struct fm_str lower = lowered(word, buffer);

    return lower.len > 0 && fm_str_bsearch(lower, table, n) >= 0;
}

bool fm_period_starter(struct fm_str word)
{
    return is_in(word, starters, sizeof starters / sizeof *starters);
}

bool fm_period_goes_on(struct fm_str word)
{
    return is_in(word, go_on, sizeof go_on / sizeof *go_on);
}
