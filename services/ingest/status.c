#include "ingest/status.h"

#include "base/clock.h"
#include "base/log.h"
#include "factmill/v1/ingest.pb-c.h"
#include "ingest/intake.h"
#include "ingest/letters.h"
#include "ingest/supervisor.h"
#include "rpc/clients.h"
#include "rpc/stats.h"

#include <dirent.h>
#include <sys/resource.h>

static uint64_t oldest_age_ms(const struct fm_store_counts *counts)
{
    int64_t age = fm_wall_us() - counts->oldest_pending_us;

    /* A clock that was set back gives no negative ages. */
    return counts->oldest_pending_us == 0 || age < 0 ? 0 : (uint64_t)age / 1000;
}

void fm_status_get(void *user, void *thread_state, struct fm_rpc_call *call,
                   const ProtobufCMessage *request)
{
    const struct fm_status *s = user;
    Factmill__V1__GetStatusResponse r;
    struct fm_store_counts counts;
    enum fm_gate_state gate = fm_gate_look(s->gate);

    (void)thread_state;
    (void)request;
    fm_committer_counts(s->committer, &counts);
    factmill__v1__get_status_response__init(&r);
    r.pending = counts.pending;
    r.leased = counts.leased;
    r.done = counts.done;
    r.dead = counts.dead;
    r.skipped = counts.skipped;
    r.pending_bytes = counts.pending_bytes;
    r.oldest_age_ms = oldest_age_ms(&counts);
    r.facts = counts.facts;
    r.sequence = counts.sequence;
    r.pushes_per_second = fm_rate_per_second(s->pushes);
    r.articles_per_second = fm_rate_per_second(s->articles);
    r.workers = atomic_load(&s->dispatch->active);
    r.high_mark_articles = s->gate->high_articles;
    r.high_mark_bytes = s->gate->high_bytes;
    r.max_message_bytes = s->max_message_bytes;
    r.wal_bytes = counts.wal_bytes;
    r.refusing = gate != FM_GATE_OPEN;
    r.refusing_reason = fm_unconst(fm_gate_reason(gate));
    r.paused = atomic_load(&s->dispatch->paused);
    r.version = fm_unconst(FM_VERSION);
    r.uptime_ms = fm_now_ms() - s->started_ms;
    fm_rpc_reply_message(call, &r.base);
}

/* Alive = the process answers; it touches neither store nor locks. */
/* NOLINTNEXTLINE(readability-non-const-parameter): as rpc/http.h has it */
bool fm_status_live(void *user, char reason[64])
{
    (void)user;
    (void)reason;
    return true;
}

/* A full backlog is normal operation: producers are told to slow down. */
bool fm_status_ready(void *user, char reason[64])
{
    const struct fm_status *s = user;
    enum fm_gate_state gate = FM_GATE_OPEN;
    struct fm_load load;

    fm_committer_load(s->committer, &load);
    if (atomic_load(&s->stopping))
        gate = FM_GATE_DRAIN;
    else if (load.full_since_ms != 0)
        gate = FM_GATE_DISK;
    (void)snprintf(reason, 64, "%s", fm_gate_reason(gate));
    return gate == FM_GATE_OPEN;
}

static struct fm_metric *const counters[] = {
    &fm_metric_acked,
    &fm_metric_pulled,
    &fm_metric_duplicates,
    &fm_metric_refused_invalid,
    &fm_metric_refused_busy,
    &fm_metric_buried,
    &fm_metric_commits,
    &fm_metric_commit_commands,
    &fm_metric_commit_seconds,
    &fm_metric_checkpoint_seconds,
    &fm_metric_leases,
    &fm_metric_settled_done,
    &fm_metric_settled_skipped,
    &fm_metric_settled_retry,
    &fm_metric_settled_dead,
    &fm_metric_settled_stale,
    &fm_metric_extract_seconds,
    &fm_metric_worker_restarts,
    &fm_clients_reload_done,
    &fm_clients_reload_failed,
    &fm_metric_letters_replayed,
    &fm_metric_letters_discarded,
};

static uint64_t count_fds(void)
{
    DIR *dir = opendir("/proc/self/fd");
    uint64_t n = 0;

    if (dir == NULL)
        return 0;
    while (readdir(dir) != NULL) /* NOLINT(concurrency-mt-unsafe): own DIR */
        n++;
    (void)closedir(dir);
    return n > 3 ? n - 3 : 0; /* ".", ".." and this very one */
}

