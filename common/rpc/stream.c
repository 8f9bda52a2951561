#include "rpc/server_priv.h"

#include <errno.h>

/* A batch ends early when it holds so much. */
#define BATCH_BYTES ((size_t)256 << 10)
/* Streams of the loop that get a turn before calls are read again. */
#define TURNS 8u
/* A stream that sent nothing for so long shows that it lives; this is also how
 * the server learns that a client is gone. */
#define KEEP_ALIVE_MS  15000u
#define CHECK_EVERY_MS 1000u

/* --- making messages: any thread ------------------------------------------- */

void fm_rpc_stream(struct fm_rpc_call *call, fm_rpc_stepper *step, void *state,
                   void (*release)(void *state))
{
    struct fm_stream *stream = calloc(1, sizeof *stream);

    if (stream == NULL) {
        if (release != NULL)
            release(state);
        fm_rpc_fail(call, FM_ENOMEM, NULL);
        return;
    }
    stream->step = step;
    stream->state = state;
    stream->release = release;
    call->stream = stream;
    call->outcome = FM_OUTCOME_STREAM;
    fm_mailbox_post(call);
}

void fm_stream_run(struct fm_rpc_call *call, void *thread_state)
{
    struct fm_stream *s = call->stream;
    size_t max = (size_t)call->server->options.max_message_bytes;
    size_t bytes = 0;
    uint32_t n = 0;

    s->result = FM_RPC_STEP_MESSAGE;
    while (s->result == FM_RPC_STEP_MESSAGE && n < s->grant &&
           bytes < BATCH_BYTES && !fm_rpc_call_dead(call)) {
        struct fm_buf *body = &s->batch[n];

        fm_buf_init(body, max);
        s->result = s->step(s->state, thread_state, body, &s->error, &s->why);
        bytes += body->len;
        if (s->result == FM_RPC_STEP_MESSAGE || s->result == FM_RPC_STEP_LAST)
            n++;
        else
            fm_buf_release(body);
    }
    s->batch_n = n;
    call->outcome = FM_OUTCOME_STEPPED;
    fm_mailbox_post(call);
}

uint64_t fm_rpc_stream_handle(const struct fm_rpc_call *call)
{
    return call->handle;
}

void fm_rpc_stream_wake(struct fm_rpc_server *server, uint64_t handle)
{
    struct fm_rpc_call *call;

    if (handle == 0)
        return;
    call = server->calls.items[(uint32_t)handle];
    /* Calls are used again, never freed before the server ends: the generation
     * tells whose turn it is. Once is enough until the loop has looked. */
    if (atomic_load(&call->generation) != handle >> 32 ||
        atomic_exchange(&call->wake_sent, true))
        return;
    fm_mailbox_wake(server, handle);
}

/* --- the queue of the loop ------------------------------------------------- */

static void add_turn(struct fm_rpc_call *call)
{
    struct fm_streams *streams = &call->server->streams;

    call->phase = FM_PHASE_TURN;
    call->turn_next = NULL;
    call->turn_prev = streams->turn_last;
    if (streams->turn_last != NULL)
        streams->turn_last->turn_next = call;
    else
        streams->turn_first = call;
    streams->turn_last = call;
}

void fm_stream_unschedule(struct fm_rpc_call *call)
{
    struct fm_streams *streams = &call->server->streams;

    if (call->turn_prev != NULL)
        call->turn_prev->turn_next = call->turn_next;
    else
        streams->turn_first = call->turn_next;
    if (call->turn_next != NULL)
        call->turn_next->turn_prev = call->turn_prev;
    else
        streams->turn_last = call->turn_prev;
    call->phase = FM_PHASE_READY;
}

bool fm_streams_turn(struct fm_rpc_server *server)
{
    struct fm_streams *streams = &server->streams;

    for (uint32_t i = 0; i < TURNS && streams->turn_first != NULL; i++) {
        struct fm_rpc_call *call = streams->turn_first;

        fm_stream_unschedule(call);
        call->phase = FM_PHASE_HANDLER;
        fm_stream_run(call, NULL);
        fm_mailbox_local(server);
    }
    return streams->turn_first != NULL;
}

/* --- on the loop ----------------------------------------------------------- */

void fm_stream_schedule(struct fm_rpc_call *call)
{
    struct fm_stream *s;

    if (!call->is_stream || call->phase != FM_PHASE_READY ||
        call->credit == 0 || call->peer->waiting != NULL)
        return;
    s = call->stream;
    s->grant = call->credit < FM_STREAM_BATCH ? call->credit : FM_STREAM_BATCH;
    s->woken = false;
    if (call->method->on_loop)
        add_turn(call);
    else
        fm_work_push(call);
}

static void end_drained(struct fm_rpc_call *call)
{
    struct fm_why why = FM_WHY_INIT;

    (void)fm_fail(FM_EUNAVAILABLE, &why, "DRAINING",
                  "the server stops: go on with another, or later");
    why.retry_after_ms = 1000;
    (void)fm_call_end(call, FM_EUNAVAILABLE, &why, NULL);
}

/* A server that drains has no news, and cannot wait for credit that may never
 * come. */
static bool is_stuck(const struct fm_rpc_call *call)
{
    return !call->method->builtin && atomic_load(&call->server->draining) &&
           (call->phase == FM_PHASE_WAITING ||
            (call->phase == FM_PHASE_READY && call->credit == 0));
}

