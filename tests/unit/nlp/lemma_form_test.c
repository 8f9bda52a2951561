#include "nlp/lemma_form.h"

#include "fm_test.h"

static struct fm_lemma_form make(const char *form, bool initial)
{
    struct fm_lemma_form f = {.len = 0};

    assert_true(fm_lemma_form_make(fm_str(form), initial, &f));
    return f;
}

static void test_shapes(void **state)
{
    static const struct {
        const char *form;
        const char *small;
        bool initial;
        enum fm_lemma_shape shape;
    } cases[] = {
        {"ships", "ships", true, FM_LEMMA_SMALL},
        {"Ships", "ships", true, FM_LEMMA_INITIAL},
        {"Oslo", "oslo", false, FM_LEMMA_CAPITAL},
        {"NATO", "nato", true, FM_LEMMA_CAPITALS},
        {"B.", "b.", false, FM_LEMMA_LETTER},
        {"McAdam", "mcadam", false, FM_LEMMA_MIXED},
        {"iPad", "ipad", false, FM_LEMMA_MIXED},
        {"1,200", "1,200", false, FM_LEMMA_MARK},
        {"’s", "'s", false, FM_LEMMA_SMALL},
        {"“", "\"", false, FM_LEMMA_MARK},
        {"Élan", "élan", false, FM_LEMMA_CAPITAL},
        {"\xff\xfe", "\xef\xbf\xbd\xef\xbf\xbd", false, FM_LEMMA_MARK},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fm_lemma_form f = make(cases[i].form, cases[i].initial);

        assert_str(fm_str_n(f.small, f.len), cases[i].small);
        assert_int_equal(f.shape, cases[i].shape);
    }
}

static void test_long_forms_are_left_alone(void **state)
{
    char form[FM_LEMMA_FORM_MAX * 2];
    struct fm_lemma_form f;

    (void)state;
    memset(form, 'a', sizeof form);
    assert_false(fm_lemma_form_make(fm_str_n(form, sizeof form), false, &f));
    assert_false(fm_lemma_form_make(fm_str_n(form, 0), false, &f));
    /* Bad bytes grow to three. */
    memset(form, 0xff, sizeof form);
    assert_true(
        fm_lemma_form_make(fm_str_n(form, FM_LEMMA_FORM_MAX - 4), false, &f));
    assert_true(f.len <= FM_LEMMA_FORM_MAX);
}

static void test_edits(void **state)
{
    static const struct {
        const char *form;
        size_t cut;
        const char *append;
        enum fm_lemma_case way;
        const char *lemma;
    } cases[] = {
        {"ships", 1, "", FM_LEMMA_TO_SMALL, "ship"},
        {"Ships", 1, "", FM_LEMMA_TO_SMALL, "ship"},
        {"making", 3, "e", FM_LEMMA_TO_SMALL, "make"},
        {"was", 3, "be", FM_LEMMA_TO_SMALL, "be"},
        {"States", 1, "", FM_LEMMA_AS_IS, "State"},
        {"PARTIES", 3, "y", FM_LEMMA_AS_IS, "PARTY"},
        {"Was", 3, "be", FM_LEMMA_AS_IS, "Be"},
        {"O’Neills", 1, "", FM_LEMMA_AS_IS, "O’Neill"},
        {"Élites", 1, "", FM_LEMMA_TO_CAPITAL, "Élite"},
        {"OSLO", 0, "", FM_LEMMA_TO_CAPITAL, "Oslo"},
        {"ÅRHUS", 0, "", FM_LEMMA_TO_CAPITAL, "Århus"},
        {"tv", 0, "", FM_LEMMA_TO_CAPITALS, "TV"},
        {"a", 2, "x", FM_LEMMA_TO_SMALL, "a"},
        {"a", 1, "", FM_LEMMA_TO_SMALL, "a"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fm_lemma_form f = make(cases[i].form, false);
        struct fm_lemma_edit edit = {cases[i].cut, fm_str(cases[i].append)};
        char room[FM_LEMMA_MAX];

        assert_str(fm_lemma_apply(&f, &edit, cases[i].way, room),
                   cases[i].lemma);
    }
}

static void test_case_asks_the_lists(void **state)
{
    struct fm_lemma_form f;

    (void)state;
    f = make("danish", false);
    assert_int_equal(fm_lemma_case_of(&f, FM_LEMMA_BY_PEOPLE),
                     FM_LEMMA_TO_CAPITAL);
    assert_int_equal(fm_lemma_case_of(&f, FM_LEMMA_BY_PLACE),
                     FM_LEMMA_TO_CAPITAL);
    f = make("HOUSE", false);
    assert_int_equal(fm_lemma_case_of(&f, FM_LEMMA_BY_COMMON),
                     FM_LEMMA_TO_SMALL);
    assert_int_equal(fm_lemma_case_of(&f, FM_LEMMA_BY_PLACE), FM_LEMMA_AS_IS);
    f = make("NORWAY", false);
    assert_int_equal(fm_lemma_case_of(&f, FM_LEMMA_BY_NAME),
                     FM_LEMMA_TO_CAPITAL);
    assert_int_equal(fm_lemma_case_of(&f, FM_LEMMA_TO_CAPITALS),
                     FM_LEMMA_TO_CAPITALS);
    f = make("MALI", false);
    assert_int_equal(fm_lemma_case_of(&f, FM_LEMMA_BY_NAME), FM_LEMMA_AS_IS);
}

static void test_keys(void **state)
{
    struct fm_lemma_form one = make("ships", false);
    struct fm_lemma_form two = make("Chips", false);
    struct fm_lemma_keys a;
    struct fm_lemma_keys b;

    (void)state;
    fm_lemma_keys_make(&one, 7, &a);
    fm_lemma_keys_make(&two, 7, &b);
    assert_int_equal(a.n, 5);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(a.endings[i], b.endings[i]);
    assert_int_not_equal(a.endings[4], b.endings[4]);
    assert_int_not_equal(a.word, b.word);
    assert_int_not_equal(a.word, a.endings[4]);
    assert_int_equal(a.endings[2], fm_lemma_ending_key(fm_str("ips"), 7));
    assert_int_not_equal(a.endings[2], fm_lemma_ending_key(fm_str("ips"), 8));
    assert_int_not_equal(fm_lemma_case_key(&one, 7),
                         fm_lemma_case_key(&two, 7));
    one = make("1970s", false);
    two = make("1980s", false);
    fm_lemma_keys_make(&one, 7, &a);
    fm_lemma_keys_make(&two, 7, &b);
    assert_int_equal(a.word, b.word);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_long_forms_are_left_alone),
        cmocka_unit_test(test_edits),
        cmocka_unit_test(test_case_asks_the_lists),
        cmocka_unit_test(test_keys),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
