#include "base/wire.h"
#include "store/filter_priv.h"
#include "store/highlight_priv.h"
#include "store/text_query.h"

/* Fields of the messages, as in proto/. */
enum { FACT_EVIDENCE = 16, EVIDENCE_TEXT = 3, ARTICLE_TITLE = 4 };

static struct fm_str field_of(struct fm_str message, uint32_t number)
{
    struct fm_wire_field field;
    struct fm_str found = {NULL, 0};
    size_t at = 0;

    while (fm_wire_next(message, &at, &field))
        if (field.type == 2 && field.number == number)
            found = field.bytes;
    return found;
}

/* --- the list ------------------------------------------------------------------------ */

struct hits {
    struct fm_store_cursor *items;
    size_t n;
    size_t max;
};

/* bm25 counts all documents, so scores move while articles come in. A cursor
 * keeps the row; its score is asked for again and the page goes on from
 * there. */
static enum fm_error score_now(struct fm_reader *r, struct fm_str match,
                               const struct fm_store_cursor *after,
                               struct fm_why *why, double *ret)
{
    struct fm_stmt *st = NULL;
    bool row = false;
    enum fm_error e = fm_reader_stmt(
        r, "SELECT rank FROM search WHERE search MATCH ? AND rowid=?", why,
        &st);

    *ret = after->number;
    if (e != FM_OK)
        return e;
    fm_stmt_text(st, 1, match);
    fm_stmt_int(st, 2, after->key);
    e = fm_stmt_step(st, why, &row);
    if (e == FM_OK && row) {
        *ret = fm_stmt_col_real(st, 0);
        fm_stmt_reset(st);
    }
    return e;
}

static enum fm_error collect(struct fm_reader *r, const struct fm_filter *f,
                             const struct fm_store_cursor *after,
                             struct fm_why *why, struct hits *hits)
{
    static const struct fm_plan plan = {.lead = FM_LEAD_TEXT, .ranges = true};
    struct fm_stmt *st = NULL;
    struct fm_query q;
    double score = 0;
    bool row = false;
    enum fm_error e =
        after->set ? score_now(r, f->match, after, why, &score) : FM_OK;

    if (e != FM_OK)
        return e;
    fm_query_init(&q);
    fm_query_add(&q, "SELECT f.sequence, s.rank, s.rowid");
    fm_filter_sql(&q, f, &plan);
    if (after->set) {
        fm_query_real(&q, " AND (s.rank > ", score);
        fm_query_real(&q, " OR (s.rank = ", score);
        fm_query_int(&q, " AND +f.sequence < ", after->row);
        fm_query_add(&q, "))");
    }
    fm_query_int(&q, " ORDER BY s.rank, f.sequence DESC LIMIT ",
                 (int64_t)hits->max);
    e = fm_query_start(r, &q, why, &st);
    while (e == FM_OK && (e = fm_stmt_step(st, why, &row)) == FM_OK && row) {
        struct fm_store_cursor *c = &hits->items[hits->n++];

        c->set = true;
        c->row = fm_stmt_col_int(st, 0);
        c->number = fm_stmt_col_real(st, 1);
        c->key = fm_stmt_col_int(st, 2);
    }
    fm_query_release(&q);
    return e;
}

/* --- one hit ------------------------------------------------------------------------- */

static enum fm_error find_spans(struct fm_reader *r, struct fm_str match,
                                int64_t row_id, struct fm_str text,
                                struct fm_why *why, struct fm_store_hit *hit)
{
    struct fm_stmt *st = NULL;
    Factmill__V1__Span *spans = NULL;
    struct fm_str blob;
    bool row = false;
    size_t n;
    enum fm_error e = fm_reader_stmt(
        r,
        "SELECT fm_spans(search, ?) FROM search WHERE search MATCH ?"
        " AND rowid=?",
        why, &st);

