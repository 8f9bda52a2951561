/* factmill reprocess: reading stored articles again, by another extractor. */
#include "cli/reprocess.h"

#include "cli/filter.h"
#include "cli/print_fact.h"
#include "factmill/v1/admin.pb-c.h"

#include <time.h>

#define OUTPUT_MAX ((size_t)64 << 20)
/* Between looks while waiting. */
#define LOOK_MS 200
#define FLAG(type, member) \
 FM_CLI_##type, offsetof(struct fm_reprocess_flags, member)

const struct fm_cli_flag fm_reprocess_flag_table[] = {
    {"source", 's', FLAG(TEXT, source), NULL, NULL, NULL, "NAME",
     "start: articles of this source only"},
    {"from", 0, FLAG(TIME, from), NULL, NULL, NULL, "TIME",
     "start: articles that were stored since"},
    {"to", 0, FLAG(TIME, to), NULL, NULL, NULL, "TIME",
     "start: articles that were stored before"},
    {"extractor", 0, FLAG(TEXT, extractor), NULL, NULL, NULL, "VERSION",
     "start: only workers with this one take part (\"0.1.0+model:1a2b3c4d\")"},
    {"dry-run", 0, FLAG(BOOL, dry_run), NULL, NULL, NULL, NULL,
     "start: only say how many articles"},
    {"wait", 'w', FLAG(BOOL, wait), NULL, NULL, NULL, NULL,
     "start, promote, drop: until it is done"},
    {"limit", 'n', FLAG(U64, limit), "20", NULL, NULL, "N",
     "diff: at most so many articles; 0 = all"},
};

const size_t fm_reprocess_flag_count =
    sizeof fm_reprocess_flag_table / sizeof fm_reprocess_flag_table[0];

static enum fm_error call(struct fm_remote *remote, const char *method,
                          const ProtobufCMessage *request, struct fm_why *why,
                          void *ret_reply)
{
    return fm_remote_call(remote, &factmill__v1__admin__descriptor, method,
                          request, why, (ProtobufCMessage **)ret_reply);
}

/* Flags may be missing; fields of a message may not. */
static void set(char **field, const char *value)
{
    if (value != NULL)
        memcpy(field, &value, sizeof *field);
}

/* --- status ------------------------------------------------------------------------ */

static enum fm_error get(struct fm_remote *remote, struct fm_why *why,
                         Factmill__V1__Reprocessing **ret)
{
    Factmill__V1__GetReprocessRequest request;

    factmill__v1__get_reprocess_request__init(&request);
    return call(remote, "GetReprocess", &request.base, why, ret);
}

static void line(const char *label, uint64_t n, const char *what,
                 struct fm_buf *out)
{
    fm_buf_printf(out, "%-11s", label);
    fm_text_number(n, out);
    fm_buf_printf(out, "%s\n", what);
}

static void print_status(const struct fm_cli *cli,
                         const Factmill__V1__Reprocessing *run)
{
    struct fm_buf out;

    fm_buf_init(&out, OUTPUT_MAX);
    fm_buf_printf(&out, "%-11s", "run");
    fm_style_z(&cli->out, FM_BOLD, run->operation, &out);
    fm_buf_printf(&out, "  %s  ",
                  fm_enum_name(&factmill__v1__reprocessing__state__descriptor,
                               (int)run->state));
    fm_style_z(&cli->out, FM_PLAIN,
               run->extractor[0] != '\0' ? run->extractor
                                         : "(no worker came yet)",
               &out);
    fm_buf_char(&out, '\n');
    line("articles", run->articles, "", &out);
    line("read", run->read, "", &out);
    line("the same", run->same, "", &out);
    line("differ", run->differ, "", &out);
    if (run->failed > 0)
        line("failed", run->failed, " (they keep their facts)", &out);
    line("facts", run->facts_added, " added, ", &out);
    out.len--; /* one line of three numbers */
    fm_text_number(run->facts_removed, &out);
    fm_buf_z(&out, " removed, ");
    fm_text_number(run->facts_changed, &out);
    fm_buf_z(&out, " changed\n");
    fm_text_flush(&out);
    fm_buf_release(&out);
}

