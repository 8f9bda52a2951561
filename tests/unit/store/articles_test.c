#include "unit/store/fixture.h"

static Factmill__V1__GetArticleRequest ask_for(const char *source,
                                               const char *id, uint32_t version)
{
    Factmill__V1__GetArticleRequest ask;

    factmill__v1__get_article_request__init(&ask);
    ask.source = fixture_z(source);
    ask.id = fixture_z(id);
    ask.version = version;
    return ask;
}

static void an_article_comes_back_as_it_was_sent(void **state)
{
    static const struct spec specs[] = {{.subject = "X"}, {.subject = "Y"}};
    struct fixture *f = *state;
    Factmill__V1__GetArticleRequest ask = ask_for("", "a", 0);
    Factmill__V1__ArticleInfo *info = NULL;

    (void)fixture_article(f, "one", "a", "First text.", T0, NULL, 0, specs, 2);
    OK(f, f->r->ops->get_article(f->r, &ask, &f->arena, &f->why, &info));
    assert_string_equal(info->article->text, "First text.");
    assert_string_equal(info->article->title, "A headline");
    assert_string_equal(info->extractor, "test-1");
    assert_int_equal(info->state, FACTMILL__V1__ARTICLE_STATE__DONE);
    assert_int_equal(info->facts, 2);
    assert_int_equal(info->attempts, 1);
    assert_int_equal(info->version, 1);
    assert_int_equal(info->versions, 1);
    assert_non_null(info->recorded);
    ask.without_text = true;
    OK(f, f->r->ops->get_article(f->r, &ask, &f->arena, &f->why, &info));
    assert_string_equal(info->article->text, "");
    /* Another version, and another source of the same id. */
    (void)fixture_article(f, "one", "a", "Second text.", T0, NULL, 0, specs, 1);
    ask.without_text = false;
    OK(f, f->r->ops->get_article(f->r, &ask, &f->arena, &f->why, &info));
    assert_string_equal(info->article->text, "Second text.");
    assert_int_equal(info->versions, 2);
    ask.version = 1;
    OK(f, f->r->ops->get_article(f->r, &ask, &f->arena, &f->why, &info));
    assert_string_equal(info->article->text, "First text.");
    assert_int_equal(info->facts, 0);
    ask.version = 3;
    assert_fm_err(f->r->ops->get_article(f->r, &ask, &f->arena, &f->why, &info),
                  FM_ENOTFOUND);
    assert_string_equal(f->why.field, "version");
    (void)fixture_article(f, "two", "a", "Theirs.", T0, NULL, 0, specs, 1);
    ask.version = 0;
    assert_fm_err(f->r->ops->get_article(f->r, &ask, &f->arena, &f->why, &info),
                  FM_EINVAL);
    assert_string_equal(f->why.reason, "AMBIGUOUS");
    ask.source = fixture_z("two");
    OK(f, f->r->ops->get_article(f->r, &ask, &f->arena, &f->why, &info));
    assert_string_equal(info->article->text, "Theirs.");
    ask.source = fixture_z("three");
    assert_fm_err(f->r->ops->get_article(f->r, &ask, &f->arena, &f->why, &info),
                  FM_ENOTFOUND);
    ask.id = fixture_z("");
    assert_fm_err(f->r->ops->get_article(f->r, &ask, &f->arena, &f->why, &info),
                  FM_EINVAL);
}

/* The ids of all pages: "c b a". */
static void list(struct fixture *f,
                 const Factmill__V1__ListArticlesRequest *ask,
                 const char *expected)
{
    struct fm_store_page page = {.size = 2};
    char found[256] = "";
    bool more = true;

    while (more) {
        Factmill__V1__ArticleInfo **some = NULL;
        size_t n = 0;

        OK(f, f->r->ops->list_articles(f->r, ask, &page, &f->arena, &f->why,
                                       &some, &n, &page.after, &more));
        for (size_t i = 0; i < n; i++) {
            assert_string_equal(some[i]->article->text, "");
            (void)snprintf(found + strlen(found), sizeof found - strlen(found),
                           "%s%s", found[0] != '\0' ? " " : "",
                           some[i]->article->id);
        }
    }
    assert_string_equal(found, expected);
}

