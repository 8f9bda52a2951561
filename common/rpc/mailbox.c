#include "rpc/server_priv.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum fm_error fm_mailbox_open(struct fm_mailbox *mailbox, struct fm_why *why)
{
    pthread_condattr_t attr;

    memset(mailbox, 0, sizeof *mailbox);
    mailbox->events_end = &mailbox->events;
    (void)pthread_mutex_init(&mailbox->mutex, NULL);
    (void)pthread_condattr_init(&attr);
    (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&mailbox->cond, &attr);
    (void)pthread_condattr_destroy(&attr);
    mailbox->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (mailbox->fd < 0)
        return fm_fail_errno(errno, why, "cannot make an eventfd");
    return FM_OK;
}

void fm_mailbox_close(struct fm_mailbox *mailbox)
{
    if (mailbox->events_end == NULL)
        return;
    if (mailbox->fd >= 0)
        (void)close(mailbox->fd);
    (void)pthread_cond_destroy(&mailbox->cond);
    (void)pthread_mutex_destroy(&mailbox->mutex);
    free(mailbox->wakes);
    memset(mailbox, 0, sizeof *mailbox);
}

void fm_mailbox_ring(struct fm_mailbox *mailbox)
{
    const uint64_t one = 1;

    if (atomic_exchange(&mailbox->rung, true))
        return;
    /* Fails only when the counter is full, and then it is readable anyway. */
    if (write(mailbox->fd, &one, sizeof one) < 0)
        return;
}

void fm_mailbox_post(struct fm_rpc_call *call)
{
    struct fm_rpc_server *server = call->server;
    struct fm_mailbox *mailbox = &server->mailbox;

    call->event_next = NULL;
    if (fm_on_loop(server)) {
        *server->local_end = call;
        server->local_end = &call->event_next;
        return;
    }
    (void)pthread_mutex_lock(&mailbox->mutex);
    *mailbox->events_end = call;
    mailbox->events_end = &call->event_next;
    (void)pthread_mutex_unlock(&mailbox->mutex);
    fm_mailbox_ring(mailbox);
}

void fm_mailbox_wake(struct fm_rpc_server *server, uint64_t handle)
{
    struct fm_mailbox *mailbox = &server->mailbox;

    (void)pthread_mutex_lock(&mailbox->mutex);
    if (mailbox->wake_n == mailbox->wake_cap) {
        size_t cap = mailbox->wake_cap != 0 ? mailbox->wake_cap * 2 : 64;
        uint64_t *wakes = NULL;

        /* Each stream is woken at most once before the loop looks, so only
         * handles of streams that have ended could make it longer. */
        if (cap <= server->calls.max * 2)
            wakes = realloc(mailbox->wakes, cap * sizeof *wakes);
        if (wakes != NULL) {
            mailbox->wakes = wakes;
            mailbox->wake_cap = cap;
        }
    }
    if (mailbox->wake_n < mailbox->wake_cap)
        mailbox->wakes[mailbox->wake_n++] = handle;
    else
        mailbox->wake_lost = true;
    (void)pthread_mutex_unlock(&mailbox->mutex);
    fm_mailbox_ring(mailbox);
}

enum fm_error fm_mailbox_command(struct fm_rpc_server *server,
                                 struct fm_command *command)
{
    struct fm_mailbox *mailbox = &server->mailbox;

    if (fm_on_loop(server))
        return command->run(server, command);
    (void)pthread_mutex_lock(&mailbox->mutex);
    command->done = false;
    command->next = mailbox->commands;
    mailbox->commands = command;
    (void)pthread_mutex_unlock(&mailbox->mutex);
    fm_mailbox_ring(mailbox);
    (void)pthread_mutex_lock(&mailbox->mutex);
    while (!command->done)
        (void)pthread_cond_wait(&mailbox->cond, &mailbox->mutex);
    (void)pthread_mutex_unlock(&mailbox->mutex);
    return command->error;
}

static void run_commands(struct fm_rpc_server *server)
{
    struct fm_mailbox *mailbox = &server->mailbox;
    struct fm_command *command;

    (void)pthread_mutex_lock(&mailbox->mutex);
    command = mailbox->commands;
    mailbox->commands = NULL;
    (void)pthread_mutex_unlock(&mailbox->mutex);
    while (command != NULL) {
        struct fm_command *next = command->next;

        command->error = command->run(server, command);
        (void)pthread_mutex_lock(&mailbox->mutex);
        command->done = true;
        (void)pthread_cond_broadcast(&mailbox->cond);
        (void)pthread_mutex_unlock(&mailbox->mutex);
        command = next;
    }
}

static void wake_streams(struct fm_rpc_server *server, const uint64_t *handles,
                         size_t n, bool all)
{
    for (size_t i = 0; i < n; i++) {
        struct fm_rpc_call *call = fm_call_of_handle(server, handles[i]);

        if (call != NULL) {
            atomic_store(&call->wake_sent, false);
            fm_stream_woken(call);
        }
    }
    for (size_t i = 0; all && i < server->calls.made; i++) {
        struct fm_rpc_call *call = server->calls.items[i];

        atomic_store(&call->wake_sent, false);
        fm_stream_woken(call);
    }
}

static void take_wakes(struct fm_rpc_server *server)
{
    struct fm_mailbox *mailbox = &server->mailbox;
    uint64_t handles[64];
    size_t n;
    bool all;

    do {
        (void)pthread_mutex_lock(&mailbox->mutex);
        n = mailbox->wake_n < 64 ? mailbox->wake_n : 64;
        mailbox->wake_n -= n;
        if (n > 0)
            memcpy(handles, mailbox->wakes + mailbox->wake_n,
                   n * sizeof *handles);
        all = mailbox->wake_lost;
        mailbox->wake_lost = false;
        (void)pthread_mutex_unlock(&mailbox->mutex);
        wake_streams(server, handles, n, all);
    } while (n > 0 || all);
}

static void deliver(struct fm_rpc_call *event)
{
    while (event != NULL) {
        struct fm_rpc_call *next = event->event_next;

        fm_call_event(event);
        event = next;
    }
}

void fm_mailbox_local(struct fm_rpc_server *server)
{
    while (server->local != NULL) {
        struct fm_rpc_call *events = server->local;

        server->local = NULL;
        server->local_end = &server->local;
        deliver(events);
    }
}

void fm_mailbox_empty(struct fm_rpc_server *server)
{
    struct fm_mailbox *mailbox = &server->mailbox;
    struct fm_rpc_call *events;

    (void)pthread_mutex_lock(&mailbox->mutex);
    events = mailbox->events;
    mailbox->events = NULL;
    mailbox->events_end = &mailbox->events;
    (void)pthread_mutex_unlock(&mailbox->mutex);
    deliver(events);
    take_wakes(server);
    run_commands(server);
    fm_mailbox_local(server);
}
