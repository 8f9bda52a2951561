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

/* A socket that listens, lets everybody in and never answers. */
struct deaf {
    struct fm_context *context;
    struct fm_socket *socket;
    char folder[64];
    char endpoint[256];
};

static void open_deaf(struct deaf *d)
{
    char endpoint[128];
    struct fm_why why = FM_WHY_INIT;

    (void)snprintf(d->folder, sizeof d->folder, "/tmp/fm-rpc-XXXXXX");
    fm_test_folder(d->folder);
    (void)snprintf(endpoint, sizeof endpoint, "ipc://%s/s", d->folder);
    assert_fm_ok(fm_context_open(&why, &d->context));
    assert_fm_ok(
        fm_socket_open(d->context, FM_SOCKET_ROUTER, &why, &d->socket));
    assert_fm_ok(fm_socket_bind(d->socket, endpoint, &why, d->endpoint));
}

static void close_deaf(struct deaf *d)
{
    fm_socket_close(d->socket);
    fm_context_close(d->context);
    fm_test_remove(d->folder);
}

/* The name that ZeroMQ gave the connection of the next message. */
static struct fm_str peer_of_next(struct deaf *d, char bytes[64])
{
    struct fm_frame frame;
    struct fm_str name = {bytes, 0};
    bool more = true;
    bool first = true;

    fm_frame_init(&frame);
    wait_for(fm_socket_ready(d->socket));
    while (more) {
        assert_fm_ok(fm_socket_receive(d->socket, &frame, &more));
        if (first) {
            name.len = fm_frame_bytes(&frame).len;
            assert_true(name.len <= 64);
            memcpy(bytes, fm_frame_bytes(&frame).data, name.len);
        }
        first = false;
    }
    fm_frame_release(&frame);
    return name;
}

static void begin_short(struct world *w, uint32_t timeout_ms)
{
    (void)begin(w, "GetFact", "x", timeout_ms, 0);
}

static void test_silence_ends_a_connection(void **state)
{
    struct deaf d;
    struct world w = {.client = NULL};
    struct fm_rpc_client_options options = {.silence_ms = 40};
    struct fm_why why = FM_WHY_INIT;
    struct fm_rpc_result r;
    char names[3][64];
    struct fm_str peers[3];

    (void)state;
    open_deaf(&d);
    options.endpoint = d.endpoint;
    assert_fm_ok(fm_rpc_client_open(&options, &why, &w.client));
    begin_short(&w, PATIENCE_MS);
    /* Too soon to say: nothing was heard for 20 ms only. */
    begin_short(&w, 20);
    r = next(&w);
    assert_int_equal(r.error, FM_EDEADLINE);
    peers[0] = peer_of_next(&d, names[0]);
    peers[1] = peer_of_next(&d, names[1]);
    assert_true(fm_str_eq(peers[0], peers[1]));
    begin_short(&w, 100);
    assert_true(fm_str_eq(peer_of_next(&d, names[1]), peers[0]));
    r = next(&w);
    assert_int_equal(r.error, FM_EDEADLINE);
    /* The patient one learns of it as well, and the next goes another way. */
    r = next(&w);
    assert_int_equal(r.error, FM_EUNAVAILABLE);
    assert_string_equal(r.why.reason, "CONNECTION_LOST");
    begin_short(&w, PATIENCE_MS);
    peers[2] = peer_of_next(&d, names[2]);
    assert_false(fm_str_eq(peers[0], peers[2]));
    fm_rpc_client_close(w.client);
    close_deaf(&d);
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
        cmocka_unit_test(test_silence_ends_a_connection),
        cmocka_unit_test(test_descriptor_for_polling),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
