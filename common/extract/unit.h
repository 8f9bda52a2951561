/* What a number is a number of: currencies (ISO 4217 codes), per cent, and
 * units of measure by their singular name ("kilometre"). */
#ifndef FM_EXTRACT_UNIT_H
#define FM_EXTRACT_UNIT_H

#include "extract/lexeme.h"

enum fm_measure_kind {
    FM_MEASURE_NONE,
    FM_MEASURE_MONEY,
    FM_MEASURE_PERCENT, /* per cent and percentage points */
    FM_MEASURE_UNIT,    /* length, mass, energy, … */
    FM_MEASURE_TIMES,   /* "20 times", "tenfold" */
};

struct fm_measure {
    enum fm_measure_kind kind;
    const char *unit; /* "USD", "percent", "square kilometre"; a literal */
};

/* A currency before its number, at lexeme i: "$", "US$", "EUR", "Rs." How many
 * lexemes, 0 = none. */
size_t fm_measure_prefix(const struct fm_lexemes *lexemes, size_t i,
                         struct fm_measure *ret_measure);
/* A unit behind its number: "per cent", "million" is no unit, "-mile", "euros",
 * "Swiss francs", "degrees Celsius", "miles per hour". large: the number had a
 * scale of millions, so that "pounds" are money. */
size_t fm_measure_suffix(const struct fm_lexemes *lexemes, size_t i, bool large,
                         struct fm_measure *ret_measure);

#endif
