/* Short forms and what they stand for: "Long Form (LF)", "LF (Long Form)", and
 * capitals that were never expanded in brackets but match the initials of a
 * capitalised phrase of the same article.
 *
 * Brackets: A. Schwartz, M. Hearst, "A simple algorithm for identifying
 * abbreviation definitions in biomedical text", PSB 2003. */
#ifndef FM_EXTRACT_ABBREVIATION_H
#define FM_EXTRACT_ABBREVIATION_H

#include "extract/context.h"

/* ABBREVIATION facts (subject = short form, "stand for", object = long form)
 * and ctx->abbreviations, one entry a short form and meaning. */
void fm_extract_abbreviations(struct fm_context *ctx);

/* Schwartz and Hearst's match: where the shortest long form of `form` begins
 * that ends at the end of text; SIZE_MAX = none. */
size_t fm_abbreviation_match(struct fm_str form, struct fm_str text);
/* How many capitalised words of a phrase are skipped when letters (capitals,
 * no stops) are read as its initials: 0 is a perfect match, -1 no match. Small
 * joining words may be skipped for nothing. */
int fm_abbreviation_initials(struct fm_str letters, struct fm_str phrase);

#endif
