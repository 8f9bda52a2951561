/* Streams: credit, waiting and waking, cancellation, deadline, draining. */
#include "unit/rpc/world.h"

static void take_numbers(struct world *w, uint64_t from, uint64_t to)
{
    for (uint64_t i = from; i <= to; i++) {
        struct fm_rpc_result r = next(w);

        assert_fm_ok(r.error);
        assert_true(r.more);
        assert_int_equal(number_of(r.body), i);
    }
}

static bool nothing_for(struct world *w, uint64_t wait_ms)
{
    struct fm_rpc_result r;

    return !fm_rpc_client_next(w->client, wait_ms, &r);
}

static void open_with_limit(struct world *w, uint32_t threads, uint64_t limit)
{
    init_world(w, threads);
    atomic_store(&w->service.limit, limit);
    open_world(w);
}

/* On the loop and on threads alike. */
static void check_credit(uint32_t threads)
{
    struct world w;
    uint64_t call;
    unsigned steps;

    open_with_limit(&w, threads, 10);
    call = begin(&w, "WatchFacts", "", 0, 0);
    assert_true(nothing_for(&w, 50));
    assert_int_equal(atomic_load(&w.service.steps), 0);
    fm_rpc_client_credit(w.client, call, 4);
    take_numbers(&w, 1, 4);
    steps = atomic_load(&w.service.steps);
    assert_true(nothing_for(&w, 20));
    /* Nothing is made that has no credit. */
    assert_int_equal(atomic_load(&w.service.steps), steps);
    fm_rpc_client_credit(w.client, call, 3);
    fm_rpc_client_credit(w.client, call, 100);
    take_numbers(&w, 5, 10);
    assert_true(nothing_for(&w, 20));
    /* It waits, is woken, goes on, and fails at thirteen. */
    atomic_store(&w.service.limit, 12);
    fm_rpc_stream_wake(w.server, atomic_load(&w.service.watch_handle));
    take_numbers(&w, 11, 12);
    atomic_store(&w.service.limit, 20);
    fm_rpc_stream_wake(w.server, atomic_load(&w.service.watch_handle));
    take_numbers(&w, 13, 13);
    {
        struct fm_rpc_result r = next(&w);

        assert_int_equal(r.error, FM_ECORRUPT);
        assert_string_equal(r.why.reason, "THIRTEEN");
        assert_false(r.more);
    }
    wait_for(stats_of(&w).open == 0);
    assert_int_equal(atomic_load(&w.service.streams_released), 1);
    /* A handle outlives its stream. */
    fm_rpc_stream_wake(w.server, atomic_load(&w.service.watch_handle));
    close_world(&w);
}

static void test_credit_on_loop(void **state)
{
    (void)state;
    check_credit(0);
}

static void test_credit_on_threads(void **state)
{
    (void)state;
    check_credit(2);
}

static void test_last_message_ends(void **state)
{
    struct world w;
    struct fm_rpc_result r;

    (void)state;
    open_with_limit(&w, 1, 0);
    (void)begin(&w, "ExportFacts", "", 0, 100);
    take_numbers(&w, 1, 2);
    r = next(&w);
    assert_fm_ok(r.error);
    assert_false(r.more);
    assert_int_equal(number_of(r.body), 3);
    close_world(&w);
}

static void test_cancel(void **state)
{
    struct world w;
    uint64_t call;

    (void)state;
    open_with_limit(&w, 2, 5);
    call = begin(&w, "WatchFacts", "", 0, 100);
    take_numbers(&w, 1, 5);
    fm_rpc_client_cancel(w.client, call);
    wait_for(atomic_load(&w.service.streams_released) == 1);
    wait_for(stats_of(&w).open == 0);
    assert_true(nothing_for(&w, 10));
    close_world(&w);
}

/* Cancelled at any moment, however busy: each is released once. */
static void test_cancel_races(void **state)
{
    struct world w;
    uint64_t calls[50];

    (void)state;
    open_with_limit(&w, 3, 12);
    fm_rpc_stream_wake(w.server, 0); /* before there is any call */
    for (int round = 0; round < 20; round++) {
        for (int i = 0; i < 50; i++)
            calls[i] = begin(&w, "WatchFacts", "", 0, 1 + (uint32_t)i % 5);
        for (int i = 0; i < 50; i++) {
            fm_rpc_client_credit(w.client, calls[i], 2);
            fm_rpc_stream_wake(w.server, atomic_load(&w.service.watch_handle));
            fm_rpc_client_cancel(w.client, calls[i]);
        }
    }
    wait_for(stats_of(&w).calls == 1000);
    wait_for(stats_of(&w).open == 0);
    /* Some were cancelled before their handler ran. */
    assert_int_equal(atomic_load(&w.service.streams_released),
                     atomic_load(&w.service.streams_begun));
    assert_true(atomic_load(&w.service.streams_begun) > 0);
    assert_int_equal(stats_of(&w).held_bytes, 0);
    close_world(&w);
}

