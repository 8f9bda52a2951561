/* The shape of the database, by numbered steps. `PRAGMA user_version` says how
 * many were taken; each is one transaction. A released step never changes:
 * what comes later is a step of its own. */
#ifndef FM_STORE_MIGRATE_PRIV_H
#define FM_STORE_MIGRATE_PRIV_H

#include "base/error.h"

#include <sqlite3.h>

/* Brings the database to this program's version. FM_EVERSION: it is newer;
 * FM_ECORRUPT: it is an SQLite database of something else. */
enum fm_error fm_migrate(sqlite3 *db, struct fm_why *why);
/* For readers, which change nothing: FM_ENOTFOUND when the writer has not made
 * or migrated it yet, FM_EVERSION as above. */
enum fm_error fm_migrate_check(sqlite3 *db, struct fm_why *why);

/* A step: some pieces of SQL and a NULL, and what fills the new tables from the
 * old (may be NULL); both in one transaction. */
struct fm_schema_step {
    const char *const *sql;
    enum fm_error (*fill)(sqlite3 *db, struct fm_why *why);
};

/* The steps (schema.c), the first of them from 0 to 1. */
extern const struct fm_schema_step fm_schema_steps[];
extern const int fm_schema_version;

#endif
