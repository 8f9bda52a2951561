/* Events a second over the last ten seconds. Any thread. */
#ifndef FM_INGEST_RATE_H
#define FM_INGEST_RATE_H

#include <pthread.h>
#include <stdint.h>

#define FM_RATE_SECONDS 10u

struct fm_rate {
    pthread_mutex_t lock;
    uint64_t begun;                         /* second of fm_rate_init */
    uint64_t seconds[FM_RATE_SECONDS + 1u]; /* which second a slot counts */
    uint64_t counts[FM_RATE_SECONDS + 1u];
};

void fm_rate_init(struct fm_rate *rate);
void fm_rate_release(struct fm_rate *rate);
void fm_rate_add(struct fm_rate *rate, uint64_t n);
double fm_rate_per_second(struct fm_rate *rate);

#endif
