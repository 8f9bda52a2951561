#include "extract/finish.h"

#include "base/hash.h"
#include "extract/confidence.h"

/* --- ids ------------------------------------------------------------------------------ */

static void hash_number(struct fm_blake2b *state, uint64_t n)
{
    uint8_t bytes[8];

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(n >> (8 * i));
    fm_blake2b_add(state, bytes, sizeof bytes);
}

static void hash_span(struct fm_blake2b *state, const Factmill__V1__Span *span)
{
    hash_number(state, span != NULL);
    if (span == NULL)
        return;
    hash_number(state, span->start);
    hash_number(state, span->end);
    hash_number(state, (uint64_t)span->field);
}

static void hash_argument(struct fm_blake2b *state,
                          const Factmill__V1__Argument *a)
{
    hash_number(state, a != NULL);
    if (a == NULL)
        return;
    hash_number(state, (uint64_t)a->role);
    fm_blake2b_field(state, fm_str(a->text));
    hash_span(state, a->span);
}

/* What all facts of an article share, hashed once. */
static void hash_article(const struct fm_context *ctx,
                         struct fm_blake2b *ret_state)
{
    fm_blake2b_init(ret_state, sizeof(struct fm_id), fm_str_n(NULL, 0));
    fm_blake2b_field(ret_state, fm_str(ctx->article->source));
    fm_blake2b_field(ret_state, fm_str(ctx->article->id));
    hash_number(ret_state, ctx->version);
    fm_blake2b_field(ret_state, fm_str(ctx->article->title));
    fm_blake2b_field(ret_state, fm_str(ctx->article->text));
}

/* The first half of an id is the article's, the second the fact's with all of
 * its article: a store finds all facts of an article by one key, and two facts
 * have the same id only if both hashes collide. */
static void hash_fact(const struct fm_blake2b *article,
                      const Factmill__V1__Fact *fact, struct fm_id *ret_id)
{
    struct fm_blake2b state = *article;
    struct fm_blake2b alone = *article;
    uint8_t first[sizeof ret_id->bytes];

    hash_number(&state, (uint64_t)fact->kind);
    fm_blake2b_field(&state, fm_str(fact->rule));
    hash_span(&state, fact->evidence->span);
    hash_argument(&state, fact->subject);
    fm_blake2b_field(&state, fact->predicate != NULL
                                 ? fm_str(fact->predicate->lemma)
                                 : fm_str_n(NULL, 0));
    hash_span(&state, fact->predicate != NULL ? fact->predicate->span : NULL);
    for (size_t i = 0; i < fact->n_arguments; i++)
        hash_argument(&state, fact->arguments[i]);
    hash_span(&state, fact->quantity != NULL ? fact->quantity->span : NULL);
    hash_span(&state, fact->time != NULL ? fact->time->span : NULL);
    hash_argument(&state, fact->place);
    for (size_t i = 0; i < fact->n_quote; i++)
        hash_span(&state, fact->quote[i]);
    for (size_t i = 0; i < fact->n_attribution; i++)
        hash_argument(&state, fact->attribution[i]->source);
    fm_blake2b_end(&state, ret_id->bytes);
    fm_blake2b_end(&alone, first);
    memcpy(ret_id->bytes, first, sizeof first / 2);
}

/* --- order and doubles ------------------------------------------------------------------ */

static uint32_t subject_start(const Factmill__V1__Fact *fact)
{
    if (fact->subject == NULL || fact->subject->span == NULL)
        return 0;
    return fact->subject->span->start;
}

static int compare(const void *left, const void *right)
{
    const Factmill__V1__Fact *a = *(Factmill__V1__Fact *const *)left;
    const Factmill__V1__Fact *b = *(Factmill__V1__Fact *const *)right;

    if (a->evidence->span->start != b->evidence->span->start)
        return a->evidence->span->start < b->evidence->span->start ? -1 : 1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if (subject_start(a) != subject_start(b))
        return subject_start(a) < subject_start(b) ? -1 : 1;
    if (a->confidence < b->confidence || a->confidence > b->confidence)
        return a->confidence > b->confidence ? -1 : 1;
    return strcmp(a->id, b->id);
}

static bool same_argument(const Factmill__V1__Argument *a,
                          const Factmill__V1__Argument *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return a->role == b->role && strcmp(a->text, b->text) == 0;
}

static bool same_quotes(const Factmill__V1__Fact *a,
                        const Factmill__V1__Fact *b)
{
    if (a->n_quote != b->n_quote)
        return false;
    for (size_t i = 0; i < a->n_quote; i++)
        if (a->quote[i]->start != b->quote[i]->start)
            return false;
    return true;
}

static bool same_span(const Factmill__V1__Span *a, const Factmill__V1__Span *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return a->start == b->start && a->end == b->end;
}

