/* Memory that runs out. Each allocation, of the store's own and of SQLite's, fails
 * once in turn, while a store is opened, fed, worked, asked and closed. It says so,
 * keeps what it had acknowledged, and goes on.
 *
 * FM_MEMORY_STEP: only every n-th allocation (37; 1 = each). */
#include <stdbool.h>

static void own(bool on);
#define LIFE_OWN(on) own(on)

#include "fault/store/life.h"

#define STEPS 6

/* --- allocators -------------------------------------------------------------------- */

/* The linker puts these in place of malloc and the others in the store's objects
 * (--wrap); SQLite asks them by its own table. */
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);
void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);

static struct {
    uint64_t count;
    uint64_t fail_at; /* 0 = none */
    bool failed;
    bool off; /* the test's own */
} memory;

static void own(bool on)
{
    memory.off = on;
}

static bool runs_out(void)
{
    if (memory.off)
        return false;
    memory.count++;
    if (memory.fail_at == 0 || memory.count != memory.fail_at)
        return false;
    memory.failed = true;
    return true;
}

void *__wrap_malloc(size_t n)
{
    return runs_out() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return runs_out() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n)
{
    return runs_out() ? NULL : __real_realloc(p, n);
}

/* SQLite wants to know how large its pieces are: a word in front says so. */
static void *sql_malloc(int n)
{
    uint64_t *p = runs_out() ? NULL : __real_malloc((size_t)n + 16);

    if (p == NULL)
        return NULL;
    *p = (uint64_t)n;
    return p + 2;
}

static void sql_free(void *p)
{
    if (p != NULL)
        free((uint64_t *)p - 2);
}

static void *sql_realloc(void *p, int n)
{
    uint64_t *q =
        runs_out() ? NULL : __real_realloc((uint64_t *)p - 2, (size_t)n + 16);

    if (q == NULL)
        return NULL;
    *q = (uint64_t)n;
    return q + 2;
}

static int sql_size(void *p)
{
    return p != NULL ? (int)*((uint64_t *)p - 2) : 0;
}

static int sql_roundup(int n)
{
    return (n + 15) & ~15;
}

static int sql_init(void *unused)
{
    (void)unused;
    return SQLITE_OK;
}

static void sql_shutdown(void *unused)
{
    (void)unused;
}

static void install(void)
{
    static const sqlite3_mem_methods table = {
        .xMalloc = sql_malloc,
        .xFree = sql_free,
        .xRealloc = sql_realloc,
        .xSize = sql_size,
        .xRoundup = sql_roundup,
        .xInit = sql_init,
        .xShutdown = sql_shutdown,
    };

    assert_int_equal(sqlite3_config(SQLITE_CONFIG_MALLOC, &table), SQLITE_OK);
    /* Small pieces come from the same place as large ones. */
    assert_int_equal(sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0), SQLITE_OK);
}

/* --- one life ----------------------------------------------------------------------- */

static bool out_of_memory(enum fm_error e)
{
    return e == FM_ENOMEM;
}

static void bad(uint64_t n, const char *what, enum fm_error e,
                const struct fixture *f)
{
    fail_msg("allocation %llu: %s: %s %s", (unsigned long long)n, what,
             fm_error_name(e), f->why.text);
}

static bool each_hit(void *user, const struct fm_store_hit *hit)
{
    size_t *n = user;

    assert_true(hit->fact.stored.len > 0 && hit->fact.added.len > 0);
    ++*n;
    return true;
}

static enum fm_error ask_lists(struct fixture *f,
                               const struct fm_store_page *page)
{
    Factmill__V1__ListArticlesRequest articles;
    Factmill__V1__ListEntitiesRequest entities;
    Factmill__V1__ArticleInfo **infos = NULL;
    Factmill__V1__Entity **found = NULL;
    Factmill__V1__DeadLetter **letters = NULL;
    struct fm_store_cursor next;
    uint64_t total = 0;
    size_t n = 0;
    bool more = false;
    enum fm_error e;

    factmill__v1__list_articles_request__init(&articles);
    factmill__v1__list_entities_request__init(&entities);
    entities.name = fixture_z("Ann");
    e = f->r->ops->list_articles(f->r, &articles, page, &f->arena, &f->why,
                                 &infos, &n, &next, &more);
    if (e == FM_OK)
        e = f->r->ops->list_entities(f->r, &entities, page, &f->arena, &f->why,
                                     &found, &n, &next, &more);
    if (e == FM_OK)
        e = f->r->ops->list_dead(f->r, page, &f->arena, &f->why, &letters, &n,
                                 &total, &next, &more);
    return e;
}

