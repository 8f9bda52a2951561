/* What a standing filter looks at in the bytes of a stored fact, read without
 * unpacking the message. */
#ifndef FM_STORE_VIEW_PRIV_H
#define FM_STORE_VIEW_PRIV_H

#include "base/str.h"

#include <stddef.h>
#include <stdint.h>

/* Arguments, attributions and their venues; a settled fact has fewer
 * (FM_SETTLE_NESTED of each). */
#define FM_VIEW_PARTICIPANTS 1024u

struct fm_view_participant {
    int64_t who;
    uint32_t roles; /* FM_ROLE_… */
};

struct fm_fact_view {
    struct fm_str article;
    struct fm_str source;
    struct fm_str sentence; /* evidence.text */
    /* As in table participant, but an entity of several roles comes once for
     * each. */
    struct fm_view_participant participants[FM_VIEW_PARTICIPANTS];
    size_t n;
};

void fm_fact_view_read(struct fm_str fact, struct fm_fact_view *ret);

#endif
