/* A writer is killed at each of its fault points, again and again on the same
 * database: what it had acknowledged is there, and everything fits together. */
#include "base/fault.h"
#include "store/writer_priv.h"
#include "unit/store/fixture.h"
#include "unit/store/whole.h"

#include <sys/wait.h>

#define ARTICLES 12
#define VERSIONS 3
#define FACTS    4

static const struct named names[] = {{"Ann", 1, "A."}, {"Bob", 1, NULL}};

static void text_of(int number, int version, char ret[64])
{
    (void)snprintf(ret, 64, "Ann met Bob.\nText %d of article %d.", version,
                   number);
}

/* --- the one that dies ---------------------------------------------------------------- */

static void settle_one(struct fixture *f)
{
    struct fm_store_lease lease = fixture_lease(f, "w");
    enum fm_store_settled settled;
    struct spec specs[FACTS];
    Factmill__V1__Article *a;

    if (lease.lease == 0)
        return;
    a = factmill__v1__article__unpack(NULL, lease.body.len,
                                      (const uint8_t *)lease.body.data);
    assert_non_null(a);
    for (unsigned i = 0; i < FACTS; i++)
        specs[i] = (struct spec){.subject = "Ann",
                                 .subject_entity = 1,
                                 .object = "Bob",
                                 .object_entity = i % 2 == 0 ? 2 : 0,
                                 .line = i % 2};
    if (lease.sequence % 5 == 0)
        OK(f, (f->w->ops->fail)(f->w, lease.lease, fm_str("poison"), &f->why,
                                &settled));
    else
        OK(f, f->w->ops->settle(f->w, lease.lease,
                                fixture_extraction(&f->arena, a->text, names, 2,
                                                   specs, FACTS),
                                1, &f->why, &settled));
    factmill__v1__article__free_unpacked(a, NULL);
}

/* Tells the parent what is safe, one byte for each: article * VERSIONS +
 * version. */
static void work(const char *dir, const char *fault, int tell)
{
    struct fixture f = {.w = NULL};
    bool more;

    fm_fault_set(fault);
    (void)snprintf(f.dir, sizeof f.dir, "%s", dir);
    fm_arena_init(&f.arena, (size_t)64 << 20);
    fixture_open_writer(&f);
    for (int i = 0; i < ARTICLES * VERSIONS; i++) {
        struct fm_store_appended done;
        char text[64];
        char id[16];
        uint8_t number = (uint8_t)i;

        (void)snprintf(id, sizeof id, "a%d", i % ARTICLES);
        text_of(i % ARTICLES, i / ARTICLES, text);
        fixture_begin(&f);
        OK(&f, fixture_append(&f, "src", id, "T", text, T0, &done));
        settle_one(&f);
        fixture_commit(&f);
        assert_int_equal(write(tell, &number, 1), 1);
        if (i % 10 == 9)
            OK(&f, f.w->ops->checkpoint(f.w, true, &f.why, &more));
    }
    fixture_close(&f);
    fm_arena_release(&f.arena);
}

/* --- what must hold -------------------------------------------------------------------- */

static void check_acked(struct fixture *f, const uint8_t *acked, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        Factmill__V1__GetArticleRequest ask;
        Factmill__V1__ArticleInfo *info = NULL;
        char text[64];
        char id[16];

        (void)snprintf(id, sizeof id, "a%d", acked[i] % ARTICLES);
        text_of(acked[i] % ARTICLES, acked[i] / ARTICLES, text);
        factmill__v1__get_article_request__init(&ask);
        ask.id = id;
        for (ask.version = 1;; ask.version++) {
            OK(f,
               f->r->ops->get_article(f->r, &ask, &f->arena, &f->why, &info));
            if (strcmp(info->article->text, text) == 0)
                break;
        }
    }
}

/* Runs work() in a process of its own until it ends or dies. */
static void run(struct fixture *f, const char *fault, bool must_die)
{
    uint8_t acked[ARTICLES * VERSIONS];
    size_t n = 0;
    int ends[2];
    int status = 0;
    ssize_t got;
    pid_t child;

    assert_int_equal(pipe(ends), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)close(ends[0]);
        work(f->dir, fault, ends[1]);
        _exit(0);
    }
    (void)close(ends[1]);
    while ((got = read(ends[0], acked + n, sizeof acked - n)) > 0)
        n += (size_t)got;
    (void)close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    if (must_die && !WIFSIGNALED(status))
        fail_msg("%s was not reached", fault);
    fixture_open_writer(f);
    fixture_open_reader(f);
    whole_check(f);
    check_acked(f, acked, n);
    fixture_close(f);
}

static int setup(void **state)
{
    (void)fixture_setup(state);
    fixture_close(*state);
    return 0;
}

static void killed_at(struct fixture *f, const char *point, unsigned step,
                      unsigned last)
{
    char fault[64];

    for (unsigned i = 1; i <= last; i += step) {
        (void)snprintf(fault, sizeof fault, "%s:%u:kill", point, i);
        run(f, fault, i == 1);
    }
}

static void killed_while_articles_come_in(void **state)
{
    killed_at(*state, "inbox.insert", 7, 36);
}

static void killed_before_a_commit(void **state)
{
    killed_at(*state, "commit.before", 7, 36);
}

static void killed_after_a_commit(void **state)
{
    killed_at(*state, "commit.after", 7, 36);
}

static void killed_between_two_facts(void **state)
{
    /* A database of its own: what was settled is not settled again. */
    killed_at(*state, "settle.fact", 9, 40);
}

static void killed_at_a_checkpoint(void **state)
{
    killed_at(*state, "checkpoint", 1, 3);
}

static void killed_while_the_database_is_made(void **state)
{
    struct fixture *f = *state;
    struct fm_store_reader *r = NULL;

    fm_test_remove(f->dir);
    run(f, "migrate:1:kill", true);
    OK(f, fm_store_reader_open(f->dir, &f->why, &r));
    r->ops->close(r);
}

static void a_clean_run_holds_too(void **state)
{
    struct fixture *f = *state;

    run(f, NULL, false);
    fixture_open_writer(f);
    assert_true(fixture_counts(f).facts > 0);
    assert_true(fixture_counts(f).sequence > fixture_counts(f).facts);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        T(a_clean_run_holds_too),
        T(killed_while_articles_come_in),
        T(killed_before_a_commit),
        T(killed_after_a_commit),
        T(killed_between_two_facts),
        T(killed_at_a_checkpoint),
        T(killed_while_the_database_is_made),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
