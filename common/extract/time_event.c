#include "extract/time_event.h"

#include "extract/nominal.h"
#include "extract/phrase.h"
#include "extract/time_verb.h"

/* Verbs that are walked up for a shared time. */
#define STEPS_MAX 6u

void fm_time_find_verbs(struct fm_context *ctx)
{
    const struct fm_tree *tree = ctx->tree;

    if (tree == NULL || ctx->time_count == 0)
        return;
    ctx->time_tops =
        fm_arena_array(ctx->arena, ctx->time_count, sizeof *ctx->time_tops);
    if (ctx->time_tops == NULL)
        return;
    for (size_t i = 0; i < ctx->time_count; i++)
        ctx->time_tops[i] = fm_time_top(tree, ctx->times[i]->span->start,
                                        ctx->times[i]->span->end);
}

/* Is it a stretch of the calendar, or one that can be told when more is known? */
static bool is_when(const struct fm_context *ctx, size_t i)
{
    const Factmill__V1__Time *t = ctx->times[i];

    switch (ctx->time_types[i]) {
    case FACTMILL__V1__TIME__TYPE__DATE:
    case FACTMILL__V1__TIME__TYPE__TIME:
        return t->precision != FACTMILL__V1__TIME__PRECISION__UNKNOWN;
    case FACTMILL__V1__TIME__TYPE__DURATION_TYPE: return t->start[0] != '\0';
    case FACTMILL__V1__TIME__TYPE__SET:
    case FACTMILL__V1__TIME__TYPE__TYPE_UNSPECIFIED:
    case _FACTMILL__V1__TIME__TYPE_IS_INT_SIZE: break;
    }
    return false;
}

/* "up from December", "more than in 2013": what is compared with. */
static bool is_compared(const struct fm_tree *tree, uint32_t top,
                        const Factmill__V1__Time *t)
{
    struct fm_phrase before = fm_phrase_case(tree, top);

    if (before.first >= before.last)
        return false;
    if (fm_tree_word(tree, before.first, "from"))
        return t->precision != FACTMILL__V1__TIME__PRECISION__RANGE;
    return fm_tree_word(tree, before.first, "than") ||
           fm_tree_word(tree, before.first, "compared") ||
           fm_tree_word(tree, before.first, "against");
}

/* Times of the sentence that ends at byte end begin with the first behind byte
 * start. */
