#include "store/reader_priv.h"
#include "unit/store/fixture.h"

static const char text_a[] = "Oil prices fell, and oil fell again.\n"
                             "Caf\xc3\xa9 owners in Zurich were glad.\n"
                             "The minister said that prices will rise.";
static const struct spec facts_a[] = {
    {.subject = "Oil prices", .predicate = "fall", .line = 0},
    {.subject = "owners", .predicate = "be", .line = 1},
    {.subject = "The minister", .predicate = "say", .line = 2, .kind = 2},
    {.subject = "prices", .predicate = "rise", .line = 2},
};
static const char text_b[] = "Nobody spoke of oil.";
static const struct spec facts_b[] = {{.subject = "Nobody", .line = 0}};

struct hits {
    uint64_t sequence[4096];
    double score[4096];
    char marked[4096][64];
    char title[64];
    size_t n;
    struct fm_store_cursor last;
    size_t stop_after;
};

static bool each(void *user, const struct fm_store_hit *hit)
{
    struct hits *h = user;
    Factmill__V1__Fact *fact = factmill__v1__fact__unpack(
        NULL, hit->fact.stored.len, (const uint8_t *)hit->fact.stored.data);
    char *marked = h->marked[h->n];

    assert_non_null(fact);
    for (size_t i = 0; i < hit->highlight_count; i++) {
        const Factmill__V1__Span *s = &hit->highlights[i];

        assert_true(s->start < s->end);
        assert_true(s->end <= strlen(fact->evidence->text));
        (void)snprintf(marked + strlen(marked), 64 - strlen(marked), "%s%.*s",
                       i > 0 ? "|" : "", (int)(s->end - s->start),
                       fact->evidence->text + s->start);
    }
    (void)snprintf(h->title, sizeof h->title, "%.*s", FM_STR_ARG(hit->title));
    h->score[h->n] = hit->score;
    h->sequence[h->n++] = hit->fact.sequence;
    h->last = hit->fact.cursor;
    factmill__v1__fact__free_unpacked(fact, NULL);
    return h->stop_after == 0 || h->n < h->stop_after;
}

static int setup(void **state)
{
    struct fixture *f;

    (void)fixture_setup(state);
    f = *state;
    (void)fixture_article(f, "one", "a", text_a, T0, NULL, 0, facts_a, 4);
    (void)fixture_article(f, "two", "b", text_b, T0, NULL, 0, facts_b, 1);
    return 0;
}

static struct hits *search(struct fixture *f, const char *query,
                           const Factmill__V1__FactFilter *filter, size_t size)
{
    static struct hits hits;
    struct fm_store_page page = {.size = (uint32_t)size};
    bool more = true;

    memset(&hits, 0, sizeof hits);
    while (more) {
        OK(f, f->r->ops->search_facts(f->r, fm_str(query), filter, &page, each,
                                      &hits, &f->why, &more));
        page.after = hits.last;
    }
    return &hits;
}

static void words_phrases_prefixes_and_what_they_mark(void **state)
{
    static const struct {
        const char *query;
        size_t n;
        const char *marked; /* in the first */
    } table[] = {
        {"oil", 2, NULL},
        {"oil fell", 1, "Oil|fell|oil|fell"},
        {"OIL", 2, NULL},
        {"cafe", 1, "Caf\xc3\xa9"},
        {"caf\xc3\xa9", 1, "Caf\xc3\xa9"},
        {"\"oil prices\"", 1, "Oil prices"},
        {"\"prices oil\"", 0, NULL},
        {"pric*", 3, NULL},
        {"oil NOT prices", 1, "oil"},
        {"zurich OR nobody", 2, NULL},
        {"NEAR(minister rise, 5)", 2, "minister|rise"},
        {"NEAR(minister rise, 1)", 0, NULL},
        {"minister", 2, "minister"},
        {"absent", 0, NULL},
        {"text:oil", 0, NULL},
        /* Of the title, with the first sentence that has facts. */
        {"headline", 2, ""},
        {"headline oil", 2, NULL},
        {"headline minister", 0, NULL},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct hits *h = search(f, table[i].query, NULL, 10);

        if (h->n != table[i].n)
            fail_msg("%s: %zu hits instead of %zu", table[i].query, h->n,
                     table[i].n);
        if (table[i].marked != NULL)
            assert_string_equal(h->marked[0], table[i].marked);
        for (size_t j = 1; j < h->n; j++)
            assert_true(h->score[j - 1] >= h->score[j]);
        if (h->n > 0)
            assert_string_equal(h->title, "A headline");
    }
}

