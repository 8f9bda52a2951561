#include "base/limits.h"
#include "base/utf8.h"
#include "store/identity_priv.h"
#include "store/marks_priv.h"
#include "store/normal.h"
#include "store/reader_priv.h"
#include "store/same_priv.h"
#include "store/spelling_priv.h"

/* Candidates of a name that are told apart; a person looks at no more. */
#define KNOWN_MAX 50
/* Aliases shown of one entity. */
#define ALIASES_MAX 64
/* The newest facts of kind ROLE that are read for an entity's posts, and the
 * posts that are shown. */
#define ROLE_FACTS_MAX 256
#define ROLES_MAX      64
/* Number of the index entity_facts in schema.c: below it an entity is one of
 * many, and lists of all of them sort. */
#define INDEXED_FACTS 16

/* Totals of all that it stands for; the correlated sums find nothing but for the
 * few that were joined. */
#define SUM(column)                                                 \
 " e." column " + coalesce((SELECT sum(m." column ") FROM entity m" \
 " INDEXED BY entity_same WHERE m.same_as=e.entity), 0)"
#define COLUMNS \
 " e.entity, e.type, e.name," SUM("facts") "," SUM("articles") ", e.facts"

static enum fm_error no_memory(const struct fm_arena *arena, struct fm_why *why)
{
    return fm_fail(arena->failed, why, NULL, "no memory for entities");
}

/* --- one entity ----------------------------------------------------------------------- */

static Factmill__V1__Entity *entity_of(const struct fm_stmt *st,
                                       struct fm_arena *arena)
{
    Factmill__V1__Entity *entity = fm_arena_alloc(arena, sizeof *entity);

    if (entity == NULL)
        return NULL;
    factmill__v1__entity__init(entity);
    entity->id = (uint64_t)fm_stmt_col_int(st, 0);
    entity->type = (Factmill__V1__Entity__Type)fm_stmt_col_int(st, 1);
    entity->name = fm_arena_copy(arena, fm_stmt_col_str(st, 2));
    entity->facts = (uint64_t)fm_stmt_col_int(st, 3);
    entity->articles = (uint64_t)fm_stmt_col_int(st, 4);
    return entity->name != NULL ? entity : NULL;
}

/* As they were written, without the name itself; of all that it stands for. */
static enum fm_error read_aliases(struct fm_reader *r,
                                  Factmill__V1__Entity *entity,
                                  struct fm_arena *arena, struct fm_why *why)
{
    static const char sql[] =
        "SELECT DISTINCT a.normal, a.text FROM alias a WHERE (a.entity=?1"
        " OR a.entity IN (SELECT m.entity FROM entity m INDEXED BY entity_same"
        " WHERE m.same_as=?1)) AND a.normal <>"
        " (SELECT normal FROM entity WHERE entity=?1) ORDER BY 1 LIMIT ?2";
    struct fm_stmt *st = NULL;
    bool row = false;
    enum fm_error e = fm_reader_stmt(r, sql, why, &st);

    entity->aliases = fm_arena_array(arena, ALIASES_MAX, sizeof(char *));
    if (entity->aliases == NULL)
        return no_memory(arena, why);
    if (e != FM_OK)
        return e;
    fm_stmt_int(st, 1, (int64_t)entity->id);
    fm_stmt_int(st, 2, ALIASES_MAX);
    while ((e = fm_stmt_step(st, why, &row)) == FM_OK && row) {
        char *text = fm_arena_copy(arena, fm_stmt_col_str(st, 1));

        if (text == NULL) {
            fm_stmt_reset(st);
            return no_memory(arena, why);
        }
        entity->aliases[entity->n_aliases++] = text;
    }
    return e;
}

/* --- counts ------------------------------------------------------------------------------ */

static const char *kind_name(int64_t kind)
{
    const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(
        &factmill__v1__fact__kind__descriptor, (int)kind);

    return value != NULL ? value->name : "?";
}

static void count(Factmill__V1__Count *c, int64_t standing, uint64_t n)
{
    uint64_t *const by_standing[] = {
        [FM_STANDING_ASSERTED] = &c->asserted,
        [FM_STANDING_REPORTED] = &c->reported,
        [FM_STANDING_POSSIBLE] = &c->possible,
        [FM_STANDING_NEGATED] = &c->negated,
    };

    *by_standing[standing & 3] = n;
}

