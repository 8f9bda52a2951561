/* Timelines and totals against a list of the same facts, counted by hand. */
#include "store/buckets_priv.h"
#include "store/counts_priv.h"
#include "store/interval.h"
#include "store/reader_priv.h"
#include "store/settle_priv.h"
#include "unit/store/drawn.h"

#define ARTICLES 50u

struct world {
    struct drawn drawn;
    struct fixture *f;
    struct rows rows;
};

#define BY(name)   FACTMILL__V1__AGGREGATE_BY__BY_##name
#define AXIS(name) FACTMILL__V1__TIME_AXIS__AXIS_##name
#define EACH(name) FACTMILL__V1__TIME_BUCKET__BUCKET_##name

/* --- by hand ---------------------------------------------------------------------------- */

struct expected {
    const char *key;
    uint64_t n[FM_STANDINGS];
};

struct expectation {
    struct expected items[1024];
    size_t n;
};

static void expect(struct expectation *x, const char *key,
                   const Factmill__V1__Fact *fact)
{
    size_t i = 0;

    while (i < x->n && strcmp(x->items[i].key, key) != 0)
        i++;
    assert_true(i < 1024);
    if (i == x->n)
        x->items[x->n++] = (struct expected){.key = key};
    x->items[i].n[fm_standing_of(fact)]++;
}

static const char *text_of(struct world *w, int64_t v)
{
    char *z = fm_arena_printf(&w->f->arena, "%lld", (long long)v);

    assert_non_null(z);
    return z;
}

static void expect_participants(struct world *w, struct expectation *x,
                                const Factmill__V1__Fact *fact, uint32_t roles)
{
    struct fm_participant *list = NULL;
    size_t n = 0;

    assert_int_equal(fm_participants_of(fact, &w->f->arena, NULL, &list, &n),
                     FM_OK);
    for (size_t i = 0; i < n; i++)
        if ((list[i].roles & roles) != 0)
            expect(x, text_of(w, list[i].who), fact);
}

static int64_t seconds_of(const Google__Protobuf__Timestamp *t)
{
    return t->seconds;
}

static const char *day_text(struct world *w, int64_t seconds)
{
    return fm_bucket_text(fm_bucket_start(seconds, EACH(DAY)), EACH(DAY),
                          &w->f->arena);
}

static bool event_of(const Factmill__V1__Fact *fact, struct fm_interval *ret)
{
    return fact->time != NULL &&
           fm_interval_parse(fm_str(fact->time->start), fm_str(fact->time->end),
                             ret);
}

static void expect_fact(struct world *w, struct expectation *x,
                        const Factmill__V1__AggregateRequest *request,
                        const Factmill__V1__Fact *fact)
{
    struct fm_interval event;

    switch ((int)request->by) {
    case BY(KIND):
        expect(x,
               protobuf_c_enum_descriptor_get_value(
                   &factmill__v1__fact__kind__descriptor, (int)fact->kind)
                   ->name,
               fact);
        break;
    case BY(PREDICATE):
        if (fact->predicate != NULL)
            expect(x, fact->predicate->lemma, fact);
        break;
    case BY(SPEAKER): expect_participants(w, x, fact, FM_ROLE_SPEAKER); break;
    case BY(PLACE): expect_participants(w, x, fact, FM_ROLE_PLACE); break;
    case BY(ENTITY): expect_participants(w, x, fact, FM_ROLE_ANY); break;
    case BY(SOURCE): expect(x, fact->source, fact); break;
    case BY(POLARITY):
        expect(x, fact->polarity == 2 ? "NEGATIVE" : "POSITIVE", fact);
        break;
    case BY(MODALITY):
        expect(x, fact->modality == 1 ? "ASSERTED" : "POSSIBLE", fact);
        break;
    default:
        if (request->axis == AXIS(EVENT) && event_of(fact, &event) &&
            event.end - event.start <= 86400)
            expect(x, day_text(w, event.start), fact);
        if (request->axis == AXIS(PUBLISHED) && fact->published != NULL)
            expect(x, day_text(w, seconds_of(fact->published)), fact);
        if (request->axis == AXIS(RECORDED))
            expect(x, day_text(w, seconds_of(fact->recorded)), fact);
    }
}

