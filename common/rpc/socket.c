#include "rpc/socket.h"

#include "base/limits.h"
#include "rpc/socket_priv.h"

#include <assert.h>
#include <errno.h>
#include <zmq.h>

/* Frames up to this size are copied: cheaper than handing memory to another
 * thread and having it freed there. */
#define COPY_MAX ((size_t)8 << 10)
/* More than one process would ever need here, fewer than descriptors. */
#define MAX_SOCKETS 4096
/* Messages each way in ZeroMQ's queues for one peer. Few, because they are
 * outside of every budget of ours; what must wait, waits in rpc/peer.c. */
#define HIGH_WATER_MARK 64
/* What a client sent and the loop has not received yet. A thousand flooding
 * clients have a thousand times this, and an article of 3 kB takes twice its
 * size there. With less a ROUTER costs more (32: nothing measurable, 16: 7 % of
 * the processor time of a push, 4: 24 %); PULL is not read at all while articles
 * are not let in. It must not be changed while there are connections: libzmq
 * 4.3.4 then writes to some that are gone. */
#define ROUTER_UNREAD 16
#define PULL_UNREAD   8
/* A lazy handshake is given up after 5 s. TCP gives up on a peer that is gone
 * after 30 s, or 15 s after something was sent that it does not confirm. There are
 * no heartbeats of ZMTP: libzmq 4.3.4 ends the whole process (an assertion in
 * out_event()) when one is due, or a peer's arrives, on a connection that went
 * while its messages waited to be received. */
#define HANDSHAKE_MS         5000
#define KEEPALIVE_IDLE_S     15
#define KEEPALIVE_INTERVAL_S 5
#define KEEPALIVE_COUNT      3
#define UNCONFIRMED_MS       15000
/* Replies that were sent just before a close still leave, unless their peer
 * does not read. */
#define LINGER_SERVER_MS 2000
#define LINGER_CLIENT_MS 100
#define RECONNECT_MS     100
#define RECONNECT_MAX_MS 1000

static_assert(sizeof(struct fm_frame) == sizeof(zmq_msg_t), "frame size");
static_assert(alignof(struct fm_frame) >= alignof(zmq_msg_t), "alignment");

/* ThreadSanitizer cannot see how libzmq, which is not instrumented, hands a
 * message from one thread to another. Tell it: what was written before a send
 * happened before whatever follows a receive, or the release of the memory; and
 * what libzmq does inside with memory and descriptors is its own affair. */
#if defined(__SANITIZE_THREAD__)
# define FM_TSAN 1
#elif defined(__has_feature)
# if __has_feature(thread_sanitizer)
#  define FM_TSAN 1
# endif
#endif

#ifdef FM_TSAN
void __tsan_acquire(void *address);
void __tsan_release(void *address);

const char *__tsan_default_suppressions(void);

const char *__tsan_default_suppressions(void)
{
    /* CURVE is libsodium's, called by libzmq's thread. */
    return "called_from_lib:libzmq.so\n"
           "called_from_lib:libsodium.so\n";
}

static char hand_over_mark;

void fm_socket_hand_over(void)
{
    __tsan_release(&hand_over_mark);
}

static void take_over(void)
{
    __tsan_acquire(&hand_over_mark);
}
#else
void fm_socket_hand_over(void)
{
}

static void take_over(void)
{
}
#endif

/* --- frames ---------------------------------------------------------------- */

/* The opaque bytes are a zmq_msg_t: same size, no less aligned. */
static zmq_msg_t *msg_of(struct fm_frame *frame)
{
    return (zmq_msg_t *)(void *)frame->opaque;
}

void fm_frame_init(struct fm_frame *frame)
{
    (void)zmq_msg_init(msg_of(frame));
}

void fm_frame_release(struct fm_frame *frame)
{
    (void)zmq_msg_close(msg_of(frame));
    fm_frame_init(frame);
}

void fm_frame_move(struct fm_frame *to, struct fm_frame *from)
{
    (void)zmq_msg_move(msg_of(to), msg_of(from));
}

