#include "store/migrate_priv.h"
#include "store/writer_priv.h"
#include "unit/store/fixture.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

static char *path_in(struct fixture *f, const char *name)
{
    char *path = fm_arena_printf(&f->arena, "%s/%s", f->dir, name);

    assert_non_null(path);
    return path;
}

static enum fm_error open_writer(struct fixture *f,
                                 struct fm_store_writer **ret)
{
    struct fm_store_writer_options o = {.dir = f->dir};

    return fm_store_writer_open(&o, &f->why, ret);
}

/* Changes the file as somebody else would. */
static void exec(struct fixture *f, const char *sql)
{
    sqlite3 *db = NULL;

    assert_int_equal(sqlite3_open(path_in(f, FM_STORE_FILE), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void spoil(struct fixture *f, const char *bytes, size_t n)
{
    int fd =
        open(path_in(f, FM_STORE_FILE), O_WRONLY | O_CREAT | O_TRUNC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, n), n);
    assert_int_equal(close(fd), 0);
}

static void there_is_one_writer(void **state)
{
    struct fixture *f = *state;
    struct fm_store_writer *second = NULL;
    char pid[24];

    (void)snprintf(pid, sizeof pid, "%ld", (long)getpid());
    assert_fm_err(open_writer(f, &second), FM_ELOCKED);
    assert_null(second);
    if (strstr(f->why.text, pid) == NULL || strstr(f->why.text, f->dir) == NULL)
        fail_msg("does not say who and where: %s", f->why.text);
    fixture_close(f);
    assert_fm_ok(open_writer(f, &f->w));
}

static void a_link_to_the_folder_is_no_way_around(void **state)
{
    struct fixture *f = *state;
    char link[80];
    struct fm_store_writer_options o = {.dir = link};
    struct fm_store_writer *second = NULL;

    (void)snprintf(link, sizeof link, "%s-link", f->dir);
    assert_int_equal(symlink(f->dir, link), 0);
    assert_fm_err(fm_store_writer_open(&o, &f->why, &second), FM_ELOCKED);
    assert_int_equal(unlink(link), 0);
}

static void only_the_owner_reads_the_files(void **state)
{
    struct fixture *f = *state;
    static const char *const files[] = {FM_STORE_FILE, FM_STORE_FILE "-wal",
                                        FM_STORE_FILE "-shm", "factmill.lock"};
    struct fm_store_writer_options o = {0};
    struct fm_store_writer *w = NULL;
    struct stat status;

    (void)fixture_push(f, "a", "text");
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        assert_int_equal(stat(path_in(f, files[i]), &status), 0);
        assert_int_equal(status.st_mode & 0777, 0600);
    }
    /* One level of folders is made. */
    o.dir = path_in(f, "made");
    OK(f, fm_store_writer_open(&o, &f->why, &w));
    w->ops->close(w);
    assert_int_equal(stat(o.dir, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
    o.dir = path_in(f, "not/made");
    assert_fm_err(fm_store_writer_open(&o, &f->why, &w), FM_ENOTFOUND);
}

static void a_reader_waits_for_the_database(void **state)
{
    struct fixture *f = *state;
    struct fm_store_reader *r = NULL;
    const char *dir = path_in(f, "later");
    char *file = fm_arena_printf(&f->arena, "%s/%s", dir, FM_STORE_FILE);
    int fd;

    assert_fm_err(fm_store_reader_open(dir, &f->why, &r), FM_ENOTFOUND);
    assert_int_equal(mkdir(dir, 0700), 0);
    assert_fm_err(fm_store_reader_open(dir, &f->why, &r), FM_ENOTFOUND);
    fd = open(file, O_WRONLY | O_CREAT, 0600);
    assert_true(fd >= 0);
    (void)close(fd);
    assert_fm_err(fm_store_reader_open(dir, &f->why, &r), FM_ENOTFOUND);
    assert_string_equal(f->why.reason, "STORE_NOT_READY");
}

static void readers_go_on_without_the_writer(void **state)
{
    struct fixture *f = *state;
    struct fm_store_reader *second = NULL;
    uint8_t secret[32];
    uint8_t again[32];
    uint64_t sequence = 7;

    (void)fixture_push(f, "a", "text");
    OK(f, f->r->ops->secret(f->r, &f->why, secret));
    f->w->ops->close(f->w);
    f->w = NULL;
    OK(f, f->r->ops->sequence(f->r, &f->why, &sequence));
    assert_int_equal(sequence, 0);
    OK(f, fm_store_reader_open(f->dir, &f->why, &second));
    OK(f, second->ops->secret(second, &f->why, again));
    assert_memory_equal(secret, again, 32);
    second->ops->close(second);
    fixture_reopen(f);
    OK(f, f->r->ops->secret(f->r, &f->why, again));
    assert_memory_equal(secret, again, 32);
}

static void a_newer_database_is_left_alone(void **state)
{
    struct fixture *f = *state;
    struct fm_store_writer *w = NULL;
    struct fm_store_reader *r = NULL;
    char back[40];

    (void)snprintf(back, sizeof back, "PRAGMA user_version=%d",
                   fm_schema_version);
    fixture_close(f);
    exec(f, "PRAGMA user_version=99");
    assert_fm_err(open_writer(f, &w), FM_EVERSION);
    assert_fm_err(fm_store_reader_open(f->dir, &f->why, &r), FM_EVERSION);
    exec(f, back);
    assert_fm_ok(open_writer(f, &f->w));
}

static void an_older_one_is_not_ready_for_readers(void **state)
{
    struct fixture *f = *state;
    struct fm_store_reader *r = NULL;

    fixture_close(f);
    exec(f, "PRAGMA user_version=0");
    assert_fm_err(fm_store_reader_open(f->dir, &f->why, &r), FM_ENOTFOUND);
}

static void what_is_no_database_of_ours_is_damaged(void **state)
{
    struct fixture *f = *state;
    struct fm_store_writer *w = NULL;
    struct fm_store_reader *r = NULL;
    char junk[8192];

    fixture_close(f);
    (void)unlink(path_in(f, FM_STORE_FILE "-wal"));
    memset(junk, 'j', sizeof junk);
    spoil(f, junk, sizeof junk);
    assert_fm_err(open_writer(f, &w), FM_ECORRUPT);
    assert_fm_err(fm_store_reader_open(f->dir, &f->why, &r), FM_ECORRUPT);
    spoil(f, "", 0);
    exec(f, "CREATE TABLE theirs(x)");
    assert_fm_err(open_writer(f, &w), FM_ECORRUPT);
    assert_string_equal(f->why.reason, "STORE_FOREIGN");
}

/* Root may write anywhere: the child is somebody else. */
static void a_folder_that_cannot_be_written_is_a_permission(void **state)
{
    struct fixture *f = *state;
    int status = 0;
    pid_t child;

    fixture_close(f);
    assert_int_equal(chmod(f->dir, 0555), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct fm_store_writer *w = NULL;

        if (geteuid() == 0 && setuid(65534) != 0)
            _exit(77);
        _exit(open_writer(f, &w) == FM_EPERM ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(chmod(f->dir, 0755), 0);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void without_space_nothing_stays_and_it_can_be_tried_again(void **state)
{
    struct fixture *f = *state;
    struct fm_writer *w = (struct fm_writer *)(void *)f->w;
    struct fm_store_appended a;
    enum fm_error e = FM_OK;
    char *large = calloc(1, 100001);
    int64_t pages = 0;

    assert_non_null(large);
    memset(large, 'x', 100000);
    (void)fixture_push(f, "first", "text");
    OK(f, fm_db_number(w->db, "PRAGMA page_count", &f->why, &pages));
    (void)snprintf(large, 40, "PRAGMA max_page_count=%d", (int)pages + 8);
    OK(f, fm_db_exec(w->db, large, &f->why));
    memset(large, 'x', 100000);
    fixture_begin(f);
    e = fixture_append(f, "s", "large", "T", large, T0, &a);
    if (e == FM_OK)
        e = f->w->ops->commit(f->w, &f->why);
    else
        f->w->ops->rollback(f->w);
    assert_int_equal(e, FM_ENOSPACE);
    assert_string_equal(f->why.reason, "DISK_FULL");
    assert_int_equal(fixture_counts(f).pending, 1);
    /* What was there can still be worked on. */
    fixture_begin(f);
    assert_int_equal(fixture_lease(f, "w").sequence, 1);
    fixture_commit(f);
    OK(f, fm_db_exec(w->db, "PRAGMA max_page_count=1000000", &f->why));
    fixture_begin(f);
    OK(f, fixture_append(f, "s", "large", "T", large, T0, &a));
    fixture_commit(f);
    assert_int_equal(fixture_counts(f).pending, 1);
    free(large);
}

static void a_reader_does_not_keep_the_log_from_shrinking(void **state)
{
    struct fixture *f = *state;
    bool more = true;

    for (int i = 0; i < 50; i++) {
        char id[16];

        (void)snprintf(id, sizeof id, "a%d", i);
        (void)fixture_push(f, id, "text");
    }
    assert_true(fixture_counts(f).wal_bytes > 4096);
    OK(f, f->w->ops->checkpoint(f->w, false, &f->why, &more));
    assert_false(more);
    OK(f, f->w->ops->checkpoint(f->w, true, &f->why, &more));
    assert_false(more);
    assert_int_equal(fixture_counts(f).wal_bytes, 0);
    (void)fixture_push(f, "after", "text");
    assert_int_equal(fixture_counts(f).pending, 51);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        T(there_is_one_writer),
        T(a_link_to_the_folder_is_no_way_around),
        T(only_the_owner_reads_the_files),
        T(a_reader_waits_for_the_database),
        T(readers_go_on_without_the_writer),
        T(a_newer_database_is_left_alone),
        T(an_older_one_is_not_ready_for_readers),
        T(what_is_no_database_of_ours_is_damaged),
        T(a_folder_that_cannot_be_written_is_a_permission),
        T(without_space_nothing_stays_and_it_can_be_tried_again),
        T(a_reader_does_not_keep_the_log_from_shrinking),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
