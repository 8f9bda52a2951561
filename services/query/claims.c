/* ListClaims, GetClaim. */
#include "query/check.h"
#include "query/query.h"

/* Hex digits of a fact's id, the longer of the two kinds. */
#define ID_MAX 32u

static enum fm_error read_page(struct fm_query_thread *thread,
                               const Factmill__V1__ListClaimsRequest *request,
                               const struct fm_page *page, struct fm_buf *body,
                               struct fm_why *why)
{
    Factmill__V1__ListClaimsResponse *reply = NULL;
    struct fm_store_cursor next;
    char token[FM_PAGE_TEXT];
    bool more = false;
    enum fm_error error = thread->reader->ops->list_claims(
        thread->reader, request, &page->store, &thread->arena, why, &reply,
        &next, &more);

    if (error != FM_OK)
        return error;
    if (more) {
        fm_page_token(page, &next, token);
        reply->next_page_token = token;
    }
    return fm_query_pack(&reply->base, body);
}

enum fm_error fm_query_list_claims(struct fm_query_thread *thread,
                                   const char *method,
                                   const ProtobufCMessage *request,
                                   struct fm_buf *body, struct fm_why *why)
{
    const Factmill__V1__ListClaimsRequest *list =
        (const Factmill__V1__ListClaimsRequest *)request;
    struct fm_page page;
    enum fm_error error = fm_check_filter(list->filter, why);

    if (error == FM_OK)
        error = fm_page_init(&page, thread->secret, method, request, why);
    return error == FM_OK ? read_page(thread, list, &page, body, why) : error;
}

enum fm_error fm_query_get_claim(struct fm_query_thread *thread,
                                 const char *method,
                                 const ProtobufCMessage *request,
                                 struct fm_buf *body, struct fm_why *why)
{
    const Factmill__V1__GetClaimRequest *get =
        (const Factmill__V1__GetClaimRequest *)request;
    Factmill__V1__GetClaimResponse *reply = NULL;
    enum fm_error error = fm_check_text(get->id, ID_MAX, "id", why);

    (void)method;
    if (error == FM_OK)
        error = thread->reader->ops->get_claim(thread->reader, get,
                                               &thread->arena, why, &reply);
    return error == FM_OK ? fm_query_pack(&reply->base, body) : error;
}
