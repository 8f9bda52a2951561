/* Standing filters over the changes of a store that is there: what one more
 * committed fact costs. Prints, never asserts.
 *
 *     feed_bench DIR [WATCHES]        DIR: a data directory; it is only read */
#include "base/clock.h"
#include "base/parse.h"
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>

struct bench {
    uint64_t seed;
    uint64_t matches;
    struct fm_why why;
};

static void check(struct bench *b, enum fm_error e, const char *what)
{
    if (e == FM_OK)
        return;
    (void)fprintf(stderr, "%s: %s: %s\n", what, fm_error_name(e), b->why.text);
    exit(1);
}

static uint64_t draw(struct bench *b, uint64_t below)
{
    b->seed = b->seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (b->seed >> 33) % below;
}

static void each(void *user, const struct fm_store_match *match)
{
    struct bench *b = user;

    b->matches += match->error == FM_OK;
}

/* What back ends wait for: mostly somebody, sometimes something said of them,
 * a verb, a word. */
static void add(struct bench *b, struct fm_store_feed *feed, uint64_t i)
{
    static const char *const verbs[] = {"say",  "tell",  "announce", "rise",
                                        "fall", "meet",  "sign",     "warn",
                                        "vote", "resign"};
    static const char *const words[] = {"earthquake", "\"interest rate\"",
                                        "merger OR takeover", "strike*",
                                        "vaccine trial"};
    Factmill__V1__Fact__Kind quote = FACTMILL__V1__FACT__KIND__QUOTE;
    Factmill__V1__FactFilter filter;
    char entity[24];
    uint32_t id = 0;

    factmill__v1__fact_filter__init(&filter);
    (void)snprintf(entity, sizeof entity, "%llu",
                   (unsigned long long)(1 + draw(b, 20000)));
    if (i % 10 < 8)
        filter.entity = entity;
    if (i % 10 == 8)
        filter.predicate = (char *)(uintptr_t)verbs[draw(b, 10)];
    if (i % 10 == 9)
        filter.text = (char *)(uintptr_t)words[draw(b, 5)];
    if (i % 3 == 0) {
        filter.kinds = &quote;
        filter.n_kinds = 1;
    }
    if (i % 5 == 0)
        filter.min_confidence = 0.7f;
    check(b, feed->ops->add(feed, &filter, b, &b->why, &id), "add");
}

static void run(struct bench *b, const char *dir, uint64_t watches)
{
    struct fm_store_feed *feed = NULL;
    uint64_t last = 0;
    uint64_t at = 0;
    uint64_t us;
    bool more = true;

    check(b, fm_store_feed_open(dir, &b->why, &feed), "open");
    us = fm_now_us();
    for (uint64_t i = 0; i < watches; i++)
        add(b, feed, i);
    us = fm_now_us() - us;
    check(b, feed->ops->sequence(feed, &b->why, &last), "sequence");
    (void)printf("%6llu watches added, %.1f us each\n",
                 (unsigned long long)watches,
                 watches > 0 ? (double)us / (double)watches : 0);
    us = fm_now_us();
    while (more)
        check(b, feed->ops->advance(feed, 512, each, b, &b->why, &at, &more),
              "advance");
    us = fm_now_us() - us;
    (void)printf("%6llu watches: %llu facts, %.2f us a fact, %.2f matches a "
                 "fact\n",
                 (unsigned long long)watches, (unsigned long long)last,
                 (double)us / (double)last, (double)b->matches / (double)last);
    feed->ops->close(feed);
}

int main(int argc, char **argv)
{
    uint64_t watches = 10000;

    if (argc < 2 || argc > 3 ||
        (argc == 3 && fm_parse_u64(fm_str(argv[2]), &watches) != FM_OK)) {
        (void)fprintf(stderr, "usage: feed_bench DIR [WATCHES]\n");
        return 64;
    }
    for (uint64_t n = 0; n <= watches; n = n == 0 ? 100 : n * 10) {
        struct bench b = {.seed = 1};

        run(&b, argv[1], n);
    }
    return 0;
}
