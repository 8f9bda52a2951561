#include "ingest/rate.h"

#include "base/clock.h"

#include <string.h>

#define SLOTS (FM_RATE_SECONDS + 1u)

void fm_rate_init(struct fm_rate *rate)
{
    memset(rate, 0, sizeof *rate);
    (void)pthread_mutex_init(&rate->lock, NULL);
    rate->begun = fm_now_ms() / 1000;
}

void fm_rate_release(struct fm_rate *rate)
{
    (void)pthread_mutex_destroy(&rate->lock);
}

void fm_rate_add(struct fm_rate *rate, uint64_t n)
{
    uint64_t second = fm_now_ms() / 1000;
    uint64_t slot = second % SLOTS;

    (void)pthread_mutex_lock(&rate->lock);
    if (rate->seconds[slot] != second) {
        rate->seconds[slot] = second;
        rate->counts[slot] = 0;
    }
    rate->counts[slot] += n;
    (void)pthread_mutex_unlock(&rate->lock);
}

/* Whole seconds only: the present one is not over. */
double fm_rate_per_second(struct fm_rate *rate)
{
    uint64_t second = fm_now_ms() / 1000;
    uint64_t sum = 0;
    uint64_t span;

    (void)pthread_mutex_lock(&rate->lock);
    for (uint64_t i = 0; i < SLOTS; i++)
        if (rate->seconds[i] < second &&
            rate->seconds[i] + FM_RATE_SECONDS >= second)
            sum += rate->counts[i];
    span = second - rate->begun;
    (void)pthread_mutex_unlock(&rate->lock);
    if (span > FM_RATE_SECONDS)
        span = FM_RATE_SECONDS;
    return span == 0 ? 0.0 : (double)sum / (double)span;
}
