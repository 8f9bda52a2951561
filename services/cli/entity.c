/* factmill entity: one entity with its roles and facts. */
#include "cli/ask.h"
#include "cli/entity_find.h"
#include "cli/print_fact.h"
#include "cli/remote.h"

#define OUTPUT_MAX ((size_t)64 << 20)
/* Columns of what stands before each line. */
#define LABEL 10u

/* In a column of its own; styled text never ends in more than one space. */
static void add_label(const struct fm_term *term, const char *label,
                      struct fm_buf *out)
{
    fm_style_z(term, FM_DIM, label, out);
    fm_text_pad(LABEL - strlen(label), out);
}

static void add_roles(const struct fm_term *term,
                      const Factmill__V1__GetEntityResponse *response,
                      struct fm_buf *out)
{
    for (size_t i = 0; i < response->n_roles; i++) {
        const Factmill__V1__EntityRole *role = response->roles[i];

        add_label(term, i == 0 ? "roles" : "", out);
        fm_style_z(term, FM_PLAIN, role->post, out);
        if (role->name[0] != '\0') {
            fm_style_z(term, FM_DIM, " · ", out);
            fm_style_z(term, FM_CYAN, role->name, out);
        }
        if (role->time != NULL) {
            fm_style_z(term, FM_DIM, " · ", out);
            fm_style_z(term, FM_MAGENTA, role->time->value, out);
        }
        if (role->count > 1)
            fm_buf_printf(out, " (%llu×)", (unsigned long long)role->count);
        fm_buf_char(out, '\n');
    }
}

static void add_count(const char *what, uint64_t n, bool *any,
                      struct fm_buf *out)
{
    if (n == 0)
        return;
    fm_buf_z(out, *any ? ", " : "");
    fm_text_number(n, out);
    fm_buf_printf(out, " %s", what);
    *any = true;
}

static void add_counts(const struct fm_term *term,
                       const Factmill__V1__GetEntityResponse *response,
                       struct fm_buf *out)
{
    for (size_t i = 0; i < response->n_counts; i++) {
        const Factmill__V1__Count *count = response->counts[i];
        bool any = false;

        add_label(term, i == 0 ? "facts" : "", out);
        fm_style_z(term, FM_BOLD, count->key, out);
        fm_text_pad(strlen(count->key) < 14 ? 14 - strlen(count->key) : 1, out);
        add_count("asserted", count->asserted, &any, out);
        add_count("reported", count->reported, &any, out);
        add_count("possible", count->possible, &any, out);
        add_count("denied", count->negated, &any, out);
        fm_buf_char(out, '\n');
    }
}

static void print_entity(const struct fm_term *term,
                         const Factmill__V1__GetEntityResponse *response,
                         struct fm_buf *out)
{
    const Factmill__V1__Entity *entity = response->entity;

    fm_style_z(term, FM_BOLD, entity->name, out);
    fm_buf_z(out, "  ");
    fm_entity_type(entity, out);
    fm_buf_printf(out, "  #%llu\n", (unsigned long long)entity->id);
    if (entity->n_aliases > 0) {
        add_label(term, "also", out);
        fm_entity_aliases(term, entity, 10, out);
    }
    add_roles(term, response, out);
    add_counts(term, response, out);
    add_label(term, "in all", out);
    fm_text_number(entity->facts, out);
    fm_buf_z(out, entity->facts == 1 ? " fact in " : " facts in ");
    fm_text_number(entity->articles, out);
    fm_buf_z(out, entity->articles == 1 ? " article\n\n" : " articles\n\n");
}

static enum fm_error show_facts(struct fm_cli *cli, struct fm_remote *remote,
                                uint64_t id, struct fm_why *why)
{
    const struct fm_ask_flags *flags = cli->options;
    static const struct fm_fact_print how = {.evidence = true, .origin = true};
    Factmill__V1__ListFactsResponse *page = NULL;
    Factmill__V1__ListFactsRequest request;
    Factmill__V1__FactFilter filter;
    Google__Protobuf__Timestamp as_of;
    struct fm_buf out;
    char text[24];
    enum fm_error error;

    (void)snprintf(text, sizeof text, "%llu", (unsigned long long)id);
    factmill__v1__fact_filter__init(&filter);
    factmill__v1__list_facts_request__init(&request);
    filter.entity = text;
    filter.as_of = fm_filter_time(&flags->filter.as_of, &as_of);
    request.filter = &filter;
    request.order_by = FACTMILL__V1__FACT_ORDER__CONFIDENCE_DESC;
    request.page_size = flags->limit < 1000 ? (int32_t)flags->limit : 1000;
    error = FM_QUERY(remote, ListFacts, &request, why, &page);
    fm_buf_init(&out, OUTPUT_MAX);
    for (size_t i = 0; page != NULL && i < page->n_facts; i++) {
        fm_print_fact(&cli->out, page->facts[i], &how, &out);
        fm_buf_char(&out, '\n');
        fm_text_flush(&out);
    }
    fm_buf_release(&out);
    factmill__v1__list_facts_response__free_unpacked(page, NULL);
    return error;
}

static enum fm_error show_entity(struct fm_cli *cli, struct fm_remote *remote,
                                 uint64_t id, struct fm_why *why)
{
    const struct fm_ask_flags *flags = cli->options;
    Factmill__V1__GetEntityResponse *response = NULL;
    Factmill__V1__GetEntityRequest request;
    Google__Protobuf__Timestamp as_of;
    struct fm_buf out;
    enum fm_error error;

    factmill__v1__get_entity_request__init(&request);
    request.id = id;
    request.as_of = fm_filter_time(&flags->filter.as_of, &as_of);
    error = FM_QUERY(remote, GetEntity, &request, why, &response);
    if (error != FM_OK)
        return error;
    if (cli->common.json) {
        fm_print_json(&response->base);
    } else if (response->entity != NULL) {
        fm_buf_init(&out, OUTPUT_MAX);
        print_entity(&cli->out, response, &out);
        fm_text_flush(&out);
        fm_buf_release(&out);
        if (flags->limit > 0)
            error = show_facts(cli, remote, id, why);
    }
    factmill__v1__get_entity_response__free_unpacked(response, NULL);
    return error;
}

int fm_cli_entity(struct fm_cli *cli)
{
    const struct fm_ask_flags *flags = cli->options;
    struct fm_why why = FM_WHY_INIT;
    struct fm_remote remote;
    uint64_t id = 0;
    enum fm_error error;

    error = fm_remote_open(&remote, &flags->remote, FM_REMOTE_QUERY, &why);
    if (error != FM_OK)
        return fm_cli_fail(cli, error, &why);
    error = fm_entity_find(cli, &remote, cli->args[0], flags->limit, &why, &id);
    if (error == FM_OK && id != 0)
        error = show_entity(cli, &remote, id, &why);
    fm_remote_close(&remote);
    return error == FM_OK ? 0 : fm_cli_fail(cli, error, &why);
}
