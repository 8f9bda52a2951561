/* The integers that pack several things, kept in the database: roles and
 * standing of a participant, and the row of a sentence in the full-text
 * index. A change needs a migration. */
#ifndef FM_STORE_MARKS_PRIV_H
#define FM_STORE_MARKS_PRIV_H

#include "base/hash.h"
#include "factmill/v1/fact.pb-c.h"

#include <stdbool.h>
#include <stdint.h>

/* participant.marks: bits 0-4 the roles, 8-11 the fact's kind, 12-13 its
 * standing, 14 that it was retracted. */
#define FM_ROLE_SUBJECT 0x01u
#define FM_ROLE_OBJECT  0x02u
#define FM_ROLE_PLACE   0x04u
#define FM_ROLE_SPEAKER 0x08u
#define FM_ROLE_OTHER   0x10u
#define FM_ROLE_ANY     0x1fu

#define FM_MARK_KIND_SHIFT     8
#define FM_MARK_KIND_MASK      0x0f00u
#define FM_MARK_STANDING_SHIFT 12
#define FM_MARK_RETRACTED      0x4000u

/* What a statement is worth, never mixed in one number. */
enum fm_standing {
    FM_STANDING_ASSERTED,
    FM_STANDING_REPORTED,
    FM_STANDING_POSSIBLE,
    FM_STANDING_NEGATED,
};

enum fm_standing fm_standing_of(const Factmill__V1__Fact *fact);

/* Facts of one sentence have consecutive sequence numbers; the sentence's row
 * in `search` tells which: the first of them in the upper bits, their number
 * less one in the lowest 6. So no index leads from a sentence to its facts. */
#define FM_SENTENCE_BITS 6
#define FM_SENTENCE_MAX  (1 << FM_SENTENCE_BITS)

static inline int64_t fm_sentence_row(int64_t first, int64_t n)
{
    return first * FM_SENTENCE_MAX + (n - 1);
}

/* Under which a fact's id is indexed: its first 8 bytes. Halves the index; the
 * rest is compared when the fact is read. */
static inline int64_t fm_fact_key(const struct fm_id *id)
{
    uint64_t v = 0;

    for (unsigned i = 0; i < 8; i++)
        v = v << 8 | id->bytes[i];
    return (int64_t)v;
}

#endif
