#include "extract/scope.h"

#include "extract/clause.h"
#include "extract/modal_words.h"

#define M(name)  FACTMILL__V1__FACT__MODALITY__##name
#define NEGATIVE FACTMILL__V1__FACT__POLARITY__NEGATIVE
#define POSITIVE FACTMILL__V1__FACT__POLARITY__POSITIVE

/* Predicates above one another that are looked at. */
#define CLIMB_MAX 8u

struct look {
    const struct fm_tree *tree;
    struct fm_scope scope;
    /* Only what takes a whole clause out of the world counts: "if", questions. */
    bool above;
};

static void trigger(struct look *look, uint32_t token)
{
    struct fm_scope *scope = &look->scope;

    if (scope->trigger_count < FM_SCOPE_TRIGGERS_MAX)
        scope->triggers[scope->trigger_count++] = token;
}

static void negate(struct look *look, uint32_t token)
{
    if (look->above)
        return;
    look->scope.polarity =
        look->scope.polarity == NEGATIVE ? POSITIVE : NEGATIVE;
    trigger(look, token);
}

/* Of two modalities the one that is further from a plain fact. */
static unsigned distance(Factmill__V1__Fact__Modality modality)
{
    switch ((int)modality) {
    case M(ABILITY): return 1;
    case M(FUTURE): return 2;
    case M(NECESSARY): return 3;
    case M(PERMISSION): return 4;
    case M(OBLIGATION): return 5;
    case M(INTENTION): return 6;
    case M(PROBABLE): return 7;
    case M(POSSIBLE): return 8;
    case M(CONDITIONAL): return 9;
    case M(QUESTION): return 10;
    case M(COUNTERFACTUAL): return 11;
    default: return 0;
    }
}

static void qualify(struct look *look, Factmill__V1__Fact__Modality modality,
                    uint32_t token)
{
    if (look->above && modality != M(CONDITIONAL) && modality != M(QUESTION))
        return;
    if (distance(modality) > distance(look->scope.modality)) {
        look->scope.modality = modality;
        trigger(look, token);
    }
}

static void apply(struct look *look, const struct fm_modal *modal,
                  uint32_t token)
{
    if (modal == NULL)
        return;
    if (modal->negative)
        negate(look, token);
    qualify(look, (Factmill__V1__Fact__Modality)modal->modality, token);
}

/* --- negation ------------------------------------------------------------------------- */

static bool is_negation(const struct fm_tree *tree, uint32_t i)
{
    static const char *const words[] = {"n't", "never", "not", "nowhere",
                                        "n\xe2\x80\x99t"};

    if (fm_tree_words(tree, i, words, sizeof words / sizeof *words))
        return true;
    /* "no longer" */
    return fm_tree_word(tree, i, "longer") && i > 0 &&
           fm_tree_word(tree, i - 1, "no");
}

/* The word that makes a noun phrase empty ("no", "nobody"); FM_NO_TOKEN = it is
 * not. */
static uint32_t emptied_by(const struct fm_tree *tree, uint32_t noun)
{
    static const char *const pronouns[] = {"neither", "no-one", "nobody",
                                           "none", "nothing"};
    static const char *const determiners[] = {"neither", "no"};

    if (fm_tree_words(tree, noun, pronouns, sizeof pronouns / sizeof *pronouns))
        return noun;
    for (uint32_t c = tree->first[noun]; c < tree->first[noun + 1]; c++) {
        uint32_t i = tree->child[c];
        enum fm_dep dep = fm_tree_dep(tree, i);

        if ((dep == FM_DEP_DET || dep == FM_DEP_CC_PRECONJ) &&
            fm_tree_words(tree, i, determiners,
                          sizeof determiners / sizeof *determiners) &&
            !fm_tree_word(tree, noun, "doubt"))
            return i;
    }
    return FM_NO_TOKEN;
}

/* --- the words of one predicate --------------------------------------------------------- */

