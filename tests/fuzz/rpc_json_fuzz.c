/* JSON as a person may write it: what reads as a message is written, and reads
 * as the same again. The first byte chooses the type. */
#include "factmill/v1/article.pb-c.h"
#include "factmill/v1/fact.pb-c.h"
#include "factmill/v1/query.pb-c.h"
#include "google/protobuf/descriptor.pb-c.h"
#include "rpc/json.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const ProtobufCMessageDescriptor *const TYPES[] = {
    &factmill__v1__article__descriptor,
    &factmill__v1__fact__descriptor,
    &factmill__v1__list_facts_request__descriptor,
    &google__protobuf__file_descriptor_proto__descriptor,
    &google__protobuf__uninterpreted_option__descriptor,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const ProtobufCMessageDescriptor *type;
    ProtobufCMessage *message = NULL;
    ProtobufCMessage *again = NULL;
    struct fm_why why = FM_WHY_INIT;
    struct fm_buf out;

    if (size == 0)
        return 0;
    type = TYPES[data[0] % (sizeof TYPES / sizeof *TYPES)];
    if (fm_json_read(fm_str_n((const char *)data + 1, size - 1), type, &why,
                     &message) != FM_OK)
        return 0;
    fm_buf_init(&out, (size_t)1 << 24);
    fm_json_write(message, NULL, &out);
    if (fm_buf_error(&out) == FM_OK) {
        if (fm_json_read(fm_buf_view(&out), type, &why, &again) != FM_OK ||
            protobuf_c_message_get_packed_size(message) !=
                protobuf_c_message_get_packed_size(again))
            abort();
    }
    protobuf_c_message_free_unpacked(message, NULL);
    protobuf_c_message_free_unpacked(again, NULL);
    fm_buf_release(&out);
    return 0;
}
