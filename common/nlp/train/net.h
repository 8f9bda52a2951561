/* The network in training: one encoder for tags, names and syntax.
 *
 *     word   = sum of the embedding rows of its features
 *     layers = bidirectional simple recurrent units with highway connections
 *              (Lei et al. 2018), half of the width for each direction
 *     tags   = one affine map off layer tag_layer: UPOS, XPOS, names
 *     arcs   = biaffine scores of dependent and head (Dozat and Manning 2017)
 *              plus a score of the distance, given by the dependent
 *     labels = one hidden layer over dependent and head
 *
 * A network of names alone has no syntax (shape.arc = 0). Names are a chain: the
 * score of a sentence's labels is the sum of their own and of each step from one
 * to the next (Lafferty et al. 2001).
 *
 * Sentences lie one behind the other in the rows of all matrices; there is no
 * padding. */
#ifndef FM_NLP_TRAIN_NET_H
#define FM_NLP_TRAIN_NET_H

#include "base/error.h"
#include "nlp/network.h"
#include "nlp/train/random.h"
#include "nlp/tree.h"

/* A matrix among the dense parameters: rows x cols floats from w[at] on. */
struct fm_param {
    size_t at;
    size_t rows;
    size_t cols;
};

struct fm_layer_params {
    struct fm_param weight; /* dim x 3 dim: z, forget, reset of each half */
    struct fm_param bias;   /* 2 x dim: forget, reset */
    struct fm_param memory; /* 2 x dim: what the gates see of the state */
};

struct fm_net {
    struct fm_net_shape shape;
    struct fm_layer_params layers[FM_NET_LAYERS_MAX];
    struct fm_param tag;
    struct fm_param tag_bias;
    struct fm_param steps; /* label before x label, of names alone */
    struct fm_param arc_head;
    struct fm_param arc_head_bias;
    struct fm_param arc_dep;
    struct fm_param arc_dep_bias;
    struct fm_param arc_root;
    struct fm_param arc;      /* biaffine */
    struct fm_param arc_bias; /* of heads alone */
    struct fm_param distance;
    struct fm_param label_head;
    struct fm_param label_dep;
    struct fm_param label_bias;
    struct fm_param label_root;
    struct fm_param label;
    struct fm_param label_out_bias;

    size_t dense; /* floats in w */
    float *w;
    size_t row_count;
    float *rows; /* row_count x dim; row 0 is nobody's */
};

/* One set of sentences; token columns. */
struct fm_batch {
    size_t tokens;
    size_t sentences;
    const uint32_t *first; /* sentences + 1 numbers of tokens in the batch */
    const uint32_t *row_first; /* tokens + 1: rows of each token */
    const uint32_t *rows;
    /* Gold; 0 = not known. head counts from 1 within the sentence, 0 = root,
     * and holds where deprel is known. ner: enum fm_ner, FM_NER_PARTIAL. */
    const uint8_t *upos;
    const uint8_t *xpos;
    const uint16_t *head;
    const uint8_t *deprel;
    const uint8_t *ner;
};

/* Added to a label of names: the text's annotation knows no other kinds than
 * people, organisations and places. */
#define FM_NER_PARTIAL 0x80u

struct fm_loss {
    double tags;
    double arcs;
    double labels;
    double names;
};

struct fm_net_work; /* activations and gradients */

enum fm_error fm_net_new(const struct fm_net_shape *shape, size_t row_count,
                         struct fm_random *random, struct fm_why *why,
                         struct fm_net **ret);
void fm_net_free(struct fm_net *net);
/* For batches of up to tokens. */
enum fm_error fm_net_work_new(const struct fm_net *net, size_t tokens,
                              struct fm_why *why, struct fm_net_work **ret);
void fm_net_work_free(const struct fm_net *net, struct fm_net_work *work);

/* Activations of a batch; random = NULL leaves nothing out (no dropout). */
void fm_net_forward(const struct fm_net *net, const struct fm_batch *batch,
                    float dropout, struct fm_random *random,
                    struct fm_net_work *work);
/* After forward: the loss and the gradients of all parameters, added up in
 * work. */
struct fm_loss fm_net_backward(const struct fm_net *net,
                               const struct fm_batch *batch,
                               struct fm_net_work *work);
/* After forward without dropout: UPOS, XPOS, heads and labels of all tokens,
 * columns as in the batch. */
void fm_net_predict(const struct fm_net *net, const struct fm_batch *batch,
                    struct fm_net_work *work, struct fm_tree_work *tree,
                    uint8_t *ret_upos, uint8_t *ret_xpos, uint16_t *ret_head,
                    uint8_t *ret_deprel, uint8_t *ret_ner);

#endif
