#include "base/fault.h"
#include "store/db_priv.h"
#include "store/migrate_priv.h"

static enum fm_error identify(sqlite3 *db, struct fm_why *why,
                              int64_t *ret_version)
{
    int64_t application = 0;
    int64_t tables = 0;
    enum fm_error e = fm_db_number(db, "PRAGMA user_version", why, ret_version);

    if (e == FM_OK)
        e = fm_db_number(db, "PRAGMA application_id", why, &application);
    if (e == FM_OK)
        e = fm_db_number(db, "SELECT count(*) FROM sqlite_schema", why,
                         &tables);
    if (e == FM_OK && application != FM_DB_APPLICATION_ID &&
        (application != 0 || tables != 0))
        e = fm_fail(FM_ECORRUPT, why, "STORE_FOREIGN",
                    "the file is an SQLite database, but not factmill's");
    if (e == FM_OK && *ret_version > fm_schema_version)
        e = fm_fail(FM_EVERSION, why, "STORE_NEWER",
                    "the database has version %d, this program knows up to %d: "
                    "use the newer factmill that made it",
                    (int)*ret_version, fm_schema_version);
    return e;
}

static enum fm_error take_step(sqlite3 *db, int64_t from, struct fm_why *why)
{
    const struct fm_schema_step *step = &fm_schema_steps[from];
    char done[96];
    enum fm_error e = fm_db_exec(db, "BEGIN IMMEDIATE", why);

    if (e != FM_OK)
        return e;
    (void)snprintf(done, sizeof done,
                   "PRAGMA application_id=%d; PRAGMA user_version=%d",
                   FM_DB_APPLICATION_ID, (int)from + 1);
    for (size_t i = 0; e == FM_OK && step->sql[i] != NULL; i++)
        e = fm_db_exec(db, step->sql[i], why);
    if (e == FM_OK && step->fill != NULL)
        e = step->fill(db, why);
    if (e == FM_OK && fm_fault_point("migrate"))
        e = fm_fail(FM_EIO, why, "FAULT", "made to fail by a test");
    if (e == FM_OK)
        e = fm_db_exec(db, done, why);
    if (e == FM_OK)
        e = fm_db_exec(db, "COMMIT", why);
    if (e != FM_OK && sqlite3_get_autocommit(db) == 0)
        (void)fm_db_exec(db, "ROLLBACK", NULL);
    return e;
}

enum fm_error fm_migrate(sqlite3 *db, struct fm_why *why)
{
    int64_t version = 0;
    enum fm_error e = identify(db, why, &version);

    for (; e == FM_OK && version < fm_schema_version; version++)
        e = take_step(db, version, why);
    return e;
}

enum fm_error fm_migrate_check(sqlite3 *db, struct fm_why *why)
{
    int64_t version = 0;
    enum fm_error e = identify(db, why, &version);

    if (e == FM_OK && version < fm_schema_version)
        e = fm_fail(FM_ENOTFOUND, why, "STORE_NOT_READY",
                    "the database is still being made or brought up to date; "
                    "start factmill-ingest, or wait for it");
    return e;
}
