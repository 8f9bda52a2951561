#include "extract/time_expr.h"
#include "extract/time_verb.h"

/* Is a clause told as past or as future? Where there is no syntax: the nearest
 * word that tells, before the expression first, then behind it. */

#define LOOK_BACK    20
#define LOOK_FORWARD 14
/* How far before a participle its auxiliary may stand: "will not yet be named".
 */
#define AUXILIARY_REACH 4

struct cue {
    const char *word;
    uint8_t tense; /* enum fm_tense */
};

/* Auxiliaries, verbs and adjectives that point ahead, and past forms that do
 * not end in -ed. Nouns of the same form ("plans", "left") are read wrongly now
 * and then; the ones that mostly are nouns are not here. */
static const struct cue cues[] = {
    {"will", FM_TENSE_FUTURE},     {"shall", FM_TENSE_FUTURE},
    {"would", FM_TENSE_FUTURE},    {"scheduled", FM_TENSE_FUTURE},
    {"expected", FM_TENSE_FUTURE}, {"expects", FM_TENSE_FUTURE},
    {"expect", FM_TENSE_FUTURE},   {"due", FM_TENSE_FUTURE},
    {"planned", FM_TENSE_FUTURE},  {"planning", FM_TENSE_FUTURE},
    {"going", FM_TENSE_FUTURE},    {"slated", FM_TENSE_FUTURE},
    {"upcoming", FM_TENSE_FUTURE}, {"won't", FM_TENSE_FUTURE},
    {"payable", FM_TENSE_FUTURE},  {"expire", FM_TENSE_FUTURE},
    {"expires", FM_TENSE_FUTURE},  {"was", FM_TENSE_PAST},
    {"were", FM_TENSE_PAST},       {"had", FM_TENSE_PAST},
    {"did", FM_TENSE_PAST},        {"didn't", FM_TENSE_PAST},
    {"said", FM_TENSE_PAST},       {"told", FM_TENSE_PAST},
    {"made", FM_TENSE_PAST},       {"rose", FM_TENSE_PAST},
    {"fell", FM_TENSE_PAST},       {"took", FM_TENSE_PAST},
    {"won", FM_TENSE_PAST},        {"came", FM_TENSE_PAST},
    {"went", FM_TENSE_PAST},       {"began", FM_TENSE_PAST},
    {"met", FM_TENSE_PAST},        {"left", FM_TENSE_PAST},
    {"lost", FM_TENSE_PAST},       {"held", FM_TENSE_PAST},
    {"gave", FM_TENSE_PAST},       {"became", FM_TENSE_PAST},
    {"since", FM_TENSE_PAST},      {"brought", FM_TENSE_PAST},
    {"bought", FM_TENSE_PAST},     {"sold", FM_TENSE_PAST},
    {"paid", FM_TENSE_PAST},       {"sent", FM_TENSE_PAST},
    {"got", FM_TENSE_PAST},        {"grew", FM_TENSE_PAST},
    {"hit", FM_TENSE_PAST},        {"kept", FM_TENSE_PAST},
    {"knew", FM_TENSE_PAST},       {"led", FM_TENSE_PAST},
    {"ran", FM_TENSE_PAST},        {"saw", FM_TENSE_PAST},
    {"shot", FM_TENSE_PAST},       {"spent", FM_TENSE_PAST},
    {"spoke", FM_TENSE_PAST},      {"stood", FM_TENSE_PAST},
    {"struck", FM_TENSE_PAST},     {"threw", FM_TENSE_PAST},
    {"wrote", FM_TENSE_PAST},      {"fled", FM_TENSE_PAST},
    {"broke", FM_TENSE_PAST},      {"built", FM_TENSE_PAST},
    {"chose", FM_TENSE_PAST},      {"drew", FM_TENSE_PAST},
    {"drove", FM_TENSE_PAST},      {"fought", FM_TENSE_PAST},
    {"flew", FM_TENSE_PAST},       {"found", FM_TENSE_PAST},
    {"set", FM_TENSE_PAST},        {"ended", FM_TENSE_PAST},
};

/* Verbs behind which "to" says nothing of the time: "failed to meet". */
static const char *const done[] = {
    "failed",    "began",     "continued", "tried",     "used",
    "managed",   "helped",    "came",      "forced",    "refused",
    "started",   "attempted", "rushed",    "went",      "seemed",
    "appeared",  "proved",    "returned",  "led",       "able",
    "continues", "fails",     "tries",     "according", "compared",
};

static bool in_list(const struct fm_lexemes *lx, size_t i,
                    const char *const *list, size_t n)
{
    for (size_t k = 0; k < n; k++)
        if (fm_lexeme_is(lx, i, list[k]))
            return true;
    return false;
}

static bool is_word(const struct fm_lexemes *lx, size_t i)
{
    return lx->at[i].kind == FM_LEX_WORD || lx->at[i].kind == FM_LEX_FN;
}

/* "a planned demonstration", "his unspecified date": an adjective. */
static bool is_adjective(const struct fm_lexemes *lx, size_t i)
{
    static const char *const before[] = {"a",   "an",    "the", "its", "his",
                                         "her", "their", "our", "my",  "this",
                                         "no",  "still", "as"};

    return i > 0 &&
           in_list(lx, i - 1, before, sizeof before / sizeof before[0]);
}

