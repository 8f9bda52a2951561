#include "extract/finish.h"
#include "reading.h"

static const char text[] =
    "LAKETOWN, May 5 (Example) - The Lake Water Board (LWB) met President "
    "Ivan Petrov on Monday. (link)\n\n"
    "A heading of President Jane Roe\n\n"
    "“We are late,” said Ann Lee, head of Acme Corp. The LWB is old.";

static void numbers_and_orders_facts(void **state)
{
    const Factmill__V1__Extraction *x = reading_of("", text);

    (void)state;
    assert_string_equal(x->article, "a-1");
    assert_string_equal(x->language, "en");
    assert_string_equal(x->skipped, "");
    assert_int_equal(x->n_sentences, 3);
    assert_true(x->n_facts >= 3);
    for (size_t i = 0; i < x->n_facts; i++) {
        const Factmill__V1__Fact *fact = x->facts[i];
        const Factmill__V1__Span *span = fact->evidence->span;

        assert_int_equal(strlen(fact->id), 32);
        assert_true(fact->evidence->sentence < x->n_sentences);
        assert_int_equal(x->sentences[fact->evidence->sentence]->start,
                         span->start);
        assert_int_equal(strlen(fact->evidence->text), span->end - span->start);
        assert_memory_equal(fact->evidence->text, text + span->start,
                            span->end - span->start);
        if (i > 0)
            assert_true(x->facts[i - 1]->evidence->span->start <= span->start);
    }
    /* Nothing out of headings. */
    assert_null(reading_fact(x, FACTMILL__V1__FACT__KIND__ROLE, "Jane Roe"));
}

static void gives_the_same_ids_again(void **state)
{
    char ids[16][33];
    const Factmill__V1__Extraction *x = reading_of("", text);
    size_t n = x->n_facts < 16 ? x->n_facts : 16;

    (void)state;
    for (size_t i = 0; i < n; i++)
        memcpy(ids[i], x->facts[i]->id, 33);
    x = reading_of("", text);
    for (size_t i = 0; i < n; i++)
        assert_string_equal(ids[i], x->facts[i]->id);
    x = reading_of("another title", text);
    for (size_t i = 0; i < n; i++)
        assert_string_not_equal(ids[i], x->facts[i]->id);
}

static void drops_doubles(void **state)
{
    const Factmill__V1__Extraction *x = reading_of(
        "", "President Petrov met President Petrov and President Petrov.");
    size_t n = 0;

    (void)state;
    for (size_t i = 0; i < x->n_facts; i++)
        n += x->facts[i]->kind == FACTMILL__V1__FACT__KIND__ROLE;
    assert_int_equal(n, 1);
}

static void skips_other_languages(void **state)
{
    const Factmill__V1__Extraction *x =
        reading_of("", "Die Preise sind gestiegen, und es wird nicht besser.");

    (void)state;
    assert_string_equal(x->skipped, "language: de");
    assert_string_equal(x->language, "de");
    assert_int_equal(x->n_facts, 0);
    x = reading_of("", "Acme profits rise");
    assert_string_equal(x->skipped, "");
}

static void takes_any_bytes(void **state)
{
    uint64_t seed = 7;
    char bytes[2048];

    (void)state;
    for (int round = 0; round < 300; round++) {
        static const char *const words[] = {
            "President ",
            "(ABC) ",
            ", head of ",
            "\"",
            "“",
            "”",
            ". ",
            "Jane Roe ",
            "5 per cent ",
            "on Monday ",
            "\n\n",
            "\xff",
            "said ",
            "Alpha Beta Corp ",
            "from 4 to 5 ",
            "the ",
            ", ",
            "’s ",
            "is not ",
        };
        size_t n = 0;

        while (n < sizeof bytes - 32) {
            struct fm_str word;

            seed = seed * 6364136223846793005u + 1442695040888963407u;
            word = fm_str(words[(seed >> 33) % (sizeof words / sizeof *words)]);
            memcpy(bytes + n, word.data, word.len);
            n += word.len;
        }
        bytes[n] = '\0';
        (void)reading_of("", bytes);
    }
}

static void stays_within_its_limits(void **state)
{
    struct fm_arena small;
    struct fm_why why = FM_WHY_INIT;
    Factmill__V1__Extraction *x = NULL;
    Factmill__V1__Article article;
    char id[] = "a";
    char body[] = "President Petrov met the Lake Water Board (LWB).";
    size_t n = (size_t)1 << 20;
    char *many = malloc(n + 64);

    (void)state;
    factmill__v1__article__init(&article);
    article.id = article.source = id;
    article.text = body;
    fm_arena_init(&small, 1024);
    assert_fm_err(
        fm_extract_run(reading_extractor, &article, NULL, &small, &why, &x),
        FM_ETOOBIG);
    assert_null(x);
    assert_true(why.text[0] != '\0');
    fm_arena_release(&small);

    assert_non_null(many);
    many[0] = '\0';
    for (size_t at = 0, i = 0; at < n; i++)
        at += (size_t)snprintf(many + at, 64, "President Roe%zu left. ", i);
    assert_true(reading_of("", many)->n_facts <= FM_FACTS_MAX);
    free(many);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_and_orders_facts),
        cmocka_unit_test(gives_the_same_ids_again),
        cmocka_unit_test(drops_doubles),
        cmocka_unit_test(skips_other_languages),
        cmocka_unit_test(takes_any_bytes),
        cmocka_unit_test(stays_within_its_limits),
    };

    return cmocka_run_group_tests(tests, reading_setup, reading_teardown);
}
