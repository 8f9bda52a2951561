#include "fault/store/platter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOLDERS 64
/* Slots of SQLite's locks on shared memory (sqlite.org/walformat.html 2.3). */
#define LOCK_CHECKPOINT 1

/* An open file; the real one lies behind it in the same memory. */
struct handle {
    sqlite3_file base;
    sqlite3_file *real;
    struct platter *platter; /* NULL = not of the store */
    bool wrote;
    bool checkpointed;
    bool is_new; /* its first flush is one of the directory, too */
};

static struct {
    sqlite3_vfs vfs;
    sqlite3_vfs *real;
    struct handle *handles[HOLDERS];
    void (*hook)(void *user);
    void *user;
    bool in_hook;
    bool bypass;
    unsigned operations;
    uint64_t fail_at;
    uint64_t count;
    int code;
    bool lasting;
    bool failed;
    uint64_t capacity;
    unsigned writers; /* of handles that are closed */
    unsigned checkpointers;
} sim;

/* --- flushes ------------------------------------------------------------------ */

static void call_hook(void)
{
    if (sim.hook == NULL || sim.in_hook || sim.bypass)
        return;
    sim.in_hook = true;
    sim.hook(sim.user);
    sim.in_hook = false;
}

void sim_at_flush(void (*hook)(void *user), void *user)
{
    sim.hook = hook;
    sim.user = user;
}

void sim_bypass(bool on)
{
    sim.bypass = on;
}

/* --- failures ------------------------------------------------------------------- */

void sim_fail(unsigned operations, uint64_t n, int code, bool lasting)
{
    sim.operations = operations;
    sim.fail_at = n;
    sim.code = code;
    sim.lasting = lasting;
    sim.count = 0;
    sim.failed = false;
}

bool sim_failed(void)
{
    return sim.failed;
}

uint64_t sim_count(void)
{
    return sim.count;
}

static int fails(enum sim_operation operation)
{
    if (sim.bypass || (sim.operations & (unsigned)operation) == 0)
        return SQLITE_OK;
    sim.count++;
    if (sim.fail_at == 0 || sim.count < sim.fail_at ||
        (sim.count > sim.fail_at && !sim.lasting))
        return SQLITE_OK;
    sim.failed = true;
    return sim.code;
}

void sim_capacity(uint64_t bytes)
{
    sim.capacity = bytes;
}

uint64_t sim_used(void)
{
    uint64_t n = 0;

    for (size_t i = 0; i < PLATTER_FILES; i++)
        n += platters[i].written_len;
    return n;
}

static bool is_full(const struct platter *p, uint64_t end)
{
    return sim.capacity != 0 && end > p->written_len &&
           sim_used() + (end - p->written_len) > sim.capacity;
}

/* --- the file ------------------------------------------------------------------- */

static struct handle *self(sqlite3_file *file)
{
    return (struct handle *)(void *)file;
}

static void count_out(struct handle *h)
{
    sim.writers += h->wrote ? 1 : 0;
    sim.checkpointers += h->checkpointed ? 1 : 0;
    h->wrote = false;
    h->checkpointed = false;
}

static unsigned take_count(unsigned *closed)
{
    unsigned n;

    for (size_t i = 0; i < HOLDERS; i++)
        if (sim.handles[i] != NULL)
            count_out(sim.handles[i]);
    n = *closed;
    *closed = 0;
    return n;
}

unsigned sim_writers(void)
{
    return take_count(&sim.writers);
}

unsigned sim_checkpointers(void)
{
    return take_count(&sim.checkpointers);
}

static int file_close(sqlite3_file *file)
{
    struct handle *h = self(file);

    count_out(h);
    for (size_t i = 0; i < HOLDERS; i++)
        if (sim.handles[i] == h)
            sim.handles[i] = NULL;
    return h->real->pMethods->xClose(h->real);
}

