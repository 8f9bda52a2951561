/* The store alone, in this process: group commits, one article at a time,
 * settles, and the answers over what they left. Prints, never asserts.
 *
 *     store_bench DIR [ARTICLES [FACTS-OF-EACH]]      DIR is made and removed */
#include "base/clock.h"
#include "base/hash.h"
#include "base/parse.h"
#include "store/content.h"
#include "store/store.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define BATCH     512u
#define TEXT_SIZE 3000u
#define NAMES     20000u
#define LEMMAS    300u
#define SAMPLES   2000u

struct bench {
    const char *dir;
    uint64_t articles;
    uint64_t facts;
    uint64_t seed;
    struct fm_store_writer *w;
    struct fm_store_reader *r;
    struct fm_arena arena;
    struct fm_why why;
    struct fm_id some[SAMPLES]; /* of facts that exist */
    size_t some_n;
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

/* Few are drawn often, many seldom. */
static uint64_t draw_skewed(struct bench *b, uint64_t below)
{
    uint64_t range = 1 + draw(b, below);

    return draw(b, 1 + draw(b, range));
}

/* --- articles and facts ------------------------------------------------------------ */

/* The same for the same number, so that evidence can be cut out of it later. */
static char *text_of(struct bench *b, uint64_t number)
{
    char *text = fm_arena_alloc(&b->arena, TEXT_SIZE + 64);
    uint64_t before = b->seed;
    size_t n = 0;
    int words = 0;

    b->seed = number * 7919 + 1;
    while (n < TEXT_SIZE) {
        n += (size_t)snprintf(text + n, 32, "w%llu%s",
                              (unsigned long long)draw_skewed(b, 30000),
                              ++words % 22 == 0 ? ".\n" : " ");
    }
    b->seed = before;
    return text;
}

/* Returns the microseconds that the store took. */
static uint64_t append(struct bench *b, uint64_t number)
{
    uint64_t t;

    struct fm_store_article in = {.published_us = 1700000000000000};
    struct fm_store_appended out;
    Factmill__V1__Article a;
    char id[40];
    uint8_t *body;

    (void)snprintf(id, sizeof id, "article-%08llx",
                   (unsigned long long)(number * 2654435761u & 0xffffffffu));
    factmill__v1__article__init(&a);
    a.id = id;
    a.source = (char *)(uintptr_t) "bench.example";
    a.title = (char *)(uintptr_t) "A headline of eight words, or nearly so";
    a.text = text_of(b, number);
    body =
        fm_arena_alloc(&b->arena, factmill__v1__article__get_packed_size(&a));
    in.body = fm_str_n((char *)body, factmill__v1__article__pack(&a, body));
    in.source = fm_str(a.source);
    in.id = fm_str(id);
    in.title = fm_str(a.title);
    in.published_us += (int64_t)number * 60000000;
    if (!fm_content_hash(in.body, &in.content))
        (void)fprintf(stderr, "store_bench: an article cannot be hashed\n");
    t = fm_now_us();
    check(b, b->w->ops->append(b->w, &in, &b->why, &out), "append");
    return fm_now_us() - t;
}

static Factmill__V1__Argument *argument(struct bench *b, int role,
                                        const Factmill__V1__Extraction *x)
{
    Factmill__V1__Argument *a = fm_arena_alloc(&b->arena, sizeof *a);
    size_t i = draw(b, x->n_entities);

    factmill__v1__argument__init(a);
    a->role = (Factmill__V1__Argument__Role)role;
    a->entity = draw(b, 3) != 0 ? i + 1 : 0;
    a->text = a->entity != 0
                  ? x->entities[i]->name
                  : fm_arena_printf(&b->arena, "the w%llu w%llu",
                                    (unsigned long long)draw_skewed(b, 30000),
                                    (unsigned long long)draw_skewed(b, 30000));
    return a;
}

static void give_time(struct bench *b, Factmill__V1__Fact *fact)
{
    uint64_t year = 2023 - draw_skewed(b, 60);
    uint64_t day = 1 + draw(b, 27);

    fact->time = fm_arena_alloc(&b->arena, sizeof *fact->time);
    factmill__v1__time__init(fact->time);
    fact->time->start =
        fm_arena_printf(&b->arena, "%04llu-05-%02llu", (unsigned long long)year,
                        (unsigned long long)day);
    fact->time->end =
        fm_arena_printf(&b->arena, "%04llu-05-%02llu", (unsigned long long)year,
                        (unsigned long long)day + 1);
}

static Factmill__V1__Fact *fact_of(struct bench *b, uint64_t article,
                                   const char *text,
                                   const Factmill__V1__Extraction *x)
{
    Factmill__V1__Fact *f = fm_arena_alloc(&b->arena, sizeof *f);
    const char *from = text;
    const char *to;
    struct fm_id id;
    char hex[33];

    for (uint64_t line = draw(b, 15); line > 0 && strchr(from, '\n'); line--)
        from = strchr(from, '\n') + 1;
    to = strchr(from, '\n') != NULL ? strchr(from, '\n') : from + strlen(from);
    factmill__v1__fact__init(f);
    article = fm_hash64(&article, sizeof article, 1);
    memcpy(id.bytes, &article, sizeof article);
    for (size_t i = sizeof article; i < sizeof id.bytes; i++)
        id.bytes[i] = (uint8_t)draw(b, 256);
    fm_id_hex(&id, hex);
    if (b->some_n < SAMPLES)
        b->some[b->some_n++] = id;
    else
        b->some[draw(b, SAMPLES)] = id;
    f->id = fm_arena_copy(&b->arena, fm_str(hex));
    f->kind = (Factmill__V1__Fact__Kind)(1 + draw(b, 9));
    f->polarity = FACTMILL__V1__FACT__POLARITY__POSITIVE;
    f->modality = FACTMILL__V1__FACT__MODALITY__ASSERTED;
    f->confidence = (float)draw(b, 100) / 100.0F;
    f->rule = (char *)(uintptr_t) "bench.rule";
    f->subject = argument(b, FACTMILL__V1__ARGUMENT__ROLE__SUBJECT, x);
    f->arguments = fm_arena_array(&b->arena, 2, sizeof(void *));
    f->arguments[0] = argument(b, FACTMILL__V1__ARGUMENT__ROLE__OBJECT, x);
    f->n_arguments = 1;
    f->predicate = fm_arena_alloc(&b->arena, sizeof *f->predicate);
    factmill__v1__predicate__init(f->predicate);
    f->predicate->lemma = fm_arena_printf(
        &b->arena, "lemma%llu", (unsigned long long)draw_skewed(b, LEMMAS));
    f->evidence = fm_arena_alloc(&b->arena, sizeof *f->evidence);
    factmill__v1__evidence__init(f->evidence);
    f->evidence->span = fm_arena_alloc(&b->arena, sizeof *f->evidence->span);
    factmill__v1__span__init(f->evidence->span);
    f->evidence->span->start = (uint32_t)(from - text);
    f->evidence->span->end = (uint32_t)(to - text);
    f->evidence->text =
        fm_arena_copy(&b->arena, fm_str_n(from, (size_t)(to - from)));
    if (draw(b, 3) == 0)
        give_time(b, f);
    return f;
}

static Factmill__V1__Extraction *extraction_of(struct bench *b, uint64_t number)
{
    Factmill__V1__Extraction *x = fm_arena_alloc(&b->arena, sizeof *x);
    char *text = text_of(b, number);

    factmill__v1__extraction__init(x);
    x->extractor = (char *)(uintptr_t) "bench-1";
    x->n_entities = 12;
    x->entities = fm_arena_array(&b->arena, x->n_entities, sizeof(void *));
    for (size_t i = 0; i < x->n_entities; i++) {
        Factmill__V1__Entity *e = fm_arena_alloc(&b->arena, sizeof *e);

        factmill__v1__entity__init(e);
        e->id = i + 1;
        e->type = FACTMILL__V1__ENTITY__TYPE__PERSON;
        e->name = fm_arena_printf(&b->arena, "Person Name%llu",
                                  (unsigned long long)draw_skewed(b, NAMES));
        x->entities[i] = e;
    }
    x->n_facts = b->facts;
    x->facts = fm_arena_array(&b->arena, x->n_facts, sizeof(void *));
    for (size_t i = 0; i < x->n_facts; i++)
        x->facts[i] = fact_of(b, number, text, x);
    return x;
}

/* --- measures ---------------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

static void show(const char *what, uint64_t *us, size_t n)
{
    qsort(us, n, sizeof *us, by_value);
    (void)printf("%-34s p50 %6llu us  p99 %6llu us  max %6llu us\n", what,
                 (unsigned long long)us[n / 2],
                 (unsigned long long)us[n * 99 / 100],
                 (unsigned long long)us[n - 1]);
}

static void checkpoint(struct bench *b)
{
    bool more = true;

    while (more)
        check(b, b->w->ops->checkpoint(b->w, false, &b->why, &more), "step");
}

static void bench_append(struct bench *b)
{
    uint64_t store_us = 0;
    uint64_t check_us = 0;

    for (uint64_t i = 0; i < b->articles;) {
        uint64_t n = b->articles - i < BATCH ? b->articles - i : BATCH;
        uint64_t t;

        fm_arena_reset(&b->arena);
        t = fm_now_us();
        check(b, b->w->ops->begin(b->w, &b->why), "begin");
        for (uint64_t end = i + n; i < end; i++)
            store_us += append(b, i);
        t = fm_now_us();
        check(b, b->w->ops->commit(b->w, &b->why), "commit");
        store_us += fm_now_us() - t;
        t = fm_now_us();
        checkpoint(b);
        check_us += fm_now_us() - t;
    }
    (void)printf("append, %u a commit              %8.0f /s, with checkpoints "
                 "%8.0f /s (making them included)\n",
                 BATCH, (double)b->articles * 1e6 / (double)store_us,
                 (double)b->articles * 1e6 / (double)(store_us + check_us));
}

static void bench_single(struct bench *b)
{
    static uint64_t us[SAMPLES];

    for (size_t i = 0; i < SAMPLES; i++) {
        uint64_t t;

        fm_arena_reset(&b->arena);
        t = fm_now_us();
        check(b, b->w->ops->begin(b->w, &b->why), "begin");
        (void)append(b, b->articles + i);
        check(b, b->w->ops->commit(b->w, &b->why), "commit");
        us[i] = fm_now_us() - t;
        checkpoint(b);
    }
    b->articles += SAMPLES;
    show("append, one a commit", us, SAMPLES);
}

static void bench_settle(struct bench *b, uint64_t batch)
{
    uint64_t store_us = 0;
    uint64_t settle_us = 0;
    uint64_t check_us = 0;
    uint64_t done = 0;

    for (;;) {
        struct fm_store_lease *leases = NULL;
        enum fm_store_settled settled;
        size_t n = 0;
        uint64_t t;

        fm_arena_reset(&b->arena);
        t = fm_now_us();
        check(b, b->w->ops->begin(b->w, &b->why), "begin");
        check(b,
              b->w->ops->lease(b->w, fm_str("w"), (uint32_t)batch, 64u << 20,
                               &b->arena, &b->why, &leases, &n),
              "lease");
        store_us += fm_now_us() - t;
        for (size_t i = 0; i < n; i++) {
            Factmill__V1__Extraction *x =
                extraction_of(b, leases[i].sequence - 1);

            t = fm_now_us();
            check(b,
                  b->w->ops->settle(b->w, leases[i].lease, x, 1, &b->why,
                                    &settled),
                  "settle");
            settle_us += fm_now_us() - t;
        }
        t = fm_now_us();
        check(b, b->w->ops->commit(b->w, &b->why), "commit");
        store_us += fm_now_us() - t;
        t = fm_now_us();
        checkpoint(b);
        check_us += fm_now_us() - t;
        done += n;
        if (n == 0)
            break;
    }
    (void)printf("lease, settle %llu facts, %llu a commit  %8.0f articles/s, "
                 "%.0f facts/s (settle %.0f us, commit %.0f us, checkpoint "
                 "%.0f us an article)\n",
                 (unsigned long long)b->facts, (unsigned long long)batch,
                 (double)done * 1e6 / (double)(store_us + settle_us + check_us),
                 (double)(done * b->facts) * 1e6 /
                     (double)(store_us + settle_us + check_us),
                 (double)settle_us / (double)done,
                 (double)store_us / (double)done,
                 (double)check_us / (double)done);
}

static bool ignore(void *user, const struct fm_store_row *row)
{
    *(uint64_t *)user += row->stored.len + row->added.len;
    return true;
}

static bool ignore_hit(void *user, const struct fm_store_hit *hit)
{
    return ignore(user, &hit->fact);
}

static void bench_get(struct bench *b)
{
    static uint64_t us[SAMPLES];
    struct fm_buf out;

    fm_buf_init(&out, 1 << 20);
    for (size_t i = 0; i < SAMPLES; i++) {
        uint64_t t = fm_now_us();

        fm_buf_reset(&out);
        check(b,
              b->r->ops->get_fact(b->r, &b->some[draw(b, b->some_n)], &out,
                                  &b->why),
              "get_fact");
        us[i] = fm_now_us() - t;
    }
    fm_buf_release(&out);
    show("GetFact", us, SAMPLES);
}

/* A name that is drawn is often a well-known one. */
static void fill(struct bench *b, const char *kind,
                 Factmill__V1__FactFilter *filter, char name[40])
{
    static Google__Protobuf__Timestamp from;
    static Google__Protobuf__Timestamp to;

    (void)snprintf(name, 40, "Person Name%llu",
                   (unsigned long long)draw_skewed(b, NAMES));
    factmill__v1__fact_filter__init(filter);
    if (strstr(kind, "entity") != NULL)
        filter->entity = name;
    if (strstr(kind, "predicate") != NULL)
        filter->predicate = (char *)(uintptr_t) "lemma7";
    if (strstr(kind, "speaker") != NULL)
        filter->speaker = name;
    if (strstr(kind, "text") != NULL)
        filter->text = (char *)(uintptr_t) "w77 w12";
    if (strstr(kind, "time") != NULL) {
        google__protobuf__timestamp__init(&from);
        google__protobuf__timestamp__init(&to);
        from.seconds = 1620000000 - (int64_t)draw(b, 10) * 31557600;
        to.seconds = from.seconds + INT64_C(86400) * 7;
        filter->time_from = &from;
        filter->time_to = &to;
    }
}

static void bench_list(struct bench *b, const char *kind, int order)
{
    static uint64_t us[SAMPLES];
    const size_t n = SAMPLES / 10;
    char what[64];

    for (size_t i = 0; i < n; i++) {
        struct fm_store_page page = {.size = 50};
        Factmill__V1__FactFilter filter;
        uint64_t bytes = 0;
        char name[40];
        bool more = false;
        uint64_t t;

        fill(b, kind, &filter, name);
        t = fm_now_us();
        check(b,
              b->r->ops->list_facts(b->r, &filter,
                                    (Factmill__V1__FactOrder)order, &page,
                                    ignore, &bytes, &b->why, &more),
              kind);
        us[i] = fm_now_us() - t;
    }
    (void)snprintf(what, sizeof what, "ListFacts(50) %s, order %d", kind,
                   order);
    show(what, us, n);
}

static void bench_search(struct bench *b, const char *query)
{
    static uint64_t us[SAMPLES];
    const size_t n = 20;
    char what[64];

    for (size_t i = 0; i < n; i++) {
        struct fm_store_page page = {.size = 50};
        uint64_t bytes = 0;
        bool more = false;
        uint64_t t = fm_now_us();

        check(b,
              b->r->ops->search_facts(b->r, fm_str(query), NULL, &page,
                                      ignore_hit, &bytes, &b->why, &more),
              query);
        us[i] = fm_now_us() - t;
    }
    (void)snprintf(what, sizeof what, "SearchFacts(50) %s", query);
    show(what, us, n);
}

static void bench_read(struct bench *b)
{
    static const char *const kinds[] = {
        "nothing",          "entity", "predicate", "entity+time",
        "entity+predicate", "time",   "speaker"};
    static const char *const queries[] = {"w77", "w123 w4567", "\"w12 w7\"",
                                          "w29*", "w3333 OR w4444"};

    check(b, fm_store_reader_open(b->dir, &b->why, &b->r), "reader");
    bench_get(b);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        bench_list(b, kinds[i], FACTMILL__V1__FACT_ORDER__SEQUENCE_DESC);
        bench_list(b, kinds[i], FACTMILL__V1__FACT_ORDER__TIME_DESC);
        bench_list(b, kinds[i], FACTMILL__V1__FACT_ORDER__CONFIDENCE_DESC);
    }
    bench_list(b, "text", FACTMILL__V1__FACT_ORDER__SEQUENCE_DESC);
    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++)
        bench_search(b, queries[i]);
    b->r->ops->close(b->r);
}

