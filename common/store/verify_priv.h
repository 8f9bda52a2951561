/* What the parts of a verification share. */
#ifndef FM_STORE_VERIFY_PRIV_H
#define FM_STORE_VERIFY_PRIV_H

#include "base/arena.h"
#include "store/db_priv.h"
#include "store/stmt_priv.h"
#include "store/verify.h"

struct fm_verify {
    const struct fm_store_verify *ask;
    sqlite3 *db;
    struct fm_arena arena; /* scratch of one step */
    bool in_use;           /* a data directory: somebody may write to it */
    struct fm_store_check check;
    uint64_t findings;
    /* The last there were when it began: what is later is none of its business. */
    int64_t last_article;
    int64_t last_change;
    int64_t last_entity;
    /* Seen on the way, to be compared with what other tables have. */
    uint64_t participants;
    uint64_t sentences; /* sum of fm_verify_mix of their rows */
};

/* Sums of these are equal when the sets are, in whatever order they are read (but for
 * one in 2^64). */
static inline uint64_t fm_verify_mix(uint64_t v)
{
    v = (v ^ (v >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    v = (v ^ (v >> 27)) * UINT64_C(0x94d049bb133111eb);
    return v ^ (v >> 31);
}

/* Something is wrong. */
void fm_verify_found(struct fm_verify *v, const char *format, ...)
    FM_PRINTF(2, 3);
/* An error of a step that is damage becomes a finding: FM_OK, go on. */
enum fm_error fm_verify_damage(struct fm_verify *v, enum fm_error error,
                               const char *where, const struct fm_why *why);
/* Between two steps: FM_EABORTED when it is to stop. */
enum fm_error fm_verify_pause(struct fm_verify *v, struct fm_why *why);

/* verify_rows.c: articles, entities, dead letters, totals. */
enum fm_error fm_verify_totals(struct fm_verify *v, struct fm_why *why);
enum fm_error fm_verify_articles(struct fm_verify *v, struct fm_why *why);
enum fm_error fm_verify_entities(struct fm_verify *v, struct fm_why *why);
/* verify_facts.c: changes, and the facts in them. */
enum fm_error fm_verify_facts(struct fm_verify *v, struct fm_why *why);
/* verify_words.c: the index of words, against the facts; behind them. */
enum fm_error fm_verify_words(struct fm_verify *v, struct fm_why *why);

#endif
