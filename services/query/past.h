/* Entities as the store stood at a time: their facts are counted as of it, since
 * the totals that are kept are those of now. */
#ifndef FM_QUERY_PAST_H
#define FM_QUERY_PAST_H

#include "query/query.h"

/* Facts and articles of an entity as of then, into entity and, by kind, into
 * counts (NULL = not wanted). */
enum fm_error fm_past_entity(struct fm_query_thread *thread,
                             Google__Protobuf__Timestamp *as_of,
                             Factmill__V1__Entity *entity, struct fm_why *why,
                             Factmill__V1__AggregateResponse **ret_counts);
/* The same for all of a page; those who were not known then are left out. */
enum fm_error fm_past_entities(struct fm_query_thread *thread,
                               Google__Protobuf__Timestamp *as_of,
                               Factmill__V1__Entity **entities, size_t *n,
                               struct fm_why *why);

#endif
