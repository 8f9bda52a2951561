/* What is read off the encoder: tags, arcs, labels; forward and backward. */
#include "nlp/train/fast.h"
#include "nlp/train/net_priv.h"

#include <math.h>

FM_FAST static void rectify(float *x, const float *mask, size_t n)
{
    for (size_t i = 0; i < n; i++)
        x[i] = x[i] > 0.0f ? x[i] * mask[i] : 0.0f;
}

/* Gradient through rectify; x is its output. */
FM_FAST static void rectify_back(const float *x, const float *mask, float *d,
                                 size_t n)
{
    for (size_t i = 0; i < n; i++)
        d[i] = x[i] > 0.0f ? d[i] * mask[i] : 0.0f;
}

FM_FAST void fm_heads_forward(const struct fm_net *net,
                              const struct fm_batch *batch, float dropout,
                              struct fm_random *random, struct fm_net_work *w)
{
    size_t n = batch->tokens;
    size_t dim = net->shape.dim;
    size_t arc = net->shape.arc;
    const float *tag_from = w->layers[net->shape.tag_layer].in;
    const float *top_from = w->layers[net->shape.layers].in;

    fm_drop(w->tag_mask, n * dim, dropout, random);
    fm_drop(w->top_mask, n * dim, dropout, random);
    if (net->shape.arc == 0) {
        for (size_t i = 0; i < n * dim; i++)
            w->tag_in[i] = tag_from[i] * w->tag_mask[i];
        fm_affine(net, n, w->tag_in, net->tag, &net->tag_bias, w->tags);
        return;
    }
    fm_drop(w->arc_head_mask, n * arc, dropout, random);
    fm_drop(w->arc_dep_mask, n * arc, dropout, random);
    fm_drop(w->hidden_mask, n * net->shape.label, dropout, random);
    for (size_t i = 0; i < n * dim; i++) {
        w->tag_in[i] = tag_from[i] * w->tag_mask[i];
        w->top[i] = top_from[i] * w->top_mask[i];
    }
    fm_affine(net, n, w->tag_in, net->tag, &net->tag_bias, w->tags);
    fm_affine(net, n, w->top, net->arc_head, &net->arc_head_bias, w->arc_head);
    fm_affine(net, n, w->top, net->arc_dep, &net->arc_dep_bias, w->arc_dep);
    rectify(w->arc_head, w->arc_head_mask, n * arc);
    rectify(w->arc_dep, w->arc_dep_mask, n * arc);
    fm_affine(net, n, w->arc_dep, net->arc, NULL, w->query);
    for (size_t t = 0; t < n; t++)
        for (size_t j = 0; j < arc; j++)
            w->query[t * arc + j] += fm_param_at(net, net->arc_bias)[j];
    fm_affine(net, n, w->arc_dep, net->distance, NULL, w->distance);
    fm_affine(net, n, w->top, net->label_head, NULL, w->label_head);
    fm_affine(net, n, w->top, net->label_dep, &net->label_bias, w->label_dep);
}

void fm_heads_score(const struct fm_net *net, const struct fm_batch *batch,
                    size_t s, struct fm_net_work *w)
{
    size_t first = batch->first[s];
    size_t n = batch->first[s + 1] - first;
    size_t arc = net->shape.arc;
    size_t stride = n + 1;

    /* scratch: arc x (n + 1), a column for each head. */
    fm_transpose(1, arc, fm_param_at(net, net->arc_root), arc, w->scratch,
                 stride);
    fm_transpose(n, arc, w->arc_head + first * arc, arc, w->scratch + 1,
                 stride);
    memset(w->score, 0, stride * stride * sizeof *w->score);
    fm_gemm(n, stride, arc, w->query + first * arc, arc, w->scratch, stride,
            w->score + stride, stride);
    for (size_t d = 1; d <= n; d++) {
        const float *far = w->distance + (first + d - 1) * FM_NET_DISTANCES;

        for (size_t h = 0; h <= n; h++)
            w->score[d * stride + h] += far[fm_net_distance(d, h)];
        w->score[d * stride + d] = -1e9f;
    }
}

FM_FAST void fm_heads_label(const struct fm_net *net,
                            const struct fm_batch *batch, const uint16_t *head,
                            struct fm_net_work *w)
{
    size_t width = net->shape.label;
    const float *root = fm_param_at(net, net->label_root);

    for (size_t s = 0; s < batch->sentences; s++)
        for (size_t t = batch->first[s]; t < batch->first[s + 1]; t++) {
            const float *from =
                head[t] == 0
                    ? root
                    : w->label_head + (batch->first[s] + head[t] - 1) * width;

            for (size_t j = 0; j < width; j++)
                w->hidden[t * width + j] =
                    w->label_dep[t * width + j] + from[j];
        }
    rectify(w->hidden, w->hidden_mask, batch->tokens * width);
    fm_affine(net, batch->tokens, w->hidden, net->label, &net->label_out_bias,
              w->labels);
}

