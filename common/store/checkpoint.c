#include "base/clock.h"
#include "base/fault.h"
#include "store/logguard.h"
#include "store/writer_priv.h"

#include <sys/stat.h>

/* In the WAL before a step begins. Smaller would write hot index pages into the
 * database more often than need be; larger would make one step longer than a
 * reply should wait (16 MiB take some tens of milliseconds) and recovery after a
 * crash slower. */
#define SOFT_BYTES ((uint64_t)16 << 20)
/* A step that a reader held up is tried again after this much more, or after
 * this long: nothing may be written meanwhile just because the WAL is long. */
#define MORE_FRAMES 1024
#define AGAIN_MS    100u
/* From here on a step waits for readers, a moment. The WAL begins anew only when
 * nobody reads in it; short readers that follow each other without a gap would
 * let it grow for ever. */
#define CROWDED_BYTES ((uint64_t)64 << 20)
#define CROWDED_MS    20
#define MAX_BYTES     ((uint64_t)256 << 20)

static int after_commit(void *user, sqlite3 *db, const char *name, int frames)
{
    struct fm_writer *w = user;

    (void)db;
    (void)name;
    w->wal_frames = frames;
    return SQLITE_OK;
}

static int64_t frames_of(uint64_t bytes, uint64_t most)
{
    return (int64_t)((bytes < most ? bytes : most) / FM_DB_PAGE);
}

void fm_checkpoint_watch(struct fm_writer *w, uint64_t max_wal_bytes)
{
    uint64_t max = max_wal_bytes != 0 ? max_wal_bytes : MAX_BYTES;

    w->wal_soft = frames_of(max / 8, SOFT_BYTES);
    w->wal_crowded = frames_of(max / 4, CROWDED_BYTES);
    w->wal_checkpoint = w->wal_soft;
    (void)sqlite3_wal_hook(w->db, after_commit, w);
}

/* *ret_all: nothing is left in it that is not in the database. */
static int move(struct fm_writer *w, int mode, bool *ret_all)
{
    int frames = 0;
    int moved = 0;
    int rc = sqlite3_wal_checkpoint_v2(w->db, "main", mode, &frames, &moved);

    *ret_all = rc == SQLITE_OK && moved >= frames;
    return rc == SQLITE_BUSY ? SQLITE_OK : rc; /* a reader is no error */
}

/* The same when the log is to begin anew with the next commit. While this waits
 * nothing is written, so readers that come meanwhile are not in the way. */
static int move_and_wait(struct fm_writer *w, bool *ret_all)
{
    int rc;

    (void)sqlite3_busy_timeout(w->db, CROWDED_MS);
    rc = move(w, SQLITE_CHECKPOINT_RESTART, ret_all);
    (void)sqlite3_busy_timeout(w->db, FM_DB_BUSY_MS);
    return rc;
}

/* SQLite moves in one call all that no reader still needs; so a step is
 * bounded by beginning early. When all of it was moved, the next commit
 * starts the WAL from its beginning again, if nobody reads in it. */
static int one_step(struct fm_writer *w, bool finish)
{
    bool all = false;
    int rc;

    if (finish)
        rc = move(w, SQLITE_CHECKPOINT_TRUNCATE, &all);
    else if (w->wal_frames >= w->wal_crowded)
        rc = move_and_wait(w, &all);
    else
        rc = move(w, SQLITE_CHECKPOINT_PASSIVE, &all);
    if (rc != SQLITE_OK)
        return rc;
    w->wal_frames = all ? 0 : w->wal_frames;
    w->wal_checkpoint = all ? w->wal_soft : w->wal_frames + MORE_FRAMES;
    w->wal_again_ms = fm_now_ms() + AGAIN_MS;
    return SQLITE_OK;
}

enum fm_error fm_checkpoint_step(struct fm_writer *w, bool finish,
                                 struct fm_why *why, bool *ret_more)
{
    enum fm_error e = finish ? fm_logguard_clear(w->dir, why) : FM_OK;
    int rc = SQLITE_OK;

    if (e != FM_OK)
        return e;
    if (finish || w->wal_frames >= w->wal_checkpoint ||
        (w->wal_frames >= w->wal_soft && fm_now_ms() >= w->wal_again_ms)) {
        if (fm_fault_point("checkpoint"))
            return fm_fail(FM_EIO, why, "FAULT", "made to fail by a test");
        rc = one_step(w, finish);
    }
    if (rc != SQLITE_OK)
        return fm_db_fail(w->db, rc, why, "moving the WAL into the database");
    *ret_more = w->wal_frames >= w->wal_soft;
    return FM_OK;
}
