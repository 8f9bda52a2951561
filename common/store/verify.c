#include "base/clock.h"
#include "base/str.h"
#include "store/lock.h"
#include "store/logguard.h"
#include "store/migrate_priv.h"
#include "store/store.h"
#include "store/verify_priv.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>

#define ARENA_MAX ((size_t)64 << 20)
/* Lines of SQLite about one table: more do not help anybody. */
#define LINES_MAX 100

void fm_verify_found(struct fm_verify *v, const char *format, ...)
{
    char text[400];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    v->check.findings++;
    v->findings++;
    v->ask->finding(v->ask->user, v->check.name, text);
}

enum fm_error fm_verify_damage(struct fm_verify *v, enum fm_error error,
                               const char *where, const struct fm_why *why)
{
    if (error != FM_ECORRUPT && error != FM_EIO)
        return error;
    fm_verify_found(v, "%s: %s", where, fm_why_text(why, error));
    return FM_OK;
}

enum fm_error fm_verify_pause(struct fm_verify *v, struct fm_why *why)
{
    fm_arena_reset(&v->arena);
    if (v->ask->stop == NULL || !v->ask->stop(v->ask->user))
        return FM_OK;
    return fm_fail(FM_EABORTED, why, "INTERRUPTED",
                   "stopped before everything was looked at");
}

/* --- the structure of the file ----------------------------------------------------- */

static enum fm_error each_line(struct fm_verify *v, struct fm_stmt *st,
                               struct fm_why *why)
{
    bool row = true;
    enum fm_error e = FM_OK;

    while (e == FM_OK && (e = fm_stmt_step(st, why, &row)) == FM_OK && row) {
        struct fm_str line = fm_stmt_col_str(st, 0);

        if (!fm_str_eqz(line, "ok"))
            fm_verify_found(v, "%.*s", FM_STR_ARG(line));
    }
    return e;
}

/* table: empty = the whole file, with the pages that nobody uses. */
static enum fm_error check_structure(struct fm_verify *v, const char *table,
                                     struct fm_why *why)
{
    struct fm_stmt st = {NULL, 0};
    char sql[200];
    enum fm_error e;

    if (table[0] == '\0')
        (void)snprintf(sql, sizeof sql, "PRAGMA integrity_check(%d)",
                       LINES_MAX);
    else
        (void)snprintf(sql, sizeof sql, "PRAGMA integrity_check(\"%s\")",
                       table);
    e = fm_stmt_prepare(v->db, fm_str(sql), why, &st);
    if (e == FM_OK)
        e = each_line(v, &st, why);
    fm_stmt_release(&st);
    v->check.rows++;
    return fm_verify_damage(v, e, table[0] != '\0' ? table : "file", why);
}

struct names {
    char **items;
    size_t n;
    size_t room;
};

static enum fm_error list_tables(struct fm_verify *v, struct fm_why *why,
                                 struct names *ret)
{
    struct fm_stmt st = {NULL, 0};
    bool row = true;
    enum fm_error e = fm_stmt_prepare(
        v->db,
        fm_str("SELECT name FROM sqlite_schema WHERE type='table'"
               " AND rootpage>0 ORDER BY name"),
        why, &st);

    while (e == FM_OK && (e = fm_stmt_step(&st, why, &row)) == FM_OK && row) {
        char **items = fm_arena_grow(&v->arena, ret->items, ret->n,
                                     sizeof *ret->items, &ret->room);

        if (items == NULL) {
            e = fm_fail(FM_ENOMEM, why, NULL, "no memory for names");
            break;
        }
        ret->items = items;
        items[ret->n++] = fm_arena_copy(&v->arena, fm_stmt_col_str(&st, 0));
    }
    fm_stmt_release(&st);
    return e;
}

/* Of a directory that nobody writes to: is the log what the last writer left? */
static enum fm_error verify_log(struct fm_verify *v, struct fm_why *why)
{
    if (!v->in_use || fm_lock_is_held(v->ask->path))
        return FM_OK;
    v->check.rows++;
    return fm_verify_damage(v, fm_logguard_check(v->ask->path, why), "log",
                            why);
}

/* One table after the other while somebody may write: each is one short read. */
static enum fm_error verify_structure(struct fm_verify *v, struct fm_why *why)
{
    struct names tables = {NULL, 0, 0};
    enum fm_error e;

