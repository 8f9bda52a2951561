#include "nlp/chain.h"

#include <math.h>

#define LABELS ((size_t)FM_NER_COUNT)

void fm_chain_steps_init(const float *steps, struct fm_chain_steps *ret)
{
    memset(ret, 0, sizeof *ret);
    for (size_t x = FM_NER_OUT; x < LABELS; x++)
        for (size_t y = FM_NER_OUT; y < LABELS; y++)
            if (fm_ner_follows((uint8_t)x, (uint8_t)y))
                ret->from[x][y] = expf(steps[x * LABELS + y]);
}

void fm_chain_scores(const float *scores, size_t stride, size_t n,
                     struct fm_chain *chain)
{
    for (size_t t = 0; t < n; t++, scores += stride) {
        float top = scores[FM_NER_OUT];

        for (size_t y = FM_NER_OUT; y < LABELS; y++)
            top = scores[y] > top ? scores[y] : top;
        for (size_t y = FM_NER_OUT; y < LABELS; y++)
            chain->emit[t][y] = expf(scores[y] - top);
    }
}

static uint32_t open_at(const uint16_t *open, size_t t)
{
    return open != NULL ? open[t] : UINT16_MAX;
}

static double go_ahead(const struct fm_chain_steps *steps, const uint16_t *open,
                       size_t n, struct fm_chain *c)
{
    double log_sum = 0;

    for (size_t t = 0; t < n; t++) {
        float sum = 0;

        for (size_t y = FM_NER_OUT; y < LABELS; y++) {
            float in = t == 0 ? steps->from[FM_NER_OUT][y] : 0;

            for (size_t x = FM_NER_OUT; t > 0 && x < LABELS; x++)
                in += c->ahead[t - 1][x] * steps->from[x][y];
            c->ahead[t][y] =
                (open_at(open, t) >> y & 1) != 0 ? in * c->emit[t][y] : 0;
            sum += c->ahead[t][y];
        }
        sum = sum > 1e-30f ? sum : 1e-30f;
        c->scale[t] = 1.0f / sum;
        log_sum += log((double)sum);
        for (size_t y = FM_NER_OUT; y < LABELS; y++)
            c->ahead[t][y] *= c->scale[t];
    }
    return log_sum;
}

static void go_back(const struct fm_chain_steps *steps, const uint16_t *open,
                    size_t n, struct fm_chain *c)
{
    for (size_t y = FM_NER_OUT; y < LABELS; y++)
        c->behind[n - 1][y] = 1;
    for (size_t t = n - 1; t-- > 0;) {
        float next[FM_NER_COUNT] = {0};

        for (size_t y = FM_NER_OUT; y < LABELS; y++)
            if ((open_at(open, t + 1) >> y & 1) != 0)
                next[y] =
                    c->emit[t + 1][y] * c->behind[t + 1][y] * c->scale[t + 1];
        for (size_t x = FM_NER_OUT; x < LABELS; x++) {
            float out = 0;

            for (size_t y = FM_NER_OUT; y < LABELS; y++)
                out += steps->from[x][y] * next[y];
            c->behind[t][x] = out;
        }
    }
}

double fm_chain_sum(const struct fm_chain_steps *steps, const uint16_t *open,
                    size_t n, struct fm_chain *chain)
{
    double log_sum = go_ahead(steps, open, n, chain);

    go_back(steps, open, n, chain);
    return log_sum;
}
