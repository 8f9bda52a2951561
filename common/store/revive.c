#include "base/fault.h"
#include "store/writer_priv.h"

#define PENDING FACTMILL__V1__ARTICLE_STATE__PENDING
#define DEAD    FACTMILL__V1__ARTICLE_STATE__DEAD
#define SKIPPED FACTMILL__V1__ARTICLE_STATE__SKIPPED

/* Of each text of an audit row: a path or a reason, not a novel. */
#define AUDIT_MAX 1024u

/* --- what operators did ---------------------------------------------------------- */

enum fm_error fm_audit(struct fm_writer *w, const struct fm_store_audit *entry,
                       struct fm_why *why)
{
    struct fm_stmt *st = fm_sql(w, FM_SQL_AUDIT_ADD);

    fm_stmt_int(st, 1, fm_writer_now(w));
    fm_stmt_text(st, 2, fm_dead_text(entry->principal, AUDIT_MAX, &w->arena));
    fm_stmt_text(st, 3, fm_dead_text(entry->action, AUDIT_MAX, &w->arena));
    fm_stmt_text(st, 4, fm_dead_text(entry->subject, AUDIT_MAX, &w->arena));
    fm_stmt_text(st, 5, fm_dead_text(entry->detail, AUDIT_MAX, &w->arena));
    return fm_stmt_run(st, why);
}

/* --- a letter --------------------------------------------------------------------- */

struct letter {
    uint64_t id;
    int64_t article; /* 0 = bytes that are none */
    struct fm_str body;
    struct fm_str reason;
    int64_t state;
    int64_t source;
    struct fm_str article_id;
    int64_t version;
    int64_t size;
    struct fm_str source_name;
};

static struct fm_str keep(struct fm_arena *arena, struct fm_str s)
{
    const char *copy = fm_arena_copy(arena, s);

    return fm_str_n(copy, copy != NULL ? s.len : 0);
}

static enum fm_error find(struct fm_writer *w, uint64_t id, struct fm_why *why,
                          bool *ret_found, struct letter *ret)
{
    struct fm_stmt *st = fm_sql(w, FM_SQL_DEAD_GET);
    enum fm_error e;

    *ret_found = false;
    if (id > INT64_MAX)
        return FM_OK;
    fm_arena_reset(&w->arena);
    fm_stmt_int(st, 1, (int64_t)id);
    e = fm_stmt_step(st, why, ret_found);
    if (e != FM_OK || !*ret_found)
        return e;
    ret->id = id;
    ret->article = fm_stmt_col_int_or(st, 0, 0);
    ret->body = keep(&w->arena, fm_stmt_col_str(st, 1));
    ret->reason = keep(&w->arena, fm_stmt_col_str(st, 2));
    ret->state = fm_stmt_col_int(st, 3);
    ret->source = fm_stmt_col_int(st, 4);
    ret->article_id = keep(&w->arena, fm_stmt_col_str(st, 5));
    ret->version = fm_stmt_col_int(st, 6);
    ret->size = fm_stmt_col_int(st, 7);
    ret->source_name = keep(&w->arena, fm_stmt_col_str(st, 8));
    fm_stmt_reset(st);
    if (w->arena.failed != FM_OK)
        return fm_fail(w->arena.failed, why, NULL, "no memory for a letter");
    return FM_OK;
}

/* The letter is settled: gone, and written down who did it. */
static enum fm_error settle(struct fm_writer *w, const struct letter *letter,
                            struct fm_str principal, const char *action,
                            struct fm_why *why)
{
    struct fm_stmt *st = fm_sql(w, FM_SQL_DEAD_REMOVE);
    struct fm_store_audit entry = {.principal = principal,
                                   .action = fm_str(action)};
    char subject[32];
    char *detail;
    enum fm_error e;

    fm_stmt_int(st, 1, (int64_t)letter->id);
    e = fm_stmt_run(st, why);
    if (e != FM_OK)
        return e;
    w->tally.dead_letters--;
    (void)snprintf(subject, sizeof subject, "dead/%llu",
                   (unsigned long long)letter->id);
    detail =
        letter->article != 0
            ? fm_arena_printf(&w->arena, "%.*s %.*s version %lld: %.*s",
                              FM_STR_ARG(letter->source_name),
                              FM_STR_ARG(letter->article_id),
                              (long long)letter->version,
                              FM_STR_ARG(letter->reason))
            : fm_arena_printf(&w->arena, "%.*s", FM_STR_ARG(letter->reason));
    entry.subject = fm_str(subject);
    entry.detail = fm_str(detail);
    e = fm_audit(w, &entry, why);
    if (e == FM_OK && fm_fault_point("dead.settle"))
        e = fm_fail(FM_EIO, why, "FAULT", "made to fail by a test");
    return e;
}

static enum fm_error is_superseded(struct fm_writer *w,
                                   const struct letter *letter,
                                   struct fm_why *why, bool *ret)
{
    struct fm_stmt *st = fm_sql(w, FM_SQL_NEWER);
    int64_t one = 0;

