/* How likely each label of names is: the network that knows nothing but names,
 * and the first network's opinion. */
#ifndef FM_NLP_NAMER_H
#define FM_NLP_NAMER_H

#include "nlp/encoder.h"

/* Memory of a chunk. */
struct fm_namer_work {
    float *scores; /* FM_CHUNK_TOKENS x FM_NAMER_TAGS */
    struct fm_chain *chain;
};

/* False when the arena is full. */
bool fm_namer_work_init(struct fm_namer_work *work, struct fm_arena *arena);
/* enc: of the chunk, by fm_encoder_names. first: the first network's scores of
 * the chunk's tokens, stride floats apart. ret_likely: FM_NER_COUNT for each
 * token, 1 in all. */
void fm_namer_run(const struct fm_namer *namer, const struct fm_doc *doc,
                  const struct fm_encoding *enc, const float *first,
                  size_t stride, struct fm_namer_work *work, float *ret_likely);

#endif