static bool has_perfect(const struct fm_tree *tree, uint32_t i, uint32_t modal)
{
    uint32_t have = fm_tree_child(tree, i, FM_DEP_AUX, modal + 1);

    return have != FM_NO_TOKEN &&
           (fm_tree_word(tree, have, "have") ||
            fm_tree_word(tree, have, "'ve") || fm_tree_word(tree, have, "of"));
}

static bool has_condition(const struct fm_tree *tree, uint32_t i)
{
    for (uint32_t c = tree->first[i]; c < tree->first[i + 1]; c++) {
        uint32_t clause = tree->child[c];
        uint32_t mark = fm_tree_child(tree, clause, FM_DEP_MARK, 0);
        const struct fm_modal *modal;

        if (fm_tree_dep(tree, clause) != FM_DEP_ADVCL || mark == FM_NO_TOKEN)
            continue;
        modal = fm_modal_conjunction(tree, mark);
        if (modal != NULL && modal->modality == M(CONDITIONAL) &&
            !(mark > 0 && (fm_tree_word(tree, mark - 1, "even") ||
                           fm_tree_word(tree, mark - 1, "as"))))
            return true;
    }
    return false;
}

/* "said it would close": the future, seen from the past. */
static bool is_future_of_past(const struct fm_tree *tree, uint32_t i)
{
    uint32_t head = fm_tree_head(tree, i);

    return (fm_tree_dep(tree, i) == FM_DEP_CCOMP ||
            fm_tree_dep(tree, i) == FM_DEP_CSUBJ ||
            fm_tree_dep(tree, i) == FM_DEP_CSUBJ_PASS ||
            fm_tree_dep(tree, i) == FM_DEP_PARATAXIS) &&
           (tree->doc->xpos[head] == FM_XPOS_VBD ||
            tree->doc->xpos[head] == FM_XPOS_VBN) &&
           !has_condition(tree, i);
}

/* "would not comment": refused to. */
static bool is_refusal(const struct fm_tree *tree, uint32_t i)
{
    static const char *const words[] = {
        "comment", "confirm", "disclose", "discuss", "elaborate", "name",
        "reveal",  "say",     "specify",  "speak",   "talk"};
    bool negative = false;

    for (uint32_t c = tree->first[i]; c < tree->first[i + 1]; c++)
        negative |= is_negation(tree, tree->child[c]);
    return negative && !has_condition(tree, i) &&
           fm_tree_words(tree, i, words, sizeof words / sizeof *words);
}

static void look_at_auxiliary(struct look *look, uint32_t i, uint32_t aux)
{
    const struct fm_tree *tree = look->tree;
    const struct fm_modal *modal = fm_modal_auxiliary(tree, aux);
    Factmill__V1__Fact__Modality modality;

    if (modal == NULL) {
        uint32_t to = fm_tree_child(tree, i, FM_DEP_MARK, aux);

        /* "is to leave" */
        if (to != FM_NO_TOKEN && fm_tree_word(tree, to, "to"))
            qualify(look, M(FUTURE), aux);
        return;
    }
    modality = (Factmill__V1__Fact__Modality)modal->modality;
    /* "'d better", "he'd left": had. */
    if (modality == M(CONDITIONAL) && tree->doc->xpos[aux] != FM_XPOS_MD)
        return;
    if (has_perfect(tree, i, aux)) {
        if (modality == M(CONDITIONAL) || fm_tree_word(tree, aux, "should"))
            modality = M(COUNTERFACTUAL);
        else if (fm_tree_word(tree, aux, "must"))
            modality = M(PROBABLE);
    } else if (modality == M(CONDITIONAL)) {
        if (is_refusal(tree, i))
            return;
        if (is_future_of_past(tree, i))
            modality = M(FUTURE);
    }
    qualify(look, modality, aux);
}

