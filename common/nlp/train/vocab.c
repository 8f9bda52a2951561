#include "nlp/train/vocab.h"

#include <stdbool.h>

static size_t slot_of(const struct fm_vocab *v, uint64_t key)
{
    size_t i = (size_t)key & v->index_mask;

    while (v->index[i] != 0 && v->entries[v->index[i] - 1].key != key)
        i = (i + 1) & v->index_mask;
    return i;
}

static bool grow(struct fm_vocab *v)
{
    size_t cap = v->cap != 0 ? v->cap * 2 : 1024;
    struct fm_vocab_entry *entries =
        realloc(v->entries, cap * sizeof *v->entries);
    uint32_t *index = calloc(cap * 2, sizeof *index);

    if (entries != NULL)
        v->entries = entries;
    if (entries == NULL || index == NULL) {
        free(index);
        return false;
    }
    free(v->index);
    v->index = index;
    v->index_mask = cap * 2 - 1;
    v->cap = cap;
    for (size_t i = 0; i < v->n; i++)
        index[slot_of(v, v->entries[i].key)] = (uint32_t)i + 1;
    return true;
}

uint32_t *fm_vocab_at(struct fm_vocab *v, uint64_t key)
{
    size_t i;

    if (v->n == v->cap && !grow(v))
        return NULL;
    i = slot_of(v, key);
    if (v->index[i] == 0) {
        v->entries[v->n++] = (struct fm_vocab_entry){.key = key};
        v->index[i] = (uint32_t)v->n;
    }
    return &v->entries[v->index[i] - 1].value;
}

uint32_t fm_vocab_get(const struct fm_vocab *v, uint64_t key)
{
    size_t i;

    if (v->n == 0)
        return 0;
    i = slot_of(v, key);
    return v->index[i] != 0 ? v->entries[v->index[i] - 1].value : 0;
}

void fm_vocab_release(struct fm_vocab *v)
{
    free(v->entries);
    free(v->index);
    *v = (struct fm_vocab){.entries = NULL};
}

enum fm_error fm_vocab_table(const struct fm_vocab *v,
                             struct fm_table *ret_table)
{
    struct fm_table_slot *slots;
    size_t used = 0;
    uint32_t size;

    for (size_t i = 0; i < v->n; i++)
        used += v->entries[i].value != 0;
    /* Three quarters full. */
    size = (uint32_t)(used * 4 / 3) + 2;
    slots = calloc(size, sizeof *slots);
    if (slots == NULL)
        return FM_ENOMEM;
    for (size_t i = 0; i < v->n; i++) {
        const struct fm_vocab_entry *entry = &v->entries[i];
        uint32_t at = fm_table_start(entry->key, size);

        if (entry->value == 0)
            continue;
        while (slots[at].value != 0)
            at = at + 1 < size ? at + 1 : 0;
        slots[at].check = (uint32_t)(entry->key >> 32);
        slots[at].value = entry->value;
    }
    *ret_table = (struct fm_table){.slots = slots, .count = size};
    return FM_OK;
}

void fm_vocab_table_free(struct fm_table *table)
{
    /* Owned here, const where it is read. */
    union {
        const struct fm_table_slot *read;
        struct fm_table_slot *owned;
    } slots = {.read = table->slots};

    free(slots.owned);
    table->slots = NULL;
}
