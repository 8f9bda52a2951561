#include "extract/number.h"

#include "fm_test.h"

#include <stdio.h>

/* The first number of a text as decimal text, and its words. */
struct number_case {
    const char *text;
    const char *value; /* "" = none */
    const char *words;
};

static const struct number_case cases[] = {
    {"46 men", "46", "46"},
    {"1,234.5 tons", "1234.5", "1,234.5"},
    {"1 234 567 tons", "1234567", "1 234 567"},
    {"12\xc2\xa0"
     "500 men",
     "12500",
     "12\xc2\xa0"
     "500"},
    {"0.05 grams", "0.05", "0.05"},
    {"1.50 euros", "1.5", "1.50"},
    {"$2bn", "2000000000", "2bn"},
    {"$1.5m", "1500000", "1.5m"},
    {"30k men", "30000", "30k"},
    {"1.5 million people", "1500000", "1.5 million"},
    {"22-million programme", "22000000", "22-million"},
    {"2 thousand citizens", "2000", "2 thousand"},
    {"3 hundred thousand", "300000", "3 hundred thousand"},
    {"5 mln tonnes", "5000000", "5 mln"},
    {"3 dozen eggs", "36", "3 dozen"},
    {"2 1/2 years", "2.5", "2 1/2"},
    {"2\xc2\xbd years", "2.5", "2\xc2\xbd"},
    {"1/2 of it", "0.5", "1/2"},
    {"3/4 of it", "0.75", "3/4"},
    {"zero", "0", "zero"},
    {"seventeen men", "17", "seventeen"},
    {"twenty-two men", "22", "twenty-two"},
    {"twenty two men", "22", "twenty two"},
    {"twenty-two thousand men", "22000", "twenty-two thousand"},
    {"one hundred and six", "106", "one hundred and six"},
    {"two hundred and two thousand", "202000", "two hundred and two thousand"},
    {"three million four hundred thousand", "3400000",
     "three million four hundred thousand"},
    {"twenty-one trillion and three hundred", "21000000000300",
     "twenty-one trillion and three hundred"},
    {"a million men", "1000000", "a million"},
    {"a hundred and ten men", "110", "a hundred and ten"},
    {"a million and a half", "1500000", "a million and a half"},
    {"3 million and a half", "3500000", "3 million and a half"},
    {"a quarter million men", "250000", "a quarter million"},
    {"10M men", "10000000", "10M"},
    {"a dozen men", "12", "a dozen"},
    {"two dozen men", "24", "two dozen"},
    {"half a million men", "500000", "half a million"},
    {"half a dozen men", "6", "half a dozen"},
    {".08 tons", "0.08", ".08"},
    {"12,34,567.89 rupees", "1234567.89", "12,34,567.89"},
    {"12,34 tons", "12", "12"},
    {"hundred thousand men", "100000", "hundred thousand"},
    {"quarter million men", "250000", "quarter million"},
    {"3 hundred and 21 men", "321", "3 hundred and 21"},
    {"4 thousand 3 hundred men", "4300", "4 thousand 3 hundred"},
    {"2 million and 300 others", "2000000", "2 million"},
    {"five and a quarter tons", "5.25", "five and a quarter"},
    {"three and a fifth tons", "3.2", "three and a fifth"},
    {"two and a third man", "2", "two"},
    {"six million and two thirds", "6666667", "six million and two thirds"},
    {"two thirds of a million", "666667", "two thirds of a million"},
    {"\xe2\x85\x94 of it", "0.666667", "\xe2\x85\x94"},
    {"half of them", "0.5", "half"},
    {"two and a half million men", "2500000", "two and a half million"},
    {"two and a half", "2.5", "two and a half"},
    {"three quarters of them", "0.75", "three quarters"},
    {"two thirds of them", "0.666667", "two thirds"},
    {"two-thirds of them", "0.666667", "two-thirds"},
    {"a third of them", "0.333333", "a third"},
    {"one-fifth of them", "0.2", "one-fifth"},
    {"a quarter of a million", "250000", "a quarter of a million"},
    {"five point five", "5.5", "five point five"},
    {"three point one four", "3.14", "three point one four"},
    {"nineteen ninety-six", "1996", "nineteen ninety-six"},
    {"twenty fourteen", "2014", "twenty fourteen"},
    {"hundreds of men", "100", "hundreds"},
    {"tens of thousands of men", "10000", "tens of thousands"},
    {"999999999999999999", "999999999999999999", "999999999999999999"},
    {"1000000000000000000000 men", "", ""},
    {"men", "", ""},
    {"a man", "", ""},
    {"two twenty", "2", "two"},
};

