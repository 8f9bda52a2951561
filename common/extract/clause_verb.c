#include "extract/clause.h"

/* Verbs joined to one another or completing one another: bounds a walk. */
#define CHAIN_MAX 6u

/* --- the words of a predicate --------------------------------------------------------- */

void fm_clause_word(struct fm_clause *clause, uint32_t token)
{
    size_t at = clause->word_count;

    if (at == FM_CLAUSE_WORDS_MAX)
        return;
    while (at > 0 && clause->words[at - 1] >= token) {
        if (clause->words[at - 1] == token)
            return;
        at--;
    }
    for (size_t k = clause->word_count; k > at; k--)
        clause->words[k] = clause->words[k - 1];
    clause->words[at] = token;
    clause->word_count++;
}

void fm_clause_unword(struct fm_clause *clause, size_t k)
{
    clause->word_count--;
    for (; k < clause->word_count; k++)
        clause->words[k] = clause->words[k + 1];
}

static bool is_negation(const struct fm_tree *tree, uint32_t i)
{
    static const char *const words[] = {"n't", "never", "not",
                                        "n\xe2\x80\x99t"};

    return fm_tree_words(tree, i, words, sizeof words / sizeof *words);
}

static bool is_auxiliary(enum fm_dep dep)
{
    return dep == FM_DEP_AUX || dep == FM_DEP_AUX_PASS || dep == FM_DEP_COP;
}

/* An adverb that stands between the words of the predicate. */
static bool is_inner_adverb(const struct fm_tree *tree, uint32_t verb,
                            uint32_t i)
{
    uint32_t c = tree->first[verb];

    if (i > verb || tree->right[i] - tree->left[i] != 1 ||
        tree->doc->upos[i] != FM_ADV || tree->doc->xpos[i] == FM_XPOS_WRB)
        return false;
    if (i + 1 == verb)
        return true;
    for (; c < tree->first[verb + 1]; c++)
        if (tree->child[c] < i &&
            is_auxiliary(fm_tree_dep(tree, tree->child[c])))
            return true;
    return false;
}

static bool is_word_of(const struct fm_tree *tree, uint32_t verb, uint32_t i)
{
    enum fm_dep dep = fm_tree_dep(tree, i);

    if (is_auxiliary(dep) || dep == FM_DEP_COMPOUND_PRT)
        return true;
    if (dep == FM_DEP_OBJ)
        return fm_clause_is_light(tree, verb, i);
    if (dep == FM_DEP_ADVMOD)
        return is_negation(tree, i) || is_inner_adverb(tree, verb, i);
    return false;
}

/* "is to leave" */
static uint32_t to_behind(const struct fm_tree *tree, uint32_t verb,
                          uint32_t aux)
{
    uint32_t mark = fm_tree_child(tree, verb, FM_DEP_MARK, aux);

    return mark != FM_NO_TOKEN && fm_tree_word(tree, mark, "to") ? mark
                                                                 : FM_NO_TOKEN;
}

static void add_words(struct fm_clauses *all, struct fm_clause *clause,
                      uint32_t verb)
{
    const struct fm_tree *tree = all->tree;

    fm_clause_word(clause, verb);
    for (uint32_t c = tree->first[verb]; c < tree->first[verb + 1]; c++) {
        uint32_t i = tree->child[c];

        if (!is_word_of(tree, verb, i))
            continue;
        fm_clause_word(clause, i);
        if (fm_tree_dep(tree, i) == FM_DEP_AUX &&
            to_behind(tree, verb, i) != FM_NO_TOKEN)
            fm_clause_word(clause, to_behind(tree, verb, i));
    }
}

static void add_auxiliaries(struct fm_clauses *all, struct fm_clause *clause,
                            uint32_t verb)
{
    const struct fm_tree *tree = all->tree;

    for (uint32_t c = tree->first[verb]; c < tree->first[verb + 1]; c++) {
        uint32_t i = tree->child[c];
        enum fm_dep dep = fm_tree_dep(tree, i);

        if (dep == FM_DEP_AUX || dep == FM_DEP_AUX_PASS ||
            (dep == FM_DEP_ADVMOD && is_negation(tree, i)))
            fm_clause_word(clause, i);
    }
}

