#include "base/clock.h"
#include "ingest/dispatch_priv.h"

/* Bodies in one reply: at the pace of reading (half a megabyte a second) more
 * would only wait in the worker. */
#define EXCHANGE_BYTES (1u << 20)
/* Articles to be read again that one worker gets at a time: new ones that come
 * wait behind them in the worker. */
#define RUN_SHARE 8u
/* When no worker may have any (they have another extractor), look again so
 * often. */
#define RUN_DRY_MS 200u
/* After a round that could hand out nothing, look again at most so often. */
#define DRY_MS    20u
#define ACTIVE_MS 30000u

/* --- rounds: called by the committer in every transaction ------------------ */

/* Leases of workers that are gone, and those that ran out. */
static enum fm_error meet_fates(struct fm_dispatch *d,
                                struct fm_store_writer *w, struct fm_why *why)
{
    enum fm_error e = FM_OK;

    if (atomic_load(&d->giving_back))
        fm_roster_give_back_all(&d->roster);
    fm_roster_expire(&d->roster, fm_now_ms());
    for (size_t i = 0; e == FM_OK && i < d->roster.lease_count; i++) {
        struct fm_roster_lease *lease = &d->roster.leases[i];
        enum fm_store_settled outcome = FM_STORE_SETTLED_STALE;

        if (lease->fate == FM_ROSTER_KEEP)
            continue;
        if (lease->fate == FM_ROSTER_FAIL)
            e = w->ops->fail(w, lease->lease, fm_str(lease->error), why,
                             &outcome);
        else
            e = w->ops->give_back(w, lease->lease, why);
        if (fm_error_class(e) == FM_CLASS_CALLER)
            e = FM_OK; /* the store has ended it already */
        lease->done = e == FM_OK;
        lease->dead = outcome == FM_STORE_SETTLED_DEAD;
    }
    return e;
}

static enum fm_error lease_some(struct fm_exchange *ex,
                                struct fm_store_writer *w, uint32_t max,
                                struct fm_why *why)
{
    struct fm_dispatch *d = ex->dispatch;

    return w->ops->lease(w, fm_str(d->roster.workers[ex->worker].name), max,
                         EXCHANGE_BYTES, &d->arena, why, &ex->leases,
                         &ex->lease_count);
}

/* Does one more of these articles fit to the n of that kind that were chosen? */
static bool fits(enum fm_roster_suspicion kind, size_t n,
                 enum fm_roster_suspicion more, bool busy)
{
    if (n > 0 && kind != more)
        return false;
    switch (more) {
    case FM_ROSTER_FREE: break;
    case FM_ROSTER_GROUPED: return !busy && n < FM_ROSTER_GROUP;
    case FM_ROSTER_ALONE: return !busy && n == 0;
    }
    return true;
}

/* While articles are under suspicion: looked at one by one, and a suspect only to a
 * worker that holds nothing else, or others like it. */
static enum fm_error lease_warily(struct fm_exchange *ex,
                                  struct fm_store_writer *w, uint32_t max,
                                  struct fm_why *why)
{
    struct fm_dispatch *d = ex->dispatch;
    struct fm_store_lease *all = fm_arena_array(&d->arena, max, sizeof *all);
    enum fm_roster_suspicion kind = FM_ROSTER_FREE;
    bool busy = d->roster.workers[ex->worker].held > 0;
    bool stop = all == NULL || fm_roster_holds_suspect(&d->roster, ex->worker);
    size_t n = 0;
    enum fm_error e = FM_OK;

    while (e == FM_OK && !stop && n < max) {
        enum fm_roster_suspicion more;

        ex->lease_count = 0;
        e = lease_some(ex, w, 1, why);
        if (e != FM_OK || ex->lease_count == 0)
            break;
        more = fm_roster_suspicion(&d->roster, ex->leases[0].sequence);
        stop = !fits(kind, n, more, busy);
        if (stop)
            e = w->ops->give_back(w, ex->leases[0].lease, why);
        else
            all[n++] = ex->leases[0];
        kind = stop ? kind : more;
    }
    ex->leases = all;
    ex->lease_count = n;
    return e;
}

