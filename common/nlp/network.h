/* The network that tags and parses: its shape, shared with the trainer, and
 * its weights as views into the model file. train/net.h says what it is. */
#ifndef FM_NLP_NETWORK_H
#define FM_NLP_NETWORK_H

#include "nlp/chain.h"
#include "nlp/kernel.h"
#include "nlp/lexicon.h"
#include "nlp/model.h"
#include "nlp/table.h"
#include "nlp/tags.h"

#define FM_NET_LAYERS_MAX 6u
/* Distances from dependent to head: -15 and beyond to +15 and beyond in
 * steps that grow, and the root. */
#define FM_NET_DISTANCES 32u

struct fm_net_shape {
    uint32_t dim; /* width of a word; multiple of 32 */
    uint32_t layers;
    uint32_t tag_layer; /* the tags are read off this one, from 1 */
    uint32_t arc;       /* width of the arc spaces; multiple of 16 */
    uint32_t label;     /* of the hidden layer of labels; multiple of 16 */
};

/* Columns of the tag map: UPOS, XPOS, names, filled up. */
#define FM_NET_TAGS   80u
#define FM_NET_LABELS 64u
/* Columns of the map of names alone. */
#define FM_NAMER_TAGS 16u
/* The first column of names. */
#define FM_NET_NER ((unsigned)FM_UPOS_COUNT + (unsigned)FM_XPOS_COUNT)
_Static_assert(FM_NET_NER + (unsigned)FM_NER_COUNT <= FM_NET_TAGS,
               "the tag map is too narrow");
_Static_assert((unsigned)FM_DEP_COUNT <= FM_NET_LABELS,
               "the label map is too narrow");

/* The column of the distance from token d to head h (both from 1; h = 0 is the
 * root). */
static inline uint32_t fm_net_distance(size_t d, size_t h)
{
    size_t far = h > d ? h - d : d - h;
    uint32_t step;

    if (h == 0)
        return 0;
    if (far <= 4)
        step = (uint32_t)far;
    else if (far <= 6)
        step = 5;
    else if (far <= 8)
        step = 6;
    else if (far <= 11)
        step = 7;
    else if (far <= 15)
        step = 8;
    else if (far <= 22)
        step = 9;
    else if (far <= 35)
        step = 10;
    else
        step = 11;
    return h > d ? step : 15 + step;
}

/* Section "shape" of the model file. */
struct fm_network_stored_shape {
    struct fm_net_shape shape;
    uint32_t row_count;
    uint64_t tag_hash;
};

/* One recurrent layer. */
struct fm_network_layer {
    struct fm_matrix weight;
    struct fm_gates halves[2];
};

struct fm_network {
    struct fm_net_shape shape;
    const struct fm_kernels *kernels;
    struct fm_lexicon lexicon;
    struct fm_table keys; /* rows by feature key */
    uint32_t row_count;
    const int8_t *rows; /* row_count x dim */
    const float *row_scales;
    struct fm_network_layer layers[FM_NET_LAYERS_MAX];
    struct fm_matrix tag;
    const float *tag_bias;
    struct fm_matrix arc_head;
    const float *arc_head_bias;
    struct fm_matrix arc_dep;
    const float *arc_dep_bias;
    const float *arc_root;
    struct fm_matrix arc;
    const float *arc_bias;
    struct fm_matrix distance;
    struct fm_matrix label_head;
    struct fm_matrix label_dep;
    const float *label_bias;
    const float *label_root;
    struct fm_matrix label;
    const float *label_out_bias;
};

/* The network that tells names: it is given words as the first one is, and the
 * tags and relations that the first one found (the rows from told on). */
struct fm_namer {
    struct fm_network net; /* rows, layers and tag alone */
    uint32_t told;         /* the row of tag 0; relations follow */
    const float *start;    /* dim: what all words have in common */
    struct fm_chain_steps steps;
};

/* Views of the model's sections; FM_ECORRUPT when one is missing or has
 * another size than the shape asks for, FM_EVERSION when the model was trained
 * with other tag sets. The model must outlive it. */
enum fm_error fm_network_open(const struct fm_model *model, struct fm_why *why,
                              struct fm_network *ret);
/* The same for the network of names, whose sections begin with "names."; it
 * shares the lexicon of the first. */
enum fm_error fm_namer_open(const struct fm_model *model,
                            const struct fm_network *first, struct fm_why *why,
                            struct fm_namer *ret);
/* A hash of all tag sets' names, as the model keeps it. */
uint64_t fm_network_tag_hash(void);

#endif
