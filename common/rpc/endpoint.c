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
    if (!is_loopback_4(host) && !fm_str_eqz(host, "[::1]") &&
        !fm_str_eqz(host, "localhost"))
        return fm_fail(FM_EPERM, why, "ENDPOINT_NOT_LOCAL",
                       "tcp://%.*s is not of this machine; use 127.0.0.1, "
                       "[::1] or ipc://",
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
            memcpy(ret, text.data, text.len + 1);
        return error;
    }
    if (!fm_str_starts(text, TCP))
        return fm_fail(FM_EINVAL, why, "ENDPOINT_INVALID",
                       "\"%.*s\" is no endpoint: tcp://127.0.0.1:PORT or "
                       "ipc://PATH",
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
