/* What factmill-query counts. */
#ifndef FM_QUERY_METRICS_H
#define FM_QUERY_METRICS_H

#include "base/error.h"
#include "base/metrics.h"
#include "rpc/server.h"

/* Facts sent by exports. */
extern struct fm_metric fm_query_exported;
/* Reads stopped because they took too long. */
extern struct fm_metric fm_query_interrupted;
/* Watches open, facts sent to them; changes that the hub looked at, and the time
 * that each of its looks took. */
extern struct fm_metric fm_query_watches;
extern struct fm_metric fm_query_watched;
extern struct fm_metric fm_query_followed;
extern struct fm_metric fm_query_follow;
/* 1 when the database is open. */
extern struct fm_metric fm_query_database;

/* Names the methods ("GetFact"), once, before any call. At most
 * FM_QUERY_METHODS. */
#define FM_QUERY_METHODS 16u
void fm_query_metrics_init(const char *const *methods, size_t n);
/* One call of a method ("/factmill.v1.Query/GetFact") that ended by error after
 * us microseconds. Any thread. */
void fm_query_count(const char *method, enum fm_error error, uint64_t us);
/* All of them, and what the server has counted, as text. One thread at a time. */
void fm_query_metrics_render(const struct fm_rpc_stats *stats,
                             struct fm_buf *out);

#endif
