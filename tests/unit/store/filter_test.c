#include "unit/store/fixture.h"

/* One whose name is enough. */
#define PERSON  FACTMILL__V1__ENTITY__TYPE__PRODUCT
#define ORG     FACTMILL__V1__ENTITY__TYPE__ORGANIZATION
#define CITY    FACTMILL__V1__ENTITY__TYPE__CITY
#define COUNTRY FACTMILL__V1__ENTITY__TYPE__COUNTRY

/* Four articles, nine facts; the comments are their numbers. */
static const char text_a[] = "Jane Roe met John Doe in Paris.\n"
                             "\"We won\", Roe said.\n"
                             "Oil prices fell in 2011.";
static const struct named names_a[] = {{"Jane Roe", PERSON, "Roe"},
                                       {"John Doe", PERSON, NULL},
                                       {"Paris", CITY, NULL}};
static const struct spec facts_a[] = {
    {.kind = 6, /* 1 */
     .subject = "Jane Roe",
     .subject_entity = 1,
     .predicate = "meet",
     .object = "John Doe",
     .object_entity = 2,
     .place = "Paris",
     .place_entity = 3,
     .start = "2011-05-01",
     .end = "2011-05-02",
     .confidence = 0.9},
    {.kind = 1, /* 2 */
     .line = 1,
     .subject = "Roe",
     .subject_entity = 1,
     .predicate = "say",
     .confidence = 0.7},
    {.kind = 4, /* 3 */
     .line = 2,
     .subject = "Oil prices",
     .predicate = "fall",
     .start = "2011",
     .end = "2012",
     .polarity = 2,
     .confidence = 0.5},
};

static const char text_b[] = "John Roe may go to Paris in May, Acme said.\n"
                             "The oil price of Acme did not fall.";
static const struct named names_b[] = {
    {"John Roe", PERSON, "Roe"}, {"Paris", CITY, NULL}, {"Acme", ORG, NULL}};
static const struct spec facts_b[] = {
    {.kind = 2, /* 4 */
     .subject = "John Roe",
     .subject_entity = 1,
     .predicate = "go",
     .object = "Paris",
     .object_entity = 2,
     .speaker = "Acme",
     .speaker_entity = 3,
     .modality = 2,
     .start = "2012-05-01",
     .end = "2012-06-01",
     .confidence = 0.8},
    {.kind = 7, /* 5 */
     .line = 1,
     .subject = "the oil price",
     .predicate = "fall",
     .polarity = 2,
     .confidence = 0.6},
};

static const char text_c[] = "Paris hired 20 people between 1990 and 2015.";
static const struct named names_c[] = {{"Paris", PERSON, NULL}};
static const struct spec facts_c[] = {
    {.kind = 4, /* 6 */
     .subject = "Paris",
     .subject_entity = 1,
     .predicate = "hire",
     .object = "20 people",
     .start = "1990-01-01",
     .end = "2016-01-01",
     .confidence = 0.4},
};

static int setup(void **state)
{
    struct fixture *f;

    (void)fixture_setup(state);
    f = *state;
    (void)fixture_article(f, "one", "a", text_a, T0, names_a, 3, facts_a, 3);
    (void)fixture_article(f, "two", "b", text_b, T0 + 86400000000, names_b, 3,
                          facts_b, 2);
    (void)fixture_article(f, "two", "c", text_c, INT64_MIN, names_c, 1, facts_c,
                          1);
    return 0;
}

/* The numbers that a filter finds, in ascending order: "1 2 5". */
static void check(struct fixture *f, const Factmill__V1__FactFilter *filter,
                  const char *expected)
{
    struct rows rows = {.keep = false};
    char found[256] = "";

    OK(f, fixture_list(f, filter, FACTMILL__V1__FACT_ORDER__SEQUENCE_ASC, 2,
                       &rows));
    for (size_t i = 0; i < rows.n; i++)
        (void)snprintf(found + strlen(found), sizeof found - strlen(found),
                       "%s%d", i > 0 ? " " : "", (int)rows.sequence[i]);
    assert_string_equal(found, expected);
    /* Every order has the same rows. */
    for (int order = 0; order <= 8; order++) {
        OK(f, fixture_list(f, filter, order, 2, &rows));
        (void)snprintf(found, sizeof found, "%zu", rows.n);
        assert_int_equal(rows.n, (strlen(expected) + 1) / 2);
    }
}

