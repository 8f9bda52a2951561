#include "rpc/envelope.h"

#include "base/utf8.h"
#include "base/wire.h"
#include "rpc/status.h"

/* Numbers of fields, as in rpc.proto. */
enum {
    HEADER_CALL = 1,
    HEADER_METHOD = 2,
    HEADER_TIMEOUT = 3,
    HEADER_METADATA = 4,
    HEADER_ACTION = 5,
    HEADER_CREDIT = 6,
    HEADER_MORE = 7,
    HEADER_STATUS = 8,
    HEADER_RETRY_AFTER = 9,
    HEADER_KEEPALIVE = 10,
    HEADER_KNOWN = 11,

    STATUS_CODE = 1,
    STATUS_MESSAGE = 2,
    STATUS_REASON = 3,
    STATUS_DETAILS = 4,

    PAIR_KEY = 1,
    PAIR_VALUE = 2,
};

#define WIRE_VARINT 0u
#define WIRE_BYTES  2u

/* --- reading --------------------------------------------------------------- */

struct pair {
    struct fm_str key;
    struct fm_str value;
};

static bool read_pair(struct fm_str bytes, struct pair *ret_pair)
{
    struct pair pair = {0};
    struct fm_wire_field f;
    size_t at = 0;

    while (fm_wire_next(bytes, &at, &f)) {
        if (f.number != PAIR_KEY && f.number != PAIR_VALUE)
            continue;
        if (f.type != WIRE_BYTES)
            return false;
        if (f.number == PAIR_KEY)
            pair.key = f.bytes;
        else
            pair.value = f.bytes;
    }
    if (at != bytes.len)
        return false;
    *ret_pair = pair;
    return true;
}

struct metadata_count {
    uint32_t pairs;
    size_t bytes;
};

static enum fm_error count_pair(struct fm_str bytes, struct fm_why *why,
                                struct metadata_count *count)
{
    struct pair pair;

    if (!read_pair(bytes, &pair) || pair.key.len == 0 ||
        fm_utf8_valid(pair.key) != pair.key.len ||
        fm_utf8_valid(pair.value) != pair.value.len)
        return fm_fail_field(FM_EINVAL, why, "metadata", "METADATA_INVALID",
                             "a pair of metadata has no key or is not UTF-8");
    count->pairs++;
    count->bytes += pair.key.len + pair.value.len;
    if (count->pairs > FM_LIMIT_METADATA_PAIRS ||
        count->bytes > FM_LIMIT_METADATA_BYTES)
        return fm_fail_field(FM_EINVAL, why, "metadata", "METADATA_TOO_LARGE",
                             "metadata is more than %u pairs or %u bytes",
                             FM_LIMIT_METADATA_PAIRS, FM_LIMIT_METADATA_BYTES);
    return FM_OK;
}

static uint32_t clamp_u32(uint64_t v)
{
    return v < UINT32_MAX ? (uint32_t)v : UINT32_MAX;
}

/* Wire type of each known field. */
static const uint8_t FIELD_TYPES[HEADER_KNOWN] = {
    [HEADER_METHOD] = WIRE_BYTES,
    [HEADER_METADATA] = WIRE_BYTES,
    [HEADER_STATUS] = WIRE_BYTES,
};

static void take_field(const struct fm_wire_field *f, struct fm_header *header)
{
    switch (f->number) {
    case HEADER_CALL: header->call = f->value; break;
    case HEADER_METHOD: header->method = f->bytes; break;
    case HEADER_TIMEOUT: header->timeout_ms = clamp_u32(f->value); break;
    case HEADER_ACTION:
        header->action = f->value < FM_ACTION_UNKNOWN ? (enum fm_action)f->value
                                                      : FM_ACTION_UNKNOWN;
        break;
    case HEADER_CREDIT: header->credit = clamp_u32(f->value); break;
    case HEADER_MORE: header->more = f->value != 0; break;
    case HEADER_STATUS:
        header->has_status = true;
        header->status = f->bytes;
        break;
    case HEADER_RETRY_AFTER:
        header->retry_after_ms = clamp_u32(f->value);
        break;
    case HEADER_KEEPALIVE: header->keepalive = f->value != 0; break;
    default: break;
    }
}

