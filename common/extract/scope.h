/* Is it so, is it not, may it be: polarity and modality of what a sentence says,
 * and the words that make it so.
 *
 * Over syntax (scope.c): what stands with the predicate (auxiliaries, "never",
 * "perhaps", "if"), with its subject and objects ("nobody"), and the predicates
 * above it ("failed to", "plans to", "it is possible that"). Without syntax
 * (scope_words.c): the words before it in its clause. */
#ifndef FM_EXTRACT_SCOPE_H
#define FM_EXTRACT_SCOPE_H

#include "extract/context.h"
#include "extract/tree.h"

/* Words that are shown as the cause; more is a misreading. */
#define FM_SCOPE_TRIGGERS_MAX 6u

struct fm_scope {
    Factmill__V1__Fact__Polarity polarity;
    Factmill__V1__Fact__Modality modality;
    uint32_t triggers[FM_SCOPE_TRIGGERS_MAX]; /* tokens */
    size_t trigger_count;
};

/* Of the predicate that token at is, or is part of. */
struct fm_scope fm_scope_of(const struct fm_tree *tree, uint32_t at);
/* The same by the words before token at, at most a dozen. */
struct fm_scope fm_scope_by_words(const struct fm_doc *doc, size_t sentence,
                                  uint32_t at);
/* Writes one of them into a fact, with its triggers. */
void fm_scope_apply(struct fm_context *ctx, Factmill__V1__Fact *fact,
                    size_t sentence, size_t at);

#endif
