/* The writing half of rpc/json.h, for builds without fm_rpc. */
#include "base/clock.h"
#include "rpc/json.h"

void fm_json_quote(struct fm_str s, struct fm_buf *out)
{
    fm_buf_char(out, '"');
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.data[i];

        if (c == '"' || c == '\\')
            fm_buf_printf(out, "\\%c", c);
        else if (c == '\n')
            fm_buf_z(out, "\\n");
        else if (c < 0x20 || c == 0x7f)
            fm_buf_printf(out, "\\u%04x", c);
        else
            fm_buf_char(out, (char)c);
    }
    fm_buf_char(out, '"');
}

static bool is_time(const ProtobufCMessage *message)
{
    return strcmp(message->descriptor->name, "google.protobuf.Timestamp") == 0;
}

static void write_value(const ProtobufCFieldDescriptor *f, const char *at,
                        struct fm_buf *out)
{
    const ProtobufCEnumValue *v;
    const char *text;
    ProtobufCMessage *message;
    uint64_t u64;
    uint32_t u32;
    double number;
    float single;

    switch ((int)f->type) {
    case PROTOBUF_C_TYPE_UINT32:
        memcpy(&u32, at, sizeof u32);
        fm_buf_printf(out, "%u", u32);
        return;
    case PROTOBUF_C_TYPE_UINT64:
        memcpy(&u64, at, sizeof u64);
        fm_buf_printf(out, "\"%llu\"", (unsigned long long)u64);
        return;
    case PROTOBUF_C_TYPE_FLOAT:
        memcpy(&single, at, sizeof single);
        fm_buf_printf(out, "%.6g", (double)single);
        return;
    case PROTOBUF_C_TYPE_DOUBLE:
        memcpy(&number, at, sizeof number);
        fm_buf_printf(out, "%.15g", number);
        return;
    case PROTOBUF_C_TYPE_BOOL:
        memcpy(&u32, at, sizeof u32);
        fm_buf_z(out, u32 ? "true" : "false");
        return;
    case PROTOBUF_C_TYPE_ENUM:
        memcpy(&u32, at, sizeof u32);
        v = protobuf_c_enum_descriptor_get_value(f->descriptor, (int)u32);
        fm_buf_printf(out, "\"%s\"", v != NULL ? v->name : "?");
        return;
    case PROTOBUF_C_TYPE_STRING:
        memcpy(&text, at, sizeof text);
        fm_json_quote(fm_str(text), out);
        return;
    case PROTOBUF_C_TYPE_MESSAGE:
        memcpy(&message, at, sizeof message);
        fm_json_write(message, NULL, out);
        return;
    default: fm_buf_z(out, "null"); return;
    }
}

static bool is_default(const ProtobufCFieldDescriptor *f, const char *at)
{
    const char *text;
    uint64_t u64 = 0;

    if (f->type == PROTOBUF_C_TYPE_STRING) {
        memcpy(&text, at, sizeof text);
        return text == NULL || text[0] == '\0';
    }
    memcpy(&u64, at,
           f->type == PROTOBUF_C_TYPE_MESSAGE ||
                   f->type == PROTOBUF_C_TYPE_UINT64 ||
                   f->type == PROTOBUF_C_TYPE_DOUBLE
               ? 8
               : 4);
    return u64 == 0;
}

static size_t size_of(const ProtobufCFieldDescriptor *f)
{
    return f->type == PROTOBUF_C_TYPE_UINT32 || f->type == PROTOBUF_C_TYPE_ENUM
               ? 4
               : 8;
}

void fm_json_write(const ProtobufCMessage *message,
                   const struct fm_json_style *style, struct fm_buf *out)
{
    const ProtobufCMessageDescriptor *d = message->descriptor;
    const char *base = (const char *)message;
    bool first = true;

    (void)style;
    if (is_time(message)) {
        int64_t seconds;
        char text[FM_TIME_TEXT];

        memcpy(&seconds, base + d->fields[0].offset, 8);
        fm_time_format(seconds * 1000000, text);
        fm_buf_printf(out, "\"%s\"", text);
        return;
    }
    fm_buf_char(out, '{');
    for (unsigned i = 0; i < d->n_fields; i++) {
        const ProtobufCFieldDescriptor *f = &d->fields[i];
        const char *at = base + f->offset;
        size_t n = 1;

        if (f->label == PROTOBUF_C_LABEL_REPEATED) {
            memcpy(&n, base + f->quantifier_offset, sizeof n);
            memcpy(&at, at, sizeof at);
        } else if (is_default(f, at)) {
            continue;
        }
        if (n == 0)
            continue;
        fm_buf_printf(out, "%s\"%s\":", first ? "" : ",", f->name);
        first = false;
        if (f->label == PROTOBUF_C_LABEL_REPEATED)
            fm_buf_char(out, '[');
        for (size_t k = 0; k < n; k++) {
            if (k > 0)
                fm_buf_char(out, ',');
            write_value(f, at + k * size_of(f), out);
        }
        if (f->label == PROTOBUF_C_LABEL_REPEATED)
            fm_buf_char(out, ']');
    }
    fm_buf_char(out, '}');
}

enum fm_error fm_json_read(struct fm_str text,
                           const ProtobufCMessageDescriptor *type,
                           struct fm_why *why, ProtobufCMessage **ret_message)
{
    (void)text;
    (void)ret_message;
    return fm_fail(FM_EUNIMPLEMENTED, why, NULL,
                   "this build cannot read %s from JSON", type->name);
}
