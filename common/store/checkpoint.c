#include "base/fault.h"
#include "store/writer_priv.h"

#include <sys/stat.h>

/* Frames (pages) in the WAL before a step begins: 16 MiB. Smaller would write
 * hot index pages into the database more often than need be; larger would make
 * one step longer than a reply should wait (16 MiB take some tens of
 * milliseconds) and recovery after a crash slower. */
#define SOFT_FRAMES 4096
/* A step that a reader held up is tried again after this much more. */
#define MORE_FRAMES 1024

static int after_commit(void *user, sqlite3 *db, const char *name, int frames)
{
    struct fm_writer *w = user;

    (void)db;
    (void)name;
    w->wal_frames = frames;
    return SQLITE_OK;
}

void fm_checkpoint_watch(struct fm_writer *w)
{
    w->wal_checkpoint = SOFT_FRAMES;
    (void)sqlite3_wal_hook(w->db, after_commit, w);
}

/* SQLite moves in one call all that no reader still needs; so a step is
 * bounded by beginning early. When all of it was moved, the next commit
 * starts the WAL from its beginning again. */
enum fm_error fm_checkpoint_step(struct fm_writer *w, bool finish,
                                 struct fm_why *why, bool *ret_more)
{
    int frames = 0;
    int moved = 0;
    int rc;

    if (!finish && w->wal_frames < w->wal_checkpoint) {
        *ret_more = false;
        return FM_OK;
    }
    if (fm_fault_point("checkpoint"))
        return fm_fail(FM_EIO, why, "FAULT", "made to fail by a test");
    rc = sqlite3_wal_checkpoint_v2(w->db, "main",
                                   finish ? SQLITE_CHECKPOINT_TRUNCATE
                                          : SQLITE_CHECKPOINT_PASSIVE,
                                   &frames, &moved);
    if (rc == SQLITE_BUSY) /* a reader stands in the way: not an error */
        rc = SQLITE_OK;
    if (rc != SQLITE_OK)
        return fm_db_fail(w->db, rc, why, "moving the WAL into the database");
    if (moved >= frames) {
        w->wal_frames = 0;
        w->wal_checkpoint = SOFT_FRAMES;
    } else {
        w->wal_checkpoint = w->wal_frames + MORE_FRAMES;
    }
    *ret_more = false;
    return FM_OK;
}