/* Articles that are to be read again, for who got no new one. */
static enum fm_error lease_again(struct fm_exchange *ex,
                                 struct fm_store_writer *w, uint32_t max,
                                 struct fm_why *why)
{
    struct fm_dispatch *d = ex->dispatch;
    enum fm_error e = w->ops->run_lease(
        w, fm_str(d->roster.workers[ex->worker].name),
        max < RUN_SHARE ? max : RUN_SHARE, fm_str(ex->request->extractor),
        &d->arena, why, &ex->leases, &ex->lease_count);

    if (ex->lease_count > 0)
        d->run_dry = false;
    return e;
}

/* Every worker in line gets the same share of what waits. */
static enum fm_error serve(struct fm_dispatch *d, struct fm_exchange *list,
                           struct fm_store_writer *w, uint32_t share,
                           struct fm_why *why)
{
    enum fm_error e = FM_OK;

    for (struct fm_exchange *ex = list; e == FM_OK && ex != NULL;
         ex = ex->next) {
        uint32_t held = d->roster.workers[ex->worker].held;
        uint32_t max = ex->want < share ? ex->want : share;

        ex->lease_count = 0;
        if (held >= FM_ROSTER_HELD_MAX || fm_rpc_call_dead(ex->call))
            continue;
        if (max > FM_ROSTER_HELD_MAX - held)
            max = FM_ROSTER_HELD_MAX - held;
        if (max == 0)
            continue;
        if (d->arena.total > FM_ROUND_BYTES - EXCHANGE_BYTES)
            break;
        e = d->roster.suspect_count > 0 ? lease_warily(ex, w, max, why)
                                        : lease_some(ex, w, max, why);
        if (e != FM_OK || ex->lease_count > 0)
            continue;
        d->dry = true;
        d->dry_ms = fm_now_ms();
        if (d->run_waiting)
            e = lease_again(ex, w,
                            ex->want < FM_ROSTER_HELD_MAX - held
                                ? ex->want
                                : FM_ROSTER_HELD_MAX - held,
                            why);
        else if (d->roster.suspect_count == 0)
            break;
    }
    return e;
}

static uint32_t share_of(const struct fm_dispatch *d)
{
    uint64_t waiting = 0;
    uint64_t share;

    for (const struct fm_exchange *ex = d->line; ex != NULL; ex = ex->next)
        waiting += ex->want > 0 ? 1 : 0;
    for (const struct fm_exchange *ex = d->fresh; ex != NULL; ex = ex->next)
        waiting += ex->want > 0 ? 1 : 0;
    if (waiting == 0)
        return 0;
    share = (d->pending + waiting - 1) / waiting;
    if (share == 0)
        return 1;
    return share > FM_ROSTER_HELD_MAX ? FM_ROSTER_HELD_MAX : (uint32_t)share;
}

/* Nothing is handed out: an operator wants it, the service stops, or a reader keeps
 * the write-ahead log so long that results could not be written. */
static bool is_held(struct fm_dispatch *d, struct fm_store_writer *w)
{
    struct fm_store_counts counts;

    if (atomic_load(&d->paused) || atomic_load(&d->draining))
        return true;
    w->ops->counts(w, &counts);
    d->run_waiting = counts.run_waiting > 0;
    return counts.wal_bytes > d->options.max_wal_bytes;
}

static enum fm_error before(void *user, struct fm_store_writer *w,
                            struct fm_why *why)
{
    struct fm_dispatch *d = user;
    uint32_t share;
    enum fm_error e;