/* "asked if they left", "see if it works" */
static bool is_asked(const struct fm_tree *tree, uint32_t i)
{
    static const char *const lemmas[] = {
        "ask",       "check",   "clarify", "consider",   "debate",   "decide",
        "determine", "discuss", "doubt",   "establish",  "examine",  "find",
        "inquire",   "know",    "learn",   "question",   "remember", "say",
        "see",       "tell",    "test",    "understand", "wonder"};
    const struct fm_doc *doc = tree->doc;

    if (doc->lemma == NULL)
        return false;
    if (fm_tree_dep(tree, i) == FM_DEP_ADVCL)
        return fm_str_eqz(doc->lemma[fm_tree_head(tree, i)], "ask") &&
               fm_tree_head(tree, i) < i;
    return fm_tree_dep(tree, i) == FM_DEP_CCOMP &&
           fm_str_bsearch(doc->lemma[fm_tree_head(tree, i)], lemmas,
                          sizeof lemmas / sizeof *lemmas) >= 0;
}

static void look_at_mark(struct look *look, uint32_t i, uint32_t mark)
{
    const struct fm_tree *tree = look->tree;

    if (mark > 0 && fm_tree_word(tree, mark, "if") &&
        fm_tree_word(tree, mark - 1, "as")) {
        qualify(look, M(COUNTERFACTUAL), mark);
        return;
    }
    /* "asked if", "whether or not": a question is an object. */
    if (fm_tree_word(tree, mark, "if") && is_asked(tree, i))
        qualify(look, M(QUESTION), mark);
    else
        apply(look, fm_modal_conjunction(tree, mark), mark);
}

static void look_at_child(struct look *look, uint32_t i, uint32_t child)
{
    const struct fm_tree *tree = look->tree;
    uint32_t empty;

    switch ((int)fm_tree_dep(tree, child)) {
    case FM_DEP_AUX: look_at_auxiliary(look, i, child); break;
    case FM_DEP_ADVMOD:
        if (is_negation(tree, child))
            negate(look, child);
        else
            apply(look, fm_modal_adverb(tree, child), child);
        break;
    case FM_DEP_MARK:
    case FM_DEP_CASE: look_at_mark(look, i, child); break;
    case FM_DEP_CC:
        if (fm_tree_word(tree, child, "nor"))
            negate(look, child);
        break;
    case FM_DEP_DET:
    case FM_DEP_CC_PRECONJ:
        if (fm_tree_word(tree, child, "no") ||
            fm_tree_word(tree, child, "neither"))
            negate(look, child);
        break;
    case FM_DEP_NSUBJ:
    case FM_DEP_NSUBJ_PASS:
    case FM_DEP_OBJ:
    case FM_DEP_OBL:
        empty = emptied_by(tree, child);
        if (empty != FM_NO_TOKEN)
            negate(look, empty);
        break;
    default: break;
    }
}

static void look_at_predicate(struct look *look, uint32_t i)
{
    const struct fm_tree *tree = look->tree;

    for (uint32_t c = tree->first[i]; c < tree->first[i + 1]; c++)
        look_at_child(look, i, tree->child[c]);
    if (has_condition(tree, i))
        qualify(look, M(CONDITIONAL), i);
}

/* --- the predicates above --------------------------------------------------------------- */

static bool is_passive(const struct fm_tree *tree, uint32_t i)
{
    return fm_tree_has(tree, i, FM_DEP_AUX_PASS) ||
           fm_tree_has(tree, i, FM_DEP_NSUBJ_PASS) ||
           fm_tree_dep(tree, i) == FM_DEP_ACL;
}

/* What a predicate says of the infinitive that completes it. */
static const struct fm_modal *modal_of_infinitive(const struct fm_tree *tree,
                                                  uint32_t head,
                                                  uint32_t infinitive)
{
    if (tree->doc->upos[head] == FM_ADJ || fm_tree_has(tree, head, FM_DEP_COP))
        return fm_modal_adjective(tree, head);
    if (is_passive(tree, head) || !fm_clause_is_chained(tree, infinitive))
        return fm_modal_causative(tree, head);
    /* "is to leave", "went to see" */
    if (fm_tree_word(tree, head, "is") || fm_tree_word(tree, head, "are"))
        return fm_modal_auxiliary(tree, head);
    if (tree->doc->lemma != NULL && fm_str_eqz(tree->doc->lemma[head], "go") &&
        !fm_tree_word(tree, head, "going"))
        return NULL;
    return fm_modal_verb(tree, head);
}

