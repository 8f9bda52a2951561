/* Doors that are shut and opened again. */
#include "base/clock.h"
#include "fm_test.h"
#include "rpc/socket.h"

#include <poll.h>

#define PATIENCE_MS 10000u

struct house {
    char folder[64];
    char endpoint[FM_ENDPOINT_SIZE];
    struct fm_context *context;
    struct fm_socket *router;
    struct fm_socket *clients[2];
    struct fm_visits visits;
};

static void send_one(struct fm_socket *client, const char *text)
{
    struct fm_frame frame;

    fm_frame_init(&frame);
    assert_fm_ok(fm_frame_copy(&frame, fm_str(text)));
    assert_fm_ok(fm_socket_send(client, &frame, false));
    fm_frame_release(&frame);
}

/* The text of the next message, within ms; false = none came. */
static bool receive_one(struct house *h, uint64_t ms, char ret[64])
{
    uint64_t until = fm_now_ms() + ms;
    struct fm_frame frame;
    bool more = true;

    fm_frame_init(&frame);
    while (fm_socket_receive(h->router, &frame, &more) != FM_OK) {
        if (fm_now_ms() > until) {
            fm_frame_release(&frame);
            return false;
        }
        (void)poll(NULL, 0, 1);
    }
    while (more)
        assert_fm_ok(fm_socket_receive(h->router, &frame, &more));
    (void)snprintf(ret, 64, "%.*s", FM_STR_ARG(fm_frame_bytes(&frame)));
    fm_frame_release(&frame);
    return true;
}

static uint32_t accepted(struct house *h)
{
    fm_socket_visits(h->router, &h->visits);
    return h->visits.accepted;
}

static void expect(struct house *h, const char *text)
{
    char got[64] = "nothing";

    (void)receive_one(h, PATIENCE_MS, got);
    assert_string_equal(got, text);
}

static void open_house(struct house *h, bool tcp)
{
    struct fm_why why = FM_WHY_INIT;
    char endpoint[128] = "tcp://127.0.0.1:*";

    memset(h, 0, sizeof *h);
    (void)snprintf(h->folder, sizeof h->folder, "/tmp/fm-door-XXXXXX");
    fm_test_folder(h->folder);
    if (!tcp)
        (void)snprintf(endpoint, sizeof endpoint, "ipc://%s/s", h->folder);
    assert_fm_ok(fm_context_open(&why, &h->context));
    assert_fm_ok(
        fm_socket_open(h->context, FM_SOCKET_ROUTER, &why, &h->router));
    if (fm_socket_bind(h->router, endpoint, &why, h->endpoint) != FM_OK)
        fail_msg("%s", why.text);
    for (size_t i = 0; i < 2; i++)
        assert_fm_ok(
            fm_socket_open(h->context, FM_SOCKET_DEALER, &why, &h->clients[i]));
}

static void close_house(struct house *h)
{
    fm_socket_close(h->clients[0]);
    fm_socket_close(h->clients[1]);
    fm_socket_close(h->router);
    fm_context_close(h->context);
    fm_test_remove(h->folder);
}

static void come_and_go(enum fm_door_kind kind, enum fm_door_kind other)
{
    struct fm_why why = FM_WHY_INIT;
    struct house h;
    char got[64];

    open_house(&h, kind == FM_DOOR_TCP);
    assert_fm_ok(fm_socket_connect(h.clients[0], h.endpoint, &why));
    send_one(h.clients[0], "in");
    expect(&h, "in");
    assert_int_equal(accepted(&h), 1);
    fm_socket_shut(h.router, other, true); /* not this door */
    fm_socket_shut(h.router, kind, true);
    fm_socket_shut(h.router, kind, true);
    assert_fm_ok(fm_socket_connect(h.clients[1], h.endpoint, &why));
    send_one(h.clients[1], "out");
    assert_false(receive_one(&h, 300, got));
    assert_int_equal(accepted(&h), 1);
    send_one(h.clients[0], "still in");
    expect(&h, "still in");
    /* Nobody waits there. */
    assert_true(fm_socket_turn_away(h.router));
    fm_socket_shut(h.router, kind, false);
    expect(&h, "out");
    assert_int_equal(accepted(&h), 2);
    assert_int_equal(h.visits.failed, 0);
    send_one(h.clients[0], "in all the time");
    expect(&h, "in all the time");
    close_house(&h);
}

static void tcp_lets_nobody_new_in_while_shut(void **state)
{
    (void)state;
    come_and_go(FM_DOOR_TCP, FM_DOOR_IPC);
}

static void ipc_lets_nobody_new_in_while_shut(void **state)
{
    (void)state;
    come_and_go(FM_DOOR_IPC, FM_DOOR_TCP);
}

/* Shut is not gone: nobody else may take the endpoint. */
static void a_shut_door_is_in_use(void **state)
{
    struct fm_why why = FM_WHY_INIT;
    struct fm_socket *second = NULL;
    struct house h;

    (void)state;
    open_house(&h, false);
    fm_socket_shut(h.router, FM_DOOR_IPC, true);
    assert_fm_ok(fm_socket_open(h.context, FM_SOCKET_PULL, &why, &second));
    assert_fm_err(fm_socket_bind(second, h.endpoint, &why, NULL), FM_ELOCKED);
    fm_socket_close(second);
    close_house(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tcp_lets_nobody_new_in_while_shut),
        cmocka_unit_test(ipc_lets_nobody_new_in_while_shut),
        cmocka_unit_test(a_shut_door_is_in_use),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
