/* A filter that waits: made ready to be tested against one fact after another
 * without a query, and the keys it is found by. sieve.c compiles and tests,
 * feed.c keeps many and reads the changes. */
#ifndef FM_STORE_SIEVE_PRIV_H
#define FM_STORE_SIEVE_PRIV_H

#include "store/filter_priv.h"
#include "store/phrases_priv.h"
#include "store/view_priv.h"

/* Keys of one filter: the entities a name may stand for, words, kinds. */
#define FM_SIEVE_KEYS FM_FILTER_CANDIDATES

/* What a filter is kept by, in the order of preference. */
enum fm_sieve_key {
    FM_KEY_ARTICLE,
    FM_KEY_ENTITY,
    FM_KEY_WORD,
    FM_KEY_PREDICATE,
    FM_KEY_SOURCE,
    FM_KEY_KIND,
    FM_KEY_ALL, /* names nothing: it is tested against every fact */
};

struct fm_sieve_who {
    const int64_t *ids;
    size_t n; /* 0 = the words are compared */
    struct fm_str words;
    uint32_t roles;
    uint64_t name; /* hash of the name it was given by; 0 = by number */
};

struct fm_sieve {
    struct fm_arena arena; /* what the rest points into */
    struct fm_str source;
    struct fm_str article;
    struct fm_str predicate;
    struct fm_phrases phrases; /* no steps = none */
    struct fm_sieve_who whos[5];
    size_t who_count;
    uint32_t kinds;      /* bit k is kind k; 0 = any */
    uint32_t modalities; /* the same */
    int64_t polarity;
    double min_confidence;
    struct fm_range time;
    struct fm_range published;
    struct fm_range recorded;
    bool impossible;
    enum fm_sieve_key kept_by;
    uint64_t *keys;
    size_t key_count;
};

/* One changed fact. */
struct fm_sieve_row {
    int64_t sequence;
    int64_t kind;
    int64_t time_start; /* INT64_MIN = none */
    int64_t time_end;
    int64_t published_us; /* INT64_MIN = none */
    int64_t recorded_us;
    int64_t polarity;
    int64_t modality;
    double confidence;
    struct fm_str predicate;
    struct fm_str bytes;
    const struct fm_fact_view *view;
    const struct fm_token_list *tokens; /* of the sentence */
};

uint64_t fm_sieve_hash(enum fm_sieve_key key, struct fm_str s);
uint64_t fm_sieve_number(enum fm_sieve_key key, int64_t number);
/* Within an answer of r. FM_EINVAL as for a list. */
enum fm_error fm_sieve_init(struct fm_sieve *s, struct fm_reader *r,
                            const struct fm_tokens *tokens,
                            const Factmill__V1__FactFilter *filter,
                            struct fm_why *why);
void fm_sieve_release(struct fm_sieve *s);
/* arena: scratch. */
bool fm_sieve_test(const struct fm_sieve *s, const struct fm_sieve_row *row,
                   struct fm_arena *arena);

#endif
