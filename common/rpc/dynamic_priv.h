/* The inside of rpc/dynamic.h: dynamic.c reads the files and finds methods,
 * dynamic_type.c makes descriptors of what they declare. */
#ifndef FM_RPC_DYNAMIC_PRIV_H
#define FM_RPC_DYNAMIC_PRIV_H

#include "base/arena.h"
#include "google/protobuf/descriptor.pb-c.h"
#include "rpc/dynamic.h"

/* A message or an enum of the files. The descriptors are filled in place, so
 * that types may refer to one another and to themselves. */
struct fm_dynamic_type {
    const char *name; /* full, without a leading dot */
    const Google__Protobuf__DescriptorProto *message; /* one of these two */
    const Google__Protobuf__EnumDescriptorProto *enumeration;
    bool proto3;
    ProtobufCMessageDescriptor message_type;
    ProtobufCEnumDescriptor enum_type;
};

struct fm_dynamic {
    struct fm_arena arena; /* holds everything */
    const Google__Protobuf__FileDescriptorProto **files;
    size_t file_n;
    struct fm_dynamic_type *types; /* sorted by name once all are there */
    size_t type_n;
    size_t type_cap;
    struct fm_dynamic_method *methods;
    size_t method_n;
    size_t method_cap;
};

/* Fills the descriptor of a type. */
enum fm_error fm_dynamic_fill(struct fm_dynamic *dynamic,
                              struct fm_dynamic_type *type,
                              struct fm_why *why) FM_MUST_CHECK;
/* By full name; NULL when there is none. */
struct fm_dynamic_type *fm_dynamic_lookup(const struct fm_dynamic *dynamic,
                                          const char *name);
/* Letters, digits, '_', not a digit first. */
bool fm_dynamic_is_name(const char *name);
/* How the arena failed, with what for. */
enum fm_error fm_dynamic_no_memory(const struct fm_dynamic *dynamic,
                                   struct fm_why *why);

#endif
