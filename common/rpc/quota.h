/* How much a client may ask for: calls and bytes a second, each a bucket that
 * holds one second's worth. What is taken may be more than there is, once; the
 * debt is waited for. So a request larger than a second's bytes passes, too. */
#ifndef FM_RPC_QUOTA_H
#define FM_RPC_QUOTA_H

#include <stdbool.h>
#include <stdint.h>

struct fm_bucket {
    uint64_t per_second; /* 0 = no limit */
    int64_t level;       /* thousandths; negative = debt */
    uint64_t filled_ms;
};

struct fm_quota {
    struct fm_bucket calls;
    struct fm_bucket bytes;
};

/* Limits a second; both buckets begin full. */
void fm_quota_init(struct fm_quota *quota, uint64_t calls_per_second,
                   uint64_t bytes_per_second, uint64_t now_ms);
/* Other limits; what is owed stays owed. */
void fm_quota_change(struct fm_quota *quota, uint64_t calls_per_second,
                     uint64_t bytes_per_second, uint64_t now_ms);
/* Milliseconds until something may be taken; 0 = now. */
uint32_t fm_quota_wait_ms(struct fm_quota *quota, uint64_t now_ms);
/* Takes one call of so many bytes, whatever there is. */
void fm_quota_take(struct fm_quota *quota, uint64_t bytes, uint64_t now_ms);

#endif
