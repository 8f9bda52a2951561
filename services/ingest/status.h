/* What operators see: GetStatus, /metrics, /livez, /readyz. Numbers only. */
#ifndef FM_INGEST_STATUS_H
#define FM_INGEST_STATUS_H

#include "ingest/committer.h"
#include "ingest/dispatch.h"
#include "ingest/gate.h"
#include "ingest/rate.h"
#include "rpc/server.h"

struct fm_status {
    /* Set by the owner. */
    struct fm_committer *committer;
    struct fm_dispatch *dispatch;
    struct fm_gate *gate;
    struct fm_rate *pushes;
    struct fm_rate *articles;
    struct fm_rpc_server *front; /* where producers call */
    struct fm_rpc_server *work;  /* where workers call */
    uint64_t max_message_bytes;
    atomic_bool stopping; /* readiness goes before the gate shuts */
    uint64_t started_ms;
};

/* Handler of Ingest/GetStatus, to be run on the loop; user is the status. */
fm_rpc_handler fm_status_get;
/* For struct fm_http_options; user is the status. On the HTTP thread. */
bool fm_status_live(void *user, char reason[64]);
bool fm_status_ready(void *user, char reason[64]);
void fm_status_metrics(void *user, struct fm_buf *out);

#endif
