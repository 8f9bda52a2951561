#include "extract/quote.h"

#include "extract/quote_nest.h"
#include "nlp/tags.h"

#include <stdlib.h>

/* Bytes at which the paragraphs of the document begin. */
static uint32_t *paragraph_starts(const struct fm_doc *doc,
                                  struct fm_arena *arena, size_t *ret_n)
{
    uint32_t *starts =
        fm_arena_array(arena, doc->sentence_count + 1, sizeof *starts);
    size_t n = 0;

    if (starts == NULL)
        return NULL;
    for (size_t i = 0; i < doc->sentence_count; i++)
        if (i == 0 ||
            doc->sentences[i].paragraph != doc->sentences[i - 1].paragraph)
            starts[n++] = doc->sentences[i].start;
    *ret_n = n;
    return starts;
}

/* Marks the tokens within the outer quotes. */
static void mark_inside(struct fm_reading *r)
{
    for (size_t i = 0; i < r->quotes.count; i++) {
        const struct fm_quote *q = &r->quotes.quotes[i];

        if (q->depth > 0 || q->mark == FM_QUOTE_DASH)
            continue;
        for (uint32_t k = 0; k < q->piece_count; k++) {
            const struct fm_quote_piece *p = &r->quotes.pieces[q->piece + k];
            size_t t = fm_doc_token_at(r->doc, p->start);

            for (; t < r->doc->token_count && r->doc->start[t] < p->end; t++)
                if (r->doc->start[t] >= p->start)
                    r->inside[t] = (uint32_t)i + 1;
        }
    }
}

/* Tokens before a noun among which what says that it is one is looked for. */
#define NOUN_REACH 4u

/* "six states", "the claims": tagged as a noun, and something hangs from it as
 * from a noun. */
static bool is_noun(const struct fm_doc *doc, size_t i)
{
    size_t from = i > NOUN_REACH ? i - NOUN_REACH : 0;

    if (doc->upos[i] != FM_NOUN && doc->upos[i] != FM_PROPN)
        return false;
    for (size_t k = from; k < i; k++)
        if (doc->head[k] == i &&
            (doc->deprel[k] == FM_DEP_DET || doc->deprel[k] == FM_DEP_NUMMOD ||
             doc->deprel[k] == FM_DEP_AMOD || doc->deprel[k] == FM_DEP_CASE ||
             doc->deprel[k] == FM_DEP_NMOD_POSS))
            return true;
    return false;
}

/* What syntax takes for a noun is no reporting verb, whatever it looks like. */
static void drop_nouns(struct fm_reading *r)
{
    const struct fm_doc *doc = r->doc;

    for (size_t i = 0; doc->upos != NULL && i < doc->token_count; i++)
        if (r->words.verb[i] != NULL && is_noun(doc, i))
            r->words.verb[i] = NULL;
}

static bool reading_init(struct fm_reading *r, struct fm_context *ctx)
{
    uint32_t *starts;
    size_t n = 0;

    memset(r, 0, sizeof *r);
    r->ctx = ctx;
    r->doc = ctx->doc;
    starts = paragraph_starts(ctx->doc, ctx->arena, &n);
    r->inside = fm_arena_array(ctx->arena, ctx->doc->token_count + 1,
                               sizeof *r->inside);
    r->taken = fm_arena_alloc(ctx->arena, ctx->doc->token_count + 1);
    r->cued = fm_arena_alloc(ctx->arena, ctx->doc->token_count + 1);
    if (starts == NULL || r->inside == NULL || r->taken == NULL ||
        r->cued == NULL || !fm_words_read(ctx->doc, ctx->arena, &r->words))
        return false;
    drop_nouns(r);
    fm_quote_scan(ctx->doc->text, starts, n, ctx->arena, &r->quotes);
    mark_inside(r);
    return ctx->arena->failed == FM_OK;
}

static int by_place(const void *a, const void *b)
{
    const struct fm_saying *x = a;
    const struct fm_saying *y = b;

    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return (x->start > y->start) - (x->start < y->start);
}

/* Sayings become facts in the order of the text, so that "he" is the one who
 * spoke last. */
void fm_extract_quotes(struct fm_context *ctx)
{
    struct fm_speaker_memory memory = {.count = 0};
    struct fm_sayings sayings = {.all = NULL};
    struct fm_reading r;

    if (ctx->doc->token_count == 0 || !reading_init(&r, ctx))
        return;
    fm_quote_direct(&r, &sayings);
    sayings.direct = sayings.count;
    if (sayings.count > 0)
        qsort(sayings.all, sayings.count, sizeof *sayings.all, by_place);
    for (size_t i = 0; i < ctx->doc->sentence_count; i++)
        if (ctx->doc->sentences[i].kind == FM_BLOCK_PROSE)
            fm_quote_reports(&r, &sayings, i);
    if (ctx->arena->failed != FM_OK || sayings.count == 0)
        return;
    qsort(sayings.all, sayings.count, sizeof *sayings.all, by_place);
    fm_quote_nest(&r, &sayings);
    for (size_t i = 0; i < sayings.count; i++)
        fm_saying_emit(&r, &memory, &sayings.all[i]);
    fm_quote_chain(&r, &sayings);
}
