/* The inside of the server, shared by its parts. In the order a call meets
 * them:
 *
 *   loop.c      waits, and gives each part its turn
 *   guard.c     who may connect, by the descriptors that are left
 *   memory.c    who is thrown out, when there is no more memory
 *   receive.c   takes a message off the socket and decides what it is
 *   access.c    whether he may: keys, roles, limits
 *   peer.c      who sent it; replies that wait for room
 *   call.c      the call: opened, answered, closed, freed
 *   dispatch.c  which method, which handler
 *   work.c      handler threads and their queue
 *   stream.c    replies of many messages
 *   mailbox.c   what other threads tell the loop
 *   server.c    start, bind, drain, stop
 *
 * Everything here belongs to the loop thread, but for what is marked. */
#ifndef FM_RPC_SERVER_PRIV_H
#define FM_RPC_SERVER_PRIV_H

#include "base/arena.h"
#include "rpc/deadline.h"
#include "rpc/envelope.h"
#include "rpc/quota.h"
#include "rpc/server.h"

#include <pthread.h>
#include <stdatomic.h>

/* --- dispatch.c -------------------------------------------------------------- */

struct fm_method {
    char *path; /* "/factmill.v1.Query/ListFacts" */
    const ProtobufCMethodDescriptor *descriptor;
    fm_rpc_handler *handler; /* NULL: UNIMPLEMENTED */
    void *user;
    uint32_t roles; /* who may call it */
    bool on_loop;
    bool builtin;    /* health, reflection: answered while draining too */
    bool check_deep; /* its request could nest without end */
};

struct fm_methods {
    struct fm_method *items;
    size_t n;
    uint32_t *slots; /* index + 1 by hash, 0 = free */
    size_t slot_count;
};

/* Tables of services, the server's own last. FM_EINVAL when a service names a
 * method that its descriptor lacks. */
enum fm_error fm_methods_open(const struct fm_rpc_service *services, size_t n,
                              size_t builtin_n, bool threads,
                              struct fm_why *why, struct fm_methods *ret);
void fm_methods_close(struct fm_methods *methods);
const struct fm_method *fm_methods_find(const struct fm_methods *methods,
                                        struct fm_str path);

/* --- peer.c ------------------------------------------------------------------ */

/* A reply whose peer had no room. */
struct fm_outgoing {
    struct fm_outgoing *next;
    struct fm_frame header;
    struct fm_frame body;
    size_t bytes;
    bool delimited;
};

struct fm_rpc_peer {
    struct fm_rpc_peer *chain; /* of its bucket, or of the free ones */
    uint64_t hash;
    uint32_t call_count;
    struct fm_rpc_call *calls; /* open or not yet freed */
    /* Replies that wait for room; blocked while there are any. */
    struct fm_outgoing *waiting;
    struct fm_outgoing **waiting_end;
    uint32_t waiting_count;
    size_t waiting_bytes;
    uint64_t blocked_since_ms;
    struct fm_rpc_peer *blocked_prev;
    struct fm_rpc_peer *blocked_next;
    /* Guarded by work.mutex: its calls that wait for a handler thread, and its
     * place in the ring of such peers. */
    struct fm_rpc_call *ready_first;
    struct fm_rpc_call *ready_last;
    struct fm_rpc_peer *ring_next;
    struct fm_rpc_peer *ring_prev;
    char key[FM_KEY_SIZE]; /* its public key, "" = plain */
    uint8_t id_len;
    char id[255]; /* ZeroMQ's longest routing id */
};

#define FM_PEER_BUCKETS 4096u

struct fm_peers {
    struct fm_rpc_peer **buckets; /* FM_PEER_BUCKETS */
    struct fm_rpc_peer *free;
    size_t free_count;
    uint64_t seed;
    struct fm_rpc_peer *blocked;
    size_t waiting_bytes; /* of all */
    uint64_t flushed_ms;
};

