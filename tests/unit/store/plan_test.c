/* SQLite's own word on how a list is read: no walk through all facts where the
 * filter names something that has an index, and no sorting where rows come in
 * order. */
#include "store/filter_priv.h"
#include "unit/store/fixture.h"

static const struct named names[] = {{"Ann", 1, NULL}, {"Bob", 1, "Ann"}};
static const struct spec specs[] = {
    {.subject = "Ann", .subject_entity = 1, .predicate = "go", .start = "2011"},
    {.subject = "Bob", .subject_entity = 2, .predicate = "go"},
};

static int setup(void **state)
{
    struct fixture *f;

    (void)fixture_setup(state);
    f = *state;
    (void)fixture_article(f, "src", "a", "One line.", T0, names, 2, specs, 2);
    return 0;
}

/* The plan as lines; few as in struct fm_reader. */
static void explain(struct fixture *f, const Factmill__V1__FactFilter *filter,
                    int order_number, bool after, int64_t few, char *ret,
                    size_t size)
{
    struct fm_reader *r = (struct fm_reader *)(void *)f->r;
    struct fm_store_cursor cursor = {.set = after, .row = 2};
    const struct fm_order *order = NULL;
    struct fm_filter resolved;
    struct fm_plan plan;
    struct fm_query q;
    struct fm_stmt *st = NULL;
    bool row = false;
    size_t n = 0;

    r->few_sorted = few;
    r->few_unsorted = few;
    OK(f, fm_answer_begin(r, &f->why));
    OK(f, fm_order_of((Factmill__V1__FactOrder)order_number, &f->why, &order));
    OK(f, fm_filter_resolve(r, filter, &f->why, &resolved));
    OK(f, fm_filter_plan(r, &resolved, order, false, &f->why, &plan));
    fm_query_init(&q);
    fm_query_add(&q, "EXPLAIN QUERY PLAN SELECT f.sequence");
    fm_filter_sql(&q, &resolved, &plan);
    fm_order_sql(&q, order, &plan, false, &cursor, 50);
    OK(f, fm_query_start(r, &q, &f->why, &st));
    ret[0] = '\0';
    while (fm_stmt_step(st, &f->why, &row) == FM_OK && row) {
        struct fm_str line = fm_stmt_col_str(st, 3);

        n += (size_t)snprintf(ret + n, size - n, "%.*s\n", FM_STR_ARG(line));
        assert_true(n < size);
    }
    fm_query_release(&q);
    OK(f, fm_answer_end(r, FM_OK, &f->why));
}

static Factmill__V1__FactFilter filter_of(const char *what)
{
    static Google__Protobuf__Timestamp from;
    static Factmill__V1__Fact__Kind kind = FACTMILL__V1__FACT__KIND__RELATION;
    Factmill__V1__FactFilter filter;

    factmill__v1__fact_filter__init(&filter);
    google__protobuf__timestamp__init(&from);
    from.seconds = 1300000000;
    if (strstr(what, "entity") != NULL)
        filter.entity = fixture_z("1");
    if (strstr(what, "shared") != NULL)
        filter.entity = fixture_z("Ann");
    if (strstr(what, "subject") != NULL)
        filter.subject = fixture_z("1");
    if (strstr(what, "predicate") != NULL)
        filter.predicate = fixture_z("go");
    if (strstr(what, "source") != NULL)
        filter.source = fixture_z("src");
    if (strstr(what, "article") != NULL)
        filter.article = fixture_z("a");
    if (strstr(what, "text") != NULL)
        filter.text = fixture_z("line");
    if (strstr(what, "time") != NULL)
        filter.time_from = &from;
    if (strstr(what, "published") != NULL)
        filter.published_from = &from;
    if (strstr(what, "kind") != NULL) {
        filter.kinds = &kind;
        filter.n_kinds = 1;
    }
    return filter;
}

static void has(const char *plan, const char *what, const char *part)
{
    if (strstr(plan, part) == NULL)
        fail_msg("%s: no \"%s\" in\n%s", what, part, plan);
}

static void has_not(const char *plan, const char *what, const char *part)
{
    if (strstr(plan, part) != NULL)
        fail_msg("%s: \"%s\" in\n%s", what, part, plan);
}

