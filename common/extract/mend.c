#include "extract/mend_priv.h"

uint32_t fm_mend_right(const struct fm_mend *m, uint32_t i)
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

uint32_t fm_mend_left(const struct fm_mend *m, uint32_t i)
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

uint32_t fm_mend_child(const struct fm_mend *m, uint32_t i, enum fm_dep dep)
{
    for (uint32_t k = m->first; k < m->last; k++)
        if (m->head[k] == i && k != i && m->dep[k] == dep)
            return k;
    return m->last;
}

/* --- two subjects, or two objects, side by side -------------------------------------- */

/* What hangs from i and stands behind token k hangs from k. */
static void hand_over(struct fm_mend *m, uint32_t i, uint32_t k)
{
    for (uint32_t c = k + 1; c < m->last; c++)
        if (m->head[c] == i)
            m->head[c] = k;
}

/* Two objects of one verb: may they be one name, or a number and what it counts?
 * Else they are two ("gave Halvia ships"). */
static bool is_one_object(const struct fm_mend *m, uint32_t i, uint32_t k)
{
    uint8_t upos = m->doc->upos[i];

    return (upos == FM_PROPN && m->doc->upos[k] == FM_PROPN) ||
           (upos == FM_NUM && m->doc->upos[k] == FM_NOUN);
}

static bool is_comma(const struct fm_mend *m, uint32_t i)
{
    return fm_str_eqz(m->doc->form[i], ",");
}

/* "The Commodore | 64 sold", "release Ann | Lee": one name, or a title and a
 * name. "released Ann Lee, | a citizen": an apposition. */
static void join_neighbours(struct fm_mend *m, uint32_t i)
{
    bool subject = fm_mend_is_subject(m->dep[i]);
    uint32_t behind;

    if ((!subject && m->dep[i] != FM_DEP_OBJ) || !fm_mend_is_nominal(m, i))
        return;
    behind = fm_mend_right(m, i) + 1;
    for (uint32_t k = behind; k < m->last && k <= behind + 6; k++) {
        uint32_t left;

        if (m->head[k] != m->head[i] || m->dep[k] != m->dep[i] ||
            k == m->head[k])
            continue;
        left = fm_mend_left(m, k);
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

/* "Ann, her friends, | and every guest needs": two subjects with "and" between
 * them are one. */
static void join_last(struct fm_mend *m, uint32_t i)
{
    uint32_t at;
    uint32_t cc = m->last;

    if (!fm_mend_is_subject(m->dep[i]) || !fm_mend_is_nominal(m, i) ||
        m->head[i] < i)
        return;
    at = fm_mend_right(m, i) + 1;
    if (at < m->last && is_comma(m, at))
        at++;
    if (at < m->last && m->doc->upos[at] == FM_CCONJ)
        cc = at++;
    for (uint32_t k = at; cc != m->last && k < m->head[i]; k++) {
        if (m->head[k] != m->head[i] || m->dep[k] != m->dep[i])
            continue;
        if (fm_mend_left(m, k) <= at && m->head[cc] >= k) {
            m->head[k] = i;
            m->dep[k] = FM_DEP_CONJ;
            m->head[cc] = k;
            m->dep[cc] = FM_DEP_CC;
        }
        return;
    }
}

/* --- words with a hyphen --------------------------------------------------------------- */

/* "alt | - | right", "decision | - | making", with no space between: one word, what
 * stands before the hyphen goes with what is behind. */
static void join_hyphens(struct fm_mend *m, uint32_t i)
{
    const struct fm_doc *doc = m->doc;
    uint32_t left = i - 1;
    uint32_t right = i + 1;

    if (i == m->first || right >= m->last || !fm_str_eqz(doc->form[i], "-") ||
        doc->end[left] != doc->start[i] || doc->end[i] != doc->start[right])
        return;
    /* "Park Joon | - | ho" */
    if (doc->upos[left] == FM_PROPN && doc->upos[right] == FM_PROPN &&
        m->dep[left] == FM_DEP_FLAT && m->head[right] < left) {
        m->head[right] = left;
        m->dep[right] = FM_DEP_FLAT;
        m->head[i] = left;
        return;
    }
    if (m->head[left] == right || m->head[right] == left ||
        m->head[left] != m->head[right] || m->head[left] == left)
        return;
    m->dep[right] = m->dep[left];
    m->head[left] = right;
    m->dep[left] = FM_DEP_COMPOUND;
    m->head[i] = right;
    for (uint32_t k = m->first; k < left; k++)
        if (m->head[k] == left)
            m->head[k] = right;
}

/* --- objects behind a preposition -------------------------------------------------------- */

static void set_oblique(struct fm_mend *m, uint32_t i)
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

/* "There was adopted a treaty": "there" goes with the verb, not with its "was". */
static void raise_there(struct fm_mend *m, uint32_t i)
{
    uint32_t aux = m->head[i];

    if (m->dep[i] == FM_DEP_EXPL && aux != i &&
        (m->dep[aux] == FM_DEP_AUX || m->dep[aux] == FM_DEP_AUX_PASS) &&
        m->head[aux] != aux)
        m->head[i] = m->head[aux];
}

/* --- names ------------------------------------------------------------------------------------ */

static bool is_within(const struct fm_name *name, uint32_t i)
{
    return i >= name->first && i < name->last;
}

/* Words of one name that hang from the same word hang from the first of them. */
static void join_name(struct fm_mend *m, const struct fm_name *name)
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

/* NOLINTNEXTLINE(readability-non-const-parameter): written by way of m */
void fm_mend_tree(const struct fm_doc *doc, uint32_t *head, uint8_t *deprel)
{
    struct fm_mend m = {.doc = doc, .head = head, .dep = deprel};

    for (size_t i = 0; i < doc->name_count; i++)
        join_name(&m, &doc->names[i]);
    for (size_t s = 0; s < doc->sentence_count; s++) {
        m.first = doc->sentences[s].first;
        m.last = doc->sentences[s].last;
        fm_mend_titles(&m);
        fm_mend_links(&m);
        for (uint32_t i = m.first; i < m.last; i++) {
            join_hyphens(&m, i);
            join_neighbours(&m, i);
            join_last(&m, i);
            set_oblique(&m, i);
            raise_there(&m, i);
        }
        fm_mend_words(&m);
        fm_mend_root(&m);
        fm_mend_clauses(&m);
    }
}
