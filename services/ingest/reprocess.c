#include "ingest/reprocess.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/parse.h"
#include "factmill/v1/admin.pb-c.h"
#include "ingest/admin.h"

/* Names in a request. */
#define TEXT_MAX 256u
/* Articles in a page of differences: each may hold 400 facts. */
#define DIFF_DEFAULT 20
#define DIFF_MAX     100
#define ANSWER_BYTES (2u * FM_LIMIT_BODY_HARD)

/* --- starting and ending ---------------------------------------------------------- */

struct job {
    struct fm_command command;
    struct fm_reprocess *reprocess;
    struct fm_rpc_call *call;
    struct fm_store_run run; /* its texts are the call's */
    bool end;
    bool promote;
    uint64_t made;
    uint64_t articles;
};

static enum fm_error start_run(struct job *job, struct fm_store_writer *w,
                               struct fm_why *why)
{
    struct fm_store_audit audit = {.principal = job->run.principal,
                                   .action = fm_str("reprocess"),
                                   .subject = job->run.source,
                                   .detail = job->run.extractor};
    enum fm_error e =
        w->ops->run_start(w, &job->run, why, &job->made, &job->articles);

    return e == FM_OK && !job->run.dry ? w->ops->audit(w, &audit, why) : e;
}

static enum fm_error job_apply(struct fm_command *command,
                               struct fm_store_writer *w, struct fm_why *why)
{
    struct job *job = (struct job *)command;

    return job->end ? w->ops->run_end(w, &job->run, job->promote, why)
                    : start_run(job, w, why);
}

static void answer(struct job *job)
{
    Factmill__V1__ReprocessResponse started;
    Factmill__V1__EndReprocessResponse ended;
    char operation[24] = "";

    factmill__v1__reprocess_response__init(&started);
    factmill__v1__end_reprocess_response__init(&ended);
    if (job->made != 0)
        (void)snprintf(operation, sizeof operation, "%llu",
                       (unsigned long long)job->made);
    started.operation = operation;
    started.articles = job->articles;
    fm_rpc_reply_message(job->call, job->end ? &ended.base : &started.base);
}

static void job_finish(struct fm_command *command, enum fm_error error,
                       const struct fm_why *why)
{
    struct job *job = (struct job *)command;

    if (error != FM_OK)
        fm_rpc_fail(job->call, error, why);
    else
        answer(job);
    if (error == FM_OK)
        fm_reprocess_tick(job->reprocess);
    free(job);
}

static const struct fm_command_ops job_ops = {job_apply, job_finish};

static void submit(struct fm_reprocess *reprocess, const struct job *asked,
                   enum fm_error e, struct fm_why *why)
{
    struct job *job = e == FM_OK ? calloc(1, sizeof *job) : NULL;

    if (e == FM_OK && job == NULL)
        e = FM_ENOMEM;
    if (e == FM_OK) {
        *job = *asked;
        job->command.ops = &job_ops;
        job->command.bytes = sizeof *job;
        job->reprocess = reprocess;
        job->run.principal = fm_str(fm_rpc_call_principal(job->call));
        e = fm_committer_submit(reprocess->committer, &job->command, why);
    }
    if (e == FM_OK)
        return;
    free(job);
    fm_rpc_fail(asked->call, e, why);
}

/* "" = none. */
static enum fm_error parse_operation(const char *text, struct fm_why *why,
                                     uint64_t *ret)
{
    *ret = 0;
    if (text[0] == '\0' || fm_parse_u64(fm_str(text), ret) == FM_OK)
        return FM_OK;
    return fm_fail_field(FM_EINVAL, why, "operation", "OPERATION",
                         "operation is not one that Reprocess gave");
}

static int64_t micros(const Google__Protobuf__Timestamp *time, int64_t none)
{
    if (time == NULL)
        return none;
    return time->seconds > INT64_MAX / 2000000 ||
                   time->seconds < INT64_MIN / 2000000
               ? none
               : time->seconds * 1000000 + time->nanos / 1000;
}

void fm_reprocess_start(void *user, void *thread_state,
                        struct fm_rpc_call *call,
                        const ProtobufCMessage *request)
{
    const Factmill__V1__ReprocessRequest *in =
        (const Factmill__V1__ReprocessRequest *)request;
    struct job job = {.call = call};
    struct fm_why why = FM_WHY_INIT;
    enum fm_error e = FM_OK;

    (void)thread_state;
    job.run.source = fm_str(in->source);
    job.run.extractor = fm_str(in->extractor);
    job.run.from_us = micros(in->recorded_from, INT64_MIN);
    job.run.to_us = micros(in->recorded_to, INT64_MAX);
    job.run.dry = in->dry_run;
    if (job.run.source.len > TEXT_MAX || job.run.extractor.len > TEXT_MAX)
        e = fm_fail_field(FM_EINVAL, &why, "source", "TOO_LONG",
                          "source and extractor have at most %u bytes",
                          TEXT_MAX);
    submit(user, &job, e, &why);
}