struct gauge {
    const char *name;
    const char *labels; /* NULL = none */
    const char *kind;
    const char *help; /* NULL = the name's second line */
    double value;
};

static void show(const struct gauge *gauges, size_t n, struct fm_buf *out)
{
    for (size_t i = 0; i < n; i++) {
        const struct gauge *g = &gauges[i];

        if (g->help != NULL)
            fm_buf_printf(out, "# HELP factmill_%s %s\n# TYPE factmill_%s %s\n",
                          g->name, g->help, g->name, g->kind);
        fm_buf_printf(out, "factmill_%s%s%s%s %.15g\n", g->name,
                      g->labels != NULL ? "{" : "",
                      g->labels != NULL ? g->labels : "",
                      g->labels != NULL ? "}" : "", g->value);
    }
}

static void show_store(const struct fm_status *s, struct fm_buf *out)
{
    struct fm_store_counts c;

    fm_committer_counts(s->committer, &c);
    {
        const struct gauge gauges[] = {
            {"queue_depth", "state=\"pending\"", "gauge", "Articles by state.",
             (double)c.pending},
            {"queue_depth", "state=\"leased\"", "gauge", NULL,
             (double)c.leased},
            {"articles", "state=\"done\"", "gauge", "Articles that were read.",
             (double)c.done},
            {"articles", "state=\"skipped\"", "gauge", NULL, (double)c.skipped},
            {"articles", "state=\"dead\"", "gauge", NULL, (double)c.dead},
            {"queue_bytes", NULL, "gauge", "Bytes of the articles that wait.",
             (double)c.pending_bytes},
            {"queue_oldest_age_seconds", NULL, "gauge",
             "Age of the oldest article that waits.",
             (double)oldest_age_ms(&c) / 1000.0},
            {"dead_letters", NULL, "gauge",
             "What could not be read or extracted.", (double)c.dead_letters},
            {"facts", NULL, "gauge", "Facts in force.", (double)c.facts},
            {"changes", NULL, "gauge", "Number of the last change to facts.",
             (double)c.sequence},
            {"wal_bytes", NULL, "gauge", "Size of the write-ahead log.",
             (double)c.wal_bytes},
        };

        show(gauges, sizeof gauges / sizeof *gauges, out);
    }
}

static void show_process(const struct fm_status *s, struct fm_buf *out)
{
    struct fm_rpc_stats rpc;
    struct fm_rpc_stats work;
    struct rlimit fds = {0};

    fm_rpc_server_stats(s->front, &rpc);
    fm_rpc_server_stats(s->work, &work);
    (void)getrlimit(RLIMIT_NOFILE, &fds);
    /* Whoever comes to either is looked at by the same rules. */
    rpc.refused_keys += work.refused_keys;
    rpc.unauthorised += work.unauthorised;
    rpc.limited += work.limited;
    fm_rpc_stats_show(&rpc, out);
    {
        const struct gauge gauges[] = {
            {"workers", NULL, "gauge", "Workers that asked for work lately.",
             (double)atomic_load(&s->dispatch->active)},
            {"paused", NULL, "gauge", "1 = no work is handed out.",
             atomic_load(&s->dispatch->paused) ? 1.0 : 0.0},
            {"refusing", NULL, "gauge", "1 = pushes are refused.",
             fm_gate_state(s->gate) != FM_GATE_OPEN ? 1.0 : 0.0},
            {"fds", NULL, "gauge", "Open file descriptors.",
             (double)count_fds()},
            {"fds_max", NULL, "gauge", "Limit of file descriptors.",
             (double)fds.rlim_cur},
            {"uptime_seconds", NULL, "gauge", "Since the start.",
             (double)(fm_now_ms() - s->started_ms) / 1000.0},
            {"build_info", "version=\"" FM_VERSION "\"", "gauge",
             "Version of the program.", 1.0},
        };

        show(gauges, sizeof gauges / sizeof *gauges, out);
    }
}

void fm_status_metrics(void *user, struct fm_buf *out)
{
    const struct fm_status *s = user;

    fm_metrics_render(counters, sizeof counters / sizeof *counters, out);
    show_store(s, out);
    show_process(s, out);
}
