#include "ingest/upkeep.h"

#include "base/arena.h"
#include "base/log.h"
#include "factmill/v1/admin.pb-c.h"
#include "ingest/audit.h"
#include "store/copy.h"
#include "store/verify.h"

#include <errno.h>
#include <limits.h>
#include <unistd.h>

/* Calls that wait their turn; operators are few. */
#define JOBS_MAX     8u
#define RETRY_MS     5000u
#define FINDINGS_MAX 1000u
#define CHECKS_MAX   16u
#define ARENA_MAX    ((size_t)4 << 20)

struct fm_upkeep_job {
    struct fm_upkeep_job *next;
    struct fm_upkeep *upkeep;
    struct fm_rpc_call *call;
    const ProtobufCMessage *request; /* the call's */
    void (*run)(struct fm_upkeep_job *job);
};

static bool must_stop(void *user)
{
    const struct fm_upkeep_job *job = user;

    return atomic_load(&job->upkeep->stopping) || fm_rpc_call_dead(job->call);
}

static enum fm_error stopped(struct fm_why *why)
{
    (void)fm_fail(FM_EUNAVAILABLE, why, "DRAINING", "the service stops");
    why->retry_after_ms = RETRY_MS;
    return FM_EUNAVAILABLE;
}

static void fail(struct fm_upkeep_job *job, enum fm_error error,
                 struct fm_why *why)
{
    if (atomic_load(&job->upkeep->stopping))
        error = stopped(why);
    fm_rpc_fail(job->call, error, why);
}

/* --- Backup -------------------------------------------------------------------- */

/* What the committer does of it. */
struct copying {
    struct fm_errand errand;
    struct fm_upkeep_job *job;
    const char *path;
    bool begun;
    enum fm_error error;
    struct fm_why why;
    bool over; /* under the lock of upkeep */
};

static bool copy_some(struct copying *c, struct fm_store_writer *w)
{
    bool more = true;

    if (!c->begun)
        c->error = w->ops->copy_begin(w, c->path, &c->why);
    c->begun = true;
    if (c->error == FM_OK && must_stop(c->job)) {
        c->error = fm_fail(FM_ECANCELLED, &c->why, NULL, "nobody waits for it");
        w->ops->copy_end(w);
    }
    if (c->error == FM_OK)
        c->error = w->ops->copy_step(w, &c->why, &more);
    return c->error == FM_OK && more;
}

static bool copy_run(struct fm_errand *errand, struct fm_store_writer *w)
{
    struct copying *c = (struct copying *)(void *)errand;
    struct fm_upkeep *upkeep = c->job->upkeep;

    if (copy_some(c, w))
        return true;
    (void)pthread_mutex_lock(&upkeep->lock);
    c->over = true;
    (void)pthread_cond_broadcast(&upkeep->wake);
    (void)pthread_mutex_unlock(&upkeep->lock);
    return false;
}

static enum fm_error copy(struct fm_upkeep_job *job, const char *path,
                          struct fm_why *why)
{
    struct fm_upkeep *upkeep = job->upkeep;
    struct copying c = {.errand = {.run = copy_run}, .job = job, .path = path};
    enum fm_error e = fm_committer_errand(upkeep->committer, &c.errand, why);

    if (e != FM_OK)
        return e;
    (void)pthread_mutex_lock(&upkeep->lock);
    while (!c.over)
        (void)pthread_cond_wait(&upkeep->wake, &upkeep->lock);
    (void)pthread_mutex_unlock(&upkeep->lock);
    if (c.error != FM_OK)
        *why = c.why;
    return c.error;
}

static enum fm_error back_up(struct fm_upkeep_job *job, const char *path,
                             struct fm_why *why,
                             Factmill__V1__BackupResponse *ret)
{
    char part[PATH_MAX];
    int n = snprintf(part, sizeof part, "%s.factmill-part", path);
    enum fm_error e;

    if (n < 0 || (size_t)n >= sizeof part)
        return fm_fail_field(FM_EINVAL, why, "path", "PATH_TOO_LONG",
                             "path is too long");
    (void)unlink(part); /* of one that was killed */
    e = copy(job, part, why);
    return e == FM_OK ? fm_store_copy_keep(part, path, why, &ret->bytes,
                                           &ret->sequence)
                      : e;
}

