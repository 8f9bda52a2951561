#include "extract/alias.h"

#include "reading.h"

#define COMPLEMENT FACTMILL__V1__ARGUMENT__ROLE__COMPLEMENT

static const Factmill__V1__Fact *alias_of(const Factmill__V1__Extraction *x)
{
    for (size_t i = 0; i < x->n_facts; i++)
        if (strncmp(x->facts[i]->rule, "alias.", 6) == 0)
            return x->facts[i];
    return NULL;
}

static void reads_other_names(void **state)
{
    static const struct {
        const char *text;
        const char *name;
        const char *other;
        const char *rule;
    } cases[] = {
        {"Police arrested Pavel Drumm, also known as “the Clerk”, in Oslo.",
         "Pavel Drumm", "the Clerk", "alias.also"},
        {"He was born in Oslo, formerly Christiania, in 1901.", "Oslo",
         "Christiania", "alias.former"},
        {"Pavel Drumm, nicknamed “Sparrow”, was arrested on Monday.",
         "Pavel Drumm", "Sparrow", "alias.also"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const Factmill__V1__Fact *fact =
            alias_of(reading_of("", cases[i].text));

        if (fact == NULL) {
            fail_msg("no other name in: %s", cases[i].text);
            return;
        }
        assert_string_equal(fact->subject->text, cases[i].name);
        assert_string_equal(reading_argument(fact, COMPLEMENT), cases[i].other);
        assert_string_equal(fact->rule, cases[i].rule);
    }
}

static void takes_no_post_for_a_name(void **state)
{
    (void)state;
    assert_null(alias_of(
        reading_of("", "Jane Roe, formerly head of the bank, left in May.")));
    assert_null(alias_of(
        reading_of("", "Jane Roe, formerly of Acme Corp, left in May.")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_other_names),
        cmocka_unit_test(takes_no_post_for_a_name),
    };

    return cmocka_run_group_tests_name("extract.alias", tests, reading_setup,
                                       reading_teardown);
}
