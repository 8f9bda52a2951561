/* The client's side: lost connections, deadlines, retries, other calls. */
#include "unit/rpc/world.h"

static void test_nobody_there(void **state)
{
    const struct fm_rpc_client_options options = {
        .endpoint = "ipc:///tmp/fm-rpc-nobody-listens-here"};
    struct fm_rpc_client *client = NULL;
    struct fm_why why = FM_WHY_INIT;
    uint64_t call = 0;
    uint64_t begun = fm_now_ms();

    (void)state;
    assert_fm_ok(fm_rpc_client_open(&options, &why, &client));
    assert_fm_err(fm_rpc_client_begin(client, "/a.B/C", fm_str(""), 80, 0, NULL,
                                      &why, &call),
                  FM_EUNAVAILABLE);
    assert_true(fm_now_ms() - begun >= 80);
    assert_string_equal(why.reason, "NO_CONNECTION");
    assert_non_null(strstr(why.text, options.endpoint));
    assert_int_equal(fm_rpc_client_open_calls(client), 0);
    fm_rpc_client_close(client);
}

static void test_endpoints(void **state)
{
    static const char *const bad[] = {"", "tcp://127.0.0.1", "tcp://:5",
                                      "udp://127.0.0.1:5", "ipc://"};
    struct fm_rpc_client_options options = {0};
    struct fm_rpc_client *client = NULL;
    struct fm_why why = FM_WHY_INIT;

    (void)state;
    for (size_t i = 0; i < 5; i++) {
        options.endpoint = bad[i];
        if (fm_rpc_client_open(&options, &why, &client) == FM_OK)
            fail_msg("%s", bad[i]);
    }
    options.endpoint = "tcp://192.0.2.1:5";
    assert_fm_err(fm_rpc_client_open(&options, &why, &client), FM_EPERM);
    assert_null(client);
}

/* The client learns from the system that its connection is gone, and what it
 * sends until then is lost with it: told so, once. */
static void get_soon(struct world *w, const char *what)
{
    struct fm_why why = FM_WHY_INIT;
    char id[64];
    enum fm_error error = get(w, what, PATIENCE_MS, &why, id);

    if (error == FM_EUNAVAILABLE &&
        fm_str_eqz(fm_str(why.reason), "CONNECTION_LOST"))
        error = get(w, what, PATIENCE_MS, &why, id);
    assert_fm_ok(error);
}

/* What was asked is told to be lost; the next call finds the new server. */
static void test_server_restarts(void **state)
{
    struct world w;
    struct fm_rpc_result r;
    const struct fm_rpc_service service = {
        .descriptor = QUERY,
        .methods = METHODS,
        .method_count = sizeof METHODS / sizeof *METHODS,
        .user = &w.service,
    };
    struct fm_why why = FM_WHY_INIT;

    (void)state;
    init_world(&w, 0);
    open_world(&w);
    for (int round = 0; round < 5; round++) {
        for (int i = 0; i < 3; i++)
            (void)begin(&w, "GetFact", "hold", 0, 0);
        for (int i = 0; i < 3; i++)
            (void)take_held(&w.service);
        fm_rpc_server_stop(w.server);
        w.options.services = &service;
        assert_fm_ok(fm_rpc_server_start(&w.options, &why, &w.server));
        assert_fm_ok(fm_rpc_server_bind(w.server, w.endpoint, &why, NULL));
        if (round % 2 == 0)
            get_soon(&w, "before the others");
        for (int i = 0; i < 3; i++) {
            r = next(&w);
            assert_int_equal(r.error, FM_EUNAVAILABLE);
            assert_string_equal(r.why.reason, "CONNECTION_LOST");
        }
        get_soon(&w, "after");
        assert_int_equal(fm_rpc_client_open_calls(w.client), 0);
    }
    close_world(&w);
}

/* A unary call leaves the results of others for whoever waits for them. */
static void test_call_among_others(void **state)
{
    struct world w;
    struct fm_why why = FM_WHY_INIT;
    char id[64];
    bool seen[16] = {false};

    (void)state;
    init_world(&w, 1);
    open_world(&w);
    for (int i = 0; i < 10; i++)
        (void)begin(&w, "GetFact", "other", 0, 0);
    assert_fm_ok(get(&w, "mine", 5000, &why, id));
    assert_string_equal(id, "mine");
    for (int i = 0; i < 10; i++) {
        struct fm_rpc_result r = next(&w);

        assert_fm_ok(r.error);
        assert_true(r.call <= 10 && !seen[r.call]);
        assert_memory_equal(r.body.data, "\x0a\x05other", r.body.len);
        seen[r.call] = true;
    }
    close_world(&w);
}

