/* A server of calls over ZeroMQ: one ROUTER socket, one loop thread that owns
 * it, and, if wanted, threads that run the handlers. Step 1 and 10 of an
 * article's path. The wire is drawn in rpc/envelope.h.
 *
 * The server unpacks headers, enforces sizes, deadlines and credit, answers
 * grpc.health.v1.Health and grpc.reflection.v1.ServerReflection by itself, and
 * finds methods by full name through protobuf-c's service descriptors. A
 * method without a handler answers UNIMPLEMENTED, an unknown name too.
 *
 * Life of a call: the handler gets a struct fm_rpc_call and must end it exactly
 * once, now or later, from any thread, by fm_rpc_reply or fm_rpc_fail; for a
 * streaming method it calls fm_rpc_stream instead. When the deadline passes or
 * the client cancels first, the server answers the client itself and the later
 * end of the call only frees it. */
#ifndef FM_RPC_SERVER_H
#define FM_RPC_SERVER_H

#include "base/buf.h"
#include "base/error.h"
#include "rpc/auth.h"
#include "rpc/security.h"

#include <protobuf-c/protobuf-c.h>

struct fm_rpc_server;
struct fm_rpc_call;

/* request: the unpacked body, owned by the call and valid until it ends.
 * thread_state: what options.thread_start made for this thread; NULL on the
 * loop thread. Must not block when it runs on the loop thread. */
typedef void fm_rpc_handler(void *user, void *thread_state,
                            struct fm_rpc_call *call,
                            const ProtobufCMessage *request);

struct fm_rpc_method {
    const char *name; /* "Push", as in the .proto */
    fm_rpc_handler *handler;
    /* Run it on the loop thread (it only hands over) instead of on a handler
     * thread. */
    bool on_loop;
    /* Who may call it, on a server that knows its clients: one of these roles is
     * enough. 0 = nobody, so that a row without roles gives nothing away. */
    uint32_t roles;
};

struct fm_rpc_service {
    const ProtobufCServiceDescriptor
        *descriptor; /* factmill__v1__query__descriptor */
    const struct fm_rpc_method *methods;
    size_t method_count;
    void *user; /* given to its handlers */
};

/* One frame from a PULL socket, on the loop thread; bytes are valid during the
 * call only. */
typedef void fm_rpc_pull_handler(void *user, struct fm_str frame);

struct fm_rpc_server_options {
    const struct fm_rpc_service *services;
    size_t service_count;
    /* Handler threads; 0 = all handlers run on the loop. */
    uint32_t threads;
    /* Per-thread state (a store connection); may be NULL. A failure of start
     * fails fm_rpc_server_start. Both run on the threads that start and stop
     * the server. */
    enum fm_error (*thread_start)(void *user, struct fm_why *why,
                                  void **ret_state);
    void (*thread_stop)(void *user, void *state);
    void *thread_user;
    /* 0 = FM_LIMIT_BODY_DEFAULT. */
    uint64_t max_message_bytes;
    /* Deadline of calls that name none; 0 = 30 s. */
    uint32_t default_timeout_ms;
    /* Calls in progress of one peer and of all, and bytes of requests held;
     * past them RESOURCE_EXHAUSTED with a retry hint. 0 = 4096, 65536, 256 MiB. */
    uint32_t max_calls_per_peer;
    uint32_t max_calls;
    uint64_t max_call_bytes;
    /* Memory of the whole process past which those who send the most lose their
     * connections; 0 = none does. For one server of a process. */
    uint64_t max_memory;
    /* How connections are secured, copied; NULL: plain, and this machine only.
     * With CURVE, auth says who may connect and call what (shared). */
    const struct fm_security *security;
    struct fm_auth *auth;
    /* A client was not let in, its key is not known; on the loop thread; may be
     * NULL. */
    void (*refused)(void *user, struct fm_str key, struct fm_str address);
    void *refused_user;
    /* No new client is let in any more (true), or again (false), because
     * descriptors are scarce; on the loop thread; may be NULL. */
    void (*full)(void *user, bool full);
    void *full_user;
    /* Called on the loop thread about every 100 ms; may be NULL. */
    void (*tick)(void *user);
    void *tick_user;
};

/* Makes the sockets and threads; nothing is bound yet. */
enum fm_error fm_rpc_server_start(const struct fm_rpc_server_options *options,
                                  struct fm_why *why,
                                  struct fm_rpc_server **ret_server);
/* Binds the ROUTER to one endpoint or a list "A,B"; may be called again. See
 * rpc/security.h for which are taken (else FM_EPERM). An endpoint in use is
 * FM_ELOCKED with what to do. tcp port 0 or "*" picks one; see ret_endpoint (at
 * least 256 bytes, may be NULL): where the first is bound. */
enum fm_error fm_rpc_server_bind(struct fm_rpc_server *server,
                                 const char *endpoint, struct fm_why *why,
                                 char *ret_endpoint);
/* Binds a PULL socket served by the same loop. */
enum fm_error fm_rpc_server_pull(struct fm_rpc_server *server,
                                 const char *endpoint,
                                 fm_rpc_pull_handler *handler, void *user,
                                 struct fm_why *why, char *ret_endpoint);
/* Other keys of clients count from now on: connections whose key is no longer
 * among them stay, but every call over them fails with UNAUTHENTICATED, and those
 * that are open end. For a server with CURVE. Any thread. */