    if (e != FM_OK)
        return e;
    fm_stmt_blob(st, 1, text);
    fm_stmt_text(st, 2, match);
    fm_stmt_int(st, 3, row_id);
    e = fm_stmt_step(st, why, &row);
    if (e != FM_OK || !row)
        return e;
    blob = fm_stmt_col_str(st, 0);
    n = blob.len / (2 * sizeof(uint32_t));
    spans = fm_arena_array(&r->arena, n, sizeof *spans);
    for (size_t i = 0; spans != NULL && i < n; i++) {
        uint32_t pair[2];

        memcpy(pair, blob.data + i * sizeof pair, sizeof pair);
        factmill__v1__span__init(&spans[i]);
        spans[i].start = pair[0];
        spans[i].end = pair[1];
    }
    fm_stmt_reset(st);
    if (spans == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for highlights");
    hit->highlights = spans;
    hit->highlight_count = n;
    return FM_OK;
}

static enum fm_error give(struct fm_reader *r, const struct fm_filter *f,
                          const struct fm_store_cursor *cursor,
                          const struct fm_facts_call *call, struct fm_why *why,
                          bool *ret_go_on)
{
    static const char sql[] =
        "SELECT f.recorded_us, f.retracted, f.fact, b.bytes FROM fact f"
        " LEFT JOIN body b ON b.article=f.article WHERE f.sequence=?";
    struct fm_store_hit hit = {.score = -cursor->number};
    struct fm_stmt *st = NULL;
    bool row = false;
    int64_t retracted;
    enum fm_error e = fm_reader_stmt(r, sql, why, &st);

    if (e != FM_OK)
        return e;
    fm_stmt_int(st, 1, cursor->row);
    e = fm_stmt_step(st, why, &row);
    if (e != FM_OK)
        return e;
    if (!row)
        return fm_fail(FM_ECORRUPT, why, "STORE_CORRUPT",
                       "fact number %lld is in an index, but not there",
                       (long long)cursor->row);
    retracted = fm_stmt_col_int(st, 1);
    if (f->as_of != 0 && retracted > f->as_of)
        retracted = 0;
    hit.fact.cursor = *cursor;
    hit.fact.sequence = (uint64_t)cursor->row;
    hit.fact.stored = fm_stmt_col_str(st, 2);
    hit.fact.added =
        fm_read_added(r, cursor->row, fm_stmt_col_int(st, 0), retracted);
    hit.title = field_of(fm_stmt_col_str(st, 3), ARTICLE_TITLE);
    e = find_spans(
        r, f->match, cursor->key,
        field_of(field_of(hit.fact.stored, FACT_EVIDENCE), EVIDENCE_TEXT), why,
        &hit);
    if (e == FM_OK)
        *ret_go_on = call->each_hit(call->user, &hit);
    fm_stmt_reset(st);
    return e;
}

/* --- SearchFacts ---------------------------------------------------------------------- */

/* The query, and the filter's own text where there is one. */
static enum fm_error match_both(struct fm_reader *r, struct fm_str query,
                                struct fm_why *why, struct fm_filter *f)
{
    struct fm_str match = {NULL, 0};
    enum fm_error e =
        fm_text_query(query, "query", NULL, &r->arena, why, &match);
    char *z;

    if (e != FM_OK)
        return e;
    if (f->match.len > 0) {
        z = fm_arena_printf(&r->arena, "(%.*s) AND (%.*s)", FM_STR_ARG(match),
                            FM_STR_ARG(f->match));
        if (z == NULL)
            return fm_fail(FM_ENOMEM, why, NULL, "no memory for a query");
        match = fm_str(z);
    }
    f->match = match;
    return FM_OK;
}

enum fm_error fm_read_search(struct fm_reader *r,
                             const struct fm_facts_call *call,
                             struct fm_why *why, bool *ret_more)
{
    struct hits hits = {.max = fm_read_page(call->page->size) + 1};
    struct fm_filter f;
    bool go_on = true;
    size_t i = 0;
    enum fm_error e = fm_filter_resolve(r, call->filter, why, &f);

    if (e == FM_OK)
        e = match_both(r, call->query, why, &f);
    if (e != FM_OK)
        return e;
    hits.items = fm_arena_array(&r->arena, hits.max, sizeof *hits.items);
    if (hits.items == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for a page");
    if (!f.impossible)
        e = collect(r, &f, &call->page->after, why, &hits);
    while (e == FM_OK && go_on && i < hits.n && i < hits.max - 1)
        e = give(r, &f, &hits.items[i++], call, why, &go_on);
    if (e == FM_OK)
        *ret_more = i < hits.n;
    return e;
}
