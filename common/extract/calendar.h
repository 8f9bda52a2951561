/* Stretches of the calendar: a unit and a number of it, so that "two quarters
 * later" is an addition. Proleptic Gregorian, ISO 8601 weeks, no hidden state.
 *
 * Index of a unit: seconds, minutes, hours and days since 1970-01-01; weeks
 * since that of 1969-12-29 (a Monday), weekends with the number of their week;
 * months = 12 * year + month - 1; quarters, seasons, halves likewise (a season's
 * year is that of its first month, spring = 0); years, decades, centuries (19 =
 * 1900 to 1999) and millennia plainly. */
#ifndef FM_EXTRACT_CALENDAR_H
#define FM_EXTRACT_CALENDAR_H

#include "extract/lexeme.h"

struct fm_stretch {
    enum fm_unit unit;
    int64_t index;
};

/* Years outside of these are no dates of news. */
#define FM_YEAR_MIN 1
#define FM_YEAR_MAX 2999

/* The period of this unit that holds a second (since 1970). */
struct fm_stretch fm_stretch_at(enum fm_unit unit, int64_t second);
/* Its first second, and the first second behind it. */
int64_t fm_stretch_start(struct fm_stretch period);
int64_t fm_stretch_end(struct fm_stretch period);
struct fm_stretch fm_stretch_shift(struct fm_stretch period, int64_t by);
/* Keeps the day of the month when shifting days by months, quarters, years,
 * decades; other units go through the start of the period. */
struct fm_stretch fm_stretch_shift_unit(struct fm_stretch period,
                                        enum fm_unit unit, int64_t by);
/* Of coarse units, the one that holds the start of period. */
struct fm_stretch fm_stretch_of(enum fm_unit unit, struct fm_stretch period);
struct fm_stretch fm_stretch_day(int32_t year, int32_t month, int32_t day);
bool fm_stretch_valid_day(int32_t year, int32_t month, int32_t day);
bool fm_stretch_in_range(struct fm_stretch period);

/* TIMEX3 value ("1989-Q3", "1990-W32-WE", "199"). */
#define FM_STRETCH_TEXT 48
void fm_stretch_value(struct fm_stretch period, char ret[FM_STRETCH_TEXT]);
/* "1989-07-01", or with a time of day when the unit is finer than a day. */
void fm_stretch_iso(int64_t second, bool with_time, char ret[FM_STRETCH_TEXT]);

#endif