static int run_status(struct fm_cli *cli, struct fm_remote *remote)
{
    Factmill__V1__Reprocessing *run = NULL;
    struct fm_why why = FM_WHY_INIT;
    enum fm_error error = get(remote, &why, &run);

    if (error != FM_OK)
        return fm_cli_fail(cli, error, &why);
    if (cli->common.json)
        fm_print_json(&run->base);
    else
        print_status(cli, run);
    factmill__v1__reprocessing__free_unpacked(run, NULL);
    return 0;
}

/* Until the run has left these states; then shows it. */
static int wait_for(struct fm_cli *cli, struct fm_remote *remote)
{
    static const struct timespec pause = {.tv_nsec = LOOK_MS * 1000000};
    const struct fm_reprocess_flags *flags = cli->options;
    struct fm_why why = FM_WHY_INIT;
    bool busy = flags->wait;

    while (busy) {
        Factmill__V1__Reprocessing *run = NULL;
        enum fm_error error = get(remote, &why, &run);

        if (error != FM_OK)
            return fm_cli_fail(cli, error, &why);
        busy = run->state == FACTMILL__V1__REPROCESSING__STATE__RUNNING ||
               run->state == FACTMILL__V1__REPROCESSING__STATE__PROMOTING ||
               run->state == FACTMILL__V1__REPROCESSING__STATE__DROPPING;
        factmill__v1__reprocessing__free_unpacked(run, NULL);
        if (busy)
            (void)nanosleep(&pause, NULL);
    }
    return run_status(cli, remote);
}

/* --- start, promote, drop ------------------------------------------------------------- */

static int run_start(struct fm_cli *cli, struct fm_remote *remote)
{
    const struct fm_reprocess_flags *flags = cli->options;
    Factmill__V1__ReprocessRequest request;
    Factmill__V1__ReprocessResponse *reply = NULL;
    Google__Protobuf__Timestamp times[2];
    struct fm_why why = FM_WHY_INIT;
    uint64_t articles;
    enum fm_error error;

    factmill__v1__reprocess_request__init(&request);
    set(&request.source, flags->source);
    set(&request.extractor, flags->extractor);
    request.recorded_from = fm_filter_time(&flags->from, &times[0]);
    request.recorded_to = fm_filter_time(&flags->to, &times[1]);
    request.dry_run = flags->dry_run;
    error = call(remote, "Reprocess", &request.base, &why, &reply);
    if (error != FM_OK)
        return fm_cli_fail(cli, error, &why);
    articles = reply->articles;
    factmill__v1__reprocess_response__free_unpacked(reply, NULL);
    if (!flags->dry_run)
        return wait_for(cli, remote);
    fm_cli_note(cli, "%llu articles would be read again",
                (unsigned long long)articles);
    return 0;
}

static int end(struct fm_cli *cli, struct fm_remote *remote, bool promote)
{
    Factmill__V1__EndReprocessRequest request;
    Factmill__V1__EndReprocessResponse *reply = NULL;
    struct fm_why why = FM_WHY_INIT;
    enum fm_error error;

    factmill__v1__end_reprocess_request__init(&request);
    request.promote = promote;
    request.drop = !promote;
    error = call(remote, "EndReprocess", &request.base, &why, &reply);
    factmill__v1__end_reprocess_response__free_unpacked(reply, NULL);
    return error == FM_OK ? wait_for(cli, remote)
                          : fm_cli_fail(cli, error, &why);
}

static int run_promote(struct fm_cli *cli, struct fm_remote *remote)
{
    return end(cli, remote, true);
}

static int run_drop(struct fm_cli *cli, struct fm_remote *remote)
{
    return end(cli, remote, false);
}

/* --- diff ------------------------------------------------------------------------------ */