/* Out of the marks of its participants' rows alone. */
static enum fm_error read_counts(struct fm_reader *r, const struct fm_who *who,
                                 struct fm_arena *arena, struct fm_why *why,
                                 Factmill__V1__GetEntityResponse *answer)
{
    struct fm_stmt *st = NULL;
    struct fm_query q;
    int64_t last = -1;
    bool row = false;
    enum fm_error e;

    fm_query_init(&q);
    fm_query_add(&q, "SELECT marks>>8&15, marks>>12&3, count(*)");
    fm_query_in(&q, " FROM participant WHERE who", who->ids, who->n);
    fm_query_add(&q, " AND marks&16384=0 GROUP BY 1, 2 ORDER BY 1, 2");
    e = fm_query_start(r, &q, why, &st);
    fm_query_release(&q);
    answer->counts = fm_arena_array(arena, 16, sizeof(void *));
    if (answer->counts == NULL)
        return no_memory(arena, why);
    if (e != FM_OK)
        return e;
    while ((e = fm_stmt_step(st, why, &row)) == FM_OK && row) {
        int64_t kind = fm_stmt_col_int(st, 0);

        if (kind != last) {
            Factmill__V1__Count *c = fm_arena_alloc(arena, sizeof *c);

            if (c == NULL) {
                fm_stmt_reset(st);
                return no_memory(arena, why);
            }
            factmill__v1__count__init(c);
            c->key = fm_arena_copy(arena, fm_str(kind_name(kind)));
            answer->counts[answer->n_counts++] = c;
            last = kind;
        }
        count(answer->counts[answer->n_counts - 1], fm_stmt_col_int(st, 1),
              (uint64_t)fm_stmt_col_int(st, 2));
    }
    return e;
}

/* --- posts -------------------------------------------------------------------------------- */

static const Factmill__V1__Argument *find_argument(const Factmill__V1__Fact *f,
                                                   int role)
{
    for (size_t i = 0; i < f->n_arguments; i++)
        if ((int)f->arguments[i]->role == role)
            return f->arguments[i];
    return NULL;
}

/* The same post of the same other party is one, told again. */
static Factmill__V1__EntityRole *
find_role(const Factmill__V1__GetEntityResponse *answer, const char *post,
          const Factmill__V1__Argument *other)
{
    uint64_t entity = other != NULL ? other->entity : 0;
    const char *name = other != NULL ? other->text : "";

    for (size_t i = 0; i < answer->n_roles; i++) {
        Factmill__V1__EntityRole *known = answer->roles[i];

        if (known->entity == entity &&
            fm_str_ieq(fm_str(known->post), fm_str(post)) &&
            (entity != 0 || fm_str_ieq(fm_str(known->name), fm_str(name))))
            return known;
    }
    return NULL;
}

/* fact: unpacked into the arena, so its parts may be shared. A ROLE names its
 * holder as subject, the post as complement and the organisation. */
static bool is_one_of(const struct fm_who *who,
                      const Factmill__V1__Argument *argument)
{
    for (size_t i = 0; argument != NULL && i < who->n; i++)
        if ((uint64_t)who->ids[i] == argument->entity)
            return true;
    return false;
}

static void add_role(const Factmill__V1__Fact *fact, const struct fm_who *who,
                     struct fm_arena *arena,
                     Factmill__V1__GetEntityResponse *answer)
{
    const Factmill__V1__Argument *post =
        find_argument(fact, FACTMILL__V1__ARGUMENT__ROLE__COMPLEMENT);
    const Factmill__V1__Argument *of =
        find_argument(fact, FACTMILL__V1__ARGUMENT__ROLE__ORGANIZATION_OF);
    bool holds = is_one_of(who, fact->subject);
    const Factmill__V1__Argument *other = holds ? of : fact->subject;
    Factmill__V1__EntityRole *role;

    if (post == NULL || (!holds && !is_one_of(who, of)))
        return;
    role = find_role(answer, post->text, other);
    if (role != NULL) {
        role->count++;
        return;
    }
    role = answer->n_roles < ROLES_MAX ? fm_arena_alloc(arena, sizeof *role)
                                       : NULL;
    if (role == NULL)
        return;
    factmill__v1__entity_role__init(role);
    role->post = post->text;
    role->time = fact->time;
    role->fact = fact->id;
    role->count = 1;
    if (other != NULL) {
        role->entity = other->entity;
        role->name = other->text;
    }
    answer->roles[answer->n_roles++] = role;
}

static void *arena_alloc(void *user, size_t size)
{
    return fm_arena_alloc(user, size);
}

