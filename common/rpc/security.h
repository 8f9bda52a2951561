/* How one end of a connection is secured: CURVE with its keys, or not at all.
 *
 * ipc:// is always plain: whoever may open the socket's file is let in. With keys
 * every tcp:// endpoint is CURVE, on loopback too. Without keys tcp:// is plain,
 * and taken on loopback only, unless allow_plaintext says otherwise. */
#ifndef FM_RPC_SECURITY_H
#define FM_RPC_SECURITY_H

#include "rpc/key.h"

struct fm_security {
    bool curve;
    bool allow_plaintext; /* off loopback */
    struct fm_key_pair own;
    char server_key[FM_KEY_SIZE]; /* of the other end; for clients */
};

/* secret_key: as fm_key_pair_read takes it; empty = no CURVE. */
enum fm_error fm_security_of_server(const char *secret_key,
                                    bool allow_plaintext, struct fm_why *why,
                                    struct fm_security *ret);
/* key: the client's own secret key; server_key: as fm_key_open_read takes it.
 * Both or neither: else FM_ECONFIG. */
enum fm_error fm_security_of_client(const char *key, const char *server_key,
                                    bool allow_plaintext, struct fm_why *why,
                                    struct fm_security *ret);
/* Overwrites the keys and leaves no security. */
void fm_security_wipe(struct fm_security *security);
/* May this end use the endpoint (checked by fm_endpoint_check)? FM_EPERM,
 * ENDPOINT_NOT_LOCAL, with what to give. server: it binds. */
enum fm_error fm_security_permits(const struct fm_security *security,
                                  const char *endpoint, bool server,
                                  struct fm_why *why);
/* CURVE is to be spoken there. */
bool fm_security_covers(const struct fm_security *security,
                        const char *endpoint);

#endif
