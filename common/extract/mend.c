#include "extract/mend.h"

struct mend {
    const struct fm_doc *doc;
    uint32_t *head;
    uint8_t *dep;
    uint32_t first; /* tokens of the sentence */
    uint32_t last;
};

static bool is_nominal(const struct mend *m, uint32_t i)
{
    uint8_t upos = m->doc->upos[i];

    return upos == FM_NOUN || upos == FM_PROPN || upos == FM_NUM ||
           upos == FM_PRON;
}

static bool is_subject(uint8_t dep)
{
    return dep == FM_DEP_NSUBJ || dep == FM_DEP_NSUBJ_PASS;
}

/* The last token of what hangs from i, or i. */
static uint32_t right_end(const struct mend *m, uint32_t i)
{
    uint32_t end = i;

    for (uint32_t k = i + 1; k < m->last; k++) {
        uint32_t up = k;

        for (size_t n = 0; n < m->last - m->first && up > i; n++)
            up = m->head[up];
        if (up != i)
            break;
        end = k;
    }
    return end;
}

static uint32_t left_end(const struct mend *m, uint32_t i)
{
    uint32_t end = i;

    for (uint32_t k = i; k-- > m->first;) {
        uint32_t up = k;

        for (size_t n = 0;
             n < m->last - m->first && up != i && up != m->head[up]; n++)
            up = m->head[up];
        if (up != i)
            break;
        end = k;
    }
    return end;
}

static bool has_child(const struct mend *m, uint32_t i, enum fm_dep dep)
{
    for (uint32_t k = m->first; k < m->last; k++)
        if (m->head[k] == i && k != i && m->dep[k] == dep)
            return true;
    return false;
}

/* --- two subjects, or two objects, side by side -------------------------------------- */

/* What hangs from i and stands behind token k hangs from k. */
static void hand_over(struct mend *m, uint32_t i, uint32_t k)
{
    for (uint32_t c = k + 1; c < m->last; c++)
        if (m->head[c] == i)
            m->head[c] = k;
}

/* Two objects of one verb: may they be one name, or a number and what it counts?
 * Else they are two ("gave Halvia ships"). */
static bool is_one_object(const struct mend *m, uint32_t i, uint32_t k)
{
    uint8_t upos = m->doc->upos[i];

    return (upos == FM_PROPN && m->doc->upos[k] == FM_PROPN) ||
           (upos == FM_NUM && m->doc->upos[k] == FM_NOUN);
}

static bool is_comma(const struct mend *m, uint32_t i)
{
    return fm_str_eqz(m->doc->form[i], ",");
}

/* "The Commodore | 64 sold", "release Ann | Lee": one name, or a title and a
 * name. "released Ann Lee, | a citizen": an apposition. */
static void join_neighbours(struct mend *m, uint32_t i)
{
    bool subject = is_subject(m->dep[i]);
    uint32_t behind;

    if ((!subject && m->dep[i] != FM_DEP_OBJ) || !is_nominal(m, i))
        return;
    behind = right_end(m, i) + 1;
    for (uint32_t k = behind; k < m->last && k <= behind + 6; k++) {
        uint32_t left;

        if (m->head[k] != m->head[i] || m->dep[k] != m->dep[i] ||
            k == m->head[k])
            continue;
        left = left_end(m, k);
        if (left == behind && (subject || is_one_object(m, i, k))) {
            hand_over(m, i, k);
            m->head[i] = k;
            m->dep[i] = FM_DEP_COMPOUND;
        } else if (m->doc->upos[i] == FM_PROPN && left >= behind &&
                   left <= behind + 1 && is_comma(m, behind)) {
            m->head[k] = i;
            m->dep[k] = FM_DEP_APPOS;
        }
        return;
    }
}

/* --- objects behind a preposition -------------------------------------------------------- */

static void set_oblique(struct mend *m, uint32_t i)
{
    if (m->dep[i] != FM_DEP_OBJ && m->dep[i] != FM_DEP_IOBJ)
        return;
    for (uint32_t k = m->first; k < i; k++)
        if (m->head[k] == i && m->dep[k] == FM_DEP_CASE &&
            m->doc->upos[k] == FM_ADP) {
            m->dep[i] = FM_DEP_OBL;
            return;
        }
}