static void arena_free(void *user, void *pointer)
{
    (void)user;
    (void)pointer;
}

static enum fm_error read_roles(struct fm_reader *r, const struct fm_who *who,
                                struct fm_arena *arena, struct fm_why *why,
                                Factmill__V1__GetEntityResponse *answer)
{
    ProtobufCAllocator allocator = {arena_alloc, arena_free, arena};
    struct fm_stmt *st = NULL;
    struct fm_query q;
    bool row = false;
    enum fm_error e;

    fm_query_init(&q);
    fm_query_in(&q,
                "SELECT fm_fact(f.sequence, f.id, f.fact) FROM participant p"
                " CROSS JOIN fact f ON f.sequence=p.fact WHERE p.who",
                who->ids, who->n);
    /* 0x4f00: kind and the mark of the retracted. */
    fm_query_int(&q, " AND p.marks&0x4f00 = ",
                 (int64_t)FACTMILL__V1__FACT__KIND__ROLE << FM_MARK_KIND_SHIFT);
    fm_query_int(&q, " ORDER BY p.fact DESC LIMIT ", ROLE_FACTS_MAX);
    e = fm_query_start(r, &q, why, &st);
    fm_query_release(&q);
    answer->roles = fm_arena_array(arena, ROLES_MAX, sizeof(void *));
    if (answer->roles == NULL)
        return no_memory(arena, why);
    if (e != FM_OK)
        return e;
    while ((e = fm_stmt_step(st, why, &row)) == FM_OK && row) {
        struct fm_str bytes = fm_stmt_col_str(st, 0);
        Factmill__V1__Fact *fact = factmill__v1__fact__unpack(
            &allocator, bytes.len, (const uint8_t *)bytes.data);

        if (fact != NULL)
            add_role(fact, who, arena, answer);
    }
    return e;
}

enum fm_error fm_read_entity_row(struct fm_reader *r, int64_t id,
                                 struct fm_arena *arena, struct fm_why *why,
                                 Factmill__V1__Entity **ret)
{
    static const char sql[] =
        "SELECT" COLUMNS " FROM entity e WHERE e.entity=?";
    struct fm_stmt *st = NULL;
    bool row = false;
    enum fm_error e = fm_reader_stmt(r, sql, why, &st);

    if (e != FM_OK)
        return e;
    fm_stmt_int(st, 1, id);
    e = fm_stmt_step(st, why, &row);
    if (e != FM_OK)
        return e;
    if (!row)
        return fm_fail_field(FM_ENOTFOUND, why, "id", "ENTITY_NOT_FOUND",
                             "there is no entity %lld", (long long)id);
    if (ret != NULL) {
        *ret = entity_of(st, arena);
        if (*ret == NULL)
            e = no_memory(arena, why);
    }
    fm_stmt_reset(st);
    return e;
}

/* The others that it stands for. */
static enum fm_error read_same(struct fm_reader *r, const struct fm_who *who,
                               struct fm_arena *arena, struct fm_why *why,
                               Factmill__V1__GetEntityResponse *answer)
{
    enum fm_error e = FM_OK;

    answer->same = fm_arena_array(arena, who->n, sizeof(void *));
    if (answer->same == NULL)
        return no_memory(arena, why);
    for (size_t i = 0; e == FM_OK && i < who->n; i++)
        if ((uint64_t)who->ids[i] != answer->entity->id)
            e = fm_read_entity_row(r, who->ids[i], arena, why,
                                   &answer->same[answer->n_same++]);
    return e;
}

enum fm_error fm_read_entity(struct fm_reader *r, uint64_t id,
                             struct fm_arena *arena, struct fm_why *why,
                             Factmill__V1__GetEntityResponse **ret)
{
    Factmill__V1__GetEntityResponse *answer =
        fm_arena_alloc(arena, sizeof *answer);
    struct fm_who who = {.n = 1};
    struct fm_same same;
    enum fm_error e = fm_same_load(r, why, &same);

    if (e != FM_OK)
        return e;
    if (answer == NULL)
        return no_memory(arena, why);
    factmill__v1__get_entity_response__init(answer);
    who.ids[0] = fm_same_of(&same, id <= INT64_MAX ? (int64_t)id : 0);
    e = fm_read_entity_row(r, who.ids[0], arena, why, &answer->entity);
    if (e == FM_OK)
        e = fm_same_expand(&same, "id", why, &who);
    if (e == FM_OK)
        e = read_same(r, &who, arena, why, answer);
    if (e == FM_OK)
        e = read_aliases(r, answer->entity, arena, why);
    if (e == FM_OK)
        e = read_counts(r, &who, arena, why, answer);
    if (e == FM_OK)
        e = read_roles(r, &who, arena, why, answer);
    if (e == FM_OK)
        *ret = answer;
    return e;
}

