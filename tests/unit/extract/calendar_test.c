#include "extract/calendar.h"

#include "fm_test.h"

static void values_of_units(void **state)
{
    static const struct {
        enum fm_unit unit;
        const char *value;
    } cases[] = {
        {FM_UNIT_SECOND, "1998-02-13T14:26:05"},
        {FM_UNIT_MINUTE, "1998-02-13T14:26"},
        {FM_UNIT_DAY, "1998-02-13"},
        {FM_UNIT_WEEKEND, "1998-W07-WE"},
        {FM_UNIT_WEEK, "1998-W07"},
        {FM_UNIT_MONTH, "1998-02"},
        {FM_UNIT_QUARTER, "1998-Q1"},
        {FM_UNIT_SEASON, "1997-WI"},
        {FM_UNIT_HALF, "1998-H1"},
        {FM_UNIT_YEAR, "1998"},
        {FM_UNIT_DECADE, "199"},
        {FM_UNIT_CENTURY, "19"},
        {FM_UNIT_MILLENNIUM, "1"},
    };

    int64_t second = fm_stretch_start(fm_stretch_day(1998, 2, 13)) + 51965;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[FM_STRETCH_TEXT];

        fm_stretch_value(fm_stretch_at(cases[i].unit, second), text);
        assert_string_equal(text, cases[i].value);
    }
}

/* ISO 8601: the first week holds the first Thursday. */
static void weeks_at_the_turn_of_a_year(void **state)
{
    static const struct {
        int32_t year, month, day;
        const char *value;
    } cases[] = {
        {2004, 12, 31, "2004-W53"}, {2005, 1, 1, "2004-W53"},
        {2005, 1, 3, "2005-W01"},   {2008, 12, 29, "2009-W01"},
        {2010, 1, 3, "2009-W53"},   {2016, 1, 4, "2016-W01"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[FM_STRETCH_TEXT];

        fm_stretch_value(
            fm_stretch_of(
                FM_UNIT_WEEK,
                fm_stretch_day(cases[i].year, cases[i].month, cases[i].day)),
            text);
        assert_string_equal(text, cases[i].value);
    }
}

/* Every period holds its own start, ends where the next one starts. */
static void periods_join(void **state)
{
    (void)state;
    for (int unit = 0; unit < FM_UNIT_COUNT; unit++) {
        struct fm_stretch p = fm_stretch_at((enum fm_unit)unit, 900000000);

        if (unit == FM_UNIT_WEEKEND || unit == FM_UNIT_FORTNIGHT)
            continue;
        for (int i = 0; i < 500; i++) {
            struct fm_stretch next = fm_stretch_shift(p, 1);

            assert_int_equal(fm_stretch_end(p), fm_stretch_start(next));
            assert_int_equal(fm_stretch_at(p.unit, fm_stretch_start(p)).index,
                             p.index);
            assert_int_equal(fm_stretch_at(p.unit, fm_stretch_end(p) - 1).index,
                             p.index);
            p = next;
        }
    }
}

static void shifts_keep_the_day(void **state)
{
    static const struct {
        int32_t y, m, d;
        enum fm_unit unit;
        int64_t by;
        const char *value;
    } cases[] = {
        {2000, 1, 31, FM_UNIT_MONTH, 1, "2000-02-29"},
        {2001, 3, 31, FM_UNIT_MONTH, -1, "2001-02-28"},
        {2000, 2, 29, FM_UNIT_YEAR, 1, "2001-02-28"},
        {1999, 12, 31, FM_UNIT_DAY, 1, "2000-01-01"},
        {1999, 12, 31, FM_UNIT_WEEK, 2, "2000-01-14"},
        {1999, 5, 5, FM_UNIT_DECADE, -1, "1989-05-05"},
        {1999, 5, 5, FM_UNIT_QUARTER, 1, "1999-08-05"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[FM_STRETCH_TEXT];

        fm_stretch_value(fm_stretch_shift_unit(
                             fm_stretch_day(cases[i].y, cases[i].m, cases[i].d),
                             cases[i].unit, cases[i].by),
                         text);
        assert_string_equal(text, cases[i].value);
    }
}

static void days_that_are_none(void **state)
{
    (void)state;
    assert_true(fm_stretch_valid_day(2000, 2, 29));
    assert_false(fm_stretch_valid_day(1900, 2, 29));
    assert_false(fm_stretch_valid_day(2001, 13, 1));
    assert_false(fm_stretch_valid_day(2001, 4, 31));
    assert_false(fm_stretch_valid_day(99999, 1, 1));
    assert_false(fm_stretch_valid_day(2001, 1, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_of_units),
        cmocka_unit_test(weeks_at_the_turn_of_a_year),
        cmocka_unit_test(periods_join),
        cmocka_unit_test(shifts_keep_the_day),
        cmocka_unit_test(days_that_are_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
