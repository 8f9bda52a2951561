#include "store/related_priv.h"
#include "store/same_priv.h"
#include "store/walk_priv.h"

#include <stdlib.h>

/* Facts of the entity that are looked at, the newest first; and of each of its
 * neighbours. One costs three microseconds when nothing of it is in memory: two
 * steps stay within some thirty milliseconds however much is known. */
#define FACTS_MAX 4000
#define STEP_MAX  200
/* Neighbours that the second step goes on from: the closest. */
#define FROM_MAX 24u
/* Facts that are shown for a tie. */
#define SHOWN_MAX 5u
/* Entities that share facts with one, of which the closest are given. */
#define TIES_MAX ((size_t)200000)

/* What ties two entities. */
struct tie {
    int64_t who; /* 0 = free slot */
    int64_t via; /* of a second step */
    uint32_t shared;
    int64_t shown[SHOWN_MAX]; /* numbers of facts, the newest; a ring */
};

struct ties {
    struct tie *items;
    size_t slots; /* a power of two */
    size_t used;
};

struct search {
    struct fm_reader *r;
    struct fm_arena *arena;
    const Factmill__V1__RelatedRequest *request;
    struct fm_same same;
    int64_t from; /* whose neighbours are looked for now */
    struct ties *found;
    enum fm_error failed;
};

static enum fm_error no_memory(struct fm_why *why)
{
    return fm_fail(FM_ENOMEM, why, NULL, "no memory for related entities");
}

/* --- ties ------------------------------------------------------------------------------ */

static struct tie *slot_of(const struct ties *ties, int64_t who)
{
    size_t at = (size_t)((uint64_t)who * UINT64_C(0x9e3779b97f4a7c15) >> 20) &
                (ties->slots - 1);

    while (ties->items[at].who != 0 && ties->items[at].who != who)
        at = (at + 1) & (ties->slots - 1);
    return &ties->items[at];
}

static enum fm_error grow(struct ties *ties)
{
    struct ties larger = {.slots = ties->slots != 0 ? ties->slots * 2 : 256,
                          .used = ties->used};

    larger.items = calloc(larger.slots, sizeof *larger.items);
    if (larger.items == NULL)
        return FM_ENOMEM;
    for (size_t i = 0; i < ties->slots; i++)
        if (ties->items[i].who != 0)
            *slot_of(&larger, ties->items[i].who) = ties->items[i];
    free(ties->items);
    *ties = larger;
    return FM_OK;
}

static enum fm_error add_fact(struct ties *ties, int64_t who, int64_t fact)
{
    struct tie *tie;

    if (ties->used * 2 >= ties->slots) {
        enum fm_error e = grow(ties);

        if (e != FM_OK)
            return e;
    }
    tie = slot_of(ties, who);
    if (tie->who == 0) {
        if (ties->used == TIES_MAX)
            return FM_OK;
        tie->who = who;
        ties->used++;
    }
    tie->shown[tie->shared++ % SHOWN_MAX] = fact;
    return FM_OK;
}

static int closest(const void *pa, const void *pb)
{
    const struct tie *a = pa;
    const struct tie *b = pb;

    if (a->shared != b->shared)
        return a->shared < b->shared ? 1 : -1;
    return (a->who > b->who) - (a->who < b->who);
}

/* The ties in order, the closest first; free it. NULL without memory. */
static struct tie *rank(const struct ties *ties)
{
    struct tie *ranked = calloc(ties->used + 1, sizeof *ranked);
    size_t n = 0;

    if (ranked == NULL)
        return NULL;
    for (size_t i = 0; i < ties->slots; i++)
        if (ties->items[i].who != 0)
            ranked[n++] = ties->items[i];
    if (n > 0)
        qsort(ranked, n, sizeof *ranked, closest);
    return ranked;
}

static bool has(const struct ties *ties, int64_t who)
{
    return ties->slots != 0 && slot_of(ties, who)->who == who;
}

/* --- one step ---------------------------------------------------------------------------- */

static bool take(void *user, const struct fm_record *record)
{
    struct search *s = user;
    int64_t who = 0;
    uint32_t roles = 0;
    size_t at = 0;

    while (s->failed == FM_OK && fm_record_next(record, &at, &who, &roles)) {
        who = fm_same_of(&s->same, who);
        if (who != s->from)
            s->failed = add_fact(s->found, who, record->sequence);
    }
    return s->failed == FM_OK;
}

/* Number of the oldest of the newest `max` facts; the first when there are no
 * more than that. */