static void short_lists_are_led_by_their_index(void **state)
{
    static const struct {
        const char *filter, *part;
    } table[] = {
        {"entity", "SEARCH p USING"},
        {"shared", "SEARCH p USING PRIMARY KEY (who=?"},
        {"subject", "SEARCH p USING"},
        {"predicate", "SEARCH f USING INDEX fact_predicate (predicate=?"},
        {"source", "SEARCH c USING INDEX change_source (source=?"},
        {"article", "SEARCH c USING INDEX change_article (article=?"},
        {"time", "SEARCH f USING INDEX fact_span (time_span=? AND time_start"},
        {"published", "SEARCH c USING INDEX change_published (published_us>?"},
        {"text", "VIRTUAL TABLE INDEX"},
        {"entity time", "SEARCH p USING COVERING INDEX participant_time (who=? "
                        "AND time_start"},
        {"entity predicate kind", "SEARCH p USING"},
    };
    struct fixture *f = *state;
    char plan[4096];

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        Factmill__V1__FactFilter filter = filter_of(table[i].filter);

        for (int order = 1; order <= 8; order++) {
            explain(f, &filter, order, false, 1000, plan, sizeof plan);
            has(plan, table[i].filter, table[i].part);
            has_not(plan, table[i].filter, "SCAN f");
        }
    }
}

static void long_lists_are_walked_in_order(void **state)
{
    static const char *const filters[] = {
        "entity", "subject",     "predicate",   "source",      "article",
        "kind",   "entity time", "source time", "kind source", "predicate kind",
    };
    struct fixture *f = *state;
    char plan[4096];

    for (size_t i = 0; i < sizeof filters / sizeof filters[0]; i++) {
        Factmill__V1__FactFilter filter = filter_of(filters[i]);

        for (int order = 1; order <= 2; order++) {
            for (int after = 0; after < 2; after++) {
                explain(f, &filter, order, after, 0, plan, sizeof plan);
                has_not(plan, filters[i], "SCAN f");
                has_not(plan, filters[i], "TEMP B-TREE");
            }
        }
    }
}

static void other_orders_walk_their_own_index(void **state)
{
    static const char *const parts[] = {NULL,
                                        "f",
                                        "f",
                                        "fact_time",
                                        "fact_time",
                                        "change_published",
                                        "change_published",
                                        "fact_confidence",
                                        "change_article"};
    static const char *const filters[] = {"",       "entity", "predicate",
                                          "source", "kind",   "shared time"};
    struct fixture *f = *state;
    char plan[4096];

    for (size_t i = 0; i < sizeof filters / sizeof filters[0]; i++) {
        Factmill__V1__FactFilter filter = filter_of(filters[i]);

        for (int order = 3; order <= 8; order++) {
            for (int after = 0; after < 2; after++) {
                explain(f, &filter, order, after, 0, plan, sizeof plan);
                has(plan, filters[i],
                    order <= 4 && strcmp(filters[i], "entity") == 0
                        ? "participant_time (who=?"
                        : parts[order]);
                has_not(plan, filters[i], "TEMP B-TREE FOR ORDER BY");
                has_not(plan, filters[i], "SCAN f\n");
            }
        }
    }
}

static void a_fact_and_a_change_are_found_by_their_keys(void **state)
{
    static const char sql[] =
        "EXPLAIN QUERY PLAN SELECT f.sequence FROM fact_key k"
        " CROSS JOIN change c ON c.last=k.last"
        " CROSS JOIN fact f ON f.sequence>=c.added AND f.sequence<=c.last"
        " WHERE k.key=1 AND f.id=2";
    struct fixture *f = *state;
    struct fm_reader *r = (struct fm_reader *)(void *)f->r;
    struct fm_stmt *st = NULL;
    bool row = false;
    int searches = 0;

    OK(f, fm_reader_stmt(r, sql, &f->why, &st));
    while (fm_stmt_step(st, &f->why, &row) == FM_OK && row)
        searches += fm_str_starts(fm_stmt_col_str(st, 3), fm_str("SEARCH"));
    assert_int_equal(searches, 3);
}

/* A watch reads a stretch of changes at a time: facts added in it, and facts
 * taken back. */
