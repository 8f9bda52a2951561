/* A read-only map from 64-bit hashes to small numbers, as it lies in the model
 * file: open addressing with linear probing, a power of two of slots.
 *
 *     slot: uint32 the hash's upper half · uint32 value, 0 = empty
 *
 * Keys themselves are not kept: two keys are taken for one another once in
 * 2^32 lookups that reach an occupied slot, which costs a feature, never
 * memory. */
#ifndef FM_NLP_TABLE_H
#define FM_NLP_TABLE_H

#include <stddef.h>
#include <stdint.h>

struct fm_table_slot {
    uint32_t check;
    uint32_t value;
};

struct fm_table {
    const struct fm_table_slot *slots;
    uint32_t mask; /* slots - 1 */
};

/* 0 when the key is not there. At least one slot must be empty. */
static inline uint32_t fm_table_get(const struct fm_table *table, uint64_t key)
{
    uint32_t check = (uint32_t)(key >> 32);

    for (uint32_t i = (uint32_t)key & table->mask;; i = (i + 1) & table->mask) {
        const struct fm_table_slot *slot = &table->slots[i];

        if (slot->value == 0)
            return 0;
        if (slot->check == check)
            return slot->value;
    }
}

#endif
