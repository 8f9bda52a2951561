#include "extract/quantity_expr.h"

/* Verbs of change, each form with its lemma, direction and factor. Sorted. */
/* clang-format off */
static const struct fm_change_word words[] = {
    {"accelerate", "accelerate", 1, 0}, {"accelerated", "accelerate", 1, 0},
    {"accelerates", "accelerate", 1, 0}, {"advanced", "advance", 1, 0},
    {"ballooned", "balloon", 1, 0}, {"boost", "boost", 1, 0}, {"boosted", "boost", 1, 0},
    {"boosting", "boost", 1, 0}, {"boosts", "boost", 1, 0}, {"change", "change", 0, 0},
    {"changed", "change", 0, 0}, {"changes", "change", 0, 0}, {"changing", "change", 0, 0},
    {"climb", "climb", 1, 0}, {"climbed", "climb", 1, 0}, {"climbing", "climb", 1, 0},
    {"climbs", "climb", 1, 0}, {"contracted", "contract", -1, 0}, {"cut", "cut", -1, 0},
    {"cuts", "cut", -1, 0}, {"cutting", "cut", -1, 0}, {"decline", "decline", -1, 0},
    {"declined", "decline", -1, 0}, {"declines", "decline", -1, 0}, {"declining", "decline", -1, 0},
    {"decrease", "decrease", -1, 0}, {"decreased", "decrease", -1, 0},
    {"decreases", "decrease", -1, 0}, {"decreasing", "decrease", -1, 0}, {"dipped", "dip", -1, 0},
    {"dips", "dip", -1, 0}, {"doubled", "double", 1, 2}, {"doubles", "double", 1, 2},
    {"doubling", "double", 1, 2}, {"drop", "drop", -1, 0}, {"dropped", "drop", -1, 0},
    {"dropping", "drop", -1, 0}, {"drops", "drop", -1, 0}, {"dwindled", "dwindle", -1, 0},
    {"eased", "ease", -1, 0}, {"eases", "ease", -1, 0}, {"expand", "expand", 1, 0},
    {"expanded", "expand", 1, 0}, {"expanding", "expand", 1, 0}, {"expands", "expand", 1, 0},
    {"fall", "fall", -1, 0}, {"fallen", "fall", -1, 0}, {"falling", "fall", -1, 0},
    {"falls", "fall", -1, 0}, {"fell", "fall", -1, 0}, {"gain", "gain", 1, 0},
    {"gained", "gain", 1, 0}, {"gaining", "gain", 1, 0}, {"gains", "gain", 1, 0},
    {"grew", "grow", 1, 0}, {"grow", "grow", 1, 0}, {"growing", "grow", 1, 0},
    {"grown", "grow", 1, 0}, {"grows", "grow", 1, 0}, {"halved", "halve", -1, -2},
    {"halves", "halve", -1, -2}, {"halving", "halve", -1, -2}, {"improve", "improve", 1, 0},
    {"improved", "improve", 1, 0}, {"improves", "improve", 1, 0}, {"increase", "increase", 1, 0},
    {"increased", "increase", 1, 0}, {"increases", "increase", 1, 0},
    {"increasing", "increase", 1, 0}, {"jump", "jump", 1, 0}, {"jumped", "jump", 1, 0},
    {"jumping", "jump", 1, 0}, {"jumps", "jump", 1, 0}, {"lifted", "lift", 1, 0},
    {"lifting", "lift", 1, 0}, {"lifts", "lift", 1, 0}, {"lowered", "lower", -1, 0},
    {"lowering", "lower", -1, 0}, {"moved", "move", 0, 0}, {"narrowed", "narrow", -1, 0},
    {"narrowing", "narrow", -1, 0}, {"narrows", "narrow", -1, 0}, {"plummet", "plummet", -1, 0},
    {"plummeted", "plummet", -1, 0}, {"plummets", "plummet", -1, 0}, {"plunge", "plunge", -1, 0},
    {"plunged", "plunge", -1, 0}, {"plunges", "plunge", -1, 0}, {"plunging", "plunge", -1, 0},
    {"pushed", "push", 1, 0}, {"quadrupled", "quadruple", 1, 4}, {"quadruples", "quadruple", 1, 4},
    {"raise", "raise", 1, 0}, {"raised", "raise", 1, 0}, {"raises", "raise", 1, 0},
    {"raising", "raise", 1, 0}, {"reduce", "reduce", -1, 0}, {"reduced", "reduce", -1, 0},
    {"reduces", "reduce", -1, 0}, {"reducing", "reduce", -1, 0}, {"revised", "revise", 0, 0},
    {"rise", "rise", 1, 0}, {"risen", "rise", 1, 0}, {"rises", "rise", 1, 0},
    {"rising", "rise", 1, 0}, {"rocketed", "rocket", 1, 0}, {"rose", "rise", 1, 0},
    {"sank", "sink", -1, 0}, {"shed", "shed", -1, 0}, {"sheds", "shed", -1, 0},
    {"shrank", "shrink", -1, 0}, {"shrink", "shrink", -1, 0}, {"shrinking", "shrink", -1, 0},
    {"shrinks", "shrink", -1, 0}, {"shrunk", "shrink", -1, 0}, {"sinks", "sink", -1, 0},
    {"skyrocketed", "skyrocket", 1, 0}, {"slash", "slash", -1, 0}, {"slashed", "slash", -1, 0},
    {"slashes", "slash", -1, 0}, {"slashing", "slash", -1, 0}, {"slid", "slide", -1, 0},
    {"slide", "slide", -1, 0}, {"slides", "slide", -1, 0}, {"sliding", "slide", -1, 0},
    {"slip", "slip", -1, 0}, {"slipped", "slip", -1, 0}, {"slipping", "slip", -1, 0},
    {"slips", "slip", -1, 0}, {"slump", "slump", -1, 0}, {"slumped", "slump", -1, 0},
    {"slumps", "slump", -1, 0}, {"soar", "soar", 1, 0}, {"soared", "soar", 1, 0},
    {"soaring", "soar", 1, 0}, {"soars", "soar", 1, 0}, {"strengthened", "strengthen", 1, 0},
    {"sunk", "sink", -1, 0}, {"surge", "surge", 1, 0}, {"surged", "surge", 1, 0},
    {"surges", "surge", 1, 0}, {"surging", "surge", 1, 0}, {"swell", "swell", 1, 0},
    {"swelled", "swell", 1, 0}, {"swelling", "swell", 1, 0}, {"swells", "swell", 1, 0},
    {"swollen", "swell", 1, 0}, {"trebled", "triple", 1, 3}, {"trim", "trim", -1, 0},
    {"trimmed", "trim", -1, 0}, {"trims", "trim", -1, 0}, {"tripled", "triple", 1, 3},
    {"triples", "triple", 1, 3}, {"tripling", "triple", 1, 3}, {"tumble", "tumble", -1, 0},
    {"tumbled", "tumble", -1, 0}, {"tumbles", "tumble", -1, 0}, {"tumbling", "tumble", -1, 0},
    {"weakened", "weaken", -1, 0}, {"went", "go", 0, 0}, {"widen", "widen", 1, 0},
    {"widened", "widen", 1, 0}, {"widens", "widen", 1, 0},
};

/* clang-format on */

const struct fm_change_word *fm_change_words(size_t *ret_count)
{
    *ret_count = sizeof words / sizeof words[0];
    return words;
}

const struct fm_change_word *
fm_quantity_change_word(const struct fm_lexemes *lx, size_t i)
{
    struct fm_str text = fm_lexeme_text(lx, i);
    char word[16];
    size_t low = 0;
    size_t high = sizeof words / sizeof words[0];

    if (text.len < 3 || text.len >= sizeof word)
        return NULL;
    for (size_t k = 0; k < text.len; k++)
        word[k] = fm_lower(text.data[k]);
    word[text.len] = '\0';
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(word, words[middle].form);

        if (order == 0)
            return &words[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}
