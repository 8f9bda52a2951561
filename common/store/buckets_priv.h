/* The calendar of timelines: which bucket a time is in. UTC, weeks begin on
 * Monday (ISO 8601). */
#ifndef FM_STORE_BUCKETS_PRIV_H
#define FM_STORE_BUCKETS_PRIV_H

#include "base/arena.h"
#include "factmill/v1/query.pb-c.h"

#include <stdint.h>

/* Buckets from the smallest to the largest: HOUR … DECADE. */
#define FM_BUCKET_FIRST FACTMILL__V1__TIME_BUCKET__BUCKET_HOUR
#define FM_BUCKET_LAST  FACTMILL__V1__TIME_BUCKET__BUCKET_DECADE

/* Rounds down, before 1970 too. */
static inline int64_t fm_floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0 ? 1 : 0);
}

/* Begin of the bucket that a time (seconds since 1970) is in, and of the one
 * behind a bucket that begins at start. */
int64_t fm_bucket_start(int64_t seconds, Factmill__V1__TimeBucket bucket);
int64_t fm_bucket_next(int64_t start, Factmill__V1__TimeBucket bucket);
/* The smallest bucket that is as long as this many seconds; one more than
 * FM_BUCKET_LAST when none is. */
int fm_bucket_of_length(int64_t seconds);
/* "2011-05-01", of hours "2011-05-01T10:00:00Z"; NULL when there is no memory. */
char *fm_bucket_text(int64_t start, Factmill__V1__TimeBucket bucket,
                     struct fm_arena *arena);

#endif
