#include "nlp/namer.h"

#include <math.h>

/* The first network's part; chosen on GUM's dev set. */
#define FIRST_PART 0.5f

bool fm_namer_work_init(struct fm_namer_work *work, struct fm_arena *arena)
{
    work->scores = fm_arena_array(arena, FM_CHUNK_TOKENS * FM_NAMER_TAGS,
                                  sizeof *work->scores);
    work->chain = fm_arena_alloc(arena, sizeof *work->chain);
    return work->scores != NULL && work->chain != NULL;
}

/* The first network's opinion, which is no chain: each label for itself. */
static void add_first(const float *scores, float *likely)
{
    float top = scores[FM_NER_OUT];
    float all[FM_NER_COUNT];
    float sum = 0;

    for (size_t y = FM_NER_OUT; y < FM_NER_COUNT; y++)
        top = scores[y] > top ? scores[y] : top;
    for (size_t y = FM_NER_OUT; y < FM_NER_COUNT; y++) {
        all[y] = expf(scores[y] - top);
        sum += all[y];
    }
    for (size_t y = FM_NER_OUT; y < FM_NER_COUNT; y++)
        likely[y] += FIRST_PART * all[y] / sum;
}

void fm_namer_run(const struct fm_namer *namer, const struct fm_doc *doc,
                  const struct fm_encoding *enc, const float *first,
                  size_t stride, struct fm_namer_work *work, float *ret_likely)
{
    const struct fm_network *net = &namer->net;
    struct fm_chain *c = work->chain;

    net->kernels->multiply(&net->tag, enc->last - enc->first, enc->tag.values,
                           enc->tag.scales, net->tag_bias, work->scores);
    for (size_t s = enc->sentence_first; s < enc->sentence_last; s++) {
        size_t from = doc->sentences[s].first - enc->first;
        size_t n = doc->sentences[s].last - doc->sentences[s].first;

        if (n == 0)
            continue;
        fm_chain_scores(work->scores + from * FM_NAMER_TAGS, FM_NAMER_TAGS, n,
                        c);
        (void)fm_chain_sum(&namer->steps, NULL, n, c);
        for (size_t t = 0; t < n; t++) {
            float *to = ret_likely + (from + t) * FM_NER_COUNT;

            to[0] = 0;
            for (size_t y = FM_NER_OUT; y < FM_NER_COUNT; y++)
                to[y] = (1.0f - FIRST_PART) * c->ahead[t][y] * c->behind[t][y];
            add_first(first + (from + t) * stride, to);
        }
    }
}