/* --- retries ----------------------------------------------------------------- */

struct flaky {
    unsigned calls;
    unsigned failures;
    enum fm_error error;
    uint32_t hint_ms;
};

static void flaky_get(void *user, void *thread_state, struct fm_rpc_call *call,
                      const ProtobufCMessage *request)
{
    struct flaky *f = user;
    struct fm_why why = FM_WHY_INIT;
    char id[] = "at last";

    (void)thread_state;
    (void)request;
    if (f->calls++ >= f->failures) {
        reply_fact(call, id);
        return;
    }
    why.retry_after_ms = f->hint_ms;
    fm_rpc_fail(call, f->error, &why);
}

static enum fm_error call_flaky(struct flaky *f, bool retry,
                                uint32_t timeout_ms)
{
    static const struct fm_rpc_method methods[] = {
        {"GetFact", flaky_get, true, FM_ROLE_READER}};
    const struct fm_rpc_service service = {QUERY, methods, 1, f};
    const struct fm_rpc_server_options options = {.services = &service,
                                                  .service_count = 1};
    struct fm_rpc_client_options client_options = {0};
    struct fm_rpc_server *server = NULL;
    struct fm_rpc_client *client = NULL;
    Factmill__V1__GetFactRequest request;
    ProtobufCMessage *reply = NULL;
    struct fm_why why = FM_WHY_INIT;
    char endpoint[256];
    enum fm_error error;

    assert_fm_ok(fm_rpc_server_start(&options, &why, &server));
    assert_fm_ok(
        fm_rpc_server_bind(server, "tcp://127.0.0.1:*", &why, endpoint));
    client_options.endpoint = endpoint;
    assert_fm_ok(fm_rpc_client_open(&client_options, &why, &client));
    factmill__v1__get_fact_request__init(&request);
    error = fm_rpc_client_call(client, QUERY, "GetFact", &request.base,
                               timeout_ms, retry, &why, &reply);
    if (error == FM_OK)
        protobuf_c_message_free_unpacked(reply, NULL);
    fm_rpc_client_close(client);
    fm_rpc_server_stop(server);
    return error;
}

static void test_retries(void **state)
{
    struct flaky f = {.failures = 3, .error = FM_EBUSY, .hint_ms = 1};

    (void)state;
    assert_fm_ok(call_flaky(&f, true, 20000));
    assert_int_equal(f.calls, 4);
    f = (struct flaky){.failures = 1, .error = FM_EUNAVAILABLE};
    assert_fm_ok(call_flaky(&f, true, 5000));
    assert_int_equal(f.calls, 2);
}

static void test_does_not_retry(void **state)
{
    struct flaky f = {.failures = 1, .error = FM_EBUSY, .hint_ms = 1};

    (void)state;
    assert_fm_err(call_flaky(&f, false, 5000), FM_EBUSY); /* not asked to */
    assert_int_equal(f.calls, 1);
    f = (struct flaky){.failures = 1, .error = FM_EBUSY};
    assert_fm_err(call_flaky(&f, true, 5000), FM_EBUSY); /* without a hint */
    assert_int_equal(f.calls, 1);
    f = (struct flaky){.failures = 1, .error = FM_EINVAL, .hint_ms = 1};
    assert_fm_err(call_flaky(&f, true, 5000), FM_EINVAL); /* no use */
    assert_int_equal(f.calls, 1);
    /* The hint is later than the deadline. */
    f = (struct flaky){.failures = 1, .error = FM_EBUSY, .hint_ms = 60000};
    assert_fm_err(call_flaky(&f, true, 5000), FM_EBUSY);
    assert_int_equal(f.calls, 1);
}

static void test_descriptor_for_polling(void **state)
{
    struct world w;
    struct pollfd fd;
    struct fm_rpc_result r;

    (void)state;
    init_world(&w, 0);
    open_world(&w);
    (void)begin(&w, "GetFact", "a", 0, 0);
    fd = (struct pollfd){.fd = fm_rpc_client_fd(w.client), .events = POLLIN};
    while (!fm_rpc_client_next(w.client, 0, &r))
        assert_int_equal(poll(&fd, 1, PATIENCE_MS), 1);
    assert_fm_ok(r.error);
    close_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nobody_there),
        cmocka_unit_test(test_endpoints),
        cmocka_unit_test(test_server_restarts),
        cmocka_unit_test(test_call_among_others),
        cmocka_unit_test(test_retries),
        cmocka_unit_test(test_does_not_retry),
        cmocka_unit_test(test_descriptor_for_polling),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
