/* Lists over a store of some hundred random facts, against a plain loop over
 * the same facts: every order, every combination of conditions, small pages. */
#include "store/interval.h"
#include "store/reader_priv.h"
#include "unit/store/fixture.h"

#define ARTICLES 60
#define EACH     9
#define NAMES    8
#define FACTS    (ARTICLES * EACH)

struct known {
    uint64_t sequence;
    int64_t article;
    int kind, polarity, modality, source;
    unsigned subject, object; /* names; 0 = none */
    unsigned predicate;
    double confidence;
    bool has_time, has_published, retracted;
    int64_t start, end, published;
};

struct world {
    struct fixture *f;
    struct known facts[FACTS];
    size_t n;
    uint64_t seed;
};

static const struct named names[NAMES] = {
    {"Ann", 2, "Shared"}, {"Bob", 2, "Shared"}, {"Cid", 2, NULL},
    {"Dan", 2, NULL},     {"Eve", 2, NULL},     {"Fay", 2, NULL},
    {"Gus", 2, NULL},     {"Hal", 2, NULL}};
static const char *const lemmas[] = {"say", "go", "buy"};
static const char *const sources[] = {"s0", "s1", "s2"};

static uint32_t draw(struct world *w, uint32_t below)
{
    w->seed = w->seed * UINT64_C(6364136223846793005) + 99;
    return (uint32_t)(w->seed >> 33) % below;
}

static void draw_time(struct world *w, struct spec *s, struct known *k)
{
    struct fm_interval v;
    int year = 2000 + (int)draw(w, 4);
    int last = year + (int)draw(w, 3);

    k->has_time = draw(w, 3) != 0;
    if (!k->has_time)
        return;
    s->start = fm_arena_printf(&w->f->arena, "%d-%02u-%02u", year,
                               1 + draw(w, 12), 1 + draw(w, 28));
    s->end =
        draw(w, 2) != 0 ? fm_arena_printf(&w->f->arena, "%d-12-31", last) : "";
    assert_true(fm_interval_parse(fm_str(s->start), fm_str(s->end), &v));
    k->start = v.start;
    k->end = v.end;
}

static void draw_fact(struct world *w, struct spec *s, struct known *k)
{
    memset(s, 0, sizeof *s);
    s->kind = k->kind = 1 + (int)draw(w, 9);
    k->subject = draw(w, NAMES + 1);
    k->object = draw(w, NAMES + 1);
    s->subject = k->subject != 0 ? names[k->subject - 1].name : NULL;
    s->subject_entity = k->subject;
    s->object = k->object != 0 ? names[k->object - 1].name : NULL;
    s->object_entity = k->object;
    k->predicate = draw(w, 3);
    s->predicate = lemmas[k->predicate];
    s->polarity = k->polarity = 1 + (int)draw(w, 2);
    s->modality = k->modality = 1 + (int)draw(w, 3);
    k->confidence = (double)(1 + draw(w, 5)) / 8; /* exact as a float */
    s->confidence = k->confidence;
    draw_time(w, s, k);
}

static void push_article(struct world *w, int number)
{
    struct spec specs[EACH];
    char text[64];
    char id[16];
    int source = (int)draw(w, 3);
    bool dated = draw(w, 4) != 0;
    int64_t published = T0 + (int64_t)draw(w, 5) * 1000000;
    uint64_t before = fixture_counts(w->f).sequence;
    int64_t article;
    size_t at = w->n;

    (void)snprintf(id, sizeof id, "a%d", number);
    (void)snprintf(text, sizeof text, "Article number %d.", number);
    for (size_t i = 0; i < EACH; i++)
        draw_fact(w, &specs[i], &w->facts[at + i]);
    article = (int64_t)fixture_article(w->f, sources[source], id, text,
                                       dated ? published : INT64_MIN, names,
                                       NAMES, specs, EACH);
    for (size_t i = 0; i < EACH; i++) {
        struct known *k = &w->facts[w->n++];

        k->sequence = before + i + 1;
        k->article = article;
        k->source = source;
        k->has_published = dated;
        k->published = published;
    }
}

/* A version without facts takes those of an article back. */
static void retract(struct world *w, int number)
{
    char id[16];
    size_t first = (size_t)number * EACH;

    (void)snprintf(id, sizeof id, "a%d", number);
    (void)fixture_article(w->f, sources[w->facts[first].source], id, "Nothing.",
                          T0, NULL, 0, NULL, 0);
    for (size_t i = 0; i < EACH; i++)
        w->facts[first + i].retracted = true;
}

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    void *f = NULL;

    assert_non_null(w);
    (void)fixture_setup(&f);
    w->f = f;
    w->seed = 7;
    for (int i = 0; i < ARTICLES; i++)
        push_article(w, i);
    retract(w, 3);
    retract(w, 30);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    void *f = w->f;

    (void)fixture_teardown(&f);
    free(w);
    return 0;
}

/* --- the plain loop ------------------------------------------------------------------ */