static void list_all(struct world *w, const Factmill__V1__FactFilter *filter)
{
    fixture_free_rows(&w->rows);
    w->rows.keep = true;
    OK(w->f, fixture_list(w->f, filter, FACTMILL__V1__FACT_ORDER__SEQUENCE_ASC,
                          100, &w->rows));
}

/* --- comparing ---------------------------------------------------------------------------- */

static bool same(const Factmill__V1__Count *c, const struct expected *x)
{
    return c->asserted == x->n[FM_STANDING_ASSERTED] &&
           c->reported == x->n[FM_STANDING_REPORTED] &&
           c->possible == x->n[FM_STANDING_POSSIBLE] &&
           c->negated == x->n[FM_STANDING_NEGATED];
}

static uint64_t sum(const Factmill__V1__Count *c)
{
    return c->asserted + c->reported + c->possible + c->negated;
}

static void compare(struct world *w, const Factmill__V1__AggregateResponse *got,
                    const struct expectation *x, const char *what,
                    size_t filter)
{
    assert_int_equal(got->total, x->n);
    assert_int_equal(got->n_counts, x->n);
    for (size_t i = 0; i < got->n_counts; i++) {
        const Factmill__V1__Count *c = got->counts[i];
        const char *key =
            c->entity != 0 ? text_of(w, (int64_t)c->entity) : c->key;
        size_t k = 0;

        while (k < x->n && strcmp(x->items[k].key, key) != 0)
            k++;
        if (k == x->n || !same(c, &x->items[k]))
            fail_msg("by %s, filter %zu: %s is not as counted", what, filter,
                     key);
        assert_true(i == 0 || sum(c) <= sum(got->counts[i - 1]));
    }
    assert_int_equal(sum(got->facts), w->rows.n);
}

static void totals_are_those_of_the_list(void **state)
{
    static const int axes[] = {AXIS(EVENT), AXIS(PUBLISHED), AXIS(RECORDED)};
    struct world *w = *state;
    size_t facts = 0;

    for (size_t i = 0; i < 120; i++) {
        some_filter(&w->drawn, i);
        list_all(w, &w->drawn.filters[i]);
        facts += w->rows.n;
        for (int by = BY(KIND); by <= BY(MODALITY); by++) {
            struct expectation x = {.n = 0};
            Factmill__V1__AggregateRequest request;
            Factmill__V1__AggregateResponse *got = NULL;

            factmill__v1__aggregate_request__init(&request);
            request.filter = &w->drawn.filters[i];
            request.by = (Factmill__V1__AggregateBy)by;
            request.axis = (Factmill__V1__TimeAxis)axes[i % 3];
            request.limit = 1000;
            for (size_t k = 0; k < w->rows.n; k++)
                expect_fact(w, &x, &request, w->rows.facts[k]);
            OK(w->f, w->f->r->ops->aggregate(w->f->r, &request, &w->f->arena,
                                             &w->f->why, &got));
            compare(w, got, &x,
                    factmill__v1__aggregate_by__descriptor.values[by].name, i);
        }
    }
    assert_true(facts > 2000);
}

/* --- timelines ------------------------------------------------------------------------------ */

static bool time_on(const Factmill__V1__Fact *fact, int axis, int64_t *ret,
                    int64_t *ret_length)
{
    struct fm_interval event;

    *ret_length = 0;
    if (axis == AXIS(EVENT)) {
        if (!event_of(fact, &event))
            return false;
        *ret = event.start;
        *ret_length = event.end - event.start;
        return true;
    }
    if (axis == AXIS(PUBLISHED) && fact->published == NULL)
        return false;
    *ret =
        seconds_of(axis == AXIS(PUBLISHED) ? fact->published : fact->recorded);
    return true;
}