enum fm_error fm_peers_open(struct fm_peers *peers, struct fm_why *why);
void fm_peers_close(struct fm_peers *peers);
/* The peer with this routing id, made when it is new; NULL without memory. */
struct fm_rpc_peer *fm_peer_get(struct fm_rpc_server *server, struct fm_str id);
/* Lets go of a peer that has neither calls nor waiting replies. */
void fm_peer_drop_idle(struct fm_rpc_server *server, struct fm_rpc_peer *peer);
/* Sends a reply, or lets it wait for room. body may be NULL; its bytes are
 * taken. False when the peer is gone (the caller calls fm_peer_gone when it
 * holds no call of it in its hands). A reply for which there is no memory or
 * no room in the budget is counted as dropped. */
bool fm_peer_send(struct fm_rpc_server *server, struct fm_rpc_peer *peer,
                  bool delimited, struct fm_str header, struct fm_buf *body);
/* Ends all calls of a peer that is gone. peer is not valid afterwards. */
void fm_peer_gone(struct fm_rpc_server *server, struct fm_rpc_peer *peer);
/* Tries again to send what waits. */
void fm_peers_flush(struct fm_rpc_server *server);

/* --- access.c ---------------------------------------------------------------- */

struct fm_access {
    struct fm_security security;
    struct fm_auth *auth;       /* NULL: everybody may do everything */
    struct fm_quota *quotas;    /* of its principals */
    struct fm_doorman *doorman; /* NULL without CURVE */
    uint64_t pull_after_ms;     /* PULL is not read before: a limit */
};

/* options.security and options.auth. */
enum fm_error fm_access_open(struct fm_rpc_server *server, struct fm_why *why);
/* Before the context. */
void fm_access_close(struct fm_access *access);
/* From now on these keys count; calls that are open and would not be let in any
 * more end. Without memory all stays as it was. */
void fm_access_change(struct fm_rpc_server *server, struct fm_auth *auth);
/* The key of who sent a message, of which frame is one (not the first). */
struct fm_str fm_access_key(const struct fm_access *access,
                            const struct fm_frame *frame);
/* Is this a client, and has it calls and bytes left? FM_EUNAUTH, FM_EPERM,
 * FM_EBUSY with a hint. */
enum fm_error fm_access_enter(struct fm_rpc_server *server,
                              struct fm_rpc_peer *peer, struct fm_str key,
                              size_t bytes, struct fm_why *why,
                              const struct fm_principal **ret_principal);
/* Has it the role for this method? FM_EPERM. */
enum fm_error fm_access_method(struct fm_rpc_server *server,
                               const struct fm_principal *principal,
                               const struct fm_method *method,
                               struct fm_why *why);
/* May this frame of PULL be taken? Its sender's limits put off the next ones. */
bool fm_access_pull(struct fm_rpc_server *server, const struct fm_frame *frame);

/* --- call.c ------------------------------------------------------------------ */

/* In whose hands a call is. */
enum fm_phase {
    FM_PHASE_FREE,
    FM_PHASE_QUEUED,  /* in the work queue, or just taken out of it */
    FM_PHASE_HANDLER, /* with its handler, which will end it */
    FM_PHASE_WAITING, /* a stream that has nothing to send */
    FM_PHASE_READY,   /* a stream that lacks credit or room */
    FM_PHASE_TURN,    /* a stream in the loop's own queue */
};

/* What a thread tells the loop about a call. */
enum fm_outcome {
    FM_OUTCOME_NONE, /* not begun: it was dead */
    FM_OUTCOME_REPLY,
    FM_OUTCOME_FAIL,
    FM_OUTCOME_STREAM,  /* fm_rpc_stream was called */
    FM_OUTCOME_STEPPED, /* a batch of a stream was made */
};

/* Messages that a stream makes in one go before others have their turn. */
#define FM_STREAM_BATCH 16u

