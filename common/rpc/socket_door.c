#include "rpc/socket_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <zmq.h>

/* Connections that the system completes before ZeroMQ takes them, at most; and
 * as a share of the descriptors there are, because they come in even when the
 * door is shut. */
#define BACKLOG_MAX   1024
#define BACKLOG_SHARE 16
#define BACKLOG_MIN   8
/* Behind the path of an ipc endpoint while its door is shut. */
#define SHUT_SUFFIX ".full"

/* --- bind -------------------------------------------------------------------- */

static bool connects(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t len = strlen(path);
    bool connected = false;
    int fd;

    if (len >= sizeof address.sun_path)
        return false;
    memcpy(address.sun_path, path, len + 1);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return false;
    if (connect(fd, (const struct sockaddr *)&address, sizeof address) == 0 ||
        errno == EAGAIN)
        connected = true;
    (void)close(fd);
    return connected;
}

/* ZeroMQ replaces the file of an ipc endpoint even while another process
 * listens on it, which would take that one's clients away without a word. */
static bool somebody_listens(const char *path)
{
    char shut[FM_ENDPOINT_PATH + sizeof SHUT_SUFFIX];

    (void)snprintf(shut, sizeof shut, "%s" SHUT_SUFFIX, path);
    return connects(path) || connects(shut);
}

static enum fm_error in_use(const char *endpoint, struct fm_why *why)
{
    return fm_fail(FM_ELOCKED, why, "ENDPOINT_IN_USE",
                   "%s is in use by another process: stop that one, or "
                   "choose another endpoint",
                   endpoint);
}

int fm_socket_backlog(void)
{
    struct rlimit limit = {.rlim_cur = RLIM_INFINITY};
    rlim_t n;

    (void)getrlimit(RLIMIT_NOFILE, &limit);
    n = limit.rlim_cur / BACKLOG_SHARE;
    if (n > BACKLOG_MAX)
        return BACKLOG_MAX;
    return n < BACKLOG_MIN ? BACKLOG_MIN : (int)n;
}

/* Notes down where the socket listens now; bound: as ZeroMQ says it. */
static void add_door(struct fm_socket *socket, const char *bound)
{
    const char *path = fm_endpoint_path(bound);
    struct fm_door *door;
    uint16_t event;
    int32_t value;
    int flags;

    if (socket->door_count == FM_DOORS)
        return;
    door = &socket->doors[socket->door_count];
    door->fd = -1;
    while (fm_socket_event(socket, &event, &value))
        if (event == ZMQ_EVENT_LISTENING)
            door->fd = value;
    if (door->fd < 0)
        return;
    if (path != NULL)
        (void)snprintf(door->path, sizeof door->path, "%s", path);
    /* fm_socket_turn_away must not wait for what ZeroMQ has taken meanwhile. */
    flags = fcntl(door->fd, F_GETFL);
    if (flags >= 0)
        (void)fcntl(door->fd, F_SETFL, flags | O_NONBLOCK);
    socket->door_count++;
}

enum fm_error fm_socket_bind(struct fm_socket *socket, const char *endpoint,
                             struct fm_why *why, char *ret_endpoint)
{
    const int backlog = fm_socket_backlog();
    char checked[FM_ENDPOINT_SIZE];
    char bound[FM_ENDPOINT_SIZE];
    size_t size = sizeof bound;
    enum fm_error error = fm_endpoint_check(endpoint, why, checked);
    const char *path;

    if (error == FM_OK)
        error = fm_security_permits(&socket->security, checked, true, why);
    if (error != FM_OK)
        return error;
    path = fm_endpoint_path(checked);
    if (path != NULL && somebody_listens(path))
        return in_use(endpoint, why);
    fm_socket_hand_over();
    fm_socket_family(socket, checked);
    error = fm_socket_mechanism(socket, checked, why);
    if (error != FM_OK)
        return error;
    (void)zmq_setsockopt(socket->zmq, ZMQ_BACKLOG, &backlog, sizeof backlog);
    if (zmq_bind(socket->zmq, checked) != 0) {
        if (errno == EADDRINUSE)
            return in_use(endpoint, why);
        return fm_fail_errno(errno, why, "cannot bind %s", endpoint);
    }
    if (zmq_getsockopt(socket->zmq, ZMQ_LAST_ENDPOINT, bound, &size) != 0)
        return fm_fail_errno(errno, why, "where is %s bound?", endpoint);
    add_door(socket, bound);
    if (ret_endpoint != NULL)
        memcpy(ret_endpoint, bound, sizeof bound);
    return FM_OK;
}

/* --- doors -------------------------------------------------------------------- */

void fm_socket_visits(struct fm_socket *socket, struct fm_visits *add)
{
    uint16_t event;
    int32_t value;

    while (fm_socket_event(socket, &event, &value)) {
        if (event == ZMQ_EVENT_ACCEPTED) {
            add->accepted++;
            fm_lines_add(&socket->lines, value);
        }
        /* The value is errno; other failures are the client's affair. */
        else if (event == ZMQ_EVENT_ACCEPT_FAILED &&
                 (value == EMFILE || value == ENFILE))
            add->failed++;
    }
}

int fm_socket_visits_fd(const struct fm_socket *socket)
{
    return socket->monitor_fd;
}

/* Drops what arrives for the listening socket; connections that exist are
 * sockets of their own (socket(7), SO_ATTACH_FILTER). */
static bool set_filter(int fd, bool drop_all)
{
    struct sock_filter nothing = BPF_STMT(BPF_RET | BPF_K, 0);
    const struct sock_fprog program = {.len = 1, .filter = &nothing};
    const int unused = 0;

    return setsockopt(fd, SOL_SOCKET,
                      drop_all ? SO_ATTACH_FILTER : SO_DETACH_FILTER,
                      drop_all ? (const void *)&program : &unused,
                      drop_all ? sizeof program : sizeof unused) == 0;
}

/* No client finds a file that has another name. A name that somebody else took
 * meanwhile stays theirs. */
static bool set_name(const char *path, bool away)
{
    char shut[FM_ENDPOINT_PATH + sizeof SHUT_SUFFIX];

    (void)snprintf(shut, sizeof shut, "%s" SHUT_SUFFIX, path);
    if (away)
        return rename(path, shut) == 0;
    return link(shut, path) == 0 && unlink(shut) == 0;
}

void fm_socket_shut(struct fm_socket *socket, enum fm_door_kind kind, bool shut)
{
    for (uint32_t i = 0; i < socket->door_count; i++) {
        struct fm_door *door = &socket->doors[i];
        bool local = door->path[0] != '\0';

        if (local != (kind == FM_DOOR_IPC) || door->shut == shut)
            continue;
        if (local ? set_name(door->path, shut) : set_filter(door->fd, shut))
            door->shut = shut;
    }
}

bool fm_socket_turn_away(struct fm_socket *socket)
{
    for (uint32_t i = 0; i < socket->door_count; i++) {
        const struct fm_door *door = &socket->doors[i];
        int fd = 0;

        if (!door->shut || door->path[0] != '\0')
            continue;
        while ((fd = accept(door->fd, NULL, NULL)) >= 0)
            (void)close(fd);
        if (errno == EMFILE || errno == ENFILE)
            return false;
    }
    return true;
}