static enum fm_error read_fields(struct fm_str bytes, struct fm_why *why,
                                 struct fm_header *header)
{
    struct metadata_count count = {0};
    enum fm_error error = FM_OK;
    struct fm_wire_field f;
    size_t at = 0;

    while (fm_wire_next(bytes, &at, &f)) {
        if (f.number == 0 || f.number >= HEADER_KNOWN)
            continue;
        if (f.type != FIELD_TYPES[f.number])
            return fm_fail(FM_EINVAL, why, "HEADER_MALFORMED",
                           "field %u of the header has the wrong wire type",
                           f.number);
        take_field(&f, header);
        /* Go on after a failure: the call may still follow. */
        if (f.number == HEADER_METADATA && error == FM_OK)
            error = count_pair(f.bytes, why, &count);
    }
    if (at != bytes.len)
        return fm_fail(FM_EINVAL, why, "HEADER_MALFORMED",
                       "the header is no factmill.rpc.v1.Header: bad byte %zu",
                       at);
    return error;
}

static enum fm_error check_header(const struct fm_header *header,
                                  struct fm_why *why)
{
    if (header->action == FM_ACTION_UNKNOWN)
        return fm_fail_field(FM_EINVAL, why, "action", "ACTION_UNKNOWN",
                             "the action is not CALL, CANCEL or CREDIT");
    if (header->method.len > FM_LIMIT_METHOD ||
        fm_utf8_valid(header->method) != header->method.len)
        return fm_fail_field(FM_EINVAL, why, "method", "METHOD_INVALID",
                             "the method's name is longer than %u bytes or "
                             "not UTF-8",
                             FM_LIMIT_METHOD);
    return FM_OK;
}

enum fm_error fm_header_read(struct fm_str bytes, struct fm_why *why,
                             struct fm_header *ret_header)
{
    struct fm_header header = {0};
    enum fm_error error;

    if (bytes.len > FM_LIMIT_HEADER) {
        /* Who asked? Encoders write the call first. */
        (void)read_fields(fm_str_sub(bytes, 0, FM_LIMIT_HEADER), NULL, &header);
        error = fm_fail(FM_ETOOBIG, why, "HEADER_TOO_LARGE",
                        "the header has %zu bytes; at most %u are taken",
                        bytes.len, FM_LIMIT_HEADER);
    } else {
        error = read_fields(bytes, why, &header);
        if (error == FM_OK)
            error = check_header(&header, why);
    }
    if (error == FM_OK)
        *ret_header = header;
    else
        ret_header->call = header.call;
    return error;
}

struct fm_str fm_header_metadata(struct fm_str bytes, const char *key)
{
    struct fm_str value = {0};
    struct fm_wire_field f;
    struct pair pair;
    size_t at = 0;

    while (fm_wire_next(bytes, &at, &f))
        if (f.number == HEADER_METADATA && f.type == WIRE_BYTES &&
            read_pair(f.bytes, &pair) && fm_str_eqz(pair.key, key))
            value = pair.value;
    return value;
}

/* As much of s as fits, whole code points, valid. */
static void copy_text(struct fm_str s, char *to, size_t size)
{
    size_t n = s.len < size - 1 ? s.len : size - 1;

    n = fm_utf8_valid(fm_str_n(s.data, n));
    if (n > 0 && s.data != NULL)
        memcpy(to, s.data, n);
    to[n] = '\0';
}

