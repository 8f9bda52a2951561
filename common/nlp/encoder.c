#include "nlp/encoder.h"

static bool make_states(struct fm_arena *arena, size_t dim,
                        struct fm_states *states)
{
    states->values =
        fm_arena_array(arena, FM_CHUNK_TOKENS * dim, sizeof *states->values);
    states->scales =
        fm_arena_array(arena, FM_CHUNK_TOKENS, sizeof *states->scales);
    return states->values != NULL && states->scales != NULL;
}

struct fm_encoding *fm_encoding_new(const struct fm_network *net,
                                    struct fm_arena *arena)
{
    struct fm_encoding *enc = fm_arena_alloc(arena, sizeof *enc);
    size_t n = FM_CHUNK_TOKENS * (size_t)net->shape.dim;

    if (enc == NULL || !make_states(arena, net->shape.dim, &enc->tag) ||
        !make_states(arena, net->shape.dim, &enc->top))
        return NULL;
    enc->in = fm_arena_array(arena, n, sizeof *enc->in);
    enc->out = fm_arena_array(arena, n, sizeof *enc->out);
    enc->u = fm_arena_array(arena, 3 * n, sizeof *enc->u);
    enc->state = fm_arena_array(arena, net->shape.dim, sizeof *enc->state);
    enc->lists = fm_arena_array(arena, FM_CHUNK_TOKENS, sizeof *enc->lists);
    enc->features =
        fm_arena_array(arena, FM_CHUNK_TOKENS, sizeof *enc->features);
    return enc->lists != NULL && enc->features != NULL && enc->in != NULL &&
                   enc->out != NULL && enc->u != NULL && enc->state != NULL
               ? enc
               : NULL;
}

static void choose_chunk(const struct fm_doc *doc, size_t sentence,
                         struct fm_encoding *enc)
{
    size_t s = sentence;
    size_t tokens = 0;

    while (s < doc->sentence_count && tokens < FM_CHUNK_ENOUGH) {
        size_t n = doc->sentences[s].last - doc->sentences[s].first;

        if (tokens + n > FM_CHUNK_TOKENS)
            break;
        tokens += n;
        s++;
    }
    enc->sentence_first = sentence;
    enc->sentence_last = s;
    enc->first = doc->sentences[sentence].first;
    enc->last = enc->first + tokens;
}

static void add_row(const struct fm_network *net, uint32_t row, float *to)
{
    size_t dim = net->shape.dim;

    net->kernels->add_row(dim, net->rows + row * dim, net->row_scales[row], to);
}

/* Adds the rows of a token's features. */
static void embed(const struct fm_network *net, const struct fm_features *f,
                  float *to)
{
    for (size_t i = 0; i < f->n; i++) {
        uint32_t row = fm_table_get(&net->keys, f->keys[i]);

        if (row != 0)
            add_row(net, row, to);
    }
}

static void run_sentence(const struct fm_network *net, size_t layer,
                         size_t first, size_t n, struct fm_encoding *enc)
{
    size_t dim = net->shape.dim;
    size_t half = dim / 2;

    for (size_t k = 0; k < 2; k++) {
        const struct fm_gates *gates = &net->layers[layer].halves[k];

        memset(enc->state, 0, half * sizeof *enc->state);
        for (size_t i = 0; i < n; i++) {
            size_t t = first + (k == 0 ? i : n - 1 - i);

            net->kernels->step(gates, enc->u + t * 3 * dim + k * 3 * half,
                               enc->in + t * dim + k * half, enc->state,
                               enc->out + t * dim + k * half);
        }
    }
}

static void run_layer(const struct fm_network *net, const struct fm_doc *doc,
                      size_t layer, struct fm_encoding *enc)
{
    size_t n = enc->last - enc->first;
    float *swap;

    /* The states of the last layer are written last: free until then. */
    net->kernels->quantize(n, net->shape.dim, enc->in, enc->top.values,
                           enc->top.scales);
    net->kernels->multiply(&net->layers[layer].weight, n, enc->top.values,
                           enc->top.scales, NULL, enc->u);
    for (size_t s = enc->sentence_first; s < enc->sentence_last; s++)
        run_sentence(net, layer, doc->sentences[s].first - enc->first,
                     doc->sentences[s].last - doc->sentences[s].first, enc);
    swap = enc->in;
    enc->in = enc->out;
    enc->out = swap;
}

void fm_encoder_run(const struct fm_network *net, const struct fm_doc *doc,
                    size_t sentence, struct fm_encoding *enc)
{
    size_t dim = net->shape.dim;
    size_t n;

    choose_chunk(doc, sentence, enc);
    n = enc->last - enc->first;
    for (size_t s = enc->sentence_first; s < enc->sentence_last; s++) {
        size_t first = doc->sentences[s].first;
        size_t last = doc->sentences[s].last;

        fm_features_lists(doc, first, last, enc->lists);
        for (size_t t = first; t < last; t++) {
            struct fm_features *f = &enc->features[t - enc->first];
            float *to = enc->in + (t - enc->first) * dim;

            fm_features_make(doc->form[t], t == first, enc->lists[t - first],
                             &net->lexicon, f);
            memset(to, 0, dim * sizeof *to);
            embed(net, f, to);
        }
    }
    for (size_t i = 0; i < net->shape.layers; i++) {
        run_layer(net, doc, i, enc);
        if (i + 1 == net->shape.tag_layer)
            net->kernels->quantize(n, dim, enc->in, enc->tag.values,
                                   enc->tag.scales);
    }
    net->kernels->quantize(n, dim, enc->in, enc->top.values, enc->top.scales);
}

void fm_encoder_names(const struct fm_namer *namer, const struct fm_doc *doc,
                      const struct fm_encoding *of, struct fm_encoding *enc)
{
    const struct fm_network *net = &namer->net;
    size_t dim = net->shape.dim;
    size_t n = of->last - of->first;

    enc->first = of->first;
    enc->last = of->last;
    enc->sentence_first = of->sentence_first;
    enc->sentence_last = of->sentence_last;
    for (size_t i = 0; i < n; i++) {
        float *to = enc->in + i * dim;
        size_t t = of->first + i;

        memcpy(to, namer->start, dim * sizeof *to);
        embed(net, &of->features[i], to);
        add_row(net, namer->told + doc->xpos[t], to);
        add_row(net, namer->told + FM_XPOS_COUNT + doc->deprel[t], to);
    }
    for (size_t i = 0; i < net->shape.layers; i++)
        run_layer(net, doc, i, enc);
    net->kernels->quantize(n, dim, enc->in, enc->tag.values, enc->tag.scales);
}
