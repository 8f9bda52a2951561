#include "base/hash.h"
#include "store/reader_priv.h"

/* The longest query: all conditions with their lists. */
#define SQL_MAX 16384u

void fm_query_init(struct fm_query *q)
{
    memset(q, 0, sizeof *q);
    fm_buf_init(&q->sql, SQL_MAX);
}

void fm_query_release(struct fm_query *q)
{
    fm_buf_release(&q->sql);
}

void fm_query_add(struct fm_query *q, const char *sql)
{
    fm_buf_z(&q->sql, sql);
}

static void add_param(struct fm_query *q, const char *sql,
                      const struct fm_param *p)
{
    if (q->n == FM_QUERY_PARAMS) {
        q->too_many = true;
        return;
    }
    fm_buf_z(&q->sql, sql);
    fm_buf_char(&q->sql, '?');
    q->params[q->n++] = *p;
}

void fm_query_int(struct fm_query *q, const char *sql, int64_t v)
{
    struct fm_param p = {.type = FM_PARAM_INT, .number = v};

    add_param(q, sql, &p);
}

void fm_query_real(struct fm_query *q, const char *sql, double v)
{
    struct fm_param p = {.type = FM_PARAM_REAL, .real = v};

    add_param(q, sql, &p);
}

void fm_query_text(struct fm_query *q, const char *sql, struct fm_str v)
{
    struct fm_param p = {.type = FM_PARAM_TEXT, .text = v};

    add_param(q, sql, &p);
}

void fm_query_in(struct fm_query *q, const char *sql, const int64_t *v,
                 size_t n)
{
    fm_query_add(q, sql);
    if (n == 1) {
        fm_query_int(q, " = ", v[0]);
        return;
    }
    fm_query_add(q, " IN (");
    for (size_t i = 0; i < n; i++)
        fm_query_int(q, i > 0 ? "," : "", v[i]);
    fm_query_add(q, ")");
}

/* --- the cache ------------------------------------------------------------------- */

static struct fm_cached *oldest(struct fm_reader *r)
{
    struct fm_cached *found = &r->cache[0];

    for (size_t i = 1; i < FM_READER_STATEMENTS; i++)
        if (r->cache[i].used < found->used)
            found = &r->cache[i];
    return found;
}

static enum fm_error prepare(struct fm_reader *r, struct fm_str sql,
                             struct fm_why *why, struct fm_stmt **ret_stmt)
{
    uint64_t hash = fm_hash_str(sql);
    struct fm_cached *slot;
    struct fm_cached fresh = {.len = sql.len, .hash = hash};
    enum fm_error e;

    for (size_t i = 0; i < FM_READER_STATEMENTS; i++) {
        slot = &r->cache[i];
        if (slot->sql != NULL && slot->hash == hash &&
            fm_str_eq(fm_str_n(slot->sql, slot->len), sql)) {
            slot->used = ++r->uses;
            *ret_stmt = &slot->stmt;
            return FM_OK;
        }
    }
    fresh.sql = malloc(sql.len + 1);
    if (fresh.sql == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for a query");
    memcpy(fresh.sql, sql.data, sql.len);
    fresh.sql[sql.len] = '\0';
    e = fm_stmt_prepare(r->db, fm_str_n(fresh.sql, sql.len), why, &fresh.stmt);
    if (e != FM_OK) {
        free(fresh.sql);
        return e;
    }
    fresh.used = ++r->uses;
    slot = oldest(r);
    fm_stmt_release(&slot->stmt);
    free(slot->sql);
    *slot = fresh;
    *ret_stmt = &slot->stmt;
    return FM_OK;
}

enum fm_error fm_reader_stmt(struct fm_reader *r, const char *sql,
                             struct fm_why *why, struct fm_stmt **ret_stmt)
{
    enum fm_error e = prepare(r, fm_str(sql), why, ret_stmt);

    if (e == FM_OK)
        fm_stmt_reset(*ret_stmt);
    return e;
}

enum fm_error fm_query_start(struct fm_reader *r, const struct fm_query *q,
                             struct fm_why *why, struct fm_stmt **ret_stmt)
{
    enum fm_error e = fm_buf_error(&q->sql);
    struct fm_stmt *st = NULL;

    if (e == FM_ENOMEM)
        return fm_fail(e, why, NULL, "no memory for the filter");
    if (e != FM_OK || q->too_many)
        return fm_fail(FM_EINVAL, why, "FILTER_TOO_LARGE",
                       "the filter has too many conditions");
    e = prepare(r, fm_buf_view(&q->sql), why, &st);
    if (e != FM_OK)
        return e;
    fm_stmt_reset(st);
    for (size_t i = 0; i < q->n; i++) {
        const struct fm_param *p = &q->params[i];
        int at = (int)i + 1;

        if (p->type == FM_PARAM_INT)
            fm_stmt_int(st, at, p->number);
        else if (p->type == FM_PARAM_REAL)
            fm_stmt_real(st, at, p->real);
        else
            fm_stmt_text(st, at, p->text);
    }
    *ret_stmt = st;
    return FM_OK;
}
