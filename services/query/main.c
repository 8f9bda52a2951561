/* factmill-query: answers questions about facts. Read-only; runs beside the
 * ingest on the same data directory. */
#include "base/clock.h"
#include "base/config.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/notify.h"
#include "nlp/nlp.h"
#include "query/hub.h"
#include "query/methods.h"
#include "query/metrics.h"
#include "query/rerun.h"
#include "rpc/clients.h"
#include "rpc/http.h"

#include <errno.h>
#include <signal.h>
#include <sysexits.h>
#include <unistd.h>

#define SERVICE "factmill.v1.Query"
/* Between looks for a database that is not there. */
#define WAIT_MS 200u

struct settings {
    const char *data;
    const char *listen;
    const char *secret_key;
    const char *client_keys;
    bool allow_plaintext;
    uint64_t threads;
    const char *http;
    uint64_t max_message_bytes;
    uint64_t max_read_ms;
    uint64_t max_reread_ms;
    uint64_t max_watches;
    const char *model;
    uint64_t drain_ms;
    const char *log_level;
    const char *log_format;
};

static const struct fm_config_key keys[] = {
    {"data", FM_CONFIG_STRING, NULL, 0, 0, NULL,
     offsetof(struct settings, data), "DIR",
     "the data directory of factmill-ingest"},
    {"listen", FM_CONFIG_STRING, "tcp://127.0.0.1:7421", 0, 0, NULL,
     offsetof(struct settings, listen), "ENDPOINT",
     "where to answer: tcp://HOST:PORT or ipc://PATH; several by commas"},
    {"secret-key", FM_CONFIG_STRING, NULL, 0, 0, NULL,
     offsetof(struct settings, secret_key), "FILE",
     "secret key of this server (factmill keygen), or credential:NAME; then "
     "tcp is encrypted (CURVE)"},
    {"client-keys", FM_CONFIG_STRING, NULL, 0, 0, NULL,
     offsetof(struct settings, client_keys), "FILE",
     "who is let in: NAME ROLES KEY [calls=N] [bytes=SIZE] a line; read again "
     "at SIGHUP"},
    {"allow-plaintext", FM_CONFIG_BOOL, "false", 0, 0, NULL,
     offsetof(struct settings, allow_plaintext), "yes|no",
     "take tcp endpoints off this machine without keys: anybody on the way can "
     "read, and anybody there can ask"},
    {"threads", FM_CONFIG_U64, "0", 0, 256, NULL,
     offsetof(struct settings, threads), "N",
     "threads that read; 0 = one a core, at least 2"},
    {"http", FM_CONFIG_STRING, "127.0.0.1:7423", 0, 0, NULL,
     offsetof(struct settings, http), "ADDR:PORT",
     "/livez, /readyz and /metrics; empty = none"},
    {"max-message-bytes", FM_CONFIG_SIZE, "4M", 64u << 10, FM_LIMIT_BODY_HARD,
     NULL, offsetof(struct settings, max_message_bytes), "SIZE",
     "largest request and reply"},
    {"max-read", FM_CONFIG_DURATION, "10s", 10, 600000, NULL,
     offsetof(struct settings, max_read_ms), "TIME",
     "a query that reads longer is stopped"},
    {"max-reread", FM_CONFIG_DURATION, "5s", 10, 600000, NULL,
     offsetof(struct settings, max_reread_ms), "TIME",
     "VerifyFact and ExplainFact give up when reading the article again takes "
     "longer"},
    {"model", FM_CONFIG_STRING, NULL, 0, 0, NULL,
     offsetof(struct settings, model), "FILE",
     "the model for VerifyFact and ExplainFact; empty = the usual places"},
    {"max-watches", FM_CONFIG_U64, "20000", 0, FM_STORE_WATCHES, NULL,
     offsetof(struct settings, max_watches), "N",
     "calls of WatchFacts open at a time"},
    {"drain", FM_CONFIG_DURATION, "5s", 0, 600000, NULL,
     offsetof(struct settings, drain_ms), "TIME",
     "how long calls in progress may take after SIGTERM"},
    {"log-level", FM_CONFIG_CHOICE, "info", 0, 0, "debug|info|warn|error",
     offsetof(struct settings, log_level), "LEVEL", "what to log"},
    {"log-format", FM_CONFIG_CHOICE, "logfmt", 0, 0, "logfmt|json",
     offsetof(struct settings, log_format), "FORMAT", "how to log it"},
};

struct service {
    struct settings settings;
    struct fm_query query;
    struct fm_rpc_server *server;
    struct fm_http *http;
    struct fm_clients clients;
    struct fm_log_pace refusals;
    atomic_bool draining;
    bool warned; /* once, that there is no database */
};

/* --- health ------------------------------------------------------------------ */

/* NOLINTNEXTLINE(readability-non-const-parameter): as rpc/http.h has it */
static bool is_live(void *user, char reason[64])
{
    (void)user;
    (void)reason;
    return true;
}

