/* factmill watch: facts as they come, and those that are taken back. Goes on by
 * itself when the service restarts, and with --state over its own restarts. */
#include "cli/ask.h"
#include "cli/print_fact.h"
#include "cli/remote.h"
#include "rpc/json.h"

#include <errno.h>
#include <time.h>

#define METHOD "/factmill.v1.Query/WatchFacts"
/* Messages on their way. */
#define CREDIT     64u
#define OUTPUT_MAX ((size_t)64 << 20)
/* The longest that a call may take; then the next one goes on. */
#define DEADLINE_MS UINT32_C(86400000)
/* Between looks at whether the connection still is. */
#define WAIT_MS 60000u
/* Before the service is asked again. */
#define RETRY_MS  1000
#define TOKEN_MAX 256u

struct watch {
    struct fm_cli *cli;
    const struct fm_ask_flags *flags;
    struct fm_remote remote;
    Factmill__V1__WatchFactsRequest request;
    Google__Protobuf__Timestamp since;
    char token[TOKEN_MAX];
    uint64_t call;
    uint64_t shown;
    bool lost; /* it was said */
};

/* --- the state file ----------------------------------------------------------------- */

static enum fm_error read_state(struct watch *watch, struct fm_why *why)
{
    const char *path = watch->flags->state;
    FILE *file;
    size_t n;

    if (path == NULL)
        return FM_OK;
    file = fopen(path, "re");
    if (file == NULL)
        return errno == ENOENT
                   ? FM_OK
                   : fm_fail_errno(errno, why, "cannot read %s", path);
    n = fread(watch->token, 1, sizeof watch->token - 1, file);
    (void)fclose(file);
    while (n > 0 && fm_is_space(watch->token[n - 1]))
        n--;
    watch->token[n] = '\0';
    return FM_OK;
}

/* A file of its own first, so that no half of one is ever there. */
static enum fm_error write_state(const struct watch *watch, struct fm_why *why)
{
    const char *path = watch->flags->state;
    struct fm_buf name;
    FILE *file;
    bool good;
    enum fm_error error = FM_OK;

    if (path == NULL)
        return FM_OK;
    fm_buf_init(&name, 4096);
    fm_buf_printf(&name, "%s.new", path);
    if (fm_buf_error(&name) != FM_OK)
        return fm_fail(FM_EINVAL, why, NULL, "the name %s is too long", path);
    file = fopen(name.data, "we");
    good = file != NULL && fprintf(file, "%s\n", watch->token) > 0;
    if (file != NULL)
        good = fclose(file) == 0 && good;
    if (!good || rename(name.data, path) != 0)
        error = fm_fail_errno(errno, why, "cannot write %s", path);
    fm_buf_release(&name);
    return error;
}

/* --- what is shown ------------------------------------------------------------------- */

static void show(struct watch *watch,
                 const Factmill__V1__WatchFactsResponse *message)
{
    const struct fm_fact_print how = {.evidence = !watch->flags->brief,
                                      .origin = !watch->flags->brief};
    struct fm_buf out;

    if (watch->cli->common.json) {
        fm_print_json(&message->base);
        return;
    }
    if (message->fact == NULL)
        return;
    fm_buf_init(&out, OUTPUT_MAX);
    fm_style_z(&watch->cli->out, message->fact->retracted ? FM_RED : FM_GREEN,
               message->fact->retracted ? "- " : "+ ", &out);
    fm_print_fact(&watch->cli->out, message->fact, &how, &out);
    if (!watch->flags->brief)
        fm_buf_char(&out, '\n');
    fm_text_flush(&out);
    fm_buf_release(&out);
}

static enum fm_error take(struct watch *watch, struct fm_str body,
                          struct fm_why *why)
{
    Factmill__V1__WatchFactsResponse *message =
        factmill__v1__watch_facts_response__unpack(NULL, body.len,
                                                   (const uint8_t *)body.data);

    if (message == NULL)
        return fm_fail(FM_EINTERNAL, why, NULL, "the reply cannot be read");
    show(watch, message);
    watch->shown += message->fact != NULL;
    if (strlen(message->resume_token) < sizeof watch->token)
        (void)snprintf(watch->token, sizeof watch->token, "%s",
                       message->resume_token);
    factmill__v1__watch_facts_response__free_unpacked(message, NULL);
    return write_state(watch, why);
}

/* --- one call ------------------------------------------------------------------------- */

static enum fm_error begin(struct watch *watch, struct fm_why *why)
{
    struct fm_buf body;
    size_t size;
    char *to;
    enum fm_error error;

