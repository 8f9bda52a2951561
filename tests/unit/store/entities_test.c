#include "unit/store/fixture.h"

#define PERSON FACTMILL__V1__ENTITY__TYPE__PERSON
#define ORG    FACTMILL__V1__ENTITY__TYPE__ORGANIZATION
#define CITY   FACTMILL__V1__ENTITY__TYPE__CITY
#define ROLE   FACTMILL__V1__FACT__KIND__ROLE

/* Numbers as they are given: names that are enough come first. */
enum { ACME = 1, PARIS = 2, JANE = 3 };

static const char text[] = "Jane Roe heads Acme.\nRoe spoke.\nParis slept.";
static const struct named names[] = {{"Jane Roe", PERSON, "Roe"},
                                     {"Acme Corp", ORG, "Acme"},
                                     {"Paris", CITY, NULL}};
static const struct spec specs[] = {
    {.kind = 2, .subject = "Jane Roe", .subject_entity = 1, .line = 1},
    {.subject = "Jane Roe",
     .subject_entity = 1,
     .object = "Acme",
     .object_entity = 2},
    {.subject = "Paris", .subject_entity = 3, .line = 2, .polarity = 2},
    {.subject = "Jane Roe",
     .subject_entity = 1,
     .object = "Roe",
     .object_entity = 1,
     .modality = 2},
};
static const char other_text[] = "Rick Roe went to Paris, Acme said.";
static const struct named other_names[] = {{"Rick Roe", PERSON, "Roe"},
                                           {"ACME CORP", ORG, "Acme"},
                                           {"Paris", PERSON, NULL}};
static const struct spec other_specs[] = {{.subject = "Rick Roe",
                                           .subject_entity = 1,
                                           .object = "Paris",
                                           .object_entity = 3,
                                           .speaker = "Acme",
                                           .speaker_entity = 2}};

static int setup(void **state)
{
    struct fixture *f;

    (void)fixture_setup(state);
    f = *state;
    (void)fixture_article(f, "s", "a", text, T0, names, 3, specs, 4);
    (void)fixture_article(f, "s", "b", other_text, T0, other_names, 3,
                          other_specs, 1);
    return 0;
}

struct found {
    Factmill__V1__Entity **list;
    size_t n;
};

static struct found list(struct fixture *f, const char *name,
                         const char *prefix, const char *names_expected)
{
    Factmill__V1__ListEntitiesRequest ask;
    struct fm_store_page page = {.size = 1};
    struct found all = {NULL, 0};
    char found[512] = "";
    bool more = true;

    factmill__v1__list_entities_request__init(&ask);
    ask.name = fixture_z(name);
    ask.prefix = fixture_z(prefix);
    all.list = fm_arena_array(&f->arena, 64, sizeof(void *));
    while (more) {
        Factmill__V1__Entity **some = NULL;
        size_t n = 0;

        OK(f, f->r->ops->list_entities(f->r, &ask, &page, &f->arena, &f->why,
                                       &some, &n, &page.after, &more));
        assert_true(n <= 1);
        for (size_t i = 0; i < n; i++) {
            (void)snprintf(found + strlen(found), sizeof found - strlen(found),
                           "%s%s", all.n > 0 ? ", " : "", some[i]->name);
            all.list[all.n++] = some[i];
        }
    }
    assert_string_equal(found, names_expected);
    return all;
}

static void names_and_aliases_give_all_candidates(void **state)
{
    struct fixture *f = *state;
    struct found found;

    found = list(f, "jane roe", "", "Jane Roe");
    assert_int_equal(found.list[0]->facts, 3);
    assert_int_equal(found.list[0]->articles, 1);
    assert_int_equal(found.list[0]->type, PERSON);
    assert_int_equal(found.list[0]->n_aliases, 1);
    assert_string_equal(found.list[0]->aliases[0], "Roe");
    found = list(f, "ROE", "", "Jane Roe, Rick Roe");
    /* One per name and type over all articles; a city is not a person. */
    found = list(f, "acme", "", "Acme Corp");
    assert_int_equal(found.list[0]->facts, 2);
    assert_int_equal(found.list[0]->articles, 2);
    found = list(f, "Paris", "", "Paris, Paris");
    assert_int_not_equal(found.list[0]->type, found.list[1]->type);
    (void)list(f, "nobody", "", "");
    (void)list(f, "", "ja", "Jane Roe");
    (void)list(f, "", "RO", "Jane Roe, Rick Roe");
    (void)list(f, "", "jane ", "Jane Roe");
    (void)list(f, "", "janeroe", "");
    (void)list(f, "", "", "Jane Roe, Acme Corp, Paris, Rick Roe, Paris");
}