static int file_read(sqlite3_file *file, void *to, int n, sqlite3_int64 at)
{
    struct handle *h = self(file);
    int rc = fails(SIM_READ);

    return rc != SQLITE_OK ? rc : h->real->pMethods->xRead(h->real, to, n, at);
}

static int file_write(sqlite3_file *file, const void *from, int n,
                      sqlite3_int64 at)
{
    struct handle *h = self(file);
    uint64_t end = (uint64_t)at + (uint64_t)n;
    int rc = fails(SIM_WRITE);

    if (rc == SQLITE_OK && h->platter != NULL && is_full(h->platter, end))
        rc = SQLITE_FULL;
    if (rc == SQLITE_OK)
        rc = h->real->pMethods->xWrite(h->real, from, n, at);
    if (rc != SQLITE_OK || h->platter == NULL)
        return rc;
    h->wrote = true;
    platter_change(h->platter, at, from, (size_t)n);
    if (end > h->platter->written_len)
        h->platter->written_len = end;
    return SQLITE_OK;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct handle *h = self(file);
    int rc = fails(SIM_TRUNCATE);

    if (rc == SQLITE_OK)
        rc = h->real->pMethods->xTruncate(h->real, size);
    if (rc != SQLITE_OK || h->platter == NULL)
        return rc;
    h->wrote = true;
    platter_change(h->platter, size, NULL, 0);
    h->platter->written_len = (uint64_t)size;
    return SQLITE_OK;
}

/* The real files are on no disk that could lose them. */
static int file_sync(sqlite3_file *file, int flags)
{
    struct handle *h = self(file);
    int rc;

    (void)flags;
    call_hook();
    rc = fails(SIM_FLUSH);
    if (rc != SQLITE_OK || h->platter == NULL)
        return rc;
    platter_flush(h->platter);
    if (h->is_new)
        platter_flush_directory();
    h->is_new = false;
    call_hook();
    return SQLITE_OK;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *ret)
{
    struct handle *h = self(file);
    int rc = fails(SIM_SIZE);

    return rc != SQLITE_OK ? rc : h->real->pMethods->xFileSize(h->real, ret);
}

static int file_lock(sqlite3_file *file, int kind)
{
    struct handle *h = self(file);

    return h->real->pMethods->xLock(h->real, kind);
}

static int file_unlock(sqlite3_file *file, int kind)
{
    struct handle *h = self(file);

    return h->real->pMethods->xUnlock(h->real, kind);
}

static int file_reserved(sqlite3_file *file, int *ret)
{
    struct handle *h = self(file);

    return h->real->pMethods->xCheckReservedLock(h->real, ret);
}

static int file_control(sqlite3_file *file, int what, void *argument)
{
    struct handle *h = self(file);

    return h->real->pMethods->xFileControl(h->real, what, argument);
}

static int file_sector(sqlite3_file *file)
{
    (void)file;
    return PLATTER_SECTOR;
}

static int file_device(sqlite3_file *file)
{
    (void)file;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static int file_shm_map(sqlite3_file *file, int region, int size, int extend,
                        void volatile **ret)
{
    struct handle *h = self(file);
    int rc = fails(SIM_SHM);

    if (rc != SQLITE_OK)
        return rc;
    return h->real->pMethods->xShmMap(h->real, region, size, extend, ret);
}

static int file_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
    struct handle *h = self(file);
    int rc = h->real->pMethods->xShmLock(h->real, offset, n, flags);

    if (rc == SQLITE_OK && flags == (SQLITE_SHM_LOCK | SQLITE_SHM_EXCLUSIVE) &&
        offset <= LOCK_CHECKPOINT && offset + n > LOCK_CHECKPOINT)
        h->checkpointed = true;
    return rc;
}

static void file_shm_barrier(sqlite3_file *file)
{
    struct handle *h = self(file);

    h->real->pMethods->xShmBarrier(h->real);
}

static int file_shm_unmap(sqlite3_file *file, int remove_it)
{
    struct handle *h = self(file);

    return h->real->pMethods->xShmUnmap(h->real, remove_it);
}

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