struct by_text {
    const char *entity, *subject, *object, *speaker, *place;
    const char *predicate, *source, *article, *text;
    const char *expected;
};

static char *z(const char *s)
{
    return fixture_z(s != NULL ? s : "");
}

static void texts_of_the_filter(void **state)
{
    static const struct by_text table[] = {
        {.expected = "1 2 3 4 5 6"},
        {.entity = "Jane Roe", .expected = "1 2"},
        {.entity = "jane  ROE", .expected = "1 2"},
        /* Two people are called so, and Paris is two things. */
        {.entity = "Roe", .expected = "1 2 4"},
        {.entity = "paris", .expected = "1 4 6"},
        {.entity = "Acme", .expected = "4"},
        {.entity = "nobody", .expected = ""},
        {.entity = "...", .expected = ""},
        {.entity = "1", .expected = "1 2"},
        {.entity = "999", .expected = ""},
        {.subject = "Roe", .expected = "1 2 4"},
        {.subject = "John Doe", .expected = ""},
        {.object = "John Doe", .expected = "1"},
        {.object = "Paris", .expected = "4"},
        {.place = "Paris", .expected = "1"},
        {.speaker = "Acme", .expected = "4"},
        {.speaker = "Jane Roe", .expected = "2"},
        {.speaker = "John Roe", .expected = "4"},
        /* No entity has these names: the words are compared. */
        {.subject = "oil prices", .expected = "3"},
        {.subject = "The Oil Price", .expected = "5"},
        {.object = "20 people", .expected = "6"},
        {.subject = "20 people", .expected = ""},
        {.entity = "oil price", .expected = "5"},
        {.subject = "\"oil\" price", .expected = ""},
        {.predicate = "fall", .expected = "3 5"},
        {.predicate = "Fall", .expected = "3 5"},
        {.predicate = "walk", .expected = ""},
        {.source = "two", .expected = "4 5 6"},
        {.source = "three", .expected = ""},
        {.article = "a", .expected = "1 2 3"},
        {.article = "a", .source = "two", .expected = ""},
        {.article = "b", .source = "two", .expected = "4 5"},
        {.article = "z", .expected = ""},
        {.text = "oil", .expected = "3 5"},
        {.text = "pric*", .expected = "3 5"},
        {.text = "\"we won\"", .expected = "2"},
        {.text = "oil NOT acme", .expected = "3"},
        /* Of the evidence: the title is not it. */
        {.text = "headline", .expected = ""},
        {.text = "paris", .entity = "John Roe", .expected = "4"},
        {.entity = "Paris", .subject = "Jane Roe", .expected = "1"},
        {.entity = "Paris",
         .predicate = "go",
         .source = "two",
         .expected = "4"},
        {.subject = "the oil price", .text = "acme", .expected = "5"},
        {.subject = "the oil price", .text = "paris", .expected = ""},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        const struct by_text *t = &table[i];
        Factmill__V1__FactFilter filter;

        factmill__v1__fact_filter__init(&filter);
        filter.entity = z(t->entity);
        filter.subject = z(t->subject);
        filter.object = z(t->object);
        filter.speaker = z(t->speaker);
        filter.place = z(t->place);
        filter.predicate = z(t->predicate);
        filter.source = z(t->source);
        filter.article = z(t->article);
        filter.text = z(t->text);
        check(f, &filter, t->expected);
    }
}

static Google__Protobuf__Timestamp at(int64_t us)
{
    Google__Protobuf__Timestamp t;

    google__protobuf__timestamp__init(&t);
    t.seconds = us / 1000000;
    t.nanos = (int32_t)(us % 1000000) * 1000;
    return t;
}