struct fm_stream {
    fm_rpc_stepper *step;
    void *state;
    void (*release)(void *state);
    uint32_t grant; /* messages that the next batch may make */
    bool woken;     /* while a batch was being made */
    uint64_t sent_ms;
    /* Filled by the thread that steps. */
    struct fm_buf batch[FM_STREAM_BATCH];
    uint32_t batch_n;
    enum fm_rpc_step result;
    enum fm_error error;
    struct fm_why why;
    /* All streams, for signs of life. */
    struct fm_rpc_call *prev;
    struct fm_rpc_call *next;
};

struct fm_rpc_call {
    struct fm_rpc_server *server;
    struct fm_rpc_peer *peer;
    const struct fm_method *method;
    uint64_t number;
    uint64_t handle; /* generation << 32 | place in calls.items */
    struct fm_deadline deadline;
    char principal[FM_PRINCIPAL_SIZE];
    bool delimited;
    bool open; /* the client waits for its end */
    enum fm_phase phase;
    struct fm_rpc_call *chain; /* of its bucket, or of the free ones */
    struct fm_rpc_call *peer_prev;
    struct fm_rpc_call *peer_next;
    struct fm_rpc_call *turn_prev; /* FM_PHASE_TURN */
    struct fm_rpc_call *turn_next;
    /* Set by the handler; the loop looks only when is_stream. */
    struct fm_stream *stream;
    bool is_stream;
    bool credited;   /* the client knows about streams: it gave credit */
    uint32_t credit; /* messages it may still be sent */

    /* The request; of the thread that has the call in its hands. */
    struct fm_frame header;
    struct fm_frame body;
    struct fm_arena arena;
    const ProtobufCMessage *request;
    size_t held_bytes;

    /* Guarded by work.mutex. */
    struct fm_rpc_call *ready_prev;
    struct fm_rpc_call *ready_next;
    bool queued;

    /* From the thread that ended it to the loop, through the mailbox. */
    struct fm_rpc_call *event_next;
    enum fm_outcome outcome;
    struct fm_buf reply;
    enum fm_error error;
    struct fm_why *why;

    /* Any thread. */
    atomic_bool dead;
    atomic_bool wake_sent;
    atomic_uint generation;
};

struct fm_calls {
    struct fm_rpc_call **items; /* every one that was ever made */
    size_t made;
    size_t max;
    struct fm_rpc_call *free;
    struct fm_rpc_call **buckets;
    size_t bucket_mask;
    uint64_t seed;
    size_t used;
};

enum fm_error fm_calls_open(struct fm_calls *calls, size_t max,
                            struct fm_why *why);
/* Frees all, in whosever hands they are. */
void fm_calls_close(struct fm_calls *calls);
/* One that is not used; NULL without memory or past the limit. */
struct fm_rpc_call *fm_call_take(struct fm_rpc_server *server);
/* Gives back one that was taken and not opened. */
void fm_call_give_back(struct fm_calls *calls, struct fm_rpc_call *call);
/* Makes it a call of its peer; number, method, delimited and deadline.at_ms are
 * set. FM_ENOMEM. */
enum fm_error fm_call_open(struct fm_rpc_call *call, struct fm_rpc_peer *peer);
struct fm_rpc_call *fm_call_find(struct fm_rpc_server *server,
                                 const struct fm_rpc_peer *peer,
                                 uint64_t number);
/* By fm_rpc_stream_handle; NULL when that call has ended. */
struct fm_rpc_call *fm_call_of_handle(struct fm_rpc_server *server,
                                      uint64_t handle);
/* Answers a message that did not become a call. */
void fm_call_refuse(struct fm_rpc_server *server, struct fm_rpc_peer *peer,
                    bool delimited, uint64_t number, enum fm_error error,
                    const struct fm_why *why);
/* Sends the end of an open call and closes it. body may be NULL. False when the
 * peer is gone. */
