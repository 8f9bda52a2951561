/* Mistakes about single words: particles, adverbs, auxiliaries, "be" before an
 * infinitive. */
#include "extract/mend_priv.h"

static struct fm_str lemma_of(const struct fm_mend *m, uint32_t i)
{
    return m->doc->lemma != NULL ? m->doc->lemma[i] : m->doc->form[i];
}

static bool has(const struct fm_mend *m, uint32_t i, enum fm_dep dep)
{
    return fm_mend_child(m, i, dep) != m->last;
}

/* --- particles ------------------------------------------------------------------------ */

/* Verb and particle that are one word, with an object. Sorted by verb. */
static const struct {
    const char *verb;
    const char *particle;
} particles[] = {
    {"back", "up"},   {"blow", "up"},   {"bring", "about"}, {"call", "off"},
    {"carry", "out"}, {"fend", "off"},  {"figure", "out"},  {"fill", "out"},
    {"find", "out"},  {"fire", "off"},  {"give", "up"},     {"hand", "over"},
    {"kick", "off"},  {"lay", "off"},   {"make", "up"},     {"pay", "off"},
    {"phase", "out"}, {"pick", "up"},   {"point", "out"},   {"put", "off"},
    {"rule", "out"},  {"sell", "off"},  {"set", "up"},      {"shrug", "off"},
    {"spin", "off"},  {"take", "over"}, {"turn", "down"},   {"wipe", "out"},
    {"write", "off"},
};

static bool is_particle(const struct fm_mend *m, uint32_t verb, uint32_t i)
{
    struct fm_str lemma = lemma_of(m, verb);

    for (size_t k = 0; k < sizeof particles / sizeof *particles; k++)
        if (fm_str_eqz(lemma, particles[k].verb) &&
            fm_mend_is_word(m, i, particles[k].particle))
            return true;
    return false;
}

/* "brought | about | new challenges": what looks like a preposition is part of the
 * verb, and the phrase is its object. */
static void find_particle(struct fm_mend *m, uint32_t i)
{
    uint32_t verb = m->head[i];
    uint32_t before;

    if (m->dep[i] != FM_DEP_OBL || verb > i || m->doc->upos[verb] != FM_VERB ||
        has(m, verb, FM_DEP_OBJ))
        return;
    before = fm_mend_child(m, i, FM_DEP_CASE);
    if (before != verb + 1 || !is_particle(m, verb, before))
        return;
    m->dep[i] = FM_DEP_OBJ;
    m->head[before] = verb;
    m->dep[before] = FM_DEP_COMPOUND_PRT;
}

/* --- objects -------------------------------------------------------------------------- */

/* "earns | more than half": right behind a verb that has no object and without a
 * preposition. */
static void find_object(struct fm_mend *m, uint32_t i)
{
    uint32_t verb = m->head[i];

    if (m->dep[i] == FM_DEP_OBL && m->doc->upos[i] == FM_NOUN && verb < i &&
        m->doc->upos[verb] == FM_VERB && fm_mend_left(m, i) == verb + 1 &&
        !has(m, i, FM_DEP_CASE) && !has(m, verb, FM_DEP_OBJ) &&
        !has(m, verb, FM_DEP_AUX_PASS))
        m->dep[i] = FM_DEP_OBJ;
}

/* "in the journal | Climate & Health": a name behind what it is the name of. */
static void find_named(struct fm_mend *m, uint32_t i)
{
    uint32_t left;
    uint32_t noun;

    if (m->dep[i] != FM_DEP_OBL || m->doc->upos[i] != FM_PROPN ||
        m->head[i] > i || has(m, i, FM_DEP_CASE) || has(m, i, FM_DEP_DET))
        return;
    left = fm_mend_left(m, i);
    noun = left > m->first ? left - 1 : left;
    if (m->doc->upos[noun] == FM_NOUN && m->head[noun] == m->head[i] &&
        has(m, noun, FM_DEP_DET)) {
        m->head[i] = noun;
        m->dep[i] = FM_DEP_NMOD_DESC;
    }
}

/* --- adverbs of place ------------------------------------------------------------------- */

/* "south | of the borders" is one phrase. */
static void join_direction(struct fm_mend *m, uint32_t i)
{
    static const char *const words[] = {"ahead", "east",     "inside",
                                        "north", "outside",  "short",
                                        "south", "upstream", "west"};
    uint32_t adverb;

    if (m->dep[i] != FM_DEP_OBL || m->head[i] > i)
        return;
    adverb = fm_mend_child(m, i, FM_DEP_CASE);
    if (adverb == m->first || adverb >= i || !fm_mend_is_word(m, adverb, "of"))
        return;
    adverb--;
    if (m->dep[adverb] != FM_DEP_ADVMOD || m->head[adverb] != m->head[i] ||
        fm_str_bsearch(m->doc->form[adverb], words,
                       sizeof words / sizeof *words) < 0)
        return;
    m->head[i] = adverb;
    m->dep[i] = FM_DEP_NMOD;
}

