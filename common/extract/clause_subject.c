#include "extract/clause.h"
#include "extract/modal_words.h"

/* Clauses that are walked up to find a subject. */
#define STEPS_MAX 12u

static bool is_nominal(const struct fm_tree *tree, uint32_t i)
{
    uint8_t upos = tree->doc->upos[i];

    return upos == FM_NOUN || upos == FM_PROPN || upos == FM_PRON ||
           upos == FM_NUM || upos == FM_SYM || upos == FM_DET;
}

/* Relations in which a verb heads a clause of its own. */
static bool is_clausal(enum fm_dep dep)
{
    return dep == FM_DEP_ROOT || dep == FM_DEP_CCOMP || dep == FM_DEP_XCOMP ||
           dep == FM_DEP_ADVCL || dep == FM_DEP_ADVCL_RELCL ||
           dep == FM_DEP_ACL || dep == FM_DEP_ACL_RELCL ||
           dep == FM_DEP_CSUBJ || dep == FM_DEP_CSUBJ_PASS ||
           dep == FM_DEP_CSUBJ_OUTER || dep == FM_DEP_PARATAXIS ||
           dep == FM_DEP_CONJ || dep == FM_DEP_DEP || dep == FM_DEP_LIST ||
           dep == FM_DEP_APPOS || dep == FM_DEP_NONE;
}

/* "a two-try scorer" */
static bool is_counted(const struct fm_tree *tree, uint32_t i)
{
    return i >= 2 && fm_str_eqz(tree->doc->form[i - 1], "-") &&
           tree->doc->upos[i - 2] == FM_NUM &&
           tree->doc->end[i - 1] == tree->doc->start[i];
}

bool fm_clause_is_predicate(const struct fm_tree *tree, uint32_t i)
{
    enum fm_dep dep = fm_tree_dep(tree, i);

    if (fm_tree_has(tree, i, FM_DEP_COP))
        return true;
    if (!fm_tree_is_verb(tree, i) || is_counted(tree, i))
        return false;
    if (is_clausal(dep))
        return true;
    /* A gerund as a noun is a clause when it governs like a verb. */
    return fm_tree_is_verb(tree, i) &&
           (dep == FM_DEP_OBL || dep == FM_DEP_NMOD || dep == FM_DEP_OBJ ||
            dep == FM_DEP_NSUBJ || dep == FM_DEP_NSUBJ_PASS) &&
           fm_tree_has(tree, i, FM_DEP_OBJ);
}

bool fm_clause_is_existential(const struct fm_tree *tree, uint32_t i)
{
    uint32_t there = fm_tree_child(tree, i, FM_DEP_EXPL, 0);
    uint32_t subject = fm_tree_child(tree, i, FM_DEP_NSUBJ, 0);

    /* "some producers there are dismayed" */
    return there != FM_NO_TOKEN && fm_tree_word(tree, there, "there") &&
           subject >= there;
}

/* --- chains ------------------------------------------------------------------------ */

bool fm_clause_is_chained(const struct fm_tree *tree, uint32_t i)
{
    uint32_t head = fm_tree_head(tree, i);

    if (fm_tree_dep(tree, i) != FM_DEP_XCOMP || head > i)
        return false;
    if (!fm_tree_is_verb(tree, i) && !fm_tree_has(tree, i, FM_DEP_COP))
        return false;
    if (!fm_clause_is_predicate(tree, head))
        return false;
    /* "asked the firm to leave": the object is who does it. */
    return fm_tree_child(tree, head, FM_DEP_OBJ, head) == FM_NO_TOKEN &&
           fm_tree_child(tree, head, FM_DEP_IOBJ, head) == FM_NO_TOKEN;
}

/* --- relative pronouns -------------------------------------------------------------- */

static bool is_relative_pronoun(const struct fm_tree *tree, uint32_t i)
{
    uint8_t xpos = tree->doc->xpos[i];

    return (xpos == FM_XPOS_WDT || xpos == FM_XPOS_WP ||
            (tree->doc->upos[i] == FM_PRON &&
             (fm_tree_word(tree, i, "that") || fm_tree_word(tree, i, "which") ||
              fm_tree_word(tree, i, "who"))));
}

