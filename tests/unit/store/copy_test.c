/* A copy is made while the store is written: it is what the store was at the end. */
#include "store/copy.h"

#include "base/fault.h"
#include "store/verify.h"
#include "store/writer_priv.h"
#include "unit/store/fixture.h"

#include <unistd.h>

static void path_of(const struct fixture *f, const char *name, char ret[128])
{
    (void)snprintf(ret, 128, "%s/%s", f->dir, name);
}

static void push_some(struct fixture *f, unsigned from, unsigned n)
{
    static char text[3000];

    memset(text, 'x', sizeof text - 1);
    for (unsigned i = 0; i < n; i++) {
        char id[16];

        (void)snprintf(id, sizeof id, "a%u", from + i);
        fm_arena_reset(&f->arena);
        (void)fixture_push(f, id, text);
    }
}

static void no_finding(void *user, const char *check, const char *text)
{
    (void)user;
    fail_msg("%s: %s", check, text);
}

static int64_t articles_in(struct fixture *f, const char *path)
{
    const struct fm_store_verify ask = {
        .path = path, .full = true, .finding = no_finding};
    uint64_t findings = 0;
    sqlite3 *db = NULL;
    int64_t n = 0;

    OK(f, fm_store_verify(&ask, &f->why, &findings));
    OK(f, fm_db_open_look(path, &f->why, &db));
    OK(f, fm_db_number(db, "SELECT count(*) FROM article", &f->why, &n));
    fm_db_close(db);
    return n;
}

static void a_copy_beside_everything(void **state)
{
    struct fixture *f = *state;
    char part[128];
    char path[128];
    uint64_t bytes = 0;
    uint64_t sequence = 99;
    unsigned steps = 0;
    unsigned n = 1000;
    bool more = true;

    path_of(f, "part", part);
    path_of(f, "backup.db", path);
    push_some(f, 0, n);
    OK(f, f->w->ops->copy_begin(f->w, part, &f->why));
    assert_fm_err(f->w->ops->copy_begin(f->w, part, &f->why), FM_EPRECONDITION);
    while (more) {
        OK(f, f->w->ops->copy_step(f->w, &f->why, &more));
        steps++;
        if (more) {
            bool again;

            push_some(f, n++, 1);
            fixture_begin(f);
            f->w->ops->rollback(f->w);
            OK(f, f->w->ops->checkpoint(f->w, steps % 3 == 0, &f->why, &again));
        }
    }
    assert_true(steps > 3);
    push_some(f, n, 5); /* these are too late */
    OK(f, fm_store_copy_keep(part, path, &f->why, &bytes, &sequence));
    assert_int_equal(sequence, 0);
    assert_true(bytes > n * 3000);
    assert_int_equal(access(part, F_OK), -1);
    assert_int_equal(articles_in(f, path), n);
}

static void nothing_is_written_over(void **state)
{
    struct fixture *f = *state;
    char part[128];
    char path[128];
    uint64_t bytes = 77;
    uint64_t sequence = 0;
    bool more = true;

    path_of(f, "part", part);
    path_of(f, FM_STORE_FILE, path);
    assert_fm_err(f->w->ops->copy_begin(f->w, path, &f->why), FM_EEXISTS);
    OK(f, f->w->ops->copy_begin(f->w, part, &f->why));
    while (more)
        OK(f, f->w->ops->copy_step(f->w, &f->why, &more));
    assert_fm_err(fm_store_copy_keep(part, path, &f->why, &bytes, &sequence),
                  FM_EEXISTS);
    assert_int_equal(bytes, 77);
    assert_int_equal(access(part, F_OK), -1);
    push_some(f, 0, 3);
}

static void one_that_fails_is_removed(void **state)
{
    struct fixture *f = *state;
    char part[128];
    bool more = true;

    path_of(f, "part", part);
    push_some(f, 0, 300);
    OK(f, f->w->ops->copy_begin(f->w, part, &f->why));
    OK(f, f->w->ops->copy_step(f->w, &f->why, &more));
    fm_fault_set("copy.step:1");
    assert_fm_err(f->w->ops->copy_step(f->w, &f->why, &more), FM_ENOSPACE);
    fm_fault_set(NULL);
    assert_int_equal(access(part, F_OK), -1);
    OK(f, f->w->ops->copy_begin(f->w, part, &f->why));
    f->w->ops->copy_end(f->w);
    assert_int_equal(access(part, F_OK), -1);
    /* Or left alone at the end. */
    OK(f, f->w->ops->copy_begin(f->w, part, &f->why));
    fixture_reopen(f);
    assert_int_equal(access(part, F_OK), -1);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        T(a_copy_beside_everything),
        T(nothing_is_written_over),
        T(one_that_fails_is_removed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
