/* Methods that this program was not compiled with: descriptors as protobuf-c
 * generates them, made at run time from the serialized FileDescriptorProtos that
 * a server's reflection sends, so that the same JSON code (rpc/json.h) serves
 * them. For "factmill call METHOD JSON".
 *
 * The files come from outside and are checked: names, numbers and types of
 * fields, references, sizes. Supported is what proto3 has, and proto2 without
 * groups, extensions and default values; maps are arrays of their entries. */
#ifndef FM_RPC_DYNAMIC_H
#define FM_RPC_DYNAMIC_H

#include "base/error.h"
#include "base/str.h"

#include <protobuf-c/protobuf-c.h>

/* Bytes of all files together, and what they may declare in all. */
#define FM_DYNAMIC_BYTES_MAX  (4u << 20)
#define FM_DYNAMIC_FILES_MAX  256u
#define FM_DYNAMIC_TYPES_MAX  4096u
#define FM_DYNAMIC_FIELDS_MAX 1024u /* of one message */

struct fm_dynamic;

struct fm_dynamic_method {
    const char *path; /* "/factmill.v1.Query/ListFacts" */
    const ProtobufCMessageDescriptor *input;
    const ProtobufCMessageDescriptor *output;
    bool streams; /* the server may send several messages */
};

/* files: n serialized google.protobuf.FileDescriptorProto, each after those that
 * it imports (or in any order). FM_EINVAL says what is wrong with them,
 * FM_ETOOBIG which limit they pass. */
enum fm_error fm_dynamic_open(const struct fm_str *files, size_t n,
                              struct fm_why *why,
                              struct fm_dynamic **ret_dynamic);
/* Frees all descriptors; messages of them must be gone. NULL does nothing. */
void fm_dynamic_close(struct fm_dynamic *dynamic);
/* By "/pkg.Service/Method", or any end of it that only one method has
 * ("Query/ListFacts", "ListFacts"); '.' is taken for '/'. FM_ENOTFOUND,
 * FM_EINVAL when several have it (why names them). */
enum fm_error fm_dynamic_find(const struct fm_dynamic *dynamic,
                              struct fm_str name, struct fm_why *why,
                              const struct fm_dynamic_method **ret_method);
/* All methods, in the order of the files. */
size_t fm_dynamic_methods(const struct fm_dynamic *dynamic,
                          const struct fm_dynamic_method **ret_methods);
/* By full name without a leading dot, NULL when there is none. */
const ProtobufCMessageDescriptor *
fm_dynamic_type(const struct fm_dynamic *dynamic, struct fm_str name);

#endif
