#include "nlp/train/net.h"

#include "nlp/train/fast.h"
#include "nlp/train/net_priv.h"
#include "nlp/tree.h"

#include <math.h>

static struct fm_param claim(struct fm_net *net, size_t rows, size_t cols)
{
    struct fm_param p = {.at = net->dense, .rows = rows, .cols = cols};

    net->dense += rows * cols;
    return p;
}

static void lay_out(struct fm_net *net)
{
    const struct fm_net_shape *s = &net->shape;

    for (size_t i = 0; i < s->layers; i++) {
        net->layers[i].weight = claim(net, s->dim, 3 * s->dim);
        net->layers[i].bias = claim(net, 2, s->dim);
        net->layers[i].memory = claim(net, 2, s->dim);
    }
    net->tag = claim(net, s->dim, FM_NET_TAGS);
    net->tag_bias = claim(net, 1, FM_NET_TAGS);
    if (s->arc == 0) {
        net->steps = claim(net, FM_NER_COUNT, FM_NER_COUNT);
        return;
    }
    net->arc_head = claim(net, s->dim, s->arc);
    net->arc_head_bias = claim(net, 1, s->arc);
    net->arc_dep = claim(net, s->dim, s->arc);
    net->arc_dep_bias = claim(net, 1, s->arc);
    net->arc_root = claim(net, 1, s->arc);
    net->arc = claim(net, s->arc, s->arc);
    net->arc_bias = claim(net, 1, s->arc);
    net->distance = claim(net, s->arc, FM_NET_DISTANCES);
    net->label_head = claim(net, s->dim, s->label);
    net->label_dep = claim(net, s->dim, s->label);
    net->label_bias = claim(net, 1, s->label);
    net->label_root = claim(net, 1, s->label);
    net->label = claim(net, s->label, FM_NET_LABELS);
    net->label_out_bias = claim(net, 1, FM_NET_LABELS);
}

/* Uniform, with the variance of Glorot and Bengio (2010); single rows stay
 * zero. */
static void fill(struct fm_net *net, struct fm_param p, float gain,
                 struct fm_random *random)
{
    float bound = gain * sqrtf(6.0f / (float)(p.rows + p.cols));

    for (size_t i = 0; i < p.rows * p.cols; i++)
        net->w[p.at + i] = (2.0f * fm_random_unit(random) - 1.0f) * bound;
}

static void fill_all(struct fm_net *net, struct fm_random *random)
{
    const struct fm_param *const square[] = {
        &net->tag,      &net->arc_head,   &net->arc_dep,
        &net->distance, &net->label_head, &net->label_dep,
        &net->label,    &net->arc_root,   &net->label_root,
    };

    for (size_t i = 0; i < net->shape.layers; i++) {
        const struct fm_layer_params *p = &net->layers[i];

        fill(net, p->weight, 1.4f, random);
        /* Remember, and pass the input on, until taught otherwise. */
        for (size_t j = 0; j < net->shape.dim; j++)
            net->w[p->bias.at + net->shape.dim + j] = -0.5f;
    }
    for (size_t i = 0; i < sizeof square / sizeof square[0]; i++)
        if (square[i]->rows > 0)
            fill(net, *square[i], 1.0f, random);
    fill(net, net->arc, 0.5f, random);
    for (size_t i = net->shape.dim; i < net->row_count * net->shape.dim; i++)
        net->rows[i] = (2.0f * fm_random_unit(random) - 1.0f) * 0.2f;
}

enum fm_error fm_net_new(const struct fm_net_shape *shape, size_t row_count,
                         struct fm_random *random, struct fm_why *why,
                         struct fm_net **ret)
{
    struct fm_net *net = calloc(1, sizeof *net);

