#include "base/clock.h"
#include "rpc/health.h"
#include "rpc/reflection.h"
#include "rpc/server_priv.h"

#include <errno.h>
#include <signal.h>

#define DEFAULT_TIMEOUT_MS     30000u
#define DEFAULT_CALLS_PER_PEER 4096u
#define DEFAULT_CALLS          65536u
#define DEFAULT_CALL_BYTES     ((uint64_t)256 << 20)
#define BUILTINS               ((size_t)2)
/* Longest frame that is taken off a connection, as times max_message_bytes. */
#define LONGEST_TIMES 4u
/* How often fm_rpc_server_idle looks. */
#define IDLE_POLL_MS 5u

/* --- start ----------------------------------------------------------------- */

static void set_defaults(struct fm_rpc_server_options *o)
{
    if (o->max_message_bytes == 0)
        o->max_message_bytes = FM_LIMIT_BODY_DEFAULT;
    if (o->max_message_bytes > FM_LIMIT_BODY_HARD)
        o->max_message_bytes = FM_LIMIT_BODY_HARD;
    if (o->default_timeout_ms == 0)
        o->default_timeout_ms = DEFAULT_TIMEOUT_MS;
    if (o->max_calls_per_peer == 0)
        o->max_calls_per_peer = DEFAULT_CALLS_PER_PEER;
    if (o->max_calls == 0)
        o->max_calls = DEFAULT_CALLS;
    if (o->max_call_bytes == 0)
        o->max_call_bytes = DEFAULT_CALL_BYTES;
}

/* The services of the caller, then the two that every server has. */
static enum fm_error open_methods(struct fm_rpc_server *server,
                                  struct fm_why *why)
{
    const struct fm_rpc_server_options *o = &server->options;
    size_t n = o->service_count;
    struct fm_rpc_service *all = calloc(n + BUILTINS, sizeof *all);
    enum fm_error error;

    if (all == NULL)
        return fm_fail_errno(ENOMEM, why, "no memory for services");
    if (n > 0)
        memcpy(all, o->services, n * sizeof *all);
    error = fm_health_open(server, all, n, why, &server->health);
    if (error == FM_OK) {
        all[n] = fm_health_service(server->health);
        error = fm_reflection_open(all, n + 1, why, &server->reflection);
    }
    if (error == FM_OK) {
        all[n + 1] = fm_reflection_service(server->reflection);
        error = fm_methods_open(all, n + BUILTINS, BUILTINS, o->threads > 0,
                                why, &server->methods);
    }
    free(all);
    /* The caller's table need not live on. */
    server->options.services = NULL;
    server->options.service_count = 0;
    return error;
}

/* What is a little too long is answered; what is longer by far never fills
 * memory. */
static uint64_t longest_frame(const struct fm_rpc_server *server)
{
    uint64_t n = server->options.max_message_bytes * LONGEST_TIMES;

    return n < FM_LIMIT_BODY_HARD ? n : FM_LIMIT_BODY_HARD;
}

static enum fm_error open_parts(struct fm_rpc_server *server,
                                struct fm_why *why)
{
    enum fm_error error = fm_mailbox_open(&server->mailbox, why);

    if (error == FM_OK)
        error = fm_peers_open(&server->peers, why);
    if (error == FM_OK)
        error = fm_calls_open(&server->calls, server->options.max_calls, why);
    if (error == FM_OK)
        error = open_methods(server, why);
    if (error == FM_OK)
        error = fm_context_open(why, &server->context);
    if (error == FM_OK)
        error = fm_access_open(server, why);
    if (error == FM_OK)
        error = fm_socket_open(server->context, FM_SOCKET_ROUTER, why,
                               &server->router);
    if (error != FM_OK)
        return error;
    fm_socket_secure(server->router, &server->access.security);
    fm_socket_set_longest(server->router, longest_frame(server));
    return FM_OK;
}

