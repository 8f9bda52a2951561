#include "base/clock.h"
#include "rpc/client_priv.h"

#include <errno.h>
#include <sys/epoll.h>

/* Between attempts to make a socket when there was no memory. */
#define NO_SOCKET_WAIT_MS 100u

static enum fm_error watch(struct fm_rpc_client *client, int fd,
                           struct fm_why *why)
{
    struct epoll_event event = {.events = EPOLLIN};

    if (epoll_ctl(client->poll_fd, EPOLL_CTL_ADD, fd, &event) != 0)
        return fm_fail_errno(errno, why, "cannot watch a socket");
    return FM_OK;
}

enum fm_error fm_client_connect(struct fm_rpc_client *client,
                                struct fm_why *why)
{
    enum fm_error error =
        fm_socket_open(client->context, FM_SOCKET_DEALER, why, &client->socket);

    if (error == FM_OK) {
        fm_socket_secure(client->socket, &client->security);
        error = fm_socket_connect(client->socket, client->endpoint, why);
    }
    if (error == FM_OK)
        error = watch(client, fm_socket_fd(client->socket), why);
    if (error == FM_OK)
        error = watch(client, fm_socket_link_fd(client->socket), why);
    if (error != FM_OK)
        fm_client_disconnect(client);
    return error;
}

void fm_client_disconnect(struct fm_rpc_client *client)
{
    struct epoll_event none = {0};

    if (client->socket == NULL)
        return;
    (void)epoll_ctl(client->poll_fd, EPOLL_CTL_DEL,
                    fm_socket_fd(client->socket), &none);
    (void)epoll_ctl(client->poll_fd, EPOLL_CTL_DEL,
                    fm_socket_link_fd(client->socket), &none);
    fm_socket_close(client->socket);
    client->socket = NULL;
}

enum fm_link fm_client_link(struct fm_rpc_client *client)
{
    if (client->socket == NULL && fm_client_connect(client, NULL) != FM_OK)
        return FM_LINK_NONE;
    return fm_socket_link(client->socket);
}

void fm_client_renew(struct fm_rpc_client *client)
{
    client->heard_ms = fm_now_ms();
    client->lost_below =
        client->sending != 0 ? client->sending - 1 : client->last_call;
    fm_client_disconnect(client);
    if (fm_client_connect(client, NULL) != FM_OK)
        return; /* fm_client_link tries again */
}

bool fm_client_wait(struct fm_rpc_client *client, uint64_t end_ms)
{
    uint64_t now = fm_now_ms();
    struct epoll_event event;
    uint64_t left;

    if (now >= end_ms)
        return false;
    left = end_ms - now < INT32_MAX ? end_ms - now : INT32_MAX;
    if (client->socket == NULL && left > NO_SOCKET_WAIT_MS)
        left = NO_SOCKET_WAIT_MS;
    (void)epoll_wait(client->poll_fd, &event, 1, (int)left);
    return true;
}
