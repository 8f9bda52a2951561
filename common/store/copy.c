#include "store/copy.h"

#include "base/fault.h"
#include "store/verify.h"
#include "store/writer_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

/* Pages in one step, 1 MiB: about a millisecond. */
#define STEP_PAGES 256

/* --- the writer's part ----------------------------------------------------------------- */

static enum fm_error make_file(const char *path, struct fm_why *why)
{
    int fd =
        open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd < 0)
        return fm_fail_errno(errno, why, "cannot make %s", path);
    (void)close(fd);
    return FM_OK;
}

/* What is written before the end is worth nothing, so nothing is done to keep it:
 * no journal, no flush. */
static enum fm_error open_target(const char *path, struct fm_why *why,
                                 sqlite3 **ret_db)
{
    static const char pragmas[] =
        "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
        "PRAGMA locking_mode=EXCLUSIVE; PRAGMA cache_size=-1024;";
    sqlite3 *db = NULL;
    enum fm_error e = FM_OK;
    int rc = sqlite3_open_v2(path, &db,
                             SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);

    if (rc != SQLITE_OK)
        e = fm_db_fail(db, rc, why, path);
    if (e == FM_OK)
        e = fm_db_exec(db, pragmas, why);
    if (e == FM_OK)
        *ret_db = db;
    else
        fm_db_close(db);
    return e;
}

enum fm_error fm_copy_begin(struct fm_writer *w, const char *path,
                            struct fm_why *why)
{
    enum fm_error e;

    if (w->copy.target != NULL)
        return fm_fail(FM_EPRECONDITION, why, NULL, "a copy is being made");
    w->copy.path = strdup(path);
    if (w->copy.path == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for a copy");
    e = make_file(path, why);
    if (e != FM_OK) {
        free(w->copy.path);
        w->copy.path = NULL;
        return e;
    }
    e = open_target(path, why, &w->copy.target);
    if (e == FM_OK) {
        w->copy.backup =
            sqlite3_backup_init(w->copy.target, "main", w->db, "main");
        if (w->copy.backup == NULL)
            e = fm_db_fail(w->copy.target, sqlite3_errcode(w->copy.target), why,
                           "beginning a copy");
    }
    if (e != FM_OK)
        fm_copy_end(w);
    return e;
}

/* Pages that this connection writes meanwhile are written to the copy as well; so
 * it is never begun anew, and ends as of the last commit before its end. */
enum fm_error fm_copy_step(struct fm_writer *w, struct fm_why *why,
                           bool *ret_more)
{
    enum fm_error e;
    int rc;

    if (w->copy.backup == NULL)
        return fm_fail(FM_EPRECONDITION, why, NULL, "no copy is being made");
    if (fm_fault_point("copy.step"))
        rc = SQLITE_FULL;
    else
        rc = sqlite3_backup_step(w->copy.backup, STEP_PAGES);
    *ret_more = rc == SQLITE_OK || rc == SQLITE_BUSY || rc == SQLITE_LOCKED;
    if (*ret_more)
        return FM_OK;
    if (rc == SQLITE_DONE) {
        rc = sqlite3_backup_finish(w->copy.backup);
        w->copy.backup = NULL;
        w->copy.done = rc == SQLITE_OK;
    }
    e = rc == SQLITE_OK ? FM_OK
                        : fm_db_fail(w->copy.target, rc, why, "copying");
    fm_copy_end(w);
    return e;
}

void fm_copy_end(struct fm_writer *w)
{
    if (w->copy.backup != NULL)
        (void)sqlite3_backup_finish(w->copy.backup);
    fm_db_close(w->copy.target);
    if (w->copy.path != NULL && !w->copy.done)
        (void)unlink(w->copy.path);
    free(w->copy.path);
    memset(&w->copy, 0, sizeof w->copy);
}

/* --- behind it --------------------------------------------------------------------------- */

static enum fm_error flush(const char *path, int flags, struct fm_why *why)
{
    int fd = open(path, flags | O_CLOEXEC);
    enum fm_error e = FM_OK;

    if (fd < 0 || fsync(fd) != 0)
        e = fm_fail_errno(errno, why, "cannot flush %s", path);
    if (fd >= 0)
        (void)close(fd);
    return e;
}

static enum fm_error flush_folder(const char *path, struct fm_why *why)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    int n = slash == NULL || slash == path
                ? snprintf(folder, sizeof folder, slash == NULL ? "." : "/")
                : snprintf(folder, sizeof folder, "%.*s", (int)(slash - path),
                           path);

    if (n < 0 || (size_t)n >= sizeof folder)
        return fm_fail(FM_EINVAL, why, "PATH_TOO_LONG", "the path is too long");
    return flush(folder, O_RDONLY | O_DIRECTORY, why);
}

/* It says that it has a log, as what it was copied from; a file by itself is better
 * off without. */
static enum fm_error close_log(const char *path, struct fm_why *why,
                               uint64_t *ret_sequence)
{
    sqlite3 *db = NULL;
    int64_t sequence = 0;
    enum fm_error e = FM_OK;
    int rc = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL);

    if (rc != SQLITE_OK)
        e = fm_db_fail(db, rc, why, path);
    if (e == FM_OK)
        e = fm_db_exec(db,
                       "PRAGMA locking_mode=EXCLUSIVE;"
                       "PRAGMA journal_mode=DELETE;",
                       why);
    if (e == FM_OK)
        e = fm_db_number(db, "SELECT sequence FROM tally", why, &sequence);
    fm_db_close(db);
    if (e == FM_OK)
        *ret_sequence = (uint64_t)sequence;
    return e;
}

struct finding {
    struct fm_why *why;
};

static void first_finding(void *user, const char *check, const char *text)
{
    struct finding *finding = user;

    (void)fm_fail(FM_ECORRUPT, finding->why, "COPY_DAMAGED",
                  "the copy is not sound: %s: %s", check, text);
}

static enum fm_error check_copy(const char *path, struct fm_why *why)
{
    struct finding finding = {why};
    const struct fm_store_verify ask = {
        .path = path, .finding = first_finding, .user = &finding};
    uint64_t findings = 0;
    enum fm_error e = fm_store_verify(&ask, why, &findings);

    return e == FM_OK && findings > 0 ? FM_ECORRUPT : e;
}

enum fm_error fm_store_copy_keep(const char *copy, const char *path,
                                 struct fm_why *why, uint64_t *ret_bytes,
                                 uint64_t *ret_sequence)
{
    struct stat status;
    uint64_t sequence = 0;
    enum fm_error e = close_log(copy, why, &sequence);

    if (e == FM_OK)
        e = check_copy(copy, why);
    if (e == FM_OK)
        e = flush(copy, O_RDWR, why);
    if (e == FM_OK && link(copy, path) != 0)
        e = fm_fail_errno(errno, why, "cannot name the copy %s", path);
    (void)unlink(copy);
    if (e == FM_OK)
        e = flush_folder(path, why);
    if (e == FM_OK && stat(path, &status) != 0)
        e = fm_fail_errno(errno, why, "cannot look at %s", path);
    if (e != FM_OK)
        return e;
    *ret_bytes = (uint64_t)status.st_size;
    *ret_sequence = sequence;
    return FM_OK;
}
