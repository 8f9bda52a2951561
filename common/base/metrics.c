#include "base/metrics.h"

/* 50 µs to 10 s. */
static const uint64_t bounds[FM_METRIC_BUCKETS - 1] = {
    50,    100,   250,    500,    1000,    2500,     5000,
    10000, 50000, 100000, 500000, 1000000, 10000000,
};

void fm_metric_add(struct fm_metric *metric, uint64_t n)
{
    atomic_fetch_add_explicit(&metric->value, n, memory_order_relaxed);
}

void fm_metric_set(struct fm_metric *metric, uint64_t value)
{
    atomic_store_explicit(&metric->value, value, memory_order_relaxed);
}

void fm_metric_observe_us(struct fm_metric *metric, uint64_t us)
{
    size_t i = 0;

    while (i < FM_METRIC_BUCKETS - 1 && us > bounds[i])
        i++;
    atomic_fetch_add_explicit(&metric->buckets[i], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&metric->sum, us, memory_order_relaxed);
    fm_metric_add(metric, 1);
}

uint64_t fm_metric_get(const struct fm_metric *metric)
{
    return atomic_load_explicit(&metric->value, memory_order_relaxed);
}

static void render_one(const struct fm_metric *m, const char *suffix,
                       struct fm_buf *out)
{
    bool labels = m->labels != NULL && m->labels[0] != '\0';

    fm_buf_printf(out, "%s%s%s%s%s ", m->name, suffix, labels ? "{" : "",
                  labels ? m->labels : "", labels ? "}" : "");
}

static void render_histogram(const struct fm_metric *m, struct fm_buf *out)
{
    const char *labels = m->labels != NULL ? m->labels : "";
    const char *comma = labels[0] != '\0' ? "," : "";
    unsigned long long below = 0;

    for (size_t i = 0; i < FM_METRIC_BUCKETS; i++) {
        below += atomic_load_explicit(&m->buckets[i], memory_order_relaxed);
        fm_buf_printf(out, "%s_bucket{%s%sle=\"", m->name, labels, comma);
        if (i < FM_METRIC_BUCKETS - 1)
            fm_buf_printf(out, "%g\"} %llu\n", (double)bounds[i] / 1e6, below);
        else
            fm_buf_printf(out, "+Inf\"} %llu\n", below);
    }
    render_one(m, "_sum", out);
    fm_buf_printf(out, "%.6f\n", (double)atomic_load(&m->sum) / 1e6);
    render_one(m, "_count", out);
    fm_buf_printf(out, "%llu\n", below);
}

void fm_metrics_render(struct fm_metric *const *metrics, size_t n,
                       struct fm_buf *out)
{
    static const char *const types[] = {"counter", "gauge", "histogram"};
    const char *last = "";

    for (size_t i = 0; i < n; i++) {
        const struct fm_metric *m = metrics[i];

        if (strcmp(last, m->name) != 0)
            fm_buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", m->name, m->help,
                          m->name, types[m->kind]);
        last = m->name;
        if (m->kind == FM_METRIC_SECONDS) {
            render_histogram(m, out);
        } else {
            render_one(m, "", out);
            fm_buf_printf(out, "%llu\n", (unsigned long long)fm_metric_get(m));
        }
    }
}
