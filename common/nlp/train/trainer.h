/* The training of tags, names and syntax. */
#ifndef FM_NLP_TRAIN_TRAINER_H
#define FM_NLP_TRAIN_TRAINER_H

#include "nlp/train/corpus.h"

struct fm_trainer_options {
    struct fm_net_shape shape;
    uint64_t seed;
    size_t epochs;
    size_t batch; /* tokens */
    float rate;
    float dropout;
    size_t average_from; /* epoch from which weights are averaged; 0 = never */
};

/* Right tokens of those that count. */
struct fm_scores {
    size_t tokens;
    size_t upos;
    size_t xpos;
    size_t heads;
    size_t labelled; /* head and the universal part of the relation */
    size_t names;    /* people, organisations, places: annotated */
    size_t found;
    size_t right;
};

/* Trains and returns the network; a line of progress on out each epoch, with
 * the scores on dev. */
enum fm_error fm_trainer_run(const struct fm_trainer_options *options,
                             const struct fm_corpus *train,
                             const struct fm_corpus *dev, size_t dev_count,
                             const struct fm_rows *rows, FILE *out,
                             struct fm_why *why, struct fm_net **ret);

#endif