static double no_gradient(float *x, size_t n)
{
    memset(x, 0, n * sizeof *x);
    return 0;
}

/* Turns scores into the gradient of the cross entropy, times scale; returns
 * the loss. */
static double softmax_back(float *x, size_t n, size_t gold, float scale)
{
    float top = x[0];
    double sum = 0;
    double loss;

    for (size_t i = 1; i < n; i++)
        top = x[i] > top ? x[i] : top;
    for (size_t i = 0; i < n; i++) {
        x[i] = expf(x[i] - top);
        sum += (double)x[i];
    }
    loss = -log((double)x[gold] / sum + 1e-30);
    for (size_t i = 0; i < n; i++)
        x[i] = (float)((double)x[i] / sum) * scale;
    x[gold] -= scale;
    return loss;
}

/* Where other kinds of names are not annotated, what is "out" may be one: they
 * take no part. */
static double names_back(float *x, uint8_t ner, float scale)
{
    uint8_t gold = (uint8_t)(ner & ~FM_NER_PARTIAL);
    double loss;

    if (gold == FM_NER_NONE)
        return no_gradient(x, FM_NER_COUNT);
    if ((ner & FM_NER_PARTIAL) == 0)
        return softmax_back(x, FM_NER_COUNT, gold, scale);
    loss = softmax_back(x, FM_NER_B_OTHER, gold, scale);
    (void)no_gradient(x + FM_NER_B_OTHER, FM_NER_COUNT - FM_NER_B_OTHER);
    return loss;
}

FM_FAST static double tags_back(const struct fm_net *net,
                                const struct fm_batch *batch, float scale,
                                struct fm_net_work *w, double *ret_names)
{
    size_t n = batch->tokens;
    size_t dim = net->shape.dim;
    double loss = 0;

    *ret_names = 0;
    for (size_t t = 0; t < n; t++) {
        float *row = w->tags + t * FM_NET_TAGS;
        float *xpos = row + FM_UPOS_COUNT;

        if (batch->upos[t] == FM_UPOS_NONE) {
            (void)no_gradient(row, FM_NET_NER);
        } else {
            loss += softmax_back(row, FM_UPOS_COUNT, batch->upos[t], scale);
            loss += softmax_back(xpos, FM_XPOS_COUNT, batch->xpos[t], scale);
        }
        if (net->shape.arc != 0)
            *ret_names += names_back(row + FM_NET_NER, batch->ner[t], scale);
        for (size_t i = FM_NET_NER + FM_NER_COUNT; i < FM_NET_TAGS; i++)
            row[i] = 0.0f;
    }
    if (net->shape.arc == 0)
        *ret_names = fm_chain_back(net, batch, scale, w);
    memset(w->d_tag, 0, n * dim * sizeof *w->d_tag);
    fm_affine_back(net, w, n, w->tag_in, w->tags, net->tag, &net->tag_bias,
                   w->d_tag);
    for (size_t i = 0; i < n * dim; i++)
        w->d_tag[i] *= w->tag_mask[i];
    return loss;
}

/* One sentence: gradients of query, distance and arc_head (the root's go to
 * its parameter). */
static double arcs_back(const struct fm_net *net, const struct fm_batch *batch,
                        size_t s, float scale, struct fm_net_work *w)
{
    size_t first = batch->first[s];
    size_t n = batch->first[s + 1] - first;
    size_t arc = net->shape.arc;
    size_t stride = n + 1;
    double loss = 0;

    fm_heads_score(net, batch, s, w);
    for (size_t d = 1; d <= n; d++) {
        float *row = w->score + d * stride;
        float *far = w->d_distance + (first + d - 1) * FM_NET_DISTANCES;

        if (batch->deprel[first + d - 1] == FM_DEP_NONE)
            loss += no_gradient(row, stride);
        else
            loss +=
                softmax_back(row, stride, batch->head[first + d - 1], scale);
        for (size_t h = 0; h <= n; h++)
            far[fm_net_distance(d, h)] += h != d ? row[h] : 0.0f;
    }
    fm_gemm(n, arc, n, w->score + stride + 1, stride, w->arc_head + first * arc,
            arc, w->d_query + first * arc, arc);
    fm_gemm(n, arc, 1, w->score + stride, stride,
            fm_param_at(net, net->arc_root), arc, w->d_query + first * arc,
            arc);
    fm_transpose(n, stride, w->score + stride, stride, w->scratch, n);
    fm_gemm(1, arc, n, w->scratch, n, w->query + first * arc, arc,
            w->gradient + net->arc_root.at, arc);
    fm_gemm(n, arc, n, w->scratch + n, n, w->query + first * arc, arc,
            w->d_arc_head + first * arc, arc);
    return loss;
}

