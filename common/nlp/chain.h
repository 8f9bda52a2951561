/* Labels of a sentence as a linear chain: a conditional random field (Lafferty
 * et al. 2001). The score of a way through the sentence is the sum of its labels'
 * own scores and of its steps from one label to the next; here are the sums over
 * all ways. The trainer learns with the same code that reads. */
#ifndef FM_NLP_CHAIN_H
#define FM_NLP_CHAIN_H

#include "nlp/tags.h"

/* exp of the scores of steps; 0 = impossible. */
struct fm_chain_steps {
    float from[FM_NER_COUNT][FM_NER_COUNT];
};

/* One sentence. Sums are scaled at each token, so that they stay within a
 * float. */
struct fm_chain {
    float emit[FM_SENTENCE_TOKENS_MAX][FM_NER_COUNT];
    float ahead[FM_SENTENCE_TOKENS_MAX][FM_NER_COUNT];
    float behind[FM_SENTENCE_TOKENS_MAX][FM_NER_COUNT];
    float scale[FM_SENTENCE_TOKENS_MAX];
};

/* steps: FM_NER_COUNT x FM_NER_COUNT scores, of a label and the next one; the
 * first of a sentence follows FM_NER_OUT. */
void fm_chain_steps_init(const float *steps, struct fm_chain_steps *ret);
/* Sets emit: row i of scores, stride floats apart, has FM_NER_COUNT of them. n
 * is at most FM_SENTENCE_TOKENS_MAX. */
void fm_chain_scores(const float *scores, size_t stride, size_t n,
                     struct fm_chain *chain);
/* Both passes, after fm_chain_scores; n > 0. open: of each token, the labels
 * that count, as bits; NULL = all. Returns the log of the sum over all ways that
 * are open. Then ahead[t][y] * behind[t][y] is how likely label y of token t
 * is. */
double fm_chain_sum(const struct fm_chain_steps *steps, const uint16_t *open,
                    size_t n, struct fm_chain *chain);

#endif
