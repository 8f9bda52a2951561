/* grpc.health.v1.Health: is a service able to answer? Every server has it.
 * Check knows the services of the server and "" for the server as a whole;
 * others are NOT_FOUND. Watch sends the status, then each change of it, none
 * left out; of a service that is not known it sends SERVICE_UNKNOWN and waits,
 * as the protocol asks. */
#ifndef FM_RPC_HEALTH_H
#define FM_RPC_HEALTH_H

#include "rpc/server.h"

struct fm_health;

/* Knows the n services by name, all NOT_SERVING. server: whose streams it wakes.
 */
enum fm_error fm_health_open(struct fm_rpc_server *server,
                             const struct fm_rpc_service *services, size_t n,
                             struct fm_why *why, struct fm_health **ret_health);
/* Its streams have ended. NULL does nothing. */
void fm_health_close(struct fm_health *health);
/* Any thread. A service that is not known is ignored. */
void fm_health_set(struct fm_health *health, const char *service, bool serving);
/* As a service of the server. */
struct fm_rpc_service fm_health_service(struct fm_health *health);

#endif
