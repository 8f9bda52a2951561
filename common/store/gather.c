#include "store/db_priv.h"
#include "store/gather_priv.h"

#include <stdlib.h>
#include <string.h>

/* Of one write. SQLite's VFS for Unix counts the bytes of a write in 17 bits;
 * past this size another system call costs nothing beside the copy. */
#define ROOM (120 << 10)

struct fm_gather {
    sqlite3_vfs vfs;
    char name[32];
    sqlite3_vfs *real;
};

/* One open file; the real one lies behind it in the same memory. */
struct gathered {
    sqlite3_file base;
    sqlite3_file *real;
    char *buffer; /* NULL: writes are not gathered */
    int used;
    sqlite3_int64 at; /* where buffer belongs in the file */
};

static struct gathered *self(sqlite3_file *file)
{
    return (struct gathered *)(void *)file;
}

/* After a failure the bytes are dropped: SQLite gives the transaction up, and
 * nothing of it was published. */
static int hand_on(struct gathered *g)
{
    int n = g->used;

    g->used = 0;
    return n > 0 ? g->real->pMethods->xWrite(g->real, g->buffer, n, g->at)
                 : SQLITE_OK;
}

/* --- the file -------------------------------------------------------------------- */

static int file_close(sqlite3_file *file)
{
    struct gathered *g = self(file);
    int rc = hand_on(g);
    int closed = g->real->pMethods->xClose(g->real);

    free(g->buffer);
    g->buffer = NULL;
    return rc != SQLITE_OK ? rc : closed;
}

static int file_read(sqlite3_file *file, void *to, int n, sqlite3_int64 at)
{
    struct gathered *g = self(file);
    int rc = SQLITE_OK;

    if (g->used > 0 && at < g->at + g->used && at + n > g->at)
        rc = hand_on(g);
    return rc == SQLITE_OK ? g->real->pMethods->xRead(g->real, to, n, at) : rc;
}

static int file_write(sqlite3_file *file, const void *from, int n,
                      sqlite3_int64 at)
{
    struct gathered *g = self(file);
    int rc = SQLITE_OK;

    if (g->buffer != NULL &&
        (at != g->at + g->used || n > ROOM - g->used || g->used == 0))
        rc = hand_on(g);
    if (rc != SQLITE_OK)
        return rc;
    if (g->buffer == NULL || n > ROOM)
        return g->real->pMethods->xWrite(g->real, from, n, at);
    if (g->used == 0)
        g->at = at;
    memcpy(g->buffer + g->used, from, (size_t)n);
    g->used += n;
    return SQLITE_OK;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct gathered *g = self(file);
    int rc = hand_on(g);

    return rc == SQLITE_OK ? g->real->pMethods->xTruncate(g->real, size) : rc;
}

static int file_sync(sqlite3_file *file, int flags)
{
    struct gathered *g = self(file);
    int rc = hand_on(g);

    return rc == SQLITE_OK ? g->real->pMethods->xSync(g->real, flags) : rc;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *ret)
{
    struct gathered *g = self(file);
    int rc = hand_on(g);

    return rc == SQLITE_OK ? g->real->pMethods->xFileSize(g->real, ret) : rc;
}

static int file_lock(sqlite3_file *file, int kind)
{
    struct gathered *g = self(file);

    return g->real->pMethods->xLock(g->real, kind);
}

static int file_unlock(sqlite3_file *file, int kind)
{
    struct gathered *g = self(file);

    return g->real->pMethods->xUnlock(g->real, kind);
}

static int file_reserved(sqlite3_file *file, int *ret)
{
    struct gathered *g = self(file);

    return g->real->pMethods->xCheckReservedLock(g->real, ret);
}

static int file_control(sqlite3_file *file, int what, void *argument)
{
    struct gathered *g = self(file);

    return g->real->pMethods->xFileControl(g->real, what, argument);
}

static int file_sector(sqlite3_file *file)
{
    struct gathered *g = self(file);

    return g->real->pMethods->xSectorSize(g->real);
}

static int file_device(sqlite3_file *file)
{
    struct gathered *g = self(file);

    return g->real->pMethods->xDeviceCharacteristics(g->real);
}

static int file_shm_map(sqlite3_file *file, int region, int size, int extend,
                        void volatile **ret)
{
    struct gathered *g = self(file);

    return g->real->pMethods->xShmMap(g->real, region, size, extend, ret);
}

