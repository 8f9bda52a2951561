/* The small HTTP port for operators and orchestrators: GET /livez, /readyz and
 * /metrics, by libmicrohttpd with one thread of its own. Loopback unless told
 * otherwise; it shows numbers, never articles. */
#ifndef FM_RPC_HTTP_H
#define FM_RPC_HTTP_H

#include "base/buf.h"
#include "base/error.h"

struct fm_http;

struct fm_http_options {
    /* "127.0.0.1:7413", "[::1]:7413"; port 0 picks one. */
    const char *address;
    /* True = 200 "ok". Called on the HTTP thread. reason (64 bytes) explains a
     * false: "RECOVERING", "DRAINING", "DISK_LOW". */
    bool (*live)(void *user, char reason[64]);
    bool (*ready)(void *user, char reason[64]);
    /* Appends the metrics in Prometheus' text format. */
    void (*metrics)(void *user, struct fm_buf *out);
    void *user;
};

/* A port in use is FM_ELOCKED. *ret_port (may be NULL): the port bound. */
enum fm_error fm_http_start(const struct fm_http_options *options,
                            struct fm_why *why, uint16_t *ret_port,
                            struct fm_http **ret_http);
void fm_http_stop(struct fm_http *http);

#endif
