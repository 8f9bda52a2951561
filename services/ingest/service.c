#include "ingest/service.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "factmill/v1/admin.pb-c.h"
#include "factmill/v1/ingest.pb-c.h"
#include "factmill/v1/work.pb-c.h"

/* Requests in memory, waiting for their commit: with ZeroMQ's queues and the
 * store's cache this keeps a flood of clients under 256 MiB. */
#define FRONT_CALL_BYTES (64u << 20)
#define WORK_CALL_BYTES  (64u << 20)
/* The committer's queue; the servers' own limits are met first, but for PULL. */
#define QUEUE_COMMANDS 65536u
#define QUEUE_BYTES    (96u << 20)

/* Handlers get the whole service and hand the call to the part it is for. */
#define FORWARD(name, part, handler)                                        \
 static void name(void *user, void *thread_state, struct fm_rpc_call *call, \
                  const ProtobufCMessage *request)                          \
 {                                                                          \
  handler(&((struct fm_service *)user)->part, thread_state, call, request); \
 }

FORWARD(push, intake, fm_intake_push)
FORWARD(push_batch, intake, fm_intake_push_batch)
FORWARD(get_status, status, fm_status_get)
FORWARD(list_dead, admin, fm_admin_list_dead)
FORWARD(get_dead, admin, fm_admin_get_dead)
FORWARD(replay_dead, letters, fm_letters_replay)
FORWARD(discard_dead, letters, fm_letters_discard)
FORWARD(list_audit, admin, fm_admin_list_audit)
FORWARD(backup, upkeep, fm_upkeep_backup)
FORWARD(verify, upkeep, fm_upkeep_verify)
FORWARD(join_entities, join, fm_join_entities)
FORWARD(part_entities, join, fm_part_entities)
FORWARD(reprocess, reprocess, fm_reprocess_start)
FORWARD(get_reprocess, reprocess, fm_reprocess_get)
FORWARD(diff_reprocess, reprocess, fm_reprocess_diff)
FORWARD(end_reprocess, reprocess, fm_reprocess_end)
FORWARD(pause_work, admin, fm_admin_pause)
FORWARD(resume_work, admin, fm_admin_resume)

static const struct fm_rpc_method ingest_methods[] = {
    {"Push", push, true, FM_ROLE_PRODUCER},
    {"PushBatch", push_batch, true, FM_ROLE_PRODUCER},
    {"GetStatus", get_status, true, FM_ROLE_ANY},
};

static const struct fm_rpc_method admin_methods[] = {
    {"ListDeadLetters", list_dead, false, FM_ROLE_ADMIN},
    {"GetDeadLetter", get_dead, false, FM_ROLE_ADMIN},
    {"ReplayDeadLetters", replay_dead, true, FM_ROLE_ADMIN},
    {"DiscardDeadLetters", discard_dead, true, FM_ROLE_ADMIN},
    {"ListAudit", list_audit, false, FM_ROLE_ADMIN},
    {"Backup", backup, true, FM_ROLE_ADMIN},
    {"Verify", verify, true, FM_ROLE_ADMIN},
    {"JoinEntities", join_entities, true, FM_ROLE_ADMIN},
    {"PartEntities", part_entities, true, FM_ROLE_ADMIN},
    {"Reprocess", reprocess, true, FM_ROLE_ADMIN},
    {"GetReprocess", get_reprocess, false, FM_ROLE_ADMIN},
    {"DiffReprocess", diff_reprocess, false, FM_ROLE_ADMIN},
    {"EndReprocess", end_reprocess, true, FM_ROLE_ADMIN},
    {"Pause", pause_work, true, FM_ROLE_ADMIN},
    {"Resume", resume_work, true, FM_ROLE_ADMIN},
};

static const struct fm_rpc_method work_methods[] = {
    {"Exchange", fm_dispatch_exchange, true, FM_ROLE_WORKER},
};

static void tick(void *user)
{
    struct fm_service *s = user;

    fm_intake_tick(&s->intake);
    fm_letters_tick(&s->letters);
    fm_reprocess_tick(&s->reprocess);
}

static bool wanted(const char *endpoint)
{
    return endpoint[0] != '\0' && !fm_str_eqz(fm_str(endpoint), "none");
}

static void pull_paused(void *user, bool paused)
{
    struct fm_service *s = user;

    if (s->front != NULL)
        fm_rpc_server_pull_pause(s->front, paused);
}