struct fm_str fm_frame_bytes(const struct fm_frame *frame)
{
    /* zmq_msg_data lacks const; it changes nothing. */
    union {
        const struct fm_frame *in;
        struct fm_frame *out;
    } f = {.in = frame};

    return fm_str_n(zmq_msg_data(msg_of(f.out)), zmq_msg_size(msg_of(f.out)));
}

/* ZeroMQ calls it on the thread that is done with the bytes. */
static void free_bytes(void *data, void *hint)
{
    (void)hint;
    take_over();
    free(data);
}

/* Under ThreadSanitizer every frame is freed by free_bytes, see above. */
static bool is_copied(size_t len)
{
#ifdef FM_TSAN
    return len <= 32; /* those live inside the zmq_msg_t */
#else
    return len <= COPY_MAX;
#endif
}

/* Replaces the message; data is from malloc. */
static enum fm_error adopt(struct fm_frame *frame, char *data, size_t len)
{
    zmq_msg_t msg;

    if (zmq_msg_init_data(&msg, data, len, free_bytes, NULL) != 0) {
        free(data);
        return FM_ENOMEM;
    }
    (void)zmq_msg_move(msg_of(frame), &msg);
    return FM_OK;
}

enum fm_error fm_frame_copy(struct fm_frame *frame, struct fm_str bytes)
{
    zmq_msg_t msg;

    if (!is_copied(bytes.len)) {
        char *data = malloc(bytes.len);

        if (data == NULL)
            return FM_ENOMEM;
        memcpy(data, bytes.data, bytes.len);
        return adopt(frame, data, bytes.len);
    }
    if (zmq_msg_init_size(&msg, bytes.len) != 0)
        return FM_ENOMEM;
    if (bytes.len > 0)
        memcpy(zmq_msg_data(&msg), bytes.data, bytes.len);
    (void)zmq_msg_move(msg_of(frame), &msg);
    return FM_OK;
}

enum fm_error fm_frame_take(struct fm_frame *frame, struct fm_buf *buf)
{
    enum fm_error error = fm_buf_error(buf);
    size_t len = 0;
    char *data;

    if (error != FM_OK)
        return error;
    if (is_copied(buf->len)) {
        error = fm_frame_copy(frame, fm_buf_view(buf));
        if (error == FM_OK)
            fm_buf_release(buf);
        return error;
    }
    data = fm_buf_take(buf, &len);
    return data != NULL ? adopt(frame, data, len) : FM_ENOMEM;
}

/* --- context --------------------------------------------------------------- */

enum fm_error fm_context_open(struct fm_why *why,
                              struct fm_context **ret_context)
{
    struct fm_context *context = calloc(1, sizeof *context);

    if (context == NULL)
        return fm_fail_errno(ENOMEM, why, "cannot make a context");
    context->zmq = zmq_ctx_new();
    if (context->zmq == NULL) {
        enum fm_error error =
            fm_fail_errno(errno, why, "cannot make a ZeroMQ context");

        free(context);
        return error;
    }
    (void)zmq_ctx_set(context->zmq, ZMQ_MAX_SOCKETS, MAX_SOCKETS);
    *ret_context = context;
    return FM_OK;
}

void fm_context_close(struct fm_context *context)
{
    if (context == NULL)
        return;
    while (zmq_ctx_term(context->zmq) != 0 && errno == EINTR)
        ;
    take_over();
    free(context);
}

/* --- options --------------------------------------------------------------- */

#define ROUTERS (1u << FM_SOCKET_ROUTER)
#define PULLS   (1u << FM_SOCKET_PULL)
#define CLIENTS (1u << FM_SOCKET_DEALER | 1u << FM_SOCKET_PUSH)
#define SERVERS (ROUTERS | PULLS)
#define ALL     (SERVERS | CLIENTS)
/* Both ends read at all times. */
#define CALLS (ROUTERS | 1u << FM_SOCKET_DEALER)

