#include "extract/scope.h"

#include "parsed.h"

#define POSITIVE FACTMILL__V1__FACT__POLARITY__POSITIVE
#define NEGATIVE FACTMILL__V1__FACT__POLARITY__NEGATIVE
#define M(name)  FACTMILL__V1__FACT__MODALITY__##name

/* Of the predicate at token at (from 1); trigger: the first word that is the
 * cause, NULL = there is none. */
static void check(const char *words, uint32_t at,
                  Factmill__V1__Fact__Polarity polarity,
                  Factmill__V1__Fact__Modality modality, const char *trigger)
{
    struct parsed p;
    struct fm_scope scope;

    parsed_init(&p, words);
    scope = fm_scope_of(&p.tree, at - 1);
    assert_int_equal(scope.polarity, polarity);
    assert_int_equal(scope.modality, modality);
    if (trigger == NULL)
        assert_int_equal(scope.trigger_count, 0);
    else if (scope.trigger_count == 0)
        fail_msg("no trigger, expected %s", trigger);
    else
        assert_true(fm_str_eqz(p.doc.form[scope.triggers[0]], trigger));
    parsed_release(&p);
}

static void negates(void **state)
{
    (void)state;
    check("He/PRON/PRP/3/nsubj\n"
          "never/ADV/RB/3/advmod\n"
          "left/VERB/VBD/0/root\n",
          3, NEGATIVE, M(ASSERTED), "never");
    check("Nobody/PRON/NN/2/nsubj\n"
          "left/VERB/VBD/0/root\n",
          2, NEGATIVE, M(ASSERTED), "Nobody");
    check("It/PRON/PRP/2/nsubj\n"
          "had/VERB/VBD/0/root\n"
          "no/DET/DT/4/det\n"
          "effect/NOUN/NN/2/obj\n",
          2, NEGATIVE, M(ASSERTED), "no");
    check("There/PRON/EX/2/expl\n"
          "is/VERB/VBZ/0/root\n"
          "no/DET/DT/4/det\n"
          "doubt/NOUN/NN/2/nsubj\n",
          2, POSITIVE, M(ASSERTED), NULL);
    check("She/PRON/PRP/2/nsubj\n"
          "left/VERB/VBD/0/root\n"
          "without/SCONJ/IN/4/mark\n"
          "paying/VERB/VBG/2/advcl\n",
          4, NEGATIVE, M(ASSERTED), "without");
}

static void verbs_that_deny(void **state)
{
    static const char failed[] = "It/PRON/PRP/2/nsubj\n"
                                 "failed/VERB/VBD/0/root/fail\n"
                                 "to/PART/TO/4/mark\n"
                                 "win/VERB/VB/2/xcomp\n";
    static const char did_not_fail[] = "It/PRON/PRP/4/nsubj\n"
                                       "did/AUX/VBD/4/aux\n"
                                       "not/PART/RB/4/advmod\n"
                                       "fail/VERB/VB/0/root/fail\n"
                                       "to/PART/TO/6/mark\n"
                                       "win/VERB/VB/4/xcomp\n";

    (void)state;
    check(failed, 4, NEGATIVE, M(ASSERTED), "failed");
    check(did_not_fail, 6, POSITIVE, M(ASSERTED), "fail");
}

static void qualifies(void **state)
{
    (void)state;
    check("He/PRON/PRP/3/nsubj\n"
          "may/AUX/MD/3/aux\n"
          "win/VERB/VB/0/root\n",
          3, POSITIVE, M(POSSIBLE), "may");
    check("He/PRON/PRP/4/nsubj\n"
          "would/AUX/MD/4/aux\n"
          "have/AUX/VB/4/aux\n"
          "won/VERB/VBN/0/root\n",
          4, POSITIVE, M(COUNTERFACTUAL), "would");
    check("They/PRON/PRP/2/nsubj\n"
          "plan/VERB/VBP/0/root/plan\n"
          "to/PART/TO/4/mark\n"
          "sell/VERB/VB/2/xcomp\n"
          "it/PRON/PRP/4/obj\n",
          4, POSITIVE, M(INTENTION), "plan");
    check("He/PRON/PRP/3/nsubj:pass\n"
          "was/AUX/VBD/3/aux:pass\n"
          "asked/VERB/VBN/0/root/ask\n"
          "to/PART/TO/5/mark\n"
          "leave/VERB/VB/3/xcomp\n",
          5, POSITIVE, M(OBLIGATION), "asked");
    check("It/PRON/PRP/3/expl\n"
          "is/AUX/VBZ/3/cop\n"
          "possible/ADJ/JJ/0/root\n"
          "that/SCONJ/IN/6/mark\n"
          "they/PRON/PRP/6/nsubj\n"
          "left/VERB/VBD/3/csubj\n",
          6, POSITIVE, M(POSSIBLE), "possible");
}

