/* The inside of a client: client_link.c keeps the connection, client.c the calls
 * that are open, client_call.c makes one unary call with its retries. */
#ifndef FM_RPC_CLIENT_PRIV_H
#define FM_RPC_CLIENT_PRIV_H

#include "rpc/client.h"
#include "rpc/deadline.h"
#include "rpc/envelope.h"

#define FM_CLIENT_BUCKETS 1024u

struct fm_open_call {
    struct fm_open_call *chain; /* of its bucket, or of the free ones */
    uint64_t number;
    void *user;
    struct fm_deadline deadline;
};

/* A result that came while another was waited for. */
struct fm_kept_result {
    struct fm_kept_result *next;
    struct fm_rpc_result result;
    struct fm_frame body;
};

struct fm_rpc_client {
    struct fm_rpc_client_options options; /* endpoint and security: below */
    struct fm_security security;
    char endpoint[FM_ENDPOINT_SIZE];
    struct fm_context *context;
    struct fm_socket *socket; /* NULL when there was no memory for a new one */
    int poll_fd;              /* epoll over the socket and its link */
    uint64_t last_call;
    uint64_t sending;    /* a call that was not sent yet */
    uint64_t lost_below; /* calls up to this number went with a connection */
    uint64_t heard_ms;   /* when something came last, or there was nothing to */
    uint64_t random;
    struct fm_open_call *buckets[FM_CLIENT_BUCKETS];
    struct fm_open_call *free;
    size_t open;
    struct fm_deadlines deadlines;
    struct fm_kept_result *kept;
    struct fm_kept_result **kept_end;
    struct fm_frame header;
    struct fm_frame body; /* of the last result */
};

/* --- client_link.c ----------------------------------------------------------- */

/* A new connection, which is not waited for. */
enum fm_error fm_client_connect(struct fm_rpc_client *client,
                                struct fm_why *why) FM_MUST_CHECK;
void fm_client_disconnect(struct fm_rpc_client *client);
/* How the connection is; it is there to be received from when not NONE. A lost
 * one is replaced by fm_client_renew, once nothing is left to receive: the calls
 * that were sent over it are lost. */
enum fm_link fm_client_link(struct fm_rpc_client *client);
void fm_client_renew(struct fm_rpc_client *client);
/* Waits until something may have happened or end_ms has come; false in that
 * case. */
bool fm_client_wait(struct fm_rpc_client *client, uint64_t end_ms);

/* --- client.c ---------------------------------------------------------------- */

/* As fm_rpc_client_next, but not of those that were kept; until end_ms. */
bool fm_client_next(struct fm_rpc_client *client, uint64_t end_ms,
                    struct fm_rpc_result *result);
/* Keeps a result for fm_rpc_client_next. Without memory it is lost; its call
 * then seems to be without answer. */
void fm_client_keep(struct fm_rpc_client *client,
                    const struct fm_rpc_result *result);

#endif
