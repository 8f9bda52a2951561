/* What every server answers: health and reflection. */
#include "google/protobuf/descriptor.pb-c.h"
#include "grpc/health/v1/health.pb-c.h"
#include "grpc/reflection/v1/reflection.pb-c.h"
#include "rpc/dynamic.h"
#include "unit/rpc/world.h"

#define HEALTH     &grpc__health__v1__health__descriptor
#define REFLECTION &grpc__reflection__v1__server_reflection__descriptor
#define INGEST     "factmill.v1.Query"

static int open_health(void **state)
{
    struct world *w = calloc(1, sizeof *w);

    init_world(w, 1);
    open_world(w);
    *state = w;
    return 0;
}

static int close_health(void **state)
{
    close_world(*state);
    free(*state);
    return 0;
}

/* --- health ------------------------------------------------------------------ */

/* The status, or minus the error. */
static int check(struct world *w, const char *service)
{
    Grpc__Health__V1__HealthCheckRequest request;
    ProtobufCMessage *reply = NULL;
    struct fm_why why = FM_WHY_INIT;
    char name[64];
    enum fm_error error;
    int status;

    (void)snprintf(name, sizeof name, "%s", service);
    grpc__health__v1__health_check_request__init(&request);
    request.service = name;
    error = fm_rpc_client_call(w->client, HEALTH, "Check", &request.base, 5000,
                               false, &why, &reply);
    if (error != FM_OK)
        return -(int)error;
    status =
        (int)((Grpc__Health__V1__HealthCheckResponse *)(void *)reply)->status;
    protobuf_c_message_free_unpacked(reply, NULL);
    return status;
}

static void test_check(void **state)
{
    struct world *w = *state;

    assert_int_equal(check(w, ""), 2);
    assert_int_equal(check(w, INGEST), 2);
    fm_rpc_server_health(w->server, INGEST, true);
    assert_int_equal(check(w, INGEST), 1);
    assert_int_equal(check(w, ""), 2);
    fm_rpc_server_health(w->server, "", true);
    fm_rpc_server_health(w->server, "", true);
    assert_int_equal(check(w, ""), 1);
    fm_rpc_server_health(w->server, "", false);
    assert_int_equal(check(w, ""), 2);
    fm_rpc_server_health(w->server, "no.such", true);
    assert_int_equal(check(w, "no.such"), -FM_ENOTFOUND);
    fm_rpc_server_drain(w->server);
    assert_int_equal(check(w, INGEST), 1);
}

static uint64_t watch(struct world *w, const char *service)
{
    struct fm_why why = FM_WHY_INIT;
    char bytes[128];
    uint64_t call = 0;

    assert_fm_ok(fm_rpc_client_begin(w->client, "/grpc.health.v1.Health/Watch",
                                     pack_id(service, bytes), 0, 1000, NULL,
                                     &why, &call));
    return call;
}

static int next_status(struct world *w)
{
    struct fm_rpc_result r = next(w);

    assert_fm_ok(r.error);
    assert_true(r.more && r.body.len == 2);
    return r.body.data[1];
}

static void test_watch_sees_every_change(void **state)
{
    struct world *w = *state;

    (void)watch(w, INGEST);
    assert_int_equal(next_status(w), 2);
    for (int i = 0; i < 20; i++) {
        fm_rpc_server_health(w->server, INGEST, true);
        fm_rpc_server_health(w->server, INGEST, false);
    }
    for (int i = 0; i < 20; i++) {
        assert_int_equal(next_status(w), 1);
        assert_int_equal(next_status(w), 2);
    }
    /* Watchers do not keep a server from being idle. */
    fm_rpc_server_drain(w->server);
    assert_true(fm_rpc_server_idle(w->server, PATIENCE_MS));
    fm_rpc_server_health(w->server, INGEST, true);
    assert_int_equal(next_status(w), 1);
}

static void test_watch_of_unknown(void **state)
{
    struct world *w = *state;
    uint64_t call = watch(w, "no.such");
    struct fm_rpc_result r;

    assert_int_equal(next_status(w), 3);
    assert_false(fm_rpc_client_next(w->client, 20, &r));
    fm_rpc_client_cancel(w->client, call);
    wait_for(stats_of(w).open == 0);
}

/* --- reflection -------------------------------------------------------------- */

typedef Grpc__Reflection__V1__ServerReflectionResponse response_message;