void fm_rpc_server_auth(struct fm_rpc_server *server, struct fm_auth *auth);
/* Stops reading PULL, or goes on: what is not read waits in the senders. */
void fm_rpc_server_pull_pause(struct fm_rpc_server *server, bool paused);
/* Health of one service ("factmill.v1.Ingest") or of the server (""); all
 * begin as NOT_SERVING. Any thread; watchers are told. */
void fm_rpc_server_health(struct fm_rpc_server *server, const char *service,
                          bool serving);
/* New calls are answered UNAVAILABLE with a retry hint; calls in progress go
 * on, but for streams that wait for something new, or for credit: those end with
 * UNAVAILABLE.
 * Health and reflection are still answered. Stops reading PULL. */
void fm_rpc_server_drain(struct fm_rpc_server *server);
/* Waits until all calls in progress have ended and their replies were handed to
 * the transport, or timeout_ms passed; true when all ended. */
bool fm_rpc_server_idle(struct fm_rpc_server *server, uint64_t timeout_ms);
/* Ends the loop and the threads and frees all. Calls still in progress must
 * have ended or their owners must never touch them again. NULL does nothing. */
void fm_rpc_server_stop(struct fm_rpc_server *server);

struct fm_rpc_stats {
    uint64_t calls;           /* begun since start */
    uint64_t failed;          /* ended with a status other than OK */
    uint64_t open;            /* in progress */
    uint64_t malformed;       /* dropped: could not be answered */
    uint64_t dropped_replies; /* their peers were gone or did not read */
    uint64_t pulled;
    uint64_t held_bytes;
    uint64_t refused_keys; /* connections of clients whose key is not known */
    uint64_t unauthorised; /* calls and frames without key or role */
    uint64_t limited;      /* calls past a client's limit */
    uint64_t full; /* 1: no new client is let in, descriptors are scarce */
    uint64_t turned_away; /* clients for whom there was no descriptor at all */
    uint64_t cut;         /* connections ended for lack of memory */
};

/* Every client is a descriptor, and the limit that programs start with is low for
 * reasons of select(2) that do not concern us (systemd.exec(5), LimitNOFILE):
 * raises it as far as is permitted and useful. Once, at the start of a program
 * that serves; no client is let in past 90 per cent of it. */
void fm_rpc_raise_limit(void);

void fm_rpc_server_stats(struct fm_rpc_server *server,
                         struct fm_rpc_stats *ret_stats);

/* --- a call ---------------------------------------------------------------- */

/* Ends a unary call with OK. Takes the bytes of body (left empty, ceiling
 * kept). Any thread. */
void fm_rpc_reply(struct fm_rpc_call *call, struct fm_buf *body);
/* The same for a message, packed here. */
void fm_rpc_reply_message(struct fm_rpc_call *call,
                          const ProtobufCMessage *message);
/* Ends a call with an error; why may be NULL. why->retry_after_ms becomes the
 * retry hint, why->field a detail. Any thread. */
void fm_rpc_fail(struct fm_rpc_call *call, enum fm_error error,
                 const struct fm_why *why);
/* The deadline passed, the client cancelled or the server stops: stop working,
 * then end the call. Any thread. */
bool fm_rpc_call_dead(const struct fm_rpc_call *call);
/* Milliseconds left until the deadline, 0 when it passed. */
uint64_t fm_rpc_call_left_ms(const struct fm_rpc_call *call);
/* Metadata of the request, empty when absent. */
struct fm_str fm_rpc_call_metadata(const struct fm_rpc_call *call,
                                   const char *key);
/* Who calls: a name out of rpc/auth.h; "local" for who comes without a key. */
const char *fm_rpc_call_principal(const struct fm_rpc_call *call);
/* The request's body as it came. */
struct fm_str fm_rpc_call_body(const struct fm_rpc_call *call);
/* Full name of the method. */
const char *fm_rpc_call_method(const struct fm_rpc_call *call);

/* --- streams ---------------------------------------------------------------
 * A streaming handler calls fm_rpc_stream and returns. The server then calls
 * step, never twice at once, whenever the client has credit; each step makes at
 * most one message. Nothing is made, and nothing buffered, beyond credit; a
 * slow reader holds no thread. */
enum fm_rpc_step {
    FM_RPC_STEP_MESSAGE, /* *ret_body was filled: send it, step again */
    FM_RPC_STEP_WAIT,    /* nothing now: step again after fm_rpc_stream_wake */
    FM_RPC_STEP_LAST,    /* *ret_body was filled: send it and end with OK */
    FM_RPC_STEP_END,     /* end with OK, without a further message */
    FM_RPC_STEP_FAIL,    /* end with *ret_error and why */
};
typedef enum fm_rpc_step fm_rpc_stepper(void *state, void *thread_state,
                                        struct fm_buf *ret_body,
                                        enum fm_error *ret_error,
                                        struct fm_why *why);
/* state is freed by release (may be NULL) when the stream ends, in whichever
 * way; release must not block, it may run on the loop thread. Steps run on the
 * loop when the handler did, else on any of the handler threads, each with that
 * thread's state. */
void fm_rpc_stream(struct fm_rpc_call *call, fm_rpc_stepper *step, void *state,
                   void (*release)(void *state));
/* Lets a waiting stream step again. Any thread, also after its end. The handle
 * is from fm_rpc_stream_handle, taken before fm_rpc_stream was called; none is
 * 0, and waking 0 does nothing. */
uint64_t fm_rpc_stream_handle(const struct fm_rpc_call *call);
void fm_rpc_stream_wake(struct fm_rpc_server *server, uint64_t handle);

#endif
