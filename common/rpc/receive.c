#include "rpc/server_priv.h"

/* No call is open for longer, whatever its client asks for. */
#define TIMEOUT_MAX_MS (24u * 3600u * 1000u)
/* How long clients should stay away when there is no room. */
#define RETRY_BUSY_MS     100u
#define RETRY_DRAINING_MS 1000u

/* A message whose header was read. */
struct message {
    struct fm_rpc_server *server;
    struct fm_rpc_call *call; /* holds its frames */
    struct fm_str peer_id;
    struct fm_envelope envelope;
    struct fm_header header;
    struct fm_str key; /* of its sender; empty = plain */
};

static void drop(struct fm_rpc_server *server)
{
    atomic_fetch_add(&server->counters.malformed, 1);
}

static void refuse(const struct message *m, enum fm_error error,
                   const struct fm_why *why)
{
    struct fm_rpc_peer *peer = fm_peer_get(m->server, m->peer_id);

    if (peer == NULL)
        drop(m->server);
    else
        fm_call_refuse(m->server, peer, m->envelope.delimited, m->header.call,
                       error, why);
}

/* --- CALL ------------------------------------------------------------------ */

static enum fm_error check_shape(const struct message *m, struct fm_why *why)
{
    size_t max = (size_t)m->server->options.max_message_bytes;
    size_t len = fm_frame_bytes(&m->call->body).len;

    if (m->header.call == 0)
        return fm_fail_field(FM_EINVAL, why, "call", "CALL_ZERO",
                             "the header has no call: number calls from 1");
    if (!m->envelope.has_body)
        return fm_fail(FM_EINVAL, why, "BODY_MISSING",
                       "a CALL has two frames, header and body; there was no "
                       "body");
    if (m->envelope.extra > 0)
        return fm_fail(FM_EINVAL, why, "TOO_MANY_FRAMES",
                       "a CALL has two frames, header and body; there were %u "
                       "more",
                       m->envelope.extra);
    if (len > max)
        return fm_fail(FM_ETOOBIG, why, "MESSAGE_TOO_LARGE",
                       "the body has %zu bytes; at most %zu are taken", len,
                       max);
    return FM_OK;
}

static enum fm_error check_method(const struct message *m, struct fm_why *why,
                                  const struct fm_method **ret_method)
{
    const struct fm_method *method =
        fm_methods_find(&m->server->methods, m->header.method);

    if (method == NULL)
        return fm_fail_field(FM_EUNIMPLEMENTED, why, "method", "METHOD_UNKNOWN",
                             "there is no method \"%.*s\" here",
                             FM_STR_ARG(m->header.method));
    if (method->handler == NULL)
        return fm_fail_field(FM_EUNIMPLEMENTED, why, "method",
                             "METHOD_UNIMPLEMENTED", "%s is not served here",
                             method->path);
    *ret_method = method;
    return FM_OK;
}

static enum fm_error busy(struct fm_why *why, const char *reason,
                          const char *what, unsigned long long limit)
{
    (void)fm_fail(FM_EBUSY, why, reason, "%s: the limit is %llu; try later",
                  what, limit);
    why->retry_after_ms = RETRY_BUSY_MS;
    return FM_EBUSY;
}

static enum fm_error check_room(const struct message *m,
                                const struct fm_rpc_peer *peer,
                                struct fm_why *why)
{
    const struct fm_rpc_server_options *options = &m->server->options;
    uint64_t held = atomic_load(&m->server->counters.held_bytes);

    if (peer->call_count >= options->max_calls_per_peer)
        return busy(why, "TOO_MANY_CALLS", "too many calls of one client",
                    options->max_calls_per_peer);
    /* One is the one that the next message is received into. */
    if (m->server->calls.used > options->max_calls)
        return busy(why, "SERVER_BUSY", "too many calls", options->max_calls);
    if (held + fm_frame_bytes(&m->call->body).len > options->max_call_bytes)
        return busy(why, "SERVER_BUSY", "too many bytes of requests",
                    (unsigned long long)options->max_call_bytes);
    return FM_OK;
}

static enum fm_error check_state(const struct message *m,
                                 const struct fm_method *method,
                                 const struct fm_rpc_peer *peer,
                                 struct fm_why *why)
{
    if (!method->builtin && atomic_load(&m->server->draining)) {
        (void)fm_fail(FM_EUNAVAILABLE, why, "DRAINING",
                      "the server stops: go on with another, or later");
        why->retry_after_ms = RETRY_DRAINING_MS;
        return FM_EUNAVAILABLE;
    }
    if (fm_call_find(m->server, peer, m->header.call) != NULL)
        return fm_fail_field(FM_EINVAL, why, "call", "CALL_OPEN",
                             "call %llu of this client is still open",
                             (unsigned long long)m->header.call);
    return check_room(m, peer, why);
}

