#include "rpc/stats.h"

#include <stddef.h>

#define STAT(n, l, k, m, h)                    \
 {                                             \
  n, l, k, offsetof(struct fm_rpc_stats, m), h \
 }

static const struct {
    const char *name;
    const char *labels; /* NULL = none; same names adjacent */
    const char *kind;
    size_t member;
    const char *help;
} STATS[] = {
    STAT("rpc_begun_total", NULL, "counter", calls,
         "Calls begun, by any method."),
    STAT("rpc_failed_total", NULL, "counter", failed,
         "Calls that ended with an error."),
    STAT("rpc_open", NULL, "gauge", open, "Calls in progress."),
    STAT("rpc_held_bytes", NULL, "gauge", held_bytes,
         "Bytes of requests in progress."),
    STAT("dropped_total", "reason=\"malformed\"", "counter", malformed,
         "Messages that could not be answered."),
    STAT("dropped_total", "reason=\"peer_gone\"", "counter", dropped_replies,
         NULL),
    STAT("refused_keys_total", NULL, "counter", refused_keys,
         "Connections of clients whose key is not known."),
    STAT("unauthorised_total", NULL, "counter", unauthorised,
         "Calls and pulled frames without the key or role for them."),
    STAT("rate_limited_total", NULL, "counter", limited,
         "Calls past the limit of their client."),
    STAT("connections_full", NULL, "gauge", full,
         "1 = no new client is let in, descriptors are scarce."),
    STAT("turned_away_total", NULL, "counter", turned_away,
         "Clients for whom there was no descriptor at all."),
    STAT("cut_total", NULL, "counter", cut,
         "Connections ended because there was no more memory."),
};

void fm_rpc_stats_show(const struct fm_rpc_stats *stats, struct fm_buf *out)
{
    for (size_t i = 0; i < sizeof STATS / sizeof *STATS; i++) {
        const char *name = STATS[i].name;
        const char *labels = STATS[i].labels;
        uint64_t value;

        memcpy(&value, (const char *)stats + STATS[i].member, sizeof value);
        if (STATS[i].help != NULL)
            fm_buf_printf(out, "# HELP factmill_%s %s\n# TYPE factmill_%s %s\n",
                          name, STATS[i].help, name, STATS[i].kind);
        fm_buf_printf(out, "factmill_%s%s%s%s %llu\n", name,
                      labels != NULL ? "{" : "", labels != NULL ? labels : "",
                      labels != NULL ? "}" : "", (unsigned long long)value);
    }
}