static void check_timeline(struct world *w, int axis, int bucket,
                           const Factmill__V1__TimelineResponse *got)
{
    static const int64_t lengths[] = {
        0,          3600,       86400,       7 * 86400,
        31 * 86400, 92 * 86400, 366 * 86400, INT64_C(3653) * 86400};
    struct expectation x = {.n = 0};
    uint64_t undated = 0;
    uint64_t coarser = 0;

    for (size_t i = 0; i < w->rows.n; i++) {
        int64_t start = 0;
        int64_t length = 0;

        if (!time_on(w->rows.facts[i], axis, &start, &length))
            undated++;
        else if (length > lengths[bucket])
            coarser++;
        else
            expect(&x,
                   fm_bucket_text(
                       fm_bucket_start(start, (Factmill__V1__TimeBucket)bucket),
                       (Factmill__V1__TimeBucket)bucket, &w->f->arena),
                   w->rows.facts[i]);
    }
    assert_int_equal(sum(got->undated), undated);
    assert_int_equal(sum(got->coarser), coarser);
    assert_int_equal(got->n_buckets, x.n);
    for (size_t i = 0; i < got->n_buckets; i++) {
        const Factmill__V1__TimelineBucket *b = got->buckets[i];
        size_t k = 0;

        while (k < x.n && strcmp(x.items[k].key, b->start) != 0)
            k++;
        if (k == x.n || !same(b->count, &x.items[k]))
            fail_msg("bucket %s is not as counted", b->start);
        assert_true(strcmp(b->start, b->end) < 0);
        assert_true(i == 0 || strcmp(got->buckets[i - 1]->end, b->start) <= 0);
        assert_int_equal(b->n_top, sum(b->count) < 3 ? sum(b->count) : 3);
        for (size_t t = 1; t < b->n_top; t++)
            assert_true(b->top[t - 1]->confidence >= b->top[t]->confidence);
    }
}

static void timelines_are_those_of_the_list(void **state)
{
    struct world *w = *state;

    for (size_t i = 0; i < 60; i++) {
        some_filter(&w->drawn, i);
        list_all(w, &w->drawn.filters[i]);
        for (int bucket = EACH(HOUR); bucket <= EACH(DECADE); bucket++) {
            for (int axis = AXIS(EVENT); axis <= AXIS(RECORDED); axis++) {
                Factmill__V1__TimelineRequest request;
                Factmill__V1__TimelineResponse *got = NULL;

                factmill__v1__timeline_request__init(&request);
                request.filter = &w->drawn.filters[i];
                request.bucket = (Factmill__V1__TimeBucket)bucket;
                request.axis = (Factmill__V1__TimeAxis)axis;
                request.top = 3;
                OK(w->f, w->f->r->ops->timeline(w->f->r, &request, &w->f->arena,
                                                &w->f->why, &got));
                assert_int_equal(got->bucket, bucket);
                check_timeline(w, axis, bucket, got);
            }
        }
    }
}

