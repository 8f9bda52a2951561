/* A trained network with its rows in a file, so that a stage need not be
 * trained again. The format is the machine's own: for the machine that wrote
 * it. */
#ifndef FM_NLP_TRAIN_CHECKPOINT_H
#define FM_NLP_TRAIN_CHECKPOINT_H

#include "nlp/train/corpus.h"
#include "nlp/train/net.h"

/* One network and the features it knows. */
struct fm_trained {
    struct fm_net *net;
    struct fm_rows rows;
};

void fm_trained_release(struct fm_trained *trained);
enum fm_error fm_checkpoint_save(const struct fm_trained *trained,
                                 const char *path, struct fm_why *why);
/* FM_ENOTFOUND when there is no such file. */
enum fm_error fm_checkpoint_load(const char *path, struct fm_why *why,
                                 struct fm_trained *ret);

#endif
