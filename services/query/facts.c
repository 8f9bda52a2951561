/* GetFact, ListFacts, SearchFacts. */
#include "query/check.h"
#include "query/rows.h"

/* Field 1 of both responses. */
#define ROWS 1u
/* A full text query: more words than anyone types. */
#define QUERY_MAX 4096u

enum fm_error fm_query_get_fact(struct fm_query_thread *thread,
                                const char *method,
                                const ProtobufCMessage *request,
                                struct fm_buf *body, struct fm_why *why)
{
    const Factmill__V1__GetFactRequest *get =
        (const Factmill__V1__GetFactRequest *)request;
    struct fm_id id;

    (void)method;
    if (!fm_id_parse(fm_str(get->id), &id))
        return fm_fail_field(FM_EINVAL, why, "id", "FACT_ID",
                             "id is not the 32 hex digits of a fact");
    return thread->reader->ops->get_fact(thread->reader, &id, body, why);
}

static size_t reply_limit(const struct fm_query_thread *thread)
{
    return (size_t)thread->query->max_message_bytes - FM_QUERY_SLACK;
}

enum fm_error fm_query_list_facts(struct fm_query_thread *thread,
                                  const char *method,
                                  const ProtobufCMessage *request,
                                  struct fm_buf *body, struct fm_why *why)
{
    const Factmill__V1__ListFactsRequest *list =
        (const Factmill__V1__ListFactsRequest *)request;
    struct fm_page page;
    struct fm_rows rows;
    bool more = false;
    enum fm_error error = fm_check_filter(list->filter, why);

    if (error == FM_OK)
        error = fm_check_order(list->order_by, why);
    if (error == FM_OK)
        error = fm_page_init(&page, thread->secret, method, request, why);
    if (error != FM_OK)
        return error;
    fm_rows_init(&rows, body, reply_limit(thread), ROWS);
    error = thread->reader->ops->list_facts(thread->reader, list->filter,
                                            list->order_by, &page.store,
                                            fm_rows_add, &rows, why, &more);
    return error != FM_OK ? error : fm_rows_end(&rows, &page, more, why);
}

enum fm_error fm_query_search_facts(struct fm_query_thread *thread,
                                    const char *method,
                                    const ProtobufCMessage *request,
                                    struct fm_buf *body, struct fm_why *why)
{
    const Factmill__V1__SearchFactsRequest *search =
        (const Factmill__V1__SearchFactsRequest *)request;
    struct fm_str query = fm_str_trim(fm_str(search->query));
    struct fm_page page;
    struct fm_rows rows;
    bool more = false;
    enum fm_error error = fm_check_filter(search->filter, why);

    if (error == FM_OK)
        error = fm_check_text(search->query, QUERY_MAX, "query", why);
    if (error == FM_OK && query.len == 0)
        error = fm_fail_field(FM_EINVAL, why, "query", "QUERY",
                              "query is empty; to list facts without words "
                              "call ListFacts");
    if (error == FM_OK)
        error = fm_page_init(&page, thread->secret, method, request, why);
    if (error != FM_OK)
        return error;
    fm_rows_init(&rows, body, reply_limit(thread), ROWS);
    error = thread->reader->ops->search_facts(
        thread->reader, query, search->filter, &page.store, fm_rows_add_hit,
        &rows, why, &more);
    return error != FM_OK ? error : fm_rows_end(&rows, &page, more, why);
}
