/* The trees of a document, as the rules of clauses look at them: who hangs from
 * a word, and which words a phrase takes up. Made once for an article out of
 * the columns head and deprel; a view, it owns nothing but index arrays. */
#ifndef FM_EXTRACT_TREE_H
#define FM_EXTRACT_TREE_H

#include "nlp/document.h"
#include "nlp/tags.h"

/* No token. */
#define FM_NO_TOKEN UINT32_MAX

struct fm_tree {
    const struct fm_doc *doc;
    /* Heads and relations of the tokens, mended (extract/mend.h). */
    uint32_t *head;
    uint8_t *dep;
    /* Children of token i in the order of the text: child[first[i]] up to
     * child[first[i + 1]]. A root is nobody's child. */
    uint32_t *first;
    uint32_t *child;
    /* Token i and all below it lie within tokens [left[i], right[i]). */
    uint32_t *left;
    uint32_t *right;
};

/* Tokens [first, last). */
struct fm_phrase {
    uint32_t first;
    uint32_t last;
};

/* False when the document has no syntax, or the arena is full. Heads that lead
 * in circles do no harm. */
bool fm_tree_build(const struct fm_doc *doc, struct fm_arena *arena,
                   struct fm_tree *ret_tree);
/* The first child of token i with this relation at or behind token from;
 * FM_NO_TOKEN = none. */
uint32_t fm_tree_child(const struct fm_tree *tree, uint32_t i, enum fm_dep dep,
                       uint32_t from);
/* The number of i's children with this relation. */
size_t fm_tree_count(const struct fm_tree *tree, uint32_t i, enum fm_dep dep);
/* Is token i below token top, or top itself? */
bool fm_tree_below(const struct fm_tree *tree, uint32_t i, uint32_t top);
/* How many steps from token i to the root. */
size_t fm_tree_depth(const struct fm_tree *tree, uint32_t i);
/* Is token i this word (lower case)? Case of ASCII letters does not count. */
bool fm_tree_word(const struct fm_tree *tree, uint32_t i, const char *word);
/* Is it one of n sorted words? */
bool fm_tree_words(const struct fm_tree *tree, uint32_t i,
                   const char *const *sorted, size_t n);

static inline uint32_t fm_tree_head(const struct fm_tree *tree, uint32_t i)
{
    return tree->head[i];
}

static inline bool fm_tree_is_root(const struct fm_tree *tree, uint32_t i)
{
    return tree->head[i] == i;
}

static inline enum fm_dep fm_tree_dep(const struct fm_tree *tree, uint32_t i)
{
    return (enum fm_dep)tree->dep[i];
}

/* A verb by either of its tags, which are guessed apart. */
static inline bool fm_tree_is_verb(const struct fm_tree *tree, uint32_t i)
{
    uint8_t upos = tree->doc->upos[i];
    uint8_t xpos = tree->doc->xpos[i];

    return upos == FM_VERB || upos == FM_AUX ||
           (upos != FM_ADJ && xpos >= FM_XPOS_VB && xpos <= FM_XPOS_VBZ);
}

static inline bool fm_tree_has(const struct fm_tree *tree, uint32_t i,
                               enum fm_dep dep)
{
    return fm_tree_child(tree, i, dep, 0) != FM_NO_TOKEN;
}

#endif