    watch->request.resume_token = watch->token;
    size = factmill__v1__watch_facts_request__get_packed_size(&watch->request);
    fm_buf_init(&body, OUTPUT_MAX);
    to = fm_buf_reserve(&body, size);
    error = fm_buf_error(&body);
    if (to != NULL) {
        body.len = factmill__v1__watch_facts_request__pack(&watch->request,
                                                           (uint8_t *)to);
        error = fm_rpc_client_begin(watch->remote.client, METHOD,
                                    fm_buf_view(&body), DEADLINE_MS, CREDIT,
                                    NULL, why, &watch->call);
    }
    fm_buf_release(&body);
    return error;
}

static bool enough(const struct watch *watch)
{
    return watch->flags->limit > 0 && watch->shown >= watch->flags->limit;
}

static enum fm_error receive(struct watch *watch, struct fm_why *why)
{
    struct fm_rpc_result result = {.more = true};
    enum fm_error error = FM_OK;

    while (error == FM_OK && result.more && !enough(watch)) {
        if (!fm_rpc_client_next(watch->remote.client, WAIT_MS, &result))
            continue;
        watch->lost = false;
        error = result.error;
        if (error != FM_OK) {
            *why = result.why;
        } else if (result.body.len > 0) {
            error = take(watch, result.body, why);
            fm_rpc_client_credit(watch->remote.client, watch->call, 1);
        }
    }
    return error;
}

/* The service went away or had enough: the token goes on. */
static bool goes_on(enum fm_error error)
{
    return error == FM_EUNAVAILABLE || error == FM_EDEADLINE ||
           error == FM_EABORTED || error == FM_EBUSY;
}

static void pause_for(struct watch *watch, enum fm_error error,
                      const struct fm_why *why)
{
    const struct timespec time = {.tv_sec = RETRY_MS / 1000,
                                  .tv_nsec = RETRY_MS % 1000 * 1000000L};

    if (!watch->lost)
        fm_cli_note(watch->cli, "%s; trying again", fm_why_text(why, error));
    watch->lost = true;
    (void)nanosleep(&time, NULL);
}

static enum fm_error run(struct watch *watch, struct fm_why *why)
{
    enum fm_error error = fm_remote_probe(&watch->remote, why);

    /* Who is not there at the beginning may not be there at all. */
    if (error != FM_OK)
        return error;
    while (!enough(watch)) {
        error = begin(watch, why);
        if (error == FM_OK)
            error = receive(watch, why);
        if (error != FM_OK && !goes_on(error))
            return error;
        if (error != FM_OK)
            pause_for(watch, error, why);
    }
    return FM_OK;
}

/* --- the command ------------------------------------------------------------------------ */

static enum fm_error read_since(struct watch *watch, const char *since,
                                struct fm_why *why)
{
    int64_t us = 0;

    if (strcmp(since, "now") == 0)
        return FM_OK;
    if (strcmp(since, "beginning") == 0) {
        watch->request.from =
            FACTMILL__V1__WATCH_FACTS_REQUEST__FROM__BEGINNING;
        return FM_OK;
    }
    if (fm_cli_time_parse(since, &us) != FM_OK)
        return fm_fail(FM_EINVAL, why, NULL,
                       "--since is now, beginning, or a time such as 3h or "
                       "2026-11-23, not \"%s\"",
                       since);
    watch->request.from = FACTMILL__V1__WATCH_FACTS_REQUEST__FROM__SINCE;
    google__protobuf__timestamp__init(&watch->since);
    watch->since.seconds = us / 1000000;
    watch->since.nanos = (int32_t)(us % 1000000) * 1000;
    watch->request.since = &watch->since;
    return FM_OK;
}

int fm_cli_watch(struct fm_cli *cli)
{
    const struct fm_ask_flags *flags = cli->options;
    struct watch watch = {.cli = cli, .flags = flags};
    struct fm_why why = FM_WHY_INIT;
    struct fm_filter filter;
    enum fm_error error = fm_filter_init(&filter, &flags->filter, &why);

    factmill__v1__watch_facts_request__init(&watch.request);
    if (error == FM_OK)
        error = read_since(&watch, flags->since, &why);
    if (error != FM_OK)
        return fm_cli_usage(cli, "%s", why.text);
    watch.request.filter = &filter.message;
    if (flags->resume != NULL)
        (void)snprintf(watch.token, sizeof watch.token, "%s", flags->resume);
    else
        error = read_state(&watch, &why);
    if (error == FM_OK)
        error = fm_remote_open(&watch.remote, &flags->remote, FM_REMOTE_QUERY,
                               &why);
    if (error == FM_OK)
        error = run(&watch, &why);
    fm_remote_close(&watch.remote);
    return error == FM_OK ? 0 : fm_cli_fail(cli, error, &why);
}