/* "15 mln | dlrs", "12 | months": a number and what it counts, side by side. */
static void join_number(struct fm_mend *m, uint32_t i)
{
    static const char *const words[] = {
        "billion", "bln", "hundred", "million", "mln", "thousand", "trillion"};
    uint32_t noun = i + 1;
    bool number = m->doc->upos[i] == FM_NUM ||
                  fm_str_bsearch(m->doc->form[i], words,
                                 sizeof words / sizeof *words) >= 0;

    if (!number || noun >= m->last || m->doc->upos[noun] != FM_NOUN ||
        m->head[i] != m->head[noun] || m->head[i] == i ||
        (m->dep[i] != FM_DEP_OBJ && m->dep[i] != FM_DEP_OBL &&
         m->dep[i] != FM_DEP_OBL_UNMARKED))
        return;
    m->dep[noun] = m->dep[i];
    m->head[i] = noun;
    m->dep[i] = FM_DEP_NUMMOD;
    for (uint32_t k = m->first; k < i; k++)
        if (m->head[k] == i && m->dep[k] == FM_DEP_CASE)
            m->head[k] = noun;
}

/* "lay | up | to | 2,500 eggs": how many. */
static void join_up_to(struct fm_mend *m, uint32_t i)
{
    uint32_t to = i + 1;
    uint32_t noun;

    if (!fm_mend_is_word(m, i, "up") || to + 1 >= m->last ||
        !fm_mend_is_word(m, to, "to") || m->doc->upos[to + 1] != FM_NUM)
        return;
    noun = m->head[to];
    if (m->dep[to] != FM_DEP_CASE || noun <= to || m->head[i] > i ||
        m->head[noun] != m->head[i])
        return;
    m->head[i] = noun;
    m->dep[i] = FM_DEP_ADVMOD;
    m->head[to] = i;
    m->dep[to] = FM_DEP_FIXED;
    if (m->dep[noun] == FM_DEP_OBL && !has(m, m->head[noun], FM_DEP_OBJ))
        m->dep[noun] = FM_DEP_OBJ;
}

/* "once again" */
static void join_adverbs(struct fm_mend *m, uint32_t i)
{
    if (i + 1 < m->last && fm_mend_is_word(m, i, "once") &&
        fm_mend_is_word(m, i + 1, "again") && m->head[i] != i &&
        m->head[i] == m->head[i + 1])
        m->head[i] = i + 1;
}

/* "7 per cent" */
static void join_percent(struct fm_mend *m, uint32_t i)
{
    if (i + 1 < m->last && fm_mend_is_word(m, i, "per") &&
        fm_mend_is_word(m, i + 1, "cent") && m->head[i + 1] != i &&
        m->head[i] != i) {
        m->head[i] = i + 1;
        m->dep[i] = FM_DEP_COMPOUND;
    }
}

/* --- auxiliaries ------------------------------------------------------------------------ */

/* "there | was | adopted a treaty": what hangs from an auxiliary hangs from its
 * verb. */
static void climb_auxiliary(struct fm_mend *m, uint32_t i)
{
    uint32_t head = m->head[i];
    uint8_t dep = m->dep[head];

    if (head != i && m->head[head] != head &&
        (dep == FM_DEP_AUX || dep == FM_DEP_AUX_PASS || dep == FM_DEP_COP) &&
        (m->dep[i] == FM_DEP_EXPL || fm_mend_is_subject(m->dep[i]) ||
         m->dep[i] == FM_DEP_ADVMOD))
        m->head[i] = m->head[head];
}

/* "can | and should | play": the first of two auxiliaries, read as a member of
 * something else. */
static void free_auxiliary(struct fm_mend *m, uint32_t i)
{
    if (m->doc->xpos[i] != FM_XPOS_MD || m->dep[i] == FM_DEP_AUX)
        return;
    for (uint32_t k = i + 1; k < m->last && k <= i + 4; k++) {
        if (m->head[k] != i || m->dep[k] != FM_DEP_CONJ ||
            m->doc->upos[k] != FM_VERB)
            continue;
        m->head[k] = m->head[i] == i ? k : m->head[i];
        m->dep[k] = m->dep[i];
        m->head[i] = k;
        m->dep[i] = FM_DEP_AUX;
        return;
    }
}

