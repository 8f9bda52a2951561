#include "extract/tie.h"

/* The first mention that ends behind byte at. */
static size_t mention_behind(const Factmill__V1__Extraction *x, uint32_t at)
{
    size_t low = 0;
    size_t high = x->n_mentions;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (x->mentions[mid]->span->end <= at)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* Words behind which a noun phrase says something about its head. */
static bool ends_head(struct fm_str word)
{
    static const char *const words[] = {
        "about", "after",  "against", "among",   "at",      "before", "between",
        "by",    "during", "for",     "from",    "in",      "into",   "of",
        "on",    "over",   "that",    "through", "to",      "under",  "which",
        "who",   "whose",  "with",    "within",  "without",
    };

    return fm_str_eqz(word, ",") || fm_str_eqz(word, "(") ||
           fm_str_eqz(word, "\xe2\x80\x93") ||
           fm_str_bsearch(word, words, sizeof words / sizeof *words) >= 0;
}

/* Where the head of the phrase [start, end) ends: before the first word that
 * qualifies it, unless that is part of a name. */
static uint32_t head_end(const struct fm_context *ctx,
                         const Factmill__V1__Extraction *x, uint32_t start,
                         uint32_t end)
{
    const struct fm_doc *doc = ctx->doc;
    size_t mention = mention_behind(x, start);

    for (size_t i = fm_doc_token_at(doc, start);
         i < doc->token_count && doc->start[i] < end; i++) {
        while (mention < x->n_mentions &&
               x->mentions[mention]->span->end <= doc->start[i])
            mention++;
        if (mention < x->n_mentions &&
            x->mentions[mention]->span->start <= doc->start[i])
            continue;
        if (doc->start[i] > start && ends_head(doc->form[i]))
            return doc->end[i - 1];
    }
    return end;
}

static uint64_t entity_of(const struct fm_context *ctx,
                          const Factmill__V1__Extraction *x,
                          const Factmill__V1__Span *span)
{
    uint32_t end = head_end(ctx, x, span->start, span->end);
    uint64_t entity = 0;

    for (size_t i = mention_behind(x, span->start);
         i < x->n_mentions && x->mentions[i]->span->start < end; i++) {
        const Factmill__V1__Mention *m = x->mentions[i];

        if (m->span->end == end ||
            (m->span->start <= span->start && m->span->end >= span->end))
            entity = m->entity;
    }
    return entity;
}

static void tie(const struct fm_context *ctx, const Factmill__V1__Extraction *x,
                Factmill__V1__Argument *a)
{
    if (a != NULL && a->entity == 0 && a->span != NULL &&
        a->span->field == FACTMILL__V1__SPAN__FIELD__TEXT &&
        a->role != FACTMILL__V1__ARGUMENT__ROLE__CONTENT &&
        a->role != FACTMILL__V1__ARGUMENT__ROLE__TIME)
        a->entity = entity_of(ctx, x, a->span);
}

void fm_tie_facts(struct fm_context *ctx, Factmill__V1__Extraction *extraction)
{
    for (size_t i = 0; i < ctx->fact_count; i++) {
        Factmill__V1__Fact *fact = ctx->facts[i];

        tie(ctx, extraction, fact->subject);
        tie(ctx, extraction, fact->place);
        for (size_t k = 0; k < fact->n_arguments; k++)
            tie(ctx, extraction, fact->arguments[k]);
        for (size_t k = 0; k < fact->n_attribution; k++) {
            tie(ctx, extraction, fact->attribution[k]->source);
            tie(ctx, extraction, fact->attribution[k]->venue);
        }
    }
}
