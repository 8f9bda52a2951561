/* factmill facts and factmill search: pages of facts until the limit. */
#include "base/limits.h"
#include "cli/ask.h"
#include "cli/export_jsonld.h"
#include "cli/paint.h"
#include "cli/print_fact.h"
#include "cli/remote.h"

/* Printed form of one fact. */
#define OUTPUT_MAX ((size_t)64 << 20)

static const struct {
    const char *name;
    Factmill__V1__FactOrder order;
} orders[] = {
    {"newest", FACTMILL__V1__FACT_ORDER__SEQUENCE_DESC},
    {"oldest", FACTMILL__V1__FACT_ORDER__SEQUENCE_ASC},
    {"time-desc", FACTMILL__V1__FACT_ORDER__TIME_DESC},
    {"time-asc", FACTMILL__V1__FACT_ORDER__TIME_ASC},
    {"published-desc", FACTMILL__V1__FACT_ORDER__PUBLISHED_DESC},
    {"published-asc", FACTMILL__V1__FACT_ORDER__PUBLISHED_ASC},
    {"confidence", FACTMILL__V1__FACT_ORDER__CONFIDENCE_DESC},
    {"article", FACTMILL__V1__FACT_ORDER__ARTICLE_ASC},
};

static Factmill__V1__FactOrder order_of(const char *name)
{
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++)
        if (strcmp(orders[i].name, name) == 0)
            return orders[i].order;
    return FACTMILL__V1__FACT_ORDER__FACT_ORDER_UNSPECIFIED;
}

/* Rows of the next page when `shown` of `limit` (0 = all) are out. */
static int32_t page_size(uint64_t limit, uint64_t shown)
{
    uint64_t left = limit > 0 ? limit - shown : FM_PAGE_MAX;

    return left < FM_PAGE_MAX ? (int32_t)left : (int32_t)FM_PAGE_MAX;
}

static void show_jsonld(const Factmill__V1__Fact *fact)
{
    struct fm_buf out;

    fm_buf_init(&out, OUTPUT_MAX);
    fm_jsonld_fact(fact, &out);
    fm_buf_char(&out, '\n');
    fm_text_flush(&out);
    fm_buf_release(&out);
}

static void show_fact(const struct fm_cli *cli, const Factmill__V1__Fact *fact,
                      bool brief)
{
    const struct fm_ask_flags *flags = cli->options;
    const struct fm_fact_print how = {.evidence = !brief, .origin = !brief};
    struct fm_buf out;

    if (flags->format != NULL && strcmp(flags->format, "jsonld") == 0) {
        show_jsonld(fact);
        return;
    }
    if (cli->common.json) {
        fm_print_json(&fact->base);
        return;
    }
    fm_buf_init(&out, OUTPUT_MAX);
    fm_print_fact(&cli->out, fact, &how, &out);
    if (!brief)
        fm_buf_char(&out, '\n');
    fm_text_flush(&out);
    fm_buf_release(&out);
}

static void say_none(const struct fm_cli *cli, uint64_t shown)
{
    if (shown == 0 && !cli->common.json)
        fm_cli_note(cli, "no fact matches");
}

/* --- facts ------------------------------------------------------------------- */

static enum fm_error show_one(struct fm_cli *cli, struct fm_remote *remote,
                              char *id, struct fm_why *why)
{
    Factmill__V1__GetFactRequest request;
    Factmill__V1__Fact *fact = NULL;
    enum fm_error error;

    factmill__v1__get_fact_request__init(&request);
    request.id = id;
    error = FM_QUERY(remote, GetFact, &request, why, &fact);
    if (error == FM_OK)
        show_fact(cli, fact, false);
    factmill__v1__fact__free_unpacked(fact, NULL);
    return error;
}

static enum fm_error list(struct fm_cli *cli, struct fm_remote *remote,
                          struct fm_filter *filter, struct fm_why *why)
{
    const struct fm_ask_flags *flags = cli->options;
    Factmill__V1__ListFactsRequest request;
    Factmill__V1__ListFactsResponse *page = NULL;
    uint64_t shown = 0;
    bool more = true;
    enum fm_error error = FM_OK;

