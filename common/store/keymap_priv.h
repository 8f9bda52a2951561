/* From a key to any number of values: a hash table of chains. Keys are hashes
 * themselves; two things that share one are told apart by who asks. */
#ifndef FM_STORE_KEYMAP_PRIV_H
#define FM_STORE_KEYMAP_PRIV_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

#define FM_KEYMAP_END UINT32_MAX

struct fm_keymap_entry {
    uint64_t key;
    uint32_t value;
    uint32_t next; /* FM_KEYMAP_END = the last */
};

/* Zeroed = empty. */
struct fm_keymap {
    struct fm_keymap_entry *entries;
    uint32_t *heads; /* by key & (heads_n - 1) */
    uint32_t cap;
    uint32_t used; /* entries ever taken */
    uint32_t free; /* first of the chain of free ones, plus 1; 0 = none */
    uint32_t count;
    uint32_t heads_n;
};

void fm_keymap_release(struct fm_keymap *map);
/* FM_ENOMEM; FM_EBUSY past max entries. */
enum fm_error fm_keymap_add(struct fm_keymap *map, uint64_t key, uint32_t value,
                            uint32_t max);
void fm_keymap_remove(struct fm_keymap *map, uint64_t key, uint32_t value);
/* The first entry of a key and the one behind `at`, or FM_KEYMAP_END:
 *
 *     for (i = fm_keymap_first(m, k); i != FM_KEYMAP_END;
 *          i = fm_keymap_next(m, k, i))
 *         use(m->entries[i].value); */
uint32_t fm_keymap_first(const struct fm_keymap *map, uint64_t key);
uint32_t fm_keymap_next(const struct fm_keymap *map, uint64_t key, uint32_t at);

#endif
