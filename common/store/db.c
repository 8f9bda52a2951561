#include "store/db_priv.h"
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

/* Longer statements say nothing to a person. */
#define DOING_MAX 32

#define ROOM  "make room on its disk"
#define RIGHT "this user needs the right to read and write there"
#define SPOILT                                                              \
 "the file is damaged or none of factmill's: restore a backup, or move it " \
 "away to begin anew"

static const struct {
    int code; /* primary or extended */
    enum fm_error error;
    const char *reason;
    const char *advice;
} by_code[] = {
    {SQLITE_IOERR_NOMEM, FM_ENOMEM, NULL, NULL},
    {SQLITE_CORRUPT_VTAB, FM_ECORRUPT, "STORE_CORRUPT", SPOILT},
    {SQLITE_READONLY_RECOVERY, FM_EUNAVAILABLE, "STORE_RECOVERING", NULL},
    {SQLITE_READONLY_CANTINIT, FM_EUNAVAILABLE, "STORE_RECOVERING", NULL},
    {SQLITE_FULL, FM_ENOSPACE, "DISK_FULL", ROOM},
    {SQLITE_BUSY, FM_ELOCKED, "STORE_LOCKED", NULL},
    {SQLITE_LOCKED, FM_ELOCKED, "STORE_LOCKED", NULL},
    {SQLITE_IOERR, FM_EIO, "STORE_IO", NULL},
    {SQLITE_CORRUPT, FM_ECORRUPT, "STORE_CORRUPT", SPOILT},
    {SQLITE_NOTADB, FM_ECORRUPT, "STORE_CORRUPT", SPOILT},
    {SQLITE_CANTOPEN, FM_EPERM, "STORE_CANTOPEN", RIGHT},
    {SQLITE_READONLY, FM_EPERM, "STORE_READONLY", RIGHT},
    {SQLITE_PERM, FM_EPERM, "STORE_PERMISSION", RIGHT},
    {SQLITE_AUTH, FM_EPERM, "STORE_PERMISSION", RIGHT},
    {SQLITE_NOMEM, FM_ENOMEM, NULL, NULL},
    {SQLITE_TOOBIG, FM_ETOOBIG, NULL, NULL},
    {SQLITE_INTERRUPT, FM_EABORTED, "STORE_INTERRUPTED", NULL},
};

enum fm_error fm_db_fail(sqlite3 *db, int rc, struct fm_why *why,
                         const char *doing)
{
    int code = db != NULL ? sqlite3_extended_errcode(db) : rc;
    const char *text = db != NULL ? sqlite3_errmsg(db) : sqlite3_errstr(rc);

    if ((code & 0xff) != (rc & 0xff))
        code = rc;
    for (size_t i = 0; i < sizeof by_code / sizeof by_code[0]; i++)
        if (by_code[i].code == code || by_code[i].code == (code & 0xff))
            return fm_fail(by_code[i].error, why, by_code[i].reason,
                           "%s: %s (SQLite %d)%s%s", doing, text, code,
                           by_code[i].advice != NULL ? "; " : "",
                           by_code[i].advice != NULL ? by_code[i].advice : "");
    return fm_fail(FM_EINTERNAL, why, "STORE_INTERNAL", "%s: %s (SQLite %d)",
                   doing, text, code);
}

enum fm_error fm_db_exec(sqlite3 *db, const char *sql, struct fm_why *why)
{
    int rc = sqlite3_exec(db, sql, NULL, NULL, NULL);

    if (rc == SQLITE_OK)
        return FM_OK;
    return fm_db_fail(db, rc, why, strlen(sql) <= DOING_MAX ? sql : "database");
}

enum fm_error fm_db_fail_in(const char *dir, enum fm_error error,
                            struct fm_why *why)
{
    char text[sizeof why->text];

    if (why == NULL || strstr(why->text, dir) != NULL)
        return error;
    memcpy(text, why->text, sizeof text);
    (void)snprintf(why->text, sizeof why->text, "%s: %.*s", dir,
                   (int)(sizeof text - strnlen(dir, sizeof text / 2) - 3),
                   text);
    return error;
}

enum fm_error fm_db_number(sqlite3 *db, const char *sql, struct fm_why *why,
                           int64_t *ret)
{
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(db, sql, -1, &st, NULL);
    enum fm_error e = FM_OK;

    if (rc == SQLITE_OK)
        rc = sqlite3_step(st);
    if (rc == SQLITE_ROW)
        *ret = sqlite3_column_int64(st, 0);
    else
        e = rc == SQLITE_DONE
                ? fm_fail(FM_EINTERNAL, why, NULL, "%s: no row", sql)
                : fm_db_fail(db, rc, why, sql);
    (void)sqlite3_finalize(st);
    return e;
}

static enum fm_error configure(sqlite3 *db, struct fm_why *why)
{
    static const struct {
        int option;
        int value;
    } options[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},
        {SQLITE_DBCONFIG_DQS_DML, 0},
        {SQLITE_DBCONFIG_DQS_DDL, 0},
        {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_ENABLE_FKEY, 1},
        {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
        {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
    };

    (void)sqlite3_extended_result_codes(db, 1);
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        int rc = sqlite3_db_config(db, options[i].option, options[i].value,
                                   (int *)NULL);

        if (rc != SQLITE_OK)
            return fm_db_fail(db, rc, why, "setting up the database");
    }
    return FM_OK;
}

enum fm_error fm_db_no_folder(const char *dir, struct fm_why *why)
{
    return fm_fail(FM_ECONFIG, why, "DATA_NO_FOLDER",
                   "%s is a file; the data directory has to be a folder", dir);
}

