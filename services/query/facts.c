/* GetFact, ListFacts, SearchFacts. */
#include "base/wire.h"
#include "query/check.h"
#include "query/rows.h"

/* Field 1 of both responses. */
#define ROWS 1u
/* Of SearchFactsResponse. */
#define FACETS 3u
/* Facets of one search, and counts of one. */
#define FACETS_MAX   4u
#define FACET_COUNTS 10
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

/* The words of the query and those of the filter. */
static enum fm_error all_words(const Factmill__V1__SearchFactsRequest *search,
                               struct fm_arena *arena, struct fm_why *why,
                               Factmill__V1__FactFilter *ret)
{
    if (search->filter != NULL)
        *ret = *search->filter;
    else
        factmill__v1__fact_filter__init(ret);
    ret->text =
        ret->text[0] == '\0'
            ? search->query
            : fm_arena_printf(arena, "(%s) AND (%s)", ret->text, search->query);
    return ret->text != NULL
               ? FM_OK
               : fm_fail(FM_ENOMEM, why, NULL, "no memory for a query");
}

/* With the first page; see query.proto. */
static enum fm_error add_facets(struct fm_query_thread *thread,
                                const Factmill__V1__SearchFactsRequest *search,
                                struct fm_buf *body, struct fm_why *why)
{
    Factmill__V1__AggregateResponse *answers[FACETS_MAX];
    Factmill__V1__FactFilter filter;
    struct fm_buf packed;
    enum fm_error error = all_words(search, &thread->arena, why, &filter);

    if (error == FM_OK && search->n_facets > FACETS_MAX)
        error = fm_fail_field(FM_EINVAL, why, "facets", "TOO_MANY",
                              "at most %u facets at a time", FACETS_MAX);
    if (error == FM_OK)
        error = thread->reader->ops->facets(
            thread->reader, &filter, search->facets, search->n_facets,
            FACET_COUNTS, &thread->arena, why, answers);
    fm_buf_init(&packed, reply_limit(thread));
    for (size_t i = 0; error == FM_OK && i < search->n_facets; i++) {
        Factmill__V1__Facet facet;

        factmill__v1__facet__init(&facet);
        facet.by = search->facets[i];
        facet.counts = answers[i]->counts;
        facet.n_counts = answers[i]->n_counts;
        facet.total = answers[i]->total;
        fm_buf_reset(&packed);
        error = fm_query_pack(&facet.base, &packed);
        fm_wire_bytes(body, FACETS, fm_buf_view(&packed));
    }
    fm_buf_release(&packed);
    return error == FM_OK ? fm_buf_error(body) : error;
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
    if (error == FM_OK)
        error = fm_rows_end(&rows, &page, more, why);
    return error == FM_OK && search->n_facets > 0 && !page.store.after.set
               ? add_facets(thread, search, body, why)
               : error;
}