/* "to" of an infinitive, behind "for", "in order"; FM_NO_TOKEN = none. */
static uint32_t to_of(const struct fm_tree *tree, uint32_t i)
{
    /* "attention to leaving" */
    if (tree->doc->xpos[i] == FM_XPOS_VBG)
        return FM_NO_TOKEN;
    for (uint32_t c = tree->first[i]; c < tree->first[i + 1]; c++)
        if (fm_tree_dep(tree, tree->child[c]) == FM_DEP_MARK &&
            fm_tree_word(tree, tree->child[c], "to"))
            return tree->child[c];
    return FM_NO_TOKEN;
}

static void climb_from_adverbial(struct look *look, uint32_t i)
{
    uint32_t to = to_of(look->tree, i);

    /* "prevented them from entering" */
    if (fm_clause_is_done_by_object(look->tree, i))
        apply(look, fm_modal_causative(look->tree, fm_tree_head(look->tree, i)),
              fm_tree_head(look->tree, i));
    else
        /* What is done to reach something need not reach it. */
        if (to != FM_NO_TOKEN)
            qualify(look,
                    look->tree->doc->upos[fm_tree_head(look->tree, i)] == FM_ADJ
                        ? M(POSSIBLE)
                        : M(INTENTION),
                    to);
    look->above = true;
}

static uint32_t negation_of(const struct fm_tree *tree, uint32_t i)
{
    for (uint32_t c = tree->first[i]; c < tree->first[i + 1]; c++)
        if (is_negation(tree, tree->child[c]))
            return tree->child[c];
    return FM_NO_TOKEN;
}

/* "do not think that they left": they did not, it is thought. "do not doubt": they
 * did. */
static void climb_from_opinion(struct look *look, uint32_t i, uint32_t head)
{
    static const char *const lemmas[] = {"believe", "expect",  "feel",
                                         "imagine", "suppose", "think"};
    const struct fm_tree *tree = look->tree;
    const struct fm_modal *modal = fm_modal_opinion(tree, head);
    uint32_t not = negation_of(tree, head);
    uint32_t mark = fm_tree_child(tree, i, FM_DEP_MARK, 0);

    bool thinks = tree->doc->lemma != NULL &&
                  fm_str_bsearch(tree->doc->lemma[head], lemmas,
                                 sizeof lemmas / sizeof *lemmas) >= 0;

    /* "asked that they leave" asks for it. */
    if (modal != NULL && modal->modality == M(QUESTION) &&
        mark != FM_NO_TOKEN && fm_tree_word(tree, mark, "that")) {
        qualify(look, M(OBLIGATION), head);
        return;
    }
    if (not != FM_NO_TOKEN && thinks)
        negate(look, not );
    if (not == FM_NO_TOKEN || thinks ||
        (modal != NULL && modal->modality != M(POSSIBLE)))
        apply(look, modal, head);
}

/* "It is not true that they left", "is not certain that": a clause is no surer
 * than what is said of it. */
static void climb_from_judged(struct look *look, uint32_t head)
{
    static const char *const words[] = {"certain", "clear", "evident",
                                        "obvious", "sure"};
    const struct fm_tree *tree = look->tree;
    const struct fm_modal *modal = fm_modal_adjective(tree, head);
    uint32_t not = negation_of(tree, head);

    apply(look, modal, head);
    if (modal == NULL || tree->doc->upos[head] != FM_ADJ || not == FM_NO_TOKEN)
        return;
    if (fm_tree_words(tree, head, words, sizeof words / sizeof *words))
        qualify(look, M(POSSIBLE), not );
    else
        negate(look, not );
}

