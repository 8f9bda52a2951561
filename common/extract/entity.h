/* The entities of an article: names, their short forms and their holders. */
#ifndef FM_EXTRACT_ENTITY_H
#define FM_EXTRACT_ENTITY_H

#include "extract/context.h"

/* Fills extraction's entities and mentions and ties the arguments of all facts
 * to them. */
void fm_extract_entities(struct fm_context *ctx,
                         Factmill__V1__Extraction *extraction);

#endif
