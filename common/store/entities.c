#include "store/normal.h"
#include "store/settle_priv.h"
#include "store/spelling_priv.h"

/* Slots of an open-addressing table for n entries, at most half full. */
static size_t slots_for(size_t n)
{
    size_t slots = 16;

    while (slots < n * 2)
        slots *= 2;
    return slots;
}

/* --- names and aliases of this article ------------------------------------------ */

static uint64_t name_key(uint64_t entity, struct fm_str normal)
{
    uint64_t key = fm_hash64(normal.data, normal.len, entity);

    return key != 0 ? key : 1;
}

static void remember_name(struct fm_settlement *s, uint64_t entity,
                          struct fm_str normal)
{
    uint64_t key = name_key(entity, normal);
    size_t at = (size_t)key & s->names_mask;

    while (s->names[at] != 0 && s->names[at] != key)
        at = (at + 1) & s->names_mask;
    s->names[at] = key;
}

static bool is_named(const struct fm_settlement *s, uint64_t entity,
                     struct fm_str normal)
{
    uint64_t key = name_key(entity, normal);
    size_t at = (size_t)key & s->names_mask;

    while (s->names[at] != 0 && s->names[at] != key)
        at = (at + 1) & s->names_mask;
    return s->names[at] == key;
}

/* --- one entity --------------------------------------------------------------- */

static enum fm_error add_alias(struct fm_settlement *s, int64_t entity,
                               struct fm_str normal, struct fm_str text,
                               struct fm_why *why)
{
    struct fm_stmt *st = fm_sql(s->w, FM_SQL_ALIAS_ADD);
    enum fm_error e;

    remember_name(s, (uint64_t)entity, normal);
    fm_stmt_text(st, 1, normal);
    fm_stmt_int(st, 2, entity);
    fm_stmt_text(st, 3, text);
    e = fm_stmt_run(st, why);
    return e == FM_OK && sqlite3_changes(s->w->db) > 0
               ? fm_spelling_add(s, normal, why)
               : e;
}

static enum fm_error find_or_add(struct fm_settlement *s, struct fm_str normal,
                                 const Factmill__V1__Entity *entity,
                                 struct fm_why *why, int64_t *ret)
{
    struct fm_stmt *st = fm_sql(s->w, FM_SQL_ENTITY_FIND);
    bool found = false;
    enum fm_error e;

    fm_stmt_text(st, 1, normal);
    fm_stmt_int(st, 2, entity->type);
    e = fm_stmt_number(st, why, &found, ret);
    if (e != FM_OK)
        return e;
    if (found) {
        remember_name(s, (uint64_t)*ret, normal);
        return FM_OK;
    }
    st = fm_sql(s->w, FM_SQL_ENTITY_ADD);
    fm_stmt_text(st, 1, normal);
    fm_stmt_int(st, 2, entity->type);
    fm_stmt_text(st, 3, fm_str(entity->name));
    e = fm_stmt_run(st, why);
    if (e != FM_OK)
        return e;
    *ret = sqlite3_last_insert_rowid(s->w->db);
    return add_alias(s, *ret, normal, fm_str(entity->name), why);
}

static enum fm_error resolve(struct fm_settlement *s,
                             const Factmill__V1__Entity *entity,
                             struct fm_why *why, uint64_t *ret)
{
    struct fm_str normal = fm_normal_name(fm_str(entity->name), s->arena);
    struct fm_delta *delta;
    int64_t id = 0;
    enum fm_error e;

    /* What has no name is nobody that could be asked for. */
    if (normal.len == 0)
        return FM_OK;
    e = find_or_add(s, normal, entity, why, &id);
    for (size_t i = 0; e == FM_OK && i < entity->n_aliases; i++) {
        struct fm_str text = fm_str(entity->aliases[i]);
        struct fm_str alias = fm_normal_name(text, s->arena);

        if (alias.len > 0 && !is_named(s, (uint64_t)id, alias))
            e = add_alias(s, id, alias, text, why);
    }
    if (e != FM_OK)
        return e;
    delta = fm_entities_delta(s, id);
    if (delta == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for entities");
    delta->after = true;
    *ret = (uint64_t)id;
    return FM_OK;
}

enum fm_error fm_entities_resolve(struct fm_settlement *s, struct fm_why *why)
{
    const Factmill__V1__Extraction *x = s->extraction;
    enum fm_error e = FM_OK;
    size_t names = 0;
    size_t slots;

    for (size_t i = 0; i < x->n_entities; i++)
        names += 1 + x->entities[i]->n_aliases;
    slots = slots_for(names);
    s->names = fm_arena_array(s->arena, slots, sizeof *s->names);
    s->names_mask = slots - 1;
    s->global_count = x->n_entities + 1;
    s->global = fm_arena_array(s->arena, s->global_count, sizeof *s->global);
    if (s->names == NULL || s->global == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for entities");
    for (size_t i = 0; e == FM_OK && i < x->n_entities; i++)
        e = resolve(s, x->entities[i], why, &s->global[i + 1]);
    return e;
}

/* --- totals ------------------------------------------------------------------- */

static struct fm_delta *slot_of(struct fm_delta *slots, size_t mask,
                                int64_t entity)
{
    /* Fibonacci hashing: entity numbers are dense. */
    size_t at =
        (size_t)(((uint64_t)entity * UINT64_C(0x9e3779b97f4a7c15)) >> 20);

    at &= mask;
    while (slots[at].entity != 0 && slots[at].entity != entity)
        at = (at + 1) & mask;
    return &slots[at];
}

static bool grow(struct fm_settlement *s)
{
    size_t slots = s->deltas != NULL ? (s->deltas_mask + 1) * 2 : 64;
    struct fm_delta *larger = fm_arena_array(s->arena, slots, sizeof *larger);

    if (larger == NULL)
        return false;
    for (size_t i = 0; s->deltas != NULL && i <= s->deltas_mask; i++)
        if (s->deltas[i].entity != 0)
            *slot_of(larger, slots - 1, s->deltas[i].entity) = s->deltas[i];
    s->deltas = larger;
    s->deltas_mask = slots - 1;
    return true;
}

struct fm_delta *fm_entities_delta(struct fm_settlement *s, int64_t entity)
{
    struct fm_delta *d;

    if ((s->deltas == NULL || s->deltas_used * 2 > s->deltas_mask) && !grow(s))
        return NULL;
    d = slot_of(s->deltas, s->deltas_mask, entity);
    if (d->entity == 0) {
        d->entity = entity;
        s->deltas_used++;
    }
    return d;
}

enum fm_error fm_entities_count(struct fm_settlement *s, struct fm_why *why)
{
    enum fm_error e = FM_OK;

    if (s->deltas == NULL)
        return FM_OK;
    for (size_t i = 0; e == FM_OK && i <= s->deltas_mask; i++) {
        const struct fm_delta *d = &s->deltas[i];
        int64_t articles = (d->after ? 1 : 0) - (d->before ? 1 : 0);
        struct fm_stmt *st = fm_sql(s->w, FM_SQL_ENTITY_COUNT);

        if (d->entity == 0 || (d->facts == 0 && articles == 0))
            continue;
        fm_stmt_int(st, 1, d->entity);
        fm_stmt_int(st, 2, d->facts);
        fm_stmt_int(st, 3, articles);
        e = fm_stmt_run(st, why);
    }
    return e;
}
