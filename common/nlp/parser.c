#include "nlp/parser.h"

#include <math.h>

/* A score this far below another has no share worth adding: e^-12 is 6e-6. */
#define FAR_BELOW 12.0f
#define STRIDE    (FM_SENTENCE_TOKENS_MAX + 1)

struct fm_parser_work {
    float *head; /* FM_CHUNK_TOKENS x arc */
    float *dep;
    float *query;
    float *distance; /* FM_CHUNK_TOKENS x FM_NET_DISTANCES */
    float *label_head;
    float *label_dep;
    float *hidden;
    float *labels;           /* FM_CHUNK_TOKENS x FM_NET_LABELS */
    float *score;            /* STRIDE x STRIDE */
    struct fm_states dep_q;  /* the same as integers */
    struct fm_states head_q; /* the root's behind the last */
    struct fm_states query_q;
    struct fm_states hidden_q;
    struct fm_tree_work *tree;
    uint16_t heads[STRIDE];
};

static bool make_states(struct fm_arena *arena, size_t rows, size_t width,
                        struct fm_states *states)
{
    states->values =
        fm_arena_array(arena, rows * width, sizeof *states->values);
    states->scales = fm_arena_array(arena, rows, sizeof *states->scales);
    return states->values != NULL && states->scales != NULL;
}

struct fm_parser_work *fm_parser_work_new(const struct fm_network *net,
                                          struct fm_arena *arena)
{
    struct fm_parser_work *w = fm_arena_alloc(arena, sizeof *w);
    size_t n = FM_CHUNK_TOKENS;
    size_t arc = net->shape.arc;
    size_t label = net->shape.label;
    bool ok = w != NULL;

    if (!ok)
        return NULL;
    {
        const struct {
            float **array;
            size_t n;
        } arrays[] = {
            {&w->head, n * arc},
            {&w->dep, n * arc},
            {&w->query, n * arc},
            {&w->distance, n * FM_NET_DISTANCES},
            {&w->label_head, n * label},
            {&w->label_dep, n * label},
            {&w->hidden, n * label},
            {&w->labels, n * FM_NET_LABELS},
            {&w->score, (size_t)STRIDE * STRIDE},
        };

        for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++) {
            *arrays[i].array =
                fm_arena_array(arena, arrays[i].n, sizeof(float));
            ok = ok && *arrays[i].array != NULL;
        }
    }
    ok = ok && make_states(arena, n, arc, &w->dep_q) &&
         make_states(arena, n + 1, arc, &w->head_q) &&
         make_states(arena, n, arc, &w->query_q) &&
         make_states(arena, n, label, &w->hidden_q);
    w->tree = fm_tree_work_new(arena);
    return ok && w->tree != NULL ? w : NULL;
}

static void rectify(float *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        x[i] = x[i] > 0.0f ? x[i] : 0.0f;
}

/* Both arc spaces, queries and distances of all tokens of the chunk. */
static void project(const struct fm_network *net, const struct fm_encoding *enc,
                    struct fm_parser_work *w)
{
    const struct fm_kernels *k = net->kernels;
    size_t n = enc->last - enc->first;
    size_t arc = net->shape.arc;

    k->multiply(&net->arc_head, n, enc->top.values, enc->top.scales,
                net->arc_head_bias, w->head);
    rectify(w->head, n * arc);
    k->quantize(n, arc, w->head, w->head_q.values, w->head_q.scales);
    k->quantize(1, arc, net->arc_root, w->head_q.values + n * arc,
                w->head_q.scales + n);
    k->multiply(&net->arc_dep, n, enc->top.values, enc->top.scales,
                net->arc_dep_bias, w->dep);
    rectify(w->dep, n * arc);
    k->quantize(n, arc, w->dep, w->dep_q.values, w->dep_q.scales);
    k->multiply(&net->arc, n, w->dep_q.values, w->dep_q.scales, net->arc_bias,
                w->query);
    k->quantize(n, arc, w->query, w->query_q.values, w->query_q.scales);
    k->multiply(&net->distance, n, w->dep_q.values, w->dep_q.scales, NULL,
                w->distance);
    k->multiply(&net->label_head, n, enc->top.values, enc->top.scales, NULL,
                w->label_head);
    k->multiply(&net->label_dep, n, enc->top.values, enc->top.scales,
                net->label_bias, w->label_dep);
}