/* Looks at what governs i; false = nothing further up counts. */
static bool climb(struct look *look, uint32_t i)
{
    const struct fm_tree *tree = look->tree;
    uint32_t head = fm_tree_head(tree, i);

    switch ((int)fm_tree_dep(tree, i)) {
    case FM_DEP_XCOMP:
        apply(look, modal_of_infinitive(tree, head, i), head);
        return true;
    case FM_DEP_CONJ:
        if (fm_tree_has(tree, i, FM_DEP_NSUBJ) ||
            fm_tree_has(tree, i, FM_DEP_NSUBJ_PASS) ||
            fm_tree_has(tree, i, FM_DEP_AUX) || fm_clause_is_contrast(tree, i))
            look->above = true;
        return true;
    case FM_DEP_CCOMP:
    case FM_DEP_CSUBJ:
    case FM_DEP_CSUBJ_PASS:
        if (tree->doc->upos[head] == FM_VERB)
            climb_from_opinion(look, i, head);
        else
            climb_from_judged(look, head);
        /* "advisable for them to leave": that they leave is not said. */
        if (to_of(tree, i) != FM_NO_TOKEN)
            qualify(look, M(POSSIBLE), to_of(tree, i));
        if (tree->doc->upos[head] == FM_NOUN)
            apply(look, fm_modal_noun(tree, head), head);
        look->above = true;
        return true;
    case FM_DEP_ACL_RELCL:
        /* "an order that they leave" */
        if (fm_tree_has(tree, i, FM_DEP_MARK))
            apply(look, fm_modal_noun(tree, head), head);
        return false;
    case FM_DEP_ADVCL: climb_from_adverbial(look, i); return true;
    case FM_DEP_ACL:
        if (fm_tree_has(tree, i, FM_DEP_MARK))
            apply(look, fm_modal_noun(tree, head), head);
        /* "wants to be the first to leave" */
        return to_of(tree, i) != FM_NO_TOKEN;
    default: return false;
    }
}

/* A sentence that ends with a question mark asks what its first clause says. */
static void look_at_end(struct look *look, uint32_t root)
{
    const struct fm_tree *tree = look->tree;

    for (uint32_t i = tree->right[root]; i-- > root;) {
        if (tree->doc->upos[i] != FM_PUNCT)
            break;
        if (fm_tree_word(tree, i, "?")) {
            qualify(look, M(QUESTION), i);
            break;
        }
    }
}

struct fm_scope fm_scope_of(const struct fm_tree *tree, uint32_t at)
{
    struct look look = {
        .tree = tree, .scope = {.polarity = POSITIVE, .modality = M(ASSERTED)}};

    for (size_t n = 0; n < CLIMB_MAX && !fm_tree_is_root(tree, at) &&
                       !fm_clause_is_predicate(tree, at);
         n++) {
        uint32_t empty = emptied_by(tree, at);

        if (empty != FM_NO_TOKEN)
            negate(&look, empty);
        at = fm_tree_head(tree, at);
    }
    look_at_predicate(&look, at);
    for (size_t n = 0; n < CLIMB_MAX && !fm_tree_is_root(tree, at); n++) {
        if (!climb(&look, at))
            return look.scope;
        at = fm_tree_head(tree, at);
        look_at_predicate(&look, at);
    }
    if (fm_tree_is_root(tree, at))
        look_at_end(&look, at);
    return look.scope;
}

void fm_scope_apply(struct fm_context *ctx, Factmill__V1__Fact *fact,
                    size_t sentence, size_t at)
{
    const struct fm_doc *doc = ctx->doc;
    struct fm_scope scope =
        ctx->tree != NULL ? fm_scope_of(ctx->tree, (uint32_t)at)
                          : fm_scope_by_words(doc, sentence, (uint32_t)at);

    fact->polarity = scope.polarity;
    fact->modality = scope.modality;
    for (size_t i = 0; i < scope.trigger_count; i++)
        fm_context_add_trigger(ctx, fact, doc->start[scope.triggers[i]],
                               doc->end[scope.triggers[i]]);
}
