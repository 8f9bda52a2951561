/* Time. Deadlines and leases use the monotonic clock, what is stored the
 * civil one. Calendar arithmetic is proleptic Gregorian, UTC, without the
 * library's hidden state. */
#ifndef FM_BASE_CLOCK_H
#define FM_BASE_CLOCK_H

#include "base/error.h"
#include "base/str.h"

/* Milliseconds and microseconds of CLOCK_MONOTONIC. */
uint64_t fm_now_ms(void);
uint64_t fm_now_us(void);
/* Microseconds since 1970-01-01T00:00:00Z. */
int64_t fm_wall_us(void);

struct fm_civil {
    int32_t year; /* 1 to 9999 */
    int32_t month;
    int32_t day;
    int32_t hour;
    int32_t minute;
    int32_t second;
};

/* Days since 1970-01-01; month may run over (13 = January of the next year),
 * day too. (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".) */
int64_t fm_days_from_civil(int32_t year, int32_t month, int32_t day);
void fm_civil_from_days(int64_t days, int32_t *ret_year, int32_t *ret_month,
                        int32_t *ret_day);
struct fm_civil fm_civil_from_seconds(int64_t seconds);
int64_t fm_seconds_from_civil(const struct fm_civil *civil);
/* 0 = Monday … 6 = Sunday. */
int32_t fm_weekday(int64_t days);
int32_t fm_days_in_month(int32_t year, int32_t month);

/* "2026-11-23T10:00:00Z"; the fraction only when micros has one. ret holds
 * FM_TIME_TEXT bytes. */
#define FM_TIME_TEXT 40
void fm_time_format(int64_t micros, char ret[FM_TIME_TEXT]);
/* RFC 3339, or a date alone (midnight UTC). */
enum fm_error fm_time_parse(struct fm_str s, int64_t *ret_micros) FM_MUST_CHECK;

#endif