static const struct {
    int option;
    int value;
    uint32_t kinds;
} OPTIONS[] = {
    /* A reply to a peer that is gone is an error, not a silence. */
    {ZMQ_ROUTER_MANDATORY, 1, ROUTERS},
    /* A client that comes back under its name takes over at once. */
    {ZMQ_ROUTER_HANDOVER, 1, ROUTERS},
    {ZMQ_SNDHWM, HIGH_WATER_MARK, ALL},
    {ZMQ_RCVHWM, HIGH_WATER_MARK, CLIENTS},
    {ZMQ_RCVHWM, ROUTER_UNREAD, ROUTERS},
    {ZMQ_RCVHWM, PULL_UNREAD, PULLS},
    {ZMQ_LINGER, LINGER_SERVER_MS, SERVERS},
    {ZMQ_LINGER, LINGER_CLIENT_MS, CLIENTS},
    {ZMQ_TCP_KEEPALIVE_IDLE, KEEPALIVE_IDLE_S, ALL},
    {ZMQ_TCP_KEEPALIVE_INTVL, KEEPALIVE_INTERVAL_S, ALL},
    {ZMQ_TCP_KEEPALIVE_CNT, KEEPALIVE_COUNT, ALL},
    {ZMQ_HANDSHAKE_IVL, HANDSHAKE_MS, ALL},
    {ZMQ_TCP_KEEPALIVE, 1, ALL},
    /* Not for a PULL: what is not read on purpose is not lost. */
    {ZMQ_TCP_MAXRT, UNCONFIRMED_MS, CALLS},
    {ZMQ_RECONNECT_IVL, RECONNECT_MS, CLIENTS},
    {ZMQ_RECONNECT_IVL_MAX, RECONNECT_MAX_MS, CLIENTS},
};

static const int TYPES[] = {
    [FM_SOCKET_ROUTER] = ZMQ_ROUTER,
    [FM_SOCKET_PULL] = ZMQ_PULL,
    [FM_SOCKET_DEALER] = ZMQ_DEALER,
    [FM_SOCKET_PUSH] = ZMQ_PUSH,
};

static enum fm_error set_options(struct fm_socket *socket, struct fm_why *why)
{
    const int64_t max_size = FM_LIMIT_BODY_HARD;

    if (zmq_setsockopt(socket->zmq, ZMQ_MAXMSGSIZE, &max_size,
                       sizeof max_size) != 0)
        return fm_fail_errno(errno, why, "cannot limit the size of messages");
    for (size_t i = 0; i < sizeof OPTIONS / sizeof *OPTIONS; i++) {
        if ((OPTIONS[i].kinds & 1u << socket->kind) == 0)
            continue;
        if (zmq_setsockopt(socket->zmq, OPTIONS[i].option, &OPTIONS[i].value,
                           sizeof OPTIONS[i].value) != 0)
            return fm_fail_errno(errno, why, "cannot set socket option %d",
                                 OPTIONS[i].option);
    }
    return FM_OK;
}

static int get_fd(void *zmq)
{
    int fd = -1;
    size_t size = sizeof fd;

    return zmq_getsockopt(zmq, ZMQ_FD, &fd, &size) == 0 ? fd : -1;
}

/* Events arrive on a PAIR of its own. It is without a high mark: at one, libzmq's
 * thread would wait for whoever reads it. */
static enum fm_error open_monitor(struct fm_context *context,
                                  struct fm_socket *socket, struct fm_why *why)
{
    const int none = 0;
    const int events =
        fm_socket_serves(socket)
            ? ZMQ_EVENT_LISTENING | ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_ACCEPT_FAILED
            : ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH |
                  ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL |
                  ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_DISCONNECTED;
    char name[64];

