#include "ingest/supervisor.h"

#include "base/clock.h"
#include "base/log.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#define BACKOFF_FIRST_MS 100u
#define BACKOFF_LAST_MS  10000u
#define HEALTHY_MS       60000u

extern char **environ; /* posix: not declared by <unistd.h> without GNU */

struct fm_metric fm_metric_worker_restarts =
    FM_METRIC(FM_METRIC_COUNTER, "factmill_worker_restarts_total", NULL,
              "Local workers that ended and were started again.");

enum fm_error fm_supervisor_init(struct fm_supervisor *supervisor,
                                 const struct fm_supervisor_options *options,
                                 struct fm_why *why)
{
    memset(supervisor, 0, sizeof *supervisor);
    supervisor->options = *options;
    if (options->workers == 0)
        return FM_OK;
    if (access(options->program, X_OK) != 0)
        return fm_fail_errno(errno, why, "cannot run %s (see --worker-program)",
                             options->program);
    supervisor->workers =
        calloc(options->workers, sizeof(struct fm_supervised));
    if (supervisor->workers == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "out of memory");
    return FM_OK;
}

/* Workers get the signals that we blocked, and default actions. */
static int spawn(const char *program, char *const argv[], pid_t *ret_pid)
{
    posix_spawnattr_t attributes;
    sigset_t none;
    sigset_t all;
    int failed = posix_spawnattr_init(&attributes);

    if (failed != 0)
        return failed;
    (void)sigemptyset(&none);
    (void)sigemptyset(&all);
    (void)sigaddset(&all, SIGTERM);
    (void)sigaddset(&all, SIGINT);
    (void)sigaddset(&all, SIGPIPE);
    (void)posix_spawnattr_setsigmask(&attributes, &none);
    (void)posix_spawnattr_setsigdefault(&attributes, &all);
    (void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK |
                                                    POSIX_SPAWN_SETSIGDEF);
    failed = posix_spawn(ret_pid, program, NULL, &attributes, argv, environ);
    (void)posix_spawnattr_destroy(&attributes);
    return failed;
}

/* Without keys, whatever the environment says: it calls over ipc or loopback. */
static void start(struct fm_supervisor *s, uint32_t slot)
{
    const struct fm_supervisor_options *o = &s->options;
    struct fm_supervised *w = &s->workers[slot];
    char parent[24];
    char timeout[24];
    char memory[24];
    const char *argv[] = {
        o->program,
        "--connect",
        o->endpoint,
        "--name",
        w->name,
        "--parent",
        parent,
        "--log-level",
        o->log_level,
        "--log-format",
        o->log_format,
        "--article-timeout",
        timeout,
        "--memory",
        memory,
        "--model",
        o->model,
        "--key",
        "",
        "--server-key",
        "",
        NULL,
    };
    int failed;

    w->generation++;
    (void)snprintf(w->name, sizeof w->name, "local-%u.%u", slot + 1,
                   w->generation);
    (void)snprintf(parent, sizeof parent, "%ld", (long)getpid());
    (void)snprintf(timeout, sizeof timeout, "%llums",
                   (unsigned long long)o->article_timeout_ms);
    (void)snprintf(memory, sizeof memory, "%llu",
                   (unsigned long long)o->memory);
    w->started_ms = fm_now_ms();
    failed = spawn(o->program, fm_unconst(argv), &w->pid);
    if (failed == 0)
        return;
    w->pid = 0;
    w->backoff_ms = BACKOFF_LAST_MS;
    w->start_at_ms = w->started_ms + BACKOFF_LAST_MS;
    {
        struct fm_why why = FM_WHY_INIT;
        enum fm_error e =
            fm_fail_errno(failed, &why, "cannot start %s", o->program);

        fm_log_failure(FM_LOG_ERROR, "a worker could not be started", e, &why);
    }
}

