#include "query/hub.h"

#include "base/clock.h"
#include "base/log.h"
#include "query/metrics.h"

/* Facts looked at before watchers are woken. */
#define BATCH 512u
/* Between looks for new changes: the second when nothing has come for a while.
 * A look costs some microseconds. */
#define LOOK_MS      2u
#define LOOK_LAZY_MS 16u
/* After a failure of the store. */
#define RETRY_MS 500u
/* A client that has not heard of so many changes for so long is told how far
 * the store is, so that its token does not grow old. */
#define REMIND_CHANGES 1000u
#define REMIND_MS      10000u

struct fm_hub {
    struct fm_query *query;
    struct fm_rpc_server *server;
    uint64_t max;
    pthread_t thread;
    bool started;

    pthread_mutex_t lock; /* held for moments only */
    pthread_cond_t cond;
    bool stopping;
    uint64_t count; /* watchers, in every state */
    uint64_t position;
    struct fm_watcher *joining;
    struct fm_watcher *leaving;

    /* Of the thread alone. */
    struct fm_store_feed *feed;
    struct fm_watcher *live;
    struct fm_watcher *rung;
    uint64_t live_count;
    uint64_t wait_ms;
    uint64_t reminded_ms;
    bool failing; /* it was logged */
};

static void lock(struct fm_hub *hub)
{
    (void)pthread_mutex_lock(&hub->lock);
}

static void unlock(struct fm_hub *hub)
{
    (void)pthread_mutex_unlock(&hub->lock);
}

/* --- watchers, any thread -------------------------------------------------------------- */

static Factmill__V1__FactFilter *
copy_filter(const Factmill__V1__FactFilter *filter)
{
    Factmill__V1__FactFilter none;
    Factmill__V1__FactFilter *copy;
    uint8_t *bytes;

    factmill__v1__fact_filter__init(&none);
    if (filter == NULL)
        filter = &none;
    bytes = malloc(factmill__v1__fact_filter__get_packed_size(filter) + 1);
    if (bytes == NULL)
        return NULL;
    copy = factmill__v1__fact_filter__unpack(
        NULL, factmill__v1__fact_filter__pack(filter, bytes), bytes);
    free(bytes);
    return copy;
}

static void destroy(struct fm_watcher *watcher)
{
    if (watcher == NULL)
        return;
    if (watcher->filter != NULL)
        factmill__v1__fact_filter__free_unpacked(watcher->filter, NULL);
    free(watcher);
}

enum fm_error fm_hub_watcher_new(struct fm_hub *hub, uint64_t handle,
                                 const Factmill__V1__FactFilter *filter,
                                 struct fm_why *why,
                                 struct fm_watcher **ret_watcher)
{
    struct fm_watcher *watcher;
    bool full;

    lock(hub);
    full = hub->count >= hub->max;
    hub->count += full ? 0 : 1;
    unlock(hub);
    if (full) {
        (void)fm_fail(FM_EBUSY, why, "TOO_MANY_WATCHES",
                      "there are %llu watches already (--max-watches)",
                      (unsigned long long)hub->max);
        why->retry_after_ms = RETRY_MS;
        return FM_EBUSY;
    }
    watcher = calloc(1, sizeof *watcher);
    if (watcher != NULL)
        watcher->filter = copy_filter(filter);
    if (watcher == NULL || watcher->filter == NULL) {
        destroy(watcher);
        lock(hub);
        hub->count--;
        unlock(hub);
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for a watch");
    }
    watcher->handle = handle;
    watcher->told_ms = fm_now_ms();
    fm_metric_add(&fm_query_watches, 1);
    *ret_watcher = watcher;
    return FM_OK;
}

void fm_hub_watcher_free(struct fm_hub *hub, struct fm_watcher *watcher)
{
    bool known;

    if (watcher == NULL)
        return;
    lock(hub);
    hub->count--;
    known = watcher->known;
    if (known) {
        watcher->gone = true;
        watcher->next_leaving = hub->leaving;
        hub->leaving = watcher;
        (void)pthread_cond_signal(&hub->cond);
    }
    unlock(hub);
    fm_metric_add(&fm_query_watches, UINT64_MAX); /* one less */
    if (!known)
        destroy(watcher);
}

