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
/* As fm_endpoint_check; FM_ELOCKED when somebody else listens there. An ipc
 * file that nobody listens on any more is replaced. ret_endpoint (may be NULL)
 * is where it was bound. */
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

/* --- the connection of a DEALER -------------------------------------------- */

enum fm_link {
    FM_LINK_NONE, /* not connected yet; it goes on trying */
    FM_LINK_UP,
    /* It was up and is gone. All that came over it can still be received. The
     * socket would connect again and send what it has left: for a client those
     * are calls given up, so it takes a new socket instead. */
    FM_LINK_LOST,
};

enum fm_link fm_socket_link(struct fm_socket *socket);
/* Readable when fm_socket_link may have changed; edge-triggered as above. */
int fm_socket_link_fd(const struct fm_socket *socket);

#endif
