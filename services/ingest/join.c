#include "ingest/join.h"

#include "factmill/v1/admin.pb-c.h"

/* Ids in one call. */
#define IDS_MAX 64u

struct job {
    struct fm_command command;
    struct fm_rpc_call *call;
    struct fm_store_same asked; /* its ids are the call's */
    bool part;
};

static enum fm_error job_apply(struct fm_command *command,
                               struct fm_store_writer *w, struct fm_why *why)
{
    struct job *job = (struct job *)command;

    return job->part ? w->ops->part_entities(w, &job->asked, why)
                     : w->ops->join_entities(w, &job->asked, why);
}

static void job_finish(struct fm_command *command, enum fm_error error,
                       const struct fm_why *why)
{
    struct job *job = (struct job *)command;
    Factmill__V1__JoinEntitiesResponse joined;
    Factmill__V1__PartEntitiesResponse parted;

    factmill__v1__join_entities_response__init(&joined);
    factmill__v1__part_entities_response__init(&parted);
    if (error != FM_OK)
        fm_rpc_fail(job->call, error, why);
    else
        fm_rpc_reply_message(job->call,
                             job->part ? &parted.base : &joined.base);
    free(job);
}

static const struct fm_command_ops job_ops = {job_apply, job_finish};

static enum fm_error check(const struct job *asked, struct fm_why *why)
{
    if (asked->asked.n == 0 || asked->asked.n > IDS_MAX)
        return fm_fail_field(FM_EINVAL, why, "ids", "IDS",
                             "give 1 to %u ids of entities", IDS_MAX);
    for (size_t i = 0; i < asked->asked.n; i++)
        if (asked->asked.ids[i] == 0 || asked->asked.ids[i] > INT64_MAX)
            return fm_fail_field(FM_EINVAL, why, "ids", "IDS",
                                 "an id is no number of an entity");
    if (!asked->part &&
        (asked->asked.into == 0 || asked->asked.into > INT64_MAX))
        return fm_fail_field(FM_EINVAL, why, "into", "ID_EMPTY",
                             "say which entity stands for them: into");
    return FM_OK;
}

static void submit(struct fm_join *join, const struct job *asked)
{
    struct fm_why why = FM_WHY_INIT;
    struct job *job = NULL;
    enum fm_error e = check(asked, &why);

    if (e == FM_OK) {
        job = calloc(1, sizeof *job);
        e = job != NULL ? FM_OK : FM_ENOMEM;
    }
    if (e == FM_OK) {
        *job = *asked;
        job->command.ops = &job_ops;
        job->command.bytes = sizeof *job;
        job->asked.principal = fm_str(fm_rpc_call_principal(job->call));
        e = fm_committer_submit(join->committer, &job->command, &why);
    }
    if (e == FM_OK)
        return;
    free(job);
    fm_rpc_fail(asked->call, e, &why);
}

void fm_join_entities(void *user, void *thread_state, struct fm_rpc_call *call,
                      const ProtobufCMessage *request)
{
    const Factmill__V1__JoinEntitiesRequest *in =
        (const Factmill__V1__JoinEntitiesRequest *)request;
    struct job job = {
        .call = call,
        .asked = {.into = in->into, .ids = in->ids, .n = in->n_ids}};

    (void)thread_state;
    submit(user, &job);
}

void fm_part_entities(void *user, void *thread_state, struct fm_rpc_call *call,
                      const ProtobufCMessage *request)
{
    const Factmill__V1__PartEntitiesRequest *in =
        (const Factmill__V1__PartEntitiesRequest *)request;
    struct job job = {
        .call = call, .part = true, .asked = {.ids = in->ids, .n = in->n_ids}};

    (void)thread_state;
    submit(user, &job);
}
