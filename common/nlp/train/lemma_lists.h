/* The word lists' votes on lemmas. */
#ifndef FM_NLP_TRAIN_LEMMA_LISTS_H
#define FM_NLP_TRAIN_LEMMA_LISTS_H

#include "nlp/train/lemma_votes.h"

/* Reads the lists in the folder data; classes: as in lemma.classes. What a
 * treebank says of a word counts more than all lists. */
enum fm_error fm_lemma_lists_read(const char *data, const uint8_t *classes,
                                  struct fm_why *why,
                                  struct fm_lemma_votes *votes);

#endif
