#include "base/clock.h"
#include "base/limits.h"
#include "store/buckets_priv.h"
#include "store/counts_priv.h"
#include "store/same_priv.h"
#include "store/walk_priv.h"

/* Different keys of one answer: entities of a large store. */
#define KEYS_MAX ((size_t)500000)
#define DAY_US   INT64_C(86400000000)

#define BY(name) FACTMILL__V1__AGGREGATE_BY__BY_##name

struct aggregate {
    struct fm_reader *r;
    struct fm_arena *arena;
    const Factmill__V1__AggregateRequest *request;
    struct fm_same same;
    struct fm_counts counts;
    struct fm_count facts;
    uint64_t articles;
    int64_t change; /* of the record that came last */
    enum fm_error failed;
};

static enum fm_error no_memory(struct fm_why *why)
{
    return fm_fail(FM_ENOMEM, why, NULL, "no memory for totals");
}

/* --- counting ----------------------------------------------------------------------------- */

static void add(struct aggregate *a, int64_t key,
                const struct fm_record *record)
{
    if (a->failed == FM_OK)
        a->failed = fm_counts_add(&a->counts, key, record->standing);
}

/* Once for each entity in one of the roles; a digest has each once. */
static void add_participants(struct aggregate *a, uint32_t wanted,
                             const struct fm_record *record)
{
    int64_t who = 0;
    uint32_t roles = 0;
    size_t at = 0;

    while (fm_record_next(record, &at, &who, &roles))
        if ((roles & wanted) != 0)
            add(a, fm_same_of(&a->same, who), record);
}

static void add_day(struct aggregate *a, const struct fm_record *record)
{
    if (a->request->axis == FACTMILL__V1__TIME_AXIS__AXIS_EVENT) {
        /* A longer time is of no day. */
        if (record->timed && record->time_end - record->time_start <= 86400)
            add(a, fm_floor_div(record->time_start, 86400), record);
    } else if (a->request->axis == FACTMILL__V1__TIME_AXIS__AXIS_RECORDED) {
        add(a, fm_floor_div(record->recorded_us, DAY_US), record);
    } else if (record->published_us != INT64_MIN) {
        add(a, fm_floor_div(record->published_us, DAY_US), record);
    }
}

static bool count(void *user, const struct fm_record *record)
{
    struct aggregate *a = user;

    a->facts.n[record->standing]++;
    /* The facts of a change come together. */
    a->articles += record->change != a->change;
    a->change = record->change;
    switch (a->request->by) {
    case BY(KIND): add(a, record->kind, record); break;
    case BY(PREDICATE):
        if (record->predicate != 0)
            add(a, record->predicate, record);
        break;
    case BY(SPEAKER): add_participants(a, FM_ROLE_SPEAKER, record); break;
    case BY(SOURCE): add(a, record->source, record); break;
    case BY(PLACE): add_participants(a, FM_ROLE_PLACE, record); break;
    case BY(ENTITY): add_participants(a, FM_ROLE_ANY, record); break;
    case BY(DAY): add_day(a, record); break;
    case BY(POLARITY): add(a, record->polarity, record); break;
    case BY(MODALITY): add(a, record->modality, record); break;
    case FACTMILL__V1__AGGREGATE_BY__AGGREGATE_BY_UNSPECIFIED:
    case _FACTMILL__V1__AGGREGATE_BY_IS_INT_SIZE: break;
    }
    return a->failed == FM_OK;
}

/* --- names of keys -------------------------------------------------------------------------- */

static enum fm_error enum_name(struct aggregate *a,
                               const ProtobufCEnumDescriptor *type, int64_t key,
                               Factmill__V1__Count *c)
{
    const ProtobufCEnumValue *value =
        protobuf_c_enum_descriptor_get_value(type, (int)key);

    c->key = fm_arena_copy(a->arena, fm_str(value != NULL ? value->name : "?"));
    return FM_OK;
}

static enum fm_error look_up(struct aggregate *a, const char *sql, int64_t key,
                             struct fm_why *why, Factmill__V1__Count *c)
{
    struct fm_stmt *st = NULL;
    bool row = false;
    enum fm_error e = fm_reader_stmt(a->r, sql, why, &st);