    factmill__v1__list_facts_request__init(&request);
    request.filter = &filter->message;
    request.order_by = order_of(flags->order);
    while (error == FM_OK && more &&
           (flags->limit == 0 || shown < flags->limit)) {
        Factmill__V1__ListFactsResponse *next = NULL;

        request.page_size = page_size(flags->limit, shown);
        if (page != NULL)
            request.page_token = page->next_page_token;
        error = FM_QUERY(remote, ListFacts, &request, why, &next);
        factmill__v1__list_facts_response__free_unpacked(page, NULL);
        page = next;
        for (size_t i = 0; page != NULL && i < page->n_facts; i++, shown++)
            show_fact(cli, page->facts[i], flags->brief);
        more = page != NULL && page->next_page_token[0] != '\0';
    }
    if (error == FM_OK)
        say_none(cli, shown);
    if (error == FM_OK && more && !cli->common.json)
        fm_cli_note(cli, "there are more; --limit N shows N, --limit 0 all");
    factmill__v1__list_facts_response__free_unpacked(page, NULL);
    return error;
}

int fm_cli_facts(struct fm_cli *cli)
{
    const struct fm_ask_flags *flags = cli->options;
    struct fm_why why = FM_WHY_INIT;
    struct fm_remote remote;
    struct fm_filter filter;
    enum fm_error error = fm_filter_init(&filter, &flags->filter, &why);

    if (error != FM_OK)
        return fm_cli_usage(cli, "%s", why.text);
    error = fm_remote_open(&remote, &flags->remote, FM_REMOTE_QUERY, &why);
    for (int i = 0; error == FM_OK && i < cli->arg_count; i++)
        error = show_one(cli, &remote, cli->args[i], &why);
    if (error == FM_OK && cli->arg_count == 0)
        error = list(cli, &remote, &filter, &why);
    fm_remote_close(&remote);
    return error == FM_OK ? 0 : fm_cli_fail(cli, error, &why);
}

/* --- search ------------------------------------------------------------------ */

/* Columns before a hit's sentence. */
#define HIT_INDENT 4

static void show_hit(const struct fm_cli *cli,
                     const Factmill__V1__SearchHit *hit)
{
    static const struct fm_fact_print how = {.indent = HIT_INDENT,
                                             .origin = true};
    const Factmill__V1__Evidence *evidence = hit->fact->evidence;
    struct fm_paint paint;
    struct fm_para para;
    struct fm_buf out;

    if (cli->common.json) {
        fm_print_json(&hit->base);
        return;
    }
    fm_buf_init(&out, OUTPUT_MAX);
    if (evidence != NULL) {
        fm_paint_init(&paint, evidence->span);
        for (size_t i = 0; i < hit->n_highlights; i++)
            fm_paint_match(&paint, hit->highlights[i]);
        fm_para_begin(&para, &cli->out, 0, 0, &out);
        fm_paint_write(&paint, fm_str(evidence->text), &para);
        fm_para_end(&para);
        fm_paint_release(&paint);
    }
    fm_print_fact(&cli->out, hit->fact, &how, &out);
    fm_buf_char(&out, '\n');
    fm_text_flush(&out);
    fm_buf_release(&out);
}