/* The relative clause that token i is part of, by the verbs joined to it;
 * FM_NO_TOKEN = none. */
static uint32_t relative_above(const struct fm_tree *tree, uint32_t i)
{
    for (size_t steps = 0; steps < STEPS_MAX; steps++) {
        enum fm_dep dep = fm_tree_dep(tree, i);

        if (dep == FM_DEP_ACL_RELCL)
            return i;
        if (dep != FM_DEP_CONJ && dep != FM_DEP_XCOMP && dep != FM_DEP_CCOMP)
            return FM_NO_TOKEN;
        i = fm_tree_head(tree, i);
    }
    return FM_NO_TOKEN;
}

/* "the danger that it will break": the noun is no part of what it is about. */
bool fm_clause_is_conjunction(const struct fm_tree *tree, uint32_t i)
{
    uint32_t clause = fm_tree_head(tree, i);

    return fm_tree_word(tree, i, "that") &&
           fm_tree_dep(tree, i) == FM_DEP_OBJ &&
           fm_tree_dep(tree, clause) == FM_DEP_ACL_RELCL &&
           fm_modal_noun(tree, fm_tree_head(tree, clause)) != NULL;
}

/* "skepticism in other countries that | includes doubts": is the noun of another
 * number than the verb? */
static bool disagrees(const struct fm_tree *tree, uint32_t noun, uint32_t verb)
{
    uint32_t aux = fm_tree_child(tree, verb, FM_DEP_COP, 0);
    uint8_t number = tree->doc->xpos[noun];

    if (aux == FM_NO_TOKEN)
        aux = fm_tree_child(tree, verb, FM_DEP_AUX, 0);
    if (aux == FM_NO_TOKEN)
        aux = fm_tree_child(tree, verb, FM_DEP_AUX_PASS, 0);
    if (aux > verb)
        aux = verb;
    if (number == FM_XPOS_NNS)
        return tree->doc->xpos[aux] == FM_XPOS_VBZ ||
               fm_tree_word(tree, aux, "was");
    return number == FM_XPOS_NN && !fm_tree_has(tree, noun, FM_DEP_CONJ) &&
           (fm_tree_word(tree, aux, "are") || fm_tree_word(tree, aux, "were"));
}

/* "members of the | Committee who agree": people are who, bodies and places are
 * which. */
static bool is_no_person(const struct fm_tree *tree, uint32_t noun)
{
    const struct fm_name *name = fm_phrase_name(tree->doc, noun);

    return name != NULL && tree->doc->upos[noun] == FM_PROPN &&
           name->type != FM_NE_PERSON && name->type != FM_NE_NATIONALITY &&
           name->type != FM_NE_OTHER;
}

/* The noun that a relative clause is about: the one it hangs from, or one above
 * that agrees with its verb when that one does not. */
static uint32_t agreeing(const struct fm_tree *tree, uint32_t noun,
                         uint32_t verb, bool person)
{
    uint32_t at = noun;

    if (!disagrees(tree, noun, verb) && !(person && is_no_person(tree, noun)))
        return noun;
    for (size_t steps = 0; steps < STEPS_MAX; steps++) {
        enum fm_dep dep = fm_tree_dep(tree, at);

        if (dep != FM_DEP_NMOD && dep != FM_DEP_CONJ && dep != FM_DEP_OBL &&
            dep != FM_DEP_ACL && dep != FM_DEP_ACL_RELCL)
            return noun;
        at = fm_tree_head(tree, at);
        if (at < noun && tree->doc->upos[at] == FM_NOUN &&
            !disagrees(tree, at, verb))
            return at;
    }
    return noun;
}

