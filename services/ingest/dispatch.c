#include "ingest/dispatch.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/wire.h"
#include "factmill/v1/work.pb-c.h"

/* Bodies in one reply: at the pace of reading (half a megabyte a second) more
 * would only wait in the worker. */
#define EXCHANGE_BYTES (1u << 20)
/* All bodies of one transaction: a long line of workers is served in turns. */
#define ROUND_BYTES (64u << 20)
/* Results in one exchange: as many as a worker can hold, and again. */
#define RESULTS_MAX (2u * FM_ROSTER_HELD_MAX)
/* How long before its deadline a waiting exchange is answered empty. */
#define MARGIN_MS 250u
/* After a round that could hand out nothing, look again at most so often. */
#define DRY_MS    20u
#define ACTIVE_MS 30000u

#define SETTLED(state)                                  \
 FM_METRIC(FM_METRIC_COUNTER, "factmill_settled_total", \
           "outcome=\"" state "\"",                     \
           "Results of workers by what became of them.")

struct fm_metric fm_metric_settled_done = SETTLED("done");
struct fm_metric fm_metric_settled_skipped = SETTLED("skipped");
struct fm_metric fm_metric_settled_retry = SETTLED("retry");
struct fm_metric fm_metric_settled_dead = SETTLED("dead");
struct fm_metric fm_metric_settled_stale = SETTLED("stale");
struct fm_metric fm_metric_extract_seconds =
    FM_METRIC(FM_METRIC_SECONDS, "factmill_extract_duration_seconds", NULL,
              "What workers spent on an article.");
struct fm_metric fm_metric_leases =
    FM_METRIC(FM_METRIC_COUNTER, "factmill_leases_total", NULL,
              "Articles handed to workers.");

static struct fm_metric *const by_outcome[] = {
    [FM_STORE_SETTLED_DONE] = &fm_metric_settled_done,
    [FM_STORE_SETTLED_SKIPPED] = &fm_metric_settled_skipped,
    [FM_STORE_SETTLED_RETRY] = &fm_metric_settled_retry,
    [FM_STORE_SETTLED_DEAD] = &fm_metric_settled_dead,
    [FM_STORE_SETTLED_STALE] = &fm_metric_settled_stale,
};

struct fm_exchange {
    struct fm_command command;
    struct fm_dispatch *dispatch;
    struct fm_rpc_call *call;
    const Factmill__V1__ExchangeRequest *request; /* the call's */
    char name[FM_ROSTER_NAME_MAX + 1];
    uint32_t worker;
    uint32_t want;
    uint64_t answer_ms; /* when it is answered, work or not */
    bool listed;        /* in fresh */
    struct fm_exchange *next;
    struct fm_store_lease *leases; /* in the arena, of this transaction */
    size_t lease_count;
    size_t outcome_count;
    enum fm_store_settled outcomes[]; /* of request->results */
};

/* --- results --------------------------------------------------------------- */

static enum fm_error settle(const Factmill__V1__WorkResult *result,
                            struct fm_store_writer *w, struct fm_why *why,
                            enum fm_store_settled *ret)
{
    struct fm_why fault = FM_WHY_INIT;
    enum fm_error e;

    if (result->error != NULL && result->error[0] != '\0')
        return w->ops->fail(w, result->lease, fm_str(result->error), why, ret);
    if (result->extraction == NULL) { /* handed back, not begun */
        *ret = FM_STORE_SETTLED_RETRY;
        return w->ops->give_back(w, result->lease, why);
    }
    e = w->ops->settle(w, result->lease, result->extraction, result->elapsed_us,
                       &fault, ret);
    if (fm_error_class(e) == FM_CLASS_CALLER) {
        fm_log_failure(FM_LOG_WARN, "an extraction does not fit its article", e,
                       &fault);
        return w->ops->fail(w, result->lease, fm_str(fm_why_text(&fault, e)),
                            why, ret);
    }
    if (e != FM_OK && why != NULL)
        *why = fault;
    return e;
}

static enum fm_error exchange_apply(struct fm_command *command,
                                    struct fm_store_writer *w,
                                    struct fm_why *why)
{
    struct fm_exchange *ex = (struct fm_exchange *)command;
    struct fm_dispatch *d = ex->dispatch;
    enum fm_error e =
        fm_roster_enter(&d->roster, fm_str(ex->name), fm_now_ms(), &ex->worker);