    if (net == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for the network");
    net->shape = *shape;
    net->row_count = row_count;
    lay_out(net);
    net->w = calloc(net->dense, sizeof *net->w);
    net->rows = calloc(row_count * shape->dim, sizeof *net->rows);
    if (net->w == NULL || net->rows == NULL) {
        fm_net_free(net);
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for the network");
    }
    if (random != NULL)
        fill_all(net, random);
    *ret = net;
    return FM_OK;
}

void fm_net_free(struct fm_net *net)
{
    if (net == NULL)
        return;
    free(net->w);
    free(net->rows);
    free(net);
}

/* --- memory -------------------------------------------------------------- */

/* Every float array of the workspace with its length; visit is called for
 * each. */
static bool visit_arrays(const struct fm_net *net, struct fm_net_work *w,
                         bool (*visit)(float **array, size_t n))
{
    size_t n = w->tokens;
    size_t dim = net->shape.dim;
    size_t arc = net->shape.arc;
    size_t label = net->shape.label;
    size_t longest = FM_SENTENCE_TOKENS_MAX + 1;
    size_t scratch = n * 3 * dim + longest * longest + arc * longest;
    bool ok = true;

    const struct {
        float **array;
        size_t n;
    } arrays[] = {
        {&w->tags, n * FM_NET_TAGS},
        {&w->tag_in, n * dim},
        {&w->tag_mask, n * dim},
        {&w->top, n * dim},
        {&w->top_mask, n * dim},
        {&w->arc_head, n * arc},
        {&w->arc_dep, n * arc},
        {&w->arc_head_mask, n * arc},
        {&w->arc_dep_mask, n * arc},
        {&w->query, n * arc},
        {&w->distance, n * FM_NET_DISTANCES},
        {&w->score, longest * longest},
        {&w->label_head, n * label},
        {&w->label_dep, n * label},
        {&w->hidden, n * label},
        {&w->hidden_mask, n * label},
        {&w->labels, n * FM_NET_LABELS},
        {&w->d_in, n * dim},
        {&w->d_top, n * dim},
        {&w->d_tag, n * dim},
        {&w->d_arc_head, n * arc},
        {&w->d_arc_dep, n * arc},
        {&w->d_query, n * arc},
        {&w->d_distance, n * FM_NET_DISTANCES},
        {&w->d_label_head, n * label},
        {&w->d_label_dep, n * label},
        {&w->d_hidden, n * label},
        {&w->scratch, scratch},
        {&w->scratch2, scratch},
        {&w->gradient, net->dense},
        {&w->row_gradient, net->row_count * dim},
    };

    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
        ok = visit(arrays[i].array, arrays[i].n) && ok;
    for (size_t i = 0; i <= net->shape.layers; i++) {
        struct fm_layer_work *l = &w->layers[i];
        float **of_layer[] = {&l->in,    &l->mask,   &l->masked,
                              &l->state, &l->forget, &l->reset};

        for (size_t k = 0; k < sizeof of_layer / sizeof of_layer[0]; k++)
            ok = visit(of_layer[k], n * dim) && ok;
        ok = visit(&l->u, n * 3 * dim) && ok;
    }
    return ok;
}

static bool make_array(float **array, size_t n)
{
    *array = calloc(n + 1, sizeof **array);
    return *array != NULL;
}

static bool free_array(float **array, size_t n)
{
    (void)n;
    free(*array);
    return true;
}

enum fm_error fm_net_work_new(const struct fm_net *net, size_t tokens,
                              struct fm_why *why, struct fm_net_work **ret)
{
    struct fm_net_work *w = calloc(1, sizeof *w);
    bool ok = w != NULL;

