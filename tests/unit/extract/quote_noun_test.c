/* Nouns that look like reporting verbs; the model's tags tell. */
#include "reading.h"

#define KIND FACTMILL__V1__FACT__KIND__REPORTED

static void nouns_report_nothing(void **state)
{
    static const char *const texts[] = {
        "Six states that share the lake signed a treaty on its waters.",
        "The three claims that reached the court were dropped on Monday.",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const Factmill__V1__Extraction *x = reading_of("", texts[i]);

        for (size_t k = 0; k < x->n_facts; k++)
            if (x->facts[k]->kind == KIND)
                fail_msg("a report in: %s", texts[i]);
    }
}

static void verbs_still_do(void **state)
{
    const Factmill__V1__Extraction *x =
        reading_of("", "Six ministers claim that the lake is shrinking.");

    (void)state;
    assert_found(reading_fact(x, KIND, "Six ministers"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nouns_report_nothing),
        cmocka_unit_test(verbs_still_do),
    };

    return cmocka_run_group_tests(tests, reading_setup, reading_teardown);
}