static response_message *ask(struct world *w, int which, const char *text)
{
    Grpc__Reflection__V1__ServerReflectionRequest request;
    ProtobufCMessage *reply = NULL;
    struct fm_why why = FM_WHY_INIT;
    char copy[128];

    (void)snprintf(copy, sizeof copy, "%s", text);
    grpc__reflection__v1__server_reflection_request__init(&request);
    request.message_request_case =
        (Grpc__Reflection__V1__ServerReflectionRequest__MessageRequestCase)
            which;
    request.file_by_filename = copy; /* one of a union of strings */
    if (fm_rpc_client_call(w->client, REFLECTION, "ServerReflectionInfo",
                           &request.base, 5000, false, &why, &reply) != FM_OK)
        fail_msg("%s", why.text);
    return (response_message *)(void *)reply;
}

static void drop(response_message *response)
{
    protobuf_c_message_free_unpacked(&response->base, NULL);
}

static void test_list_services(void **state)
{
    static const char *const names[] = {INGEST, "grpc.health.v1.Health",
                                        "grpc.reflection.v1.ServerReflection"};
    response_message *r = ask(*state, 7, "");

    assert_non_null(r->list_services_response);
    assert_int_equal(r->list_services_response->n_service, 3);
    for (size_t i = 0; i < 3; i++)
        assert_string_equal(r->list_services_response->service[i]->name,
                            names[i]);
    drop(r);
}

/* The files make descriptors, which they do only when each finds its imports. */
static void test_files_are_complete(void **state)
{
    static const struct {
        int which;
        const char *text;
        const char *type;
    } cases[] = {
        {4, "factmill.v1.Query", "factmill.v1.FactFilter"},
        {4, "factmill.v1.Query.GetFact", "factmill.v1.Fact"},
        {4, ".factmill.v1.Fact.Kind", "factmill.v1.Fact"},
        {4, "factmill.v1.Fact.kind", "google.protobuf.Timestamp"},
        {4, "factmill.v1.ArticleState", "factmill.rpc.v1.Status"},
        {3, "factmill/v1/query.proto", "factmill.v1.Article"},
        {3, "grpc/health/v1/health.proto", "grpc.health.v1.HealthCheckRequest"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        response_message *r = ask(*state, cases[i].which, cases[i].text);
        struct fm_str files[32];
        struct fm_dynamic *d = NULL;
        struct fm_why why = FM_WHY_INIT;
        size_t n;

        if (r->message_response_case != 4)
            fail_msg("%s", cases[i].text);
        n = r->file_descriptor_response->n_file_descriptor_proto;
        assert_true(n > 0 && n < 32);
        for (size_t k = 0; k < n; k++) {
            const ProtobufCBinaryData *b =
                &r->file_descriptor_response->file_descriptor_proto[k];

            files[k] = fm_str_n((const char *)b->data, b->len);
        }
        if (fm_dynamic_open(files, n, &why, &d) != FM_OK)
            fail_msg("%s: %s", cases[i].text, why.text);
        assert_non_null(fm_dynamic_type(d, fm_str(cases[i].type)));
        fm_dynamic_close(d);
        drop(r);
    }
}

static void test_what_is_not_there(void **state)
{
    static const struct {
        int which;
        const char *text;
    } cases[] = {
        {3, "no/such.proto"},
        {4, "no.Such"},
        {4, ""},
        {4, "factmill.v1.Que"},
        {4, "factmill.v1"},
        {4, "."},
        {6, "no.Such"},
        {4, "factmill.v1.Query.Nothing"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        response_message *r = ask(*state, cases[i].which, cases[i].text);

        if (r->message_response_case != 7)
            fail_msg("%s", cases[i].text);
        assert_int_equal(r->error_response->error_code, 5);
        drop(r);
    }
    {
        response_message *r = ask(*state, 6, "factmill.v1.Fact");

        assert_int_equal(r->message_response_case, 5);
        drop(r);
    }
}

int main(void)
{
#define HEALTH_TEST(f) \
 cmocka_unit_test_setup_teardown(f, open_health, close_health)
    const struct CMUnitTest tests[] = {
        HEALTH_TEST(test_check),
        HEALTH_TEST(test_watch_sees_every_change),
        HEALTH_TEST(test_watch_of_unknown),
        HEALTH_TEST(test_list_services),
        HEALTH_TEST(test_files_are_complete),
        HEALTH_TEST(test_what_is_not_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
