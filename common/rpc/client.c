#include "rpc/client.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/limits.h"
#include "rpc/deadline.h"
#include "rpc/envelope.h"
#include "rpc/message.h"
#include "rpc/status.h"

#include <errno.h>
#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

#define DEFAULT_TIMEOUT_MS 30000u
/* One unary call, however patient its deadline. */
#define ATTEMPTS_MAX 10u
/* Pause before the second attempt; doubled each time, up to the largest. What
 * the server asks for is the least. */
#define PAUSE_FIRST_MS 100u
#define PAUSE_MAX_MS   10000u
#define BUCKETS        1024u

struct open_call {
    struct open_call *chain; /* of its bucket, or of the free ones */
    uint64_t number;
    void *user;
    struct fm_deadline deadline;
};

/* A result that came while fm_rpc_client_call waited for its own. */
struct kept {
    struct kept *next;
    struct fm_rpc_result result;
    struct fm_frame body;
};

struct fm_rpc_client {
    struct fm_rpc_client_options options;
    struct fm_context *context;
    struct fm_socket *socket;
    int poll_fd; /* epoll over the socket and its monitor */
    uint64_t last_call;
    uint64_t random;
    struct open_call *buckets[BUCKETS];
    struct open_call *free;
    size_t open;
    struct fm_deadlines deadlines;
    struct kept *kept;
    struct kept **kept_end;
    uint64_t lost_below; /* calls up to this number went with the connection */
    struct fm_frame header;
    struct fm_frame body; /* of the last result */
};

/* --- open, close ----------------------------------------------------------- */

static enum fm_error watch(struct fm_rpc_client *client, int fd,
                           struct fm_why *why)
{
    struct epoll_event event = {.events = EPOLLIN};

    if (epoll_ctl(client->poll_fd, EPOLL_CTL_ADD, fd, &event) != 0)
        return fm_fail_errno(errno, why, "cannot watch a socket");
    return FM_OK;
}

static enum fm_error open_socket(struct fm_rpc_client *client,
                                 struct fm_why *why)
{
    enum fm_error error = fm_context_open(why, &client->context);

    if (error == FM_OK)
        error = fm_socket_open(client->context, FM_SOCKET_DEALER, why,
                               &client->socket);
    if (error == FM_OK)
        error =
            fm_socket_connect(client->socket, client->options.endpoint, why);
    if (error != FM_OK)
        return error;
    client->poll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (client->poll_fd < 0)
        return fm_fail_errno(errno, why, "cannot make an epoll");
    error = watch(client, fm_socket_fd(client->socket), why);
    if (error == FM_OK)
        error = watch(client, fm_socket_monitor_fd(client->socket), why);
    return error;
}

enum fm_error fm_rpc_client_open(const struct fm_rpc_client_options *options,
                                 struct fm_why *why,
                                 struct fm_rpc_client **ret_client)
{
    struct fm_rpc_client *client = calloc(1, sizeof *client);
    enum fm_error error;

    if (client == NULL)
        return fm_fail_errno(ENOMEM, why, "no memory for a client");
    client->options = *options;
    if (client->options.max_message_bytes == 0)
        client->options.max_message_bytes = FM_LIMIT_BODY_DEFAULT;
    if (client->options.default_timeout_ms == 0)
        client->options.default_timeout_ms = DEFAULT_TIMEOUT_MS;
    client->poll_fd = -1;
    client->kept_end = &client->kept;
    client->random = fm_now_us() ^ (uint64_t)getpid() << 40;
    fm_frame_init(&client->header);
    fm_frame_init(&client->body);
    fm_deadlines_init(&client->deadlines);
    error = open_socket(client, why);
    /* Only for connecting: the caller's text need not live on. */
    client->options.endpoint = NULL;
    if (error == FM_OK)
        *ret_client = client;
    else
        fm_rpc_client_close(client);
    return error;
}

static void free_calls(struct open_call *call)
{
    while (call != NULL) {
        struct open_call *next = call->chain;

        free(call);
        call = next;
    }
}

static void free_kept(struct kept *kept)
{
    fm_frame_release(&kept->body);
    free(kept);
}