static int64_t day(int year, int month, int d)
{
    return fm_days_from_civil(year, month, d) * INT64_C(86400000000);
}

static void event_time_overlaps(void **state)
{
    static const struct {
        int from[3], to[3];
        const char *expected;
    } table[] = {
        {{2011, 5, 1}, {2011, 5, 2}, "1 3 6"},
        {{2011, 5, 2}, {2011, 5, 3}, "3 6"},
        {{2011, 4, 1}, {2011, 5, 1}, "3 6"},
        {{2012, 1, 1}, {2012, 5, 1}, "6"},
        {{2012, 5, 31}, {2013, 1, 1}, "4 6"},
        {{2016, 1, 1}, {2017, 1, 1}, ""},
        {{1980, 1, 1}, {1990, 1, 1}, ""},
        {{1980, 1, 1}, {1990, 1, 2}, "6"},
        {{1980, 1, 1}, {2020, 1, 1}, "1 3 4 6"},
        {{2012, 1, 1}, {0, 0, 0}, "4 6"},
        {{0, 0, 0}, {2011, 1, 2}, "3 6"},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        Google__Protobuf__Timestamp from =
            at(day(table[i].from[0], table[i].from[1], table[i].from[2]));
        Google__Protobuf__Timestamp to =
            at(day(table[i].to[0], table[i].to[1], table[i].to[2]));
        Factmill__V1__FactFilter filter;

        factmill__v1__fact_filter__init(&filter);
        filter.time_from = table[i].from[0] != 0 ? &from : NULL;
        filter.time_to = table[i].to[0] != 0 ? &to : NULL;
        check(f, &filter, table[i].expected);
    }
}

static void published_is_half_open_and_may_be_unknown(void **state)
{
    struct fixture *f = *state;
    Google__Protobuf__Timestamp from = at(T0);
    Google__Protobuf__Timestamp to = at(T0 + 86400000000);
    Factmill__V1__FactFilter filter;

    factmill__v1__fact_filter__init(&filter);
    filter.published_from = &from;
    check(f, &filter, "1 2 3 4 5");
    filter.published_to = &to;
    check(f, &filter, "1 2 3");
    filter.published_from = NULL;
    check(f, &filter, "1 2 3");
    filter.published_from = &to;
    filter.published_to = NULL;
    check(f, &filter, "4 5");
}

static void numbers_of_the_filter(void **state)
{
    struct fixture *f = *state;
    Factmill__V1__Fact__Kind kinds[] = {FACTMILL__V1__FACT__KIND__QUANTITY,
                                        FACTMILL__V1__FACT__KIND__EVENT};
    Factmill__V1__Fact__Modality modality[] = {
        FACTMILL__V1__FACT__MODALITY__POSSIBLE};
    Factmill__V1__FactFilter filter;

    factmill__v1__fact_filter__init(&filter);
    filter.kinds = kinds;
    filter.n_kinds = 1;
    check(f, &filter, "3 6");
    filter.n_kinds = 2;
    check(f, &filter, "1 3 6");
    filter.source = fixture_z("one");
    check(f, &filter, "1 3");
    factmill__v1__fact_filter__init(&filter);
    filter.polarity = FACTMILL__V1__FACT__POLARITY__NEGATIVE;
    check(f, &filter, "3 5");
    factmill__v1__fact_filter__init(&filter);
    filter.modality = modality;
    filter.n_modality = 1;
    check(f, &filter, "4");
    factmill__v1__fact_filter__init(&filter);
    filter.min_confidence = 0.75F;
    check(f, &filter, "1 4");
}

static int64_t recorded_of(struct fixture *f, size_t number)
{
    struct rows rows = {.keep = true};
    int64_t us;

    OK(f, fixture_list(f, NULL, 2, 100, &rows));
    us = rows.facts[number - 1]->recorded->seconds * 1000000 +
         rows.facts[number - 1]->recorded->nanos / 1000;
    fixture_free_rows(&rows);
    return us;
}

