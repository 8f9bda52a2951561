/* Who held which post when, out of facts that each tell a part of it. */
#include "store/roles_priv.h"
#include "unit/store/fixture.h"

#define PERSON  FACTMILL__V1__ENTITY__TYPE__PERSON
#define ORG     FACTMILL__V1__ENTITY__TYPE__ORGANIZATION
#define R(name) FACTMILL__V1__ARGUMENT__ROLE__##name
#define DAY_US  INT64_C(86400000000)

static const struct named names[] = {{"Ann Lee", PERSON, "Lee"},
                                     {"Bo Dahl", PERSON, NULL},
                                     {"Acme Corp", ORG, "Acme"},
                                     {"Halvia", 3, NULL}};

/* What one article says. */
struct told {
    const char *date; /* published */
    unsigned who;     /* entity */
    const char *verb; /* NULL: a ROLE; "taken", "left": by that rule */
    const char *post; /* NULL = none */
    bool at_acme;
    const char *start; /* event time */
    const char *end;
    int polarity;
};

static Factmill__V1__Argument *argument(struct fixture *f, int role,
                                        const char *text, unsigned entity)
{
    return fixture_argument(&f->arena, role, text, entity);
}

static const char *last_id; /* of the article that was told */

static void tell(struct fixture *f, const struct told *t)
{
    static unsigned number;
    bool taken = t->verb != NULL && strcmp(t->verb, "taken") == 0;
    bool left = t->verb != NULL && strcmp(t->verb, "left") == 0;
    struct spec spec = {.kind = t->verb == NULL || taken || left ? 3 : 6,
                        .subject = "x",
                        .subject_entity = t->who,
                        .predicate = t->verb != NULL ? t->verb : "be",
                        .start = t->start,
                        .end = t->end,
                        .polarity = t->polarity};
    Factmill__V1__Extraction *x;
    Factmill__V1__Fact *fact;
    struct fm_store_appended done;
    enum fm_store_settled settled;
    int64_t published = 0;
    char *text = fm_arena_printf(&f->arena, "Text %u.", number++);

    last_id = text;
    if (t->verb != NULL && strcmp(t->verb, "be") == 0)
        spec.kind = 7;
    x = fixture_extraction(&f->arena, text, names, 4, &spec, 1);
    fact = x->facts[0];
    fact->rule = fixture_z(taken  ? "role.taken"
                           : left ? "role.left"
                                  : "clause.passive");
    fact->arguments = fm_arena_array(&f->arena, 2, sizeof(void *));
    if (spec.kind == 7)
        fact->time->precision = FACTMILL__V1__TIME__PRECISION__RANGE;
    if (t->post != NULL)
        fact->arguments[fact->n_arguments++] =
            argument(f, R(COMPLEMENT), t->post, 0);
    if (t->at_acme)
        fact->arguments[fact->n_arguments++] =
            argument(f, R(ORGANIZATION_OF), "Acme", 3);
    assert_int_equal(fm_time_parse(fm_str(t->date), &published), FM_OK);
    fixture_begin(f);
    OK(f, fixture_append(f, "s", text, "T", text, published, &done));
    OK(f, f->w->ops->settle(f->w, fixture_lease(f, "w").lease, x, 1, &f->why,
                            &settled));
    assert_int_equal(settled, FM_STORE_SETTLED_DONE);
    fixture_commit(f);
}

