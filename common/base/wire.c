#include "base/wire.h"

static size_t put_varint(char *to, uint64_t v)
{
    size_t n = 0;

    while (v >= 0x80) {
        to[n++] = (char)(v | 0x80);
        v >>= 7;
    }
    to[n++] = (char)v;
    return n;
}

void fm_wire_varint(struct fm_buf *buf, uint64_t v)
{
    char bytes[10];

    fm_buf_add(buf, bytes, put_varint(bytes, v));
}

static void tag(struct fm_buf *buf, uint32_t field, uint32_t type)
{
    fm_wire_varint(buf, (uint64_t)field << 3 | type);
}

void fm_wire_u64(struct fm_buf *buf, uint32_t field, uint64_t v)
{
    tag(buf, field, 0);
    fm_wire_varint(buf, v);
}

void fm_wire_bytes(struct fm_buf *buf, uint32_t field, struct fm_str bytes)
{
    fm_wire_bytes2(buf, field, bytes, fm_str_n(NULL, 0));
}

void fm_wire_bytes2(struct fm_buf *buf, uint32_t field, struct fm_str a,
                    struct fm_str b)
{
    tag(buf, field, 2);
    fm_wire_varint(buf, a.len + b.len);
    fm_buf_str(buf, a);
    fm_buf_str(buf, b);
}

void fm_wire_double(struct fm_buf *buf, uint32_t field, double v)
{
    uint64_t bits;
    char bytes[8];

    memcpy(&bits, &v, sizeof bits);
    for (unsigned i = 0; i < 8; i++)
        bytes[i] = (char)(bits >> (8 * i));
    tag(buf, field, 1);
    fm_buf_add(buf, bytes, sizeof bytes);
}

bool fm_wire_read_varint(struct fm_str s, size_t *at, uint64_t *ret)
{
    uint64_t v = 0;

    for (unsigned shift = 0; shift < 64 && *at < s.len; shift += 7) {
        uint8_t c = (uint8_t)s.data[(*at)++];

        v |= (uint64_t)(c & 0x7f) << shift;
        if (c < 0x80) {
            *ret = v;
            return true;
        }
    }
    return false;
}

static bool get_fixed(struct fm_str s, size_t *at, size_t n, uint64_t *ret)
{
    if (s.len - *at < n)
        return false;
    *ret = 0;
    for (size_t i = 0; i < n; i++)
        *ret |= (uint64_t)(uint8_t)s.data[*at + i] << (8 * i);
    *at += n;
    return true;
}

bool fm_wire_next(struct fm_str message, size_t *at,
                  struct fm_wire_field *ret_field)
{
    struct fm_wire_field f = {0};
    size_t to = *at;
    uint64_t key;
    bool ok = false;

    if (to >= message.len || !fm_wire_read_varint(message, &to, &key) ||
        key >> 3 == 0 || key >> 3 > 0x1fffffff)
        return false;
    f.number = (uint32_t)(key >> 3);
    f.type = (uint32_t)(key & 7);
    if (f.type == 0)
        ok = fm_wire_read_varint(message, &to, &f.value);
    else if (f.type == 1)
        ok = get_fixed(message, &to, 8, &f.value);
    else if (f.type == 5)
        ok = get_fixed(message, &to, 4, &f.value);
    else if (f.type == 2 && fm_wire_read_varint(message, &to, &f.value) &&
             f.value <= message.len - to) {
        f.bytes = fm_str_n(message.data + to, (size_t)f.value);
        to += (size_t)f.value;
        ok = true;
    }
    if (!ok)
        return false;
    *at = to;
    *ret_field = f;
    return true;
}

/* Does all of it parse as fields? Linear in its length. */
static bool is_message(struct fm_str s)
{
    struct fm_wire_field f;
    size_t at = 0;

    while (fm_wire_next(s, &at, &f))
        ;
    return s.len > 0 && at == s.len;
}

uint32_t fm_wire_depth(struct fm_str message, uint32_t limit)
{
    struct fm_wire_field f;
    size_t at = 0;
    uint32_t deepest = 1;

    if (limit == 0)
        return 1;
    while (fm_wire_next(message, &at, &f) && deepest <= limit) {
        uint32_t depth;

        if (f.type != 2 || !is_message(f.bytes))
            continue;
        depth = 1 + fm_wire_depth(f.bytes, limit - 1);
        if (depth > deepest)
            deepest = depth;
    }
    return deepest;
}
