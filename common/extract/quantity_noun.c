/* What is counted or measured: the noun that an amount goes with. */
#include "extract/quantity_site.h"

static bool is_noun(const struct fm_tree *tree, uint32_t i)
{
    uint8_t upos = tree->doc->upos[i];

    return upos == FM_NOUN || upos == FM_PROPN || upos == FM_SYM;
}

static bool has_case(const struct fm_tree *tree, uint32_t i, const char *word)
{
    struct fm_phrase before = fm_phrase_case(tree, i);

    return before.last == before.first + 1 &&
           fm_tree_word(tree, before.first, word);
}

bool fm_quantity_is_period(const struct fm_tree *tree, uint32_t i)
{
    static const char *const words[] = {
        "day",    "days",    "decade",   "decades", "half",  "month", "months",
        "period", "quarter", "quarters", "week",    "weeks", "year",  "years",
    };

    return fm_tree_words(tree, i, words, sizeof words / sizeof *words);
}

/* "$5 billion in aid": a noun without article that says what the money is; not
 * "in support of", "in return". */
static bool is_sort(const struct fm_tree *tree, uint32_t i)
{
    static const char *const words[] = {
        "addition", "advance",  "all",    "case",   "charge",
        "exchange", "favor",    "favour", "part",   "place",
        "protest",  "response", "return", "search", "support",
        "terms",    "total",    "turn",   "view"};

    if (fm_tree_words(tree, i, words, sizeof words / sizeof *words))
        return false;
    return tree->doc->upos[i] == FM_NOUN && !fm_quantity_is_period(tree, i) &&
           !fm_tree_has(tree, i, FM_DEP_DET) &&
           !fm_tree_has(tree, i, FM_DEP_NMOD_POSS);
}

/* "six million Class A common shares" */
static bool is_letter(const struct fm_doc *doc, uint32_t i)
{
    return doc->form[i].len == 1 && (doc->flags[i] & FM_TOKEN_CAPITAL) != 0;
}

/* "15 oil and gas wells", "two oil producing sectors": more than one of them is a
 * plural, a little further on. */
static uint32_t plural_of(const struct fm_tree *tree, uint32_t noun)
{
    const struct fm_doc *doc = tree->doc;

    if (doc->xpos[noun] != FM_XPOS_NN && doc->xpos[noun] != FM_XPOS_NNP)
        return noun;
    for (uint32_t i = noun + 1; i < doc->token_count && i <= noun + 4; i++) {
        if (doc->xpos[i] == FM_XPOS_NNS)
            return i;
        if (doc->upos[i] != FM_NOUN && doc->upos[i] != FM_ADJ &&
            doc->upos[i] != FM_CCONJ && doc->xpos[i] != FM_XPOS_VBG &&
            !is_letter(doc, i))
            break;
    }
    return noun;
}

/* The noun that an "of" behind the amount ties to it: "12 per cent of voters",
 * "hundreds of ships"; money has "in" too: "$5 billion in aid". */
static uint32_t noun_of(const struct fm_tree *tree, uint32_t top,
                        uint32_t behind, bool count)
{
    /* "of" right behind it, whatever it hangs from. */
    if (behind < tree->doc->token_count && fm_tree_word(tree, behind, "of") &&
        fm_tree_dep(tree, behind) == FM_DEP_CASE &&
        fm_tree_head(tree, behind) > behind)
        return fm_tree_head(tree, behind);
    if (!count && behind < tree->doc->token_count &&
        fm_tree_word(tree, behind, "in") &&
        fm_tree_dep(tree, behind) == FM_DEP_CASE &&
        fm_tree_head(tree, behind) > behind &&
        is_sort(tree, fm_tree_head(tree, behind)))
        return fm_tree_head(tree, behind);
    for (uint32_t k = tree->first[top]; k < tree->first[top + 1]; k++) {
        uint32_t c = tree->child[k];

        /* "a maximum of two billion" is the amount itself. */
        if (c < behind || fm_tree_dep(tree, c) != FM_DEP_NMOD)
            continue;
        if (has_case(tree, c, "of") ||
            (!count && has_case(tree, c, "in") && is_sort(tree, c)))
            return c;
    }
    return FM_NO_TOKEN;
}

/* "a 5 million dollar loss": the noun behind that the measure describes. */
static uint32_t noun_described(const struct fm_tree *tree, uint32_t top)
{
    uint32_t head = fm_tree_head(tree, top);

    switch ((int)fm_tree_dep(tree, top)) {
    case FM_DEP_COMPOUND:
    case FM_DEP_NUMMOD:
    case FM_DEP_AMOD:
    case FM_DEP_NMOD:
    case FM_DEP_NMOD_DESC:
    case FM_DEP_NMOD_UNMARKED:
        return head > top && is_noun(tree, head) &&
                       !fm_tree_has(tree, top, FM_DEP_CASE)
                   ? head
                   : FM_NO_TOKEN;
    default: return FM_NO_TOKEN;
    }
}

/* "a 5 million dollar loss" where the tree has the loss elsewhere: an article
 * before the amount and a noun right behind it belong together. */
static uint32_t noun_beside(const struct fm_tree *tree, uint32_t first,
                            uint32_t behind, bool count)
{
    const struct fm_doc *doc = tree->doc;
    uint32_t i = behind;

    if (count || first == 0 || doc->upos[first - 1] != FM_DET)
        return FM_NO_TOKEN;
    /* "a 19 million dollar secured loan" */
    while (i < doc->token_count && i < behind + 2 &&
           (doc->upos[i] == FM_ADJ || doc->xpos[i] == FM_XPOS_VBN))
        i++;
    if (i >= doc->token_count || doc->upos[i] != FM_NOUN)
        return FM_NO_TOKEN;
    while (i + 1 < doc->token_count && doc->upos[i + 1] == FM_NOUN)
        i++;
    return i;
}

/* Sets noun, about, and returns the token by which all of it hangs. */
uint32_t fm_quantity_find_noun(const struct fm_tree *tree, uint32_t start,
                               uint32_t end, bool count, bool plural,
                               struct fm_quantity_site *site)
{
    uint32_t first = (uint32_t)fm_doc_token_at(tree->doc, start);
    uint32_t behind = (uint32_t)fm_doc_token_at(tree->doc, end - 1) + 1;
    uint32_t noun = noun_described(tree, site->top);
    uint32_t anchor = site->top;

    if (noun == FM_NO_TOKEN)
        noun = noun_beside(tree, first, behind, count);

    if (noun != FM_NO_TOKEN) {
        anchor = noun;
        site->noun = noun;
        site->described = !count;
        if (count && plural && plural_of(tree, noun) != noun) {
            site->noun = plural_of(tree, noun);
            site->about = (struct fm_phrase){behind, site->noun + 1};
        } else {
            site->about = fm_quantity_words_behind(tree, noun, behind, count);
        }
        return anchor;
    }
    noun = noun_of(tree, site->top, behind, count);
    if (noun != FM_NO_TOKEN) {
        site->noun = noun;
        site->about =
            fm_quantity_words_behind(tree, noun, tree->left[noun], count);
    }
    return anchor;
}
