/* Parts of speech, and scores of names: an affine map off the encoder. */
#ifndef FM_NLP_TAGGER_H
#define FM_NLP_TAGGER_H

#include "nlp/encoder.h"

/* Memory of a chunk. */
struct fm_tagger_work {
    float *scores; /* FM_CHUNK_TOKENS x FM_NET_TAGS */
};

/* False when the arena is full. */
bool fm_tagger_work_init(struct fm_tagger_work *work, struct fm_arena *arena);
/* Fills upos and xpos of the chunk's tokens. The scores stay until the next
 * run. */
void fm_tagger_run(const struct fm_network *net, const struct fm_encoding *enc,
                   struct fm_tagger_work *work, struct fm_doc *doc);

#endif
