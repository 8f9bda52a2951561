#include "base/clock.h"
#include "base/hash.h"
#include "rpc/message.h"
#include "rpc/server_priv.h"

#include <errno.h>

/* Ordinary memory of one call: an article and its parts. */
#define ARENA_BLOCK ((size_t)4 << 10)
/* A request may take this much when unpacked: a fixed part, and so many times
 * its bytes. Articles take 2, the most wasteful honest message (small items,
 * many of them) about 12. */
#define UNPACK_BASE  ((size_t)64 << 10)
#define UNPACK_TIMES 16u
/* Calls that keep their memory for the next one. */
#define WARM_MAX 1024u

/* --- the table ------------------------------------------------------------- */

enum fm_error fm_calls_open(struct fm_calls *calls, size_t max,
                            struct fm_why *why)
{
    size_t buckets = 64;

    memset(calls, 0, sizeof *calls);
    while (buckets < max / 4)
        buckets *= 2;
    calls->max = max + 1; /* one to receive into */
    calls->items = calloc(calls->max, sizeof(struct fm_rpc_call *));
    calls->buckets = calloc(buckets, sizeof(struct fm_rpc_call *));
    if (calls->items == NULL || calls->buckets == NULL)
        return fm_fail_errno(ENOMEM, why, "no memory for calls");
    calls->bucket_mask = buckets - 1;
    calls->seed = fm_now_us() ^ (uint64_t)(uintptr_t)calls->buckets;
    return FM_OK;
}

static void release_call(struct fm_rpc_call *call)
{
    fm_stream_free(call);
    fm_buf_release(&call->reply);
    free(call->why);
    call->why = NULL;
    fm_frame_release(&call->header);
    fm_frame_release(&call->body);
    fm_arena_release(&call->arena);
}

void fm_calls_close(struct fm_calls *calls)
{
    for (size_t i = 0; i < calls->made; i++) {
        release_call(calls->items[i]);
        free(calls->items[i]);
    }
    free(calls->items);
    free(calls->buckets);
    memset(calls, 0, sizeof *calls);
}

static struct fm_rpc_call *make_call(struct fm_rpc_server *server)
{
    struct fm_calls *calls = &server->calls;
    struct fm_rpc_call *call;

    if (calls->made == calls->max)
        return NULL;
    call = calloc(1, sizeof *call);
    if (call == NULL)
        return NULL;
    call->server = server;
    call->handle = (uint64_t)calls->made;
    fm_frame_init(&call->header);
    fm_frame_init(&call->body);
    fm_arena_init_blocks(&call->arena, 0, ARENA_BLOCK);
    atomic_init(&call->dead, false);
    atomic_init(&call->wake_sent, false);
    atomic_init(&call->generation, 0);
    calls->items[calls->made++] = call;
    return call;
}

struct fm_rpc_call *fm_call_take(struct fm_rpc_server *server)
{
    struct fm_calls *calls = &server->calls;
    struct fm_rpc_call *call = calls->free;
    uint32_t generation;

    if (call != NULL)
        calls->free = call->chain;
    else
        call = make_call(server);
    if (call == NULL)
        return NULL;
    calls->used++;
    generation = atomic_fetch_add(&call->generation, 1) + 1;
    call->handle = (uint64_t)generation << 32 | (uint32_t)call->handle;
    atomic_store(&call->dead, false);
    atomic_store(&call->wake_sent, false);
    return call;
}

void fm_call_give_back(struct fm_calls *calls, struct fm_rpc_call *call)
{
    calls->used--;
    call->phase = FM_PHASE_FREE;
    call->chain = calls->free;
    calls->free = call;
}

static struct fm_rpc_call **bucket_of(struct fm_calls *calls,
                                      const struct fm_rpc_peer *peer,
                                      uint64_t number)
{
    uint64_t hash = fm_hash64(&number, sizeof number, calls->seed ^ peer->hash);

    return &calls->buckets[hash & calls->bucket_mask];
}

struct fm_rpc_call *fm_call_find(struct fm_rpc_server *server,
                                 const struct fm_rpc_peer *peer,
                                 uint64_t number)
{
    struct fm_rpc_call *call = *bucket_of(&server->calls, peer, number);

    while (call != NULL && (call->peer != peer || call->number != number))
        call = call->chain;
    return call;
}

struct fm_rpc_call *fm_call_of_handle(struct fm_rpc_server *server,
                                      uint64_t handle)
{
    size_t place = (uint32_t)handle;
    struct fm_rpc_call *call;

    if (place >= server->calls.made)
        return NULL;
    call = server->calls.items[place];
    return call->handle == handle && call->phase != FM_PHASE_FREE ? call : NULL;
}

/* --- its life -------------------------------------------------------------- */

enum fm_error fm_call_open(struct fm_rpc_call *call, struct fm_rpc_peer *peer)
{
    struct fm_rpc_server *server = call->server;
    struct fm_rpc_call **bucket = bucket_of(&server->calls, peer, call->number);

