/* What somebody or something is: "be" and what stands behind it. */
#include "extract/clause.h"
#include "extract/modal_words.h"

#define R(name) FACTMILL__V1__ARGUMENT__ROLE__##name

static bool is_nominal(const struct fm_tree *tree, uint32_t i)
{
    uint8_t upos = tree->doc->upos[i];

    return upos == FM_NOUN || upos == FM_PROPN || upos == FM_PRON ||
           upos == FM_NUM || upos == FM_SYM || upos == FM_DET;
}

/* "is able to", "is famous for", "was among the first": the word behind "be"
 * belongs to the predicate when something hangs from it like from a verb. */
static bool governs(const struct fm_tree *tree, uint32_t i)
{
    if (is_nominal(tree, i) || fm_tree_has(tree, i, FM_DEP_CASE))
        return false;
    for (uint32_t c = tree->first[i]; c < tree->first[i + 1]; c++) {
        uint32_t child = tree->child[c];
        enum fm_dep dep = fm_tree_dep(tree, child);

        if (child > i && (dep == FM_DEP_OBL || dep == FM_DEP_XCOMP ||
                          dep == FM_DEP_CCOMP || dep == FM_DEP_OBJ))
            return true;
    }
    return false;
}

/* The words of the predicate but for what is predicated. */
static void add_copula_words(struct fm_clauses *all, struct fm_clause *clause,
                             uint32_t i)
{
    struct fm_phrase said =
        fm_phrase_of(all->tree, i, FM_PHRASE_FULL, FM_NO_TOKEN);

    fm_clause_predicate(all, clause, i);
    for (size_t k = clause->word_count; k-- > 0;)
        if (clause->words[k] >= said.first && clause->words[k] < said.last)
            fm_clause_unword(clause, k);
}

/* "It is possible that they leave": how sure it is that they leave, which the
 * clause itself says. */
static bool is_judgement(const struct fm_tree *tree, uint32_t i)
{
    return fm_modal_adjective(tree, i) != NULL &&
           (fm_tree_has(tree, i, FM_DEP_CSUBJ) ||
            (fm_tree_has(tree, i, FM_DEP_CCOMP) &&
             fm_tree_has(tree, i, FM_DEP_EXPL)));
}

/* "what is the role?", "here are some", "that is why": says nothing of it. */
static bool is_question_word(const struct fm_tree *tree, uint32_t i)
{
    uint8_t xpos = tree->doc->xpos[i];
    bool behind = fm_tree_child(tree, i, FM_DEP_COP, i) != FM_NO_TOKEN;

    if (xpos == FM_XPOS_WRB)
        return true;
    if (xpos == FM_XPOS_WP || xpos == FM_XPOS_WDT)
        return behind || !fm_tree_has(tree, i, FM_DEP_ACL_RELCL);
    return behind && tree->doc->upos[i] == FM_ADV;
}

/* "It was two days before they left": when, not what. */
static bool is_empty(const struct fm_tree *tree, const struct fm_clause *clause)
{
    return clause->part_count > 0 && clause->parts[0].role == R(TIME) &&
           fm_tree_word(tree, clause->subject.head, "it") &&
           fm_tree_has(tree, clause->head, FM_DEP_ADVCL);
}

static void find_copula(struct fm_clauses *all, uint32_t i)
{
    const struct fm_tree *tree = all->tree;
    enum fm_clause_link link;
    struct fm_clause_part subject = fm_clause_subject(tree, i, &link);
    struct fm_clause *clause;
    struct fm_clause_part *part;

    if (subject.head == FM_NO_TOKEN || subject.head == i ||
        fm_clause_is_open(tree, subject.head) || is_judgement(tree, i) ||
        is_question_word(tree, i))
        return;
    clause = fm_clause_add(all, "clause.copula", i);
    if (clause == NULL)
        return;
    clause->subject = subject;
    clause->link = (uint8_t)link;
    clause->copula = true;
    if (governs(tree, i)) {
        clause->rule = "clause.adjective";
        fm_clause_predicate(all, clause, i);
    } else {
        add_copula_words(all, clause, i);
        part = fm_clause_part(all, clause, FM_DEP_NONE, i);
        if (part != NULL && part->role != R(PLACE) && part->role != R(TIME))
            part->role = R(COMPLEMENT);
    }
    fm_clause_arguments(all, clause, i);
    if (is_empty(tree, clause))
        fm_clause_drop(all);
}

/* "The plan is that they leave": the whole clause is what the plan is. */
static void find_outer(struct fm_clauses *all, uint32_t i, uint32_t subject)
{
    const struct fm_tree *tree = all->tree;
    struct fm_clause *clause = fm_clause_add(all, "clause.copula", i);
    struct fm_clause_part *part;

    if (clause == NULL)
        return;
    clause->copula = true;
    clause->outer = true;
    clause->subject.head = subject;
    clause->subject.without = FM_NO_TOKEN;
    clause->subject.role = R(SUBJECT);
    fm_clause_word(clause, fm_tree_child(tree, i, FM_DEP_COP, 0));
    part = fm_clause_part(all, clause, FM_DEP_CCOMP, i);
    if (part != NULL)
        part->role = R(COMPLEMENT);
}

void fm_clause_find_copulas(struct fm_clauses *all)
{
    const struct fm_tree *tree = all->tree;

    for (uint32_t i = all->first; i < all->last; i++) {
        uint32_t outer;
        bool chained = false;

        if (!fm_tree_has(tree, i, FM_DEP_COP))
            continue;
        outer = fm_tree_child(tree, i, FM_DEP_NSUBJ_OUTER, 0);
        if (outer != FM_NO_TOKEN) {
            find_outer(all, i, outer);
            continue;
        }
        for (uint32_t c = tree->first[i]; c < tree->first[i + 1]; c++)
            chained |= fm_clause_is_chained(tree, tree->child[c]);
        if (!chained)
            find_copula(all, i);
    }
}
