#include "rpc/endpoint.h"

#include "base/parse.h"
#include "base/str.h"

static const struct fm_str IPC = FM_STR_LIT("ipc://");
static const struct fm_str TCP = FM_STR_LIT("tcp://");

/* "127." and three numbers up to 255. */
static bool is_loopback_4(struct fm_str host)
{
    struct fm_str part;
    uint64_t value;
    size_t parts = 0;

    while (fm_str_next(&host, '.', &part)) {
        if (part.len > 3 || fm_parse_u64(part, &value) != FM_OK ||
            value > 255 || (parts == 0 && value != 127))
            return false;
        parts++;
    }
    return parts == 4;
}

/* A name, an IPv4 address or an interface; "*"; [an IPv6 address]. */
static bool is_host(struct fm_str host)
{
    bool v6 =
        host.len > 2 && host.data[0] == '[' && host.data[host.len - 1] == ']';

    if (v6)
        host = fm_str_sub(host, 1, host.len - 1);
    if (host.len == 0 || fm_str_eqz(host, "*"))
        return host.len == 1;
    for (size_t i = 0; i < host.len; i++) {
        char c = host.data[i];

        if (!fm_is_alpha(c) && !fm_is_digit(c) && c != '.' && c != '-' &&
            c != '_' && !(v6 && (c == ':' || c == '%')))
            return false;
    }
    return true;
}

static bool is_port(struct fm_str port)
{
    uint64_t value;

    return fm_str_eqz(port, "*") || fm_str_eqz(port, "!") ||
           (port.len <= 5 && fm_parse_u64(port, &value) == FM_OK &&
            value <= 65535);
}

static enum fm_error check_ipc(struct fm_str path, struct fm_why *why)
{
    if (path.len == 0)
        return fm_fail(FM_EINVAL, why, "ENDPOINT_INVALID",
                       "an ipc endpoint needs a path: ipc:///run/x.sock");
    if (path.len > FM_ENDPOINT_PATH)
        return fm_fail(FM_ETOOBIG, why, "ENDPOINT_TOO_LONG",
                       "the path of %s%.*s is longer than the %u bytes of a "
                       "socket's name: use a shorter folder",
                       IPC.data, FM_STR_ARG(path), FM_ENDPOINT_PATH);
    return FM_OK;
}

static enum fm_error check_tcp(struct fm_str address, struct fm_why *why,
                               struct fm_str *ret_host, struct fm_str *ret_port)
{
    size_t colon = address.len;
    struct fm_str host;

    while (colon > 0 && address.data[colon - 1] != ':')
        colon--;
    if (colon == 0 || !is_port(fm_str_sub(address, colon, address.len)))
        return fm_fail(FM_EINVAL, why, "ENDPOINT_INVALID",
                       "tcp://%.*s has no port: tcp://127.0.0.1:7411",
                       FM_STR_ARG(address));
    host = fm_str_sub(address, 0, colon - 1);
    if (!is_host(host))
        return fm_fail(FM_EINVAL, why, "ENDPOINT_INVALID",
                       "tcp://%.*s has no host: tcp://127.0.0.1:7411",
                       FM_STR_ARG(address));
    *ret_host = fm_str_eqz(host, "localhost") ? fm_str("127.0.0.1") : host;
    *ret_port = fm_str_sub(address, colon, address.len);
    return FM_OK;
}

enum fm_error fm_endpoint_check(const char *endpoint, struct fm_why *why,
                                char ret[FM_ENDPOINT_SIZE])
{
    struct fm_str text = fm_str(endpoint);
    struct fm_str host = {0};
    struct fm_str port = {0};
    enum fm_error error;

    if (text.len >= FM_ENDPOINT_SIZE)
        return fm_fail(FM_ETOOBIG, why, "ENDPOINT_TOO_LONG",
                       "an endpoint has at most %u bytes", FM_ENDPOINT_SIZE);
    if (fm_str_starts(text, IPC)) {
        error = check_ipc(fm_str_sub(text, IPC.len, text.len), why);
        if (error == FM_OK)
            memcpy(ret, endpoint, text.len + 1);
        return error;
    }
    if (!fm_str_starts(text, TCP))
        return fm_fail(FM_EINVAL, why, "ENDPOINT_INVALID",
                       "\"%.*s\" is no endpoint: tcp://127.0.0.1:PORT, "
                       "tcp://HOST:PORT or ipc://PATH",
                       FM_STR_ARG(text));
    error = check_tcp(fm_str_sub(text, TCP.len, text.len), why, &host, &port);
    if (error == FM_OK)
        (void)snprintf(ret, FM_ENDPOINT_SIZE, "%s%.*s:%.*s", TCP.data,
                       FM_STR_ARG(host), FM_STR_ARG(port));
    return error;
}

const char *fm_endpoint_path(const char *endpoint)
{
    return fm_str_starts(fm_str(endpoint), IPC) ? endpoint + IPC.len : NULL;
}

/* Where the first endpoint of a list ends. A path may have commas: only one in
 * front of another endpoint parts. */
static size_t end_of_first(struct fm_str list)
{
    for (size_t i = 0; i < list.len; i++) {
        struct fm_str next;

        if (list.data[i] != ',')
            continue;
        next = fm_str_trim(fm_str_sub(list, i + 1, list.len));
        if (next.len == 0 || fm_str_starts(next, TCP) ||
            fm_str_starts(next, IPC))
            return i;
    }
    return list.len;
}

bool fm_endpoint_next(struct fm_str *rest, char ret[FM_ENDPOINT_SIZE])
{
    size_t end = end_of_first(*rest);
    struct fm_str part = fm_str_trim(fm_str_sub(*rest, 0, end));

    ret[0] = '\0';
    if (part.len == 0 || part.len >= FM_ENDPOINT_SIZE)
        return false;
    memcpy(ret, part.data, part.len);
    ret[part.len] = '\0';
    *rest = fm_str_sub(*rest, end + 1, rest->len);
    return true;
}

bool fm_endpoint_is_local(const char *endpoint)
{
    struct fm_str host = fm_str(endpoint);
    size_t colon = host.len;

    if (!fm_str_starts(host, TCP))
        return fm_endpoint_path(endpoint) != NULL;
    while (colon > TCP.len && host.data[colon - 1] != ':')
        colon--;
    host = fm_str_sub(host, TCP.len, colon > TCP.len ? colon - 1 : TCP.len);
    return is_loopback_4(host) || fm_str_eqz(host, "[::1]");
}
