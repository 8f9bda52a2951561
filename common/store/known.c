/* What tells one of several candidates of a name from the others. */
#include "store/identity_priv.h"
#include "store/roles_priv.h"

#define POSTS_MAX      2
#define COMPANIONS_MAX 3

static enum fm_error no_memory(const struct fm_arena *arena, struct fm_why *why)
{
    return fm_fail(arena->failed, why, NULL, "no memory for entities");
}

static enum fm_error add(Factmill__V1__Entity *entity, struct fm_str text,
                         struct fm_arena *arena, struct fm_why *why)
{
    char *copy = fm_arena_copy(arena, text);

    if (copy == NULL)
        return no_memory(arena, why);
    entity->known_for[entity->n_known_for++] = copy;
    return FM_OK;
}

static enum fm_error add_posts(struct fm_reader *r,
                               Factmill__V1__Entity *entity,
                               struct fm_arena *arena, struct fm_why *why)
{
    static const char sql[] =
        "SELECT post FROM holding INDEXED BY holding_holder WHERE holder=?1"
        " AND post <> '' GROUP BY post ORDER BY count(*) DESC, post LIMIT ?2";
    struct fm_stmt *st = NULL;
    bool row = false;
    enum fm_error e = fm_reader_stmt(r, sql, why, &st);

    if (e != FM_OK)
        return e;
    fm_stmt_int(st, 1, (int64_t)entity->id);
    fm_stmt_int(st, 2, POSTS_MAX);
    while (e == FM_OK && (e = fm_stmt_step(st, why, &row)) == FM_OK && row)
        e = add(entity, fm_stmt_col_str(st, 0), arena, why);
    fm_stmt_reset(st);
    return e;
}

static enum fm_error read_company(struct fm_reader *r, int64_t entity,
                                  struct fm_why *why,
                                  int64_t ret_ids[FM_COMPANY_MAX],
                                  size_t *ret_n)
{
    struct fm_stmt *st = NULL;
    bool row = false;
    enum fm_error e = fm_reader_stmt(
        r, "SELECT company FROM entity WHERE entity=?", why, &st);

    *ret_n = 0;
    if (e != FM_OK)
        return e;
    fm_stmt_int(st, 1, entity);
    e = fm_stmt_step(st, why, &row);
    if (e != FM_OK || !row)
        return e;
    *ret_n = fm_company_read(fm_stmt_col_str(st, 0), ret_ids);
    fm_stmt_reset(st);
    return FM_OK;
}

/* The most frequent first; posts, which are there too, were told. */
static enum fm_error add_company(struct fm_reader *r,
                                 Factmill__V1__Entity *entity,
                                 struct fm_arena *arena, struct fm_why *why)
{
    int64_t ids[FM_COMPANY_MAX];
    size_t n = 0;
    size_t added = 0;
    enum fm_error e = read_company(r, (int64_t)entity->id, why, ids, &n);

    for (size_t i = 0; e == FM_OK && i < n && added < COMPANIONS_MAX; i++) {
        Factmill__V1__Entity *other = NULL;

        if (ids[i] <= 0)
            continue;
        e = fm_read_entity_row(r, ids[i], arena, why, &other);
        if (e == FM_OK)
            e = add(entity, fm_str(other->name), arena, why);
        added++;
    }
    return e;
}

enum fm_error fm_read_known(struct fm_reader *r, Factmill__V1__Entity *entity,
                            struct fm_arena *arena, struct fm_why *why)
{
    enum fm_error e;

    entity->known_for =
        fm_arena_array(arena, POSTS_MAX + COMPANIONS_MAX, sizeof(char *));
    if (entity->known_for == NULL)
        return no_memory(arena, why);
    e = add_posts(r, entity, arena, why);
    return e == FM_OK ? add_company(r, entity, arena, why) : e;
}