    if (e != FM_OK)
        return e;
    fm_stmt_int(st, 1, key);
    e = fm_stmt_step(st, why, &row);
    if (e != FM_OK)
        return e;
    c->key =
        fm_arena_copy(a->arena, row ? fm_stmt_col_str(st, 0) : fm_str("?"));
    if (row)
        c->type = (Factmill__V1__Entity__Type)fm_stmt_col_int(st, 1);
    fm_stmt_reset(st);
    return FM_OK;
}

static enum fm_error name_key(struct aggregate *a, int64_t key,
                              struct fm_why *why, Factmill__V1__Count *c)
{
    int32_t year;
    int32_t month;
    int32_t day;

    switch (a->request->by) {
    case BY(KIND):
        return enum_name(a, &factmill__v1__fact__kind__descriptor, key, c);
    case BY(POLARITY):
        return enum_name(a, &factmill__v1__fact__polarity__descriptor, key, c);
    case BY(MODALITY):
        return enum_name(a, &factmill__v1__fact__modality__descriptor, key, c);
    case BY(PREDICATE):
        return look_up(a, "SELECT lemma, 0 FROM predicate WHERE predicate=?",
                       key, why, c);
    case BY(SOURCE):
        return look_up(a, "SELECT name, 0 FROM source WHERE source=?", key, why,
                       c);
    case BY(SPEAKER):
    case BY(PLACE):
    case BY(ENTITY):
        c->entity = (uint64_t)key;
        return look_up(a, "SELECT name, type FROM entity WHERE entity=?", key,
                       why, c);
    case BY(DAY):
    case FACTMILL__V1__AGGREGATE_BY__AGGREGATE_BY_UNSPECIFIED:
    case _FACTMILL__V1__AGGREGATE_BY_IS_INT_SIZE: break;
    }
    fm_civil_from_days(key, &year, &month, &day);
    c->key = fm_arena_printf(a->arena, "%04d-%02d-%02d", (int)year, (int)month,
                             (int)day);
    return FM_OK;
}

/* --- the answer ------------------------------------------------------------------------------ */

static enum fm_error check(const Factmill__V1__AggregateRequest *request,
                           struct fm_why *why)
{
    if (request->by == 0 ||
        protobuf_c_enum_descriptor_get_value(
            &factmill__v1__aggregate_by__descriptor, (int)request->by) == NULL)
        return fm_fail_field(FM_EINVAL, why, "by", "ENUM",
                             "say by what to count: by is %d",
                             (int)request->by);
    if (protobuf_c_enum_descriptor_get_value(
            &factmill__v1__time_axis__descriptor, (int)request->axis) == NULL)
        return fm_fail_field(FM_EINVAL, why, "axis", "ENUM",
                             "there is no axis number %d", (int)request->axis);
    if (request->limit < 0)
        return fm_fail_field(FM_EINVAL, why, "limit", "OUT_OF_RANGE",
                             "limit is negative");
    return FM_OK;
}

static enum fm_error fill(struct aggregate *a, size_t n, struct fm_why *why,
                          Factmill__V1__AggregateResponse *answer)
{
    enum fm_error e = FM_OK;

    answer->counts = fm_arena_array(a->arena, n, sizeof(void *));
    answer->facts = fm_arena_alloc(a->arena, sizeof *answer->facts);
    if (answer->counts == NULL || answer->facts == NULL)
        return no_memory(why);
    factmill__v1__count__init(answer->facts);
    fm_count_to(&a->facts, answer->facts);
    answer->total = a->counts.used;
    answer->articles = a->articles;
    for (size_t i = 0; e == FM_OK && i < n; i++) {
        Factmill__V1__Count *c = fm_arena_alloc(a->arena, sizeof *c);

        if (c == NULL)
            return no_memory(why);
        factmill__v1__count__init(c);
        fm_count_to(&a->counts.items[i], c);
        e = name_key(a, a->counts.items[i].key, why, c);
        answer->counts[answer->n_counts++] = c;
        if (e == FM_OK && c->key == NULL)
            return no_memory(why);
    }
    return e;
}

