/* Feasts and other days that have a name: "Christmas Eve", "Labor Day", "Easter
 * Monday". Those that fall on the same day wherever English news is written, and
 * those of the United States; days that every country has one of its own of
 * ("Independence Day", "Labour Day") are not dates without the country. */
#ifndef FM_EXTRACT_FEAST_H
#define FM_EXTRACT_FEAST_H

#include "extract/calendar.h"

/* The feast that is named at lexeme i, capital first: how many lexemes the name
 * takes, 0 = none. *ret_feast is a number for fm_feast_day, never 0. */
size_t fm_feast_read(const struct fm_lexemes *lexemes, size_t i,
                     uint8_t *ret_feast);
/* The day of a feast in a year (1 to FM_YEAR_MAX). */
struct fm_stretch fm_feast_day(uint8_t feast, int32_t year);

#endif
