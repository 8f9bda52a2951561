/* Facts that nouns state: appositions. */
#include "extract/clause.h"

#define R(name) FACTMILL__V1__ARGUMENT__ROLE__##name

static bool is_noun(const struct fm_tree *tree, uint32_t i)
{
    return tree->doc->upos[i] == FM_NOUN || tree->doc->upos[i] == FM_PROPN;
}

static bool is_name(const struct fm_tree *tree, uint32_t i)
{
    return tree->doc->upos[i] == FM_PROPN;
}

static struct fm_clause *add_noun(struct fm_clauses *all, const char *rule,
                                  uint32_t subject, uint32_t without,
                                  uint32_t other,
                                  Factmill__V1__Argument__Role role,
                                  enum fm_clause_implied implied)
{
    struct fm_clause *clause = fm_clause_add(all, rule, other);
    struct fm_clause_part *part;

    if (clause == NULL)
        return NULL;
    clause->implied = implied;
    clause->subject.head = subject;
    clause->subject.without = without;
    clause->subject.role = R(SUBJECT);
    part = fm_clause_part(all, clause, FM_DEP_NONE, other);
    if (part == NULL) {
        fm_clause_drop(all);
        return NULL;
    }
    part->role = (uint8_t)role;
    part->head = other;
    part->before.last = part->before.first;
    part->without = FM_NO_TOKEN;
    return clause;
}

/* "two things: the cost and the time" */
static bool is_list(const struct fm_tree *tree, uint32_t i)
{
    uint32_t left = tree->left[i];

    return fm_tree_word(tree, left, ":") ||
           (left > 0 && fm_tree_word(tree, left - 1, ":"));
}

/* "the Rapid Force (RF)", "Acme Inc <ACM>": the family of abbreviations has it. */
static bool is_short_form(const struct fm_tree *tree, uint32_t i)
{
    return ((tree->doc->flags[i] & FM_TOKEN_ALL_CAPS) != 0 ||
            (i > 0 && fm_tree_word(tree, i - 1, "<"))) &&
           tree->right[i] - tree->left[i] <= 3 && i > 0 &&
           (fm_tree_word(tree, i - 1, "(") || fm_tree_word(tree, i - 1, "<"));
}

/* "the scholars – Ann Lee, …", "the court (Ann Lee and Jo Roe)": one is not many. */
static bool disagrees(const struct fm_tree *tree, uint32_t noun, uint32_t i)
{
    uint8_t one = tree->doc->xpos[noun];
    uint8_t other = tree->doc->xpos[i];
    bool joined = fm_tree_has(tree, i, FM_DEP_CONJ);

    if (one == FM_XPOS_NNS)
        return other == FM_XPOS_NNP && !joined;
    return one == FM_XPOS_NN && other == FM_XPOS_NNP && joined;
}

/* "Jane Roe, the head of Acme, …"; "the head of Acme, Jane Roe, …" */
static void find_apposition(struct fm_clauses *all, uint32_t i)
{
    const struct fm_tree *tree = all->tree;
    uint32_t noun = fm_tree_head(tree, i);
    struct fm_clause *clause;

    if (!is_noun(tree, i) || !is_noun(tree, noun) || noun > i ||
        !fm_phrase_is_set_off(tree, i) || fm_phrase_is_containment(tree, i) ||
        is_list(tree, i) || is_short_form(tree, i) ||
        fm_clause_is_time(all, i) || fm_clause_is_time(all, noun) ||
        disagrees(tree, noun, i))
        return;
    if (is_name(tree, i) && !is_name(tree, noun))
        clause = add_noun(all, "noun.apposition", i, FM_NO_TOKEN, noun,
                          R(COMPLEMENT), FM_IMPLIED_BE);
    else
        clause = add_noun(all, "noun.apposition", noun, i, i, R(COMPLEMENT),
                          FM_IMPLIED_BE);
    if (clause != NULL)
        clause->copula = true;
}

void fm_clause_find_nouns(struct fm_clauses *all)
{
    const struct fm_tree *tree = all->tree;

    for (uint32_t i = all->first; i < all->last; i++)
        if (fm_tree_dep(tree, i) == FM_DEP_APPOS)
            find_apposition(all, i);
}
