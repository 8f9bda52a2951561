/* Ties the arguments of facts to the entities of the article. */
#ifndef FM_EXTRACT_TIE_H
#define FM_EXTRACT_TIE_H

#include "extract/context.h"

/* extraction's mentions are those of the text, ascending. An argument is the
 * entity of the mention that is all of it, or that its head ends with: "the
 * Belarusian president Alexander Lukashenko" is Lukashenko, "the president of
 * Belarus" is nobody named. */
void fm_tie_facts(struct fm_context *ctx, Factmill__V1__Extraction *extraction);

#endif
