/* What the parts of mending share: mend.c (phrases and names), mend_title.c,
 * mend_word.c, mend_root.c, mend_link.c (what hangs from what) and mend_clause.c
 * (verbs and what they are about). */
#ifndef FM_EXTRACT_MEND_PRIV_H
#define FM_EXTRACT_MEND_PRIV_H

#include "extract/mend.h"

struct fm_mend {
    const struct fm_doc *doc;
    uint32_t *head;
    uint8_t *dep;
    uint32_t first; /* tokens of the sentence */
    uint32_t last;
};

static inline bool fm_mend_is_nominal(const struct fm_mend *m, uint32_t i)
{
    uint8_t upos = m->doc->upos[i];

    return upos == FM_NOUN || upos == FM_PROPN || upos == FM_NUM ||
           upos == FM_PRON;
}

static inline bool fm_mend_is_word(const struct fm_mend *m, uint32_t i,
                                   const char *word)
{
    return fm_str_ieq(m->doc->form[i], fm_str(word));
}

static inline bool fm_mend_is_subject(uint8_t dep)
{
    return dep == FM_DEP_NSUBJ || dep == FM_DEP_NSUBJ_PASS;
}

/* The last token of what hangs from i without a gap, or i; and the first. */
uint32_t fm_mend_right(const struct fm_mend *m, uint32_t i);
uint32_t fm_mend_left(const struct fm_mend *m, uint32_t i);
/* The first child of i with this relation; the sentence's end = none. */
uint32_t fm_mend_child(const struct fm_mend *m, uint32_t i, enum fm_dep dep);

/* The parts, in the order in which they run over a sentence; phrases and names
 * come between the second and the third. */
void fm_mend_titles(struct fm_mend *m);
void fm_mend_links(struct fm_mend *m);
void fm_mend_words(struct fm_mend *m);
void fm_mend_root(struct fm_mend *m);
void fm_mend_clauses(struct fm_mend *m);

#endif
