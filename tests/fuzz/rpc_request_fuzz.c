/* Any bytes as a request: unpacked the way a server does it, within the budget of
 * memory and depth. What unpacks is packed and written as JSON, and is the same
 * when it is read again. The first byte chooses the method. */
#include "base/limits.h"
#include "factmill/v1/admin.pb-c.h"
#include "factmill/v1/ingest.pb-c.h"
#include "factmill/v1/query.pb-c.h"
#include "factmill/v1/work.pb-c.h"
#include "grpc/health/v1/health.pb-c.h"
#include "grpc/reflection/v1/reflection.pb-c.h"
#include "rpc/json.h"
#include "rpc/message.h"

#undef NDEBUG
#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const ProtobufCServiceDescriptor *const SERVICES[] = {
    &factmill__v1__ingest__descriptor,
    &factmill__v1__query__descriptor,
    &factmill__v1__admin__descriptor,
    &factmill__v1__work__descriptor,
    &grpc__health__v1__health__descriptor,
    &grpc__reflection__v1__server_reflection__descriptor,
};

static const ProtobufCMessageDescriptor *choose(unsigned n)
{
    for (;;)
        for (size_t i = 0; i < sizeof SERVICES / sizeof *SERVICES; i++) {
            if (n < SERVICES[i]->n_methods)
                return SERVICES[i]->methods[n].input;
            n -= SERVICES[i]->n_methods;
        }
}

static void pack_again(const ProtobufCMessage *message)
{
    size_t size = protobuf_c_message_get_packed_size(message);
    const ProtobufCMessage *again = NULL;
    uint8_t *packed = malloc(size + 1);
    struct fm_arena arena;
    struct fm_buf json;

    assert(packed != NULL);
    assert(protobuf_c_message_pack(message, packed) == size);
    fm_arena_init(&arena, (size_t)1 << 28);
    /* protobuf-c takes fields of number 0 that it does not know, and packs them
     * in a way that it does not take. */
    if (fm_message_unpack(message->descriptor,
                          fm_str_n((const char *)packed, size), &arena, NULL,
                          &again) == FM_OK)
        assert(protobuf_c_message_get_packed_size(again) == size);
    fm_buf_init(&json, (size_t)1 << 26);
    fm_json_write(message, NULL, &json);
    fm_buf_release(&json);
    fm_arena_release(&arena);
    free(packed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const ProtobufCMessageDescriptor *type;
    const ProtobufCMessage *message = NULL;
    struct fm_arena arena;
    struct fm_str bytes;

    if (size == 0)
        return 0;
    type = choose(data[0]);
    bytes = fm_str_n((const char *)data + 1, size - 1);
    if (fm_message_nests(type, FM_LIMIT_NESTING) &&
        fm_message_too_deep(type, bytes, FM_LIMIT_NESTING))
        return 0;
    fm_arena_init(&arena, ((size_t)64 << 10) + 16 * bytes.len);
    if (fm_message_unpack(type, bytes, &arena, NULL, &message) == FM_OK)
        pack_again(message);
    fm_arena_release(&arena);
    return 0;
}
