#include "store/buckets_priv.h"
#include "store/counts_priv.h"
#include "store/walk_priv.h"

/* Hours that hold facts: of every hour of fifty years. */
#define HOURS_MAX   ((size_t)400000)
#define BUCKETS_MAX 1000u
#define TOP_MAX     10u
#define TOP_ALL     1000u
/* With no bucket asked for: at most so many that hold facts, at most so many
 * from the first of them to the last, and at least so many hundredths of the times
 * in them. */
#define AUTO_BUCKETS 60u
#define AUTO_SPAN    240
#define AUTO_FITTING 75u

/* Keys: the hour in which a time begins, and the smallest bucket that is as long
 * as it. */
#define LENGTHS 16

struct timeline {
    struct fm_reader *r;
    struct fm_arena *arena;
    const Factmill__V1__TimelineRequest *request;
    Factmill__V1__TimeAxis axis;
    Factmill__V1__TimeBucket bucket;
    struct fm_walk walk;
    struct fm_counts hours;
    struct fm_count undated;
    struct fm_count coarser;
    enum fm_error failed;
    struct best *best; /* of each bucket, request->top places */
    Factmill__V1__TimelineResponse *answer;
    int64_t *starts; /* of the buckets */
};

/* A fact that may be shown. */
struct best {
    float confidence;
    int64_t sequence; /* 0 = free */
};

static enum fm_error no_memory(struct fm_why *why)
{
    return fm_fail(FM_ENOMEM, why, NULL, "no memory for a timeline");
}

/* --- counting ----------------------------------------------------------------------------- */

/* Where a fact stands on the axis; false when it does not. */
static bool time_of(const struct timeline *t, const struct fm_record *record,
                    int64_t *ret_start, int *ret_length)
{
    *ret_length = FM_BUCKET_FIRST;
    switch (t->axis) {
    case FACTMILL__V1__TIME_AXIS__AXIS_EVENT:
        *ret_start = record->time_start;
        if (record->timed)
            *ret_length =
                fm_bucket_of_length(record->time_end - record->time_start);
        return record->timed;
    case FACTMILL__V1__TIME_AXIS__AXIS_RECORDED:
        *ret_start = fm_floor_div(record->recorded_us, 1000000);
        return true;
    case FACTMILL__V1__TIME_AXIS__AXIS_PUBLISHED:
    case FACTMILL__V1__TIME_AXIS__TIME_AXIS_UNSPECIFIED:
    case _FACTMILL__V1__TIME_AXIS_IS_INT_SIZE: break;
    }
    if (record->published_us == INT64_MIN)
        return false;
    *ret_start = fm_floor_div(record->published_us, 1000000);
    return true;
}

static bool count(void *user, const struct fm_record *record)
{
    struct timeline *t = user;
    int64_t start = 0;
    int length = 0;

    if (time_of(t, record, &start, &length))
        t->failed = fm_counts_add(&t->hours,
                                  fm_floor_div(start, 3600) * LENGTHS + length,
                                  record->standing);
    else
        t->undated.n[record->standing]++;
    return t->failed == FM_OK;
}

static enum fm_error count_all(struct timeline *t, struct fm_why *why)
{
    enum fm_error e = fm_walk_run(&t->walk, count, t, why);

    if (e == FM_OK && t->failed == FM_ETOOBIG)
        return fm_fail(FM_ETOOBIG, why, "TOO_MANY_TIMES",
                       "the facts have more than %zu different hours; narrow "
                       "the filter",
                       HOURS_MAX);
    if (e == FM_OK && t->failed != FM_OK)
        return no_memory(why);
    fm_counts_sort(&t->hours, false);
    return e;
}

/* --- the bucket ----------------------------------------------------------------------------- */

static int length_of(const struct fm_count *hour)
{
    return (int)((uint64_t)hour->key % LENGTHS);
}

static int64_t start_of(const struct fm_count *hour,
                        Factmill__V1__TimeBucket bucket)
{
    return fm_bucket_start(fm_floor_div(hour->key, LENGTHS) * 3600, bucket);
}

