#include "rpc/socket_priv.h"

#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>

/* Of the bytes that came lately so much is forgotten in each look, by half of them
 * in 14 s of looks every 10 ms: who has sent much and then falls silent in the
 * middle of a message holds the memory of others. */
#define FORGET 11

/* A connection that a socket has taken, as the system knows it. ZeroMQ does not
 * tell when it closes one; the number of the system's socket shows whether a
 * descriptor still is that one. */
struct fm_line {
    int fd;
    ino_t number;
    uint64_t received; /* bytes, when it was looked at last */
    uint64_t lately;   /* of those, the older the fewer */
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

void fm_socket_look(struct fm_socket *socket, bool afresh)
{
    struct fm_lines *lines = &socket->lines;

    tidy(lines);
    for (size_t i = 0; i < lines->n; i++) {
        struct fm_line *line = &lines->items[i];
        uint64_t now = received(line->fd);

        line->lately -= line->lately >> FORGET;
        line->lately += now > line->received ? now - line->received : 0;
        if (afresh)
            line->lately = 0;
        line->received = now;
    }
}

uint32_t fm_socket_cut(struct fm_socket *socket, uint64_t min_bytes)
{
    const struct fm_lines *lines = &socket->lines;
    uint64_t all = 0;
    uint32_t n = 0;

    for (size_t i = 0; i < lines->n; i++)
        all += lines->items[i].lately;
    if (lines->n > 0 && all / lines->n > min_bytes)
        min_bytes = all / lines->n;
    for (size_t i = 0; i < lines->n; i++) {
        struct fm_line *line = &lines->items[i];

        if (line->lately < min_bytes || !is_there(line))
            continue;
        if (disconnect(line->fd))
            n++;
        line->fd = -1; /* ZeroMQ may take a while to close it */
    }
    return n;
}