struct asked {
    unsigned entity, subject, object; /* names; NAMES + 1 = "Shared" */
    int predicate;                    /* -1 = any */
    int source;                       /* -1 = any */
    int article;                      /* 0 = any */
    int kinds;                        /* how many, from kind 1 */
    int from, to;                     /* years; 0 = open */
    int published;                    /* seconds from T0; -1 = any */
    int polarity;
    double confidence;
    bool retracted;
};

static bool is(unsigned name, unsigned asked)
{
    return asked == NAMES + 1 ? name == 1 || name == 2 : name == asked;
}

static int64_t new_year(int year)
{
    return fm_days_from_civil(year, 1, 1) * 86400;
}

static bool matches(const struct known *k, const struct asked *a)
{
    return (a->entity == 0 || is(k->subject, a->entity) ||
            is(k->object, a->entity)) &&
           (a->subject == 0 || is(k->subject, a->subject)) &&
           (a->object == 0 || is(k->object, a->object)) &&
           (a->predicate < 0 || (int)k->predicate == a->predicate) &&
           (a->source < 0 || k->source == a->source) &&
           (a->article == 0 || k->article == a->article) &&
           (a->kinds == 0 || k->kind <= a->kinds) &&
           (a->from == 0 || (k->has_time && k->end > new_year(a->from))) &&
           (a->to == 0 || (k->has_time && k->start < new_year(a->to))) &&
           (a->published < 0 ||
            (k->has_published &&
             k->published >= T0 + (int64_t)a->published * 1000000)) &&
           (a->polarity == 0 || k->polarity == a->polarity) &&
           k->confidence >= a->confidence && (a->retracted || !k->retracted);
}

