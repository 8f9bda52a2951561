/* Names as a linear chain (nlp/chain.h), learned. Where annotation leaves several
 * labels open, their sum is what is learned (Tsuboi et al. 2008). */
#include "nlp/chain.h"

#include "nlp/train/fast.h"
#include "nlp/train/net_priv.h"

#define LABELS ((size_t)FM_NER_COUNT)

/* The labels that the annotation leaves open, as bits. */
static uint16_t open_labels(uint8_t ner)
{
    uint8_t gold = (uint8_t)(ner & ~FM_NER_PARTIAL);
    uint32_t open = 1u << gold;

    if (gold == FM_NER_NONE)
        open = (1u << FM_NER_COUNT) - 2u;
    else if (gold == FM_NER_OUT && (ner & FM_NER_PARTIAL) != 0)
        open = 1u << FM_NER_OUT | 3u << FM_NER_B_OTHER;
    return (uint16_t)open;
}

/* Adds sign times what is expected of labels and steps. */
FM_FAST static void expect(const struct fm_chain_steps *steps,
                           const uint16_t *open, size_t n,
                           const struct fm_chain *c, float sign, float *d_emit,
                           float *d_steps)
{
    for (size_t t = 0; t < n; t++)
        for (size_t y = FM_NER_OUT; y < LABELS; y++) {
            float reach = c->emit[t][y] * c->behind[t][y] * c->scale[t] * sign;

            d_emit[t * FM_NET_TAGS + y] +=
                c->ahead[t][y] * c->behind[t][y] * sign;
            if (open != NULL && (open[t] >> y & 1) == 0)
                continue;
            if (t == 0)
                d_steps[FM_NER_OUT * LABELS + y] +=
                    steps->from[FM_NER_OUT][y] * reach;
            for (size_t x = FM_NER_OUT; t > 0 && x < LABELS; x++)
                d_steps[x * LABELS + y] +=
                    c->ahead[t - 1][x] * steps->from[x][y] * reach;
        }
}

/* The labels that are open in a sentence; false when all of them are. */
static bool open_sentence(const uint8_t *ner, size_t n, uint16_t *open)
{
    bool annotated = false;

    for (size_t t = 0; t < n; t++) {
        open[t] = open_labels(ner[t]);
        annotated = annotated || ner[t] != FM_NER_NONE;
    }
    return annotated;
}

double fm_chain_back(const struct fm_net *net, const struct fm_batch *batch,
                     float scale, struct fm_net_work *w)
{
    struct fm_chain_steps steps;
    struct fm_chain chain;
    uint16_t open[FM_SENTENCE_TOKENS_MAX];
    float *d_steps = w->gradient + net->steps.at;
    double loss = 0;

    fm_chain_steps_init(fm_param_at(net, net->steps), &steps);
    for (size_t s = 0; s < batch->sentences; s++) {
        size_t first = batch->first[s];
        size_t n = batch->first[s + 1] - first;
        float *scores = w->tags + first * FM_NET_TAGS + FM_NET_NER;

        fm_chain_scores(scores, FM_NET_TAGS, n, &chain);
        for (size_t t = 0; t < n; t++)
            memset(scores + t * FM_NET_TAGS, 0, LABELS * sizeof *scores);
        if (n == 0 || !open_sentence(batch->ner + first, n, open))
            continue;
        loss += fm_chain_sum(&steps, NULL, n, &chain);
        expect(&steps, NULL, n, &chain, scale, scores, d_steps);
        loss -= fm_chain_sum(&steps, open, n, &chain);
        expect(&steps, open, n, &chain, -scale, scores, d_steps);
    }
    return loss;
}

void fm_chain_weigh(const struct fm_net *net, const struct fm_batch *batch,
                    const struct fm_net_work *w, float *ret)
{
    struct fm_chain_steps steps;
    struct fm_chain chain;

    fm_chain_steps_init(fm_param_at(net, net->steps), &steps);
    for (size_t s = 0; s < batch->sentences; s++) {
        size_t first = batch->first[s];
        size_t n = batch->first[s + 1] - first;

        if (n == 0)
            continue;
        fm_chain_scores(w->tags + first * FM_NET_TAGS + FM_NET_NER, FM_NET_TAGS,
                        n, &chain);
        (void)fm_chain_sum(&steps, NULL, n, &chain);
        for (size_t t = 0; t < n; t++)
            for (size_t y = FM_NER_OUT; y < LABELS; y++)
                ret[(first + t) * LABELS + y] +=
                    chain.ahead[t][y] * chain.behind[t][y];
    }
}

void fm_chain_choose(const struct fm_net *net, const struct fm_batch *batch,
                     const struct fm_net_work *w, uint8_t *ret_ner)
{
    for (size_t s = 0; s < batch->sentences; s++) {
        size_t first = batch->first[s];

        fm_ner_decode(w->tags + first * FM_NET_TAGS + FM_NET_NER, FM_NET_TAGS,
                      fm_param_at(net, net->steps), batch->first[s + 1] - first,
                      ret_ner + first);
    }
}
