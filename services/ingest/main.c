/* factmill-ingest: reads the configuration, wires the parts, runs until a
 * signal, and stops them in reverse order.
 *
 * Signals are read from a descriptor by the main thread, which also watches
 * the local workers; all other threads have them blocked. */
#include "base/clock.h"
#include "base/log.h"
#include "base/notify.h"
#include "ingest/service.h"
#include "ingest/settings.h"
#include "ingest/supervisor.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

/* How long "not ready" is to be seen before calls are refused, so that a load
 * balancer can look elsewhere first. */
#define UNREADY_MS 100u
/* At the second signal: only what is being committed is waited for. */
#define FAST_MS 500u

struct app {
    struct fm_service service;
    struct fm_supervisor supervisor;
    int signals;    /* signalfd */
    int fatal;      /* eventfd: the committer has given up */
    unsigned stops; /* signals that ask to stop, so far */
    bool reload;    /* SIGHUP came */
    bool failed;    /* fatal was seen */
};

static void on_fatal(void *user, enum fm_error error, const struct fm_why *why)
{
    struct app *app = user;
    uint64_t one = 1;

    (void)error;
    (void)why; /* logged where it happened */
    if (write(app->fatal, &one, sizeof one) < 0)
        _exit(fm_error_exit(FM_EIO));
}

static void worker_gone(void *user, const char *name, bool peaceful,
                        const char *error)
{
    struct app *app = user;

    fm_dispatch_worker_gone(&app->service.dispatch, name, peaceful, error);
}

static enum fm_error catch_signals(struct app *app, struct fm_why *why)
{
    sigset_t set;

    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGCHLD);
    (void)sigaddset(&set, SIGHUP);
    (void)sigaddset(&set, SIGPIPE); /* stays pending: nothing dies of it */
    (void)pthread_sigmask(SIG_BLOCK, &set, NULL);
    (void)sigdelset(&set, SIGPIPE);
    app->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    app->fatal = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (app->signals < 0 || app->fatal < 0)
        return fm_fail_errno(errno, why, "cannot make descriptors");
    return FM_OK;
}

static void read_signals(struct app *app)
{
    struct signalfd_siginfo info;

    while (read(app->signals, &info, sizeof info) == (ssize_t)sizeof info) {
        if (info.ssi_signo == SIGHUP)
            app->reload = true;
        else if (info.ssi_signo != SIGCHLD)
            app->stops++;
    }
    fm_supervisor_reap(&app->supervisor);
}

/* Waits for signals, at most limit_ms, and looks after the workers. */
static void wait_a_while(struct app *app, uint64_t limit_ms)
{
    struct pollfd fds[] = {
        {.fd = app->signals, .events = POLLIN},
        {.fd = app->fatal, .events = POLLIN},
    };
    uint64_t due = fm_supervisor_due_ms(&app->supervisor);

    if (due > limit_ms)
        due = limit_ms;
    if (poll(fds, 2, due > INT32_MAX ? -1 : (int)due) < 0 && errno != EINTR)
        app->failed = true;
    if ((fds[1].revents & POLLIN) != 0)
        app->failed = true;
    read_signals(app);
    if (app->reload)
        fm_service_reload(&app->service);
    app->reload = false;
    fm_supervisor_step(&app->supervisor);
}

static bool in_haste(const struct app *app)
{
    return app->failed || app->stops > 1;
}

/* The first signal came: let work in progress end, refuse what is new. */
static void drain(struct app *app)
{
    uint64_t now = fm_now_ms();
    uint64_t until = now + app->service.settings.drain_ms;
    uint64_t unready = now + UNREADY_MS;

    fm_log(FM_LOG_INFO, "draining", FM_LOG_END);
    fm_notify("STOPPING=1\nSTATUS=Draining");
    fm_service_health(&app->service, false);
    while (!in_haste(app) && (now = fm_now_ms()) < unready)
        wait_a_while(app, unready - now);
    fm_service_drain(&app->service);
    fm_supervisor_stop(&app->supervisor, SIGTERM);
    while (!in_haste(app) && fm_supervisor_running(&app->supervisor) > 0 &&
           (now = fm_now_ms()) < until)
        wait_a_while(app, until - now);
    fm_supervisor_release(&app->supervisor);
    now = fm_now_ms();
    if (in_haste(app) || now >= until)
        fm_service_finish(&app->service, FAST_MS);
    else
        fm_service_finish(&app->service, until - now);
}

static enum fm_error start(struct app *app, struct fm_why *why)
{
    const struct fm_settings *s = &app->service.settings;
    const struct fm_supervisor_options options = {
        .endpoint = app->service.work_at, /* filled when it is bound */
        .program = s->program_path,
        .model = s->model,
        .log_level = s->log_level,
        .log_format = s->log_format,
        .article_timeout_ms = s->article_timeout_ms,
        .memory = s->worker_memory,
        .workers = s->worker_count,
        .gone = worker_gone,
        .user = app,
    };
    enum fm_error e = fm_supervisor_init(&app->supervisor, &options, why);

    if (e == FM_OK)
        e = fm_service_open(&app->service, on_fatal, app, why);
    if (e == FM_OK)
        fm_supervisor_step(&app->supervisor);
    return e;
}

/* As it was asked for; where it is bound when that is for the system to say. */
static const char *place(const char *asked, const char *bound)
{
    size_t len = strlen(asked);

    if (bound[0] == '\0')
        return "none";
    return len > 1 && (asked[len - 1] == '*' ||
                       (asked[len - 1] == '0' && asked[len - 2] == ':'))
               ? bound
               : asked;
}

static void say_ready(const struct app *app)
{
    const struct fm_service *s = &app->service;
    const struct fm_settings *set = &s->settings;

    (void)fprintf(
        stderr, "READY listen=%s pull=%s work=%s http=%u workers=%u\n",
        place(set->listen, s->listen_at), place(set->pull, s->pull_at),
        place(set->work_endpoint, s->work_at), (unsigned)s->http_port,
        set->worker_count);
    fm_notify("READY=1\nSTATUS=Taking articles");
}

static int run(struct app *app)
{
    struct fm_why why = FM_WHY_INIT;
    enum fm_error e = catch_signals(app, &why);

    if (e == FM_OK)
        e = start(app, &why);
    if (e == FM_OK) {
        fm_service_health(&app->service, true);
        say_ready(app);
        while (!app->failed && app->stops == 0)
            wait_a_while(app, UINT64_MAX);
        drain(app);
    } else
        (void)fprintf(stderr, "factmill-ingest: %s\n", fm_why_text(&why, e));
    fm_supervisor_release(&app->supervisor);
    fm_service_close(&app->service, e == FM_OK && !in_haste(app));
    if (e == FM_OK && app->failed)
        e = FM_EIO;
    if (e == FM_OK)
        fm_log(FM_LOG_INFO, "stopped", FM_LOG_END);
    return fm_error_exit(e);
}

int main(int argc, char **argv)
{
    static struct app app; /* large, and outlived by nothing */
    struct fm_config config;
    enum fm_log_level level = FM_LOG_INFO;
    int status = 0;

    (void)umask(0077);
    if (fm_settings_load(argc, argv, &config, &app.service.settings, &status)) {
        const struct fm_settings *s = &app.service.settings;

        (void)fm_log_level_parse(fm_str(s->log_level), &level);
        fm_log_setup(level, fm_str_eqz(fm_str(s->log_format), "json"),
                     "factmill-ingest");
        fm_rpc_raise_limit();
        status = run(&app);
    }
    fm_config_release(&config);
    return status;
}
