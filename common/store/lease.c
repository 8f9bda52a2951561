#include "base/clock.h"
#include "store/content.h"
#include "store/reprocess_priv.h"

#define PENDING FACTMILL__V1__ARTICLE_STATE__PENDING
#define LEASED  FACTMILL__V1__ARTICLE_STATE__LEASED
#define SKIPPED FACTMILL__V1__ARTICLE_STATE__SKIPPED

/* Leases in one call: more than a worker can use, and it bounds the step. */
#define LEASES_MAX 1024u
#define WORKER_MAX 128u
#define ERROR_MAX  4096u
/* So often the writer may end while a worker has an article. */
#define INTERRUPTED_MAX 10

/* Wait after the first, second … failed attempt. */
static const int64_t backoff_us[] = {1000000, 10000000, 60000000, 600000000};

#define BACKOFFS (sizeof backoff_us / sizeof backoff_us[0])

static int64_t backoff(uint32_t attempts)
{
    size_t i = attempts > 0 ? attempts - 1 : 0;

    return backoff_us[i < BACKOFFS ? i : BACKOFFS - 1];
}

/* An article chosen to be leased. */
struct chosen {
    int64_t sequence;
    uint32_t version;
    uint32_t attempts;
    int64_t size;
};

struct choice {
    struct chosen *items;
    size_t n;
    size_t max;
    int64_t bytes_left;
};

static enum fm_error choose(struct fm_stmt *st, struct choice *c,
                            struct fm_why *why)
{
    bool row = false;
    enum fm_error e;

    while ((e = fm_stmt_step(st, why, &row)) == FM_OK && row) {
        struct chosen *item = &c->items[c->n];

        item->sequence = fm_stmt_col_int(st, 0);
        item->version = (uint32_t)fm_stmt_col_int(st, 1);
        item->attempts = (uint32_t)fm_stmt_col_int(st, 2);
        item->size = fm_stmt_col_int(st, 3);
        if (c->n > 0 && item->size > c->bytes_left) {
            c->max = c->n;
            break;
        }
        c->bytes_left -= item->size;
        c->n++;
    }
    fm_stmt_reset(st);
    return e;
}

/* What cannot be read any more does not keep the others from being read. */
static enum fm_error bury_damaged(struct fm_writer *w,
                                  const struct chosen *item,
                                  const struct fm_why *cause,
                                  struct fm_why *why)
{
    char reason[600];

    (void)snprintf(reason, sizeof reason, "DATA_LOSS: %s", cause->text);
    return fm_dead_damaged(w, item->sequence, item->size, fm_str(reason), why);
}

/* Those that failed before and are due come first: they are older, and there
 * are never many of them, for their attempts are counted. One that waits for
 * longer than any back-off was put off by a clock that has been set back. */
static enum fm_error choose_all(struct fm_writer *w, struct choice *c,
                                struct fm_why *why)
{
    int64_t now = fm_wall_us();
    struct fm_stmt *st = fm_sql(w, FM_SQL_WAITING_RETRY);
    enum fm_error e;

    fm_stmt_int(st, 1, now);
    fm_stmt_int(st, 2, now + backoff_us[BACKOFFS - 1]);
    fm_stmt_int(st, 3, (int64_t)c->max);
    e = choose(st, c, why);
    if (e != FM_OK || c->n >= c->max)
        return e;
    st = fm_sql(w, FM_SQL_WAITING_FRESH);
    fm_stmt_int(st, 1, (int64_t)(c->max - c->n));
    return choose(st, c, why);
}

enum fm_error fm_lease_body(struct fm_writer *w, int64_t sequence,
                            struct fm_arena *arena, struct fm_why *why,
                            struct fm_str *ret)
{
    struct fm_stmt *st = fm_sql(w, FM_SQL_BODY_READ);
    struct fm_str view;
    bool row = false;
    char *copy;
    enum fm_error e;

