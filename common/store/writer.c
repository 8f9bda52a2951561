#include "base/clock.h"
#include "base/fault.h"
#include "base/limits.h"
#include "store/lock.h"
#include "store/logguard.h"
#include "store/migrate_priv.h"
#include "store/reprocess_priv.h"
#include "store/same_priv.h"

#include <errno.h>
#include <sys/random.h>
#include <sys/stat.h>

/* Scratch of one settle: the largest message twice over, and what is made of
 * it. */
#define ARENA_MAX ((size_t)FM_LIMIT_BODY_HARD * 4)

static const char *const statements[FM_SQL_COUNT] = {

#define X(name, sql) [FM_SQL_##name] = (sql),
    FM_WRITER_SQL(X)
#undef X
};

static struct fm_writer *self(struct fm_store_writer *base)
{
    return (struct fm_writer *)(void *)base;
}

int64_t fm_writer_now(struct fm_writer *w)
{
    int64_t now = fm_wall_us();

    if (now > w->tally.clock_us)
        w->tally.clock_us = now;
    return w->tally.clock_us;
}

/* --- transactions ------------------------------------------------------------ */

static enum fm_error broken(struct fm_why *why)
{
    return fm_fail(FM_EIO, why, "STORE_BROKEN",
                   "the disk failed before; end and start again to recover");
}

static void rollback(struct fm_store_writer *base)
{
    struct fm_writer *w = self(base);

    if (!w->in_transaction)
        return;
    /* SQLite has rolled back by itself after some errors. */
    if (sqlite3_get_autocommit(w->db) == 0)
        (void)fm_stmt_run(fm_sql(w, FM_SQL_ROLLBACK), NULL);
    w->in_transaction = false;
    w->spoiled = FM_OK;
    w->tally = w->committed;
    w->run = w->run_committed;
    fm_packs_forget(&w->packs);
    w->oldest_known = false;
}

static enum fm_error begin(struct fm_store_writer *base, struct fm_why *why)
{
    struct fm_writer *w = self(base);
    enum fm_error e;

    if (w->broken)
        return broken(why);
    if (w->in_transaction)
        return fm_fail(FM_EPRECONDITION, why, NULL,
                       "a transaction is open already");
    e = fm_stmt_run(fm_sql(w, FM_SQL_BEGIN), why);
    w->in_transaction = e == FM_OK;
    w->broken = e == FM_EIO;
    return e;
}

static enum fm_error commit(struct fm_store_writer *base, struct fm_why *why)
{
    struct fm_writer *w = self(base);
    enum fm_error e = w->spoiled;

    if (!w->in_transaction)
        return fm_fail(FM_EPRECONDITION, why, NULL, "no transaction is open");
    if (e != FM_OK)
        (void)fm_fail(e, why, NULL, "an earlier step failed: %s",
                      fm_error_text(e));
    if (e == FM_OK && fm_fault_point("commit.before"))
        e = fm_fail(FM_ENOSPACE, why, "FAULT", "made to fail by a test");
    if (e == FM_OK)
        e = fm_tally_store(w, why);
    if (e == FM_OK)
        e = fm_stmt_run(fm_sql(w, FM_SQL_COMMIT), why);
    if (e != FM_OK) {
        w->broken = e == FM_EIO;
        rollback(base);
        return e;
    }
    w->in_transaction = false;
    w->committed = w->tally;
    w->run_committed = w->run;
    w->oldest_known = false;
    if (fm_fault_point("commit.after")) {
        w->broken = true;
        return fm_fail(FM_EIO, why, "FAULT", "made to fail by a test");
    }
    return FM_OK;
}

/* A step that failed for another reason than its caller's may have written
 * half of what it should: nothing of the transaction may stay. */
static enum fm_error step(struct fm_writer *w, enum fm_error e)
{
    if (e != FM_OK && fm_error_class(e) != FM_CLASS_CALLER &&
        w->spoiled == FM_OK)
        w->spoiled = e;
    return e;
}

static enum fm_error ready(const struct fm_writer *w, struct fm_why *why)
{
    if (w->broken)
        return broken(why);
    if (w->spoiled != FM_OK)
        return fm_fail(w->spoiled, why, NULL,
                       "an earlier step failed; the transaction has to be "
                       "rolled back");
    if (!w->in_transaction)
        return fm_fail(FM_EPRECONDITION, why, NULL, "no transaction is open");
    return FM_OK;
}

