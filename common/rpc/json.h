/* Messages to JSON and back by their descriptors: the proto3 JSON mapping with
 * the field names of the .proto files (snake_case). 64-bit numbers are strings,
 * bytes base64, enums names, google.protobuf.Timestamp RFC 3339; fields with
 * their default value are left out unless always is set. NaN and infinities are
 * strings. (protobuf.dev, "ProtoJSON Format".) */
#ifndef FM_RPC_JSON_H
#define FM_RPC_JSON_H

#include "base/buf.h"
#include "base/error.h"

#include <protobuf-c/protobuf-c.h>

struct fm_json_style {
    /* Spaces a level; 0 = all on one line. */
    uint32_t indent;
    /* Show fields that have their default value. */
    bool always;
};

/* Appends; failures are remembered in out. style may be NULL. Text that is not
 * UTF-8 is shown with U+FFFD in place of each bad byte. */
void fm_json_write(const ProtobufCMessage *message,
                   const struct fm_json_style *style, struct fm_buf *out);
/* A string literal with its quotes. */
void fm_json_quote(struct fm_str s, struct fm_buf *out);

/* Reads one JSON object that fills all of text. Unknown fields are errors
 * (FM_EINVAL, with the path of the field and the byte), numbers are accepted as
 * strings, enums as names or numbers, null as absent; camelCase names are
 * accepted. Nesting over FM_LIMIT_NESTING is refused. Free the message with
 * protobuf_c_message_free_unpacked(*ret_message, NULL). */
enum fm_error fm_json_read(struct fm_str text,
                           const ProtobufCMessageDescriptor *type,
                           struct fm_why *why, ProtobufCMessage **ret_message);

#endif
