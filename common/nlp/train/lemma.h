/* Learning lemmas: the sections lemma.* of the model file (nlp/lemma.h). */
#ifndef FM_NLP_TRAIN_LEMMA_H
#define FM_NLP_TRAIN_LEMMA_H

#include "nlp/train/data.h"
#include "nlp/train/export.h"

/* Learns from the treebanks, the first counting most, and from the word lists in
 * the folder data; adds the sections. Takes seconds; the same data give the same
 * bytes. */
enum fm_error fm_lemma_train(const char *data, const struct fm_treebank *banks,
                             size_t n, struct fm_model_writer *writer,
                             struct fm_why *why);

#endif
