/* Standing filters against SQL: what a feed gives of each new article has to be
 * what the same filter lists, whatever it asks for. */
#include "store/feed_priv.h"
#include "unit/store/drawn.h"

#define ARTICLES 50u
#define FOUND    512u

struct found {
    uint64_t numbers[FOUND];
    size_t n;
    enum fm_error error;
};

struct world {
    struct drawn drawn;
    struct fixture *f;
    struct fm_store_feed *feed;
    uint64_t at;
    struct found found[FILTERS];
};

static void each_match(void *user, const struct fm_store_match *match)
{
    struct found *found = match->watch;

    (void)user;
    if (match->error != FM_OK) {
        found->error = match->error;
        return;
    }
    assert_true(found->n < FOUND);
    found->numbers[found->n++] = match->number;
}

static void advance(struct world *w, uint32_t max)
{
    bool more = true;

    while (more)
        OK(w->f, w->feed->ops->advance(w->feed, max, each_match, NULL,
                                       &w->f->why, &w->at, &more));
}

static size_t list(struct world *w, const Factmill__V1__FactFilter *filter,
                   uint64_t after, uint64_t upto, uint64_t *numbers)
{
    struct fm_store_changes ask = {
        .filter = filter, .after = after, .upto = upto, .max = 3};
    size_t n = 0;

    while (ask.after < upto) {
        size_t got = 0;

        assert_true(n + 3 <= FOUND);
        OK(w->f, w->f->r->ops->list_changes(w->f->r, &ask, numbers + n,
                                            &w->f->why, &got, &ask.after));
        n += got;
    }
    return n;
}

static void compare(struct world *w, size_t i, uint64_t after, size_t *ret_n)
{
    uint64_t numbers[FOUND];
    size_t n = list(w, &w->drawn.filters[i], after, w->at, numbers);

    assert_int_equal(w->found[i].error, FM_OK);
    if (n != w->found[i].n)
        fail_msg("filter %zu: %zu listed, %zu given, behind %llu", i, n,
                 w->found[i].n, (unsigned long long)after);
    for (size_t k = 0; k < n; k++)
        assert_int_equal(numbers[k], w->found[i].numbers[k]);
    *ret_n += n;
    w->found[i].n = 0;
}

static void gives_what_the_same_filter_lists(void **state)
{
    struct world *w = *state;
    uint64_t last = 0;
    size_t matches = 0;
    uint32_t ids[FILTERS];

    for (size_t i = 0; i < FILTERS; i++) {
        some_filter(&w->drawn, i);
        OK(w->f, w->feed->ops->add(w->feed, &w->drawn.filters[i], &w->found[i],
                                   &w->f->why, &ids[i]));
    }
    for (size_t article = 0; article < ARTICLES; article++) {
        uint64_t after = w->at;

        some_article(&w->drawn, article);
        advance(w, 1 + (uint32_t)draw(&w->drawn, 5));
        OK(w->f, w->feed->ops->sequence(w->feed, &w->f->why, &last));
        assert_int_equal(w->at, last);
        for (size_t i = 0; i < FILTERS; i++)
            compare(w, i, after, &matches);
        /* Come and go. */
        if (article % 3 == 0) {
            size_t i = draw(&w->drawn, FILTERS);

            w->feed->ops->remove(w->feed, ids[i]);
            some_filter(&w->drawn, i);
            OK(w->f, w->feed->ops->add(w->feed, &w->drawn.filters[i],
                                       &w->found[i], &w->f->why, &ids[i]));
        }
    }
    /* It was no empty test. */
    assert_true(matches > 2000);
    for (size_t i = 0; i < FILTERS; i++)
        w->feed->ops->remove(w->feed, ids[i]);
    assert_int_equal(((struct fm_feed *)(void *)w->feed)->index.count, 0);
    assert_int_equal(((struct fm_feed *)(void *)w->feed)->names.count, 0);
}

/* --- one thing at a time ---------------------------------------------------------------- */

static const struct named ann[] = {{"Ann Lee", 2, NULL}};
static const struct named ann_alias[] = {{"Ann Lee", 2, "The Hawk"}};
static const struct spec ann_goes[] = {
    {.subject = "Ann Lee", .subject_entity = 1, .predicate = "go"}};

static void a_name_may_come_later(void **state)
{
    struct world *w = *state;
    Factmill__V1__FactFilter filter;
    uint32_t id = 0;

    factmill__v1__fact_filter__init(&filter);
    filter.entity = fixture_z("the hawk");
    OK(w->f,
       w->feed->ops->add(w->feed, &filter, &w->found[0], &w->f->why, &id));
    (void)fixture_article(w->f, "s", "a", "Ann Lee went.", T0, ann, 1, ann_goes,
                          1);
    advance(w, 100);
    assert_int_equal(w->found[0].n, 0);
    (void)fixture_article(w->f, "s", "b", "Ann Lee went.", T0, ann_alias, 1,
                          ann_goes, 1);
    (void)fixture_article(w->f, "s", "c", "Ann Lee went.", T0, ann, 1, ann_goes,
                          1);
    advance(w, 100);
    assert_int_equal(w->found[0].n, 2);
}