static void run_backup(struct fm_upkeep_job *job)
{
    const char *path =
        ((const Factmill__V1__BackupRequest *)job->request)->path;
    struct fm_why why = FM_WHY_INIT;
    Factmill__V1__BackupResponse response;
    char detail[96];
    enum fm_error e;

    factmill__v1__backup_response__init(&response);
    e = back_up(job, path, &why, &response);
    if (e != FM_OK) {
        fm_log_failure(FM_LOG_WARN, "a backup failed", e, &why);
        fail(job, e, &why);
        return;
    }
    (void)snprintf(detail, sizeof detail, "%llu bytes, change %llu",
                   (unsigned long long)response.bytes,
                   (unsigned long long)response.sequence);
    fm_audit_note(job->upkeep->committer, fm_rpc_call_principal(job->call),
                  "backup", path, detail);
    fm_rpc_reply_message(job->call, &response.base);
}

/* --- Verify -------------------------------------------------------------------- */

struct verifying {
    struct fm_upkeep_job *job;
    struct fm_arena arena;
    char *findings[FINDINGS_MAX];
    Factmill__V1__VerifyResponse__Check checks[CHECKS_MAX];
    Factmill__V1__VerifyResponse__Check *check_list[CHECKS_MAX];
    Factmill__V1__VerifyResponse response;
};

static bool verify_stop(void *user)
{
    return must_stop(((struct verifying *)user)->job);
}

static void verify_finding(void *user, const char *check, const char *text)
{
    struct verifying *v = user;
    Factmill__V1__VerifyResponse *r = &v->response;
    char *line;

    if (r->n_findings == FINDINGS_MAX)
        return;
    line = fm_arena_printf(&v->arena, "%s: %s", check, text);
    if (line != NULL)
        r->findings[r->n_findings++] = line;
}

static void verify_checked(void *user, const struct fm_store_check *check)
{
    struct verifying *v = user;
    Factmill__V1__VerifyResponse *r = &v->response;
    Factmill__V1__VerifyResponse__Check *to = &v->checks[r->n_checks];

    if (r->n_checks == CHECKS_MAX)
        return;
    factmill__v1__verify_response__check__init(to);
    to->name = fm_arena_copy(&v->arena, fm_str(check->name));
    if (to->name == NULL)
        return;
    to->rows = check->rows;
    to->findings = check->findings;
    to->elapsed_ms = check->elapsed_ms;
    r->checks[r->n_checks++] = to;
}

static void verify_with(struct verifying *v)
{
    const Factmill__V1__VerifyRequest *request =
        (const Factmill__V1__VerifyRequest *)v->job->request;
    const struct fm_store_verify ask = {
        .path = request->path[0] != '\0' ? request->path : v->job->upkeep->data,
        .full = request->full,
        .stop = verify_stop,
        .finding = verify_finding,
        .checked = verify_checked,
        .user = v,
    };
    struct fm_why why = FM_WHY_INIT;
    uint64_t findings = 0;
    enum fm_error e;

    factmill__v1__verify_response__init(&v->response);
    v->response.findings = v->findings;
    for (size_t i = 0; i < CHECKS_MAX; i++)
        v->check_list[i] = &v->checks[i];
    v->response.checks = v->check_list;
    e = fm_store_verify(&ask, &why, &findings);
    if (e != FM_OK) {
        fail(v->job, e, &why);
        return;
    }
    v->response.ok = findings == 0;
    if (findings > 0)
        fm_log(FM_LOG_ERROR, "the database is damaged",
               FM_LOG_U64("findings", findings),
               FM_LOG_Z("first", v->response.n_findings > 0
                                     ? v->response.findings[0]
                                     : ""),
               FM_LOG_END);
    fm_rpc_reply_message(v->job->call, &v->response.base);
}

static void run_verify(struct fm_upkeep_job *job)
{
    struct verifying *v = calloc(1, sizeof *v);
    struct fm_why why = FM_WHY_INIT;

    if (v == NULL) {
        fail(job, fm_fail_errno(ENOMEM, &why, "no memory for a job"), &why);
        return;
    }
    v->job = job;
    fm_arena_init(&v->arena, ARENA_MAX);
    verify_with(v);
    fm_arena_release(&v->arena);
    free(v);
}

/* --- the thread ------------------------------------------------------------------ */

/* NULL when it is to end and nothing waits. */
static struct fm_upkeep_job *next_job(struct fm_upkeep *upkeep)
{
    struct fm_upkeep_job *job;

    (void)pthread_mutex_lock(&upkeep->lock);
    while (upkeep->first == NULL && !atomic_load(&upkeep->stopping))
        (void)pthread_cond_wait(&upkeep->wake, &upkeep->lock);
    job = upkeep->first;
    if (job != NULL) {
        upkeep->first = job->next;
        upkeep->count--;
    }
    (void)pthread_mutex_unlock(&upkeep->lock);
    return job;
}

