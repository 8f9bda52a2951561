/* fm_load: makes load and prints what it measured. */
#ifndef FM_TESTS_BENCH_LOAD_H
#define FM_TESTS_BENCH_LOAD_H

#include "base/buf.h"
#include "base/clock.h"
#include "rpc/security.h"

struct fm_load_settings {
    const char *endpoint;
    uint64_t threads; /* producers or readers, each with a socket */
    uint64_t window;  /* calls in flight of each */
    uint64_t count;   /* of all threads together */
    uint64_t bytes;   /* of an article's text */
    const char *run;  /* part of the articles' ids */
    const char *entity;
    const char *key; /* empty = plain */
    const char *server_key;
    struct fm_security security; /* out of those two */
};

/* Latencies of one thread, in microseconds. */
struct fm_load_times {
    uint32_t *us;
    size_t count;
    size_t cap;
};

bool fm_load_times_init(struct fm_load_times *times, size_t cap);
void fm_load_times_add(struct fm_load_times *times, uint64_t us);
/* Prints "name: count in seconds, rate/s, p50, p90, p99, p99.9, max". */
void fm_load_report(const char *name, struct fm_load_times *threads, size_t n,
                    double seconds);

int fm_load_push(const struct fm_load_settings *settings);
int fm_load_query(const struct fm_load_settings *settings, const char *what);

#endif