bool fm_call_end(struct fm_rpc_call *call, enum fm_error error,
                 const struct fm_why *why, struct fm_buf *body);
/* The client waits no longer. The call is freed now, or when it comes back
 * from the hands it is in. */
void fm_call_close(struct fm_rpc_call *call);
/* Ends it with error from the loop's side, whatever phase it is in. */
void fm_call_abort(struct fm_rpc_call *call, enum fm_error error,
                   const char *reason, const char *text);
void fm_call_free(struct fm_rpc_call *call);
/* Deals with what a thread told about the call. */
void fm_call_event(struct fm_rpc_call *call);
/* Unpacks the request and runs the handler, on the thread that calls. */
void fm_call_run(struct fm_rpc_call *call, void *thread_state);

/* --- stream.c ---------------------------------------------------------------- */

/* Makes messages, on the thread that calls, as many as granted. */
void fm_stream_run(struct fm_rpc_call *call, void *thread_state);
/* Lets the stream go on when it has credit, room and something to do. */
void fm_stream_schedule(struct fm_rpc_call *call);
void fm_stream_begun(struct fm_rpc_call *call);
void fm_stream_stepped(struct fm_rpc_call *call);
void fm_stream_credit(struct fm_rpc_call *call, uint32_t n);
void fm_stream_woken(struct fm_rpc_call *call);
void fm_stream_free(struct fm_rpc_call *call);
/* Takes it out of the loop's queue. */
void fm_stream_unschedule(struct fm_rpc_call *call);
/* Gives streams of the loop their turn; true when some still wait for one. */
bool fm_streams_turn(struct fm_rpc_server *server);
/* Signs of life to those that were silent; about once a second. */
void fm_streams_keep_alive(struct fm_rpc_server *server);
/* Ends those that wait for news or for credit: the server drains. */
void fm_streams_drain(struct fm_rpc_server *server);

struct fm_streams {
    struct fm_rpc_call *all;
    struct fm_rpc_call *turn_first;
    struct fm_rpc_call *turn_last;
    uint64_t checked_ms;
};

/* --- work.c: any thread --------------------------------------------------------- */

struct fm_worker {
    struct fm_rpc_server *server;
    pthread_t thread;
    void *state;
    bool started; /* state was made */
    bool running;
};

struct fm_work {
    pthread_mutex_t mutex;
    pthread_cond_t cond;
    struct fm_rpc_peer *ring; /* peers with ready calls; each gets its turn */
    uint32_t idle;            /* threads that wait */
    bool stopping;
    struct fm_worker *workers;
    uint32_t n;
};

void fm_work_init(struct fm_work *work);
void fm_work_release(struct fm_work *work);
enum fm_error fm_work_start(struct fm_rpc_server *server, struct fm_why *why);
/* Lets handlers that run finish, and joins. */
void fm_work_stop(struct fm_rpc_server *server);
void fm_work_push(struct fm_rpc_call *call);
/* Takes a call out of the queue; false when a thread has it already. */
bool fm_work_remove(struct fm_rpc_call *call);

/* --- mailbox.c: any thread -------------------------------------------------------- */

/* A request of another thread to the loop; it waits until done. */
struct fm_command {
    struct fm_command *next;
    enum fm_error (*run)(struct fm_rpc_server *server,
                         struct fm_command *command);
    const char *endpoint;
    struct fm_auth *auth;
    fm_rpc_pull_handler *pull;
    void *user;
    struct fm_why *why;
    char *ret_endpoint;
    enum fm_error error;
    bool done;
};

struct fm_mailbox {
    pthread_mutex_t mutex;
    pthread_cond_t cond; /* a command was done */
    int fd;              /* eventfd: there is something */
    atomic_bool rung;    /* it was written since the loop last looked */
    struct fm_rpc_call *events;
    struct fm_rpc_call **events_end;
    uint64_t *wakes; /* handles of streams */
    size_t wake_n;
    size_t wake_cap;
    bool wake_lost; /* no memory: wake all */
    struct fm_command *commands;
};

