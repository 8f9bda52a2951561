/* The full view: one fact for a clause, with all its arguments. */
#include "extract/clause.h"

#define K(name) FACTMILL__V1__FACT__KIND__##name

static Factmill__V1__Argument *argument_of(struct fm_clauses *all,
                                           const struct fm_clause_part *part)
{
    return fm_clause_argument(
        all, part, part->clausal ? FM_PHRASE_CLAUSE : FM_PHRASE_FULL);
}

static void write_clause(struct fm_clauses *all, const struct fm_clause *clause)
{
    struct fm_context *ctx = all->ctx;
    Factmill__V1__Fact *fact =
        fm_context_fact(ctx, K(RELATION), clause->rule, all->sentence, 0.5f);

    if (fact == NULL)
        return;
    fact->subject = argument_of(all, &clause->subject);
    fact->predicate = fm_clause_words(all, clause, clause->implied,
                                      clause->words, clause->word_count);
    for (size_t k = 0; k < clause->part_count; k++)
        fm_context_add_argument(ctx, fact, argument_of(all, &clause->parts[k]));
    fm_clause_complete(all, clause, fact);
}

void fm_clause_write_full(struct fm_clauses *all)
{
    for (size_t i = 0; i < all->count; i++)
        if (!fm_clause_is_known(all, &all->items[i]))
            write_clause(all, &all->items[i]);
}
