/* Endpoints as text: what this build lets a socket bind or connect to. Only
 * this machine: ipc:// files and loopback tcp://, because calls are neither
 * encrypted nor tied to a principal. */
#ifndef FM_RPC_ENDPOINT_H
#define FM_RPC_ENDPOINT_H

#include "base/error.h"

/* Longest endpoint, with its NUL; ZeroMQ's own limit is 256 too. */
#define FM_ENDPOINT_SIZE 256u
/* Longest path behind ipc:// (sockaddr_un.sun_path without its NUL). */
#define FM_ENDPOINT_PATH 107u

/* Checks endpoint and writes the form ZeroMQ takes ("localhost" becomes
 * 127.0.0.1, which ZeroMQ would look for among the interfaces). FM_EINVAL when
 * it is no endpoint, FM_EPERM when it is not of this machine, FM_ETOOBIG when
 * the path is too long for a socket. */
enum fm_error fm_endpoint_check(const char *endpoint, struct fm_why *why,
                                char ret[FM_ENDPOINT_SIZE]) FM_MUST_CHECK;
/* The path of a checked ipc endpoint, NULL for tcp. */
const char *fm_endpoint_path(const char *endpoint);

#endif