/* Signals are for the thread that started the server. */
static enum fm_error start_threads(struct fm_rpc_server *server,
                                   struct fm_why *why)
{
    enum fm_error error;
    sigset_t all;
    sigset_t before;
    int failed;

    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    error = fm_work_start(server, why);
    if (error == FM_OK) {
        (void)pthread_mutex_lock(&server->mailbox.mutex);
        failed = pthread_create(&server->loop, NULL, fm_loop_run, server);
        server->loop_running = failed == 0;
        (void)pthread_mutex_unlock(&server->mailbox.mutex);
        if (failed != 0)
            error = fm_fail_errno(failed, why, "cannot start the loop");
    }
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error;
}

enum fm_error fm_rpc_server_start(const struct fm_rpc_server_options *options,
                                  struct fm_why *why,
                                  struct fm_rpc_server **ret_server)
{
    struct fm_rpc_server *server = calloc(1, sizeof *server);
    enum fm_error error;

    if (server == NULL)
        return fm_fail_errno(ENOMEM, why, "no memory for a server");
    server->options = *options;
    set_defaults(&server->options);
    server->local_end = &server->local;
    server->mailbox.fd = -1;
    fm_frame_init(&server->peer_frame);
    fm_frame_init(&server->pull_frame);
    fm_deadlines_init(&server->deadlines);
    fm_work_init(&server->work);
    fm_memory_open(server);
    error = open_parts(server, why);
    if (error == FM_OK)
        error = start_threads(server, why);
    if (error == FM_OK)
        *ret_server = server;
    else
        fm_rpc_server_stop(server);
    return error;
}

void fm_rpc_server_stop(struct fm_rpc_server *server)
{
    if (server == NULL)
        return;
    atomic_store(&server->stopping, true);
    if (server->loop_running) {
        fm_mailbox_ring(&server->mailbox);
        (void)pthread_join(server->loop, NULL);
    }
    fm_work_stop(server);
    fm_calls_close(&server->calls);
    fm_peers_close(&server->peers);
    fm_deadlines_release(&server->deadlines);
    fm_methods_close(&server->methods);
    fm_health_close(server->health);
    fm_reflection_close(server->reflection);
    fm_frame_release(&server->peer_frame);
    fm_frame_release(&server->pull_frame);
    fm_socket_close(server->router);
    fm_socket_close(server->pull);
    fm_guard_close(&server->guard);
    fm_access_close(&server->access);
    fm_context_close(server->context);
    fm_mailbox_close(&server->mailbox);
    fm_work_release(&server->work);
    free(server);
}

/* --- commands to the loop -------------------------------------------------- */

/* All of a list; where the first is bound is told. */
static enum fm_error bind_all(struct fm_socket *socket,
                              const struct fm_command *command)
{
    struct fm_str rest = fm_str(command->endpoint);
    char *ret_endpoint = command->ret_endpoint;
    char endpoint[FM_ENDPOINT_SIZE];
    enum fm_error error = FM_OK;

    if (!fm_endpoint_next(&rest, endpoint))
        return fm_endpoint_check(command->endpoint, command->why, endpoint);
    do {
        error = fm_socket_bind(socket, endpoint, command->why, ret_endpoint);
        ret_endpoint = NULL;
    } while (error == FM_OK && fm_endpoint_next(&rest, endpoint));
    if (error == FM_OK && rest.len > 0)
        error = fm_fail(FM_EINVAL, command->why, "ENDPOINT_INVALID",
                        "\"%.*s\" is no list of endpoints", FM_STR_ARG(rest));
    return error;
}

static enum fm_error run_bind(struct fm_rpc_server *server,
                              struct fm_command *command)
{
    return bind_all(server->router, command);
}

enum fm_error fm_rpc_server_bind(struct fm_rpc_server *server,
                                 const char *endpoint, struct fm_why *why,
                                 char *ret_endpoint)
{
    struct fm_command command = {
        .run = run_bind, .endpoint = endpoint, .why = why};

    command.ret_endpoint = ret_endpoint;
    return fm_mailbox_command(server, &command);
}

static enum fm_error run_pull(struct fm_rpc_server *server,
                              struct fm_command *command)
{
    enum fm_error error = FM_OK;