/* --- lists ---------------------------------------------------------------------------------- */

struct list {
    Factmill__V1__Entity **items;
    int64_t *own; /* facts of each alone, which lists go by */
    size_t n;
    size_t max; /* one more than the page */
    /* Of a name that is spelled about so. */
    int64_t similar[FM_SPELLING_FOUND];
    size_t similar_count;
};

/* The prefix as it is, but in the form that names are kept in. A space at its
 * end means something: the word is whole. */
static struct fm_str normal_prefix(const char *prefix, struct fm_arena *arena)
{
    struct fm_str s = fm_str(prefix);
    bool space = fm_str_ends(s, fm_str(" "));
    struct fm_str normal = fm_normal_name(s, arena);
    char *z;

    if (!space || normal.len == 0)
        return normal;
    z = fm_arena_printf(arena, "%.*s ", FM_STR_ARG(normal));
    return fm_str(z);
}

static enum fm_error check(const Factmill__V1__ListEntitiesRequest *request,
                           struct fm_why *why)
{
    struct fm_str name = fm_str(request->name);
    struct fm_str prefix = fm_str(request->prefix);
    struct fm_str similar = fm_str(request->similar);

    if (name.len > FM_NORMAL_MAX || fm_utf8_valid(name) != name.len)
        return fm_fail_field(FM_EINVAL, why, "name", "BAD_NAME",
                             "a name is UTF-8 of at most %u bytes",
                             FM_NORMAL_MAX);
    if (prefix.len > FM_NORMAL_MAX || fm_utf8_valid(prefix) != prefix.len)
        return fm_fail_field(FM_EINVAL, why, "prefix", "BAD_NAME",
                             "a prefix is UTF-8 of at most %u bytes",
                             FM_NORMAL_MAX);
    if (similar.len > FM_NORMAL_MAX || fm_utf8_valid(similar) != similar.len)
        return fm_fail_field(FM_EINVAL, why, "similar", "BAD_NAME",
                             "a name is UTF-8 of at most %u bytes",
                             FM_NORMAL_MAX);
    if (request->n_types > 16)
        return fm_fail_field(FM_EINVAL, why, "types", "TOO_MANY",
                             "a type is given more than once");
    for (size_t i = 0; i < request->n_types; i++)
        if (protobuf_c_enum_descriptor_get_value(
                &factmill__v1__entity__type__descriptor,
                (int)request->types[i]) == NULL)
            return fm_fail_field(FM_EINVAL, why, "types", "UNKNOWN_TYPE",
                                 "there is no type of entity number %d",
                                 (int)request->types[i]);
    return FM_OK;
}

/* Which part of the entities a query looks at: those that a name leads to, or
 * the well known by their index, then the others. */
enum part { PART_NAMED, PART_KNOWN, PART_OTHERS };

static void write_query(struct fm_reader *r, struct fm_query *q,
                        const Factmill__V1__ListEntitiesRequest *request,
                        const struct fm_store_cursor *after, enum part part,
                        const struct list *list)
{
    int64_t types[16];

    fm_query_add(q, "SELECT" COLUMNS " FROM entity e");
    if (part == PART_KNOWN)
        fm_query_add(q, " INDEXED BY entity_facts WHERE e.facts >= 16");
    else
        fm_query_add(q, " WHERE 1");
    fm_query_add(q, " AND coalesce(e.same_as, 0) = 0");
    if (part == PART_OTHERS)
        fm_query_int(q, " AND e.facts < ", INDEXED_FACTS);
    if (request->name[0] != '\0') {
        fm_query_text(
            q,
            " AND e.entity IN (SELECT coalesce(nullif(m.same_as, 0), m.entity)"
            " FROM alias a CROSS JOIN entity m ON m.entity=a.entity"
            " WHERE a.normal = ",
            fm_normal_name(fm_str(request->name), &r->arena));
        fm_query_add(q, ")");
    }
    if (list->similar_count > 0)
        fm_query_in(q, " AND e.entity", list->similar, list->similar_count);
    if (request->prefix[0] != '\0') {
        struct fm_str prefix = normal_prefix(request->prefix, &r->arena);

        /* U+10FFFF sorts behind whatever may follow the prefix. */
        fm_query_text(
            q,
            " AND e.entity IN (SELECT coalesce(nullif(m.same_as, 0), m.entity)"
            " FROM alias a CROSS JOIN entity m ON m.entity=a.entity"
            " WHERE a.normal >= ",
            prefix);
        fm_query_text(q, " AND a.normal < ", prefix);
        fm_query_add(q, " || char(1114111))");
    }
    for (size_t i = 0; i < request->n_types; i++)
        types[i] = request->types[i];
    if (request->n_types > 0)
        fm_query_in(q, " AND e.type", types, request->n_types);
    if (after->set) {
        fm_query_int(q, " AND (e.facts < ", after->key);
        fm_query_int(q, " OR (e.facts = ", after->key);
        fm_query_int(q, " AND e.entity > ", after->row);
        fm_query_add(q, "))");
    }
    if (after->set)
        fm_query_int(q, " AND e.facts <= ", after->key);
    fm_query_int(q, " ORDER BY e.facts DESC, e.entity LIMIT ",
                 (int64_t)(list->max - list->n));
}