/* --- finite verbs without a subject ----------------------------------------------------------- */

static bool is_finite(const struct mend *m, uint32_t i)
{
    uint8_t xpos = m->doc->xpos[i];

    return m->doc->upos[i] == FM_VERB &&
           (xpos == FM_XPOS_VBD || xpos == FM_XPOS_VBZ || xpos == FM_XPOS_VBP);
}

static bool wants_subject(const struct mend *m, uint32_t i)
{
    uint8_t dep = m->dep[i];

    if (!is_finite(m, i) || (dep != FM_DEP_ROOT && dep != FM_DEP_CCOMP &&
                             dep != FM_DEP_ADVCL && dep != FM_DEP_PARATAXIS))
        return false;
    for (uint32_t k = m->first; k < m->last; k++)
        if (m->head[k] == i && k != i &&
            (is_subject(m->dep[k]) || m->dep[k] == FM_DEP_CSUBJ ||
             m->dep[k] == FM_DEP_CSUBJ_PASS || m->dep[k] == FM_DEP_EXPL ||
             m->dep[k] == FM_DEP_NSUBJ_OUTER))
            return false;
    return true;
}

static bool may_be_subject(const struct mend *m, uint32_t i)
{
    uint8_t dep = m->dep[i];
    uint8_t xpos = m->doc->xpos[i];

    if (dep == FM_DEP_VOCATIVE || dep == FM_DEP_DISLOCATED ||
        dep == FM_DEP_NSUBJ_OUTER)
        return is_nominal(m, i);
    if (dep != FM_DEP_ADVMOD && dep != FM_DEP_OBL &&
        dep != FM_DEP_OBL_UNMARKED && dep != FM_DEP_DEP &&
        dep != FM_DEP_DISCOURSE && dep != FM_DEP_NMOD)
        return false;
    if (has_child(m, i, FM_DEP_CASE) || has_child(m, i, FM_DEP_MARK))
        return false;
    return has_child(m, i, FM_DEP_DET) || xpos == FM_XPOS_NNP ||
           xpos == FM_XPOS_NNPS || xpos == FM_XPOS_PRP;
}

/* The nearest phrase before the verb that can be nothing else. */
static void find_subject(struct mend *m, uint32_t verb)
{
    for (uint32_t i = verb; i-- > m->first;)
        if (m->head[i] == verb && may_be_subject(m, i)) {
            m->dep[i] = FM_DEP_NSUBJ;
            return;
        }
}

/* --- names ------------------------------------------------------------------------------------ */

static bool is_within(const struct fm_name *name, uint32_t i)
{
    return i >= name->first && i < name->last;
}

/* Words of one name that hang from the same word hang from the first of them. */
static void join_name(struct mend *m, const struct fm_name *name)
{
    uint32_t main = name->last;

    for (uint32_t i = name->first; i < name->last; i++) {
        if (is_within(name, m->head[i]) && m->head[i] != i)
            continue;
        if (main == name->last) {
            main = i;
        } else if (m->head[i] == m->head[main] && m->head[i] != i) {
            m->head[i] = main;
            m->dep[i] = FM_DEP_FLAT;
        }
    }
}

void fm_mend_tree(const struct fm_doc *doc, uint32_t *head, uint8_t *deprel)
{
    struct mend m = {.doc = doc, .head = head, .dep = deprel};

    for (size_t i = 0; i < doc->name_count; i++)
        join_name(&m, &doc->names[i]);
    for (size_t s = 0; s < doc->sentence_count; s++) {
        m.first = doc->sentences[s].first;
        m.last = doc->sentences[s].last;
        for (uint32_t i = m.first; i < m.last; i++) {
            join_neighbours(&m, i);
            set_oblique(&m, i);
        }
        for (uint32_t i = m.first; i < m.last; i++)
            if (wants_subject(&m, i))
                find_subject(&m, i);
    }
}
