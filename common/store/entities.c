#include "store/identity_priv.h"
#include "store/normal.h"
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

static enum fm_error add_entity(struct fm_settlement *s, struct fm_str normal,
                                const Factmill__V1__Entity *entity,
                                struct fm_why *why, int64_t *ret)
{
    struct fm_stmt *st = fm_sql(s->w, FM_SQL_ENTITY_ADD);
    struct fm_str plain;
    enum fm_error e;

    fm_stmt_text(st, 1, normal);
    fm_stmt_int(st, 2, entity->type);
    fm_stmt_text(st, 3, fm_str(entity->name));
    e = fm_stmt_run(st, why);
    if (e != FM_OK)
        return e;
    *ret = sqlite3_last_insert_rowid(s->w->db);
    e = add_alias(s, *ret, normal, fm_str(entity->name), why);
    if (e != FM_OK || entity->type != FACTMILL__V1__ENTITY__TYPE__PERSON)
        return e;
    plain = fm_without_initials(normal, s->arena);
    return plain.len < normal.len && plain.len > 0
               ? add_alias(s, *ret, plain, plain, why)
               : e;
}

/* An entity of the article on its way to one of the store. */
struct coming {
    const Factmill__V1__Entity *entity;
    struct fm_str normal; /* empty: nobody that could be asked for */
    enum fm_naming naming;
    struct fm_identity identity; /* id 0 = not known yet */
    struct fm_company posts;
};

static enum fm_error find_sure(struct fm_settlement *s, struct coming *c,
                               struct fm_why *why)
{
    struct fm_stmt *st = fm_sql(s->w, FM_SQL_ENTITY_FIND);
    bool row = false;
    enum fm_error e;

    fm_stmt_text(st, 1, c->normal);
    fm_stmt_int(st, 2, c->entity->type);
    e = fm_stmt_step(st, why, &row);
    if (e != FM_OK || !row)
        return e;
    c->identity.id = fm_stmt_col_int(st, 0);
    c->identity.articles = fm_stmt_col_int(st, 1);
    fm_stmt_reset(st);
    return FM_OK;
}

static enum fm_error add_aliases(struct fm_settlement *s,
                                 const struct coming *c, struct fm_why *why)
{
    int64_t id = c->identity.id;
    enum fm_error e = FM_OK;

    for (size_t i = 0; e == FM_OK && i < c->entity->n_aliases; i++) {
        struct fm_str text = fm_str(c->entity->aliases[i]);
        struct fm_str alias = fm_normal_name(text, s->arena);

        if (alias.len > 0 && !is_named(s, (uint64_t)id, alias))
            e = add_alias(s, id, alias, text, why);
    }
    return e;
}

static enum fm_error resolve(struct fm_settlement *s, struct coming *c,
                             uint64_t local, struct fm_company *company,
                             struct fm_why *why)
{
    const struct fm_evidence evidence = {company, &c->posts};
    struct fm_delta *delta;
    enum fm_error e;

    if (c->naming == FM_NAMING_SURE) {
        e = find_sure(s, c, why);
    } else {
        e = fm_company_posts(s, local, &c->posts, why);
        if (e == FM_OK)
            e = fm_identity_find(s, c->normal, c->entity, c->naming, &evidence,
                                 why, &c->identity);
    }
    if (e == FM_OK && c->identity.id == 0)
        e = add_entity(s, c->normal, c->entity, why, &c->identity.id);
    else if (e == FM_OK && c->naming == FM_NAMING_SURE)
        remember_name(s, (uint64_t)c->identity.id, c->normal);
    else if (e == FM_OK)
        e = add_alias(s, c->identity.id, c->normal, fm_str(c->entity->name),
                      why);
    if (e == FM_OK)
        e = add_aliases(s, c, why);
    if (e == FM_OK)
        e = fm_company_add(s, company, c->identity.id, c->identity.articles,
                           why);
    if (e != FM_OK)
        return e;
    delta = fm_entities_delta(s, c->identity.id);
    if (delta == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for entities");
    delta->after = true;
    s->global[local] = (uint64_t)c->identity.id;
    return FM_OK;
}

/* Who was together in this article, for those whose names are not enough. */
static enum fm_error keep_company(struct fm_settlement *s,
                                  const struct coming *coming, size_t n,
                                  const struct fm_company *company,
                                  struct fm_why *why)
{
    enum fm_error e = FM_OK;

    for (size_t i = 0; e == FM_OK && i < n; i++) {
        const struct coming *c = &coming[i];
        struct fm_delta *delta;

        if (c->identity.id == 0 || c->naming == FM_NAMING_SURE)
            continue;
        delta = fm_entities_delta(s, c->identity.id);
        if (delta == NULL)
            return fm_fail(FM_ENOMEM, why, NULL, "no memory for entities");
        e = fm_company_merge(s, c->identity.company, c->identity.id, company,
                             &c->posts, why, &delta->company);
    }
    return e;
}

static enum fm_error resolve_all(struct fm_settlement *s, struct coming *coming,
                                 size_t n, struct fm_why *why)
{
    struct fm_company company = {.items = NULL};
    enum fm_error e = FM_OK;

    for (size_t i = 0; i < n; i++) {
        struct coming *c = &coming[i];

        c->entity = s->extraction->entities[i];
        c->normal = fm_normal_name(fm_str(c->entity->name), s->arena);
        if (c->normal.len > 0)
            c->naming = fm_naming_of(c->entity, c->normal);
    }
    for (unsigned naming = 0; naming < FM_NAMINGS; naming++)
        for (size_t i = 0; e == FM_OK && i < n; i++)
            if (coming[i].normal.len > 0 && coming[i].naming == naming)
                e = resolve(s, &coming[i], i + 1, &company, why);
    return e == FM_OK ? keep_company(s, coming, n, &company, why) : e;
}

enum fm_error fm_entities_resolve(struct fm_settlement *s, struct fm_why *why)
{
    const Factmill__V1__Extraction *x = s->extraction;
    struct coming *coming =
        fm_arena_array(s->arena, x->n_entities, sizeof *coming);
    size_t names = 0;
    size_t slots;

    /* The name, and the same without initials. */
    for (size_t i = 0; i < x->n_entities; i++)
        names += 2 + x->entities[i]->n_aliases;
    slots = slots_for(names);
    s->names = fm_arena_array(s->arena, slots, sizeof *s->names);
    s->names_mask = slots - 1;
    s->global_count = x->n_entities + 1;
    s->global = fm_arena_array(s->arena, s->global_count, sizeof *s->global);
    if (s->names == NULL || s->global == NULL || coming == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for entities");
    return resolve_all(s, coming, x->n_entities, why);
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

        if (d->entity == 0 ||
            (d->facts == 0 && articles == 0 && d->company.len == 0))
            continue;
        fm_stmt_int(st, 1, d->entity);
        fm_stmt_int(st, 2, d->facts);
        fm_stmt_int(st, 3, articles);
        if (d->company.len > 0)
            fm_stmt_blob(st, 4, d->company);
        else
            fm_stmt_null(st, 4);
        e = fm_stmt_run(st, why);
    }
    return e;
}
