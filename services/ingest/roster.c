#include "ingest/roster.h"

#include "base/log.h"

/* Dead workers leave at most this many articles under suspicion; more than ten
 * full workers at once means the machine is in trouble, not an article. */
#define SUSPECTS_MAX 1024u

enum fm_error fm_roster_init(struct fm_roster *roster, uint64_t lease_ms)
{
    memset(roster, 0, sizeof *roster);
    roster->lease_ms = lease_ms;
    roster->workers = calloc(FM_ROSTER_WORKERS, sizeof *roster->workers);
    return roster->workers != NULL ? FM_OK : FM_ENOMEM;
}

void fm_roster_release(struct fm_roster *roster)
{
    free(roster->workers);
    free(roster->leases);
    free(roster->suspects);
    memset(roster, 0, sizeof *roster);
}

static bool find(const struct fm_roster *roster, struct fm_str name,
                 uint32_t *ret_worker)
{
    for (uint32_t i = 0; i < roster->worker_end; i++)
        if (name.len > 0 && fm_str_eqz(name, roster->workers[i].name)) {
            *ret_worker = i;
            return true;
        }
    return false;
}

/* A free slot, or that of the worker that has been silent longest. */
static bool vacate(struct fm_roster *roster, uint32_t *ret_worker)
{
    uint32_t best = FM_ROSTER_WORKERS;

    if (roster->worker_end < FM_ROSTER_WORKERS) {
        *ret_worker = roster->worker_end++;
        return true;
    }
    for (uint32_t i = 0; i < roster->worker_end; i++)
        if (roster->workers[i].held == 0 &&
            (best == FM_ROSTER_WORKERS ||
             roster->workers[i].seen_ms < roster->workers[best].seen_ms))
            best = i;
    if (best == FM_ROSTER_WORKERS)
        return false;
    *ret_worker = best;
    return true;
}

enum fm_error fm_roster_enter(struct fm_roster *roster, struct fm_str name,
                              uint64_t now_ms, uint32_t *ret_worker)
{
    struct fm_roster_worker *w;
    uint32_t slot;

    if (name.len == 0 || name.len > FM_ROSTER_NAME_MAX)
        return FM_EINVAL;
    if (!find(roster, name, &slot)) {
        if (!vacate(roster, &slot))
            return FM_EBUSY;
        w = &roster->workers[slot];
        memset(w, 0, sizeof *w);
        memcpy(w->name, name.data, name.len);
    }
    roster->workers[slot].seen_ms = now_ms;
    if (roster->workers[slot].held == 0)
        roster->workers[slot].gone[0] = '\0'; /* it was only silent */
    *ret_worker = slot;
    return FM_OK;
}

uint32_t fm_roster_active(const struct fm_roster *roster, uint64_t now_ms,
                          uint64_t window_ms)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < roster->worker_end; i++)
        if (roster->workers[i].name[0] != '\0' &&
            roster->workers[i].gone[0] == '\0' && !roster->workers[i].ended &&
            now_ms - roster->workers[i].seen_ms <= window_ms)
            n++;
    return n;
}

enum fm_error fm_roster_add(struct fm_roster *roster, uint32_t worker,
                            uint64_t lease, uint64_t sequence, uint64_t now_ms)
{
    if (roster->lease_count == roster->lease_cap) {
        size_t cap = roster->lease_cap == 0 ? 64 : 2 * roster->lease_cap;
        struct fm_roster_lease *more =
            realloc(roster->leases, cap * sizeof *more);

        if (more == NULL)
            return FM_ENOMEM;
        roster->leases = more;
        roster->lease_cap = cap;
    }
    roster->leases[roster->lease_count++] = (struct fm_roster_lease){
        .lease = lease,
        .sequence = sequence,
        .expires_ms = now_ms + roster->lease_ms,
        .worker = worker,
    };
    roster->workers[worker].held++;
    return FM_OK;
}

struct fm_roster_lease *fm_roster_held(struct fm_roster *roster,
                                       uint32_t worker, uint64_t lease)
{
    for (size_t i = 0; i < roster->lease_count; i++)
        if (roster->leases[i].lease == lease)
            return roster->leases[i].worker == worker ? &roster->leases[i]
                                                      : NULL;
    return NULL;
}

static struct fm_roster_suspect *find_suspect(const struct fm_roster *roster,
                                              uint64_t sequence)
{
    for (size_t i = 0; i < roster->suspect_count; i++)
        if (roster->suspects[i].sequence == sequence)
            return &roster->suspects[i];
    return NULL;
}

enum fm_roster_suspicion fm_roster_suspicion(const struct fm_roster *roster,
                                             uint64_t sequence)
{
    const struct fm_roster_suspect *found = find_suspect(roster, sequence);

    if (found == NULL)
        return FM_ROSTER_FREE;
    return found->alone ? FM_ROSTER_ALONE : FM_ROSTER_GROUPED;
}