static int64_t recorded_of(struct fixture *f, const char *id)
{
    Factmill__V1__GetArticleRequest ask = ask_for("", id, 0);
    Factmill__V1__ArticleInfo *info = NULL;

    OK(f, f->r->ops->get_article(f->r, &ask, &f->arena, &f->why, &info));
    return info->recorded->seconds * 1000000 + info->recorded->nanos / 1000;
}

static Google__Protobuf__Timestamp at(int64_t us)
{
    Google__Protobuf__Timestamp t;

    google__protobuf__timestamp__init(&t);
    t.seconds = us / 1000000;
    t.nanos = (int32_t)(us % 1000000) * 1000;
    return t;
}

static void lists_are_newest_first_and_filtered(void **state)
{
    struct fixture *f = *state;
    Factmill__V1__ListArticlesRequest ask;
    Google__Protobuf__Timestamp from;
    Google__Protobuf__Timestamp to;
    struct fm_store_appended done;

    (void)fixture_article(f, "one", "a", "A.", T0, NULL, 0, NULL, 0);
    (void)fixture_article(f, "two", "b", "B.", T0 + 1000000, NULL, 0, NULL, 0);
    (void)fixture_article(f, "one", "c", "C.", INT64_MIN, NULL, 0, NULL, 0);
    fixture_begin(f);
    OK(f, fixture_append(f, "one", "d", "Other words", "D.", T0, &done));
    fixture_commit(f);
    factmill__v1__list_articles_request__init(&ask);
    list(f, &ask, "d c b a");
    ask.source = fixture_z("one");
    list(f, &ask, "d c a");
    ask.source = fixture_z("three");
    list(f, &ask, "");
    ask.source = fixture_z("");
    ask.state = FACTMILL__V1__ARTICLE_STATE__DONE;
    list(f, &ask, "c b a");
    ask.state = FACTMILL__V1__ARTICLE_STATE__PENDING;
    list(f, &ask, "d");
    ask.state = FACTMILL__V1__ARTICLE_STATE__DEAD;
    list(f, &ask, "");
    ask.state = 0;
    ask.title = fixture_z("headline");
    list(f, &ask, "c b a");
    ask.title = fixture_z("head*");
    ask.source = fixture_z("two");
    list(f, &ask, "b");
    ask.title = fixture_z("");
    ask.source = fixture_z("");
    from = at(T0);
    to = at(T0 + 1000000);
    ask.published_from = &from;
    list(f, &ask, "d b a");
    ask.published_to = &to;
    list(f, &ask, "d a");
    ask.published_from = NULL;
    ask.published_to = NULL;
    from = at(recorded_of(f, "b"));
    to = at(recorded_of(f, "d"));
    ask.recorded_from = &from;
    list(f, &ask, "d c b");
    ask.recorded_to = &to;
    list(f, &ask, "c b");
    from = at(recorded_of(f, "d") + 1);
    ask.recorded_to = NULL;
    list(f, &ask, "");
}

static void what_cannot_be_meant_is_named(void **state)
{
    struct fixture *f = *state;
    struct fm_store_page page = {.size = 2};
    Factmill__V1__ListArticlesRequest ask;
    Factmill__V1__ArticleInfo **some = NULL;
    struct fm_store_cursor next;
    size_t n;
    bool more;

    factmill__v1__list_articles_request__init(&ask);
    ask.state = (Factmill__V1__ArticleState)9;
    assert_fm_err(f->r->ops->list_articles(f->r, &ask, &page, &f->arena,
                                           &f->why, &some, &n, &next, &more),
                  FM_EINVAL);
    assert_string_equal(f->why.field, "state");
    ask.state = 0;
    ask.title = fixture_z("\"");
    assert_fm_err(f->r->ops->list_articles(f->r, &ask, &page, &f->arena,
                                           &f->why, &some, &n, &next, &more),
                  FM_EINVAL);
    assert_string_equal(f->why.field, "title");
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        T(an_article_comes_back_as_it_was_sent),
        T(lists_are_newest_first_and_filtered),
        T(what_cannot_be_meant_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
