/* Other names that an article gives a thing: "Orbis Inc, formerly Nordchip",
 * "Abu Karim, also known as “the Clerk”". A family that finds RELATION facts, by
 * the words between the two names. */
#ifndef FM_EXTRACT_ALIAS_H
#define FM_EXTRACT_ALIAS_H

#include "extract/context.h"

void fm_extract_aliases(struct fm_context *ctx);

#endif