static bool is_ready(void *user, char reason[64])
{
    struct service *service = user;
    bool draining = atomic_load(&service->draining);

    if (!draining && atomic_load(&service->query.ready))
        return true;
    (void)snprintf(reason, 64, "%s", draining ? "DRAINING" : "NO_DATABASE");
    return false;
}

static void show_metrics(void *user, struct fm_buf *out)
{
    struct service *service = user;
    struct fm_rpc_stats stats;

    fm_rpc_server_stats(service->server, &stats);
    fm_query_metrics_render(&stats, out);
}

/* --- start ------------------------------------------------------------------- */

static uint32_t thread_count(uint64_t asked)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);

    if (asked > 0)
        return (uint32_t)asked;
    return cores > 2 ? (uint32_t)cores : 2;
}

/* By the server's loop: at most so many lines a second, and how many more. */
static void on_refused(void *user, struct fm_str key, struct fm_str address)
{
    struct service *s = user;
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

static enum fm_error start(struct service *service, struct fm_why *why,
                           char ret_endpoint[256], uint16_t *ret_port)
{
    const struct settings *settings = &service->settings;
    struct fm_rpc_service methods;
    struct fm_rpc_server_options options = {
        .services = &methods,
        .service_count = 1,
        .threads = thread_count(settings->threads),
        .thread_start = fm_query_thread_start,
        .thread_stop = fm_query_thread_stop,
        .thread_user = &service->query,
        .max_message_bytes = settings->max_message_bytes,
        .tick = fm_query_watchdog,
        .tick_user = &service->query,
        .security = &service->clients.security,
        .refused = on_refused,
        .refused_user = service,
        .full = on_full,
    };
    struct fm_http_options http = {.address = settings->http,
                                   .live = is_live,
                                   .ready = is_ready,
                                   .metrics = show_metrics,
                                   .user = service};
    enum fm_error error;

    fm_query_service(&service->query, &methods);
    error =
        fm_clients_open(&service->clients, settings->secret_key,
                        settings->client_keys, settings->allow_plaintext, why);
    options.auth = service->clients.auth;
    if (error == FM_OK)
        error = fm_rpc_server_start(&options, why, &service->server);
    fm_clients_bound(&service->clients);
    if (error == FM_OK)
        error = fm_hub_start(service->query.hub, service->server, why);
    if (error == FM_OK)
        error = fm_rpc_server_bind(service->server, settings->listen, why,
                                   ret_endpoint);
    if (error == FM_OK && settings->http[0] != '\0')
        error = fm_http_start(&http, why, ret_port, &service->http);
    if (error == FM_OK)
        fm_log(FM_LOG_INFO, "listening", FM_LOG_Z("endpoint", ret_endpoint),
               FM_LOG_U64("http_port", *ret_port),
               FM_LOG_U64("threads", options.threads), FM_LOG_END);
    return error;
}

/* --- waiting for the database -------------------------------------------------- */

/* FM_OK: it is there. FM_EUNAVAILABLE: not yet. */
static enum fm_error look_for_database(struct service *service,
                                       struct fm_why *why)
{
    struct fm_store_reader *reader = NULL;
    uint8_t secret[FM_PAGE_SECRET];
    enum fm_error error =
        fm_store_reader_open(service->query.dir, why, &reader);

    if (error == FM_OK) {
        error = reader->ops->secret(reader, why, secret);
        reader->ops->close(reader);
    }
    if (error == FM_OK)
        return FM_OK;
    if (error != FM_ENOTFOUND && fm_error_class(error) != FM_CLASS_RETRY)
        return error;
    if (!service->warned)
        fm_log(FM_LOG_WARN, "waiting for the database",
               FM_LOG_Z("data", service->query.dir),
               FM_LOG_Z("detail", fm_why_text(why, error)), FM_LOG_END);
    service->warned = true;
    return FM_EUNAVAILABLE;
}

static void reload(struct service *service)
{
    struct fm_clients *clients = &service->clients;
    struct fm_why why = FM_WHY_INIT;
    enum fm_error e = fm_clients_reload(clients, &why);

    if (e != FM_OK) {
        fm_log_failure(FM_LOG_ERROR, "the keys of clients stay as they were", e,
                       &why);
        return;
    }
    fm_rpc_server_auth(service->server, clients->auth);
    fm_log(FM_LOG_INFO, "read the keys of clients again",
           FM_LOG_U64("keys", fm_auth_keys(clients->auth)),
           FM_LOG_U64("clients", fm_auth_principals(clients->auth)),
           FM_LOG_END);
}

/* Waits up to ms for a signal that asks to stop; 0 = none came. */
static int wait_for_signal(struct service *service, const sigset_t *signals,
                           uint64_t ms)
{
    struct timespec time = {.tv_sec = (time_t)(ms / 1000),
                            .tv_nsec = (long)(ms % 1000) * 1000000};
    int signal_number = sigtimedwait(signals, NULL, &time);

    if (signal_number == SIGHUP)
        reload(service);
    return signal_number > 0 && signal_number != SIGHUP ? signal_number : 0;
}

/* *ret_stop: a signal came first. */
static enum fm_error wait_for_database(struct service *service,
                                       const sigset_t *signals,
                                       struct fm_why *why, bool *ret_stop)
{
    enum fm_error error = look_for_database(service, why);

    while (error == FM_EUNAVAILABLE) {
        fm_notify("EXTEND_TIMEOUT_USEC=10000000\n"
                  "STATUS=waiting for the database");
        if (wait_for_signal(service, signals, WAIT_MS) != 0) {
            *ret_stop = true;
            return FM_OK;
        }
        error = look_for_database(service, why);
    }
    if (error != FM_OK)
        return error;
    atomic_store(&service->query.ready, true);
    fm_metric_set(&fm_query_database, 1);
    fm_rpc_server_health(service->server, SERVICE, true);
    fm_rpc_server_health(service->server, "", true);
    return FM_OK;
}

/* --- life -------------------------------------------------------------------- */

static void drain(struct service *service)
{
    fm_notify("STOPPING=1");
    fm_log(FM_LOG_INFO, "draining", FM_LOG_END);
    atomic_store(&service->draining, true);
    fm_rpc_server_health(service->server, SERVICE, false);
    fm_rpc_server_health(service->server, "", false);
    fm_rpc_server_drain(service->server);
    if (!fm_rpc_server_idle(service->server, service->settings.drain_ms))
        fm_log(FM_LOG_WARN, "calls were still open", FM_LOG_END);
}

static enum fm_error serve(struct service *service, const sigset_t *signals,
                           struct fm_why *why)
{
    char endpoint[256] = "";
    uint16_t port = 0;
    bool stop = false;
    enum fm_error error = start(service, why, endpoint, &port);

    if (error == FM_OK)
        error = wait_for_database(service, signals, why, &stop);
    if (error != FM_OK)
        return error;
    if (!stop) {
        fm_notify("READY=1\nSTATUS=answering");
        (void)fprintf(stderr, "READY listen=%s http=%u\n", endpoint, port);
        while (wait_for_signal(service, signals, 3600000) == 0)
            ;
    }
    drain(service);
    return FM_OK;
}

static void block_signals(sigset_t *ret_signals)
{
    (void)sigemptyset(ret_signals);
    (void)sigaddset(ret_signals, SIGTERM);
    (void)sigaddset(ret_signals, SIGINT);
    (void)sigaddset(ret_signals, SIGHUP);
    (void)pthread_sigmask(SIG_BLOCK, ret_signals, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
}

static int run(struct service *service)
{
    const struct settings *settings = &service->settings;
    const struct fm_nlp_options options = {.model = settings->model};
    struct fm_why why = FM_WHY_INIT;
    enum fm_log_level level = FM_LOG_INFO;
    sigset_t signals;
    enum fm_error error;

    (void)fm_log_level_parse(fm_str(settings->log_level), &level);
    fm_log_setup(level, strcmp(settings->log_format, "json") == 0,
                 "factmill-query");
    block_signals(&signals);
    fm_rpc_raise_limit();
    service->query.dir = settings->data;
    service->query.max_message_bytes = settings->max_message_bytes;
    service->query.max_read_ms = settings->max_read_ms;
    service->query.max_reread_ms = settings->max_reread_ms;
    (void)pthread_mutex_init(&service->query.lock, NULL);
    error = fm_hub_new(&service->query, settings->max_watches, &why,
                       &service->query.hub);
    if (error == FM_OK)
        error = fm_nlp_check(&options, &why);
    if (error == FM_OK)
        error = fm_rerun_new(settings->model, &why, &service->query.rerun);
    if (error == FM_OK)
        error = serve(service, &signals, &why);
    fm_http_stop(service->http);
    fm_hub_stop(service->query.hub);
    fm_rpc_server_stop(service->server);
    fm_hub_free(service->query.hub);
    fm_rerun_free(service->query.rerun);
    fm_clients_close(&service->clients);
    (void)pthread_mutex_destroy(&service->query.lock);
    if (error != FM_OK)
        fm_log_failure(FM_LOG_ERROR, "stopped", error, &why);
    return fm_error_exit(error);
}

int main(int argc, char **argv)
{
    struct service service = {.http = NULL};
    struct fm_config config = {
        .program = "factmill-query",
        .synopsis = "--data DIR [OPTION…]",
        .about = "Answers questions about facts over ZeroMQ, read-only, while "
                 "factmill-ingest writes. Waits for the database when it is "
                 "not there yet.",
        .keys = keys,
        .key_count = sizeof keys / sizeof keys[0],
        .values = &service.settings,
    };
    int status = 0;

    if (fm_config_start(&config, argc, argv, &status)) {
        if (config.first_argument < argc) {
            (void)fprintf(stderr,
                          "factmill-query: \"%s\" is no flag; try --help\n",
                          argv[config.first_argument]);
            status = EX_USAGE;
        } else if (service.settings.data == NULL ||
                   service.settings.data[0] == '\0') {
            (void)fputs("factmill-query: --data DIR is needed\n", stderr);
            status = EX_USAGE;
        } else {
            status = run(&service);
        }
    }
    fm_config_release(&config);
    return status;
}