    (void)snprintf(name, sizeof name, "inproc://monitor-%u",
                   context->monitors++);
    if (zmq_socket_monitor(socket->zmq, name, events) != 0)
        return fm_fail_errno(errno, why, "cannot watch a connection");
    socket->monitor = zmq_socket(context->zmq, ZMQ_PAIR);
    if (socket->monitor == NULL ||
        zmq_setsockopt(socket->monitor, ZMQ_LINGER, &none, sizeof none) != 0 ||
        zmq_setsockopt(socket->monitor, ZMQ_RCVHWM, &none, sizeof none) != 0 ||
        zmq_connect(socket->monitor, name) != 0)
        return fm_fail_errno(errno, why, "cannot watch a connection");
    socket->monitor_fd = get_fd(socket->monitor);
    return FM_OK;
}

bool fm_socket_event(struct fm_socket *socket, uint16_t *ret_event,
                     int32_t *ret_value)
{
    zmq_msg_t msg;
    bool any = false;

    /* Two frames an event: 16 bits event, 32 bits value; the address. */
    (void)zmq_msg_init(&msg);
    while (!any && zmq_msg_recv(&msg, socket->monitor, ZMQ_DONTWAIT) >= 0) {
        const char *bytes = zmq_msg_data(&msg);

        any = zmq_msg_size(&msg) == 6 && zmq_msg_more(&msg) != 0;
        if (any) {
            memcpy(ret_event, bytes, sizeof *ret_event);
            memcpy(ret_value, bytes + 2, sizeof *ret_value);
        }
    }
    (void)zmq_msg_close(&msg);
    return any;
}

enum fm_error fm_socket_open(struct fm_context *context,
                             enum fm_socket_kind kind, struct fm_why *why,
                             struct fm_socket **ret_socket)
{
    struct fm_socket *socket = calloc(1, sizeof *socket);
    enum fm_error error;

    if (socket == NULL)
        return fm_fail_errno(ENOMEM, why, "cannot make a socket");
    socket->kind = kind;
    socket->fd = -1;
    socket->monitor_fd = -1;
    socket->zmq = zmq_socket(context->zmq, TYPES[kind]);
    if (socket->zmq == NULL) {
        error = fm_fail_errno(errno, why, "cannot make a socket");
        goto done;
    }
    error = set_options(socket, why);
    if (error == FM_OK && kind != FM_SOCKET_PUSH)
        error = open_monitor(context, socket, why);
    if (error != FM_OK)
        goto done;
    socket->fd = get_fd(socket->zmq);
    *ret_socket = socket;
    socket = NULL;
done:
    fm_socket_close(socket);
    return error;
}

void fm_socket_close(struct fm_socket *socket)
{
    const int at_once = 0;

    if (socket == NULL)
        return;
    fm_socket_hand_over();
    if (socket->link == FM_LINK_LOST)
        (void)zmq_setsockopt(socket->zmq, ZMQ_LINGER, &at_once, sizeof at_once);
    if (socket->monitor != NULL) {
        (void)zmq_socket_monitor(socket->zmq, NULL, 0);
        (void)zmq_close(socket->monitor);
    }
    if (socket->zmq != NULL)
        (void)zmq_close(socket->zmq);
    fm_security_wipe(&socket->security);
    fm_lines_release(&socket->lines);
    free(socket);
}

void fm_socket_secure(struct fm_socket *socket,
                      const struct fm_security *security)
{
    socket->security = *security;
}

/* --- connect; fm_socket_bind is in socket_door.c ----------------------------- */

/* Only where it is asked for: with it, ZeroMQ would show 127.0.0.1 in a form
 * that is no endpoint again. */
void fm_socket_family(struct fm_socket *socket, const char *endpoint)
{
    const int v6 = strchr(endpoint, '[') != NULL ? 1 : 0;

    (void)zmq_setsockopt(socket->zmq, ZMQ_IPV6, &v6, sizeof v6);
}

enum fm_error fm_socket_connect(struct fm_socket *socket, const char *endpoint,
                                struct fm_why *why)
{
    char checked[FM_ENDPOINT_SIZE];
    enum fm_error error = fm_endpoint_check(endpoint, why, checked);