static size_t first_time(const struct fm_context *ctx, uint32_t start)
{
    size_t low = 0;
    size_t high = ctx->time_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (ctx->times[middle]->span->start < start)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The time that hangs from the verb, directly or as part of its predicate; with
 * before, only one that stands before byte before. */
static size_t own_time(const struct fm_context *ctx, uint32_t verb,
                       uint32_t before)
{
    const struct fm_tree *tree = ctx->tree;
    const struct fm_doc *doc = ctx->doc;
    size_t s = fm_doc_sentence_at(doc, doc->start[verb]);
    size_t best = SIZE_MAX;

    for (size_t i = first_time(ctx, doc->sentences[s].start);
         i < ctx->time_count && ctx->times[i]->span->start < before &&
         ctx->times[i]->span->start < doc->sentences[s].end;
         i++) {
        uint32_t top = ctx->time_tops[i];

        if (top == FM_NO_TOKEN || !is_when(ctx, i) ||
            fm_tree_head(tree, top) != verb ||
            is_compared(tree, top, ctx->times[i]))
            continue;
        /* "on Monday in 2014": the first; "in 2014, on Monday": likewise. */
        if (best == SIZE_MAX ||
            ctx->times[i]->precision < ctx->times[best]->precision)
            best = i;
    }
    return best;
}

/* Where the clause of verb i begins to say who or what: its subject or itself. */
static uint32_t clause_begins(const struct fm_tree *tree, uint32_t i)
{
    uint32_t subject = fm_tree_child(tree, i, FM_DEP_NSUBJ, 0);

    if (subject == FM_NO_TOKEN)
        subject = fm_tree_child(tree, i, FM_DEP_NSUBJ_PASS, 0);
    return subject != FM_NO_TOKEN && subject < i ? tree->left[subject] : i;
}

/* Does the clause of verb i hold within that of its head? */
static bool is_within(const struct fm_tree *tree, uint32_t i)
{
    enum fm_dep dep = fm_tree_dep(tree, i);

    if (dep == FM_DEP_XCOMP)
        return true;
    /* "fell on Monday, losing two points" */
    return dep == FM_DEP_ADVCL && !fm_tree_has(tree, i, FM_DEP_MARK) &&
           !fm_tree_has(tree, i, FM_DEP_NSUBJ);
}

/* "said that during 2014 the number rose": a time between the conjunction and the
 * subject is of this clause, whatever the tree says. */
static size_t time_before_subject(const struct fm_context *ctx, uint32_t verb)
{
    const struct fm_tree *tree = ctx->tree;
    const struct fm_doc *doc = ctx->doc;
    uint32_t mark = fm_tree_child(tree, verb, FM_DEP_MARK, 0);
    uint32_t begins = clause_begins(tree, verb);

    if (mark == FM_NO_TOKEN || mark >= begins)
        return SIZE_MAX;
    for (size_t i = first_time(ctx, doc->end[mark]);
         i < ctx->time_count && ctx->times[i]->span->end <= doc->start[begins];
         i++)
        if (is_when(ctx, i))
            return i;
    return SIZE_MAX;
}

/* "last October, when sales fell": the time that the clause is about. */
static size_t antecedent(const struct fm_context *ctx, uint32_t verb)
{
    const struct fm_tree *tree = ctx->tree;
    enum fm_dep dep = fm_tree_dep(tree, verb);
    uint32_t head = fm_tree_head(tree, verb);

    if (dep != FM_DEP_ACL_RELCL && dep != FM_DEP_ADVCL_RELCL)
        return SIZE_MAX;
    for (size_t i = first_time(ctx, ctx->doc->start[tree->left[head]]);
         i < ctx->time_count &&
         ctx->times[i]->span->start <= ctx->doc->start[head];
         i++)
        if (ctx->time_tops[i] == head && is_when(ctx, i))
            return i;
    return SIZE_MAX;
}

/* "was expressed at the session of the council in September 2015": the time of the
 * event at which it happens. */
static const Factmill__V1__Time *time_of_occasion(struct fm_context *ctx,
                                                  uint32_t verb)
{
    static const char *const words[] = {"at", "during", "in", "on"};
    const struct fm_tree *tree = ctx->tree;

    for (uint32_t k = tree->first[verb]; k < tree->first[verb + 1]; k++) {
        uint32_t c = tree->child[k];
        struct fm_phrase before = fm_phrase_case(tree, c);
        const Factmill__V1__Time *time;

        if (fm_tree_dep(tree, c) != FM_DEP_OBL || before.first >= before.last ||
            !fm_tree_words(tree, before.first, words,
                           sizeof words / sizeof *words) ||
            !fm_nominal_is_event(tree, c))
            continue;
        time = fm_time_of_phrase(ctx, c, FM_NO_TOKEN);
        for (uint32_t n = tree->first[c];
             time == NULL && n < tree->first[c + 1]; n++)
            if (fm_tree_dep(tree, tree->child[n]) == FM_DEP_NMOD)
                time = fm_time_of_phrase(ctx, tree->child[n], FM_NO_TOKEN);
        if (time != NULL)
            return time;
    }
    return NULL;
}

static Factmill__V1__Time *copy_of(struct fm_context *ctx,
                                   const Factmill__V1__Time *time)
{
    Factmill__V1__Time *copy = fm_arena_alloc(ctx->arena, sizeof *copy);

    if (copy == NULL)
        return NULL;
    *copy = *time;
    copy->basis = FACTMILL__V1__TIME__BASIS__CONTEXT;
    return copy;
}

Factmill__V1__Time *fm_time_of_verb(struct fm_context *ctx, uint32_t verb)
{
    const struct fm_tree *tree = ctx->tree;
    const Factmill__V1__Time *occasion;
    size_t found;

    if (tree == NULL || ctx->time_tops == NULL || verb == FM_NO_TOKEN)
        return NULL;
    found = own_time(ctx, verb, UINT32_MAX);
    if (found == SIZE_MAX)
        found = time_before_subject(ctx, verb);
    if (found == SIZE_MAX)
        found = antecedent(ctx, verb);
    if (found != SIZE_MAX)
        return ctx->times[found];
    occasion = time_of_occasion(ctx, verb);
    if (occasion != NULL)
        return copy_of(ctx, occasion);
    for (size_t steps = 0; steps < STEPS_MAX; steps++) {
        uint32_t head = fm_tree_head(tree, verb);

        if (head == verb)
            return NULL;
        if (fm_tree_dep(tree, verb) == FM_DEP_CONJ)
            found =
                own_time(ctx, head, ctx->doc->start[clause_begins(tree, head)]);
        else if (is_within(tree, verb))
            found = own_time(ctx, head, UINT32_MAX);
        else
            return NULL;
        if (found != SIZE_MAX)
            return copy_of(ctx, ctx->times[found]);
        verb = head;
    }
    return NULL;
}

Factmill__V1__Time *fm_time_of_phrase(struct fm_context *ctx, uint32_t i,
                                      uint32_t without)
{
    const struct fm_tree *tree = ctx->tree;
    const struct fm_doc *doc = ctx->doc;

    if (tree == NULL || ctx->time_tops == NULL || i == FM_NO_TOKEN)
        return NULL;
    for (size_t k = first_time(ctx, doc->start[tree->left[i]]);
         k < ctx->time_count &&
         ctx->times[k]->span->start < doc->end[tree->right[i] - 1];
         k++) {
        uint32_t top = ctx->time_tops[k];

        if (top != FM_NO_TOKEN && is_when(ctx, k) &&
            fm_tree_head(tree, top) == i && top != without &&
            !is_compared(tree, top, ctx->times[k]))
            return ctx->times[k];
    }
    return NULL;
}