    if (e != FM_OK)
        return fm_fail(FM_EPRECONDITION, why, "TOO_MANY_WORKERS",
                       "at most %u workers can hold articles at once",
                       FM_ROSTER_WORKERS);
    for (size_t i = 0; e == FM_OK && i < ex->outcome_count; i++) {
        const Factmill__V1__WorkResult *result = ex->request->results[i];
        struct fm_roster_lease *held =
            fm_roster_held(&d->roster, ex->worker, result->lease);

        ex->outcomes[i] = FM_STORE_SETTLED_STALE;
        if (held != NULL && held->fate == FM_ROSTER_KEEP)
            e = settle(result, w, why, &ex->outcomes[i]);
        if (fm_error_class(e) == FM_CLASS_CALLER) {
            ex->outcomes[i] =
                FM_STORE_SETTLED_STALE; /* the store knows better */
            e = FM_OK;
        }
    }
    if (d->roster.workers[ex->worker].ended)
        ex->want = 0;
    if (e == FM_OK && !ex->listed) {
        struct fm_exchange **end = &d->fresh;

        while (*end != NULL)
            end = &(*end)->next;
        ex->listed = true;
        ex->next = NULL;
        *end = ex;
    }
    return e;
}

static void unlist(struct fm_exchange **list, struct fm_exchange *ex)
{
    while (*list != NULL && *list != ex)
        list = &(*list)->next;
    if (*list != NULL)
        *list = ex->next;
    ex->next = NULL;
    ex->listed = false;
}

/* After the flush: what the results mean for the table of leases. The answer is
 * given by after(), when all commands of the transaction were finished. */
static void exchange_finish(struct fm_command *command, enum fm_error error,
                            const struct fm_why *why)
{
    struct fm_exchange *ex = (struct fm_exchange *)command;
    struct fm_dispatch *d = ex->dispatch;
    uint64_t now = fm_now_ms();

    if (error != FM_OK) {
        if (ex->listed)
            unlist(&d->fresh, ex);
        fm_rpc_fail(ex->call, error, why);
        free(ex);
        return;
    }
    for (size_t i = 0; i < ex->outcome_count; i++) {
        const Factmill__V1__WorkResult *result = ex->request->results[i];

        fm_metric_add(by_outcome[ex->outcomes[i]], 1);
        if (fm_roster_held(&d->roster, ex->worker, result->lease) == NULL)
            continue;
        fm_roster_settled(&d->roster, result->lease, now);
        d->dry = false; /* who holds less may be served now */
        if (result->extraction != NULL) {
            fm_metric_observe_us(&fm_metric_extract_seconds,
                                 result->elapsed_us);
            fm_rate_add(d->options.rate, 1);
        }
    }
}

static const struct fm_command_ops exchange_ops = {exchange_apply,
                                                   exchange_finish};

/* --- answers --------------------------------------------------------------- */

static void write_lease(const struct fm_dispatch *d,
                        const struct fm_store_lease *lease, struct fm_buf *body)
{
    struct fm_buf head;

    fm_buf_init(&head, 128);
    fm_wire_u64(&head, 1, lease->lease);
    fm_wire_u64(&head, 3, lease->version);
    fm_wire_u64(&head, 4, lease->attempt);
    fm_wire_u64(&head, 5, d->options.lease_ms);
    /* Field 2, the article: its tag and length here, its bytes as stored. */
    fm_wire_varint(&head, 2u << 3 | 2u);
    fm_wire_varint(&head, lease->body.len);
    fm_wire_bytes2(body, 1, fm_buf_view(&head), lease->body);
    fm_buf_release(&head);
}

static void answer(struct fm_exchange *ex)
{
    struct fm_dispatch *d = ex->dispatch;
    struct fm_buf body;

    fm_buf_init(&body, (size_t)ROUND_BYTES * 2);
    for (size_t i = 0; i < ex->lease_count; i++)
        write_lease(d, &ex->leases[i], &body);
    for (size_t i = 0; i < ex->outcome_count; i++)
        if (ex->outcomes[i] == FM_STORE_SETTLED_STALE)
            fm_wire_u64(&body, 2, ex->request->results[i]->lease);
    if (atomic_load(&d->draining))
        fm_wire_u64(&body, 3, 1);
    if (fm_buf_error(&body) != FM_OK)
        fm_rpc_fail(ex->call, fm_buf_error(&body), NULL);
    else
        fm_rpc_reply(ex->call, &body);
    fm_buf_release(&body);
    free(ex);
}

/* New leases enter the table; those of a caller that is gone go back. */
static void record(struct fm_exchange *ex, uint64_t now)
{
    struct fm_dispatch *d = ex->dispatch;
    bool dead = fm_rpc_call_dead(ex->call);

    for (size_t i = 0; i < ex->lease_count; i++) {
        const struct fm_store_lease *lease = &ex->leases[i];
        struct fm_roster_lease *held;

        if (fm_roster_add(&d->roster, ex->worker, lease->lease, lease->sequence,
                          now) != FM_OK)
            continue; /* out of memory: its result will be refused */
        held = fm_roster_held(&d->roster, ex->worker, lease->lease);
        if (dead && held != NULL)
            held->fate = FM_ROSTER_GIVE_BACK;
    }
    fm_metric_add(&fm_metric_leases, ex->lease_count);
}

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

/* While articles are under suspicion: one by one, and a suspect only to a worker
 * that holds nothing else. */
