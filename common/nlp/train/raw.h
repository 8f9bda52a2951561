/* Texts without annotation, read into a bank that the trained networks then
 * annotate: self-training. */
#ifndef FM_NLP_TRAIN_RAW_H
#define FM_NLP_TRAIN_RAW_H

#include "nlp/train/checkpoint.h"

/* Reads the "text" member of each line of DIR/NAME (JSON lines), and cuts it
 * into sentences and tokens by rule; the gold columns are empty. */
enum fm_error fm_raw_open(const char *dir, const char *name, struct fm_why *why,
                          struct fm_treebank *ret);
/* Tokens of corpus from `from` on, which hold bank: where a column is not
 * annotated it gets what the teachers together think. */
enum fm_error fm_raw_annotate(const struct fm_trained *teachers, size_t n,
                              const struct fm_treebank *bank,
                              const struct fm_lexicon *lexicon, size_t from,
                              struct fm_why *why, struct fm_corpus *corpus);

#endif