uint32_t fm_clause_antecedent(const struct fm_tree *tree, uint32_t i,
                              uint32_t *ret_clause)
{
    uint32_t clause;
    uint32_t noun;

    if (!is_relative_pronoun(tree, i) || fm_tree_is_root(tree, i) ||
        fm_clause_is_conjunction(tree, i))
        return FM_NO_TOKEN;
    clause = relative_above(tree, fm_tree_head(tree, i));
    if (clause == FM_NO_TOKEN || fm_tree_is_root(tree, clause))
        return FM_NO_TOKEN;
    noun = fm_tree_head(tree, clause);
    /* "a danger that | leaving now they lose" */
    if (noun >= i || (tree->doc->xpos[clause] == FM_XPOS_VBG &&
                      !fm_tree_has(tree, clause, FM_DEP_AUX)))
        return FM_NO_TOKEN;
    if (fm_tree_dep(tree, i) == FM_DEP_NSUBJ && fm_tree_head(tree, i) == clause)
        noun = agreeing(tree, noun, clause, fm_tree_word(tree, i, "who"));
    *ret_clause = clause;
    return noun;
}

/* --- subjects ------------------------------------------------------------------------- */

static uint32_t own_subject(const struct fm_tree *tree, uint32_t i)
{
    static const enum fm_dep relations[] = {FM_DEP_NSUBJ, FM_DEP_NSUBJ_PASS,
                                            FM_DEP_NSUBJ_OUTER, FM_DEP_CSUBJ,
                                            FM_DEP_CSUBJ_PASS};

    for (size_t k = 0; k < sizeof relations / sizeof *relations; k++) {
        uint32_t subject = fm_tree_child(tree, i, relations[k], 0);

        if (subject != FM_NO_TOKEN)
            return subject;
    }
    /* "There was adopted a resolution." */
    if (fm_clause_is_existential(tree, i))
        return fm_tree_child(tree, i, FM_DEP_OBJ, i);
    return FM_NO_TOKEN;
}

static struct fm_clause_part part_of(const struct fm_tree *tree, uint32_t head,
                                     uint32_t without)
{
    struct fm_clause_part part = {.head = head, .without = without};

    part.role = FACTMILL__V1__ARGUMENT__ROLE__SUBJECT;
    if (head != FM_NO_TOKEN) {
        part.relation = tree->dep[head];
        part.clausal =
            fm_clause_is_predicate(tree, head) &&
            (!is_nominal(tree, head) || part.relation == FM_DEP_CSUBJ ||
             part.relation == FM_DEP_CSUBJ_PASS);
    }
    return part;
}

static bool is_finite_word(const struct fm_tree *tree, uint32_t i)
{
    uint8_t xpos = i != FM_NO_TOKEN ? tree->doc->xpos[i] : FM_XPOS_NONE;

    return xpos == FM_XPOS_VBD || xpos == FM_XPOS_VBZ || xpos == FM_XPOS_VBP ||
           xpos == FM_XPOS_MD;
}

/* A verb form that has no subject of its own in English. */
static bool is_infinite(const struct fm_tree *tree, uint32_t i)
{
    uint8_t xpos = tree->doc->xpos[i];

    if ((fm_tree_has(tree, i, FM_DEP_AUX) &&
         !fm_tree_word(tree, fm_tree_child(tree, i, FM_DEP_AUX, 0),
                       "having")) ||
        is_finite_word(tree, fm_tree_child(tree, i, FM_DEP_AUX_PASS, 0)) ||
        is_finite_word(tree, fm_tree_child(tree, i, FM_DEP_COP, 0)))
        return false;
    if (xpos == FM_XPOS_VBG || xpos == FM_XPOS_VBN)
        return true;
    if (xpos == FM_XPOS_VB)
        return true;
    return fm_tree_has(tree, i, FM_DEP_COP) || xpos == FM_XPOS_JJ;
}

/* "the first company to sell it", "the only one to leave" */
static bool is_picked_out(const struct fm_tree *tree, uint32_t noun)
{
    static const char *const words[] = {"first", "last",   "latest", "next",
                                        "only",  "second", "third"};

    for (uint32_t c = tree->first[noun]; c < tree->first[noun + 1]; c++)
        if (fm_tree_words(tree, tree->child[c], words,
                          sizeof words / sizeof *words) ||
            tree->doc->xpos[tree->child[c]] == FM_XPOS_JJS)
            return true;
    return false;
}