static int file_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
    struct gathered *g = self(file);

    return g->real->pMethods->xShmLock(g->real, offset, n, flags);
}

static void file_shm_barrier(sqlite3_file *file)
{
    struct gathered *g = self(file);

    g->real->pMethods->xShmBarrier(g->real);
}

static int file_shm_unmap(sqlite3_file *file, int remove)
{
    struct gathered *g = self(file);

    return g->real->pMethods->xShmUnmap(g->real, remove);
}

/* Version 2: without the methods of memory-mapped databases, which the store
 * does not use (db.c). */
static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector,
    .xDeviceCharacteristics = file_device,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

/* --- the VFS --------------------------------------------------------------------- */

static sqlite3_vfs *real_of(sqlite3_vfs *vfs)
{
    const struct fm_gather *gather = vfs->pAppData;

    return gather->real;
}

/* Without room for the buffer the file works, frame by frame. */
static int vfs_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file,
                    int flags, int *ret_flags)
{
    struct gathered *g = self(file);
    int rc;

    memset(g, 0, sizeof *g);
    g->real = (sqlite3_file *)(void *)(g + 1);
    rc = real_of(vfs)->xOpen(real_of(vfs), name, g->real, flags, ret_flags);
    if (g->real->pMethods == NULL)
        return rc;
    if ((flags & SQLITE_OPEN_WAL) != 0)
        g->buffer = malloc(ROOM);
    g->base.pMethods = &methods;
    return rc;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync_dir)
{
    return real_of(vfs)->xDelete(real_of(vfs), name, sync_dir);
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *ret)
{
    return real_of(vfs)->xAccess(real_of(vfs), name, flags, ret);
}

static int vfs_full_name(sqlite3_vfs *vfs, const char *name, int size,
                         char *ret)
{
    return real_of(vfs)->xFullPathname(real_of(vfs), name, size, ret);
}

static int vfs_randomness(sqlite3_vfs *vfs, int n, char *ret)
{
    return real_of(vfs)->xRandomness(real_of(vfs), n, ret);
}

static int vfs_sleep(sqlite3_vfs *vfs, int us)
{
    return real_of(vfs)->xSleep(real_of(vfs), us);
}

static int vfs_time(sqlite3_vfs *vfs, double *ret)
{
    return real_of(vfs)->xCurrentTime(real_of(vfs), ret);
}

static int vfs_last_error(sqlite3_vfs *vfs, int size, char *ret)
{
    return real_of(vfs)->xGetLastError(real_of(vfs), size, ret);
}

/* Version 1, without loading extensions: the store does neither need finer
 * time nor other people's code. */
enum fm_error fm_gather_open(struct fm_why *why, struct fm_gather **ret_gather)
{
    struct fm_gather *gather = calloc(1, sizeof *gather);
    sqlite3_vfs *real = sqlite3_vfs_find(NULL);
    int rc;

    if (gather == NULL || real == NULL) {
        free(gather);
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for the database");
    }
    (void)snprintf(gather->name, sizeof gather->name, "factmill-%p",
                   (void *)gather);
    gather->real = real;
    gather->vfs = (sqlite3_vfs){
        .iVersion = 1,
        .szOsFile = (int)sizeof(struct gathered) + real->szOsFile,
        .mxPathname = real->mxPathname,
        .zName = gather->name,
        .pAppData = gather,
        .xOpen = vfs_open,
        .xDelete = vfs_delete,
        .xAccess = vfs_access,
        .xFullPathname = vfs_full_name,
        .xRandomness = vfs_randomness,
        .xSleep = vfs_sleep,
        .xCurrentTime = vfs_time,
        .xGetLastError = vfs_last_error,
    };
    rc = sqlite3_vfs_register(&gather->vfs, 0);
    if (rc != SQLITE_OK) {
        free(gather);
        return fm_db_fail(NULL, rc, why, "setting up the database");
    }
    *ret_gather = gather;
    return FM_OK;
}

void fm_gather_close(struct fm_gather *gather)
{
    if (gather == NULL)
        return;
    (void)sqlite3_vfs_unregister(&gather->vfs);
    free(gather);
}

const char *fm_gather_name(const struct fm_gather *gather)
{
    return gather->name;
}
