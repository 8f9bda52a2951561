/* Quantities without syntax: numbers with what they count or measure, parts of
 * a whole, ranges, and changes ("from 46 to 17", "by 12 per cent", "doubled").
 *
 * Modules in the order of work: lexeme.c and number.c read the number, unit.c
 * what it is a number of, quantity_read.c the qualifiers and ranges,
 * quantity_filter.c says which numbers are none (dates, names, scores),
 * quantity_phrase.c finds the noun phrase, quantity_change.c the verb of change,
 * quantity.c makes the facts.
 *
 * A QUANTITY fact's subject is what the number is about; its predicate is the
 * verb of change, "be", or "number". Of headings and boilerplate there are
 * quantities but no facts. Needs ctx->times. */
#ifndef FM_EXTRACT_QUANTITY_H
#define FM_EXTRACT_QUANTITY_H

#include "extract/context.h"

/* Fills ctx->quantities and adds QUANTITY facts. Linear in the text. */
void fm_extract_quantities(struct fm_context *ctx);

#endif
