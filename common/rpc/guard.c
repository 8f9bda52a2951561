#include "base/fault.h"
#include "rpc/server_priv.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* In per cent of the limit of open files. Past SHUT no client is let in over
 * tcp, past SHUT_LOCAL none over ipc either (those are workers of this machine;
 * and libzmq 4.3 ends the process when an ipc client comes and there is no
 * descriptor for it). Below OPEN all may come again. */
#define SHUT       90u
#define SHUT_LOCAL 95u
#define OPEN       75u
/* Open files that no server of this project needs more of. */
#define ENOUGH 65536u
/* Descriptors are counted again after so long; others than ours come and go. */
#define COUNT_MS      10000u
#define COUNT_SHUT_MS 1000u

void fm_rpc_raise_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max < ENOUGH ? limit.rlim_max : ENOUGH;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

static uint64_t count_entries(void)
{
    DIR *dir = opendir("/proc/self/fd");
    uint64_t n = 0;

    if (dir == NULL)
        return 0;
    while (readdir(dir) != NULL) /* NOLINT(concurrency-mt-unsafe): own DIR */
        n++;
    (void)closedir(dir);
    return n > 3 ? n - 3 : 0; /* ".", ".." and this very one */
}

/* Linux 6.2 tells the number as the size of the folder. */
static uint64_t count_open(void)
{
    struct stat status;

    if (stat("/proc/self/fd", &status) == 0 && status.st_size > 0)
        return (uint64_t)status.st_size;
    return count_entries();
}

static void count(struct fm_rpc_server *server)
{
    struct fm_guard *g = &server->guard;
    struct rlimit limit = {.rlim_cur = RLIM_INFINITY};

    (void)getrlimit(RLIMIT_NOFILE, &limit);
    g->limit = limit.rlim_cur;
    g->open = count_open();
    g->accepted = 0;
    g->counted_ms = server->now_ms;
}

static uint64_t share_of(const struct fm_guard *g, uint64_t per_cent)
{
    return g->limit > UINT64_MAX / 100 ? UINT64_MAX : g->limit * per_cent / 100;
}

/* Counting costs; so it is done when as many came in as could have used up a
 * quarter of what is left. There may be several servers in one process. */
static bool is_due(const struct fm_rpc_server *server)
{
    const struct fm_guard *g = &server->guard;
    uint64_t since = server->now_ms - g->counted_ms;
    uint64_t mark = share_of(g, SHUT);
    uint64_t left = mark > g->open ? mark - g->open : 0;

    return g->limit == 0 || g->accepted > left / 4 || since >= COUNT_MS ||
           (g->shut && since >= COUNT_SHUT_MS);
}

static void keep_reserve(struct fm_guard *g)
{
    uint32_t n = (uint32_t)fm_socket_backlog() + 1;

    if (n > FM_GUARD_RESERVE)
        n = FM_GUARD_RESERVE;
    while (g->reserved < n) {
        int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

        if (fd < 0)
            return;
        g->reserve[g->reserved++] = fd;
    }
}

void fm_guard_close(struct fm_guard *g)
{
    while (g->reserved > 0)
        (void)close(g->reserve[--g->reserved]);
}

static void set_doors(struct fm_rpc_server *server, enum fm_door_kind kind,
                      bool shut)
{
    if (server->router != NULL)
        fm_socket_shut(server->router, kind, shut);
    if (server->pull != NULL)
        fm_socket_shut(server->pull, kind, shut);
}

static bool turn_away(struct fm_rpc_server *server)
{
    bool done = true;

    if (server->router != NULL)
        done = fm_socket_turn_away(server->router);
    if (server->pull != NULL)
        done = fm_socket_turn_away(server->pull) && done;
    return done;
}

static void set_shut(struct fm_rpc_server *server, bool shut)
{
    if (shut != server->guard.shut && server->options.full != NULL)
        server->options.full(server->options.full_user, shut);
    server->guard.shut = shut;
    atomic_store(&server->counters.full, shut ? 1 : 0);
    set_doors(server, FM_DOOR_TCP, shut);
}

/* No descriptor was left for somebody who stands at the door, and libzmq tries
 * to let him in as fast as it can. With the doors shut, one descriptor after
 * another is set free for sending away who is there already; ZeroMQ's own thread
 * may take each for letting one in, but they are no more than those in reserve.
 * What remains of the reserve is for the rest of the program. */
static void make_room(struct fm_rpc_server *server)
{
    struct fm_guard *g = &server->guard;

    set_shut(server, true);
    set_doors(server, FM_DOOR_IPC, true);
    while (!turn_away(server) && g->reserved > 0)
        (void)close(g->reserve[--g->reserved]);
    fm_guard_close(g);
}

static void look_at_marks(struct fm_rpc_server *server)
{
    struct fm_guard *g = &server->guard;

    if (g->open >= share_of(g, SHUT) && !g->shut &&
        !fm_fault_point("guard.mark")) /* as if many came at once */
        set_shut(server, true);
    /* With the doors shut the reserve has done its service. */
    if (g->open >= share_of(g, SHUT_LOCAL) && g->shut && g->reserved > 0) {
        fm_guard_close(g);
        count(server);
    }
    if (g->open >= share_of(g, SHUT_LOCAL))
        set_doors(server, FM_DOOR_IPC, true);
    else if (g->open < share_of(g, SHUT))
        set_doors(server, FM_DOOR_IPC, false);
    if (g->open < share_of(g, OPEN)) {
        if (g->shut)
            set_shut(server, false);
        keep_reserve(g);
    }
}

void fm_guard_turn(struct fm_rpc_server *server)
{
    struct fm_guard *g = &server->guard;
    struct fm_visits visits = {0};

    if (server->router != NULL)
        fm_socket_visits(server->router, &visits);
    if (server->pull != NULL)
        fm_socket_visits(server->pull, &visits);
    g->accepted += visits.accepted;
    if (visits.failed > 0) {
        atomic_fetch_add(&server->counters.turned_away, visits.failed);
        make_room(server);
    }
    if (is_due(server)) {
        count(server);
        look_at_marks(server);
    }
}
