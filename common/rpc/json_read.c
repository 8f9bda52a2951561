#include "base/clock.h"
#include "base/limits.h"
#include "rpc/base64.h"
#include "rpc/json.h"
#include "rpc/json_lex.h"
#include "rpc/message.h"

#include <errno.h>
#include <float.h>

/* "facts[12].arguments[3].span.start", for messages about what is wrong. */
#define PATH_SIZE 64u

struct reader {
    struct fm_json_lexer lexer;
    struct fm_buf scratch; /* the string that was read last */
    uint32_t depth;
    char path[PATH_SIZE];
};

static enum fm_error read_message(struct reader *r,
                                  const ProtobufCMessageDescriptor *type,
                                  ProtobufCMessage **ret_message);

static enum fm_error bad(struct reader *r, const char *what)
{
    return fm_json_bad(&r->lexer, what);
}

/* --- the path: kept where reading stopped ---------------------------------- */

static size_t push_name(struct reader *r, const char *name)
{
    size_t len = strlen(r->path);

    (void)snprintf(r->path + len, PATH_SIZE - len, "%s%s", len > 0 ? "." : "",
                   name);
    return len;
}

static size_t push_index(struct reader *r, size_t index)
{
    size_t len = strlen(r->path);

    (void)snprintf(r->path + len, PATH_SIZE - len, "[%zu]", index);
    return len;
}

static void pop(struct reader *r, size_t len)
{
    r->path[len] = '\0';
}

/* --- other scalars --------------------------------------------------------- */

static enum fm_error read_bool(struct reader *r, protobuf_c_boolean *ret)
{
    if (fm_json_word(&r->lexer, "true"))
        *ret = 1;
    else if (fm_json_word(&r->lexer, "false"))
        *ret = 0;
    else
        return bad(r, "true or false is expected");
    return FM_OK;
}

static enum fm_error
read_enum(struct reader *r, const ProtobufCEnumDescriptor *type, int32_t *ret)
{
    const ProtobufCEnumValue *value;
    enum fm_error error;
    int64_t number = 0;

    if (fm_json_peek(&r->lexer) != '"') {
        error = fm_json_signed(&r->lexer, &r->scratch, INT32_MIN, INT32_MAX,
                               &number);
        if (error == FM_OK)
            *ret = (int32_t)number;
        return error;
    }
    fm_buf_reset(&r->scratch);
    error = fm_json_string(&r->lexer, &r->scratch);
    if (error != FM_OK)
        return error;
    if (memchr(r->scratch.data, '\0', r->scratch.len) != NULL)
        return bad(r, "a name with a NUL");
    value = protobuf_c_enum_descriptor_get_value_by_name(type, r->scratch.data);
    if (value == NULL)
        return fm_fail(FM_EINVAL, r->lexer.why, "JSON_INVALID",
                       "%s has no value \"%.64s\" at byte %zu", type->name,
                       r->scratch.data, r->lexer.at);
    *ret = value->value;
    return FM_OK;
}

static enum fm_error read_string(struct reader *r, char **ret)
{
    enum fm_error error;
    char *copy;

    fm_buf_reset(&r->scratch);
    error = fm_json_string(&r->lexer, &r->scratch);
    if (error != FM_OK)
        return error;
    /* The generated messages hold C strings. */
    if (r->scratch.len > 0 &&
        memchr(r->scratch.data, '\0', r->scratch.len) != NULL)
        return bad(r, "a text with a NUL, which cannot be sent,");
    copy = malloc(r->scratch.len + 1);
    if (copy == NULL)
        return fm_fail_errno(ENOMEM, r->lexer.why, "no memory for JSON");
    if (r->scratch.len > 0)
        memcpy(copy, r->scratch.data, r->scratch.len);
    copy[r->scratch.len] = '\0';
    *ret = copy;
    return FM_OK;
}

static enum fm_error read_bytes(struct reader *r, ProtobufCBinaryData *ret)
{
    struct fm_buf bytes;
    enum fm_error error;
    size_t len = 0;
    char *data;

    fm_buf_reset(&r->scratch);
    error = fm_json_string(&r->lexer, &r->scratch);
    if (error != FM_OK)
        return error;
    fm_buf_init(&bytes, r->scratch.len);
    error = fm_base64_read(fm_buf_view(&r->scratch), &bytes);
    data = error == FM_OK ? fm_buf_take(&bytes, &len) : NULL;
    fm_buf_release(&bytes);
    if (error == FM_EINVAL)
        return bad(r, "text that is no base64");
    if (error != FM_OK)
        return fm_fail(error, r->lexer.why, NULL, "no memory for JSON");
    ret->len = len;
    ret->data = (uint8_t *)data;
    return FM_OK;
}

