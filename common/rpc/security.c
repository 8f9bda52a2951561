#include "rpc/security.h"

#include "base/hash.h"
#include "rpc/endpoint.h"

enum fm_error fm_security_of_server(const char *secret_key,
                                    bool allow_plaintext, struct fm_why *why,
                                    struct fm_security *ret)
{
    struct fm_security s = {.allow_plaintext = allow_plaintext};
    enum fm_error e = FM_OK;

    if (secret_key != NULL && secret_key[0] != '\0') {
        s.curve = true;
        e = fm_key_pair_read(secret_key, why, &s.own);
    }
    if (e == FM_OK)
        *ret = s;
    fm_security_wipe(&s);
    return e;
}

enum fm_error fm_security_of_client(const char *key, const char *server_key,
                                    bool allow_plaintext, struct fm_why *why,
                                    struct fm_security *ret)
{
    struct fm_security s = {.allow_plaintext = allow_plaintext};
    bool has_own = key != NULL && key[0] != '\0';
    bool has_server = server_key != NULL && server_key[0] != '\0';
    enum fm_error e = FM_OK;

    if (has_own != has_server)
        return fm_fail(FM_ECONFIG, why, "KEY_MISSING",
                       "%s is given without %s: a secured connection needs the "
                       "caller's own secret key and the server's public key",
                       has_own ? "key" : "server-key",
                       has_own ? "server-key" : "key");
    if (has_own) {
        s.curve = true;
        e = fm_key_pair_read(key, why, &s.own);
        if (e == FM_OK)
            e = fm_key_open_read(server_key, why, s.server_key);
    }
    if (e == FM_OK)
        *ret = s;
    fm_security_wipe(&s);
    return e;
}

void fm_security_wipe(struct fm_security *security)
{
    fm_wipe(security, sizeof *security);
}

bool fm_security_covers(const struct fm_security *security,
                        const char *endpoint)
{
    return security->curve && fm_endpoint_path(endpoint) == NULL;
}

enum fm_error fm_security_permits(const struct fm_security *security,
                                  const char *endpoint, bool server,
                                  struct fm_why *why)
{
    if (security->curve || security->allow_plaintext ||
        fm_endpoint_is_local(endpoint))
        return FM_OK;
    return fm_fail(
        FM_EPERM, why, "ENDPOINT_NOT_LOCAL",
        "%s is not of this machine alone, and without keys anybody "
        "on the way could read and write along: give %s (see "
        "factmill keygen), use 127.0.0.1, [::1] or ipc://, or say "
        "allow-plaintext",
        endpoint, server ? "secret-key and client-keys" : "key and server-key");
}