/* Names of the entities that are found, by commas. */
static void similar(struct fixture *f, const char *name, const char *expected)
{
    Factmill__V1__ListEntitiesRequest ask;
    struct fm_store_page page = {.size = 10};
    struct fm_store_cursor next;
    Factmill__V1__Entity **some = NULL;
    char found[512] = "";
    size_t n = 0;
    bool more = true;

    factmill__v1__list_entities_request__init(&ask);
    ask.similar = fixture_z(name);
    OK(f, f->r->ops->list_entities(f->r, &ask, &page, &f->arena, &f->why, &some,
                                   &n, &next, &more));
    for (size_t i = 0; i < n; i++)
        (void)snprintf(found + strlen(found), sizeof found - strlen(found),
                       "%s%s", i > 0 ? ", " : "", some[i]->name);
    assert_string_equal(found, expected);
}

static void names_are_found_that_are_spelled_about_so(void **state)
{
    struct fixture *f = *state;
    static const struct named more[] = {
        {"Aleksandr Brandt", PERSON, NULL},
        {"Zoë Müller", PERSON, NULL},
        {"Ute Moller", PERSON, NULL},
    };

    (void)fixture_article(f, "s", "c", "Names.", T0, more, 3, NULL, 0);
    similar(f, "Jane Roe", "Jane Roe");
    similar(f, "Jame Roe", "Jane Roe");  /* a wrong letter */
    similar(f, "Jnae Roe", "Jane Roe");  /* two swapped */
    similar(f, "Jayne Roe", "Jane Roe"); /* one too many */
    similar(f, "Parsi", "Paris, Paris"); /* swapped at the end */
    similar(f, "aPris", "Paris, Paris"); /* and at the begin */
    similar(f, "Pris", "Paris, Paris");  /* one missing */
    similar(f, "Pri", "");               /* short words are right */
    similar(f, "Pras", "");              /* two errors in a short word */
    similar(f, "Jane Rod", "");          /* no error in three letters */
    similar(f, "Alexandr Brand", "Aleksandr Brandt");
    similar(f, "Alexander Brand", ""); /* three errors */
    similar(f, "Alleksandre Brandt", "Aleksandr Brandt");
    similar(f, "Axelsandr Brandt", "Aleksandr Brandt");
    similar(f, "Zoe Muller", ""); /* "zoë" has three letters */
    similar(f, "Zoë Muller", "Zoë Müller");
    similar(f, "Ute Muller", "Ute Moller");
    similar(f, "Nobody", "");
    similar(f, "a b c d e f g h", "");
}

static void types_restrict(void **state)
{
    struct fixture *f = *state;
    Factmill__V1__Entity__Type types[] = {CITY, ORG};
    Factmill__V1__ListEntitiesRequest ask;
    struct fm_store_page page = {.size = 10};
    struct fm_store_cursor next;
    Factmill__V1__Entity **some = NULL;
    size_t n = 0;
    bool more = true;

    factmill__v1__list_entities_request__init(&ask);
    ask.types = types;
    ask.n_types = 2;
    OK(f, f->r->ops->list_entities(f->r, &ask, &page, &f->arena, &f->why, &some,
                                   &n, &next, &more));
    assert_int_equal(n, 2);
    assert_false(more);
    types[0] = (Factmill__V1__Entity__Type)99;
    assert_fm_err(f->r->ops->list_entities(f->r, &ask, &page, &f->arena,
                                           &f->why, &some, &n, &next, &more),
                  FM_EINVAL);
    assert_string_equal(f->why.field, "types");
}

static void many_facts_come_first_over_pages(void **state)
{
    struct fixture *f = *state;
    static const struct named many[] = {{"Big", PERSON, NULL},
                                        {"Bigger", PERSON, NULL}};
    struct spec facts[60];

    for (size_t i = 0; i < 60; i++)
        facts[i] =
            (struct spec){.subject = "X", .subject_entity = i % 3 == 0 ? 1 : 2};
    (void)fixture_article(f, "s", "c", "Big.", T0, many, 2, facts, 60);
    (void)list(f, "", "",
               "Bigger, Big, Jane Roe, Acme Corp, Paris, Rick Roe, Paris");
}

