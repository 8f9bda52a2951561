/* Entities that share facts, against what can be counted by hand. */
#include "unit/store/fixture.h"

/* Those whose name is enough. */
#define PERSON FACTMILL__V1__ENTITY__TYPE__PRODUCT

static const char text[] = "One.\nTwo.\nThree.";
static const struct named names[] = {
    {"Ann", PERSON, NULL}, {"Bob", PERSON, NULL}, {"Cid", PERSON, NULL}};
static const struct spec near[] = {
    {.subject = "Ann",
     .subject_entity = 1,
     .object = "Bob",
     .object_entity = 2},
    {.subject = "Bob",
     .subject_entity = 2,
     .object = "Ann",
     .object_entity = 1,
     .kind = 6,
     .line = 1},
    {.subject = "Ann",
     .subject_entity = 1,
     .speaker = "Cid",
     .speaker_entity = 3,
     .line = 2},
};
static const struct named far_names[] = {
    {"Bob", PERSON, NULL}, {"Dan", PERSON, NULL}, {"Cid", PERSON, NULL}};
static const struct spec far[] = {
    {.subject = "Bob",
     .subject_entity = 1,
     .object = "Dan",
     .object_entity = 2},
    {.subject = "Cid",
     .subject_entity = 3,
     .object = "Dan",
     .object_entity = 2,
     .line = 1},
    {.subject = "Cid",
     .subject_entity = 3,
     .place = "Dan",
     .place_entity = 2,
     .line = 2},
};

static int setup(void **state)
{
    struct fixture *f;

    (void)fixture_setup(state);
    f = *state;
    (void)fixture_article(f, "s", "a", text, T0, names, 3, near, 3);
    (void)fixture_article(f, "s", "b", text, T0, far_names, 3, far, 3);
    return 0;
}

/* "Bob 2, Cid 1 | Dan 2 by Cid" */
static void expect(struct fixture *f, const char *name, uint32_t steps,
                   int32_t limit, Factmill__V1__FactFilter *filter,
                   const char *expected)
{
    static const char *const who[] = {"?", "Ann", "Bob", "Cid", "Dan"};
    Factmill__V1__RelatedResponse *reply = NULL;
    Factmill__V1__RelatedRequest ask;
    char found[256] = "";
    uint32_t last = 1;

    factmill__v1__related_request__init(&ask);
    while (strcmp(who[ask.entity], name) != 0)
        ask.entity++;
    ask.steps = steps;
    ask.limit = limit;
    ask.filter = filter;
    OK(f, f->r->ops->related(f->r, &ask, &f->arena, &f->why, &reply));
    for (size_t i = 0; i < reply->n_entities; i++) {
        const Factmill__V1__RelatedEntity *one = reply->entities[i];
        size_t n = strlen(found);

        (void)snprintf(found + n, sizeof found - n, "%s%s %d",
                       i == 0               ? ""
                       : one->steps == last ? ", "
                                            : " | ",
                       one->entity->name, (int)one->shared);
        if (one->via != 0)
            (void)snprintf(found + strlen(found), sizeof found - strlen(found),
                           " by %s", who[one->via]);
        assert_int_equal(one->n_facts, one->shared < 5 ? one->shared : 5);
        assert_int_equal(strlen(one->facts[0]), 32);
        last = one->steps;
    }
    assert_string_equal(found, expected);
}

static void neighbours_are_counted(void **state)
{
    struct fixture *f = *state;

    expect(f, "Ann", 1, 0, NULL, "Bob 2, Cid 1");
    expect(f, "Ann", 0, 1, NULL, "Bob 2");
    expect(f, "Dan", 1, 0, NULL, "Cid 2, Bob 1");
}

static void two_steps_name_who_is_between(void **state)
{
    struct fixture *f = *state;

    expect(f, "Ann", 2, 0, NULL, "Bob 2, Cid 1 | Dan 2 by Cid");
    /* Only those that are shown lead on. */
    expect(f, "Ann", 2, 1, NULL, "Bob 2 | Dan 1 by Bob");
    /* Everybody is near already. */
    expect(f, "Cid", 2, 0, NULL, "Dan 2, Ann 1 | Bob 2 by Ann");
}

static void a_filter_says_which_facts_tie(void **state)
{
    struct fixture *f = *state;
    Factmill__V1__Fact__Kind event = FACTMILL__V1__FACT__KIND__EVENT;
    Factmill__V1__FactFilter filter;

    factmill__v1__fact_filter__init(&filter);
    filter.kinds = &event;
    filter.n_kinds = 1;
    expect(f, "Ann", 2, 0, &filter, "Bob 1");
    factmill__v1__fact_filter__init(&filter);
    filter.speaker = fixture_z("Cid");
    expect(f, "Ann", 1, 0, &filter, "Cid 1");
}

static void retracted_facts_tie_nobody(void **state)
{
    struct fixture *f = *state;

    (void)fixture_article(f, "s", "a", "Nothing.", T0, names, 1, NULL, 0);
    expect(f, "Ann", 2, 0, NULL, "");
    expect(f, "Bob", 2, 0, NULL, "Dan 1 | Cid 2 by Dan");
}

static void wrong_requests_are_refused(void **state)
{
    struct fixture *f = *state;
    Factmill__V1__RelatedResponse *reply = NULL;
    Factmill__V1__RelatedRequest ask;

    factmill__v1__related_request__init(&ask);
    ask.entity = 99;
    assert_fm_err(f->r->ops->related(f->r, &ask, &f->arena, &f->why, &reply),
                  FM_ENOTFOUND);
    ask.entity = 1;
    ask.steps = 3;
    assert_fm_err(f->r->ops->related(f->r, &ask, &f->arena, &f->why, &reply),
                  FM_EINVAL);
    assert_string_equal(f->why.field, "steps");
    ask.steps = 1;
    ask.limit = -1;
    assert_fm_err(f->r->ops->related(f->r, &ask, &f->arena, &f->why, &reply),
                  FM_EINVAL);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        T(neighbours_are_counted),        T(two_steps_name_who_is_between),
        T(a_filter_says_which_facts_tie), T(retracted_facts_tie_nobody),
        T(wrong_requests_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
