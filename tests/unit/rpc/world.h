/* A server, a service that does as the request says, a client, and a raw socket
 * that sends any frames. For the tests of this folder. */
#ifndef FM_TEST_RPC_WORLD_H
#define FM_TEST_RPC_WORLD_H

#include "base/clock.h"
#include "factmill/rpc/v1/rpc.pb-c.h"
#include "factmill/v1/query.pb-c.h"
#include "fm_test.h"
#include "rpc/client.h"
#include "rpc/envelope.h"
#include "rpc/server.h"
#include "rpc/socket.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#define QUERY &factmill__v1__query__descriptor
/* Nothing here takes so long; a test that waits for it has failed. */
#define PATIENCE_MS 10000u

/* --- the service --------------------------------------------------------------- */

struct service {
    pthread_mutex_t mutex;
    pthread_cond_t cond;
    struct fm_rpc_call *held[64]; /* calls that asked for "hold" */
    size_t held_n;
    bool gate; /* "gate" calls wait on their thread until it opens */
    atomic_uint begun;
    atomic_uint streams_begun;
    atomic_uint streams_released;
    atomic_uint steps;
    atomic_ullong limit; /* messages that WatchFacts has so far */
    atomic_ullong watch_handle;
};

static inline struct fm_rpc_call *take_held(struct service *s)
{
    struct fm_rpc_call *call;

    (void)pthread_mutex_lock(&s->mutex);
    while (s->held_n == 0)
        (void)pthread_cond_wait(&s->cond, &s->mutex);
    call = s->held[--s->held_n];
    (void)pthread_mutex_unlock(&s->mutex);
    return call;
}

static inline void open_gate(struct service *s)
{
    (void)pthread_mutex_lock(&s->mutex);
    s->gate = true;
    (void)pthread_cond_broadcast(&s->cond);
    (void)pthread_mutex_unlock(&s->mutex);
}

static inline void wait_at_gate(struct service *s)
{
    (void)pthread_mutex_lock(&s->mutex);
    while (!s->gate)
        (void)pthread_cond_wait(&s->cond, &s->mutex);
    (void)pthread_mutex_unlock(&s->mutex);
}

static inline void reply_fact(struct fm_rpc_call *call, char *id)
{
    Factmill__V1__Fact fact;

    factmill__v1__fact__init(&fact);
    fact.id = id;
    fm_rpc_reply_message(call, &fact.base);
}

static inline void reply_bytes(struct fm_rpc_call *call, size_t n)
{
    struct fm_buf body;
    char *at;

    fm_buf_init(&body, n);
    at = fm_buf_reserve(&body, n);
    if (at != NULL) {
        memset(at, 'x', n);
        body.len = n;
    }
    fm_rpc_reply(call, &body);
}

/* GetFact: "missing", "hold", "gate", "large", else the id itself. */
static inline void get_fact(void *user, void *thread_state,
                            struct fm_rpc_call *call,
                            const ProtobufCMessage *request)
{
    const Factmill__V1__GetFactRequest *r =
        (const Factmill__V1__GetFactRequest *)(const void *)request;
    struct service *s = user;
    struct fm_why why = FM_WHY_INIT;

    (void)thread_state;
    atomic_fetch_add(&s->begun, 1);
    if (strcmp(r->id, "missing") == 0) {
        (void)fm_fail_field(FM_ENOTFOUND, &why, "id", "FACT_UNKNOWN",
                            "there is no fact %s", r->id);
        why.retry_after_ms = 7;
        fm_rpc_fail(call, FM_ENOTFOUND, &why);
    } else if (strcmp(r->id, "hold") == 0) {
        (void)pthread_mutex_lock(&s->mutex);
        s->held[s->held_n++] = call;
        (void)pthread_cond_broadcast(&s->cond);
        (void)pthread_mutex_unlock(&s->mutex);
    } else if (strcmp(r->id, "gate") == 0) {
        wait_at_gate(s);
        reply_fact(call, r->id);
    } else if (strcmp(r->id, "large") == 0) {
        reply_bytes(call, FM_LIMIT_BODY_DEFAULT + 1);
    } else if (strcmp(r->id, "metadata") == 0) {
        struct fm_str value = fm_rpc_call_metadata(call, "request-id");
        char copy[64];

        (void)snprintf(copy, sizeof copy, "%.*s", FM_STR_ARG(value));
        reply_fact(call, copy);
    } else {
        reply_fact(call, r->id);
    }
}