static void recorded_and_as_of_see_the_past(void **state)
{
    static const struct spec newer[] = {{.subject = "Nobody"}};
    struct fixture *f = *state;
    Google__Protobuf__Timestamp first = at(recorded_of(f, 1));
    Google__Protobuf__Timestamp second = at(recorded_of(f, 4));
    Google__Protobuf__Timestamp third = at(recorded_of(f, 6));
    Google__Protobuf__Timestamp before = at(recorded_of(f, 1) - 1);
    Factmill__V1__FactFilter filter;

    factmill__v1__fact_filter__init(&filter);
    filter.recorded_from = &second;
    check(f, &filter, "4 5 6");
    filter.recorded_to = &third;
    check(f, &filter, "4 5");
    filter.recorded_from = NULL;
    check(f, &filter, "1 2 3 4 5");
    filter.recorded_to = &first;
    check(f, &filter, "");
    /* A new version takes 1, 2, 3 back (7, 8, 9) and adds one: 10. */
    (void)fixture_article(f, "one", "a", "New.", T0, NULL, 0, newer, 1);
    factmill__v1__fact_filter__init(&filter);
    filter.text = fixture_z("oil");
    check(f, &filter, "5");
    filter.include_retracted = true;
    check(f, &filter, "3 5");
    filter.include_retracted = false;
    filter.as_of = &third;
    check(f, &filter, "3 5");
    filter.as_of = &first;
    check(f, &filter, "3");
    filter.as_of = &before;
    check(f, &filter, "");
    factmill__v1__fact_filter__init(&filter);
    filter.article = fixture_z("a");
    filter.as_of = &third;
    check(f, &filter, "1 2 3");
    filter.entity = fixture_z("Jane Roe");
    check(f, &filter, "1 2");
    filter.as_of = NULL;
    check(f, &filter, "");
    filter.include_retracted = true;
    check(f, &filter, "1 2");
}

static void what_cannot_be_meant_is_named(void **state)
{
    struct fixture *f = *state;
    struct rows rows = {.keep = false};
    Google__Protobuf__Timestamp late = at(T0);
    Google__Protobuf__Timestamp early = at(0);
    Factmill__V1__Fact__Kind kind = (Factmill__V1__Fact__Kind)77;
    Factmill__V1__FactFilter filter;

    factmill__v1__fact_filter__init(&filter);
    filter.kinds = &kind;
    filter.n_kinds = 1;
    assert_fm_err(fixture_list(f, &filter, 1, 5, &rows), FM_EINVAL);
    assert_string_equal(f->why.field, "filter.kinds");
    factmill__v1__fact_filter__init(&filter);
    filter.min_confidence = 2;
    assert_fm_err(fixture_list(f, &filter, 1, 5, &rows), FM_EINVAL);
    factmill__v1__fact_filter__init(&filter);
    filter.time_from = &late;
    filter.time_to = &early;
    assert_fm_err(fixture_list(f, &filter, 1, 5, &rows), FM_EINVAL);
    assert_string_equal(f->why.field, "filter.time_to");
    factmill__v1__fact_filter__init(&filter);
    filter.entity = fixture_z("\xff");
    assert_fm_err(fixture_list(f, &filter, 1, 5, &rows), FM_EINVAL);
    assert_string_equal(f->why.field, "filter.entity");
    factmill__v1__fact_filter__init(&filter);
    filter.text = fixture_z("(oil");
    assert_fm_err(fixture_list(f, &filter, 1, 5, &rows), FM_EINVAL);
    assert_string_equal(f->why.field, "filter.text");
    early.seconds = INT64_MAX;
    factmill__v1__fact_filter__init(&filter);
    filter.as_of = &early;
    assert_fm_err(fixture_list(f, &filter, 1, 5, &rows), FM_EINVAL);
    assert_fm_err(fixture_list(f, NULL, 99, 5, &rows), FM_EINVAL);
    assert_string_equal(f->why.field, "order_by");
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        T(texts_of_the_filter),
        T(event_time_overlaps),
        T(published_is_half_open_and_may_be_unknown),
        T(numbers_of_the_filter),
        T(recorded_and_as_of_see_the_past),
        T(what_cannot_be_meant_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