/* --- google.protobuf.Timestamp --------------------------------------------- */

/* Nanoseconds of the fraction; fm_time_parse keeps microseconds only. */
static int32_t fraction(struct fm_str text)
{
    size_t at = fm_str_find(text, (struct fm_str)FM_STR_LIT("."), 0);
    int32_t nanos = 0;
    int32_t unit = 100000000;

    if (at == SIZE_MAX)
        return 0;
    for (at++; at < text.len && fm_is_digit(text.data[at]); at++) {
        nanos += (text.data[at] - '0') * unit;
        unit /= 10;
    }
    return nanos;
}

static bool is_time(const ProtobufCMessageDescriptor *type)
{
    return strcmp(type->name, "google.protobuf.Timestamp") == 0 &&
           type->n_fields == 2 &&
           type->fields[0].type == PROTOBUF_C_TYPE_INT64 &&
           type->fields[0].label != PROTOBUF_C_LABEL_REPEATED &&
           type->fields[1].type == PROTOBUF_C_TYPE_INT32 &&
           type->fields[1].label != PROTOBUF_C_LABEL_REPEATED;
}

static enum fm_error read_time(struct reader *r, ProtobufCMessage *message)
{
    const ProtobufCFieldDescriptor *fields = message->descriptor->fields;
    enum fm_error error;
    int64_t micros;
    int64_t seconds;
    int32_t nanos;

    fm_buf_reset(&r->scratch);
    error = fm_json_string(&r->lexer, &r->scratch);
    if (error != FM_OK)
        return error;
    if (fm_time_parse(fm_buf_view(&r->scratch), &micros) != FM_OK)
        return bad(r, "a time is expected, as 2026-11-23T10:00:00Z,");
    nanos = fraction(fm_buf_view(&r->scratch));
    seconds = (micros - nanos / 1000) / 1000000;
    memcpy((char *)message + fields[0].offset, &seconds, sizeof seconds);
    memcpy((char *)message + fields[1].offset, &nanos, sizeof nanos);
    return FM_OK;
}

/* --- values ---------------------------------------------------------------- */

/* Room for any value but a message's own bytes. */
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

static enum fm_error read_integer(struct reader *r, ProtobufCType type,
                                  union value *ret, size_t *ret_size)
{
    enum fm_error error;
    int64_t i = 0;
    uint64_t u = 0;

    switch (type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
        error =
            fm_json_signed(&r->lexer, &r->scratch, INT32_MIN, INT32_MAX, &i);
        ret->i32 = (int32_t)i;
        *ret_size = sizeof ret->i32;
        return error;
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
        error = fm_json_unsigned(&r->lexer, &r->scratch, UINT32_MAX, &u);
        ret->u32 = (uint32_t)u;
        *ret_size = sizeof ret->u32;
        return error;
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        error = fm_json_unsigned(&r->lexer, &r->scratch, UINT64_MAX, &ret->u64);
        *ret_size = sizeof ret->u64;
        return error;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_DOUBLE:
    case PROTOBUF_C_TYPE_BOOL:
    case PROTOBUF_C_TYPE_ENUM:
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES:
    case PROTOBUF_C_TYPE_MESSAGE: break;
    }
    *ret_size = sizeof ret->i64;
    return fm_json_signed(&r->lexer, &r->scratch, INT64_MIN, INT64_MAX,
                          &ret->i64);
}

static enum fm_error read_value(struct reader *r,
                                const ProtobufCFieldDescriptor *field,
                                union value *ret, size_t *ret_size)
{
    double d = 0;
    enum fm_error error;

    switch ((int)field->type) {
    case PROTOBUF_C_TYPE_FLOAT:
        error = fm_json_double(&r->lexer, &r->scratch, (double)FLT_MAX, &d);
        ret->f = (float)d;
        *ret_size = sizeof ret->f;
        return error;
    case PROTOBUF_C_TYPE_DOUBLE:
        *ret_size = sizeof ret->d;
        return fm_json_double(&r->lexer, &r->scratch, DBL_MAX, &ret->d);
    case PROTOBUF_C_TYPE_BOOL:
        *ret_size = sizeof ret->b;
        return read_bool(r, &ret->b);
    case PROTOBUF_C_TYPE_ENUM:
        *ret_size = sizeof ret->i32;
        return read_enum(r, field->descriptor, &ret->i32);
    case PROTOBUF_C_TYPE_STRING:
        *ret_size = sizeof ret->string;
        return read_string(r, &ret->string);
    case PROTOBUF_C_TYPE_BYTES:
        *ret_size = sizeof ret->bytes;
        return read_bytes(r, &ret->bytes);
    case PROTOBUF_C_TYPE_MESSAGE:
        *ret_size = sizeof ret->message;
        return read_message(r, field->descriptor, &ret->message);
    default: return read_integer(r, field->type, ret, ret_size);
    }
}