/* WatchFacts: one message with the numbers 1, 2, 3 … in after; with as many as
 * service.limit says it waits. ExportFacts: three messages, the last says so. */
struct numbers {
    struct service *service;
    uint64_t sent;
    bool exports;
};

static inline void pack_number(uint64_t n, struct fm_buf *body)
{
    Factmill__V1__GetFactRequest message;
    char text[24];

    factmill__v1__get_fact_request__init(&message);
    (void)snprintf(text, sizeof text, "%llu", (unsigned long long)n);
    message.id = text;
    if (fm_buf_reserve(body, 64) != NULL)
        body->len =
            protobuf_c_message_pack(&message.base, (uint8_t *)body->data);
}

static inline enum fm_rpc_step step_numbers(void *state, void *thread_state,
                                            struct fm_buf *ret_body,
                                            enum fm_error *ret_error,
                                            struct fm_why *why)
{
    struct numbers *n = state;

    (void)thread_state;
    atomic_fetch_add(&n->service->steps, 1);
    if (!n->exports && n->sent >= atomic_load(&n->service->limit))
        return FM_RPC_STEP_WAIT;
    if (!n->exports && n->sent == 1000000)
        return FM_RPC_STEP_END;
    if (n->sent == 13) {
        *ret_error = fm_fail(FM_ECORRUPT, why, "THIRTEEN", "bad luck");
        return FM_RPC_STEP_FAIL;
    }
    pack_number(++n->sent, ret_body);
    return n->exports && n->sent == 3 ? FM_RPC_STEP_LAST : FM_RPC_STEP_MESSAGE;
}

static inline void release_numbers(void *state)
{
    struct numbers *n = state;

    atomic_fetch_add(&n->service->streams_released, 1);
    free(n);
}

static inline void begin_numbers(struct service *s, struct fm_rpc_call *call,
                                 bool exports)
{
    struct numbers *n = calloc(1, sizeof *n);

    n->service = s;
    atomic_fetch_add(&s->streams_begun, 1);
    n->exports = exports;
    atomic_store(&s->watch_handle, fm_rpc_stream_handle(call));
    fm_rpc_stream(call, step_numbers, n, release_numbers);
}

static inline void watch_facts(void *user, void *thread_state,
                               struct fm_rpc_call *call,
                               const ProtobufCMessage *request)
{
    (void)thread_state;
    (void)request;
    begin_numbers(user, call, false);
}

static inline void export_facts(void *user, void *thread_state,
                                struct fm_rpc_call *call,
                                const ProtobufCMessage *request)
{
    (void)thread_state;
    (void)request;
    begin_numbers(user, call, true);
}

static const struct fm_rpc_method METHODS[] = {
    {"GetFact", get_fact, false, FM_ROLE_READER},
    {"WatchFacts", watch_facts, false, FM_ROLE_READER},
    {"ExportFacts", export_facts, true, FM_ROLE_READER},
};

/* --- the world ------------------------------------------------------------------ */

struct world {
    char folder[64];
    char endpoint[256];
    struct service service;
    struct fm_rpc_server_options options; /* changed before open_world */
    struct fm_rpc_server *server;
    struct fm_rpc_client *client;
    struct fm_context *context;
    struct fm_socket *raw;
};

