#include "ingest/clients.h"

struct fm_metric fm_metric_reload_done =
    FM_METRIC(FM_METRIC_COUNTER, "factmill_key_reloads_total",
              "result=\"done\"", "Times the keys of clients were read again.");
struct fm_metric fm_metric_reload_failed = FM_METRIC(
    FM_METRIC_COUNTER, "factmill_key_reloads_total", "result=\"failed\"",
    "Times the keys of clients were read again.");

enum fm_error fm_clients_open(struct fm_clients *clients,
                              const struct fm_settings *settings,
                              struct fm_why *why)
{
    return fm_auth_of_server(settings->secret_key, settings->client_keys,
                             settings->allow_plaintext, why, &clients->security,
                             &clients->auth);
}

void fm_clients_bound(struct fm_clients *clients)
{
    fm_security_wipe(&clients->security);
}

bool fm_clients_reload(struct fm_clients *clients,
                       const struct fm_settings *settings)
{
    struct fm_auth *auth = NULL;
    struct fm_why why = FM_WHY_INIT;
    enum fm_error e;

    if (clients->auth == NULL) {
        fm_log(FM_LOG_INFO, "there are no keys of clients to read again",
               FM_LOG_END);
        return false;
    }
    e = fm_auth_load(settings->client_keys, &why, &auth);
    if (e != FM_OK) {
        fm_metric_add(&fm_metric_reload_failed, 1);
        fm_log_failure(FM_LOG_ERROR, "the keys of clients stay as they were", e,
                       &why);
        return false;
    }
    fm_auth_free(clients->auth);
    clients->auth = auth;
    fm_metric_add(&fm_metric_reload_done, 1);
    fm_log(FM_LOG_INFO, "read the keys of clients again",
           FM_LOG_U64("keys", fm_auth_keys(auth)),
           FM_LOG_U64("clients", fm_auth_principals(auth)), FM_LOG_END);
    return true;
}

void fm_clients_close(struct fm_clients *clients)
{
    fm_auth_free(clients->auth);
    clients->auth = NULL;
    fm_security_wipe(&clients->security);
}

void fm_clients_refused(void *user, struct fm_str key, struct fm_str address)
{
    struct fm_clients *clients = user;
    uint64_t left_out = 0;

    if (fm_log_paced(&clients->refusals, &left_out))
        fm_log(FM_LOG_WARN, "a client was not let in, its key is not known",
               FM_LOG_STR("key", key), FM_LOG_STR("address", address),
               FM_LOG_U64("left_out", left_out), FM_LOG_END);
}
