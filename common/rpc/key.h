/* CURVE keys (rfc.zeromq.org/spec/26): 32 bytes, as text 40 characters of Z85
 * (rfc.zeromq.org/spec/32). Secret keys come out of files that only their owner
 * may read, or out of systemd credentials; never from a command line or the
 * environment, and they never stand in an error text.
 *
 * A file of a key, as `factmill keygen` writes it:
 *
 *   # a comment
 *   secret-key 40CHARACTERS        (or: public-key 40CHARACTERS)
 *
 * A file that holds the 40 characters and nothing else is taken too. */
#ifndef FM_RPC_KEY_H
#define FM_RPC_KEY_H

#include "base/error.h"
#include "base/str.h"

/* Characters of a key as text, and the same with the NUL. */
#define FM_KEY_LEN  40u
#define FM_KEY_SIZE (FM_KEY_LEN + 1u)

struct fm_key_pair {
    char secret[FM_KEY_SIZE];
    char open[FM_KEY_SIZE]; /* the public half */
};

/* 40 characters of Z85 that stand for 32 bytes. */
bool fm_key_valid(struct fm_str text);
/* A new pair of keys out of the system's random bytes; writes nothing anywhere.
 * FM_EINTERNAL when ZeroMQ was built without CURVE. */
enum fm_error fm_key_pair_make(struct fm_why *why, struct fm_key_pair *ret);
/* Overwrites both keys. */
void fm_key_pair_wipe(struct fm_key_pair *pair);
/* where: a file, or "credential:NAME" for a file of $CREDENTIALS_DIRECTORY
 * (systemd.exec(5), LoadCredential=). A file must be a regular one of this user
 * or root that nobody else may read or write: else FM_EPERM with what to do.
 * FM_ECONFIG when there is no secret key in it, or when where is a key itself,
 * which is then not repeated. */
enum fm_error fm_key_secret_read(const char *where, struct fm_why *why,
                                 char ret[FM_KEY_SIZE]);
/* The same, and the public half that goes with it. */
enum fm_error fm_key_pair_read(const char *where, struct fm_why *why,
                               struct fm_key_pair *ret);
/* text: a public key, or a file that holds one. */
enum fm_error fm_key_open_read(const char *text, struct fm_why *why,
                               char ret[FM_KEY_SIZE]);

#endif
