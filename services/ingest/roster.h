/* Who works and what they hold: the leases in memory. The store keeps the same
 * leases on disk; this table adds what need not survive: when they run out, and
 * which articles are under suspicion.
 *
 * Suspicion: a worker may hold several articles when it dies, and only one of
 * them can have killed it. All go back uncounted and are handed out in small groups
 * from then on, to workers that hold nothing else, and those of a group that killed
 * again singly, until each was settled or is a dead letter; a worker that dies while
 * it holds one article has that article to blame. (Singly from the start would take
 * a commit for each of some hundred articles.)
 *
 * Used by the committer's thread alone. */
#ifndef FM_INGEST_ROSTER_H
#define FM_INGEST_ROSTER_H

#include "base/error.h"
#include "base/str.h"

/* Workers known at once; a thousand machines would need another design. */
#define FM_ROSTER_WORKERS 1024u
/* Articles one worker may hold: what it reads while the results of as many
 * gather for a commit. */
#define FM_ROSTER_HELD_MAX 256u
#define FM_ROSTER_NAME_MAX 128u

/* Articles under suspicion that are handed out together. */
#define FM_ROSTER_GROUP 16u

enum fm_roster_suspicion {
    FM_ROSTER_FREE,
    FM_ROSTER_GROUPED, /* with others like it, to who holds nothing else */
    FM_ROSTER_ALONE,
};

struct fm_roster_suspect {
    uint64_t sequence; /* of the article */
    bool alone;
};

/* What the next transaction does with a lease. */
enum fm_roster_fate {
    FM_ROSTER_KEEP,
    FM_ROSTER_FAIL,      /* an attempt that failed */
    FM_ROSTER_GIVE_BACK, /* unharmed */
};

struct fm_roster_lease {
    uint64_t lease;
    uint64_t sequence; /* of the article */
    uint64_t expires_ms;
    uint32_t worker;
    enum fm_roster_fate fate;
    const char *error; /* of FAIL: constant text, or the worker's `gone` */
    bool done;         /* its fate is in the open transaction */
    bool dead;         /* FAIL: that was the last attempt */
};

struct fm_roster_worker {
    char name[FM_ROSTER_NAME_MAX + 1]; /* "" = free slot */
    char gone[160];
    uint64_t seen_ms;
    uint32_t held;
    bool ended; /* the process is no more: nothing is handed to it */
};

struct fm_roster {
    uint64_t lease_ms;
    struct fm_roster_worker *workers; /* FM_ROSTER_WORKERS */
    uint32_t worker_end;
    struct fm_roster_lease *leases; /* no order */
    size_t lease_count;
    size_t lease_cap;
    struct fm_roster_suspect *suspects;
    size_t suspect_count;
    size_t suspect_cap;
};

enum fm_error fm_roster_init(struct fm_roster *roster, uint64_t lease_ms);
void fm_roster_release(struct fm_roster *roster);

/* The slot of a name, made when it is new; marks it as seen. FM_EBUSY when all
 * slots hold articles. */
enum fm_error fm_roster_enter(struct fm_roster *roster, struct fm_str name,
                              uint64_t now_ms, uint32_t *ret_worker);
/* Workers seen in the last window_ms. */
uint32_t fm_roster_active(const struct fm_roster *roster, uint64_t now_ms,
                          uint64_t window_ms);

enum fm_error fm_roster_add(struct fm_roster *roster, uint32_t worker,
                            uint64_t lease, uint64_t sequence, uint64_t now_ms);
/* The lease if this worker holds it; NULL when not. Valid until the next
 * change. */
struct fm_roster_lease *fm_roster_held(struct fm_roster *roster,
                                       uint32_t worker, uint64_t lease);
/* A lease has ended by a result: its article is suspected no longer, and later
 * leases of the same worker, which wait behind it, last longer. */
void fm_roster_settled(struct fm_roster *roster, uint64_t lease,
                       uint64_t now_ms);
/* The worker is gone or silent: decides the fate of what it holds. error: what
 * the history of an article to blame will say. peaceful: it stopped because it
 * was told to, nothing is to blame. */
void fm_roster_gone(struct fm_roster *roster, uint32_t worker, bool peaceful,
                    struct fm_str error);
/* The same for every worker that let a lease run out. */
void fm_roster_expire(struct fm_roster *roster, uint64_t now_ms);
/* Gives everything back (shutdown). */
void fm_roster_give_back_all(struct fm_roster *roster);
/* How this article is to be handed out. */
enum fm_roster_suspicion fm_roster_suspicion(const struct fm_roster *roster,
                                             uint64_t sequence);
/* Does this worker hold one of those? */
bool fm_roster_holds_suspect(const struct fm_roster *roster, uint32_t worker);
/* Forgets the leases that are done, or lets them be done again. */
void fm_roster_commit(struct fm_roster *roster);
void fm_roster_rollback(struct fm_roster *roster);
/* Milliseconds until a lease runs out, 0 when one has or has a fate to meet;
 * UINT64_MAX = nothing is on loan. */
uint64_t fm_roster_due_ms(const struct fm_roster *roster, uint64_t now_ms);

#endif