    fm_arena_reset(&d->arena);
    d->dry = false;
    e = meet_fates(d, w, why);
    if (e != FM_OK || is_held(d, w))
        return e;
    share = share_of(d);
    d->run_dry = true;
    e = serve(d, d->line, w, share, why);
    if (e == FM_OK &&
        (!d->dry || d->run_waiting || d->roster.suspect_count > 0))
        e = serve(d, d->fresh, w, share, why);
    return e;
}

/* Answers those in line who got something, or waited long enough, or asked
 * again meanwhile. */
static void answer_line(struct fm_dispatch *d, uint64_t now)
{
    bool draining = atomic_load(&d->draining);
    struct fm_exchange **at = &d->line;

    while (*at != NULL) {
        struct fm_exchange *ex = *at;
        bool again = false;

        for (const struct fm_exchange *f = d->fresh; f != NULL; f = f->next)
            again = again || (f->worker == ex->worker && f->want > 0);
        if (ex->lease_count == 0 && ex->want > 0 && !draining && !again &&
            now < ex->answer_ms && !fm_rpc_call_dead(ex->call)) {
            at = &ex->next;
            continue;
        }
        *at = ex->next;
        fm_exchange_record(ex, now);
        fm_exchange_answer(ex);
    }
}

static void answer_fresh(struct fm_dispatch *d, uint64_t now)
{
    bool draining = atomic_load(&d->draining);
    struct fm_exchange **end = &d->line;
    struct fm_exchange *next;

    while (*end != NULL)
        end = &(*end)->next;
    for (struct fm_exchange *ex = d->fresh; ex != NULL; ex = next) {
        next = ex->next;
        ex->next = NULL;
        ex->listed = false;
        if (ex->want == 0 || ex->lease_count > 0 || draining) {
            fm_exchange_record(ex, now);
            fm_exchange_answer(ex);
        } else {
            *end = ex;
            end = &ex->next;
        }
    }
    d->fresh = NULL;
}

static void after(void *user, enum fm_error error)
{
    struct fm_dispatch *d = user;
    uint64_t now = fm_now_ms();

    if (error == FM_OK) {
        fm_roster_commit(&d->roster);
        answer_line(d, now);
        answer_fresh(d, now);
        return;
    }
    fm_roster_rollback(&d->roster);
    for (struct fm_exchange *ex = d->line; ex != NULL; ex = ex->next)
        ex->lease_count = 0;
    while (d->fresh != NULL)
        fm_exchange_unlist(&d->fresh,
                           d->fresh); /* their commands are tried again */
}

static uint64_t due_ms(void *user, struct fm_store_writer *w)
{
    struct fm_dispatch *d = user;
    uint64_t now = fm_now_ms();
    uint64_t due = fm_roster_due_ms(&d->roster, now);
    struct fm_store_counts counts;

    w->ops->counts(w, &counts);
    d->pending = counts.pending;
    atomic_store(&d->active, fm_roster_active(&d->roster, now, ACTIVE_MS));
    for (const struct fm_exchange *ex = d->line; ex != NULL; ex = ex->next) {
        uint64_t left = ex->answer_ms > now ? ex->answer_ms - now : 0;

        if (left < due)
            due = left;
    }
    if (d->line != NULL && counts.run_waiting > 0 && !atomic_load(&d->paused) &&
        counts.wal_bytes <= d->options.max_wal_bytes) {
        uint64_t again = d->run_dry ? RUN_DRY_MS : 0;

        if (again < due)
            due = again;
    }
    if (d->line != NULL && counts.pending > 0 && !atomic_load(&d->paused) &&
        counts.wal_bytes <= d->options.max_wal_bytes) {
        uint64_t retry = d->dry ? w->ops->next_retry_ms(w) : 0;
        uint64_t again = d->dry_ms + DRY_MS;

        if (d->dry && again > now && retry < again - now)
            retry = again - now;
        if (retry < due)
            due = retry;
    }
    return due;
}

static uint64_t owed(void *user)
{
    const struct fm_dispatch *d = user;

    return d->roster.lease_count;
}

