/* The log in few writes: what reaches the file below, in how many writes, and
 * what a failing disk leaves. */
#include "fm_test.h"
#include "store/db_priv.h"
#include "store/gather_priv.h"

#include <stdio.h>

/* --- the VFS below: counts, and fails when told ---------------------------------- */

struct below {
    sqlite3_vfs vfs;
    sqlite3_vfs *real;
    unsigned log_writes;
    unsigned log_flushes;
    unsigned fail_at; /* the number of the write that fails; 0 = none */
};

struct below_file {
    sqlite3_file base;
    sqlite3_io_methods methods;
    struct below *below;
    sqlite3_file *real;
};

static struct below below;

static struct below_file *self(sqlite3_file *file)
{
    return (struct below_file *)(void *)file;
}

static int below_write(sqlite3_file *file, const void *from, int n,
                       sqlite3_int64 at)
{
    struct below_file *f = self(file);

    if (++f->below->log_writes == f->below->fail_at)
        return SQLITE_FULL;
    return f->real->pMethods->xWrite(f->real, from, n, at);
}

static int below_sync(sqlite3_file *file, int flags)
{
    struct below_file *f = self(file);

    f->below->log_flushes++;
    return f->real->pMethods->xSync(f->real, flags);
}

static int below_close(sqlite3_file *file)
{
    struct below_file *f = self(file);

    return f->real->pMethods->xClose(f->real);
}

static int below_read(sqlite3_file *file, void *to, int n, sqlite3_int64 at)
{
    struct below_file *f = self(file);

    return f->real->pMethods->xRead(f->real, to, n, at);
}

static int below_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct below_file *f = self(file);

    return f->real->pMethods->xTruncate(f->real, size);
}

static int below_size(sqlite3_file *file, sqlite3_int64 *ret)
{
    struct below_file *f = self(file);

    return f->real->pMethods->xFileSize(f->real, ret);
}

static int below_control(sqlite3_file *file, int what, void *argument)
{
    struct below_file *f = self(file);

    return f->real->pMethods->xFileControl(f->real, what, argument);
}

static int below_sector(sqlite3_file *file)
{
    struct below_file *f = self(file);

    return f->real->pMethods->xSectorSize(f->real);
}

static int below_device(sqlite3_file *file)
{
    struct below_file *f = self(file);

    return f->real->pMethods->xDeviceCharacteristics(f->real);
}

/* The log gets methods of its own, everything else is the real one's. */
static int below_open(sqlite3_vfs *vfs, sqlite3_filename name,
                      sqlite3_file *file, int flags, int *ret_flags)
{
    struct below *b = vfs->pAppData;
    struct below_file *f = self(file);
    int rc;

    if ((flags & SQLITE_OPEN_WAL) == 0)
        return b->real->xOpen(b->real, name, file, flags, ret_flags);
    f->below = b;
    f->real = (sqlite3_file *)(void *)(f + 1);
    rc = b->real->xOpen(b->real, name, f->real, flags, ret_flags);
    f->methods = (sqlite3_io_methods){
        .iVersion = 1,
        .xClose = below_close,
        .xRead = below_read,
        .xWrite = below_write,
        .xTruncate = below_truncate,
        .xSync = below_sync,
        .xFileSize = below_size,
        .xFileControl = below_control,
        .xSectorSize = below_sector,
        .xDeviceCharacteristics = below_device,
    };
    f->base.pMethods = f->real->pMethods != NULL ? &f->methods : NULL;
    return rc;
}

/* --- a database over it ------------------------------------------------------------ */

struct base {
    char dir[64];
    char path[96];
    struct fm_gather *gather;
    sqlite3 *db;
};

static void run(sqlite3 *db, const char *sql, int expected)
{
    int rc = sqlite3_exec(db, sql, NULL, NULL, NULL);

    if (rc != expected)
        fail_msg("%s: %d (%s)", sql, rc, sqlite3_errmsg(db));
}

static int64_t number(sqlite3 *db, const char *sql)
{
    int64_t n = -1;
    struct fm_why why = FM_WHY_INIT;

    assert_int_equal(fm_db_number(db, sql, &why, &n), FM_OK);
    return n;
}