/* "by source: wire 12 · ledger 3 · and 4 more" */
static void show_facets(const struct fm_cli *cli,
                        const Factmill__V1__SearchFactsResponse *page)
{
    struct fm_buf out;

    fm_buf_init(&out, OUTPUT_MAX);
    for (size_t i = 0; i < page->n_facets; i++) {
        const Factmill__V1__Facet *facet = page->facets[i];
        struct fm_para para;

        if (cli->common.json) {
            fm_print_json(&facet->base);
            continue;
        }
        fm_para_begin(&para, &cli->out, 0, HIT_INDENT, &out);
        fm_para_z(&para, FM_BOLD,
                  fm_enum_name(&factmill__v1__aggregate_by__descriptor,
                               (int)facet->by));
        for (size_t j = 0; j < facet->n_counts; j++) {
            const Factmill__V1__Count *c = facet->counts[j];
            char number[32];

            (void)snprintf(number, sizeof number, " %llu",
                           (unsigned long long)(c->asserted + c->reported +
                                                c->possible + c->negated));
            fm_para_z(&para, FM_PLAIN, j == 0 ? "  " : " · ");
            fm_para_z(&para, FM_CYAN, c->key);
            fm_para_z(&para, FM_PLAIN, number);
        }
        if (facet->total > facet->n_counts)
            fm_para_z(&para, FM_DIM, " · and more");
        fm_para_end(&para);
    }
    fm_text_flush(&out);
    fm_buf_release(&out);
}

static enum fm_error facets_of(const struct fm_cli_list *names,
                               struct fm_why *why,
                               Factmill__V1__AggregateBy *ret)
{
    enum fm_error error = FM_OK;

    for (size_t i = 0; error == FM_OK && i < names->n; i++) {
        int by = 0;

        error = fm_aggregate_by(fm_str(names->items[i]), why, &by);
        ret[i] = (Factmill__V1__AggregateBy)by;
    }
    return error;
}

static enum fm_error search(struct fm_cli *cli, struct fm_remote *remote,
                            struct fm_filter *filter, char *query,
                            struct fm_why *why)
{
    const struct fm_ask_flags *flags = cli->options;
    Factmill__V1__SearchFactsRequest request;
    Factmill__V1__SearchFactsResponse *page = NULL;
    Factmill__V1__AggregateBy facets[FM_CLI_LIST_MAX];
    uint64_t shown = 0;
    bool more = true;
    enum fm_error error = facets_of(&flags->facets, why, facets);

    factmill__v1__search_facts_request__init(&request);
    request.facets = facets;
    request.n_facets = flags->facets.n;
    request.filter = &filter->message;
    request.query = query;
    while (error == FM_OK && more &&
           (flags->limit == 0 || shown < flags->limit)) {
        Factmill__V1__SearchFactsResponse *next = NULL;

        request.page_size = page_size(flags->limit, shown);
        if (page != NULL)
            request.page_token = page->next_page_token;
        error = FM_QUERY(remote, SearchFacts, &request, why, &next);
        factmill__v1__search_facts_response__free_unpacked(page, NULL);
        page = next;
        for (size_t i = 0; page != NULL && i < page->n_hits; i++, shown++)
            show_hit(cli, page->hits[i]);
        if (page != NULL)
            show_facets(cli, page);
        more = page != NULL && page->next_page_token[0] != '\0';
    }
    if (error == FM_OK)
        say_none(cli, shown);
    factmill__v1__search_facts_response__free_unpacked(page, NULL);
    return error;
}

int fm_cli_search(struct fm_cli *cli)
{
    const struct fm_ask_flags *flags = cli->options;
    struct fm_why why = FM_WHY_INIT;
    struct fm_remote remote;
    struct fm_filter filter;
    struct fm_buf query;
    enum fm_error error = fm_filter_init(&filter, &flags->filter, &why);

    if (error != FM_OK)
        return fm_cli_usage(cli, "%s", why.text);
    fm_buf_init(&query, 64u << 10);
    for (int i = 0; i < cli->arg_count; i++)
        fm_buf_printf(&query, "%s%s", i > 0 ? " " : "", cli->args[i]);
    error = fm_buf_error(&query);
    if (error == FM_OK)
        error = fm_remote_open(&remote, &flags->remote, FM_REMOTE_QUERY, &why);
    if (error == FM_OK) {
        error = search(cli, &remote, &filter, query.data, &why);
        fm_remote_close(&remote);
    }
    fm_buf_release(&query);
    return error == FM_OK ? 0 : fm_cli_fail(cli, error, &why);
}
