#include "extract/quantity.h"
#include "extract/time.h"
#include "parsed.h"

/* "rule: subject | predicate | value unit about" of each fact, with the change as
 * "[from > to]" and the time as "@value". */
static void show(struct fm_buf *out, const Factmill__V1__Fact *fact)
{
    const Factmill__V1__Quantity *q = fact->quantity;

    fm_buf_printf(out, "%s: %s | %s | %s%s%s%s%s%s", fact->rule,
                  fact->subject != NULL ? fact->subject->text : "",
                  fact->predicate->text[0] != '\0' ? fact->predicate->text
                                                   : fact->predicate->lemma,
                  q->value, q->low[0] != '\0' ? q->low : "",
                  q->low[0] != '\0' ? "-" : "", q->high,
                  q->unit[0] != '\0' ? " " : "", q->unit);
    if (q->whole[0] != '\0')
        fm_buf_printf(out, " of %s", q->whole);
    if (q->about[0] != '\0')
        fm_buf_printf(out, " %s", q->about);
    if (q->change != NULL)
        fm_buf_printf(
            out, " [%s > %s%s%s%s%s]", q->change->from, q->change->to,
            q->change->factor[0] != '\0' ? " x" : "", q->change->factor,
            q->change->baseline[0] != '\0' ? " " : "", q->change->baseline);
    if (fact->time != NULL)
        fm_buf_printf(out, " @%s", fact->time->value);
}

static void check(const char *words, const char *const *facts, size_t n)
{
    struct parsed p;
    struct fm_buf out;

    parsed_init(&p, words);
    fm_buf_init(&out, 1 << 16);
    fm_extract_times(&p.ctx);
    fm_extract_quantities(&p.ctx);
    for (size_t i = 0; i < p.ctx.fact_count; i++) {
        fm_buf_reset(&out);
        show(&out, p.ctx.facts[i]);
        fm_buf_char(&out, '\0');
        if (i >= n)
            fail_msg("one fact too many: %s", out.data);
        else
            assert_string_equal(out.data, facts[i]);
    }
    assert_int_equal(p.ctx.fact_count, n);
    fm_buf_release(&out);
    parsed_release(&p);
}

#define CHECK(words, ...)                                       \
 do {                                                           \
  static const char *const expected[] = {__VA_ARGS__};          \
  check((words), expected, sizeof expected / sizeof *expected); \
 } while (0)

static void counts_by_their_place(void **state)
{
    (void)state;
    CHECK("Five/NUM/CD/2/nummod\n"
          "miners/NOUN/NNS/4/nsubj:pass\n"
          "were/AUX/VBD/4/aux:pass\n"
          "hurt/VERB/VBN/0/root\n"
          "in/ADP/IN/6/case\n"
          "2014/NUM/CD/4/obl\n"
          "./PUNCT/./4/punct\n",
          "quantity.subject: miners | were hurt | 5 miners @2014");
    CHECK("The/DET/DT/2/det\n"
          "army/NOUN/NN/4/nsubj\n"
          "has/AUX/VBZ/4/aux\n"
          "sent/VERB/VBN/0/root\n"
          "600/NUM/CD/6/nummod\n"
          "soldiers/NOUN/NNS/4/obj\n"
          "with/ADP/IN/8/case\n"
          "tents/NOUN/NNS/6/nmod\n"
          "./PUNCT/./4/punct\n",
          "quantity.object: The army | has sent | 600 soldiers");
    CHECK("A/DET/DT/2/det\n"
          "crew/NOUN/NN/6/nsubj\n"
          "of/ADP/IN/5/case\n"
          "nine/NUM/CD/5/nummod\n"
          "people/NOUN/NNS/2/nmod\n"
          "left/VERB/VBD/0/root\n"
          "./PUNCT/./6/punct\n",
          "quantity.of: crew | number | 9 people");
}