static void test_deadline(void **state)
{
    struct world w;

    (void)state;
    open_with_limit(&w, 0, 2);
    /* Long enough for two messages on a busy machine. */
    (void)begin(&w, "WatchFacts", "", 1000, 100);
    take_numbers(&w, 1, 2);
    assert_int_equal(next(&w).error, FM_EDEADLINE);
    wait_for(atomic_load(&w.service.streams_released) == 1);
    close_world(&w);
}

static void test_client_that_is_gone(void **state)
{
    struct world w;

    (void)state;
    open_with_limit(&w, 1, 2);
    (void)begin(&w, "WatchFacts", "", 0, 100);
    take_numbers(&w, 1, 2);
    fm_rpc_client_close(w.client);
    w.client = NULL;
    /* Its next message finds out; the transport may need a moment. */
    wait_for(
        (atomic_fetch_add(&w.service.limit, 1),
         fm_rpc_stream_wake(w.server, atomic_load(&w.service.watch_handle)),
         stats_of(&w).open == 0));
    assert_int_equal(atomic_load(&w.service.streams_released), 1);
    close_world(&w);
}

static void test_drain_ends_those_that_wait(void **state)
{
    struct world w;
    struct fm_rpc_result r;

    (void)state;
    open_with_limit(&w, 1, 2);
    (void)begin(&w, "WatchFacts", "", 0, 100);
    take_numbers(&w, 1, 2);
    fm_rpc_server_drain(w.server);
    r = next(&w);
    assert_int_equal(r.error, FM_EUNAVAILABLE);
    assert_string_equal(r.why.reason, "DRAINING");
    assert_true(fm_rpc_server_idle(w.server, PATIENCE_MS));
    close_world(&w);
}

/* Credit may never come: the drain is not held up. */
static void test_drain_does_not_wait_for_credit(void **state)
{
    struct world w;
    struct fm_rpc_result r;

    (void)state;
    open_with_limit(&w, 1, 100);
    (void)begin(&w, "WatchFacts", "", 0, 2);
    take_numbers(&w, 1, 2);
    fm_rpc_server_drain(w.server);
    r = next(&w);
    assert_int_equal(r.error, FM_EUNAVAILABLE);
    assert_string_equal(r.why.reason, "DRAINING");
    assert_true(fm_rpc_server_idle(w.server, PATIENCE_MS));
    close_world(&w);
}

static void test_stop_with_streams_open(void **state)
{
    struct world w;

    (void)state;
    open_with_limit(&w, 2, 3);
    for (int i = 0; i < 20; i++)
        (void)begin(&w, "WatchFacts", "", 0, (uint32_t)i % 5);
    take_numbers(&w, 1, 1);
    fm_rpc_server_stop(w.server);
    w.server = NULL;
    assert_int_equal(atomic_load(&w.service.streams_released),
                     atomic_load(&w.service.streams_begun));
    close_world(&w);
}

/* A client that gives credit and does not read holds nobody else up. */
static void test_slow_reader(void **state)
{
    struct world w;
    char header[1024];
    char id[64];
    struct fm_why why = FM_WHY_INIT;

    (void)state;
    open_with_limit(&w, 1, 12);
    for (uint64_t i = 1; i <= 500; i++)
        raw_send(&w,
                 (struct fm_str[]){call_header(i, "WatchFacts", 1000, header),
                                   fm_str_n("", 0)},
                 2);
    for (int i = 0; i < 50; i++)
        assert_fm_ok(get(&w, "x", 5000, &why, id));
    /* All of it arrives once it reads. */
    for (int i = 0; i < 500 * 12; i++) {
        struct raw_reply reply = raw_receive(&w);

        assert_true(reply.header->more);
        raw_free(&reply);
    }
    assert_int_equal(stats_of(&w).dropped_replies, 0);
    close_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_credit_on_loop),
        cmocka_unit_test(test_credit_on_threads),
        cmocka_unit_test(test_last_message_ends),
        cmocka_unit_test(test_cancel),
        cmocka_unit_test(test_cancel_races),
        cmocka_unit_test(test_deadline),
        cmocka_unit_test(test_client_that_is_gone),
        cmocka_unit_test(test_drain_ends_those_that_wait),
        cmocka_unit_test(test_drain_does_not_wait_for_credit),
        cmocka_unit_test(test_stop_with_streams_open),
        cmocka_unit_test(test_slow_reader),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
