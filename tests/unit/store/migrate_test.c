/* A database of an older version is brought up to date with what a newer one
 * would have written itself. */
#include "store/digest_priv.h"
#include "store/migrate_priv.h"
#include "store/pack_priv.h"
#include "store/reader_priv.h"
#include "unit/store/fixture.h"

static const struct named names[] = {{"Ann Lee", 2, "Lee"}, {"Oslo", 4, NULL}};
static const struct spec specs[] = {
    {.subject = "Ann Lee",
     .subject_entity = 1,
     .predicate = "go",
     .place = "Oslo",
     .place_entity = 2,
     .start = "2011-05-01",
     .end = "2011-05-02",
     .confidence = 0.9},
    {.kind = 1,
     .line = 1,
     .subject = "Lee",
     .subject_entity = 1,
     .predicate = "say"},
    {.line = 2, .subject = "it", .polarity = 2, .modality = 3},
    {.kind = 6,
     .line = 2,
     .subject = "Lee",
     .subject_entity = 1,
     .predicate = "resign"},
};

static void fill(struct fixture *f, size_t from)
{
    static const char *const ids[] = {"a", "b", "a", "c"};

    for (size_t i = 0; i < 4; i++)
        (void)fixture_article(f, "src", ids[i],
                              fm_arena_printf(&f->arena,
                                              "Ann Lee went %zu.\nTwo.\nThree.",
                                              from + i),
                              i == 1 ? INT64_MIN : T0, names, 2, specs, 1 + i);
}

static void exec(struct fixture *f, const char *sql)
{
    char path[128];
    struct fm_packs packs;
    sqlite3 *db = NULL;

    (void)snprintf(path, sizeof path, "%s/%s", f->dir, FM_STORE_FILE);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    OK(f, fm_packs_open(&packs, db, &f->why));
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    fm_packs_close(&packs);
    (void)sqlite3_close(db);
}

static struct fm_stmt *select_all(struct fixture *f, const char *sql)
{
    struct fm_stmt *st = NULL;

    OK(f, fm_reader_stmt((struct fm_reader *)(void *)f->r, sql, &f->why, &st));
    return st;
}

static const char *lemma_of(struct fixture *f, int64_t id)
{
    struct fm_stmt *st =
        select_all(f, "SELECT lemma FROM predicate WHERE predicate=?");
    const char *lemma = "";
    bool row = false;

    fm_stmt_int(st, 1, id);
    OK(f, fm_stmt_step(st, &f->why, &row));
    if (row)
        lemma = fm_arena_copy(&f->arena, fm_stmt_col_str(st, 0));
    fm_stmt_reset(st);
    return lemma;
}

/* What the claims of each change are. */
static void dump_said(struct fixture *f, struct fm_buf *out)
{
    struct fm_stmt *st =
        select_all(f, "SELECT last, added, article, hex(sketch), hex(bytes)"
                      " FROM said ORDER BY last");
    bool row = false;

    while (fm_stmt_step(st, &f->why, &row) == FM_OK && row)
        fm_buf_printf(out, "%lld %lld %lld %.*s %.*s\n",
                      (long long)fm_stmt_col_int(st, 0),
                      (long long)fm_stmt_col_int(st, 1),
                      (long long)fm_stmt_col_int(st, 2),
                      FM_STR_ARG(fm_stmt_col_str(st, 3)),
                      FM_STR_ARG(fm_stmt_col_str(st, 4)));
}

static void dump_names(struct fixture *f, struct fm_buf *out)
{
    struct fm_stmt *st = select_all(
        f, "SELECT word || '|' || mirror FROM name_word"
           " UNION ALL SELECT fact || ' ' || holder || ' ' || post ||"
           " ' ' || what FROM holding");
    bool row = false;

    while (fm_stmt_step(st, &f->why, &row) == FM_OK && row) {
        fm_buf_str(out, fm_stmt_col_str(st, 0));
        fm_buf_char(out, '\n');
    }
}