    fm_stmt_int(st, 1, sequence);
    e = fm_stmt_step(st, why, &row);
    if (e != FM_OK)
        return e;
    if (!row)
        return fm_fail(FM_ECORRUPT, why, "STORE_CORRUPT",
                       "article %lld has lost its body", (long long)sequence);
    view = fm_stmt_col_str(st, 0);
    if (!fm_content_is(view, fm_stmt_col_str(st, 1))) {
        fm_stmt_reset(st);
        return fm_fail(FM_ECORRUPT, why, "STORE_CORRUPT",
                       "the bytes of article %lld are not those that came",
                       (long long)sequence);
    }
    copy = fm_arena_copy(arena, view);
    if (copy != NULL)
        *ret = fm_str_n(copy, view.len);
    fm_stmt_reset(st);
    return copy != NULL
               ? FM_OK
               : fm_fail(arena->failed, why, NULL,
                         "no room for an article of %zu bytes", view.len);
}

/* *ret_taken false: it is a dead letter now. */
static enum fm_error take(struct fm_writer *w, const struct chosen *item,
                          struct fm_str worker, struct fm_arena *arena,
                          struct fm_why *why, struct fm_store_lease *ret,
                          bool *ret_taken)
{
    struct fm_stmt *st = fm_sql(w, FM_SQL_LEASE);
    struct fm_why cause = FM_WHY_INIT;
    enum fm_error e =
        fm_lease_body(w, item->sequence, arena, &cause, &ret->body);

    *ret_taken = e == FM_OK;
    if (e == FM_ECORRUPT)
        return bury_damaged(w, item, &cause, why);
    if (e != FM_OK && why != NULL)
        *why = cause;
    if (e != FM_OK)
        return e;
    w->lease_last++;
    fm_stmt_int(st, 1, item->sequence);
    fm_stmt_int(st, 2, w->lease_last);
    fm_stmt_text(st, 3, worker);
    fm_stmt_int(st, 4, fm_writer_now(w));
    e = fm_stmt_run(st, why);
    if (e != FM_OK)
        return e;
    fm_tally_move(&w->tally, PENDING, LEASED, item->size);
    ret->lease = (uint64_t)w->lease_last;
    ret->sequence = (uint64_t)item->sequence;
    ret->version = item->version;
    ret->attempt = item->attempts + 1;
    return FM_OK;
}

enum fm_error fm_lease_take(struct fm_writer *w,
                            const struct fm_lease_call *call,
                            struct fm_arena *arena, struct fm_why *why,
                            struct fm_store_lease **ret_leases, size_t *ret_n)
{
    struct choice c = {.max = call->max < LEASES_MAX ? call->max : LEASES_MAX};
    struct fm_store_lease *leases;
    struct fm_str worker;
    size_t n = 0;
    enum fm_error e;

