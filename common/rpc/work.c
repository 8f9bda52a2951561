#include "base/clock.h"
#include "rpc/server_priv.h"

#include <errno.h>

void fm_work_init(struct fm_work *work)
{
    memset(work, 0, sizeof *work);
    (void)pthread_mutex_init(&work->mutex, NULL);
    (void)pthread_cond_init(&work->cond, NULL);
}

void fm_work_release(struct fm_work *work)
{
    (void)pthread_cond_destroy(&work->cond);
    (void)pthread_mutex_destroy(&work->mutex);
    free(work->workers);
    work->workers = NULL;
    work->n = 0;
}

/* --- the queue: a ring of peers, each with its calls in order -------------- */

static void ring_add(struct fm_work *work, struct fm_rpc_peer *peer)
{
    struct fm_rpc_peer *first = work->ring;

    if (first == NULL) {
        peer->ring_next = peer;
        peer->ring_prev = peer;
        work->ring = peer;
        return;
    }
    peer->ring_next = first;
    peer->ring_prev = first->ring_prev;
    first->ring_prev->ring_next = peer;
    first->ring_prev = peer;
}

static void ring_remove(struct fm_work *work, struct fm_rpc_peer *peer)
{
    if (peer->ring_next == peer) {
        work->ring = NULL;
        return;
    }
    peer->ring_next->ring_prev = peer->ring_prev;
    peer->ring_prev->ring_next = peer->ring_next;
    if (work->ring == peer)
        work->ring = peer->ring_next;
}

static void unlink_call(struct fm_work *work, struct fm_rpc_call *call)
{
    struct fm_rpc_peer *peer = call->peer;

    if (call->ready_prev != NULL)
        call->ready_prev->ready_next = call->ready_next;
    else
        peer->ready_first = call->ready_next;
    if (call->ready_next != NULL)
        call->ready_next->ready_prev = call->ready_prev;
    else
        peer->ready_last = call->ready_prev;
    call->queued = false;
    if (peer->ready_first == NULL)
        ring_remove(work, peer);
}

void fm_work_push(struct fm_rpc_call *call)
{
    struct fm_work *work = &call->server->work;
    struct fm_rpc_peer *peer = call->peer;

    call->phase = FM_PHASE_QUEUED;
    (void)pthread_mutex_lock(&work->mutex);
    if (peer->ready_first == NULL)
        ring_add(work, peer);
    call->queued = true;
    call->ready_next = NULL;
    call->ready_prev = peer->ready_last;
    if (peer->ready_last != NULL)
        peer->ready_last->ready_next = call;
    else
        peer->ready_first = call;
    peer->ready_last = call;
    if (work->idle > 0)
        (void)pthread_cond_signal(&work->cond);
    (void)pthread_mutex_unlock(&work->mutex);
}

bool fm_work_remove(struct fm_rpc_call *call)
{
    struct fm_work *work = &call->server->work;
    bool was_queued;

    (void)pthread_mutex_lock(&work->mutex);
    was_queued = call->queued;
    if (was_queued)
        unlink_call(work, call);
    (void)pthread_mutex_unlock(&work->mutex);
    return was_queued;
}

/* The next call, NULL when the server stops. */
static struct fm_rpc_call *take(struct fm_work *work)
{
    struct fm_rpc_call *call = NULL;

    (void)pthread_mutex_lock(&work->mutex);
    while (work->ring == NULL && !work->stopping) {
        work->idle++;
        (void)pthread_cond_wait(&work->cond, &work->mutex);
        work->idle--;
    }
    if (!work->stopping) {
        struct fm_rpc_peer *peer = work->ring;

        call = peer->ready_first;
        /* Everybody gets a turn, however many calls one peer has. */
        work->ring = peer->ring_next;
        unlink_call(work, call);
    }
    (void)pthread_mutex_unlock(&work->mutex);
    return call;
}

/* --- the threads ----------------------------------------------------------- */

static void *run_worker(void *argument)
{
    struct fm_worker *worker = argument;
    struct fm_rpc_call *call;

    while ((call = take(&worker->server->work)) != NULL) {
        if (call->stream != NULL)
            fm_stream_run(call, worker->state);
        else
            fm_call_run(call, worker->state);
    }
    return NULL;
}

static enum fm_error start_worker(struct fm_rpc_server *server,
                                  struct fm_worker *worker, struct fm_why *why)
{
    const struct fm_rpc_server_options *options = &server->options;
    enum fm_error error = FM_OK;
    int failed;

    worker->server = server;
    if (options->thread_start != NULL)
        error =
            options->thread_start(options->thread_user, why, &worker->state);
    if (error != FM_OK)
        return error;
    worker->started = true;
    failed = pthread_create(&worker->thread, NULL, run_worker, worker);
    if (failed != 0)
        return fm_fail_errno(failed, why, "cannot start a thread");
    worker->running = true;
    return FM_OK;
}

enum fm_error fm_work_start(struct fm_rpc_server *server, struct fm_why *why)
{
    struct fm_work *work = &server->work;
    uint32_t n = server->options.threads;
    enum fm_error error = FM_OK;

    if (n == 0)
        return FM_OK;
    work->workers = calloc(n, sizeof *work->workers);
    if (work->workers == NULL)
        return fm_fail_errno(ENOMEM, why, "no memory for threads");
    work->n = n;
    for (uint32_t i = 0; i < n && error == FM_OK; i++)
        error = start_worker(server, &work->workers[i], why);
    return error;
}

void fm_work_stop(struct fm_rpc_server *server)
{
    const struct fm_rpc_server_options *options = &server->options;
    struct fm_work *work = &server->work;

    (void)pthread_mutex_lock(&work->mutex);
    work->stopping = true;
    (void)pthread_cond_broadcast(&work->cond);
    (void)pthread_mutex_unlock(&work->mutex);
    for (uint32_t i = 0; i < work->n; i++) {
        struct fm_worker *worker = &work->workers[i];

        if (worker->running)
            (void)pthread_join(worker->thread, NULL);
        worker->running = false;
        if (worker->started && options->thread_stop != NULL)
            options->thread_stop(options->thread_user, worker->state);
        worker->started = false;
    }
}
