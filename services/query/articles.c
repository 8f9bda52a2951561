/* GetArticle, ListArticles, GetEntity, ListEntities: messages that the store
 * makes out of several tables. */
#include "base/limits.h"
#include "query/check.h"
#include "query/past.h"

enum fm_error fm_query_pack(const ProtobufCMessage *message,
                            struct fm_buf *body)
{
    size_t size = protobuf_c_message_get_packed_size(message);
    char *to = fm_buf_reserve(body, size);

    if (to == NULL)
        return fm_buf_error(body);
    body->len += protobuf_c_message_pack(message, (uint8_t *)to);
    return FM_OK;
}

enum fm_error fm_query_get_article(struct fm_query_thread *thread,
                                   const char *method,
                                   const ProtobufCMessage *request,
                                   struct fm_buf *body, struct fm_why *why)
{
    const Factmill__V1__GetArticleRequest *get =
        (const Factmill__V1__GetArticleRequest *)request;
    Factmill__V1__GetArticleResponse response;
    enum fm_error error;

    (void)method;
    if (get->id[0] == '\0')
        return fm_fail_field(FM_EINVAL, why, "id", "ID_EMPTY", "id is empty");
    error = fm_check_text(get->id, FM_LIMIT_ID, "id", why);
    if (error == FM_OK)
        error = fm_check_text(get->source, FM_LIMIT_SOURCE, "source", why);
    if (error != FM_OK)
        return error;
    factmill__v1__get_article_response__init(&response);
    error = thread->reader->ops->get_article(
        thread->reader, get, &thread->arena, why, &response.info);
    if (error == FM_OK && (get->with_versions || get->compare_with != 0))
        error = thread->reader->ops->get_versions(
            thread->reader, get, &thread->arena, why, &response);
    return error != FM_OK ? error : fm_query_pack(&response.base, body);
}

/* The counts of then instead of those of now. */
static enum fm_error as_of_then(struct fm_query_thread *thread,
                                const Factmill__V1__GetEntityRequest *get,
                                struct fm_why *why,
                                Factmill__V1__GetEntityResponse *response)
{
    Factmill__V1__AggregateResponse *counts = NULL;
    enum fm_error error =
        fm_past_entity(thread, get->as_of, response->entity, why, &counts);

    if (error != FM_OK)
        return error;
    if (response->entity->facts == 0)
        return fm_fail_field(FM_ENOTFOUND, why, "as_of", "NOT_KNOWN_THEN",
                             "no fact of entity %llu was known then",
                             (unsigned long long)get->id);
    response->counts = counts->counts;
    response->n_counts = counts->n_counts;
    response->n_roles = 0;
    return FM_OK;
}

enum fm_error fm_query_get_entity(struct fm_query_thread *thread,
                                  const char *method,
                                  const ProtobufCMessage *request,
                                  struct fm_buf *body, struct fm_why *why)
{
    const Factmill__V1__GetEntityRequest *get =
        (const Factmill__V1__GetEntityRequest *)request;
    Factmill__V1__GetEntityResponse *response = NULL;
    enum fm_error error;

    (void)method;
    if (get->id == 0)
        return fm_fail_field(FM_EINVAL, why, "id", "ID_EMPTY",
                             "id is missing; find it with ListEntities");
    error = thread->reader->ops->get_entity(thread->reader, get->id,
                                            &thread->arena, why, &response);
    if (error == FM_OK && get->as_of != NULL)
        error = as_of_then(thread, get, why, response);
    return error != FM_OK ? error : fm_query_pack(&response->base, body);
}

/* Reads one page of a list and packs it, with its token. */
typedef enum fm_error read_page(struct fm_query_thread *thread,
                                const ProtobufCMessage *request,
                                const struct fm_page *page, struct fm_buf *body,
                                struct fm_why *why);

/* These rows are not handed out one by one, so a page that does not fit into a
 * message is read again at half its size. */
static enum fm_error read_until_it_fits(struct fm_query_thread *thread,
                                        const ProtobufCMessage *request,
                                        struct fm_page *page, read_page *read,
                                        struct fm_buf *body, struct fm_why *why)
{
    for (;;) {
        enum fm_error error = read(thread, request, page, body, why);

        if ((error != FM_ETOOBIG && error != FM_ENOMEM) ||
            page->store.size <= 1)
            return error;
        page->store.size /= 2;
        fm_buf_reset(body);
        fm_arena_reset(&thread->arena);
    }
}

static enum fm_error read_articles(struct fm_query_thread *thread,
                                   const ProtobufCMessage *request,
                                   const struct fm_page *page,
                                   struct fm_buf *body, struct fm_why *why)
{
    Factmill__V1__ListArticlesResponse response;
    struct fm_store_cursor next;
    char token[FM_PAGE_TEXT];
    bool more = false;
    enum fm_error error;

    factmill__v1__list_articles_response__init(&response);
    error = thread->reader->ops->list_articles(
        thread->reader, (const Factmill__V1__ListArticlesRequest *)request,
        &page->store, &thread->arena, why, &response.articles,
        &response.n_articles, &next, &more);
    if (error != FM_OK)
        return error;
    if (more) {
        fm_page_token(page, &next, token);
        response.next_page_token = token;
    }
    return fm_query_pack(&response.base, body);
}

enum fm_error fm_query_list_articles(struct fm_query_thread *thread,
                                     const char *method,
                                     const ProtobufCMessage *request,
                                     struct fm_buf *body, struct fm_why *why)
{
    struct fm_page page;
    enum fm_error error = fm_check_list_articles(
        (const Factmill__V1__ListArticlesRequest *)request, why);

    if (error == FM_OK)
        error = fm_page_init(&page, thread->secret, method, request, why);
    return error != FM_OK ? error
                          : read_until_it_fits(thread, request, &page,
                                               read_articles, body, why);
}

static enum fm_error read_entities(struct fm_query_thread *thread,
                                   const ProtobufCMessage *request,
                                   const struct fm_page *page,
                                   struct fm_buf *body, struct fm_why *why)
{
    const Factmill__V1__ListEntitiesRequest *list =
        (const Factmill__V1__ListEntitiesRequest *)request;
    Factmill__V1__ListEntitiesResponse response;
    struct fm_store_cursor next;
    char token[FM_PAGE_TEXT];
    bool more = false;
    enum fm_error error;

    factmill__v1__list_entities_response__init(&response);
    error = thread->reader->ops->list_entities(
        thread->reader, list, &page->store, &thread->arena, why,
        &response.entities, &response.n_entities, &next, &more);
    if (error == FM_OK && list->as_of != NULL)
        error = fm_past_entities(thread, list->as_of, response.entities,
                                 &response.n_entities, why);
    if (error != FM_OK)
        return error;
    if (more) {
        fm_page_token(page, &next, token);
        response.next_page_token = token;
    }
    return fm_query_pack(&response.base, body);
}

enum fm_error fm_query_list_entities(struct fm_query_thread *thread,
                                     const char *method,
                                     const ProtobufCMessage *request,
                                     struct fm_buf *body, struct fm_why *why)
{
    struct fm_page page;
    enum fm_error error = fm_check_list_entities(
        (const Factmill__V1__ListEntitiesRequest *)request, why);

    if (error == FM_OK)
        error = fm_page_init(&page, thread->secret, method, request, why);
    return error != FM_OK ? error
                          : read_until_it_fits(thread, request, &page,
                                               read_entities, body, why);
}