void fm_supervisor_step(struct fm_supervisor *supervisor)
{
    uint64_t now = fm_now_ms();

    for (uint32_t i = 0; i < supervisor->options.workers; i++) {
        struct fm_supervised *w = &supervisor->workers[i];

        if (!supervisor->stopping && w->pid == 0 && w->start_at_ms <= now)
            start(supervisor, i);
    }
}

static void describe(int status, char ret[96])
{
    if (WIFSIGNALED(status))
        (void)snprintf(ret, 96, "the worker was killed by signal %d",
                       WTERMSIG(status));
    else if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        (void)snprintf(ret, 96, "the worker was stopped");
    else
        (void)snprintf(ret, 96, "the worker exited with status %d",
                       WEXITSTATUS(status));
}

static void ended(struct fm_supervisor *s, struct fm_supervised *w, int status)
{
    uint64_t now = fm_now_ms();
    bool cannot_start = WIFEXITED(status) && WEXITSTATUS(status) == EX_CONFIG;
    char how[96];

    describe(status, how);
    if (now - w->started_ms >= HEALTHY_MS)
        w->backoff_ms = 0;
    w->backoff_ms = w->backoff_ms == 0 ? BACKOFF_FIRST_MS : 2 * w->backoff_ms;
    /* A bad setting or a damaged model: it will be the same in a moment. */
    if (w->backoff_ms > BACKOFF_LAST_MS || cannot_start)
        w->backoff_ms = BACKOFF_LAST_MS;
    w->pid = 0;
    w->start_at_ms = now + w->backoff_ms;
    if (!s->stopping) {
        fm_metric_add(&fm_metric_worker_restarts, 1);
        fm_log(cannot_start ? FM_LOG_ERROR : FM_LOG_WARN,
               cannot_start ? "a worker cannot start, its own line says why"
                            : "a worker ended",
               FM_LOG_Z("worker", w->name), FM_LOG_Z("how", how),
               FM_LOG_U64("again_in_ms", w->backoff_ms), FM_LOG_END);
    }
    s->options.gone(s->options.user, w->name, status == 0, how);
}

void fm_supervisor_reap(struct fm_supervisor *supervisor)
{
    for (uint32_t i = 0; i < supervisor->options.workers; i++) {
        struct fm_supervised *w = &supervisor->workers[i];
        int status = 0;

        if (w->pid != 0 && waitpid(w->pid, &status, WNOHANG) == w->pid)
            ended(supervisor, w, status);
    }
}

uint64_t fm_supervisor_due_ms(const struct fm_supervisor *supervisor)
{
    uint64_t now = fm_now_ms();
    uint64_t due = UINT64_MAX;

    for (uint32_t i = 0;
         !supervisor->stopping && i < supervisor->options.workers; i++) {
        const struct fm_supervised *w = &supervisor->workers[i];
        uint64_t left = w->start_at_ms > now ? w->start_at_ms - now : 0;

        if (w->pid == 0 && left < due)
            due = left;
    }
    return due;
}

void fm_supervisor_stop(struct fm_supervisor *supervisor, int signal_number)
{
    supervisor->stopping = true;
    for (uint32_t i = 0; i < supervisor->options.workers; i++)
        if (supervisor->workers[i].pid != 0)
            (void)kill(supervisor->workers[i].pid, signal_number);
}

uint32_t fm_supervisor_running(const struct fm_supervisor *supervisor)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < supervisor->options.workers; i++)
        if (supervisor->workers[i].pid != 0)
            n++;
    return n;
}

void fm_supervisor_release(struct fm_supervisor *supervisor)
{
    if (supervisor->workers == NULL)
        return;
    fm_supervisor_stop(supervisor, SIGKILL);
    for (uint32_t i = 0; i < supervisor->options.workers; i++) {
        int status = 0;

        if (supervisor->workers[i].pid == 0)
            continue;
        while (waitpid(supervisor->workers[i].pid, &status, 0) < 0 &&
               errno == EINTR)
            ;
        ended(supervisor, &supervisor->workers[i], status);
    }
    free(supervisor->workers);
    supervisor->workers = NULL;
}