static void the_filter_holds_as_well(void **state)
{
    struct fixture *f = *state;
    Factmill__V1__FactFilter filter;

    factmill__v1__fact_filter__init(&filter);
    filter.source = fixture_z("two");
    assert_int_equal(search(f, "oil", &filter, 10)->n, 1);
    filter.source = fixture_z("three");
    assert_int_equal(search(f, "oil", &filter, 10)->n, 0);
    factmill__v1__fact_filter__init(&filter);
    filter.predicate = fixture_z("rise");
    assert_int_equal(search(f, "prices", &filter, 10)->n, 1);
    factmill__v1__fact_filter__init(&filter);
    filter.text = fixture_z("fell");
    assert_int_equal(search(f, "prices", &filter, 10)->n, 1);
    filter.text = fixture_z("glad");
    assert_int_equal(search(f, "prices", &filter, 10)->n, 0);
    factmill__v1__fact_filter__init(&filter);
    filter.subject = fixture_z("the minister");
    assert_int_equal(search(f, "prices", &filter, 10)->n, 1);
}

static void retracted_facts_are_found_by_who_asks(void **state)
{
    struct fixture *f = *state;
    Factmill__V1__FactFilter filter;

    (void)fixture_article(f, "two", "b", "Other.", T0, NULL, 0, NULL, 0);
    assert_int_equal(search(f, "nobody", NULL, 10)->n, 0);
    factmill__v1__fact_filter__init(&filter);
    filter.include_retracted = true;
    assert_int_equal(search(f, "nobody", &filter, 10)->n, 1);
}

/* Enough that pages matter, with few different scores. */
static void fill(struct fixture *f)
{
    for (int i = 0; i < 30; i++) {
        struct spec specs[5];
        char text[200];
        char id[16];

        (void)snprintf(id, sizeof id, "n%d", i);
        (void)snprintf(text, sizeof text, "Copper rose %s.\nCopper %d copper.",
                       i % 3 == 0 ? "" : "and copper fell again", i);
        for (size_t k = 0; k < 5; k++)
            specs[k] = (struct spec){.subject = "S", .line = k < 2 ? 0 : 1};
        (void)fixture_article(f, "n", id, text, T0, NULL, 0, specs, 5);
    }
}

static void pages_have_every_hit_once(void **state)
{
    struct fixture *f = *state;
    static struct hits all;

    fill(f);
    all = *search(f, "copper", NULL, 1000);
    assert_int_equal(all.n, 150);
    for (size_t size = 1; size < 60; size += 7) {
        struct hits *h = search(f, "copper", NULL, size);

        assert_int_equal(h->n, all.n);
        assert_memory_equal(h->sequence, all.sequence,
                            all.n * sizeof all.sequence[0]);
    }
}

/* One sentence and one fact each, the newest last. */
static void ranks(struct fixture *f, const char *query,
                  const char *const *sentences, size_t n)
{
    static const struct spec spec = {.subject = "S", .line = 0};
    struct hits *h;

    for (size_t i = n; i > 0; i--) {
        char id[40];

        (void)snprintf(id, sizeof id, "%s-%zu", query, i);
        (void)fixture_article(f, "rank", id, sentences[i - 1], T0, NULL, 0,
                              &spec, 1);
    }
    h = search(f, query, NULL, 10);
    assert_int_equal(h->n, n);
    for (size_t i = 1; i < n; i++)
        if (h->sequence[i] >= h->sequence[i - 1])
            fail_msg("%s: not in the order given at %zu", query, i);
}

/* Each list is given from the best to the worst and stored from the worst to
 * the best, so the numbers of the facts tell. */
static void the_better_comes_first(void **state)
{
    static const char *const often[] = {
        "Nickel, nickel and nickel again were bought today.",
        "Nickel and nickel were bought and sold today again.",
        "Nickel was bought and sold and bought again today."};
    static const char *const brief[] = {
        "Cobalt fell.", "Cobalt fell on Monday in the north.",
        ("Cobalt fell on Monday in the north and rose on Tuesday in the south "
         "before it fell.")};
    static const char *const rare[] = {
        "Argon was said to be there.", "Xenon was said to be here.",
        "Xenon was said to be near.", "Xenon was said to be far."};
    struct fixture *f = *state;

    ranks(f, "nickel", often, 3);
    ranks(f, "cobalt", brief, 3);
    ranks(f, "argon OR xenon", rare, 4);
}

/* However small the windows, every hit has its place, and the newest windows
 * come first. */
static void windows_have_every_hit_once(void **state)
{
    struct fixture *f = *state;
    struct fm_reader *r = (struct fm_reader *)(void *)f->r;
    uint64_t seen[4096] = {0};
    struct hits *h;

    fill(f);
    for (size_t ranked = 1; ranked < 70; ranked = ranked * 2 + 1) {
        r->ranked = ranked;
        for (size_t size = 1; size < 60; size += 13) {
            h = search(f, "copper", NULL, size);
            assert_int_equal(h->n, 150);
            memset(seen, 0, sizeof seen);
            for (size_t i = 0; i < h->n; i++)
                assert_int_equal(seen[h->sequence[i]]++, 0);
        }
    }
    r->ranked = 1;
    h = search(f, "copper", NULL, 7);
    for (size_t i = 1; i < h->n; i++)
        assert_true(h->sequence[i] < h->sequence[i - 1]);
}

