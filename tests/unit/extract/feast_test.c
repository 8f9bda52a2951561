#include "extract/feast.h"

#include "fm_test.h"

static void days_of_feasts(void **state)
{
    static const struct {
        const char *text;
        int32_t year;
        const char *value;
        size_t lexemes;
    } cases[] = {
        {"Easter", 1818, "1818-03-22", 1},
        {"Easter", 2000, "2000-04-23", 1},
        {"Easter", 2018, "2018-04-01", 1},
        {"Easter", 2038, "2038-04-25", 1},
        {"Easter Monday", 2019, "2019-04-22", 2},
        {"Good Friday", 2019, "2019-04-19", 2},
        {"Thanksgiving", 1999, "1999-11-25", 1},
        {"Thanksgiving Day", 2018, "2018-11-22", 2},
        {"Black Friday", 2010, "2010-11-26", 2},
        {"New Year's Eve", 1999, "1999-12-31", 4},
        {"New Year\xe2\x80\x99s Day", 2000, "2000-01-01", 4},
        {"Christmas", 1999, "1999-12-25", 1},
        {"Memorial Day", 2021, "2021-05-31", 2},
        {"Labor Day", 2021, "2021-09-06", 2},
        {"Election Day", 1998, "1998-11-03", 2},
        {"Election Day", 2016, "2016-11-08", 2},
        {"Martin Luther King Jr. Day", 2016, "", 0},
        {"Martin Luther King Day", 2016, "2016-01-18", 4},
        {"St. Patrick's Day", 2020, "2020-03-17", 5},
        {"International Workers' Day", 2020, "2020-05-01", 4},
        {"labor day", 2021, "", 0},
        {"Labor", 2021, "", 0},
        {"Christmases", 2021, "", 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fm_lexemes lx;
        struct fm_str text = fm_str(cases[i].text);
        char value[FM_STRETCH_TEXT] = "";
        uint8_t feast = 0;

        (void)fm_lexemes_read(&lx, text, 0, (uint32_t)text.len);
        assert_int_equal(fm_feast_read(&lx, 0, &feast), cases[i].lexemes);
        if (feast > 0)
            fm_stretch_value(fm_feast_day(feast, cases[i].year), value);
        assert_string_equal(value, cases[i].value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_of_feasts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
