#include "base/limits.h"
#include "base/utf8.h"
#include "store/writer_priv.h"

#define REASON_MAX 4096u

struct fm_str fm_dead_text(struct fm_str s, size_t max, struct fm_arena *arena)
{
    size_t n = 0;
    size_t at = 0;
    char *to;

    s = fm_str_sub(s, 0, max);
    if (fm_utf8_valid(s) == s.len &&
        (s.len == 0 || memchr(s.data, '\0', s.len) == NULL))
        return s;
    to = fm_arena_alloc(arena, s.len * 3 + 1);
    if (to == NULL)
        return fm_str("(text that is not UTF-8)");
    while (at < s.len) {
        uint32_t c = fm_utf8_next(s, &at);

        n += fm_utf8_put(c != 0 ? c : 0xfffd, to + n);
    }
    return fm_str_n(to, n);
}

enum fm_error fm_dead_attempt(struct fm_writer *w, const struct fm_leased *row,
                              struct fm_str error, struct fm_why *why)
{
    struct fm_stmt *st = fm_sql(w, FM_SQL_ATTEMPT_ADD);

    fm_stmt_int(st, 1, row->sequence);
    fm_stmt_int(st, 2, row->attempts);
    fm_stmt_text(st, 3, row->worker);
    fm_stmt_int(st, 4, row->leased_us);
    fm_stmt_int(st, 5, fm_writer_now(w));
    fm_stmt_text(st, 6, error);
    return fm_stmt_run(st, why);
}

/* article: 0 = none, then bytes are kept here. */
static enum fm_error add(struct fm_writer *w, int64_t article,
                         struct fm_str bytes, size_t size, struct fm_str reason,
                         struct fm_why *why)
{
    struct fm_stmt *st = fm_sql(w, FM_SQL_DEAD_ADD);
    enum fm_error e;

    fm_stmt_int_or(st, 1, article, 0);
    fm_stmt_text(st, 2, reason);
    fm_stmt_int(st, 3, fm_writer_now(w));
    fm_stmt_int(st, 4, (int64_t)size);
    if (article == 0)
        fm_stmt_blob(st, 5, bytes);
    else
        fm_stmt_null(st, 5);
    e = fm_stmt_run(st, why);
    if (e == FM_OK)
        w->tally.dead_letters++;
    return e;
}

enum fm_error fm_dead_article(struct fm_writer *w, const struct fm_leased *row,
                              struct fm_str reason, struct fm_why *why)
{
    enum fm_error e = fm_inbox_end(
        w, row->sequence, row->size, FACTMILL__V1__ARTICLE_STATE__LEASED,
        FACTMILL__V1__ARTICLE_STATE__DEAD, reason, why);

    if (e == FM_OK)
        e = add(w, row->sequence, fm_str_n(NULL, 0), (size_t)row->size, reason,
                why);
    return e;
}

enum fm_error fm_dead_damaged(struct fm_writer *w, int64_t sequence,
                              int64_t size, struct fm_str reason,
                              struct fm_why *why)
{
    enum fm_error e =
        fm_inbox_end(w, sequence, size, FACTMILL__V1__ARTICLE_STATE__PENDING,
                     FACTMILL__V1__ARTICLE_STATE__DEAD, reason, why);

    return e == FM_OK
               ? add(w, sequence, fm_str_n(NULL, 0), (size_t)size, reason, why)
               : e;
}

enum fm_error fm_dead_bury(struct fm_writer *w, struct fm_str bytes,
                           struct fm_str reason, struct fm_why *why)
{
    if (bytes.len > FM_LIMIT_BODY_HARD)
        return fm_fail(FM_ETOOBIG, why, NULL,
                       "a dead letter keeps at most %u bytes, not %zu",
                       FM_LIMIT_BODY_HARD, bytes.len);
    fm_arena_reset(&w->arena);
    return add(w, 0, bytes, bytes.len,
               fm_dead_text(reason, REASON_MAX, &w->arena), why);
}
