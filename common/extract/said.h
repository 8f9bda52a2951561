/* Who says what stands at a place of the text: the quotes and reports that the
 * family of quotes found, by their content. For families that run behind it. */
#ifndef FM_EXTRACT_SAID_H
#define FM_EXTRACT_SAID_H

#include "extract/context.h"

struct fm_said;

/* Lists what is said; NULL = nothing is, or memory ran out. */
struct fm_said *fm_said_list(struct fm_context *ctx);
/* Gives fact the attribution of the innermost saying whose content holds byte at.
 * Asked with ascending at it takes constant time; said may be NULL. */
void fm_said_attribute(struct fm_said *said, struct fm_context *ctx,
                       Factmill__V1__Fact *fact, uint32_t at);

#endif
