/* What socket.c, socket_door.c and socket_auth.c share. The pointers are ZeroMQ's
 * sockets and context; only these files know what to do with them. */
#ifndef FM_RPC_SOCKET_PRIV_H
#define FM_RPC_SOCKET_PRIV_H

#include "rpc/socket.h"

struct fm_context {
    void *zmq;
    unsigned monitors; /* made so far, for their names */
};

/* How the last attempt to connect failed, of those that reached somebody. */
enum fm_rebuff {
    FM_REBUFF_NONE,
    FM_REBUFF_KEY,       /* our key is not known there */
    FM_REBUFF_MECHANISM, /* one end speaks CURVE, the other does not */
    FM_REBUFF_HANDSHAKE, /* thrown out without a word, again and again */
};

/* A server that stops does so once, one that does not want us each time. */
#define FM_REBUFFS_MIN 2u
/* After so many nothing else is waited for: two seconds. */
#define FM_REBUFFS_MAX 5u
/* Endpoints one socket may listen on. */
#define FM_DOORS 8u

struct fm_door {
    int fd; /* of the listening socket, ZeroMQ's */
    bool shut;
    char path[FM_ENDPOINT_PATH + 1u]; /* of ipc; empty = tcp */
};

/* The tcp connections of a socket that serves. */
struct fm_lines {
    struct fm_line *items;
    size_t n;
    size_t cap;
};

struct fm_socket {
    void *zmq;
    void *monitor; /* tells of connections; a PUSH has none */
    enum fm_socket_kind kind;
    int fd;
    int monitor_fd;
    enum fm_link link;
    enum fm_rebuff rebuff;
    unsigned thrown_out; /* in a row */
    struct fm_security security;
    struct fm_door doors[FM_DOORS];
    uint32_t door_count;
    struct fm_lines lines;
};

/* socket_line.c. One that was taken; any other than tcp is passed over. */
void fm_lines_add(struct fm_lines *lines, int fd);
void fm_lines_release(struct fm_lines *lines);

static inline bool fm_socket_serves(const struct fm_socket *socket)
{
    return socket->kind == FM_SOCKET_ROUTER || socket->kind == FM_SOCKET_PULL;
}

/* Sets CURVE or no mechanism for what is bound or connected next. endpoint: as
 * checked. */
enum fm_error fm_socket_mechanism(struct fm_socket *socket,
                                  const char *endpoint, struct fm_why *why);

/* The next event of the monitor; false when there is none. */
bool fm_socket_event(struct fm_socket *socket, uint16_t *ret_event,
                     int32_t *ret_value);
/* Sets IPv6 on or off for what is bound or connected next. */
void fm_socket_family(struct fm_socket *socket, const char *endpoint);
/* For ThreadSanitizer: what was written so far is seen by ZeroMQ's threads. */
void fm_socket_hand_over(void);

#endif