/* --- the VFS -------------------------------------------------------------------- */

static void note_handle(struct handle *h)
{
    for (size_t i = 0; i < HOLDERS; i++)
        if (sim.handles[i] == NULL) {
            sim.handles[i] = h;
            return;
        }
    platter_must(false, "too many open files");
}

static int vfs_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file,
                    int flags, int *ret_flags)
{
    struct handle *h = self(file);
    bool ours = name != NULL && !sim.bypass &&
                (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL |
                          SQLITE_OPEN_MAIN_JOURNAL)) != 0;
    int rc = fails(SIM_OPEN);
    int before = 0;

    (void)vfs;
    memset(h, 0, sizeof *h);
    if (rc != SQLITE_OK)
        return rc;
    h->real = (sqlite3_file *)(void *)(h + 1);
    /* What is opened for the first time is read before anybody may change it. */
    if (ours && platter_of(name, false) == NULL)
        platter_read(platter_of(name, true), name);
    if (name != NULL)
        (void)sim.real->xAccess(sim.real, name, SQLITE_ACCESS_EXISTS, &before);
    rc = sim.real->xOpen(sim.real, name, h->real, flags, ret_flags);
    if (h->real->pMethods == NULL)
        return rc;
    /* As SQLite's VFS for Unix: of journals, not of the database. */
    h->is_new = before == 0 &&
                (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) != 0;
    h->platter = ours ? platter_of(name, false) : NULL;
    if (h->platter != NULL && h->platter->removed) {
        h->platter->removed = false; /* made again */
        platter_change(h->platter, 0, NULL, 0);
    }
    h->base.pMethods = &methods;
    note_handle(h);
    return rc;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync_dir)
{
    struct platter *p = platter_of(name, false);
    int rc = sim.real->xDelete(sim.real, name, 0);

    (void)vfs;
    if (rc != SQLITE_OK || p == NULL)
        return rc;
    if (sync_dir != 0) {
        platter_clear(p);
    } else {
        p->removed = true;
        p->written_len = 0;
    }
    return SQLITE_OK;
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *ret)
{
    (void)vfs;
    return sim.real->xAccess(sim.real, name, flags, ret);
}

static int vfs_full_name(sqlite3_vfs *vfs, const char *name, int size,
                         char *ret)
{
    (void)vfs;
    return sim.real->xFullPathname(sim.real, name, size, ret);
}

static int vfs_randomness(sqlite3_vfs *vfs, int n, char *ret)
{
    (void)vfs;
    return sim.real->xRandomness(sim.real, n, ret);
}

static int vfs_sleep(sqlite3_vfs *vfs, int us)
{
    (void)vfs;
    return sim.real->xSleep(sim.real, us);
}

static int vfs_time(sqlite3_vfs *vfs, double *ret)
{
    (void)vfs;
    return sim.real->xCurrentTime(sim.real, ret);
}

static int vfs_last_error(sqlite3_vfs *vfs, int size, char *ret)
{
    (void)vfs;
    return sim.real->xGetLastError(sim.real, size, ret);
}

void sim_install(void)
{
    if (sim.real != NULL)
        return;
    sim_seed(1);
    sim.real = sqlite3_vfs_find("unix");
    platter_must(sim.real != NULL, "no VFS to stand on");
    sim_format();
    sim.vfs = (sqlite3_vfs){
        .iVersion = 1,
        .szOsFile = (int)sizeof(struct handle) + sim.real->szOsFile,
        .mxPathname = sim.real->mxPathname,
        .zName = "sim",
        .xOpen = vfs_open,
        .xDelete = vfs_delete,
        .xAccess = vfs_access,
        .xFullPathname = vfs_full_name,
        .xRandomness = vfs_randomness,
        .xSleep = vfs_sleep,
        .xCurrentTime = vfs_time,
        .xGetLastError = vfs_last_error,
    };
    platter_must(sqlite3_vfs_register(&sim.vfs, 1) == SQLITE_OK,
                 "cannot register");
}
