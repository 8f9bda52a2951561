#include "extract/time_expr.h"

/* Is a clause told as past or as future? Without syntax: the nearest word that
 * tells, before the expression first, then behind it. */

#define LOOK_BACK    16
#define LOOK_FORWARD 8

struct cue {
    const char *word;
    uint8_t tense; /* enum fm_tense */
};

static const struct cue cues[] = {
    {"will", FM_TENSE_FUTURE},     {"shall", FM_TENSE_FUTURE},
    {"would", FM_TENSE_FUTURE},    {"scheduled", FM_TENSE_FUTURE},
    {"expected", FM_TENSE_FUTURE}, {"expects", FM_TENSE_FUTURE},
    {"expect", FM_TENSE_FUTURE},   {"due", FM_TENSE_FUTURE},
    {"plans", FM_TENSE_FUTURE},    {"planning", FM_TENSE_FUTURE},
    {"going", FM_TENSE_FUTURE},    {"slated", FM_TENSE_FUTURE},
    {"upcoming", FM_TENSE_FUTURE}, {"won't", FM_TENSE_FUTURE},
    {"payable", FM_TENSE_FUTURE},  {"expire", FM_TENSE_FUTURE},
    {"expires", FM_TENSE_FUTURE},  {"effective", FM_TENSE_FUTURE},
    {"effect", FM_TENSE_FUTURE},   {"said", FM_TENSE_PAST},
    {"was", FM_TENSE_PAST},        {"were", FM_TENSE_PAST},
    {"had", FM_TENSE_PAST},        {"did", FM_TENSE_PAST},
    {"told", FM_TENSE_PAST},       {"made", FM_TENSE_PAST},
    {"rose", FM_TENSE_PAST},       {"fell", FM_TENSE_PAST},
    {"took", FM_TENSE_PAST},       {"won", FM_TENSE_PAST},
    {"came", FM_TENSE_PAST},       {"went", FM_TENSE_PAST},
    {"began", FM_TENSE_PAST},      {"met", FM_TENSE_PAST},
    {"left", FM_TENSE_PAST},       {"lost", FM_TENSE_PAST},
    {"held", FM_TENSE_PAST},       {"gave", FM_TENSE_PAST},
    {"became", FM_TENSE_PAST},     {"since", FM_TENSE_PAST},
};

static enum fm_tense tense_at(const struct fm_lexemes *lx, size_t i)
{
    const struct fm_lexeme *at = &lx->at[i];
    size_t n = at->end - at->start;
    const char *end = lx->text.data + at->end;

    if (at->kind != FM_LEX_WORD && at->kind != FM_LEX_FN)
        return FM_TENSE_NONE;
    for (size_t k = 0; k < sizeof cues / sizeof cues[0]; k++)
        if (fm_lexeme_is(lx, i, cues[k].word))
            return (enum fm_tense)cues[k].tense;
    if (at->kind != FM_LEX_WORD || n < 4)
        return FM_TENSE_NONE;
    if (memcmp(end - 2, "ll", 2) == 0 && end[-3] == '\'')
        return FM_TENSE_FUTURE;
    if (memcmp(end - 2, "ed", 2) == 0 && (at->flags & FM_LEX_CAPITAL) == 0)
        return FM_TENSE_PAST;
    return FM_TENSE_NONE;
}

static bool is_break(const struct fm_lexemes *lx, size_t i)
{
    return fm_lexeme_mark(lx, i, ';') || fm_lexeme_mark(lx, i, '.');
}

enum fm_tense fm_time_tense(const struct fm_lexemes *lx, size_t first,
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
        if (tense != FM_TENSE_NONE)
            return tense;
    }
    return FM_TENSE_NONE;
}
