/* What the parts of the network's training share. */
#ifndef FM_NLP_TRAIN_NET_PRIV_H
#define FM_NLP_TRAIN_NET_PRIV_H

#include "nlp/train/gemm.h"
#include "nlp/train/net.h"

/* Of one layer, tokens x dim unless said otherwise. */
struct fm_layer_work {
    float *in;     /* what the layer reads = output of the one below */
    float *mask;   /* sentences x dim: dropout of the weighted input */
    float *masked; /* in * mask */
    float *u;      /* tokens x 3 dim, then its gradient */
    float *state;
    float *forget;
    float *reset;
};

struct fm_net_work {
    size_t tokens;
    struct fm_layer_work layers[FM_NET_LAYERS_MAX + 1]; /* + the output */
    bool dropping;

    float *tags;     /* tokens x FM_NET_TAGS */
    float *tag_in;   /* tokens x dim, with dropout */
    float *tag_mask; /* tokens x dim */
    float *top;      /* the same of the last layer */
    float *top_mask;
    float *arc_head; /* tokens x arc, after the nonlinearity */
    float *arc_dep;
    float *arc_head_mask;
    float *arc_dep_mask;
    float *query;    /* arc_dep * biaffine + bias */
    float *distance; /* tokens x FM_NET_DISTANCES */
    float *score;    /* one sentence: tokens x (tokens + 1) */
    float *label_head;
    float *label_dep;
    float *hidden; /* of the labels of given heads */
    float *hidden_mask;
    float *labels; /* tokens x FM_NET_LABELS */

    /* Gradients of the above where they outlive a step. */
    float *d_in; /* tokens x dim */
    float *d_top;
    float *d_tag;
    float *d_arc_head;
    float *d_arc_dep;
    float *d_query;
    float *d_distance;
    float *d_label_head;
    float *d_label_dep;
    float *d_hidden;
    float *scratch; /* for transposes: the largest matrix */
    float *scratch2;

    float *gradient; /* of net->w */
    float *row_gradient;
    uint32_t *touched; /* rows with a gradient */
    size_t touched_count;
    uint8_t *is_touched;
};

static inline const float *fm_param_at(const struct fm_net *net,
                                       struct fm_param p)
{
    return net->w + p.at;
}

/* y[tokens][p.cols] = x[tokens][p.rows] * p (+ bias). */
void fm_affine(const struct fm_net *net, size_t tokens, const float *x,
               struct fm_param p, const struct fm_param *bias, float *y);
/* Its backward: gradient of p and bias, and d_x += d_y * p' (d_x may be
 * NULL). */
void fm_affine_back(const struct fm_net *net, struct fm_net_work *work,
                    size_t tokens, const float *x, const float *d_y,
                    struct fm_param p, const struct fm_param *bias, float *d_x);
/* mask = 0 or 1 / (1 - p); all 1 when random is NULL. */
void fm_drop(float *mask, size_t n, float p, struct fm_random *random);

/* The best tags and, for given heads, labels by the scores in work. */
void fm_net_choose(const struct fm_net_work *work, size_t tokens,
                   const uint16_t *head, uint8_t *ret_upos, uint8_t *ret_xpos,
                   uint8_t *ret_deprel);
/* The best labels of names of a batch. */
void fm_net_choose_names(const struct fm_net_work *work,
                         const struct fm_batch *batch, uint8_t *ret_ner);

/* sru.c */
void fm_sru_forward(const struct fm_net *net, const struct fm_batch *batch,
                    size_t layer, struct fm_net_work *work);
/* d_out: gradient of the layer's output; becomes that of its input. */
void fm_sru_backward(const struct fm_net *net, const struct fm_batch *batch,
                     size_t layer, struct fm_net_work *work, float *d_out);

/* chain.c: names as a chain. */
/* Turns scores of names into gradients, adds those of the steps; returns the
 * loss. */
double fm_chain_back(const struct fm_net *net, const struct fm_batch *batch,
                     float scale, struct fm_net_work *work);
/* How likely each label is: tokens x FM_NER_COUNT, added to ret. */
void fm_chain_weigh(const struct fm_net *net, const struct fm_batch *batch,
                    const struct fm_net_work *work, float *ret);
void fm_chain_choose(const struct fm_net *net, const struct fm_batch *batch,
                     const struct fm_net_work *work, uint8_t *ret_ner);

/* heads.c */
void fm_heads_forward(const struct fm_net *net, const struct fm_batch *batch,
                      float dropout, struct fm_random *random,
                      struct fm_net_work *work);
/* Scores of sentence s into work->score, stride = its length + 1, row 0 and
 * column 0 are the root's. */
void fm_heads_score(const struct fm_net *net, const struct fm_batch *batch,
                    size_t s, struct fm_net_work *work);
/* Labels of all tokens, given heads. */
void fm_heads_label(const struct fm_net *net, const struct fm_batch *batch,
                    const uint16_t *head, struct fm_net_work *work);
struct fm_loss fm_heads_backward(const struct fm_net *net,
                                 const struct fm_batch *batch,
                                 struct fm_net_work *work);

#endif
