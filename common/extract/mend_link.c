/* Clauses that hang from the wrong word, and words from the wrong clause. */
#include "extract/mend_priv.h"
#include "extract/modal_words.h"
#include "extract/phrase.h"

static bool has(const struct fm_mend *m, uint32_t i, enum fm_dep dep)
{
    return fm_mend_child(m, i, dep) != m->last;
}

/* The "that" before clause i; the sentence's end = none. */
static uint32_t that_of(const struct fm_mend *m, uint32_t i)
{
    uint32_t mark = fm_mend_child(m, i, FM_DEP_MARK);

    return mark < i && fm_mend_is_word(m, mark, "that") ? mark : m->last;
}

/* --- relative clauses ------------------------------------------------------------------- */

/* "states | that | are part of it | are talking": the pronoun belongs to the clause
 * that begins right behind it, and that to the noun right before. */
static void join_relative(struct fm_mend *m, uint32_t i)
{
    uint32_t clause = m->last;

    if (m->doc->xpos[i] != FM_XPOS_WDT || !fm_mend_is_subject(m->dep[i]) ||
        i == m->first || i + 1 >= m->last || !fm_mend_is_nominal(m, i - 1))
        return;
    for (uint32_t k = i + 1; k < m->head[i] && clause == m->last; k++)
        if (m->dep[k] == FM_DEP_ACL_RELCL)
            clause = k;
    if (clause == m->last || clause == m->head[i] ||
        fm_mend_left(m, clause) != i + 1 || has(m, clause, FM_DEP_NSUBJ) ||
        has(m, clause, FM_DEP_NSUBJ_PASS))
        return;
    m->head[i] = clause;
    m->head[clause] = i - 1;
}

/* --- what stands before "that" ------------------------------------------------------------ */

/* "Perhaps it was decided | that it would end": what stands before the conjunction
 * is no part of its clause. */
static void free_before_that(struct fm_mend *m, uint32_t i)
{
    uint32_t that = that_of(m, i);

    if (that == m->last || m->head[i] == i || m->head[i] > that)
        return;
    for (uint32_t k = m->first; k < that; k++)
        if (m->head[k] == i &&
            (m->dep[k] == FM_DEP_ADVMOD || m->dep[k] == FM_DEP_OBL))
            m->head[k] = m->head[i];
}

/* "despite the fact | that they left": of the noun right before it. */
static void join_noun_clause(struct fm_mend *m, uint32_t i)
{
    const struct fm_tree words = {.doc = m->doc};
    uint32_t that = that_of(m, i);
    uint32_t noun;

    if (that == m->last || that == m->first ||
        (m->dep[i] != FM_DEP_CCOMP && m->dep[i] != FM_DEP_PARATAXIS &&
         m->dep[i] != FM_DEP_ADVCL))
        return;
    noun = that - 1;
    if (m->doc->upos[noun] != FM_NOUN || m->head[i] == noun ||
        (!fm_mend_is_word(m, noun, "fact") &&
         fm_modal_noun(&words, noun) == NULL))
        return;
    m->head[i] = noun;
    m->dep[i] = FM_DEP_ACL;
}

/* "it was decided in Sund | that it would end": a clause with "that" completes a
 * verb. */
static void join_decided(struct fm_mend *m, uint32_t i)
{
    uint32_t that = that_of(m, i);

    if (that == m->last || m->dep[i] != FM_DEP_PARATAXIS || m->head[i] > that)
        return;
    for (uint32_t k = that; k-- > m->first;) {
        if (m->doc->upos[k] != FM_VERB)
            continue;
        if (!has(m, k, FM_DEP_CCOMP)) {
            m->head[i] = k;
            m->dep[i] = FM_DEP_CCOMP;
        }
        return;
    }
}

/* "said | that | stability needs peace": before the subject of a clause without a
 * conjunction it is one. */
static void find_that(struct fm_mend *m, uint32_t i)
{
    uint32_t noun = m->head[i];
    uint32_t verb = m->head[noun];
    bool plural = m->doc->xpos[noun] == FM_XPOS_NNS ||
                  m->doc->xpos[noun] == FM_XPOS_NNPS ||
                  m->doc->xpos[noun] == FM_XPOS_NNP;

    if (m->dep[i] != FM_DEP_DET || !fm_mend_is_word(m, i, "that") || noun < i ||
        !fm_mend_is_subject(m->dep[noun]) || verb < noun ||
        m->dep[verb] != FM_DEP_CCOMP || m->head[verb] > i ||
        has(m, verb, FM_DEP_MARK) || (!plural && i == m->head[verb] + 1))
        return;
    m->head[i] = verb;
    m->dep[i] = FM_DEP_MARK;
}

/* --- subjects ------------------------------------------------------------------------------ */

/* "In May, after the fire, | and the flood, | Halvia closed it": of two subjects
 * the one behind "and" is joined to what stands before. */
