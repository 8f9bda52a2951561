#include "store/lock.h"

#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/file.h>
#include <unistd.h>

static enum fm_error held_by_other(int fd, const char *dir, struct fm_why *why)
{
    char pid[24] = "";
    ssize_t n = pread(fd, pid, sizeof pid - 1, 0);
    struct fm_str who = fm_str_trim(fm_str_n(pid, n > 0 ? (size_t)n : 0));

    if (who.len == 0)
        who = fm_str("unknown");
    return fm_fail(FM_ELOCKED, why, "STORE_LOCKED",
                   "another factmill-ingest (process %.*s) writes to %s; stop "
                   "it, or give this one another data directory",
                   FM_STR_ARG(who), dir);
}

enum fm_error fm_lock_take(const char *dir, struct fm_why *why, int *ret_fd)
{
    char path[PATH_MAX];
    char pid[24];
    int n = snprintf(path, sizeof path, "%s/factmill.lock", dir);
    enum fm_error e;
    int fd;

    if (n < 0 || (size_t)n >= sizeof path)
        return fm_fail(FM_EINVAL, why, "PATH_TOO_LONG",
                       "the name of the data directory is too long");
    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return fm_fail_errno(errno, why,
                             "cannot open the lock file %s; this user needs "
                             "the right to write to that folder",
                             path);
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        e = errno == EWOULDBLOCK
                ? held_by_other(fd, dir, why)
                : fm_fail_errno(errno, why, "cannot lock %s", path);
        (void)close(fd);
        return e;
    }
    /* The number is advice for people; the lock is what counts. */
    n = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
    if (ftruncate(fd, 0) != 0 || pwrite(fd, pid, (size_t)n, 0) != n) {
        e = fm_fail_errno(errno, why, "cannot write to %s", path);
        (void)close(fd);
        return e;
    }
    *ret_fd = fd;
    return FM_OK;
}

void fm_lock_drop(int fd)
{
    if (fd >= 0)
        (void)close(fd);
}

bool fm_lock_is_held(const char *dir)
{
    char path[PATH_MAX];
    int n = snprintf(path, sizeof path, "%s/factmill.lock", dir);
    bool held = false;
    int fd;

    if (n < 0 || (size_t)n >= sizeof path)
        return false;
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return false;
    held = flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    (void)close(fd);
    return held;
}