/* After the walk. */
static enum fm_error finish(struct aggregate *a, struct fm_why *why,
                            Factmill__V1__AggregateResponse *answer)
{
    size_t limit = fm_read_page((uint32_t)a->request->limit);
    enum fm_error e;

    if (a->failed == FM_ETOOBIG)
        return fm_fail(FM_ETOOBIG, why, "TOO_MANY_KEYS",
                       "there are more than %zu different keys; narrow the "
                       "filter",
                       KEYS_MAX);
    if (a->failed != FM_OK)
        return no_memory(why);
    fm_counts_sort(&a->counts, true);
    e = fill(a, a->counts.used < limit ? a->counts.used : limit, why, answer);
    return e == FM_OK ? fm_read_last_change(a->r, why, &answer->sequence) : e;
}

/* Several fields in one walk. */
struct facets {
    struct aggregate items[FM_FACETS_MAX];
    size_t n;
};

static bool count_each(void *user, const struct fm_record *record)
{
    struct facets *facets = user;
    bool go_on = true;

    for (size_t i = 0; i < facets->n; i++)
        go_on &= count(&facets->items[i], record);
    return go_on;
}

static enum fm_error walk_and_finish(struct facets *facets, struct fm_reader *r,
                                     const Factmill__V1__FactFilter *filter,
                                     struct fm_why *why,
                                     Factmill__V1__AggregateResponse **ret)
{
    struct fm_walk walk;
    struct fm_same same = {.n = 0};
    enum fm_error e = fm_walk_init(&walk, r, filter, why);

    if (e == FM_OK)
        e = fm_same_load(r, why, &same);
    for (size_t i = 0; e == FM_OK && i < facets->n; i++)
        facets->items[i].same = same;
    if (e == FM_OK)
        e = fm_walk_run(&walk, count_each, facets, why);
    for (size_t i = 0; e == FM_OK && i < facets->n; i++) {
        struct aggregate *a = &facets->items[i];
        Factmill__V1__AggregateResponse *answer =
            fm_arena_alloc(a->arena, sizeof *answer);

        if (answer == NULL)
            return no_memory(why);
        factmill__v1__aggregate_response__init(answer);
        e = finish(a, why, answer);
        ret[i] = answer;
    }
    return e;
}

enum fm_error fm_read_aggregate(struct fm_reader *r,
                                const Factmill__V1__AggregateRequest *request,
                                struct fm_arena *arena, struct fm_why *why,
                                Factmill__V1__AggregateResponse **ret)
{
    struct facets one = {
        .items = {{.r = r, .arena = arena, .request = request}}, .n = 1};
    enum fm_error e = check(request, why);

    if (e != FM_OK)
        return e;
    fm_counts_init(&one.items[0].counts, KEYS_MAX);
    e = walk_and_finish(&one, r, request->filter, why, ret);
    fm_counts_release(&one.items[0].counts);
    return e;
}

enum fm_error fm_read_facets(struct fm_reader *r,
                             const struct fm_facets_call *call,
                             struct fm_arena *arena, struct fm_why *why,
                             Factmill__V1__AggregateResponse **ret)
{
    Factmill__V1__AggregateRequest requests[FM_FACETS_MAX];
    struct facets facets = {.n = call->n};
    enum fm_error e = FM_OK;

    if (call->n > FM_FACETS_MAX)
        return fm_fail_field(FM_EINVAL, why, "facets", "TOO_MANY",
                             "at most %u facets at a time", FM_FACETS_MAX);
    for (size_t i = 0; i < call->n; i++) {
        factmill__v1__aggregate_request__init(&requests[i]);
        requests[i].by = call->by[i];
        requests[i].limit = call->limit;
        facets.items[i].r = r;
        facets.items[i].arena = arena;
        facets.items[i].request = &requests[i];
        fm_counts_init(&facets.items[i].counts, KEYS_MAX);
        if (e == FM_OK)
            e = check(&requests[i], why);
    }
    if (e == FM_OK)
        e = walk_and_finish(&facets, r, call->filter, why, ret);
    for (size_t i = 0; i < call->n; i++)
        fm_counts_release(&facets.items[i].counts);
    return e;
}