/* "will be named", "to be held": the auxiliary tells, further on. */
static bool is_passive(const struct fm_lexemes *lx, size_t i)
{
    for (size_t k = i; k-- > 0 && i - k <= AUXILIARY_REACH;) {
        if (!is_word(lx, k))
            return false;
        if (fm_lexeme_is(lx, k, "be") || fm_lexeme_is(lx, k, "being"))
            return true;
    }
    return false;
}

/* "plans to hold", "agreed to buy", "is to resume". Only a word that is no
 * determiner, name or number behind "to" can be a verb. */
static enum fm_tense infinitive(const struct fm_lexemes *lx, size_t i)
{
    if (i == 0 || !fm_lexeme_fn(lx, i, FM_FN_TO) ||
        lx->at[i + 1].kind != FM_LEX_WORD ||
        (lx->at[i + 1].flags & FM_LEX_CAPITAL) != 0 || !is_word(lx, i - 1) ||
        fm_lexeme_fn(lx, i - 1, FM_FN_UP) || is_adjective(lx, i + 2) ||
        in_list(lx, i - 1, done, sizeof done / sizeof done[0]))
        return FM_TENSE_NONE;
    if (fm_lexeme_is(lx, i - 1, "plan") || fm_lexeme_is(lx, i - 1, "plans") ||
        fm_lexeme_is(lx, i - 1, "agreed") || fm_lexeme_is(lx, i - 1, "set") ||
        fm_lexeme_is(lx, i - 1, "is") || fm_lexeme_is(lx, i - 1, "are") ||
        fm_lexeme_is(lx, i - 1, "likely") || fm_lexeme_is(lx, i - 1, "hopes") ||
        fm_lexeme_is(lx, i - 1, "hope") || fm_lexeme_is(lx, i - 1, "intends") ||
        fm_lexeme_is(lx, i - 1, "intend") || fm_lexeme_is(lx, i - 1, "vowed") ||
        fm_lexeme_is(lx, i - 1, "ready"))
        return FM_TENSE_FUTURE;
    return FM_TENSE_NONE;
}

static enum fm_tense tense_at(const struct fm_lexemes *lx, size_t i)
{
    const struct fm_lexeme *at = &lx->at[i];
    size_t n = at->end - at->start;
    const char *end = lx->text.data + at->end;

    if (!is_word(lx, i))
        return FM_TENSE_NONE;
    if (fm_lexeme_fn(lx, i, FM_FN_TO))
        return infinitive(lx, i);
    for (size_t k = 0; k < sizeof cues / sizeof cues[0]; k++) {
        if (!fm_lexeme_is(lx, i, cues[k].word))
            continue;
        /* "was scheduled", "had been due" lie behind, "as planned" nowhere. */
        if (cues[k].tense == FM_TENSE_FUTURE && i > 0 &&
            (fm_lexeme_is(lx, i - 1, "been") || is_adjective(lx, i)))
            return FM_TENSE_NONE;
        if (cues[k].tense == FM_TENSE_PAST && is_passive(lx, i))
            return FM_TENSE_NONE;
        return (enum fm_tense)cues[k].tense;
    }
    if (at->kind != FM_LEX_WORD || n < 4)
        return FM_TENSE_NONE;
    if (memcmp(end - 2, "ll", 2) == 0 && end[-3] == '\'')
        return FM_TENSE_FUTURE;
    if (memcmp(end - 2, "ed", 2) == 0 && (at->flags & FM_LEX_CAPITAL) == 0 &&
        !is_adjective(lx, i) && !is_passive(lx, i))
        return FM_TENSE_PAST;
    return FM_TENSE_NONE;
}

static bool is_break(const struct fm_lexemes *lx, size_t i)
{
    return fm_lexeme_mark(lx, i, ';') || fm_lexeme_mark(lx, i, '.') ||
           fm_lexeme_mark(lx, i, ':');
}

/* Of the clause around lexemes [first, last). */
static enum fm_tense by_words(const struct fm_lexemes *lx, size_t first,
                              size_t last)
{
    for (size_t i = first; i-- > 0 && first - i <= LOOK_BACK;) {
        enum fm_tense tense;

        if (is_break(lx, i))
            break;
        tense = tense_at(lx, i);
        if (tense != FM_TENSE_NONE)
            return tense;
    }
    for (size_t i = last; i < lx->count && i - last < LOOK_FORWARD; i++) {
        enum fm_tense tense;

        if (is_break(lx, i))
            break;
        tense = tense_at(lx, i);
        /* "On Tuesday, the league plans to hold" */
        if (tense != FM_TENSE_NONE)
            return tense;
    }
    return FM_TENSE_NONE;
}

enum fm_tense fm_time_tense(const struct fm_tree *tree,
                            const struct fm_lexemes *lx, size_t first,
                            size_t last)
{
    enum fm_tense tense = FM_TENSE_NONE;

    /* "effective Feb. 1" is said ahead of it. */
    if (first > 0 && fm_lexeme_is(lx, first - 1, "effective"))
        return FM_TENSE_FUTURE;
    if (tree != NULL)
        tense =
            fm_time_verb_tense(tree, lx->at[first].start, lx->at[last - 1].end);
    return tense != FM_TENSE_NONE ? tense : by_words(lx, first, last);
}