void fm_reprocess_end(void *user, void *thread_state, struct fm_rpc_call *call,
                      const ProtobufCMessage *request)
{
    const Factmill__V1__EndReprocessRequest *in =
        (const Factmill__V1__EndReprocessRequest *)request;
    struct job job = {.call = call, .end = true, .promote = in->promote};
    struct fm_why why = FM_WHY_INIT;
    enum fm_error e = parse_operation(in->operation, &why, &job.run.run);

    (void)thread_state;
    if (e == FM_OK && in->promote == in->drop)
        e = fm_fail_field(FM_EINVAL, &why, "promote", "PROMOTE_OR_DROP",
                          "say one of both: promote or drop");
    submit(user, &job, e, &why);
}

/* --- steps -------------------------------------------------------------------------- */

static enum fm_error step_apply(struct fm_command *command,
                                struct fm_store_writer *w, struct fm_why *why)
{
    bool more = false;

    (void)command;
    return w->ops->run_step(w, why, &more);
}

static void step_finish(struct fm_command *command, enum fm_error error,
                        const struct fm_why *why)
{
    struct fm_reprocess *reprocess =
        (struct fm_reprocess *)(void *)((char *)command -
                                        offsetof(struct fm_reprocess, step));

    atomic_store(&reprocess->stepping, false);
    if (error == FM_OK)
        fm_reprocess_tick(reprocess);
    else if (error != FM_ENOSPACE && error != FM_EBUSY)
        fm_log_failure(FM_LOG_ERROR, "a run could not be ended", error, why);
}

static const struct fm_command_ops step_ops = {step_apply, step_finish};

void fm_reprocess_tick(struct fm_reprocess *reprocess)
{
    struct fm_store_counts counts;
    bool no = false;

    fm_committer_counts(reprocess->committer, &counts);
    if (!counts.run_ending ||
        !atomic_compare_exchange_strong(&reprocess->stepping, &no, true))
        return;
    if (fm_committer_submit(reprocess->committer, &reprocess->step, NULL) !=
        FM_OK)
        atomic_store(&reprocess->stepping, false);
}

void fm_reprocess_init(struct fm_reprocess *reprocess)
{
    memset(reprocess, 0, sizeof *reprocess);
    reprocess->step.ops = &step_ops;
    reprocess->step.bytes = sizeof reprocess->step;
}

/* --- answers -------------------------------------------------------------------------- */

void fm_reprocess_get(void *user, void *thread_state, struct fm_rpc_call *call,
                      const ProtobufCMessage *request)
{
    const Factmill__V1__GetReprocessRequest *in =
        (const Factmill__V1__GetReprocessRequest *)request;
    struct fm_store_reader *reader = thread_state;
    Factmill__V1__Reprocessing *run = NULL;
    struct fm_why why = FM_WHY_INIT;
    struct fm_arena arena;
    uint64_t number = 0;
    enum fm_error e = parse_operation(in->operation, &why, &number);

    (void)user;
    fm_arena_init(&arena, ANSWER_BYTES);
    if (e == FM_OK)
        e = reader->ops->get_run(reader, number, &arena, &why, &run);
    if (e == FM_OK)
        fm_rpc_reply_message(call, &run->base);
    else
        fm_rpc_fail(call, e, &why);
    fm_arena_release(&arena);
}

static enum fm_error diff(struct fm_store_reader *reader,
                          const Factmill__V1__DiffReprocessRequest *in,
                          struct fm_arena *arena, char token[FM_ADMIN_TOKEN],
                          struct fm_why *why,
                          Factmill__V1__DiffReprocessResponse **ret)
{
    static const char method[] = "Admin/DiffReprocess";
    struct fm_store_page page = {.size = DIFF_DEFAULT};
    struct fm_store_cursor next = {0};
    uint64_t number = 0;
    bool more = false;
    enum fm_error e = parse_operation(in->operation, why, &number);

    if (e == FM_OK)
        e = fm_admin_page_begin(
            reader, method, in->page_size == 0 ? DIFF_DEFAULT : in->page_size,
            in->page_token, why, &page);
    if (page.size > DIFF_MAX)
        page.size = DIFF_MAX;
    if (e == FM_OK)
        e = reader->ops->diff_run(reader, number, &page, arena, why, ret, &next,
                                  &more);
    if (e == FM_OK && more) {
        e = fm_admin_page_token(reader, method, &next, why, token);
        (*ret)->next_page_token = token;
    }
    return e;
}

void fm_reprocess_diff(void *user, void *thread_state, struct fm_rpc_call *call,
                       const ProtobufCMessage *request)
{
    Factmill__V1__DiffReprocessResponse *response = NULL;
    char token[FM_ADMIN_TOKEN] = "";
    struct fm_why why = FM_WHY_INIT;
    struct fm_arena arena;
    enum fm_error e;

    (void)user;
    fm_arena_init(&arena, ANSWER_BYTES);
    e = diff(thread_state, (const Factmill__V1__DiffReprocessRequest *)request,
             &arena, token, &why, &response);
    if (e == FM_OK)
        fm_rpc_reply_message(call, &response->base);
    else
        fm_rpc_fail(call, e, &why);
    fm_arena_release(&arena);
}
