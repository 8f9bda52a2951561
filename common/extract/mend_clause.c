/* Verbs, what they are about, and what is about them. */
#include "extract/mend_priv.h"
#include "extract/modal_words.h"

/* Steps up the tree that are taken at most. */
#define CLIMB_MAX 12u

static bool is_comma(const struct fm_mend *m, uint32_t i)
{
    return fm_mend_is_word(m, i, ",");
}

static bool is_verb_form(const struct fm_mend *m, uint32_t i, uint8_t xpos)
{
    return m->doc->upos[i] == FM_VERB && m->doc->xpos[i] == xpos;
}

static bool is_below(const struct fm_mend *m, uint32_t i, uint32_t top)
{
    for (uint32_t n = m->first; n < m->last && i != top && m->head[i] != i; n++)
        i = m->head[i];
    return i == top;
}

static bool has(const struct fm_mend *m, uint32_t i, enum fm_dep dep)
{
    return fm_mend_child(m, i, dep) != m->last;
}

/* --- finite verbs without a subject ------------------------------------------------- */

static bool is_finite_form(const struct fm_mend *m, uint32_t i)
{
    uint8_t xpos = m->doc->xpos[i];

    return xpos == FM_XPOS_VBD || xpos == FM_XPOS_VBZ || xpos == FM_XPOS_VBP;
}

/* "rose"; "is large" */
static bool is_finite(const struct fm_mend *m, uint32_t i)
{
    uint32_t cop;

    if (m->doc->upos[i] == FM_VERB && is_finite_form(m, i))
        return true;
    cop = fm_mend_child(m, i, FM_DEP_COP);
    if (cop >= i)
        cop = fm_mend_child(m, i, FM_DEP_AUX);
    if (cop >= i)
        cop = fm_mend_child(m, i, FM_DEP_AUX_PASS);
    return cop < i &&
           (is_finite_form(m, cop) || m->doc->xpos[cop] == FM_XPOS_MD);
}

static bool wants_subject(const struct fm_mend *m, uint32_t i)
{
    uint8_t dep = m->dep[i];

    if (dep != FM_DEP_ROOT && dep != FM_DEP_CCOMP && dep != FM_DEP_ADVCL &&
        dep != FM_DEP_PARATAXIS)
        return false;
    return is_finite(m, i) && !has(m, i, FM_DEP_NSUBJ) &&
           !has(m, i, FM_DEP_NSUBJ_PASS) && !has(m, i, FM_DEP_CSUBJ) &&
           !has(m, i, FM_DEP_CSUBJ_PASS) && !has(m, i, FM_DEP_EXPL) &&
           !has(m, i, FM_DEP_NSUBJ_OUTER);
}

static bool may_be_subject(const struct fm_mend *m, uint32_t i)
{
    uint8_t dep = m->dep[i];
    uint8_t xpos = m->doc->xpos[i];

    if (dep == FM_DEP_VOCATIVE || dep == FM_DEP_DISLOCATED ||
        dep == FM_DEP_NSUBJ_OUTER)
        return fm_mend_is_nominal(m, i);
    if (dep != FM_DEP_ADVMOD && dep != FM_DEP_OBL &&
        dep != FM_DEP_OBL_UNMARKED && dep != FM_DEP_DEP &&
        dep != FM_DEP_DISCOURSE && dep != FM_DEP_NMOD)
        return false;
    if (has(m, i, FM_DEP_CASE) || has(m, i, FM_DEP_MARK))
        return false;
    return has(m, i, FM_DEP_DET) || xpos == FM_XPOS_NNP ||
           xpos == FM_XPOS_NNPS || xpos == FM_XPOS_PRP;
}

/* Where what stands before the predicate and is no part of its words ends. */
static uint32_t before_words(const struct fm_mend *m, uint32_t verb)
{
    uint32_t at = verb;

    while (at > m->first && m->head[at - 1] == verb &&
           (m->dep[at - 1] == FM_DEP_ADVMOD || m->dep[at - 1] == FM_DEP_AUX ||
            m->dep[at - 1] == FM_DEP_COP || m->dep[at - 1] == FM_DEP_AUX_PASS ||
            m->dep[at - 1] == FM_DEP_DET || m->dep[at - 1] == FM_DEP_AMOD))
        at--;
    return at;
}

