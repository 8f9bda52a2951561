#include "rpc/client.h"

#include "base/clock.h"
#include "base/limits.h"
#include "rpc/client_priv.h"
#include "rpc/status.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#define DEFAULT_TIMEOUT_MS 30000u
#define DEFAULT_SILENCE_MS 5000u
/* CANCEL and CREDIT wait no longer than this for room. */
#define ACTION_WAIT_MS 100u

/* --- open, close ----------------------------------------------------------- */

static enum fm_error open_parts(struct fm_rpc_client *client,
                                struct fm_why *why)
{
    enum fm_error error =
        fm_endpoint_check(client->options.endpoint, why, client->endpoint);

    /* Only for connecting: the caller's text need not live on. */
    client->options.endpoint = NULL;
    if (client->options.security != NULL)
        client->security = *client->options.security;
    client->options.security = NULL;
    if (error == FM_OK)
        error = fm_context_open(why, &client->context);
    if (error != FM_OK)
        return error;
    client->poll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (client->poll_fd < 0)
        return fm_fail_errno(errno, why, "cannot make an epoll");
    return fm_client_connect(client, why);
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
    if (client->options.silence_ms == 0)
        client->options.silence_ms = DEFAULT_SILENCE_MS;
    client->poll_fd = -1;
    client->kept_end = &client->kept;
    client->random = fm_now_us() ^ (uint64_t)getpid() << 40;
    fm_frame_init(&client->header);
    fm_frame_init(&client->body);
    fm_deadlines_init(&client->deadlines);
    error = open_parts(client, why);
    if (error == FM_OK)
        *ret_client = client;
    else
        fm_rpc_client_close(client);
    return error;
}

static void free_calls(struct fm_open_call *call)
{
    while (call != NULL) {
        struct fm_open_call *next = call->chain;

        free(call);
        call = next;
    }
}

static void free_kept(struct fm_kept_result *kept)
{
    fm_frame_release(&kept->body);
    free(kept);
}

void fm_rpc_client_close(struct fm_rpc_client *client)
{
    if (client == NULL)
        return;
    for (size_t i = 0; i < FM_CLIENT_BUCKETS; i++)
        free_calls(client->buckets[i]);
    free_calls(client->free);
    while (client->kept != NULL) {
        struct fm_kept_result *next = client->kept->next;

        free_kept(client->kept);
        client->kept = next;
    }
    fm_deadlines_release(&client->deadlines);
    fm_frame_release(&client->header);
    fm_frame_release(&client->body);
    fm_client_disconnect(client);
    fm_context_close(client->context);
    if (client->poll_fd >= 0)
        (void)close(client->poll_fd);
    fm_security_wipe(&client->security);
    free(client);
}

/* --- open calls ------------------------------------------------------------ */

/* Numbers are given in order, so they spread by themselves. */
static struct fm_open_call **find(struct fm_rpc_client *client, uint64_t number)
{
    struct fm_open_call **link = &client->buckets[number % FM_CLIENT_BUCKETS];

    while (*link != NULL && (*link)->number != number)
        link = &(*link)->chain;
    return link;
}

static struct fm_open_call *add_call(struct fm_rpc_client *client,
                                     uint64_t deadline_ms, void *user)
{
    struct fm_open_call *call = client->free;
    struct fm_open_call **bucket;

    if (call != NULL)
        client->free = call->chain;
    else
        call = malloc(sizeof *call);
    if (call == NULL)
        return NULL;
    if (client->open == 0)
        client->heard_ms = fm_now_ms();
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
    bucket = &client->buckets[call->number % FM_CLIENT_BUCKETS];
    call->chain = *bucket;
    *bucket = call;
    return call;
}

static void remove_call(struct fm_rpc_client *client,
                        struct fm_open_call **link)
{
    struct fm_open_call *call = *link;

    if (call == NULL)
        return;
    *link = call->chain;
    fm_deadlines_remove(&client->deadlines, &call->deadline);
    call->chain = client->free;
    client->free = call;
    client->open--;
}

/* --- results --------------------------------------------------------------- */

static void begin_result(const struct fm_open_call *call,
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
    struct fm_open_call **link;

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

    while (client->socket != NULL &&
           fm_envelope_receive(client->socket, NULL, &client->header,
                               &client->body, &envelope) == FM_OK) {
        client->heard_ms = fm_now_ms();
        if (envelope.has_header && take_reply(client, result))
            return true;
    }
    return false;
}

void fm_client_keep(struct fm_rpc_client *client,
                    const struct fm_rpc_result *result)
{
    struct fm_kept_result *kept = calloc(1, sizeof *kept);

    if (kept == NULL)
        return;
    kept->result = *result;
    fm_frame_init(&kept->body);
    fm_frame_move(&kept->body, &client->body);
    *client->kept_end = kept;
    client->kept_end = &kept->next;
}