/* "ann lee governor acme 2012-01-01..2019-03-03 x3 STATED; …" */
static void expect(struct fixture *f, const char *holder, const char *post,
                   const char *organization, const char *on,
                   const char *expected)
{
    Factmill__V1__ListRolesRequest ask;
    Factmill__V1__ListRolesResponse *reply = NULL;
    Google__Protobuf__Timestamp time;
    char found[1024] = "";
    int64_t us = 0;

    factmill__v1__list_roles_request__init(&ask);
    google__protobuf__timestamp__init(&time);
    ask.holder = fixture_z(holder);
    ask.post = fixture_z(post);
    ask.organization = fixture_z(organization);
    if (on != NULL) {
        assert_int_equal(fm_time_parse(fm_str(on), &us), FM_OK);
        time.seconds = us / 1000000;
        ask.on = &time;
    }
    OK(f, f->r->ops->list_roles(f->r, &ask, &f->arena, &f->why, &reply));
    for (size_t i = 0; i < reply->n_roles; i++) {
        const Factmill__V1__Role *role = reply->roles[i];
        const char *certainty = protobuf_c_enum_descriptor_get_value(
                                    &factmill__v1__role__certainty__descriptor,
                                    (int)role->certainty)
                                    ->name;
        size_t n = strlen(found);

        (void)snprintf(found + n, sizeof found - n, "%s%s|%s|%s|%s..%s|%d%s%s",
                       i > 0 ? "; " : "", role->holder_name, role->post,
                       role->organization_name, role->from, role->to,
                       (int)role->count, on != NULL ? "|" : "",
                       on != NULL ? certainty : "");
        assert_int_equal(role->n_facts, role->count < 5 ? role->count : 5);
    }
    assert_string_equal(found, expected);
}

static void tell_all(struct fixture *f)
{
    static const struct told story[] = {
        {"2012-02-01", 1, "taken", "governor of Acme", false, "2012-01-10",
         "2012-01-11", 0},
        {"2014-05-01", 1, NULL, "Governor", true, NULL, NULL, 0},
        {"2016-05-01", 1, NULL, "governor", false, NULL, NULL, 0},
        {"2019-03-04", 1, "resign", NULL, false, "2019-03-03", "2019-03-04", 0},
        {"2019-06-01", 2, NULL, "acting governor", true, NULL, NULL, 0},
        {"2020-06-01", 2, NULL, "governor", true, NULL, NULL, 0},
        {"2020-07-01", 1, NULL, "former governor", true, NULL, NULL, 0},
        {"2020-08-01", 2, NULL, "professor", false, NULL, NULL, 0},
        {"2020-08-02", 2, NULL, "chairman", true, NULL, NULL, 2},
    };

    for (size_t i = 0; i < sizeof story / sizeof *story; i++)
        tell(f, &story[i]);
}

static void posts_are_put_together(void **state)
{
    struct fixture *f = *state;

    tell_all(f);
    expect(f, "Ann Lee", "", "", NULL,
           "Ann Lee|governor|Acme Corp|2012-01-10..2019-03-03|5");
    /* What is denied is no post. */
    expect(f, "Bo Dahl", "", "", NULL,
           "Bo Dahl|governor|Acme Corp|..|2; Bo Dahl|professor||..|1");
    expect(f, "", "Governor", "Acme", NULL,
           "Ann Lee|governor|Acme Corp|2012-01-10..2019-03-03|5; "
           "Bo Dahl|governor|Acme Corp|..|2");
    expect(f, "", "ex-governor", "", NULL,
           "Ann Lee|governor|Acme Corp|2012-01-10..2019-03-03|5; "
           "Bo Dahl|governor|Acme Corp|..|2");
    expect(f, "", "", "Halvia", NULL, "");
    expect(f, "Nobody", "", "", NULL, "");
}

static void a_day_has_its_holder(void **state)
{
    struct fixture *f = *state;

    tell_all(f);
    expect(f, "", "governor", "Acme", "2011-12-31", "");
    expect(f, "", "governor", "Acme", "2012-01-10",
           "Ann Lee|governor|Acme Corp|2012-01-10..2019-03-03|5|STATED");
    expect(f, "", "governor", "Acme", "2019-03-03",
           "Ann Lee|governor|Acme Corp|2012-01-10..2019-03-03|5|STATED");
    /* Nobody is known to have followed at once. */
    expect(f, "", "governor", "Acme", "2019-04-01", "");
    expect(f, "", "governor", "Acme", "2019-12-24",
           "Bo Dahl|governor|Acme Corp|..|2|SEEN");
    expect(f, "", "governor", "Acme", "2025-01-01",
           "Bo Dahl|governor|Acme Corp|..|2|LAST_KNOWN");
    expect(f, "", "governor", "Acme", "2026-01-01", "");
    /* Until somebody else is called so. */
    tell(f, &(struct told){"2023-01-01", 1, NULL, "governor", true, NULL, NULL,
                           0});
    expect(f, "", "governor", "Acme", "2025-01-01",
           "Ann Lee|governor|Acme Corp|2012-01-10..|5|LAST_KNOWN");
}

