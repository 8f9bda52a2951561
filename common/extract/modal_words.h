/* Words that say how sure, wanted or allowed something is. */
#ifndef FM_EXTRACT_MODAL_WORDS_H
#define FM_EXTRACT_MODAL_WORDS_H

#include "extract/tree.h"
#include "factmill/v1/fact.pb-c.h"

struct fm_modal {
    const char *word;
    /* Factmill__V1__Fact__Modality of what it governs; ASSERTED = as it is. */
    uint8_t modality;
    /* What it governs is not so ("failed to"). */
    bool negative;
};

/* "can", "may", "'ll", by form. NULL = none of these. */
const struct fm_modal *fm_modal_auxiliary(const struct fm_tree *tree,
                                          uint32_t i);
/* "perhaps", "allegedly" */
const struct fm_modal *fm_modal_adverb(const struct fm_tree *tree, uint32_t i);
/* A verb, of the infinitive that completes it: "plan", "fail", "have". */
const struct fm_modal *fm_modal_verb(const struct fm_tree *tree, uint32_t i);
/* The same, of what its object does: "ask", "allow", "prevent". */
const struct fm_modal *fm_modal_causative(const struct fm_tree *tree,
                                          uint32_t i);
/* A verb, of the clause that is its object: "hope", "doubt", "demand". */
const struct fm_modal *fm_modal_opinion(const struct fm_tree *tree, uint32_t i);
/* An adjective or participle behind "be": "likely", "able", "expected". */
const struct fm_modal *fm_modal_adjective(const struct fm_tree *tree,
                                          uint32_t i);
/* A noun, of what hangs from it: "plan to", "chance that". */
const struct fm_modal *fm_modal_noun(const struct fm_tree *tree, uint32_t i);
/* A conjunction, of its clause: "if", "unless". */
const struct fm_modal *fm_modal_conjunction(const struct fm_tree *tree,
                                            uint32_t i);

#endif