    server->pull_handler = command->pull;
    server->pull_user = command->user;
    if (server->pull == NULL)
        error = fm_socket_open(server->context, FM_SOCKET_PULL, command->why,
                               &server->pull);
    if (error != FM_OK)
        return error;
    fm_socket_secure(server->pull, &server->access.security);
    fm_socket_set_longest(server->pull, longest_frame(server));
    return bind_all(server->pull, command);
}

enum fm_error fm_rpc_server_pull(struct fm_rpc_server *server,
                                 const char *endpoint,
                                 fm_rpc_pull_handler *handler, void *user,
                                 struct fm_why *why, char *ret_endpoint)
{
    struct fm_command command = {.run = run_pull,
                                 .endpoint = endpoint,
                                 .pull = handler,
                                 .user = user,
                                 .why = why};

    command.ret_endpoint = ret_endpoint;
    return fm_mailbox_command(server, &command);
}

void fm_rpc_server_pull_pause(struct fm_rpc_server *server, bool paused)
{
    atomic_store(&server->pull_paused, paused);
    fm_mailbox_ring(&server->mailbox);
}

static enum fm_error run_auth(struct fm_rpc_server *server,
                              struct fm_command *command)
{
    if (server->access.auth != NULL)
        fm_access_change(server, command->auth);
    return FM_OK;
}

void fm_rpc_server_auth(struct fm_rpc_server *server, struct fm_auth *auth)
{
    struct fm_command command = {.run = run_auth, .auth = auth};

    (void)fm_mailbox_command(server, &command);
}

static enum fm_error run_drain(struct fm_rpc_server *server,
                               struct fm_command *command)
{
    (void)command;
    atomic_store(&server->draining, true);
    fm_streams_drain(server);
    return FM_OK;
}

void fm_rpc_server_drain(struct fm_rpc_server *server)
{
    struct fm_command command = {.run = run_drain};

    (void)fm_mailbox_command(server, &command);
}

static enum fm_error run_is_idle(struct fm_rpc_server *server,
                                 struct fm_command *command)
{
    size_t spare = server->spare != NULL ? 1 : 0;

    (void)command;
    return server->calls.used == server->builtin_streams + spare &&
                   server->peers.blocked == NULL
               ? FM_OK
               : FM_EBUSY;
}

bool fm_rpc_server_idle(struct fm_rpc_server *server, uint64_t timeout_ms)
{
    const struct timespec pause = {.tv_nsec = IDLE_POLL_MS * 1000000L};
    uint64_t end = fm_now_ms() + timeout_ms;
    struct fm_command command = {.run = run_is_idle};

    while (fm_mailbox_command(server, &command) != FM_OK) {
        if (fm_now_ms() >= end)
            return false;
        (void)nanosleep(&pause, NULL);
    }
    return true;
}

void fm_rpc_server_health(struct fm_rpc_server *server, const char *service,
                          bool serving)
{
    fm_health_set(server->health, service, serving);
}

void fm_rpc_server_stats(struct fm_rpc_server *server,
                         struct fm_rpc_stats *ret_stats)
{
    struct fm_counters *c = &server->counters;

    ret_stats->calls = atomic_load(&c->calls);
    ret_stats->failed = atomic_load(&c->failed);
    ret_stats->open = atomic_load(&c->open);
    ret_stats->malformed = atomic_load(&c->malformed);
    ret_stats->dropped_replies = atomic_load(&c->dropped_replies);
    ret_stats->pulled = atomic_load(&c->pulled);
    ret_stats->held_bytes = atomic_load(&c->held_bytes);
    ret_stats->refused_keys = atomic_load(&c->refused_keys);
    ret_stats->unauthorised = atomic_load(&c->unauthorised);
    ret_stats->limited = atomic_load(&c->limited);
    ret_stats->full = atomic_load(&c->full);
    ret_stats->turned_away = atomic_load(&c->turned_away);
    ret_stats->cut = atomic_load(&c->cut);
}
