/* The full view: one fact for a clause, with all its arguments. */
#include "extract/clause.h"

#define R(name) FACTMILL__V1__ARGUMENT__ROLE__##name
#define K(name) FACTMILL__V1__FACT__KIND__##name

static Factmill__V1__Argument *argument_of(struct fm_clauses *all,
                                           const struct fm_clause_part *part)
{
    struct fm_context *ctx = all->ctx;
    const struct fm_doc *doc = all->doc;
    struct fm_phrase phrase =
        fm_phrase_of(all->tree, part->head, FM_PHRASE_FULL, part->without);
    Factmill__V1__Argument *a;

    a = fm_context_argument(ctx, (Factmill__V1__Argument__Role)part->role,
                            doc->start[phrase.first],
                            doc->end[phrase.last - 1]);
    if (a != NULL && part->before.first < part->before.last)
        a->preposition = fm_arena_copy(
            ctx->arena, fm_context_text(ctx, doc->start[part->before.first],
                                        doc->end[part->before.last - 1]));
    return a;
}

static const char *const implied_words[] = {"", "be", "have"};

/* The words as they are in the text, those that are apart joined by a space. */
static struct fm_str join_words(struct fm_clauses *all,
                                const struct fm_clause *clause, char *buffer,
                                size_t size)
{
    const struct fm_doc *doc = all->doc;
    size_t n = 0;

    if (clause->implied != FM_IMPLIED_NOTHING) {
        n = strlen(implied_words[clause->implied]);
        memcpy(buffer, implied_words[clause->implied], n);
    }
    for (size_t i = 0; i < clause->word_count; i++) {
        uint32_t word = clause->words[i];
        struct fm_str bytes = fm_doc_token(doc, word);

        if (n + bytes.len + 1 > size)
            break;
        if (n > 0 && (i == 0 || doc->end[word - 1] != doc->start[word] ||
                      clause->words[i - 1] != word - 1))
            buffer[n++] = ' ';
        memcpy(buffer + n, bytes.data, bytes.len);
        n += bytes.len;
    }
    return fm_str_n(buffer, n);
}

/* The stretch of words without a gap that word at is in. */
static struct fm_phrase run_of(const struct fm_clause *clause, size_t at)
{
    struct fm_phrase run = {clause->words[at], clause->words[at] + 1};

    for (size_t k = at; k-- > 0 && clause->words[k] + 1 == run.first;)
        run.first--;
    for (size_t k = at + 1;
         k < clause->word_count && clause->words[k] == run.last; k++)
        run.last++;
    return run;
}

Factmill__V1__Predicate *fm_clause_words(struct fm_clauses *all,
                                         const struct fm_clause *clause)
{
    struct fm_context *ctx = all->ctx;
    Factmill__V1__Predicate *p;
    char buffer[256];
    struct fm_phrase run;
    size_t main = 0;

    if (clause->word_count == 0)
        return fm_context_predicate(ctx, fm_str(implied_words[clause->implied]),
                                    0, 0);
    for (size_t i = 0; i < clause->word_count; i++)
        if (clause->words[i] == clause->head)
            main = i;
    run = run_of(clause, main);
    p = fm_context_predicate(ctx, all->doc->form[clause->words[main]],
                             all->doc->start[run.first],
                             all->doc->end[run.last - 1]);
    if (p != NULL)
        p->text = fm_arena_copy(ctx->arena,
                                join_words(all, clause, buffer, sizeof buffer));
    return p != NULL && p->text != NULL ? p : NULL;
}

/* What has a time or a place is something that happened. */
static void place_in_time(struct fm_clauses *all,
                          const struct fm_clause_part *part,
                          Factmill__V1__Argument *argument,
                          Factmill__V1__Fact *fact)
{
    const Factmill__V1__Time *time;

    if (argument == NULL || argument->span == NULL)
        return;
    if (part->role == R(PLACE) && fact->place == NULL)
        fact->place = argument;
    if (part->role != R(TIME) || part->clausal || fact->time != NULL)
        return;
    time = fm_context_time_within(all->ctx, argument->span->start,
                                  argument->span->end);
    if (time != NULL) {
        fact->time = fm_arena_alloc(all->ctx->arena, sizeof *time);
        if (fact->time != NULL)
            *fact->time = *time;
    }
}

static void write_clause(struct fm_clauses *all, const struct fm_clause *clause)
{
    struct fm_context *ctx = all->ctx;
    Factmill__V1__Fact *fact =
        fm_context_fact(ctx, K(RELATION), clause->rule, all->sentence, 0.5f);

    if (fact == NULL)
        return;
    fact->subject = argument_of(all, &clause->subject);
    fact->predicate = fm_clause_words(all, clause);
    for (size_t k = 0; k < clause->part_count; k++) {
        Factmill__V1__Argument *a = argument_of(all, &clause->parts[k]);

        fm_context_add_argument(ctx, fact, a);
        place_in_time(all, &clause->parts[k], a, fact);
    }
    if (!clause->copula && (fact->time != NULL || fact->place != NULL))
        fact->kind = K(EVENT);
    if (clause->word_count > 0)
        fm_scope_apply(ctx, fact, all->sentence, clause->head);
    fm_clause_attribute(all, clause, fact);
}

void fm_clause_write_full(struct fm_clauses *all)
{
    for (size_t i = 0; i < all->count; i++)
        if (!fm_clause_is_known(all, &all->items[i]))
            write_clause(all, &all->items[i]);
}