static int unlink_one(const char *path, const struct stat *status, int flag,
                      struct FTW *walk)
{
    (void)status;
    (void)flag;
    (void)walk;
    return remove(path);
}

int main(int argc, char **argv)
{
    static struct bench b = {.articles = 5000, .facts = 20, .seed = 42};
    struct fm_store_writer_options options = {0};
    struct stat status;
    char path[4096];

    if (argc < 2 ||
        (argc > 2 && fm_parse_u64(fm_str(argv[2]), &b.articles) != FM_OK) ||
        (argc > 3 && fm_parse_u64(fm_str(argv[3]), &b.facts) != FM_OK)) {
        (void)fprintf(stderr, "store_bench DIR [ARTICLES [FACTS]]\n");
        return 64;
    }
    b.dir = argv[1];
    options.dir = b.dir;
    fm_arena_init(&b.arena, (size_t)1 << 30);
    check(&b, fm_store_writer_open(&options, &b.why, &b.w), "open");
    bench_append(&b);
    bench_single(&b);
    bench_settle(&b, 64);
    bench_read(&b);
    (void)snprintf(path, sizeof path, "%s/%s", b.dir, FM_STORE_FILE);
    if (stat(path, &status) == 0)
        (void)printf("database                            %lld MiB\n",
                     (long long)status.st_size >> 20);
    b.w->ops->close(b.w);
    fm_arena_release(&b.arena);
    (void)nftw(b.dir, unlink_one, 16, FTW_DEPTH | FTW_PHYS);
    return 0;
}