void fm_rpc_client_close(struct fm_rpc_client *client)
{
    if (client == NULL)
        return;
    for (size_t i = 0; i < BUCKETS; i++)
        free_calls(client->buckets[i]);
    free_calls(client->free);
    while (client->kept != NULL) {
        struct kept *next = client->kept->next;

        free_kept(client->kept);
        client->kept = next;
    }
    fm_deadlines_release(&client->deadlines);
    fm_frame_release(&client->header);
    fm_frame_release(&client->body);
    fm_socket_close(client->socket);
    fm_context_close(client->context);
    if (client->poll_fd >= 0)
        (void)close(client->poll_fd);
    free(client);
}

/* --- open calls ------------------------------------------------------------ */

/* Numbers are given in order, so they spread by themselves. */
static struct open_call **find(struct fm_rpc_client *client, uint64_t number)
{
    struct open_call **link = &client->buckets[number % BUCKETS];

    while (*link != NULL && (*link)->number != number)
        link = &(*link)->chain;
    return link;
}

static struct open_call *add_call(struct fm_rpc_client *client,
                                  uint64_t deadline_ms, void *user)
{
    struct open_call *call = client->free;
    struct open_call **bucket;

    if (call != NULL)
        client->free = call->chain;
    else
        call = malloc(sizeof *call);
    if (call == NULL)
        return NULL;
    call->number = client->last_call + 1;
    call->user = user;
    call->deadline = (struct fm_deadline){.at_ms = deadline_ms};
    if (fm_deadlines_add(&client->deadlines, &call->deadline) != FM_OK) {
        call->chain = client->free;
        client->free = call;
        return NULL;
    }
    client->last_call++;
    client->open++;
    bucket = &client->buckets[call->number % BUCKETS];
    call->chain = *bucket;
    *bucket = call;
    return call;
}

static void remove_call(struct fm_rpc_client *client, struct open_call **link)
{
    struct open_call *call = *link;

    if (call == NULL)
        return;
    *link = call->chain;
    fm_deadlines_remove(&client->deadlines, &call->deadline);
    call->chain = client->free;
    client->free = call;
    client->open--;
}

/* --- waiting --------------------------------------------------------------- */

/* Calls that were sent over a connection that is gone get no answer. A lost
 * connection is told of long before there is another (see the reconnect
 * interval in rpc/socket.c), so what is sent after this look is not meant. */
static void note_losses(struct fm_rpc_client *client)
{
    if (fm_socket_lost(client->socket) > 0)
        client->lost_below = client->last_call;
}

/* Until something may have happened or end_ms has come; false in that case. */
static bool wait_until(struct fm_rpc_client *client, uint64_t end_ms)
{
    uint64_t now = fm_now_ms();
    struct epoll_event event;
    uint64_t left;

    if (now >= end_ms)
        return false;
    left = end_ms - now < INT32_MAX ? end_ms - now : INT32_MAX;
    (void)epoll_wait(client->poll_fd, &event, 1, (int)left);
    return true;
}

/* --- sending --------------------------------------------------------------- */

/* Frames are empty when it succeeded. */
static enum fm_error send_until(struct fm_rpc_client *client,
                                struct fm_frame *header, struct fm_frame *body,
                                uint64_t end_ms, struct fm_why *why)
{
    enum fm_error error;

    for (;;) {
        note_losses(client);
        error = fm_envelope_send(client->socket, fm_str_n(NULL, 0), false,
                                 header, body);
        if (error != FM_EUNAVAILABLE)
            return error;
        if (fm_socket_has_room(client->socket))
            continue;
        if (!wait_until(client, end_ms))
            return fm_fail(FM_EUNAVAILABLE, why, "NO_CONNECTION",
                           "nobody answers there, or takes no more requests");
    }
}

static enum fm_error send_call(struct fm_rpc_client *client,
                               const struct fm_header *header,
                               struct fm_str body, uint64_t end_ms,
                               struct fm_why *why)
{
    char bytes[FM_HEADER_SIZE];
    struct fm_frame frames[2];
    size_t len = 0;
    enum fm_error error;

    fm_frame_init(&frames[0]);
    fm_frame_init(&frames[1]);
    error = fm_header_write_call(header, bytes, &len);
    if (error == FM_OK)
        error = fm_frame_copy(&frames[0], fm_str_n(bytes, len));
    if (error == FM_OK)
        error = fm_frame_copy(&frames[1], body);
    if (error == FM_OK)
        error = send_until(client, &frames[0], &frames[1], end_ms, why);
    else
        error = fm_fail(error, why, NULL, "cannot make a request");
    fm_frame_release(&frames[0]);
    fm_frame_release(&frames[1]);
    return error;
}

