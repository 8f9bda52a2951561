/* Connections that are cut: those that sent the most, and only those. */
#include "base/clock.h"
#include "fm_test.h"
#include "rpc/socket.h"

#include <poll.h>

#define PATIENCE_MS 10000u
#define MUCH        ((size_t)1 << 20)
#define MIN         ((uint64_t)64 << 10)

static void send_bytes(struct fm_socket *client, size_t n)
{
    struct fm_frame frame;
    char *bytes = calloc(1, n);

    assert_non_null(bytes);
    fm_frame_init(&frame);
    assert_fm_ok(fm_frame_copy(&frame, fm_str_n(bytes, n)));
    assert_fm_ok(fm_socket_send(client, &frame, false));
    fm_frame_release(&frame);
    free(bytes);
}

/* The length of the next message. */
static size_t receive(struct fm_socket *router)
{
    uint64_t until = fm_now_ms() + PATIENCE_MS;
    struct fm_frame frame;
    bool more = true;
    size_t n;

    fm_frame_init(&frame);
    while (fm_socket_receive(router, &frame, &more) != FM_OK) {
        if (fm_now_ms() > until)
            fail_msg("nothing came");
        (void)poll(NULL, 0, 1);
    }
    while (more)
        assert_fm_ok(fm_socket_receive(router, &frame, &more));
    n = fm_frame_bytes(&frame).len;
    fm_frame_release(&frame);
    return n;
}

static void expect_link(struct fm_socket *client, enum fm_link link)
{
    uint64_t until = fm_now_ms() + PATIENCE_MS;

    while (fm_socket_link(client) != link) {
        if (fm_now_ms() > until)
            fail_msg("the link is not %d", (int)link);
        (void)poll(NULL, 0, 1);
    }
}

static void test_most_is_cut(void **state)
{
    struct fm_context *context = NULL;
    struct fm_socket *router = NULL;
    struct fm_socket *clients[3] = {NULL};
    struct fm_visits visits = {0};
    struct fm_why why = FM_WHY_INIT;
    char endpoint[FM_ENDPOINT_SIZE];

    (void)state;
    assert_fm_ok(fm_context_open(&why, &context));
    assert_fm_ok(fm_socket_open(context, FM_SOCKET_ROUTER, &why, &router));
    assert_fm_ok(fm_socket_bind(router, "tcp://127.0.0.1:*", &why, endpoint));
    for (size_t i = 0; i < 3; i++) {
        assert_fm_ok(
            fm_socket_open(context, FM_SOCKET_DEALER, &why, &clients[i]));
        assert_fm_ok(fm_socket_connect(clients[i], endpoint, &why));
        expect_link(clients[i], FM_LINK_UP);
        send_bytes(clients[i], i == 0 ? MUCH : 100);
        (void)receive(router);
    }
    fm_socket_visits(router, &visits);
    assert_int_equal(visits.accepted, 3);
    /* What came before does not count. */
    fm_socket_look(router, true);
    assert_int_equal(fm_socket_cut(router, MIN), 0);
    send_bytes(clients[1], MUCH);
    send_bytes(clients[2], 100);
    assert_int_equal(receive(router) + receive(router), MUCH + 100);
    /* It is silent now, and not forgotten. */
    for (int i = 0; i < 100; i++)
        fm_socket_look(router, false);
    assert_int_equal(fm_socket_cut(router, MIN), 1);
    expect_link(clients[1], FM_LINK_LOST);
    /* The others are still there, and it may come again. */
    send_bytes(clients[0], 7);
    assert_int_equal(receive(router), 7);
    assert_int_equal(fm_socket_link(clients[2]), FM_LINK_UP);
    for (size_t i = 0; i < 3; i++)
        fm_socket_close(clients[i]);
    fm_socket_close(router);
    fm_context_close(context);
}

/* A descriptor that is somebody else's meanwhile is left alone. */
static void test_closed_ones(void **state)
{
    struct fm_context *context = NULL;
    struct fm_socket *router = NULL;
    struct fm_visits visits = {0};
    struct fm_why why = FM_WHY_INIT;
    char endpoint[FM_ENDPOINT_SIZE];

    (void)state;
    assert_fm_ok(fm_context_open(&why, &context));
    assert_fm_ok(fm_socket_open(context, FM_SOCKET_ROUTER, &why, &router));
    assert_fm_ok(fm_socket_bind(router, "tcp://127.0.0.1:*", &why, endpoint));
    for (int i = 0; i < 200; i++) {
        struct fm_socket *client = NULL;

        assert_fm_ok(fm_socket_open(context, FM_SOCKET_DEALER, &why, &client));
        assert_fm_ok(fm_socket_connect(client, endpoint, &why));
        expect_link(client, FM_LINK_UP);
        fm_socket_visits(router, &visits);
        fm_socket_close(client);
    }
    fm_socket_look(router, false);
    assert_int_equal(fm_socket_cut(router, MIN), 0);
    fm_socket_close(router);
    fm_context_close(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_most_is_cut),
        cmocka_unit_test(test_closed_ones),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
