/* Hashes. fm_hash64 is for tables in memory (fast, not for adversaries);
 * BLAKE2b (RFC 7693) wherever two contents must not be taken for one another
 * or a token must not be forged. */
#ifndef FM_BASE_HASH_H
#define FM_BASE_HASH_H

#include "base/str.h"

uint64_t fm_hash64(const void *data, size_t len, uint64_t seed);

static inline uint64_t fm_hash_str(struct fm_str s)
{
    return fm_hash64(s.data, s.len, 0);
}

/* 128 bits: facts' ids and articles' content. */
struct fm_id {
    uint8_t bytes[16];
};

struct fm_blake2b {
    uint64_t h[8];
    uint64_t count; /* bytes so far; 2^64 is enough */
    uint8_t block[128];
    size_t used;
    size_t digest;
};

/* digest: 1 to 64 bytes. key: 0 to 64 bytes, secret (makes it a MAC). */
void fm_blake2b_init(struct fm_blake2b *state, size_t digest,
                     struct fm_str key);
void fm_blake2b_add(struct fm_blake2b *state, const void *data, size_t len);
/* Length first, then the bytes, so that fields cannot run into each other. */
void fm_blake2b_field(struct fm_blake2b *state, struct fm_str field);
void fm_blake2b_end(struct fm_blake2b *state, uint8_t *ret_digest);

/* 32 lower-case hex digits and a NUL. */
void fm_id_hex(const struct fm_id *id, char ret_hex[33]);
/* False when s is not 32 hex digits. */
bool fm_id_parse(struct fm_str s, struct fm_id *ret_id);
/* In time that does not depend on the bytes. */
bool fm_equal_secret(const void *a, const void *b, size_t len);
/* Overwrites a secret; the compiler does not leave it out, as it may a memset of
 * what is not read again. */
void fm_wipe(void *secret, size_t len);

#endif
