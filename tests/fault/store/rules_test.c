/* The rules that keep SQLite's log whole: one connection in all writes and moves it,
 * whoever else reads; and what locks the file from outside is waited for. */
#include "fault/store/life.h"
#include "store/copy.h"
#include "store/verify.h"

#include <pthread.h>

static void ignore(void *user, const char *check, const char *text)
{
    (void)user;
    fail_msg("%s: %s", check, text);
}

static bool each_row(void *user, const struct fm_store_row *row)
{
    (void)user;
    (void)row;
    return true;
}

static void no_match(void *user, const struct fm_store_match *match)
{
    (void)user;
    (void)match;
}

/* Everything that opens a connection, at once. */
static void look_around(struct fixture *f, struct fm_store_feed *feed,
                        uint64_t *after)
{
    const struct fm_store_verify ask = {
        .path = f->dir, .full = true, .finding = ignore};
    struct fm_store_reader *other = NULL;
    uint64_t findings = 0;
    uint64_t at = 0;
    bool more = false;

    OK(f, fm_store_reader_open(f->dir, &f->why, &other));
    OK(f, other->ops->export_facts(other, NULL, 0, UINT32_MAX, 100, each_row,
                                   NULL, &f->why, &at, &more));
    OK(f, fm_store_verify(&ask, &f->why, &findings));
    OK(f, feed->ops->advance(feed, 100, no_match, NULL, &f->why, after, &more));
    other->ops->close(other);
}

static void one_connection_writes(void **state)
{
    struct life life;
    struct fixture *f = &life.f;
    struct fm_store_feed *feed = NULL;
    uint64_t after = 0;
    unsigned checkpoints = 0;
    uint32_t id = 0;

    (void)state;
    sim_install();
    sim_format();
    sim_seed(3);
    life_begin(&life, "rules");
    life_open(&life);
    OK(f, fm_store_feed_open(f->dir, &f->why, &feed));
    OK(f, feed->ops->add(feed, NULL, NULL, &f->why, &id));
    (void)sim_writers();
    (void)sim_checkpointers();
    for (int i = 0; i < 40; i++) {
        enum fm_error e = life_step(&life);
        unsigned n;

        assert_true(e == FM_OK || e == FM_ECANCELLED);
        assert_fm_ok(life_checkpoint(&life));
        look_around(f, feed, &after);
        /* The log and the database are two files of one connection. */
        assert_true(sim_writers() <= 2);
        n = sim_checkpointers();
        assert_true(n <= 1);
        checkpoints += n;
    }
    assert_true(checkpoints > 3);
    feed->ops->close(feed);
    life_end(&life);
}

/* --- a lock of somebody else --------------------------------------------------------- */

struct outsider {
    char path[128];
    const char *begin;
    pthread_barrier_t locked;
    unsigned ms;
};

static void *hold_lock(void *user)
{
    struct outsider *o = user;
    const struct timespec wait = {.tv_nsec = (long)o->ms * 1000000};
    sqlite3 *db = NULL;
    int rc = sqlite3_open(o->path, &db);

    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1,
                            (int *)NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(db, o->begin, NULL, NULL, NULL);
    (void)pthread_barrier_wait(&o->locked);
    (void)nanosleep(&wait, NULL);
    (void)sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    (void)sqlite3_close(db);
    return rc == SQLITE_OK ? NULL : o;
}

/* Shorter than the store waits: nobody notices. Longer: it says so, and goes on
 * afterwards. */
static void an_outsiders_lock_is_waited_for(void **state)
{
    struct fixture *f = *state;
    struct fm_writer *w = (struct fm_writer *)(void *)f->w;
    struct outsider o = {.begin = "BEGIN IMMEDIATE", .ms = 400};
    pthread_t thread;
    void *failed = NULL;

    (void)snprintf(o.path, sizeof o.path, "%s/%s", f->dir, FM_STORE_FILE);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(pthread_barrier_init(&o.locked, NULL, 2), 0);
        assert_int_equal(pthread_create(&thread, NULL, hold_lock, &o), 0);
        (void)pthread_barrier_wait(&o.locked);
        if (i == 1) {
            (void)sqlite3_busy_timeout(w->db, 50);
            assert_fm_err(f->w->ops->begin(f->w, &f->why), FM_ELOCKED);
            (void)sqlite3_busy_timeout(w->db, FM_DB_BUSY_MS);
        }
        fixture_begin(f);
        OK(f, life_append(f));
        fixture_commit(f);
        assert_int_equal(pthread_join(thread, &failed), 0);
        assert_null(failed);
        (void)pthread_barrier_destroy(&o.locked);
    }
    whole_check(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_outsiders_lock_is_waited_for,
                                        fixture_setup, fixture_teardown),
        cmocka_unit_test(one_connection_writes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