/* --- the table ---------------------------------------------------------------- */

static enum fm_error append(struct fm_store_writer *base,
                            const struct fm_store_article *article,
                            struct fm_why *why, struct fm_store_appended *ret)
{
    struct fm_writer *w = self(base);
    enum fm_error e = ready(w, why);

    return e != FM_OK ? e : step(w, fm_inbox_append(w, article, why, ret));
}

/* NOLINTNEXTLINE(readability-function-size): as store.h has it */
static enum fm_error lease(struct fm_store_writer *base, struct fm_str worker,
                           uint32_t max, uint64_t max_bytes,
                           struct fm_arena *arena, struct fm_why *why,
                           struct fm_store_lease **ret_leases, size_t *ret_n)
{
    const struct fm_lease_call call = {worker, max, max_bytes};
    struct fm_writer *w = self(base);
    enum fm_error e = ready(w, why);

    return e != FM_OK ? e
                      : step(w, fm_lease_take(w, &call, arena, why, ret_leases,
                                              ret_n));
}

static enum fm_error settle(struct fm_store_writer *base, uint64_t lease_number,
                            const Factmill__V1__Extraction *extraction,
                            uint64_t elapsed_us, struct fm_why *why,
                            enum fm_store_settled *ret)
{
    struct fm_writer *w = self(base);
    enum fm_error e = ready(w, why);

    return e != FM_OK ? e
                      : step(w, fm_settle(w, (int64_t)lease_number, extraction,
                                          elapsed_us, why, ret));
}

static enum fm_error fail_lease(struct fm_store_writer *base,
                                uint64_t lease_number, struct fm_str error,
                                struct fm_why *why, enum fm_store_settled *ret)
{
    struct fm_writer *w = self(base);
    enum fm_error e = ready(w, why);

    return e != FM_OK ? e
                      : step(w, fm_lease_fail(w, (int64_t)lease_number, error,
                                              why, ret));
}

static enum fm_error fail_worker(struct fm_store_writer *base,
                                 struct fm_str worker, struct fm_str error,
                                 struct fm_why *why, uint64_t *ret_n)
{
    struct fm_writer *w = self(base);
    enum fm_error e = ready(w, why);

    return e != FM_OK
               ? e
               : step(w, fm_lease_fail_worker(w, worker, error, why, ret_n));
}

static enum fm_error give_back(struct fm_store_writer *base,
                               uint64_t lease_number, struct fm_why *why)
{
    struct fm_writer *w = self(base);
    enum fm_error e = ready(w, why);

    return e != FM_OK
               ? e
               : step(w, fm_lease_give_back(w, (int64_t)lease_number, why));
}

static enum fm_error bury(struct fm_store_writer *base, struct fm_str bytes,
                          struct fm_str reason, struct fm_why *why)
{
    struct fm_writer *w = self(base);
    enum fm_error e = ready(w, why);

    return e != FM_OK ? e : step(w, fm_dead_bury(w, bytes, reason, why));
}

/* NOLINTNEXTLINE(readability-function-size): as store.h has it */
static enum fm_error replay(struct fm_store_writer *base, uint64_t id,
                            struct fm_str principal, fm_store_decode *decode,
                            void *user, struct fm_why *why,
                            enum fm_store_revived *ret)
{
    struct fm_writer *w = self(base);
    enum fm_error e = ready(w, why);

    return e != FM_OK ? e
                      : step(w, fm_dead_replay(w, id, principal, decode, user,
                                               why, ret));
}

static enum fm_error discard(struct fm_store_writer *base, uint64_t id,
                             struct fm_str principal, struct fm_why *why,
                             enum fm_store_revived *ret)
{
    struct fm_writer *w = self(base);
    enum fm_error e = ready(w, why);

    return e != FM_OK ? e
                      : step(w, fm_dead_discard(w, id, principal, why, ret));
}

static enum fm_error next_dead(struct fm_store_writer *base, uint64_t after,
                               uint64_t upto, struct fm_why *why, uint64_t *ret)
{
    struct fm_writer *w = self(base);
    enum fm_error e = ready(w, why);

    return e != FM_OK ? e : step(w, fm_dead_next(w, after, upto, why, ret));
}

static enum fm_error last_dead(struct fm_store_writer *base, struct fm_why *why,
                               uint64_t *ret)
{
    struct fm_writer *w = self(base);
    enum fm_error e = ready(w, why);

    return e != FM_OK ? e : step(w, fm_dead_last(w, why, ret));
}

