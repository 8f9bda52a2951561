#include "rpc/clients.h"

struct fm_metric fm_clients_reload_done =
    FM_METRIC(FM_METRIC_COUNTER, "factmill_key_reloads_total",
              "result=\"done\"", "Times the keys of clients were read again.");
struct fm_metric fm_clients_reload_failed = FM_METRIC(
    FM_METRIC_COUNTER, "factmill_key_reloads_total", "result=\"failed\"",
    "Times the keys of clients were read again.");

enum fm_error fm_clients_open(struct fm_clients *clients,
                              const char *secret_key, const char *client_keys,
                              bool allow_plaintext, struct fm_why *why)
{
    clients->file = client_keys;
    return fm_auth_of_server(secret_key, client_keys, allow_plaintext, why,
                             &clients->security, &clients->auth);
}

void fm_clients_bound(struct fm_clients *clients)
{
    fm_security_wipe(&clients->security);
}

enum fm_error fm_clients_reload(struct fm_clients *clients, struct fm_why *why)
{
    struct fm_auth *auth = NULL;
    enum fm_error e;

    if (clients->auth == NULL)
        return fm_fail(FM_ENOTFOUND, why, NULL,
                       "there are no keys of clients to read again");
    e = fm_auth_load(clients->file, why, &auth);
    if (e != FM_OK) {
        fm_metric_add(&fm_clients_reload_failed, 1);
        return e;
    }
    fm_auth_free(clients->auth);
    clients->auth = auth;
    fm_metric_add(&fm_clients_reload_done, 1);
    return FM_OK;
}

void fm_clients_close(struct fm_clients *clients)
{
    fm_auth_free(clients->auth);
    clients->auth = NULL;
    fm_security_wipe(&clients->security);
}