struct weight {
    size_t buckets; /* that hold facts */
    int64_t first;  /* where the first of them begins, and the last */
    int64_t last;
    uint64_t fitting; /* hundredths of the facts */
};

static struct weight weigh(const struct timeline *t,
                           Factmill__V1__TimeBucket bucket)
{
    struct weight w = {.first = INT64_MIN, .last = INT64_MIN};
    uint64_t fitting = 0;
    uint64_t all = 0;

    for (size_t i = 0; i < t->hours.used; i++) {
        const struct fm_count *hour = &t->hours.items[i];
        uint64_t n = fm_count_sum(hour);
        int64_t start;

        all += n;
        if (length_of(hour) > (int)bucket)
            continue;
        fitting += n;
        start = start_of(hour, bucket);
        if (w.buckets == 0)
            w.first = start;
        w.buckets += w.buckets == 0 || start != w.last;
        w.last = start;
    }
    w.fitting = all > 0 ? fitting * 100 / all : 100;
    return w;
}

/* It can be drawn: neither too long nor with too much left out. */
static bool suits(const struct weight *w, Factmill__V1__TimeBucket bucket)
{
    int64_t length;

    if (w->buckets > AUTO_BUCKETS || w->fitting < AUTO_FITTING)
        return false;
    if (w->buckets < 2)
        return true;
    length = fm_bucket_next(w->first, bucket) - w->first;
    return (w->last - w->first) / length < AUTO_SPAN;
}

static void choose_bucket(struct timeline *t)
{
    t->bucket = t->request->bucket;
    if (t->bucket != FACTMILL__V1__TIME_BUCKET__TIME_BUCKET_UNSPECIFIED)
        return;
    for (int bucket = FM_BUCKET_FIRST; bucket <= FM_BUCKET_LAST; bucket++) {
        struct weight w;

        t->bucket = (Factmill__V1__TimeBucket)bucket;
        w = weigh(t, t->bucket);
        if (suits(&w, t->bucket))
            break;
    }
}

static Factmill__V1__TimelineBucket *add_bucket(struct timeline *t,
                                                int64_t start)
{
    Factmill__V1__TimelineResponse *answer = t->answer;
    Factmill__V1__TimelineBucket *b = fm_arena_alloc(t->arena, sizeof *b);
    Factmill__V1__Count *c = fm_arena_alloc(t->arena, sizeof *c);

    if (b == NULL || c == NULL)
        return NULL;
    factmill__v1__timeline_bucket__init(b);
    factmill__v1__count__init(c);
    b->count = c;
    b->start = fm_bucket_text(start, t->bucket, t->arena);
    b->end =
        fm_bucket_text(fm_bucket_next(start, t->bucket), t->bucket, t->arena);
    if (b->start == NULL || b->end == NULL)
        return NULL;
    t->starts[answer->n_buckets] = start;
    answer->buckets[answer->n_buckets++] = b;
    return b;
}

static void add_to(Factmill__V1__Count *to, const struct fm_count *from)
{
    to->asserted += from->n[FM_STANDING_ASSERTED];
    to->reported += from->n[FM_STANDING_REPORTED];
    to->possible += from->n[FM_STANDING_POSSIBLE];
    to->negated += from->n[FM_STANDING_NEGATED];
}

/* The hours are in order, so those of one bucket follow one another. */
static enum fm_error fold(struct timeline *t, struct fm_why *why)
{
    Factmill__V1__TimelineBucket *bucket = NULL;
    int64_t last = INT64_MIN;

    for (size_t i = 0; i < t->hours.used; i++) {
        const struct fm_count *hour = &t->hours.items[i];
        int64_t start = start_of(hour, t->bucket);

        if (length_of(hour) > (int)t->bucket) {
            for (int k = 0; k < FM_STANDINGS; k++)
                t->coarser.n[k] += hour->n[k];
            continue;
        }
        if (start != last && t->answer->n_buckets == BUCKETS_MAX)
            return fm_fail_field(FM_EINVAL, why, "bucket", "TOO_MANY_BUCKETS",
                                 "there are more than %u buckets; choose a "
                                 "larger one or a shorter range of time",
                                 BUCKETS_MAX);
        if (start != last)
            bucket = add_bucket(t, start);
        if (bucket == NULL)
            return no_memory(why);
        last = start;
        add_to(bucket->count, hour);
    }
    return FM_OK;
}

