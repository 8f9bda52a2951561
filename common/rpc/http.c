#include "rpc/http.h"

#include "base/parse.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

/* A scraper, a probe, a person; not a public server. */
#define CONNECTIONS_MAX 16u
#define TIMEOUT_S       10u
/* Request line and headers, of one connection. */
#define CONNECTION_MEMORY ((size_t)16 << 10)
/* Metrics of a service have some hundred lines. */
#define PAGE_MAX ((size_t)1 << 20)

/* 0.9.71 made an enum of what was an int. */
#if MHD_VERSION >= 0x00097002
typedef enum MHD_Result mhd_result;
#else
typedef int mhd_result;
#endif

struct fm_http {
    struct fm_http_options options;
    struct MHD_Daemon *daemon;
};

/* --- pages ----------------------------------------------------------------- */

static unsigned page_live(const struct fm_http *http, struct fm_buf *out)
{
    char reason[64] = "";
    bool ok = http->options.live == NULL ||
              http->options.live(http->options.user, reason);

    fm_buf_z(out, ok ? "ok" : reason);
    fm_buf_char(out, '\n');
    return ok ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE;
}

static unsigned page_ready(const struct fm_http *http, struct fm_buf *out)
{
    char reason[64] = "";
    bool ok = http->options.ready == NULL ||
              http->options.ready(http->options.user, reason);

    fm_buf_z(out, ok ? "ok" : reason);
    fm_buf_char(out, '\n');
    return ok ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE;
}

static unsigned page_metrics(const struct fm_http *http, struct fm_buf *out)
{
    if (http->options.metrics != NULL)
        http->options.metrics(http->options.user, out);
    return MHD_HTTP_OK;
}

static const struct page {
    const char *path;
    const char *type;
    unsigned (*make)(const struct fm_http *http, struct fm_buf *out);
} PAGES[] = {
    {"/livez", "text/plain; charset=utf-8", page_live},
    {"/readyz", "text/plain; charset=utf-8", page_ready},
    {"/metrics", "text/plain; version=0.0.4; charset=utf-8", page_metrics},
};

static const struct page *find_page(const char *path)
{
    for (size_t i = 0; i < sizeof PAGES / sizeof *PAGES; i++)
        if (strcmp(PAGES[i].path, path) == 0)
            return &PAGES[i];
    return NULL;
}

/* --- answers --------------------------------------------------------------- */

static mhd_result respond(struct MHD_Connection *connection, unsigned status,
                          const char *type, struct fm_buf *body)
{
    struct MHD_Response *response;
    mhd_result result;
    size_t len = 0;
    char *bytes = fm_buf_take(body, &len);

    if (bytes == NULL)
        response =
            MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    else
        response =
            MHD_create_response_from_buffer(len, bytes, MHD_RESPMEM_MUST_FREE);
    if (response == NULL) {
        free(bytes);
        return MHD_NO;
    }
    (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL,
                                  "no-store");
    if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
        (void)MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW,
                                      "GET, HEAD");
    result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

static mhd_result answer(const struct fm_http *http,
                         struct MHD_Connection *connection, const char *path,
                         const char *method)
{
    const struct page *page = find_page(path);
    const char *type = "text/plain; charset=utf-8";
    unsigned status;
    struct fm_buf body;
    mhd_result result;

    fm_buf_init(&body, PAGE_MAX);
    if (page == NULL) {
        status = MHD_HTTP_NOT_FOUND;
        fm_buf_z(&body, "not found: /livez, /readyz, /metrics\n");
    } else if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0) {
        status = MHD_HTTP_METHOD_NOT_ALLOWED;
        fm_buf_z(&body, "only GET and HEAD\n");
    } else {
        status = page->make(http, &body);
        type = page->type;
    }
    if (fm_buf_error(&body) != FM_OK)
        status = MHD_HTTP_INTERNAL_SERVER_ERROR;
    result = respond(connection, status, type, &body);
    fm_buf_release(&body);
    return result;
}

/* Called first when the headers are there, then for each part of a body (which
 * nothing here has: it is thrown away), then to answer. */
/* NOLINTNEXTLINE(readability-function-size): libmicrohttpd's parameters */
static mhd_result handle(void *user, struct MHD_Connection *connection,
                         const char *path, const char *method,
                         const char *version, const char *upload,
                         size_t *upload_size, void **state)
{
    static char begun;

    (void)version;
    (void)upload;
    if (*state == NULL) {
        *state = &begun;
        return MHD_YES;
    }
    if (*upload_size > 0) {
        *upload_size = 0;
        return MHD_YES;
    }
    return answer(user, connection, path, method);
}