    if (fm_deadlines_add(&server->deadlines, &call->deadline) != FM_OK)
        return FM_ENOMEM;
    call->peer = peer;
    call->open = true;
    call->chain = *bucket;
    *bucket = call;
    call->peer_prev = NULL;
    call->peer_next = peer->calls;
    if (peer->calls != NULL)
        peer->calls->peer_prev = call;
    peer->calls = call;
    peer->call_count++;
    call->held_bytes =
        fm_frame_bytes(&call->header).len + fm_frame_bytes(&call->body).len;
    atomic_fetch_add(&server->counters.held_bytes, call->held_bytes);
    atomic_fetch_add(&server->counters.calls, 1);
    atomic_fetch_add(&server->counters.open, 1);
    return FM_OK;
}

static void forget_request(struct fm_rpc_call *call)
{
    call->request = NULL;
    fm_frame_release(&call->header);
    fm_frame_release(&call->body);
    fm_arena_reset(&call->arena);
    if (call->server->calls.used > WARM_MAX)
        fm_arena_release(&call->arena);
}

void fm_call_free(struct fm_rpc_call *call)
{
    struct fm_rpc_server *server = call->server;
    struct fm_rpc_peer *peer = call->peer;

    fm_stream_free(call);
    fm_buf_release(&call->reply);
    free(call->why);
    call->why = NULL;
    forget_request(call);
    atomic_fetch_sub(&server->counters.held_bytes, call->held_bytes);
    atomic_fetch_sub(&server->counters.open, 1);
    if (call->peer_prev != NULL)
        call->peer_prev->peer_next = call->peer_next;
    else
        peer->calls = call->peer_next;
    if (call->peer_next != NULL)
        call->peer_next->peer_prev = call->peer_prev;
    peer->call_count--;
    call->peer = NULL;
    fm_peer_drop_idle(server, peer);
    fm_call_give_back(&server->calls, call);
}

void fm_call_close(struct fm_rpc_call *call)
{
    struct fm_rpc_call **link =
        bucket_of(&call->server->calls, call->peer, call->number);

    while (*link != call)
        link = &(*link)->chain;
    *link = call->chain;
    call->open = false;
    fm_deadlines_remove(&call->server->deadlines, &call->deadline);
    atomic_store(&call->dead, true);
    switch (call->phase) {
    case FM_PHASE_HANDLER: return; /* it comes back by its end */
    case FM_PHASE_QUEUED:
        if (!fm_work_remove(call))
            return; /* it comes back from the thread that has it */
        break;
    case FM_PHASE_TURN: fm_stream_unschedule(call); break;
    case FM_PHASE_FREE:
    case FM_PHASE_WAITING:
    case FM_PHASE_READY: break;
    }
    fm_call_free(call);
}

void fm_call_refuse(struct fm_rpc_server *server, struct fm_rpc_peer *peer,
                    bool delimited, uint64_t number, enum fm_error error,
                    const struct fm_why *why)
{
    char header[FM_HEADER_SIZE];
    size_t len = fm_header_write_end(number, error, why, header);

    atomic_fetch_add(&server->counters.failed, 1);
    if (fm_peer_send(server, peer, delimited, fm_str_n(header, len), NULL))
        fm_peer_drop_idle(server, peer);
    else
        fm_peer_gone(server, peer);
}

/* A reply over the limit is a failure that its client can read. */
static enum fm_error check_reply(const struct fm_rpc_call *call,
                                 const struct fm_buf *body, struct fm_why *why)
{
    uint64_t max = call->server->options.max_message_bytes;
    enum fm_error error = body != NULL ? fm_buf_error(body) : FM_OK;

    if (error == FM_ENOMEM)
        return fm_fail(error, why, NULL, "no memory for the reply");
    if (error != FM_OK || (body != NULL && body->len > max))
        return fm_fail(FM_ETOOBIG, why, "REPLY_TOO_LARGE",
                       "the reply is larger than %llu bytes: ask for less "
                       "(page_size)",
                       (unsigned long long)max);
    return FM_OK;
}

bool fm_call_end(struct fm_rpc_call *call, enum fm_error error,
                 const struct fm_why *why, struct fm_buf *body)
{
    struct fm_rpc_server *server = call->server;
    struct fm_rpc_peer *peer = call->peer;
    struct fm_why too_large = FM_WHY_INIT;
    char header[FM_HEADER_SIZE];
    size_t len;
    bool here;

    if (error == FM_OK) {
        error = check_reply(call, body, &too_large);
        if (error != FM_OK) {
            why = &too_large;
            body = NULL;
        }
    }
    if (error != FM_OK)
        atomic_fetch_add(&server->counters.failed, 1);
    len = fm_header_write_end(call->number, error, why, header);
    here = fm_peer_send(server, peer, call->delimited, fm_str_n(header, len),
                        body);
    if (here)
        fm_call_close(call);
    else
        fm_peer_gone(server, peer); /* closes this one too */
    return here;
}