/* "Acme | 's | companies": whose they are. */
static void find_owner(struct fm_mend *m, uint32_t i)
{
    uint32_t behind = i + 1;

    if (m->dep[i] == FM_DEP_CASE && behind < m->last && m->head[i] > behind &&
        m->doc->xpos[behind] == FM_XPOS_POS && m->head[behind] == i &&
        (m->doc->upos[i] == FM_PROPN || m->doc->upos[i] == FM_NOUN))
        m->dep[i] = FM_DEP_NMOD_POSS;
}

/* "is | 60 percent | owned by Acme": the participle is what is said. */
static void find_share(struct fm_mend *m, uint32_t i)
{
    uint32_t share = m->head[i];
    uint32_t cop;

    if (m->dep[i] != FM_DEP_ACL || share + 1 != i ||
        m->doc->xpos[i] != FM_XPOS_VBN || !has(m, share, FM_DEP_NUMMOD) ||
        !has(m, i, FM_DEP_OBL_AGENT))
        return;
    cop = fm_mend_child(m, share, FM_DEP_COP);
    if (cop >= share)
        return;
    for (uint32_t k = m->first; k < m->last; k++) {
        if (m->head[k] != share || m->dep[k] == FM_DEP_NUMMOD || k == share)
            continue;
        m->head[k] = i;
        if (m->dep[k] == FM_DEP_NSUBJ)
            m->dep[k] = FM_DEP_NSUBJ_PASS;
    }
    m->dep[cop] = FM_DEP_AUX_PASS;
    m->head[i] = m->head[share] == share ? i : m->head[share];
    m->dep[i] = m->dep[share];
    m->head[share] = i;
    m->dep[share] = FM_DEP_OBL_UNMARKED;
}

/* --- "is to leave" -------------------------------------------------------------------------- */

/* Of these an infinitive can say what they are: "the plan is to leave". */
static bool is_content_noun(const struct fm_mend *m, uint32_t i)
{
    static const char *const words[] = {
        "aim",     "alternative", "ambition", "answer",    "challenge",
        "choice",  "decision",    "desire",   "dream",     "duty",
        "goal",    "hope",        "idea",     "intention", "job",
        "key",     "mission",     "need",     "objective", "one",
        "option",  "plan",        "point",    "policy",    "priority",
        "problem", "proposal",    "purpose",  "question",  "reason",
        "role",    "solution",    "step",     "strategy",  "target",
        "task",    "thing",       "trick",    "way",       "what",
        "wish",    "work"};

    return fm_str_bsearch(lemma_of(m, i), words,
                          sizeof words / sizeof *words) >= 0;
}

/* "The bank is to close": nobody is "to close". */
static void find_future(struct fm_mend *m, uint32_t i)
{
    uint32_t cop = fm_mend_child(m, i, FM_DEP_COP);
    uint32_t subject;
    uint32_t to;

    if (cop >= i || m->doc->xpos[i] != FM_XPOS_VB)
        return;
    subject = fm_mend_child(m, i, FM_DEP_NSUBJ_OUTER);
    to = fm_mend_child(m, i, FM_DEP_MARK);
    if (subject > cop || to < cop || to > i || !fm_mend_is_word(m, to, "to") ||
        !fm_mend_is_nominal(m, subject) || is_content_noun(m, subject))
        return;
    m->dep[subject] = FM_DEP_NSUBJ;
    m->dep[cop] = FM_DEP_AUX;
}

/* --- agents that are measures -------------------------------------------------------------------- */

/* "rose by 19 percent" */
static void find_measure(struct fm_mend *m, uint32_t i)
{
    if (m->dep[i] == FM_DEP_OBL_AGENT && !has(m, m->head[i], FM_DEP_AUX_PASS) &&
        (m->doc->upos[i] == FM_NUM || has(m, i, FM_DEP_NUMMOD)))
        m->dep[i] = FM_DEP_OBL;
}

void fm_mend_words(struct fm_mend *m)
{
    for (uint32_t i = m->first; i < m->last; i++) {
        find_owner(m, i);
        find_share(m, i);
        climb_auxiliary(m, i);
        free_auxiliary(m, i);
        find_particle(m, i);
        find_object(m, i);
        find_named(m, i);
        join_direction(m, i);
        join_percent(m, i);
        join_number(m, i);
        join_up_to(m, i);
        join_adverbs(m, i);
        find_future(m, i);
        find_measure(m, i);
    }
}