/* Facts first or words first: the same hits. */
static void a_selective_filter_finds_the_same(void **state)
{
    static const struct named names[] = {{"Ann", 1, NULL}, {"Bob", 1, NULL}};
    struct fixture *f = *state;
    struct fm_reader *r = (struct fm_reader *)(void *)f->r;
    Factmill__V1__FactFilter filter;
    static struct hits first;
    int64_t few = r->few_sorted;
    struct hits *h;

    fill(f);
    for (int i = 0; i < 9; i++) {
        const struct spec specs[] = {
            {.subject = "Ann", .subject_entity = 1, .line = 0},
            {.subject = "Bob", .subject_entity = 2, .line = 0},
            {.subject = i % 2 == 0 ? "Ann" : "Bob",
             .subject_entity = i % 2 == 0 ? 1 : 2,
             .line = 1}};
        char id[16];

        (void)snprintf(id, sizeof id, "w%d", i);
        (void)fixture_article(f, "w", id, "Copper and tin.\nMore copper.", T0,
                              names, 2, specs, 3);
    }
    factmill__v1__fact_filter__init(&filter);
    filter.subject = fixture_z("Ann");
    first = *search(f, "copper", &filter, 4);
    assert_int_equal(first.n, 9 + 5);
    r->few_sorted = 1;
    h = search(f, "copper", &filter, 4);
    r->few_sorted = few;
    assert_int_equal(h->n, first.n);
    assert_memory_equal(h->sequence, first.sequence,
                        first.n * sizeof first.sequence[0]);
}

static void a_page_goes_on_from_its_row_when_scores_have_moved(void **state)
{
    struct fixture *f = *state;
    struct fm_store_page page = {.size = 40};
    static struct hits hits;
    static uint64_t seen[4096];
    bool more = true;
    char id[16];
    int round = 0;
    size_t known = 0;

    fill(f);
    memset(&hits, 0, sizeof hits);
    while (more) {
        OK(f, f->r->ops->search_facts(f->r, fm_str("copper"), NULL, &page, each,
                                      &hits, &f->why, &more));
        page.after = hits.last;
        /* Changes the frequency of everything. */
        (void)snprintf(id, sizeof id, "m%d", round++);
        (void)fixture_article(f, "other", id, "Tin.\nZinc.\nLead.", T0, NULL, 0,
                              facts_b, 1);
    }
    for (size_t i = 0; i < hits.n; i++) {
        seen[hits.sequence[i]]++;
        assert_int_equal(seen[hits.sequence[i]], 1);
    }
    for (size_t i = 0; i < 4096; i++)
        known += (size_t)seen[i];
    assert_int_equal(known, 150);
}

static void a_malformed_query_is_not_an_sql_error(void **state)
{
    static const char *const queries[] = {
        "\"", "(", "NOT x", "'; DROP TABLE", "a* b*", "x\"y", "{a}:b", "^\"a"};
    struct fixture *f = *state;
    struct fm_store_page page = {.size = 10};
    struct hits hits = {.n = 0};
    bool more;

    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
        enum fm_error e = f->r->ops->search_facts(
            f->r, fm_str(queries[i]), NULL, &page, each, &hits, &f->why, &more);

        assert_true(e == FM_OK || e == FM_EINVAL);
        if (e == FM_EINVAL)
            assert_string_equal(f->why.field, "query");
    }
}

static void an_answer_has_its_time(void **state)
{
    struct fixture *f = *state;
    struct fm_reader *r = (struct fm_reader *)(void *)f->r;
    struct rows rows = {.keep = false};

    fill(f);
    /* Its end has passed before it begins, however short the machine has run. */
    r->budget_ms = (uint64_t)-1;
    assert_fm_err(fixture_list(f, NULL, 7, 1, &rows), FM_EABORTED);
    assert_string_equal(f->why.reason, "ANSWER_TOO_SLOW");
    r->budget_ms = FM_ANSWER_MS;
    OK(f, fixture_list(f, NULL, 7, 10, &rows));
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        T(words_phrases_prefixes_and_what_they_mark),
        T(the_filter_holds_as_well),
        T(retracted_facts_are_found_by_who_asks),
        T(pages_have_every_hit_once),
        T(the_better_comes_first),
        T(windows_have_every_hit_once),
        T(a_selective_filter_finds_the_same),
        T(a_page_goes_on_from_its_row_when_scores_have_moved),
        T(a_malformed_query_is_not_an_sql_error),
        T(an_answer_has_its_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