static int compare(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* <0: a comes first. */
static int in_order(const struct known *a, const struct known *b, int order)
{
    int by_sequence = compare((int64_t)a->sequence, (int64_t)b->sequence);
    bool descending = order != 2 && order != 4 && order != 6 && order != 8;
    int c = 0;

    if (order == 3 || order == 4)
        c = a->has_time != b->has_time ? (a->has_time ? -1 : 1)
            : !a->has_time
                ? 0
                : compare(a->start, b->start) * (descending ? -1 : 1);
    if (order == 5 || order == 6)
        c = a->has_published != b->has_published ? (a->has_published ? -1 : 1)
            : !a->has_published
                ? 0
                : compare(a->published, b->published) * (descending ? -1 : 1);
    if (order == 7)
        c = (a->confidence < b->confidence) - (a->confidence > b->confidence);
    if (order == 8)
        c = compare(a->article, b->article);
    return c != 0 ? c : by_sequence * (descending ? -1 : 1);
}

static size_t expect(const struct world *w, const struct asked *a, int order,
                     const struct known *ret[FACTS])
{
    size_t n = 0;

    for (size_t i = 0; i < w->n; i++) {
        size_t at = n;

        if (!matches(&w->facts[i], a))
            continue;
        for (; at > 0 && in_order(&w->facts[i], ret[at - 1], order) < 0; at--)
            ret[at] = ret[at - 1];
        ret[at] = &w->facts[i];
        n++;
    }
    return n;
}

/* --- the list ------------------------------------------------------------------------ */

struct built {
    Factmill__V1__FactFilter filter;
    Factmill__V1__Fact__Kind kinds[9];
    Google__Protobuf__Timestamp from, to, published;
    char article[16];
};

static char *name_of(unsigned name)
{
    return fixture_z(name == 0           ? ""
                     : name == NAMES + 1 ? "shared"
                                         : names[name - 1].name);
}

static void build(const struct asked *a, struct built *b)
{
    factmill__v1__fact_filter__init(&b->filter);
    google__protobuf__timestamp__init(&b->from);
    google__protobuf__timestamp__init(&b->to);
    google__protobuf__timestamp__init(&b->published);
    b->filter.entity = name_of(a->entity);
    b->filter.subject = name_of(a->subject);
    b->filter.object = name_of(a->object);
    b->filter.predicate =
        fixture_z(a->predicate < 0 ? "" : lemmas[a->predicate]);
    b->filter.source = fixture_z(a->source < 0 ? "" : sources[a->source]);
    (void)snprintf(b->article, sizeof b->article, "a%d", a->article - 1);
    if (a->article != 0)
        b->filter.article = b->article;
    for (int i = 0; i < a->kinds; i++)
        b->kinds[i] = (Factmill__V1__Fact__Kind)(i + 1);
    b->filter.kinds = b->kinds;
    b->filter.n_kinds = (size_t)a->kinds;
    b->from.seconds = new_year(a->from != 0 ? a->from : 1);
    b->to.seconds = new_year(a->to != 0 ? a->to : 1);
    b->published.seconds = T0 / 1000000 + a->published;
    b->filter.time_from = a->from != 0 ? &b->from : NULL;
    b->filter.time_to = a->to != 0 ? &b->to : NULL;
    b->filter.published_from = a->published >= 0 ? &b->published : NULL;
    b->filter.polarity = (Factmill__V1__Fact__Polarity)a->polarity;
    b->filter.min_confidence = (float)a->confidence;
    b->filter.include_retracted = a->retracted;
}

static void compare_lists(struct world *w, const struct asked *a, int order,
                          uint32_t size)
{
    static const struct known *expected[FACTS];
    struct rows rows = {.keep = false};
    size_t n = expect(w, a, order, expected);
    struct built b;

    build(a, &b);
    OK(w->f, fixture_list(w->f, &b.filter, order, size, &rows));
    if (rows.n != n)
        fail_msg("order %d: %zu rows instead of %zu", order, rows.n, n);
    for (size_t i = 0; i < n; i++)
        if (rows.sequence[i] != expected[i]->sequence)
            fail_msg("order %d, row %zu: %d instead of %d", order, i,
                     (int)rows.sequence[i], (int)expected[i]->sequence);
}

static const struct asked everything = {
    .predicate = -1, .source = -1, .published = -1, .retracted = false};

static void every_order_pages_to_the_end(void **state)
{
    struct world *w = *state;
    struct asked a = everything;

    for (int order = 0; order <= 8; order++)
        for (uint32_t size = 1; size <= 1000; size = size * 3 + 4)
            compare_lists(w, &a, order, size);
    a.retracted = true;
    for (int order = 0; order <= 8; order++)
        compare_lists(w, &a, order, 17);
}

/* article 0 = none; a condition is there in one of three draws. */
static struct asked draw_filter(struct world *w)
{
    struct asked a = everything;

    if (draw(w, 3) == 0)
        a.entity = 1 + draw(w, NAMES + 1);
    if (draw(w, 4) == 0)
        a.subject = 1 + draw(w, NAMES + 1);
    if (draw(w, 5) == 0)
        a.object = 1 + draw(w, NAMES + 1);
    if (draw(w, 3) == 0)
        a.predicate = (int)draw(w, 3);
    if (draw(w, 3) == 0)
        a.source = (int)draw(w, 3);
    if (draw(w, 9) == 0)
        a.article = 1 + (int)draw(w, ARTICLES);
    if (draw(w, 3) == 0)
        a.kinds = 1 + (int)draw(w, 9);
    if (draw(w, 3) == 0)
        a.from = 1999 + (int)draw(w, 6);
    if (draw(w, 3) == 0)
        a.to = (a.from != 0 ? a.from : 1999) + 1 + (int)draw(w, 3);
    if (draw(w, 4) == 0)
        a.published = (int)draw(w, 5);
    if (draw(w, 4) == 0)
        a.polarity = 1 + (int)draw(w, 2);
    if (draw(w, 4) == 0)
        a.confidence = (double)draw(w, 6) / 8;
    a.retracted = draw(w, 4) == 0;
    return a;
}

static void compare_random(struct world *w)
{
    for (int i = 0; i < 150; i++) {
        struct asked a = draw_filter(w);

        for (int order = 0; order <= 8; order++)
            compare_lists(w, &a, order, 1 + draw(w, 40));
    }
}

/* As in a large store: few = what counts as a short list there. */
static void set_few(struct world *w, int64_t few)
{
    struct fm_reader *r = (struct fm_reader *)(void *)w->f->r;

    r->few_sorted = few;
    r->few_unsorted = few;
}

static void random_filters_that_are_sorted(void **state)
{
    compare_random(*state);
}

static void random_filters_that_walk(void **state)
{
    set_few(*state, 0);
    compare_random(*state);
}

static void random_filters_of_both_kinds(void **state)
{
    set_few(*state, 60);
    compare_random(*state);
}

static void an_export_is_pinned_while_facts_come_and_go(void **state)
{
    static struct known before[FACTS];
    struct world *w = *state;
    struct rows rows = {.keep = false};
    uint64_t upto = 0;
    uint64_t after = 0;
    bool more = true;
    size_t n = 0;
    int round = 0;

    OK(w->f, w->f->r->ops->sequence(w->f->r, &w->f->why, &upto));
    memcpy(before, w->facts, sizeof before);
    while (more) {
        OK(w->f, w->f->r->ops->export_facts(w->f->r, NULL, after, upto, 50,
                                            fixture_each, &rows, &w->f->why,
                                            &after, &more));
        if (round < 5)
            retract(w, 40 + round++);
    }
    assert_int_equal(after, upto);
    for (size_t i = 0; i < FACTS; i++) {
        if (before[i].retracted)
            continue;
        assert_true(n < rows.n);
        assert_int_equal(rows.sequence[n], before[i].sequence);
        n++;
    }
    assert_int_equal(n, rows.n);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(every_order_pages_to_the_end),
        T(random_filters_that_are_sorted),
        T(random_filters_that_walk),
        T(random_filters_of_both_kinds),
        T(an_export_is_pinned_while_facts_come_and_go),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
