#include "extract/time_event.h"

#include "extract/time.h"
#include "parsed.h"

/* The value of the time of the verb with this form, and its basis; "" = none. */
static void check(const char *words, const char *verb, const char *value,
                  bool shared)
{
    struct parsed p;
    const Factmill__V1__Time *t = NULL;
    uint32_t at = FM_NO_TOKEN;

    parsed_init(&p, words);
    /* 13 February 1998, a Friday. */
    p.ctx.published_us = INT64_C(887328000) * 1000000;
    fm_extract_times(&p.ctx);
    for (uint32_t i = 0; i < p.doc.token_count; i++)
        if (fm_str_eqz(p.doc.form[i], verb))
            at = i;
    assert_int_not_equal(at, FM_NO_TOKEN);
    t = fm_time_of_verb(&p.ctx, at);
    assert_string_equal(t != NULL ? t->value : "", value);
    if (t != NULL)
        assert_int_equal(t->basis == FACTMILL__V1__TIME__BASIS__CONTEXT,
                         shared);
    parsed_release(&p);
}

/* "In 1997 the firm sold it and the town bought it." */
static const char initial[] = "In/ADP/IN/2/case\n"
                              "1997/NUM/CD/5/obl\n"
                              "the/DET/DT/4/det\n"
                              "firm/NOUN/NN/5/nsubj\n"
                              "sold/VERB/VBD/0/root\n"
                              "it/PRON/PRP/5/obj\n"
                              "and/CCONJ/CC/10/cc\n"
                              "the/DET/DT/9/det\n"
                              "town/NOUN/NN/10/nsubj\n"
                              "bought/VERB/VBD/5/conj\n"
                              "it/PRON/PRP/10/obj\n"
                              "./PUNCT/./5/punct\n";

static void a_time_before_holds_for_joined_clauses(void **state)
{
    (void)state;
    check(initial, "sold", "1997", false);
    check(initial, "bought", "1997", true);
}

/* "The firm sold it in 1997 and the town bought it." */
static const char behind[] = "The/DET/DT/2/det\n"
                             "firm/NOUN/NN/3/nsubj\n"
                             "sold/VERB/VBD/0/root\n"
                             "it/PRON/PRP/3/obj\n"
                             "in/ADP/IN/6/case\n"
                             "1997/NUM/CD/3/obl\n"
                             "and/CCONJ/CC/10/cc\n"
                             "the/DET/DT/9/det\n"
                             "town/NOUN/NN/10/nsubj\n"
                             "bought/VERB/VBD/3/conj\n"
                             "it/PRON/PRP/10/obj\n"
                             "./PUNCT/./3/punct\n";

static void a_time_behind_does_not(void **state)
{
    (void)state;
    check(behind, "sold", "1997", false);
    check(behind, "bought", "", false);
}

/* "It fell on Monday , losing 5 points ." */
static const char participle[] = "It/PRON/PRP/2/nsubj\n"
                                 "fell/VERB/VBD/0/root\n"
                                 "on/ADP/IN/4/case\n"
                                 "Monday/PROPN/NNP/2/obl\n"
                                 ",/PUNCT/,/6/punct\n"
                                 "losing/VERB/VBG/2/advcl\n"
                                 "5/NUM/CD/8/nummod\n"
                                 "points/NOUN/NNS/6/obj\n"
                                 "./PUNCT/./2/punct\n";

/* "She said Monday that it fell ." */
static const char reported[] = "She/PRON/PRP/2/nsubj\n"
                               "said/VERB/VBD/0/root\n"
                               "Monday/PROPN/NNP/2/obl:unmarked\n"
                               "that/SCONJ/IN/6/mark\n"
                               "it/PRON/PRP/6/nsubj\n"
                               "fell/VERB/VBD/2/ccomp\n"
                               "./PUNCT/./2/punct\n";

static void clauses_within_share_it_and_reports_do_not(void **state)
{
    (void)state;
    check(participle, "losing", "1998-02-09", true);
    check(reported, "said", "1998-02-09", false);
    check(reported, "fell", "", false);
}

/* "Sales rose in May from April ." */
static const char compared[] = "Sales/NOUN/NNS/2/nsubj\n"
                               "rose/VERB/VBD/0/root\n"
                               "from/ADP/IN/4/case\n"
                               "April/PROPN/NNP/2/obl\n"
                               "in/ADP/IN/6/case\n"
                               "May/PROPN/NNP/2/obl\n"
                               "./PUNCT/./2/punct\n";

static void what_is_compared_with_is_not_when(void **state)
{
    (void)state;
    check(compared, "rose", "1997-05", false);
}

/* The tense of the verb it hangs from, not of the nearest word. */
static void tense_is_that_of_its_verb(void **state)
{
    (void)state;
    /* "The man accused of it is to appear Monday ." */
    check("The/DET/DT/2/det\n"
          "man/NOUN/NN/7/nsubj\n"
          "accused/VERB/VBN/2/acl\n"
          "of/ADP/IN/5/case\n"
          "it/PRON/PRP/3/obl\n"
          "will/AUX/MD/7/aux\n"
          "appear/VERB/VB/0/root\n"
          "Monday/PROPN/NNP/7/obl:unmarked\n"
          "./PUNCT/./7/punct\n",
          "appear", "1998-02-16", false);
    /* "The man who will stay met her Monday ." */
    check("The/DET/DT/2/det\n"
          "man/NOUN/NN/6/nsubj\n"
          "who/PRON/WP/5/nsubj\n"
          "will/AUX/MD/5/aux\n"
          "stay/VERB/VB/2/acl:relcl\n"
          "met/VERB/VBD/0/root\n"
          "those/PRON/DT/6/obj\n"
          "who/PRON/WP/10/nsubj\n"
          "would/AUX/MD/10/aux\n"
          "help/VERB/VB/7/acl:relcl\n"
          "Monday/PROPN/NNP/6/obl:unmarked\n"
          "./PUNCT/./6/punct\n",
          "met", "1998-02-09", false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_time_before_holds_for_joined_clauses),
        cmocka_unit_test(a_time_behind_does_not),
        cmocka_unit_test(clauses_within_share_it_and_reports_do_not),
        cmocka_unit_test(what_is_compared_with_is_not_when),
        cmocka_unit_test(tense_is_that_of_its_verb),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
