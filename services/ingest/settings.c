#include "ingest/settings.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/parse.h"
#include "rpc/auth.h"
#include "rpc/endpoint.h"

#include <unistd.h>

/* More would not run at once on any machine this is for. */
#define WORKERS_MAX 256u
#define GIB         (1ull << 30)

#define KEY(n, t, d, lo, hi, member, m, h)                                 \
 {                                                                         \
  .name = (n), .type = (t), .fallback = (d), .min = (lo), .max = (hi),     \
  .offset = offsetof(struct fm_settings, member), .meta = (m), .help = (h) \
 }
#define CHOICE(n, d, c, member, h)                                            \
 {                                                                            \
  .name = (n), .type = FM_CONFIG_CHOICE, .fallback = (d), .choices = (c),     \
  .offset = offsetof(struct fm_settings, member), .meta = "WORD", .help = (h) \
 }

static const struct fm_config_key keys[] = {
    KEY("data", FM_CONFIG_STRING, NULL, 0, 0, data, "DIR",
        "where the database lives; made when missing"),
    KEY("listen", FM_CONFIG_STRING, "tcp://127.0.0.1:7411", 0, 0, listen, "EP",
        "where producers call (ROUTER); several by commas"),
    KEY("pull", FM_CONFIG_STRING, "tcp://127.0.0.1:7412", 0, 0, pull, "EP",
        "where PUSH sockets deliver, unacknowledged; \"none\" = nowhere"),
    KEY("work", FM_CONFIG_STRING, NULL, 0, 0, work, "EP",
        "where workers call; empty = ipc://DIR/work.sock; several by commas"),
    KEY("http", FM_CONFIG_STRING, "127.0.0.1:7413", 0, 0, http, "ADDR:PORT",
        "/metrics, /livez and /readyz; \"none\" = nowhere"),
    KEY("secret-key", FM_CONFIG_STRING, NULL, 0, 0, secret_key, "FILE",
        "secret key of this server (factmill keygen), or credential:NAME; "
        "then tcp is encrypted (CURVE)"),
    KEY("client-keys", FM_CONFIG_STRING, NULL, 0, 0, client_keys, "FILE",
        "who is let in: NAME ROLES KEY [calls=N] [bytes=SIZE] a line; read "
        "again at SIGHUP"),
    KEY("allow-plaintext", FM_CONFIG_BOOL, "false", 0, 0, allow_plaintext,
        "yes|no",
        "take tcp endpoints off this machine without keys: anybody on the way "
        "can read, and anybody there can call"),
    KEY("workers", FM_CONFIG_STRING, "auto", 0, 0, workers, "N",
        "local workers to run; auto = one for each core; 0 = only others'"),
    KEY("worker-program", FM_CONFIG_STRING, NULL, 0, 0, worker_program, "FILE",
        "what to run; empty = factmill-worker beside this program"),
    KEY("model", FM_CONFIG_STRING, NULL, 0, 0, model, "FILE",
        "model of the local workers; empty = the usual places"),
    KEY("high-mark-articles", FM_CONFIG_U64, "1000000", 1, 1ull << 40,
        high_mark_articles, "N", "refuse pushes when so many articles wait"),
    KEY("low-mark-articles", FM_CONFIG_U64, "0", 0, 1ull << 40,
        low_mark_articles, "N", "accept again below; 0 = nine tenths of high"),
    KEY("high-mark-bytes", FM_CONFIG_SIZE, "4G", 1, 1ull << 50, high_mark_bytes,
        "BYTES", "refuse pushes when so many bytes wait"),
    KEY("low-mark-bytes", FM_CONFIG_SIZE, "0", 0, 1ull << 50, low_mark_bytes,
        "BYTES", "accept again below; 0 = nine tenths of high"),
    KEY("max-wal-bytes", FM_CONFIG_SIZE, "256M", 32u << 20, 1ull << 50,
        max_wal_bytes, "BYTES",
        "how long a reader may make the write-ahead log; pushes are refused "
        "and no articles handed to workers from three quarters of it on"),
    KEY("commit-articles", FM_CONFIG_U64, "512", 1, 65536, commit_articles, "N",
        "articles in one commit, at most"),
    KEY("commit-bytes", FM_CONFIG_SIZE, "1M", 1, GIB, commit_bytes, "BYTES",
        "bytes in one commit, at most (one article may be larger)"),
    KEY("commit-window", FM_CONFIG_DURATION, "2ms", 0, 1000, commit_window_ms,
        "TIME", "how long one commit may gather while more keeps coming"),
    KEY("gather-results", FM_CONFIG_U64, "256", 1, 65536, gather_results, "N",
        "results of workers that wait for a commit of their own, at most"),
    KEY("gather-time", FM_CONFIG_DURATION, "50ms", 0, 1000, gather_ms, "TIME",
        "how long they wait for more of them, at most"),
    KEY("max-message-bytes", FM_CONFIG_SIZE, "4M", 4096, FM_LIMIT_BODY_HARD,
        max_message_bytes, "BYTES", "largest body of a call"),
    KEY("max-memory", FM_CONFIG_SIZE, "512M", 0, UINT64_MAX >> 1, max_memory,
        "BYTES",
        "past it those who send the most lose their connections; 0: none "
        "does"),
    KEY("max-text-bytes", FM_CONFIG_SIZE, "1M", 1, FM_LIMIT_BODY_HARD,
        max_text_bytes, "BYTES", "longest text of an article"),
    KEY("max-attempts", FM_CONFIG_U64, "3", 1, 100, max_attempts, "N",
        "attempts to extract before an article is a dead letter"),
    KEY("lease-time", FM_CONFIG_DURATION, "1m", 100, 86400000, lease_ms, "TIME",
        "how long a worker may keep an article without a sign of progress"),
    KEY("article-timeout", FM_CONFIG_DURATION, "20s", 100, 86400000,
        article_timeout_ms, "TIME",
        "what a local worker spends on one article"),
    KEY("worker-memory", FM_CONFIG_SIZE, "2G", 0, 1ull << 50, worker_memory,
        "BYTES", "address space of a local worker; 0 = no limit"),
    KEY("drain-timeout", FM_CONFIG_DURATION, "30s", 0, 3600000, drain_ms,
        "TIME", "how long SIGTERM waits for work in progress"),
    CHOICE("log-level", "info", "debug|info|warn|error", log_level,
           "the least that is logged"),
    CHOICE("log-format", "logfmt", "logfmt|json", log_format,
           "how lines on stderr look"),
};

