/* Endpoints as text: what a socket can bind or connect to. ipc:// with a path, or
 * tcp:// with host and port. Which of them are permitted is for rpc/security.h to
 * say. */
#ifndef FM_RPC_ENDPOINT_H
#define FM_RPC_ENDPOINT_H

#include "base/error.h"
#include "base/str.h"

/* Longest endpoint, with its NUL; ZeroMQ's own limit is 256 too. */
#define FM_ENDPOINT_SIZE 256u
/* Longest path behind ipc:// (sockaddr_un.sun_path without its NUL). */
#define FM_ENDPOINT_PATH 107u

/* Checks endpoint and writes the form ZeroMQ takes ("localhost" becomes
 * 127.0.0.1, which ZeroMQ would look for among the interfaces). The host may be
 * an address, a name, an interface, or "*" (all, to bind). FM_EINVAL when it is
 * no endpoint, FM_ETOOBIG when the path is too long for a socket. */
enum fm_error fm_endpoint_check(const char *endpoint, struct fm_why *why,
                                char ret[FM_ENDPOINT_SIZE]) FM_MUST_CHECK;
/* Takes the next off a list "A, B"; false at the end of it, or when that one is
 * too long to be an endpoint (then *rest is not empty). */
bool fm_endpoint_next(struct fm_str *rest, char ret[FM_ENDPOINT_SIZE]);
/* The path of a checked ipc endpoint, NULL for tcp. */
const char *fm_endpoint_path(const char *endpoint);
/* A checked endpoint that only this machine can reach: ipc, or loopback
 * (127.0.0.0/8, [::1]). */
bool fm_endpoint_is_local(const char *endpoint);

#endif