/* "to sell", "to be sold" */
static bool is_to_infinitive(const struct fm_tree *tree, uint32_t i)
{
    uint32_t mark = fm_tree_child(tree, i, FM_DEP_MARK, 0);

    return tree->doc->xpos[i] != FM_XPOS_VBG && mark != FM_NO_TOKEN &&
           fm_tree_word(tree, mark, "to");
}

/* "called on | the council | to act", "appealed to them to stop" */
static uint32_t called_upon(const struct fm_tree *tree, uint32_t i)
{
    static const char *const verbs[] = {"appeal", "call", "count", "depend",
                                        "rely"};
    uint32_t head = fm_tree_head(tree, i);
    uint32_t noun;
    uint32_t before;

    if (tree->doc->lemma == NULL || !is_to_infinitive(tree, i) ||
        fm_str_bsearch(tree->doc->lemma[head], verbs,
                       sizeof verbs / sizeof *verbs) < 0)
        return FM_NO_TOKEN;
    noun = fm_tree_child(tree, head, FM_DEP_OBL, head);
    before = noun < i ? fm_tree_child(tree, noun, FM_DEP_CASE, 0) : noun;
    return before < i && (fm_tree_word(tree, before, "on") ||
                          fm_tree_word(tree, before, "to") ||
                          fm_tree_word(tree, before, "upon"))
               ? noun
               : FM_NO_TOKEN;
}

/* Who does what a clause below another says: its object, if it has one. */
static uint32_t controller(const struct fm_tree *tree, uint32_t i)
{
    uint32_t head = fm_tree_head(tree, i);
    uint32_t object = fm_tree_child(tree, head, FM_DEP_OBJ, head);

    if (object == FM_NO_TOKEN)
        object = fm_tree_child(tree, head, FM_DEP_IOBJ, head);
    if (object == FM_NO_TOKEN)
        return called_upon(tree, i);
    return object < i ? object : FM_NO_TOKEN;
}

/* "being hurt" */
static bool is_being(const struct fm_tree *tree, uint32_t i)
{
    uint32_t aux = fm_tree_child(tree, i, FM_DEP_AUX_PASS, 0);

    return aux < i && fm_tree_word(tree, aux, "being");
}

bool fm_clause_is_done_by_object(const struct fm_tree *tree, uint32_t i)
{
    static const char *const words[] = {"for", "from", "into", "of"};
    uint32_t mark = fm_tree_child(tree, i, FM_DEP_MARK, 0);

    if (mark > i)
        return false;
    /* "persuaded them to leave" */
    if (is_to_infinitive(tree, i))
        return fm_modal_causative(tree, fm_tree_head(tree, i)) != NULL;
    return (tree->doc->xpos[i] == FM_XPOS_VBG || is_being(tree, i)) &&
           fm_tree_words(tree, mark, words, sizeof words / sizeof *words);
}

/* "was found | by asking them", "it lies | in asking": not the subject does it. */
static bool is_means(const struct fm_tree *tree, uint32_t i)
{
    uint32_t head = fm_tree_head(tree, i);
    uint32_t mark = fm_tree_child(tree, i, FM_DEP_MARK, 0);
    const struct fm_doc *doc = tree->doc;

    if (mark > i || doc->xpos[i] != FM_XPOS_VBG)
        return false;
    if (fm_tree_word(tree, mark, "by"))
        return fm_tree_has(tree, head, FM_DEP_AUX_PASS);
    return fm_tree_word(tree, mark, "in") && doc->lemma != NULL &&
           (fm_str_eqz(doc->lemma[head], "lie") ||
            fm_str_eqz(doc->lemma[head], "consist"));
}

/* "held talks | on ending the war": what a noun is about, though it hangs from the
 * verb. */
