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
/* Roles of an argument; of a subject, who of speech is its speaker too. */
uint32_t fm_role_of(Factmill__V1__Argument__Role role);
uint32_t fm_subject_roles(Factmill__V1__Fact__Kind kind);

/* Facts of one sentence have consecutive sequence numbers; the sentence's row
 * in `search` tells which: the first of them in the upper bits, their number
 * less one in the lowest 6. So no index leads from a sentence to its facts. */
#define FM_SENTENCE_BITS 6
#define FM_SENTENCE_MAX  (1 << FM_SENTENCE_BITS)

static inline int64_t fm_sentence_row(int64_t first, int64_t n)
{
    return first * FM_SENTENCE_MAX + (n - 1);
}

static inline int64_t fm_sentence_first(int64_t row)
{
    return row / FM_SENTENCE_MAX;
}

static inline int64_t fm_sentence_last(int64_t row)
{
    return row / FM_SENTENCE_MAX + row % FM_SENTENCE_MAX;
}

/* A fact is found by its id in two steps: the first 8 bytes lead to the change
 * (table fact_key), the last 8 to the fact in it. Extractors begin all ids of
 * an article alike, so the first step has one row for each article; ids that
 * do not are found as well, with a row for each. */
static inline int64_t fm_id_half(const struct fm_id *id, unsigned half)
{
    uint64_t v = 0;

    for (unsigned i = 0; i < 8; i++)
        v = v << 8 | id->bytes[8 * half + i];
    return (int64_t)v;
}

static inline int64_t fm_fact_key(const struct fm_id *id)
{
    return fm_id_half(id, 0);
}

static inline int64_t fm_fact_rest(const struct fm_id *id)
{
    return fm_id_half(id, 1);
}

static inline void fm_id_join(int64_t key, int64_t rest, struct fm_id *ret)
{
    for (unsigned i = 0; i < 8; i++) {
        ret->bytes[i] = (uint8_t)((uint64_t)key >> (56 - 8 * i));
        ret->bytes[8 + i] = (uint8_t)((uint64_t)rest >> (56 - 8 * i));
    }
}

#endif
