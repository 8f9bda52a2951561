#include "base/limits.h"
#include "base/wire.h"
#include "store/reader_priv.h"

size_t fm_read_page(uint32_t asked)
{
    if (asked == 0)
        return FM_PAGE_DEFAULT;
    return asked < FM_PAGE_MAX ? asked : FM_PAGE_MAX;
}

Google__Protobuf__Timestamp *fm_read_time(struct fm_arena *arena, int64_t us)
{
    Google__Protobuf__Timestamp *t;
    int64_t micros = us % 1000000;

    if (us == INT64_MIN)
        return NULL;
    t = fm_arena_alloc(arena, sizeof *t);
    if (t == NULL)
        return NULL;
    if (micros < 0)
        micros += 1000000;
    google__protobuf__timestamp__init(t);
    t->seconds = (us - micros) / 1000000;
    t->nanos = (int32_t)micros * 1000;
    return t;
}

enum fm_error fm_read_instant(const Google__Protobuf__Timestamp *t,
                              const char *field, int64_t absent,
                              struct fm_why *why, int64_t *ret_us)
{
    /* Years 1 to 9999, as google.protobuf.Timestamp has it. */
    static const int64_t first = INT64_C(-62135596800);
    static const int64_t last = INT64_C(253402300799);

    if (t == NULL) {
        *ret_us = absent;
        return FM_OK;
    }
    if (t->seconds < first || t->seconds > last || t->nanos < 0 ||
        t->nanos > 999999999)
        return fm_fail_field(FM_EINVAL, why, field, "BAD_TIME",
                             "%s is not a time between the years 1 and 9999",
                             field);
    *ret_us = t->seconds * 1000000 + t->nanos / 1000;
    return FM_OK;
}

/* Fields of Fact and Timestamp, as in proto/. */
enum {
    FACT_RECORDED = 21,
    FACT_SEQUENCE = 22,
    FACT_RETRACTED = 23,
    TIMESTAMP_SECONDS = 1,
    TIMESTAMP_NANOS = 2,
};

struct fm_str fm_read_added(struct fm_reader *r, int64_t sequence,
                            int64_t recorded_us, int64_t retracted)
{
    /* Both have their memory: nothing can be missing here. */
    fm_buf_reset(&r->moment);
    fm_wire_u64(&r->moment, TIMESTAMP_SECONDS,
                (uint64_t)(recorded_us / 1000000));
    fm_wire_u64(&r->moment, TIMESTAMP_NANOS,
                (uint64_t)(recorded_us % 1000000) * 1000);
    fm_buf_reset(&r->added);
    fm_wire_bytes(&r->added, FACT_RECORDED, fm_buf_view(&r->moment));
    fm_wire_u64(&r->added, FACT_SEQUENCE, (uint64_t)sequence);
    if (retracted != 0)
        fm_wire_u64(&r->added, FACT_RETRACTED, 1);
    return fm_buf_view(&r->added);
}