static void numbers(void **state)
{
    size_t wrong = 0;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct number_case *c = &cases[i];
        static struct fm_lexemes lx;
        struct fm_number number;
        char value[FM_DECIMAL_TEXT] = "";
        char words[64] = "";
        size_t n = 0;
        size_t at = 0;

        (void)fm_lexemes_read(&lx, fm_str(c->text), 0,
                              (uint32_t)strlen(c->text));
        if (lx.at[0].kind == FM_LEX_CURRENCY)
            at = 1;
        n = fm_number_parse(&lx, at, &number);
        if (n > 0) {
            fm_decimal_format(number.value, value);
            (void)snprintf(words, sizeof words, "%.*s",
                           (int)(lx.at[at + n - 1].end - lx.at[at].start),
                           c->text + lx.at[at].start);
        }
        if (strcmp(value, c->value) != 0 || strcmp(words, c->words) != 0) {
            wrong++;
            print_error("\"%s\": \"%s\" (%s) instead of \"%s\" (%s)\n", c->text,
                        words, value, c->words, c->value);
        }
    }
    assert_int_equal(wrong, 0);
}

static void ordinals(void **state)
{
    static const struct {
        const char *text;
        int32_t value;
    } ordinal_cases[] = {
        {"22nd", 22},         {"1st", 1},        {"third", 3},
        {"twenty-first", 21}, {"thirtieth", 30}, {"ninety ninth", 99},
        {"11th", 11},         {"twelfth", 12},   {"22", -1},
        {"twenty", -1},       {"2ndly", -1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof ordinal_cases / sizeof ordinal_cases[0];
         i++) {
        static struct fm_lexemes lx;
        int32_t value = -1;
        const char *text = ordinal_cases[i].text;

        (void)fm_lexemes_read(&lx, fm_str(text), 0, (uint32_t)strlen(text));
        (void)fm_number_parse_ordinal(&lx, 0, &value);
        assert_int_equal(value, ordinal_cases[i].value);
    }
}

static struct fm_decimal decimal(const char *text)
{
    struct fm_decimal d = {0, 0};

    assert_true(fm_decimal_parse(fm_str(text), &d));
    return d;
}

static void decimals_are_exact(void **state)
{
    struct fm_decimal d;
    char text[FM_DECIMAL_TEXT];
    bool rounded = true;

    (void)state;
    assert_true(fm_decimal_add(decimal("0.1"), decimal("0.2"), &d));
    fm_decimal_format(d, text);
    assert_string_equal(text, "0.3");
    assert_true(fm_decimal_mul(decimal("1.1"), decimal("1.1"), &d));
    fm_decimal_format(d, text);
    assert_string_equal(text, "1.21");
    assert_true(fm_decimal_ratio(decimal("1"), 8, &d, &rounded));
    fm_decimal_format(d, text);
    assert_string_equal(text, "0.125");
    assert_false(rounded);
    assert_true(fm_decimal_ratio(decimal("2"), 3, &d, &rounded));
    assert_true(rounded);
    assert_true(fm_decimal_cmp(decimal("1000000"), decimal("999999.9")) > 0);
    assert_true(fm_decimal_cmp(decimal("0.50"), decimal("0.5")) == 0);
    assert_int_equal(fm_decimal_thousandths(decimal("2.5")), 2500);
    /* What does not fit is said, and nothing is written. */
    d.mantissa = 42;
    assert_false(fm_decimal_mul(decimal("999999999999999999"),
                                decimal("999999999999999999"), &d));
    assert_int_equal(d.mantissa, 42);
    assert_false(fm_decimal_parse(fm_str("9999999999999999999"), &d));
}

/* The table is searched by halves: it must be sorted. */
static void table_is_sorted(void **state)
{
    size_t n = 0;
    const struct fm_lexeme_word *words = fm_lexeme_words(&n);

    (void)state;
    for (size_t i = 1; i < n; i++)
        assert_true(strcmp(words[i - 1].word, words[i].word) < 0);
    for (size_t i = 0; i < n; i++) {
        size_t part = 0;
        const struct fm_lexeme_word *from =
            fm_lexeme_words_of(words[i].word, &part);

        if (words[i].word[0] >= 'a' && words[i].word[0] <= 'z')
            assert_true(&words[i] >= from && &words[i] < from + part);
    }
}

static void any_bytes(void **state)
{
    uint64_t x = 88172645463325252u;
    char text[512];

    (void)state;
    for (int round = 0; round < 2000; round++) {
        static struct fm_lexemes lx;
        uint32_t end;

        for (size_t i = 0; i < sizeof text; i++) {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            text[i] = round % 2 == 0 ? (char)(unsigned char)(x & 0xff)
                                     : "0123456789,. -/"[x % 15];
        }
        end = fm_lexemes_read(&lx, fm_str_n(text, sizeof text), 0, sizeof text);
        assert_int_equal(end, sizeof text);
        for (size_t i = 0; i < lx.count; i++) {
            struct fm_number number;
            char out[FM_DECIMAL_TEXT];
            size_t n = fm_number_parse(&lx, i, &number);

            assert_true(i + n <= lx.count);
            if (n > 0)
                fm_decimal_format(number.value, out);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers),
        cmocka_unit_test(ordinals),
        cmocka_unit_test(decimals_are_exact),
        cmocka_unit_test(table_is_sorted),
        cmocka_unit_test(any_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
