#include "extract/tree.h"

#include "extract/mend.h"

/* Steps from a word to the root that are walked at most: more than a sentence
 * can have, so that a circle ends. */
#define STEPS_MAX FM_SENTENCE_TOKENS_MAX

/* Longest word that is looked up. */
#define WORD_MAX 24u

static void link_children(struct fm_tree *tree)
{
    const uint32_t *head = tree->head;
    size_t n = tree->doc->token_count;

    for (size_t i = 0; i < n; i++)
        if (head[i] != i)
            tree->first[head[i] + 1]++;
    for (size_t i = 0; i < n; i++)
        tree->first[i + 1] += tree->first[i];
    tree->first[n + 1] = tree->first[n];
    /* Now first[h + 1] is where h's children end. Filled from the back, it moves
     * down to where they begin, one place further than it should be. */
    for (size_t i = n; i-- > 0;)
        if (head[i] != i)
            tree->child[--tree->first[head[i] + 1]] = (uint32_t)i;
    for (size_t i = 0; i <= n; i++)
        tree->first[i] = tree->first[i + 1];
}

static void find_edges(struct fm_tree *tree)
{
    const uint32_t *head = tree->head;
    uint32_t n = (uint32_t)tree->doc->token_count;

    for (uint32_t i = 0; i < n; i++) {
        tree->left[i] = i;
        tree->right[i] = i + 1;
    }
    for (uint32_t i = 0; i < n; i++) {
        uint32_t at = i;

        for (size_t steps = 0; steps < STEPS_MAX; steps++) {
            if (head[at] == at)
                break;
            at = head[at];
            if (i < tree->left[at])
                tree->left[at] = i;
            if (i + 1 > tree->right[at])
                tree->right[at] = i + 1;
        }
    }
}

bool fm_tree_build(const struct fm_doc *doc, struct fm_arena *arena,
                   struct fm_tree *ret_tree)
{
    size_t n = doc->token_count;
    struct fm_tree tree = {.doc = doc};

    if (doc->head == NULL || doc->deprel == NULL || doc->upos == NULL ||
        doc->xpos == NULL)
        return false;
    tree.head = fm_arena_array(arena, n + 1, sizeof *tree.head);
    tree.dep = fm_arena_array(arena, n + 1, sizeof *tree.dep);
    tree.first = fm_arena_array(arena, n + 2, sizeof *tree.first);
    tree.child = fm_arena_array(arena, n + 1, sizeof *tree.child);
    tree.left = fm_arena_array(arena, n + 1, sizeof *tree.left);
    tree.right = fm_arena_array(arena, n + 1, sizeof *tree.right);
    if (tree.first == NULL || tree.child == NULL || tree.left == NULL ||
        tree.right == NULL || tree.head == NULL || tree.dep == NULL)
        return false;
    for (size_t i = 0; i < n; i++)
        tree.head[i] = doc->head[i] < n ? doc->head[i] : (uint32_t)i;
    memcpy(tree.dep, doc->deprel, n * sizeof *tree.dep);
    fm_mend_tree(doc, tree.head, tree.dep);
    link_children(&tree);
    find_edges(&tree);
    *ret_tree = tree;
    return true;
}

uint32_t fm_tree_child(const struct fm_tree *tree, uint32_t i, enum fm_dep dep,
                       uint32_t from)
{
    for (uint32_t c = tree->first[i]; c < tree->first[i + 1]; c++)
        if (tree->child[c] >= from && fm_tree_dep(tree, tree->child[c]) == dep)
            return tree->child[c];
    return FM_NO_TOKEN;
}

size_t fm_tree_count(const struct fm_tree *tree, uint32_t i, enum fm_dep dep)
{
    size_t n = 0;

    for (uint32_t c = tree->first[i]; c < tree->first[i + 1]; c++)
        n += fm_tree_dep(tree, tree->child[c]) == dep;
    return n;
}

bool fm_tree_below(const struct fm_tree *tree, uint32_t i, uint32_t top)
{
    for (size_t steps = 0; steps < STEPS_MAX; steps++) {
        if (i == top)
            return true;
        if (fm_tree_is_root(tree, i))
            return false;
        i = fm_tree_head(tree, i);
    }
    return false;
}

size_t fm_tree_depth(const struct fm_tree *tree, uint32_t i)
{
    size_t depth = 0;

    while (depth < STEPS_MAX && !fm_tree_is_root(tree, i)) {
        i = fm_tree_head(tree, i);
        depth++;
    }
    return depth;
}

bool fm_tree_word(const struct fm_tree *tree, uint32_t i, const char *word)
{
    return fm_str_ieq(tree->doc->form[i], fm_str(word));
}

bool fm_tree_words(const struct fm_tree *tree, uint32_t i,
                   const char *const *sorted, size_t n)
{
    struct fm_str form = tree->doc->form[i];
    char lower[WORD_MAX];

    if (form.len > sizeof lower)
        return false;
    for (size_t k = 0; k < form.len; k++)
        lower[k] = fm_lower(form.data[k]);
    return fm_str_bsearch(fm_str_n(lower, form.len), sorted, n) >= 0;
}
