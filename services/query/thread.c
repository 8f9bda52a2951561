#include "base/clock.h"
#include "query/query.h"

/* While the database is not there. */
#define RETRY_MS 500u

enum fm_error fm_query_thread_start(void *user, struct fm_why *why,
                                    void **ret_state)
{
    struct fm_query *query = user;
    struct fm_query_thread *thread = calloc(1, sizeof *thread);

    if (thread == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for a thread");
    thread->query = query;
    fm_arena_init(&thread->arena, FM_QUERY_ARENA);
    (void)pthread_mutex_init(&thread->lock, NULL);
    (void)pthread_mutex_lock(&query->lock);
    thread->next = query->threads;
    query->threads = thread;
    (void)pthread_mutex_unlock(&query->lock);
    *ret_state = thread;
    return FM_OK;
}

void fm_query_thread_stop(void *user, void *state)
{
    struct fm_query *query = user;
    struct fm_query_thread *thread = state;
    struct fm_query_thread **at;

    if (thread == NULL)
        return;
    (void)pthread_mutex_lock(&query->lock);
    for (at = &query->threads; *at != NULL && *at != thread; at = &(*at)->next)
        ;
    if (*at != NULL)
        *at = thread->next;
    (void)pthread_mutex_unlock(&query->lock);
    if (thread->reader != NULL)
        thread->reader->ops->close(thread->reader);
    fm_arena_release(&thread->arena);
    (void)pthread_mutex_destroy(&thread->lock);
    free(thread);
}

static enum fm_error open_reader(struct fm_query_thread *thread,
                                 struct fm_why *why)
{
    struct fm_store_reader *reader = NULL;
    enum fm_error error =
        fm_store_reader_open(thread->query->dir, why, &reader);

    if (error == FM_OK)
        error = reader->ops->secret(reader, why, thread->secret);
    if (error == FM_OK) {
        thread->reader = reader;
        return FM_OK;
    }
    if (reader != NULL)
        reader->ops->close(reader);
    if (error != FM_ENOTFOUND)
        return error;
    error = fm_fail(FM_EUNAVAILABLE, why, "NO_DATABASE",
                    "there is no database yet: start factmill-ingest");
    if (why != NULL)
        why->retry_after_ms = RETRY_MS;
    return error;
}

enum fm_error fm_query_read_begin(struct fm_query_thread *thread,
                                  uint64_t left_ms, struct fm_why *why)
{
    uint64_t limit = thread->query->max_read_ms;

    fm_arena_reset(&thread->arena);
    if (thread->reader == NULL) {
        enum fm_error error = open_reader(thread, why);

        if (error != FM_OK)
            return error;
    }
    (void)pthread_mutex_lock(&thread->lock);
    thread->reading = true;
    thread->deadline_ms = fm_now_ms() + (left_ms < limit ? left_ms : limit);
    (void)pthread_mutex_unlock(&thread->lock);
    return FM_OK;
}

void fm_query_read_end(struct fm_query_thread *thread)
{
    (void)pthread_mutex_lock(&thread->lock);
    thread->reading = false;
    (void)pthread_mutex_unlock(&thread->lock);
}

void fm_query_watchdog(void *user)
{
    struct fm_query *query = user;
    uint64_t now = fm_now_ms();

    (void)pthread_mutex_lock(&query->lock);
    for (struct fm_query_thread *thread = query->threads; thread != NULL;
         thread = thread->next) {
        (void)pthread_mutex_lock(&thread->lock);
        if (thread->reading && now > thread->deadline_ms)
            thread->reader->ops->interrupt(thread->reader);
        (void)pthread_mutex_unlock(&thread->lock);
    }
    (void)pthread_mutex_unlock(&query->lock);
}
