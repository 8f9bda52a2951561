/* Sentences whose root is a noun because their verb was read as something else. */
#include "extract/mend_priv.h"

static bool has(const struct fm_mend *m, uint32_t i, enum fm_dep dep)
{
    return fm_mend_child(m, i, dep) != m->last;
}

static bool is_full_stop(const struct fm_mend *m)
{
    uint32_t i = m->last;

    while (i > m->first + 1 && (m->doc->flags[i - 1] & FM_TOKEN_QUOTE_CLOSE))
        i--;
    return i > m->first && fm_mend_is_word(m, i - 1, ".");
}

/* Nothing between i and k but adverbs, with commas only about these. */
static bool is_close(const struct fm_mend *m, uint32_t i, uint32_t k)
{
    bool adverb = false;
    bool mark = false;

    for (uint32_t at = fm_mend_right(m, i) < k ? fm_mend_right(m, i) + 1
                                               : i + 1;
         at < k; at++) {
        uint8_t upos = m->doc->upos[at];

        if (upos != FM_ADV && upos != FM_PUNCT && m->head[at] != i)
            return false;
        adverb |= upos == FM_ADV;
        mark |= upos == FM_PUNCT;
    }
    return adverb || !mark;
}

static bool has_finite_verb(const struct fm_mend *m)
{
    for (uint32_t i = m->first; i < m->last; i++) {
        uint8_t xpos = m->doc->xpos[i];
        uint8_t dep = m->dep[i];

        if ((xpos == FM_XPOS_VBD || xpos == FM_XPOS_VBZ ||
             xpos == FM_XPOS_VBP || xpos == FM_XPOS_MD) &&
            (dep == FM_DEP_ROOT || m->dep[m->head[i]] == FM_DEP_ROOT))
            return true;
    }
    return false;
}

/* "Registrations | leapt by a fifth.": a sentence has a verb; the participle is
 * it. */
static void find_root(struct fm_mend *m, uint32_t i)
{
    uint32_t noun = m->head[i];

    if (m->dep[i] != FM_DEP_ACL || noun > i || m->dep[noun] != FM_DEP_ROOT ||
        m->doc->xpos[i] != FM_XPOS_VBN || m->doc->upos[i] != FM_VERB ||
        !fm_mend_is_nominal(m, noun) || has(m, i, FM_DEP_OBL_AGENT) ||
        has(m, noun, FM_DEP_CASE) || has(m, noun, FM_DEP_COP) ||
        has_finite_verb(m) || !is_full_stop(m) || !is_close(m, noun, i))
        return;
    m->head[i] = i;
    m->dep[i] = FM_DEP_ROOT;
    m->head[noun] = i;
    m->dep[noun] = FM_DEP_NSUBJ;
    for (uint32_t k = i + 1; k < m->last; k++)
        if (m->head[k] == noun)
            m->head[k] = i;
}

/* "All | members of the pact | adopted | laws": read as a participle before a noun
 * that hangs from the root by the preposition before. */
static void find_modifying_root(struct fm_mend *m, uint32_t i)
{
    uint32_t noun = m->head[i];
    uint32_t before = i - 1;
    uint32_t root = m->head[noun];

    if (m->dep[i] != FM_DEP_AMOD || i == m->first || noun < i ||
        m->dep[root] != FM_DEP_ROOT || root >= i ||
        (m->doc->xpos[i] != FM_XPOS_VBN && m->doc->xpos[i] != FM_XPOS_VBD) ||
        !fm_mend_is_nominal(m, root) || !fm_mend_is_nominal(m, before) ||
        has(m, root, FM_DEP_CASE) || has(m, root, FM_DEP_COP) ||
        has_finite_verb(m) || !is_full_stop(m))
        return;
    for (uint32_t k = root + 1; k < i; k++)
        if (k != before && (m->head[k] == noun || m->head[k] == i))
            m->head[k] = before;
    if (before != root) {
        m->head[before] = root;
        m->dep[before] = FM_DEP_NMOD;
    }
    m->head[i] = i;
    m->dep[i] = FM_DEP_ROOT;
    m->head[root] = i;
    m->dep[root] = FM_DEP_NSUBJ;
    m->head[noun] = i;
    m->dep[noun] = FM_DEP_OBJ;
}

/* "The bank | can sell it.": a verb with an auxiliary, joined to the noun or to
 * one below it. */
static void find_joined_root(struct fm_mend *m, uint32_t i)
{
    uint32_t aux = fm_mend_child(m, i, FM_DEP_AUX);
    uint32_t root = m->head[i];

    if (m->dep[i] != FM_DEP_CONJ || aux >= i ||
        m->doc->xpos[aux] != FM_XPOS_MD || has(m, i, FM_DEP_NSUBJ) ||
        has(m, i, FM_DEP_NSUBJ_PASS) || fm_mend_child(m, i, FM_DEP_CC) < aux)
        return;
    for (uint32_t n = m->first; n < m->last && m->head[root] != root; n++) {
        if (m->dep[root] == FM_DEP_ROOT)
            break;
        if (!fm_mend_is_nominal(m, root))
            return;
        root = m->head[root];
    }
    if (root > i || !fm_mend_is_nominal(m, root) || has(m, root, FM_DEP_CASE) ||
        has(m, root, FM_DEP_COP) || !is_full_stop(m))
        return;
    m->head[i] = i;
    m->dep[i] = FM_DEP_ROOT;
    m->head[root] = i;
    m->dep[root] = FM_DEP_NSUBJ;
}

void fm_mend_root(struct fm_mend *m)
{
    for (uint32_t i = m->first; i < m->last; i++) {
        find_root(m, i);
        find_modifying_root(m, i);
        find_joined_root(m, i);
    }
}
