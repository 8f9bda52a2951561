/* factmill call: any method by its name, request and replies as JSON. What the
 * method takes and gives is asked of the server, so that a newer server's
 * methods can be called; of a server without reflection, this build knows. */
#include "cli/lines.h"
#include "cli/methods.h"
#include "rpc/json.h"

/* A request typed or piped in. */
#define REQUEST_MAX ((size_t)16 << 20)
/* Printed form of one reply. */
#define OUTPUT_MAX ((size_t)256 << 20)
/* Streams: messages on their way. */
#define CREDIT 16u

static enum fm_error pack(const struct fm_method *method, struct fm_str json,
                          struct fm_buf *body, struct fm_why *why)
{
    ProtobufCMessage *message = NULL;
    enum fm_error error = fm_json_read(json, method->input, why, &message);
    char *to;

    if (error != FM_OK)
        return error;
    to = fm_buf_reserve(body, protobuf_c_message_get_packed_size(message));
    if (to != NULL)
        body->len = protobuf_c_message_pack(message, (uint8_t *)to);
    protobuf_c_message_free_unpacked(message, NULL);
    return fm_buf_error(body);
}

static enum fm_error print_reply(const struct fm_method *method,
                                 struct fm_str body, bool indent,
                                 struct fm_why *why)
{
    const struct fm_json_style style = {.indent = indent ? 2 : 0};
    ProtobufCMessage *message = protobuf_c_message_unpack(
        method->output, NULL, body.len, (const uint8_t *)body.data);
    struct fm_buf out;

    if (message == NULL)
        return fm_fail(FM_EINTERNAL, why, NULL, "the reply cannot be read");
    fm_buf_init(&out, OUTPUT_MAX);
    fm_json_write(message, &style, &out);
    fm_buf_char(&out, '\n');
    fm_text_flush(&out);
    fm_buf_release(&out);
    protobuf_c_message_free_unpacked(message, NULL);
    return FM_OK;
}

/* Every reply of one call, as it comes. */
static enum fm_error run(const struct fm_cli *cli, struct fm_remote *remote,
                         const struct fm_method *method, struct fm_str body,
                         struct fm_why *why)
{
    bool indent = !cli->common.json && cli->out.tty;
    struct fm_rpc_result result = {.more = true};
    uint64_t call = 0;
    enum fm_error error =
        fm_rpc_client_begin(remote->client, method->path, body,
                            remote->timeout_ms, CREDIT, NULL, why, &call);

    while (error == FM_OK && result.more) {
        if (!fm_rpc_client_next(remote->client, 1000, &result)) {
            result.more = true;
            continue;
        }
        error = result.error;
        if (error != FM_OK)
            *why = result.why;
        else if (!result.more || result.body.len > 0)
            error = print_reply(method, result.body, indent, why);
        if (result.more)
            fm_rpc_client_credit(remote->client, call, 1);
    }
    return fm_remote_explain(remote, error, why);
}

/* The method as the server at remote declares it; *ret_dynamic owns it. */
static enum fm_error ask_server(struct fm_remote *remote, struct fm_str name,
                                struct fm_why *why, struct fm_method *method,
                                struct fm_dynamic **ret_dynamic)
{
    const struct fm_dynamic_method *found = NULL;
    enum fm_error error = fm_methods_reflect(remote, why, ret_dynamic);

    if (error == FM_OK)
        error = fm_dynamic_find(*ret_dynamic, name, why, &found);
    if (error != FM_OK)
        return error;
    (void)snprintf(method->path, sizeof method->path, "%s", found->path);
    method->input = found->input;
    method->output = found->output;
    return FM_OK;
}

static enum fm_error call_at(const struct fm_cli *cli, struct fm_str name,
                             struct fm_method *method, bool known,
                             struct fm_str json, struct fm_why *why)
{
    struct fm_remote remote = {.client = NULL};
    struct fm_dynamic *dynamic = NULL;
    struct fm_buf body;
    enum fm_error error =
        fm_remote_open(&remote, cli->options, method->kind, why);

    fm_buf_init(&body, REQUEST_MAX);
    if (error == FM_OK)
        error = ask_server(&remote, known ? fm_str(method->path) : name, why,
                           method, &dynamic);
    if (known && error != FM_OK && error != FM_EUNAVAILABLE)
        error = FM_OK; /* as this build knows it */
    if (error == FM_OK)
        error = pack(method, json, &body, why);
    if (error == FM_OK)
        error = run(cli, &remote, method, fm_buf_view(&body), why);
    fm_buf_release(&body);
    fm_dynamic_close(dynamic);
    fm_remote_close(&remote);
    return error;
}

/* A method that this build does not know may be one of either service. */
static enum fm_error call(const struct fm_cli *cli, struct fm_str json,
                          struct fm_why *why)
{
    struct fm_str name = fm_str(cli->args[0]);
    struct fm_method method = {.kind = FM_REMOTE_QUERY};
    enum fm_error error;

    if (fm_method_find(name, &method) == FM_OK)
        return call_at(cli, name, &method, true, json, why);
    error = call_at(cli, name, &method, false, json, why);
    if (error != FM_ENOTFOUND && error != FM_EUNAVAILABLE)
        return error;
    method.kind = FM_REMOTE_INGEST;
    return call_at(cli, name, &method, false, json, why);
}

/* The request: an argument, or standard input when it is "-". */
static enum fm_error read_request(const struct fm_cli *cli,
                                  struct fm_lines *input, struct fm_why *why,
                                  struct fm_str *ret_json)
{
    enum fm_error error;

    if (cli->arg_count < 2 || strcmp(cli->args[1], "-") != 0) {
        *ret_json = fm_str(cli->arg_count < 2 ? "{}" : cli->args[1]);
        return FM_OK;
    }
    error = fm_lines_open(input, "-", REQUEST_MAX, why);
    return error != FM_OK ? error : fm_lines_rest(input, why, ret_json);
}

static int list_methods(void)
{
    struct fm_buf out;

    fm_buf_init(&out, 64u << 10);
    fm_methods_print(&out);
    fm_text_flush(&out);
    fm_buf_release(&out);
    return 0;
}

int fm_cli_call(struct fm_cli *cli)
{
    struct fm_why why = FM_WHY_INIT;
    struct fm_lines input = {.file = NULL};
    struct fm_str json = {NULL, 0};
    enum fm_error error;

    if (cli->arg_count == 0)
        return list_methods();
    error = read_request(cli, &input, &why, &json);
    if (error == FM_OK)
        error = call(cli, json, &why);
    fm_lines_close(&input);
    return error == FM_OK ? 0 : fm_cli_fail(cli, error, &why);
}