static void follows_conditions_and_questions(void **state)
{
    static const char conditional[] = "Prices/NOUN/NNS/3/nsubj\n"
                                      "will/AUX/MD/3/aux\n"
                                      "rise/VERB/VB/0/root\n"
                                      "if/SCONJ/IN/6/mark\n"
                                      "banks/NOUN/NNS/6/nsubj\n"
                                      "fail/VERB/VBP/3/advcl/fail\n";

    (void)state;
    check(conditional, 3, POSITIVE, M(CONDITIONAL), "will");
    check(conditional, 6, POSITIVE, M(CONDITIONAL), "if");
    check("Did/AUX/VBD/3/aux\n"
          "he/PRON/PRP/3/nsubj\n"
          "win/VERB/VB/0/root\n"
          "?/PUNCT/./3/punct\n",
          3, POSITIVE, M(QUESTION), "?");
}

/* What is reported stays a fact under a verb that is itself denied. */
static void has_limits(void **state)
{
    static const char words[] = "He/PRON/PRP/4/nsubj\n"
                                "did/AUX/VBD/4/aux\n"
                                "not/PART/RB/4/advmod\n"
                                "say/VERB/VB/0/root/say\n"
                                "that/SCONJ/IN/7/mark\n"
                                "she/PRON/PRP/7/nsubj\n"
                                "left/VERB/VBD/4/ccomp\n";
    static const char joined[] = "He/PRON/PRP/4/nsubj\n"
                                 "did/AUX/VBD/4/aux\n"
                                 "not/PART/RB/4/advmod\n"
                                 "win/VERB/VB/0/root\n"
                                 "but/CCONJ/CC/7/cc\n"
                                 "she/PRON/PRP/7/nsubj\n"
                                 "did/VERB/VBD/4/conj\n";

    (void)state;
    check(words, 4, NEGATIVE, M(ASSERTED), "not");
    check(words, 7, POSITIVE, M(ASSERTED), NULL);
    check(joined, 7, POSITIVE, M(ASSERTED), NULL);
}

static void judges_clauses(void **state)
{
    static const char untrue[] = "It/PRON/PRP/4/expl\n"
                                 "is/AUX/VBZ/4/cop\n"
                                 "not/PART/RB/4/advmod\n"
                                 "true/ADJ/JJ/0/root\n"
                                 "that/SCONJ/IN/7/mark\n"
                                 "she/PRON/PRP/7/nsubj\n"
                                 "left/VERB/VBD/4/ccomp\n";
    static const char unsure[] = "It/PRON/PRP/4/expl\n"
                                 "is/AUX/VBZ/4/cop\n"
                                 "not/PART/RB/4/advmod\n"
                                 "clear/ADJ/JJ/0/root\n"
                                 "that/SCONJ/IN/7/mark\n"
                                 "she/PRON/PRP/7/nsubj\n"
                                 "left/VERB/VBD/4/ccomp\n";

    (void)state;
    check(untrue, 7, NEGATIVE, M(ASSERTED), "not");
    check(unsure, 7, POSITIVE, M(POSSIBLE), "not");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(negates),
        cmocka_unit_test(verbs_that_deny),
        cmocka_unit_test(qualifies),
        cmocka_unit_test(follows_conditions_and_questions),
        cmocka_unit_test(has_limits),
        cmocka_unit_test(judges_clauses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
