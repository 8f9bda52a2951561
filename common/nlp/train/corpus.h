/* Treebanks made ready for training: each token's embedding rows, batches. */
#ifndef FM_NLP_TRAIN_CORPUS_H
#define FM_NLP_TRAIN_CORPUS_H

#include "nlp/features.h"
#include "nlp/train/data.h"
#include "nlp/train/net.h"
#include "nlp/train/vocab.h"

/* What is known of each embedding row. */
struct fm_row_info {
    uint32_t count; /* in the training texts */
    uint8_t kind;   /* enum fm_feature_kind */
};

struct fm_rows {
    struct fm_vocab vocab; /* key to row */
    struct fm_row_info *info;
    size_t n;     /* with row 0, which is nobody's */
    size_t told;  /* rows of tags and relations that a network is told, then */
    size_t banks; /* rows of what is common to a bank: the last ones */
};

struct fm_corpus {
    size_t tokens;
    size_t sentences;
    uint32_t *first;     /* sentences + 1 */
    uint32_t *row_first; /* tokens + 1 */
    uint32_t *rows;
    uint8_t *bank; /* of each sentence */
    uint8_t *upos;
    uint8_t *xpos;
    uint16_t *head;
    uint8_t *deprel;
    uint8_t *ner;
};

/* Gives rows to the keys of the training banks that are frequent enough: times
 * what is enough for a large network. */
enum fm_error fm_rows_choose(const struct fm_treebank *banks, size_t n,
                             const struct fm_lexicon *lexicon, uint32_t times,
                             struct fm_why *why, struct fm_rows *ret);
/* Gives a row to each of n banks: what their annotation has in common. */
/* Gives rows to tags and relations: the network is told them (those of the
 * corpus), and does not learn them. Before fm_rows_banks. */
enum fm_error fm_rows_told(struct fm_rows *rows, struct fm_why *why);
enum fm_error fm_rows_banks(struct fm_rows *rows, size_t n, struct fm_why *why);
void fm_rows_release(struct fm_rows *rows);
enum fm_error fm_corpus_make(const struct fm_treebank *banks, size_t n,
                             const struct fm_lexicon *lexicon,
                             const struct fm_rows *rows, struct fm_why *why,
                             struct fm_corpus *ret);
void fm_corpus_release(struct fm_corpus *corpus);

/* A batch that owns its columns. */
struct fm_batch_maker {
    struct fm_batch batch;
    uint32_t *first;
    uint32_t *row_first;
    uint32_t *rows;
    uint8_t *upos;
    uint8_t *xpos;
    uint16_t *head;
    uint8_t *deprel;
    uint8_t *ner;
    size_t tokens_max;
};

enum fm_error fm_batch_maker_init(struct fm_batch_maker *maker,
                                  size_t tokens_max, struct fm_why *why);
void fm_batch_maker_release(struct fm_batch_maker *maker);
/* Fills the batch with sentences order[*at], order[*at + 1], … up to its
 * size; moves *at. random: leaves out features now and then, rare words more
 * often, so that the network learns to do without; NULL = all of them. */
void fm_batch_fill(struct fm_batch_maker *maker, const struct fm_corpus *corpus,
                   const struct fm_rows *rows, const uint32_t *order,
                   size_t *at, size_t tokens, struct fm_random *random);

#endif
