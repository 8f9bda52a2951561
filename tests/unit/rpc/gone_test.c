/* A peer that sends more than is received, and resets its connection: libzmq 4.3.4
 * ends the process when a heartbeat of its own is due there. (It took three
 * seconds while there were heartbeats; the test waits for longer.) */
#include "fm_test.h"
#include "rpc/socket.h"

#include <arpa/inet.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define WAIT_MS 4000

/* ZMTP 3.0 (rfc.zeromq.org/spec/23): greeting, READY of a DEALER, one message. */
static const unsigned char GREETING[64] = {
    [0] = 0xff, [9] = 0x7f, [10] = 3, [12] = 'N', 'U', 'L', 'L'};
static const unsigned char READY[] = "\x04\x29\x05READY"
                                     "\x0bSocket-Type\0\0\0\x06"
                                     "DEALER"
                                     "\x08Identity\0\0\0\0";
static const unsigned char MESSAGE[] = "\0\x05hello";

static void send_all(int fd, const void *bytes, size_t len)
{
    const char *at = bytes;

    while (len > 0) {
        ssize_t n = send(fd, at, len, MSG_NOSIGNAL);

        assert_true(n > 0);
        at += n;
        len -= (size_t)n;
    }
}

static int connect_to(const char *endpoint)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    const char *port = strrchr(endpoint, ':');
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    assert_non_null(port);
    address.sin_port = htons((uint16_t)strtoul(port + 1, NULL, 10));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_true(fd >= 0);
    assert_int_equal(
        connect(fd, (const struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

static void reset(int fd)
{
    const struct linger now = {.l_onoff = 1, .l_linger = 0};

    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now),
                     0);
    (void)close(fd);
}

static void a_flooder_that_is_gone_harms_nobody(void **state)
{
    struct fm_context *context = NULL;
    struct fm_socket *router = NULL;
    struct fm_why why = FM_WHY_INIT;
    struct fm_frame frame;
    char endpoint[FM_ENDPOINT_SIZE];
    char answer[256];
    bool more;
    int received = 0;
    int fd;

    (void)state;
    assert_fm_ok(fm_context_open(&why, &context));
    assert_fm_ok(fm_socket_open(context, FM_SOCKET_ROUTER, &why, &router));
    assert_fm_ok(fm_socket_bind(router, "tcp://127.0.0.1:0", &why, endpoint));
    fd = connect_to(endpoint);
    send_all(fd, GREETING, sizeof GREETING);
    send_all(fd, READY, sizeof READY - 1);
    /* Its greeting and READY: the connection is up. */
    for (size_t n = 0; n < 64 + 30;) {
        ssize_t got = recv(fd, answer, sizeof answer, 0);

        assert_true(got > 0);
        n += (size_t)got;
    }
    for (int i = 0; i < 4000; i++)
        send_all(fd, MESSAGE, sizeof MESSAGE - 1);
    (void)poll(NULL, 0, 100);
    reset(fd);
    (void)poll(NULL, 0, WAIT_MS);
    fm_frame_init(&frame);
    while (fm_socket_ready(router) &&
           fm_socket_receive(router, &frame, &more) == FM_OK)
        received++;
    assert_true(received > 0);
    fm_frame_release(&frame);
    fm_socket_close(router);
    fm_context_close(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_flooder_that_is_gone_harms_nobody),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