static enum fm_error audit(struct fm_store_writer *base,
                           const struct fm_store_audit *entry,
                           struct fm_why *why)
{
    struct fm_writer *w = self(base);
    enum fm_error e = ready(w, why);

    if (e != FM_OK)
        return e;
    fm_arena_reset(&w->arena);
    return step(w, fm_audit(w, entry, why));
}

static enum fm_error run_start(struct fm_store_writer *base,
                               const struct fm_store_run *asked,
                               struct fm_why *why, uint64_t *ret_run,
                               uint64_t *ret_articles)
{
    struct fm_writer *w = self(base);
    enum fm_error e = ready(w, why);

    return e != FM_OK
               ? e
               : step(w, fm_run_start(w, asked, why, ret_run, ret_articles));
}

/* NOLINTBEGIN(readability-function-size): as store.h has it */
static enum fm_error
run_lease(struct fm_store_writer *base, struct fm_str worker, uint32_t max,
          struct fm_str extractor, struct fm_arena *arena, struct fm_why *why,
          struct fm_store_lease **ret_leases, size_t *ret_n)
{
    const struct fm_lease_call call = {worker, max, UINT64_MAX};
    struct fm_writer *w = self(base);
    enum fm_error e = ready(w, why);

    return e != FM_OK ? e
                      : step(w, fm_run_lease(w, &call, extractor, arena, why,
                                             ret_leases, ret_n));
}

/* NOLINTEND(readability-function-size) */

static enum fm_error run_end(struct fm_store_writer *base,
                             const struct fm_store_run *asked, bool promote,
                             struct fm_why *why)
{
    struct fm_writer *w = self(base);
    enum fm_error e = ready(w, why);

    return e != FM_OK ? e : step(w, fm_run_end(w, asked, promote, why));
}

static enum fm_error run_step(struct fm_store_writer *base, struct fm_why *why,
                              bool *ret_more)
{
    struct fm_writer *w = self(base);
    enum fm_error e = ready(w, why);

    return e != FM_OK ? e : step(w, fm_run_step(w, why, ret_more));
}

static enum fm_error join_entities(struct fm_store_writer *base,
                                   const struct fm_store_same *asked,
                                   struct fm_why *why)
{
    struct fm_writer *w = self(base);
    enum fm_error e = ready(w, why);

    return e != FM_OK ? e : step(w, fm_same_join(w, asked, why));
}

static enum fm_error part_entities(struct fm_store_writer *base,
                                   const struct fm_store_same *asked,
                                   struct fm_why *why)
{
    struct fm_writer *w = self(base);
    enum fm_error e = ready(w, why);

    return e != FM_OK ? e : step(w, fm_same_part(w, asked, why));
}

static void find_oldest(struct fm_writer *w)
{
    int64_t fresh = 0;
    int64_t retry = 0;
    bool any_fresh = false;
    bool any_retry = false;

    w->oldest_known = true;
    w->oldest_us = 0;
    if (w->tally.state[FACTMILL__V1__ARTICLE_STATE__PENDING] == 0)
        return;
    (void)fm_stmt_number(fm_sql(w, FM_SQL_OLDEST), NULL, &any_fresh, &fresh);
    (void)fm_stmt_number(fm_sql(w, FM_SQL_OLDEST_RETRY), NULL, &any_retry,
                         &retry);
    if (any_fresh)
        w->oldest_us = fresh;
    if (any_retry && (!any_fresh || retry < fresh))
        w->oldest_us = retry;
}

static void count_run(const struct fm_run *run, struct fm_store_counts *ret)
{
    ret->run_ending =
        run->state == FM_RUN(PROMOTING) || run->state == FM_RUN(DROPPING);
    if (run->state != FM_RUN(RUNNING))
        return;
    ret->run_waiting = (uint64_t)run->again;
    if (run->at < run->upto)
        ret->run_waiting++;
}