/* Three facts said of years and one of a day; published over four months. */
static void a_bucket_is_chosen(void **state)
{
    static const struct spec specs[] = {
        {.subject = "a", .start = "2011", .end = "2012"},
        {.subject = "b", .start = "2012", .end = "2013"},
        {.subject = "c", .start = "2011", .end = "2012"},
        {.subject = "d", .start = "2014-05-01", .end = "2014-05-02"},
    };
    Factmill__V1__TimelineRequest request;
    Factmill__V1__TimelineResponse *got = NULL;
    struct fixture *f;
    void *own = NULL;

    (void)state;
    (void)fixture_setup(&own);
    f = own;
    for (int64_t i = 0; i < 120; i++)
        (void)fixture_article(f, "s", fm_arena_printf(&f->arena, "a%d", (int)i),
                              "One line.", T0 + i * 86400 * 1000000, NULL, 0,
                              specs, i == 0 ? 4 : 1);
    factmill__v1__timeline_request__init(&request);
    OK(f, f->r->ops->timeline(f->r, &request, &f->arena, &f->why, &got));
    assert_int_equal(got->axis, AXIS(PUBLISHED));
    assert_int_equal(got->bucket, EACH(WEEK));
    assert_int_equal(got->n_buckets, 18);
    request.axis = AXIS(EVENT);
    OK(f, f->r->ops->timeline(f->r, &request, &f->arena, &f->why, &got));
    assert_int_equal(got->bucket, EACH(YEAR));
    assert_int_equal(got->n_buckets, 3);
    assert_string_equal(got->buckets[2]->start, "2014-01-01");
    request.axis = AXIS(PUBLISHED);
    request.bucket = EACH(DAY);
    request.top = 10;
    assert_int_equal(
        f->r->ops->timeline(f->r, &request, &f->arena, &f->why, &got),
        FM_EINVAL);
    assert_string_equal(f->why.reason, "TOO_MANY_FACTS");
    request.top = 0;
    request.axis = AXIS(EVENT);
    request.bucket = EACH(MONTH);
    OK(f, f->r->ops->timeline(f->r, &request, &f->arena, &f->why, &got));
    assert_int_equal(got->n_buckets, 1);
    assert_int_equal(sum(got->coarser), 122);
    /* One of ten years before: no rows of weeks for years without any. */
    (void)fixture_article(f, "s", "early", "One line.",
                          T0 - INT64_C(3650) * 86400 * 1000000, NULL, 0, specs,
                          1);
    request.axis = AXIS(PUBLISHED);
    request.bucket = 0;
    OK(f, f->r->ops->timeline(f->r, &request, &f->arena, &f->why, &got));
    assert_int_equal(got->bucket, EACH(MONTH));
    assert_int_equal(got->n_buckets, 6);
    (void)fixture_teardown(&own);
}

static void buckets_of_the_calendar(void **state)
{
    static const struct {
        int64_t seconds;
        int bucket;
        const char *start, *end;
    } table[] = {
        {1304258400, EACH(HOUR), "2011-05-01T14:00:00Z",
         "2011-05-01T15:00:00Z"},
        {1304258400, EACH(DAY), "2011-05-01", "2011-05-02"},
        {1304258400, EACH(WEEK), "2011-04-25", "2011-05-02"},
        {1304258400, EACH(MONTH), "2011-05-01", "2011-06-01"},
        {1304258400, EACH(QUARTER), "2011-04-01", "2011-07-01"},
        {1304258400, EACH(YEAR), "2011-01-01", "2012-01-01"},
        {1304258400, EACH(DECADE), "2010-01-01", "2020-01-01"},
        {-1, EACH(HOUR), "1969-12-31T23:00:00Z", "1970-01-01T00:00:00Z"},
        {-1, EACH(WEEK), "1969-12-29", "1970-01-05"},
        {-1, EACH(DECADE), "1960-01-01", "1970-01-01"},
        {951782400, EACH(MONTH), "2000-02-01", "2000-03-01"},
        {1330473600, EACH(YEAR), "2012-01-01", "2013-01-01"},
        {INT64_C(-62135596800), EACH(DECADE), "0000-01-01", "0010-01-01"},
    };
    struct world *w = *state;

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        Factmill__V1__TimeBucket bucket =
            (Factmill__V1__TimeBucket)table[i].bucket;
        int64_t start = fm_bucket_start(table[i].seconds, bucket);

        assert_string_equal(fm_bucket_text(start, bucket, &w->f->arena),
                            table[i].start);
        assert_string_equal(
            fm_bucket_text(fm_bucket_next(start, bucket), bucket, &w->f->arena),
            table[i].end);
    }
}

/* --- the past, and limits ---------------------------------------------------------------------- */