static enum fm_error collect(struct fm_reader *r,
                             const Factmill__V1__ListEntitiesRequest *request,
                             const struct fm_store_cursor *after,
                             enum part part, struct fm_arena *arena,
                             struct fm_why *why, struct list *list)
{
    struct fm_stmt *st = NULL;
    struct fm_query q;
    bool row = false;
    enum fm_error e;

    fm_query_init(&q);
    write_query(r, &q, request, after, part, list);
    e = fm_query_start(r, &q, why, &st);
    while (e == FM_OK && (e = fm_stmt_step(st, why, &row)) == FM_OK && row) {
        Factmill__V1__Entity *entity = entity_of(st, arena);

        if (entity == NULL) {
            e = no_memory(arena, why);
        } else {
            list->own[list->n] = fm_stmt_col_int(st, 5);
            list->items[list->n++] = entity;
        }
    }
    if (st != NULL)
        fm_stmt_reset(st);
    fm_query_release(&q);
    return e;
}

enum fm_error fm_read_entities(struct fm_reader *r,
                               const Factmill__V1__ListEntitiesRequest *request,
                               const struct fm_store_page *page,
                               struct fm_arena *arena, struct fm_why *why,
                               struct fm_listing *ret)
{
    bool named = request->name[0] != '\0' || request->prefix[0] != '\0' ||
                 request->similar[0] != '\0';
    bool nobody = false;
    struct list list = {
        .max =
            1 + (size_t)(page->size < FM_PAGE_MAX ? page->size : FM_PAGE_MAX)};
    enum fm_error e = check(request, why);
    size_t given;

    if (e != FM_OK)
        return e;
    list.items = fm_arena_array(arena, list.max, sizeof(void *));
    list.own = fm_arena_array(&r->arena, list.max, sizeof *list.own);
    if (list.items == NULL || list.own == NULL)
        return no_memory(arena, why);
    if (request->similar[0] != '\0') {
        e = fm_spelling_find(
            r, fm_normal_name(fm_str(request->similar), &r->arena), why,
            list.similar, &list.similar_count);
        nobody = list.similar_count == 0;
    }
    if (e == FM_OK && named && !nobody)
        e = collect(r, request, &page->after, PART_NAMED, arena, why, &list);
    if (e == FM_OK && !named &&
        (!page->after.set || page->after.key >= INDEXED_FACTS))
        e = collect(r, request, &page->after, PART_KNOWN, arena, why, &list);
    if (e == FM_OK && !named && list.n < list.max)
        e = collect(r, request, &page->after, PART_OTHERS, arena, why, &list);
    given = list.n < list.max ? list.n : list.max - 1;
    for (size_t i = 0; e == FM_OK && i < given; i++)
        e = read_aliases(r, list.items[i], arena, why);
    for (size_t i = 0; e == FM_OK && named && i < given && i < KNOWN_MAX; i++)
        e = fm_read_known(r, list.items[i], arena, why);
    if (e != FM_OK)
        return e;
    memset(ret, 0, sizeof *ret);
    if (given > 0) {
        ret->next.set = true;
        ret->next.key = list.own[given - 1];
        ret->next.row = (int64_t)list.items[given - 1]->id;
    }
    ret->items = list.items;
    ret->n = given;
    ret->more = list.n > given;
    return FM_OK;
}
