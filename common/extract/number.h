/* Numbers as news writes them: "1,234.5", "22-million", "$2bn", "twenty-two
 * thousand", "half a million", "two and a half", "three quarters", "22nd".
 *
 * Exact: a value is a decimal mantissa and a power of ten, never a binary
 * fraction. Only a ratio that has no finite decimal ("a third") is rounded, to
 * six places, and says so. */
#ifndef FM_EXTRACT_NUMBER_H
#define FM_EXTRACT_NUMBER_H

#include "extract/lexeme.h"

/* mantissa * 10^-scale, without trailing zeros; at most 18 digits and scale
 * between -30 and 18. */
struct fm_decimal {
    int64_t mantissa;
    int32_t scale;
};

#define FM_DECIMAL_TEXT 64

/* Each returns false, and leaves its output alone, when the result does not
 * fit. */
bool fm_decimal_parse(struct fm_str digits, struct fm_decimal *ret);
bool fm_decimal_of(int64_t value, int32_t scale, struct fm_decimal *ret);
bool fm_decimal_add(struct fm_decimal a, struct fm_decimal b,
                    struct fm_decimal *ret);
bool fm_decimal_mul(struct fm_decimal a, struct fm_decimal b,
                    struct fm_decimal *ret);
/* a / b for whole b > 0; *ret_rounded when it had to be cut to six places. */
bool fm_decimal_ratio(struct fm_decimal a, int64_t b, struct fm_decimal *ret,
                      bool *ret_rounded);
/* "1500000", "-12.5" */
void fm_decimal_format(struct fm_decimal value, char ret[FM_DECIMAL_TEXT]);
/* < 0, 0, > 0 */
int fm_decimal_cmp(struct fm_decimal a, struct fm_decimal b);
/* The value as thousandths when it fits; INT64_MIN when not. */
int64_t fm_decimal_thousandths(struct fm_decimal value);

enum fm_number_form {
    FM_NUMBER_DIGITS,   /* "46", "1.5 million" */
    FM_NUMBER_WORDS,    /* "forty-six", "half a million" */
    FM_NUMBER_ORDINAL,  /* "22nd", "third" */
    FM_NUMBER_FRACTION, /* "two thirds", "half", "3/4" */
    FM_NUMBER_YEAR,     /* "nineteen ninety-six" */
};

struct fm_number {
    struct fm_decimal value;
    enum fm_number_form form;
    bool rounded;
    bool vague; /* "hundreds of", "dozens of", "several": value is the unit */
};

/* The number that begins at lexeme i: how many lexemes it takes, 0 = none.
 * An article ("a million", "a dozen") is part of it. */
size_t fm_number_parse(const struct fm_lexemes *lexemes, size_t i,
                       struct fm_number *ret_number);
/* Whole numbers below 10^9 only, digits or words; 0 = none. */
size_t fm_number_parse_whole(const struct fm_lexemes *lexemes, size_t i,
                             int32_t *ret_value);
/* Ordinals: "22nd", "twenty-first", "third". */
size_t fm_number_parse_ordinal(const struct fm_lexemes *lexemes, size_t i,
                               int32_t *ret_value);

#endif
