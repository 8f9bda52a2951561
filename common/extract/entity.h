/* The entities of an article: names, their short forms, surnames and variants,
 * each one entity; and the arguments that stand for them.
 *
 * Conservative: what is not known to be the same stays two entities. */
#ifndef FM_EXTRACT_ENTITY_H
#define FM_EXTRACT_ENTITY_H

#include "extract/context.h"

/* Mentions of one article: the reply of a worker must fit into one message. */
#define FM_MENTIONS_MAX 20000u
/* Other names of one entity that are kept; more are misreadings. */
#define FM_ALIASES_MAX 16u

/* Fills extraction's entities (numbered from 1) and mentions (ascending, those
 * of the title last) and the `entity` of all facts' arguments whose words are,
 * or whose head is, a mention. */
void fm_extract_entities(struct fm_context *ctx,
                         Factmill__V1__Extraction *extraction);

#endif