static void counts(struct fm_store_writer *base, struct fm_store_counts *ret)
{
    struct fm_writer *w = self(base);
    const struct fm_tally *t = &w->committed;

    if (!w->oldest_known && !w->in_transaction && !w->broken)
        find_oldest(w);
    memset(ret, 0, sizeof *ret);
    ret->pending = (uint64_t)t->state[FACTMILL__V1__ARTICLE_STATE__PENDING];
    ret->leased = (uint64_t)t->state[FACTMILL__V1__ARTICLE_STATE__LEASED];
    ret->done = (uint64_t)t->state[FACTMILL__V1__ARTICLE_STATE__DONE];
    ret->dead = (uint64_t)t->state[FACTMILL__V1__ARTICLE_STATE__DEAD];
    ret->skipped = (uint64_t)t->state[FACTMILL__V1__ARTICLE_STATE__SKIPPED];
    ret->dead_letters = (uint64_t)t->dead_letters;
    ret->pending_bytes = (uint64_t)t->pending_bytes;
    ret->oldest_pending_us = w->oldest_us;
    ret->facts = (uint64_t)t->facts;
    ret->sequence = (uint64_t)t->sequence;
    /* A frame is a page and a header of 24 bytes. */
    ret->wal_bytes = (uint64_t)w->wal_frames * (FM_DB_PAGE + 24);
    count_run(&w->run_committed, ret);
}

static enum fm_error checkpoint(struct fm_store_writer *base, bool finish,
                                struct fm_why *why, bool *ret_more)
{
    struct fm_writer *w = self(base);
    enum fm_error e;

    if (w->broken)
        return broken(why);
    if (w->in_transaction)
        return fm_fail(FM_EPRECONDITION, why, NULL, "a transaction is open");
    e = fm_checkpoint_step(w, finish, why, ret_more);
    w->broken = e == FM_EIO;
    return e;
}

static enum fm_error copy_begin(struct fm_store_writer *base, const char *path,
                                struct fm_why *why)
{
    struct fm_writer *w = self(base);

    return w->broken ? broken(why) : fm_copy_begin(w, path, why);
}

static enum fm_error copy_step(struct fm_store_writer *base, struct fm_why *why,
                               bool *ret_more)
{
    struct fm_writer *w = self(base);

    return w->broken ? broken(why) : fm_copy_step(w, why, ret_more);
}

static void copy_end(struct fm_store_writer *base)
{
    fm_copy_end(self(base));
}

static uint64_t next_retry_ms(struct fm_store_writer *base)
{
    return fm_lease_next_retry_ms(self(base));
}

/* SQLite moves the log when its last connection closes; not so after a failure of
 * the disk, where nothing may be tried any more. */
static void close_database(struct fm_writer *w)
{
    if (w->db == NULL)
        return;
    if (w->broken || fm_logguard_clear(w->dir, NULL) != FM_OK)
        (void)sqlite3_db_config(w->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1,
                                (int *)NULL);
    fm_db_close(w->db);
}

static void close_writer(struct fm_store_writer *base)
{
    struct fm_writer *w = self(base);

    if (base == NULL)
        return;
    rollback(base);
    fm_copy_end(w);
    for (size_t i = 0; i < FM_SQL_COUNT; i++)
        fm_stmt_release(&w->statements[i]);
    fm_packs_close(&w->packs);
    fm_packer_release(&w->packer);
    close_database(w);
    fm_gather_close(w->gather);
    fm_lock_drop(w->lock);
    free(w->dir);
    fm_arena_release(&w->arena);
    free(w);
}

static const struct fm_store_writer_ops ops = {
    .close = close_writer,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .append = append,
    .lease = lease,
    .settle = settle,
    .fail = fail_lease,
    .fail_worker = fail_worker,
    .give_back = give_back,
    .bury = bury,
    .replay = replay,
    .discard = discard,
    .next_dead = next_dead,
    .last_dead = last_dead,
    .audit = audit,
    .join_entities = join_entities,
    .part_entities = part_entities,
    .run_start = run_start,
    .run_lease = run_lease,
    .run_end = run_end,
    .run_step = run_step,
    .counts = counts,
    .checkpoint = checkpoint,
    .copy_begin = copy_begin,
    .copy_step = copy_step,
    .copy_end = copy_end,
    .next_retry_ms = next_retry_ms,
};

/* --- opening ------------------------------------------------------------------ */

static enum fm_error make_folder(const char *dir, struct fm_why *why)
{
    struct stat status;

    if (mkdir(dir, 0700) != 0 && errno != EEXIST)
        return fm_fail_errno(errno, why,
                             "cannot make the data directory %s; name one in a "
                             "folder that exists and that this user may write "
                             "to",
                             dir);
    if (stat(dir, &status) == 0 && !S_ISDIR(status.st_mode))
        return fm_db_no_folder(dir, why);
    return FM_OK;
}