static enum fm_error count_workers(struct fm_settings *s, struct fm_why *why)
{
    uint64_t n = 0;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);

    if (fm_str_eqz(fm_str(s->workers), "auto"))
        n = cores < 1 ? 1 : (uint64_t)cores;
    else if (fm_parse_u64(fm_str(s->workers), &n) != FM_OK)
        return fm_fail(FM_ECONFIG, why, NULL,
                       "workers: \"%s\" is neither a number nor \"auto\"",
                       s->workers);
    s->worker_count = n > WORKERS_MAX ? WORKERS_MAX : (uint32_t)n;
    return FM_OK;
}

/* Local workers call over ipc, where no keys are needed, unless tcp does as well:
 * plain, on loopback. */
static bool serves_local_workers(const char *work, bool has_keys)
{
    char endpoint[FM_ENDPOINT_SIZE] = "";
    struct fm_str rest = fm_str(work);

    return fm_endpoint_next(&rest, endpoint) &&
           fm_endpoint_is_local(endpoint) &&
           (!has_keys || fm_endpoint_path(endpoint) != NULL);
}

static enum fm_error name_work_endpoint(struct fm_settings *s,
                                        struct fm_why *why)
{
    const char *tail = "/work.sock";
    size_t size = sizeof s->work_endpoint;
    int n;

    if (s->work[0] != '\0' &&
        (s->worker_count == 0 ||
         serves_local_workers(s->work, s->secret_key[0] != '\0')))
        n = snprintf(s->work_endpoint, size, "%s", s->work);
    else if (strlen(s->data) + strlen(tail) > FM_ENDPOINT_PATH)
        return fm_fail(FM_ECONFIG, why, NULL,
                       "data: the path is too long for a socket in it (a "
                       "socket's path has at most %u bytes); give a shorter "
                       "one or --work ipc://SHORTER",
                       FM_ENDPOINT_PATH);
    else
        n = snprintf(s->work_endpoint, size, "ipc://%s%s%s%s", s->data, tail,
                     s->work[0] != '\0' ? "," : "", s->work);
    if (n < 0 || (size_t)n >= size)
        return fm_fail(FM_ECONFIG, why, NULL, "work: more than %zu bytes",
                       size - 1);
    return FM_OK;
}

/* The worker lies beside this program, wherever that is. */
static enum fm_error find_program(struct fm_settings *s, struct fm_why *why)
{
    const char *name = "factmill-worker";
    size_t size = sizeof s->program_path;
    ssize_t n;
    char *slash;

