/* Who of one name is the same over articles, and who stays apart. */
#include "store/identity_priv.h"
#include "unit/store/fixture.h"

#define PERSON  FACTMILL__V1__ENTITY__TYPE__PERSON
#define ORG     FACTMILL__V1__ENTITY__TYPE__ORGANIZATION
#define COUNTRY FACTMILL__V1__ENTITY__TYPE__COUNTRY

static unsigned article_number;

/* An article with these names; the facts are of the first. Gives the store's
 * number of the first. */
static uint64_t article(struct fixture *f, const char *id,
                        const struct named *names, size_t n, const char *post)
{
    struct spec spec = {
        .kind = 3, .subject = "x", .subject_entity = 1, .predicate = "be"};
    char *text = fm_arena_printf(&f->arena, "Text %u.", article_number++);
    Factmill__V1__Extraction *x =
        fixture_extraction(&f->arena, text, names, n, &spec, 1);
    struct rows rows = {.keep = true};
    struct fm_store_appended done;
    enum fm_store_settled settled;
    uint64_t entity;

    if (post != NULL) {
        x->facts[0]->arguments = fm_arena_array(&f->arena, 1, sizeof(void *));
        x->facts[0]->n_arguments = 1;
        x->facts[0]->arguments[0] = fixture_argument(
            &f->arena, FACTMILL__V1__ARGUMENT__ROLE__COMPLEMENT, post, 0);
    }
    fixture_begin(f);
    OK(f, fixture_append(f, "s", id != NULL ? id : text, "T", text, T0, &done));
    OK(f, f->w->ops->settle(f->w, fixture_lease(f, "w").lease, x, 1, &f->why,
                            &settled));
    assert_int_equal(settled, FM_STORE_SETTLED_DONE);
    fixture_commit(f);
    {
        struct fm_store_page page = {.size = 1};
        bool more = false;

        OK(f, f->r->ops->list_facts(
                  f->r, NULL, FACTMILL__V1__FACT_ORDER__SEQUENCE_DESC, &page,
                  fixture_each, &rows, &f->why, &more));
    }
    entity = rows.facts[0]->subject->entity;
    fixture_free_rows(&rows);
    return entity;
}

#define A(post, ...)                                                         \
 article(f, NULL, (const struct named[]){__VA_ARGS__},                       \
         sizeof((const struct named[]){__VA_ARGS__}) / sizeof(struct named), \
         post)

static void company_tells_two_of_a_name_apart(void **state)
{
    struct fixture *f = *state;
    uint64_t first =
        A(NULL, {"Jane Roe", PERSON, NULL}, {"Acme Corp", ORG, NULL});
    uint64_t again =
        A(NULL, {"jane roe", PERSON, NULL}, {"Acme Corp", ORG, NULL});
    uint64_t other =
        A(NULL, {"Jane Roe", PERSON, NULL}, {"Lindow Rovers", ORG, NULL});
    uint64_t alone = A(NULL, {"Jane Roe", PERSON, NULL});

    assert_int_equal(first, again);
    assert_int_not_equal(first, other);
    assert_int_not_equal(first, alone);
    assert_int_not_equal(other, alone);
    /* Each goes on with its own. */
    assert_int_equal(
        A(NULL, {"Jane Roe", PERSON, NULL}, {"Lindow Rovers", ORG, NULL}),
        other);
    assert_int_equal(
        A(NULL, {"Jane Roe", PERSON, NULL}, {"Acme Corp", ORG, NULL}), first);
}

static void initials_say_more(void **state)
{
    struct fixture *f = *state;
    uint64_t full =
        A("governor", {"Jane A. Roe", PERSON, NULL}, {"Acme Corp", ORG, NULL});

    /* One post is a little: enough for three names, not for two. */
    assert_int_equal(A("governor", {"Jane A. Roe", PERSON, NULL}), full);
    assert_int_not_equal(A("governor", {"Jane Roe", PERSON, NULL}), full);
    assert_int_equal(
        A("governor", {"Jane Roe", PERSON, NULL}, {"Acme Corp", ORG, NULL}),
        full);
}