static inline void init_world(struct world *w, uint32_t threads)
{
    memset(w, 0, sizeof *w);
    (void)pthread_mutex_init(&w->service.mutex, NULL);
    (void)pthread_cond_init(&w->service.cond, NULL);
    w->options.threads = threads;
}

static inline void open_client(struct world *w)
{
    const struct fm_rpc_client_options options = {.endpoint = w->endpoint};
    struct fm_why why = FM_WHY_INIT;

    assert_fm_ok(fm_rpc_client_open(&options, &why, &w->client));
}

static inline void start_world(struct world *w, const char *endpoint)
{
    const struct fm_rpc_service service = {
        .descriptor = QUERY,
        .methods = METHODS,
        .method_count = sizeof METHODS / sizeof *METHODS,
        .user = &w->service,
    };
    struct fm_why why = FM_WHY_INIT;

    w->options.services = &service;
    w->options.service_count = 1;
    if (fm_rpc_server_start(&w->options, &why, &w->server) != FM_OK ||
        fm_rpc_server_bind(w->server, endpoint, &why, w->endpoint) != FM_OK)
        fail_msg("%s", why.text);
    open_client(w);
    assert_fm_ok(fm_context_open(&why, &w->context));
    assert_fm_ok(fm_socket_open(w->context, FM_SOCKET_DEALER, &why, &w->raw));
    assert_fm_ok(fm_socket_connect(w->raw, w->endpoint, &why));
}

static inline void open_world(struct world *w)
{
    char endpoint[128];

    (void)snprintf(w->folder, sizeof w->folder, "/tmp/fm-rpc-XXXXXX");
    fm_test_folder(w->folder);
    (void)snprintf(endpoint, sizeof endpoint, "ipc://%s/s", w->folder);
    start_world(w, endpoint);
}

static inline void close_world(struct world *w)
{
    fm_socket_close(w->raw);
    fm_context_close(w->context);
    fm_rpc_client_close(w->client);
    fm_rpc_server_stop(w->server);
    if (w->folder[0] != '\0')
        fm_test_remove(w->folder);
    (void)pthread_mutex_destroy(&w->service.mutex);
    (void)pthread_cond_destroy(&w->service.cond);
}

static inline struct fm_rpc_stats stats_of(const struct world *w)
{
    struct fm_rpc_stats stats;

    fm_rpc_server_stats(w->server, &stats);
    return stats;
}

/* Waits until expr holds. */
#define wait_for(expr)                              \
 do {                                               \
  uint64_t fm_test_end = fm_now_ms() + PATIENCE_MS; \
  while (!(expr)) {                                 \
   if (fm_now_ms() > fm_test_end)                   \
    fail_msg("in vain for %s", #expr);              \
   (void)poll(NULL, 0, 1);                          \
  }                                                 \
 } while (0)

/* --- calls ----------------------------------------------------------------------- */

static inline enum fm_error get(struct world *w, const char *id,
                                uint32_t timeout_ms, struct fm_why *why,
                                char ret_id[64])
{
    Factmill__V1__GetFactRequest request;
    ProtobufCMessage *reply = NULL;
    char copy[64];
    enum fm_error error;

    (void)snprintf(copy, sizeof copy, "%s", id);
    factmill__v1__get_fact_request__init(&request);
    request.id = copy;
    error = fm_rpc_client_call(w->client, QUERY, "GetFact", &request.base,
                               timeout_ms, false, why, &reply);
    if (error == FM_OK) {
        (void)snprintf(ret_id, 64, "%s",
                       ((Factmill__V1__Fact *)(void *)reply)->id);
        protobuf_c_message_free_unpacked(reply, NULL);
    }
    return error;
}

/* A GetFactRequest as bytes. */
static inline struct fm_str pack_id(const char *id, char bytes[128])
{
    size_t len = strlen(id);

    bytes[0] = 0x0a;
    bytes[1] = (char)len;
    memcpy(bytes + 2, id, len);
    return fm_str_n(bytes, len + 2);
}

static inline uint64_t begin(struct world *w, const char *method,
                             const char *id, uint32_t timeout_ms,
                             uint32_t credit)
{
    char path[64];
    char bytes[128];
    struct fm_why why = FM_WHY_INIT;
    uint64_t call = 0;

    (void)snprintf(path, sizeof path, "/factmill.v1.Query/%s", method);
    if (fm_rpc_client_begin(w->client, path, pack_id(id, bytes), timeout_ms,
                            credit, NULL, &why, &call) != FM_OK)
        fail_msg("%s", why.text);
    return call;
}

static inline struct fm_rpc_result next(struct world *w)
{
    struct fm_rpc_result result;

    if (!fm_rpc_client_next(w->client, PATIENCE_MS, &result))
        fail_msg("no result of any call");
    return result;
}

/* The number in a message of WatchFacts. */
static inline uint64_t number_of(struct fm_str body)
{
    uint64_t n = 0;

    assert_true(body.len > 2);
    for (size_t i = 2; i < body.len; i++)
        n = n * 10 + (uint64_t)(body.data[i] - '0');
    return n;
}

/* --- raw frames ------------------------------------------------------------------- */

static inline void raw_send(struct world *w, const struct fm_str *frames,
                            size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct fm_frame frame;

        fm_frame_init(&frame);
        assert_fm_ok(fm_frame_copy(&frame, frames[i]));
        wait_for(i > 0 || fm_socket_has_room(w->raw));
        assert_fm_ok(fm_socket_send(w->raw, &frame, i + 1 < n));
        fm_frame_release(&frame);
    }
}