/* --- facts to show ------------------------------------------------------------------------------ */

/* The bucket that begins at start, or SIZE_MAX. */
static size_t bucket_at(const struct timeline *t, int64_t start)
{
    size_t low = 0;
    size_t high = t->answer->n_buckets;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (t->starts[middle] < start)
            low = middle + 1;
        else
            high = middle;
    }
    return low < t->answer->n_buckets && t->starts[low] == start ? low
                                                                 : SIZE_MAX;
}

/* The surest first; of those as sure, the newest. */
static bool is_better(const struct best *a, const struct best *b)
{
    if (b->sequence == 0)
        return true;
    if (a->confidence > b->confidence || a->confidence < b->confidence)
        return a->confidence > b->confidence;
    return a->sequence > b->sequence;
}

static bool consider(void *user, const struct fm_record *record)
{
    struct timeline *t = user;
    struct best it = {record->confidence, record->sequence};
    size_t top = t->request->top;
    int64_t start = 0;
    int length = 0;
    struct best *places;
    size_t at;

    if (!time_of(t, record, &start, &length) || length > (int)t->bucket)
        return true;
    at = bucket_at(t, fm_bucket_start(start, t->bucket));
    if (at == SIZE_MAX)
        return true;
    places = t->best + at * top;
    if (!is_better(&it, &places[top - 1]))
        return true;
    for (at = top - 1; at > 0 && is_better(&it, &places[at - 1]); at--)
        places[at] = places[at - 1];
    places[at] = it;
    return true;
}

struct showing {
    struct timeline *t;
    Factmill__V1__Fact *fact;
};

static void *arena_alloc(void *user, size_t size)
{
    return fm_arena_alloc(user, size);
}

static void arena_free(void *user, void *pointer)
{
    (void)user;
    (void)pointer;
}

static bool unpack(void *user, const struct fm_store_row *row)
{
    struct showing *s = user;
    ProtobufCAllocator allocator = {arena_alloc, arena_free, s->t->arena};
    struct fm_buf bytes;

    fm_buf_init(&bytes, row->stored.len + row->added.len);
    fm_buf_str(&bytes, row->stored);
    fm_buf_str(&bytes, row->added);
    if (fm_buf_error(&bytes) == FM_OK)
        s->fact = factmill__v1__fact__unpack(&allocator, bytes.len,
                                             (const uint8_t *)bytes.data);
    fm_buf_release(&bytes);
    return true;
}

static enum fm_error show(struct timeline *t, size_t at, struct fm_why *why)
{
    Factmill__V1__TimelineBucket *bucket = t->answer->buckets[at];
    const struct best *places = t->best + at * t->request->top;
    uint64_t as_of =
        t->walk.filter.as_of != 0 ? (uint64_t)t->walk.filter.as_of : INT64_MAX;
    enum fm_error e = FM_OK;

    bucket->top = fm_arena_array(t->arena, t->request->top, sizeof(void *));
    if (bucket->top == NULL)
        return no_memory(why);
    for (size_t i = 0;
         e == FM_OK && i < t->request->top && places[i].sequence != 0; i++) {
        struct showing s = {t, NULL};

        e = fm_read_change(t->r, (uint64_t)places[i].sequence, as_of, unpack,
                           &s, why);
        if (e == FM_OK && s.fact == NULL)
            e = no_memory(why);
        else if (e == FM_OK)
            bucket->top[bucket->n_top++] = s.fact;
    }
    return e;
}

static enum fm_error show_all(struct timeline *t, struct fm_why *why)
{
    size_t n = t->answer->n_buckets * t->request->top;
    enum fm_error e;

