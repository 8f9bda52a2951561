/* grpc.reflection.v1.ServerReflection: what can be called here? Answers out of
 * the descriptor set of this build (proto/fm_descriptor_set.h): the names of the
 * services, and the files that declare a symbol, with all they import before
 * them. What it does not find is an error_response, as the protocol asks. */
#ifndef FM_RPC_REFLECTION_H
#define FM_RPC_REFLECTION_H

#include "rpc/server.h"

struct fm_reflection;

/* Lists the n services and its own. FM_ECORRUPT when the descriptor set of the
 * build does not parse. */
enum fm_error fm_reflection_open(const struct fm_rpc_service *services,
                                 size_t n, struct fm_why *why,
                                 struct fm_reflection **ret_reflection);
void fm_reflection_close(struct fm_reflection *reflection);
/* As a service of the server. */
struct fm_rpc_service fm_reflection_service(struct fm_reflection *reflection);

#endif