static void totals_of_the_past(void **state)
{
    struct world *w = *state;
    Google__Protobuf__Timestamp times[3];
    Factmill__V1__AggregateRequest request;
    Factmill__V1__AggregateResponse *got = NULL;
    Factmill__V1__FactFilter filter;

    factmill__v1__fact_filter__init(&filter);
    factmill__v1__aggregate_request__init(&request);
    request.filter = &filter;
    request.by = BY(KIND);
    list_all(w, NULL);
    for (int i = 0; i < 3; i++) {
        struct expectation x = {.n = 0};
        int64_t us;

        google__protobuf__timestamp__init(&times[i]);
        /* Of the fact a third into the list: what was in force then. */
        times[i] = *w->rows.facts[w->rows.n * (size_t)i / 3]->recorded;
        us = times[i].seconds * 1000000 + times[i].nanos / 1000;
        assert_true(us > 0);
        filter.as_of = &times[i];
        {
            struct rows kept = w->rows;

            memset(&w->rows, 0, sizeof w->rows);
            list_all(w, &filter);
            for (size_t k = 0; k < w->rows.n; k++)
                expect_fact(w, &x, &request, w->rows.facts[k]);
            OK(w->f, w->f->r->ops->aggregate(w->f->r, &request, &w->f->arena,
                                             &w->f->why, &got));
            compare(w, got, &x, "KIND", (size_t)i);
            fixture_free_rows(&w->rows);
            w->rows = kept;
        }
    }
}

static void keys_are_limited(void **state)
{
    struct fm_counts counts;

    (void)state;
    fm_counts_init(&counts, 1000);
    for (int64_t i = -500; i < 500; i++) {
        assert_int_equal(fm_counts_add(&counts, i, FM_STANDING_REPORTED),
                         FM_OK);
        assert_int_equal(fm_counts_add(&counts, i / 2, FM_STANDING_NEGATED),
                         FM_OK);
    }
    assert_int_equal(fm_counts_add(&counts, 500, FM_STANDING_REPORTED),
                     FM_ETOOBIG);
    assert_int_equal(fm_counts_add(&counts, 0, FM_STANDING_REPORTED), FM_OK);
    fm_counts_sort(&counts, true);
    assert_int_equal(counts.used, 1000);
    /* -1, 0 and 1 are halved to 0; it has one more. */
    assert_int_equal(counts.items[0].key, 0);
    assert_int_equal(fm_count_sum(&counts.items[0]), 5);
    assert_int_equal(counts.items[1].key, -249);
    fm_counts_release(&counts);
}

static void what_is_too_much_says_so(void **state)
{
    struct world *w = *state;
    Factmill__V1__TimelineRequest request;
    Factmill__V1__TimelineResponse *got = NULL;
    Factmill__V1__AggregateRequest by;
    Factmill__V1__AggregateResponse *totals = NULL;

    factmill__v1__timeline_request__init(&request);
    request.top = 11;
    assert_int_equal(w->f->r->ops->timeline(w->f->r, &request, &w->f->arena,
                                            &w->f->why, &got),
                     FM_EINVAL);
    assert_string_equal(w->f->why.field, "top");
    request.top = 0;
    request.bucket = (Factmill__V1__TimeBucket)99;
    assert_int_equal(w->f->r->ops->timeline(w->f->r, &request, &w->f->arena,
                                            &w->f->why, &got),
                     FM_EINVAL);
    assert_string_equal(w->f->why.field, "bucket");
    factmill__v1__aggregate_request__init(&by);
    assert_int_equal(w->f->r->ops->aggregate(w->f->r, &by, &w->f->arena,
                                             &w->f->why, &totals),
                     FM_EINVAL);
    assert_string_equal(w->f->why.field, "by");
}

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    void *f = NULL;

    assert_non_null(w);
    (void)fixture_setup(&f);
    w->f = f;
    w->drawn.f = f;
    w->drawn.seed = 5;
    for (size_t i = 0; i < ARTICLES; i++)
        some_article(&w->drawn, i);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    void *f = w->f;

    fixture_free_rows(&w->rows);
    (void)fixture_teardown(&f);
    free(w);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(totals_are_those_of_the_list),
        cmocka_unit_test(timelines_are_those_of_the_list),
        cmocka_unit_test(a_bucket_is_chosen),
        cmocka_unit_test(buckets_of_the_calendar),
        cmocka_unit_test(totals_of_the_past),
        cmocka_unit_test(keys_are_limited),
        cmocka_unit_test(what_is_too_much_says_so),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