enum fm_error fm_rpc_client_begin(struct fm_rpc_client *client,
                                  const char *method, struct fm_str body,
                                  uint32_t timeout_ms, uint32_t credit,
                                  void *user, struct fm_why *why,
                                  uint64_t *ret_call)
{
    struct fm_header header = {.method = fm_str(method), .credit = credit};
    struct open_call *call;
    enum fm_error error;

    if (body.len > client->options.max_message_bytes)
        return fm_fail(FM_ETOOBIG, why, "MESSAGE_TOO_LARGE",
                       "the request has %zu bytes; at most %llu are taken",
                       body.len,
                       (unsigned long long)client->options.max_message_bytes);
    if (timeout_ms == 0)
        timeout_ms = client->options.default_timeout_ms;
    call = add_call(client, fm_now_ms() + timeout_ms, user);
    if (call == NULL)
        return fm_fail_errno(ENOMEM, why, "cannot begin a call");
    header.call = call->number;
    header.timeout_ms = timeout_ms;
    error = send_call(client, &header, body, call->deadline.at_ms, why);
    if (error == FM_OK)
        *ret_call = call->number;
    else
        remove_call(client, find(client, header.call));
    return error;
}

/* One that cannot be sent now is not needed later: its call is lost as well. */
static void send_action(struct fm_rpc_client *client, uint64_t call,
                        enum fm_action action, uint32_t credit)
{
    char bytes[FM_HEADER_SIZE];
    size_t len = fm_header_write_action(call, action, credit, bytes);
    struct fm_frame frames[2];

    fm_frame_init(&frames[0]);
    fm_frame_init(&frames[1]);
    if (fm_frame_copy(&frames[0], fm_str_n(bytes, len)) == FM_OK)
        (void)send_until(client, &frames[0], &frames[1], fm_now_ms() + 100,
                         NULL);
    fm_frame_release(&frames[0]);
    fm_frame_release(&frames[1]);
}

void fm_rpc_client_credit(struct fm_rpc_client *client, uint64_t call,
                          uint32_t n)
{
    if (*find(client, call) != NULL)
        send_action(client, call, FM_ACTION_CREDIT, n);
}

static void forget_kept(struct fm_rpc_client *client, uint64_t call)
{
    struct kept **link = &client->kept;

    while (*link != NULL) {
        struct kept *kept = *link;

        if (kept->result.call == call) {
            *link = kept->next;
            free_kept(kept);
        } else {
            link = &kept->next;
        }
    }
    client->kept_end = link;
}

void fm_rpc_client_cancel(struct fm_rpc_client *client, uint64_t call)
{
    struct open_call **link = find(client, call);

    forget_kept(client, call);
    if (*link == NULL)
        return;
    remove_call(client, link);
    send_action(client, call, FM_ACTION_CANCEL, 0);
}

size_t fm_rpc_client_open_calls(const struct fm_rpc_client *client)
{
    return client->open;
}

int fm_rpc_client_fd(const struct fm_rpc_client *client)
{
    return client->poll_fd;
}

/* --- results --------------------------------------------------------------- */

static void begin_result(const struct open_call *call,
                         struct fm_rpc_result *result)
{
    memset(result, 0, sizeof *result);
    result->call = call->number;
    result->user = call->user;
}

/* One reply off the socket; false when it means nothing to anybody. */
static bool take_reply(struct fm_rpc_client *client,
                       struct fm_rpc_result *result)
{
    struct fm_header header;
    struct open_call **link;

    if (fm_header_read(fm_frame_bytes(&client->header), NULL, &header) != FM_OK)
        return false;
    link = find(client, header.call);
    if (*link == NULL || header.keepalive)
        return false;
    begin_result(*link, result);
    result->body = fm_frame_bytes(&client->body);
    result->more = header.more && !header.has_status;
    if (!result->more) {
        result->error = fm_header_status(&header, &result->code, &result->why);
        remove_call(client, link);
    }
    return true;
}

static bool receive_result(struct fm_rpc_client *client,
                           struct fm_rpc_result *result)
{
    struct fm_envelope envelope;

    while (fm_envelope_receive(client->socket, NULL, &client->header,
                               &client->body, &envelope) == FM_OK)
        if (envelope.has_header && take_reply(client, result))
            return true;
    return false;
}

/* A call that ends on this side. */
static void end_call(struct fm_rpc_client *client, struct open_call *call,
                     enum fm_error error, const char *reason, const char *text,
                     struct fm_rpc_result *result)
{
    begin_result(call, result);
    result->error = fm_fail(error, &result->why, reason, "%s", text);
    result->code = fm_status_code(error);
    fm_frame_release(&client->body);
    remove_call(client, find(client, call->number));
}