static enum fm_error open_store(struct fm_service *s,
                                void (*fatal)(void *, enum fm_error,
                                              const struct fm_why *),
                                void *fatal_user, struct fm_why *why)
{
    const struct fm_settings *set = &s->settings;
    const struct fm_store_writer_options store = {
        .dir = set->data,
        .max_attempts = (uint32_t)set->max_attempts,
        .max_wal_bytes = set->max_wal_bytes,
    };
    struct fm_committer_options options = {
        .rounds = fm_dispatch_rounds(&s->dispatch),
        .max_articles = (uint32_t)set->commit_articles,
        .max_bytes = set->commit_bytes,
        .window_ms = set->commit_window_ms,
        .gather_results = set->gather_results,
        .gather_ms = set->gather_ms,
        .queue_commands = QUEUE_COMMANDS,
        .queue_bytes = QUEUE_BYTES,
        .max_wal_bytes = set->max_wal_bytes,
        .fatal = fatal,
        .fatal_user = fatal_user,
    };
    enum fm_error e = fm_store_writer_open(&store, why, &options.writer);

    if (e == FM_OK)
        e = fm_committer_start(&options, why, &s->committer);
    s->dispatch.committer = s->committer;
    return e;
}

/* Where growth of the write-ahead log is stopped: what is on its way by then has
 * the rest. */
static uint64_t soft_wal(const struct fm_settings *set)
{
    return set->max_wal_bytes - set->max_wal_bytes / 4;
}

static void wire(struct fm_service *s)
{
    const struct fm_settings *set = &s->settings;

    s->gate.high_articles = set->high_mark_articles;
    s->gate.low_articles = set->low_mark_articles;
    s->gate.high_bytes = set->high_mark_bytes;
    s->gate.low_bytes = set->low_mark_bytes;
    s->gate.high_wal = soft_wal(set);
    s->gate.committer = s->committer;
    s->intake.committer = s->committer;
    s->intake.gate = &s->gate;
    s->intake.rate = &s->pushes;
    s->intake.max_text_bytes = set->max_text_bytes;
    s->intake.pull_paused = pull_paused;
    s->intake.pull_user = s;
    s->admin.data = set->data;
    s->admin.dispatch = &s->dispatch;
    s->admin.committer = s->committer;
    s->letters.committer = s->committer;
    s->reprocess.committer = s->committer;
    s->join.committer = s->committer;
    s->letters.gate = &s->gate;
    s->letters.max_text_bytes = set->max_text_bytes;
    s->upkeep.data = set->data;
    s->upkeep.committer = s->committer;
    s->status.committer = s->committer;
    s->status.dispatch = &s->dispatch;
    s->status.gate = &s->gate;
    s->status.pushes = &s->pushes;
    s->status.articles = &s->articles;
    s->status.max_message_bytes = set->max_message_bytes;
    s->status.started_ms = fm_now_ms();
}

/* By the server's loop: at most so many lines a second, and how many more. */
static void on_refused(void *user, struct fm_str key, struct fm_str address)
{
    struct fm_service *s = user;
    uint64_t left_out = 0;

    if (fm_log_paced(&s->refusals, &left_out))
        fm_log(FM_LOG_WARN, "a client was not let in, its key is not known",
               FM_LOG_STR("key", key), FM_LOG_STR("address", address),
               FM_LOG_U64("left_out", left_out), FM_LOG_END);
}

static void on_full(void *user, bool full)
{
    (void)user;
    fm_log(full ? FM_LOG_WARN : FM_LOG_INFO,
           full ? "descriptors are scarce, no new client is let in"
                : "clients are let in again",
           FM_LOG_END);
}

static enum fm_error open_work(struct fm_service *s, struct fm_why *why)
{
    const struct fm_rpc_service services[] = {{
        .descriptor = &factmill__v1__work__descriptor,
        .methods = work_methods,
        .method_count = sizeof work_methods / sizeof *work_methods,
        .user = &s->dispatch,
    }};
    const struct fm_rpc_server_options options = {
        .services = services,
        .service_count = 1,
        .max_message_bytes = FM_LIMIT_WORK_BODY,
        .max_call_bytes = WORK_CALL_BYTES,
        .security = &s->clients.security,
        .auth = s->clients.auth,
        .refused = on_refused,
        .refused_user = s,
    };
    enum fm_error e = fm_rpc_server_start(&options, why, &s->work);

    s->status.work = s->work;
    if (e == FM_OK)
        e = fm_rpc_server_bind(s->work, s->settings.work_endpoint, why,
                               s->work_at);
    return e;
}

static enum fm_error open_front(struct fm_service *s, struct fm_why *why)
{
    const struct fm_rpc_service services[] = {
        {
            .descriptor = &factmill__v1__ingest__descriptor,
            .methods = ingest_methods,
            .method_count = sizeof ingest_methods / sizeof *ingest_methods,
            .user = s,
        },
        {
            .descriptor = &factmill__v1__admin__descriptor,
            .methods = admin_methods,
            .method_count = sizeof admin_methods / sizeof *admin_methods,
            .user = s,
        },
    };
    const struct fm_rpc_server_options options = {
        .services = services,
        .service_count = sizeof services / sizeof *services,
        .threads = 1,
        .thread_start = fm_admin_thread_start,
        .thread_stop = fm_admin_thread_stop,
        .thread_user = &s->admin,
        .max_message_bytes = s->settings.max_message_bytes,
        .max_call_bytes = FRONT_CALL_BYTES,
        .max_memory = s->settings.max_memory,
        .security = &s->clients.security,
        .auth = s->clients.auth,
        .refused = on_refused,
        .refused_user = s,
        .tick = tick,
        .tick_user = s,
        .full = on_full,
    };
    enum fm_error e = fm_rpc_server_start(&options, why, &s->front);