    if (ok) {
        w->tokens = tokens;
        ok = visit_arrays(net, w, make_array);
        w->touched = calloc(net->row_count, sizeof *w->touched);
        w->is_touched = calloc(net->row_count, 1);
    }
    if (!ok || w->touched == NULL || w->is_touched == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for training");
    *ret = w;
    return FM_OK;
}

void fm_net_work_free(const struct fm_net *net, struct fm_net_work *work)
{
    if (work == NULL)
        return;
    (void)visit_arrays(net, work, free_array);
    free(work->touched);
    free(work->is_touched);
    free(work);
}

/* --- small steps --------------------------------------------------------- */

FM_FAST void fm_affine(const struct fm_net *net, size_t tokens, const float *x,
                       struct fm_param p, const struct fm_param *bias, float *y)
{
    for (size_t t = 0; t < tokens; t++) {
        if (bias != NULL)
            memcpy(y + t * p.cols, fm_param_at(net, *bias), p.cols * sizeof *y);
        else
            memset(y + t * p.cols, 0, p.cols * sizeof *y);
    }
    fm_gemm(tokens, p.cols, p.rows, x, p.rows, fm_param_at(net, p), p.cols, y,
            p.cols);
}

/* NOLINTNEXTLINE(readability-function-size): parameters as BLAS has them */
FM_FAST void fm_affine_back(const struct fm_net *net, struct fm_net_work *work,
                            size_t tokens, const float *x, const float *d_y,
                            struct fm_param p, const struct fm_param *bias,
                            float *d_x)
{
    float *d_bias = bias != NULL ? work->gradient + bias->at : NULL;

    fm_transpose(tokens, p.rows, x, p.rows, work->scratch, tokens);
    fm_gemm(p.rows, p.cols, tokens, work->scratch, tokens, d_y, p.cols,
            work->gradient + p.at, p.cols);
    for (size_t t = 0; d_bias != NULL && t < tokens; t++)
        for (size_t j = 0; j < p.cols; j++)
            d_bias[j] += d_y[t * p.cols + j];
    if (d_x == NULL)
        return;
    fm_transpose(p.rows, p.cols, fm_param_at(net, p), p.cols, work->scratch,
                 p.rows);
    fm_gemm(tokens, p.rows, p.cols, d_y, p.cols, work->scratch, p.rows, d_x,
            p.rows);
}

void fm_drop(float *mask, size_t n, float p, struct fm_random *random)
{
    const float values[2] = {1.0f / (1.0f - p), 0.0f};
    uint64_t bar = (uint64_t)(p * 65536.0f);

    if (random == NULL) {
        for (size_t i = 0; i < n; i++)
            mask[i] = 1.0f;
        return;
    }
    /* Four decisions out of one random number. */
    for (size_t i = 0; i < n; i += 4) {
        uint64_t bits = fm_random_next(random);

        for (size_t k = i; k < n && k < i + 4; k++, bits >>= 16)
            mask[k] = values[(bits & 0xffff) < bar];
    }
}

/* --- the whole ----------------------------------------------------------- */

FM_FAST static void gather(const struct fm_net *net,
                           const struct fm_batch *batch, float *to)
{
    size_t dim = net->shape.dim;

    memset(to, 0, batch->tokens * dim * sizeof *to);
    for (size_t t = 0; t < batch->tokens; t++)
        for (size_t i = batch->row_first[t]; i < batch->row_first[t + 1]; i++) {
            const float *row = net->rows + batch->rows[i] * dim;

            for (size_t j = 0; j < dim; j++)
                to[t * dim + j] += row[j];
        }
}

FM_FAST static void scatter(const struct fm_net *net,
                            const struct fm_batch *batch, const float *d,
                            struct fm_net_work *w)
{
    size_t dim = net->shape.dim;

    for (size_t t = 0; t < batch->tokens; t++)
        for (size_t i = batch->row_first[t]; i < batch->row_first[t + 1]; i++) {
            uint32_t r = batch->rows[i];
            float *row = w->row_gradient + r * dim;

            if (!w->is_touched[r]) {
                w->is_touched[r] = 1;
                w->touched[w->touched_count++] = r;
            }
            for (size_t j = 0; j < dim; j++)
                row[j] += d[t * dim + j];
        }
}

void fm_net_forward(const struct fm_net *net, const struct fm_batch *batch,
                    float dropout, struct fm_random *random,
                    struct fm_net_work *w)
{
    size_t dim = net->shape.dim;

