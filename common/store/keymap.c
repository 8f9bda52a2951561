#include "store/keymap_priv.h"

#include <stdlib.h>

void fm_keymap_release(struct fm_keymap *map)
{
    free(map->entries);
    free(map->heads);
    *map = (struct fm_keymap){.entries = NULL};
}

static uint32_t *head_of(const struct fm_keymap *map, uint64_t key)
{
    return &map->heads[key & (map->heads_n - 1)];
}

static enum fm_error rehash(struct fm_keymap *map, uint32_t heads_n)
{
    uint32_t *heads = malloc(heads_n * sizeof *heads);
    uint32_t *old = map->heads;
    uint32_t old_n = map->heads_n;

    if (heads == NULL)
        return FM_ENOMEM;
    for (uint32_t i = 0; i < heads_n; i++)
        heads[i] = FM_KEYMAP_END;
    map->heads = heads;
    map->heads_n = heads_n;
    for (uint32_t i = 0; i < old_n; i++) {
        for (uint32_t at = old[i]; at != FM_KEYMAP_END;) {
            struct fm_keymap_entry *entry = &map->entries[at];
            uint32_t next = entry->next;
            uint32_t *head = head_of(map, entry->key);

            entry->next = *head;
            *head = at;
            at = next;
        }
    }
    free(old);
    return FM_OK;
}

static enum fm_error grow(struct fm_keymap *map)
{
    uint32_t cap = map->cap != 0 ? map->cap * 2 : 64;
    struct fm_keymap_entry *entries =
        realloc(map->entries, cap * sizeof *entries);

    if (entries == NULL)
        return FM_ENOMEM;
    map->entries = entries;
    map->cap = cap;
    return FM_OK;
}

enum fm_error fm_keymap_add(struct fm_keymap *map, uint64_t key, uint32_t value,
                            uint32_t max)
{
    uint32_t at;
    enum fm_error e = FM_OK;

    if (map->count >= max || max >= FM_KEYMAP_END / 2)
        return FM_EBUSY;
    if (map->free == 0 && map->used == map->cap)
        e = grow(map);
    if (e == FM_OK && map->count >= map->heads_n)
        e = rehash(map, map->heads_n != 0 ? map->heads_n * 2 : 64);
    if (e != FM_OK)
        return e;
    if (map->free != 0) {
        at = map->free - 1;
        map->free = map->entries[at].next;
    } else {
        at = map->used++;
    }
    map->entries[at] = (struct fm_keymap_entry){
        .key = key, .value = value, .next = *head_of(map, key)};
    *head_of(map, key) = at;
    map->count++;
    return FM_OK;
}

void fm_keymap_remove(struct fm_keymap *map, uint64_t key, uint32_t value)
{
    uint32_t *link;

    if (map->heads_n == 0)
        return;
    for (link = head_of(map, key); *link != FM_KEYMAP_END;
         link = &map->entries[*link].next) {
        uint32_t at = *link;
        struct fm_keymap_entry *entry = &map->entries[at];

        if (entry->key != key || entry->value != value)
            continue;
        *link = entry->next;
        entry->next = map->free;
        map->free = at + 1;
        map->count--;
        return;
    }
}

static uint32_t find(const struct fm_keymap *map, uint64_t key, uint32_t at)
{
    while (at != FM_KEYMAP_END && map->entries[at].key != key)
        at = map->entries[at].next;
    return at;
}

uint32_t fm_keymap_first(const struct fm_keymap *map, uint64_t key)
{
    return map->heads_n == 0 ? FM_KEYMAP_END
                             : find(map, key, *head_of(map, key));
}

uint32_t fm_keymap_next(const struct fm_keymap *map, uint64_t key, uint32_t at)
{
    return find(map, key, map->entries[at].next);
}
