/* Which bytes of a sentence are words of facts: one style a byte. Later marks
 * lie over earlier ones. */
#ifndef FM_CLI_PAINT_H
#define FM_CLI_PAINT_H

#include "cli/term.h"
#include "factmill/v1/fact.pb-c.h"

/* Sentences longer than this are shown plain. */
#define FM_PAINT_MAX (64u << 10)

struct fm_paint {
    uint8_t *styles; /* enum fm_style; NULL = nothing is painted */
    size_t len;
    uint32_t start; /* offset of the sentence in its field */
    Factmill__V1__Span__Field field;
};

/* For the sentence at span (NULL = none). */
void fm_paint_init(struct fm_paint *paint, const Factmill__V1__Span *span);
void fm_paint_release(struct fm_paint *paint);
/* Marks the words of one more fact. */
void fm_paint_fact(struct fm_paint *paint, const Factmill__V1__Fact *fact);
/* Marks bytes of the sentence itself; span counts from its start. */
void fm_paint_match(struct fm_paint *paint, const Factmill__V1__Span *span);
/* Adds the sentence to a paragraph. */
void fm_paint_write(const struct fm_paint *paint, struct fm_str sentence,
                    struct fm_para *para);

#endif
