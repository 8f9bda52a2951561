#include "base/clock.h"

#include "fm_test.h"

static void test_days_round_trip(void **state)
{
    (void)state;
    for (int64_t days = -800000; days < 800000; days += 37) {
        int32_t y;
        int32_t m;
        int32_t d;

        fm_civil_from_days(days, &y, &m, &d);
        assert_int_equal(fm_days_from_civil(y, m, d), days);
    }
    assert_int_equal(fm_days_from_civil(1970, 1, 1), 0);
    assert_int_equal(fm_days_from_civil(2000, 3, 1), 11017);
    assert_int_equal(fm_days_from_civil(2011, 13, 1),
                     fm_days_from_civil(2012, 1, 1));
    assert_int_equal(fm_days_from_civil(2012, 0, 1),
                     fm_days_from_civil(2011, 12, 1));
    assert_int_equal(fm_weekday(fm_days_from_civil(2026, 11, 23)), 0);
    assert_int_equal(fm_weekday(fm_days_from_civil(1969, 12, 28)), 6);
    assert_int_equal(fm_days_in_month(2000, 2), 29);
    assert_int_equal(fm_days_in_month(1900, 2), 28);
}

static void test_parse_and_format(void **state)
{
    static const struct {
        const char *in;
        const char *out;
    } cases[] = {
        {"2026-11-23T10:00:00Z", "2026-11-23T10:00:00Z"},
        {"2026-11-23", "2026-11-23T00:00:00Z"},
        {"2026-11-23T10:00:00+01:00", "2026-11-23T09:00:00Z"},
        {"2026-11-23t10:00:00.25z", "2026-11-23T10:00:00.250000Z"},
        {"2026-01-01 00:30:00-0200", "2026-01-01T02:30:00Z"},
        {"1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500000Z"},
    };

    char text[FM_TIME_TEXT];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t micros;

        assert_fm_ok(fm_time_parse(fm_str(cases[i].in), &micros));
        fm_time_format(micros, text);
        assert_string_equal(text, cases[i].out);
    }
}

static void test_parse_refuses(void **state)
{
    static const char *const cases[] = {
        "",
        "2026",
        "2026-13-01",
        "2026-02-30",
        "2026-11-23T",
        "2026-11-23T25:00:00Z",
        "2026-11-23T10:00:00",
        "2026-11-23T10:00:00Zx",
        "0000-01-01",
        "x026-01-01",
    };
    int64_t micros = 42;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_fm_err(fm_time_parse(fm_str(cases[i]), &micros), FM_EINVAL);
    assert_int_equal(micros, 42);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_days_round_trip),
        cmocka_unit_test(test_parse_and_format),
        cmocka_unit_test(test_parse_refuses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
