/* Who is let in, by which key, as a service holds it: read at start, and again
 * when its operator asks for it (SIGHUP). For one thread. */
#ifndef FM_RPC_CLIENTS_H
#define FM_RPC_CLIENTS_H

#include "base/metrics.h"
#include "rpc/auth.h"

struct fm_clients {
    const char *file;            /* client-keys */
    struct fm_security security; /* until fm_clients_bound */
    struct fm_auth *auth;        /* NULL: everybody may do everything */
};

/* As fm_auth_of_server. The texts are the settings', client_keys is kept. */
enum fm_error fm_clients_open(struct fm_clients *clients,
                              const char *secret_key, const char *client_keys,
                              bool allow_plaintext, struct fm_why *why);
/* The servers have copies of the secret key: forgets it here. */
void fm_clients_bound(struct fm_clients *clients);
/* Reads the file again; then auth is for fm_rpc_server_auth. FM_ENOTFOUND when
 * there is no file to read, else as fm_auth_load: all stays as it was. */
enum fm_error fm_clients_reload(struct fm_clients *clients, struct fm_why *why);
void fm_clients_close(struct fm_clients *clients);

extern struct fm_metric fm_clients_reload_done;
extern struct fm_metric fm_clients_reload_failed;

#endif
