/* A client of calls: one DEALER socket, many calls at once. Used by one thread.
 * A client reconnects by itself; calls whose deadline passes end with
 * FM_EDEADLINE, and their late replies are dropped. A server that does not let it
 * in (no key, a key that is not known there) fails calls with FM_EUNAUTH at once;
 * the next call tries again. */
#ifndef FM_RPC_CLIENT_H
#define FM_RPC_CLIENT_H

#include "base/buf.h"
#include "base/error.h"
#include "rpc/security.h"

#include <protobuf-c/protobuf-c.h>

struct fm_rpc_client;

struct fm_rpc_client_options {
    const char *endpoint;
    /* Copied. NULL: plain, and this machine only. */
    const struct fm_security *security;
    /* Larger requests are refused here. 0 = FM_LIMIT_BODY_DEFAULT. */
    uint64_t max_message_bytes;
    /* 0 = 30 s. */
    uint32_t default_timeout_ms;
    /* A call that passes its deadline when nothing at all has come for so long
     * takes the connection with it: TCP does not see it when something on the way
     * swallows what is sent. 0 = 5 s. */
    uint32_t silence_ms;
};

/* Does not wait for the server: the first call does, up to its deadline. */
enum fm_error fm_rpc_client_open(const struct fm_rpc_client_options *options,
                                 struct fm_why *why,
                                 struct fm_rpc_client **ret_client);
void fm_rpc_client_close(struct fm_rpc_client *client);

/* One message of a reply. */
struct fm_rpc_result {
    uint64_t call;
    void *user;          /* as given to fm_rpc_client_begin */
    bool more;           /* a stream goes on */
    enum fm_error error; /* FM_OK, or how the call ended */
    uint32_t code;       /* the status code as sent (factmill.rpc.v1.Code) */
    struct fm_why why;   /* message, reason, field, retry hint as sent */
    struct fm_str body;  /* valid until the next call on this client */
};

/* Begins a call. method: "/factmill.v1.Query/ListFacts". timeout_ms: 0 = the
 * default. credit: messages a stream may send at first; 0 for unary calls.
 * *ret_call is its number, for cancel and credit. Blocks only when the socket's
 * queue is full, up to the timeout (FM_EUNAVAILABLE). */
enum fm_error fm_rpc_client_begin(struct fm_rpc_client *client,
                                  const char *method, struct fm_str body,
                                  uint32_t timeout_ms, uint32_t credit,
                                  void *user, struct fm_why *why,
                                  uint64_t *ret_call);
/* The next result of any call, waiting up to wait_ms (0 = do not wait). False
 * when there was none in that time. Calls that pass their deadline give a
 * result with FM_EDEADLINE. */
bool fm_rpc_client_next(struct fm_rpc_client *client, uint64_t wait_ms,
                        struct fm_rpc_result *ret_result);
/* Lets a stream send n more messages. */
void fm_rpc_client_credit(struct fm_rpc_client *client, uint64_t call,
                          uint32_t n);
/* Ends a call early; no result of it follows. */
void fm_rpc_client_cancel(struct fm_rpc_client *client, uint64_t call);
/* Calls begun and not ended. */
size_t fm_rpc_client_open_calls(const struct fm_rpc_client *client);
/* Readable when fm_rpc_client_next may have something (edge-triggered, as
 * ZMQ_FD: call next with 0 until false before each poll). */
int fm_rpc_client_fd(const struct fm_rpc_client *client);

/* One unary call, begin to end, retried as often as the deadline allows when the
 * server answers UNAVAILABLE or RESOURCE_EXHAUSTED with a retry hint and
 * retry is true. *ret_reply is unpacked by the method's descriptor: free it
 * with protobuf_c_message_free_unpacked(*ret_reply, NULL). service:
 * &factmill__v1__query__descriptor, method: "GetFact". */
enum fm_error fm_rpc_client_call(
    struct fm_rpc_client *client, const ProtobufCServiceDescriptor *service,
    const char *method, const ProtobufCMessage *request, uint32_t timeout_ms,
    bool retry, struct fm_why *why, ProtobufCMessage **ret_reply);

#endif
