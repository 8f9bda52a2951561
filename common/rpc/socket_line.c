#include "rpc/socket_priv.h"

#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>

/* A connection that a socket has taken, as the system knows it. ZeroMQ does not
 * tell when it closes one; the number of the system's socket shows whether a
 * descriptor still is that one. */
struct fm_line {
    int fd;
    ino_t number;
    uint64_t received; /* bytes, when it was looked at last */
    uint64_t lately;   /* since then */
};

static bool is_there(const struct fm_line *line)
{
    struct stat status;

    return fstat(line->fd, &status) == 0 && S_ISSOCK(status.st_mode) &&
           status.st_ino == line->number;
}

/* Drops those that were closed. */
static void tidy(struct fm_lines *lines)
{
    size_t n = 0;

    for (size_t i = 0; i < lines->n; i++)
        if (is_there(&lines->items[i]))
            lines->items[n++] = lines->items[i];
    lines->n = n;
}

void fm_lines_add(struct fm_lines *lines, int fd)
{
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    struct stat status;

    if (getsockname(fd, (struct sockaddr *)(void *)&address, &size) != 0 ||
        (address.ss_family != AF_INET && address.ss_family != AF_INET6) ||
        fstat(fd, &status) != 0)
        return;
    if (lines->n == lines->cap)
        tidy(lines);
    if (lines->n * 2 >= lines->cap) {
        size_t cap = lines->cap == 0 ? 64 : lines->cap * 2;
        struct fm_line *items =
            realloc(lines->items, cap * sizeof *lines->items);

        if (items != NULL) {
            lines->items = items;
            lines->cap = cap;
        }
    }
    if (lines->n < lines->cap) /* without memory it cannot be cut */
        lines->items[lines->n++] =
            (struct fm_line){.fd = fd, .number = status.st_ino};
}

void fm_lines_release(struct fm_lines *lines)
{
    free(lines->items);
    *lines = (struct fm_lines){0};
}

static uint64_t received(int fd)
{
    struct tcp_info info;
    socklen_t size = sizeof info;

    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0 ||
        size < offsetof(struct tcp_info, tcpi_bytes_received) +
                   sizeof info.tcpi_bytes_received)
        return 0;
    return info.tcpi_bytes_received;
}

/* With a reset, and without what has arrived and was not read yet (connect(2),
 * AF_UNSPEC); shutdown(2) would let ZeroMQ read that first, megabytes of it. The
 * descriptor stays ZeroMQ's, which closes it when it finds nobody there. */
static bool disconnect(int fd)
{
    const struct sockaddr nowhere = {.sa_family = AF_UNSPEC};

    return connect(fd, &nowhere, sizeof nowhere) == 0;
}

static int most_first(const void *a, const void *b)
{
    const struct fm_line *x = a;
    const struct fm_line *y = b;

    return (x->lately < y->lately) - (x->lately > y->lately);
}

uint32_t fm_socket_cut(struct fm_socket *socket, bool cut, uint64_t min_bytes)
{
    struct fm_lines *lines = &socket->lines;
    uint32_t n = 0;
    size_t most;

    tidy(lines);
    for (size_t i = 0; i < lines->n; i++) {
        struct fm_line *line = &lines->items[i];
        uint64_t now = received(line->fd);

        line->lately = now > line->received ? now - line->received : 0;
        line->received = now;
    }
    if (!cut)
        return 0;
    qsort(lines->items, lines->n, sizeof *lines->items, most_first);
    most = (lines->n + 1) / 2;
    for (size_t i = 0; i < lines->n && i < most; i++) {
        const struct fm_line *line = &lines->items[i];

        if (line->lately >= min_bytes && is_there(line) && disconnect(line->fd))
            n++;
    }
    return n;
}
