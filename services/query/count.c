/* Timeline, Aggregate. */
#include "query/check.h"
#include "query/query.h"

enum fm_error fm_query_timeline(struct fm_query_thread *thread,
                                const char *method,
                                const ProtobufCMessage *request,
                                struct fm_buf *body, struct fm_why *why)
{
    const Factmill__V1__TimelineRequest *timeline =
        (const Factmill__V1__TimelineRequest *)request;
    Factmill__V1__TimelineResponse *reply = NULL;
    enum fm_error error = fm_check_filter(timeline->filter, why);

    (void)method;
    if (error == FM_OK)
        error = thread->reader->ops->timeline(thread->reader, timeline,
                                              &thread->arena, why, &reply);
    return error == FM_OK ? fm_query_pack(&reply->base, body) : error;
}

enum fm_error fm_query_aggregate(struct fm_query_thread *thread,
                                 const char *method,
                                 const ProtobufCMessage *request,
                                 struct fm_buf *body, struct fm_why *why)
{
    const Factmill__V1__AggregateRequest *aggregate =
        (const Factmill__V1__AggregateRequest *)request;
    Factmill__V1__AggregateResponse *reply = NULL;
    enum fm_error error = fm_check_filter(aggregate->filter, why);

    (void)method;
    if (error == FM_OK)
        error = thread->reader->ops->aggregate(thread->reader, aggregate,
                                               &thread->arena, why, &reply);
    return error == FM_OK ? fm_query_pack(&reply->base, body) : error;
}
