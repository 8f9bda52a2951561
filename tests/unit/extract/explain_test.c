#include "extract/explain.h"

#include "reading.h"

static struct fm_buf out;

static int setup(void **state)
{
    fm_buf_init(&out, (size_t)1 << 20);
    return reading_setup(state);
}

static int teardown(void **state)
{
    fm_buf_release(&out);
    return reading_teardown(state);
}

/* What is said of sentence s of a text. */
static const char *explained(const char *text, size_t s)
{
    const Factmill__V1__Extraction *x = reading_of("", text);

    fm_buf_reset(&out);
    fm_explain(reading_extractor, x, s, &out);
    return out.data != NULL ? out.data : "";
}

static void assert_says(const char *text, const char *words)
{
    if (strstr(text, words) == NULL)
        fail_msg("no \"%s\" in:\n%s", words, text);
}

static void shows_tree_rule_and_findings(void **state)
{
    const char *text =
        explained("The firm did not sell its plant. Prices rose.", 0);

    (void)state;
    assert_says(text, "sentence 1 [0:32]: The firm did not sell its plant.\n");
    assert_says(text, "\n  sell  root VB\n");
    assert_says(text, "  ├ firm  nsubj NN\n  │ └ The  det DT\n");
    assert_says(text, "  clause.verb  relation  ");
    assert_says(text, "looks for: a verb with a subject of its own\n");
    assert_says(text, "      subject: The firm [0:8]\n");
    assert_says(text, "      said to be: negative , by \"not\" [13:16]\n");
    assert_says(text, "no fact of:\n  (every verb is in a fact)\n");
    assert_null(strstr(text, "Prices"));
}

static void says_what_was_missing(void **state)
{
    const char *text = explained("Leave the valley before it rains.", 0);

    (void)state;
    assert_says(text, "  Leave: nearest rule clause.verb (a verb with a "
                      "subject of its own); missing: a subject");
}

static void says_why_headings_give_nothing(void **state)
{
    const char *text = explained("Prices rise again\n\nThe bank raised its "
                                 "prices on Monday, it said.",
                                 0);

    (void)state;
    assert_says(text, "facts:\n  (none)\n");
    assert_says(text, "only prose gives facts");
}

static void finds_the_sentence_of_a_fact(void **state)
{
    const Factmill__V1__Extraction *x =
        reading_of("", "Rain fell. The firm sold its plant.");
    const Factmill__V1__Fact *fact;

    (void)state;
    fact = reading_fact(x, FACTMILL__V1__FACT__KIND__RELATION, "The firm");
    assert_found(fact);
    assert_int_equal(fm_explain_sentence_of(reading_extractor, fact), 1);
    fm_buf_reset(&out);
    fm_explain_conllu(reading_extractor, 1, &out);
    assert_says(out.data, "# text = The firm sold its plant.\n");
    assert_says(out.data, "3\tsold\tsell\tVERB\tVBD\t_\t0\troot\t");
}

static void says_nothing_of_a_skipped_article(void **state)
{
    const char *text = explained("Der Fluss ist in der Nacht über die Ufer "
                                 "getreten, und die Stadt war ohne Strom.",
                                 0);

    (void)state;
    assert_string_equal(text, "");
    assert_int_equal(fm_explain_sentences(reading_extractor), 0);
}

static void knows_rules_and_their_families(void **state)
{
    (void)state;
    assert_string_equal(fm_explain_rule("clause.verb"),
                        "a verb with a subject of its own");
    assert_string_equal(fm_explain_rule("quote.inverted"),
                        fm_explain_rule("quote.before"));
    assert_string_not_equal(fm_explain_rule("quantity.change"),
                            fm_explain_rule("quantity.change.noun"));
    assert_string_equal(fm_explain_rule("weather"), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_tree_rule_and_findings),
        cmocka_unit_test(says_what_was_missing),
        cmocka_unit_test(says_why_headings_give_nothing),
        cmocka_unit_test(finds_the_sentence_of_a_fact),
        cmocka_unit_test(says_nothing_of_a_skipped_article),
        cmocka_unit_test(knows_rules_and_their_families),
    };

    return cmocka_run_group_tests_name("extract.explain", tests, setup,
                                       teardown);
}