/* Of "the role and significance", joined to the noun before one by one: the one
 * before the one with "and". */
static uint32_t first_joined(const struct fm_mend *m, uint32_t i)
{
    if (m->dep[i] != FM_DEP_CONJ || !has(m, i, FM_DEP_CC))
        return i;
    for (uint32_t k = i; k-- > m->head[i] + 1;)
        if (m->head[k] == m->head[i] && m->dep[k] == FM_DEP_CONJ &&
            !has(m, k, FM_DEP_CC))
            return k;
    return i;
}

/* "in Dushanbe, | Kazakhstan agreed", "in Sund, | the role of the bank grew": what
 * stands right before a verb that has no subject, behind a comma and without
 * "and", is joined to the phrase before by mistake. */
static void take_neighbour(struct fm_mend *m, uint32_t verb)
{
    uint32_t end = before_words(m, verb);
    uint32_t i;
    uint32_t above;

    if (end == m->first)
        return;
    i = end - 1;
    for (size_t n = 0; n < CLIMB_MAX; n++) {
        uint8_t dep;
        uint32_t left;

        i = first_joined(m, i);
        dep = m->dep[i];
        left = fm_mend_left(m, i);
        if ((dep == FM_DEP_APPOS || dep == FM_DEP_CONJ) &&
            fm_mend_is_nominal(m, i) && !has(m, i, FM_DEP_CC) &&
            !has(m, i, FM_DEP_CASE) && m->head[i] < i && left > m->first &&
            (is_comma(m, left) || is_comma(m, left - 1)))
            break;
        if (m->head[i] == i || m->head[i] == verb)
            return;
        i = m->head[i];
        if (i >= end)
            return;
    }
    above = m->head[i];
    if ((m->dep[i] != FM_DEP_APPOS && m->dep[i] != FM_DEP_CONJ) ||
        is_below(m, verb, i))
        return;
    m->head[i] = verb;
    m->dep[i] = FM_DEP_NSUBJ;
    /* "the role and significance": joined to the same noun, one by one. */
    for (uint32_t k = i + 1; k < end; k++)
        if (m->head[k] == above && m->dep[k] == FM_DEP_CONJ)
            m->head[k] = i;
}

/* "isolated and neutral | Halvia can stay": adjectives before the subject, read as
 * what it is joined to. */
static void take_from_adjective(struct fm_mend *m, uint32_t verb)
{
    uint32_t end = before_words(m, verb);
    uint32_t i;
    uint32_t adjective;

    if (end == m->first)
        return;
    i = end - 1;
    adjective = m->head[i];
    if (m->dep[i] != FM_DEP_CONJ || !fm_mend_is_nominal(m, i) ||
        adjective >= i || m->doc->upos[adjective] != FM_ADJ)
        return;
    for (uint32_t k = adjective + 1; k < i; k++)
        if (m->head[k] == i && m->dep[k] == FM_DEP_CC)
            m->head[k] = adjective;
    m->head[i] = verb;
    m->dep[i] = FM_DEP_NSUBJ;
    m->head[adjective] = i;
    m->dep[adjective] = FM_DEP_AMOD;
}

/* "developing | economies | are poor": not what develops them, but which. */
static void take_from_gerund(struct fm_mend *m, uint32_t verb)
{
    uint32_t end = before_words(m, verb);
    uint32_t i;
    uint32_t gerund;

    if (end <= m->first + 1)
        return;
    i = end - 1;
    gerund = m->head[i];
    if (m->dep[i] != FM_DEP_OBJ || gerund + 1 != i || m->head[gerund] != verb ||
        m->doc->xpos[gerund] != FM_XPOS_VBG || has(m, gerund, FM_DEP_MARK))
        return;
    m->head[i] = verb;
    m->dep[i] = FM_DEP_NSUBJ;
    m->head[gerund] = i;
    m->dep[gerund] = FM_DEP_AMOD;
}

/* The nearest phrase before the verb that can be nothing else. */
static void find_subject(struct fm_mend *m, uint32_t verb)
{
    for (uint32_t i = verb; i-- > m->first;)
        if (m->head[i] == verb && may_be_subject(m, i)) {
            m->dep[i] = FM_DEP_NSUBJ;
            return;
        }
    take_from_adjective(m, verb);
    if (!has(m, verb, FM_DEP_NSUBJ))
        take_from_gerund(m, verb);
    if (!has(m, verb, FM_DEP_NSUBJ))
        take_neighbour(m, verb);
}

