/* Protobuf's wire format, for the few places that must not take a message
 * apart: wrapping stored bytes into a reply, appending the fields the store
 * assigns, checking nesting before unpacking.
 * (protobuf.dev, "Encoding".) */
#ifndef FM_BASE_WIRE_H
#define FM_BASE_WIRE_H

#include "base/buf.h"

void fm_wire_varint(struct fm_buf *buf, uint64_t v);
/* A varint field (numbers, enums, bools). */
void fm_wire_u64(struct fm_buf *buf, uint32_t field, uint64_t v);
/* A length-delimited field (strings, bytes, messages). */
void fm_wire_bytes(struct fm_buf *buf, uint32_t field, struct fm_str bytes);
/* A length-delimited field of two parts behind each other. */
void fm_wire_bytes2(struct fm_buf *buf, uint32_t field, struct fm_str a,
                    struct fm_str b);
/* A 64-bit field (double). */
void fm_wire_double(struct fm_buf *buf, uint32_t field, double v);

/* The number at *at; moves *at behind it. False when it does not end. */
bool fm_wire_read_varint(struct fm_str s, size_t *at, uint64_t *ret);

/* One field at *at; moves *at behind it. False at the end or when malformed
 * (then *at is not the end). */
struct fm_wire_field {
    uint32_t number;
    uint32_t type;       /* 0 varint, 1 64-bit, 2 bytes, 5 32-bit */
    uint64_t value;      /* of types 0, 1, 5 */
    struct fm_str bytes; /* of type 2 */
};

bool fm_wire_next(struct fm_str message, size_t *at,
                  struct fm_wire_field *ret_field);
/* A cheap bound on how deep protobuf-c would recurse into these bytes, to be
 * checked against FM_LIMIT_NESTING before unpacking: counts the longest chain
 * of length-delimited fields that themselves parse as messages. Text that
 * happens to parse counts too, so this may say more than there is, up to
 * limit + 1, where it stops. */
uint32_t fm_wire_depth(struct fm_str message, uint32_t limit);

#endif
