/* Negation and modality of a clause by its words, without syntax. */
#ifndef FM_EXTRACT_SCOPE_H
#define FM_EXTRACT_SCOPE_H

#include "extract/context.h"

struct fm_scope {
    Factmill__V1__Fact__Polarity polarity;
    Factmill__V1__Fact__Modality modality;
    /* Tokens of the words that caused them; SIZE_MAX = none. */
    size_t negation;
    size_t modal;
};

/* Of what stands at token `at` of a sentence: looks back to the start of the
 * clause, at most a dozen tokens. */
struct fm_scope fm_scope_at(const struct fm_doc *doc, size_t sentence,
                            size_t at);
/* The same, written into a fact with its triggers. */
void fm_scope_apply(struct fm_context *ctx, Factmill__V1__Fact *fact,
                    size_t sentence, size_t at);

#endif