static bool take_expired(struct fm_rpc_client *client,
                         struct fm_rpc_result *result)
{
    struct fm_deadline *first = fm_deadlines_first(&client->deadlines);
    struct open_call *call;

    if (first == NULL || first->at_ms > fm_now_ms())
        return false;
    call = (struct open_call *)(void *)((char *)first -
                                        offsetof(struct open_call, deadline));
    end_call(client, call, FM_EDEADLINE, NULL, "no answer before the deadline",
             result);
    return true;
}

static bool take_lost(struct fm_rpc_client *client,
                      struct fm_rpc_result *result)
{
    if (client->lost_below == 0)
        return false;
    for (size_t i = 0; i < BUCKETS; i++)
        for (struct open_call *call = client->buckets[i]; call != NULL;
             call = call->chain)
            if (call->number <= client->lost_below) {
                end_call(client, call, FM_EUNAVAILABLE, "CONNECTION_LOST",
                         "the connection was lost; whether the call was done "
                         "is not known",
                         result);
                return true;
            }
    client->lost_below = 0;
    return false;
}

/* Replies first: they may have come just before the connection went. */
static bool take_any(struct fm_rpc_client *client, struct fm_rpc_result *result)
{
    note_losses(client);
    return receive_result(client, result) || take_lost(client, result) ||
           take_expired(client, result);
}

static bool next_result(struct fm_rpc_client *client, uint64_t end_ms,
                        struct fm_rpc_result *result)
{
    while (!take_any(client, result)) {
        const struct fm_deadline *first =
            fm_deadlines_first(&client->deadlines);
        uint64_t until =
            first != NULL && first->at_ms < end_ms ? first->at_ms : end_ms;

        if (fm_socket_ready(client->socket))
            continue;
        if (!wait_until(client, until) && until == end_ms)
            return false;
    }
    return true;
}

bool fm_rpc_client_next(struct fm_rpc_client *client, uint64_t wait_ms,
                        struct fm_rpc_result *ret_result)
{
    uint64_t now = fm_now_ms();
    struct kept *kept = client->kept;

    if (kept == NULL)
        return next_result(
            client, wait_ms < UINT64_MAX - now ? now + wait_ms : UINT64_MAX,
            ret_result);
    client->kept = kept->next;
    if (client->kept == NULL)
        client->kept_end = &client->kept;
    fm_frame_move(&client->body, &kept->body);
    *ret_result = kept->result;
    ret_result->body = fm_frame_bytes(&client->body);
    free_kept(kept);
    return true;
}

/* --- one unary call -------------------------------------------------------- */

/* Results of other calls wait for fm_rpc_client_next. Without memory they are
 * lost; their calls then seem to be without answer. */
static void keep(struct fm_rpc_client *client,
                 const struct fm_rpc_result *result)
{
    struct kept *kept = calloc(1, sizeof *kept);

    if (kept == NULL)
        return;
    kept->result = *result;
    fm_frame_init(&kept->body);
    fm_frame_move(&kept->body, &client->body);
    *client->kept_end = kept;
    client->kept_end = &kept->next;
}

static enum fm_error call_once(struct fm_rpc_client *client, const char *path,
                               struct fm_str body, uint64_t end_ms,
                               struct fm_why *why, struct fm_rpc_result *result)
{
    uint64_t now = fm_now_ms();
    uint64_t number = 0;
    enum fm_error error;

    if (now >= end_ms)
        return fm_fail(FM_EDEADLINE, why, NULL, "no time left");
    error = fm_rpc_client_begin(client, path, body, (uint32_t)(end_ms - now), 0,
                                NULL, why, &number);
    if (error != FM_OK)
        return error;
    /* Ends at the latest with the call's own deadline. */
    while (next_result(client, UINT64_MAX, result)) {
        if (result->call == number)
            break;
        keep(client, result);
    }
    if (result->error != FM_OK && why != NULL)
        *why = result->why;
    return result->error;
}

/* Between 80 and 120 percent, so that clients do not come back all at once. */
static uint64_t jitter(struct fm_rpc_client *client, uint64_t pause)
{
    client->random =
        fm_hash64(&client->random, sizeof client->random, client->random);
    return pause * 4 / 5 + client->random % (pause * 2 / 5 + 1);
}

