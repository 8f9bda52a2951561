/* What the files of number.h share. */
#ifndef FM_EXTRACT_NUMBER_PRIV_H
#define FM_EXTRACT_NUMBER_PRIV_H

#include "extract/number.h"

/* A hyphen that joins what stands on both sides. */
static inline bool fm_number_dash(const struct fm_lexemes *lx, size_t i)
{
    return fm_lexeme_mark(lx, i, '-') && fm_lexeme_glued(lx, i) &&
           fm_lexeme_glued(lx, i + 1);
}

/* Each returns the lexemes it takes from i on, 0 = none. */

/* "1/2": both sides small. */
size_t fm_number_slash(const struct fm_lexemes *lx, size_t i,
                       struct fm_number *number);
/* One half and the like in one character. */
size_t fm_number_glyph(const struct fm_lexemes *lx, size_t i,
                       struct fm_number *number);
/* "thirds" behind top of them. */
size_t fm_number_fraction(const struct fm_lexemes *lx, size_t i, int64_t top,
                          struct fm_number *number);
/* "and a half" behind a whole number, added to *value. power: of ten of the scale
 * before ("3 million and a half" = 6). */
size_t fm_number_and_part(const struct fm_lexemes *lx, size_t i, int32_t power,
                          struct fm_decimal *value);

#endif