    if (error == FM_OK)
        error = fm_security_permits(&socket->security, checked, false, why);
    if (error == FM_OK)
        error = fm_socket_mechanism(socket, checked, why);
    if (error != FM_OK)
        return error;
    fm_socket_hand_over();
    fm_socket_family(socket, checked);
    if (zmq_connect(socket->zmq, checked) != 0)
        return fm_fail_errno(errno, why, "cannot connect to %s", endpoint);
    return FM_OK;
}

/* --- limits that follow what goes on --------------------------------------- */

void fm_socket_set_longest(struct fm_socket *socket, uint64_t bytes)
{
    const int64_t n = (int64_t)bytes;

    (void)zmq_setsockopt(socket->zmq, ZMQ_MAXMSGSIZE, &n, sizeof n);
}

/* --- receive, send --------------------------------------------------------- */

static enum fm_error error_of(int error_number)
{
    switch (error_number) {
    case EAGAIN:
    case EINTR: return FM_EUNAVAILABLE;
    case EHOSTUNREACH: return FM_ENOTFOUND;
    case ENOMEM: return FM_ENOMEM;
    default: return FM_EIO;
    }
}

enum fm_error fm_socket_receive(struct fm_socket *socket,
                                struct fm_frame *frame, bool *ret_more)
{
    zmq_msg_t *msg = msg_of(frame);
    int n;

    do
        n = zmq_msg_recv(msg, socket->zmq, ZMQ_DONTWAIT);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return error_of(errno);
    take_over();
    *ret_more = zmq_msg_more(msg) != 0;
    return FM_OK;
}

enum fm_error fm_socket_send(struct fm_socket *socket, struct fm_frame *frame,
                             bool more)
{
    int n;

    fm_socket_hand_over();
    do
        n = zmq_msg_send(msg_of(frame), socket->zmq,
                         more ? ZMQ_DONTWAIT | ZMQ_SNDMORE : ZMQ_DONTWAIT);
    while (n < 0 && errno == EINTR);
    return n < 0 ? error_of(errno) : FM_OK;
}

static bool has_event(struct fm_socket *socket, int event)
{
    int events = 0;
    size_t size = sizeof events;

    return zmq_getsockopt(socket->zmq, ZMQ_EVENTS, &events, &size) == 0 &&
           (events & event) != 0;
}

bool fm_socket_ready(struct fm_socket *socket)
{
    return has_event(socket, ZMQ_POLLIN);
}

bool fm_socket_has_room(struct fm_socket *socket)
{
    return has_event(socket, ZMQ_POLLOUT);
}

int fm_socket_fd(const struct fm_socket *socket)
{
    return socket->fd;
}

/* --- the connection of a DEALER -------------------------------------------- */

int fm_socket_link_fd(const struct fm_socket *socket)
{
    return socket->monitor_fd;
}

static void note_event(struct fm_socket *socket, uint16_t event)
{
    switch (event) {
    case ZMQ_EVENT_DISCONNECTED:
        if (socket->link == FM_LINK_UP)
            socket->link = FM_LINK_LOST;
        return;
    case ZMQ_EVENT_HANDSHAKE_SUCCEEDED:
        if (socket->link == FM_LINK_NONE)
            socket->link = FM_LINK_UP;
        return;
    /* Behind these two libzmq does not even connect again. */
    case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH: socket->rebuff = FM_REBUFF_KEY; break;
    case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL:
        socket->rebuff = FM_REBUFF_MECHANISM;
        break;
    case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL:
        if (++socket->thrown_out >= FM_REBUFFS_MIN)
            socket->rebuff = FM_REBUFF_HANDSHAKE;
        if (socket->thrown_out < FM_REBUFFS_MAX)
            return;
        break;
    case ZMQ_EVENT_CLOSED: /* nobody was there */
        socket->thrown_out = 0;
        socket->rebuff = FM_REBUFF_NONE;
        return;
    default: return;
    }
    if (socket->link == FM_LINK_NONE)
        socket->link = FM_LINK_REFUSED;
}

enum fm_link fm_socket_link(struct fm_socket *socket)
{
    uint16_t event;
    int32_t value;

    while (fm_socket_event(socket, &event, &value))
        note_event(socket, event);
    return socket->link;
}