/* --- start, stop ----------------------------------------------------------- */

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static enum fm_error parse_address(const char *text, struct fm_why *why,
                                   union address *ret, socklen_t *ret_size)
{
    struct fm_str s = fm_str(text);
    size_t colon = s.len;
    char host[64];
    uint64_t port = 0;
    bool v6;

    while (colon > 0 && s.data[colon - 1] != ':')
        colon--;
    v6 = s.len > 0 && s.data[0] == '[';
    if (colon < 2 || colon - 1 >= sizeof host ||
        fm_parse_u64(fm_str_sub(s, colon, s.len), &port) != FM_OK ||
        port > 65535 || (v6 && s.data[colon - 2] != ']'))
        return fm_fail(FM_EINVAL, why, "ADDRESS_INVALID",
                       "\"%s\" is no address: 127.0.0.1:PORT or [::1]:PORT",
                       text);
    s = v6 ? fm_str_sub(s, 1, colon - 2) : fm_str_sub(s, 0, colon - 1);
    memcpy(host, s.data, s.len);
    host[s.len] = '\0';
    memset(ret, 0, sizeof *ret);
    if (v6 && inet_pton(AF_INET6, host, &ret->v6.sin6_addr) == 1) {
        ret->v6.sin6_family = AF_INET6;
        ret->v6.sin6_port = htons((uint16_t)port);
        *ret_size = sizeof ret->v6;
        return FM_OK;
    }
    if (strcmp(host, "localhost") == 0)
        memcpy(host, "127.0.0.1", sizeof "127.0.0.1");
    if (v6 || inet_pton(AF_INET, host, &ret->v4.sin_addr) != 1)
        return fm_fail(FM_EINVAL, why, "ADDRESS_INVALID",
                       "\"%s\" is no address: 127.0.0.1:PORT or [::1]:PORT",
                       text);
    ret->v4.sin_family = AF_INET;
    ret->v4.sin_port = htons((uint16_t)port);
    *ret_size = sizeof ret->v4;
    return FM_OK;
}

/* libmicrohttpd does not say why it could not bind, so that is done here. */
static enum fm_error listen_at(const char *text, struct fm_why *why,
                               int *ret_fd, uint16_t *ret_port)
{
    union address address;
    socklen_t size = 0;
    const int yes = 1;
    int fd;
    enum fm_error error = parse_address(text, why, &address, &size);

    if (error != FM_OK)
        return error;
    fd = socket(address.any.sa_family,
                SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return fm_fail_errno(errno, why, "cannot make a socket");
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(fd, &address.any, size) != 0 || listen(fd, SOMAXCONN) != 0) {
        error = errno == EADDRINUSE
                    ? fm_fail(FM_ELOCKED, why, "ENDPOINT_IN_USE",
                              "%s is in use by another process: stop that "
                              "one, or choose another address",
                              text)
                    : fm_fail_errno(errno, why, "cannot listen at %s", text);
        (void)close(fd);
        return error;
    }
    size = sizeof address;
    (void)getsockname(fd, &address.any, &size);
    *ret_port = ntohs(address.any.sa_family == AF_INET6 ? address.v6.sin6_port
                                                        : address.v4.sin_port);
    *ret_fd = fd;
    return FM_OK;
}

static struct MHD_Daemon *start_daemon(struct fm_http *http, int fd)
{
    return MHD_start_daemon(
        MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL | MHD_USE_ITC, 0, NULL,
        NULL, handle, http, MHD_OPTION_LISTEN_SOCKET, fd,
        MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS_MAX,
        MHD_OPTION_CONNECTION_TIMEOUT, TIMEOUT_S,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, MHD_OPTION_END);
}

enum fm_error fm_http_start(const struct fm_http_options *options,
                            struct fm_why *why, uint16_t *ret_port,
                            struct fm_http **ret_http)
{
    struct fm_http *http = calloc(1, sizeof *http);
    uint16_t port = 0;
    int fd = -1;
    enum fm_error error;

    if (http == NULL)
        return fm_fail_errno(ENOMEM, why, "no memory for HTTP");
    http->options = *options;
    error = listen_at(options->address, why, &fd, &port);
    http->options.address = NULL; /* the caller's text need not live on */
    if (error != FM_OK)
        goto done;
    http->daemon = start_daemon(http, fd);
    if (http->daemon == NULL) {
        (void)close(fd);
        error = fm_fail(FM_EIO, why, NULL, "cannot start the HTTP port");
        goto done;
    }
    if (ret_port != NULL)
        *ret_port = port;
    *ret_http = http;
    http = NULL;
done:
    fm_http_stop(http);
    return error;
}

void fm_http_stop(struct fm_http *http)
{
    if (http == NULL)
        return;
    if (http->daemon != NULL)
        MHD_stop_daemon(http->daemon);
    free(http);
}