enum fm_error fm_header_status(const struct fm_header *header,
                               uint32_t *ret_code, struct fm_why *ret_why)
{
    struct fm_why why = FM_WHY_INIT;
    struct fm_str name = {0};
    struct fm_wire_field f;
    struct pair pair;
    uint32_t code = 0;
    size_t at = 0;
    enum fm_error error;

    while (fm_wire_next(header->status, &at, &f)) {
        if (f.number == STATUS_CODE && f.type == WIRE_VARINT)
            code = clamp_u32(f.value);
        else if (f.number == STATUS_MESSAGE)
            copy_text(f.bytes, why.text, sizeof why.text);
        else if (f.number == STATUS_REASON)
            copy_text(f.bytes, why.reason, sizeof why.reason);
        else if (f.number == STATUS_DETAILS && read_pair(f.bytes, &pair) &&
                 fm_str_eqz(pair.key, "field"))
            copy_text(pair.value, why.field, sizeof why.field);
        else if (f.number == STATUS_DETAILS && read_pair(f.bytes, &pair) &&
                 fm_str_eqz(pair.key, "error"))
            name = pair.value;
    }
    why.retry_after_ms = header->retry_after_ms;
    if (at != header->status.len)
        return fm_fail(FM_EINTERNAL, ret_why, "STATUS_MALFORMED",
                       "the status of the reply is malformed");
    error = fm_status_error(code, name);
    *ret_code = code;
    if (error != FM_OK)
        *ret_why = why;
    return error;
}

/* --- writing --------------------------------------------------------------- */

/* Appends to bytes that are large enough by construction. */
struct writer {
    char *bytes;
    size_t len;
};

static void put_varint(struct writer *w, uint64_t v)
{
    while (v >= 0x80) {
        w->bytes[w->len++] = (char)(v | 0x80);
        v >>= 7;
    }
    w->bytes[w->len++] = (char)v;
}

/* NOLINTNEXTLINE(readability-non-const-parameter): written to by the writer */
static struct writer write_to(char *bytes)
{
    struct writer w = {.bytes = bytes};

    return w;
}

/* A default value is left out, as proto3 does. */
static void put_u64(struct writer *w, uint32_t field, uint64_t v)
{
    if (v == 0)
        return;
    put_varint(w, (uint64_t)field << 3 | WIRE_VARINT);
    put_varint(w, v);
}

static void put_bytes(struct writer *w, uint32_t field, struct fm_str s)
{
    put_varint(w, (uint64_t)field << 3 | WIRE_BYTES);
    put_varint(w, s.len);
    if (s.len > 0 && s.data != NULL)
        memcpy(w->bytes + w->len, s.data, s.len);
    w->len += s.len;
}

static void put_pair(struct writer *w, uint32_t field, const char *key,
                     struct fm_str value)
{
    char bytes[128]; /* keys here have 5 bytes, values at most 63 */
    struct writer pair = {.bytes = bytes};

    put_bytes(&pair, PAIR_KEY, fm_str(key));
    put_bytes(&pair, PAIR_VALUE, value);
    put_bytes(w, field, fm_str_n(bytes, pair.len));
}

enum fm_error fm_header_write_call(const struct fm_header *header,
                                   char ret[FM_HEADER_SIZE], size_t *ret_len)
{
    struct writer w = write_to(ret);

    if (header->method.len > FM_LIMIT_METHOD)
        return FM_ETOOBIG;
    put_u64(&w, HEADER_CALL, header->call);
    put_bytes(&w, HEADER_METHOD, header->method);
    put_u64(&w, HEADER_TIMEOUT, header->timeout_ms);
    put_u64(&w, HEADER_CREDIT, header->credit);
    *ret_len = w.len;
    return FM_OK;
}

size_t fm_header_write_action(uint64_t call, enum fm_action action,
                              uint32_t credit, char ret[FM_HEADER_SIZE])
{
    struct writer w = write_to(ret);

    put_u64(&w, HEADER_CALL, call);
    put_u64(&w, HEADER_ACTION, action);
    put_u64(&w, HEADER_CREDIT, credit);
    return w.len;
}

size_t fm_header_write_more(uint64_t call, bool keepalive,
                            char ret[FM_HEADER_SIZE])
{
    struct writer w = write_to(ret);

    put_u64(&w, HEADER_CALL, call);
    put_u64(&w, HEADER_MORE, 1);
    put_u64(&w, HEADER_KEEPALIVE, keepalive ? 1 : 0);
    return w.len;
}