static enum fm_error oldest_of(struct fm_reader *r, int64_t who, int64_t max,
                               struct fm_why *why, bool *ret_more, int64_t *ret)
{
    static const char sql[] = "SELECT fact FROM participant WHERE who=?"
                              " ORDER BY fact DESC LIMIT 1 OFFSET ?";
    struct fm_stmt *st = NULL;
    enum fm_error e = fm_reader_stmt(r, sql, why, &st);

    if (e != FM_OK)
        return e;
    fm_stmt_int(st, 1, who);
    fm_stmt_int(st, 2, max - 1);
    return fm_stmt_number(st, why, ret_more, ret);
}

/* Entities that share facts with `who`, which pass the filter. */
static enum fm_error step(struct search *s, int64_t who, int64_t max,
                          struct fm_why *why, struct ties *ret, bool *ret_more)
{
    struct fm_walk walk;
    int64_t oldest = 0;
    struct fm_who *one;
    enum fm_error e = fm_walk_init(&walk, s->r, s->request->filter, why);

    if (e == FM_OK)
        e = oldest_of(s->r, who, max, why, ret_more, &oldest);
    if (e != FM_OK)
        return e;
    if (walk.filter.who_count == sizeof walk.filter.whos / sizeof *one)
        return fm_fail_field(FM_EINVAL, why, "filter", "TOO_MANY",
                             "the filter names too many entities");
    /* The first, so that its facts lead. */
    memmove(&walk.filter.whos[1], &walk.filter.whos[0],
            walk.filter.who_count * sizeof *one);
    walk.filter.who_count++;
    one = &walk.filter.whos[0];
    memset(one, 0, sizeof *one);
    one->ids[0] = who;
    one->n = 1;
    one->roles = FM_ROLE_ANY;
    e = fm_same_expand(&s->same, "entity", why, one);
    if (e != FM_OK)
        return e;
    if (oldest > walk.filter.sequence.from)
        walk.filter.sequence.from = oldest;
    s->from = who;
    s->found = ret;
    e = fm_walk_run(&walk, take, s, why);
    return e == FM_OK && s->failed != FM_OK ? no_memory(why) : e;
}

/* Of everything that is tied to a neighbour and neither the entity nor a
 * neighbour itself, the closest tie. */
static enum fm_error add_far(const struct ties *near, const struct ties *more,
                             int64_t entity, int64_t via, struct ties *far)
{
    for (size_t i = 0; i < more->slots; i++) {
        const struct tie *tie = &more->items[i];
        struct tie *known;

        if (tie->who == 0 || tie->who == entity || has(near, tie->who))
            continue;
        if (far->used * 2 >= far->slots && grow(far) != FM_OK)
            return FM_ENOMEM;
        known = slot_of(far, tie->who);
        if (known->who != 0 && known->shared >= tie->shared)
            continue;
        far->used += known->who == 0;
        *known = *tie;
        known->via = via;
    }
    return FM_OK;
}

/* ranked: the neighbours of the entity, of which the first n lead on. */
static enum fm_error second_step(struct search *s, const struct ties *near,
                                 const struct tie *ranked, size_t n,
                                 struct fm_why *why, struct ties *far)
{
    enum fm_error e = FM_OK;

    for (size_t i = 0; e == FM_OK && i < n; i++) {
        struct ties more = {.items = NULL};
        bool cut = false;

        e = step(s, ranked[i].who, STEP_MAX, why, &more, &cut);
        if (e == FM_OK &&
            add_far(near, &more,
                    fm_same_of(&s->same, (int64_t)s->request->entity),
                    ranked[i].who, far) != FM_OK)
            e = no_memory(why);
        free(more.items);
    }
    return e;
}

/* --- the answer ------------------------------------------------------------------------------ */

/* A fact that is shown, and where. */
struct shown {
    int64_t fact;
    char **to;
};

static int by_fact(const void *pa, const void *pb)
{
    const struct shown *a = pa;
    const struct shown *b = pb;

    return (a->fact > b->fact) - (a->fact < b->fact);
}

/* Of each tie, the newest first. They are read in the order in which they are
 * stored: those of one article lie together. */
static enum fm_error show_facts(struct search *s, const struct tie *ranked,
                                size_t n,
                                Factmill__V1__RelatedEntity *const *related,
                                struct fm_why *why)
{
    struct shown *list =
        fm_arena_array(&s->r->arena, n * SHOWN_MAX + 1, sizeof *list);
    size_t count = 0;
    enum fm_error e = FM_OK;

