/* A sound database has no findings; every kind of damage is one. */
#include "store/verify.h"

#include "store/content.h"
#include "store/writer_priv.h"
#include "unit/store/fixture.h"

static const struct named names[] = {{"Ann Lee", 1, "Lee"}, {"Oslo", 4, NULL}};
static const struct spec specs[] = {
    {.subject = "Ann Lee",
     .subject_entity = 1,
     .predicate = "go",
     .place = "Oslo",
     .place_entity = 2,
     .start = "2011-05-01",
     .end = "2011-05-02"},
    {.kind = 1, .subject = "Lee", .subject_entity = 1, .predicate = "say"},
    {.line = 2, .subject = "it", .polarity = 2, .modality = 3},
};

struct report {
    char text[4096];
    char checks[256];
    uint64_t rows;
    bool stop;
};

static void on_finding(void *user, const char *check, const char *text)
{
    struct report *r = user;
    size_t n = strlen(r->text);

    (void)snprintf(r->text + n, sizeof r->text - n, "%s: %s\n", check, text);
}

static void on_check(void *user, const struct fm_store_check *check)
{
    struct report *r = user;
    size_t n = strlen(r->checks);

    (void)snprintf(r->checks + n, sizeof r->checks - n, "%s ", check->name);
    r->rows += check->rows;
}

static bool on_stop(void *user)
{
    return ((struct report *)user)->stop;
}

static enum fm_error verify(struct fixture *f, const char *path, bool full,
                            struct report *r, uint64_t *ret)
{
    const struct fm_store_verify ask = {
        .path = path,
        .full = full,
        .stop = on_stop,
        .finding = on_finding,
        .checked = on_check,
        .user = r,
    };

    return fm_store_verify(&ask, &f->why, ret);
}

static void exec(struct fixture *f, const char *sql)
{
    char path[128];
    sqlite3 *db = NULL;

    (void)snprintf(path, sizeof path, "%s/%s", f->dir, FM_STORE_FILE);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    (void)sqlite3_close(db);
}

/* As the intake would: the content's hash is the content's. */
static void push(struct fixture *f, const char *id, const char *text)
{
    Factmill__V1__Article a;
    struct fm_store_article in = {.published_us = T0};
    struct fm_store_appended done;
    struct fm_store_lease lease;
    enum fm_store_settled settled;
    uint8_t body[4096];

    factmill__v1__article__init(&a);
    a.id = fm_arena_copy(&f->arena, fm_str(id));
    a.source = fixture_z("src");
    a.title = fixture_z("Ann Lee in Oslo");
    a.text = fm_arena_copy(&f->arena, fm_str(text));
    in.body = fm_str_n((char *)body, factmill__v1__article__pack(&a, body));
    in.source = fm_str(a.source);
    in.id = fm_str(id);
    in.title = fm_str(a.title);
    assert_true(fm_content_hash(in.body, &in.content));
    fixture_begin(f);
    OK(f, f->w->ops->append(f->w, &in, &f->why, &done));
    lease = fixture_lease(f, "w");
    OK(f, f->w->ops->settle(
              f->w, lease.lease,
              fixture_extraction(&f->arena, text, names, 2, specs, 3), 1,
              &f->why, &settled));
    assert_int_equal(settled, FM_STORE_SETTLED_DONE);
    fixture_commit(f);
}

static void fill(struct fixture *f)
{
    fixture_open_writer(f);
    for (unsigned i = 0; i < 6; i++) {
        char text[64];
        char id[8];

        (void)snprintf(id, sizeof id, "a%u", i % 4);
        (void)snprintf(text, sizeof text, "Ann Lee went %u.\nTwo.\nThree.", i);
        push(f, id, text);
    }
    fixture_begin(f);
    OK(f, f->w->ops->bury(f->w, fm_str("junk"), fm_str("no"), &f->why));
    fixture_commit(f);
    fixture_close(f);
}

static int setup(void **state)
{
    (void)fixture_setup(state);
    fixture_close(*state);
    fill(*state);
    return 0;
}

static void sound(struct fixture *f)
{
    struct report r = {.rows = 0};
    uint64_t findings = 99;

    OK(f, verify(f, f->dir, true, &r, &findings));
    if (findings != 0)
        fail_msg("%s", r.text);
    assert_string_equal(r.checks,
                        "log structure totals articles facts entities words ");
    assert_true(r.rows > 50);
}

static void a_sound_database_has_none(void **state)
{
    struct fixture *f = *state;
    struct report r = {.rows = 0};
    uint64_t findings = 99;
    char path[128];

    sound(f);
    /* Beside a writer, with much in the log; and as a file. */
    fixture_open_writer(f);
    push(f, "a1", "Ann Lee came back.\nTwo.\nThree.");
    sound(f);
    fixture_close(f);
    (void)snprintf(path, sizeof path, "%s/%s", f->dir, FM_STORE_FILE);
    OK(f, verify(f, path, false, &r, &findings));
    assert_int_equal(findings, 0);
    assert_string_equal(r.checks, "log structure totals ");
}