/* The received call becomes one of its peer's. */
static enum fm_error open_call(const struct message *m,
                               const struct fm_method *method,
                               struct fm_rpc_peer *peer,
                               const struct fm_principal *principal)
{
    struct fm_rpc_call *call = m->call;
    uint32_t timeout = m->header.timeout_ms != 0
                           ? m->header.timeout_ms
                           : m->server->options.default_timeout_ms;

    call->number = m->header.call;
    call->method = method;
    memcpy(call->principal, principal->name, sizeof call->principal);
    call->delimited = m->envelope.delimited;
    call->credit = m->header.credit;
    call->credited = false;
    call->deadline.at_ms =
        m->server->now_ms +
        (timeout < TIMEOUT_MAX_MS ? timeout : TIMEOUT_MAX_MS);
    return fm_call_open(call, peer);
}

static void start_call(struct fm_rpc_call *call)
{
    if (call->method->on_loop) {
        call->phase = FM_PHASE_HANDLER;
        fm_call_run(call, NULL);
    } else {
        fm_work_push(call);
    }
}

static void on_call(const struct message *m)
{
    struct fm_why why = FM_WHY_INIT;
    const struct fm_method *method = NULL;
    struct fm_rpc_peer *peer = fm_peer_get(m->server, m->peer_id);
    const struct fm_principal *principal = NULL;
    enum fm_error error;

    if (peer == NULL) {
        drop(m->server);
        return;
    }
    error =
        fm_access_enter(m->server, peer, m->key,
                        fm_frame_bytes(&m->call->body).len, &why, &principal);
    if (error == FM_OK)
        error = check_shape(m, &why);
    if (error == FM_OK)
        error = check_method(m, &why, &method);
    if (error == FM_OK && method != NULL)
        error = fm_access_method(m->server, principal, method, &why);
    if (error == FM_OK && method != NULL)
        error = check_state(m, method, peer, &why);
    if (error == FM_OK && method != NULL)
        error = open_call(m, method, peer, principal);
    if (error != FM_OK) {
        fm_call_refuse(m->server, peer, m->envelope.delimited, m->header.call,
                       error, &why);
        return;
    }
    m->server->spare = NULL;
    start_call(m->call);
}

/* --- CANCEL, CREDIT: of calls that ended meanwhile, nothing ----------------- */

static struct fm_rpc_call *call_of(const struct message *m)
{
    struct fm_rpc_peer *peer = fm_peer_get(m->server, m->peer_id);
    struct fm_rpc_call *call;

    if (peer == NULL)
        return NULL;
    call = fm_call_find(m->server, peer, m->header.call);
    if (call == NULL)
        fm_peer_drop_idle(m->server, peer);
    return call;
}

static void on_cancel(const struct message *m)
{
    struct fm_rpc_call *call = call_of(m);

    if (call != NULL)
        fm_call_abort(call, FM_ECANCELLED, "CANCELLED",
                      "the client cancelled the call");
}

static void on_credit(const struct message *m)
{
    struct fm_rpc_call *call = call_of(m);

    if (call != NULL)
        fm_stream_credit(call, m->header.credit);
}

/* --- any message ----------------------------------------------------------- */

static void (*const ACTIONS[])(const struct message *m) = {
    [FM_ACTION_CALL] = on_call,
    [FM_ACTION_CANCEL] = on_cancel,
    [FM_ACTION_CREDIT] = on_credit,
};

static void handle(struct message *m)
{
    struct fm_why why = FM_WHY_INIT;
    enum fm_error error;

    if (!m->envelope.has_header) {
        drop(m->server);
        return;
    }
    error = fm_header_read(fm_frame_bytes(&m->call->header), &why, &m->header);
    if (error == FM_OK)
        ACTIONS[m->header.action](m);
    else if (m->header.call != 0)
        refuse(m, error, &why);
    else
        drop(m->server);
}

/* Without memory for a call there is none for an answer either. */
static bool skip_message(struct fm_rpc_server *server)
{
    struct fm_frame header;
    struct fm_frame body;
    struct fm_envelope envelope;
    bool any;

    fm_frame_init(&header);
    fm_frame_init(&body);
    any = fm_envelope_receive(server->router, &server->peer_frame, &header,
                              &body, &envelope) == FM_OK;
    if (any)
        drop(server);
    fm_frame_release(&header);
    fm_frame_release(&body);
    return any;
}

bool fm_receive(struct fm_rpc_server *server)
{
    struct message m = {.server = server};

    if (server->spare == NULL)
        server->spare = fm_call_take(server);
    if (server->spare == NULL)
        return skip_message(server);
    m.call = server->spare;
    if (fm_envelope_receive(server->router, &server->peer_frame,
                            &m.call->header, &m.call->body,
                            &m.envelope) != FM_OK)
        return false;
    m.peer_id = fm_frame_bytes(&server->peer_frame);
    m.key = fm_access_key(&server->access, &m.call->header);
    handle(&m);
    if (server->spare != NULL) {
        fm_frame_release(&server->spare->header);
        fm_frame_release(&server->spare->body);
    }
    return true;
}
