#include "base/fault.h"
#include "store/reprocess_priv.h"

/* Articles promoted, or results thrown away, in one transaction: live commits
 * come in between. */
#define PROMOTED_MAX 32
#define DROPPED_MAX  1000

enum fm_error fm_run_article_row(struct fm_writer *w, int64_t article,
                                 struct fm_arena *arena, struct fm_why *why,
                                 bool *ret_in_force, struct fm_leased *ret)
{
    struct fm_stmt *st = fm_sql(w, FM_SQL_RUN_ARTICLE);
    bool row = false;
    enum fm_error e;

    fm_stmt_int(st, 1, article);
    e = fm_stmt_step(st, why, &row);
    if (e != FM_OK)
        return e;
    if (!row)
        return fm_fail(FM_ECORRUPT, why, "STORE_CORRUPT",
                       "article %lld is gone", (long long)article);
    memset(ret, 0, sizeof *ret);
    ret->sequence = article;
    ret->source = fm_stmt_col_int(st, 0);
    ret->version = (uint32_t)fm_stmt_col_int(st, 2);
    ret->published_us = fm_stmt_col_int_or(st, 3, INT64_MIN);
    ret->size = fm_stmt_col_int(st, 4);
    *ret_in_force = fm_stmt_col_int(st, 5) == 1;
    ret->id = fm_stmt_col_str(st, 1);
    ret->id = fm_str_n(fm_arena_copy(arena, ret->id), ret->id.len);
    ret->source_name = fm_stmt_col_str(st, 6);
    ret->source_name =
        fm_str_n(fm_arena_copy(arena, ret->source_name), ret->source_name.len);
    fm_stmt_reset(st);
    return ret->id.data != NULL && ret->source_name.data != NULL
               ? FM_OK
               : fm_fail(FM_ENOMEM, why, NULL, "no memory for an article");
}

enum fm_error fm_run_end(struct fm_writer *w, const struct fm_store_run *asked,
                         bool promote, struct fm_why *why)
{
    struct fm_run *run = &w->run;
    const struct fm_store_audit audit = {
        .principal = asked->principal,
        .action = fm_str(promote ? "promote" : "drop"),
        .subject = fm_str("reprocess"),
        .detail = fm_str(run->extractor)};
    enum fm_error e;

    if (run->id == 0 || (asked->run != 0 && asked->run != (uint64_t)run->id))
        return fm_fail(FM_ENOTFOUND, why, "NO_RUN", "there is no such run");
    if (promote && run->state != FM_RUN(READY))
        return fm_fail(FM_EPRECONDITION, why, "RUN_NOT_READY",
                       "the run has %lld of %lld articles still to read, or is "
                       "ending already",
                       (long long)(run->articles - run->ended),
                       (long long)run->articles);
    if (!promote && run->state != FM_RUN(READY) &&
        run->state != FM_RUN(RUNNING))
        return fm_fail(FM_EPRECONDITION, why, "RUN_ENDING",
                       "the run is ending already");
    run->state = promote ? FM_RUN(PROMOTING) : FM_RUN(DROPPING);
    run->hold = promote ? w->tally.sequence : 0;
    fm_arena_reset(&w->arena);
    e = fm_audit(w, &audit, why);
    return e == FM_OK ? fm_run_store(w, why) : e;
}

/* --- promoting ------------------------------------------------------------------- */

static enum fm_error promote(struct fm_writer *w, int64_t article,
                             struct fm_str bytes, struct fm_why *why)
{
    struct fm_settlement s = {.w = w, .arena = &w->arena};
    Factmill__V1__Extraction *x = factmill__v1__extraction__unpack(
        NULL, bytes.len, (const uint8_t *)bytes.data);
    bool in_force = false;
    enum fm_error e;

