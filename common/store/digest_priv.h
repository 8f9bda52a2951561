/* What counting needs of the facts of one change, packed: timelines, totals and
 * neighbours are read from these and not from the facts, at some ten
 * nanoseconds a fact. Table digest has one row for each change that added
 * facts; its bytes are their records, in the order of sequence:
 *
 *     varint   bits 0–3 kind, 4–5 standing, 6–9 modality, 10 has a time,
 *              11 has a predicate, 12 is not negated by its own word (polarity
 *              POSITIVE), 13… number of participants
 *     4 bytes  confidence, a float, little endian
 *     varint   predicate, if it has one (table predicate)
 *     varints  start, zigzag, and length of its time in seconds, if it has one
 *     each participant: varint entity, 1 byte roles (FM_ROLE_…)
 *
 * A change needs a migration. */
#ifndef FM_STORE_DIGEST_PRIV_H
#define FM_STORE_DIGEST_PRIV_H

#include "base/buf.h"
#include "base/error.h"
#include "store/marks_priv.h"

#include <sqlite3.h>

/* Of one change: far more than its facts (FM_SETTLE_FACTS) ever need. */
#define FM_DIGEST_MAX ((size_t)16 << 20)

struct fm_record {
    int64_t sequence;
    int kind;
    int modality;
    int polarity;
    enum fm_standing standing;
    float confidence;
    int64_t predicate; /* 0 = none */
    bool timed;
    int64_t time_start; /* seconds */
    int64_t time_end;
    struct fm_str participants; /* packed; see fm_record_next */
    /* Of the whole change. */
    int64_t change; /* its last number */
    int64_t source;
    int64_t published_us; /* INT64_MIN = unknown */
    int64_t recorded_us;
};

void fm_digest_head(struct fm_buf *out, const struct fm_record *record,
                    size_t participants);
void fm_digest_participant(struct fm_buf *out, int64_t who, uint32_t roles);

/* The record at *at; false at the end, or when it is damaged (then *at is not
 * the end). sequence and what belongs to the change stay as they are. */
bool fm_digest_next(struct fm_str digest, size_t *at, struct fm_record *ret);
/* The participants of a record, one after another; *at begins at 0. */
bool fm_record_next(const struct fm_record *record, size_t *at,
                    int64_t *ret_who, uint32_t *ret_roles);

/* --- writing: digest_write.c --------------------------------------------------- */

struct fm_settlement;
struct fm_participant;

/* The record of a filled fact onto the settlement's digest. */
enum fm_error fm_digest_add(struct fm_settlement *s,
                            const Factmill__V1__Fact *fact,
                            const struct fm_participant *participants, size_t n,
                            struct fm_why *why);
/* The digest of the change that is ending; its number is the tally's. */
enum fm_error fm_digest_store(struct fm_settlement *s, struct fm_why *why);
/* For migrate: the digests of all changes there are. */
enum fm_error fm_digests_make(sqlite3 *db, struct fm_why *why);

#endif