    s->status.front = s->front;
    if (e == FM_OK)
        e = fm_rpc_server_bind(s->front, s->settings.listen, why, s->listen_at);
    if (e == FM_OK && wanted(s->settings.pull))
        e = fm_rpc_server_pull(s->front, s->settings.pull, fm_intake_pull,
                               &s->intake, why, s->pull_at);
    return e;
}

static enum fm_error open_http(struct fm_service *s, struct fm_why *why)
{
    const struct fm_http_options options = {
        .address = s->settings.http,
        .live = fm_status_live,
        .ready = fm_status_ready,
        .metrics = fm_status_metrics,
        .user = &s->status,
    };

    if (!wanted(s->settings.http))
        return FM_OK;
    return fm_http_start(&options, why, &s->http_port, &s->http);
}

enum fm_error fm_service_open(struct fm_service *service,
                              void (*fatal)(void *user, enum fm_error error,
                                            const struct fm_why *why),
                              void *fatal_user, struct fm_why *why)
{
    struct fm_service *s = service;
    const struct fm_dispatch_options dispatch = {
        .lease_ms = s->settings.lease_ms,
        .max_wal_bytes = soft_wal(&s->settings),
        .rate = &s->articles,
    };
    enum fm_error e;

    s->opened = true;
    fm_rate_init(&s->pushes);
    fm_rate_init(&s->articles);
    fm_intake_init(&s->intake);
    fm_letters_init(&s->letters);
    fm_reprocess_init(&s->reprocess);
    e = fm_dispatch_init(&s->dispatch, &dispatch);
    if (e == FM_OK)
        e = fm_clients_open(&s->clients, s->settings.secret_key,
                            s->settings.client_keys,
                            s->settings.allow_plaintext, why);
    if (e == FM_OK)
        e = open_store(s, fatal, fatal_user, why);
    if (e != FM_OK)
        return e;
    wire(s);
    e = fm_upkeep_init(&s->upkeep, why);
    if (e == FM_OK)
        e = open_work(s, why);
    if (e == FM_OK)
        e = open_front(s, why);
    if (e == FM_OK)
        e = open_http(s, why);
    fm_clients_bound(&s->clients);
    return e;
}

void fm_service_reload(struct fm_service *service)
{
    struct fm_clients *clients = &service->clients;
    struct fm_why why = FM_WHY_INIT;
    enum fm_error e = fm_clients_reload(clients, &why);

    if (e != FM_OK) {
        fm_log_failure(FM_LOG_ERROR, "the keys of clients stay as they were", e,
                       &why);
        return;
    }
    fm_rpc_server_auth(service->front, clients->auth);
    fm_rpc_server_auth(service->work, clients->auth);
    fm_log(FM_LOG_INFO, "read the keys of clients again",
           FM_LOG_U64("keys", fm_auth_keys(clients->auth)),
           FM_LOG_U64("clients", fm_auth_principals(clients->auth)),
           FM_LOG_END);
}

void fm_service_health(struct fm_service *service, bool serving)
{
    atomic_store(&service->status.stopping, !serving);
    fm_rpc_server_health(service->front, "", serving);
    fm_rpc_server_health(service->front, "factmill.v1.Ingest", serving);
    fm_rpc_server_health(service->front, "factmill.v1.Admin", serving);
    fm_rpc_server_health(service->work, "", serving);
    fm_rpc_server_health(service->work, "factmill.v1.Work", serving);
}

void fm_service_drain(struct fm_service *service)
{
    fm_gate_drain(&service->gate);
    fm_upkeep_drain(&service->upkeep);
    fm_rpc_server_drain(service->front);
    fm_dispatch_drain(&service->dispatch);
}

void fm_service_finish(struct fm_service *service, uint64_t timeout_ms)
{
    uint64_t until = fm_now_ms() + timeout_ms;
    uint64_t now;

    fm_rpc_server_drain(service->work);
    fm_dispatch_give_back(&service->dispatch);
    (void)fm_rpc_server_idle(service->front, timeout_ms);
    now = fm_now_ms();
    (void)fm_rpc_server_idle(service->work, now < until ? until - now : 0);
}

void fm_service_close(struct fm_service *service, bool checkpoint)
{
    struct fm_service *s = service;

    if (!s->opened)
        return;
    fm_http_stop(s->http);
    fm_upkeep_stop(&s->upkeep);
    if (s->committer != NULL)
        fm_committer_stop(s->committer, checkpoint);
    fm_dispatch_release(&s->dispatch);
    fm_letters_release(&s->letters);
    fm_rpc_server_stop(s->front);
    fm_rpc_server_stop(s->work);
    fm_intake_release(&s->intake);
    fm_committer_free(s->committer);
    fm_rate_release(&s->articles);
    fm_rate_release(&s->pushes);
    fm_clients_close(&s->clients);
}
