/* A read-only map from 64-bit hashes to small numbers, as it lies in the model
 * file: open addressing with linear probing, any number of slots.
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
    uint32_t count; /* of slots */
};

/* Where the search for a key begins: its hash's lower half, as a part of the
 * slots. */
static inline uint32_t fm_table_start(uint64_t key, uint32_t count)
{
    return (uint32_t)((key & 0xffffffffu) * count >> 32);
}

/* 0 when the key is not there. At least one slot must be empty. */
static inline uint32_t fm_table_get(const struct fm_table *table, uint64_t key)
{
    uint32_t check = (uint32_t)(key >> 32);

    uint32_t i = fm_table_start(key, table->count);

    for (;; i = i + 1 < table->count ? i + 1 : 0) {
        const struct fm_table_slot *slot = &table->slots[i];

        if (slot->value == 0)
            return 0;
        if (slot->check == check)
            return slot->value;
    }
}

#endif