/* --- participles -------------------------------------------------------------------- */

/* "The pact, uniting six, has aims": the participle goes with the subject before
 * it; the verb has one already. */
static void join_participle(struct fm_mend *m, uint32_t i)
{
    uint32_t verb = m->head[i];
    uint32_t noun = m->last;

    if (!is_verb_form(m, i, FM_XPOS_VBG) && !is_verb_form(m, i, FM_XPOS_VBN))
        return;
    if ((m->dep[i] != FM_DEP_CSUBJ && m->dep[i] != FM_DEP_NSUBJ &&
         m->dep[i] != FM_DEP_ADVCL && m->dep[i] != FM_DEP_DEP) ||
        verb < i || i < m->first + 2 || !is_comma(m, i - 1) ||
        has(m, i, FM_DEP_MARK) || has(m, i, FM_DEP_AUX))
        return;
    for (uint32_t k = m->first; k < i; k++)
        if (m->head[k] == verb && fm_mend_is_subject(m->dep[k]))
            noun = k;
    if (noun == m->last || fm_mend_right(m, noun) + 2 < i)
        return;
    m->head[i] = noun;
    m->dep[i] = FM_DEP_ACL;
}

/* "believes that | confronting threats | is a task": what stands between a
 * conjunction and its clause is part of that clause: its subject when it has
 * none. */
static void enclose_gerund(struct fm_mend *m, uint32_t i)
{
    if (!is_verb_form(m, i, FM_XPOS_VBG) ||
        (m->dep[i] != FM_DEP_CCOMP && m->dep[i] != FM_DEP_XCOMP) ||
        m->head[i] > i || has(m, i, FM_DEP_AUX))
        return;
    for (uint32_t k = i + 1; k < m->last; k++) {
        uint32_t mark;

        if (m->head[k] != m->head[i] || m->dep[k] != FM_DEP_CCOMP)
            continue;
        mark = fm_mend_child(m, k, FM_DEP_MARK);
        if (mark < i && mark > m->head[i] && !has(m, k, FM_DEP_NSUBJ) &&
            !has(m, k, FM_DEP_NSUBJ_PASS) && !has(m, k, FM_DEP_CSUBJ)) {
            m->head[i] = k;
            m->dep[i] = FM_DEP_CSUBJ;
        }
        return;
    }
}

/* --- clauses within clauses --------------------------------------------------------- */

/* "We believe | that it will not be large, he said": a clause hangs from the verb
 * right before its "that". */
static void join_content(struct fm_mend *m, uint32_t i)
{
    uint32_t mark = fm_mend_child(m, i, FM_DEP_MARK);
    uint32_t verb;

    if (m->dep[i] != FM_DEP_CCOMP || mark == m->first || mark >= i ||
        m->head[i] < i || !fm_mend_is_word(m, mark, "that"))
        return;
    verb = mark - 1;
    if (m->head[verb] == m->head[i] && m->doc->upos[verb] == FM_VERB &&
        (m->dep[verb] == FM_DEP_CCOMP || m->dep[verb] == FM_DEP_PARATAXIS))
        m->head[i] = verb;
}

/* "said | the firm would grow, but would be careful": joined to the clause that has
 * the same auxiliary, not to what is said of it. */
static void join_parallel(struct fm_mend *m, uint32_t i)
{
    uint32_t head = m->head[i];
    uint32_t aux = fm_mend_child(m, i, FM_DEP_AUX);
    uint32_t content;
    uint32_t other;

    if (m->dep[i] != FM_DEP_CONJ || aux >= i || head >= i ||
        has(m, i, FM_DEP_NSUBJ) || has(m, i, FM_DEP_NSUBJ_PASS) ||
        has(m, head, FM_DEP_AUX))
        return;
    content = fm_mend_child(m, head, FM_DEP_CCOMP);
    if (content <= head || content >= i)
        return;
    other = fm_mend_child(m, content, FM_DEP_AUX);
    if (other < content && fm_str_ieq(m->doc->form[aux], m->doc->form[other]))
        m->head[i] = content;
}

