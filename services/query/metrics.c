#include "query/metrics.h"

#include "base/str.h"
#include "query/clients.h"
#include "rpc/status.h"

#define CODES        17u
#define LABEL_LENGTH 80u

struct fm_metric fm_query_exported =
    FM_METRIC(FM_METRIC_COUNTER, "factmill_query_exported_facts_total", NULL,
              "Facts sent by ExportFacts.");
struct fm_metric fm_query_interrupted =
    FM_METRIC(FM_METRIC_COUNTER, "factmill_query_interrupted_reads_total", NULL,
              "Reads stopped because they took too long.");
struct fm_metric fm_query_watches = FM_METRIC(
    FM_METRIC_GAUGE, "factmill_query_watches", NULL, "Watches that are open.");
struct fm_metric fm_query_watched =
    FM_METRIC(FM_METRIC_COUNTER, "factmill_query_watched_facts_total", NULL,
              "Facts sent by WatchFacts.");
struct fm_metric fm_query_followed =
    FM_METRIC(FM_METRIC_COUNTER, "factmill_query_followed_changes_total", NULL,
              "Changes tested against the watches.");
struct fm_metric fm_query_follow =
    FM_METRIC(FM_METRIC_SECONDS, "factmill_query_follow_seconds", NULL,
              "Time to test a batch of changes against the watches.");
struct fm_metric fm_query_database =
    FM_METRIC(FM_METRIC_GAUGE, "factmill_query_database", NULL,
              "1 when the database is open, 0 while it is waited for.");

/* What the server counts for itself; copied when it is asked for. */
static struct fm_metric begun =
    FM_METRIC(FM_METRIC_COUNTER, "factmill_rpc_begun_total", NULL,
              "Calls begun, by any method.");
static struct fm_metric failed =
    FM_METRIC(FM_METRIC_COUNTER, "factmill_rpc_failed_total", NULL,
              "Calls that ended with an error.");
static struct fm_metric open_now =
    FM_METRIC(FM_METRIC_GAUGE, "factmill_rpc_open", NULL, "Calls in progress.");
static struct fm_metric malformed =
    FM_METRIC(FM_METRIC_COUNTER, "factmill_dropped_total",
              "reason=\"malformed\"", "Messages that could not be answered.");
static struct fm_metric peer_gone =
    FM_METRIC(FM_METRIC_COUNTER, "factmill_dropped_total",
              "reason=\"peer_gone\"", "Messages that could not be answered.");

static struct fm_metric refused_keys =
    FM_METRIC(FM_METRIC_COUNTER, "factmill_refused_keys_total", NULL,
              "Connections of clients whose key is not known.");
static struct fm_metric unauthorised =
    FM_METRIC(FM_METRIC_COUNTER, "factmill_unauthorised_total", NULL,
              "Calls without the key or role for them.");
static struct fm_metric limited =
    FM_METRIC(FM_METRIC_COUNTER, "factmill_rate_limited_total", NULL,
              "Calls past the limit of their client.");
static struct fm_metric full =
    FM_METRIC(FM_METRIC_GAUGE, "factmill_connections_full", NULL,
              "1 = no new client is let in, descriptors are scarce.");
static struct fm_metric turned_away =
    FM_METRIC(FM_METRIC_COUNTER, "factmill_turned_away_total", NULL,
              "Clients for whom there was no descriptor at all.");

/* Metrics are static objects of the module that counts (base/metrics.h). */
static struct {
    const char *methods[FM_QUERY_METHODS];
    size_t method_count;
    struct fm_metric seconds[FM_QUERY_METHODS];
    struct fm_metric calls[FM_QUERY_METHODS][CODES];
    char second_labels[FM_QUERY_METHODS][LABEL_LENGTH];
    char call_labels[FM_QUERY_METHODS][CODES][LABEL_LENGTH];
} counted;

void fm_query_metrics_init(const char *const *methods, size_t n)
{
    counted.method_count = n < FM_QUERY_METHODS ? n : FM_QUERY_METHODS;
    for (size_t i = 0; i < counted.method_count; i++) {
        struct fm_metric *seconds = &counted.seconds[i];

        counted.methods[i] = methods[i];
        (void)snprintf(counted.second_labels[i], LABEL_LENGTH, "method=\"%s\"",
                       methods[i]);
        seconds->kind = FM_METRIC_SECONDS;
        seconds->name = "factmill_rpc_duration_seconds";
        seconds->labels = counted.second_labels[i];
        seconds->help = "Time from a handler's begin to its reply.";
        for (uint32_t code = 0; code < CODES; code++) {
            struct fm_metric *calls = &counted.calls[i][code];

            (void)snprintf(counted.call_labels[i][code], LABEL_LENGTH,
                           "method=\"%s\",code=\"%s\"", methods[i],
                           fm_status_name(code));
            calls->kind = FM_METRIC_COUNTER;
            calls->name = "factmill_rpc_calls_total";
            calls->labels = counted.call_labels[i][code];
            calls->help = "Calls ended, by method and status code.";
        }
    }
}

void fm_query_count(const char *method, enum fm_error error, uint64_t us)
{
    const char *name = strrchr(method, '/');
    uint32_t code = fm_status_code(error);

    for (size_t i = 0; name != NULL && i < counted.method_count; i++) {
        if (strcmp(name + 1, counted.methods[i]) != 0)
            continue;
        fm_metric_observe_us(&counted.seconds[i], us);
        if (code < CODES)
            fm_metric_add(&counted.calls[i][code], 1);
        return;
    }
}

void fm_query_metrics_render(const struct fm_rpc_stats *stats,
                             struct fm_buf *out)
{
    struct fm_metric *shown[FM_QUERY_METHODS * (CODES + 1) + 19] = {
        &begun,        &failed,       &open_now, &malformed, &peer_gone,
        &refused_keys, &unauthorised, &limited,  &full,      &turned_away};
    size_t n = 10;

    fm_metric_set(&begun, stats->calls);
    fm_metric_set(&failed, stats->failed);
    fm_metric_set(&open_now, stats->open);
    fm_metric_set(&malformed, stats->malformed);
    fm_metric_set(&peer_gone, stats->dropped_replies);
    fm_metric_set(&refused_keys, stats->refused_keys);
    fm_metric_set(&unauthorised, stats->unauthorised);
    fm_metric_set(&limited, stats->limited);
    fm_metric_set(&full, stats->full);
    fm_metric_set(&turned_away, stats->turned_away);
    shown[n++] = &fm_query_database;
    shown[n++] = &fm_query_exported;
    shown[n++] = &fm_query_interrupted;
    shown[n++] = &fm_query_watches;
    shown[n++] = &fm_query_watched;
    shown[n++] = &fm_query_followed;
    shown[n++] = &fm_query_follow;
    shown[n++] = &fm_query_reload_done;
    shown[n++] = &fm_query_reload_failed;
    for (size_t i = 0; i < counted.method_count; i++)
        shown[n++] = &counted.seconds[i];
    /* Codes that never occurred are left out, OK excepted. */
    for (size_t i = 0; i < counted.method_count; i++)
        for (size_t code = 0; code < CODES; code++)
            if (code == 0 || fm_metric_get(&counted.calls[i][code]) > 0)
                shown[n++] = &counted.calls[i][code];
    fm_metrics_render(shown, n, out);
}