void fm_call_abort(struct fm_rpc_call *call, enum fm_error error,
                   const char *reason, const char *text)
{
    struct fm_why why = FM_WHY_INIT;

    (void)fm_call_end(call, fm_fail(error, &why, reason, "%s", text), &why,
                      NULL);
}

/* --- what threads tell ----------------------------------------------------- */

void fm_call_event(struct fm_rpc_call *call)
{
    enum fm_outcome outcome = call->outcome;

    /* In nobody's hands now: closing it frees it. */
    call->phase = FM_PHASE_READY;
    if (!call->open) {
        fm_call_free(call);
        return;
    }
    switch (outcome) {
    case FM_OUTCOME_NONE:
        /* Its deadline passed while it waited for a thread. */
        fm_call_abort(call, FM_EDEADLINE, "DEADLINE",
                      "the deadline passed before the call was begun");
        break;
    case FM_OUTCOME_REPLY:
        (void)fm_call_end(call, FM_OK, NULL, &call->reply);
        break;
    case FM_OUTCOME_FAIL:
        (void)fm_call_end(call, call->error, call->why, NULL);
        break;
    case FM_OUTCOME_STREAM: fm_stream_begun(call); break;
    case FM_OUTCOME_STEPPED: fm_stream_stepped(call); break;
    }
}

static enum fm_error unpack(struct fm_rpc_call *call, struct fm_why *why)
{
    const ProtobufCMessageDescriptor *type = call->method->descriptor->input;
    struct fm_str body = fm_frame_bytes(&call->body);
    enum fm_error error;

    if (call->method->check_deep &&
        fm_message_too_deep(type, body, FM_LIMIT_NESTING))
        return fm_fail(FM_EINVAL, why, "BODY_TOO_DEEP",
                       "messages nest deeper than %u", FM_LIMIT_NESTING);
    call->arena.ceiling = UNPACK_BASE + UNPACK_TIMES * body.len;
    error = fm_message_unpack(type, body, &call->arena, why, &call->request);
    call->held_bytes += call->arena.total;
    atomic_fetch_add(&call->server->counters.held_bytes, call->arena.total);
    return error;
}

void fm_call_run(struct fm_rpc_call *call, void *thread_state)
{
    struct fm_why why = FM_WHY_INIT;
    enum fm_error error;

    if (fm_rpc_call_dead(call) || fm_rpc_call_left_ms(call) == 0) {
        call->outcome = FM_OUTCOME_NONE;
        fm_mailbox_post(call);
        return;
    }
    error = unpack(call, &why);
    if (error != FM_OK)
        fm_rpc_fail(call, error, &why);
    else
        call->method->handler(call->method->user, thread_state, call,
                              call->request);
}

/* --- for handlers ---------------------------------------------------------- */

void fm_rpc_reply(struct fm_rpc_call *call, struct fm_buf *body)
{
    call->reply = *body;
    fm_buf_init(body, body->ceiling);
    call->outcome = FM_OUTCOME_REPLY;
    fm_mailbox_post(call);
}

void fm_rpc_reply_message(struct fm_rpc_call *call,
                          const ProtobufCMessage *message)
{
    size_t size = protobuf_c_message_get_packed_size(message);
    struct fm_buf body;
    char *at;

    fm_buf_init(&body, (size_t)call->server->options.max_message_bytes);
    at = fm_buf_reserve(&body, size);
    if (at != NULL) {
        (void)protobuf_c_message_pack(message, (uint8_t *)at);
        body.len = size;
    }
    fm_rpc_reply(call, &body);
}

void fm_rpc_fail(struct fm_rpc_call *call, enum fm_error error,
                 const struct fm_why *why)
{
    /* A failure without an error would look like success. */
    call->error = error != FM_OK ? error : FM_EINTERNAL;
    call->why = NULL;
    if (why != NULL)
        call->why = malloc(sizeof *why);
    if (call->why != NULL)
        *call->why = *why;
    call->outcome = FM_OUTCOME_FAIL;
    fm_mailbox_post(call);
}

bool fm_rpc_call_dead(const struct fm_rpc_call *call)
{
    return atomic_load(&call->dead) || atomic_load(&call->server->stopping);
}

uint64_t fm_rpc_call_left_ms(const struct fm_rpc_call *call)
{
    uint64_t now = fm_now_ms();

    return call->deadline.at_ms > now ? call->deadline.at_ms - now : 0;
}

struct fm_str fm_rpc_call_metadata(const struct fm_rpc_call *call,
                                   const char *key)
{
    return fm_header_metadata(fm_frame_bytes(&call->header), key);
}

const char *fm_rpc_call_principal(const struct fm_rpc_call *call)
{
    return call->principal;
}

struct fm_str fm_rpc_call_body(const struct fm_rpc_call *call)
{
    return fm_frame_bytes(&call->body);
}

const char *fm_rpc_call_method(const struct fm_rpc_call *call)
{
    return call->method->path;
}
