/* Events that nouns tell of: "the signing of the charter in 1996", "the attacks
 * in Sund on Monday". A family that finds EVENT facts: who or what took part, when
 * and where. Over syntax. */
#ifndef FM_EXTRACT_NOMINAL_H
#define FM_EXTRACT_NOMINAL_H

#include "extract/context.h"

void fm_extract_nominal_events(struct fm_context *ctx);
/* Is token i a noun that something that happens is called by? */
bool fm_nominal_is_event(const struct fm_tree *tree, uint32_t i);

#endif
