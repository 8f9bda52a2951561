/* The transport: the only module that knows ZeroMQ. A context, three kinds of
 * sockets and frames, with every option set in one place.
 *
 * A message is one or more frames. A socket belongs to one thread at a time.
 * Nothing here waits: what cannot be done now is FM_EUNAVAILABLE.
 * (zmq_setsockopt(3), zmq_getsockopt(3); ZMTP 3.1, rfc.zeromq.org/spec/37.) */
#ifndef FM_RPC_SOCKET_H
#define FM_RPC_SOCKET_H

#include "base/buf.h"
#include "base/error.h"
#include "rpc/endpoint.h"
#include "rpc/security.h"

#include <stdalign.h>

struct fm_context;
struct fm_socket;

/* --- frames ---------------------------------------------------------------- */

/* One frame. Bytes are valid until it is released or received into; they may
 * move with the frame, so a frame is never copied by assignment. */
struct fm_frame {
    alignas(8) unsigned char opaque[64];
};

void fm_frame_init(struct fm_frame *frame);
void fm_frame_release(struct fm_frame *frame);
/* to is released first; from is left empty. */
void fm_frame_move(struct fm_frame *to, struct fm_frame *from);
struct fm_str fm_frame_bytes(const struct fm_frame *frame);
/* Replaces what frame holds by a copy of bytes, or by the bytes of buf, which is
 * left empty with its ceiling (large ones are not copied). FM_ENOMEM, or how buf
 * failed. */
enum fm_error fm_frame_copy(struct fm_frame *frame,
                            struct fm_str bytes) FM_MUST_CHECK;
enum fm_error fm_frame_take(struct fm_frame *frame,
                            struct fm_buf *buf) FM_MUST_CHECK;

/* --- context --------------------------------------------------------------- */

enum fm_error fm_context_open(struct fm_why *why,
                              struct fm_context **ret_context);
/* All its sockets must be closed. Waits for messages that were sent last, as
 * long as their sockets linger. NULL does nothing. */
void fm_context_close(struct fm_context *context);

/* --- sockets --------------------------------------------------------------- */

enum fm_socket_kind {
    FM_SOCKET_ROUTER, /* of a server: each message begins with a peer's id */
    FM_SOCKET_PULL,   /* takes frames, answers nothing */
    FM_SOCKET_DEALER, /* of a client */
    FM_SOCKET_PUSH,   /* of a producer that wants no answers */
};

enum fm_error fm_socket_open(struct fm_context *context,
                             enum fm_socket_kind kind, struct fm_why *why,
                             struct fm_socket **ret_socket);
/* NULL does nothing. */
void fm_socket_close(struct fm_socket *socket);
/* How what is bound or connected from now on is secured; until then it is not,
 * and stays on this machine. The keys are copied, and wiped when it is closed. */
void fm_socket_secure(struct fm_socket *socket,
                      const struct fm_security *security);
/* As fm_endpoint_check and fm_security_permits; FM_ELOCKED when somebody else
 * listens there. An ipc file that nobody listens on any more is replaced.
 * ret_endpoint (may be NULL) is where it was bound. Who may connect with CURVE
 * is for a fm_doorman to say, which must be there before. */
enum fm_error fm_socket_bind(struct fm_socket *socket, const char *endpoint,
                             struct fm_why *why, char *ret_endpoint);
/* Connects in the background and tries again until it succeeds. */
enum fm_error fm_socket_connect(struct fm_socket *socket, const char *endpoint,
                                struct fm_why *why);
/* The next frame; *ret_more: others of the same message follow, and they are
 * there. FM_EUNAVAILABLE when there is none now. */
enum fm_error fm_socket_receive(struct fm_socket *socket,
                                struct fm_frame *frame,
                                bool *ret_more) FM_MUST_CHECK;
/* Sends frame, which is left empty; on failure it keeps its bytes. The first
 * frame of a message decides, those behind it do not fail: FM_EUNAVAILABLE = the
 * queue to that peer is full, FM_ENOTFOUND = a ROUTER knows no such peer (any
 * more). */
enum fm_error fm_socket_send(struct fm_socket *socket, struct fm_frame *frame,
                             bool more) FM_MUST_CHECK;
/* Is there a message to receive? Has some peer room for one? Both also take note
 * of what happened meanwhile. */