    if (n == 0)
        return FM_OK;
    if (n > TOP_ALL)
        return fm_fail_field(FM_EINVAL, why, "top", "TOO_MANY_FACTS",
                             "%zu buckets of %u facts are more than %u; choose "
                             "a larger bucket or a smaller top",
                             t->answer->n_buckets, t->request->top, TOP_ALL);
    t->best = fm_arena_array(t->arena, n, sizeof *t->best);
    if (t->best == NULL)
        return no_memory(why);
    e = fm_walk_run(&t->walk, consider, t, why);
    for (size_t i = 0; e == FM_OK && i < t->answer->n_buckets; i++)
        e = show(t, i, why);
    return e;
}

/* --- the answer ------------------------------------------------------------------------------------ */

static Factmill__V1__Count *message_of(struct timeline *t,
                                       const struct fm_count *count)
{
    Factmill__V1__Count *c = fm_arena_alloc(t->arena, sizeof *c);

    if (c != NULL) {
        factmill__v1__count__init(c);
        fm_count_to(count, c);
    }
    return c;
}

static enum fm_error check(const Factmill__V1__TimelineRequest *request,
                           struct fm_why *why)
{
    if (request->top > TOP_MAX)
        return fm_fail_field(FM_EINVAL, why, "top", "OUT_OF_RANGE",
                             "top is at most %u", TOP_MAX);
    if (protobuf_c_enum_descriptor_get_value(
            &factmill__v1__time_bucket__descriptor, (int)request->bucket) ==
        NULL)
        return fm_fail_field(FM_EINVAL, why, "bucket", "ENUM",
                             "there is no bucket number %d",
                             (int)request->bucket);
    if (protobuf_c_enum_descriptor_get_value(
            &factmill__v1__time_axis__descriptor, (int)request->axis) == NULL)
        return fm_fail_field(FM_EINVAL, why, "axis", "ENUM",
                             "there is no axis number %d", (int)request->axis);
    return FM_OK;
}

static enum fm_error build(struct timeline *t, struct fm_why *why)
{
    Factmill__V1__TimelineResponse *answer = t->answer;
    enum fm_error e = count_all(t, why);

    if (e != FM_OK)
        return e;
    choose_bucket(t);
    e = fold(t, why);
    if (e == FM_OK)
        e = show_all(t, why);
    if (e == FM_OK)
        e = fm_read_last_change(t->r, why, &answer->sequence);
    if (e != FM_OK)
        return e;
    answer->bucket = t->bucket;
    answer->axis = t->axis;
    answer->coarser = message_of(t, &t->coarser);
    answer->undated = message_of(t, &t->undated);
    return answer->coarser != NULL && answer->undated != NULL ? FM_OK
                                                              : no_memory(why);
}

enum fm_error fm_read_timeline(struct fm_reader *r,
                               const Factmill__V1__TimelineRequest *request,
                               struct fm_arena *arena, struct fm_why *why,
                               Factmill__V1__TimelineResponse **ret)
{
    struct timeline t = {.r = r, .arena = arena, .request = request};
    enum fm_error e = check(request, why);

    if (e == FM_OK)
        e = fm_walk_init(&t.walk, r, request->filter, why);
    if (e != FM_OK)
        return e;
    t.axis = request->axis != 0 ? request->axis
                                : FACTMILL__V1__TIME_AXIS__AXIS_PUBLISHED;
    t.answer = fm_arena_alloc(arena, sizeof *t.answer);
    t.starts = fm_arena_array(arena, BUCKETS_MAX, sizeof *t.starts);
    if (t.answer == NULL || t.starts == NULL)
        return no_memory(why);
    factmill__v1__timeline_response__init(t.answer);
    t.answer->buckets = fm_arena_array(arena, BUCKETS_MAX, sizeof(void *));
    if (t.answer->buckets == NULL)
        return no_memory(why);
    fm_counts_init(&t.hours, HOURS_MAX);
    e = build(&t, why);
    fm_counts_release(&t.hours);
    if (e == FM_OK)
        *ret = t.answer;
    return e;
}