static bool is_topic(const struct fm_tree *tree, uint32_t i)
{
    static const char *const words[] = {"about", "against", "at",     "on",
                                        "over",  "toward",  "towards"};
    uint32_t mark = fm_tree_child(tree, i, FM_DEP_MARK, 0);

    return mark < i && controller(tree, i) != FM_NO_TOKEN &&
           tree->doc->xpos[i] == FM_XPOS_VBG &&
           fm_tree_words(tree, mark, words, sizeof words / sizeof *words);
}

/* "It is hard | to leave": "it" stands for the infinitive. */
static bool is_extraposed(const struct fm_tree *tree, uint32_t i)
{
    uint32_t head = fm_tree_head(tree, i);
    uint32_t it = fm_tree_child(tree, head, FM_DEP_NSUBJ, 0);

    if (it == FM_NO_TOKEN)
        it = fm_tree_child(tree, head, FM_DEP_EXPL, 0);
    return it < head && fm_tree_word(tree, it, "it") &&
           is_to_infinitive(tree, i) &&
           (tree->doc->upos[head] == FM_ADJ ||
            fm_tree_has(tree, head, FM_DEP_COP));
}

/* "based on a report", "compared with May": prepositions by now. */
static bool is_preposition(const struct fm_tree *tree, uint32_t i)
{
    static const char *const words[] = {
        "according", "based",     "compared",   "concerning", "depending",
        "following", "given",     "including",  "involving",  "owing",
        "pending",   "regarding", "regardless", "relating"};

    uint32_t mark = fm_tree_child(tree, i, FM_DEP_MARK, 0);

    if (fm_tree_has(tree, i, FM_DEP_AUX) ||
        (mark != FM_NO_TOKEN && !fm_tree_word(tree, mark, "as")))
        return false;
    /* "a firm based in Sund", "the people involving themselves" */
    if (fm_tree_dep(tree, i) == FM_DEP_ACL &&
        (fm_tree_word(tree, i, "based") || fm_tree_word(tree, i, "given") ||
         fm_tree_word(tree, i, "involving") ||
         fm_tree_word(tree, i, "considering")))
        return false;
    return fm_tree_words(tree, i, words, sizeof words / sizeof *words) ||
           (fm_tree_word(tree, i, "taking") && i + 1 < tree->doc->token_count &&
            fm_tree_word(tree, i + 1, "into"));
}

/* "dropped | its plan | to build it": what the plan is, not what it does. */
static bool is_of_plan(const struct fm_tree *tree, uint32_t i)
{
    uint32_t noun = controller(tree, i);

    return noun != FM_NO_TOKEN && is_to_infinitive(tree, i) &&
           tree->doc->upos[noun] == FM_NOUN &&
           fm_modal_noun(tree, noun) != NULL;
}

/* One step up from predicate i, which has no subject of its own: where to look
 * next, or in *ret_noun the noun that is its subject. */
static uint32_t step_up(const struct fm_tree *tree, uint32_t i,
                        enum fm_clause_link *link, uint32_t *ret_noun)
{
    uint32_t head = fm_tree_head(tree, i);
    bool first = *link == FM_LINK_OWN;