FM_FAST static double all_arcs_back(const struct fm_net *net,
                                    const struct fm_batch *batch, float scale,
                                    struct fm_net_work *w)
{
    size_t n = batch->tokens;
    size_t arc = net->shape.arc;
    float *d_bias = w->gradient + net->arc_bias.at;
    double loss = 0;

    memset(w->d_arc_head, 0, n * arc * sizeof(float));
    memset(w->d_arc_dep, 0, n * arc * sizeof(float));
    memset(w->d_query, 0, n * arc * sizeof(float));
    memset(w->d_distance, 0, n * FM_NET_DISTANCES * sizeof(float));
    for (size_t s = 0; s < batch->sentences; s++)
        loss += arcs_back(net, batch, s, scale, w);
    for (size_t t = 0; t < n; t++)
        for (size_t j = 0; j < arc; j++)
            d_bias[j] += w->d_query[t * arc + j];
    fm_affine_back(net, w, n, w->arc_dep, w->d_query, net->arc, NULL,
                   w->d_arc_dep);
    fm_affine_back(net, w, n, w->arc_dep, w->d_distance, net->distance, NULL,
                   w->d_arc_dep);
    rectify_back(w->arc_head, w->arc_head_mask, w->d_arc_head, n * arc);
    rectify_back(w->arc_dep, w->arc_dep_mask, w->d_arc_dep, n * arc);
    fm_affine_back(net, w, n, w->top, w->d_arc_head, net->arc_head,
                   &net->arc_head_bias, w->d_top);
    fm_affine_back(net, w, n, w->top, w->d_arc_dep, net->arc_dep,
                   &net->arc_dep_bias, w->d_top);
    return loss;
}

static double labels_back(const struct fm_net *net,
                          const struct fm_batch *batch, float scale,
                          struct fm_net_work *w)
{
    size_t n = batch->tokens;
    size_t width = net->shape.label;
    float *d_root = w->gradient + net->label_root.at;
    double loss = 0;

    fm_heads_label(net, batch, batch->head, w);
    for (size_t t = 0; t < n; t++) {
        float *row = w->labels + t * FM_NET_LABELS;

        if (batch->deprel[t] == FM_DEP_NONE)
            loss += no_gradient(row, FM_DEP_COUNT);
        else
            loss += softmax_back(row, FM_DEP_COUNT, batch->deprel[t], scale);
        for (size_t i = FM_DEP_COUNT; i < FM_NET_LABELS; i++)
            row[i] = 0.0f;
    }
    memset(w->d_hidden, 0, n * width * sizeof(float));
    memset(w->d_label_head, 0, n * width * sizeof(float));
    fm_affine_back(net, w, n, w->hidden, w->labels, net->label,
                   &net->label_out_bias, w->d_hidden);
    rectify_back(w->hidden, w->hidden_mask, w->d_hidden, n * width);
    for (size_t s = 0; s < batch->sentences; s++)
        for (size_t t = batch->first[s]; t < batch->first[s + 1]; t++) {
            size_t head = batch->head[t];
            float *to = head == 0 ? d_root
                                  : w->d_label_head +
                                        (batch->first[s] + head - 1) * width;

            for (size_t j = 0; j < width; j++)
                to[j] += w->d_hidden[t * width + j];
        }
    fm_affine_back(net, w, n, w->top, w->d_hidden, net->label_dep,
                   &net->label_bias, w->d_top);
    fm_affine_back(net, w, n, w->top, w->d_label_head, net->label_head, NULL,
                   w->d_top);
    return loss;
}

FM_FAST struct fm_loss fm_heads_backward(const struct fm_net *net,
                                         const struct fm_batch *batch,
                                         struct fm_net_work *w)
{
    size_t size = batch->tokens * net->shape.dim;
    float scale = 1.0f / (float)batch->tokens;
    struct fm_loss loss = {.arcs = 0};

    memset(w->d_top, 0, size * sizeof *w->d_top);
    loss.tags = tags_back(net, batch, scale, w, &loss.names);
    if (net->shape.arc == 0)
        return loss;
    loss.arcs = all_arcs_back(net, batch, scale, w);
    loss.labels = labels_back(net, batch, scale, w);
    for (size_t i = 0; i < size; i++)
        w->d_top[i] *= w->top_mask[i];
    return loss;
}
