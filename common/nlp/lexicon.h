/* The lexicon as it lies in the model file: what a lower-case form can be
 * (FM_LEX_ bits, features.h) by the hash of the form.
 *
 *     slot: uint32, upper 23 bits of the key's hash · 9 bits number of the
 *     combination of bits, 0 = empty
 *
 * Open addressing with linear probing, any number of slots. Keys themselves are
 * not kept: a form that is on no list is taken for one about once in a million,
 * which costs a feature, never memory. */
#ifndef FM_NLP_LEXICON_H
#define FM_NLP_LEXICON_H

#include <stddef.h>
#include <stdint.h>

/* Combinations; number 0 is none. */
#define FM_LEXICON_COMBINATIONS 512u

struct fm_lexicon {
    const uint32_t *slots;
    uint32_t count;              /* of slots; at least one is empty */
    const uint32_t *combination; /* FM_LEXICON_COMBINATIONS */
};

/* Where the search for a key begins. */
static inline uint32_t fm_lexicon_start(uint64_t key, uint32_t count)
{
    return (uint32_t)((key & 0xffffffffu) * count >> 32);
}

/* What a slot keeps of a key. */
static inline uint32_t fm_lexicon_check(uint64_t key)
{
    return (uint32_t)(key >> 41) << 9;
}

/* 0 when the key is not there. */
static inline uint32_t fm_lexicon_get(const struct fm_lexicon *lexicon,
                                      uint64_t key)
{
    uint32_t check = fm_lexicon_check(key);
    uint32_t i = fm_lexicon_start(key, lexicon->count);

    for (;; i = i + 1 < lexicon->count ? i + 1 : 0) {
        uint32_t slot = lexicon->slots[i];

        if (slot == 0)
            return 0;
        if ((slot & ~(FM_LEXICON_COMBINATIONS - 1)) == check)
            return lexicon->combination[slot & (FM_LEXICON_COMBINATIONS - 1)];
    }
}

#endif