static void free_first_subject(struct fm_mend *m, uint32_t i)
{
    uint32_t verb = m->head[i];
    uint32_t left;
    uint32_t other = m->last;

    if (!fm_mend_is_subject(m->dep[i]) || !fm_mend_is_nominal(m, i) || verb < i)
        return;
    left = fm_mend_left(m, i);
    if (left <= m->first || m->doc->upos[left - 1] != FM_CCONJ ||
        m->head[left - 1] != verb)
        return;
    for (uint32_t k = i + 1; k < verb; k++)
        if (m->head[k] == verb && m->dep[k] == m->dep[i])
            other = k;
    if (other == m->last)
        return;
    for (uint32_t k = left - 1; k-- > m->first;)
        if (m->head[k] == verb && fm_mend_is_nominal(m, k)) {
            m->head[left - 1] = i;
            m->head[i] = k;
            m->dep[i] = FM_DEP_CONJ;
            return;
        }
}

/* "a common understanding of | what safety | is": "be" at the end of a question. */
static void end_question(struct fm_mend *m, uint32_t i)
{
    uint32_t verb = m->head[i];

    if (m->dep[i] != FM_DEP_COP || verb >= i || m->doc->upos[verb] != FM_VERB)
        return;
    for (uint32_t k = i; k-- > verb;) {
        if (m->doc->xpos[k] != FM_XPOS_WP)
            continue;
        m->head[i] = k;
        for (uint32_t c = k + 1; c < i; c++)
            if (m->head[c] == k && m->dep[c] == FM_DEP_ACL_RELCL &&
                fm_mend_is_nominal(m, c))
                m->dep[c] = FM_DEP_NSUBJ;
        return;
    }
}

/* "The talks after the creation of the pact | in 2009 | failed": what stands between
 * a subject and its verb without a comma is of the subject. */
static void join_subject(struct fm_mend *m, uint32_t i)
{
    uint32_t verb = m->head[i];
    uint32_t left;
    uint32_t noun;

    if (m->dep[i] != FM_DEP_OBL || verb < i || !has(m, i, FM_DEP_CASE))
        return;
    left = fm_mend_left(m, i);
    if (left == m->first || !fm_mend_is_nominal(m, left - 1) ||
        m->doc->upos[left] == FM_PUNCT)
        return;
    for (uint32_t k = m->first; k + 1 < left; k++) {
        if (m->head[k] != verb || !fm_mend_is_subject(m->dep[k]) ||
            m->doc->upos[k] != FM_NOUN || fm_mend_right(m, k) + 1 != left)
            continue;
        noun = left - 1;
        for (size_t n = 0; n < 4 && m->head[noun] != k &&
                           m->dep[noun] != FM_DEP_NMOD && noun != k;
             n++)
            noun = m->head[noun];
        m->head[i] = noun;
        m->dep[i] = FM_DEP_NMOD;
        return;
    }
}

static bool is_finite_verb(const struct fm_mend *m, uint32_t i)
{
    uint8_t xpos = m->doc->xpos[i];
    uint32_t aux = fm_mend_child(m, i, FM_DEP_AUX);

    if (m->doc->upos[i] != FM_VERB)
        return false;
    if (aux < i)
        xpos = m->doc->xpos[aux];
    return xpos == FM_XPOS_VBD || xpos == FM_XPOS_VBZ || xpos == FM_XPOS_VBP ||
           xpos == FM_XPOS_MD;
}

/* "affects people | and tramples rights": a finite verb is joined to a finite verb,
 * not to a noun or to what an infinitive says. */
static void join_finite(struct fm_mend *m, uint32_t i)
{
    uint32_t cc = fm_mend_child(m, i, FM_DEP_CC);
    uint32_t head = m->head[i];

    if (m->dep[i] != FM_DEP_CONJ || cc > i || head > i ||
        !is_finite_verb(m, i) || has(m, head, FM_DEP_COP) ||
        is_finite_verb(m, head) || m->doc->xpos[head] == FM_XPOS_VBN)
        return;
    /* "began to sell and buys": joined to the chain. */
    if (m->doc->upos[head] == FM_VERB && m->dep[head] == FM_DEP_XCOMP &&
        !has(m, i, FM_DEP_NSUBJ) && !has(m, i, FM_DEP_EXPL))
        return;
    for (size_t n = 0; n < 8 && m->head[head] != head; n++) {
        head = m->head[head];
        if (head < i && is_finite_verb(m, head)) {
            m->head[i] = head;
            return;
        }
    }
}

/* "was at the Vatican | attending a seminar": a place does nothing. */
static void free_place(struct fm_mend *m, uint32_t i)
{
    uint32_t place = m->head[i];
    const struct fm_name *name;

    if (m->dep[i] != FM_DEP_ACL || m->doc->xpos[i] != FM_XPOS_VBG ||
        place > i || m->doc->upos[place] != FM_PROPN ||
        m->dep[place] != FM_DEP_OBL || has(m, i, FM_DEP_MARK))
        return;
    name = fm_phrase_name(m->doc, place);
    if (name == NULL ||
        (name->type != FM_NE_CITY && name->type != FM_NE_COUNTRY &&
         name->type != FM_NE_REGION && name->type != FM_NE_LOCATION))
        return;
    m->head[i] = m->head[place];
    m->dep[i] = FM_DEP_ADVCL;
}

void fm_mend_links(struct fm_mend *m)
{
    for (uint32_t i = m->first; i < m->last; i++) {
        find_that(m, i);
        join_relative(m, i);
        join_noun_clause(m, i);
        join_decided(m, i);
        free_before_that(m, i);
        free_first_subject(m, i);
        free_place(m, i);
        join_finite(m, i);
        join_subject(m, i);
        end_question(m, i);
    }
}
