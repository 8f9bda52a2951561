/* The HTTP port, asked over a plain socket. */
#include "rpc/http.h"

#include "fm_test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/time.h>

struct world {
    atomic_bool ready;
    struct fm_http *http;
    uint16_t port;
};

static bool is_live(void *user, char reason[64])
{
    (void)user;
    (void)reason;
    return true;
}

static bool is_ready(void *user, char reason[64])
{
    struct world *w = user;

    if (atomic_load(&w->ready))
        return true;
    memcpy(reason, "DRAINING", sizeof "DRAINING");
    return false;
}

static void metrics(void *user, struct fm_buf *out)
{
    (void)user;
    fm_buf_z(out, "factmill_test_total 7\n");
}

static int open_world(void **state)
{
    static struct world w;
    struct fm_http_options options = {.address = "127.0.0.1:0",
                                      .live = is_live,
                                      .ready = is_ready,
                                      .metrics = metrics,
                                      .user = &w};
    struct fm_why why = FM_WHY_INIT;

    atomic_init(&w.ready, false);
    assert_fm_ok(fm_http_start(&options, &why, &w.port, &w.http));
    *state = &w;
    return 0;
}

static int close_world(void **state)
{
    fm_http_stop(((struct world *)*state)->http);
    return 0;
}

static void ask(const struct world *w, const char *request, char answer[4096])
{
    const struct timeval timeout = {.tv_sec = 10};
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons(w->port),
                             .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    size_t len = 0;
    ssize_t n;

    assert_true(fd >= 0);
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof to), 0);
    assert_int_equal(send(fd, request, strlen(request), MSG_NOSIGNAL),
                     strlen(request));
    while ((n = recv(fd, answer + len, 4095 - len, 0)) > 0)
        len += (size_t)n;
    answer[len] = '\0';
    (void)close(fd);
}

#define CLOSE " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

static void check(const struct world *w, const char *request,
                  const char *status, const char *body)
{
    char answer[4096];
    const char *rest;

    ask(w, request, answer);
    if (strncmp(answer, status, strlen(status)) != 0)
        fail_msg("%s: %s", request, answer);
    rest = strstr(answer, "\r\n\r\n");
    assert_non_null(rest);
    assert_string_equal(rest + 4, body);
}

static void test_pages(void **state)
{
    struct world *w = *state;

    check(w, "GET /livez" CLOSE, "HTTP/1.1 200", "ok\n");
    check(w, "GET /readyz" CLOSE, "HTTP/1.1 503", "DRAINING\n");
    atomic_store(&w->ready, true);
    check(w, "GET /readyz" CLOSE, "HTTP/1.1 200", "ok\n");
    check(w, "HEAD /readyz" CLOSE, "HTTP/1.1 200", "");
    check(w, "GET /metrics" CLOSE, "HTTP/1.1 200", "factmill_test_total 7\n");
}

static void test_everything_else(void **state)
{
    struct world *w = *state;

    check(w, "GET /" CLOSE, "HTTP/1.1 404",
          "not found: /livez, /readyz, /metrics\n");
    check(w, "DELETE /metrics" CLOSE, "HTTP/1.1 405", "only GET and HEAD\n");
    check(w,
          "POST /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
          "Content-Length: 3\r\n\r\nabc",
          "HTTP/1.1 405", "only GET and HEAD\n");
}

static void test_huge_header_is_refused(void **state)
{
    struct world *w = *state;
    static char request[65536];
    char answer[4096];
    size_t n = 0;

    n = (size_t)snprintf(request, sizeof request,
                         "GET /livez HTTP/1.1\r\nHost: x\r\nX: ");
    memset(request + n, 'a', sizeof request - n - 5);
    memcpy(request + sizeof request - 5, "\r\n\r\n", 5);
    ask(w, request, answer);
    assert_null(strstr(answer, "200 OK"));
}

static void test_addresses(void **state)
{
    struct world *w = *state;
    struct fm_why why = FM_WHY_INIT;
    struct fm_http *http = NULL;
    char address[32];
    struct fm_http_options options = {.address = address};
    static const char *const bad[] = {
        "",    "127.0.0.1",       "x:1",          "[::1:9",
        ":80", "127.0.0.1:99999", "[127.0.0.1]:1"};

    (void)snprintf(address, sizeof address, "127.0.0.1:%u", w->port);
    assert_fm_err(fm_http_start(&options, &why, NULL, &http), FM_ELOCKED);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        options.address = bad[i];
        assert_fm_err(fm_http_start(&options, &why, NULL, &http), FM_EINVAL);
    }
    assert_null(http);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pages),
        cmocka_unit_test(test_everything_else),
        cmocka_unit_test(test_huge_header_is_refused),
        cmocka_unit_test(test_addresses),
    };

    return cmocka_run_group_tests(tests, open_world, close_world);
}
