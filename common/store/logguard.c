#include "store/logguard.h"

#include "base/str.h"
#include "store/db_priv.h"
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEADER       32u
#define FRAME_HEADER 24u
/* Its lowest bit says how words are summed. */
#define MAGIC 0x377f0682u
/* More than one commit behind a frame that cannot be read was flushed. */
#define TORN_MOST 1u

enum { OPENED_ONLY_FOR_READING = O_RDONLY | O_CLOEXEC | O_NOFOLLOW };

static enum fm_error path_of(const char *dir, const char *name,
                             const char *suffix, struct fm_why *why,
                             char ret[PATH_MAX])
{
    int n = snprintf(ret, PATH_MAX, "%s/%s%s", dir, name, suffix);

    return n < 0 || n >= PATH_MAX
               ? fm_fail(FM_EINVAL, why, "PATH_TOO_LONG",
                         "the name of the data directory is too long")
               : FM_OK;
}

/* --- reading a log -------------------------------------------------------------- */

struct log {
    int fd;
    uint64_t size;
    uint32_t page;
    bool big_endian;
    uint8_t salts[8];
    uint32_t sum[2]; /* up to the last good frame */
    uint8_t *frame;
};

static uint32_t big32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 |
           p[3];
}

static uint32_t little32(const uint8_t *p)
{
    return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 |
           p[0];
}

static void add_sum(const struct log *log, const uint8_t *p, size_t n,
                    uint32_t sum[2])
{
    for (size_t i = 0; i + 8 <= n; i += 8) {
        sum[0] += (log->big_endian ? big32(p + i) : little32(p + i)) + sum[1];
        sum[1] +=
            (log->big_endian ? big32(p + i + 4) : little32(p + i + 4)) + sum[0];
    }
}

/* False when it is none that SQLite would read. */
static bool read_header(struct log *log)
{
    uint8_t h[HEADER];

    if (pread(log->fd, h, sizeof h, 0) != (ssize_t)sizeof h ||
        (big32(h) & ~1u) != MAGIC)
        return false;
    log->big_endian = (big32(h) & 1u) != 0;
    log->page = big32(h + 8);
    memcpy(log->salts, h + 16, sizeof log->salts);
    add_sum(log, h, 24, log->sum);
    return log->sum[0] == big32(h + 24) && log->sum[1] == big32(h + 28) &&
           log->page >= 512 && log->page <= 65536;
}

/* The frame at *at belongs to this log; *ret_good: and is as it was written. */
static bool read_frame(struct log *log, uint64_t at, bool whole, bool *ret_good,
                       bool *ret_commit)
{
    size_t n = FRAME_HEADER + (whole ? log->page : 0);
    uint32_t sum[2] = {log->sum[0], log->sum[1]};
    const uint8_t *f = log->frame;

    *ret_good = false;
    *ret_commit = false;
    if (pread(log->fd, log->frame, n, (off_t)at) != (ssize_t)n ||
        memcmp(f + 8, log->salts, sizeof log->salts) != 0)
        return false;
    *ret_commit = big32(f + 4) != 0;
    if (!whole)
        return true;
    add_sum(log, f, 8, sum);
    add_sum(log, f + FRAME_HEADER, log->page, sum);
    *ret_good = sum[0] == big32(f + 16) && sum[1] == big32(f + 20);
    if (*ret_good)
        memcpy(log->sum, sum, sizeof sum);
    return true;
}

/* Commits behind the first frame that cannot be read, and where that is. */
static unsigned lost_commits(struct log *log, uint64_t *ret_at)
{
    uint64_t step = FRAME_HEADER + log->page;
    uint64_t at = HEADER;
    unsigned n = 0;
    bool good = true;
    bool commit = false;

    for (; good && at + step <= log->size; at += good ? step : 0)
        (void)read_frame(log, at, true, &good, &commit);
    *ret_at = at;
    for (; at + step <= log->size; at += step)
        if (read_frame(log, at, false, &good, &commit) && commit)
            n++;
    return n;
}

static enum fm_error damaged(const char *path, uint64_t at, struct fm_why *why)
{
    return fm_fail(FM_ECORRUPT, why, "LOG_DAMAGED",
                   "%s is damaged at byte %llu, with acknowledged changes "
                   "behind it: put back a good copy or a backup; or remove the "
                   "file " FM_LOG_MARK
                   " beside it to go on with what stands before the damage",
                   path, (unsigned long long)at);
}

static enum fm_error read_log(struct log *log, const char *path,
                              struct fm_why *why)
{
    uint64_t at = 0;

    if (!read_header(log))
        return damaged(path, 0, why);
    log->frame = malloc(FRAME_HEADER + log->page);
    if (log->frame == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for a page");
    return lost_commits(log, &at) > TORN_MOST ? damaged(path, at, why) : FM_OK;
}

static enum fm_error check_log(const char *path, struct fm_why *why)
{
    struct log log = {.fd = open(path, OPENED_ONLY_FOR_READING)};
    struct stat status;
    enum fm_error e = FM_OK;

    if (log.fd < 0 && errno != ENOENT)
        return fm_fail_errno(errno, why, "cannot open %s", path);
    if (log.fd < 0 || fstat(log.fd, &status) != 0 ||
        (log.size = (uint64_t)status.st_size) < HEADER)
        e = fm_fail(
            FM_ECORRUPT, why, "LOG_MISSING",
            "%s is gone or empty, although it held acknowledged changes "
            "that are nowhere else: put it back, or a backup; or remove "
            "the file " FM_LOG_MARK
            " beside it to go on with what the database has",
            path);
    else
        e = read_log(&log, path, why);
    free(log.frame);
    if (log.fd >= 0)
        (void)close(log.fd);
    return e;
}

/* --- the mark ---------------------------------------------------------------------- */

static enum fm_error flush_folder(const char *dir, struct fm_why *why)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    enum fm_error e = FM_OK;

    if (fd < 0 || fsync(fd) != 0)
        e = fm_fail_errno(errno, why, "cannot flush %s", dir);
    if (fd >= 0)
        (void)close(fd);
    return e;
}

enum fm_error fm_logguard_check(const char *dir, struct fm_why *why)
{
    char mark[PATH_MAX];
    char path[PATH_MAX];
    enum fm_error e = path_of(dir, FM_LOG_MARK, "", why, mark);

    if (e == FM_OK)
        e = path_of(dir, FM_STORE_FILE, "-wal", why, path);
    if (e != FM_OK || access(mark, F_OK) != 0)
        return e;
    return check_log(path, why);
}

enum fm_error fm_logguard_set(const char *dir, struct fm_why *why)
{
    char mark[PATH_MAX];
    enum fm_error e = path_of(dir, FM_LOG_MARK, "", why, mark);
    int fd;

    if (e != FM_OK)
        return e;
    fd = open(mark, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return fm_fail_errno(errno, why, "cannot make %s", mark);
    (void)close(fd);
    return flush_folder(dir, why);
}

enum fm_error fm_logguard_clear(const char *dir, struct fm_why *why)
{
    char mark[PATH_MAX];
    enum fm_error e = path_of(dir, FM_LOG_MARK, "", why, mark);

    if (e != FM_OK || (unlink(mark) != 0 && errno == ENOENT))
        return e;
    return flush_folder(dir, why);
}
