#include "rpc/quota.h"

/* Of a second's worth: levels are thousandths, so that slow rates add up by the
 * millisecond. */
#define UNIT 1000

static void fill(struct fm_bucket *bucket, uint64_t now_ms)
{
    uint64_t elapsed =
        now_ms > bucket->filled_ms ? now_ms - bucket->filled_ms : 0;
    int64_t full = (int64_t)bucket->per_second * UNIT;
    /* What a bucket that is in debt lacks may take longer than a second. */
    int64_t lacks = full - bucket->level;

    bucket->filled_ms += elapsed;
    if (bucket->per_second == 0 || lacks <= 0)
        return;
    if (elapsed >= (uint64_t)lacks / bucket->per_second + 1)
        bucket->level = full;
    else
        bucket->level += (int64_t)(elapsed * bucket->per_second);
    if (bucket->level > full)
        bucket->level = full;
}

static void set(struct fm_bucket *bucket, uint64_t per_second, uint64_t now_ms)
{
    bool had_limit = bucket->per_second != 0;

    fill(bucket, now_ms);
    bucket->per_second = per_second;
    if (!had_limit || bucket->level > (int64_t)per_second * UNIT)
        bucket->level = (int64_t)per_second * UNIT;
}

static uint64_t wait_for(struct fm_bucket *bucket, uint64_t now_ms)
{
    if (bucket->per_second == 0)
        return 0;
    fill(bucket, now_ms);
    if (bucket->level > 0)
        return 0;
    return (uint64_t)-bucket->level / bucket->per_second + 1;
}

static void take(struct fm_bucket *bucket, uint64_t n, uint64_t now_ms)
{
    if (bucket->per_second == 0)
        return;
    fill(bucket, now_ms);
    bucket->level -= (int64_t)n * UNIT;
}

void fm_quota_init(struct fm_quota *quota, uint64_t calls_per_second,
                   uint64_t bytes_per_second, uint64_t now_ms)
{
    *quota = (struct fm_quota){.calls = {.filled_ms = now_ms},
                               .bytes = {.filled_ms = now_ms}};
    fm_quota_change(quota, calls_per_second, bytes_per_second, now_ms);
}

void fm_quota_change(struct fm_quota *quota, uint64_t calls_per_second,
                     uint64_t bytes_per_second, uint64_t now_ms)
{
    set(&quota->calls, calls_per_second, now_ms);
    set(&quota->bytes, bytes_per_second, now_ms);
}

uint32_t fm_quota_wait_ms(struct fm_quota *quota, uint64_t now_ms)
{
    uint64_t calls = wait_for(&quota->calls, now_ms);
    uint64_t bytes = wait_for(&quota->bytes, now_ms);
    uint64_t wait = calls > bytes ? calls : bytes;

    return wait < UINT32_MAX ? (uint32_t)wait : UINT32_MAX;
}

void fm_quota_take(struct fm_quota *quota, uint64_t bytes, uint64_t now_ms)
{
    take(&quota->calls, 1, now_ms);
    take(&quota->bytes, bytes, now_ms);
}
