#include "base/clock.h"
#include "rpc/server_priv.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

/* Messages taken before replies and other sockets have their turn. */
#define RECEIVE_BATCH 256u
#define TICK_MS       100u
/* With replies that wait for room, in case no event tells of it. */
#define BLOCKED_WAIT_MS 5u
#define IDLE_WAIT_MS    1000u

bool fm_on_loop(const struct fm_rpc_server *server)
{
    return server->loop_running &&
           pthread_equal(server->loop, pthread_self()) != 0;
}

static bool receive_batch(struct fm_rpc_server *server)
{
    uint32_t n = 0;

    while (n < RECEIVE_BATCH && fm_receive(server)) {
        fm_mailbox_local(server);
        n++;
    }
    return n == RECEIVE_BATCH;
}

static bool may_pull(const struct fm_rpc_server *server)
{
    return server->pull != NULL && !atomic_load(&server->draining) &&
           !atomic_load(&server->pull_paused) &&
           server->access.pull_after_ms <= server->now_ms;
}

/* A message of several frames is several articles. */
static bool pull_batch(struct fm_rpc_server *server)
{
    uint32_t n = 0;
    bool more = false;

    while (n < RECEIVE_BATCH && may_pull(server) &&
           fm_socket_receive(server->pull, &server->pull_frame, &more) ==
               FM_OK) {
        atomic_fetch_add(&server->counters.pulled, 1);
        if (fm_access_pull(server, &server->pull_frame))
            server->pull_handler(server->pull_user,
                                 fm_frame_bytes(&server->pull_frame));
        fm_mailbox_local(server);
        n++;
    }
    if (n > 0)
        fm_frame_release(&server->pull_frame);
    return n == RECEIVE_BATCH;
}

static void expire(struct fm_rpc_server *server)
{
    struct fm_deadline *first = fm_deadlines_first(&server->deadlines);

    while (first != NULL && first->at_ms <= server->now_ms) {
        struct fm_rpc_call *call =
            (struct fm_rpc_call *)(void *)((char *)first -
                                           offsetof(struct fm_rpc_call,
                                                    deadline));

        fm_call_abort(call, FM_EDEADLINE, "DEADLINE",
                      "the deadline passed before the call was done");
        first = fm_deadlines_first(&server->deadlines);
    }
}

static void tick(struct fm_rpc_server *server)
{
    if (server->now_ms - server->ticked_ms < TICK_MS)
        return;
    server->ticked_ms = server->now_ms;
    fm_streams_keep_alive(server);
    if (server->options.tick != NULL)
        server->options.tick(server->options.tick_user);
    fm_mailbox_local(server);
}

static uint64_t time_to_wait(const struct fm_rpc_server *server)
{
    const struct fm_deadline *first = fm_deadlines_first(&server->deadlines);
    uint64_t now = fm_now_ms();
    uint64_t wait = IDLE_WAIT_MS;

    if (server->options.tick != NULL || server->streams.all != NULL)
        wait = TICK_MS;
    if (server->peers.blocked != NULL)
        wait = BLOCKED_WAIT_MS;
    if (server->access.pull_after_ms > now &&
        server->access.pull_after_ms < now + wait)
        wait = server->access.pull_after_ms - now;
    if (first != NULL && first->at_ms < now + wait)
        wait = first->at_ms > now ? first->at_ms - now : 0;
    if (server->guard.shut && wait > TICK_MS)
        wait = TICK_MS; /* somebody may have left */
    return wait;
}

static void wait_for_events(struct fm_rpc_server *server)
{
    struct pollfd fds[6];
    nfds_t n = 3;
    uint64_t rings;

    /* ZeroMQ's descriptors tell of changes only: look first. */
    if (fm_socket_ready(server->router) ||
        (may_pull(server) && fm_socket_ready(server->pull)))
        return;
    fds[0] = (struct pollfd){.fd = server->mailbox.fd, .events = POLLIN};
    fds[1] =
        (struct pollfd){.fd = fm_socket_fd(server->router), .events = POLLIN};
    fds[2] = (struct pollfd){.fd = fm_socket_visits_fd(server->router),
                             .events = POLLIN};
    if (may_pull(server))
        fds[n++] =
            (struct pollfd){.fd = fm_socket_fd(server->pull), .events = POLLIN};
    if (server->pull != NULL)
        fds[n++] = (struct pollfd){.fd = fm_socket_visits_fd(server->pull),
                                   .events = POLLIN};
    if (server->access.doorman != NULL)
        fds[n++] = (struct pollfd){.fd = fm_doorman_fd(server->access.doorman),
                                   .events = POLLIN};
    if (poll(fds, n, (int)time_to_wait(server)) <= 0 || fds[0].revents == 0)
        return;
    if (read(server->mailbox.fd, &rings, sizeof rings) < 0)
        return;
    /* Before the mailbox is emptied: what comes later rings again. */
    atomic_store(&server->mailbox.rung, false);
}

void *fm_loop_run(void *argument)
{
    struct fm_rpc_server *server = argument;

    /* Until fm_rpc_server_start has noted down who this is. */
    (void)pthread_mutex_lock(&server->mailbox.mutex);
    (void)pthread_mutex_unlock(&server->mailbox.mutex);
    while (!atomic_load(&server->stopping)) {
        bool busy;

        server->now_ms = fm_now_ms();
        fm_mailbox_empty(server);
        busy = server->access.doorman != NULL &&
               fm_doorman_turn(server->access.doorman);
        busy = receive_batch(server) || busy;
        busy = pull_batch(server) || busy;
        busy = fm_streams_turn(server) || busy;
        fm_peers_flush(server);
        expire(server);
        tick(server);
        fm_guard_turn(server);
        fm_memory_turn(server);
        if (!busy)
            wait_for_events(server);
    }
    return NULL;
}
