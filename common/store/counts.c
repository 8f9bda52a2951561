#include "base/hash.h"
#include "store/counts_priv.h"

#include <stdlib.h>
#include <string.h>

void fm_counts_init(struct fm_counts *counts, size_t max)
{
    memset(counts, 0, sizeof *counts);
    counts->max = max;
}

void fm_counts_release(struct fm_counts *counts)
{
    free(counts->items);
    counts->items = NULL;
    counts->slots = 0;
    counts->used = 0;
}

uint64_t fm_count_sum(const struct fm_count *count)
{
    return count->n[0] + count->n[1] + count->n[2] + count->n[3];
}

/* An item without facts is free: the key may be any number. */
static struct fm_count *slot_of(struct fm_count *items, size_t slots,
                                int64_t key)
{
    size_t at = (size_t)((uint64_t)key * UINT64_C(0x9e3779b97f4a7c15) >> 20) &
                (slots - 1);

    while (items[at].key != key && fm_count_sum(&items[at]) > 0)
        at = (at + 1) & (slots - 1);
    return &items[at];
}

static enum fm_error grow(struct fm_counts *counts)
{
    size_t slots = counts->slots != 0 ? counts->slots * 2 : 256;
    struct fm_count *items = calloc(slots, sizeof *items);

    if (items == NULL)
        return FM_ENOMEM;
    for (size_t i = 0; i < counts->slots; i++)
        if (fm_count_sum(&counts->items[i]) > 0)
            *slot_of(items, slots, counts->items[i].key) = counts->items[i];
    free(counts->items);
    counts->items = items;
    counts->slots = slots;
    return FM_OK;
}

enum fm_error fm_counts_add(struct fm_counts *counts, int64_t key,
                            enum fm_standing standing)
{
    struct fm_count *item;

    if (counts->used * 2 >= counts->slots) {
        enum fm_error e = grow(counts);

        if (e != FM_OK)
            return e;
    }
    item = slot_of(counts->items, counts->slots, key);
    if (fm_count_sum(item) == 0) {
        if (counts->used == counts->max)
            return FM_ETOOBIG;
        counts->used++;
        item->key = key;
    }
    item->n[standing]++;
    return FM_OK;
}

static int by_key(const void *pa, const void *pb)
{
    const struct fm_count *a = pa;
    const struct fm_count *b = pb;

    return (a->key > b->key) - (a->key < b->key);
}

static int by_sum_then_key(const void *pa, const void *pb)
{
    uint64_t a = fm_count_sum(pa);
    uint64_t b = fm_count_sum(pb);

    return a != b ? (a < b) - (a > b) : by_key(pa, pb);
}

void fm_counts_sort(struct fm_counts *counts, bool by_sum)
{
    size_t n = 0;

    for (size_t i = 0; i < counts->slots; i++)
        if (fm_count_sum(&counts->items[i]) > 0)
            counts->items[n++] = counts->items[i];
    if (n > 0)
        qsort(counts->items, n, sizeof *counts->items,
              by_sum ? by_sum_then_key : by_key);
}

void fm_count_to(const struct fm_count *count, Factmill__V1__Count *ret)
{
    ret->asserted = count->n[FM_STANDING_ASSERTED];
    ret->reported = count->n[FM_STANDING_REPORTED];
    ret->possible = count->n[FM_STANDING_POSSIBLE];
    ret->negated = count->n[FM_STANDING_NEGATED];
}