struct raw_reply {
    size_t frames;
    Factmill__Rpc__V1__Header *header; /* free_unpacked */
    char body[4096];
    size_t body_len;
};

/* The frames of one message; the last but one is the header. */
static inline struct raw_reply raw_receive(struct world *w)
{
    struct raw_reply reply = {0};
    struct fm_frame frames[4];
    bool more = true;

    for (size_t i = 0; i < 4; i++)
        fm_frame_init(&frames[i]);
    wait_for(fm_socket_ready(w->raw));
    while (more) {
        assert_true(reply.frames < 4);
        assert_fm_ok(fm_socket_receive(w->raw, &frames[reply.frames++], &more));
    }
    assert_true(reply.frames >= 2);
    {
        struct fm_str header = fm_frame_bytes(&frames[reply.frames - 2]);
        struct fm_str body = fm_frame_bytes(&frames[reply.frames - 1]);

        reply.header = factmill__rpc__v1__header__unpack(
            NULL, header.len, (const uint8_t *)header.data);
        assert_non_null(reply.header);
        assert_true(body.len <= sizeof reply.body);
        memcpy(reply.body, body.data, body.len);
        reply.body_len = body.len;
    }
    for (size_t i = 0; i < 4; i++)
        fm_frame_release(&frames[i]);
    return reply;
}

static inline void raw_free(struct raw_reply *reply)
{
    factmill__rpc__v1__header__free_unpacked(reply->header, NULL);
}

/* A packed header, made by protobuf-c and not by rpc/envelope.c. */
static inline struct fm_str pack_header(const Factmill__Rpc__V1__Header *header,
                                        char bytes[1024])
{
    assert_true(factmill__rpc__v1__header__get_packed_size(header) <= 1024);
    return fm_str_n(bytes,
                    factmill__rpc__v1__header__pack(header, (uint8_t *)bytes));
}

static inline struct fm_str call_header(uint64_t call, const char *method,
                                        uint32_t credit, char bytes[1024])
{
    Factmill__Rpc__V1__Header header;
    char copy[128];

    factmill__rpc__v1__header__init(&header);
    header.call = call;
    (void)snprintf(copy, sizeof copy, "/factmill.v1.Query/%s", method);
    header.method = copy;
    header.credit = credit;
    return pack_header(&header, bytes);
}

#endif