static void a_stretch_is_stated_at_once(void **state)
{
    struct fixture *f = *state;

    tell(f, &(struct told){"2019-06-01", 2, "be", "finance minister of Halvia",
                           false, "2018-01-01", "2019-06-02", 0});
    expect(f, "", "finance minister", "Halvia", "2018-07-01",
           "Bo Dahl|finance minister|Halvia|2018-01-01..|1|STATED");
    tell(f, &(struct told){"2022-06-01", 1, "be", "mayor", false, "2012-01-01",
                           "2020-01-01", 0});
    expect(f, "Lee", "", "", NULL, "Ann Lee|mayor||2012-01-01..2020-01-01|1");
}

static void a_post_that_is_left_has_an_end(void **state)
{
    struct fixture *f = *state;

    tell(f,
         &(struct told){"2015-06-01", 1, NULL, "mayor", true, NULL, NULL, 0});
    tell(f, &(struct told){"2020-02-01", 1, "left", "mayor", true, "2019-01-01",
                           "2020-01-01", 0});
    expect(f, "Lee", "", "", NULL, "Ann Lee|mayor|Acme Corp|..2019-12-31|2");
    /* At a time: called so then, not since then. */
    tell(f, &(struct told){"2015-06-01", 2, NULL, "coach", true, "2012-01-01",
                           "2013-01-01", 0});
    expect(f, "Bo Dahl", "", "", NULL, "Bo Dahl|coach|Acme Corp|..|1");
    expect(f, "", "coach", "Acme", "2012-05-01",
           "Bo Dahl|coach|Acme Corp|..|1|SEEN");
}

static void facts_that_are_taken_back_tell_nothing(void **state)
{
    struct fixture *f = *state;

    tell(f, &(struct told){"2019-06-01", 2, NULL, "chairman", true, NULL, NULL,
                           0});
    expect(f, "", "chairman", "", NULL, "Bo Dahl|chairman|Acme Corp|..|1");
    (void)fixture_article(f, "s", last_id, "Nothing.", T0, names, 1, NULL, 0);
    expect(f, "", "chairman", "", NULL, "");
}

static void wrong_questions_are_refused(void **state)
{
    struct fixture *f = *state;
    Factmill__V1__ListRolesRequest ask;
    Factmill__V1__ListRolesResponse *reply = NULL;

    factmill__v1__list_roles_request__init(&ask);
    assert_fm_err(f->r->ops->list_roles(f->r, &ask, &f->arena, &f->why, &reply),
                  FM_EINVAL);
    ask.post = fixture_z("governor");
    ask.limit = -1;
    assert_fm_err(f->r->ops->list_roles(f->r, &ask, &f->arena, &f->why, &reply),
                  FM_EINVAL);
    assert_string_equal(f->why.field, "limit");
}

static void posts_have_one_form(void **state)
{
    struct fixture *f = *state;

    static const struct {
        const char *post, *normal;
        bool former;
    } table[] = {
        {"the former Prime  Minister", "prime minister", true},
        {"Acting Governor", "governor", false},
        {"ex-president", "president", true},
        {"then-president", "then-president", false},
        {"its newly appointed chief executive", "chief executive", false},
        {"governor from", "governor", false},
        {"Secretary of State", "secretary of state", false},
        {"former", "former", false},
        {"of", "of", false},
        {"", "", false},
    };

    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        bool former = true;
        struct fm_str s =
            fm_post_normal(fm_str(table[i].post), &f->arena, &former);

        assert_true(fm_str_eqz(s, table[i].normal));
        assert_int_equal(former, table[i].former);
    }
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        T(posts_are_put_together),
        T(a_day_has_its_holder),
        T(a_stretch_is_stated_at_once),
        T(a_post_that_is_left_has_an_end),
        T(facts_that_are_taken_back_tell_nothing),
        T(wrong_questions_are_refused),
        T(posts_have_one_form),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
