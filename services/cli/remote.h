/* The services as the commands call them. */
#ifndef FM_CLI_REMOTE_H
#define FM_CLI_REMOTE_H

#include "cli/cli.h"
#include "factmill/v1/query.pb-c.h"
#include "rpc/client.h"

/* Which service a command talks to. */
enum fm_remote_kind {
    FM_REMOTE_QUERY,
    FM_REMOTE_INGEST,
};

struct fm_remote {
    struct fm_rpc_client *client;
    const char *endpoint;
    const char *program; /* "factmill-query" */
    uint32_t timeout_ms;
};

enum fm_error fm_remote_open(struct fm_remote *remote,
                             const struct fm_cli_remote *flags,
                             enum fm_remote_kind kind, struct fm_why *why);
void fm_remote_close(struct fm_remote *remote);
/* One unary call. method: "ListFacts" of service. A server that does not answer
 * is FM_EUNAVAILABLE with what to check. Free *ret_reply with
 * protobuf_c_message_free_unpacked. */
enum fm_error fm_remote_call(struct fm_remote *remote,
                             const ProtobufCServiceDescriptor *service,
                             const char *method,
                             const ProtobufCMessage *request,
                             struct fm_why *why, ProtobufCMessage **ret_reply);
/* A call of Query, typed: FM_QUERY(&remote, GetFact, &request, &why, &fact). */
#define FM_QUERY(remote, method, request, why, ret)                  \
 fm_remote_call((remote), &factmill__v1__query__descriptor, #method, \
                &(request)->base, (why), (ProtobufCMessage **)(void *)(ret))
/* Asks for the server's health: fails within the timeout when nobody is there.
 * For calls whose own deadline is long. */
enum fm_error fm_remote_probe(struct fm_remote *remote, struct fm_why *why);
/* No answer came, as against an answer that says no. */
bool fm_remote_unreachable(enum fm_error error, const struct fm_why *why);
/* Turns the failure of a call into one that says what to check, when no answer
 * came. */
enum fm_error fm_remote_explain(const struct fm_remote *remote,
                                enum fm_error error, struct fm_why *why);
/* Writes message to stdout as one line of JSON. */
void fm_print_json(const ProtobufCMessage *message);

#endif
