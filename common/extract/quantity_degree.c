/* Amounts with a word that says how they are meant: "300 metres long", "36 per
 * cent higher than a year ago", "three times as many as in May". */
#include "extract/quantity_site.h"

struct direction {
    const char *word;
    Factmill__V1__Change__Direction direction;
};

#define UP   FACTMILL__V1__CHANGE__DIRECTION__INCREASE
#define DOWN FACTMILL__V1__CHANGE__DIRECTION__DECREASE

/* Sorted. Comparatives, and what they say of the earlier value. */
static const struct direction directions[] = {
    {"above", UP},     {"behind", DOWN},  {"below", DOWN},  {"bigger", UP},
    {"cheaper", DOWN}, {"dearer", UP},    {"down", DOWN},   {"faster", UP},
    {"fewer", DOWN},   {"firmer", UP},    {"greater", UP},  {"heavier", UP},
    {"higher", UP},    {"larger", UP},    {"less", DOWN},   {"lighter", DOWN},
    {"longer", UP},    {"lower", DOWN},   {"more", UP},     {"older", UP},
    {"richer", UP},    {"shorter", DOWN}, {"slower", DOWN}, {"smaller", DOWN},
    {"stronger", UP},  {"taller", UP},    {"up", UP},       {"weaker", DOWN},
    {"wider", UP},     {"younger", DOWN},
};

static Factmill__V1__Change__Direction direction_of(const struct fm_tree *tree,
                                                    uint32_t i)
{
    for (size_t k = 0; k < sizeof directions / sizeof *directions; k++)
        if (fm_tree_word(tree, i, directions[k].word))
            return directions[k].direction;
    return FACTMILL__V1__CHANGE__DIRECTION__DIRECTION_UNSPECIFIED;
}

uint32_t fm_quantity_reference(const struct fm_tree *tree,
                               const struct fm_quantity_site *site)
{
    static const char *const words[] = {"above", "as",   "behind", "below",
                                        "from",  "than", "to"};
    uint32_t head = site->degree != FM_NO_TOKEN ? site->degree : site->anchor;

    for (uint32_t k = tree->first[head]; k < tree->first[head + 1]; k++) {
        uint32_t c = tree->child[k];

        if (c > head && tree->left[c] > head &&
            fm_tree_words(tree, tree->left[c], words,
                          sizeof words / sizeof *words))
            return c;
    }
    return FM_NO_TOKEN;
}

struct fm_phrase fm_quantity_reference_words(const struct fm_tree *tree,
                                             uint32_t c)
{
    struct fm_phrase p = {tree->left[c] + 1, tree->right[c]};

    /* "than it was last summer, and …" */
    for (uint32_t i = p.first; i < p.last; i++)
        if (tree->doc->upos[i] == FM_PUNCT || tree->doc->upos[i] == FM_CCONJ)
            p.last = i;
    while (p.first + 1 < p.last && tree->doc->upos[p.last - 1] == FM_PUNCT)
        p.last--;
    return p;
}

bool fm_quantity_degree(struct fm_quantity_walk *w, const struct fm_amount *a,
                        const struct fm_quantity_site *site,
                        Factmill__V1__Quantity *q)
{
    struct fm_context *ctx = w->ctx;
    const struct fm_doc *doc = ctx->doc;
    Factmill__V1__Change__Direction direction =
        direction_of(ctx->tree, site->degree);
    uint32_t c = fm_quantity_reference(ctx->tree, site);
    const Factmill__V1__Time *time;
    Factmill__V1__Change *change;
    struct fm_phrase words;

    if (direction == FACTMILL__V1__CHANGE__DIRECTION__DIRECTION_UNSPECIFIED ||
        a->range)
        return true;
    change = fm_arena_alloc(ctx->arena, sizeof *change);
    if (change == NULL)
        return false;
    factmill__v1__change__init(change);
    change->direction = direction;
    if (!fm_quantity_put_by(ctx, a, change))
        return false;
    q->change = change;
    q->value = change->baseline; /* empty: it is no amount of its own */
    if (c == FM_NO_TOKEN)
        return true;
    words = fm_quantity_reference_words(ctx->tree, c);
    if (words.first >= words.last)
        return true;
    time = fm_context_time_within(ctx, doc->start[words.first],
                                  doc->end[words.last - 1]);
    if (time != NULL)
        return fm_quantity_put_text(ctx, fm_str(time->text), &change->baseline);
    return fm_quantity_put_text(
        ctx,
        fm_context_text(ctx, doc->start[words.first], doc->end[words.last - 1]),
        &change->baseline);
}
