#include "base/sketch.h"

#include "fm_test.h"

static double shared(const char *a, const char *b)
{
    struct fm_sketch sa;
    struct fm_sketch sb;

    fm_sketch_make(fm_str(a), &sa);
    fm_sketch_make(fm_str(b), &sb);
    return fm_sketch_shared(&sa, &sb);
}

/* Sentences that differ in one word each, in the order of their numbers. */
static char *text(char *to, size_t size, unsigned from, unsigned upto)
{
    size_t n = 0;

    to[0] = '\0';
    for (unsigned i = from; i < upto; i++)
        n += (size_t)snprintf(to + n, size - n,
                              "Harbour number %u was closed on day %u. ", i,
                              i * 7);
    return to;
}

static void test_words(void **state)
{
    struct fm_str s = fm_str("“It’s   over”—said 3 men, éa.");
    static const char *const words[] = {"It", "s",   "over", "said",
                                        "3",  "men", "éa"};
    struct fm_str word;
    size_t at = 0;

    (void)state;
    for (size_t i = 0; i < 7; i++) {
        assert_true(fm_sketch_word(s, &at, &word));
        assert_true(fm_str_eqz(word, words[i]));
    }
    assert_false(fm_sketch_word(s, &at, &word));
    assert_int_equal(fm_sketch_words_hash(fm_str("")), 0);
    assert_true(fm_sketch_words_hash(fm_str("A “big” deal.")) ==
                fm_sketch_words_hash(fm_str("a big deal")));
    assert_true(fm_sketch_words_hash(fm_str("a big deal")) !=
                fm_sketch_words_hash(fm_str("big a deal")));
}

static void test_copies_are_told_from_others(void **state)
{
    static char a[20000];
    static char b[20000];

    (void)state;
    text(a, sizeof a, 0, 100);
    assert_true(shared(a, a) == 1.0);
    /* Cut short. */
    assert_true(shared(a, text(b, sizeof b, 0, 30)) > 0.9);
    assert_true(shared(text(b, sizeof b, 0, 30), a) > 0.9);
    /* Half of it. */
    assert_in_range((int)(shared(a, text(b, sizeof b, 50, 150)) * 100), 30, 75);
    /* Of another. */
    assert_true(shared(a, "The bank raised its rate by a quarter of a point "
                          "and said that more may come in the autumn.") < 0.1);
}

static void test_short_texts(void **state)
{
    (void)state;
    assert_true(shared("", "") == 0);
    assert_true(shared("two words", "two words") == 0);
    assert_true(shared("Six men were seen at the gate.",
                       "six men were seen, at the gate") == 1.0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_copies_are_told_from_others),
        cmocka_unit_test(test_short_texts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