static enum fm_error ask(struct fixture *f)
{
    const struct fm_store_page page = {.size = 10};
    Factmill__V1__FactFilter filter;
    struct rows rows = {.n = 0};
    uint64_t after = 0;
    size_t hits = 0;
    bool more = false;
    enum fm_error e;

    factmill__v1__fact_filter__init(&filter);
    filter.entity = fixture_z("Ann");
    e = f->r->ops->list_facts(f->r, &filter, FACTMILL__V1__FACT_ORDER__TIME_ASC,
                              &page, fixture_each, &rows, &f->why, &more);
    if (e == FM_OK)
        e = f->r->ops->search_facts(f->r, fm_str("met AND bo*"), &filter, &page,
                                    each_hit, &hits, &f->why, &more);
    if (e == FM_OK)
        e = f->r->ops->export_facts(f->r, &filter, 0, UINT32_MAX, 100,
                                    fixture_each, &rows, &f->why, &after,
                                    &more);
    return e == FM_OK ? ask_lists(f, &page) : e;
}

/* All of it, until something fails. */
static enum fm_error live(struct life *life, struct life_acked *acked)
{
    struct fixture *f = &life->f;
    struct fm_store_writer_options o = {.dir = f->dir};
    enum fm_error e = fm_store_writer_open(&o, &f->why, &f->w);

    if (e == FM_OK)
        e = fm_store_reader_open(f->dir, &f->why, &f->r);
    for (int i = 0; e == FM_OK && i < STEPS; i++) {
        e = life_step(life);
        if (e == FM_OK || e == FM_ECANCELLED) {
            memory.off = true;
            *acked = life_acked_now(f->dir);
            memory.off = false;
            e = life_checkpoint(life);
        }
    }
    return e == FM_OK ? ask(f) : e;
}

/* False when there were fewer than n allocations. */
static bool live_without(uint64_t n)
{
    struct life life;
    struct life_acked acked = {0};
    bool failed;
    enum fm_error e;

    memory.off = true;
    sim_seed(5);
    life_begin(&life, "memory");
    memory.off = false;
    memory.count = 0;
    memory.failed = false;
    memory.fail_at = n;
    e = live(&life, &acked);
    memory.fail_at = 0;
    failed = memory.failed;
    if (e != FM_OK && (!failed || !out_of_memory(e)))
        bad(n, "not said as what it is", e, &life.f);
    /* There is memory again: it goes on where it is. */
    if (life.f.w != NULL)
        for (int i = 0; i < 2; i++) {
            e = life_step(&life);
            if (e != FM_OK && e != FM_ECANCELLED)
                bad(n, "it does not go on", e, &life.f);
        }
    if (life.f.r != NULL && (e = ask(&life.f)) != FM_OK)
        bad(n, "the reader does not go on", e, &life.f);
    fixture_close(&life.f);
    memory.off = true;
    life_open(&life);
    whole_check(&life.f);
    if (acked.articles > 0)
        life_still_there(life.f.dir, &acked);
    life_end(&life);
    memory.off = false;
    return failed;
}

static void each_allocation_fails_once(void **state)
{
    uint64_t step = life_env("FM_MEMORY_STEP", 37);
    uint64_t n = 1;

    (void)state;
    while (live_without(n))
        n += step;
    print_message("%llu allocations, every %llu. failed\n",
                  (unsigned long long)n, (unsigned long long)step);
    assert_true(n > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_allocation_fails_once),
    };

    memory.off = true;
    install();
    memory.off = false;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
