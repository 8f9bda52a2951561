/* The whole service: its parts, how they are wired, started and stopped.
 *
 *   producers → front (ROUTER, PULL) → intake → committer → store
 *   workers   ↔ work (ROUTER) ↔ dispatch ↔ committer
 *   operators → http → status
 */
#ifndef FM_INGEST_SERVICE_H
#define FM_INGEST_SERVICE_H

#include "base/log.h"
#include "ingest/admin.h"
#include "ingest/committer.h"
#include "ingest/dispatch.h"
#include "ingest/gate.h"
#include "ingest/intake.h"
#include "ingest/join.h"
#include "ingest/letters.h"
#include "ingest/rate.h"
#include "ingest/reprocess.h"
#include "ingest/settings.h"
#include "ingest/status.h"
#include "ingest/upkeep.h"
#include "rpc/clients.h"
#include "rpc/http.h"
#include "rpc/server.h"

struct fm_service {
    struct fm_settings settings;
    bool opened;
    struct fm_committer *committer;
    struct fm_dispatch dispatch;
    struct fm_gate gate;
    struct fm_intake intake;
    struct fm_rate pushes;
    struct fm_rate articles;
    struct fm_status status;
    struct fm_admin admin;
    struct fm_letters letters;
    struct fm_reprocess reprocess;
    struct fm_join join;
    struct fm_upkeep upkeep;
    struct fm_rpc_server *front;
    struct fm_rpc_server *work;
    struct fm_http *http;
    struct fm_clients clients;
    struct fm_log_pace refusals;

    /* Where it listens, "" = nowhere. */
    char listen_at[256];
    char pull_at[256];
    char work_at[256];
    uint16_t http_port;
};

/* Opens the store (recovering what the last run left), then binds. settings
 * must be set; fatal is called on the committer's thread when it may not
 * acknowledge any more. On failure call fm_service_close all the same. */
enum fm_error fm_service_open(struct fm_service *service,
                              void (*fatal)(void *user, enum fm_error error,
                                            const struct fm_why *why),
                              void *fatal_user, struct fm_why *why);
/* Reads the keys of clients again: from now on those count. When the file is not
 * in order all stays as it was, and the log says why. */
void fm_service_reload(struct fm_service *service);
/* Health of all that producers and workers see. */
void fm_service_health(struct fm_service *service, bool serving);
/* New calls are refused, workers are told to finish. */
void fm_service_drain(struct fm_service *service);
/* When the local workers are gone: takes back what others still hold, commits
 * what was accepted and sends the replies, within timeout_ms. */
void fm_service_finish(struct fm_service *service, uint64_t timeout_ms);
/* Stops and frees all. checkpoint: moves the write-ahead log first. */
void fm_service_close(struct fm_service *service, bool checkpoint);

#endif
