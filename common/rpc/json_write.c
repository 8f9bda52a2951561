#include "base/clock.h"
#include "base/utf8.h"
#include "rpc/base64.h"
#include "rpc/json.h"

#include <float.h>
#include <math.h>

/* Deeper messages than any that was received; they are cut, not followed. */
#define DEPTH_MAX 64u

struct writer {
    struct fm_buf *out;
    struct fm_json_style style;
    uint32_t depth;
};

static void write_message(struct writer *w, const ProtobufCMessage *message);

/* --- strings --------------------------------------------------------------- */

static void write_escape(char c, struct fm_buf *out)
{
    switch (c) {
    case '"': fm_buf_z(out, "\\\""); break;
    case '\\': fm_buf_z(out, "\\\\"); break;
    case '\n': fm_buf_z(out, "\\n"); break;
    case '\r': fm_buf_z(out, "\\r"); break;
    case '\t': fm_buf_z(out, "\\t"); break;
    case '\b': fm_buf_z(out, "\\b"); break;
    case '\f': fm_buf_z(out, "\\f"); break;
    default: fm_buf_printf(out, "\\u%04x", (unsigned)(uint8_t)c); break;
    }
}

static bool is_plain(char c)
{
    return (uint8_t)c >= 0x20 && c != '"' && c != '\\' && c != 0x7f;
}

/* Of text that is UTF-8. */
static void write_valid(struct fm_str s, struct fm_buf *out)
{
    size_t from = 0;

    for (size_t i = 0; i < s.len; i++) {
        if (is_plain(s.data[i]))
            continue;
        fm_buf_str(out, fm_str_sub(s, from, i));
        write_escape(s.data[i], out);
        from = i + 1;
    }
    fm_buf_str(out, fm_str_sub(s, from, s.len));
}

void fm_json_quote(struct fm_str s, struct fm_buf *out)
{
    fm_buf_char(out, '"');
    for (;;) {
        size_t valid = fm_utf8_valid(s);

        write_valid(fm_str_sub(s, 0, valid), out);
        if (valid == s.len)
            break;
        fm_buf_z(out, "\xef\xbf\xbd");
        s = fm_str_sub(s, valid + 1, s.len);
    }
    fm_buf_char(out, '"');
}

/* --- numbers --------------------------------------------------------------- */

/* The shortest that reads back as the same. */
static void write_double(double v, bool is_float, struct fm_buf *out)
{
    char text[40];
    int digits = is_float ? FLT_DIG : DBL_DIG;

    if (isnan(v)) {
        fm_buf_z(out, "\"NaN\"");
        return;
    }
    if (isinf(v)) {
        fm_buf_z(out, v > 0 ? "\"Infinity\"" : "\"-Infinity\"");
        return;
    }
    for (;; digits++) {
        double back;

        (void)snprintf(text, sizeof text, "%.*g", digits, v);
        /* Of text made above. NOLINTNEXTLINE(cert-err34-c,cert-err33-c) */
        back = strtod(text, NULL);
        if (digits >= DBL_DIG + 2 ||
            (is_float ? (float)back == (float)v : back == v))
            break;
    }
    fm_buf_z(out, text);
}

static void write_enum(const ProtobufCEnumDescriptor *type, int value,
                       struct fm_buf *out)
{
    const ProtobufCEnumValue *v =
        protobuf_c_enum_descriptor_get_value(type, value);

    if (v == NULL)
        fm_buf_printf(out, "%d", value);
    else
        fm_json_quote(fm_str(v->name), out);
}

/* --- google.protobuf.Timestamp --------------------------------------------- */

static bool time_part(const ProtobufCMessage *message, const char *name,
                      ProtobufCType type, const void **ret)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(message->descriptor,
                                                        name);

    if (field == NULL || field->type != type ||
        field->label == PROTOBUF_C_LABEL_REPEATED)
        return false;
    *ret = (const char *)message + field->offset;
    return true;
}

/* False when it is none, or outside the years 1 to 9999: then it is shown as
 * the message that it is. */