static void changes_are_read_by_their_stretch(void **state)
{
    static const char *const filters[] = {
        "entity", "predicate", "text", "source", "kind", "time", ""};
    const struct fm_plan back = {.lead = FM_LEAD_RETRACTED,
                                 .retracted = {1, 65537}};
    struct fixture *f = *state;
    struct fm_reader *r = (struct fm_reader *)(void *)f->r;

    for (size_t i = 0; i < sizeof filters / sizeof filters[0]; i++) {
        Factmill__V1__FactFilter filter = filter_of(filters[i]);
        struct fm_filter resolved;
        struct fm_query q;
        struct fm_stmt *st = NULL;
        char plan[2048] = "";
        bool row = false;

        OK(f, fm_answer_begin(r, &f->why));
        OK(f, fm_filter_resolve(r, &filter, &f->why, &resolved));
        resolved.include_retracted = true;
        fm_query_init(&q);
        fm_query_add(&q, "EXPLAIN QUERY PLAN SELECT f.retracted");
        fm_filter_sql(&q, &resolved, &back);
        fm_query_add(&q, " ORDER BY f.retracted LIMIT 9");
        OK(f, fm_query_start(r, &q, &f->why, &st));
        while (fm_stmt_step(st, &f->why, &row) == FM_OK && row) {
            struct fm_str line = fm_stmt_col_str(st, 3);

            (void)snprintf(plan + strlen(plan), sizeof plan - strlen(plan),
                           "%.*s\n", FM_STR_ARG(line));
        }
        fm_query_release(&q);
        OK(f, fm_answer_end(r, FM_OK, &f->why));
        has(plan, filters[i],
            "INDEX fact_retracted (retracted>? AND retracted<?");
        has_not(plan, filters[i], "TEMP B-TREE");
        has_not(plan, filters[i], "SCAN f");
    }
}

/* --- every statement of every answer ------------------------------------------------- */

/* Plans of all statements that the reader keeps: no answer reads a table from one
 * end to the other. allowed: what may be scanned, or NULL. */
static void check_cache(struct fixture *f, const char *what,
                        const char *allowed)
{
    struct fm_reader *r = (struct fm_reader *)(void *)f->r;

    for (size_t i = 0; i < FM_READER_STATEMENTS; i++) {
        struct fm_stmt st = {NULL, 0};
        bool row = false;
        char *sql;

        if (r->cache[i].sql == NULL || strncmp(r->cache[i].sql, "SELECT", 6))
            continue;
        sql = fm_arena_printf(&f->arena, "EXPLAIN QUERY PLAN %s",
                              r->cache[i].sql);
        OK(f, fm_stmt_prepare(r->db, fm_str(sql), &f->why, &st));
        while (fm_stmt_step(&st, &f->why, &row) == FM_OK && row) {
            struct fm_str line = fm_stmt_col_str(&st, 3);

            if (!fm_str_starts(line, fm_str("SCAN ")) ||
                fm_str_find(line, fm_str("VIRTUAL TABLE"), 0) != SIZE_MAX ||
                fm_str_find(line, fm_str("CONSTANT ROW"), 0) != SIZE_MAX ||
                fm_str_starts(line, fm_str("SCAN (subquery")) ||
                /* One row; one for some thousand facts. */
                fm_str_eqz(line, "SCAN tally") ||
                fm_str_eqz(line, "SCAN claim_run") ||
                (fm_str_eqz(line, "SCAN c") &&
                 strstr(r->cache[i].sql, "(VALUES ") != NULL) ||
                (allowed != NULL && fm_str_eqz(line, allowed)))
                continue;
            fail_msg("%s: %.*s in\n%s", what, FM_STR_ARG(line),
                     r->cache[i].sql);
        }
        fm_stmt_release(&st);
    }
}

static void count_by(struct fixture *f, Factmill__V1__FactFilter *filter)
{
    Factmill__V1__TimelineRequest timeline;
    Factmill__V1__TimelineResponse *times = NULL;
    Factmill__V1__AggregateRequest aggregate;
    Factmill__V1__AggregateResponse *totals = NULL;
    Factmill__V1__ListClaimsRequest claims;
    Factmill__V1__ListClaimsResponse *said = NULL;
    struct fm_store_page page = {.size = 10};
    struct fm_store_cursor next;
    bool more = false;

    factmill__v1__timeline_request__init(&timeline);
    timeline.filter = filter;
    timeline.top = 2;
    OK(f, f->r->ops->timeline(f->r, &timeline, &f->arena, &f->why, &times));
    factmill__v1__aggregate_request__init(&aggregate);
    aggregate.filter = filter;
    for (int by = 1; by <= 9; by++) {
        aggregate.by = (Factmill__V1__AggregateBy)by;
        OK(f,
           f->r->ops->aggregate(f->r, &aggregate, &f->arena, &f->why, &totals));
    }
    factmill__v1__list_claims_request__init(&claims);
    claims.filter = filter;
    claims.min_articles = 1;
    OK(f, f->r->ops->list_claims(f->r, &claims, &page, &f->arena, &f->why,
                                 &said, &next, &more));
    claims.contradicted = true;
    OK(f, f->r->ops->list_claims(f->r, &claims, &page, &f->arena, &f->why,
                                 &said, &next, &more));
}

/* With what a filter names, counting walks no table. Without, it walks the
 * digests, which are made for it, but for those of a kind and of a time. */
