/* How often, by key and standing: a hash table that grows up to a limit. */
#ifndef FM_STORE_COUNTS_PRIV_H
#define FM_STORE_COUNTS_PRIV_H

#include "base/error.h"
#include "factmill/v1/query.pb-c.h"
#include "store/marks_priv.h"

#include <stddef.h>

#define FM_STANDINGS 4

struct fm_count {
    int64_t key;
    uint64_t n[FM_STANDINGS]; /* by enum fm_standing */
};

/* Zeroed = empty. */
struct fm_counts {
    struct fm_count *items; /* packed by fm_counts_sort, else in slots */
    size_t slots;           /* a power of two */
    size_t used;
    size_t max;
};

/* max: keys; more of them are FM_ETOOBIG. */
void fm_counts_init(struct fm_counts *counts, size_t max);
void fm_counts_release(struct fm_counts *counts);
enum fm_error fm_counts_add(struct fm_counts *counts, int64_t key,
                            enum fm_standing standing);
uint64_t fm_count_sum(const struct fm_count *count);
/* Moves the items to the front, in order; nothing can be added after it. By sum,
 * the largest first (of equal ones by key), or by key, ascending. */
void fm_counts_sort(struct fm_counts *counts, bool by_sum);
void fm_count_to(const struct fm_count *count, Factmill__V1__Count *ret);

#endif