/* Every digest in words: numbers of predicates may differ. */
static void dump(struct fixture *f, struct fm_buf *out)
{
    struct fm_stmt *st = select_all(
        f, "SELECT last, added, source, published_us, recorded_us, retracted,"
           " bytes FROM digest ORDER BY last");
    bool row = false;

    while (fm_stmt_step(st, &f->why, &row) == FM_OK && row) {
        struct fm_str bytes = fm_stmt_col_str(st, 6);
        struct fm_record record;
        size_t at = 0;

        for (int i = 0; i < 6; i++)
            fm_buf_printf(out, "%lld ", (long long)fm_stmt_col_int(st, i));
        while (fm_digest_next(bytes, &at, &record)) {
            size_t p = 0;
            int64_t who = 0;
            uint32_t roles = 0;

            fm_buf_printf(out, "[%d %d %d %d %.3f %s", record.kind,
                          (int)record.standing, record.modality,
                          record.polarity, (double)record.confidence,
                          lemma_of(f, record.predicate));
            if (record.timed)
                fm_buf_printf(out, " %lld–%lld", (long long)record.time_start,
                              (long long)record.time_end);
            while (fm_record_next(&record, &p, &who, &roles))
                fm_buf_printf(out, " %lld/%x", (long long)who, roles);
            fm_buf_z(out, "]");
        }
        assert_int_equal(at, bytes.len);
        fm_buf_z(out, "\n");
    }
    dump_said(f, out);
    dump_names(f, out);
}

static void digests_are_made_from_the_facts(void **state)
{
    struct fixture *f = *state;
    struct fm_buf before;
    struct fm_buf after;

    fm_buf_init(&before, 1 << 20);
    fm_buf_init(&after, 1 << 20);
    fill(f, 0);
    dump(f, &before);
    assert_non_null(strstr(before.data,
                           "[7 0 1 1 0.900 go 1304208000–1304294400"
                           " 1/1 2/4]"));
    assert_non_null(strstr(before.data, "[1 1 1 1 0.500 say 1/9]"));
    assert_non_null(strstr(before.data, "[7 3 3 2 0.500 ]"));
    assert_non_null(strstr(before.data, "oslo|olso\n"));
    assert_non_null(strstr(before.data, " 1  4\n"));
    fixture_close(f);
    /* As version 2 left it: facts in their rows, and no digests. */
    exec(f, "UPDATE fact SET fact=fm_fact(sequence, id, fact);"
            "UPDATE extraction SET bytes=fm_bytes(bytes);"
            "DROP INDEX participant_time;"
            "ALTER TABLE participant DROP COLUMN time_start;"
            "DROP TABLE run; DROP TABLE run_article; DROP INDEX entity_same;"
            "ALTER TABLE entity DROP COLUMN same_as;"
            "ALTER TABLE entity DROP COLUMN company; DROP TABLE pack; DROP "
            "TABLE digest; DROP TABLE predicate;"
            "DROP TABLE name_word; DROP TABLE holding; DROP TABLE said; DROP "
            "TABLE claim_run; DROP TABLE claim_part;"
            "PRAGMA user_version=2");
    fixture_open_writer(f);
    fixture_open_reader(f);
    dump(f, &after);
    assert_string_equal(before.data, after.data);
    /* And it goes on. */
    fill(f, 4);
    fm_buf_release(&before);
    fm_buf_release(&after);
}

static void a_damaged_record_ends_the_reading(void **state)
{
    struct fm_record record = {.kind = 4,
                               .modality = 2,
                               .polarity = 1,
                               .standing = FM_STANDING_POSSIBLE,
                               .confidence = 0.25f,
                               .predicate = 300,
                               .timed = true,
                               .time_start = -5,
                               .time_end = 1000};
    struct fm_record read;
    struct fm_buf b;
    size_t at = 0;
    size_t p = 0;
    int64_t who = 0;
    uint32_t roles = 0;

    (void)state;
    fm_buf_init(&b, 1 << 10);
    fm_digest_head(&b, &record, 2);
    fm_digest_participant(&b, 1000000, 3);
    fm_digest_participant(&b, 7, 0x10);
    assert_true(fm_digest_next(fm_buf_view(&b), &at, &read));
    assert_int_equal(at, b.len);
    assert_int_equal(read.kind, 4);
    assert_int_equal(read.modality, 2);
    assert_int_equal(read.polarity, 1);
    assert_int_equal(read.standing, FM_STANDING_POSSIBLE);
    assert_true(read.confidence == 0.25f);
    assert_int_equal(read.predicate, 300);
    assert_int_equal(read.time_start, -5);
    assert_int_equal(read.time_end, 1000);
    assert_true(fm_record_next(&read, &p, &who, &roles));
    assert_int_equal(who, 1000000);
    assert_int_equal(roles, 3);
    assert_true(fm_record_next(&read, &p, &who, &roles));
    assert_int_equal(who, 7);
    assert_int_equal(roles, 0x10);
    assert_false(fm_record_next(&read, &p, &who, &roles));
    for (size_t len = 0; len < b.len; len++) {
        at = 0;
        assert_false(fm_digest_next(fm_str_n(b.data, len), &at, &read));
        assert_int_equal(at, 0);
    }
    fm_buf_release(&b);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        T(digests_are_made_from_the_facts),
        cmocka_unit_test(a_damaged_record_ends_the_reading),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
