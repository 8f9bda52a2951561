/* factmill call: any method by its full name, request and replies as JSON. */
#include "cli/lines.h"
#include "cli/remote.h"
#include "factmill/v1/admin.pb-c.h"
#include "factmill/v1/ingest.pb-c.h"
#include "factmill/v1/work.pb-c.h"
#include "grpc/health/v1/health.pb-c.h"
#include "grpc/reflection/v1/reflection.pb-c.h"
#include "rpc/json.h"

/* A request typed or piped in. */
#define REQUEST_MAX ((size_t)16 << 20)
/* Streams: messages on their way. */
#define CREDIT 16u

static const struct {
    const ProtobufCServiceDescriptor *descriptor;
    enum fm_remote_kind kind;
} services[] = {
    {&factmill__v1__query__descriptor, FM_REMOTE_QUERY},
    {&factmill__v1__ingest__descriptor, FM_REMOTE_INGEST},
    {&factmill__v1__admin__descriptor, FM_REMOTE_INGEST},
    {&factmill__v1__work__descriptor, FM_REMOTE_INGEST},
    {&grpc__health__v1__health__descriptor, FM_REMOTE_QUERY},
    {&grpc__reflection__v1__server_reflection__descriptor, FM_REMOTE_QUERY},
};

#define SERVICE_COUNT (sizeof services / sizeof services[0])

struct found {
    const ProtobufCMethodDescriptor *method;
    enum fm_remote_kind kind;
    char name[256]; /* "/factmill.v1.Query/GetFact" */
};

/* text: "/factmill.v1.Query/GetFact", "Query/GetFact", "GetFact",
 * "factmill.v1.Query.GetFact". */
static bool find(const char *text, struct found *ret)
{
    struct fm_str name = fm_str(text);
    size_t cut = name.len;
    struct fm_str service;

    if (name.len > 0 && name.data[0] == '/')
        name = fm_str_sub(name, 1, name.len);
    cut = name.len;
    while (cut > 0 && name.data[cut - 1] != '/' && name.data[cut - 1] != '.')
        cut--;
    service = fm_str_sub(name, 0, cut > 0 ? cut - 1 : 0);
    name = fm_str_sub(name, cut, name.len);
    for (size_t i = 0; i < SERVICE_COUNT; i++) {
        const ProtobufCServiceDescriptor *d = services[i].descriptor;

        if (service.len > 0 && !fm_str_eqz(service, d->name) &&
            !fm_str_eqz(service, d->short_name))
            continue;
        for (unsigned m = 0; m < d->n_methods; m++) {
            if (!fm_str_ieq(name, fm_str(d->methods[m].name)))
                continue;
            ret->method = &d->methods[m];
            ret->kind = services[i].kind;
            (void)snprintf(ret->name, sizeof ret->name, "/%s/%s", d->name,
                           d->methods[m].name);
            return true;
        }
    }
    return false;
}

static void list_methods(void)
{
    struct fm_buf out;

    fm_buf_init(&out, 64u << 10);
    for (size_t i = 0; i < SERVICE_COUNT; i++) {
        const ProtobufCServiceDescriptor *d = services[i].descriptor;

        for (unsigned m = 0; m < d->n_methods; m++)
            fm_buf_printf(&out, "/%s/%s  (%s) → %s\n", d->name,
                          d->methods[m].name, d->methods[m].input->short_name,
                          d->methods[m].output->short_name);
    }
    fm_text_flush(&out);
    fm_buf_release(&out);
}

static enum fm_error pack(const struct found *found, struct fm_str json,
                          struct fm_buf *body, struct fm_why *why)
{
    ProtobufCMessage *message = NULL;
    enum fm_error error =
        fm_json_read(json, found->method->input, why, &message);
    char *to;

    if (error != FM_OK)
        return error;
    to = fm_buf_reserve(body, protobuf_c_message_get_packed_size(message));
    if (to != NULL)
        body->len = protobuf_c_message_pack(message, (uint8_t *)to);
    protobuf_c_message_free_unpacked(message, NULL);
    return fm_buf_error(body);
}

static enum fm_error print_reply(const struct found *found, struct fm_str body,
                                 bool indent, struct fm_why *why)
{
    const struct fm_json_style style = {.indent = indent ? 2 : 0};
    ProtobufCMessage *message = protobuf_c_message_unpack(
        found->method->output, NULL, body.len, (const uint8_t *)body.data);
    struct fm_buf out;

    if (message == NULL)
        return fm_fail(FM_EINTERNAL, why, NULL, "the reply cannot be read");
    fm_buf_init(&out, (size_t)256 << 20);
    fm_json_write(message, &style, &out);
    fm_buf_char(&out, '\n');
    fm_text_flush(&out);
    fm_buf_release(&out);
    protobuf_c_message_free_unpacked(message, NULL);
    return FM_OK;
}

/* Every reply of one call, as it comes. */
static enum fm_error run(struct fm_cli *cli, struct fm_remote *remote,
                         const struct found *found, struct fm_str body,
                         struct fm_why *why)
{
    bool indent = !cli->common.json && cli->out.tty;
    struct fm_rpc_result result = {.more = true};
    uint64_t call = 0;
    enum fm_error error =
        fm_rpc_client_begin(remote->client, found->name, body,
                            remote->timeout_ms, CREDIT, NULL, why, &call);

    while (error == FM_OK && result.more) {
        if (!fm_rpc_client_next(remote->client, 1000, &result)) {
            result.more = true;
            continue;
        }
        error = result.error;
        if (error == FM_OK && (!result.more || result.body.len > 0))
            error = print_reply(found, result.body, indent, why);
        else if (error != FM_OK)
            *why = result.why;
        if (result.more)
            fm_rpc_client_credit(remote->client, call, 1);
    }
    return fm_remote_explain(remote, error, why);
}

/* The request: an argument, or standard input when it is "-". */
static enum fm_error read_request(struct fm_cli *cli, struct fm_lines *input,
                                  struct fm_why *why, struct fm_str *ret_json)
{
    enum fm_error error;

    if (cli->arg_count < 2) {
        *ret_json = fm_str("{}");
        return FM_OK;
    }
    if (strcmp(cli->args[1], "-") != 0) {
        *ret_json = fm_str(cli->args[1]);
        return FM_OK;
    }
    error = fm_lines_open(input, "-", REQUEST_MAX, why);
    return error != FM_OK ? error : fm_lines_rest(input, why, ret_json);
}

int fm_cli_call(struct fm_cli *cli)
{
    const struct fm_cli_remote *flags = cli->options;
    struct fm_why why = FM_WHY_INIT;
    struct fm_lines input = {.file = NULL};
    struct fm_remote remote = {.client = NULL};
    struct fm_str json = {NULL, 0};
    struct found found;
    struct fm_buf body;
    enum fm_error error;

    if (cli->arg_count == 0) {
        list_methods();
        return 0;
    }
    if (!find(cli->args[0], &found))
        return fm_cli_usage(cli,
                            "there is no method \"%s\"; factmill call without "
                            "arguments lists them",
                            cli->args[0]);
    fm_buf_init(&body, REQUEST_MAX);
    error = read_request(cli, &input, &why, &json);
    if (error == FM_OK)
        error = pack(&found, json, &body, &why);
    if (error == FM_OK)
        error = fm_remote_open(&remote, flags, found.kind, &why);
    if (error == FM_OK)
        error = run(cli, &remote, &found, fm_buf_view(&body), &why);
    fm_remote_close(&remote);
    fm_lines_close(&input);
    fm_buf_release(&body);
    return error == FM_OK ? 0 : fm_cli_fail(cli, error, &why);
}
