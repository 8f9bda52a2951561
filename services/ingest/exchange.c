#include "base/clock.h"
#include "base/log.h"
#include "base/wire.h"
#include "ingest/dispatch_priv.h"

/* Results in one exchange: as many as a worker can hold, and again. */
#define RESULTS_MAX (2u * FM_ROSTER_HELD_MAX)
/* How long before its deadline a waiting exchange is answered empty. */
#define MARGIN_MS 250u

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

void fm_exchange_unlist(struct fm_exchange **list, struct fm_exchange *ex)
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
            fm_exchange_unlist(&d->fresh, ex);
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

void fm_exchange_answer(struct fm_exchange *ex)
{
    struct fm_dispatch *d = ex->dispatch;
    struct fm_buf body;

    fm_buf_init(&body, (size_t)FM_ROUND_BYTES * 2);
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

void fm_exchange_record(struct fm_exchange *ex, uint64_t now)
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

/* --- a worker asks: on the loop thread ------------------------------------- */

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