/* Everything that can be received. */
static void keep_all(struct fm_rpc_client *client)
{
    struct fm_rpc_result result;

    while (receive_result(client, &result))
        fm_client_keep(client, &result);
}

/* --- sending --------------------------------------------------------------- */

/* Frames are empty when it succeeded. */
static enum fm_error send_until(struct fm_rpc_client *client,
                                struct fm_frame *header, struct fm_frame *body,
                                uint64_t end_ms, struct fm_why *why)
{
    bool renewed = false;
    enum fm_error error;

    do {
        enum fm_link link = fm_client_link(client);
        bool room =
            client->socket != NULL && fm_socket_has_room(client->socket);

        if (link == FM_LINK_LOST) {
            keep_all(client);
            fm_client_renew(client);
            continue;
        }
        if (link == FM_LINK_REFUSED && renewed)
            return fm_socket_refusal(client->socket, why);
        /* What was refused before may be let in now. */
        if (link == FM_LINK_REFUSED) {
            renewed = true;
            fm_client_renew(client);
            continue;
        }
        if (link == FM_LINK_NONE || !room)
            continue;
        error = fm_envelope_send(client->socket, fm_str_n(NULL, 0), false,
                                 header, body);
        if (error != FM_EUNAVAILABLE)
            return error;
    } while (fm_client_wait(client, end_ms));
    error =
        client->socket != NULL ? fm_socket_refusal(client->socket, why) : FM_OK;
    if (error != FM_OK)
        return error;
    return fm_fail(FM_EUNAVAILABLE, why, "NO_CONNECTION",
                   "nobody answers at %s, or takes more requests",
                   client->endpoint);
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

/* NOLINTNEXTLINE(readability-function-size): eight parameters, all the call's */
enum fm_error fm_rpc_client_begin(struct fm_rpc_client *client,
                                  const char *method, struct fm_str body,
                                  uint32_t timeout_ms, uint32_t credit,
                                  void *user, struct fm_why *why,
                                  uint64_t *ret_call)
{
    struct fm_header header = {.method = fm_str(method), .credit = credit};
    struct fm_open_call *call;
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
    client->sending = call->number;
    error = send_call(client, &header, body, call->deadline.at_ms, why);
    client->sending = 0;
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
        (void)send_until(client, &frames[0], &frames[1],
                         fm_now_ms() + ACTION_WAIT_MS, NULL);
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
    struct fm_kept_result **link = &client->kept;

    while (*link != NULL) {
        struct fm_kept_result *kept = *link;

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
    struct fm_open_call **link = find(client, call);

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

/* --- the next result --- */

/* A call that ends on this side. */
static void end_call(struct fm_rpc_client *client, struct fm_open_call *call,
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
    uint64_t first_ms = first != NULL ? first->at_ms : 0;
    struct fm_open_call *call;

    if (first == NULL || first->at_ms > fm_now_ms())
        return false;
    call = (struct fm_open_call *)(void *)((char *)first -
                                           offsetof(struct fm_open_call,
                                                    deadline));
    end_call(client, call, FM_EDEADLINE, NULL, "no answer before the deadline",
             result);
    if (first_ms - client->heard_ms >= client->options.silence_ms &&
        first_ms > client->heard_ms)
        fm_client_renew(client);
    return true;
}

static bool take_lost(struct fm_rpc_client *client,
                      struct fm_rpc_result *result)
{
    if (client->lost_below == 0)
        return false;
    for (size_t i = 0; i < FM_CLIENT_BUCKETS; i++)
        for (struct fm_open_call *call = client->buckets[i]; call != NULL;
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
    enum fm_link link = fm_client_link(client);

    if (receive_result(client, result))
        return true;
    if (link == FM_LINK_LOST)
        fm_client_renew(client);
    return take_lost(client, result) || take_expired(client, result);
}

bool fm_client_next(struct fm_rpc_client *client, uint64_t end_ms,
                    struct fm_rpc_result *result)
{
    while (!take_any(client, result)) {
        const struct fm_deadline *first =
            fm_deadlines_first(&client->deadlines);
        uint64_t until =
            first != NULL && first->at_ms < end_ms ? first->at_ms : end_ms;

        if (client->socket != NULL && fm_socket_ready(client->socket))
            continue;
        if (!fm_client_wait(client, until) && until == end_ms)
            return false;
    }
    return true;
}

bool fm_rpc_client_next(struct fm_rpc_client *client, uint64_t wait_ms,
                        struct fm_rpc_result *ret_result)
{
    uint64_t now = fm_now_ms();
    struct fm_kept_result *kept = client->kept;

    if (kept == NULL)
        return fm_client_next(
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
