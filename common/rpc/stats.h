/* What a server has counted, for /metrics (Prometheus' text format 0.0.4). */
#ifndef FM_RPC_STATS_H
#define FM_RPC_STATS_H

#include "base/buf.h"
#include "rpc/server.h"

/* "factmill_rpc_open 3", with HELP and TYPE; all of it, in the order of struct
 * fm_rpc_stats. */
void fm_rpc_stats_show(const struct fm_rpc_stats *stats, struct fm_buf *out);

#endif