void fm_hub_join(struct fm_hub *hub, struct fm_watcher *watcher)
{
    lock(hub);
    watcher->state = FM_WATCHER_JOINING;
    watcher->known = true;
    watcher->next_joining = hub->joining;
    hub->joining = watcher;
    (void)pthread_cond_signal(&hub->cond);
    unlock(hub);
}

static void take_notes(struct fm_hub *hub, struct fm_watcher *watcher,
                       struct fm_hub_news *news)
{
    memcpy(news->notes, watcher->notes,
           watcher->note_count * sizeof watcher->notes[0]);
    news->note_count = watcher->note_count;
    watcher->note_count = 0;
    /* What did not fit was not noted. */
    news->position = watcher->overrun ? 0 : hub->position;
    news->remind = news->note_count == 0 && !watcher->overrun &&
                   hub->position > watcher->told + REMIND_CHANGES &&
                   fm_now_ms() > watcher->told_ms + REMIND_MS;
    if (watcher->overrun && !watcher->known) {
        watcher->overrun = false;
        watcher->state = FM_WATCHER_APART;
    }
}

void fm_hub_take(struct fm_hub *hub, struct fm_watcher *watcher,
                 uint64_t read_to, struct fm_hub_news *ret_news)
{
    memset(ret_news, 0, sizeof *ret_news);
    lock(hub);
    ret_news->state = watcher->state;
    ret_news->joined = watcher->joined;
    ret_news->error = watcher->error;
    ret_news->why = watcher->why;
    if (watcher->state == FM_WATCHER_LIVE && watcher->error == FM_OK &&
        read_to >= watcher->joined)
        take_notes(hub, watcher, ret_news);
    unlock(hub);
}

void fm_hub_told(struct fm_hub *hub, struct fm_watcher *watcher,
                 uint64_t number)
{
    lock(hub);
    watcher->told = number;
    watcher->told_ms = fm_now_ms();
    unlock(hub);
}

/* --- the thread: who is to be woken ----------------------------------------------------- */

/* Watchers that have ended stay until the end of the round: see reap. */
static void ring(struct fm_hub *hub, struct fm_watcher *watcher)
{
    if (watcher->rung)
        return;
    watcher->rung = true;
    watcher->next_rung = hub->rung;
    hub->rung = watcher;
}

static void unlink_live(struct fm_hub *hub, struct fm_watcher *watcher)
{
    if (watcher->live_link == NULL)
        return;
    *watcher->live_link = watcher->next_live;
    if (watcher->next_live != NULL)
        watcher->next_live->live_link = watcher->live_link;
    watcher->live_link = NULL;
    hub->feed->ops->remove(hub->feed, watcher->id);
    hub->live_count--;
}

/* Wakes all that were rung; those that were overrun fall apart. */
static void wake(struct fm_hub *hub)
{
    while (hub->rung != NULL) {
        struct fm_watcher *watcher = hub->rung;
        uint64_t handle = watcher->handle;

        hub->rung = watcher->next_rung;
        watcher->rung = false;
        if (watcher->overrun || watcher->error != FM_OK) {
            unlink_live(hub, watcher);
            lock(hub);
            watcher->known = watcher->gone;
            unlock(hub);
        }
        /* From here on it may be freed. */
        fm_rpc_stream_wake(hub->server, handle);
    }
}

/* --- the thread: coming and going -------------------------------------------------------- */

static void refuse(struct fm_hub *hub, struct fm_watcher *watcher,
                   enum fm_error error, const struct fm_why *why)
{
    lock(hub);
    watcher->error = error;
    watcher->why = *why;
    unlock(hub);
    ring(hub, watcher);
}

