#include "base/wire.h"
#include "store/filter_priv.h"

/* Field of Fact, read without taking the message apart. */
enum { FACT_ID = 1 };

/* --- one row ---------------------------------------------------------------------- */

static const char by_sequence[] =
    "SELECT recorded_us, retracted, fm_fact(sequence, id, fact) FROM fact"
    " WHERE sequence=?";

/* Where a row stands in the list; the bytes are read after the list is known,
 * so that sorting moves numbers only. */
struct found {
    struct fm_store_cursor cursor;
};

/* as_of: retractions after it have not happened; 0 = all have. */
static enum fm_error give(struct fm_reader *r, const struct found *found,
                          int64_t as_of, fm_store_each *each, void *user,
                          struct fm_why *why, bool *ret_go_on)
{
    struct fm_store_row row = {.cursor = found->cursor,
                               .sequence = (uint64_t)found->cursor.row};
    struct fm_stmt *st = NULL;
    bool has_row = false;
    int64_t retracted;
    enum fm_error e = fm_reader_stmt(r, by_sequence, why, &st);

    if (e != FM_OK)
        return e;
    fm_stmt_int(st, 1, found->cursor.row);
    e = fm_stmt_step(st, why, &has_row);
    if (e != FM_OK)
        return e;
    if (!has_row)
        return fm_fail(FM_ECORRUPT, why, "STORE_CORRUPT",
                       "fact number %lld is in an index, but not there",
                       (long long)found->cursor.row);
    retracted = fm_stmt_col_int(st, 1);
    if (as_of != 0 && retracted > as_of)
        retracted = 0;
    row.stored = fm_stmt_col_str(st, 2);
    row.added =
        fm_read_added(r, found->cursor.row, fm_stmt_col_int(st, 0), retracted);
    *ret_go_on = each(user, &row);
    fm_stmt_reset(st);
    return FM_OK;
}

/* --- GetFact ------------------------------------------------------------------------ */

/* The one in force, or else the newest. */
enum fm_error fm_read_fact(struct fm_reader *r, const struct fm_id *id,
                           struct fm_buf *out, struct fm_why *why)
{
    static const char sql[] =
        "SELECT f.sequence, f.recorded_us, f.retracted,"
        " fm_fact(f.sequence, f.id, f.fact)"
        " FROM fact_key k CROSS JOIN change c ON c.last=k.last"
        " CROSS JOIN fact f ON f.sequence>=c.added AND f.sequence<=c.last"
        " WHERE k.key=?1 AND f.id=?2 AND f.sequence<=?3"
        " ORDER BY f.retracted IS NOT NULL AND f.retracted<=?3,"
        " f.sequence DESC";
    int64_t upto = r->hold != 0 ? r->hold : INT64_MAX;
    char hex[33];
    struct fm_stmt *st = NULL;
    bool row = false;
    enum fm_error e = fm_reader_stmt(r, sql, why, &st);

    if (e != FM_OK)
        return e;
    fm_stmt_int(st, 1, fm_fact_key(id));
    fm_stmt_int(st, 2, fm_fact_rest(id));
    fm_stmt_int(st, 3, upto);
    e = fm_stmt_step(st, why, &row);
    if (e != FM_OK)
        return e;
    if (row) {
        int64_t retracted = fm_stmt_col_int(st, 2);

        fm_buf_str(out, fm_stmt_col_str(st, 3));
        fm_buf_str(out, fm_read_added(r, fm_stmt_col_int(st, 0),
                                      fm_stmt_col_int(st, 1),
                                      retracted <= upto ? retracted : 0));
        fm_stmt_reset(st);
        e = fm_buf_error(out);
        return e == FM_OK
                   ? FM_OK
                   : fm_fail(e, why, NULL, "the fact does not fit the reply");
    }
    fm_id_hex(id, hex);
    return fm_fail(FM_ENOTFOUND, why, "FACT_NOT_FOUND", "there is no fact %s",
                   hex);
}

enum fm_error fm_read_fact_id(struct fm_reader *r, int64_t sequence,
                              struct fm_arena *arena, struct fm_why *why,
                              char **ret)
{
    struct fm_stmt *st = NULL;
    struct fm_wire_field field;
    char *id = NULL;
    bool row = false;
    size_t at = 0;
    enum fm_error e =
        fm_reader_stmt(r,
                       "SELECT fm_fact(sequence, id, fact) FROM fact"
                       " WHERE sequence=?",
                       why, &st);

    if (e != FM_OK)
        return e;
    fm_stmt_int(st, 1, sequence);
    e = fm_stmt_step(st, why, &row);
    if (e != FM_OK)
        return e;
    while (row && id == NULL &&
           fm_wire_next(fm_stmt_col_str(st, 0), &at, &field))
        if (field.number == FACT_ID && field.type == 2)
            id = fm_arena_copy(arena, field.bytes);
    fm_stmt_reset(st);
    if (id == NULL)
        return fm_fail(FM_ECORRUPT, why, "STORE_CORRUPT",
                       "fact number %lld has no id", (long long)sequence);
    *ret = id;
    return FM_OK;
}

/* --- lists --------------------------------------------------------------------------- */

