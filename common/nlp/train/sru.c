/* Simple recurrent units in both directions:
 *
 *     z, p, q = x W (columns of each half: z, forget, reset)
 *     f = gate(p + vf c' + bf)      r = gate(q + vr c' + br)
 *     c = f c' + (1 - f) z          y = r c + (1 - r) x
 *
 * with c' the state of the token before (behind, in the second half) and
 * gate(a) = (1 + a / sqrt(1 + a^2)) / 2, a sigmoid whose every step IEEE 754
 * rounds the same way everywhere. */
#include "nlp/train/fast.h"
#include "nlp/train/net_priv.h"

#include <math.h>

static inline float gate(float a)
{
    return 0.5f + 0.5f * a / sqrtf(1.0f + a * a);
}

/* The derivative, from the gate's value. */
static inline float gate_slope(float g)
{
    float s = 2.0f * g - 1.0f;
    float t = 1.0f - s * s;

    t = t > 0.0f ? t : 0.0f;
    return 0.5f * t * sqrtf(t);
}

struct half {
    size_t dim;
    size_t from; /* column of the half in matrices of width dim */
    size_t width;
    size_t u; /* column in u */
    bool back;
};

static struct half half_of(const struct fm_net *net, size_t i)
{
    size_t width = net->shape.dim / 2;

    return (struct half){
        .dim = net->shape.dim,
        .from = i * width,
        .width = width,
        .u = i * 3 * width,
        .back = i == 1,
    };
}

FM_FAST static void run_half(const struct fm_net *net, size_t layer,
                             struct half h, size_t first, size_t last,
                             struct fm_net_work *work)
{
    const struct fm_layer_params *p = &net->layers[layer];
    struct fm_layer_work *w = &work->layers[layer];
    const float *bias = fm_param_at(net, p->bias) + h.from;
    const float *memory = fm_param_at(net, p->memory) + h.from;
    float *out = work->layers[layer + 1].in;

    for (size_t k = first; k < last; k++) {
        size_t t = h.back ? last - 1 - (k - first) : k;
        size_t at = t * h.dim + h.from;
        const float *u = w->u + t * 3 * h.dim + h.u;
        const float *before =
            k == first ? NULL
                       : w->state + (h.back ? t + 1 : t - 1) * h.dim + h.from;

        for (size_t j = 0; j < h.width; j++) {
            float c0 = before != NULL ? before[j] : 0.0f;
            float f = gate(u[h.width + j] + memory[j] * c0 + bias[j]);
            float r = gate(u[2 * h.width + j] + memory[h.dim + j] * c0 +
                           bias[h.dim + j]);
            float c = f * c0 + (1.0f - f) * u[j];

            w->forget[at + j] = f;
            w->reset[at + j] = r;
            w->state[at + j] = c;
            out[at + j] = r * c + (1.0f - r) * w->in[at + j];
        }
    }
}

FM_FAST void fm_sru_forward(const struct fm_net *net,
                            const struct fm_batch *batch, size_t layer,
                            struct fm_net_work *work)
{
    struct fm_layer_work *w = &work->layers[layer];
    size_t dim = net->shape.dim;

    for (size_t s = 0; s < batch->sentences; s++)
        for (size_t t = batch->first[s]; t < batch->first[s + 1]; t++)
            for (size_t j = 0; j < dim; j++)
                w->masked[t * dim + j] =
                    w->in[t * dim + j] * w->mask[s * dim + j];
    fm_affine(net, batch->tokens, w->masked, net->layers[layer].weight, NULL,
              w->u);
    for (size_t s = 0; s < batch->sentences; s++)
        for (size_t i = 0; i < 2; i++)
            run_half(net, layer, half_of(net, i), batch->first[s],
                     batch->first[s + 1], work);
}

/* Writes the gradient of u over u; d_out becomes the part of the input's
 * gradient that comes by the highway. carry: width floats of scratch. */
FM_FAST static void back_half(const struct fm_net *net, size_t layer,
                              struct half h, size_t first, size_t last,
                              struct fm_net_work *work, float *d_out)
{
    const struct fm_layer_params *p = &net->layers[layer];
    struct fm_layer_work *w = &work->layers[layer];
    const float *memory = fm_param_at(net, p->memory) + h.from;
    float *d_bias = work->gradient + p->bias.at + h.from;
    float *d_memory = work->gradient + p->memory.at + h.from;
    float *carry = work->scratch;

    memset(carry, 0, h.width * sizeof *carry);
    for (size_t k = last; k-- > first;) {
        size_t t = h.back ? last - 1 - (k - first) : k;
        size_t at = t * h.dim + h.from;
        float *u = w->u + t * 3 * h.dim + h.u;
        /* The first state follows none. */
        bool begins = k == first;
        size_t next = h.back ? t + 1 : t - 1;
        const float *before = w->state + (begins ? t : next) * h.dim + h.from;

        for (size_t j = 0; j < h.width; j++) {
            float c0 = begins ? 0.0f : before[j];
            float f = w->forget[at + j];
            float r = w->reset[at + j];
            float c = w->state[at + j];
            float d = d_out[at + j];
            float dc = d * r + carry[j];
            float dr = d * (c - w->in[at + j]) * gate_slope(r);
            float df = dc * (c0 - u[j]) * gate_slope(f);

            d_out[at + j] = d * (1.0f - r);
            carry[j] = dc * f + df * memory[j] + dr * memory[h.dim + j];
            d_bias[j] += df;
            d_bias[h.dim + j] += dr;
            d_memory[j] += df * c0;
            d_memory[h.dim + j] += dr * c0;
            u[j] = dc * (1.0f - f);
            u[h.width + j] = df;
            u[2 * h.width + j] = dr;
        }
    }
}

FM_FAST void fm_sru_backward(const struct fm_net *net,
                             const struct fm_batch *batch, size_t layer,
                             struct fm_net_work *work, float *d_out)
{
    struct fm_layer_work *w = &work->layers[layer];
    size_t dim = net->shape.dim;
    float *d_masked = work->d_in;

    for (size_t s = 0; s < batch->sentences; s++)
        for (size_t i = 0; i < 2; i++)
            back_half(net, layer, half_of(net, i), batch->first[s],
                      batch->first[s + 1], work, d_out);
    memset(d_masked, 0, batch->tokens * dim * sizeof *d_masked);
    fm_affine_back(net, work, batch->tokens, w->masked, w->u,
                   net->layers[layer].weight, NULL, d_masked);
    for (size_t s = 0; s < batch->sentences; s++)
        for (size_t t = batch->first[s]; t < batch->first[s + 1]; t++)
            for (size_t j = 0; j < dim; j++)
                d_out[t * dim + j] +=
                    d_masked[t * dim + j] * w->mask[s * dim + j];
}