struct fm_committer_rounds fm_dispatch_rounds(struct fm_dispatch *dispatch)
{
    struct fm_committer_rounds rounds = {
        .user = dispatch,
        .before = before,
        .after = after,
        .due_ms = due_ms,
        .owed = owed,
    };

    return rounds;
}

/* --- from other threads ---------------------------------------------------- */

struct gone {
    struct fm_command command;
    struct fm_dispatch *dispatch;
    char name[FM_ROSTER_NAME_MAX + 1]; /* "" = all workers, in peace */
    bool peaceful;
    char error[160];
};

static enum fm_error gone_apply(struct fm_command *command,
                                struct fm_store_writer *w, struct fm_why *why)
{
    struct gone *gone = (struct gone *)command;
    struct fm_dispatch *d = gone->dispatch;
    uint32_t worker;

    (void)w;
    (void)why;
    if (gone->name[0] == '\0')
        atomic_store(&d->giving_back, true);
    if (fm_roster_enter(&d->roster, fm_str(gone->name), fm_now_ms(), &worker) !=
        FM_OK)
        return FM_OK;
    /* Its last exchange may still come: it must find nobody to serve. */
    d->roster.workers[worker].ended = true;
    fm_roster_gone(&d->roster, worker, gone->peaceful, fm_str(gone->error));
    for (struct fm_exchange *ex = d->line; ex != NULL; ex = ex->next)
        if (ex->worker == worker)
            ex->want = 0;
    return FM_OK;
}

static void gone_finish(struct fm_command *command, enum fm_error error,
                        const struct fm_why *why)
{
    (void)error; /* the lease table remembers; the next round tries again */
    (void)why;
    free(command);
}

static const struct fm_command_ops gone_ops = {gone_apply, gone_finish};

static void submit_gone(struct fm_dispatch *dispatch, const char *name,
                        bool peaceful, const char *error)
{
    struct gone *gone = calloc(1, sizeof *gone);

    if (gone == NULL)
        return; /* its leases run out by themselves */
    gone->command.ops = &gone_ops;
    gone->dispatch = dispatch;
    gone->peaceful = peaceful;
    (void)snprintf(gone->name, sizeof gone->name, "%s", name);
    (void)snprintf(gone->error, sizeof gone->error, "%s", error);
    if (fm_committer_submit(dispatch->committer, &gone->command, NULL) != FM_OK)
        free(gone);
}

void fm_dispatch_worker_gone(struct fm_dispatch *dispatch, const char *name,
                             bool peaceful, const char *error)
{
    submit_gone(dispatch, name, peaceful, error);
}

void fm_dispatch_pause(struct fm_dispatch *dispatch, bool paused)
{
    atomic_store(&dispatch->paused, paused);
    fm_committer_wake(dispatch->committer);
}

void fm_dispatch_drain(struct fm_dispatch *dispatch)
{
    atomic_store(&dispatch->draining, true);
    fm_committer_wake(dispatch->committer);
}

void fm_dispatch_give_back(struct fm_dispatch *dispatch)
{
    submit_gone(dispatch, "", true, "");
}

enum fm_error fm_dispatch_init(struct fm_dispatch *dispatch,
                               const struct fm_dispatch_options *options)
{
    memset(dispatch, 0, sizeof *dispatch);
    dispatch->options = *options;
    fm_arena_init(&dispatch->arena, (size_t)FM_ROUND_BYTES * 2);
    return fm_roster_init(&dispatch->roster, options->lease_ms);
}

void fm_dispatch_release(struct fm_dispatch *dispatch)
{
    while (dispatch->line != NULL) {
        struct fm_exchange *ex = dispatch->line;

        dispatch->line = ex->next;
        fm_rpc_fail(ex->call, FM_EUNAVAILABLE, NULL);
        free(ex);
    }
    fm_roster_release(&dispatch->roster);
    fm_arena_release(&dispatch->arena);
}
