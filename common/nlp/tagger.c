#include "nlp/tagger.h"

bool fm_tagger_work_init(struct fm_tagger_work *work, struct fm_arena *arena)
{
    work->scores = fm_arena_array(arena, FM_CHUNK_TOKENS * FM_NET_TAGS,
                                  sizeof *work->scores);
    return work->scores != NULL;
}

/* 0 is no tag. */
static uint8_t best_of(const float *scores, size_t n)
{
    size_t best = 1;

    for (size_t i = 2; i < n; i++)
        if (scores[i] > scores[best])
            best = i;
    return (uint8_t)best;
}

void fm_tagger_run(const struct fm_network *net, const struct fm_encoding *enc,
                   struct fm_tagger_work *work, struct fm_doc *doc)
{
    size_t n = enc->last - enc->first;

    net->kernels->multiply(&net->tag, n, enc->tag.values, enc->tag.scales,
                           net->tag_bias, work->scores);
    for (size_t i = 0; i < n; i++) {
        const float *scores = work->scores + i * FM_NET_TAGS;

        doc->upos[enc->first + i] = best_of(scores, FM_UPOS_COUNT);
        doc->xpos[enc->first + i] =
            best_of(scores + FM_UPOS_COUNT, FM_XPOS_COUNT);
    }
}