static const struct {
    const char *sql;
    const char *finding;
} damages[] = {
    {"UPDATE tally SET pending=pending+1", "articles that wait"},
    {"UPDATE tally SET facts=facts-1", "facts in force"},
    {"DELETE FROM dead", "dead letters"},
    {"UPDATE article SET state=4 WHERE sequence=6", "without a letter"},
    {"DELETE FROM body WHERE article=5", "has lost its text"},
    {"UPDATE body SET bytes=CAST(replace(bytes, 'went', 'want') AS BLOB)"
     " WHERE article=5",
     "not those that came"},
    {"UPDATE article SET id='a9' WHERE sequence=5", "another article's"},
    {"DELETE FROM extraction WHERE article=6", "no extraction"},
    {"UPDATE article SET facts=2 WHERE sequence=6", "as many facts in force"},
    {"UPDATE article SET in_force=1 WHERE sequence=1", "another version"},
    {"DELETE FROM fact WHERE sequence=2", "fact 2 is not there"},
    {"UPDATE fact SET kind=9 WHERE sequence=2", "not what its row says"},
    {"UPDATE fact SET fact=x'ff' WHERE sequence=2", "cannot be read"},
    {"UPDATE body SET bytes=CAST(replace(bytes, 'went', 'want') AS BLOB)"
     " WHERE article=5",
     "bytes that its article has not"},
    {"UPDATE pack SET bytes=CAST(substr(bytes, 1, 30) || x'00' ||"
     " substr(bytes, 32) AS BLOB) WHERE last=3",
     "pack of a fact cannot be read"},
    {"DELETE FROM fact_key WHERE last=6", "not found by its id"},
    {"DELETE FROM participant WHERE fact=7", "not found by entity"},
    {"UPDATE participant SET marks=marks|16384 WHERE fact=7",
     "not found by entity"},
    {"INSERT INTO participant VALUES (1, 3, 2, NULL)",
     "participants instead of"},
    {"DELETE FROM digest WHERE last=6", "not in the digests"},
    {"DELETE FROM change WHERE last=6", "a gap behind change"},
    {"UPDATE fact SET retracted=NULL WHERE retracted=13", "took back 2"},
    {"UPDATE entity SET facts=1 WHERE entity=1", "as many facts as it says"},
    {"DELETE FROM entity WHERE entity=2", "is not there"},
    {"DELETE FROM search_docsize WHERE id=(SELECT max(id) FROM search_docsize)",
     "words are missing"},
    {"INSERT INTO search(rowid, text, title) VALUES (100, 'more', '')",
     "not the sentences"},
    {"DELETE FROM headline_data WHERE id=(SELECT max(id) FROM headline_data)",
     "headline"},
    {"PRAGMA writable_schema=1; UPDATE sqlite_schema SET"
     " sql=replace(sql, 'state >= 4', 'state >= 3')"
     " WHERE name='article_ended'",
     "missing from index article_ended"},
};

static void every_damage_is_found(void **state)
{
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        struct report r = {.rows = 0};
        uint64_t findings = 0;

        fm_test_remove(f->dir);
        fill(f);
        exec(f, damages[i].sql);
        OK(f, verify(f, f->dir, true, &r, &findings));
        if (findings == 0 || strstr(r.text, damages[i].finding) == NULL)
            fail_msg("%s: \"%s\" is not in: %s", damages[i].sql,
                     damages[i].finding, r.text);
    }
}

/* Between two reads of the index of words nothing is missed or counted twice. */
static void words_in_many_short_reads(void **state)
{
    struct fixture *f = *state;
    struct report r = {.rows = 0};
    const struct fm_store_verify ask = {.path = f->dir,
                                        .full = true,
                                        .short_reads = true,
                                        .finding = on_finding,
                                        .user = &r};
    uint64_t findings = 99;

    OK(f, fm_store_verify(&ask, &f->why, &findings));
    if (findings != 0)
        fail_msg("%s", r.text);
}

static void it_can_be_stopped(void **state)
{
    struct fixture *f = *state;
    struct report r = {.stop = true};
    uint64_t findings = 99;

    assert_fm_err(verify(f, f->dir, true, &r, &findings), FM_EABORTED);
    assert_int_equal(findings, 99);
}

static void what_is_none_is_an_error(void **state)
{
    struct fixture *f = *state;
    struct report r = {.rows = 0};
    uint64_t findings = 99;
    char path[128];
    FILE *file;

    assert_fm_err(verify(f, "/nonexistent/x", true, &r, &findings),
                  FM_ENOTFOUND);
    (void)snprintf(path, sizeof path, "%s/other", f->dir);
    file = fopen(path, "wb");
    assert_non_null(file);
    for (int i = 0; i < 2000; i++)
        (void)fputs("not a database ", file);
    assert_int_equal(fclose(file), 0);
    assert_fm_err(verify(f, path, true, &r, &findings), FM_ECORRUPT);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        T(a_sound_database_has_none), T(every_damage_is_found),
        T(words_in_many_short_reads), T(it_can_be_stopped),
        T(what_is_none_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