enum fm_error fm_mailbox_open(struct fm_mailbox *mailbox, struct fm_why *why);
void fm_mailbox_close(struct fm_mailbox *mailbox);
/* Wakes the loop; once for any number of rings before it looks. */
void fm_mailbox_ring(struct fm_mailbox *mailbox);
/* The call comes back to the loop, its outcome is set. */
void fm_mailbox_post(struct fm_rpc_call *call);
void fm_mailbox_wake(struct fm_rpc_server *server, uint64_t handle);
enum fm_error fm_mailbox_command(struct fm_rpc_server *server,
                                 struct fm_command *command);
/* On the loop: deals with everything that is in it. */
void fm_mailbox_empty(struct fm_rpc_server *server);
/* On the loop: calls that were ended by the loop itself. */
void fm_mailbox_local(struct fm_rpc_server *server);

/* --- guard.c ----------------------------------------------------------------- */

/* Descriptors kept for the moment when there are no others. */
#define FM_GUARD_RESERVE 64u

struct fm_guard {
    uint64_t limit;    /* of open files; 0 = not looked yet */
    uint64_t open;     /* when they were counted */
    uint64_t accepted; /* since */
    uint64_t counted_ms;
    uint64_t look_ms; /* at memory, again */
    bool looks;       /* at connections, too */
    bool shut;
    uint32_t reserved;
    int reserve[FM_GUARD_RESERVE];
};

/* Keeps clients out while descriptors are scarce; once in each turn. */
void fm_guard_turn(struct fm_rpc_server *server);
void fm_guard_close(struct fm_guard *guard);
void fm_memory_open(const struct fm_rpc_server *server);
/* memory.c: keeps memory within options.max_memory; once in each turn. */
void fm_memory_turn(struct fm_rpc_server *server);

/* --- receive.c, loop.c ------------------------------------------------------------ */

/* Takes one message of the ROUTER; false when there is none. */
bool fm_receive(struct fm_rpc_server *server);
/* argument: the server. */
void *fm_loop_run(void *argument);
bool fm_on_loop(const struct fm_rpc_server *server);

/* --- the server --------------------------------------------------------------- */

struct fm_counters {
    atomic_ullong calls;
    atomic_ullong failed;
    atomic_ullong open;
    atomic_ullong malformed;
    atomic_ullong dropped_replies;
    atomic_ullong pulled;
    atomic_ullong held_bytes;
    atomic_ullong refused_keys;
    atomic_ullong unauthorised;
    atomic_ullong limited;
    atomic_ullong full;
    atomic_ullong turned_away;
    atomic_ullong cut;
};

struct fm_rpc_server {
    struct fm_rpc_server_options options; /* with defaults filled in */
    struct fm_context *context;
    struct fm_socket *router;
    struct fm_socket *pull;
    fm_rpc_pull_handler *pull_handler;
    void *pull_user;
    struct fm_frame peer_frame;
    struct fm_frame pull_frame;
    struct fm_rpc_call *spare; /* the next message is received into it */

    struct fm_access access;
    struct fm_methods methods;
    struct fm_peers peers;
    struct fm_calls calls;
    struct fm_deadlines deadlines;
    struct fm_streams streams;
    struct fm_work work;
    struct fm_mailbox mailbox;
    struct fm_guard guard;
    struct fm_rpc_call *local; /* ended on the loop thread */
    struct fm_rpc_call **local_end;
    struct fm_health *health;
    struct fm_reflection *reflection;

    pthread_t loop;
    bool loop_running;
    uint64_t now_ms;
    uint64_t ticked_ms;
    size_t builtin_streams; /* watchers of health; they outlive a drain */
    atomic_bool draining;
    atomic_bool stopping;
    atomic_bool pull_paused;
    struct fm_counters counters;
};

#endif
