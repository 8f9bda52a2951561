/* Facts packed together come back one by one, byte for byte. */
#include "store/pack_priv.h"
#include "store/reader_priv.h"
#include "unit/store/fixture.h"

/* More than one pack holds. */
#define MANY 150

static void sqlite_run(struct fixture *f, const char *sql)
{
    char path[128];
    sqlite3 *db = NULL;

    (void)snprintf(path, sizeof path, "%s/%s", f->dir, FM_STORE_FILE);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    (void)sqlite3_close(db);
}

static int64_t number(struct fixture *f, const char *sql)
{
    struct fm_stmt *st = NULL;
    bool found = false;
    int64_t v = 0;

    OK(f, fm_reader_stmt((struct fm_reader *)(void *)f->r, sql, &f->why, &st));
    OK(f, fm_stmt_number(st, &f->why, &found, &v));
    return v;
}

/* An article of MANY sentences, each with a fact whose subject is its number. */
static void settle_many(struct fixture *f, const char *id, bool shared)
{
    struct spec specs[MANY];
    struct fm_buf text;

    fm_buf_init(&text, 1 << 20);
    memset(specs, 0, sizeof specs);
    for (unsigned i = 0; i < MANY; i++) {
        specs[i].line = i;
        specs[i].subject = fm_arena_printf(&f->arena, "number %u of %s", i, id);
        specs[i].predicate = "count";
        specs[i].id = fm_arena_printf(&f->arena, "%08x%08x%08x%08x",
                                      (unsigned)id[0], shared ? 7u : i, i, 3u);
        fm_buf_printf(&text, "Sentence %u of %s.\n", i, id);
    }
    (void)fixture_article(f, "src", id, text.data, T0, NULL, 0, specs, MANY);
    fm_buf_release(&text);
}

static void each_comes_back(void **state)
{
    struct fixture *f = *state;
    static const char *const ids[] = {"a", "b"};

    settle_many(f, "a", true);
    settle_many(f, "b", false);
    assert_int_equal(number(f, "SELECT count(*) FROM pack"),
                     2 * ((MANY + FM_PACK_FACTS - 1) / FM_PACK_FACTS));
    assert_int_equal(number(f, "SELECT sum(length(fact)) FROM fact"), 0);
    for (size_t k = 0; k < 2; k++) {
        /* From the last to the first, so that packs are left and found again. */
        for (unsigned i = MANY; i-- > 0;) {
            char hex[33];
            char subject[64];
            struct fm_id id;
            struct fm_buf out;
            Factmill__V1__Fact *fact;

            (void)snprintf(hex, sizeof hex, "%08x%08x%08x%08x",
                           (unsigned)ids[k][0], k == 0 ? 7 : i, i, 3u);
            assert_true(fm_id_parse(fm_str(hex), &id));
            fm_buf_init(&out, 1 << 20);
            OK(f, f->r->ops->get_fact(f->r, &id, &out, &f->why));
            fact = factmill__v1__fact__unpack(NULL, out.len,
                                              (const uint8_t *)out.data);
            assert_non_null(fact);
            (void)snprintf(subject, sizeof subject, "number %u of %s", i,
                           ids[k]);
            assert_string_equal(fact->subject->text, subject);
            assert_string_equal(fact->id, hex);
            assert_string_equal(fact->article, ids[k]);
            assert_string_equal(fact->source, "src");
            assert_int_equal(fact->sequence, 1 + k * MANY + i);
            factmill__v1__fact__free_unpacked(fact, NULL);
            fm_buf_release(&out);
        }
    }
}

static enum fm_error first_fact(struct fixture *f)
{
    struct rows rows = {.n = 0};

    return fixture_list(f, NULL, FACTMILL__V1__FACT_ORDER__SEQUENCE_ASC, 10,
                        &rows);
}

static void what_is_damaged_is_said(void **state)
{
    static const char *const ways[] = {
        "UPDATE pack SET bytes=substr(bytes, 1, length(bytes) / 2)",
        "UPDATE pack SET bytes=CAST(x'02' || substr(bytes, 2) AS BLOB)",
        "UPDATE pack SET bytes=CAST(x'01ffffff7f' || substr(bytes, 4)"
        " AS BLOB)",
        "UPDATE pack SET bytes=x''",
        "UPDATE pack SET bytes=CAST(substr(bytes, 1, 40) || x'00' ||"
        " substr(bytes, 42) AS BLOB)",
        "UPDATE pack SET first=first+1",
        "UPDATE pack SET last=last+1000",
        "DELETE FROM pack",
    };
    struct fixture *f = *state;

    settle_many(f, "a", true);
    OK(f, first_fact(f));
    sqlite_run(f, "CREATE TABLE kept AS SELECT * FROM pack");
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        fixture_close(f);
        sqlite_run(f, ways[i]);
        fixture_open_writer(f);
        fixture_open_reader(f);
        if (first_fact(f) != FM_ECORRUPT)
            fail_msg("%s: read all the same", ways[i]);
        sqlite_run(f, "DELETE FROM pack;"
                      "INSERT INTO pack SELECT * FROM kept");
    }
    fixture_reopen(f);
    OK(f, first_fact(f));
}

/* Of a database that was there before packs were. */
static void a_fact_in_its_row_is_read_there(void **state)
{
    struct fixture *f = *state;
    char path[128];
    sqlite3 *db = NULL;
    struct fm_packs packs;

    settle_many(f, "a", true);
    fixture_close(f);
    (void)snprintf(path, sizeof path, "%s/%s", f->dir, FM_STORE_FILE);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    OK(f, fm_packs_open(&packs, db, &f->why));
    assert_int_equal(
        sqlite3_exec(db,
                     "UPDATE fact SET fact=fm_fact(sequence, id, fact);"
                     "DELETE FROM pack",
                     NULL, NULL, NULL),
        SQLITE_OK);
    fm_packs_close(&packs);
    (void)sqlite3_close(db);
    fixture_open_writer(f);
    fixture_open_reader(f);
    OK(f, first_fact(f));
    settle_many(f, "b", true);
    assert_int_equal(number(f, "SELECT count(*) FROM pack"), 3);
    OK(f, first_fact(f));
}

/* A number that a transaction took and gave back stands for another fact later:
 * the writer must not read the one it held. */
static void a_rollback_is_forgotten(void **state)
{
    struct fixture *f = *state;
    struct fm_store_appended done;
    struct spec spec = {.subject = "one", .predicate = "be"};
    struct rows rows = {.keep = true};

    (void)fixture_article(f, "src", "a", "Text one.", T0, NULL, 0, &spec, 1);
    /* A second version reads the first one's fact to take it back. */
    fixture_begin(f);
    OK(f, fixture_append(f, "src", "a", "A headline", "Text two.", T0, &done));
    f->w->ops->rollback(f->w);
    spec.subject = "two";
    (void)fixture_article(f, "src", "a", "Text two.", T0, NULL, 0, &spec, 1);
    spec.subject = "three";
    (void)fixture_article(f, "src", "a", "Text three.", T0, NULL, 0, &spec, 1);
    OK(f, fixture_list(f, NULL, FACTMILL__V1__FACT_ORDER__SEQUENCE_ASC, 10,
                       &rows));
    assert_int_equal(rows.n, 1);
    assert_string_equal(rows.facts[0]->subject->text, "three");
    fixture_free_rows(&rows);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        T(each_comes_back),
        T(what_is_damaged_is_said),
        T(a_fact_in_its_row_is_read_there),
        T(a_rollback_is_forgotten),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
