#include "ingest/gate.h"

#include "base/clock.h"

/* While the disk is full, one call in so many milliseconds is let in to find
 * out whether it still is. */
#define PROBE_MS 250u

static const struct {
    enum fm_error error;
    uint32_t retry_after_ms;
    const char *reason;
    const char *text;
} states[] = {
    [FM_GATE_OPEN] = {FM_OK, 0, "", ""},
    [FM_GATE_BACKLOG] = {FM_EBUSY, 500, "BACKLOG_FULL",
                         "more articles wait than the high mark allows; send "
                         "again later, or add workers"},
    [FM_GATE_WAL] = {FM_EBUSY, 1000, "WAL_FULL",
                     "a long reader keeps the write-ahead log from shrinking; "
                     "send again later"},
    [FM_GATE_DISK] = {FM_ENOSPACE, 1000, "DISK_FULL",
                      "the disk with the database is full; make room, then "
                      "send again"},
    [FM_GATE_DRAIN] = {FM_EUNAVAILABLE, 1000, "DRAINING",
                       "the service stops; send again when it is back"},
};

static enum fm_gate_state decide(struct fm_gate *gate)
{
    bool shut = atomic_load(&gate->state) == FM_GATE_BACKLOG;
    struct fm_load load;

    if (atomic_load(&gate->draining))
        return FM_GATE_DRAIN;
    fm_committer_load(gate->committer, &load);
    if (load.full_since_ms != 0)
        return FM_GATE_DISK;
    if (load.articles >= (shut ? gate->low_articles : gate->high_articles) ||
        load.bytes >= (shut ? gate->low_bytes : gate->high_bytes))
        return FM_GATE_BACKLOG;
    return load.wal_bytes > gate->high_wal ? FM_GATE_WAL : FM_GATE_OPEN;
}

enum fm_gate_state fm_gate_look(struct fm_gate *gate)
{
    enum fm_gate_state state = decide(gate);

    atomic_store(&gate->state, (int)state);
    return state;
}

enum fm_error fm_gate_enter(struct fm_gate *gate, struct fm_why *why)
{
    enum fm_gate_state state = fm_gate_look(gate);
    uint64_t now = fm_now_ms();

    if (state == FM_GATE_DISK && now - gate->probed_ms >= PROBE_MS) {
        gate->probed_ms = now;
        return FM_OK;
    }
    if (state == FM_GATE_OPEN)
        return FM_OK;
    (void)fm_fail(states[state].error, why, states[state].reason, "%s",
                  states[state].text);
    if (why != NULL)
        why->retry_after_ms = states[state].retry_after_ms;
    return states[state].error;
}

enum fm_gate_state fm_gate_state(const struct fm_gate *gate)
{
    return (enum fm_gate_state)atomic_load(&gate->state);
}

const char *fm_gate_reason(enum fm_gate_state state)
{
    return states[state].reason;
}

void fm_gate_drain(struct fm_gate *gate)
{
    atomic_store(&gate->draining, true);
    atomic_store(&gate->state, (int)FM_GATE_DRAIN);
}