static void one_word_takes_more_evidence(void **state)
{
    struct fixture *f = *state;
    uint64_t full = A("governor", {"Jane Roe", PERSON, "Roe"},
                      {"Acme Corp", ORG, NULL}, {"Halvia", COUNTRY, NULL});

    assert_int_not_equal(
        A(NULL, {"Roe", PERSON, NULL}, {"Acme Corp", ORG, NULL}), full);
    assert_int_not_equal(A("Governor", {"Roe", PERSON, NULL}), full);
    assert_int_equal(
        A("Governor", {"Roe", PERSON, NULL}, {"Halvia", COUNTRY, NULL}), full);
}

static void an_article_has_two_of_a_name(void **state)
{
    struct fixture *f = *state;
    uint64_t first = A(NULL, {"Jane Roe", PERSON, NULL},
                       {"Acme Corp", ORG, NULL}, {"Jane B. Roe", PERSON, NULL});
    uint64_t other = A(NULL, {"Jane B. Roe", PERSON, NULL},
                       {"Acme Corp", ORG, NULL}, {"Jane Roe", PERSON, NULL});

    assert_int_not_equal(first, other);
}

static void ministries_are_of_a_country(void **state)
{
    struct fixture *f = *state;
    uint64_t halvia =
        A(NULL, {"Ministry of Defence", ORG, NULL}, {"Halvia", COUNTRY, NULL});
    uint64_t lindow =
        A(NULL, {"Ministry of Defence", ORG, NULL}, {"Lindow", COUNTRY, NULL});

    assert_int_not_equal(halvia, lindow);
    assert_int_equal(
        A(NULL, {"ministry of defence", ORG, NULL}, {"Halvia", COUNTRY, NULL}),
        halvia);
    assert_int_equal(A(NULL, {"Lindow Grain Board", ORG, NULL}),
                     A(NULL, {"Lindow Grain Board", ORG, NULL}));
}

static void a_new_version_speaks_of_the_same(void **state)
{
    struct fixture *f = *state;
    const struct named jane = {"Jane Roe", PERSON, NULL};
    uint64_t first = article(f, "a", &jane, 1, NULL);

    assert_int_not_equal(article(f, "b", &jane, 1, NULL), first);
    assert_int_equal(article(f, "a", &jane, 1, NULL), first);
}

static void the_best_known_needs_no_company(void **state)
{
    struct fixture *f = *state;
    uint64_t known = 0;

    for (unsigned i = 0; i < 16; i++)
        known = A(NULL, {"Jane Roe", PERSON, NULL}, {"Acme Corp", ORG, NULL});
    assert_int_equal(A(NULL, {"Jane Roe", PERSON, NULL}), known);
}

static void a_name_that_is_everywhere_stays_few(void **state)
{
    struct fixture *f = *state;
    uint64_t last = 0;
    uint64_t first = A(NULL, {"Roe", PERSON, NULL});

    for (unsigned i = 1; i < 8; i++) {
        uint64_t next = A(NULL, {"Roe", PERSON, NULL});

        assert_int_not_equal(next, last);
        last = next;
    }
    assert_int_not_equal(first, last);
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(A(NULL, {"Roe", PERSON, NULL}), last);
}

static uint64_t stands_for(struct fixture *f, uint64_t id)
{
    Factmill__V1__GetEntityResponse *answer = NULL;

    OK(f, f->r->ops->get_entity(f->r, id, &f->arena, &f->why, &answer));
    return answer->entity->id;
}

