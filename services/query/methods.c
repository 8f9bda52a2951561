#include "query/methods.h"

#include "base/clock.h"
#include "query/metrics.h"

static const struct {
    const char *name;
    fm_query_answer *answer; /* unary: runs in answer_call */
    fm_rpc_handler *stream;
} table[] = {
    {"GetFact", fm_query_get_fact, NULL},
    {"ListFacts", fm_query_list_facts, NULL},
    {"SearchFacts", fm_query_search_facts, NULL},
    {"GetArticle", fm_query_get_article, NULL},
    {"ListArticles", fm_query_list_articles, NULL},
    {"GetEntity", fm_query_get_entity, NULL},
    {"ListEntities", fm_query_list_entities, NULL},
    {"Timeline", fm_query_timeline, NULL},
    {"Aggregate", fm_query_aggregate, NULL},
    {"Related", fm_query_related, NULL},
    {"ListRoles", fm_query_list_roles, NULL},
    {"ListClaims", fm_query_list_claims, NULL},
    {"GetClaim", fm_query_get_claim, NULL},
    {"VerifyFact", fm_query_verify_fact, NULL},
    {"ExplainFact", fm_query_explain_fact, NULL},
    {"ExportFacts", NULL, fm_query_export_facts},
    {"WatchFacts", NULL, fm_query_watch_facts},
};

#define METHOD_COUNT (sizeof table / sizeof table[0])

static fm_query_answer *find_answer(const char *method)
{
    const char *name = strrchr(method, '/');

    for (size_t i = 0; name != NULL && i < METHOD_COUNT; i++)
        if (strcmp(table[i].name, name + 1) == 0)
            return table[i].answer;
    return NULL;
}

/* An interrupt is the watchdog's: the caller asked for too much. */
static enum fm_error explain_interrupt(enum fm_error error, struct fm_why *why)
{
    if (error != FM_EABORTED)
        return error;
    fm_metric_add(&fm_query_interrupted, 1);
    return fm_fail(FM_EABORTED, why, "READ_TOO_LONG",
                   "the query took too long and was stopped; make the filter "
                   "narrower or the page smaller");
}

/* The handler of every unary method, on a handler thread. */
static void answer_call(void *user, void *thread_state,
                        struct fm_rpc_call *call,
                        const ProtobufCMessage *request)
{
    struct fm_query *query = user;
    struct fm_query_thread *thread = thread_state;
    const char *method = fm_rpc_call_method(call);
    fm_query_answer *answer = find_answer(method);
    struct fm_why why = FM_WHY_INIT;
    uint64_t begun = fm_now_us();
    struct fm_buf body;
    enum fm_error error;

    fm_buf_init(&body, (size_t)query->max_message_bytes);
    error = fm_query_read_begin(thread, fm_rpc_call_left_ms(call), &why);
    if (error == FM_OK) {
        error = answer(thread, method, request, &body, &why);
        fm_query_read_end(thread);
        error = explain_interrupt(error, &why);
    }
    fm_query_count(method, error, fm_now_us() - begun);
    if (error == FM_OK)
        fm_rpc_reply(call, &body);
    else
        fm_rpc_fail(call, error, &why);
    fm_buf_release(&body);
}

void fm_query_service(struct fm_query *query,
                      struct fm_rpc_service *ret_service)
{
    /* Filled once, from the table; the same for every service. */
    static struct fm_rpc_method methods[METHOD_COUNT];
    const char *names[METHOD_COUNT];

    for (size_t i = 0; i < METHOD_COUNT; i++) {
        names[i] = table[i].name;
        methods[i].name = table[i].name;
        methods[i].handler =
            table[i].answer != NULL ? answer_call : table[i].stream;
        methods[i].on_loop = false;
        methods[i].roles = FM_ROLE_READER;
    }
    fm_query_metrics_init(names, METHOD_COUNT);
    ret_service->descriptor = &factmill__v1__query__descriptor;
    ret_service->methods = methods;
    ret_service->method_count = METHOD_COUNT;
    ret_service->user = query;
}
