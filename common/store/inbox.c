#include "base/fault.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "store/writer_priv.h"

#define PENDING FACTMILL__V1__ARTICLE_STATE__PENDING
#define SKIPPED FACTMILL__V1__ARTICLE_STATE__SKIPPED

static enum fm_error check_key(struct fm_str s, size_t max, const char *field,
                               struct fm_why *why)
{
    if (s.len == 0 || s.len > max)
        return fm_fail_field(FM_EINVAL, why, field, "LENGTH",
                             "%s must have 1 to %zu bytes, has %zu", field, max,
                             s.len);
    if (fm_utf8_valid(s) != s.len || memchr(s.data, '\0', s.len) != NULL)
        return fm_fail_field(FM_EINVAL, why, field, "NOT_UTF8",
                             "%s is not UTF-8, or has a NUL byte", field);
    return FM_OK;
}

static enum fm_error source_number(struct fm_writer *w, struct fm_str name,
                                   struct fm_why *why, int64_t *ret)
{
    struct fm_stmt *st = fm_sql(w, FM_SQL_SOURCE_FIND);
    bool found = false;
    enum fm_error e;

    fm_stmt_text(st, 1, name);
    e = fm_stmt_number(st, why, &found, ret);
    if (e != FM_OK || found)
        return e;
    st = fm_sql(w, FM_SQL_SOURCE_ADD);
    fm_stmt_text(st, 1, name);
    e = fm_stmt_run(st, why);
    if (e == FM_OK)
        *ret = sqlite3_last_insert_rowid(w->db);
    return e;
}

enum fm_error fm_inbox_end(struct fm_writer *w, int64_t sequence, int64_t size,
                           Factmill__V1__ArticleState from,
                           Factmill__V1__ArticleState to, struct fm_str reason,
                           struct fm_why *why)
{
    struct fm_stmt *st = fm_sql(w, FM_SQL_ARTICLE_END);
    enum fm_error e;

    fm_stmt_int(st, 1, sequence);
    fm_stmt_int(st, 2, to);
    fm_stmt_text(st, 3, reason);
    e = fm_stmt_run(st, why);
    if (e == FM_OK)
        fm_tally_move(&w->tally, from, to, size);
    return e;
}

/* The newest version of an article that is known. */
struct newest {
    int64_t sequence; /* 0 = the article is new */
    uint32_t version;
    Factmill__V1__ArticleState state;
    int64_t size;
    bool same; /* content */
};

static enum fm_error find_newest(struct fm_writer *w, int64_t source,
                                 const struct fm_store_article *article,
                                 struct fm_why *why, struct newest *ret)
{
    struct fm_stmt *st = fm_sql(w, FM_SQL_ARTICLE_NEWEST);
    bool row = false;
    enum fm_error e;

    fm_stmt_text(st, 1, article->id);
    fm_stmt_int(st, 2, source);
    e = fm_stmt_step(st, why, &row);
    if (e == FM_OK && row) {
        ret->sequence = fm_stmt_col_int(st, 0);
        ret->version = (uint32_t)fm_stmt_col_int(st, 1);
        ret->state = (Factmill__V1__ArticleState)fm_stmt_col_int(st, 2);
        ret->same = fm_str_eq(fm_stmt_col_str(st, 3),
                              fm_str_n((const char *)article->content.bytes,
                                       sizeof article->content.bytes));
        ret->size = fm_stmt_col_int(st, 4);
        fm_stmt_reset(st);
    }
    return e;
}

static enum fm_error insert(struct fm_writer *w, int64_t source,
                            uint32_t version,
                            const struct fm_store_article *article,
                            struct fm_why *why, int64_t *ret_sequence)
{
    struct fm_stmt *st = fm_sql(w, FM_SQL_ARTICLE_ADD);
    enum fm_error e;
    int64_t sequence;

    fm_stmt_int(st, 1, source);
    fm_stmt_text(st, 2, article->id);
    fm_stmt_int(st, 3, version);
    fm_stmt_blob(st, 4,
                 fm_str_n((const char *)article->content.bytes,
                          sizeof article->content.bytes));
    fm_stmt_int(st, 5, (int64_t)article->body.len);
    fm_stmt_int_or(st, 6, article->published_us, INT64_MIN);
    fm_stmt_int(st, 7, fm_writer_now(w));
    e = fm_stmt_run(st, why);
    if (e != FM_OK)
        return e;
    sequence = sqlite3_last_insert_rowid(w->db);
    st = fm_sql(w, FM_SQL_BODY_ADD);
    fm_stmt_int(st, 1, sequence);
    fm_stmt_blob(st, 2, article->body);
    e = fm_stmt_run(st, why);
    if (e == FM_OK)
        *ret_sequence = sequence;
    return e;
}

enum fm_error fm_inbox_append(struct fm_writer *w,
                              const struct fm_store_article *article,
                              struct fm_why *why, struct fm_store_appended *ret)
{
    struct newest newest = {0};
    int64_t source = 0;
    int64_t sequence = 0;
    enum fm_error e;

    e = check_key(article->source, FM_LIMIT_SOURCE, "article.source", why);
    if (e == FM_OK)
        e = check_key(article->id, FM_LIMIT_ID, "article.id", why);
    if (e == FM_OK && article->body.len > FM_LIMIT_BODY_HARD)
        e = fm_fail_field(FM_ETOOBIG, why, "article", NULL,
                          "the article has more than %u bytes",
                          FM_LIMIT_BODY_HARD);
    if (e == FM_OK && fm_fault_point("inbox.insert"))
        e = fm_fail(FM_EIO, why, "FAULT", "made to fail by a test");
    if (e == FM_OK)
        e = source_number(w, article->source, why, &source);
    if (e == FM_OK)
        e = find_newest(w, source, article, why, &newest);
    if (e != FM_OK)
        return e;
    if (newest.same) {
        ret->sequence = (uint64_t)newest.sequence;
        ret->version = newest.version;
        ret->duplicate = true;
        ret->state = newest.state;
        return FM_OK;
    }
    /* Nobody will ask for a version that was replaced before it was read. */
    if (newest.sequence != 0 && newest.state == PENDING)
        e = fm_inbox_end(w, newest.sequence, newest.size, PENDING, SKIPPED,
                         fm_str("superseded"), why);
    if (e == FM_OK)
        e = insert(w, source, newest.version + 1, article, why, &sequence);
    if (e != FM_OK)
        return e;
    fm_tally_move(&w->tally,
                  FACTMILL__V1__ARTICLE_STATE__ARTICLE_STATE_UNSPECIFIED,
                  PENDING, (int64_t)article->body.len);
    ret->sequence = (uint64_t)sequence;
    ret->version = newest.version + 1;
    ret->duplicate = false;
    ret->state = PENDING;
    return FM_OK;
}
