/* Who may call what: the public keys of clients, whose they are, and what role
 * each has. Read from a file with one key a line:
 *
 *   # name       roles             public key                                limits
 *   wire-feed    producer          rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7  calls=500 bytes=4M
 *   dashboard    reader            Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID
 *   ops          admin,reader      ...
 *
 * Words are parted by spaces or tabs. A name has 1 to 64 letters, digits, '.',
 * '-', '_', '@', and is not "local". roles: one or more of producer, reader, worker, admin, by commas.
 * calls= and bytes= are limits a second over all connections of that name (bytes
 * of requests; 0, or left out: none). A name may stand on several lines, with
 * several keys (so that a new key can be handed out before the old one is taken
 * away), then with the same roles and limits. A key stands once. Lines that are
 * empty or begin with '#' are passed over.
 *
 * A table never changes once it was read; it is shared by counting. */
#ifndef FM_RPC_AUTH_H
#define FM_RPC_AUTH_H

#include "rpc/security.h"

#define FM_PRINCIPAL_LEN  64u
#define FM_PRINCIPAL_SIZE (FM_PRINCIPAL_LEN + 1u)
/* Who comes without a key; no name in the file. */
#define FM_PRINCIPAL_LOCAL "local"

enum fm_role {
    FM_ROLE_PRODUCER = 1,
    FM_ROLE_READER = 2,
    FM_ROLE_WORKER = 4,
    FM_ROLE_ADMIN = 8,
    FM_ROLE_ANY = 15,
};

/* A name of the file. */
struct fm_principal {
    char name[FM_PRINCIPAL_SIZE];
    uint32_t roles; /* enum fm_role, together */
    uint64_t calls_per_second;
    uint64_t bytes_per_second;
    uint32_t index; /* of the table's principals, from 0 */
};

struct fm_auth;

/* text: the whole file; path: for texts of errors only. FM_ECONFIG names the
 * line. */
enum fm_error fm_auth_read(struct fm_str text, const char *path,
                           struct fm_why *why, struct fm_auth **ret_auth);
/* FM_EPERM when others than this user or root could write the file. */
enum fm_error fm_auth_load(const char *path, struct fm_why *why,
                           struct fm_auth **ret_auth);
/* What a service is configured with: secret_key as fm_security_of_server takes it
 * and client_keys as fm_auth_load, both or neither (else FM_ECONFIG). With neither,
 * *ret_auth is NULL. */
enum fm_error fm_auth_of_server(const char *secret_key, const char *client_keys,
                                bool allow_plaintext, struct fm_why *why,
                                struct fm_security *ret_security,
                                struct fm_auth **ret_auth);
/* One more owner. */
struct fm_auth *fm_auth_share(struct fm_auth *auth);
/* One owner less, the last frees it. NULL does nothing. */
void fm_auth_free(struct fm_auth *auth);

/* Whose key that is; NULL = nobody's. Lives as long as the table. */
const struct fm_principal *fm_auth_find(const struct fm_auth *auth,
                                        struct fm_str key);
const struct fm_principal *fm_auth_principal(const struct fm_auth *auth,
                                             size_t index);
size_t fm_auth_principals(const struct fm_auth *auth);
size_t fm_auth_keys(const struct fm_auth *auth);
/* "producer, reader" */
void fm_role_text(uint32_t set, char ret[48]);

#endif
