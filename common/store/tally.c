#include "store/writer_priv.h"

#include <stddef.h>

#define STATE(s) (offsetof(struct fm_tally, state) + (s) * sizeof(int64_t))

/* In the order of table tally's columns. */
static const size_t columns[] = {
    STATE(FACTMILL__V1__ARTICLE_STATE__PENDING),
    STATE(FACTMILL__V1__ARTICLE_STATE__LEASED),
    STATE(FACTMILL__V1__ARTICLE_STATE__DONE),
    STATE(FACTMILL__V1__ARTICLE_STATE__DEAD),
    STATE(FACTMILL__V1__ARTICLE_STATE__SKIPPED),
    offsetof(struct fm_tally, dead_letters),
    offsetof(struct fm_tally, pending_bytes),
    offsetof(struct fm_tally, facts),
    offsetof(struct fm_tally, sequence),
    offsetof(struct fm_tally, clock_us),
};

#define COLUMNS (sizeof columns / sizeof columns[0])

static int64_t *member(struct fm_tally *tally, size_t column)
{
    return (int64_t *)(void *)((char *)tally + columns[column]);
}

enum fm_error fm_tally_load(struct fm_writer *w, struct fm_why *why)
{
    static const char sql[] =
        "SELECT pending, leased, done, dead, skipped, dead_letters,"
        " pending_bytes, facts, sequence, clock_us FROM tally";
    struct fm_stmt st = {NULL, 0};
    bool row = false;
    enum fm_error e = fm_stmt_prepare(w->db, fm_str(sql), why, &st);

    if (e == FM_OK)
        e = fm_stmt_step(&st, why, &row);
    if (e == FM_OK && !row)
        e = fm_fail(FM_ECORRUPT, why, "STORE_CORRUPT", "the totals are gone");
    for (size_t i = 0; e == FM_OK && i < COLUMNS; i++)
        *member(&w->tally, i) = fm_stmt_col_int(&st, (int)i);
    fm_stmt_release(&st);
    w->committed = w->tally;
    return e;
}

enum fm_error fm_tally_store(struct fm_writer *w, struct fm_why *why)
{
    struct fm_stmt *st;

    if (memcmp(&w->tally, &w->committed, sizeof w->tally) == 0)
        return FM_OK;
    st = fm_sql(w, FM_SQL_TALLY_WRITE);
    for (size_t i = 0; i < COLUMNS; i++)
        fm_stmt_int(st, (int)i + 1, *member(&w->tally, i));
    return fm_stmt_run(st, why);
}

void fm_tally_move(struct fm_tally *tally, Factmill__V1__ArticleState from,
                   Factmill__V1__ArticleState to, int64_t size)
{
    if (from != FACTMILL__V1__ARTICLE_STATE__ARTICLE_STATE_UNSPECIFIED)
        tally->state[from]--;
    tally->state[to]++;
    if (from == FACTMILL__V1__ARTICLE_STATE__PENDING)
        tally->pending_bytes -= size;
    if (to == FACTMILL__V1__ARTICLE_STATE__PENDING)
        tally->pending_bytes += size;
}
