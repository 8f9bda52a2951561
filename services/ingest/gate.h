/* Whether articles are let in: the high and low marks on what waits, the disk,
 * the write-ahead log, the drain. Past a high mark it stays shut until the low
 * one, so that producers are not let in one by one. */
#ifndef FM_INGEST_GATE_H
#define FM_INGEST_GATE_H

#include "base/error.h"
#include "ingest/committer.h"

#include <stdatomic.h>

enum fm_gate_state {
    FM_GATE_OPEN,
    FM_GATE_BACKLOG, /* "BACKLOG_FULL" */
    FM_GATE_WAL,     /* "WAL_FULL" */
    FM_GATE_DISK,    /* "DISK_FULL" */
    FM_GATE_DRAIN,   /* "DRAINING" */
};

struct fm_gate {
    uint64_t high_articles;
    uint64_t low_articles;
    uint64_t high_bytes;
    uint64_t low_bytes;
    uint64_t high_wal;
    struct fm_committer *committer;

    atomic_int state;
    atomic_bool draining;
    uint64_t probed_ms; /* when the full disk was last tried */
};

/* Looks at the load and decides; on the loop thread only. */
enum fm_gate_state fm_gate_look(struct fm_gate *gate);
/* The same for one call: FM_EBUSY, FM_ENOSPACE or FM_EUNAVAILABLE with reason
 * and hint when it is shut. On the loop thread only. */
enum fm_error fm_gate_enter(struct fm_gate *gate, struct fm_why *why);
/* As last decided. Any thread. */
enum fm_gate_state fm_gate_state(const struct fm_gate *gate);
/* "BACKLOG_FULL"; "" when open. */
const char *fm_gate_reason(enum fm_gate_state state);
/* Shuts it for good. Any thread. */
void fm_gate_drain(struct fm_gate *gate);

#endif
