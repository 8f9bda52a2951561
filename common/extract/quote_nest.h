/* Sayings within what others say: which are left out, and the chains of the
 * others. Private to the files of quotes and reports. */
#ifndef FM_EXTRACT_QUOTE_NEST_H
#define FM_EXTRACT_QUOTE_NEST_H

#include "extract/quote_saying.h"

/* Fills the parents of all sayings (in the order of the text). What somebody is
 * said to say stays; what they are said to think or want goes: the clause says
 * it, attributed. */
void fm_quote_nest(struct fm_reading *r, struct fm_sayings *sayings);
/* When all are facts: each gets the attributions of those around it, outermost
 * first. */
void fm_quote_chain(struct fm_reading *r, struct fm_sayings *sayings);

#endif
