/* Which words of a tree are a phrase one would say: the subtree of its head,
 * without the preposition before it and the remarks behind it. */
#ifndef FM_EXTRACT_PHRASE_H
#define FM_EXTRACT_PHRASE_H

#include "extract/tree.h"

enum fm_phrase_size {
    /* All of it, but for remarks set off by commas, dashes or brackets:
     * appositions, clauses that only add something. */
    FM_PHRASE_FULL,
    /* The same, of one conjunct: without what is joined to it by "and". */
    FM_PHRASE_PART,
    /* The head with what stands before it, and what is one name with it. */
    FM_PHRASE_SHORT,
    /* A clause, with all that hangs from its verb, behind its conjunction. */
    FM_PHRASE_CLAUSE,
};

/* without: a token whose subtree is left out, with all behind it; FM_NO_TOKEN =
 * none. The phrase holds the head, in one stretch of its sentence. */
struct fm_phrase fm_phrase_of(const struct fm_tree *tree, uint32_t head,
                              enum fm_phrase_size size, uint32_t without);
/* The preposition before the phrase of head ("in", "because of"); an empty range
 * of tokens = none. */
struct fm_phrase fm_phrase_case(const struct fm_tree *tree, uint32_t head);
/* The conjunction before the clause of head ("because", "in order to"). */
struct fm_phrase fm_phrase_mark(const struct fm_tree *tree, uint32_t head);
/* Is there a comma, a dash or a bracket right before the subtree of i? */
bool fm_phrase_is_set_off(const struct fm_tree *tree, uint32_t i);

/* "Sund, Halvia": is i the larger place that the smaller one before it is in? */
bool fm_phrase_is_containment(const struct fm_tree *tree, uint32_t i);
/* The name that token i is part of; NULL = none. */
const struct fm_name *fm_phrase_name(const struct fm_doc *doc, uint32_t i);

#endif