static void schedule_or_end(struct fm_rpc_call *call)
{
    fm_stream_schedule(call);
    if (is_stuck(call))
        end_drained(call);
}

void fm_stream_begun(struct fm_rpc_call *call)
{
    struct fm_streams *streams = &call->server->streams;
    struct fm_stream *s = call->stream;

    s->sent_ms = call->server->now_ms;
    call->is_stream = true;
    s->next = streams->all;
    if (streams->all != NULL)
        streams->all->stream->prev = call;
    streams->all = call;
    if (call->method->builtin)
        call->server->builtin_streams++;
    schedule_or_end(call);
}

void fm_stream_free(struct fm_rpc_call *call)
{
    struct fm_stream *s = call->stream;

    if (s == NULL)
        return;
    if (call->is_stream) {
        if (s->prev != NULL)
            s->prev->stream->next = s->next;
        else
            call->server->streams.all = s->next;
        if (s->next != NULL)
            s->next->stream->prev = s->prev;
        if (call->method->builtin)
            call->server->builtin_streams--;
    }
    for (uint32_t i = 0; i < s->batch_n; i++)
        fm_buf_release(&s->batch[i]);
    if (s->release != NULL)
        s->release(s->state);
    free(s);
    call->stream = NULL;
    call->is_stream = false;
}

/* After the last message of a batch that did not end the stream. */
static void go_on(struct fm_rpc_call *call)
{
    struct fm_stream *s = call->stream;

    switch (s->result) {
    case FM_RPC_STEP_WAIT:
        if (!s->woken) {
            call->phase = FM_PHASE_WAITING;
            if (is_stuck(call))
                end_drained(call);
            return;
        }
        break;
    case FM_RPC_STEP_END: (void)fm_call_end(call, FM_OK, NULL, NULL); return;
    case FM_RPC_STEP_FAIL:
        (void)fm_call_end(call, s->error != FM_OK ? s->error : FM_EINTERNAL,
                          &s->why, NULL);
        return;
    case FM_RPC_STEP_MESSAGE:
    case FM_RPC_STEP_LAST: break;
    }
    schedule_or_end(call);
}

/* False when the call was closed by it. */
static bool send_more(struct fm_rpc_call *call, struct fm_buf *body)
{
    struct fm_rpc_server *server = call->server;
    char header[FM_HEADER_SIZE];
    size_t len = fm_header_write_more(call->number, false, header);

    if (fm_buf_error(body) != FM_OK ||
        body->len > server->options.max_message_bytes) {
        (void)fm_call_end(call, FM_OK, NULL, body); /* says what is wrong */
        return false;
    }
    if (!fm_peer_send(server, call->peer, call->delimited,
                      fm_str_n(header, len), body)) {
        fm_peer_gone(server, call->peer);
        return false;
    }
    call->stream->sent_ms = server->now_ms;
    if (call->credit > 0)
        call->credit--;
    return true;
}

void fm_stream_stepped(struct fm_rpc_call *call)
{
    struct fm_stream *s = call->stream;

    for (uint32_t i = 0; i < s->batch_n; i++) {
        if (s->result == FM_RPC_STEP_LAST && i + 1 == s->batch_n) {
            (void)fm_call_end(call, FM_OK, NULL, &s->batch[i]);
            return;
        }
        if (!send_more(call, &s->batch[i]))
            return;
        fm_buf_release(&s->batch[i]);
    }
    s->batch_n = 0;
    go_on(call);
}

void fm_stream_credit(struct fm_rpc_call *call, uint32_t n)
{
    call->credit =
        n < UINT32_MAX - call->credit ? call->credit + n : UINT32_MAX;
    call->credited = true;
    fm_stream_schedule(call);
}

void fm_stream_woken(struct fm_rpc_call *call)
{
    if (!call->is_stream)
        return;
    call->stream->woken = true;
    if (call->phase != FM_PHASE_WAITING)
        return;
    call->phase = FM_PHASE_READY;
    schedule_or_end(call);
}

void fm_streams_drain(struct fm_rpc_server *server)
{
    struct fm_rpc_call *call = server->streams.all;

    while (call != NULL) {
        struct fm_rpc_call *next = call->stream->next;

        if (is_stuck(call)) {
            end_drained(call);
            /* The end of one may have ended others: their client is gone. */
            next = server->streams.all;
        }
        call = next;
    }
}

/* --- signs of life --------------------------------------------------------- */

/* False when its peer is gone, and with it any number of streams. */
static bool keep_alive(struct fm_rpc_call *call)
{
    struct fm_rpc_server *server = call->server;
    char header[FM_HEADER_SIZE];
    size_t len;

    if (server->now_ms - call->stream->sent_ms < KEEP_ALIVE_MS ||
        call->peer->waiting != NULL || !call->open ||
        (call->delimited && !call->credited))
        return true;
    call->stream->sent_ms = server->now_ms;
    len = fm_header_write_more(call->number, true, header);
    if (fm_peer_send(server, call->peer, call->delimited, fm_str_n(header, len),
                     NULL))
        return true;
    fm_peer_gone(server, call->peer);
    return false;
}

void fm_streams_keep_alive(struct fm_rpc_server *server)
{
    struct fm_rpc_call *call = server->streams.all;

    if (server->now_ms - server->streams.checked_ms < CHECK_EVERY_MS)
        return;
    server->streams.checked_ms = server->now_ms;
    while (call != NULL)
        call = keep_alive(call) ? call->stream->next : server->streams.all;
}