bool fm_clause_is_contrast(const struct fm_tree *tree, uint32_t i)
{
    uint32_t head = fm_tree_head(tree, i);
    uint32_t cc = fm_tree_child(tree, i, FM_DEP_CC, 0);

    if (cc == FM_NO_TOKEN || !fm_tree_word(tree, cc, "but"))
        return false;
    for (uint32_t c = tree->first[head]; c < tree->first[head + 1]; c++)
        if (is_negation(tree, tree->child[c]))
            return true;
    return false;
}

/* "was arrested and charged": the second verb shares what stands before the
 * first when it has the same form and nothing of its own. */
static bool shares_auxiliaries(const struct fm_tree *tree, uint32_t i)
{
    uint32_t head = fm_tree_head(tree, i);
    uint8_t xpos = tree->doc->xpos[i];

    if (fm_tree_dep(tree, i) != FM_DEP_CONJ ||
        fm_tree_has(tree, i, FM_DEP_AUX) ||
        fm_tree_has(tree, i, FM_DEP_AUX_PASS) ||
        fm_tree_has(tree, i, FM_DEP_COP) ||
        fm_tree_has(tree, i, FM_DEP_NSUBJ) ||
        fm_tree_has(tree, i, FM_DEP_NSUBJ_PASS) ||
        fm_clause_is_contrast(tree, i))
        return false;
    if (xpos == tree->doc->xpos[head])
        return true;
    /* "was to be sold and remained": joined to the finite verb. */
    if (xpos == FM_XPOS_VBD && fm_clause_is_chained(tree, head))
        return false;
    /* Past tense and participle look alike, and are mistaken. */
    return (xpos == FM_XPOS_VBN || xpos == FM_XPOS_VBD) &&
           tree->doc->xpos[head] == FM_XPOS_VBN;
}

static void add_to(struct fm_clauses *all, struct fm_clause *clause,
                   uint32_t verb)
{
    uint32_t mark = fm_tree_child(all->tree, verb, FM_DEP_MARK, 0);

    if (mark != FM_NO_TOKEN && fm_tree_word(all->tree, mark, "to"))
        fm_clause_word(clause, mark);
}

void fm_clause_predicate(struct fm_clauses *all, struct fm_clause *clause,
                         uint32_t i)
{
    const struct fm_tree *tree = all->tree;

    add_words(all, clause, i);
    clause->passive = fm_tree_has(tree, i, FM_DEP_AUX_PASS) ||
                      fm_tree_has(tree, i, FM_DEP_NSUBJ_PASS);
    for (size_t steps = 0; steps < CHAIN_MAX; steps++) {
        uint32_t head = fm_tree_head(tree, i);

        if (fm_clause_is_chained(tree, i)) {
            add_to(all, clause, i);
            add_words(all, clause, head);
        } else if (shares_auxiliaries(tree, i)) {
            add_auxiliaries(all, clause, head);
            clause->passive |= fm_tree_has(tree, head, FM_DEP_AUX_PASS);
            if (fm_clause_is_chained(tree, head))
                add_to(all, clause, head);
        } else {
            break;
        }
        i = head;
    }
    clause->top = i;
}

/* --- finding ---------------------------------------------------------------------------- */

/* Verbs that are told as part of what they complete. */
static bool has_chain_below(const struct fm_tree *tree, uint32_t i)
{
    for (uint32_t c = tree->first[i]; c < tree->first[i + 1]; c++)
        if (fm_clause_is_chained(tree, tree->child[c]))
            return true;
    return false;
}

static const char *rule_of(enum fm_clause_link link, bool passive)
{
    static const char *const rules[FM_LINK_COUNT][2] = {
        [FM_LINK_OWN] = {"clause.verb", "clause.passive"},
        [FM_LINK_SHARED] = {"clause.joined", "clause.joined_passive"},
        [FM_LINK_RELATIVE] = {"clause.relative", "clause.relative_passive"},
        [FM_LINK_PARTICIPLE] = {"clause.participle",
                                "clause.participle_passive"},
        [FM_LINK_CONTROL] = {"clause.control", "clause.control_passive"},
        [FM_LINK_ADVERBIAL] = {"clause.adverbial", "clause.adverbial_passive"},
    };

    return rules[link][passive];
}

/* "a plant [that was] built in 1990", "left, [and was] taking the money" */
static bool is_bare_participle(const struct fm_tree *tree, uint32_t i,
                               enum fm_clause_link link)
{
    uint8_t xpos = tree->doc->xpos[i];

