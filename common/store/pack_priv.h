/* Facts as they are kept: those of an article together, compressed. They share
 * their evidence, their article and most of their words, so that they take about
 * a fifth of what they would take one by one, and a settle writes one row where
 * it would write many. What all facts of a pack have alike is in it once.
 *
 * SQL reads a fact as fm_fact(f.sequence, f.id, f.fact): out of its pack, or, of
 * facts that were written before there were packs, as it stands in the row.
 * fm_bytes(x) gives a message that was packed by itself, or one that was not. */
#ifndef FM_STORE_PACK_PRIV_H
#define FM_STORE_PACK_PRIV_H

#include "base/buf.h"
#include "base/limits.h"
#include "store/db_priv.h"
#include "store/stmt_priv.h"

#include <stdbool.h>
#include <stdint.h>

/* A pack is closed at either: one fact is read by unpacking all of its pack. */
#define FM_PACK_FACTS 64u
#define FM_PACK_BYTES ((size_t)16 << 10)
/* A pack's facts and what they have alike, unpacked: FM_PACK_BYTES and one fact
 * more (at most FM_SETTLE_FACT, and what the store adds to it). */
#define FM_PACK_MAX ((size_t)1 << 20)
/* Of one message packed by itself: what came in a message, and entity numbers
 * that may have grown. */
#define FM_PACK_MESSAGE ((size_t)FM_LIMIT_BODY_HARD * 2)

struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;

/* --- writing ------------------------------------------------------------------ */

struct fm_packer {
    struct ZSTD_CCtx_s *zstd; /* kept from settle to settle */
    struct fm_buf common;
    struct fm_buf facts;
    struct fm_buf raw;
    struct fm_buf out;
    int64_t first; /* number of the first fact */
    size_t n;
    size_t lens[FM_PACK_FACTS];
    int64_t halves[FM_PACK_FACTS];
};

enum fm_error fm_packer_init(struct fm_packer *p, struct fm_why *why);
void fm_packer_release(struct fm_packer *p);
/* Begins an article. common: fields that each of its facts has, serialized. */
void fm_packer_begin(struct fm_packer *p, struct fm_str common);
/* The fact without id and without common; half: fm_fact_key of its id. Numbers
 * follow one another. */
void fm_packer_add(struct fm_packer *p, int64_t sequence, int64_t half,
                   struct fm_str fact);

static inline bool fm_packer_full(const struct fm_packer *p)
{
    return p->n == FM_PACK_FACTS || p->facts.len >= FM_PACK_BYTES;
}
/* *ret_bytes: for table pack, until the next call. The packer is empty then. */
enum fm_error fm_packer_close(struct fm_packer *p, struct fm_why *why,
                              struct fm_str *ret_bytes);

/* One message by itself, for a column that fm_bytes() reads. *ret_bytes: until
 * the next call. */
enum fm_error fm_packer_message(struct fm_packer *p, struct fm_str message,
                                struct fm_why *why, struct fm_str *ret_bytes);

/* --- reading ------------------------------------------------------------------ */

/* Of one connection; holds the pack that was read last. */
struct fm_packs {
    struct fm_stmt find;
    struct ZSTD_DCtx_s *zstd;
    struct fm_buf raw;
    struct fm_buf fact;
    struct fm_buf message;
    int64_t first; /* of the pack held; 0 = none */
    int64_t last;
    struct fm_str common;
    size_t n;
    struct fm_str facts[FM_PACK_FACTS];
    int64_t halves[FM_PACK_FACTS];
};

/* Makes fm_fact() and fm_bytes() known to the connection, whose file has its shape. */
enum fm_error fm_packs_open(struct fm_packs *p, sqlite3 *db,
                            struct fm_why *why);
void fm_packs_close(struct fm_packs *p);
/* Numbers may come to stand for other facts: a transaction was rolled back. */
void fm_packs_forget(struct fm_packs *p);

#endif