static enum fm_error path_of(const char *dir, char path[PATH_MAX],
                             struct fm_why *why)
{
    int n = snprintf(path, PATH_MAX, "%s/%s", dir, FM_STORE_FILE);

    if (n < 0 || n >= PATH_MAX)
        return fm_fail(FM_EINVAL, why, "PATH_TOO_LONG",
                       "the name of the data directory is too long");
    return FM_OK;
}

/* vfs: NULL = the default. */
static enum fm_error open_path(const char *path, int flags, const char *vfs,
                               const char *pragmas, struct fm_why *why,
                               sqlite3 **ret_db)
{
    sqlite3 *db = NULL;
    enum fm_error e = FM_OK;
    int rc = sqlite3_open_v2(path, &db, flags | SQLITE_OPEN_NOMUTEX, vfs);
    if (rc != SQLITE_OK)
        e = fm_db_fail(db, rc, why, FM_STORE_FILE);
    if (e == FM_OK)
        e = configure(db, why);
    if (e == FM_OK) {
        (void)sqlite3_busy_timeout(db, FM_DB_BUSY_MS);
        e = fm_db_exec(db, pragmas, why);
    }
    if (e != FM_OK) {
        fm_db_close(db);
        return e;
    }
    *ret_db = db;
    return FM_OK;
}

static enum fm_error open_file(const char *dir, int flags, const char *vfs,
                               const char *pragmas, struct fm_why *why,
                               sqlite3 **ret_db)
{
    char path[PATH_MAX];
    enum fm_error e = path_of(dir, path, why);

    return e == FM_OK ? open_path(path, flags, vfs, pragmas, why, ret_db) : e;
}

/* Made here and not by SQLite, for the mode; the WAL takes it over. A file that
 * exists is not even opened: closing it would drop this process's own locks
 * (sqlite.org/howtocorrupt.html#posix_close_bug). */
static enum fm_error create_file(const char *dir, struct fm_why *why)
{
    char path[PATH_MAX];
    enum fm_error e = path_of(dir, path, why);
    int fd;

    if (e != FM_OK)
        return e;
    fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 && errno == EEXIST)
        return FM_OK;
    if (fd < 0)
        return fm_fail_errno(errno, why, "cannot open %s", path);
    (void)close(fd);
    return FM_OK;
}

enum fm_error fm_db_open_writer(const char *dir, const char *vfs,
                                struct fm_why *why, sqlite3 **ret_db)
{
    /* secure_delete by name: Debian compiles it in, and it would overwrite
     * every page that is freed. mmap_size 0: it has made WAL damage worse for
     * others. The checkpoints are checkpoint.c's. */
    static const char pragmas[] =
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "PRAGMA wal_autocheckpoint=0; PRAGMA journal_size_limit=67108864;"
        "PRAGMA secure_delete=OFF; PRAGMA mmap_size=0;"
        "PRAGMA cell_size_check=ON; PRAGMA temp_store=MEMORY;"
        "PRAGMA cache_size=-65536;";
    sqlite3 *db = NULL;
    int persist = 1;
    enum fm_error e = create_file(dir, why);

    if (e == FM_OK)
        e = open_file(dir, SQLITE_OPEN_READWRITE, vfs, pragmas, why, &db);
    if (e != FM_OK)
        return e;
    /* The WAL stays when the writer ends, so that readers can go on. */
    (void)sqlite3_file_control(db, "main", SQLITE_FCNTL_PERSIST_WAL, &persist);
    *ret_db = db;
    return FM_OK;
}

static enum fm_error not_there(int error_number, const char *dir,
                               struct fm_why *why)
{
    if (error_number == ENOTDIR)
        return fm_db_no_folder(dir, why);
    if (error_number != ENOENT)
        return fm_fail_errno(error_number, why, "cannot look into %s; " RIGHT,
                             dir);
    return fm_fail(FM_ENOTFOUND, why, "STORE_MISSING",
                   "there is no %s in %s yet; factmill-ingest makes it",
                   FM_STORE_FILE, dir);
}

enum fm_error fm_db_open_reader(const char *dir, struct fm_why *why,
                                sqlite3 **ret_db)
{
    /* automatic_index: an index made for one query is a scan in disguise. */
    static const char pragmas[] =
        "PRAGMA query_only=ON; PRAGMA mmap_size=0;"
        "PRAGMA automatic_index=OFF;"
        "PRAGMA cell_size_check=ON; PRAGMA temp_store=MEMORY;"
        "PRAGMA cache_size=-32768;";
    char path[PATH_MAX];
    struct stat status;
    sqlite3 *db = NULL;
    enum fm_error e = path_of(dir, path, why);
    int rc;

    if (e != FM_OK)
        return e;
    if (stat(path, &status) != 0)
        return not_there(errno, dir, why);
    e = open_file(dir, SQLITE_OPEN_READONLY, NULL, pragmas, why, &db);
    if (e != FM_OK)
        return e;
    rc =
        sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)NULL);
    if (rc != SQLITE_OK) {
        e = fm_db_fail(db, rc, why, "setting up the database");
        fm_db_close(db);
        return e;
    }
    *ret_db = db;
    return FM_OK;
}

enum fm_error fm_db_open_look(const char *path, struct fm_why *why,
                              sqlite3 **ret_db)
{
    static const char pragmas[] =
        "PRAGMA mmap_size=0; PRAGMA cell_size_check=ON;"
        "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-32768;";
    sqlite3 *db = NULL;
    enum fm_error e =
        open_path(path, SQLITE_OPEN_READONLY, NULL, pragmas, why, &db);

    if (e != FM_OK)
        return e;
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1,
                            (int *)NULL);
    *ret_db = db;
    return FM_OK;
}

void fm_db_close(sqlite3 *db)
{
    if (db != NULL)
        (void)sqlite3_close_v2(db);
}