    return (link == FM_LINK_PARTICIPLE || link == FM_LINK_ADVERBIAL) &&
           (xpos == FM_XPOS_VBN || xpos == FM_XPOS_VBG) &&
           !fm_tree_has(tree, i, FM_DEP_AUX) &&
           !fm_tree_has(tree, i, FM_DEP_AUX_PASS);
}

/* "more than they have", "as they did": the verb stands for another, which is
 * elsewhere. "What they lack": what it is about is not told. */
static bool is_hollow(const struct fm_tree *tree, uint32_t i)
{
    static const char *const words[] = {"are", "did",  "do", "does", "had",
                                        "has", "have", "is", "was",  "were"};
    uint32_t head = fm_tree_head(tree, i);

    if (fm_tree_dep(tree, i) == FM_DEP_ACL_RELCL &&
        tree->doc->xpos[head] == FM_XPOS_WP)
        return true;
    return fm_tree_words(tree, i, words, sizeof words / sizeof *words) &&
           !fm_clause_is_existential(tree, i) &&
           !fm_tree_has(tree, i, FM_DEP_OBJ) &&
           !fm_tree_has(tree, i, FM_DEP_XCOMP) &&
           !fm_tree_has(tree, i, FM_DEP_CCOMP) &&
           fm_tree_dep(tree, i) != FM_DEP_ACL_RELCL;
}

/* "We believe", with nothing that is believed: it was not found. A gerund before a
 * noun ("smelting costs") is no clause. */
static bool is_empty(const struct fm_tree *tree, const struct fm_clause *clause)
{
    static const char *const words[] = {
        "add",  "admit", "announce", "argue", "believe", "claim",
        "feel", "know",  "mean",     "note",  "say",     "suggest",
        "tell", "think", "want",     "warn"};
    const struct fm_doc *doc = tree->doc;

    uint32_t mark = fm_tree_child(tree, clause->head, FM_DEP_MARK, 0);

    if (clause->part_count > 0 || clause->passive || clause->existential ||
        doc->lemma == NULL)
        return false;
    /* "as we remember" */
    if (fm_tree_dep(tree, clause->head) == FM_DEP_ADVCL &&
        mark < clause->head && fm_tree_word(tree, mark, "as"))
        return true;
    if (clause->link == FM_LINK_OWN && doc->xpos[clause->head] == FM_XPOS_VBG &&
        clause->word_count == 1)
        return true;
    return fm_str_bsearch(doc->lemma[clause->head], words,
                          sizeof words / sizeof *words) >= 0;
}

/* "which means that …", said of a whole clause; "what remains". */
bool fm_clause_is_open(const struct fm_tree *tree, uint32_t subject)
{
    uint8_t xpos = tree->doc->xpos[subject];

    return xpos == FM_XPOS_WDT || fm_tree_dep(tree, subject) == FM_DEP_MARK ||
           (xpos == FM_XPOS_WP &&
            tree->right[subject] - tree->left[subject] == 1);
}

static void find_verb(struct fm_clauses *all, uint32_t i)
{
    const struct fm_tree *tree = all->tree;
    enum fm_clause_link link;
    struct fm_clause_part subject = fm_clause_subject(tree, i, &link);
    struct fm_clause *clause;

    if (subject.head == FM_NO_TOKEN || fm_clause_is_open(tree, subject.head) ||
        is_hollow(tree, i))
        return;
    clause = fm_clause_add(all, NULL, i);
    if (clause == NULL)
        return;
    clause->subject = subject;
    clause->link = (uint8_t)link;
    fm_clause_predicate(all, clause, i);
    if (is_bare_participle(tree, i, link)) {
        clause->passive |= tree->doc->xpos[i] == FM_XPOS_VBN;
        clause->implied = FM_IMPLIED_BE;
    }
    clause->rule = rule_of(link, clause->passive);
    if (fm_clause_is_existential(tree, i)) {
        clause->rule = "clause.existential";
        clause->existential = true;
        fm_clause_word(clause, fm_tree_child(tree, i, FM_DEP_EXPL, 0));
    }
    fm_clause_arguments(all, clause, i);
    if (is_empty(tree, clause))
        fm_clause_drop(all);
}

void fm_clause_find_verbs(struct fm_clauses *all)
{
    const struct fm_tree *tree = all->tree;

    for (uint32_t i = all->first; i < all->last; i++)
        if (fm_clause_is_predicate(tree, i) &&
            !fm_tree_has(tree, i, FM_DEP_COP) && !has_chain_below(tree, i))
            find_verb(all, i);
}