static void score_arcs(const struct fm_network *net, size_t first, size_t n,
                       size_t root, struct fm_parser_work *w)
{
    size_t arc = net->shape.arc;

    for (size_t d = 1; d <= n; d++) {
        const int16_t *query = w->query_q.values + (first + d - 1) * arc;
        float scale = w->query_q.scales[first + d - 1];
        const float *far = w->distance + (first + d - 1) * FM_NET_DISTANCES;
        float *row = w->score + d * STRIDE;

        for (size_t h = 0; h <= n; h++) {
            size_t at = h == 0 ? root : first + h - 1;
            int32_t dot =
                net->kernels->dot(arc, query, w->head_q.values + at * arc);

            row[h] = (float)dot * (scale * w->head_q.scales[at]) +
                     far[fm_net_distance(d, h)];
        }
        row[d] = -1e9f;
    }
}

/* The share of score among n scores, by softmax. Near ones only are added: most
 * are far below, and exponentials are dear. */
static float share_of(float score, const float *scores, size_t n)
{
    float sum = 0.0f;

    for (size_t i = 0; i < n; i++) {
        float above = scores[i] - score;

        /* Another is so much better that there is nothing left. */
        if (above > FAR_BELOW)
            return 0.0f;
        if (above > -FAR_BELOW)
            sum += expf(above);
    }
    return 1.0f / sum;
}

/* Of a token that has a head: anything but "root". */
static uint8_t best_label(const float *scores)
{
    size_t best = 1;

    for (size_t i = 2; i < FM_DEP_COUNT; i++)
        if (scores[i] > scores[best] && i != FM_DEP_ROOT)
            best = i;
    return (uint8_t)best;
}

static void label_arcs(const struct fm_network *net,
                       const struct fm_encoding *enc, struct fm_parser_work *w,
                       struct fm_doc *doc)
{
    size_t n = enc->last - enc->first;
    size_t width = net->shape.label;

    for (size_t i = 0; i < n; i++) {
        size_t head = doc->head[enc->first + i] - enc->first;
        const float *from =
            head == i ? net->label_root : w->label_head + head * width;

        for (size_t j = 0; j < width; j++)
            w->hidden[i * width + j] = w->label_dep[i * width + j] + from[j];
    }
    rectify(w->hidden, n * width);
    net->kernels->quantize(n, width, w->hidden, w->hidden_q.values,
                           w->hidden_q.scales);
    net->kernels->multiply(&net->label, n, w->hidden_q.values,
                           w->hidden_q.scales, net->label_out_bias, w->labels);
    for (size_t i = 0; i < n; i++) {
        const float *scores = w->labels + i * FM_NET_LABELS;
        size_t t = enc->first + i;

        if (doc->head[t] == t) {
            doc->deprel[t] = (uint8_t)FM_DEP_ROOT;
            continue;
        }
        doc->deprel[t] = best_label(scores);
        doc->certain[t] *=
            share_of(scores[doc->deprel[t]], scores + 1, FM_DEP_COUNT - 1);
    }
}

void fm_parser_run(const struct fm_network *net, const struct fm_encoding *enc,
                   struct fm_parser_work *w, struct fm_doc *doc)
{
    size_t root = enc->last - enc->first;

    project(net, enc, w);
    for (size_t s = enc->sentence_first; s < enc->sentence_last; s++) {
        size_t first = doc->sentences[s].first;
        size_t n = doc->sentences[s].last - first;

        if (n == 0)
            continue;
        score_arcs(net, first - enc->first, n, root, w);
        fm_tree_decode(w->score, STRIDE, n, w->tree, w->heads);
        for (size_t d = 1; d <= n; d++) {
            size_t head = w->heads[d] == 0 ? d : w->heads[d];

            doc->head[first + d - 1] = (uint32_t)(first + head - 1);
            doc->certain[first + d - 1] =
                share_of(w->score[d * STRIDE + w->heads[d]],
                         w->score + d * STRIDE, n + 1);
        }
    }
    label_arcs(net, enc, w, doc);
}
