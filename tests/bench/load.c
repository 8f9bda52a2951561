#include "load.h"

#include "base/config.h"

bool fm_load_times_init(struct fm_load_times *times, size_t cap)
{
    times->us = malloc(cap * sizeof *times->us);
    times->count = 0;
    times->cap = cap;
    return times->us != NULL;
}

void fm_load_times_add(struct fm_load_times *times, uint64_t us)
{
    if (times->count < times->cap)
        times->us[times->count++] = us < UINT32_MAX ? (uint32_t)us : UINT32_MAX;
}

static int by_size(const void *a, const void *b)
{
    const uint32_t *x = a;
    const uint32_t *y = b;

    return (*x > *y) - (*x < *y);
}

static double at_share(const uint32_t *us, size_t n, double share)
{
    size_t i = (size_t)((double)n * share);

    return (double)us[i < n ? i : n - 1] / 1000.0;
}

void fm_load_report(const char *name, struct fm_load_times *threads, size_t n,
                    double seconds)
{
    size_t total = 0;
    size_t at = 0;
    uint32_t *all;

    for (size_t i = 0; i < n; i++)
        total += threads[i].count;
    all = malloc((total + 1) * sizeof *all);
    if (all == NULL || total == 0) {
        (void)printf("%s: nothing measured\n", name);
        free(all);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        memcpy(all + at, threads[i].us, threads[i].count * sizeof *all);
        at += threads[i].count;
    }
    qsort(all, total, sizeof *all, by_size);
    (void)printf("%s: %zu in %.2f s, %.0f/s, ms: p50 %.3f p90 %.3f p99 %.3f "
                 "p99.9 %.3f max %.3f\n",
                 name, total, seconds, (double)total / seconds,
                 at_share(all, total, 0.5), at_share(all, total, 0.9),
                 at_share(all, total, 0.99), at_share(all, total, 0.999),
                 at_share(all, total, 1.0));
    free(all);
}

#define KEY(n, t, f, lo, hi, m, x, help)                               \
 {                                                                     \
  n, t, f, lo, hi, NULL, offsetof(struct fm_load_settings, m), x, help \
 }
static const struct fm_config_key keys[] = {
    KEY("endpoint", FM_CONFIG_STRING, "tcp://127.0.0.1:7411", 0, 0, endpoint,
        "EP", "where the service listens"),
    KEY("threads", FM_CONFIG_U64, "4", 1, 1024, threads, "N",
        "producers or readers, each with a socket of its own"),
    KEY("window", FM_CONFIG_U64, "256", 1, 65536, window, "N",
        "calls in flight of each"),
    KEY("count", FM_CONFIG_U64, "100000", 1, 100000000, count, "N",
        "calls of all together"),
    KEY("bytes", FM_CONFIG_SIZE, "3000", 1, 1 << 20, bytes, "N",
        "length of an article's text"),
    KEY("run", FM_CONFIG_STRING, "", 0, 0, run, "NAME",
        "part of the articles' ids; the same name gives duplicates"),
    KEY("entity", FM_CONFIG_STRING, "", 0, 0, entity, "NAME",
        "for list: facts of this entity"),
    KEY("key", FM_CONFIG_STRING, "", 0, 0, key, "FILE",
        "secret key to call with"),
    KEY("server-key", FM_CONFIG_STRING, "", 0, 0, server_key, "KEY|FILE",
        "public key of the service"),
};

static int run(struct fm_load_settings *settings, const char *what)
{
    struct fm_why why = FM_WHY_INIT;
    enum fm_error e = fm_security_of_client(settings->key, settings->server_key,
                                            false, &why, &settings->security);

    if (e != FM_OK) {
        (void)fprintf(stderr, "fm_load: %s\n", fm_why_text(&why, e));
        return fm_error_exit(e);
    }
    if (strcmp(what, "push") == 0)
        return fm_load_push(settings);
    if (strcmp(what, "get") == 0 || strcmp(what, "list") == 0 ||
        strcmp(what, "search") == 0)
        return fm_load_query(settings, what);
    (void)fprintf(stderr, "fm_load: push, get, list or search\n");
    return 64;
}

int main(int argc, char **argv)
{
    struct fm_load_settings settings = {0};
    struct fm_config config = {
        .program = "fm_load",
        .synopsis = "[OPTION…] push|get|list|search",
        .about = "Makes load on the services and prints what it measured.\n"
                 "push: acknowledged pushes. get: GetFact of random facts. "
                 "list: ListFacts of 50 by\nentity and time. search: "
                 "SearchFacts of common words.",
        .keys = keys,
        .key_count = sizeof keys / sizeof keys[0],
        .values = &settings,
    };
    const char *what;
    int status = 64;

    if (fm_config_start(&config, argc, argv, &status)) {
        what = config.first_argument < argc ? argv[config.first_argument] : "";
        status = run(&settings, what);
    }
    fm_config_release(&config);
    return status;
}