/* Waits before another attempt; false when none is due. */
static bool pause_before(struct fm_rpc_client *client, uint32_t attempt,
                         enum fm_error error, const struct fm_why *why,
                         uint64_t end_ms)
{
    uint64_t pause = PAUSE_FIRST_MS << (attempt < 8 ? attempt : 8);
    uint64_t now = fm_now_ms();
    struct timespec t;

    if (attempt + 1 >= ATTEMPTS_MAX)
        return false;
    if (error != FM_EUNAVAILABLE && why->retry_after_ms == 0)
        return false;
    if (fm_error_class(error) != FM_CLASS_RETRY || error == FM_EDEADLINE)
        return false;
    if (pause > PAUSE_MAX_MS)
        pause = PAUSE_MAX_MS;
    if (pause < why->retry_after_ms)
        pause = why->retry_after_ms;
    pause = jitter(client, pause);
    if (pause >= end_ms || now >= end_ms - pause)
        return false;
    t.tv_sec = (time_t)(pause / 1000);
    t.tv_nsec = (long)(pause % 1000) * 1000000L;
    (void)nanosleep(&t, NULL);
    return true;
}

static enum fm_error pack(const ProtobufCMessage *message, struct fm_buf *body)
{
    size_t size = protobuf_c_message_get_packed_size(message);
    char *at = fm_buf_reserve(body, size);

    if (at != NULL) {
        (void)protobuf_c_message_pack(message, (uint8_t *)at);
        body->len = size;
    }
    return fm_buf_error(body);
}

static enum fm_error unpack(struct fm_rpc_client *client,
                            const ProtobufCMessageDescriptor *type,
                            struct fm_str body, struct fm_why *why,
                            ProtobufCMessage **ret_reply)
{
    ProtobufCMessage *reply = NULL;

    if (body.len <= client->options.max_message_bytes &&
        !fm_message_too_deep(type, body, FM_LIMIT_NESTING))
        reply = protobuf_c_message_unpack(type, NULL, body.len,
                                          (const uint8_t *)body.data);
    if (reply == NULL)
        return fm_fail(FM_EINTERNAL, why, "REPLY_MALFORMED",
                       "the reply is no valid %s", type->name);
    *ret_reply = reply;
    return FM_OK;
}

static enum fm_error call_until_done(struct fm_rpc_client *client,
                                     const char *path, struct fm_str body,
                                     uint32_t timeout_ms, bool retry,
                                     struct fm_why *why,
                                     struct fm_rpc_result *result)
{
    uint64_t end_ms =
        fm_now_ms() +
        (timeout_ms != 0 ? timeout_ms : client->options.default_timeout_ms);
    struct fm_why last = FM_WHY_INIT;
    uint32_t attempt = 0;
    enum fm_error error;

    do {
        last = (struct fm_why)FM_WHY_INIT;
        error = call_once(client, path, body, end_ms, &last, result);
    } while (error != FM_OK && retry &&
             pause_before(client, attempt++, error, &last, end_ms));
    if (error != FM_OK && why != NULL)
        *why = last;
    return error;
}

enum fm_error fm_rpc_client_call(
    struct fm_rpc_client *client, const ProtobufCServiceDescriptor *service,
    const char *method, const ProtobufCMessage *request, uint32_t timeout_ms,
    bool retry, struct fm_why *why, ProtobufCMessage **ret_reply)
{
    const ProtobufCMethodDescriptor *descriptor =
        protobuf_c_service_descriptor_get_method_by_name(service, method);
    char path[FM_LIMIT_METHOD + 1];
    struct fm_rpc_result result;
    struct fm_buf body;
    enum fm_error error;

    if (descriptor == NULL)
        return fm_fail(FM_EINVAL, why, "METHOD_UNKNOWN", "%s has no method %s",
                       service->name, method);
    (void)snprintf(path, sizeof path, "/%s/%s", service->name, method);
    fm_buf_init(&body, (size_t)client->options.max_message_bytes);
    error = pack(request, &body);
    if (error != FM_OK)
        error = fm_fail(error, why, "MESSAGE_TOO_LARGE",
                        "the request is larger than %llu bytes",
                        (unsigned long long)client->options.max_message_bytes);
    else
        error = call_until_done(client, path, fm_buf_view(&body), timeout_ms,
                                retry, why, &result);
    if (error == FM_OK)
        error = unpack(client, descriptor->output, result.body, why, ret_reply);
    fm_buf_release(&body);
    return error;
}