/* Do two facts of one sentence say the same, whatever rule found them? */
static bool same_statement(const Factmill__V1__Fact *a,
                           const Factmill__V1__Fact *b)
{
    if (a->kind != b->kind || a->polarity != b->polarity ||
        a->modality != b->modality || a->n_arguments != b->n_arguments ||
        !same_argument(a->subject, b->subject) || !same_quotes(a, b) ||
        (a->predicate == NULL) != (b->predicate == NULL) ||
        (a->quantity == NULL) != (b->quantity == NULL))
        return false;
    if (a->predicate != NULL &&
        strcmp(a->predicate->lemma, b->predicate->lemma) != 0)
        return false;
    if (a->quantity != NULL && !same_span(a->quantity->span, b->quantity->span))
        return false;
    for (size_t i = 0; i < a->n_arguments; i++)
        if (!same_argument(a->arguments[i], b->arguments[i]))
            return false;
    return true;
}

/* facts: ordered; of equal ones the surest is kept. Facts of one sentence are
 * few, so each is held against those kept before it. */
static size_t drop_doubles(Factmill__V1__Fact **facts, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++) {
        size_t k = kept;
        bool doubled = false;

        while (k > 0 && !doubled &&
               facts[k - 1]->evidence->span->start ==
                   facts[i]->evidence->span->start) {
            k--;
            doubled = same_statement(facts[k], facts[i]);
        }
        if (!doubled)
            facts[kept++] = facts[i];
        else if (facts[i]->confidence > facts[k]->confidence)
            facts[k] = facts[i];
    }
    return kept;
}

/* --- what the extraction shows -------------------------------------------------------------- */

/* Prose sentences only: headings and leftovers are no sentences of the text.
 * Returns their numbers by the document's, NULL when memory ran out. */
static uint32_t *number_sentences(struct fm_context *ctx,
                                  Factmill__V1__Extraction *extraction)
{
    const struct fm_doc *doc = ctx->doc;
    size_t n = doc->sentence_count;
    uint32_t *numbers = fm_arena_array(ctx->arena, n + 1, sizeof *numbers);

    extraction->sentences =
        fm_arena_array(ctx->arena, n + 1, sizeof *extraction->sentences);
    if (numbers == NULL || extraction->sentences == NULL)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        const struct fm_sentence *s = &doc->sentences[i];

        numbers[i] = (uint32_t)extraction->n_sentences;
        if (s->kind != FM_BLOCK_PROSE)
            continue;
        extraction->sentences[extraction->n_sentences] =
            fm_context_span(ctx, s->start, s->end);
        if (extraction->sentences[extraction->n_sentences] == NULL)
            return NULL;
        extraction->n_sentences++;
    }
    return numbers;
}

/* Ids, and what a fact has from its article; false when memory ran out. */
static bool complete(struct fm_context *ctx, Factmill__V1__Fact *fact,
                     const struct fm_blake2b *article, const char *extractor)
{
    struct fm_id id;
    char hex[33];

    hash_fact(article, fact, &id);
    fm_id_hex(&id, hex);
    fact->id = fm_arena_copy(ctx->arena, fm_str_n(hex, 32));
    fact->article = ctx->article->id;
    fact->source = ctx->article->source;
    fact->version = ctx->version;
    fact->extractor = fm_arena_copy(ctx->arena, fm_str(extractor));
    fact->published = ctx->article->published;
    fact->confidence = fm_confidence_settle(fact->rule, fact->confidence);
    return fact->id != NULL && fact->extractor != NULL;
}

static bool is_whole(const struct fm_context *ctx,
                     const Factmill__V1__Fact *fact)
{
    size_t s = fact->evidence->sentence;

    return s < ctx->doc->sentence_count &&
           ctx->doc->sentences[s].kind == FM_BLOCK_PROSE &&
           (fact->subject != NULL || fact->n_arguments > 0 ||
            fact->n_quote > 0 || fact->quantity != NULL);
}

void fm_extract_finish(struct fm_context *ctx,
                       Factmill__V1__Extraction *extraction)
{
    uint32_t *numbers = number_sentences(ctx, extraction);
    struct fm_blake2b article;
    size_t n = 0;

    if (numbers == NULL)
        return;
    hash_article(ctx, &article);
    for (size_t i = 0; i < ctx->fact_count; i++) {
        if (!is_whole(ctx, ctx->facts[i]))
            continue;
        if (!complete(ctx, ctx->facts[i], &article, extraction->extractor))
            return;
        ctx->facts[n++] = ctx->facts[i];
    }
    if (n > 0) {
        qsort(ctx->facts, n, sizeof(Factmill__V1__Fact *), compare);
        n = drop_doubles(ctx->facts, n);
    }
    if (n > FM_FACTS_MAX)
        n = FM_FACTS_MAX;
    for (size_t i = 0; i < n; i++)
        ctx->facts[i]->evidence->sentence =
            numbers[ctx->facts[i]->evidence->sentence];
    extraction->facts = ctx->facts;
    extraction->n_facts = ctx->fact_count = n;
    extraction->times = ctx->time_mentions;
    extraction->n_times = ctx->time_mention_count;
}