static int setup(void **state)
{
    struct base *b = calloc(1, sizeof *b);
    struct fm_why why = FM_WHY_INIT;

    assert_non_null(b);
    memset(&below, 0, sizeof below);
    below.real = sqlite3_vfs_find(NULL);
    below.vfs = *below.real;
    below.vfs.zName = "below";
    below.vfs.iVersion = 1;
    below.vfs.pNext = NULL;
    below.vfs.szOsFile = (int)sizeof(struct below_file) + below.real->szOsFile;
    below.vfs.pAppData = &below;
    below.vfs.xOpen = below_open;
    assert_int_equal(sqlite3_vfs_register(&below.vfs, 1), SQLITE_OK);
    (void)snprintf(b->dir, sizeof b->dir, "/tmp/fm-gather-XXXXXX");
    fm_test_folder(b->dir);
    (void)snprintf(b->path, sizeof b->path, "%s/db", b->dir);
    assert_int_equal(fm_gather_open(&why, &b->gather), FM_OK);
    assert_int_equal(sqlite3_open_v2(b->path, &b->db,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                                     fm_gather_name(b->gather)),
                     SQLITE_OK);
    run(b->db,
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "PRAGMA wal_autocheckpoint=0; CREATE TABLE t(k INTEGER PRIMARY KEY,"
        " v BLOB)",
        SQLITE_OK);
    *state = b;
    return 0;
}

static int teardown(void **state)
{
    struct base *b = *state;

    assert_int_equal(sqlite3_close(b->db), SQLITE_OK);
    fm_gather_close(b->gather);
    assert_int_equal(sqlite3_vfs_unregister(&below.vfs), SQLITE_OK);
    fm_test_remove(b->dir);
    free(b);
    return 0;
}

#define ROWS(from, to)                                                    \
 "WITH RECURSIVE n(i) AS (VALUES (" #from ") UNION ALL SELECT i+1 FROM n" \
 " WHERE i<" #to ") INSERT INTO t SELECT i, randomblob(3000) FROM n"

/* As another process sees it: with SQLite's own VFS. */
static void others_see(const struct base *b, int64_t rows)
{
    sqlite3 *db = NULL;

    assert_int_equal(sqlite3_open_v2(b->path, &db, SQLITE_OPEN_READONLY, NULL),
                     SQLITE_OK);
    assert_int_equal(number(db, "SELECT count(*) FROM t"), rows);
    assert_int_equal(number(db, "SELECT sum(length(v)) FROM t"), rows * 3000);
    (void)sqlite3_close(db);
}

static void a_commit_is_few_writes(void **state)
{
    struct base *b = *state;

    below.log_writes = 0;
    below.log_flushes = 0;
    run(b->db, ROWS(1, 300), SQLITE_OK);
    /* More than 300 pages with a header each: over 600 writes without. */
    assert_in_range(below.log_writes, 1, 20);
    assert_int_equal(below.log_flushes, 1);
    others_see(b, 300);
}

/* Pages that leave the cache before the commit are in the log, and read back
 * and written again within the same transaction. */
static void spilled_pages_are_found(void **state)
{
    struct base *b = *state;

    run(b->db, "PRAGMA cache_size=10", SQLITE_OK);
    run(b->db, "BEGIN", SQLITE_OK);
    run(b->db, ROWS(1, 200), SQLITE_OK);
    assert_int_equal(number(b->db, "SELECT sum(length(v)) FROM t"), 600000);
    run(b->db, "UPDATE t SET v=zeroblob(3000) WHERE k%3=0", SQLITE_OK);
    run(b->db, "DELETE FROM t WHERE k%5=0", SQLITE_OK);
    assert_int_equal(number(b->db, "SELECT count(*) FROM t"), 160);
    run(b->db, "COMMIT", SQLITE_OK);
    others_see(b, 160);
    run(b->db, "PRAGMA wal_checkpoint(TRUNCATE)", SQLITE_OK);
    others_see(b, 160);
    assert_int_equal(number(b->db, "SELECT count(*) FROM pragma_integrity_check"
                                   " WHERE integrity_check<>'ok'"),
                     0);
}

/* Whichever of its writes finds no room, a commit is there or not at all, and
 * the next one is. */
static void a_failed_write_is_a_failed_commit(void **state)
{
    struct base *b = *state;
    unsigned writes;

    below.log_writes = 0;
    run(b->db, ROWS(1, 100), SQLITE_OK);
    writes = below.log_writes;
    assert_in_range(writes, 2, 20);
    for (unsigned i = 1; i <= writes; i++) {
        run(b->db, "DELETE FROM t", SQLITE_OK);
        below.log_writes = 0;
        below.fail_at = i;
        run(b->db, ROWS(1, 100), SQLITE_FULL);
        below.fail_at = 0;
        others_see(b, 0);
        assert_int_equal(number(b->db, "SELECT count(*) FROM t"), 0);
        run(b->db, ROWS(1, 100), SQLITE_OK);
        others_see(b, 100);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_commit_is_few_writes, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(spilled_pages_are_found, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_failed_write_is_a_failed_commit,
                                        setup, teardown),
    };

    return cmocka_run_group_tests_name("gather", tests, NULL, NULL);
}