    gather(net, batch, w->layers[0].in);
    for (size_t i = 0; i < net->shape.layers; i++) {
        fm_drop(w->layers[i].mask, batch->sentences * dim, dropout, random);
        fm_sru_forward(net, batch, i, w);
    }
    fm_heads_forward(net, batch, dropout, random, w);
}

struct fm_loss fm_net_backward(const struct fm_net *net,
                               const struct fm_batch *batch,
                               struct fm_net_work *w)
{
    size_t size = batch->tokens * net->shape.dim;
    struct fm_loss loss = fm_heads_backward(net, batch, w);

    for (size_t i = net->shape.layers; i > 0; i--) {
        if (i == net->shape.tag_layer)
            for (size_t k = 0; k < size; k++)
                w->d_top[k] += w->d_tag[k];
        fm_sru_backward(net, batch, i - 1, w, w->d_top);
    }
    scatter(net, batch, w->d_top, w);
    return loss;
}

static uint8_t best_of(const float *x, size_t n)
{
    size_t best = 1; /* 0 is no tag */

    for (size_t i = 2; i < n; i++)
        if (x[i] > x[best])
            best = i;
    return (uint8_t)best;
}

void fm_net_choose(const struct fm_net_work *w, size_t tokens,
                   const uint16_t *head, uint8_t *ret_upos, uint8_t *ret_xpos,
                   uint8_t *ret_deprel)
{
    for (size_t t = 0; t < tokens; t++) {
        const float *tags = w->tags + t * FM_NET_TAGS;

        ret_upos[t] = best_of(tags, FM_UPOS_COUNT);
        ret_xpos[t] = best_of(tags + FM_UPOS_COUNT, FM_XPOS_COUNT);
        ret_deprel[t] =
            head[t] == 0 ? (uint8_t)FM_DEP_ROOT
                         : best_of(w->labels + t * FM_NET_LABELS, FM_DEP_COUNT);
    }
}

void fm_net_choose_names(const struct fm_net_work *w,
                         const struct fm_batch *batch, uint8_t *ret_ner)
{
    for (size_t s = 0; s < batch->sentences; s++) {
        size_t first = batch->first[s];

        fm_ner_decode(w->tags + first * FM_NET_TAGS + FM_NET_NER, FM_NET_TAGS,
                      NULL, batch->first[s + 1] - first, ret_ner + first);
    }
}

/* NOLINTNEXTLINE(readability-function-size): a column is a parameter */
void fm_net_predict(const struct fm_net *net, const struct fm_batch *batch,
                    struct fm_net_work *w, struct fm_tree_work *tree,
                    uint8_t *ret_upos, uint8_t *ret_xpos, uint16_t *ret_head,
                    uint8_t *ret_deprel, uint8_t *ret_ner)
{
    uint16_t heads[FM_SENTENCE_TOKENS_MAX + 1];

    if (net->shape.arc == 0) {
        memset(ret_head, 0, batch->tokens * sizeof *ret_head);
        fm_net_choose(w, batch->tokens, ret_head, ret_upos, ret_xpos,
                      ret_deprel);
        fm_chain_choose(net, batch, w, ret_ner);
        return;
    }
    for (size_t s = 0; s < batch->sentences; s++) {
        size_t n = batch->first[s + 1] - batch->first[s];

        fm_heads_score(net, batch, s, w);
        fm_tree_decode(w->score, n + 1, n, tree, heads);
        for (size_t d = 1; d <= n; d++)
            ret_head[batch->first[s] + d - 1] = heads[d];
    }
    fm_heads_label(net, batch, ret_head, w);
    fm_net_choose(w, batch->tokens, ret_head, ret_upos, ret_xpos, ret_deprel);
    fm_net_choose_names(w, batch, ret_ner);
}
