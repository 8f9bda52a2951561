/* Sayings within what others say: "A said B had claimed that it rains". */
#include "extract/quote_nest.h"

#include <stdlib.h>

/* Sayings one within the other: deeper ones are misread. */
#define DEPTH_MAX 4u

struct owners {
    struct fm_reading *r;
    const struct fm_sayings *sayings;
    uint32_t *of; /* of each token: number + 1 of the innermost saying */
};

static bool in_cue(const struct fm_saying *s, uint32_t i)
{
    return i >= s->cue.first && i < s->cue.last;
}

static void mark(struct owners *o, uint32_t number, uint32_t start,
                 uint32_t end)
{
    const struct fm_doc *doc = o->r->doc;
    const struct fm_saying *s = &o->sayings->all[number];

    for (size_t i = fm_doc_token_at(doc, start);
         i < doc->token_count && doc->start[i] < end; i++)
        if (!in_cue(s, (uint32_t)i))
            o->of[i] = number + 1;
}

/* Of what is quoted only the quoted words are said. */
static void mark_content(struct owners *o, uint32_t number)
{
    const struct fm_saying *s = &o->sayings->all[number];

    if (s->kind != FACTMILL__V1__FACT__KIND__QUOTE)
        mark(o, number, s->start, s->end);
    for (size_t i = 0;
         s->kind == FACTMILL__V1__FACT__KIND__QUOTE && i < s->piece_count; i++)
        mark(o, number, s->pieces[i].start, s->pieces[i].end);
}

struct sized {
    uint32_t size;
    uint32_t number;
};

static int longest_first(const void *a, const void *b)
{
    const struct sized *x = a;
    const struct sized *y = b;

    if (x->size != y->size)
        return x->size > y->size ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

/* Somebody's words, or a text's, rather than an attitude that the clause tells
 * as well. */
static bool is_speech(const struct fm_saying *s)
{
    return s->kind == FACTMILL__V1__FACT__KIND__QUOTE || s->speech ||
           (s->type == FACTMILL__V1__ATTRIBUTION__TYPE__DOCUMENT &&
            strcmp(s->rule, "report.that") == 0);
}

/* An attitude that somebody else reports is a fact of theirs (RELATION), not a
 * saying of its own. */
static void drop_attitudes(struct fm_sayings *sayings)
{
    size_t n = 0;
    uint32_t *moved = sayings->moved;

    for (size_t i = 0; i < sayings->count; i++) {
        bool keep = sayings->all[i].parent == 0 || is_speech(&sayings->all[i]);

        moved[i] = keep ? (uint32_t)n + 1 : 0;
        if (keep)
            sayings->all[n++] = sayings->all[i];
    }
    sayings->count = n;
    for (size_t i = 0; i < n; i++)
        if (sayings->all[i].parent > 0)
            sayings->all[i].parent = moved[sayings->all[i].parent - 1];
}

/* Sayings before and behind among which overlaps are looked for. */
#define NEAR 6u

/* "According to A, it rains, B said": what A says ends before B. */
static void cut_overlaps(struct fm_reading *r, struct fm_sayings *sayings)
{
    for (size_t i = 0; i < sayings->count; i++) {
        const struct fm_saying *by = &sayings->all[i];
        uint32_t cue;

        if (strcmp(by->rule, "report.inverted") != 0 ||
            fm_tokens_empty(by->cue) || by->start >= by->end)
            continue;
        cue = r->doc->start[by->cue.first];
        for (size_t k = i > NEAR ? i - NEAR : 0;
             k < sayings->count && k < i + NEAR; k++) {
            struct fm_saying *s = &sayings->all[k];

            if (k != i && s->start > by->start && s->start < by->end &&
                by->end <= cue && s->end > cue)
                s->end = by->end;
        }
    }
}

void fm_quote_nest(struct fm_reading *r, struct fm_sayings *sayings)
{
    struct fm_arena *arena = r->ctx->arena;
    size_t n = sayings->count;
    struct sized *order = fm_arena_array(arena, n + 1, sizeof *order);
    struct owners o = {.r = r, .sayings = sayings};

    o.of = fm_arena_array(arena, r->doc->token_count + 1, sizeof *o.of);
    sayings->moved = fm_arena_array(arena, n + 1, sizeof *sayings->moved);
    if (order == NULL || o.of == NULL || sayings->moved == NULL)
        return;
    cut_overlaps(r, sayings);
    for (uint32_t i = 0; i < n; i++)
        order[i] =
            (struct sized){sayings->all[i].end - sayings->all[i].start, i};
    qsort(order, n, sizeof *order, longest_first);
    for (size_t i = 0; i < n; i++)
        mark_content(&o, order[i].number);
    for (size_t i = 0; i < n; i++) {
        struct fm_saying *s = &sayings->all[i];
        size_t at = fm_doc_token_at(r->doc, s->at);

        if (!fm_tokens_empty(s->cue))
            at = s->cue.first;
        s->parent = at < r->doc->token_count ? o.of[at] : 0;
        if (s->parent == i + 1)
            s->parent = 0;
    }
    drop_attitudes(sayings);
}

void fm_quote_chain(struct fm_reading *r, struct fm_sayings *sayings)
{
    for (size_t i = 0; i < sayings->count; i++) {
        Factmill__V1__Fact *fact = sayings->all[i].fact;
        Factmill__V1__Attribution *chain[DEPTH_MAX];
        size_t n = 0;
        uint32_t up = sayings->all[i].parent;

        if (fact == NULL || up == 0)
            continue;
        for (; up != 0 && up != i + 1 && n < DEPTH_MAX;
             up = sayings->all[up - 1].parent)
            if (sayings->all[up - 1].attribution != NULL)
                chain[n++] = sayings->all[up - 1].attribution;
        fact->n_attribution = 0;
        fact->attribution = NULL;
        while (n > 0)
            fm_context_add_attribution(r->ctx, fact, chain[--n]);
        if (sayings->all[i].attribution != NULL)
            fm_context_add_attribution(r->ctx, fact,
                                       sayings->all[i].attribution);
    }
}