static enum fm_error lease_warily(struct fm_exchange *ex,
                                  struct fm_store_writer *w, uint32_t max,
                                  struct fm_why *why)
{
    struct fm_dispatch *d = ex->dispatch;
    struct fm_store_lease *all = fm_arena_array(&d->arena, max, sizeof *all);
    bool busy = d->roster.workers[ex->worker].held > 0;
    bool stop = all == NULL || fm_roster_holds_suspect(&d->roster, ex->worker);
    size_t n = 0;
    enum fm_error e = FM_OK;

    while (e == FM_OK && !stop && n < max) {
        bool suspect;

        ex->lease_count = 0;
        e = lease_some(ex, w, 1, why);
        if (e != FM_OK || ex->lease_count == 0)
            break;
        suspect = fm_roster_suspected(&d->roster, ex->leases[0].sequence);
        stop = suspect;
        if (suspect && (busy || n > 0))
            e = w->ops->give_back(w, ex->leases[0].lease, why);
        else
            all[n++] = ex->leases[0];
    }
    ex->leases = all;
    ex->lease_count = n;
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
        if (d->arena.total > ROUND_BYTES - EXCHANGE_BYTES)
            break;
        e = d->roster.suspect_count > 0 ? lease_warily(ex, w, max, why)
                                        : lease_some(ex, w, max, why);
        if (ex->lease_count == 0) {
            d->dry = true;
            d->dry_ms = fm_now_ms();
            if (d->roster.suspect_count == 0)
                break;
        }
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
static bool is_held(const struct fm_dispatch *d, struct fm_store_writer *w)
{
    struct fm_store_counts counts;

    if (atomic_load(&d->paused) || atomic_load(&d->draining))
        return true;
    w->ops->counts(w, &counts);
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
    e = serve(d, d->line, w, share, why);
    if (e == FM_OK && (!d->dry || d->roster.suspect_count > 0))
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
        record(ex, now);
        answer(ex);
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
            record(ex, now);
            answer(ex);
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
        unlist(&d->fresh, d->fresh); /* their commands are tried again */
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

/* A worker that came with a key is "CLIENT/WORKER": one client cannot return what
 * another holds. */
static enum fm_error name_worker(const struct fm_rpc_call *call,
                                 const Factmill__V1__ExchangeRequest *request,
                                 struct fm_why *why,
                                 char ret[FM_ROSTER_NAME_MAX + 1])
{
    const char *client = fm_rpc_call_principal(call);
    bool local = strcmp(client, FM_PRINCIPAL_LOCAL) == 0;
    int n = snprintf(ret, FM_ROSTER_NAME_MAX + 1, "%s%s%s", local ? "" : client,
                     local ? "" : "/", request->worker);

    if (request->worker[0] == '\0' || n > (int)FM_ROSTER_NAME_MAX)
        return fm_fail_field(FM_EINVAL, why, "worker", "WORKER_NAME",
                             "worker must be 1 to %u bytes long, with the name "
                             "of its client in front",
                             FM_ROSTER_NAME_MAX);
    return FM_OK;
}

static enum fm_error check(const Factmill__V1__ExchangeRequest *request,
                           struct fm_why *why)
{
    if (request->n_results > RESULTS_MAX)
        return fm_fail_field(FM_EINVAL, why, "results", "RESULTS_TOO_MANY",
                             "results holds %zu; at most %u are accepted",
                             request->n_results, RESULTS_MAX);
    return FM_OK;
}

void fm_dispatch_exchange(void *user, void *thread_state,
                          struct fm_rpc_call *call,
                          const ProtobufCMessage *message)
{
    const Factmill__V1__ExchangeRequest *request =
        (const Factmill__V1__ExchangeRequest *)message;
    struct fm_dispatch *d = user;
    struct fm_why why = FM_WHY_INIT;
    struct fm_exchange *ex = NULL;
    uint64_t left = fm_rpc_call_left_ms(call);
    enum fm_error e = check(request, &why);

    (void)thread_state;
    if (e == FM_OK) {
        ex = calloc(1, sizeof *ex + request->n_results * sizeof *ex->outcomes);
        if (ex == NULL)
            e = FM_ENOMEM;
    }
    if (e == FM_OK)
        e = name_worker(call, request, &why, ex->name);
    if (e == FM_OK) {
        ex->command.ops = &exchange_ops;
        ex->command.bytes = fm_rpc_call_body(call).len + sizeof *ex;
        ex->command.results = (uint32_t)request->n_results;
        ex->command.patient = true;
        ex->command.hurry = request->in_hand == 0;
        ex->dispatch = d;
        ex->call = call;
        ex->request = request;
        ex->want = request->want;
        ex->outcome_count = request->n_results;
        ex->answer_ms =
            fm_now_ms() + left - (left / 2 < MARGIN_MS ? left / 2 : MARGIN_MS);
        e = fm_committer_submit(d->committer, &ex->command, &why);
    }
    if (e == FM_OK)
        return;
    free(ex);
    fm_rpc_fail(call, e, &why);
}

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
    fm_arena_init(&dispatch->arena, (size_t)ROUND_BYTES * 2);
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