struct list {
    struct found *items;
    size_t n;
    size_t max; /* one more than the page */
    size_t given;
};

static enum fm_error collect(struct fm_reader *r, const struct fm_filter *f,
                             const struct fm_order *o, bool nulls,
                             const struct fm_store_cursor *after,
                             struct fm_why *why, struct list *list)
{
    struct fm_plan plan = {.lead = FM_LEAD_SCAN};
    struct fm_stmt *st = NULL;
    struct fm_query q;
    bool row = false;
    enum fm_error e = fm_filter_plan(r, f, o, nulls, why, &plan);

    if (e != FM_OK)
        return e;
    fm_query_init(&q);
    fm_query_add(&q, "SELECT f.sequence");
    if (o->key != NULL) {
        fm_query_add(&q, ", ");
        fm_query_add(&q, o->key);
    }
    fm_filter_sql(&q, f, &plan);
    fm_order_sql(&q, o, &plan, nulls, after, (int64_t)(list->max - list->n));
    e = fm_query_start(r, &q, why, &st);
    while (e == FM_OK && (e = fm_stmt_step(st, why, &row)) == FM_OK && row) {
        struct fm_store_cursor *c = &list->items[list->n++].cursor;

        c->set = true;
        c->row = fm_stmt_col_int(st, 0);
        c->null_key = nulls;
        if (o->real)
            c->number = fm_stmt_col_real(st, 1);
        else if (o->key != NULL && !nulls)
            c->key = fm_stmt_col_int(st, 1);
    }
    fm_query_release(&q);
    return e;
}

/* Calls each for the rows of the page; list->given counts them. */
static enum fm_error give_all(struct fm_reader *r, struct list *list,
                              int64_t as_of, fm_store_each *each, void *user,
                              struct fm_why *why, bool *ret_more)
{
    bool go_on = true;
    enum fm_error e = FM_OK;

    while (e == FM_OK && go_on && list->given < list->n &&
           list->given < list->max - 1)
        e = give(r, &list->items[list->given++], as_of, each, user, why,
                 &go_on);
    if (e == FM_OK)
        *ret_more = list->given < list->n;
    return e;
}

static enum fm_error list_init(struct fm_reader *r, size_t size,
                               struct fm_why *why, struct list *ret)
{
    ret->n = 0;
    ret->given = 0;
    ret->max = size + 1;
    ret->items = fm_arena_array(&r->arena, ret->max, sizeof *ret->items);
    return ret->items != NULL
               ? FM_OK
               : fm_fail(FM_ENOMEM, why, NULL, "no memory for a page");
}

/* collect() and give_all() for the whole of an order. */
static enum fm_error list_order(struct fm_reader *r, const struct fm_filter *f,
                                const struct fm_order *o,
                                const struct fm_store_cursor *after,
                                struct fm_why *why, struct list *list)
{
    enum fm_error e = FM_OK;

    if (!o->nullable || !after->set || !after->null_key)
        e = collect(r, f, o, false, after, why, list);
    if (e == FM_OK && o->nullable && list->n < list->max)
        e = collect(r, f, o, true, after, why, list);
    return e;
}

enum fm_error fm_read_facts(struct fm_reader *r,
                            const struct fm_facts_call *call,
                            struct fm_why *why, bool *ret_more)
{
    const struct fm_order *o = NULL;
    struct fm_filter f;
    struct list list;
    enum fm_error e = fm_order_of(call->order, why, &o);

    if (e == FM_OK)
        e = fm_filter_resolve(r, call->filter, why, &f);
    if (e == FM_OK)
        e = list_init(r, fm_read_page(call->page->size), why, &list);
    if (e == FM_OK && !f.impossible)
        e = list_order(r, &f, o, &call->page->after, why, &list);
    if (e == FM_OK)
        e = give_all(r, &list, f.as_of, call->each, call->user, why, ret_more);
    return e;
}

enum fm_error fm_read_export(struct fm_reader *r,
                             const struct fm_export_call *call,
                             struct fm_why *why, uint64_t *ret_after,
                             bool *ret_more)
{
    static const struct fm_order by_change = {.descending = false};
    struct fm_store_cursor cursor = {.set = true, .row = (int64_t)call->after};
    struct fm_filter f;
    struct list list;
    bool more = false;
    enum fm_error e;

    if (call->after > INT64_MAX - 1 || call->upto > INT64_MAX - 1)
        return fm_fail(FM_EINVAL, why, NULL, "no such change");
    e = fm_filter_resolve(r, call->filter, why, &f);
    if (e == FM_OK)
        e = list_init(r, fm_read_page(call->max), why, &list);
    if (e != FM_OK)
        return e;
    fm_filter_pin(&f, (int64_t)call->upto);
    if (!f.impossible && call->after < call->upto)
        e = collect(r, &f, &by_change, false, &cursor, why, &list);
    if (e == FM_OK)
        e = give_all(r, &list, f.as_of, call->each, call->user, why, &more);
    if (e != FM_OK)
        return e;
    *ret_after =
        more ? (uint64_t)list.items[list.given - 1].cursor.row : call->upto;
    *ret_more = more;
    return FM_OK;
}