bool fm_socket_ready(struct fm_socket *socket);
bool fm_socket_has_room(struct fm_socket *socket);
/* Readable when those may have changed; edge-triggered, and what was noted while
 * sending or receiving does not show: ask before every wait. */
int fm_socket_fd(const struct fm_socket *socket);

/* Longest frame that is taken at all; a longer one ends its connection. For what
 * is bound from now on, FM_LIMIT_BODY_HARD until then. */
void fm_socket_set_longest(struct fm_socket *socket, uint64_t bytes);

/* --- the doors of a ROUTER or PULL: socket_door.c ---------------------------- */

/* Who came to the endpoints it listens on. */
struct fm_visits {
    uint32_t accepted;
    uint32_t failed; /* for lack of a descriptor: libzmq tries without end */
};

enum fm_door_kind { FM_DOOR_TCP, FM_DOOR_IPC };

/* Adds what happened since it was asked last. */
void fm_socket_visits(struct fm_socket *socket, struct fm_visits *add);
/* Readable when there may be news; edge-triggered, as fm_socket_fd. */
int fm_socket_visits_fd(const struct fm_socket *socket);
/* Lets nobody new in, or again everybody. Who is in stays (zmq_unbind would
 * throw all out). Connections that the system had completed already, at most
 * fm_socket_backlog() and one, still come in. */
void fm_socket_shut(struct fm_socket *socket, enum fm_door_kind kind,
                    bool shut);
/* Takes and closes those that wait at shut tcp doors, for which one descriptor
 * must be free; false when there was none. */
bool fm_socket_turn_away(struct fm_socket *socket);
int fm_socket_backlog(void);

/* Takes note of what came over each of its tcp connections since the last look,
 * which is forgotten slowly; afresh: at once. See socket_line.c. */
void fm_socket_look(struct fm_socket *socket, bool afresh);
/* Ends those over which more than the average came, and at least min_bytes. How
 * many. */
uint32_t fm_socket_cut(struct fm_socket *socket, uint64_t min_bytes);

/* --- the connection of a DEALER -------------------------------------------- */

enum fm_link {
    FM_LINK_NONE, /* not connected yet; it goes on trying */
    FM_LINK_UP,
    /* The other end does not let it in, and will not: see fm_socket_refusal. Only
     * another socket may fare better, later. */
    FM_LINK_REFUSED,
    /* It was up and is gone. All that came over it can still be received. The
     * socket would connect again and send what it has left: for a client those
     * are calls given up, so it takes a new socket instead. */
    FM_LINK_LOST,
};

enum fm_link fm_socket_link(struct fm_socket *socket);
/* Readable when fm_socket_link may have changed; edge-triggered as above. */
int fm_socket_link_fd(const struct fm_socket *socket);
/* Why it is not let in, with FM_LINK_REFUSED: FM_EUNAUTH and what to look at. With
 * FM_LINK_NONE: FM_EUNAUTH when it was thrown out while it said who it is, which
 * it goes on trying; FM_OK when nobody answered at all. */
enum fm_error fm_socket_refusal(const struct fm_socket *socket,
                                struct fm_why *why);

/* --- who is let in: socket_auth.c ------------------------------------------- */

/* Answers, for all sockets of a context, whether a client that knows the
 * server's key may connect (ZAP, rfc.zeromq.org/spec/27). It belongs to one
 * thread, which calls fm_doorman_turn when its descriptor is readable. */
struct fm_doorman;

/* Does anybody know this key? address: of the client, for logs. */
typedef bool fm_doorman_knows(void *user, struct fm_str key,
                              struct fm_str address);

/* knows is called by fm_doorman_turn. FM_EEXISTS: the context has one. */
enum fm_error fm_doorman_open(struct fm_context *context,
                              fm_doorman_knows *knows, void *user,
                              struct fm_why *why,
                              struct fm_doorman **ret_doorman);
/* Before its context. NULL does nothing. */
void fm_doorman_close(struct fm_doorman *doorman);
/* Answers those who wait; true when there may be more. */
bool fm_doorman_turn(struct fm_doorman *doorman);
/* Edge-triggered, as fm_socket_fd: take a turn before every wait. */
int fm_doorman_fd(const struct fm_doorman *doorman);
/* The public key of who sent this frame (not the routing id, which has none);
 * empty when it did not come by CURVE. Valid as long as the frame. */
struct fm_str fm_doorman_key(const struct fm_doorman *doorman,
                             const struct fm_frame *frame);

#endif
