/* The end of a run: facts in order, without doubles, with ids. */
#ifndef FM_EXTRACT_FINISH_H
#define FM_EXTRACT_FINISH_H

#include "extract/context.h"

/* Facts of one article that are kept; the reply of a worker must fit into one
 * message (4 MiB), and a fact is some 700 bytes. An ordinary article has 50. */
#define FM_FACTS_MAX 4000u

/* Drops facts that are incomplete, doubled, or not from prose; orders the rest
 * by evidence, then kind; numbers their sentences, gives ids and what they
 * share; fills extraction's sentences, times and facts. */
void fm_extract_finish(struct fm_context *ctx,
                       Factmill__V1__Extraction *extraction);

#endif