    if (list == NULL)
        return no_memory(why);
    for (size_t i = 0; i < n; i++) {
        Factmill__V1__RelatedEntity *to = related[i];
        uint32_t shared = ranked[i].shared;

        to->facts = fm_arena_array(s->arena, SHOWN_MAX, sizeof(char *));
        if (to->facts == NULL)
            return no_memory(why);
        while (to->n_facts < shared && to->n_facts < SHOWN_MAX) {
            uint32_t back = shared - 1 - (uint32_t)to->n_facts;

            list[count].fact = ranked[i].shown[back % SHOWN_MAX];
            list[count++].to = &to->facts[to->n_facts++];
        }
    }
    qsort(list, count, sizeof *list, by_fact);
    for (size_t i = 0; e == FM_OK && i < count; i++)
        e = fm_read_fact_id(s->r, list[i].fact, s->arena, why, list[i].to);
    return e;
}

static enum fm_error show(struct search *s, const struct tie *ranked, size_t n,
                          uint32_t steps, struct fm_why *why,
                          Factmill__V1__RelatedResponse *answer)
{
    Factmill__V1__RelatedEntity **first = answer->entities + answer->n_entities;
    enum fm_error e = FM_OK;

    for (size_t i = 0; e == FM_OK && i < n; i++) {
        Factmill__V1__RelatedEntity *related =
            fm_arena_alloc(s->arena, sizeof *related);

        if (related == NULL)
            return no_memory(why);
        factmill__v1__related_entity__init(related);
        related->steps = steps;
        related->shared = ranked[i].shared;
        related->via = (uint64_t)ranked[i].via;
        e = fm_read_entity_row(s->r, ranked[i].who, s->arena, why,
                               &related->entity);
        answer->entities[answer->n_entities++] = related;
    }
    return e == FM_OK ? show_facts(s, ranked, n, first, why) : e;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static enum fm_error check(const Factmill__V1__RelatedRequest *request,
                           struct fm_why *why)
{
    if (request->steps > 2)
        return fm_fail_field(FM_EINVAL, why, "steps", "OUT_OF_RANGE",
                             "steps is 1 or 2");
    if (request->limit < 0)
        return fm_fail_field(FM_EINVAL, why, "limit", "OUT_OF_RANGE",
                             "limit is negative");
    return FM_OK;
}

static enum fm_error build_far(struct search *s, const struct ties *near,
                               const struct tie *ranked, size_t limit,
                               struct fm_why *why,
                               Factmill__V1__RelatedResponse *answer)
{
    struct ties far = {.items = NULL};
    struct tie *list = NULL;
    enum fm_error e = second_step(
        s, near, ranked, least(near->used, least(limit, FROM_MAX)), why, &far);

    if (e == FM_OK) {
        list = rank(&far);
        e = list != NULL ? FM_OK : no_memory(why);
    }
    if (e == FM_OK)
        e = show(s, list, least(far.used, limit), 2, why, answer);
    free(list);
    free(far.items);
    return e;
}

static enum fm_error build(struct search *s, size_t limit, struct fm_why *why,
                           Factmill__V1__RelatedResponse *answer)
{
    struct ties near = {.items = NULL};
    struct tie *list = NULL;
    bool more = false;
    enum fm_error e = step(s, fm_same_of(&s->same, (int64_t)s->request->entity),
                           FACTS_MAX, why, &near, &more);

    answer->newest = more;
    if (e == FM_OK) {
        list = rank(&near);
        e = list != NULL ? FM_OK : no_memory(why);
    }
    if (e == FM_OK)
        e = show(s, list, least(near.used, limit), 1, why, answer);
    if (e == FM_OK && s->request->steps == 2)
        e = build_far(s, &near, list, limit, why, answer);
    free(list);
    free(near.items);
    return e;
}

enum fm_error fm_read_related(struct fm_reader *r,
                              const Factmill__V1__RelatedRequest *request,
                              struct fm_arena *arena, struct fm_why *why,
                              Factmill__V1__RelatedResponse **ret)
{
    struct search s = {.r = r, .arena = arena, .request = request};
    size_t limit =
        request->limit > 0 ? (size_t)request->limit : FM_RELATED_DEFAULT;
    Factmill__V1__RelatedResponse *answer =
        fm_arena_alloc(arena, sizeof *answer);
    enum fm_error e = check(request, why);

    if (e == FM_OK)
        e = fm_read_entity_row(r, (int64_t)(request->entity & INT64_MAX), arena,
                               why, NULL);
    if (e == FM_OK)
        e = fm_same_load(r, why, &s.same);
    if (e != FM_OK)
        return e;
    if (limit > FM_RELATED_MAX)
        limit = FM_RELATED_MAX;
    if (answer == NULL)
        return no_memory(why);
    factmill__v1__related_response__init(answer);
    answer->entities = fm_arena_array(arena, 2 * limit, sizeof(void *));
    if (answer->entities == NULL)
        return no_memory(why);
    e = build(&s, limit, why, answer);
    if (e == FM_OK)
        *ret = answer;
    return e;
}