bool fm_roster_holds_suspect(const struct fm_roster *roster, uint32_t worker)
{
    for (size_t i = 0; roster->suspect_count > 0 && i < roster->lease_count;
         i++)
        if (roster->leases[i].worker == worker &&
            find_suspect(roster, roster->leases[i].sequence) != NULL)
            return true;
    return false;
}

static void suspect(struct fm_roster *roster, uint64_t sequence, bool alone)
{
    struct fm_roster_suspect *found = find_suspect(roster, sequence);

    if (found != NULL) {
        found->alone = found->alone || alone;
        return;
    }
    if (roster->suspect_count >= SUSPECTS_MAX)
        return;
    if (roster->suspect_count == roster->suspect_cap) {
        size_t cap = roster->suspect_cap == 0 ? 64 : 2 * roster->suspect_cap;
        struct fm_roster_suspect *more =
            realloc(roster->suspects, cap * sizeof *more);

        if (more == NULL)
            return; /* the blame may then fall wrongly, nothing worse */
        roster->suspects = more;
        roster->suspect_cap = cap;
    }
    roster->suspects[roster->suspect_count++] =
        (struct fm_roster_suspect){sequence, alone};
}

static void acquit(struct fm_roster *roster, uint64_t sequence)
{
    struct fm_roster_suspect *found = find_suspect(roster, sequence);

    if (found != NULL)
        *found = roster->suspects[--roster->suspect_count];
}

static void drop(struct fm_roster *roster, size_t i)
{
    roster->workers[roster->leases[i].worker].held--;
    roster->leases[i] = roster->leases[--roster->lease_count];
}

void fm_roster_settled(struct fm_roster *roster, uint64_t lease,
                       uint64_t now_ms)
{
    uint32_t worker = FM_ROSTER_WORKERS;

    for (size_t i = 0; i < roster->lease_count; i++)
        if (roster->leases[i].lease == lease) {
            worker = roster->leases[i].worker;
            acquit(roster, roster->leases[i].sequence);
            drop(roster, i);
            break;
        }
    for (size_t i = 0; i < roster->lease_count; i++)
        if (roster->leases[i].worker == worker &&
            roster->leases[i].lease > lease)
            roster->leases[i].expires_ms = now_ms + roster->lease_ms;
}

void fm_roster_gone(struct fm_roster *roster, uint32_t worker, bool peaceful,
                    struct fm_str error)
{
    struct fm_roster_worker *w = &roster->workers[worker];
    bool blame = w->held == 1 && !peaceful;

    if (error.len >= sizeof w->gone)
        error.len = sizeof w->gone - 1;
    memcpy(w->gone, error.data, error.len);
    w->gone[error.len] = '\0';
    for (size_t i = 0; i < roster->lease_count; i++) {
        struct fm_roster_lease *lease = &roster->leases[i];

        if (lease->worker != worker || lease->fate != FM_ROSTER_KEEP)
            continue;
        lease->fate = blame ? FM_ROSTER_FAIL : FM_ROSTER_GIVE_BACK;
        lease->error = w->gone;
        if (!peaceful)
            suspect(roster, lease->sequence, w->held <= FM_ROSTER_GROUP);
    }
}

void fm_roster_expire(struct fm_roster *roster, uint64_t now_ms)
{
    for (size_t i = 0; i < roster->lease_count; i++) {
        const struct fm_roster_lease *lease = &roster->leases[i];

        if (lease->fate != FM_ROSTER_KEEP || lease->expires_ms > now_ms)
            continue;
        fm_log(FM_LOG_WARN, "a lease ran out",
               FM_LOG_Z("worker", roster->workers[lease->worker].name),
               FM_LOG_U64("lease", lease->lease),
               FM_LOG_U64("held", roster->workers[lease->worker].held),
               FM_LOG_END);
        fm_roster_gone(roster, lease->worker, false,
                       fm_str("the lease ran out"));
    }
}

void fm_roster_give_back_all(struct fm_roster *roster)
{
    for (size_t i = 0; i < roster->lease_count; i++)
        if (roster->leases[i].fate == FM_ROSTER_KEEP)
            roster->leases[i].fate = FM_ROSTER_GIVE_BACK;
}

void fm_roster_commit(struct fm_roster *roster)
{
    for (size_t i = 0; i < roster->lease_count;) {
        if (!roster->leases[i].done) {
            i++;
            continue;
        }
        if (roster->leases[i].dead)
            acquit(roster, roster->leases[i].sequence);
        drop(roster, i);
    }
}

void fm_roster_rollback(struct fm_roster *roster)
{
    for (size_t i = 0; i < roster->lease_count; i++)
        roster->leases[i].done = false;
}

uint64_t fm_roster_due_ms(const struct fm_roster *roster, uint64_t now_ms)
{
    uint64_t due = UINT64_MAX;

    for (size_t i = 0; i < roster->lease_count; i++) {
        const struct fm_roster_lease *lease = &roster->leases[i];

        if (lease->fate != FM_ROSTER_KEEP || lease->expires_ms <= now_ms)
            return 0;
        if (lease->expires_ms - now_ms < due)
            due = lease->expires_ms - now_ms;
    }
    return due;
}
