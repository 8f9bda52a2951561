#include "base/wire.h"
#include "store/digest_priv.h"

#include <string.h>

enum {
    STANDING_SHIFT = 4,
    MODALITY_SHIFT = 6,
    TIMED = 1 << 10,
    PREDICATED = 1 << 11,
    POSITIVE = 1 << 12,
    COUNT_SHIFT = 13,
};

static uint64_t zigzag(int64_t v)
{
    return (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0);
}

static int64_t unzigzag(uint64_t v)
{
    return (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
}

void fm_digest_head(struct fm_buf *out, const struct fm_record *record,
                    size_t participants)
{
    uint32_t bits;
    char bytes[4];

    fm_wire_varint(out, (uint64_t)(record->kind & 15) |
                            (uint64_t)record->standing << STANDING_SHIFT |
                            (uint64_t)(record->modality & 15)
                                << MODALITY_SHIFT |
                            (record->timed ? TIMED : 0u) |
                            (record->predicate != 0 ? PREDICATED : 0u) |
                            (record->polarity == 1 ? POSITIVE : 0u) |
                            (uint64_t)participants << COUNT_SHIFT);
    memcpy(&bits, &record->confidence, sizeof bits);
    for (unsigned i = 0; i < 4; i++)
        bytes[i] = (char)(bits >> (8 * i));
    fm_buf_add(out, bytes, sizeof bytes);
    if (record->predicate != 0)
        fm_wire_varint(out, (uint64_t)record->predicate);
    if (record->timed) {
        fm_wire_varint(out, zigzag(record->time_start));
        fm_wire_varint(out, (uint64_t)(record->time_end - record->time_start));
    }
}

void fm_digest_participant(struct fm_buf *out, int64_t who, uint32_t roles)
{
    fm_wire_varint(out, (uint64_t)who);
    fm_buf_char(out, (char)(roles & FM_ROLE_ANY));
}

/* --- reading ------------------------------------------------------------------------------ */

static bool read_time(struct fm_str s, size_t *at, struct fm_record *ret)
{
    uint64_t start = 0;
    uint64_t length = 0;

    /* Farther than any calendar reaches: damaged. */
    if (!fm_wire_read_varint(s, at, &start) ||
        !fm_wire_read_varint(s, at, &length) || start > UINT64_C(1) << 50 ||
        length > UINT64_C(1) << 50)
        return false;
    ret->time_start = unzigzag(start);
    ret->time_end = ret->time_start + (int64_t)length;
    return true;
}

static bool skip_participants(struct fm_str s, size_t *at, uint64_t n)
{
    uint64_t who;

    for (uint64_t i = 0; i < n; i++)
        if (!fm_wire_read_varint(s, at, &who) || (*at)++ >= s.len)
            return false;
    return true;
}

bool fm_digest_next(struct fm_str digest, size_t *at, struct fm_record *ret)
{
    size_t to = *at;
    size_t from;
    uint64_t head = 0;
    uint64_t predicate = 0;
    uint32_t bits = 0;

    if (to >= digest.len || !fm_wire_read_varint(digest, &to, &head) ||
        digest.len - to < 4)
        return false;
    for (unsigned i = 0; i < 4; i++)
        bits |= (uint32_t)(uint8_t)digest.data[to++] << (8 * i);
    if ((head & PREDICATED) != 0 &&
        !fm_wire_read_varint(digest, &to, &predicate))
        return false;
    ret->timed = (head & TIMED) != 0;
    if (ret->timed && !read_time(digest, &to, ret))
        return false;
    from = to;
    if (!skip_participants(digest, &to, head >> COUNT_SHIFT))
        return false;
    ret->kind = (int)(head & 15);
    ret->standing = (enum fm_standing)(head >> STANDING_SHIFT & 3);
    ret->modality = (int)(head >> MODALITY_SHIFT & 15);
    ret->polarity = ret->standing == FM_STANDING_NEGATED ? 2
                    : (head & POSITIVE) != 0             ? 1
                                                         : 0;
    memcpy(&ret->confidence, &bits, sizeof bits);
    ret->predicate = (int64_t)predicate;
    ret->participants = fm_str_n(digest.data + from, to - from);
    *at = to;
    return true;
}

bool fm_record_next(const struct fm_record *record, size_t *at,
                    int64_t *ret_who, uint32_t *ret_roles)
{
    uint64_t who = 0;

    if (*at >= record->participants.len ||
        !fm_wire_read_varint(record->participants, at, &who) ||
        *at >= record->participants.len)
        return false;
    *ret_who = (int64_t)who;
    *ret_roles = (uint8_t)record->participants.data[(*at)++];
    return true;
}