static bool write_time(const ProtobufCMessage *message, struct fm_buf *out)
{
    const int64_t first = -62135596800;
    const int64_t last = 253402300799;
    const void *seconds;
    const void *nanos;
    char text[FM_TIME_TEXT];
    int64_t s;
    int32_t n;

    if (strcmp(message->descriptor->name, "google.protobuf.Timestamp") != 0 ||
        !time_part(message, "seconds", PROTOBUF_C_TYPE_INT64, &seconds) ||
        !time_part(message, "nanos", PROTOBUF_C_TYPE_INT32, &nanos))
        return false;
    memcpy(&s, seconds, sizeof s);
    memcpy(&n, nanos, sizeof n);
    if (s < first || s > last || n < 0 || n > 999999999)
        return false;
    fm_time_format(s * 1000000, text);
    text[strlen(text) - 1] = '\0'; /* the Z goes behind the fraction */
    fm_buf_printf(out, "\"%s", text);
    if (n % 1000 != 0)
        fm_buf_printf(out, ".%09d", n);
    else if (n % 1000000 != 0)
        fm_buf_printf(out, ".%06d", n / 1000);
    else if (n != 0)
        fm_buf_printf(out, ".%03d", n / 1000000);
    fm_buf_z(out, "Z\"");
    return true;
}

/* --- values ---------------------------------------------------------------- */

static size_t value_size(ProtobufCType type)
{
    switch (type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_ENUM: return 4;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_DOUBLE: return 8;
    case PROTOBUF_C_TYPE_BOOL: return sizeof(protobuf_c_boolean);
    case PROTOBUF_C_TYPE_BYTES: return sizeof(ProtobufCBinaryData);
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_MESSAGE: break;
    }
    return sizeof(void *);
}

/* One value of any type; aligned copies, because at may point into an array. */
union value {
    int32_t i32;
    uint32_t u32;
    int64_t i64;
    uint64_t u64;
    float f;
    double d;
    protobuf_c_boolean b;
    char *string;
    ProtobufCBinaryData bytes;
    ProtobufCMessage *message;
};

static union value load(const ProtobufCFieldDescriptor *field, const void *at)
{
    union value v;

    memset(&v, 0, sizeof v);
    memcpy(&v, at, value_size(field->type));
    return v;
}

static void write_value(struct writer *w, const ProtobufCFieldDescriptor *field,
                        const void *at)
{
    union value v = load(field, at);

    switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32: fm_buf_printf(w->out, "%d", v.i32); break;
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32: fm_buf_printf(w->out, "%u", v.u32); break;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
        fm_buf_printf(w->out, "\"%lld\"", (long long)v.i64);
        break;
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        fm_buf_printf(w->out, "\"%llu\"", (unsigned long long)v.u64);
        break;
    case PROTOBUF_C_TYPE_FLOAT: write_double((double)v.f, true, w->out); break;
    case PROTOBUF_C_TYPE_DOUBLE: write_double(v.d, false, w->out); break;
    case PROTOBUF_C_TYPE_BOOL: fm_buf_z(w->out, v.b ? "true" : "false"); break;
    case PROTOBUF_C_TYPE_ENUM:
        write_enum(field->descriptor, v.i32, w->out);
        break;
    case PROTOBUF_C_TYPE_STRING: fm_json_quote(fm_str(v.string), w->out); break;
    case PROTOBUF_C_TYPE_BYTES:
        fm_buf_char(w->out, '"');
        fm_base64_write(fm_str_n((const char *)v.bytes.data, v.bytes.len),
                        w->out);
        fm_buf_char(w->out, '"');
        break;
    case PROTOBUF_C_TYPE_MESSAGE: write_message(w, v.message); break;
    }
}

/* --- messages -------------------------------------------------------------- */

static void new_line(struct writer *w)
{
    if (w->style.indent == 0)
        return;
    fm_buf_char(w->out, '\n');
    for (uint32_t i = 0; i < w->depth * w->style.indent; i++)
        fm_buf_char(w->out, ' ');
}

static bool is_zero(const ProtobufCFieldDescriptor *field, const void *at)
{
    union value v = load(field, at);

    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING: return v.string == NULL || v.string[0] == '\0';
    case PROTOBUF_C_TYPE_BYTES: return v.bytes.len == 0;
    case PROTOBUF_C_TYPE_MESSAGE: return v.message == NULL;
    case PROTOBUF_C_TYPE_BOOL: return !v.b;
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_ENUM: return v.u32 == 0;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_DOUBLE: break;
    }
    return v.u64 == 0;
}

