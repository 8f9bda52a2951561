#include "rpc/message.h"

#include "base/wire.h"

/* As protobuf-c does for types without an init function: everything zero, then
 * the default values. */
static void init_generic(const ProtobufCMessageDescriptor *type,
                         ProtobufCMessage *ret)
{
    memset(ret, 0, type->sizeof_message);
    ret->descriptor = type;
    for (unsigned i = 0; i < type->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];

        if (field->label == PROTOBUF_C_LABEL_REPEATED ||
            field->default_value == NULL ||
            (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0)
            continue;
        if (field->type == PROTOBUF_C_TYPE_STRING)
            memcpy((char *)ret + field->offset, &field->default_value,
                   sizeof(const char *));
    }
}

void fm_message_init(const ProtobufCMessageDescriptor *type,
                     ProtobufCMessage *ret)
{
    if (type->message_init != NULL)
        type->message_init(ret);
    else
        init_generic(type, ret);
}

bool fm_message_nests(const ProtobufCMessageDescriptor *type, uint32_t limit)
{
    if (limit == 0)
        return true;
    for (unsigned i = 0; i < type->n_fields; i++)
        if (type->fields[i].type == PROTOBUF_C_TYPE_MESSAGE &&
            fm_message_nests(type->fields[i].descriptor, limit - 1))
            return true;
    return false;
}

bool fm_message_too_deep(const ProtobufCMessageDescriptor *type,
                         struct fm_str bytes, uint32_t limit)
{
    struct fm_wire_field f;
    size_t at = 0;

    if (limit == 0)
        return true;
    while (fm_wire_next(bytes, &at, &f)) {
        const ProtobufCFieldDescriptor *field;

        if (f.type != 2)
            continue;
        field = protobuf_c_message_descriptor_get_field(type, f.number);
        if (field != NULL && field->type == PROTOBUF_C_TYPE_MESSAGE &&
            fm_message_too_deep(field->descriptor, f.bytes, limit - 1))
            return true;
    }
    return false;
}

static void *arena_alloc(void *arena, size_t size)
{
    return fm_arena_alloc(arena, size);
}

/* What protobuf-c frees in between comes back with the whole arena. */
static void arena_free(void *arena, void *bytes)
{
    (void)arena;
    (void)bytes;
}

enum fm_error fm_message_unpack(const ProtobufCMessageDescriptor *type,
                                struct fm_str bytes, struct fm_arena *arena,
                                struct fm_why *why,
                                const ProtobufCMessage **ret_message)
{
    ProtobufCAllocator allocator = {
        .alloc = arena_alloc, .free = arena_free, .allocator_data = arena};
    const ProtobufCMessage *message;

    message = protobuf_c_message_unpack(type, &allocator, bytes.len,
                                        (const uint8_t *)bytes.data);
    if (message != NULL) {
        *ret_message = message;
        return FM_OK;
    }
    if (arena->failed == FM_OK)
        return fm_fail(FM_EINVAL, why, "BODY_MALFORMED",
                       "the body is no valid %s", type->name);
    return fm_fail(arena->failed, why,
                   arena->failed == FM_ETOOBIG ? "BODY_TOO_COMPLEX" : NULL,
                   "the body needs too much memory as a %s: send less at once",
                   type->name);
}
