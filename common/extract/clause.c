#include "extract/clause.h"

struct fm_clause *fm_clause_add(struct fm_clauses *all, const char *rule,
                                uint32_t head)
{
    struct fm_clause *items = fm_arena_grow(
        all->ctx->arena, all->items, all->count, sizeof *all->items, &all->cap);
    struct fm_clause *clause;

    if (items == NULL)
        return NULL;
    all->items = items;
    clause = &items[all->count++];
    memset(clause, 0, sizeof *clause);
    clause->rule = rule;
    clause->head = head;
    clause->top = head;
    clause->subject.head = FM_NO_TOKEN;
    clause->subject.without = FM_NO_TOKEN;
    return clause;
}

void fm_clause_drop(struct fm_clauses *all)
{
    all->count--;
}

/* Finders, in the order in which their facts are listed. */
static void (*const finders[])(struct fm_clauses *all) = {
    fm_clause_find_verbs,
    fm_clause_find_copulas,
    fm_clause_find_nouns,
};

void fm_extract_clauses(struct fm_context *ctx)
{
    struct fm_clauses all = {.ctx = ctx, .doc = ctx->doc, .tree = ctx->tree};

    if (ctx->tree == NULL || !fm_clause_index_facts(&all))
        return;
    for (size_t s = 0; s < ctx->doc->sentence_count; s++) {
        const struct fm_sentence *sentence = &ctx->doc->sentences[s];

        if (sentence->kind != FM_BLOCK_PROSE)
            continue;
        all.sentence = s;
        all.first = sentence->first;
        all.last = sentence->last;
        all.count = 0;
        for (size_t i = 0; i < sizeof finders / sizeof *finders; i++)
            finders[i](&all);
        if (ctx->minimal)
            fm_clause_write_minimal(&all);
        else
            fm_clause_write_full(&all);
    }
}