static void counts_walk_digests_at_most(void **state)
{
    static const char *const filters[] = {
        "entity",
        "subject",
        "shared",
        "predicate",
        "source",
        "text",
        "entity time",
        "time",
        "published",
        "article",
        "kind",
        "",
        "source published kind",
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof filters / sizeof filters[0]; i++) {
        Factmill__V1__FactFilter filter = filter_of(filters[i]);

        count_by(f, &filter);
        check_cache(f, filters[i], "SCAN d");
    }
}

static void single_answers_walk_nothing(void **state)
{
    struct fixture *f = *state;
    Factmill__V1__GetArticleRequest article;
    Factmill__V1__GetArticleResponse versions;
    Factmill__V1__GetEntityResponse *entity = NULL;
    Factmill__V1__ListRolesRequest roles;
    Factmill__V1__ListRolesResponse *held = NULL;
    Factmill__V1__RelatedRequest related;
    Factmill__V1__RelatedResponse *near = NULL;
    Factmill__V1__GetClaimRequest claim;
    Factmill__V1__GetClaimResponse *said = NULL;

    factmill__v1__get_article_request__init(&article);
    factmill__v1__get_article_response__init(&versions);
    article.id = fixture_z("a");
    article.with_versions = true;
    article.compare_with = 1;
    OK(f, f->r->ops->get_article(f->r, &article, &f->arena, &f->why,
                                 &versions.info));
    OK(f,
       f->r->ops->get_versions(f->r, &article, &f->arena, &f->why, &versions));
    check_cache(f, "GetArticle", NULL);
    OK(f, f->r->ops->get_entity(f->r, 1, &f->arena, &f->why, &entity));
    check_cache(f, "GetEntity", NULL);
    factmill__v1__related_request__init(&related);
    related.entity = 1;
    related.steps = 2;
    OK(f, f->r->ops->related(f->r, &related, &f->arena, &f->why, &near));
    check_cache(f, "Related", NULL);
    factmill__v1__list_roles_request__init(&roles);
    roles.post = fixture_z("mayor");
    OK(f, f->r->ops->list_roles(f->r, &roles, &f->arena, &f->why, &held));
    roles.organization = fixture_z("Bob");
    OK(f, f->r->ops->list_roles(f->r, &roles, &f->arena, &f->why, &held));
    roles.holder = fixture_z("Ann");
    OK(f, f->r->ops->list_roles(f->r, &roles, &f->arena, &f->why, &held));
    check_cache(f, "ListRoles", NULL);
    factmill__v1__get_claim_request__init(&claim);
    claim.id = fixture_z("0123456789abcdef01234567");
    assert_int_equal(
        f->r->ops->get_claim(f->r, &claim, &f->arena, &f->why, &said),
        FM_ENOTFOUND);
    check_cache(f, "GetClaim", NULL);
}

static void other_lists_walk_their_own_table(void **state)
{
    struct fixture *f = *state;
    struct fm_store_page page = {.size = 10};
    Factmill__V1__ListArticlesRequest articles;
    Factmill__V1__ArticleInfo **infos = NULL;
    Factmill__V1__ListEntitiesRequest entities;
    Factmill__V1__Entity **list = NULL;
    struct fm_store_cursor next;
    size_t n = 0;
    bool more = false;

    factmill__v1__list_articles_request__init(&articles);
    for (int state_number = 0; state_number <= 5; state_number++) {
        articles.state = (Factmill__V1__ArticleState)state_number;
        articles.title = fixture_z(state_number == 3 ? "headline" : "");
        articles.source = fixture_z(state_number == 1 ? "src" : "");
        OK(f, f->r->ops->list_articles(f->r, &articles, &page, &f->arena,
                                       &f->why, &infos, &n, &next, &more));
        /* By number, from the newest. */
        check_cache(f, "ListArticles", "SCAN a");
    }
    for (int which = 1; which < 4; which++) {
        factmill__v1__list_entities_request__init(&entities);
        if (which == 1)
            entities.name = fixture_z("Ann");
        if (which == 2)
            entities.prefix = fixture_z("A");
        if (which == 3)
            entities.similar = fixture_z("Annne");
        OK(f, f->r->ops->list_entities(f->r, &entities, &page, &f->arena,
                                       &f->why, &list, &n, &next, &more));
    }
    check_cache(f, "ListEntities", "SCAN a");
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        T(short_lists_are_led_by_their_index),
        T(long_lists_are_walked_in_order),
        T(other_orders_walk_their_own_index),
        T(a_fact_and_a_change_are_found_by_their_keys),
        T(changes_are_read_by_their_stretch),
        T(counts_walk_digests_at_most),
        T(single_answers_walk_nothing),
        T(other_lists_walk_their_own_table),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
