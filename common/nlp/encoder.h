/* The network's lower part: from forms to the states of its layers.
 *
 * Works on chunks: runs of whole sentences with at most FM_CHUNK_TOKENS
 * tokens, so that memory is bounded and stays in the cache. */
#ifndef FM_NLP_ENCODER_H
#define FM_NLP_ENCODER_H

#include "nlp/features.h"
#include "nlp/network.h"

/* One sentence at its longest. */
#define FM_CHUNK_TOKENS FM_SENTENCE_TOKENS_MAX
/* Sentences are added to a chunk until it has this many tokens: enough to use
 * a weight several times when it is in the cache. */
#define FM_CHUNK_ENOUGH 48u

/* Rows of integers, each with its scale: what fm_kernels.multiply takes. */
struct fm_states {
    int16_t *values;
    float *scales;
};

/* Memory and results of a chunk; out of a document's arena. */
struct fm_encoding {
    size_t first; /* tokens of the document */
    size_t last;
    size_t sentence_first;
    size_t sentence_last;
    struct fm_states tag; /* of layer tag_layer */
    struct fm_states top; /* of the last layer */
    float *in;            /* FM_CHUNK_TOKENS x dim: of a layer */
    float *out;
    float *u; /* FM_CHUNK_TOKENS x 3 dim */
    float *state;
    uint16_t *lists; /* FM_CHUNK_TOKENS: of names, that words are on */
    struct fm_features *features; /* FM_CHUNK_TOKENS */
};

/* NULL when the arena is full. */
struct fm_encoding *fm_encoding_new(const struct fm_network *net,
                                    struct fm_arena *arena);
/* Encodes the chunk that begins with sentence; sets the members up to top.
 * The next chunk begins with sentence_last. */
void fm_encoder_run(const struct fm_network *net, const struct fm_doc *doc,
                    size_t sentence, struct fm_encoding *enc);
/* Encodes the chunk of `of` once more, with the network of names, by the same
 * features and the tags and relations that doc has by now. */
void fm_encoder_names(const struct fm_namer *namer, const struct fm_doc *doc,
                      const struct fm_encoding *of, struct fm_encoding *enc);

#endif