    fm_stmt_text(st, 1, letter->article_id);
    fm_stmt_int(st, 2, letter->source);
    fm_stmt_int(st, 3, letter->version);
    return fm_stmt_number(st, why, ret, &one);
}

static enum fm_error replay_article(struct fm_writer *w,
                                    const struct letter *letter,
                                    struct fm_why *why,
                                    enum fm_store_revived *ret)
{
    struct fm_stmt *st = fm_sql(w, FM_SQL_ARTICLE_REVIVE);
    bool superseded = false;
    enum fm_error e = is_superseded(w, letter, why, &superseded);

    if (e != FM_OK)
        return e;
    if (superseded || letter->state != DEAD) {
        *ret = FM_STORE_REVIVED_SUPERSEDED;
        return FM_OK;
    }
    fm_stmt_int(st, 1, letter->article);
    e = fm_stmt_run(st, why);
    if (e == FM_OK)
        fm_tally_move(&w->tally, DEAD, PENDING, letter->size);
    return e;
}

static enum fm_error replay_bytes(struct fm_writer *w,
                                  const struct letter *letter,
                                  fm_store_decode *decode, void *user,
                                  struct fm_why *why,
                                  enum fm_store_revived *ret)
{
    struct fm_store_article article = {0};
    struct fm_store_appended appended;
    struct fm_why fault = FM_WHY_INIT;
    enum fm_error e = decode(user, letter->body, &fault, &article);

    if (e == FM_OK)
        e = fm_inbox_append(w, &article, &fault, &appended);
    if (fm_error_class(e) == FM_CLASS_CALLER) {
        *ret = FM_STORE_REVIVED_UNREADABLE;
        return FM_OK;
    }
    if (e != FM_OK && why != NULL)
        *why = fault;
    return e;
}

enum fm_error fm_dead_replay(struct fm_writer *w, uint64_t id,
                             struct fm_str principal, fm_store_decode *decode,
                             void *user, struct fm_why *why,
                             enum fm_store_revived *ret)
{
    enum fm_store_revived outcome = FM_STORE_REVIVED_DONE;
    struct letter letter = {0};
    bool found = false;
    enum fm_error e = find(w, id, why, &found, &letter);

    if (e == FM_OK && !found)
        outcome = FM_STORE_REVIVED_GONE;
    else if (e == FM_OK && letter.article != 0)
        e = replay_article(w, &letter, why, &outcome);
    else if (e == FM_OK)
        e = replay_bytes(w, &letter, decode, user, why, &outcome);
    if (e == FM_OK && outcome == FM_STORE_REVIVED_DONE)
        e = settle(w, &letter, principal, "replay", why);
    if (e == FM_OK)
        *ret = outcome;
    return e;
}

enum fm_error fm_dead_discard(struct fm_writer *w, uint64_t id,
                              struct fm_str principal, struct fm_why *why,
                              enum fm_store_revived *ret)
{
    enum fm_store_revived outcome = FM_STORE_REVIVED_DONE;
    struct letter letter = {0};
    bool found = false;
    enum fm_error e = find(w, id, why, &found, &letter);

    if (e == FM_OK && !found)
        outcome = FM_STORE_REVIVED_GONE;
    else if (e == FM_OK && letter.article != 0 && letter.state == DEAD)
        e = fm_inbox_end(w, letter.article, letter.size, DEAD, SKIPPED,
                         fm_str(fm_arena_printf(&w->arena, "discarded: %.*s",
                                                FM_STR_ARG(letter.reason))),
                         why);
    if (e == FM_OK && outcome == FM_STORE_REVIVED_DONE)
        e = settle(w, &letter, principal, "discard", why);
    if (e == FM_OK)
        *ret = outcome;
    return e;
}

/* --- going through them ------------------------------------------------------------- */

enum fm_error fm_dead_next(struct fm_writer *w, uint64_t after, uint64_t upto,
                           struct fm_why *why, uint64_t *ret)
{
    struct fm_stmt *st = fm_sql(w, FM_SQL_DEAD_NEXT);
    int64_t id = 0;
    bool found = false;
    enum fm_error e;

    fm_stmt_int(st, 1, after < INT64_MAX ? (int64_t)after : INT64_MAX);
    fm_stmt_int(st, 2, upto < INT64_MAX ? (int64_t)upto : INT64_MAX);
    e = fm_stmt_number(st, why, &found, &id);
    if (e == FM_OK)
        *ret = found ? (uint64_t)id : 0;
    return e;
}

enum fm_error fm_dead_last(struct fm_writer *w, struct fm_why *why,
                           uint64_t *ret)
{
    int64_t id = 0;
    bool found = false;
    enum fm_error e =
        fm_stmt_number(fm_sql(w, FM_SQL_DEAD_LAST), why, &found, &id);

    if (e == FM_OK)
        *ret = found ? (uint64_t)id : 0;
    return e;
}