/* --- infinitives ------------------------------------------------------------------------ */

/* The conjunction of i that is this word; the sentence's end = none. */
static uint32_t mark_of(const struct fm_mend *m, uint32_t i, const char *word)
{
    for (uint32_t k = m->first; k < i; k++)
        if (m->head[k] == i && m->dep[k] == FM_DEP_MARK &&
            fm_mend_is_word(m, k, word))
            return k;
    return m->last;
}

static bool is_infinitive(const struct fm_mend *m, uint32_t i)
{
    return mark_of(m, i, "to") < i && m->head[i] < mark_of(m, i, "to") &&
           !is_finite(m, i);
}

/* "required | for the station | to be sold": who or what does it stands before the
 * infinitive. */
static void find_doer(struct fm_mend *m, uint32_t i)
{
    uint32_t head = m->head[i];
    uint32_t left;

    if (!is_infinitive(m, i) || has(m, i, FM_DEP_NSUBJ) ||
        has(m, i, FM_DEP_NSUBJ_PASS))
        return;
    left = fm_mend_left(m, mark_of(m, i, "to"));
    for (uint32_t k = head + 1; k < left; k++) {
        uint32_t before;

        if (m->head[k] != head || fm_mend_right(m, k) + 1 != left ||
            (m->dep[k] != FM_DEP_OBL && m->dep[k] != FM_DEP_NMOD))
            continue;
        before = fm_mend_child(m, k, FM_DEP_CASE);
        if (before == m->last)
            before = mark_of(m, i, "for");
        if (before > k || !fm_mend_is_word(m, before, "for"))
            return;
        m->head[k] = i;
        m->dep[k] =
            has(m, i, FM_DEP_AUX_PASS) ? FM_DEP_NSUBJ_PASS : FM_DEP_NSUBJ;
        m->head[before] = i;
        m->dep[before] = FM_DEP_MARK;
        return;
    }
}

/* "reconsiders | its plan | to buy it": what a plan is hangs from the plan. */
static void join_plan(struct fm_mend *m, uint32_t i)
{
    const struct fm_tree words = {.doc = m->doc};
    uint32_t verb = m->head[i];
    uint32_t noun;

    if ((m->dep[i] != FM_DEP_XCOMP && m->dep[i] != FM_DEP_ADVCL) ||
        !is_infinitive(m, i))
        return;
    noun = fm_mend_child(m, verb, FM_DEP_OBJ);
    if (noun > verb && noun < i && m->doc->upos[noun] == FM_NOUN &&
        fm_modal_noun(&words, noun) != NULL &&
        fm_mend_right(m, noun) + 1 == fm_mend_left(m, i)) {
        m->head[i] = noun;
        m->dep[i] = FM_DEP_ACL;
    }
}

/* "What the code is | remains open": "be" that hangs from a finite verb behind it
 * belongs to the question before. */
static void close_question(struct fm_mend *m, uint32_t i)
{
    uint32_t verb = m->head[i];
    uint32_t what = m->last;
    uint32_t noun = m->last;

    if (m->dep[i] != FM_DEP_COP || i + 1 != verb ||
        m->doc->upos[verb] != FM_VERB || !is_finite_form(m, verb))
        return;
    for (uint32_t k = m->first; k < i; k++) {
        if (m->head[k] != verb)
            continue;
        if (m->doc->xpos[k] == FM_XPOS_WP || m->doc->xpos[k] == FM_XPOS_WRB)
            what = k;
        else if (fm_mend_is_subject(m->dep[k]))
            noun = k;
    }
    if (what > noun || noun == m->last)
        return;
    m->head[what] = verb;
    m->dep[what] = FM_DEP_CSUBJ;
    m->head[noun] = what;
    m->head[i] = what;
}

void fm_mend_clauses(struct fm_mend *m)
{
    for (uint32_t i = m->first; i < m->last; i++) {
        join_participle(m, i);
        enclose_gerund(m, i);
        join_content(m, i);
        join_parallel(m, i);
        find_doer(m, i);
        join_plan(m, i);
        close_question(m, i);
    }
    for (uint32_t i = m->first; i < m->last; i++)
        if (wants_subject(m, i))
            find_subject(m, i);
}
