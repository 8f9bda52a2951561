#include "base/hash.h"

/* Written out, which compilers make one load of. */
static uint64_t load64(const uint8_t *p)
{
    return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 |
           (uint64_t)p[3] << 24 | (uint64_t)p[4] << 32 | (uint64_t)p[5] << 40 |
           (uint64_t)p[6] << 48 | (uint64_t)p[7] << 56;
}

static uint64_t mix(uint64_t v)
{
    /* Finalizer of splitmix64 (Steele et al. 2014). */
    v ^= v >> 30;
    v *= 0xbf58476d1ce4e5b9u;
    v ^= v >> 27;
    v *= 0x94d049bb133111ebu;
    return v ^ (v >> 31);
}

uint64_t fm_hash64(const void *data, size_t len, uint64_t seed)
{
    const uint8_t *p = data;
    uint64_t h = seed ^ (len * 0x9e3779b97f4a7c15u);

    for (; len >= 8; p += 8, len -= 8)
        h = mix(h ^ load64(p)) + 0x9e3779b97f4a7c15u;
    if (len > 0) {
        uint8_t tail[8] = {0};

        memcpy(tail, p, len);
        h ^= load64(tail);
    }
    return mix(h);
}

static const uint64_t iv[8] = {
    0x6a09e667f3bcc908u, 0xbb67ae8584caa73bu, 0x3c6ef372fe94f82bu,
    0xa54ff53a5f1d36f1u, 0x510e527fade682d1u, 0x9b05688c2b3e6c1fu,
    0x1f83d9abfb41bd6bu, 0x5be0cd19137e2179u,
};

static const uint8_t sigma[12][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4},
    {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13},
    {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11},
    {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5},
    {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0},
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
};

static uint64_t rotr(uint64_t v, unsigned n)
{
    return (v >> n) | (v << (64 - n));
}

static inline void quarter(uint64_t *a, uint64_t *b, uint64_t *c, uint64_t *d,
                           uint64_t x, uint64_t y)
{
    *a += *b + x;
    *d = rotr(*d ^ *a, 32);
    *c += *d;
    *b = rotr(*b ^ *c, 24);
    *a += *b + y;
    *d = rotr(*d ^ *a, 16);
    *c += *d;
    *b = rotr(*b ^ *c, 63);
}

/* The places of v are constants here, so that it lives in registers: every
 * article is hashed before it is acknowledged. */
static void rounds(uint64_t v[16], const uint64_t m[16])
{
    for (unsigned round = 0; round < 12; round++) {
        const uint8_t *s = sigma[round];

        quarter(&v[0], &v[4], &v[8], &v[12], m[s[0]], m[s[1]]);
        quarter(&v[1], &v[5], &v[9], &v[13], m[s[2]], m[s[3]]);
        quarter(&v[2], &v[6], &v[10], &v[14], m[s[4]], m[s[5]]);
        quarter(&v[3], &v[7], &v[11], &v[15], m[s[6]], m[s[7]]);
        quarter(&v[0], &v[5], &v[10], &v[15], m[s[8]], m[s[9]]);
        quarter(&v[1], &v[6], &v[11], &v[12], m[s[10]], m[s[11]]);
        quarter(&v[2], &v[7], &v[8], &v[13], m[s[12]], m[s[13]]);
        quarter(&v[3], &v[4], &v[9], &v[14], m[s[14]], m[s[15]]);
    }
}

static void compress(struct fm_blake2b *state, bool last)
{
    uint64_t v[16];
    uint64_t m[16];

    memcpy(v, state->h, sizeof state->h);
    memcpy(v + 8, iv, sizeof iv);
    v[12] ^= state->count;
    if (last)
        v[14] = ~v[14];
    for (unsigned i = 0; i < 16; i++)
        m[i] = load64(state->block + (size_t)8 * i);
    rounds(v, m);
    for (unsigned i = 0; i < 8; i++)
        state->h[i] ^= v[i] ^ v[i + 8];
}

void fm_blake2b_init(struct fm_blake2b *state, size_t digest, struct fm_str key)
{
    memset(state, 0, sizeof *state);
    memcpy(state->h, iv, sizeof iv);
    state->digest = digest;
    state->h[0] ^= 0x01010000u ^ (key.len << 8) ^ digest;
    if (key.len > 0) {
        uint8_t padded[128] = {0};

        memcpy(padded, key.data, key.len < 64 ? key.len : 64);
        fm_blake2b_add(state, padded, sizeof padded);
    }
}

void fm_blake2b_add(struct fm_blake2b *state, const void *data, size_t len)
{
    const uint8_t *p = data;

    while (len > 0) {
        size_t room = sizeof state->block - state->used;
        size_t n = len < room ? len : room;

        if (room == 0) {
            state->count += sizeof state->block;
            compress(state, false);
            state->used = 0;
            continue;
        }
        memcpy(state->block + state->used, p, n);
        state->used += n;
        p += n;
        len -= n;
    }
}

void fm_blake2b_field(struct fm_blake2b *state, struct fm_str field)
{
    uint8_t size[8];

    for (unsigned i = 0; i < 8; i++)
        size[i] = (uint8_t)((uint64_t)field.len >> (8 * i));
    fm_blake2b_add(state, size, sizeof size);
    fm_blake2b_add(state, field.data, field.len);
}

void fm_blake2b_end(struct fm_blake2b *state, uint8_t *ret_digest)
{
    state->count += state->used;
    memset(state->block + state->used, 0, sizeof state->block - state->used);
    compress(state, true);
    for (size_t i = 0; i < state->digest; i++)
        ret_digest[i] = (uint8_t)(state->h[i / 8] >> (8 * (i % 8)));
}

void fm_id_hex(const struct fm_id *id, char ret_hex[33])
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < 16; i++) {
        ret_hex[2 * i] = digits[id->bytes[i] >> 4];
        ret_hex[2 * i + 1] = digits[id->bytes[i] & 15];
    }
    ret_hex[32] = '\0';
}

static int hex_value(char c)
{
    if (fm_is_digit(c))
        return c - '0';
    c = fm_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool fm_id_parse(struct fm_str s, struct fm_id *ret_id)
{
    struct fm_id id = {{0}};

    if (s.len != 32)
        return false;
    for (size_t i = 0; i < 16; i++) {
        int high = hex_value(s.data[2 * i]);
        int low = hex_value(s.data[2 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        id.bytes[i] = (uint8_t)(high * 16 + low);
    }
    *ret_id = id;
    return true;
}

bool fm_equal_secret(const void *a, const void *b, size_t len)
{
    const volatile uint8_t *x = a;
    const volatile uint8_t *y = b;
    uint8_t different = 0;

    for (size_t i = 0; i < len; i++)
        different |= (uint8_t)(x[i] ^ y[i]);
    return different == 0;
}

void fm_wipe(void *secret, size_t len)
{
    volatile uint8_t *at = secret;

    for (size_t i = 0; i < len; i++)
        at[i] = 0;
}
