/* A connection to the store's file, set up as messaging demands of the one
 * writer and of the readers, and the one mapping of SQLite's errors. */
#ifndef FM_STORE_DB_PRIV_H
#define FM_STORE_DB_PRIV_H

#include "base/error.h"

#include <sqlite3.h>

/* "FMil": `file factmill.db` and the reader know whose file it is. */
#define FM_DB_APPLICATION_ID 0x464d696c
/* Bytes of a page: what SQLite makes by default. */
#define FM_DB_PAGE 4096u
/* Outsiders that lock the file (a person with the sqlite3 tool) are waited for
 * this long. */
#define FM_DB_BUSY_MS 5000

/* Both return a connection ready for use; on failure nothing is left open.
 * writer: creates the file (mode 0600) when missing. reader: FM_ENOTFOUND when
 * there is none; never writes, never checkpoints. vfs: of gather_priv.h, or NULL
 * for SQLite's own. */
enum fm_error fm_db_open_writer(const char *dir, const char *vfs,
                                struct fm_why *why, sqlite3 **ret_db);
enum fm_error fm_db_open_reader(const char *dir, struct fm_why *why,
                                sqlite3 **ret_db);
/* A file by its path, for looking at it: never writes to it, but may keep tables of
 * its own in memory. */
enum fm_error fm_db_open_look(const char *path, struct fm_why *why,
                              sqlite3 **ret_db);
void fm_db_close(sqlite3 *db);

/* The project's error for what SQLite returned, with its message and what was
 * being done in why. */
enum fm_error fm_db_fail(sqlite3 *db, int rc, struct fm_why *why,
                         const char *doing);
/* Names the data directory in the text of why, where it does not yet. */
enum fm_error fm_db_fail_in(const char *dir, enum fm_error error,
                            struct fm_why *why);
/* FM_ECONFIG: there is something else under the name of the data directory. */
enum fm_error fm_db_no_folder(const char *dir, struct fm_why *why);
/* Runs SQL text that gives no rows; several statements may follow another. */
enum fm_error fm_db_exec(sqlite3 *db, const char *sql, struct fm_why *why);
/* One number out of one row ("PRAGMA user_version"). */
enum fm_error fm_db_number(sqlite3 *db, const char *sql, struct fm_why *why,
                           int64_t *ret);

#endif
