#include "extract/unit.h"

#include "fm_test.h"

struct unit_case {
    const char *text;
    size_t taken; /* lexemes; 0 = no unit */
    enum fm_measure_kind kind;
    const char *unit;
};

static struct fm_lexemes *lexemes_of(const char *text)
{
    static struct fm_lexemes lx;

    (void)fm_lexemes_read(&lx, fm_str(text), 0, (uint32_t)strlen(text));
    return &lx;
}

static void units_before(void **state)
{
    static const struct unit_case cases[] = {
        {"$5", 1, FM_MEASURE_MONEY, "USD"},
        {"US$5", 2, FM_MEASURE_MONEY, "USD"},
        {"C$5", 2, FM_MEASURE_MONEY, "CAD"},
        {"HK$5", 2, FM_MEASURE_MONEY, "HKD"},
        {"\xe2\x82\xac"
         "5",
         1, FM_MEASURE_MONEY, "EUR"},
        {"\xc2\xa3"
         "5",
         1, FM_MEASURE_MONEY, "GBP"},
        {"\xe2\x82\xb8"
         "5",
         1, FM_MEASURE_MONEY, "KZT"},
        {"EUR 5", 1, FM_MEASURE_MONEY, "EUR"},
        {"Rs. 500", 2, FM_MEASURE_MONEY, "INR"},
        {"US $5", 2, FM_MEASURE_MONEY, "USD"},
        {"A $5", 0, FM_MEASURE_NONE, ""},
        {"RMB 5", 1, FM_MEASURE_MONEY, "CNY"},
        {"SFr 5", 1, FM_MEASURE_MONEY, "CHF"},
        {"eur 5", 0, FM_MEASURE_NONE, ""},
        {"men 5", 0, FM_MEASURE_NONE, ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fm_measure m = {FM_MEASURE_NONE, ""};
        size_t n = fm_measure_prefix(lexemes_of(cases[i].text), 0, &m);

        if (n != cases[i].taken || m.kind != cases[i].kind ||
            strcmp(m.unit, cases[i].unit) != 0)
            fail_msg("%s: %zu lexemes, kind %d, %s", cases[i].text, n,
                     (int)m.kind, m.unit);
    }
}

static void units_behind(void **state)
{
    static const struct unit_case cases[] = {
        {"5 per cent", 2, FM_MEASURE_PERCENT, "percent"},
        {"5%", 1, FM_MEASURE_PERCENT, "percent"},
        {"5 percentage points", 2, FM_MEASURE_PERCENT, "percentage point"},
        {"5 basis points", 2, FM_MEASURE_PERCENT, "basis point"},
        {"5 euros", 1, FM_MEASURE_MONEY, "EUR"},
        {"5 Swiss francs", 2, FM_MEASURE_MONEY, "CHF"},
        {"5 Hong Kong dollars", 3, FM_MEASURE_MONEY, "HKD"},
        {"5 Canadian dlrs", 2, FM_MEASURE_MONEY, "CAD"},
        {"5 francs", 1, FM_MEASURE_MONEY, "franc"},
        {"5 D-marks", 3, FM_MEASURE_MONEY, "DEM"},
        {"5 Swedish crowns", 0, FM_MEASURE_NONE, ""},
        {"5 guilders", 1, FM_MEASURE_MONEY, "NLG"},
        {"5 pounds sterling", 2, FM_MEASURE_MONEY, "GBP"},
        {"5 pounds", 1, FM_MEASURE_UNIT, "pound"},
        {"5-mile", 2, FM_MEASURE_UNIT, "mile"},
        {"5km", 1, FM_MEASURE_UNIT, "kilometre"},
        {"5 square kilometres", 2, FM_MEASURE_UNIT, "square kilometre"},
        {"5 cubic feet", 2, FM_MEASURE_UNIT, "cubic foot"},
        {"5 degrees Celsius", 2, FM_MEASURE_UNIT, "degree Celsius"},
        {"5 miles per hour", 3, FM_MEASURE_UNIT, "mile per hour"},
        {"5 kilometers an hour", 3, FM_MEASURE_UNIT, "kilometre per hour"},
        {"5 times", 1, FM_MEASURE_TIMES, "times"},
        {"5 m", 0, FM_MEASURE_NONE, ""},
        {"5 men", 0, FM_MEASURE_NONE, ""},
        {"5 Miles", 0, FM_MEASURE_NONE, ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fm_measure m = {FM_MEASURE_NONE, ""};
        size_t n = fm_measure_suffix(lexemes_of(cases[i].text), 1, false, &m);

        if (n != cases[i].taken || m.kind != cases[i].kind ||
            strcmp(m.unit, cases[i].unit) != 0)
            fail_msg("%s: %zu lexemes, kind %d, %s", cases[i].text, n,
                     (int)m.kind, m.unit);
    }
}

static void large_pounds_are_money(void **state)
{
    struct fm_measure m = {FM_MEASURE_NONE, ""};

    (void)state;
    assert_int_equal(fm_measure_suffix(lexemes_of("5 pounds"), 1, true, &m), 1);
    assert_string_equal(m.unit, "GBP");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(units_before),
        cmocka_unit_test(units_behind),
        cmocka_unit_test(large_pounds_are_money),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
