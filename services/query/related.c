/* Related, ListRoles. */
#include "query/check.h"
#include "query/query.h"

enum fm_error fm_query_related(struct fm_query_thread *thread,
                               const char *method,
                               const ProtobufCMessage *request,
                               struct fm_buf *body, struct fm_why *why)
{
    const Factmill__V1__RelatedRequest *related =
        (const Factmill__V1__RelatedRequest *)request;
    Factmill__V1__RelatedResponse *reply = NULL;
    enum fm_error error = fm_check_filter(related->filter, why);

    (void)method;
    if (error == FM_OK && related->entity == 0)
        error = fm_fail_field(FM_EINVAL, why, "entity", "ID_EMPTY",
                              "entity is missing; find it with ListEntities");
    if (error == FM_OK)
        error = thread->reader->ops->related(thread->reader, related,
                                             &thread->arena, why, &reply);
    return error == FM_OK ? fm_query_pack(&reply->base, body) : error;
}

enum fm_error fm_query_list_roles(struct fm_query_thread *thread,
                                  const char *method,
                                  const ProtobufCMessage *request,
                                  struct fm_buf *body, struct fm_why *why)
{
    const Factmill__V1__ListRolesRequest *list =
        (const Factmill__V1__ListRolesRequest *)request;
    Factmill__V1__ListRolesResponse *reply = NULL;
    enum fm_error error = thread->reader->ops->list_roles(
        thread->reader, list, &thread->arena, why, &reply);

    (void)method;
    return error == FM_OK ? fm_query_pack(&reply->base, body) : error;
}