static void company_of_both_joins_two(void **state)
{
    struct fixture *f = *state;
    const struct fm_store_same part = {
        .ids = &(uint64_t){0}, .n = 1, .principal = fm_str("ops")};
    struct fm_store_same asked = part;
    uint64_t first = A(NULL, {"Jane Roe", PERSON, NULL},
                       {"Acme Corp", ORG, NULL}, {"Halvia", COUNTRY, NULL});
    uint64_t other = A(NULL, {"Jane Roe", PERSON, NULL},
                       {"Lindow Rovers", ORG, NULL}, {"Lindow", COUNTRY, NULL});
    uint64_t joined_other = other;
    uint64_t joined;

    /* One companion of each is not enough. */
    (void)A(NULL, {"Jane Roe", PERSON, NULL}, {"Acme Corp", ORG, NULL},
            {"Lindow Rovers", ORG, NULL});
    assert_int_equal(stands_for(f, first), first);
    assert_int_equal(stands_for(f, other), other);
    (void)A(NULL, {"Jane Roe", PERSON, NULL}, {"Acme Corp", ORG, NULL},
            {"Halvia", COUNTRY, NULL}, {"Lindow Rovers", ORG, NULL},
            {"Lindow", COUNTRY, NULL});
    assert_int_equal(stands_for(f, first), stands_for(f, other));
    /* Nobody is joined to himself, however many names lead to him. */
    other = A(NULL, {"John B. Doe", PERSON, NULL}, {"Acme Corp", ORG, NULL},
              {"Halvia", COUNTRY, NULL});
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(A(NULL, {"John B. Doe", PERSON, NULL},
                           {"Acme Corp", ORG, NULL}, {"Halvia", COUNTRY, NULL}),
                         other);
    {
        Factmill__V1__GetEntityResponse *answer = NULL;

        OK(f, f->r->ops->get_entity(f->r, other, &f->arena, &f->why, &answer));
        assert_int_equal(answer->n_same, 0);
    }
    other = joined_other;
    /* Taken back, it is not done again. */
    joined = stands_for(f, first) == first ? other : first;
    asked.ids = &joined;
    fixture_begin(f);
    OK(f, f->w->ops->part_entities(f->w, &asked, &f->why));
    fixture_commit(f);
    (void)A(NULL, {"Jane Roe", PERSON, NULL}, {"Acme Corp", ORG, NULL},
            {"Halvia", COUNTRY, NULL}, {"Lindow Rovers", ORG, NULL},
            {"Lindow", COUNTRY, NULL});
    assert_int_equal(stands_for(f, first), first);
    assert_int_equal(stands_for(f, other), other);
}

static void candidates_are_told_apart(void **state)
{
    struct fixture *f = *state;
    Factmill__V1__ListEntitiesRequest ask;
    struct fm_store_page page = {.size = 10};
    struct fm_store_cursor next;
    Factmill__V1__Entity **some = NULL;
    size_t n = 0;
    bool more = true;

    (void)A("governor", {"Jane Roe", PERSON, NULL}, {"Acme Corp", ORG, NULL},
            {"Halvia", COUNTRY, NULL});
    (void)A("coach", {"Jane Roe", PERSON, NULL}, {"Lindow Rovers", ORG, NULL});
    factmill__v1__list_entities_request__init(&ask);
    ask.name = fixture_z("jane roe");
    OK(f, f->r->ops->list_entities(f->r, &ask, &page, &f->arena, &f->why, &some,
                                   &n, &next, &more));
    assert_int_equal(n, 2);
    assert_int_equal(some[0]->n_known_for, 3);
    assert_string_equal(some[0]->known_for[0], "governor");
    assert_string_equal(some[0]->known_for[1], "Acme Corp");
    assert_string_equal(some[0]->known_for[2], "Halvia");
    assert_int_equal(some[1]->n_known_for, 2);
    assert_string_equal(some[1]->known_for[0], "coach");
    assert_string_equal(some[1]->known_for[1], "Lindow Rovers");
}

static void initials_are_left_out(void **state)
{
    struct fixture *f = *state;
    static const char *const table[][2] = {{"jane a. roe", "jane roe"},
                                           {"jane a b roe", "jane roe"},
                                           {"j. roe", "j. roe"},
                                           {"roe", "roe"},
                                           {"malcolm x", "malcolm x"},
                                           {"jane de roe", "jane de roe"},
                                           {"", ""}};

    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        assert_true(fm_str_eqz(
            fm_without_initials(fm_str(table[i][0]), &f->arena), table[i][1]));
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        T(company_tells_two_of_a_name_apart),
        T(initials_say_more),
        T(one_word_takes_more_evidence),
        T(an_article_has_two_of_a_name),
        T(ministries_are_of_a_country),
        T(a_new_version_speaks_of_the_same),
        T(the_best_known_needs_no_company),
        T(a_name_that_is_everywhere_stays_few),
        T(company_of_both_joins_two),
        T(candidates_are_told_apart),
        T(initials_are_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
