#include "cli/remote.h"

#include "grpc/health/v1/health.pb-c.h"
#include "rpc/json.h"

/* One message as JSON: a full page of facts. */
#define JSON_MAX ((size_t)256 << 20)

#define REMOTE(type, member) \
 FM_CLI_##type, offsetof(struct fm_cli_remote, member)

const struct fm_cli_flag fm_cli_remote_flags[] = {
    {"endpoint", 'e', REMOTE(TEXT, endpoint), "tcp://127.0.0.1:7421",
     "FACTMILL_QUERY|FACTMILL_ENDPOINT", NULL, "ENDPOINT", "of factmill-query"},
    {"ingest", 0, REMOTE(TEXT, ingest), "tcp://127.0.0.1:7411",
     "FACTMILL_INGEST", NULL, "ENDPOINT", "of factmill-ingest"},
    {"timeout", 0, REMOTE(DURATION, timeout_ms), "5s", NULL, NULL, "TIME",
     "how long to wait for an answer"},
    {"key", 0, REMOTE(TEXT, key), NULL, "FACTMILL_KEY", NULL, "FILE",
     "your secret key (factmill keygen)"},
    {"server-key", 0, REMOTE(TEXT, server_key), NULL, "FACTMILL_SERVER_KEY",
     NULL, "KEY|FILE",
     "the services' public key; with it tcp is encrypted (CURVE)"},
    {"allow-plaintext", 0, REMOTE(BOOL, allow_plaintext), NULL, NULL, NULL,
     NULL, "go to other machines without keys"},
};

const size_t fm_cli_remote_flag_count =
    sizeof fm_cli_remote_flags / sizeof fm_cli_remote_flags[0];

/* Commands that only ever talk to factmill-ingest take its endpoint by either
 * name. */
const struct fm_cli_flag fm_cli_ingest_flags[] = {
    {"ingest", 0, REMOTE(TEXT, ingest), "tcp://127.0.0.1:7411",
     "FACTMILL_INGEST", NULL, "ENDPOINT", "of factmill-ingest"},
    {"endpoint", 'e', REMOTE(TEXT, ingest), NULL, NULL, NULL, "ENDPOINT",
     "the same"},
    {"timeout", 0, REMOTE(DURATION, timeout_ms), "5s", NULL, NULL, "TIME",
     "how long to wait for an answer"},
    {"key", 0, REMOTE(TEXT, key), NULL, "FACTMILL_KEY", NULL, "FILE",
     "your secret key (factmill keygen)"},
    {"server-key", 0, REMOTE(TEXT, server_key), NULL, "FACTMILL_SERVER_KEY",
     NULL, "KEY|FILE",
     "the services' public key; with it tcp is encrypted (CURVE)"},
    {"allow-plaintext", 0, REMOTE(BOOL, allow_plaintext), NULL, NULL, NULL,
     NULL, "go to other machines without keys"},
};

const size_t fm_cli_ingest_flag_count =
    sizeof fm_cli_ingest_flags / sizeof fm_cli_ingest_flags[0];

enum fm_error fm_remote_open(struct fm_remote *remote,
                             const struct fm_cli_remote *flags,
                             enum fm_remote_kind kind, struct fm_why *why)
{
    struct fm_rpc_client_options options = {0};
    struct fm_security security = {0};
    enum fm_error error;

    remote->client = NULL;
    remote->endpoint =
        kind == FM_REMOTE_QUERY ? flags->endpoint : flags->ingest;
    remote->program =
        kind == FM_REMOTE_QUERY ? "factmill-query" : "factmill-ingest";
    remote->timeout_ms = flags->timeout_ms < UINT32_MAX
                             ? (uint32_t)flags->timeout_ms
                             : UINT32_MAX;
    options.endpoint = remote->endpoint;
    options.default_timeout_ms = remote->timeout_ms;
    options.security = &security;
    error = fm_security_of_client(flags->key, flags->server_key,
                                  flags->allow_plaintext, why, &security);
    if (error == FM_OK)
        error = fm_rpc_client_open(&options, why, &remote->client);
    fm_security_wipe(&security);
    return error;
}

void fm_remote_close(struct fm_remote *remote)
{
    fm_rpc_client_close(remote->client);
    remote->client = NULL;
}

bool fm_remote_unreachable(enum fm_error error, const struct fm_why *why)
{
    return error == FM_EDEADLINE || (error == FM_EUNAVAILABLE &&
                                     strcmp(why->reason, "NO_CONNECTION") == 0);
}

enum fm_error fm_remote_explain(const struct fm_remote *remote,
                                enum fm_error error, struct fm_why *why)
{
    if (!fm_remote_unreachable(error, why))
        return error;
    return fm_fail(FM_EUNAVAILABLE, why, NULL,
                   "cannot reach %.200s within %g s: is %s running?",
                   remote->endpoint, (double)remote->timeout_ms / 1000,
                   remote->program);
}

enum fm_error fm_remote_call(struct fm_remote *remote,
                             const ProtobufCServiceDescriptor *service,
                             const char *method,
                             const ProtobufCMessage *request,
                             struct fm_why *why, ProtobufCMessage **ret_reply)
{
    enum fm_error error =
        fm_rpc_client_call(remote->client, service, method, request,
                           remote->timeout_ms, true, why, ret_reply);

    return fm_remote_explain(remote, error, why);
}

enum fm_error fm_remote_probe(struct fm_remote *remote, struct fm_why *why)
{
    Grpc__Health__V1__HealthCheckRequest request;
    ProtobufCMessage *reply = NULL;
    enum fm_error error;

    grpc__health__v1__health_check_request__init(&request);
    error = fm_remote_call(remote, &grpc__health__v1__health__descriptor,
                           "Check", &request.base, why, &reply);
    protobuf_c_message_free_unpacked(reply, NULL);
    return error == FM_EUNIMPLEMENTED ? FM_OK : error;
}

void fm_print_json(const ProtobufCMessage *message)
{
    struct fm_buf out;

    fm_buf_init(&out, JSON_MAX);
    fm_json_write(message, NULL, &out);
    fm_buf_char(&out, '\n');
    fm_text_flush(&out);
    fm_buf_release(&out);
}
