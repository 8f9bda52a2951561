/* Where what is said comes from: statements of one claim, put together by
 * origin. Copies of a text are found by content (base/sketch.h). */
#ifndef FM_STORE_ORIGIN_PRIV_H
#define FM_STORE_ORIGIN_PRIV_H

#include "store/claim_priv.h"
#include "store/marks_priv.h"

/* One fact that says it. */
struct fm_statement {
    struct fm_claim_key key;
    int64_t sequence;
    int64_t change; /* last number of the change that added it */
    int64_t article;
    int64_t source;
    int64_t seen_us; /* published, or else recorded */
    bool dated;      /* published is known */
    float confidence;
    int kind;
    enum fm_standing standing;
    uint32_t origin; /* from 0; see fm_origins_of */
};

/* Texts that have at least this share of the shorter one in common have one
 * origin. Reports of one event by different hands share some hundredths, quotes
 * included; a copy cut to half of its length, or with a new lead, more than half.
 */
#define FM_ORIGIN_SHARED 0.5
/* Texts of one claim that are compared; later ones count by their sentence and
 * their voice only. */
#define FM_ORIGIN_TEXTS 256u

/* Statements of one claim in the order in which they were seen: gives each its
 * origin, numbered as they come, and says how many there are. */
enum fm_error fm_origins_of(struct fm_reader *r, struct fm_statement *list,
                            size_t n, struct fm_why *why, size_t *ret_origins);
/* No more than this many, known without reading a text. list: in any order. */
size_t fm_origins_most(struct fm_reader *r, const struct fm_statement *list,
                       size_t n);

/* In the order of sequence, for statements that were found otherwise: the row
 * of table said that holds a fact. */
struct fm_said {
    int64_t last; /* 0 = none yet */
    int64_t added;
    int64_t article;
    struct fm_str sketch; /* until the next call */
    struct fm_str bytes;
};

enum fm_error fm_said_find(struct fm_reader *r, int64_t sequence,
                           struct fm_why *why, struct fm_said *said);

#endif
