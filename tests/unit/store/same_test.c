/* Entities that an operator joins are one in every answer, and parting leaves no
 * trace. */
#include "unit/store/fixture.h"

#define ORG FACTMILL__V1__ENTITY__TYPE__ORGANIZATION

static const struct named names[] = {{"Acme Corp", ORG, "Acme"},
                                     {"Acme Holdings", ORG, NULL},
                                     {"Lindow Rovers", ORG, NULL}};
static const struct spec specs[] = {
    {.subject = "x", .subject_entity = 1, .object = "y", .object_entity = 3},
    {.subject = "x", .subject_entity = 2, .object = "y", .object_entity = 3},
    {.subject = "x", .subject_entity = 2},
};

static int setup(void **state)
{
    (void)fixture_setup(state);
    (void)fixture_article(*state, "s", "a", "One line.", T0, names, 3, specs,
                          3);
    return 0;
}

static enum fm_error change(struct fixture *f, uint64_t into, uint64_t id)
{
    const struct fm_store_same asked = {
        .into = into, .ids = &id, .n = 1, .principal = fm_str("ops")};
    enum fm_error e;

    fixture_begin(f);
    e = into != 0 ? f->w->ops->join_entities(f->w, &asked, &f->why)
                  : f->w->ops->part_entities(f->w, &asked, &f->why);
    fixture_commit(f);
    return e;
}

/* "Acme Corp 3, Lindow Rovers 2" */
static void entities(struct fixture *f, const char *name, const char *expected)
{
    Factmill__V1__ListEntitiesRequest ask;
    struct fm_store_page page = {.size = 10};
    struct fm_store_cursor next;
    Factmill__V1__Entity **some = NULL;
    char found[256] = "";
    size_t n = 0;
    bool more = true;

    factmill__v1__list_entities_request__init(&ask);
    ask.name = fixture_z(name);
    OK(f, f->r->ops->list_entities(f->r, &ask, &page, &f->arena, &f->why, &some,
                                   &n, &next, &more));
    for (size_t i = 0; i < n; i++)
        (void)snprintf(found + strlen(found), sizeof found - strlen(found),
                       "%s%s %d", i > 0 ? ", " : "", some[i]->name,
                       (int)some[i]->facts);
    assert_string_equal(found, expected);
}

static size_t facts_of(struct fixture *f, const char *entity)
{
    Factmill__V1__FactFilter filter;
    struct fm_store_page page = {.size = 10};
    struct rows rows = {.n = 0};
    bool more = false;

    factmill__v1__fact_filter__init(&filter);
    filter.entity = fixture_z(entity);
    OK(f, f->r->ops->list_facts(f->r, &filter,
                                FACTMILL__V1__FACT_ORDER__SEQUENCE_DESC, &page,
                                fixture_each, &rows, &f->why, &more));
    return rows.n;
}

static void joined_they_are_one(void **state)
{
    struct fixture *f = *state;
    Factmill__V1__GetEntityResponse *answer = NULL;
    Factmill__V1__RelatedResponse *related = NULL;
    Factmill__V1__RelatedRequest ask;

    assert_int_equal(facts_of(f, "Acme"), 1);
    OK(f, change(f, 1, 2));
    /* In the order of what each has alone. */
    entities(f, "", "Lindow Rovers 2, Acme Corp 3");
    entities(f, "Acme Holdings", "Acme Corp 3");
    assert_int_equal(facts_of(f, "Acme"), 3);
    assert_int_equal(facts_of(f, "Acme Holdings"), 3);
    assert_int_equal(facts_of(f, "2"), 3);
    OK(f, f->r->ops->get_entity(f->r, 2, &f->arena, &f->why, &answer));
    assert_string_equal(answer->entity->name, "Acme Corp");
    assert_int_equal(answer->entity->facts, 3);
    assert_int_equal(answer->n_same, 1);
    assert_string_equal(answer->same[0]->name, "Acme Holdings");
    assert_int_equal(answer->entity->n_aliases, 2);
    assert_int_equal(answer->counts[0]->asserted, 3);
    factmill__v1__related_request__init(&ask);
    ask.entity = 3;
    OK(f, f->r->ops->related(f->r, &ask, &f->arena, &f->why, &related));
    assert_int_equal(related->n_entities, 1);
    assert_int_equal(related->entities[0]->shared, 2);
    ask.entity = 2;
    OK(f, f->r->ops->related(f->r, &ask, &f->arena, &f->why, &related));
    assert_int_equal(related->n_entities, 1);
    assert_string_equal(related->entities[0]->entity->name, "Lindow Rovers");
    assert_int_equal(related->entities[0]->shared, 2);
}

static void parted_they_are_as_before(void **state)
{
    struct fixture *f = *state;
    Factmill__V1__AuditEntry **audit = NULL;
    struct fm_store_page page = {.size = 10};
    struct fm_store_cursor next;
    size_t n = 0;
    bool more = false;

    OK(f, change(f, 1, 2));
    OK(f, change(f, 0, 2));
    entities(f, "", "Acme Holdings 2, Lindow Rovers 2, Acme Corp 1");
    assert_int_equal(facts_of(f, "Acme"), 1);
    assert_int_equal(facts_of(f, "2"), 2);
    OK(f, f->r->ops->list_audit(f->r, &page, &f->arena, &f->why, &audit, &n,
                                &next, &more));
    assert_int_equal(n, 2);
    assert_string_equal(audit[0]->action, "part");
    assert_string_equal(audit[1]->action, "join");
    assert_string_equal(audit[1]->subject, "entity/2");
    assert_string_equal(audit[1]->detail, "is entity/1");
    assert_string_equal(audit[1]->principal, "ops");
}

static void what_makes_no_sense_is_refused(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(change(f, 1, 99), FM_ENOTFOUND);
    assert_int_equal(change(f, 99, 1), FM_ENOTFOUND);
    OK(f, change(f, 1, 2));
    OK(f, change(f, 1, 2)); /* again */
    OK(f, change(f, 2, 1)); /* 1 stands for 2, and for itself */
    assert_int_equal(change(f, 3, 2), FM_EPRECONDITION);
    assert_int_equal(change(f, 3, 1), FM_EPRECONDITION);
    /* Who stands for it takes it. */
    OK(f, change(f, 2, 3));
    entities(f, "", "Acme Corp 5");
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        T(joined_they_are_one),
        T(parted_they_are_as_before),
        T(what_makes_no_sense_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