    c.bytes_left =
        call->max_bytes < INT64_MAX ? (int64_t)call->max_bytes : INT64_MAX;
    fm_arena_reset(&w->arena);
    worker = fm_dead_text(call->worker, WORKER_MAX, &w->arena);
    /* One more than max: choose() reads a row before it declines it. */
    c.items = fm_arena_array(&w->arena, c.max + 1, sizeof *c.items);
    leases = fm_arena_array(arena, c.max + 1, sizeof *leases);
    if (c.items == NULL || leases == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for %zu leases", c.max);
    e = c.max > 0 ? choose_all(w, &c, why) : FM_OK;
    for (size_t i = 0; e == FM_OK && i < c.n; i++) {
        bool taken = false;

        e = take(w, &c.items[i], worker, arena, why, &leases[n], &taken);
        n += taken ? 1 : 0;
    }
    if (e != FM_OK)
        return e;
    *ret_leases = leases;
    *ret_n = n;
    return FM_OK;
}

static struct fm_str keep(struct fm_arena *arena, struct fm_str s)
{
    return fm_str_n(fm_arena_copy(arena, s), s.len);
}

enum fm_error fm_lease_find(struct fm_writer *w, int64_t lease,
                            struct fm_arena *arena, struct fm_why *why,
                            bool *ret_found, struct fm_leased *ret)
{
    struct fm_stmt *st = fm_sql(w, FM_SQL_LEASED);
    bool row = false;
    enum fm_error e;

    fm_stmt_int(st, 1, lease);
    e = fm_stmt_step(st, why, &row);
    *ret_found = row;
    if (e != FM_OK || !row)
        return e;
    ret->sequence = fm_stmt_col_int(st, 0);
    ret->source = fm_stmt_col_int(st, 1);
    ret->id = keep(arena, fm_stmt_col_str(st, 2));
    ret->version = (uint32_t)fm_stmt_col_int(st, 3);
    ret->attempts = (uint32_t)fm_stmt_col_int(st, 4);
    ret->published_us = fm_stmt_col_int_or(st, 5, INT64_MIN);
    ret->worker = keep(arena, fm_stmt_col_str(st, 6));
    ret->leased_us = fm_stmt_col_int(st, 7);
    ret->size = fm_stmt_col_int(st, 8);
    ret->source_name = keep(arena, fm_stmt_col_str(st, 9));
    fm_stmt_reset(st);
    if (ret->id.data == NULL || ret->worker.data == NULL ||
        ret->source_name.data == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for a lease");
    st = fm_sql(w, FM_SQL_NEWER);
    fm_stmt_text(st, 1, ret->id);
    fm_stmt_int(st, 2, ret->source);
    fm_stmt_int(st, 3, ret->version);
    return fm_stmt_number(st, why, &ret->superseded, &(int64_t){0});
}

static enum fm_error wait_again(struct fm_writer *w,
                                const struct fm_leased *row, bool counted,
                                int64_t not_before_us, struct fm_str reason,
                                struct fm_why *why)
{
    struct fm_stmt *st = fm_sql(w, FM_SQL_WAIT_AGAIN);
    enum fm_error e;

    fm_stmt_int(st, 1, row->sequence);
    fm_stmt_int(st, 2, counted ? 0 : 1);
    fm_stmt_int(st, 3, not_before_us);
    if (reason.len > 0)
        fm_stmt_text(st, 4, reason);
    else
        fm_stmt_null(st, 4);
    e = fm_stmt_run(st, why);
    if (e == FM_OK)
        fm_tally_move(&w->tally, LEASED, PENDING, row->size);
    return e;
}

static enum fm_error fail_found(struct fm_writer *w,
                                const struct fm_leased *row,
                                struct fm_str error, int64_t not_before_us,
                                struct fm_why *why, enum fm_store_settled *ret)
{
    enum fm_error e = fm_dead_attempt(w, row, error, why);

    if (e != FM_OK)
        return e;
    if (row->superseded) {
        *ret = FM_STORE_SETTLED_STALE;
        return fm_inbox_end(w, row->sequence, row->size, LEASED, SKIPPED,
                            fm_str("superseded"), why);
    }
    if (row->attempts >= w->max_attempts) {
        *ret = FM_STORE_SETTLED_DEAD;
        return fm_dead_article(w, row, error, why);
    }
    *ret = FM_STORE_SETTLED_RETRY;
    return wait_again(w, row, true, not_before_us, error, why);
}

enum fm_error fm_lease_fail(struct fm_writer *w, int64_t lease,
                            struct fm_str error, struct fm_why *why,
                            enum fm_store_settled *ret)
{
    struct fm_leased row = {0};
    bool found = false;
    enum fm_error e;

    fm_arena_reset(&w->arena);
    e = fm_lease_find(w, lease, &w->arena, why, &found, &row);
    if (e != FM_OK)
        return e;
    if (!found)
        return fm_run_fail(w, lease, error, true, why, ret);
    return fail_found(w, &row, fm_dead_text(error, ERROR_MAX, &w->arena),
                      fm_wall_us() + backoff(row.attempts), why, ret);
}

enum fm_error fm_lease_fail_worker(struct fm_writer *w, struct fm_str worker,
                                   struct fm_str error, struct fm_why *why,
                                   uint64_t *ret_n)
{
    enum fm_store_settled settled;
    bool found = true;
    uint64_t n = 0;
    enum fm_error e = FM_OK;

    while (e == FM_OK) {
        struct fm_stmt *st = fm_sql(w, FM_SQL_LEASES_OF);
        int64_t lease = 0;

        fm_arena_reset(&w->arena);
        fm_stmt_text(st, 1, fm_dead_text(worker, WORKER_MAX, &w->arena));
        e = fm_stmt_number(st, why, &found, &lease);
        if (e != FM_OK || !found)
            break;
        e = fm_lease_fail(w, lease, error, why, &settled);
        n++;
    }
    if (e == FM_OK)
        *ret_n = n;
    return e;
}

enum fm_error fm_lease_give_back(struct fm_writer *w, int64_t lease,
                                 struct fm_why *why)
{
    enum fm_store_settled settled;
    struct fm_leased row = {0};
    bool found = false;
    enum fm_error e;

    fm_arena_reset(&w->arena);
    e = fm_lease_find(w, lease, &w->arena, why, &found, &row);
    if (e == FM_OK && !found)
        e = fm_run_fail(w, lease, fm_str(""), false, why, &settled);
    if (e != FM_OK || !found)
        return e;
    if (row.superseded)
        return fm_inbox_end(w, row.sequence, row.size, LEASED, SKIPPED,
                            fm_str("superseded"), why);
    return wait_again(w, &row, false, 0, fm_str_n(NULL, 0), why);
}

/* The writer ended while a worker had it: written into its history, but no attempt
 * of its own. Whoever kills the service kills some hundred articles' readers with it,
 * always the same ones when he does it again at once; three times would make dead
 * letters of them. Only one that was there each of many times is put away. */
static enum fm_error interrupted(struct fm_writer *w,
                                 const struct fm_leased *row,
                                 struct fm_why *why)
{
    static const char error[] = "the ingest ended while a worker had it";
    struct fm_stmt *st = fm_sql(w, FM_SQL_INTERRUPTED);
    bool found = false;
    int64_t times = 0;
    enum fm_error e = fm_dead_attempt(w, row, fm_str(error), why);

    if (e != FM_OK)
        return e;
    fm_stmt_int(st, 1, row->sequence);
    fm_stmt_text(st, 2, fm_str(error));
    e = fm_stmt_number(st, why, &found, &times);
    if (e != FM_OK)
        return e;
    if (row->superseded)
        return fm_inbox_end(w, row->sequence, row->size, LEASED, SKIPPED,
                            fm_str("superseded"), why);
    if (times >= INTERRUPTED_MAX)
        return fm_dead_article(w, row, fm_str(error), why);
    return wait_again(w, row, false, 0, fm_str(error), why);
}

enum fm_error fm_lease_recover(struct fm_writer *w, struct fm_why *why)
{
    enum fm_error e = FM_OK;

    while (e == FM_OK) {
        struct fm_stmt *st = fm_sql(w, FM_SQL_LEASES_ALL);
        struct fm_leased row = {0};
        int64_t lease = 0;
        bool found = false;

        fm_arena_reset(&w->arena);
        e = fm_stmt_number(st, why, &found, &lease);
        if (e != FM_OK || !found)
            break;
        e = fm_lease_find(w, lease, &w->arena, why, &found, &row);
        if (e == FM_OK)
            e = interrupted(w, &row, why);
    }
    return e;
}

uint64_t fm_lease_next_retry_ms(struct fm_writer *w)
{
    struct fm_stmt *st = fm_sql(w, FM_SQL_RETRY_NEXT);
    int64_t at = 0;
    int64_t now = fm_wall_us();
    bool found = false;

    if (fm_stmt_number(st, NULL, &found, &at) != FM_OK || !found)
        return UINT64_MAX;
    if (at <= now || at > now + backoff_us[BACKOFFS - 1])
        return 0;
    return (uint64_t)(at - now + 999) / 1000;
}
