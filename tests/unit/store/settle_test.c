#include "unit/store/fixture.h"

#define TEXT                                                                 \
 "Jane Roe met John Doe in Paris.\nAcme Corp hired 20 people in 2011.\nThe " \
 "end."

static const struct named names[] = {{"Jane Roe", 2, "Roe"},
                                     {"John Doe", 2, NULL},
                                     {"Paris", 4, NULL},
                                     {"Acme Corp", 2, "Acme"}};

/* Given out of the order of the text. */
static const struct spec specs[] = {
    {.kind = 6,
     .line = 1,
     .subject = "Acme Corp",
     .subject_entity = 4,
     .predicate = "hire",
     .object = "20 people",
     .start = "2011-01-01",
     .end = "2012-01-01",
     .confidence = 0.9},
    {.line = 0,
     .subject = "Jane Roe",
     .subject_entity = 1,
     .predicate = "meet",
     .object = "John Doe",
     .object_entity = 2,
     .place = "Paris",
     .place_entity = 3},
};

static uint64_t settle(struct fixture *f, const char *id)
{
    return fixture_article(f, "src", id, TEXT, T0, names, 4, specs, 2);
}

static Factmill__V1__Fact *get(struct fixture *f, const char *hex)
{
    struct fm_id id;
    struct fm_buf out;
    Factmill__V1__Fact *fact;
    enum fm_error e;

    fm_buf_init(&out, 1 << 20);
    assert_true(fm_id_parse(fm_str(hex), &id));
    e = f->r->ops->get_fact(f->r, &id, &out, &f->why);
    if (e == FM_ENOTFOUND)
        return NULL;
    OK(f, e);
    fact = factmill__v1__fact__unpack(NULL, out.len, (const uint8_t *)out.data);
    fm_buf_release(&out);
    assert_non_null(fact);
    return fact;
}

static void facts_come_back_filled_in(void **state)
{
    struct fixture *f = *state;
    struct rows rows = {.keep = true};
    Factmill__V1__Fact *fact;

    (void)settle(f, "a");
    OK(f, fixture_list(f, NULL, FACTMILL__V1__FACT_ORDER__SEQUENCE_ASC, 10,
                       &rows));
    assert_int_equal(rows.n, 2);
    fact = rows.facts[0];
    assert_string_equal(fact->subject->text, "Jane Roe");
    assert_string_equal(fact->article, "a");
    assert_string_equal(fact->source, "src");
    assert_string_equal(fact->extractor, "test-1");
    assert_int_equal(fact->version, 1);
    assert_int_equal(fact->sequence, 1);
    assert_int_equal(fact->published->seconds, T0 / 1000000);
    assert_true(llabs(fact->recorded->seconds - fm_wall_us() / 1000000) < 100);
    assert_false(fact->retracted);
    assert_int_equal(rows.facts[1]->sequence, 2);
    assert_string_equal(rows.facts[1]->predicate->lemma, "hire");
    fact = get(f, rows.facts[1]->id);
    assert_non_null(fact);
    assert_int_equal(fact->sequence, 2);
    factmill__v1__fact__free_unpacked(fact, NULL);
    assert_null(get(f, "00000000000000000000000000000000"));
    assert_int_equal(fixture_counts(f).facts, 2);
    assert_int_equal(fixture_counts(f).done, 1);
    assert_int_equal(fixture_counts(f).sequence, 2);
    fixture_free_rows(&rows);
}

static void entity_numbers_are_global(void **state)
{
    static const struct named other[] = {{"Nobody", 2, NULL},
                                         {"the  JANE  roe", 2, NULL}};
    static const struct spec spec[] = {{.subject = "Jane Roe",
                                        .subject_entity = 2,
                                        .object = "x",
                                        .object_entity = 77}};
    struct fixture *f = *state;
    struct rows rows = {.keep = true};
    uint64_t jane;

    (void)settle(f, "a");
    (void)fixture_article(f, "src", "b", "Line.", T0, other, 2, spec, 1);
    OK(f, fixture_list(f, NULL, FACTMILL__V1__FACT_ORDER__SEQUENCE_ASC, 10,
                       &rows));
    assert_int_equal(rows.n, 3);
    jane = rows.facts[0]->subject->entity;
    assert_int_not_equal(jane, 0);
    assert_int_equal(rows.facts[2]->subject->entity, jane);
    /* A number that the extraction does not have is nobody. */
    assert_int_equal(rows.facts[2]->arguments[0]->entity, 0);
    fixture_free_rows(&rows);
}

static void a_new_version_takes_the_facts_of_the_old_back(void **state)
{
    static const struct spec spec[] = {{.subject = "Nobody", .line = 0}};
    struct fixture *f = *state;
    struct rows rows = {.keep = true};
    Factmill__V1__FactFilter filter;
    Factmill__V1__Fact *fact;
    char *old;

    (void)settle(f, "a");
    OK(f, fixture_list(f, NULL, 2, 10, &rows));
    old = fm_arena_copy(&f->arena, fm_str(rows.facts[0]->id));
    fixture_free_rows(&rows);
    /* In force until the facts of the new version are there. */
    (void)fixture_push(f, "a", "Newer text.");
    assert_int_equal(fixture_counts(f).facts, 2);
    (void)fixture_article(f, "src", "a", "Newest text.", T0, NULL, 0, spec, 1);
    assert_int_equal(fixture_counts(f).facts, 1);
    /* 2 added, 2 retracted, 1 added. */
    assert_int_equal(fixture_counts(f).sequence, 5);
    OK(f, fixture_list(f, NULL, 2, 10, &rows));
    assert_int_equal(rows.n, 1);
    assert_int_equal(rows.facts[0]->sequence, 5);
    assert_int_equal(rows.facts[0]->version, 3);
    fixture_free_rows(&rows);
    factmill__v1__fact_filter__init(&filter);
    filter.include_retracted = true;
    OK(f, fixture_list(f, &filter, 2, 10, &rows));
    assert_int_equal(rows.n, 3);
    assert_true(rows.facts[0]->retracted);
    assert_true(rows.facts[1]->retracted);
    assert_false(rows.facts[2]->retracted);
    fixture_free_rows(&rows);
    fact = get(f, old);
    assert_true(fact->retracted);
    factmill__v1__fact__free_unpacked(fact, NULL);
}