    if (!v->in_use)
        return check_structure(v, "", why);
    e = list_tables(v, why, &tables);
    for (size_t i = 0; e == FM_OK && i < tables.n; i++) {
        if (v->ask->stop != NULL && v->ask->stop(v->ask->user))
            return fm_verify_pause(v, why);
        if (tables.items[i] != NULL)
            e = check_structure(v, tables.items[i], why);
    }
    return e;
}

/* --- all of it --------------------------------------------------------------------- */

static const struct {
    const char *name;
    enum fm_error (*run)(struct fm_verify *v, struct fm_why *why);
    bool structure; /* done when not every row is to be looked at */
} checks[] = {
    {"log", verify_log, true},          {"structure", verify_structure, true},
    {"totals", fm_verify_totals, true}, {"articles", fm_verify_articles, false},
    {"facts", fm_verify_facts, false},  {"entities", fm_verify_entities, false},
    {"words", fm_verify_words, false},
};

#define CHECKS (sizeof checks / sizeof *checks)

static enum fm_error run_checks(struct fm_verify *v, size_t from, size_t to,
                                struct fm_why *why)
{
    enum fm_error e = FM_OK;

    for (size_t i = from; e == FM_OK && i < to; i++) {
        uint64_t began = fm_now_ms();

        if (!checks[i].structure && !v->ask->full)
            continue;
        memset(&v->check, 0, sizeof v->check);
        v->check.name = checks[i].name;
        e = fm_verify_pause(v, why);
        if (e == FM_OK)
            e = checks[i].run(v, why);
        e = fm_verify_damage(v, e, checks[i].name, why);
        v->check.elapsed_ms = fm_now_ms() - began;
        if (e == FM_OK && v->ask->checked != NULL)
            v->ask->checked(v->ask->user, &v->check);
    }
    return e;
}

static enum fm_error find_ends(struct fm_verify *v, struct fm_why *why)
{
    enum fm_error e = fm_db_exec(v->db, "BEGIN", why);

    if (e == FM_OK)
        e = fm_db_number(v->db, "SELECT coalesce(max(sequence),0) FROM article",
                         why, &v->last_article);
    if (e == FM_OK)
        e = fm_db_number(v->db, "SELECT sequence FROM tally", why,
                         &v->last_change);
    if (e == FM_OK)
        e = fm_db_number(
            v->db,
            "SELECT max((SELECT ifnull(max(entity),0) FROM entity),"
            " (SELECT ifnull(max(who),0) FROM participant))",
            why, &v->last_entity);
    (void)fm_db_exec(v->db, "COMMIT", NULL);
    return e;
}

static enum fm_error find_file(struct fm_verify *v, struct fm_why *why,
                               char ret_path[PATH_MAX])
{
    const char *path = v->ask->path;
    struct stat status;
    int n;

    if (stat(path, &status) != 0)
        return errno == ENOENT
                   ? fm_fail(FM_ENOTFOUND, why, "STORE_MISSING",
                             "there is no %s", path)
                   : fm_fail_errno(errno, why, "cannot look at %s", path);
    v->in_use = S_ISDIR(status.st_mode);
    n = snprintf(ret_path, PATH_MAX, v->in_use ? "%s/%s" : "%s", path,
                 FM_STORE_FILE);
    if (n < 0 || n >= PATH_MAX)
        return fm_fail(FM_EINVAL, why, "PATH_TOO_LONG", "the path is too long");
    if (stat(ret_path, &status) != 0)
        return fm_fail(FM_ENOTFOUND, why, "STORE_MISSING",
                       "there is no %s in %s", FM_STORE_FILE, path);
    return FM_OK;
}

enum fm_error fm_store_verify(const struct fm_store_verify *ask,
                              struct fm_why *why, uint64_t *ret_findings)
{
    struct fm_verify v = {.ask = ask, .check = {.name = "file"}};
    char path[PATH_MAX];
    enum fm_error e;

    fm_arena_init(&v.arena, ARENA_MAX);
    e = find_file(&v, why, path);
    if (e == FM_OK)
        e = run_checks(&v, 0, 1, why); /* it may be why nothing can be read */
    if (e == FM_OK)
        e = fm_db_open_look(path, why, &v.db);
    if (e == FM_OK)
        e = fm_migrate_check(v.db, why);
    if (e == FM_OK)
        e = fm_verify_damage(&v, find_ends(&v, why), "file", why);
    if (e == FM_OK)
        e = run_checks(&v, 1, CHECKS, why);
    fm_db_close(v.db);
    fm_arena_release(&v.arena);
    if (e == FM_OK)
        *ret_findings = v.findings;
    return e;
}
