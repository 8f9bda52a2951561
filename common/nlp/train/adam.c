#include "nlp/train/adam.h"

#include "nlp/train/fast.h"
#include "nlp/train/net_priv.h"

#include <math.h>

#define BETA1   0.9f
#define BETA2   0.98f
#define EPSILON 1e-8f
/* Length that the gradient of the dense parameters is cut to. */
#define CLIP 2.0f

struct fm_adam {
    float *mean; /* dense, then rows */
    float *square;
    double power1; /* BETA1 to the number of steps */
    double power2;
};

enum fm_error fm_adam_new(const struct fm_net *net, struct fm_why *why,
                          struct fm_adam **ret)
{
    size_t n = net->dense + net->row_count * net->shape.dim;
    struct fm_adam *adam = calloc(1, sizeof *adam);

    if (adam == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for training");
    adam->mean = calloc(n, sizeof *adam->mean);
    adam->square = calloc(n, sizeof *adam->square);
    adam->power1 = 1;
    adam->power2 = 1;
    if (adam->mean == NULL || adam->square == NULL) {
        fm_adam_free(adam);
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for training");
    }
    *ret = adam;
    return FM_OK;
}

void fm_adam_free(struct fm_adam *adam)
{
    if (adam == NULL)
        return;
    free(adam->mean);
    free(adam->square);
    free(adam);
}

FM_FAST static void update(float *w, float *g, float *mean, float *square,
                           size_t n, float rate, float scale2)
{
    for (size_t i = 0; i < n; i++) {
        mean[i] = BETA1 * mean[i] + (1.0f - BETA1) * g[i];
        square[i] = BETA2 * square[i] + (1.0f - BETA2) * g[i] * g[i];
        w[i] -= rate * mean[i] / (sqrtf(square[i] * scale2) + EPSILON);
        g[i] = 0.0f;
    }
}

static void clip(float *g, size_t n)
{
    double sum = 0;
    float scale;

    for (size_t i = 0; i < n; i++)
        sum += (double)(g[i] * g[i]);
    if (sum <= (double)(CLIP * CLIP))
        return;
    scale = CLIP / (float)sqrt(sum);
    for (size_t i = 0; i < n; i++)
        g[i] *= scale;
}

void fm_adam_step(struct fm_adam *adam, struct fm_net *net,
                  struct fm_net_work *work, float rate)
{
    size_t dim = net->shape.dim;
    float scale2;

    adam->power1 *= (double)BETA1;
    adam->power2 *= (double)BETA2;
    rate = (float)((double)rate / (1 - adam->power1));
    scale2 = (float)(1 / (1 - adam->power2));
    clip(work->gradient, net->dense);
    update(net->w, work->gradient, adam->mean, adam->square, net->dense, rate,
           scale2);
    for (size_t i = 0; i < work->touched_count; i++) {
        size_t r = work->touched[i];
        size_t at = net->dense + r * dim;

        update(net->rows + r * dim, work->row_gradient + r * dim,
               adam->mean + at, adam->square + at, dim, rate, scale2);
        work->is_touched[r] = 0;
    }
    work->touched_count = 0;
}