static bool is_pointer(const ProtobufCFieldDescriptor *field)
{
    return field->type == PROTOBUF_C_TYPE_STRING ||
           field->type == PROTOBUF_C_TYPE_MESSAGE;
}

static size_t count_of(const ProtobufCMessage *message,
                       const ProtobufCFieldDescriptor *field)
{
    size_t n;

    memcpy(&n, (const char *)message + field->quantifier_offset, sizeof n);
    return n;
}

/* Is the field set, as far as it can be? */
static bool is_shown(const struct writer *w, const ProtobufCMessage *message,
                     const ProtobufCFieldDescriptor *field)
{
    const char *at = (const char *)message + field->offset;
    uint32_t which;
    void *pointer;
    protobuf_c_boolean has;

    if (is_pointer(field) && field->label != PROTOBUF_C_LABEL_REPEATED) {
        memcpy(&pointer, at, sizeof pointer);
        if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) == 0 &&
            (field->type == PROTOBUF_C_TYPE_MESSAGE ||
             field->label == PROTOBUF_C_LABEL_OPTIONAL))
            return pointer != NULL && pointer != field->default_value;
    }
    if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0) {
        memcpy(&which, (const char *)message + field->quantifier_offset,
               sizeof which);
        return which == field->id;
    }
    switch (field->label) {
    case PROTOBUF_C_LABEL_REQUIRED: return true;
    case PROTOBUF_C_LABEL_OPTIONAL:
        memcpy(&has, (const char *)message + field->quantifier_offset,
               sizeof has);
        return has != 0;
    case PROTOBUF_C_LABEL_REPEATED:
        return w->style.always || count_of(message, field) > 0;
    case PROTOBUF_C_LABEL_NONE: break;
    }
    return w->style.always || !is_zero(field, at);
}

static void write_array(struct writer *w, const ProtobufCMessage *message,
                        const ProtobufCFieldDescriptor *field)
{
    size_t n = count_of(message, field);
    size_t size = value_size(field->type);
    const char *items;

    memcpy(&items, (const char *)message + field->offset, sizeof items);
    fm_buf_char(w->out, '[');
    w->depth++;
    for (size_t i = 0; i < n && fm_buf_error(w->out) == FM_OK; i++) {
        if (i > 0)
            fm_buf_char(w->out, ',');
        new_line(w);
        write_value(w, field, items + i * size);
    }
    w->depth--;
    if (n > 0)
        new_line(w);
    fm_buf_char(w->out, ']');
}

static void write_field(struct writer *w, const ProtobufCMessage *message,
                        const ProtobufCFieldDescriptor *field)
{
    new_line(w);
    fm_json_quote(fm_str(field->name), w->out);
    fm_buf_z(w->out, w->style.indent > 0 ? ": " : ":");
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        write_array(w, message, field);
    else
        write_value(w, field, (const char *)message + field->offset);
}

static void write_message(struct writer *w, const ProtobufCMessage *message)
{
    const ProtobufCMessageDescriptor *type;
    size_t shown = 0;

    if (message == NULL || w->depth >= DEPTH_MAX) {
        fm_buf_z(w->out, "null");
        return;
    }
    if (write_time(message, w->out))
        return;
    type = message->descriptor;
    fm_buf_char(w->out, '{');
    w->depth++;
    for (unsigned i = 0; i < type->n_fields; i++) {
        if (!is_shown(w, message, &type->fields[i]))
            continue;
        if (shown++ > 0)
            fm_buf_char(w->out, ',');
        write_field(w, message, &type->fields[i]);
    }
    w->depth--;
    if (shown > 0)
        new_line(w);
    fm_buf_char(w->out, '}');
}

void fm_json_write(const ProtobufCMessage *message,
                   const struct fm_json_style *style, struct fm_buf *out)
{
    struct writer w = {.out = out};

    if (style != NULL)
        w.style = *style;
    write_message(&w, message);
}