static void let_in(struct fm_hub *hub, struct fm_watcher *watcher)
{
    struct fm_why why = FM_WHY_INIT;
    enum fm_error error = FM_OK;
    uint64_t position = hub->position;

    /* With nobody live, nobody looked. */
    if (hub->live_count == 0)
        error = hub->feed->ops->sequence(hub->feed, &why, &position);
    if (error == FM_OK)
        error = hub->feed->ops->add(hub->feed, watcher->filter, watcher, &why,
                                    &watcher->id);
    if (error != FM_OK) {
        refuse(hub, watcher, error, &why);
        return;
    }
    watcher->next_live = hub->live;
    watcher->live_link = &hub->live;
    if (hub->live != NULL)
        hub->live->live_link = &watcher->next_live;
    hub->live = watcher;
    hub->live_count++;
    lock(hub);
    hub->position = position;
    watcher->joined = position;
    watcher->state = FM_WATCHER_LIVE;
    unlock(hub);
    ring(hub, watcher);
}

static void reap(struct fm_hub *hub, struct fm_watcher *leaving)
{
    while (leaving != NULL) {
        struct fm_watcher *next = leaving->next_leaving;

        unlink_live(hub, leaving);
        destroy(leaving);
        leaving = next;
    }
}

static enum fm_error open_feed(struct fm_hub *hub, struct fm_why *why)
{
    enum fm_error error = fm_store_feed_open(hub->query->dir, why, &hub->feed);

    return error == FM_ENOTFOUND
               ? fm_fail(FM_EUNAVAILABLE, why, "NO_DATABASE",
                         "there is no database yet: start factmill-ingest")
               : error;
}

/* Who came and who went since the last round. */
static void receive(struct fm_hub *hub)
{
    struct fm_why why = FM_WHY_INIT;
    struct fm_watcher *joining;
    struct fm_watcher *leaving;
    enum fm_error error = FM_OK;

    lock(hub);
    joining = hub->joining;
    leaving = hub->leaving;
    hub->joining = NULL;
    hub->leaving = NULL;
    unlock(hub);
    if (joining != NULL && hub->feed == NULL)
        error = open_feed(hub, &why);
    for (; joining != NULL; joining = joining->next_joining) {
        if (error == FM_OK)
            let_in(hub, joining);
        else
            refuse(hub, joining, error, &why);
    }
    wake(hub);
    reap(hub, leaving);
}

/* --- the thread: changes ------------------------------------------------------------------ */

static void note(void *user, const struct fm_store_match *match)
{
    struct fm_hub *hub = user;
    struct fm_watcher *watcher = match->watch;

    lock(hub);
    if (match->error != FM_OK) {
        watcher->error = match->error;
        watcher->why = *match->why;
    } else if (watcher->note_count == FM_HUB_NOTES) {
        watcher->overrun = true;
    } else if (!watcher->overrun) {
        watcher->notes[watcher->note_count++] = match->number;
    }
    unlock(hub);
    ring(hub, watcher);
}

/* Everything may have been missed: all go on by themselves. */
static void overrun_all(struct fm_hub *hub)
{
    for (struct fm_watcher *w = hub->live; w != NULL; w = w->next_live) {
        lock(hub);
        w->overrun = true;
        unlock(hub);
        ring(hub, w);
    }
    wake(hub);
}

static void fail(struct fm_hub *hub, enum fm_error error,
                 const struct fm_why *why)
{
    if (!hub->failing)
        fm_log_failure(FM_LOG_WARN, "cannot follow the changes", error, why);
    hub->failing = true;
    hub->wait_ms = RETRY_MS;
    overrun_all(hub);
}