    if (x == NULL)
        return fm_fail(FM_ECORRUPT, why, "STORE_CORRUPT",
                       "the result of article %lld cannot be read",
                       (long long)article);
    s.extraction = x;
    e = fm_run_article_row(w, article, s.arena, why, &in_force, &s.row);
    if (e == FM_OK && in_force)
        e = fm_settle_check(&s, why);
    if (e == FM_OK && in_force)
        e = fm_resettle(&s, why);
    factmill__v1__extraction__free_unpacked(x, NULL);
    return e;
}

static enum fm_error forget(struct fm_writer *w, int64_t article,
                            struct fm_why *why)
{
    struct fm_stmt *st = fm_sql(w, FM_SQL_RUN_ARTICLE_REMOVE);

    fm_stmt_int(st, 1, article);
    return fm_stmt_run(st, why);
}

/* *ret_article = 0: none is left. */
static enum fm_error next(struct fm_writer *w, struct fm_why *why,
                          int64_t *ret_article, struct fm_str *ret_bytes)
{
    struct fm_stmt *st = fm_sql(w, FM_SQL_RUN_DIFFERS);
    struct fm_str bytes;
    bool row = false;
    enum fm_error e = fm_stmt_step(st, why, &row);

    *ret_article = 0;
    if (e != FM_OK || !row)
        return e;
    *ret_article = fm_stmt_col_int(st, 0);
    bytes = fm_stmt_col_str(st, 1);
    *ret_bytes = fm_str_n(fm_arena_copy(&w->arena, bytes), bytes.len);
    fm_stmt_reset(st);
    return ret_bytes->data != NULL
               ? FM_OK
               : fm_fail(FM_ENOMEM, why, NULL, "no memory for a result");
}

static enum fm_error promote_some(struct fm_writer *w, struct fm_why *why,
                                  bool *ret_left)
{
    enum fm_error e = FM_OK;

    for (unsigned i = 0; e == FM_OK && i < PROMOTED_MAX; i++) {
        struct fm_str bytes = {NULL, 0};
        int64_t article = 0;

        fm_arena_reset(&w->arena);
        e = next(w, why, &article, &bytes);
        if (e == FM_OK && article == 0) {
            *ret_left = false;
            return FM_OK;
        }
        if (e == FM_OK && fm_fault_point("run.promote"))
            e = fm_fail(FM_EIO, why, "FAULT", "made to fail by a test");
        if (e == FM_OK)
            e = promote(w, article, bytes, why);
        if (e == FM_OK)
            e = forget(w, article, why);
    }
    *ret_left = true;
    return e;
}

/* --- the end ----------------------------------------------------------------------- */

static enum fm_error drop_some(struct fm_writer *w, struct fm_why *why,
                               bool *ret_left)
{
    struct fm_stmt *st = fm_sql(w, FM_SQL_RUN_DROP);
    enum fm_error e;

    fm_stmt_int(st, 1, DROPPED_MAX);
    e = fm_stmt_run(st, why);
    *ret_left = sqlite3_changes64(w->db) > 0;
    return e;
}

/* Promoted and swept, or dropped: readers see it with this commit. */
static enum fm_error finish(struct fm_writer *w, struct fm_why *why)
{
    struct fm_run *run = &w->run;
    enum fm_error e;

    run->state =
        run->state == FM_RUN(PROMOTING) ? FM_RUN(PROMOTED) : FM_RUN(DROPPED);
    run->hold = 0;
    run->ended_us = fm_writer_now(w);
    e = fm_run_store(w, why);
    memset(run, 0, sizeof *run);
    return e;
}

enum fm_error fm_run_step(struct fm_writer *w, struct fm_why *why,
                          bool *ret_more)
{
    bool left = false;
    enum fm_error e = FM_OK;

    *ret_more =
        w->run.state == FM_RUN(PROMOTING) || w->run.state == FM_RUN(DROPPING);
    if (!*ret_more)
        return FM_OK;
    if (w->run.state == FM_RUN(PROMOTING))
        e = promote_some(w, why, &left);
    if (e == FM_OK && !left)
        e = drop_some(w, why, &left);
    if (e == FM_OK && !left) {
        *ret_more = false;
        e = finish(w, why);
    }
    return e;
}