static void print_side(const struct fm_cli *cli, const char *mark,
                       enum fm_style style, Factmill__V1__Fact *const *facts,
                       size_t n, struct fm_buf *out)
{
    static const struct fm_fact_print how = {.indent = 2};

    for (size_t i = 0; i < n; i++) {
        fm_style_z(&cli->out, style, mark, out);
        fm_print_fact(&cli->out, facts[i], &how, out);
    }
}

static void print_article(const struct fm_cli *cli,
                          const Factmill__V1__ArticleDifference *article,
                          struct fm_buf *out)
{
    fm_style_z(&cli->out, FM_BOLD, article->article, out);
    fm_buf_z(out, "  ");
    fm_style_z(&cli->out, FM_PLAIN, article->source, out);
    fm_buf_printf(out, "  %llu facts the same\n",
                  (unsigned long long)article->same);
    print_side(cli, "-", FM_RED, article->removed, article->n_removed, out);
    print_side(cli, "+", FM_GREEN, article->added, article->n_added, out);
    fm_buf_char(out, '\n');
}

/* One page; *left goes down, *ret_more says whether there is another. */
static void print_page(struct fm_cli *cli,
                       const Factmill__V1__DiffReprocessResponse *page,
                       uint64_t *left)
{
    struct fm_buf out;

    fm_buf_init(&out, OUTPUT_MAX);
    for (size_t i = 0; i<page->n_articles && * left> 0; i++, (*left)--) {
        if (cli->common.json)
            fm_print_json(&page->articles[i]->base);
        else
            print_article(cli, page->articles[i], &out);
    }
    fm_text_flush(&out);
    fm_buf_release(&out);
}

static int run_diff(struct fm_cli *cli, struct fm_remote *remote)
{
    const struct fm_reprocess_flags *flags = cli->options;
    Factmill__V1__DiffReprocessRequest request;
    Factmill__V1__DiffReprocessResponse *page = NULL;
    struct fm_why why = FM_WHY_INIT;
    uint64_t left = flags->limit > 0 ? flags->limit : UINT64_MAX;
    bool more = true;
    enum fm_error error = FM_OK;

    factmill__v1__diff_reprocess_request__init(&request);
    while (error == FM_OK && more && left > 0) {
        Factmill__V1__DiffReprocessResponse *next = NULL;

        if (page != NULL)
            request.page_token = page->next_page_token;
        error = call(remote, "DiffReprocess", &request.base, &why, &next);
        factmill__v1__diff_reprocess_response__free_unpacked(page, NULL);
        page = next;
        if (error == FM_OK)
            print_page(cli, page, &left);
        more = page != NULL && page->next_page_token[0] != '\0';
    }
    factmill__v1__diff_reprocess_response__free_unpacked(page, NULL);
    return error == FM_OK ? 0 : fm_cli_fail(cli, error, &why);
}

int fm_cli_reprocess(struct fm_cli *cli)
{
    static const struct {
        const char *name;
        int (*run)(struct fm_cli *cli, struct fm_remote *remote);
    } commands[] = {
        {"start", run_start}, {"status", run_status},   {"diff", run_diff},
        {"drop", run_drop},   {"promote", run_promote},
    };
    const struct fm_reprocess_flags *flags = cli->options;
    struct fm_why why = FM_WHY_INIT;
    struct fm_remote remote;
    size_t n = sizeof commands / sizeof commands[0];
    size_t at = 0;
    enum fm_error error;
    int status;

    while (at < n && strcmp(cli->args[0], commands[at].name) != 0)
        at++;
    if (at == n)
        return fm_cli_usage(
            cli, "\"%s\" is none of start, status, diff, promote, drop",
            cli->args[0]);
    error = fm_remote_open(&remote, &flags->remote, FM_REMOTE_INGEST, &why);
    status = error == FM_OK ? commands[at].run(cli, &remote)
                            : fm_cli_fail(cli, error, &why);
    fm_remote_close(&remote);
    return status;
}
