/* When something happened: the time that goes with a verb, its own or one that
 * holds for several clauses. Over syntax; without, times are near things only.
 *
 *   own       hangs from the verb: "sold it on Friday"
 *   shared    stands before the first of several joined clauses ("In 2014 he came
 *             and she left"), or goes with the verb that this one completes
 *             ("decided in May to sell", "fell on Monday, losing two points")
 *
 * A time of a clause that is only reported, added or supposed is not taken from
 * the clause around it. Private to this folder. */
#ifndef FM_EXTRACT_TIME_EVENT_H
#define FM_EXTRACT_TIME_EVENT_H

#include "extract/context.h"

/* Notes which verb each time hangs from; fm_extract_times calls it. */
void fm_time_find_verbs(struct fm_context *ctx);
/* The time of the verb (or predicate noun) that is token verb: of the article's
 * arena, NULL = none. A shared one has basis CONTEXT. Only times that are a date,
 * a time of day or a stretch of the calendar. */
Factmill__V1__Time *fm_time_of_verb(struct fm_context *ctx, uint32_t verb);
/* The first such time within the subtree of token i, but for the subtree of
 * without (FM_NO_TOKEN = all of it): "the January figures". */
Factmill__V1__Time *fm_time_of_phrase(struct fm_context *ctx, uint32_t i,
                                      uint32_t without);

#endif
