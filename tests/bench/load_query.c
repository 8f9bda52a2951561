/* Readers, each with a window of questions in flight (1 = one at a time). */
#include "factmill/v1/query.pb-c.h"
#include "load.h"
#include "rpc/client.h"

#include <pthread.h>

#define TIMEOUT_MS 30000u
#define IDS        1000u

struct reader {
    const struct fm_load_settings *settings;
    const char *what;
    uint64_t count;
    uint64_t failed;
    char (*ids)[33];
    size_t id_count;
    struct fm_load_times times;
    pthread_t thread;
    bool started;
};

static const char *const queries[] = {"prices", "minister said", "\"per cent\"",
                                      "gover*", "bank OR trade"};

/* Ids of facts to ask for, from one long page. */
static size_t collect(const struct fm_load_settings *settings, char (*ids)[33])
{
    struct fm_rpc_client_options options = {.endpoint = settings->endpoint,
                                            .security = &settings->security};
    struct fm_rpc_client *client = NULL;
    Factmill__V1__ListFactsRequest request;
    ProtobufCMessage *reply = NULL;
    struct fm_why why = FM_WHY_INIT;
    size_t n = 0;

    factmill__v1__list_facts_request__init(&request);
    request.page_size = IDS;
    if (fm_rpc_client_open(&options, &why, &client) == FM_OK &&
        fm_rpc_client_call(client, &factmill__v1__query__descriptor,
                           "ListFacts", &request.base, TIMEOUT_MS, true, &why,
                           &reply) == FM_OK) {
        const Factmill__V1__ListFactsResponse *r =
            (const Factmill__V1__ListFactsResponse *)reply;

        for (; n < r->n_facts && n < IDS; n++)
            (void)snprintf(ids[n], 33, "%s", r->facts[n]->id);
        protobuf_c_message_free_unpacked(reply, NULL);
    }
    if (n == 0)
        (void)fprintf(stderr, "fm_load: no facts: %s\n", why.text);
    fm_rpc_client_close(client);
    return n;
}

static const char *pack(struct reader *r, uint64_t i, struct fm_buf *body)
{
    Factmill__V1__GetFactRequest get;
    Factmill__V1__ListFactsRequest list;
    Factmill__V1__SearchFactsRequest search;
    Factmill__V1__FactFilter filter;
    ProtobufCMessage *message = &get.base;
    const char *method = "/factmill.v1.Query/GetFact";
    char text[128];
    char *at;

    factmill__v1__get_fact_request__init(&get);
    factmill__v1__list_facts_request__init(&list);
    factmill__v1__search_facts_request__init(&search);
    factmill__v1__fact_filter__init(&filter);
    get.id = r->ids[(i * 7919) % r->id_count];
    if (strcmp(r->what, "list") == 0) {
        (void)snprintf(text, sizeof text, "%s", r->settings->entity);
        filter.entity = text;
        list.filter = &filter;
        list.order_by = FACTMILL__V1__FACT_ORDER__TIME_DESC;
        message = &list.base;
        method = "/factmill.v1.Query/ListFacts";
    } else if (strcmp(r->what, "search") == 0) {
        (void)snprintf(text, sizeof text, "%s",
                       queries[i % (sizeof queries / sizeof queries[0])]);
        search.query = text;
        message = &search.base;
        method = "/factmill.v1.Query/SearchFacts";
    }
    fm_buf_reset(body);
    at = fm_buf_reserve(body, protobuf_c_message_get_packed_size(message));
    if (at != NULL)
        body->len = protobuf_c_message_pack(message, (uint8_t *)at);
    return method;
}

static void *read_facts(void *argument)
{
    struct reader *r = argument;
    struct fm_rpc_client_options options = {.endpoint = r->settings->endpoint,
                                            .security = &r->settings->security};
    struct fm_rpc_client *client = NULL;
    struct fm_rpc_result result;
    struct fm_why why = FM_WHY_INIT;
    struct fm_buf body;
    uint64_t call;

    fm_buf_init(&body, 1u << 20);
    if (fm_rpc_client_open(&options, &why, &client) != FM_OK)
        goto done;
    for (uint64_t i = 0; i < r->count; i++) {
        const char *method = pack(r, i, &body);
        uint64_t begin = fm_now_us();

        if (fm_rpc_client_begin(client, method, fm_buf_view(&body), TIMEOUT_MS,
                                0, NULL, &why, &call) != FM_OK ||
            !fm_rpc_client_next(client, TIMEOUT_MS, &result))
            break;
        fm_load_times_add(&r->times, fm_now_us() - begin);
        r->failed += result.error != FM_OK;
    }
done:
    fm_rpc_client_close(client);
    fm_buf_release(&body);
    return NULL;
}

int fm_load_query(const struct fm_load_settings *settings, const char *what)
{
    static char ids[IDS][33];
    struct reader *readers = calloc(settings->threads, sizeof *readers);
    struct fm_load_times *times = calloc(settings->threads, sizeof *times);
    size_t id_count = collect(settings, ids);
    uint64_t failed = 0;
    uint64_t begin;
    int status = 69;

    if (readers == NULL || times == NULL || id_count == 0)
        goto done;
    begin = fm_now_us();
    for (unsigned i = 0; i < settings->threads; i++) {
        struct reader *r = &readers[i];

        r->settings = settings;
        r->what = what;
        r->ids = ids;
        r->id_count = id_count;
        r->count = settings->count / settings->threads;
        r->started = fm_load_times_init(&r->times, r->count) &&
                     pthread_create(&r->thread, NULL, read_facts, r) == 0;
    }
    status = 0;
    for (unsigned i = 0; i < settings->threads; i++) {
        if (!readers[i].started || pthread_join(readers[i].thread, NULL))
            status = 71;
        times[i] = readers[i].times;
        failed += readers[i].failed;
    }
    fm_load_report(what, times, settings->threads,
                   (double)(fm_now_us() - begin) / 1e6);
    (void)printf("failed: %llu\n", (unsigned long long)failed);
    for (unsigned i = 0; i < settings->threads; i++)
        free(times[i].us);
done:
    free(times);
    free(readers);
    return status;
}
