#include "rpc/server_priv.h"

#include <fcntl.h>
#include <malloc.h>
#include <unistd.h>

/* Between looks at the memory of the process; more than half of what it may have
 * can be filled in little time. */
#define LOOK_MS       100u
#define LOOK_OFTEN_MS 10u
/* Who sent less lately is not to blame. */
#define CUT_BYTES ((uint64_t)64 << 10)

#define LARGE_BYTES (256 << 10)
#define KEPT_BYTES  (32 << 20)

/* Sanitizers keep memory of their own. */
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
# define FM_SANITIZED 1
#elif defined(__has_feature)
# if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#  define FM_SANITIZED 1
# endif
#endif

#ifdef FM_SANITIZED
static uint64_t resident(void)
{
    return 0;
}
#else
/* The second number of proc(5), statm, is the pages that are in memory. */
static uint64_t resident(void)
{
    char text[128] = "";
    uint64_t pages = 0;
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, text, sizeof text - 1) : 0;
    const char *at = n > 0 ? strchr(text, ' ') : NULL;

    if (fd >= 0)
        (void)close(fd);
    for (at = at != NULL ? at + 1 : ""; *at >= '0' && *at <= '9'; at++)
        pages = pages * 10 + (uint64_t)(*at - '0');
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}
#endif

/* glibc keeps large pieces for later once it has seen some freed, up to 32 MiB;
 * those that messages lie in are to go back to the system at once, or a flood
 * of them would never seem to end. */
void fm_memory_open(const struct fm_rpc_server *server)
{
    if (server->options.max_memory == 0)
        return;
    /* glibc's manual says it is not for several threads: the other one would have
     * to set the same things.
     * NOLINTBEGIN(concurrency-mt-unsafe) */
    (void)mallopt(M_MMAP_THRESHOLD, LARGE_BYTES);
    /* It would no longer find out by itself that what is freed after one commit
     * is needed for the next. */
    (void)mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
    /* NOLINTEND(concurrency-mt-unsafe) */
}

static uint32_t look(struct fm_socket *socket, bool afresh, bool cut)
{
    if (socket == NULL)
        return 0;
    fm_socket_look(socket, afresh);
    return cut ? fm_socket_cut(socket, CUT_BYTES) : 0;
}

/* What is held for clients has budgets, but for the message that each of them is
 * in the middle of: that lies inside ZeroMQ, which reads from all at once. When
 * there is no room left, those who sent the most lose their connections; they
 * come again by themselves, and what they had sent in full is dealt with. */
void fm_memory_turn(struct fm_rpc_server *server)
{
    struct fm_guard *g = &server->guard;
    uint64_t max = server->options.max_memory;
    bool looked = g->looks;
    uint64_t has;
    uint32_t n;

    if (max == 0 || server->now_ms < g->look_ms)
        return;
    has = resident();
    g->looks = has > max / 2;
    g->look_ms = server->now_ms + (g->looks ? LOOK_OFTEN_MS : LOOK_MS);
    if (!g->looks)
        return;
    /* First what they send from now on, not since who knows when. */
    n = look(server->router, !looked, looked && has > max);
    n += look(server->pull, !looked, looked && has > max);
    atomic_fetch_add(&server->counters.cut, n);
}
