/* Prepared statements. Binding never fails by itself: what goes wrong is kept
 * and comes out of the next step. Text and blobs are borrowed until then. */
#ifndef FM_STORE_STMT_PRIV_H
#define FM_STORE_STMT_PRIV_H

#include "base/error.h"
#include "base/str.h"

#include <sqlite3.h>

struct fm_stmt {
    sqlite3_stmt *handle;
    int failed; /* of a binding since the last step */
};

/* sql: kept for as long as the database is open. */
enum fm_error fm_stmt_prepare(sqlite3 *db, struct fm_str sql,
                              struct fm_why *why, struct fm_stmt *ret_stmt);
void fm_stmt_release(struct fm_stmt *stmt);

/* Parameters are counted from 1. */
void fm_stmt_int(struct fm_stmt *stmt, int at, int64_t v);
void fm_stmt_real(struct fm_stmt *stmt, int at, double v);
/* Must be valid UTF-8. */
void fm_stmt_text(struct fm_stmt *stmt, int at, struct fm_str s);
void fm_stmt_blob(struct fm_stmt *stmt, int at, struct fm_str s);
void fm_stmt_null(struct fm_stmt *stmt, int at);
/* NULL when v is the given "none". */
void fm_stmt_int_or(struct fm_stmt *stmt, int at, int64_t v, int64_t none);

/* The next row. After the last one, or on failure, the statement is reset;
 * somebody who stops before that calls fm_stmt_reset. */
enum fm_error fm_stmt_step(struct fm_stmt *stmt, struct fm_why *why,
                           bool *ret_row);
/* For statements that give no rows. */
enum fm_error fm_stmt_run(struct fm_stmt *stmt, struct fm_why *why);
/* For statements that give at most one row of one number; *ret_found tells. */
enum fm_error fm_stmt_number(struct fm_stmt *stmt, struct fm_why *why,
                             bool *ret_found, int64_t *ret);
void fm_stmt_reset(struct fm_stmt *stmt);

/* Columns are counted from 0; views live until the next step or reset. */
int64_t fm_stmt_col_int(const struct fm_stmt *stmt, int at);
int64_t fm_stmt_col_int_or(const struct fm_stmt *stmt, int at, int64_t none);
double fm_stmt_col_real(const struct fm_stmt *stmt, int at);
struct fm_str fm_stmt_col_str(const struct fm_stmt *stmt, int at);
bool fm_stmt_col_is_null(const struct fm_stmt *stmt, int at);

#endif