static enum fm_error prepare(struct fm_writer *w, struct fm_why *why)
{
    enum fm_error e = FM_OK;

    for (size_t i = 0; e == FM_OK && i < FM_SQL_COUNT; i++)
        e = fm_stmt_prepare(w->db, fm_str(statements[i]), why,
                            &w->statements[i]);
    return e;
}

/* The secret of page tokens, and this opening's number: the upper half of all
 * its lease numbers, so that none is ever used twice and none has to be
 * written down for itself. */
static enum fm_error write_meta(struct fm_writer *w, struct fm_why *why)
{
    static const char secret_sql[] =
        "INSERT INTO meta(key, value) VALUES ('secret', ?1)"
        " ON CONFLICT DO NOTHING";
    static const char opened_sql[] =
        "INSERT INTO meta(key, value) VALUES ('opened', 1)"
        " ON CONFLICT DO UPDATE SET value=value+1";
    struct fm_stmt st = {NULL, 0};
    char secret[32];
    int64_t opened = 0;
    enum fm_error e;

    if (getrandom(secret, sizeof secret, 0) != (ssize_t)sizeof secret)
        return fm_fail_errno(errno, why, "no random bytes");
    e = fm_stmt_prepare(w->db, fm_str(secret_sql), why, &st);
    if (e == FM_OK) {
        fm_stmt_blob(&st, 1, fm_str_n(secret, sizeof secret));
        e = fm_stmt_run(&st, why);
    }
    fm_stmt_release(&st);
    if (e == FM_OK)
        e = fm_db_exec(w->db, opened_sql, why);
    if (e == FM_OK)
        e = fm_db_number(w->db, "SELECT value FROM meta WHERE key='opened'",
                         why, &opened);
    w->lease_last = (opened & 0x3fffffff) << 32;
    return e;
}

static enum fm_error recover(struct fm_writer *w, struct fm_why *why)
{
    enum fm_error e = fm_tally_load(w, why);

    if (e == FM_OK)
        e = begin(&w->base, why);
    if (e == FM_OK)
        e = write_meta(w, why);
    if (e == FM_OK)
        e = fm_lease_recover(w, why);
    if (e == FM_OK)
        e = fm_run_load(w, why);
    if (e == FM_OK)
        e = commit(&w->base, why);
    return e;
}

static enum fm_error open_database(struct fm_writer *w,
                                   const struct fm_store_writer_options *o,
                                   struct fm_why *why)
{
    enum fm_error e = fm_gather_open(why, &w->gather);

    if (e == FM_OK)
        e = fm_db_open_writer(o->dir, fm_gather_name(w->gather), why, &w->db);
    if (e == FM_OK)
        e = fm_migrate(w->db, why);
    if (e == FM_OK)
        e = fm_packer_init(&w->packer, why);
    if (e == FM_OK)
        e = fm_packs_open(&w->packs, w->db, why);
    if (e == FM_OK)
        e = prepare(w, why);
    if (e == FM_OK) {
        fm_checkpoint_watch(w, o->max_wal_bytes);
        e = recover(w, why);
    }
    return e;
}

enum fm_error fm_store_writer_open(const struct fm_store_writer_options *o,
                                   struct fm_why *why,
                                   struct fm_store_writer **ret_writer)
{
    struct fm_writer *w = calloc(1, sizeof *w);
    enum fm_error e;

    if (w == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for the store");
    w->base.ops = &ops;
    w->lock = -1;
    w->dir = strdup(o->dir);
    w->max_attempts =
        o->max_attempts != 0 ? o->max_attempts : FM_LIMIT_ATTEMPTS;
    fm_arena_init(&w->arena, ARENA_MAX);
    e = make_folder(o->dir, why);
    if (e == FM_OK && w->dir == NULL)
        e = fm_fail(FM_ENOMEM, why, NULL, "no memory for the store");
    if (e == FM_OK)
        e = fm_lock_take(o->dir, why, &w->lock);
    if (e == FM_OK)
        e = fm_logguard_check(o->dir, why);
    if (e == FM_OK)
        e = open_database(w, o, why);
    if (e == FM_OK)
        e = fm_logguard_set(o->dir, why);
    if (e != FM_OK) {
        close_writer(&w->base);
        return fm_db_fail_in(o->dir, e, why);
    }
    *ret_writer = &w->base;
    return FM_OK;
}
