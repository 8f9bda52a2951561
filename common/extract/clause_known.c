/* What earlier families found in the sentence: what a clause need not say again,
 * and who says it. */
#include "extract/clause.h"

#define K(name) FACTMILL__V1__FACT__KIND__##name

bool fm_clause_index_facts(struct fm_clauses *all)
{
    struct fm_context *ctx = all->ctx;
    size_t sentences = ctx->doc->sentence_count;

    all->known_first =
        fm_arena_array(ctx->arena, sentences + 1, sizeof *all->known_first);
    all->known_next = fm_arena_array(ctx->arena, ctx->fact_count + 1,
                                     sizeof *all->known_next);
    if (all->known_first == NULL || all->known_next == NULL)
        return false;
    for (size_t i = ctx->fact_count; i-- > 0;) {
        size_t s = ctx->facts[i]->evidence->sentence;

        all->known_next[i] = all->known_first[s];
        all->known_first[s] = (uint32_t)i + 1;
    }
    return true;
}

static bool covers(const Factmill__V1__Span *span, uint32_t at)
{
    return span != NULL && span->field == FACTMILL__V1__SPAN__FIELD__TEXT &&
           span->start <= at && at < span->end;
}

static bool is_speech(const Factmill__V1__Fact *fact)
{
    return fact->kind == K(QUOTE) || fact->kind == K(REPORTED);
}

/* The role fact may have found subject and post the other way round. */
static bool same_role(const Factmill__V1__Fact *fact, uint32_t one,
                      uint32_t other)
{
    const Factmill__V1__Span *person =
        fact->subject != NULL ? fact->subject->span : NULL;
    const Factmill__V1__Span *post =
        fact->n_arguments > 0 ? fact->arguments[0]->span : NULL;

    return (covers(person, one) && covers(post, other)) ||
           (covers(person, other) && covers(post, one));
}

bool fm_clause_is_known(const struct fm_clauses *all,
                        const struct fm_clause *clause)
{
    const uint32_t *start = all->doc->start;

    for (uint32_t i = all->known_first[all->sentence]; i != 0;
         i = all->known_next[i - 1]) {
        const Factmill__V1__Fact *fact = all->ctx->facts[i - 1];

        if (is_speech(fact) && fact->predicate != NULL &&
            clause->word_count > 0 &&
            covers(fact->predicate->span, start[clause->head]))
            return true;
        if (fact->kind == K(ROLE) && clause->copula && clause->part_count > 0 &&
            same_role(fact, start[clause->subject.head],
                      start[clause->parts[0].head]))
            return true;
    }
    return false;
}

/* Is byte at in what the fact says was said? */
static bool is_content(const Factmill__V1__Fact *fact, uint32_t at)
{
    for (size_t i = 0; i < fact->n_quote; i++)
        if (covers(fact->quote[i], at))
            return true;
    for (size_t i = 0; i < fact->n_arguments; i++)
        if (fact->arguments[i]->role == FACTMILL__V1__ARGUMENT__ROLE__CONTENT &&
            covers(fact->arguments[i]->span, at))
            return true;
    return false;
}

/* "plans to build": that it plans so is not its own word. */
static bool is_own_cue(const struct fm_clauses *all,
                       const struct fm_clause *clause,
                       const Factmill__V1__Fact *said)
{
    for (size_t i = 0; said->predicate != NULL && i < clause->word_count; i++)
        if (covers(said->predicate->span, all->doc->start[clause->words[i]]))
            return true;
    return false;
}

void fm_clause_attribute(struct fm_clauses *all, const struct fm_clause *clause,
                         Factmill__V1__Fact *fact)
{
    uint32_t at = all->doc->start[clause->head];

    for (uint32_t i = all->known_first[all->sentence]; i != 0;
         i = all->known_next[i - 1]) {
        const Factmill__V1__Fact *said = all->ctx->facts[i - 1];

        if (!is_speech(said) || !is_content(said, at) ||
            is_own_cue(all, clause, said))
            continue;
        for (size_t k = 0; k < said->n_attribution; k++)
            fm_context_add_attribution(all->ctx, fact, said->attribution[k]);
        return;
    }
}
