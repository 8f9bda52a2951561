#include "extract/abbreviation.h"

#include "reading.h"

#define KIND   FACTMILL__V1__FACT__KIND__ABBREVIATION
#define OBJECT FACTMILL__V1__ARGUMENT__ROLE__OBJECT

static void matches_letters(void **state)
{
    (void)state;
    assert_int_equal(fm_abbreviation_match(fm_str("ISAF"),
                                           fm_str("the International Security "
                                                  "Assistance Force")),
                     4);
    assert_int_equal(
        fm_abbreviation_match(fm_str("HMM"), fm_str("hidden Markov model")), 0);
    assert_true(fm_abbreviation_match(fm_str("XYZ"), fm_str("a few words")) ==
                SIZE_MAX);
    assert_true(fm_abbreviation_match(fm_str("A"), fm_str("")) == SIZE_MAX);
}

static void matches_initials(void **state)
{
    static const struct {
        const char *letters;
        const char *phrase;
        int skipped;
    } cases[] = {
        {"CSTO", "Collective Security Treaty Organization", 0},
        {"CIS", "Commonwealth of Independent States", 0},
        {"DOJ", "Department of Justice", 0},
        {"CF", "Collective Operational Force", 1},
        {"UN", "United States", -1},
        {"ABC", "Big Apple Company", -1},
        {"AB", "", -1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(fm_abbreviation_initials(fm_str(cases[i].letters),
                                                  fm_str(cases[i].phrase)),
                         cases[i].skipped);
}

static void reads_brackets(void **state)
{
    const Factmill__V1__Extraction *x = reading_of(
        "", "The Lake Water Board (LWB) met the OFR (Office of Rivers). It is "
            "late (again). He won (2014). A senator (D-Ohio) spoke to the "
            "Regional Energy Agency (the “REA”, in short) on Monday.");
    const Factmill__V1__Fact *fact = reading_fact(x, KIND, "LWB");

    (void)state;
    assert_found(fact);
    assert_string_equal(reading_argument(fact, OBJECT), "Lake Water Board");
    assert_string_equal(fact->predicate->lemma, "stand for");
    assert_string_equal(fact->rule, "abbreviation.bracket");
    fact = reading_fact(x, KIND, "OFR");
    assert_found(fact);
    assert_string_equal(reading_argument(fact, OBJECT), "Office of Rivers");
    fact = reading_fact(x, KIND, "REA");
    assert_found(fact);
    assert_string_equal(reading_argument(fact, OBJECT),
                        "Regional Energy Agency");
    assert_null(reading_fact(x, KIND, "2014"));
    assert_null(reading_fact(x, KIND, "D-Ohio"));
}

static void finds_what_was_never_defined(void **state)
{
    const Factmill__V1__Extraction *x = reading_of(
        "", "The Northern Lakes Treaty Organization met on Monday. Nobody from "
            "the NLTO spoke. The Northern Lakes Treaty Organization is old.");
    const Factmill__V1__Fact *fact = reading_fact(x, KIND, "NLTO");

    (void)state;
    assert_found(fact);
    assert_string_equal(fact->rule, "abbreviation.initials");
    assert_string_equal(reading_argument(fact, OBJECT),
                        "Northern Lakes Treaty Organization");
    assert_true(fact->confidence < 0.9F);
}

static void keeps_rivals(void **state)
{
    const Factmill__V1__Extraction *x = reading_of(
        "", "The Rapid River Force came. Later the Royal Rescue Fund paid, as "
            "the Rapid River Force asked. The RRF is small.");
    size_t n = 0;

    (void)state;
    for (size_t i = 0; i < x->n_facts; i++)
        n += x->facts[i]->kind == KIND;
    assert_int_equal(n, 2);
    assert_string_equal(reading_argument(reading_fact(x, KIND, "RRF"), OBJECT),
                        "Rapid River Force");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matches_letters),
        cmocka_unit_test(matches_initials),
        cmocka_unit_test(reads_brackets),
        cmocka_unit_test(finds_what_was_never_defined),
        cmocka_unit_test(keeps_rivals),
    };

    return cmocka_run_group_tests(tests, reading_setup, reading_teardown);
}
