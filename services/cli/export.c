/* factmill export: all facts of a filter, as a stream. */
#include "cli/ask.h"
#include "cli/csv.h"
#include "cli/export_jsonld.h"
#include "cli/remote.h"
#include "rpc/json.h"

#define METHOD "/factmill.v1.Query/ExportFacts"
/* Messages on their way: enough to keep both sides busy. */
#define CREDIT     16u
#define OUTPUT_MAX ((size_t)256 << 20)
/* An export may take as long as it has to; a server that sends nothing for
 * longer than --timeout is given up. */
#define DEADLINE_MS UINT32_MAX

typedef void print_one(const Factmill__V1__Fact *fact, struct fm_buf *out);

static void print_json(const Factmill__V1__Fact *fact, struct fm_buf *out)
{
    fm_json_write(&fact->base, NULL, out);
    fm_buf_char(out, '\n');
}

static void print_jsonld(const Factmill__V1__Fact *fact, struct fm_buf *out)
{
    fm_jsonld_fact(fact, out);
    fm_buf_char(out, '\n');
}

static const struct form {
    const char *name;
    void (*header)(struct fm_buf *out);
    print_one *print;
} forms[] = {
    {"ndjson", NULL, print_json},
    {"csv", fm_csv_header, fm_csv_fact},
    {"jsonld", NULL, print_jsonld},
};

static const struct form *form_of(const struct fm_cli *cli, const char *name)
{
    for (size_t i = 0; !cli->common.json && i < sizeof forms / sizeof forms[0];
         i++)
        if (strcmp(forms[i].name, name) == 0)
            return &forms[i];
    return &forms[0];
}

static enum fm_error print_body(struct fm_str body, const struct form *form,
                                struct fm_buf *out, struct fm_why *why)
{
    Factmill__V1__ExportFactsResponse *response;

    if (body.len == 0)
        return FM_OK;
    response = factmill__v1__export_facts_response__unpack(
        NULL, body.len, (const uint8_t *)body.data);
    if (response == NULL)
        return fm_fail(FM_EINTERNAL, why, NULL, "the reply cannot be read");
    for (size_t i = 0; i < response->n_facts; i++)
        form->print(response->facts[i], out);
    fm_text_flush(out);
    factmill__v1__export_facts_response__free_unpacked(response, NULL);
    return FM_OK;
}

static enum fm_error begin(struct fm_remote *remote, struct fm_filter *filter,
                           uint64_t limit, struct fm_why *why,
                           uint64_t *ret_call)
{
    Factmill__V1__ExportFactsRequest request;
    struct fm_buf body;
    size_t size;
    char *to;
    enum fm_error error;

    factmill__v1__export_facts_request__init(&request);
    request.filter = &filter->message;
    request.limit = limit;
    size = factmill__v1__export_facts_request__get_packed_size(&request);
    fm_buf_init(&body, OUTPUT_MAX);
    to = fm_buf_reserve(&body, size);
    error = fm_buf_error(&body);
    if (to != NULL) {
        body.len =
            factmill__v1__export_facts_request__pack(&request, (uint8_t *)to);
        error = fm_rpc_client_begin(remote->client, METHOD, fm_buf_view(&body),
                                    DEADLINE_MS, CREDIT, NULL, why, ret_call);
    }
    fm_buf_release(&body);
    return error;
}

static enum fm_error receive(struct fm_remote *remote, uint64_t call,
                             const struct form *form, struct fm_why *why)
{
    struct fm_rpc_result result = {.more = true};
    struct fm_buf out;
    enum fm_error error = FM_OK;

    fm_buf_init(&out, OUTPUT_MAX);
    if (form->header != NULL)
        form->header(&out);
    while (error == FM_OK && result.more) {
        if (!fm_rpc_client_next(remote->client, remote->timeout_ms, &result)) {
            error = fm_remote_explain(remote, FM_EDEADLINE, why);
        } else if (result.error != FM_OK) {
            *why = result.why;
            error = fm_remote_explain(remote, result.error, why);
        } else {
            error = print_body(result.body, form, &out, why);
            fm_rpc_client_credit(remote->client, call, result.more ? 1 : 0);
        }
    }
    if (error == FM_OK)
        fm_text_flush(&out);
    fm_buf_release(&out);
    return error;
}

int fm_cli_export(struct fm_cli *cli)
{
    const struct fm_ask_flags *flags = cli->options;
    struct fm_why why = FM_WHY_INIT;
    struct fm_remote remote;
    struct fm_filter filter;
    uint64_t call = 0;
    enum fm_error error = fm_filter_init(&filter, &flags->filter, &why);

    if (error != FM_OK)
        return fm_cli_usage(cli, "%s", why.text);
    error = fm_remote_open(&remote, &flags->remote, FM_REMOTE_QUERY, &why);
    if (error == FM_OK)
        error = fm_remote_probe(&remote, &why);
    if (error == FM_OK)
        error = begin(&remote, &filter, flags->limit, &why, &call);
    if (error == FM_OK)
        error = receive(&remote, call, form_of(cli, flags->format), &why);
    fm_remote_close(&remote);
    return error == FM_OK ? 0 : fm_cli_fail(cli, error, &why);
}
