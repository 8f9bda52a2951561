/* A database is brought up to date, and each write, flush or change of length on the
 * way is the last: the next start finds the old version or a newer one, whole, and
 * ends with what an undisturbed one would have. Power cuts at each flush, too. */
#include "fault/store/life.h"
#include "store/migrate_priv.h"

#define CUTS_MOST 200

/* --- databases of older versions ------------------------------------------------------ */

/* An empty one, by the steps up to `version`; then filled as that version could. */
static void make_old(const char *dir, int version)
{
    char path[128];
    sqlite3 *db = NULL;

    (void)snprintf(path, sizeof path, "%s/%s", dir, FM_STORE_FILE);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(db, "PRAGMA journal_mode=WAL", NULL, NULL, NULL),
        SQLITE_OK);
    for (int v = 0; v < version; v++)
        for (size_t i = 0; fm_schema_steps[v].sql[i] != NULL; i++)
            if (sqlite3_exec(db, fm_schema_steps[v].sql[i], NULL, NULL, NULL) !=
                SQLITE_OK)
                fail_msg("version %d: %s", v + 1, sqlite3_errmsg(db));
    (void)snprintf(path, sizeof path,
                   "PRAGMA application_id=%d; PRAGMA user_version=%d",
                   FM_DB_APPLICATION_ID, version);
    assert_int_equal(sqlite3_exec(db, path, NULL, NULL, NULL), SQLITE_OK);
    /* What all versions had: articles that wait. */
    assert_int_equal(
        sqlite3_exec(
            db,
            "INSERT INTO source VALUES (1, 'src');"
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n"
            " WHERE i<200) INSERT INTO article(sequence, source, id, version,"
            " state, content, size, recorded_us, attempts, not_before_us,"
            " facts, in_force) SELECT i, 1, 'a'||i, 1, 5, x'00', 300, i, 0, 0,"
            " 0, 0 FROM n;"
            "INSERT INTO body SELECT sequence, zeroblob(300) FROM article;"
            "UPDATE tally SET skipped=200, clock_us=200",
            NULL, NULL, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static int version_of(const char *dir)
{
    sqlite3 *db = life_look(dir);
    int64_t version = life_number(db, "PRAGMA user_version");

    (void)sqlite3_close(db);
    return (int)version;
}

/* All rows of all tables, but for what each opening changes. */
static struct fm_id rows_of(const char *dir)
{
    sqlite3 *db = life_look(dir);
    struct fm_id id;

    assert_int_equal(sqlite3_exec(db, "DELETE FROM meta", NULL, NULL, NULL),
                     SQLITE_OK);
    (void)sqlite3_close(db);
    id = life_digest(dir);
    return id;
}

/* --- what happens on the way -------------------------------------------------------------- */

struct cut {
    char dir[64];
    bool used;
};

static struct {
    struct cut cuts[CUTS_MOST];
    size_t n;
} power;

static void at_flush(void *user)
{
    struct cut *cut;

    (void)user;
    if (power.n == CUTS_MOST)
        return;
    cut = &power.cuts[power.n++];
    life_folder(cut->dir, "cut");
    sim_image((enum sim_loss)sim_draw(SIM_LOSSES), cut->dir);
}

/* Opens it undisturbed; it must be up to date and whole then. */
static struct fm_id finish(const char *dir, int from)
{
    struct life life;
    struct fm_id id;
    int version = version_of(dir);

    if (version < from || version > fm_schema_version)
        fail_msg("from version %d: %d found", from, version);
    memset(&life, 0, sizeof life);
    (void)snprintf(life.f.dir, sizeof life.f.dir, "%s", dir);
    fm_arena_init(&life.f.arena, (size_t)64 << 20);
    life_open(&life);
    assert_int_equal(whole_number(&life.f, "PRAGMA user_version"),
                     fm_schema_version);
    assert_int_equal(whole_number(&life.f, "SELECT count(*) FROM article"),
                     200);
    fixture_close(&life.f);
    fm_arena_release(&life.f.arena);
    id = rows_of(dir);
    fm_test_remove(dir);
    return id;
}

static void same(const struct fm_id *a, const struct fm_id *b, int from,
                 unsigned long long n)
{
    if (memcmp(a->bytes, b->bytes, sizeof a->bytes) != 0)
        fail_msg("from version %d, failure %llu: not what it should be", from,
                 n);
}

static struct fm_id undisturbed(int from)
{
    char dir[64];

    life_folder(dir, "old");
    sim_bypass(true);
    make_old(dir, from);
    sim_bypass(false);
    sim_format();
    return finish(dir, from);
}

/* True when there was an n-th operation to fail. */
static bool fail_one(int from, uint64_t n, const struct fm_id *expected)
{
    struct fm_store_writer_options o = {0};
    struct fm_store_writer *w = NULL;
    struct fm_why why = FM_WHY_INIT;
    struct fm_id found;
    char dir[64];
    bool failed;

    life_folder(dir, "old");
    sim_bypass(true);
    make_old(dir, from);
    sim_bypass(false);
    sim_format();
    o.dir = dir;
    sim_fail(SIM_WRITE | SIM_FLUSH | SIM_TRUNCATE, n, SQLITE_IOERR_WRITE, true);
    if (fm_store_writer_open(&o, &why, &w) == FM_OK) {
        sim_fail(0, 0, 0, false);
        w->ops->close(w);
    } else if (strlen(why.text) < 10) {
        fail_msg("no word of explanation");
    }
    failed = sim_failed();
    sim_fail(0, 0, 0, false);
    sim_format();
    found = finish(dir, from);
    same(&found, expected, from, (unsigned long long)n);
    return failed;
}

static void each_write_of_each_step_is_the_last(void **state)
{
    uint64_t step = life_env("FM_MIGRATE_STEP", 1);

    (void)state;
    sim_install();
    for (int from = 1; from < fm_schema_version; from++) {
        struct fm_id expected = undisturbed(from);
        uint64_t n = 1;

        for (; fail_one(from, n, &expected); n += step)
            ;
        print_message("from version %d: %llu operations, every %llu. failed\n",
                      from, (unsigned long long)n, (unsigned long long)step);
        assert_true(n > step);
    }
}

static void the_power_goes_on_the_way(void **state)
{
    size_t all = 0;

    (void)state;
    sim_install();
    sim_seed(17);
    for (int from = 1; from < fm_schema_version; from++) {
        struct fm_id expected = undisturbed(from);
        struct fm_store_writer_options o = {0};
        struct fm_store_writer *w = NULL;
        struct fm_why why = FM_WHY_INIT;
        char dir[64];

        life_folder(dir, "old");
        sim_bypass(true);
        make_old(dir, from);
        sim_bypass(false);
        sim_format();
        o.dir = dir;
        power.n = 0;
        sim_at_flush(at_flush, NULL);
        assert_fm_ok(fm_store_writer_open(&o, &why, &w));
        sim_at_flush(NULL, NULL);
        w->ops->close(w);
        sim_bypass(true);
        for (size_t i = 0; i < power.n; i++) {
            struct fm_id found = finish(power.cuts[i].dir, from);

            same(&found, &expected, from, (unsigned long long)i);
        }
        sim_bypass(false);
        all += power.n;
        fm_test_remove(dir);
    }
    print_message("%zu images\n", all);
    assert_true(all > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_write_of_each_step_is_the_last),
        cmocka_unit_test(the_power_goes_on_the_way),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
