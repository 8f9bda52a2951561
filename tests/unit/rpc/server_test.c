/* Calls of one reply: threads, limits, deadlines, cancellation, draining. */
#include "unit/rpc/world.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

static void check_unary(uint32_t threads, const char *endpoint)
{
    struct world w;
    struct fm_why why = FM_WHY_INIT;
    char id[64];

    init_world(&w, threads);
    if (endpoint != NULL)
        start_world(&w, endpoint);
    else
        open_world(&w);
    for (int i = 0; i < 100; i++) {
        char ask[16];

        (void)snprintf(ask, sizeof ask, "fact-%d", i);
        assert_fm_ok(get(&w, ask, 5000, &why, id));
        assert_string_equal(id, ask);
    }
    assert_fm_err(get(&w, "missing", 5000, &why, id), FM_ENOTFOUND);
    assert_string_equal(why.text, "there is no fact missing");
    assert_string_equal(why.reason, "FACT_UNKNOWN");
    assert_string_equal(why.field, "id");
    assert_int_equal(why.retry_after_ms, 7);
    assert_int_equal(stats_of(&w).calls, 101);
    assert_int_equal(stats_of(&w).failed, 1);
    wait_for(stats_of(&w).open == 0);
    assert_int_equal(stats_of(&w).held_bytes, 0);
    close_world(&w);
}

static void test_ipc_on_loop(void **state)
{
    (void)state;
    check_unary(0, NULL);
}

static void test_ipc_on_threads(void **state)
{
    (void)state;
    check_unary(3, NULL);
}

static void test_tcp(void **state)
{
    (void)state;
    check_unary(1, "tcp://127.0.0.1:*");
    check_unary(0, "tcp://localhost:0");
}