static enum fm_error try_settle(struct fixture *f,
                                const Factmill__V1__Extraction *x)
{
    enum fm_store_settled settled;
    struct fm_store_lease lease;
    enum fm_error e;

    fixture_begin(f);
    lease = fixture_lease(f, "w");
    assert_int_not_equal(lease.lease, 0);
    e = f->w->ops->settle(f->w, lease.lease, x, 1, &f->why, &settled);
    OK(f, f->w->ops->give_back(f->w, lease.lease, &f->why));
    fixture_commit(f);
    return e;
}

static Factmill__V1__Extraction *good(struct fixture *f)
{
    return fixture_extraction(&f->arena, TEXT, names, 4, specs, 2);
}

static void what_does_not_fit_the_article_writes_nothing(void **state)
{
    struct fixture *f = *state;
    Factmill__V1__Extraction *x;

    (void)fixture_push(f, "a", TEXT);
    x = good(f);
    x->facts[1]->evidence->span->end = 4000;
    assert_fm_err(try_settle(f, x), FM_EINVAL);
    assert_string_equal(f->why.reason, "SPAN_OUTSIDE");
    x = good(f);
    x->facts[1]->evidence->text = fixture_z("Jane Roe met John Doe in paris.");
    assert_fm_err(try_settle(f, x), FM_EINVAL);
    assert_string_equal(f->why.reason, "EVIDENCE_DIFFERS");
    x = good(f);
    x->facts[0]->evidence = NULL;
    assert_fm_err(try_settle(f, x), FM_EINVAL);
    x = good(f);
    x->facts[0]->id = fixture_z("xyz");
    assert_fm_err(try_settle(f, x), FM_EINVAL);
    assert_string_equal(f->why.reason, "BAD_ID");
    x = good(f);
    x->facts[0]->kind = FACTMILL__V1__FACT__KIND__KIND_UNSPECIFIED;
    assert_fm_err(try_settle(f, x), FM_EINVAL);
    x = good(f);
    x->facts[0]->kind = (Factmill__V1__Fact__Kind)99;
    assert_fm_err(try_settle(f, x), FM_EINVAL);
    x = good(f);
    x->facts[0]->confidence = NAN;
    assert_fm_err(try_settle(f, x), FM_EINVAL);
    x = good(f);
    x->facts[0]->confidence = 1.5F;
    assert_fm_err(try_settle(f, x), FM_EINVAL);
    x = good(f);
    x->facts[0]->rule = fixture_z("\xc3(");
    assert_fm_err(try_settle(f, x), FM_EINVAL);
    assert_string_equal(f->why.reason, "NOT_UTF8");
    x = good(f);
    x->entities[2]->id = 9;
    assert_fm_err(try_settle(f, x), FM_EINVAL);
    x = good(f);
    x->facts[0]->n_arguments = 5000;
    assert_fm_err(try_settle(f, x), FM_EINVAL);
    assert_int_equal(fixture_counts(f).facts, 0);
    assert_int_equal(fixture_counts(f).sequence, 0);
    OK(f, try_settle(f, good(f)));
    assert_int_equal(fixture_counts(f).facts, 2);
}

static void a_fact_given_twice_is_one(void **state)
{
    struct fixture *f = *state;
    Factmill__V1__Extraction *x = good(f);

    (void)fixture_push(f, "a", TEXT);
    x->facts[1]->id = x->facts[0]->id;
    OK(f, try_settle(f, x));
    assert_int_equal(fixture_counts(f).facts, 1);
    assert_int_equal(fixture_counts(f).sequence, 1);
}

static void many_facts_of_one_sentence_are_all_found(void **state)
{
    struct fixture *f = *state;
    struct spec many[200];
    struct rows rows = {.keep = false};
    Factmill__V1__FactFilter filter;

    for (size_t i = 0; i < 200; i++)
        many[i] = (struct spec){.subject = "S", .line = i < 150 ? 1 : 0};
    (void)fixture_article(f, "src", "a", TEXT, T0, NULL, 0, many, 200);
    factmill__v1__fact_filter__init(&filter);
    filter.text = fixture_z("hired");
    OK(f, fixture_list(f, &filter, 2, 37, &rows));
    assert_int_equal(rows.n, 150);
    assert_int_equal(rows.sequence[0], 51);
    assert_int_equal(rows.sequence[149], 200);
    filter.text = fixture_z("Paris");
    OK(f, fixture_list(f, &filter, 2, 37, &rows));
    assert_int_equal(rows.n, 50);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        T(facts_come_back_filled_in),
        T(entity_numbers_are_global),
        T(a_new_version_takes_the_facts_of_the_old_back),
        T(what_does_not_fit_the_article_writes_nothing),
        T(a_fact_given_twice_is_one),
        T(many_facts_of_one_sentence_are_all_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
