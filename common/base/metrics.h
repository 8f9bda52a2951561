/* Numbers for /metrics, in Prometheus' text format 0.0.4. Metrics are static
 * objects of the module that counts; the service lists those it shows. Adding
 * is one atomic operation, from any thread. */
#ifndef FM_BASE_METRICS_H
#define FM_BASE_METRICS_H

#include "base/buf.h"

#include <stdatomic.h>

/* Upper bounds of a histogram of seconds, in microseconds; the last bucket is
 * +Inf. */
#define FM_METRIC_BUCKETS 14

enum fm_metric_kind {
    FM_METRIC_COUNTER,
    FM_METRIC_GAUGE,
    FM_METRIC_SECONDS, /* histogram */
};

struct fm_metric {
    enum fm_metric_kind kind;
    const char *name;   /* "factmill_ingest_acked_total" */
    const char *labels; /* "state=\"pending\"" or NULL; same names adjacent */
    const char *help;
    atomic_ullong value;
    atomic_ullong sum; /* microseconds, of a histogram */
    atomic_ullong buckets[FM_METRIC_BUCKETS];
};

#define FM_METRIC(k, n, l, h)                          \
 {                                                     \
  .kind = (k), .name = (n), .labels = (l), .help = (h) \
 }

void fm_metric_add(struct fm_metric *metric, uint64_t n);
void fm_metric_set(struct fm_metric *metric, uint64_t value);
void fm_metric_observe_us(struct fm_metric *metric, uint64_t us);
uint64_t fm_metric_get(const struct fm_metric *metric);
/* Appends all in the order given; HELP and TYPE once for each name. */
void fm_metrics_render(struct fm_metric *const *metrics, size_t n,
                       struct fm_buf *out);

#endif
