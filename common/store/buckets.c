#include "base/clock.h"
#include "store/buckets_priv.h"

#define HOUR INT64_C(3600)
#define DAY  INT64_C(86400)

static int64_t floor_to(int64_t v, int64_t unit)
{
    int64_t rest = v % unit;

    return v - (rest < 0 ? rest + unit : rest);
}

static int64_t month_start(int32_t year, int32_t month)
{
    return fm_days_from_civil(year, month, 1) * DAY;
}

int64_t fm_bucket_start(int64_t seconds, Factmill__V1__TimeBucket bucket)
{
    int64_t days = floor_to(seconds, DAY) / DAY;
    int32_t year;
    int32_t month;
    int32_t day;

    fm_civil_from_days(days, &year, &month, &day);
    switch (bucket) {
    case FACTMILL__V1__TIME_BUCKET__BUCKET_HOUR: return floor_to(seconds, HOUR);
    case FACTMILL__V1__TIME_BUCKET__BUCKET_WEEK:
        return (days - fm_weekday(days)) * DAY;
    case FACTMILL__V1__TIME_BUCKET__BUCKET_MONTH:
        return month_start(year, month);
    case FACTMILL__V1__TIME_BUCKET__BUCKET_QUARTER:
        return month_start(year, (month - 1) / 3 * 3 + 1);
    case FACTMILL__V1__TIME_BUCKET__BUCKET_YEAR: return month_start(year, 1);
    case FACTMILL__V1__TIME_BUCKET__BUCKET_DECADE:
        return month_start((int32_t)floor_to(year, 10), 1);
    case FACTMILL__V1__TIME_BUCKET__BUCKET_DAY:
    case FACTMILL__V1__TIME_BUCKET__TIME_BUCKET_UNSPECIFIED:
    case _FACTMILL__V1__TIME_BUCKET_IS_INT_SIZE: break;
    }
    return days * DAY;
}

/* Longer than any bucket of its kind, shorter than two. */
static const int64_t beyond[] = {
    [FACTMILL__V1__TIME_BUCKET__TIME_BUCKET_UNSPECIFIED] = DAY,
    [FACTMILL__V1__TIME_BUCKET__BUCKET_HOUR] = HOUR,
    [FACTMILL__V1__TIME_BUCKET__BUCKET_DAY] = DAY,
    [FACTMILL__V1__TIME_BUCKET__BUCKET_WEEK] = 7 * DAY,
    [FACTMILL__V1__TIME_BUCKET__BUCKET_MONTH] = 31 * DAY,
    [FACTMILL__V1__TIME_BUCKET__BUCKET_QUARTER] = 92 * DAY,
    [FACTMILL__V1__TIME_BUCKET__BUCKET_YEAR] = 366 * DAY,
    [FACTMILL__V1__TIME_BUCKET__BUCKET_DECADE] = 3653 * DAY,
};

int64_t fm_bucket_next(int64_t start, Factmill__V1__TimeBucket bucket)
{
    return fm_bucket_start(start + beyond[bucket], bucket);
}

int fm_bucket_of_length(int64_t seconds)
{
    int bucket = FM_BUCKET_FIRST;

    while (bucket <= FM_BUCKET_LAST && seconds > beyond[bucket])
        bucket++;
    return bucket;
}

char *fm_bucket_text(int64_t start, Factmill__V1__TimeBucket bucket,
                     struct fm_arena *arena)
{
    struct fm_civil c = fm_civil_from_seconds(start);

    if (bucket == FACTMILL__V1__TIME_BUCKET__BUCKET_HOUR)
        return fm_arena_printf(arena, "%04d-%02d-%02dT%02d:00:00Z", (int)c.year,
                               (int)c.month, (int)c.day, (int)c.hour);
    return fm_arena_printf(arena, "%04d-%02d-%02d", (int)c.year, (int)c.month,
                           (int)c.day);
}
