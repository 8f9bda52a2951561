/* The word lists of cue.h, each sorted bytewise by its first column (the unit
 * test checks it). Private to cue.c and its test. */
#ifndef FM_EXTRACT_CUE_TABLE_H
#define FM_EXTRACT_CUE_TABLE_H

#include "extract/cue.h"

/* A form that no rule makes. lemma "" = no reporting verb, whatever the rules
 * would say. */
struct fm_cue_irregular {
    const char *form;
    const char *lemma;
    enum fm_cue_form kind;
};

extern const struct fm_cue_verb fm_cue_verbs[];
extern const size_t fm_cue_verb_count;
extern const struct fm_cue_irregular fm_cue_irregulars[];
extern const size_t fm_cue_irregular_count;
/* Base forms; plurals are made by rule. */
extern const struct fm_cue_frame fm_cue_nouns[];
extern const size_t fm_cue_noun_count;
extern const struct fm_cue_frame fm_cue_adjectives[];
extern const size_t fm_cue_adjective_count;
extern const char *const fm_cue_documents[];
extern const size_t fm_cue_document_count;

#endif
