/* Building tables (nlp/table.h) and counting keys. */
#ifndef FM_NLP_TRAIN_VOCAB_H
#define FM_NLP_TRAIN_VOCAB_H

#include "base/error.h"
#include "nlp/table.h"

/* A map from hash to a number that grows; entries keep their order. */
struct fm_vocab {
    struct fm_vocab_entry *entries; /* in order of their first appearance */
    size_t n;
    size_t cap;
    uint32_t *index; /* entry + 1, 0 = empty */
    size_t index_mask;
};

struct fm_vocab_entry {
    uint64_t key;
    uint32_t value;
};

/* The value of key, 0 when new; NULL when out of memory. Valid until the next
 * call. */
uint32_t *fm_vocab_at(struct fm_vocab *vocab, uint64_t key);
/* The value, 0 when it is not there. */
uint32_t fm_vocab_get(const struct fm_vocab *vocab, uint64_t key);
void fm_vocab_release(struct fm_vocab *vocab);
/* A table of all entries with a value. FM_ENOMEM. */
enum fm_error fm_vocab_table(const struct fm_vocab *vocab,
                             struct fm_table *ret_table);
void fm_vocab_table_free(struct fm_table *table);

#endif