static void a_name_of_too_many_ends_the_filter(void **state)
{
    struct world *w = *state;
    Factmill__V1__FactFilter filter;
    uint32_t id = 0;

    factmill__v1__fact_filter__init(&filter);
    filter.entity = fixture_z("boss");
    OK(w->f,
       w->feed->ops->add(w->feed, &filter, &w->found[0], &w->f->why, &id));
    for (size_t i = 0; i <= FM_FILTER_CANDIDATES; i++) {
        struct named name = {
            fm_arena_printf(&w->f->arena, "Boss Number %zu", i), 1, "boss"};
        struct spec spec = ann_goes[0];

        (void)fixture_article(w->f, "s",
                              fm_arena_printf(&w->f->arena, "a%zu", i),
                              "Ann Lee went.", T0, &name, 1, &spec, 1);
        advance(w, 1000);
    }
    assert_int_equal(w->found[0].error, FM_EINVAL);
    assert_int_equal(w->found[0].n, FM_FILTER_CANDIDATES);
    w->feed->ops->remove(w->feed, id);
}

static void the_past_cannot_be_waited_for(void **state)
{
    struct world *w = *state;
    Google__Protobuf__Timestamp time;
    Factmill__V1__FactFilter filter;
    uint32_t id = 0;

    google__protobuf__timestamp__init(&time);
    factmill__v1__fact_filter__init(&filter);
    filter.as_of = &time;
    assert_int_equal(w->feed->ops->add(w->feed, &filter, NULL, &w->f->why, &id),
                     FM_EINVAL);
    assert_string_equal(w->f->why.field, "filter.as_of");
}

static void a_change_is_shown_as_it_was(void **state)
{
    struct world *w = *state;
    struct rows rows = {.keep = true};

    (void)fixture_article(w->f, "s", "a", "Ann Lee went.", T0, ann, 1, ann_goes,
                          1);
    (void)fixture_article(w->f, "s", "a", "Ann Lee went twice.", T0, ann, 1,
                          ann_goes, 1);
    /* 1 added, 2 takes it back, 3 added. */
    for (uint64_t number = 1; number <= 3; number++)
        OK(w->f, w->f->r->ops->get_change(w->f->r, number, number, fixture_each,
                                          &rows, &w->f->why));
    assert_int_equal(rows.facts[0]->sequence, 1);
    assert_false(rows.facts[0]->retracted);
    assert_int_equal(rows.facts[1]->sequence, 1);
    assert_true(rows.facts[1]->retracted);
    assert_int_equal(rows.facts[2]->sequence, 3);
    assert_int_equal(w->f->r->ops->get_change(w->f->r, 4, 4, fixture_each,
                                              &rows, &w->f->why),
                     FM_ENOTFOUND);
    fixture_free_rows(&rows);
}

static void a_snapshot_is_as_of_its_change(void **state)
{
    struct world *w = *state;
    struct fm_store_changes ask = {.upto = 3, .max = 10, .as_of = 1};
    uint64_t numbers[10];
    size_t n = 0;
    uint64_t after = 0;

    (void)fixture_article(w->f, "s", "a", "Ann Lee went.", T0, ann, 1, ann_goes,
                          1);
    (void)fixture_article(w->f, "s", "a", "Ann Lee went twice.", T0, ann, 1,
                          ann_goes, 1);
    for (uint64_t as_of = 1; as_of <= 3; as_of++) {
        /* In force then: the first; none; the second. */
        static const uint64_t expected[] = {0, 1, 0, 3};

        ask.as_of = as_of;
        OK(w->f, w->f->r->ops->list_changes(w->f->r, &ask, numbers, &w->f->why,
                                            &n, &after));
        assert_int_equal(n, expected[as_of] != 0);
        if (n == 1)
            assert_int_equal(numbers[0], expected[as_of]);
    }
    assert_int_equal(after, 3);
}

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    void *f = NULL;

    assert_non_null(w);
    (void)fixture_setup(&f);
    w->f = f;
    w->drawn.f = w->f;
    w->drawn.seed = 7;
    assert_int_equal(fm_store_feed_open(w->f->dir, &w->f->why, &w->feed),
                     FM_OK);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    void *f = w->f;

    w->feed->ops->close(w->feed);
    (void)fixture_teardown(&f);
    free(w);
    return 0;
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(gives_what_the_same_filter_lists),
        T(a_name_may_come_later),
        T(a_name_of_too_many_ends_the_filter),
        T(the_past_cannot_be_waited_for),
        T(a_change_is_shown_as_it_was),
        T(a_snapshot_is_as_of_its_change),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