/* --- fields ---------------------------------------------------------------- */

static void free_value(const ProtobufCFieldDescriptor *field, union value *v)
{
    if (field->type == PROTOBUF_C_TYPE_STRING)
        free(v->string);
    else if (field->type == PROTOBUF_C_TYPE_BYTES)
        free(v->bytes.data);
    else if (field->type == PROTOBUF_C_TYPE_MESSAGE)
        protobuf_c_message_free_unpacked(v->message, NULL);
}

/* Appends to the array of a repeated field; it doubles at powers of two. */
static bool append(ProtobufCMessage *message,
                   const ProtobufCFieldDescriptor *field, const union value *v,
                   size_t size)
{
    char *items;
    size_t n;

    memcpy(&n, (char *)message + field->quantifier_offset, sizeof n);
    memcpy(&items, (char *)message + field->offset, sizeof items);
    if ((n & (n - 1)) == 0) {
        items = realloc(items, (n != 0 ? n * 2 : 1) * size);
        if (items == NULL)
            return false;
        memcpy((char *)message + field->offset, &items, sizeof items);
    }
    memcpy(items + n * size, v, size);
    n++;
    memcpy((char *)message + field->quantifier_offset, &n, sizeof n);
    return true;
}

static enum fm_error read_array(struct reader *r,
                                const ProtobufCFieldDescriptor *field,
                                ProtobufCMessage *message)
{
    size_t index = 0;

    if (!fm_json_take(&r->lexer, '['))
        return bad(r, "an array is expected");
    if (fm_json_take(&r->lexer, ']'))
        return FM_OK;
    do {
        size_t len = push_index(r, index++);
        size_t size = 0;
        union value v;
        enum fm_error error;

        memset(&v, 0, sizeof v);
        error = read_value(r, field, &v, &size);
        if (error != FM_OK)
            return error;
        if (!append(message, field, &v, size)) {
            free_value(field, &v);
            return fm_fail_errno(ENOMEM, r->lexer.why, "no memory for JSON");
        }
        pop(r, len);
    } while (fm_json_take(&r->lexer, ','));
    if (!fm_json_take(&r->lexer, ']'))
        return bad(r, "a , or ] is expected");
    return FM_OK;
}