/* Not every machine, and few containers, have an IPv6 loopback. */
static bool has_ipv6(void)
{
    const struct sockaddr_in6 address = {.sin6_family = AF_INET6,
                                         .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool has =
        fd >= 0 && bind(fd, (const struct sockaddr *)(const void *)&address,
                        sizeof address) == 0;

    if (fd >= 0)
        (void)close(fd);
    return has;
}

static void test_tcp_6(void **state)
{
    (void)state;
    if (!has_ipv6()) {
        print_message("no IPv6 loopback here\n");
        skip();
    }
    check_unary(0, "tcp://[::1]:*");
}

static void test_many_at_once(void **state)
{
    struct world w;
    bool seen[2001] = {false};

    (void)state;
    init_world(&w, 2);
    open_world(&w);
    for (int i = 0; i < 2000; i++)
        (void)begin(&w, "GetFact", "a fact", 0, 0);
    assert_int_equal(fm_rpc_client_open_calls(w.client), 2000);
    for (int i = 0; i < 2000; i++) {
        struct fm_rpc_result r = next(&w);

        assert_fm_ok(r.error);
        assert_false(r.more);
        assert_true(r.call >= 1 && r.call <= 2000 && !seen[r.call]);
        seen[r.call] = true;
    }
    assert_int_equal(fm_rpc_client_open_calls(w.client), 0);
    close_world(&w);
}

static void test_reply_from_another_thread(void **state)
{
    struct world w;

    (void)state;
    init_world(&w, 0);
    open_world(&w);
    for (int i = 0; i < 10; i++) {
        char id[] = "later";
        struct fm_rpc_call *call;

        (void)begin(&w, "GetFact", "hold", 0, 0);
        call = take_held(&w.service);
        assert_string_equal(fm_rpc_call_method(call),
                            "/factmill.v1.Query/GetFact");
        assert_true(fm_rpc_call_left_ms(call) > 20000);
        assert_false(fm_rpc_call_dead(call));
        assert_int_equal(fm_rpc_call_body(call).len, 6);
        reply_fact(call, id);
        assert_fm_ok(next(&w).error);
    }
    close_world(&w);
}

/* Before a short deadline: connecting does not count. */
static void connected(struct world *w)
{
    struct fm_why why = FM_WHY_INIT;
    char id[64];

    assert_fm_ok(get(w, "first", PATIENCE_MS, &why, id));
}

/* The client is answered in time; the late end only frees the call. */
static void test_deadline(void **state)
{
    struct world w;
    struct fm_rpc_call *call;
    char id[] = "too late";

    (void)state;
    init_world(&w, 0);
    open_world(&w);
    connected(&w);
    (void)begin(&w, "GetFact", "hold", 50, 0);
    call = take_held(&w.service);
    assert_int_equal(next(&w).error, FM_EDEADLINE);
    wait_for(fm_rpc_call_dead(call));
    assert_int_equal(fm_rpc_call_left_ms(call), 0);
    assert_int_equal(stats_of(&w).open, 1);
    reply_fact(call, id);
    wait_for(stats_of(&w).open == 0);
    assert_false(fm_rpc_client_next(w.client, 0, &(struct fm_rpc_result){0}));
    close_world(&w);
}

/* The one thread is busy: what expires meanwhile is not begun. */
static void test_expired_work_is_not_begun(void **state)
{
    struct world w;

    (void)state;
    init_world(&w, 1);
    open_world(&w);
    (void)begin(&w, "GetFact", "gate", 0, 0);
    wait_for(atomic_load(&w.service.begun) == 1);
    for (int i = 0; i < 5; i++)
        (void)begin(&w, "GetFact", "never", 30, 0);
    for (int i = 0; i < 5; i++)
        assert_int_equal(next(&w).error, FM_EDEADLINE);
    wait_for(stats_of(&w).open == 1); /* they have expired there too */
    open_gate(&w.service);
    assert_fm_ok(next(&w).error);
    wait_for(stats_of(&w).open == 0);
    assert_int_equal(atomic_load(&w.service.begun), 1);
    close_world(&w);
}

static void test_cancel(void **state)
{
    struct world w;
    struct fm_rpc_call *call;
    uint64_t number;
    char id[] = "cancelled";

    (void)state;
    init_world(&w, 0);
    open_world(&w);
    number = begin(&w, "GetFact", "hold", 0, 0);
    call = take_held(&w.service);
    fm_rpc_client_cancel(w.client, number);
    wait_for(fm_rpc_call_dead(call));
    assert_int_equal(fm_rpc_client_open_calls(w.client), 0);
    reply_fact(call, id);
    wait_for(stats_of(&w).open == 0);
    /* No result of it: the next is of the next call. */
    number = begin(&w, "GetFact", "a", 0, 0);
    assert_int_equal(next(&w).call, number);
    close_world(&w);
}

static void test_unknown_methods(void **state)
{
    static const char *const names[] = {"/factmill.v1.Query/Nothing",
                                        "/factmill.v1.Query/ListFacts",
                                        "factmill.v1.Query/GetFact", ""};
    struct world w;

    (void)state;
    init_world(&w, 0);
    open_world(&w);
    for (size_t i = 0; i < 4; i++) {
        struct fm_rpc_result r;
        struct fm_why why;
        uint64_t call;

        assert_fm_ok(fm_rpc_client_begin(w.client, names[i], fm_str_n(NULL, 0),
                                         0, 0, NULL, &why, &call));
        r = next(&w);
        assert_int_equal(r.error, FM_EUNIMPLEMENTED);
        assert_int_equal(r.code, 12);
        assert_non_null(strstr(r.why.text, names[i]));
    }
    close_world(&w);
}

static void test_bodies_that_are_wrong(void **state)
{
    struct world w;
    struct fm_why why = FM_WHY_INIT;
    struct fm_rpc_result r;
    uint64_t call;
    char *big = calloc(1, FM_LIMIT_BODY_DEFAULT + 1);
    const struct fm_rpc_client_options options = {
        .endpoint = w.endpoint, .max_message_bytes = FM_LIMIT_BODY_HARD};

    (void)state;
    init_world(&w, 0);
    open_world(&w);
    assert_fm_ok(fm_rpc_client_begin(w.client, "/factmill.v1.Query/GetFact",
                                     fm_str("\x0a\x7f"), 0, 0, NULL, &why,
                                     &call));
    r = next(&w);
    assert_int_equal(r.error, FM_EINVAL);
    assert_string_equal(r.why.reason, "BODY_MALFORMED");
    /* Refused here, then, by a client that knows another limit, there. */
    assert_fm_err(fm_rpc_client_begin(w.client, "/factmill.v1.Query/GetFact",
                                      fm_str_n(big, FM_LIMIT_BODY_DEFAULT + 1),
                                      0, 0, NULL, &why, &call),
                  FM_ETOOBIG);
    fm_rpc_client_close(w.client);
    assert_fm_ok(fm_rpc_client_open(&options, &why, &w.client));
    assert_fm_ok(fm_rpc_client_begin(w.client, "/factmill.v1.Query/GetFact",
                                     fm_str_n(big, FM_LIMIT_BODY_DEFAULT + 1),
                                     0, 0, NULL, &why, &call));
    r = next(&w);
    assert_int_equal(r.error, FM_ETOOBIG);
    assert_int_equal(r.code, 8);
    assert_string_equal(r.why.reason, "MESSAGE_TOO_LARGE");
    free(big);
    close_world(&w);
}

static void test_reply_too_large(void **state)
{
    struct world w;
    struct fm_why why = FM_WHY_INIT;
    char id[64];

    (void)state;
    init_world(&w, 1);
    open_world(&w);
    assert_fm_err(get(&w, "large", 5000, &why, id), FM_ETOOBIG);
    assert_string_equal(why.reason, "REPLY_TOO_LARGE");
    close_world(&w);
}

static void test_limits_of_calls(void **state)
{
    struct world w;
    struct fm_rpc_result r;

    (void)state;
    init_world(&w, 0);
    w.options.max_calls_per_peer = 3;
    open_world(&w);
    for (int i = 0; i < 4; i++)
        (void)begin(&w, "GetFact", "hold", 0, 0);
    r = next(&w);
    assert_int_equal(r.error, FM_EBUSY);
    assert_int_equal(r.code, 8);
    assert_true(r.why.retry_after_ms > 0);
    assert_string_equal(r.why.reason, "TOO_MANY_CALLS");
    for (int i = 0; i < 3; i++)
        fm_rpc_fail(take_held(&w.service), FM_EABORTED, NULL);
    for (int i = 0; i < 3; i++)
        assert_int_equal(next(&w).error, FM_EABORTED);
    (void)begin(&w, "GetFact", "a", 0, 0);
    assert_fm_ok(next(&w).error);
    close_world(&w);
}

static void test_limit_of_all(void **state)
{
    struct world w;

    (void)state;
    init_world(&w, 0);
    w.options.max_calls = 2;
    open_world(&w);
    for (int i = 0; i < 3; i++)
        (void)begin(&w, "GetFact", "hold", 0, 0);
    assert_string_equal(next(&w).why.reason, "SERVER_BUSY");
    for (int i = 0; i < 2; i++)
        fm_rpc_fail(take_held(&w.service), FM_EABORTED, NULL);
    for (int i = 0; i < 2; i++)
        assert_int_equal(next(&w).error, FM_EABORTED);
    close_world(&w);
}

static void test_limit_of_bytes(void **state)
{
    struct world w;

    (void)state;
    init_world(&w, 0);
    w.options.max_call_bytes = 60;
    open_world(&w);
    (void)begin(&w, "GetFact", "hold", 0, 0);
    (void)begin(&w, "GetFact", "hold", 0, 0);
    assert_string_equal(next(&w).why.reason, "SERVER_BUSY");
    fm_rpc_fail(take_held(&w.service), FM_EABORTED, NULL);
    assert_int_equal(next(&w).error, FM_EABORTED);
    close_world(&w);
}

/* A small body that would be gigabytes in memory: two bytes a message. */
static void test_bomb(void **state)
{
    struct world w;
    struct fm_why why = FM_WHY_INIT;
    struct fm_rpc_result r;
    uint64_t call;
    char *bytes = malloc(4000000);

    (void)state;
    init_world(&w, 0);
    open_world(&w);
    /* FactFilter.time_from once and again: each is merged with the last. */
    for (size_t i = 0; i < 4000000; i += 4)
        memcpy(bytes + i, "\x0a\x02\x5a\x00", 4);
    assert_fm_ok(fm_rpc_client_begin(w.client, "/factmill.v1.Query/WatchFacts",
                                     fm_str_n(bytes, 4000000), 0, 0, NULL, &why,
                                     &call));
    r = next(&w);
    assert_int_equal(r.error, FM_ETOOBIG);
    assert_string_equal(r.why.reason, "BODY_TOO_COMPLEX");
    free(bytes);
    close_world(&w);
}

static void test_drain(void **state)
{
    struct world w;
    struct fm_rpc_result r;
    char id[] = "done";

    (void)state;
    init_world(&w, 0);
    open_world(&w);
    (void)begin(&w, "GetFact", "hold", 0, 0);
    wait_for(atomic_load(&w.service.begun) == 1);
    fm_rpc_server_drain(w.server);
    assert_false(fm_rpc_server_idle(w.server, 1));
    (void)begin(&w, "GetFact", "new", 0, 0);
    r = next(&w);
    assert_int_equal(r.error, FM_EUNAVAILABLE);
    assert_string_equal(r.why.reason, "DRAINING");
    assert_true(r.why.retry_after_ms > 0);
    reply_fact(take_held(&w.service), id);
    assert_true(fm_rpc_server_idle(w.server, PATIENCE_MS));
    /* The reply leaves even when the server stops at once. */
    fm_rpc_server_stop(w.server);
    w.server = NULL;
    r = next(&w);
    if (r.error != FM_OK)
        fail_msg("%s", r.why.text);
    close_world(&w);
}

static void test_stop_with_calls_open(void **state)
{
    struct world w;

    (void)state;
    init_world(&w, 2);
    open_world(&w);
    (void)begin(&w, "GetFact", "hold", 0, 0);
    (void)begin(&w, "GetFact", "gate", 0, 0);
    (void)begin(&w, "GetFact", "gate", 0, 0);
    for (int i = 0; i < 100; i++)
        (void)begin(&w, "GetFact", "x", 0, 0);
    wait_for(atomic_load(&w.service.begun) >= 2);
    open_gate(&w.service);
    close_world(&w);
}

/* --- binding ----------------------------------------------------------------- */

static void test_endpoint_in_use(void **state)
{
    struct world w;
    struct world other;
    struct fm_why why = FM_WHY_INIT;

    (void)state;
    init_world(&w, 0);
    open_world(&w);
    init_world(&other, 0);
    start_world(&other, "tcp://127.0.0.1:0");
    assert_fm_err(fm_rpc_server_bind(w.server, other.endpoint, &why, NULL),
                  FM_ELOCKED);
    assert_non_null(strstr(why.text, "stop that one"));
    assert_fm_err(fm_rpc_server_bind(other.server, w.endpoint, &why, NULL),
                  FM_ELOCKED);
    assert_fm_err(fm_rpc_server_bind(w.server, "tcp://0.0.0.0:0", &why, NULL),
                  FM_EPERM);
    close_world(&other);
    /* What that one left behind is in nobody's way. */
    assert_fm_ok(fm_rpc_server_bind(w.server, other.endpoint, &why, NULL));
    close_world(&w);
}

static void test_stale_ipc_file(void **state)
{
    struct world w;
    char copy[256];
    struct fm_why why = FM_WHY_INIT;

    (void)state;
    init_world(&w, 0);
    open_world(&w);
    (void)snprintf(copy, sizeof copy, "%s/stale", w.folder);
    assert_int_equal(link(w.endpoint + strlen("ipc://"), copy), 0);
    fm_rpc_server_stop(w.server);
    w.server = NULL;
    {
        const struct fm_rpc_server_options options = {0};

        assert_fm_ok(fm_rpc_server_start(&options, &why, &w.server));
        (void)snprintf(copy, sizeof copy, "ipc://%s/stale", w.folder);
        assert_fm_ok(fm_rpc_server_bind(w.server, copy, &why, NULL));
    }
    close_world(&w);
}

static enum fm_error refuse_thread(void *user, struct fm_why *why,
                                   void **ret_state)
{
    unsigned *n = user;

    if (++*n == 2)
        return fm_fail(FM_EIO, why, NULL, "no second one");
    *ret_state = n;
    return FM_OK;
}

static void count_stop(void *user, void *thread)
{
    assert_ptr_equal(user, thread);
    *(unsigned *)user += 10;
}

static void test_thread_that_does_not_start(void **state)
{
    unsigned n = 0;
    const struct fm_rpc_server_options options = {.threads = 3,
                                                  .thread_start = refuse_thread,
                                                  .thread_stop = count_stop,
                                                  .thread_user = &n};
    struct fm_rpc_server *server = NULL;
    struct fm_why why = FM_WHY_INIT;

    (void)state;
    assert_fm_err(fm_rpc_server_start(&options, &why, &server), FM_EIO);
    assert_string_equal(why.text, "no second one");
    assert_null(server);
    assert_int_equal(n, 12);
}

/* --- PULL -------------------------------------------------------------------- */

static void count_frame(void *user, struct fm_str frame)
{
    atomic_fetch_add((atomic_ullong *)user, frame.len);
}

static void test_pull(void **state)
{
    struct world w;
    atomic_ullong bytes = 0;
    struct fm_why why = FM_WHY_INIT;
    char endpoint[256];

    (void)state;
    init_world(&w, 0);
    open_world(&w);
    assert_fm_ok(fm_rpc_server_pull(w.server, "tcp://127.0.0.1:*", count_frame,
                                    &bytes, &why, endpoint));
    fm_socket_close(w.raw);
    /* A DEALER may not talk to PULL; to ZeroMQ a PUSH is what it is called. */
    assert_fm_ok(fm_socket_open(w.context, FM_SOCKET_PUSH, &why, &w.raw));
    assert_fm_ok(fm_socket_connect(w.raw, endpoint, &why));
    for (int i = 0; i < 100; i++)
        raw_send(&w, (struct fm_str[]){fm_str("12345")}, 1);
    wait_for(atomic_load(&bytes) == 500);
    assert_int_equal(stats_of(&w).pulled, 100);
    fm_rpc_server_pull_pause(w.server, true);
    close_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ipc_on_loop),
        cmocka_unit_test(test_ipc_on_threads),
        cmocka_unit_test(test_tcp),
        cmocka_unit_test(test_tcp_6),
        cmocka_unit_test(test_many_at_once),
        cmocka_unit_test(test_reply_from_another_thread),
        cmocka_unit_test(test_deadline),
        cmocka_unit_test(test_expired_work_is_not_begun),
        cmocka_unit_test(test_cancel),
        cmocka_unit_test(test_unknown_methods),
        cmocka_unit_test(test_bodies_that_are_wrong),
        cmocka_unit_test(test_reply_too_large),
        cmocka_unit_test(test_limits_of_calls),
        cmocka_unit_test(test_limit_of_all),
        cmocka_unit_test(test_limit_of_bytes),
        cmocka_unit_test(test_bomb),
        cmocka_unit_test(test_drain),
        cmocka_unit_test(test_stop_with_calls_open),
        cmocka_unit_test(test_endpoint_in_use),
        cmocka_unit_test(test_stale_ipc_file),
        cmocka_unit_test(test_thread_that_does_not_start),
        cmocka_unit_test(test_pull),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