static void others_are_of_what_was_counted(void **state)
{
    (void)state;
    CHECK("Five/NUM/CD/2/nummod\n"
          "miners/NOUN/NNS/3/nsubj\n"
          "died/VERB/VBD/0/root\n"
          "and/CCONJ/CC/7/cc\n"
          "two/NUM/CD/6/nummod\n"
          "others/NOUN/NNS/7/nsubj\n"
          "fell/VERB/VBD/3/conj\n"
          "ill/ADJ/JJ/7/xcomp\n"
          "./PUNCT/./3/punct\n",
          "quantity.subject: miners | died | 5 miners",
          "quantity.subject: others | fell | 2 other miners");
}

static void measures_what_has_them(void **state)
{
    (void)state;
    CHECK("The/DET/DT/2/det\n"
          "firm/NOUN/NN/3/nsubj\n"
          "reported/VERB/VBD/0/root\n"
          "profits/NOUN/NNS/3/obj\n"
          "of/ADP/IN/6/case\n"
          "$/SYM/$/4/nmod\n"
          "8/NUM/CD/8/compound\n"
          "million/NUM/CD/6/nummod\n"
          ",/PUNCT/,/11/punct\n"
          "or/CCONJ/CC/11/cc\n"
          "$/SYM/$/6/conj\n"
          "2/NUM/CD/11/nummod\n"
          "a/DET/DT/14/det\n"
          "share/NOUN/NN/11/nmod:unmarked\n"
          "./PUNCT/./3/punct\n",
          "quantity.object: The firm | reported | 8000000 USD profits",
          "quantity.object: The firm | reported | 2 USD per share profits");
    CHECK("Its/PRON/PRP$/2/nmod:poss\n"
          "price/NOUN/NN/4/nsubj\n"
          "is/AUX/VBZ/4/cop\n"
          "$/SYM/$/0/root\n"
          "5/NUM/CD/4/nummod\n"
          "./PUNCT/./4/punct\n",
          "quantity.be: Its price | is | 5 USD Its price");
    /* The measure of the noun, not of what is done. */
    CHECK("The/DET/DT/4/det\n"
          "60/NUM/CD/3/nummod\n"
          "metre/NOUN/NN/4/compound\n"
          "race/NOUN/NN/6/nsubj:pass\n"
          "was/AUX/VBD/6/aux:pass\n"
          "stopped/VERB/VBN/0/root\n"
          "./PUNCT/./6/punct\n",
          "quantity.count: race | amount | 60 metre race");
}

static void parts_of_a_whole(void **state)
{
    (void)state;
    CHECK("It/PRON/PRP/2/nsubj\n"
          "has/VERB/VBZ/0/root\n"
          "three/NUM/CD/2/obj\n"
          "of/ADP/IN/7/case\n"
          "the/DET/DT/7/det\n"
          "five/NUM/CD/7/nummod\n"
          "states/NOUN/NNS/3/nmod\n"
          "./PUNCT/./2/punct\n",
          "quantity.part: It | has | 3 of 5 states");
}

static void what_is_compared_is_a_change(void **state)
{
    (void)state;
    CHECK("The/DET/DT/2/det\n"
          "firm/NOUN/NN/3/nsubj\n"
          "earned/VERB/VBD/0/root\n"
          "$/SYM/$/3/obj\n"
          "45/NUM/CD/4/nummod\n"
          ",/PUNCT/,/9/punct\n"
          "compared/VERB/VBN/9/case\n"
          "with/ADP/IN/7/fixed\n"
          "$/SYM/$/3/obl\n"
          "30/NUM/CD/9/nummod\n"
          "in/ADP/IN/12/case\n"
          "1996/NUM/CD/9/nmod\n"
          "./PUNCT/./3/punct\n",
          "quantity.object: The firm | earned | 45 USD [30 > 45 1996]");
    CHECK("Sales/NOUN/NNS/2/nsubj\n"
          "reached/VERB/VBD/0/root\n"
          "$/SYM/$/2/obj\n"
          "55/NUM/CD/3/nummod\n"
          ",/PUNCT/,/6/punct\n"
          "up/ADV/RB/2/advmod\n"
          "10/NUM/CD/8/nummod\n"
          "%/SYM/NN/6/obl:unmarked\n"
          "from/ADP/IN/10/case\n"
          "$/SYM/$/6/obl\n"
          "50/NUM/CD/10/nummod\n"
          "./PUNCT/./2/punct\n",
          "quantity.object: Sales | reached | 55 USD [50 > 55 x0.1]");
}

