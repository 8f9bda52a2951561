/* The words of what is counted or measured: a noun's phrase, cut where the
 * sentence goes on to something else. */
#include "extract/quantity_site.h"

/* Tokens behind a noun that tell which one it is; more is a remark. */
#define BEHIND_MAX 9u

static bool is_loose(const struct fm_tree *tree, uint32_t i)
{
    uint8_t upos = tree->doc->upos[i];

    return upos == FM_PUNCT || upos == FM_ADP || upos == FM_CCONJ ||
           upos == FM_SCONJ || upos == FM_PART || upos == FM_DET;
}

struct fm_phrase fm_quantity_bare_phrase(const struct fm_tree *tree,
                                         struct fm_phrase phrase)
{
    static const char *const articles[] = {"a",   "all",   "an",   "both",
                                           "the", "these", "those"};

    while (phrase.first + 1 < phrase.last &&
           (fm_tree_words(tree, phrase.first, articles,
                          sizeof articles / sizeof *articles) ||
            tree->doc->upos[phrase.first] == FM_PUNCT))
        phrase.first++;
    /* "Dome Petroleum Ltd <DMP>" */
    for (uint32_t i = phrase.first + 1; i < phrase.last; i++)
        if (fm_str_eqz(tree->doc->form[i], "<") && i + 3 >= phrase.last)
            phrase.last = i;
    while (phrase.last > phrase.first + 1 && is_loose(tree, phrase.last - 1))
        phrase.last--;
    return phrase;
}

/* A finite verb, a conjunction, a relative pronoun: a clause begins. */
static bool begins_clause(const struct fm_tree *tree, uint32_t i)
{
    const struct fm_doc *doc = tree->doc;
    uint8_t xpos = doc->xpos[i];

    return doc->upos[i] == FM_SCONJ || xpos == FM_XPOS_WDT ||
           xpos == FM_XPOS_WP || xpos == FM_XPOS_WPS || xpos == FM_XPOS_WRB ||
           xpos == FM_XPOS_MD || xpos == FM_XPOS_VBD || xpos == FM_XPOS_VBZ ||
           xpos == FM_XPOS_VBP;
}

static bool is_number(const struct fm_tree *tree, uint32_t i)
{
    return tree->doc->upos[i] == FM_NUM || tree->doc->xpos[i] == FM_XPOS_DOLLAR;
}

static bool is_hyphen(const struct fm_doc *doc, uint32_t i)
{
    return i < doc->token_count && fm_str_eqz(doc->form[i], "-") &&
           (doc->flags[i] & FM_TOKEN_SPACE_BEFORE) == 0;
}

/* "rank-and-file members": the word is joined to what it describes. */
static uint32_t compound_end(const struct fm_doc *doc, uint32_t last)
{
    uint32_t end = last;

    while (is_hyphen(doc, end) && end + 1 < doc->token_count &&
           (doc->flags[end + 1] & FM_TOKEN_SPACE_BEFORE) == 0)
        end += 2;
    if (end == last)
        return last;
    while (end < doc->token_count &&
           (doc->upos[end] == FM_NOUN || doc->upos[end] == FM_ADJ ||
            doc->upos[end] == FM_PROPN))
        end++;
    return end;
}

/* Cuts at a comma, a clause and another amount behind the noun. */
static struct fm_phrase cut(const struct fm_tree *tree, struct fm_phrase p,
                            uint32_t noun)
{
    const struct fm_doc *doc = tree->doc;
    uint32_t end = compound_end(doc, noun + 1);

    if (end > p.last)
        p.last = end;
    for (uint32_t i = noun + 1; i < p.last; i++) {
        bool mark =
            doc->upos[i] == FM_PUNCT && !is_hyphen(doc, i) &&
            (doc->flags[i] & (FM_TOKEN_QUOTE_OPEN | FM_TOKEN_QUOTE_CLOSE)) == 0;

        if (i < end && !mark)
            continue;
        if (mark || begins_clause(tree, i) || is_number(tree, i) ||
            i > noun + BEHIND_MAX) {
            p.last = i;
            break;
        }
    }
    /* "children aged five" */
    while (p.last > end && (tree->doc->upos[p.last - 1] == FM_VERB ||
                            tree->doc->xpos[p.last - 1] == FM_XPOS_VBN))
        p.last--;
    return p;
}

struct fm_phrase fm_quantity_words_behind(const struct fm_tree *tree,
                                          uint32_t noun, uint32_t first,
                                          bool count)
{
    struct fm_phrase p = fm_phrase_of(tree, noun, FM_PHRASE_PART, FM_NO_TOKEN);

    if (p.first < first)
        p.first = first;
    /* "of the five states": the whole is no word of what it is. */
    for (uint32_t k = tree->first[noun]; k < tree->first[noun + 1]; k++) {
        uint32_t c = tree->child[k];

        if (count && fm_tree_dep(tree, c) == FM_DEP_NUMMOD && c < noun &&
            tree->right[c] > p.first && tree->right[c] <= noun)
            p.first = tree->right[c];
    }
    p = fm_quantity_bare_phrase(tree, cut(tree, p, noun));
    /* "two and four-door cars": what the first number counts is not said. */
    if (p.last <= p.first || tree->doc->upos[p.first] == FM_CCONJ)
        return (struct fm_phrase){first, first};
    return p;
}

struct fm_phrase fm_quantity_noun_words(const struct fm_tree *tree,
                                        uint32_t noun, uint32_t without)
{
    struct fm_phrase p = fm_phrase_of(tree, noun, FM_PHRASE_PART, without);

    while (p.last > p.first + 1 && tree->doc->upos[p.last - 1] == FM_PUNCT)
        p.last--;
    return fm_quantity_bare_phrase(tree, cut(tree, p, noun));
}