static void *thread_main(void *arg)
{
    for (struct fm_upkeep_job *job; (job = next_job(arg)) != NULL; free(job)) {
        struct fm_why why = FM_WHY_INIT;

        if (must_stop(job))
            fail(job, FM_ECANCELLED, &why);
        else
            job->run(job);
    }
    return NULL;
}

static enum fm_error add(struct fm_upkeep *upkeep, struct fm_rpc_call *call,
                         const ProtobufCMessage *request,
                         void (*run)(struct fm_upkeep_job *job),
                         struct fm_why *why)
{
    struct fm_upkeep_job *job = calloc(1, sizeof *job);
    struct fm_upkeep_job **end = &upkeep->first;
    enum fm_error e = FM_OK;

    if (job == NULL)
        return fm_fail_errno(ENOMEM, why, "no memory for a job");
    job->upkeep = upkeep;
    job->call = call;
    job->request = request;
    job->run = run;
    (void)pthread_mutex_lock(&upkeep->lock);
    if (atomic_load(&upkeep->stopping))
        e = stopped(why);
    else if (upkeep->count == JOBS_MAX)
        e = fm_fail(FM_EBUSY, why, "TOO_MANY_JOBS",
                    "%u such calls wait already", JOBS_MAX);
    else {
        while (*end != NULL)
            end = &(*end)->next;
        *end = job;
        upkeep->count++;
        (void)pthread_cond_broadcast(&upkeep->wake);
    }
    (void)pthread_mutex_unlock(&upkeep->lock);
    why->retry_after_ms = RETRY_MS;
    if (e != FM_OK)
        free(job);
    return e;
}

/* --- calls ------------------------------------------------------------------------ */

static enum fm_error check_path(const char *path, struct fm_why *why)
{
    if (path[0] != '/')
        return fm_fail_field(FM_EINVAL, why, "path", "PATH_NOT_ABSOLUTE",
                             "path must be absolute: it is one of the machine "
                             "of the server");
    return FM_OK;
}

void fm_upkeep_backup(void *user, void *thread_state, struct fm_rpc_call *call,
                      const ProtobufCMessage *request)
{
    const Factmill__V1__BackupRequest *in =
        (const Factmill__V1__BackupRequest *)request;
    struct fm_why why = FM_WHY_INIT;
    enum fm_error e = check_path(in->path, &why);

    (void)thread_state;
    if (e == FM_OK)
        e = add(user, call, request, run_backup, &why);
    if (e != FM_OK)
        fm_rpc_fail(call, e, &why);
}

void fm_upkeep_verify(void *user, void *thread_state, struct fm_rpc_call *call,
                      const ProtobufCMessage *request)
{
    const Factmill__V1__VerifyRequest *in =
        (const Factmill__V1__VerifyRequest *)request;
    struct fm_why why = FM_WHY_INIT;
    enum fm_error e = in->path[0] != '\0' ? check_path(in->path, &why) : FM_OK;

    (void)thread_state;
    if (e == FM_OK)
        e = add(user, call, request, run_verify, &why);
    if (e != FM_OK)
        fm_rpc_fail(call, e, &why);
}

enum fm_error fm_upkeep_init(struct fm_upkeep *upkeep, struct fm_why *why)
{
    int failed;

    (void)pthread_mutex_init(&upkeep->lock, NULL);
    (void)pthread_cond_init(&upkeep->wake, NULL);
    failed = pthread_create(&upkeep->thread, NULL, thread_main, upkeep);
    if (failed != 0)
        return fm_fail_errno(failed, why, "cannot start the thread of upkeep");
    upkeep->started = true;
    return FM_OK;
}

void fm_upkeep_drain(struct fm_upkeep *upkeep)
{
    (void)pthread_mutex_lock(&upkeep->lock);
    atomic_store(&upkeep->stopping, true);
    (void)pthread_cond_broadcast(&upkeep->wake);
    (void)pthread_mutex_unlock(&upkeep->lock);
}

void fm_upkeep_stop(struct fm_upkeep *upkeep)
{
    if (!upkeep->started)
        return;
    fm_upkeep_drain(upkeep);
    (void)pthread_join(upkeep->thread, NULL);
    (void)pthread_cond_destroy(&upkeep->wake);
    (void)pthread_mutex_destroy(&upkeep->lock);
    upkeep->started = false;
}