    switch ((int)fm_tree_dep(tree, i)) {
    case FM_DEP_CONJ:
        if (first)
            *link = FM_LINK_SHARED;
        return head;
    case FM_DEP_XCOMP:
        if (is_of_plan(tree, i))
            return FM_NO_TOKEN;
        if (first)
            *link = FM_LINK_CONTROL;
        *ret_noun = controller(tree, i);
        return head;
    case FM_DEP_ADVCL:
        if (!is_infinite(tree, i) || is_topic(tree, i) ||
            is_extraposed(tree, i) || is_preposition(tree, i) ||
            is_means(tree, i) || is_of_plan(tree, i))
            return FM_NO_TOKEN;
        *link = FM_LINK_ADVERBIAL;
        if (fm_clause_is_done_by_object(tree, i))
            *ret_noun = controller(tree, i);
        return head;
    case FM_DEP_CCOMP:
        if (!is_infinite(tree, i))
            return FM_NO_TOKEN;
        *link = FM_LINK_CONTROL;
        return head;
    case FM_DEP_ACL:
        /* "the need for selling it": the noun sells nothing. */
        if (!is_nominal(tree, head) || !is_infinite(tree, i) ||
            is_preposition(tree, i) ||
            (tree->doc->xpos[i] == FM_XPOS_VBG &&
             fm_tree_has(tree, i, FM_DEP_MARK)) ||
            (is_to_infinitive(tree, i) && !is_picked_out(tree, head)))
            return FM_NO_TOKEN;
        *link = FM_LINK_PARTICIPLE;
        *ret_noun = head;
        return FM_NO_TOKEN;
    case FM_DEP_ACL_RELCL:
        /* "a danger that | leaving now they will lose" */
        if (tree->doc->xpos[i] == FM_XPOS_VBG &&
            !fm_tree_has(tree, i, FM_DEP_AUX) &&
            fm_modal_noun(tree, head) != NULL)
            return FM_NO_TOKEN;
        *link = FM_LINK_RELATIVE;
        *ret_noun = head;
        return FM_NO_TOKEN;
    default: return FM_NO_TOKEN;
    }
}

/* Whom or what a noun is said of: "Acme is [a firm] based in Sund", "Acme, [a firm]
 * based in Sund". */
static struct fm_clause_part bearer_of(const struct fm_tree *tree,
                                       uint32_t noun, uint32_t without)
{
    uint32_t bearer = FM_NO_TOKEN;

    if (tree->doc->upos[noun] != FM_NOUN)
        return part_of(tree, noun, without);
    if (fm_tree_has(tree, noun, FM_DEP_COP) &&
        !fm_tree_has(tree, noun, FM_DEP_EXPL) &&
        !fm_tree_has(tree, noun, FM_DEP_CASE))
        bearer = fm_tree_child(tree, noun, FM_DEP_NSUBJ, 0);
    else if (fm_tree_dep(tree, noun) == FM_DEP_APPOS &&
             fm_tree_head(tree, noun) < noun)
        bearer = fm_tree_head(tree, noun);
    if (bearer == FM_NO_TOKEN || bearer > noun ||
        is_relative_pronoun(tree, bearer))
        return part_of(tree, noun, without);
    return part_of(tree, bearer, noun);
}

struct fm_clause_part fm_clause_subject(const struct fm_tree *tree, uint32_t i,
                                        enum fm_clause_link *ret_link)
{
    enum fm_clause_link link = FM_LINK_OWN;

    for (size_t n = 0; n < STEPS_MAX && fm_clause_is_chained(tree, i); n++)
        i = fm_tree_head(tree, i);
    for (size_t steps = 0; steps < STEPS_MAX && i != FM_NO_TOKEN; steps++) {
        uint32_t subject = own_subject(tree, i);
        uint32_t clause = FM_NO_TOKEN;
        uint32_t noun = FM_NO_TOKEN;

        if (subject != FM_NO_TOKEN) {
            noun = fm_clause_antecedent(tree, subject, &clause);
            if (noun != FM_NO_TOKEN && link == FM_LINK_OWN)
                link = FM_LINK_RELATIVE;
            *ret_link = link;
            return noun != FM_NO_TOKEN ? bearer_of(tree, noun, clause)
                                       : part_of(tree, subject, FM_NO_TOKEN);
        }
        clause = i;
        i = step_up(tree, i, &link, &noun);
        if (noun != FM_NO_TOKEN) {
            *ret_link = link;
            return link == FM_LINK_RELATIVE || link == FM_LINK_PARTICIPLE
                       ? bearer_of(tree, noun, clause)
                       : part_of(tree, noun, FM_NO_TOKEN);
        }
        if (i != FM_NO_TOKEN && !fm_clause_is_predicate(tree, i))
            break;
    }
    *ret_link = FM_LINK_OWN;
    return part_of(tree, FM_NO_TOKEN, FM_NO_TOKEN);
}