    if (s->worker_program[0] != '\0') {
        if (strlen(s->worker_program) >= size)
            return fm_fail(FM_ECONFIG, why, NULL, "worker-program: too long");
        (void)snprintf(s->program_path, size, "%s", s->worker_program);
        return FM_OK;
    }
    n = readlink("/proc/self/exe", s->program_path, size - 1);
    if (n < 0 || (size_t)n >= size - 1)
        n = 0;
    s->program_path[n] = '\0';
    slash = strrchr(s->program_path, '/');
    n = slash != NULL ? slash + 1 - s->program_path : 0;
    if ((size_t)n + strlen(name) >= size)
        return fm_fail(FM_ECONFIG, why, NULL, "worker-program: path too long");
    (void)snprintf(s->program_path + n, size - (size_t)n, "%s", name);
    return FM_OK;
}

static enum fm_error low_mark(uint64_t high, const char *name, uint64_t *low,
                              struct fm_why *why)
{
    if (*low == 0)
        *low = high - high / 10;
    if (*low <= high)
        return FM_OK;
    return fm_fail(FM_ECONFIG, why, NULL, "%s: the low mark is above the high",
                   name);
}

static enum fm_error complete(struct fm_settings *s, struct fm_why *why)
{
    enum fm_error e = FM_OK;

    if (s->data[0] == '\0')
        return fm_fail(FM_ECONFIG, why, NULL,
                       "data: say where the database lives: --data DIR");
    if (e == FM_OK)
        e = count_workers(s, why);
    if (e == FM_OK)
        e = name_work_endpoint(s, why);
    if (e == FM_OK)
        e = find_program(s, why);
    if (e == FM_OK)
        e = low_mark(s->high_mark_articles, "low-mark-articles",
                     &s->low_mark_articles, why);
    if (e == FM_OK)
        e = low_mark(s->high_mark_bytes, "low-mark-bytes", &s->low_mark_bytes,
                     why);
    return e;
}

/* So that a file of clients can be tried before SIGHUP. */
static enum fm_error check_keys(const struct fm_settings *s, struct fm_why *why)
{
    struct fm_security security = {0};
    struct fm_auth *auth = NULL;
    enum fm_error e =
        fm_auth_of_server(s->secret_key, s->client_keys, s->allow_plaintext,
                          why, &security, &auth);

    fm_security_wipe(&security);
    fm_auth_free(auth);
    return e;
}

/* True when the program should go on. */
static bool act(const struct fm_config *config, enum fm_config_action action)
{
    switch (action) {
    case FM_CONFIG_RUN: return true;
    case FM_CONFIG_HELP: fm_config_help(config, stdout); break;
    case FM_CONFIG_VERSION: fm_config_version(config, stdout); break;
    case FM_CONFIG_PRINT: fm_config_print(config, stdout); break;
    case FM_CONFIG_CHECK:
        (void)fputs("factmill-ingest: the configuration is fine\n", stdout);
        break;
    }
    return false;
}

bool fm_settings_load(int argc, char **argv, struct fm_config *config,
                      struct fm_settings *ret_settings, int *ret_exit)
{
    struct fm_why why = FM_WHY_INIT;
    enum fm_config_action action = FM_CONFIG_RUN;
    enum fm_error e;

    *config = (struct fm_config){
        .program = "factmill-ingest",
        .synopsis = "--data DIR [OPTION...]",
        .about = "Takes articles over ZeroMQ, keeps them in DIR/factmill.db, "
                 "hands them to workers and writes the facts they find.",
        .keys = keys,
        .key_count = sizeof keys / sizeof *keys,
        .values = ret_settings,
    };
    e = fm_config_load(config, argc, argv, &why, &action);
    if (e == FM_OK && config->first_argument < argc)
        e = fm_fail(FM_ECONFIG, &why, NULL, "unexpected argument \"%s\"",
                    argv[config->first_argument]);
    if (e == FM_OK && (action == FM_CONFIG_RUN || action == FM_CONFIG_CHECK))
        e = complete(ret_settings, &why);
    if (e == FM_OK && action == FM_CONFIG_CHECK)
        e = check_keys(ret_settings, &why);
    *ret_exit = fm_error_exit(e);
    if (e == FM_OK)
        return act(config, action);
    (void)fprintf(stderr, "factmill-ingest: %s\n", fm_why_text(&why, e));
    return false;
}