static enum fm_error read_single(struct reader *r,
                                 const ProtobufCFieldDescriptor *field,
                                 ProtobufCMessage *message)
{
    bool oneof = (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0;
    const protobuf_c_boolean yes = 1;
    enum fm_error error;
    uint32_t which;
    union value v;
    size_t size = 0;

    memset(&v, 0, sizeof v);
    if (oneof) {
        memcpy(&which, (char *)message + field->quantifier_offset,
               sizeof which);
        if (which != 0)
            return bad(r, "a second member of a choice (oneof)");
    }
    error = read_value(r, field, &v, &size);
    if (error != FM_OK)
        return error;
    memcpy((char *)message + field->offset, &v, size);
    if (oneof)
        memcpy((char *)message + field->quantifier_offset, &field->id,
               sizeof field->id);
    else if (field->label == PROTOBUF_C_LABEL_OPTIONAL &&
             field->type != PROTOBUF_C_TYPE_STRING &&
             field->type != PROTOBUF_C_TYPE_MESSAGE)
        memcpy((char *)message + field->quantifier_offset, &yes, sizeof yes);
    return FM_OK;
}

/* "pageSize" is page_size. */
static const ProtobufCFieldDescriptor *
find_camel(const ProtobufCMessageDescriptor *type, const char *name)
{
    char snake[128];
    size_t n = 0;

    for (const char *c = name; *c != '\0'; c++) {
        if (n + 3 > sizeof snake)
            return NULL;
        if (fm_is_upper(*c))
            snake[n++] = '_';
        snake[n++] = fm_lower(*c);
    }
    snake[n] = '\0';
    return protobuf_c_message_descriptor_get_field_by_name(type, snake);
}

static enum fm_error read_name(struct reader *r,
                               const ProtobufCMessageDescriptor *type,
                               const ProtobufCFieldDescriptor **ret_field)
{
    const ProtobufCFieldDescriptor *field = NULL;
    enum fm_error error;

    fm_buf_reset(&r->scratch);
    error = fm_json_string(&r->lexer, &r->scratch);
    if (error != FM_OK)
        return error;
    if (r->scratch.len > 0 &&
        memchr(r->scratch.data, '\0', r->scratch.len) == NULL) {
        field = protobuf_c_message_descriptor_get_field_by_name(
            type, r->scratch.data);
        if (field == NULL)
            field = find_camel(type, r->scratch.data);
    }
    if (field == NULL)
        return fm_fail(FM_EINVAL, r->lexer.why, "JSON_UNKNOWN_FIELD",
                       "%s has no field \"%.64s\" at byte %zu", type->name,
                       r->scratch.len > 0 ? r->scratch.data : "", r->lexer.at);
    if (!fm_json_take(&r->lexer, ':'))
        return bad(r, "a : is expected");
    *ret_field = field;
    return FM_OK;
}

/* --- messages -------------------------------------------------------------- */

static enum fm_error read_field(struct reader *r, ProtobufCMessage *message,
                                uint8_t *seen)
{
    const ProtobufCFieldDescriptor *field = NULL;
    enum fm_error error = read_name(r, message->descriptor, &field);
    size_t len;
    size_t index;

    if (error != FM_OK || field == NULL)
        return error;
    len = push_name(r, field->name);
    index = (size_t)(field - message->descriptor->fields);
    if (seen[index] != 0)
        return bad(r, "a field that was there already");
    seen[index] = 1;
    if (fm_json_word(&r->lexer, "null"))
        error = FM_OK;
    else if (field->label == PROTOBUF_C_LABEL_REPEATED)
        error = read_array(r, field, message);
    else
        error = read_single(r, field, message);
    if (error == FM_OK)
        pop(r, len);
    return error;
}

static enum fm_error read_fields(struct reader *r, ProtobufCMessage *message)
{
    uint8_t *seen;
    enum fm_error error = FM_OK;

    if (!fm_json_take(&r->lexer, '{'))
        return bad(r, "an object is expected");
    if (fm_json_take(&r->lexer, '}'))
        return FM_OK;
    seen = calloc(message->descriptor->n_fields + 1, 1);
    if (seen == NULL)
        return fm_fail_errno(ENOMEM, r->lexer.why, "no memory for JSON");
    do
        error = read_field(r, message, seen);
    while (error == FM_OK && fm_json_take(&r->lexer, ','));
    free(seen);
    if (error == FM_OK && !fm_json_take(&r->lexer, '}'))
        error = bad(r, "a , or } is expected");
    return error;
}

static enum fm_error read_message(struct reader *r,
                                  const ProtobufCMessageDescriptor *type,
                                  ProtobufCMessage **ret_message)
{
    ProtobufCMessage *message;
    enum fm_error error;

    if (r->depth == FM_LIMIT_NESTING)
        return bad(r, "objects that nest too deep");
    message = malloc(type->sizeof_message);
    if (message == NULL)
        return fm_fail_errno(ENOMEM, r->lexer.why, "no memory for JSON");
    fm_message_init(type, message);
    r->depth++;
    if (is_time(type) && fm_json_peek(&r->lexer) == '"')
        error = read_time(r, message);
    else
        error = read_fields(r, message);
    r->depth--;
    if (error == FM_OK)
        *ret_message = message;
    else
        protobuf_c_message_free_unpacked(message, NULL);
    return error;
}

enum fm_error fm_json_read(struct fm_str text,
                           const ProtobufCMessageDescriptor *type,
                           struct fm_why *why, ProtobufCMessage **ret_message)
{
    struct reader r = {.lexer = {.text = text, .why = why}};
    ProtobufCMessage *message = NULL;
    enum fm_error error;

    fm_buf_init(&r.scratch, text.len + 1);
    error = read_message(&r, type, &message);
    if (error == FM_OK) {
        (void)fm_json_peek(&r.lexer);
        if (r.lexer.at != text.len)
            error = bad(&r, "something behind the object");
    }
    if (error == FM_OK) {
        *ret_message = message;
    } else {
        protobuf_c_message_free_unpacked(message, NULL);
        if (why != NULL)
            memcpy(why->field, r.path, sizeof r.path);
    }
    fm_buf_release(&r.scratch);
    return error;
}
