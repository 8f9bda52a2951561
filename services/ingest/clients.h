/* Who is let in, by which key: read at start and again at SIGHUP. */
#ifndef FM_INGEST_CLIENTS_H
#define FM_INGEST_CLIENTS_H

#include "base/log.h"
#include "base/metrics.h"
#include "ingest/settings.h"
#include "rpc/auth.h"

struct fm_clients {
    struct fm_security security; /* until fm_clients_bound */
    struct fm_auth *auth;        /* NULL: everybody may do everything */
    struct fm_log_pace refusals;
};

enum fm_error fm_clients_open(struct fm_clients *clients,
                              const struct fm_settings *settings,
                              struct fm_why *why);
/* The servers have copies of the secret key: forgets it here. */
void fm_clients_bound(struct fm_clients *clients);
/* Reads the file again; false, and a line in the log, when it is not in order or
 * there is none: then all stays as it was. */
bool fm_clients_reload(struct fm_clients *clients,
                       const struct fm_settings *settings);
void fm_clients_close(struct fm_clients *clients);
/* For struct fm_rpc_server_options; user is the struct fm_clients. */
void fm_clients_refused(void *user, struct fm_str key, struct fm_str address);

extern struct fm_metric fm_metric_reload_done;
extern struct fm_metric fm_metric_reload_failed;

#endif
