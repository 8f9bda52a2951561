#include "query/past.h"

#include <stdio.h>

enum fm_error fm_past_entity(struct fm_query_thread *thread,
                             Google__Protobuf__Timestamp *as_of,
                             Factmill__V1__Entity *entity, struct fm_why *why,
                             Factmill__V1__AggregateResponse **ret_counts)
{
    Factmill__V1__AggregateResponse *counts = NULL;
    Factmill__V1__AggregateRequest request;
    Factmill__V1__FactFilter filter;
    char id[24];
    enum fm_error error;

    (void)snprintf(id, sizeof id, "%llu", (unsigned long long)entity->id);
    factmill__v1__fact_filter__init(&filter);
    filter.entity = id;
    filter.as_of = as_of;
    factmill__v1__aggregate_request__init(&request);
    request.filter = &filter;
    request.by = FACTMILL__V1__AGGREGATE_BY__BY_KIND;
    error = thread->reader->ops->aggregate(thread->reader, &request,
                                           &thread->arena, why, &counts);
    if (error != FM_OK)
        return error;
    entity->facts = counts->facts->asserted + counts->facts->reported +
                    counts->facts->possible + counts->facts->negated;
    entity->articles = counts->articles;
    *ret_counts = counts;
    return FM_OK;
}

enum fm_error fm_past_entities(struct fm_query_thread *thread,
                               Google__Protobuf__Timestamp *as_of,
                               Factmill__V1__Entity **entities, size_t *n,
                               struct fm_why *why)
{
    size_t kept = 0;
    enum fm_error error = FM_OK;

    for (size_t i = 0; error == FM_OK && i < *n; i++) {
        Factmill__V1__AggregateResponse *counts = NULL;

        error = fm_past_entity(thread, as_of, entities[i], why, &counts);
        if (error == FM_OK && entities[i]->facts > 0)
            entities[kept++] = entities[i];
    }
    *n = kept;
    return error;
}