static void counts_by_kind_and_standing(void **state)
{
    struct fixture *f = *state;
    Factmill__V1__GetEntityResponse *answer = NULL;

    OK(f, f->r->ops->get_entity(f->r, JANE, &f->arena, &f->why, &answer));
    assert_string_equal(answer->entity->name, "Jane Roe");
    assert_int_equal(answer->n_counts, 2);
    assert_string_equal(answer->counts[0]->key, "REPORTED");
    assert_int_equal(answer->counts[0]->reported, 1);
    assert_string_equal(answer->counts[1]->key, "RELATION");
    assert_int_equal(answer->counts[1]->asserted, 1);
    assert_int_equal(answer->counts[1]->possible, 1);
    OK(f, f->r->ops->get_entity(f->r, PARIS, &f->arena, &f->why, &answer));
    assert_int_equal(answer->counts[0]->negated, 1);
    assert_fm_err(f->r->ops->get_entity(f->r, 99, &f->arena, &f->why, &answer),
                  FM_ENOTFOUND);
    assert_fm_err(
        f->r->ops->get_entity(f->r, UINT64_MAX, &f->arena, &f->why, &answer),
        FM_ENOTFOUND);
}

static void posts_are_shown_from_both_sides(void **state)
{
    struct fixture *f = *state;
    static const struct spec spec[] = {
        {.kind = ROLE, .subject = "Jane Roe", .subject_entity = 1},
        {.kind = ROLE, .subject = "Jane Roe", .subject_entity = 1, .line = 1}};
    Factmill__V1__Extraction *x =
        fixture_extraction(&f->arena, text, names, 3, spec, 2);
    Factmill__V1__GetEntityResponse *answer = NULL;
    enum fm_store_settled settled;

    for (size_t i = 0; i < 2; i++) {
        Factmill__V1__Fact *fact = x->facts[i];

        fact->arguments = fm_arena_array(&f->arena, 2, sizeof(void *));
        fact->n_arguments = 2;
        fact->arguments[0] = fixture_argument(
            &f->arena, FACTMILL__V1__ARGUMENT__ROLE__COMPLEMENT,
            i == 0 ? "chief executive" : "Chief Executive", 0);
        fact->arguments[1] = fixture_argument(
            &f->arena, FACTMILL__V1__ARGUMENT__ROLE__ORGANIZATION_OF, "Acme",
            2);
    }
    (void)fixture_push(f, "c", text);
    fixture_begin(f);
    OK(f, f->w->ops->settle(f->w, fixture_lease(f, "w").lease, x, 1, &f->why,
                            &settled));
    fixture_commit(f);
    OK(f, f->r->ops->get_entity(f->r, JANE, &f->arena, &f->why, &answer));
    assert_int_equal(answer->n_roles, 1);
    assert_string_equal(answer->roles[0]->name, "Acme");
    assert_int_equal(answer->roles[0]->entity, ACME);
    assert_int_equal(answer->roles[0]->count, 2);
    OK(f, f->r->ops->get_entity(f->r, ACME, &f->arena, &f->why, &answer));
    assert_int_equal(answer->n_roles, 1);
    assert_string_equal(answer->roles[0]->name, "Jane Roe");
    assert_int_equal(answer->roles[0]->entity, JANE);
}

static void a_version_takes_counts_back(void **state)
{
    struct fixture *f = *state;
    Factmill__V1__GetEntityResponse *answer = NULL;

    (void)fixture_article(f, "s", "a", "Acme remains.", T0, &names[1], 1, NULL,
                          0);
    OK(f, f->r->ops->get_entity(f->r, JANE, &f->arena, &f->why, &answer));
    assert_int_equal(answer->entity->facts, 0);
    assert_int_equal(answer->entity->articles, 0);
    assert_int_equal(answer->n_counts, 0);
    OK(f, f->r->ops->get_entity(f->r, ACME, &f->arena, &f->why, &answer));
    assert_int_equal(answer->entity->facts, 1);
    assert_int_equal(answer->entity->articles, 2);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        T(names_and_aliases_give_all_candidates),
        T(names_are_found_that_are_spelled_about_so),
        T(types_restrict),
        T(many_facts_come_first_over_pages),
        T(counts_by_kind_and_standing),
        T(posts_are_shown_from_both_sides),
        T(a_version_takes_counts_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
