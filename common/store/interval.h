/* Event times as numbers: half-open intervals of seconds since 1970 UTC. */
#ifndef FM_STORE_INTERVAL_H
#define FM_STORE_INTERVAL_H

#include "base/str.h"

#include <stdint.h>

struct fm_interval {
    int64_t start;
    int64_t end; /* > start */
    /* Class of its length, for fm_interval_longest: a search for overlaps
     * looks back from its own start no farther than the class is long. */
    int32_t span;
};

/* Classes: a day, a week, a month, a year, a decade, a century, longer. */
#define FM_INTERVAL_SPANS 7

/* Seconds of the longest interval of a class; of the last, more than there is
 * time. */
int64_t fm_interval_longest(int32_t span);
/* From ISO 8601 dates or times ("2011-05", "2011-05-15", "2011-05-15T10:00Z"),
 * one of which may be empty. False when neither places it on the calendar. */
bool fm_interval_parse(struct fm_str start, struct fm_str end,
                       struct fm_interval *ret);

#endif
