#include "nlp/tags.h"

#include "fm_test.h"

static void test_names_and_numbers(void **state)
{
    (void)state;
    for (uint8_t i = 1; i < FM_UPOS_COUNT; i++)
        assert_int_equal(fm_upos_of(fm_str(fm_upos_name(i))), i);
    for (uint8_t i = 1; i < FM_XPOS_COUNT; i++)
        assert_int_equal(fm_xpos_of(fm_str(fm_xpos_name(i))), i);
    for (uint8_t i = 1; i < FM_DEP_COUNT; i++)
        assert_int_equal(fm_dep_of(fm_str(fm_dep_name(i))), i);
    assert_string_equal(fm_upos_name(FM_PROPN), "PROPN");
    assert_string_equal(fm_xpos_name(FM_XPOS_PRPS), "PRP$");
    assert_string_equal(fm_dep_name(FM_DEP_NSUBJ_PASS), "nsubj:pass");
}

static void test_unknown(void **state)
{
    (void)state;
    assert_int_equal(fm_upos_of(fm_str("NOPE")), 0);
    assert_int_equal(fm_dep_of(fm_str("_")), 0);
    assert_string_equal(fm_dep_name(255), "_");
    assert_string_equal(fm_xpos_name(0), "_");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_and_numbers),
        cmocka_unit_test(test_unknown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
