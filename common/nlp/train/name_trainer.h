/* The training of the network of names, which is given the tags and relations
 * that a finished network finds. */
#ifndef FM_NLP_TRAIN_NAME_TRAINER_H
#define FM_NLP_TRAIN_NAME_TRAINER_H

#include "nlp/train/checkpoint.h"
#include "nlp/train/trainer.h"

struct fm_name_task {
    /* Banks with names, then texts without, whose names the teachers find. */
    const struct fm_treebank *banks;
    size_t annotated;
    size_t n;
    const struct fm_treebank *dev; /* annotated; progress is told of them */
    size_t dev_count;
    const struct fm_lexicon *lexicon;
    const struct fm_trained *reader; /* of tags and relations */
    size_t teachers;                 /* 0 = what has no names is left out */
    uint32_t row_times;              /* see fm_rows_choose */
    struct fm_trainer_options options;
};

/* Trains the teachers and then, on everything, the network. out: a line of
 * progress for each epoch. The network's rows end with one for each bank. */
enum fm_error fm_name_train(const struct fm_name_task *task, FILE *out,
                            struct fm_why *why, struct fm_trained *ret);

#endif
