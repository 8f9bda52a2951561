#include "nlp/gazetteer.h"

#include "fm_test.h"

static unsigned find(const char *s)
{
    return fm_gazetteer_find(fm_str(s));
}

static void finds_names(void **state)
{
    (void)state;
    assert_true(find("Kazakhstan") & FM_GAZETTEER_COUNTRY);
    assert_true(find("UNITED  \n STATES") & FM_GAZETTEER_COUNTRY);
    assert_true(find("U.S.") & FM_GAZETTEER_COUNTRY);
    assert_true(find("Kazakh") & FM_GAZETTEER_NATIONALITY);
    assert_true(find("Russians") & FM_GAZETTEER_NATIONALITY);
    assert_true(find("São Paulo") & FM_GAZETTEER_CITY);
    assert_true(find("Sao Paulo") & FM_GAZETTEER_CITY);
    assert_true(find("Central Asia") & FM_GAZETTEER_REGION);
    assert_true(find("Alexander") & FM_GAZETTEER_GIVEN);
    assert_true(find("Smith") & FM_GAZETTEER_SURNAME);
    assert_true(find("World Bank") & FM_GAZETTEER_ORGANIZATION);
    assert_int_equal(find("Qzxwv Plorf"), 0);
    assert_int_equal(find(""), 0);
}

static void knows_common_words(void **state)
{
    static const char *const common[] = {"Talks",   "Prices",    "speaking",
                                         "stopped", "Companies", "Police"};
    static const char *const names[] = {"Moscow", "Kremlin", "Uzbekistan",
                                        "Tuesday", "Lavrov"};

    (void)state;
    for (size_t i = 0; i < sizeof common / sizeof *common; i++)
        assert_true(fm_gazetteer_common(fm_str(common[i])));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_false(fm_gazetteer_common(fm_str(names[i])));
}

static void names_countries(void **state)
{
    (void)state;
    assert_str(fm_gazetteer_country(fm_str("U.S.")), "United States");
    assert_str(fm_gazetteer_country(fm_str("Kazakh")), "Kazakhstan");
    assert_str(fm_gazetteer_country(fm_str("Russian Federation")), "Russia");
    assert_int_equal(fm_gazetteer_country(fm_str("Paris")).len, 0);
}

static void takes_any_length(void **state)
{
    char s[300];

    (void)state;
    memset(s, 'a', sizeof s);
    for (size_t n = 0; n < sizeof s; n++) {
        assert_int_equal(
            fm_gazetteer_find(fm_str_n(s, n)) & FM_GAZETTEER_COUNTRY, 0);
        (void)fm_gazetteer_common(fm_str_n(s, n));
        (void)fm_gazetteer_country(fm_str_n(s, n));
    }
    assert_int_equal(find("\xff\xfe\x80"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_names),
        cmocka_unit_test(knows_common_words),
        cmocka_unit_test(names_countries),
        cmocka_unit_test(takes_any_length),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