static void changes_have_subject_and_agent(void **state)
{
    (void)state;
    CHECK("The/DET/DT/2/det\n"
          "council/NOUN/NN/3/nsubj\n"
          "cut/VERB/VBD/0/root\n"
          "its/PRON/PRP$/5/nmod:poss\n"
          "staff/NOUN/NN/3/obj\n"
          "from/ADP/IN/7/case\n"
          "46/NUM/CD/3/obl\n"
          "to/ADP/IN/9/case\n"
          "17/NUM/CD/3/obl\n"
          "./PUNCT/./3/punct\n",
          "quantity.change: its staff | cut |  its staff [46 > 17]");
    CHECK("They/PRON/PRP/2/nsubj\n"
          "expect/VERB/VBP/0/root\n"
          "a/DET/DT/6/det\n"
          "5/NUM/CD/5/nummod\n"
          "%/SYM/NN/6/compound\n"
          "rise/NOUN/NN/2/obj\n"
          "in/ADP/IN/8/case\n"
          "rents/NOUN/NNS/6/nmod\n"
          "./PUNCT/./2/punct\n",
          "quantity.change.noun: rents | rise |  percent rents [ >  x0.05]");
}

static void says_how_amounts_are_meant(void **state)
{
    (void)state;
    CHECK("The/DET/DT/2/det\n"
          "bridge/NOUN/NN/6/nsubj\n"
          "is/AUX/VBZ/6/cop/be\n"
          "300/NUM/CD/5/nummod\n"
          "metres/NOUN/NNS/6/obl:unmarked\n"
          "long/ADJ/JJ/0/root\n"
          "./PUNCT/./6/punct\n",
          "quantity.degree: The bridge | is | 300 metre bridge");
    /* A year ago is what it is compared with, not when it was. */
    CHECK("Sales/NOUN/NNS/5/nsubj\n"
          "were/AUX/VBD/5/cop/be\n"
          "36/NUM/CD/4/nummod\n"
          "%/SYM/NN/5/obl:unmarked\n"
          "higher/ADJ/JJR/0/root/high\n"
          "than/ADP/IN/8/case\n"
          "in/ADP/IN/8/case\n"
          "2010/NUM/CD/5/obl\n"
          "./PUNCT/./5/punct\n",
          "quantity.degree: Sales | were |  percent Sales [ >  x0.36 2010]");
}

static void names_what_is_counted_and_no_more(void **state)
{
    (void)state;
    /* The number behind is another amount. */
    CHECK("They/PRON/PRP/2/nsubj\n"
          "sold/VERB/VBD/0/root/sell\n"
          "60/NUM/CD/4/nummod\n"
          "shares/NOUN/NNS/2/obj\n"
          "with/ADP/IN/7/case\n"
          "one/NUM/CD/7/nummod\n"
          "vote/NOUN/NN/4/nmod\n"
          "./PUNCT/./2/punct\n",
          "quantity.object: They | sold | 60 shares");
    /* Of whom, is not said. */
    CHECK("Some/DET/DT/2/det\n"
          "22,000/NUM/CD/3/nsubj\n"
          "fled/VERB/VBD/0/root/flee\n"
          "./PUNCT/./3/punct\n",
          "quantity.subject:  | fled | 22000");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_how_amounts_are_meant),
        cmocka_unit_test(names_what_is_counted_and_no_more),
        cmocka_unit_test(counts_by_their_place),
        cmocka_unit_test(others_are_of_what_was_counted),
        cmocka_unit_test(measures_what_has_them),
        cmocka_unit_test(parts_of_a_whole),
        cmocka_unit_test(what_is_compared_is_a_change),
        cmocka_unit_test(changes_have_subject_and_agent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
