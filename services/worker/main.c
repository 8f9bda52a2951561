/* factmill-worker: takes articles from factmill-ingest, reads them one after
 * the other, hands the facts back. Keeps nothing; may be killed at any time. */
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "worker/desk.h"
#include "worker/guard.h"
#include "worker/link.h"
#include "worker/reader.h"
#include "worker/settings.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* How long the last results may take to be confirmed. */
#define GOODBYE_MS 5000u

struct worker {
    struct fm_settings settings;
    char name[128];
    struct fm_reader reader;
    struct fm_desk desk;
    struct fm_link link;
    struct fm_buf result;
    int signals;
    bool stopping;
};

static enum fm_error catch_signals(struct worker *w, struct fm_why *why)
{
    sigset_t set;

    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGINT);
    (void)pthread_sigmask(SIG_BLOCK, &set, NULL);
    w->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return w->signals >= 0 ? FM_OK : fm_fail_errno(errno, why, "signalfd");
}

static bool was_told_to_stop(struct worker *w)
{
    struct signalfd_siginfo info;

    if (read(w->signals, &info, sizeof info) > 0)
        w->stopping = true;
    return w->stopping;
}

/* Host, process and moment: nobody has had this name before. */
static void make_name(struct worker *w)
{
    char host[64] = "worker";

    if (w->settings.name[0] != '\0') {
        (void)snprintf(w->name, sizeof w->name, "%s", w->settings.name);
        return;
    }
    if (gethostname(host, sizeof host - 1) != 0)
        host[0] = '\0';
    (void)snprintf(w->name, sizeof w->name, "%s-%ld-%llx", host, (long)getpid(),
                   (unsigned long long)fm_wall_us());
}

static enum fm_error start(struct worker *w, struct fm_why *why)
{
    const struct fm_settings *s = &w->settings;
    struct fm_security security = {0};
    struct fm_link_options options = {
        .endpoint = s->connect,
        .security = &security,
        .name = w->name,
        .prefetch = (uint32_t)s->prefetch,
    };
    enum fm_error e = fm_guard_parent((pid_t)s->parent, why);

    if (e == FM_OK)
        e = fm_guard_memory(s->memory, why);
    if (e == FM_OK)
        e = fm_guard_nice(s->nice, why);
    if (e == FM_OK)
        e = fm_guard_timer(s->article_timeout_ms, why);
    if (e == FM_OK)
        e = catch_signals(w, why);
    if (e == FM_OK)
        e = fm_reader_init(&w->reader, s->model[0] != '\0' ? s->model : NULL,
                           why);
    if (e == FM_OK)
        e = fm_security_of_client(s->key, s->server_key, s->allow_plaintext,
                                  why, &security);
    if (e != FM_OK)
        return e;
    options.extractor = fm_reader_version(&w->reader);
    e = fm_link_open(&w->link, &options, &w->desk, why);
    fm_security_wipe(&security);
    return e;
}

/* Only a worker without memory cannot even report: then its end is the report. */
static enum fm_error finish(struct worker *w, enum fm_error error)
{
    if (error == FM_OK)
        error = fm_desk_finish(&w->desk, &w->result);
    fm_desk_taken(&w->desk);
    return error;
}

static void wait_for_something(struct worker *w)
{
    struct pollfd fds[] = {
        {.fd = fm_link_fd(&w->link), .events = POLLIN},
        {.fd = w->signals, .events = POLLIN},
    };

    (void)poll(fds, 2, (int)fm_link_due_ms(&w->link));
}

static enum fm_error work(struct worker *w)
{
    enum fm_error e = FM_OK;

    while (e == FM_OK && !was_told_to_stop(w)) {
        const Factmill__V1__Lease *lease;

        fm_link_step(&w->link);
        lease = fm_desk_next(&w->desk);
        if (lease == NULL) {
            wait_for_something(w);
            continue;
        }
        e = finish(w, fm_reader_run(&w->reader, lease, &w->result));
    }
    return e;
}

/* Hands back what was not begun and waits until all is confirmed. */
static void say_goodbye(struct worker *w)
{
    uint64_t until = fm_now_ms() + GOODBYE_MS;
    const Factmill__V1__Lease *lease;

    fm_link_stop(&w->link);
    while ((lease = fm_desk_next(&w->desk)) != NULL)
        if (finish(w, fm_reader_decline(lease->lease, &w->result)) != FM_OK)
            return;
    while (!fm_link_empty(&w->link) && fm_now_ms() < until) {
        fm_link_step(&w->link);
        if (!fm_link_empty(&w->link))
            wait_for_something(w);
        was_told_to_stop(w); /* once is enough */
    }
}

static int run(struct worker *w)
{
    struct fm_why why = FM_WHY_INIT;
    enum fm_error e;

    make_name(w);
    fm_buf_init(&w->result, FM_LIMIT_WORK_BODY);
    e = start(w, &why);
    if (e == FM_OK) {
        fm_log(FM_LOG_DEBUG, "working", FM_LOG_Z("worker", w->name),
               FM_LOG_Z("extractor", fm_reader_version(&w->reader)),
               FM_LOG_END);
        e = work(w);
        if (e == FM_OK)
            say_goodbye(w);
        else
            fm_log_failure(FM_LOG_ERROR, "cannot go on", e, NULL);
    } else
        (void)fprintf(stderr, "factmill-worker: %s\n", fm_why_text(&why, e));
    fm_link_close(&w->link);
    fm_desk_release(&w->desk);
    fm_reader_release(&w->reader);
    fm_buf_release(&w->result);
    return fm_error_exit(e);
}

int main(int argc, char **argv)
{
    struct worker w = {0};
    struct fm_config config;
    enum fm_log_level level = FM_LOG_INFO;
    int status = 0;

    if (fm_settings_load(argc, argv, &config, &w.settings, &status)) {
        (void)fm_log_level_parse(fm_str(w.settings.log_level), &level);
        fm_log_setup(level, fm_str_eqz(fm_str(w.settings.log_format), "json"),
                     "factmill-worker");
        status = run(&w);
    }
    fm_config_release(&config);
    return status;
}
