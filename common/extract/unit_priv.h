/* The words of unit.c; private to it and its tests. */
#ifndef FM_EXTRACT_UNIT_PRIV_H
#define FM_EXTRACT_UNIT_PRIV_H

#include "extract/unit.h"

enum fm_unit_word_kind {
    FM_WORD_MONEY,
    FM_WORD_CODE, /* ISO 4217, capitals only */
    FM_WORD_PERCENT,
    FM_WORD_UNIT,
    FM_WORD_TIMES,
};

struct fm_unit_word {
    const char *word;
    uint8_t kind;
    const char *unit;
};

/* Sorted by word. */
extern const struct fm_unit_word fm_unit_words[];
extern const size_t fm_unit_word_count;

#endif
