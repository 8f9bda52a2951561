/* The best tree under the scores of single arcs: Chu-Liu and Edmonds with one
 * child of the root. (Chu and Liu 1965, Edmonds 1967; McDonald et al. 2005.) */
#ifndef FM_NLP_TREE_H
#define FM_NLP_TREE_H

#include "nlp/document.h"

/* Memory that fm_tree_decode works in, for sentences of up to
 * FM_SENTENCE_TOKENS_MAX tokens. */
struct fm_tree_work;

/* NULL when the arena is full. */
struct fm_tree_work *fm_tree_work_new(struct fm_arena *arena);

/* scores[d * stride + h]: how good head h is for token d; tokens count from 1,
 * h = 0 is the root, row 0 is not read. ret_heads[1 … n], exactly one of them
 * 0. n is at most FM_SENTENCE_TOKENS_MAX. The scores must be finite. */
void fm_tree_decode(const float *scores, size_t stride, size_t n,
                    struct fm_tree_work *work, uint16_t *ret_heads);

#endif
