/* factmill status and factmill health. */
#include "cli/cli.h"
#include "cli/remote.h"
#include "factmill/v1/ingest.pb-c.h"
#include "grpc/health/v1/health.pb-c.h"

#include <sysexits.h>

#define OUTPUT_MAX ((size_t)64 << 10)
#define LABEL      13u

static void label(const struct fm_term *term, const char *name,
                  struct fm_buf *out)
{
    fm_style_z(term, FM_DIM, name, out);
    fm_text_pad(LABEL - strlen(name), out);
}

static void count(uint64_t n, const char *what, struct fm_buf *out)
{
    fm_text_number(n, out);
    fm_buf_z(out, what);
}

static void print_queue(const struct fm_term *term,
                        const Factmill__V1__GetStatusResponse *s,
                        struct fm_buf *out)
{
    label(term, "waiting", out);
    count(s->pending, " articles, ", out);
    fm_text_bytes(s->pending_bytes, out);
    if (s->pending > 0) {
        fm_buf_z(out, ", the oldest for ");
        fm_text_age(s->oldest_age_ms, out);
    }
    fm_buf_char(out, '\n');
    label(term, "in work", out);
    count(s->leased, " articles at ", out);
    count(s->workers, " workers\n", out);
    label(term, "done", out);
    count(s->done, " articles, ", out);
    count(s->facts, " facts in force\n", out);
    label(term, "skipped", out);
    count(s->skipped, " articles\n", out);
    label(term, "dead", out);
    if (s->dead > 0)
        fm_style_on(term, FM_RED, out);
    count(s->dead, " articles", out);
    if (s->dead > 0)
        fm_style_off(term, out);
    fm_buf_z(out, s->dead > 0 ? ": factmill dead list\n" : "\n");
}

static void print_status(const struct fm_term *term, const char *endpoint,
                         const Factmill__V1__GetStatusResponse *s,
                         struct fm_buf *out)
{
    fm_style_z(term, FM_BOLD, "factmill-ingest ", out);
    fm_style_z(term, FM_BOLD, s->version, out);
    fm_buf_printf(out, " at %s, up ", endpoint);
    fm_text_age(s->uptime_ms, out);
    fm_buf_char(out, '\n');
    if (s->refusing) {
        fm_style_z(term, FM_RED, "refuses articles: ", out);
        fm_style_z(term, FM_RED, s->refusing_reason, out);
        fm_buf_char(out, '\n');
    }
    if (s->paused)
        fm_style_z(term, FM_YELLOW, "paused: no article is handed out\n", out);
    print_queue(term, s, out);
    label(term, "rates", out);
    fm_buf_printf(out, "%.1f articles/s in, %.1f/s done (last 10 s)\n",
                  s->pushes_per_second, s->articles_per_second);
    label(term, "sequence", out);
    count(s->sequence, " changes\n", out);
    label(term, "limits", out);
    count(s->high_mark_articles, " articles, ", out);
    fm_text_bytes(s->high_mark_bytes, out);
    fm_buf_z(out, " waiting; a message ");
    fm_text_bytes(s->max_message_bytes, out);
    fm_buf_z(out, "; WAL now ");
    fm_text_bytes(s->wal_bytes, out);
    fm_buf_char(out, '\n');
}

int fm_cli_status(struct fm_cli *cli)
{
    const struct fm_cli_remote *flags = cli->options;
    Factmill__V1__GetStatusRequest request;
    Factmill__V1__GetStatusResponse *status = NULL;
    struct fm_why why = FM_WHY_INIT;
    struct fm_remote remote;
    struct fm_buf out;
    enum fm_error error;

    factmill__v1__get_status_request__init(&request);
    error = fm_remote_open(&remote, flags, FM_REMOTE_INGEST, &why);
    if (error == FM_OK)
        error = fm_remote_call(&remote, &factmill__v1__ingest__descriptor,
                               "GetStatus", &request.base, &why,
                               (ProtobufCMessage **)(void *)&status);
    if (error == FM_OK && cli->common.json) {
        fm_print_json(&status->base);
    } else if (error == FM_OK) {
        fm_buf_init(&out, OUTPUT_MAX);
        print_status(&cli->out, remote.endpoint, status, &out);
        fm_text_flush(&out);
        fm_buf_release(&out);
    }
    factmill__v1__get_status_response__free_unpacked(status, NULL);
    fm_remote_close(&remote);
    return error == FM_OK ? 0 : fm_cli_fail(cli, error, &why);
}

/* --- health ------------------------------------------------------------------ */

/* "SERVING", "NOT_SERVING", or why there was no answer. */
static bool check(const struct fm_cli_remote *flags, enum fm_remote_kind kind,
                  struct fm_remote *remote, char ret_text[512])
{
    Grpc__Health__V1__HealthCheckResponse *reply = NULL;
    Grpc__Health__V1__HealthCheckRequest request;
    struct fm_why why = FM_WHY_INIT;
    bool serving = false;
    enum fm_error error = fm_remote_open(remote, flags, kind, &why);

    grpc__health__v1__health_check_request__init(&request);
    if (error == FM_OK)
        error = fm_remote_call(remote, &grpc__health__v1__health__descriptor,
                               "Check", &request.base, &why,
                               (ProtobufCMessage **)(void *)&reply);
    if (error == FM_OK) {
        const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(
            &grpc__health__v1__health_check_response__serving_status__descriptor,
            (int)reply->status);

        (void)snprintf(ret_text, 512, "%s",
                       value != NULL ? value->name : "UNKNOWN");
        serving = strcmp(ret_text, "SERVING") == 0;
    } else {
        (void)snprintf(ret_text, 512, "%s", fm_why_text(&why, error));
    }
    protobuf_c_message_free_unpacked((ProtobufCMessage *)reply, NULL);
    fm_remote_close(remote);
    return serving;
}

int fm_cli_health(struct fm_cli *cli)
{
    static const enum fm_remote_kind kinds[] = {FM_REMOTE_INGEST,
                                                FM_REMOTE_QUERY};
    const struct fm_cli_remote *flags = cli->options;
    struct fm_remote remote;
    struct fm_buf out;
    bool all = true;
    char text[512];

    fm_buf_init(&out, OUTPUT_MAX);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        bool serving = check(flags, kinds[i], &remote, text);

        all &= serving;
        if (cli->common.json) {
            fm_buf_printf(&out, "{\"service\":\"%s\",\"serving\":%s}\n",
                          remote.program, serving ? "true" : "false");
            continue;
        }
        fm_buf_printf(&out, "%-16s ", remote.program);
        fm_style_z(&cli->out, serving ? FM_GREEN : FM_RED, text, &out);
        fm_buf_char(&out, '\n');
    }
    fm_text_flush(&out);
    fm_buf_release(&out);
    return all ? 0 : EX_UNAVAILABLE;
}
