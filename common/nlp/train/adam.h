/* Adam (Kingma and Ba 2015); embedding rows only when they have a gradient. */
#ifndef FM_NLP_TRAIN_ADAM_H
#define FM_NLP_TRAIN_ADAM_H

#include "nlp/train/net.h"

struct fm_adam;

enum fm_error fm_adam_new(const struct fm_net *net, struct fm_why *why,
                          struct fm_adam **ret);
void fm_adam_free(struct fm_adam *adam);
/* One step down the gradients in work, which it clears. */
void fm_adam_step(struct fm_adam *adam, struct fm_net *net,
                  struct fm_net_work *work, float rate);

#endif
