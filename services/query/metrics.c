#include "query/metrics.h"

#include "base/str.h"
#include "rpc/clients.h"
#include "rpc/stats.h"
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
    struct fm_metric *shown[FM_QUERY_METHODS * (CODES + 1) + 9];
    size_t n = 0;

    shown[n++] = &fm_query_database;
    shown[n++] = &fm_query_exported;
    shown[n++] = &fm_query_interrupted;
    shown[n++] = &fm_query_watches;
    shown[n++] = &fm_query_watched;
    shown[n++] = &fm_query_followed;
    shown[n++] = &fm_query_follow;
    shown[n++] = &fm_clients_reload_done;
    shown[n++] = &fm_clients_reload_failed;
    for (size_t i = 0; i < counted.method_count; i++)
        shown[n++] = &counted.seconds[i];
    /* Codes that never occurred are left out, OK excepted. */
    for (size_t i = 0; i < counted.method_count; i++)
        for (size_t code = 0; code < CODES; code++)
            if (code == 0 || fm_metric_get(&counted.calls[i][code]) > 0)
                shown[n++] = &counted.calls[i][code];
    fm_rpc_stats_show(stats, out);
    fm_metrics_render(shown, n, out);
}
