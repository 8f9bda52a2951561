/* The lexicon: which lower-case forms the word lists know, and as what. */
#ifndef FM_NLP_TRAIN_LEXICON_H
#define FM_NLP_TRAIN_LEXICON_H

#include "nlp/lexicon.h"
#include "nlp/train/vocab.h"

/* Fills ret (zeroed) with FM_LEX_ bits by fm_lexicon_key. */
enum fm_error fm_lexicon_build(const char *data, struct fm_why *why,
                               struct fm_vocab *ret);
/* Packs it as the model file holds it; FM_EINVAL when it has too many
 * combinations of bits. */
enum fm_error fm_lexicon_pack(const struct fm_vocab *vocab, struct fm_why *why,
                              struct fm_lexicon *ret);
void fm_lexicon_release(struct fm_lexicon *lexicon);

#endif
