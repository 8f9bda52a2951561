/* What one version of an article says that another does not. */
#include "unit/store/fixture.h"

static const struct named names[] = {{"Peter Novak", 1, "Novak"}};

static const struct spec before[] = {
    {.subject = "Novak",
     .subject_entity = 1,
     .predicate = "sign",
     .object = "the treaty"},
    {.line = 1, .subject = "The mayor", .predicate = "resign"},
    {.line = 2,
     .subject = "The council",
     .predicate = "meet",
     .object = "the press"},
};
static const struct spec after[] = {
    {.subject = "Novak",
     .subject_entity = 1,
     .predicate = "sign",
     .object = "the treaty"},
    {.line = 1, .subject = "The mayor", .predicate = "resign", .polarity = 2},
    {.line = 2,
     .subject = "The council",
     .predicate = "meet",
     .object = "the press"},
    {.line = 3, .subject = "A bridge", .predicate = "fall"},
};

static Factmill__V1__GetArticleResponse get(struct fixture *f, uint32_t version,
                                            uint32_t with, int64_t as_of)
{
    Factmill__V1__GetArticleResponse reply;
    Factmill__V1__GetArticleRequest request;
    Google__Protobuf__Timestamp t;

    factmill__v1__get_article_response__init(&reply);
    factmill__v1__get_article_request__init(&request);
    google__protobuf__timestamp__init(&t);
    t.seconds = as_of;
    request.id = fixture_z("a");
    request.version = version;
    request.compare_with = with;
    request.with_versions = true;
    request.as_of = as_of != 0 ? &t : NULL;
    OK(f,
       f->r->ops->get_article(f->r, &request, &f->arena, &f->why, &reply.info));
    OK(f, f->r->ops->get_versions(f->r, &request, &f->arena, &f->why, &reply));
    return reply;
}

static void facts_are_added_removed_changed(void **state)
{
    struct fixture *f = *state;
    Factmill__V1__GetArticleResponse reply;

    (void)fixture_article(f, "src", "a",
                          "Novak signed the treaty.\nThe mayor has resigned.\n"
                          "The council met the press.",
                          T0, names, 1, before, 3);
    (void)fixture_article(f, "src", "a",
                          "Novak signed the treaty.\n"
                          "The mayor has not resigned.\n"
                          "Later the council met with the press.\n"
                          "A bridge fell.",
                          T0, names, 1, after, 4);
    reply = get(f, 0, 1, 0);
    assert_int_equal(reply.info->version, 2);
    assert_int_equal(reply.n_versions, 2);
    assert_int_equal(reply.versions[1]->version, 1);
    assert_int_equal(reply.unchanged, 1);
    assert_int_equal(reply.n_changes, 3);
    assert_int_equal(reply.changes[0]->type,
                     FACTMILL__V1__FACT_CHANGE__TYPE__CHANGED);
    assert_int_equal(reply.changes[0]->n_fields, 1);
    assert_string_equal(reply.changes[0]->fields[0], "polarity");
    assert_string_equal(reply.changes[0]->before->evidence->text,
                        "The mayor has resigned.");
    assert_true(reply.changes[0]->before->retracted);
    assert_int_equal(reply.changes[1]->type,
                     FACTMILL__V1__FACT_CHANGE__TYPE__REWORDED);
    assert_int_equal(reply.changes[2]->type,
                     FACTMILL__V1__FACT_CHANGE__TYPE__ADDED);
    assert_null(reply.changes[2]->before);
    /* The other way round. */
    reply = get(f, 1, 2, 0);
    assert_int_equal(reply.n_changes, 3);
    assert_int_equal(reply.changes[2]->type,
                     FACTMILL__V1__FACT_CHANGE__TYPE__REMOVED);
    assert_null(reply.changes[2]->after);
}

static void versions_that_are_not_there(void **state)
{
    struct fixture *f = *state;
    Factmill__V1__GetArticleRequest request;
    Factmill__V1__GetArticleResponse reply;
    Google__Protobuf__Timestamp t;

    (void)fixture_article(f, "src", "a", "One.\nTwo.\nThree.", T0, names, 1,
                          before, 3);
    factmill__v1__get_article_response__init(&reply);
    factmill__v1__get_article_request__init(&request);
    google__protobuf__timestamp__init(&t);
    request.id = fixture_z("a");
    request.compare_with = 7;
    OK(f,
       f->r->ops->get_article(f->r, &request, &f->arena, &f->why, &reply.info));
    assert_int_equal(
        f->r->ops->get_versions(f->r, &request, &f->arena, &f->why, &reply),
        FM_ENOTFOUND);
    assert_int_equal(get(f, 0, 1, 4000000000).info->version, 1);
    /* Before it came. */
    t.seconds = 1000000000;
    request.as_of = &t;
    assert_int_equal(
        f->r->ops->get_article(f->r, &request, &f->arena, &f->why, &reply.info),
        FM_ENOTFOUND);
}

#define TEST(name) \
 cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(facts_are_added_removed_changed),
        TEST(versions_that_are_not_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
