/* Descriptors as a server may send them: what is taken can be used. The first
 * half of the input is a file, the second a message of each of its methods. */
#include "rpc/dynamic.h"
#include "rpc/json.h"
#include "rpc/message.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void use(const struct fm_dynamic_method *method, struct fm_str bytes)
{
    const ProtobufCMessage *message = NULL;
    struct fm_arena arena;
    struct fm_buf out;

    if (fm_message_too_deep(method->input, bytes, 16))
        return;
    fm_arena_init(&arena, (size_t)1 << 20);
    if (fm_message_unpack(method->input, bytes, &arena, NULL, &message) ==
        FM_OK) {
        fm_buf_init(&out, (size_t)1 << 20);
        fm_json_write(message, NULL, &out);
        (void)protobuf_c_message_get_packed_size(message);
        fm_buf_release(&out);
    }
    fm_arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fm_str all = fm_str_n((const char *)data, size);
    struct fm_str file = fm_str_sub(all, 0, size - size / 4);
    struct fm_dynamic *dynamic = NULL;
    const struct fm_dynamic_method *methods = NULL;
    struct fm_why why = FM_WHY_INIT;
    size_t n;

    if (fm_dynamic_open(&file, 1, &why, &dynamic) != FM_OK)
        return 0;
    n = fm_dynamic_methods(dynamic, &methods);
    for (size_t i = 0; i < n && i < 4; i++)
        use(&methods[i], fm_str_sub(all, file.len, size));
    fm_dynamic_close(dynamic);
    return 0;
}
