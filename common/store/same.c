#include "store/same_priv.h"

/* --- reading ---------------------------------------------------------------------- */

enum fm_error fm_same_load(struct fm_reader *r, struct fm_why *why,
                           struct fm_same *ret)
{
    static const char sql[] =
        "SELECT entity, same_as FROM entity INDEXED BY entity_same"
        " WHERE same_as > 0 ORDER BY entity";
    struct fm_stmt *st = NULL;
    size_t cap = 0;
    bool row = false;
    enum fm_error e = fm_reader_stmt(r, sql, why, &st);

    memset(ret, 0, sizeof *ret);
    while (e == FM_OK && (e = fm_stmt_step(st, why, &row)) == FM_OK && row) {
        void *grown = fm_arena_grow(&r->arena, ret->pairs, ret->n,
                                    sizeof *ret->pairs, &cap);

        if (grown == NULL) {
            fm_stmt_reset(st);
            return fm_fail(FM_ENOMEM, why, NULL, "no memory for entities");
        }
        ret->pairs = grown;
        ret->pairs[ret->n].entity = fm_stmt_col_int(st, 0);
        ret->pairs[ret->n++].stands = fm_stmt_col_int(st, 1);
    }
    return e;
}

int64_t fm_same_of(const struct fm_same *same, int64_t entity)
{
    size_t low = 0;
    size_t high = same->n;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (same->pairs[mid].entity < entity)
            low = mid + 1;
        else
            high = mid;
    }
    return low < same->n && same->pairs[low].entity == entity
               ? same->pairs[low].stands
               : entity;
}

static bool add(struct fm_who *who, int64_t id)
{
    for (size_t i = 0; i < who->n; i++)
        if (who->ids[i] == id)
            return true;
    if (who->n == FM_FILTER_CANDIDATES)
        return false;
    who->ids[who->n++] = id;
    return true;
}

enum fm_error fm_same_expand(const struct fm_same *same, const char *field,
                             struct fm_why *why, struct fm_who *who)
{
    size_t asked = who->n;
    bool fits = true;

    for (size_t i = 0; same->n > 0 && i < asked; i++) {
        int64_t stands = fm_same_of(same, who->ids[i]);

        fits = fits && add(who, stands);
        for (size_t k = 0; k < same->n; k++)
            if (same->pairs[k].stands == stands)
                fits = fits && add(who, same->pairs[k].entity);
    }
    return fits ? FM_OK
                : fm_fail_field(FM_EINVAL, why, field, "AMBIGUOUS",
                                "%s may be more than %d entities; choose one "
                                "of ListEntities and give its id",
                                field, FM_FILTER_CANDIDATES);
}

/* --- writing ---------------------------------------------------------------------- */

/* 0 = stands for itself. */
static enum fm_error stands_for(struct fm_writer *w, int64_t entity,
                                struct fm_why *why, int64_t *ret)
{
    struct fm_stmt *st = fm_sql(w, FM_SQL_SAME_GET);
    bool found = false;
    enum fm_error e;

    fm_stmt_int(st, 1, entity);
    e = fm_stmt_number(st, why, &found, ret);
    if (e == FM_OK && !found)
        e = fm_fail_field(FM_ENOTFOUND, why, "ids", "ENTITY_NOT_FOUND",
                          "there is no entity %lld", (long long)entity);
    return e;
}

static enum fm_error members(struct fm_writer *w, int64_t entity,
                             struct fm_why *why, int64_t *ret)
{
    struct fm_stmt *st = fm_sql(w, FM_SQL_SAME_COUNT);
    bool found = false;

    fm_stmt_int(st, 1, entity);
    return fm_stmt_number(st, why, &found, ret);
}

static enum fm_error set(struct fm_writer *w, int64_t entity, int64_t stands,
                         const struct fm_store_same *asked, struct fm_why *why)
{
    struct fm_stmt *st = fm_sql(w, FM_SQL_SAME_SET);
    struct fm_store_audit audit = {.principal = asked->principal,
                                   .action =
                                       fm_str(stands != 0 ? "join" : "part")};
    char subject[40];
    char detail[40] = "";
    enum fm_error e;

    fm_stmt_int(st, 1, entity);
    fm_stmt_int(st, 2, stands);
    e = fm_stmt_run(st, why);
    if (e != FM_OK)
        return e;
    (void)snprintf(subject, sizeof subject, "entity/%lld", (long long)entity);
    if (stands != 0)
        (void)snprintf(detail, sizeof detail, "is entity/%lld",
                       (long long)stands);
    audit.subject = fm_str(subject);
    audit.detail = fm_str(detail);
    fm_arena_reset(&w->arena);
    return fm_audit(w, &audit, why);
}

static enum fm_error join_one(struct fm_writer *w, int64_t into, int64_t entity,
                              const struct fm_store_same *asked,
                              struct fm_why *why)
{
    int64_t stands = 0;
    int64_t n = 0;
    enum fm_error e = stands_for(w, entity, why, &stands);

    if (e != FM_OK || entity == into || stands == into)
        return e;
    if (stands != 0)
        return fm_fail_field(FM_EPRECONDITION, why, "ids", "JOINED",
                             "entity %lld is joined to %lld already; part it "
                             "first",
                             (long long)entity, (long long)stands);
    e = members(w, entity, why, &n);
    if (e == FM_OK && n > 0)
        e = fm_fail_field(FM_EPRECONDITION, why, "ids", "STANDS",
                          "entity %lld stands for others; join to it, or part "
                          "them first",
                          (long long)entity);
    return e == FM_OK ? set(w, entity, into, asked, why) : e;
}

enum fm_error fm_same_join(struct fm_writer *w,
                           const struct fm_store_same *asked,
                           struct fm_why *why)
{
    int64_t into = (int64_t)asked->into;
    int64_t stands = 0;
    int64_t n = 0;
    enum fm_error e = stands_for(w, into, why, &stands);

    if (stands != 0)
        into = stands;
    if (e == FM_OK)
        e = members(w, into, why, &n);
    if (e == FM_OK && (size_t)n + asked->n >= FM_SAME_MAX)
        e = fm_fail_field(FM_EINVAL, why, "ids", "TOO_MANY",
                          "one entity stands for %u at most", FM_SAME_MAX);
    for (size_t i = 0; e == FM_OK && i < asked->n; i++)
        e = join_one(w, into, (int64_t)asked->ids[i], asked, why);
    return e;
}

enum fm_error fm_same_part(struct fm_writer *w,
                           const struct fm_store_same *asked,
                           struct fm_why *why)
{
    enum fm_error e = FM_OK;

    for (size_t i = 0; e == FM_OK && i < asked->n; i++) {
        int64_t stands = 0;

        e = stands_for(w, (int64_t)asked->ids[i], why, &stands);
        if (e == FM_OK && stands != 0)
            e = set(w, (int64_t)asked->ids[i], 0, asked, why);
    }
    return e;
}
