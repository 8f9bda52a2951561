/* Times without syntax: dates, times of day, durations, sets and references,
 * as TIMEX3 (TimeML 1.2.1; values as in the TIDES guidelines of 2005) with an
 * interval on the calendar.
 *
 * Modules in the order of work: lexeme.c reads a sentence, time_date.c,
 * time_relative.c, time_duration.c and time_clock.c are the grammar, time.c
 * goes through the text and joins ranges, time_place.c and time_resolve.c put
 * what was read on the calendar: by the words alone, by the date of publication, by the time
 * last spoken of, or by its surroundings (Time.basis says which).
 *
 * Without a date of publication a relative time keeps an open value
 * ("XXXX-WXX-1", "XXXX-05-12") and has no start and end. Nothing is counted
 * from the clock. Month comes before day in "12/05/2014", as in the United
 * States, unless only the other order is a date; such times are approximate. */
#ifndef FM_EXTRACT_TIME_H
#define FM_EXTRACT_TIME_H

#include "extract/context.h"

/* Fills ctx->times and ctx->time_types; makes no facts. Linear in the text. */
void fm_extract_times(struct fm_context *ctx);

#endif
