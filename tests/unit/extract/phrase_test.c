#include "extract/phrase.h"

#include "parsed.h"

/* The words of the phrase of token head (from 1). */
static void check(const char *words, uint32_t head, enum fm_phrase_size size,
                  const char *expected)
{
    struct parsed p;
    struct fm_phrase phrase;
    struct fm_str text;

    parsed_init(&p, words);
    phrase = fm_phrase_of(&p.tree, head - 1, size, FM_NO_TOKEN);
    text = fm_doc_range(&p.doc, phrase.first, phrase.last);
    if (!fm_str_eqz(text, expected))
        fail_msg("\"%.*s\" in place of \"%s\"", FM_STR_ARG(text), expected);
    parsed_release(&p);
}

/* "in the old port of Sund, which burned, and the mill" */
static const char noun[] = "in/ADP/IN/4/case\n"
                           "the/DET/DT/4/det\n"
                           "old/ADJ/JJ/4/amod\n"
                           "port/NOUN/NN/0/root\n"
                           "of/ADP/IN/6/case\n"
                           "Sund/PROPN/NNP/4/nmod\n"
                           "near/ADP/IN/8/case\n"
                           "Vell/PROPN/NNP/4/nmod\n"
                           ",/PUNCT/,/11/punct\n"
                           "which/PRON/WDT/11/nsubj\n"
                           "burned/VERB/VBD/4/acl:relcl\n";

static void cuts_to_size(void **state)
{
    (void)state;
    check(noun, 4, FM_PHRASE_FULL, "the old port of Sund near Vell");
    check(noun, 4, FM_PHRASE_PART, "the old port of Sund");
    check(noun, 4, FM_PHRASE_SHORT, "the old port");
}

static void knows_prepositions(void **state)
{
    struct parsed p;
    struct fm_phrase before;

    (void)state;
    parsed_init(&p, noun);
    before = fm_phrase_case(&p.tree, 3);
    assert_int_equal(before.first, 0);
    assert_int_equal(before.last, 1);
    before = fm_phrase_case(&p.tree, 2);
    assert_int_equal(before.first, before.last);
    assert_true(fm_phrase_is_set_off(&p.tree, 10));
    assert_false(fm_phrase_is_set_off(&p.tree, 5));
    parsed_release(&p);
}

/* A phrase that stands before it and a comma is not of it. */
static void leaves_what_is_put_before(void **state)
{
    (void)state;
    check("By/ADP/IN/2/case\n"
          "law/NOUN/NN/5/nmod\n"
          ",/PUNCT/,/2/punct\n"
          "the/DET/DT/5/det\n"
          "ports/NOUN/NNS/6/nsubj\n"
          "close/VERB/VBP/0/root\n",
          5, FM_PHRASE_FULL, "the ports");
}

/* Arcs that cross are mistakes: the phrase ends before the other's words. */
static void ends_where_arcs_cross(void **state)
{
    (void)state;
    check("the/DET/DT/2/det\n"
          "port/NOUN/NN/5/nsubj\n"
          "soon/ADV/RB/5/advmod\n"
          "there/ADV/RB/2/advmod\n"
          "closed/VERB/VBD/0/root\n",
          2, FM_PHRASE_FULL, "the port");
}

static void keeps_brackets_whole(void **state)
{
    (void)state;
    check("the/DET/DT/2/det\n"
          "port/NOUN/NN/0/root\n"
          "of/ADP/IN/4/case\n"
          "Sund/PROPN/NNP/2/nmod\n"
          "(/PUNCT/-LRB-/6/punct\n"
          "Halvia/PROPN/NNP/4/nmod\n"
          ")/PUNCT/-RRB-/6/punct\n",
          2, FM_PHRASE_FULL, "the port of Sund ( Halvia )");
}

/* Behind its conjunction, the second when there are two. */
static void clauses_begin_behind_that(void **state)
{
    static const char words[] = "He/PRON/PRP/2/nsubj\n"
                                "admitted/VERB/VBD/0/root\n"
                                "that/SCONJ/IN/9/mark\n"
                                ",/PUNCT/,/3/punct\n"
                                "that/SCONJ/IN/9/mark\n"
                                "the/DET/DT/7/det\n"
                                "plan/NOUN/NN/9/nsubj\n"
                                "had/AUX/VBD/9/aux\n"
                                "failed/VERB/VBN/2/ccomp\n"
                                "./PUNCT/./2/punct\n";

    (void)state;
    check(words, 9, FM_PHRASE_CLAUSE, "the plan had failed");
}

/* A clause within a phrase is not cut at a remark that it goes on behind. */
static void clauses_go_on_behind_remarks(void **state)
{
    (void)state;
    check("the/DET/DT/2/det\n"
          "fact/NOUN/NN/0/root\n"
          "that/SCONJ/IN/9/mark\n"
          "prices/NOUN/NNS/9/nsubj\n"
          ",/PUNCT/,/6/punct\n"
          "set/VERB/VBN/4/acl\n"
          "there/ADV/RB/6/advmod\n"
          ",/PUNCT/,/6/punct\n"
          "rose/VERB/VBD/2/acl\n",
          2, FM_PHRASE_FULL, "the fact that prices , set there , rose");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cuts_to_size),
        cmocka_unit_test(knows_prepositions),
        cmocka_unit_test(leaves_what_is_put_before),
        cmocka_unit_test(ends_where_arcs_cross),
        cmocka_unit_test(keeps_brackets_whole),
        cmocka_unit_test(clauses_begin_behind_that),
        cmocka_unit_test(clauses_go_on_behind_remarks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