/* What fm_why holds is what people wrote into it, cut where it was full. */
static struct fm_str valid_part(const char *z)
{
    struct fm_str s = fm_str(z);

    s.len = fm_utf8_valid(s);
    return s;
}

static void put_status(struct writer *w, enum fm_error error,
                       const struct fm_why *why)
{
    const char *name = fm_error_name(error);
    bool reason = why != NULL && why->reason[0] != '\0';

    put_u64(w, STATUS_CODE, fm_status_code(error));
    if (error == FM_OK)
        return;
    put_bytes(w, STATUS_MESSAGE, valid_part(fm_why_text(why, error)));
    put_bytes(w, STATUS_REASON, valid_part(reason ? why->reason : name));
    if (why != NULL && why->field[0] != '\0')
        put_pair(w, STATUS_DETAILS, "field", valid_part(why->field));
    put_pair(w, STATUS_DETAILS, "error", fm_str(name));
}

size_t fm_header_write_end(uint64_t call, enum fm_error error,
                           const struct fm_why *why, char ret[FM_HEADER_SIZE])
{
    char bytes[FM_HEADER_SIZE / 2];
    struct writer status = {.bytes = bytes};
    struct writer w = write_to(ret);

    _Static_assert(sizeof bytes >= sizeof(struct fm_why) + 160,
                   "a status holds all of fm_why and its tags");
    put_status(&status, error, why);
    put_u64(&w, HEADER_CALL, call);
    put_bytes(&w, HEADER_STATUS, fm_str_n(bytes, status.len));
    if (error != FM_OK && why != NULL)
        put_u64(&w, HEADER_RETRY_AFTER, why->retry_after_ms);
    return w.len;
}

/* --- frames of a message --------------------------------------------------- */

/* Receives the frames that are left; how many there were. */
static uint32_t skip_frames(struct fm_socket *socket, bool more)
{
    uint32_t n = 0;
    struct fm_frame frame;

    fm_frame_init(&frame);
    while (more && fm_socket_receive(socket, &frame, &more) == FM_OK)
        n++;
    fm_frame_release(&frame);
    return n;
}

enum fm_error fm_envelope_receive(struct fm_socket *socket,
                                  struct fm_frame *peer,
                                  struct fm_frame *header,
                                  struct fm_frame *body,
                                  struct fm_envelope *ret_envelope)
{
    struct fm_envelope e = {0};
    bool more = true;
    enum fm_error error = FM_OK;

    if (peer != NULL)
        error = fm_socket_receive(socket, peer, &more);
    if (error == FM_OK && more)
        error = fm_socket_receive(socket, header, &more);
    else
        fm_frame_release(header);
    if (error != FM_OK)
        return error;
    /* A header has a call, so it is never empty. */
    if (fm_frame_bytes(header).len == 0 && more) {
        e.delimited = true;
        error = fm_socket_receive(socket, header, &more);
    }
    e.has_header = error == FM_OK && fm_frame_bytes(header).len > 0;
    if (error == FM_OK && more) {
        error = fm_socket_receive(socket, body, &more);
        e.has_body = error == FM_OK;
    }
    if (!e.has_body)
        fm_frame_release(body);
    if (error == FM_OK)
        e.extra = skip_frames(socket, more);
    *ret_envelope = e;
    return FM_OK;
}

enum fm_error fm_envelope_send(struct fm_socket *socket, struct fm_str peer,
                               bool delimited, struct fm_frame *header,
                               struct fm_frame *body)
{
    struct fm_frame frame;
    enum fm_error error = FM_OK;

    fm_frame_init(&frame);
    if (peer.len > 0) {
        error = fm_frame_copy(&frame, peer);
        if (error == FM_OK)
            error = fm_socket_send(socket, &frame, true);
    }
    if (error == FM_OK && delimited)
        error = fm_socket_send(socket, &frame, true);
    if (error == FM_OK)
        error = fm_socket_send(socket, header, true);
    if (error == FM_OK)
        error = fm_socket_send(socket, body, false);
    fm_frame_release(&frame);
    return error;
}
