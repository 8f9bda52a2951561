#include "store/db_priv.h"
#include "store/stmt_priv.h"

#include <limits.h>

enum fm_error fm_stmt_prepare(sqlite3 *db, struct fm_str sql,
                              struct fm_why *why, struct fm_stmt *ret_stmt)
{
    struct fm_stmt stmt = {NULL, SQLITE_OK};
    int rc = sqlite3_prepare_v3(db, sql.data, (int)sql.len,
                                SQLITE_PREPARE_PERSISTENT, &stmt.handle, NULL);

    if (rc != SQLITE_OK)
        return fm_db_fail(db, rc, why, "preparing a statement");
    *ret_stmt = stmt;
    return FM_OK;
}

void fm_stmt_release(struct fm_stmt *stmt)
{
    (void)sqlite3_finalize(stmt->handle);
    stmt->handle = NULL;
}

static void bound(struct fm_stmt *stmt, int rc)
{
    if (rc != SQLITE_OK && stmt->failed == SQLITE_OK)
        stmt->failed = rc;
}

void fm_stmt_int(struct fm_stmt *stmt, int at, int64_t v)
{
    bound(stmt, sqlite3_bind_int64(stmt->handle, at, v));
}

void fm_stmt_real(struct fm_stmt *stmt, int at, double v)
{
    bound(stmt, sqlite3_bind_double(stmt->handle, at, v));
}

void fm_stmt_text(struct fm_stmt *stmt, int at, struct fm_str s)
{
    bound(stmt,
          sqlite3_bind_text64(stmt->handle, at, s.data != NULL ? s.data : "",
                              s.len, SQLITE_STATIC, SQLITE_UTF8));
}

void fm_stmt_blob(struct fm_stmt *stmt, int at, struct fm_str s)
{
    bound(stmt,
          sqlite3_bind_blob64(stmt->handle, at, s.data != NULL ? s.data : "",
                              s.len, SQLITE_STATIC));
}

void fm_stmt_null(struct fm_stmt *stmt, int at)
{
    bound(stmt, sqlite3_bind_null(stmt->handle, at));
}

void fm_stmt_int_or(struct fm_stmt *stmt, int at, int64_t v, int64_t none)
{
    if (v == none)
        fm_stmt_null(stmt, at);
    else
        fm_stmt_int(stmt, at, v);
}

enum fm_error fm_stmt_step(struct fm_stmt *stmt, struct fm_why *why,
                           bool *ret_row)
{
    sqlite3 *db = sqlite3_db_handle(stmt->handle);
    enum fm_error e;
    int rc = stmt->failed;

    stmt->failed = SQLITE_OK;
    if (rc == SQLITE_OK)
        rc = sqlite3_step(stmt->handle);
    if (rc == SQLITE_ROW || rc == SQLITE_DONE) {
        *ret_row = rc == SQLITE_ROW;
        if (rc == SQLITE_DONE)
            (void)sqlite3_reset(stmt->handle);
        return FM_OK;
    }
    e = fm_db_fail(db, rc, why, "database");
    (void)sqlite3_reset(stmt->handle);
    return e;
}

enum fm_error fm_stmt_run(struct fm_stmt *stmt, struct fm_why *why)
{
    bool row = false;
    enum fm_error e = fm_stmt_step(stmt, why, &row);

    if (e == FM_OK && row)
        fm_stmt_reset(stmt);
    return e;
}

enum fm_error fm_stmt_number(struct fm_stmt *stmt, struct fm_why *why,
                             bool *ret_found, int64_t *ret)
{
    bool row = false;
    enum fm_error e = fm_stmt_step(stmt, why, &row);

    if (e != FM_OK)
        return e;
    *ret_found = row && !fm_stmt_col_is_null(stmt, 0);
    if (*ret_found)
        *ret = fm_stmt_col_int(stmt, 0);
    if (row)
        fm_stmt_reset(stmt);
    return FM_OK;
}

void fm_stmt_reset(struct fm_stmt *stmt)
{
    (void)sqlite3_reset(stmt->handle);
    stmt->failed = SQLITE_OK;
}

int64_t fm_stmt_col_int(const struct fm_stmt *stmt, int at)
{
    return sqlite3_column_int64(stmt->handle, at);
}

int64_t fm_stmt_col_int_or(const struct fm_stmt *stmt, int at, int64_t none)
{
    return fm_stmt_col_is_null(stmt, at) ? none : fm_stmt_col_int(stmt, at);
}

double fm_stmt_col_real(const struct fm_stmt *stmt, int at)
{
    return sqlite3_column_double(stmt->handle, at);
}

struct fm_str fm_stmt_col_str(const struct fm_stmt *stmt, int at)
{
    const char *data = sqlite3_column_blob(stmt->handle, at);
    int len = sqlite3_column_bytes(stmt->handle, at);

    return fm_str_n(data, data != NULL && len > 0 ? (size_t)len : 0);
}

bool fm_stmt_col_is_null(const struct fm_stmt *stmt, int at)
{
    return sqlite3_column_type(stmt->handle, at) == SQLITE_NULL;
}
