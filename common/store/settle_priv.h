/* What the steps of one settle share: check.c reads, fill.c, entities.c,
 * participants.c and facts.c write, settle.c calls them in order. */
#ifndef FM_STORE_SETTLE_PRIV_H
#define FM_STORE_SETTLE_PRIV_H

#include "store/claim_priv.h"
#include "store/marks_priv.h"
#include "store/writer_priv.h"

/* Bounds of one extraction, far above what an article of news gives. */
#define FM_SETTLE_FACTS     20000u
#define FM_SETTLE_ENTITIES  20000u
#define FM_SETTLE_REPEATED  200000u /* mentions, sentences, times */
#define FM_SETTLE_NESTED    256u    /* arguments, spans, aliases … of one */
#define FM_SETTLE_STRING    (64u << 10)
#define FM_SETTLE_FACT      (256u << 10) /* serialized, as it came */
#define FM_SETTLE_EXTRACTOR 256u
#define FM_SETTLE_PREDICATE 128u /* longer lemmas are kept, not indexed */

/* What changes in an entity's totals. */
struct fm_delta {
    int64_t entity; /* 0 = free slot */
    int64_t facts;
    bool before;           /* part of the article's older version */
    bool after;            /* part of this one */
    struct fm_str company; /* to be kept; empty = as it was */
};

struct fm_settlement {
    struct fm_writer *w;
    struct fm_arena *arena;
    struct fm_leased row;
    const Factmill__V1__Extraction *extraction;
    struct fm_str title; /* views into the stored body */
    struct fm_str text;
    int64_t now_us;
    int64_t added;  /* number of the first fact */
    uint32_t kinds; /* of the facts added: bit k is kind k */
    struct fm_buf digest;
    struct fm_buf claims;
    struct fm_claim_names claim_names;

    /* Global number of the article's entity i; [0] = 0. */
    uint64_t *global;
    size_t global_count;
    /* Hashes of (name or alias, global number), open addressing. */
    uint64_t *names;
    size_t names_mask;
    /* Open addressing, grows. */
    struct fm_delta *deltas;
    size_t deltas_mask;
    size_t deltas_used;
};

/* check.c: everything that comes from the worker, before anything is written.
 * FM_EINVAL names what is wrong. */
enum fm_error fm_check_extraction(const struct fm_settlement *s,
                                  struct fm_why *why);

/* entities.c */
enum fm_error fm_entities_resolve(struct fm_settlement *s, struct fm_why *why);
struct fm_delta *fm_entities_delta(struct fm_settlement *s, int64_t entity);
enum fm_error fm_entities_count(struct fm_settlement *s, struct fm_why *why);

/* fill.c: the bytes that are stored. A fact gets what the store knows better
 * than the worker (article, source, version, published, extractor) and global
 * entity numbers, so that answers can be these bytes as they are. ret_filled:
 * as a message, in the arena; ret_bytes: without its id and without what all
 * facts of the article have alike, which fm_fill_common gives. */
enum fm_error fm_fill_common(struct fm_settlement *s, struct fm_why *why,
                             struct fm_str *ret_bytes);
enum fm_error fm_fill_fact(struct fm_settlement *s,
                           const Factmill__V1__Fact *fact, struct fm_why *why,
                           Factmill__V1__Fact *ret_filled,
                           struct fm_str *ret_bytes);
/* All but the facts: sentences, mentions, entities, times. */
enum fm_error fm_fill_extraction(struct fm_settlement *s, struct fm_why *why,
                                 struct fm_str *ret_bytes);

/* participants.c: the entities of a fact, each once with all its roles. The
 * fact is filled, so their numbers are global. */
struct fm_participant {
    int64_t who;
    uint32_t roles;
};

enum fm_error fm_participants_of(const Factmill__V1__Fact *fact,
                                 struct fm_arena *arena, struct fm_why *why,
                                 struct fm_participant **ret, size_t *ret_n);

/* facts.c */
/* The predicate as the store knows it; empty when there is none, or one too long
 * to be looked for. */
struct fm_str fm_fact_predicate(const Factmill__V1__Fact *fact,
                                struct fm_arena *arena);
enum fm_error fm_facts_add(struct fm_settlement *s, struct fm_why *why);
/* Those of an older version. */
enum fm_error fm_facts_retract(struct fm_settlement *s, int64_t article,
                               struct fm_why *why);

#endif
