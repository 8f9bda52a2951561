/* A server and clients over real sockets: calls of one reply. */
#include "rpc/server.h"

#include "factmill/v1/query.pb-c.h"
#include "fm_test.h"
#include "rpc/client.h"

#include <pthread.h>

/* --- a service: GetFact echoes, by its id told how --------------------------- */

struct service {
    struct fm_rpc_call *held[64]; /* of "hold" */
    size_t held_n;
    pthread_mutex_t mutex;
};

static void hold(struct service *s, struct fm_rpc_call *call)
{
    (void)pthread_mutex_lock(&s->mutex);
    s->held[s->held_n++] = call;
    (void)pthread_mutex_unlock(&s->mutex);
}

static void get_fact(void *user, void *thread_state, struct fm_rpc_call *call,
                     const ProtobufCMessage *request)
{
    const Factmill__V1__GetFactRequest *r =
        (const Factmill__V1__GetFactRequest *)(const void *)request;
    Factmill__V1__Fact fact;
    struct fm_why why = FM_WHY_INIT;

    (void)thread_state;
    if (strcmp(r->id, "missing") == 0) {
        (void)fm_fail_field(FM_ENOTFOUND, &why, "id", "FACT_UNKNOWN",
                            "there is no fact %s", r->id);
        fm_rpc_fail(call, FM_ENOTFOUND, &why);
    } else if (strcmp(r->id, "hold") == 0) {
        hold(user, call);
    } else {
        factmill__v1__fact__init(&fact);
        fact.id = r->id;
        fm_rpc_reply_message(call, &fact.base);
    }
}

static const struct fm_rpc_method METHODS[] = {
    {"GetFact", get_fact, false},
};

struct world {
    char folder[64];
    char endpoint[256];
    struct service service;
    struct fm_rpc_server *server;
    struct fm_rpc_client *client;
};

static void open_world(struct world *w, uint32_t threads)
{
    const struct fm_rpc_service service = {
        .descriptor = &factmill__v1__query__descriptor,
        .methods = METHODS,
        .method_count = 1,
        .user = &w->service,
    };
    struct fm_rpc_server_options options = {
        .services = &service, .service_count = 1, .threads = threads};
    struct fm_rpc_client_options client = {0};
    struct fm_why why = FM_WHY_INIT;

    memset(w, 0, sizeof *w);
    (void)pthread_mutex_init(&w->service.mutex, NULL);
    (void)snprintf(w->folder, sizeof w->folder, "/tmp/fm-rpc-XXXXXX");
    fm_test_folder(w->folder);
    (void)snprintf(w->endpoint, sizeof w->endpoint, "ipc://%s/s", w->folder);
    assert_fm_ok(fm_rpc_server_start(&options, &why, &w->server));
    assert_fm_ok(fm_rpc_server_bind(w->server, w->endpoint, &why, NULL));
    client.endpoint = w->endpoint;
    assert_fm_ok(fm_rpc_client_open(&client, &why, &w->client));
}

static void close_world(struct world *w)
{
    fm_rpc_client_close(w->client);
    fm_rpc_server_stop(w->server);
    fm_test_remove(w->folder);
    (void)pthread_mutex_destroy(&w->service.mutex);
}

static enum fm_error get(struct world *w, char *id, struct fm_why *why,
                         ProtobufCMessage **ret)
{
    Factmill__V1__GetFactRequest request;

    factmill__v1__get_fact_request__init(&request);
    request.id = id;
    return fm_rpc_client_call(w->client, &factmill__v1__query__descriptor,
                              "GetFact", &request.base, 5000, false, why, ret);
}

static void check_unary(uint32_t threads)
{
    struct world w;
    struct fm_why why = FM_WHY_INIT;
    ProtobufCMessage *reply = NULL;

    open_world(&w, threads);
    for (int i = 0; i < 100; i++) {
        char id[16];

        (void)snprintf(id, sizeof id, "fact-%d", i);
        assert_fm_ok(get(&w, id, &why, &reply));
        assert_string_equal(((Factmill__V1__Fact *)(void *)reply)->id, id);
        protobuf_c_message_free_unpacked(reply, NULL);
    }
    assert_fm_err(get(&w, (char[]){"missing"}, &why, &reply), FM_ENOTFOUND);
    assert_string_equal(why.text, "there is no fact missing");
    assert_string_equal(why.reason, "FACT_UNKNOWN");
    assert_string_equal(why.field, "id");
    close_world(&w);
}

static void test_unary_on_loop(void **state)
{
    (void)state;
    check_unary(0);
}

static void test_unary_on_threads(void **state)
{
    (void)state;
    check_unary(3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unary_on_loop),
        cmocka_unit_test(test_unary_on_threads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
