/* Random numbers that are the same everywhere (splitmix64, Steele et al.
 * 2014). */
#ifndef FM_NLP_TRAIN_RANDOM_H
#define FM_NLP_TRAIN_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct fm_random {
    uint64_t state;
};

static inline uint64_t fm_random_next(struct fm_random *r)
{
    uint64_t v = r->state += 0x9e3779b97f4a7c15u;

    v = (v ^ (v >> 30)) * 0xbf58476d1ce4e5b9u;
    v = (v ^ (v >> 27)) * 0x94d049bb133111ebu;
    return v ^ (v >> 31);
}

/* In [0, 1). */
static inline float fm_random_unit(struct fm_random *r)
{
    return (float)(fm_random_next(r) >> 40) * 0x1p-24f;
}

/* In [0, n). */
static inline size_t fm_random_below(struct fm_random *r, size_t n)
{
    return (size_t)(fm_random_next(r) % n);
}

#endif