/* Looks once; *ret_more: there may be more at once. */
static void look(struct fm_hub *hub, bool *ret_more)
{
    struct fm_why why = FM_WHY_INIT;
    uint64_t begin = hub->position;
    uint64_t at = begin;
    uint64_t last = 0;
    bool more = false;
    enum fm_error error = hub->feed->ops->sequence(hub->feed, &why, &last);

    *ret_more = false;
    if (error == FM_OK && last > at) {
        uint64_t us = fm_now_us();

        error = hub->feed->ops->advance(hub->feed, BATCH, note, hub, &why, &at,
                                        &more);
        fm_metric_add(&fm_query_followed, at - begin);
        fm_metric_observe_us(&fm_query_follow, fm_now_us() - us);
    }
    lock(hub);
    hub->position = at;
    unlock(hub);
    wake(hub);
    if (error != FM_OK) {
        fail(hub, error, &why);
        return;
    }
    hub->failing = false;
    *ret_more = more;
    if (at > begin)
        hub->wait_ms = LOOK_MS;
    else if (hub->wait_ms < LOOK_LAZY_MS)
        hub->wait_ms++;
    else
        hub->wait_ms = LOOK_LAZY_MS;
}

static void remind(struct fm_hub *hub)
{
    uint64_t now = fm_now_ms();

    if (now < hub->reminded_ms + REMIND_MS)
        return;
    hub->reminded_ms = now;
    for (struct fm_watcher *w = hub->live; w != NULL; w = w->next_live) {
        bool due;

        lock(hub);
        due = hub->position > w->told + REMIND_CHANGES;
        unlock(hub);
        if (due)
            ring(hub, w);
    }
    wake(hub);
}

/* Until somebody joins or leaves, or it is time to look. */
static void wait(struct fm_hub *hub)
{
    struct timespec until;

    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += (long)hub->wait_ms * 1000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    lock(hub);
    while (!hub->stopping && hub->joining == NULL && hub->leaving == NULL) {
        int rc = hub->live_count == 0
                     ? pthread_cond_wait(&hub->cond, &hub->lock)
                     : pthread_cond_timedwait(&hub->cond, &hub->lock, &until);

        if (rc != 0)
            break;
    }
    unlock(hub);
}

static bool stopping(struct fm_hub *hub)
{
    bool stop;

    lock(hub);
    stop = hub->stopping;
    unlock(hub);
    return stop;
}

static void *run(void *argument)
{
    struct fm_hub *hub = argument;

    hub->wait_ms = LOOK_MS;
    while (!stopping(hub)) {
        bool more = false;

        receive(hub);
        if (hub->live_count > 0) {
            look(hub, &more);
            remind(hub);
        }
        if (!more)
            wait(hub);
    }
    return NULL;
}

/* --- life -------------------------------------------------------------------------------- */

enum fm_error fm_hub_new(struct fm_query *query, uint64_t max_watches,
                         struct fm_why *why, struct fm_hub **ret_hub)
{
    struct fm_hub *hub = calloc(1, sizeof *hub);
    pthread_condattr_t attr;

    if (hub == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for watches");
    hub->query = query;
    hub->max = max_watches;
    (void)pthread_mutex_init(&hub->lock, NULL);
    (void)pthread_condattr_init(&attr);
    (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&hub->cond, &attr);
    (void)pthread_condattr_destroy(&attr);
    *ret_hub = hub;
    return FM_OK;
}

enum fm_error fm_hub_start(struct fm_hub *hub, struct fm_rpc_server *server,
                           struct fm_why *why)
{
    int rc;

    hub->server = server;
    rc = pthread_create(&hub->thread, NULL, run, hub);
    if (rc != 0)
        return fm_fail_errno(rc, why, "cannot start a thread");
    hub->started = true;
    return FM_OK;
}

struct fm_rpc_server *fm_hub_server(const struct fm_hub *hub)
{
    return hub->server;
}

void fm_hub_stop(struct fm_hub *hub)
{
    if (hub == NULL || !hub->started)
        return;
    lock(hub);
    hub->stopping = true;
    (void)pthread_cond_signal(&hub->cond);
    unlock(hub);
    (void)pthread_join(hub->thread, NULL);
    hub->started = false;
}

void fm_hub_free(struct fm_hub *hub)
{
    if (hub == NULL)
        return;
    reap(hub, hub->leaving);
    if (hub->feed != NULL)
        hub->feed->ops->close(hub->feed);
    (void)pthread_cond_destroy(&hub->cond);
    (void)pthread_mutex_destroy(&hub->lock);
    free(hub);
}
