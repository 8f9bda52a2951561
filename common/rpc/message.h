/* Messages by their descriptors: made, and unpacked from bytes that a peer
 * sent, within a budget. protobuf-c itself bounds neither memory nor depth: two
 * bytes on the wire can be a structure of hundreds, and messages nest as deep as
 * the sender likes. */
#ifndef FM_RPC_MESSAGE_H
#define FM_RPC_MESSAGE_H

#include "base/arena.h"
#include "base/error.h"

#include <protobuf-c/protobuf-c.h>

/* An empty message of type at *ret, which holds type->sizeof_message bytes; also
 * for types that have no compiled init function. */
void fm_message_init(const ProtobufCMessageDescriptor *type,
                     ProtobufCMessage *ret);
/* May messages of type nest deeper than limit? False for types that do not
 * contain themselves and are flat enough; such need no look at their bytes. */
bool fm_message_nests(const ProtobufCMessageDescriptor *type, uint32_t limit);
/* Do bytes, as a message of type, nest deeper than limit? */
bool fm_message_too_deep(const ProtobufCMessageDescriptor *type,
                         struct fm_str bytes, uint32_t limit);
/* Unpacks into arena, whose ceiling is the budget; the message lives as long as
 * the arena's objects and is not freed on its own. FM_EINVAL when bytes are no
 * such message, FM_ETOOBIG when it needs more memory than the arena gives,
 * FM_ENOMEM. */
enum fm_error
fm_message_unpack(const ProtobufCMessageDescriptor *type, struct fm_str bytes,
                  struct fm_arena *arena, struct fm_why *why,
                  const ProtobufCMessage **ret_message) FM_MUST_CHECK;

#endif
