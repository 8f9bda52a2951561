#include "extract/mend.h"

#include "parsed.h"

/* head (from 1, 0 = root) and relation of token i (from 1) after mending. */
static void check(const char *words, uint32_t token, uint32_t head,
                  enum fm_dep dep)
{
    struct parsed p;
    uint32_t found;

    parsed_init(&p, words);
    found =
        p.tree.head[token - 1] == token - 1 ? 0 : p.tree.head[token - 1] + 1;
    assert_int_equal(found, head);
    assert_string_equal(fm_dep_name(p.tree.dep[token - 1]), fm_dep_name(dep));
    parsed_release(&p);
}

static void joins_subjects_side_by_side(void **state)
{
    static const char words[] = "The/DET/DT/2/det\n"
                                "chairwoman/NOUN/NN/5/nsubj\n"
                                "Ann/PROPN/NNP/5/nsubj\n"
                                "Lee/PROPN/NNP/3/flat\n"
                                "left/VERB/VBD/0/root\n";

    (void)state;
    check(words, 2, 3, FM_DEP_COMPOUND);
    check(words, 3, 5, FM_DEP_NSUBJ);
}

static void keeps_two_objects(void **state)
{
    static const char words[] = "They/PRON/PRP/2/nsubj\n"
                                "gave/VERB/VBD/0/root\n"
                                "Halvia/PROPN/NNP/2/obj\n"
                                "ships/NOUN/NNS/2/obj\n";

    (void)state;
    check(words, 3, 2, FM_DEP_OBJ);
}

static void objects_have_no_preposition(void **state)
{
    static const char words[] = "She/PRON/PRP/2/nsubj\n"
                                "ran/VERB/VBD/0/root\n"
                                "in/ADP/IN/4/case\n"
                                "2008/NUM/CD/2/obj\n";

    (void)state;
    check(words, 4, 2, FM_DEP_OBL);
}

static void finds_lost_subjects(void **state)
{
    (void)state;
    check("The/DET/DT/2/det\n"
          "brand/ADV/RB/3/advmod\n"
          "failed/VERB/VBD/0/root\n"
          "soon/ADV/RB/3/advmod\n",
          2, 3, FM_DEP_NSUBJ);
    /* An adverb is none, and neither is what has a preposition. */
    check("Soon/ADV/RB/5/advmod\n"
          "after/ADP/IN/4/case\n"
          "the/DET/DT/4/det\n"
          "war/NOUN/NN/5/obl\n"
          "came/VERB/VBD/0/root\n"
          "peace/NOUN/NN/5/obj\n",
          4, 5, FM_DEP_OBL);
}

/* Behind a comma and without "and". */
static void takes_neighbour_as_subject(void **state)
{
    (void)state;
    check("In/ADP/IN/2/case\n"
          "Sund/PROPN/NNP/5/obl\n"
          ",/PUNCT/,/2/punct\n"
          "Halvia/PROPN/NNP/2/appos\n"
          "signed/VERB/VBD/0/root\n"
          "it/PRON/PRP/5/obj\n",
          4, 5, FM_DEP_NSUBJ);
    check("Since/ADP/IN/3/case\n"
          "the/DET/DT/3/det\n"
          "war/NOUN/NN/9/obl\n"
          ",/PUNCT/,/6/punct\n"
          "the/DET/DT/6/det\n"
          "role/NOUN/NN/3/conj\n"
          "and/CCONJ/CC/8/cc\n"
          "weight/NOUN/NN/3/conj\n"
          "grew/VERB/VBD/0/root\n",
          6, 9, FM_DEP_NSUBJ);
    check("Since/ADP/IN/3/case\n"
          "the/DET/DT/3/det\n"
          "war/NOUN/NN/9/obl\n"
          ",/PUNCT/,/6/punct\n"
          "the/DET/DT/6/det\n"
          "role/NOUN/NN/3/conj\n"
          "and/CCONJ/CC/8/cc\n"
          "weight/NOUN/NN/3/conj\n"
          "grew/VERB/VBD/0/root\n",
          8, 6, FM_DEP_CONJ);
    check("In/ADP/IN/2/case\n"
          "Sund/PROPN/NNP/5/obl\n"
          "and/CCONJ/CC/4/cc\n"
          "Halvia/PROPN/NNP/2/conj\n"
          "rained/VERB/VBD/0/root\n",
          4, 2, FM_DEP_CONJ);
}

static void joins_last_subject(void **state)
{
    (void)state;
    check("Ann/PROPN/NNP/8/nsubj\n"
          ",/PUNCT/,/4/punct\n"
          "her/PRON/PRP$/4/nmod:poss\n"
          "sister/NOUN/NN/1/conj\n"
          "and/CCONJ/CC/8/cc\n"
          "every/DET/DT/7/det\n"
          "guest/NOUN/NN/8/nsubj\n"
          "left/VERB/VBD/0/root\n",
          7, 1, FM_DEP_CONJ);
    check("Ann/PROPN/NNP/8/nsubj\n"
          ",/PUNCT/,/4/punct\n"
          "her/PRON/PRP$/4/nmod:poss\n"
          "sister/NOUN/NN/1/conj\n"
          "and/CCONJ/CC/8/cc\n"
          "every/DET/DT/7/det\n"
          "guest/NOUN/NN/8/nsubj\n"
          "left/VERB/VBD/0/root\n",
          5, 7, FM_DEP_CC);
}

static void participles_go_with_the_subject(void **state)
{
    (void)state;
    check("The/DET/DT/2/det\n"
          "pact/NOUN/NN/8/nsubj\n"
          ",/PUNCT/,/4/punct\n"
          "uniting/VERB/VBG/8/csubj\n"
          "six/NUM/CD/6/nummod\n"
          "states/NOUN/NNS/4/obj\n"
          ",/PUNCT/,/4/punct\n"
          "has/VERB/VBZ/0/root\n"
          "aims/NOUN/NNS/8/obj\n",
          4, 2, FM_DEP_ACL);
}

static void gerunds_are_subjects_of_their_clause(void **state)
{
    (void)state;
    check("She/PRON/PRP/2/nsubj\n"
          "believes/VERB/VBZ/0/root\n"
          "that/SCONJ/IN/8/mark\n"
          "closing/VERB/VBG/2/ccomp\n"
          "ports/NOUN/NNS/4/obj\n"
          "is/AUX/VBZ/8/cop\n"
          "a/DET/DT/8/det\n"
          "mistake/NOUN/NN/2/ccomp\n",
          4, 8, FM_DEP_CSUBJ);
}

/* But not where "for" says where to. */
static void infinitives_have_doers(void **state)
{
    (void)state;
    check("Laws/NOUN/NNS/2/nsubj\n"
          "allow/VERB/VBP/0/root\n"
          "for/ADP/IN/5/case\n"
          "the/DET/DT/5/det\n"
          "port/NOUN/NN/2/obl\n"
          "to/PART/TO/7/mark\n"
          "close/VERB/VB/2/advcl\n",
          5, 7, FM_DEP_NSUBJ);
    check("Laws/NOUN/NNS/2/nsubj\n"
          "allow/VERB/VBP/0/root\n"
          "for/ADP/IN/5/case\n"
          "the/DET/DT/5/det\n"
          "port/NOUN/NN/2/obl\n"
          "to/PART/TO/7/mark\n"
          "close/VERB/VB/2/advcl\n",
          3, 7, FM_DEP_MARK);
    check("Laws/NOUN/NNS/2/nsubj\n"
          "differ/VERB/VBP/0/root\n"
          "in/ADP/IN/5/case\n"
          "the/DET/DT/5/det\n"
          "port/NOUN/NN/2/obl\n"
          "to/PART/TO/7/mark\n"
          "close/VERB/VB/2/advcl\n",
          5, 2, FM_DEP_OBL);
}

static void clauses_hang_from_their_verb(void **state)
{
    (void)state;
    check("We/PRON/PRP/2/nsubj\n"
          "believe/VERB/VBP/9/ccomp\n"
          "that/SCONJ/IN/6/mark\n"
          "it/PRON/PRP/6/nsubj\n"
          "will/AUX/MD/6/aux\n"
          "fall/VERB/VB/9/ccomp\n"
          ",/PUNCT/,/2/punct\n"
          "he/PRON/PRP/9/nsubj\n"
          "said/VERB/VBD/0/root\n",
          6, 2, FM_DEP_CCOMP);
    check("Lee/PROPN/NNP/2/nsubj\n"
          "said/VERB/VBD/0/root\n"
          "it/PRON/PRP/5/nsubj\n"
          "would/AUX/MD/5/aux\n"
          "grow/VERB/VB/2/ccomp\n"
          "but/CCONJ/CC/8/cc\n"
          "would/AUX/MD/8/aux\n"
          "wait/VERB/VB/2/conj\n",
          8, 5, FM_DEP_CONJ);
}

static void questions_keep_their_verb(void **state)
{
    (void)state;
    check("What/PRON/WP/5/obj\n"
          "the/DET/DT/3/det\n"
          "rule/NOUN/NN/5/nsubj\n"
          "is/AUX/VBZ/5/cop\n"
          "remains/VERB/VBZ/0/root\n"
          "open/ADJ/JJ/5/xcomp\n",
          4, 1, FM_DEP_COP);
    check("What/PRON/WP/5/obj\n"
          "the/DET/DT/3/det\n"
          "rule/NOUN/NN/5/nsubj\n"
          "is/AUX/VBZ/5/cop\n"
          "remains/VERB/VBZ/0/root\n"
          "open/ADJ/JJ/5/xcomp\n",
          1, 5, FM_DEP_CSUBJ);
    check("What/PRON/WP/5/obj\n"
          "the/DET/DT/3/det\n"
          "rule/NOUN/NN/5/nsubj\n"
          "is/AUX/VBZ/5/cop\n"
          "remains/VERB/VBZ/0/root\n"
          "open/ADJ/JJ/5/xcomp\n",
          3, 1, FM_DEP_NSUBJ);
}

static void finds_particles(void **state)
{
    (void)state;
    check("War/NOUN/NN/2/nsubj\n"
          "brought/VERB/VBD/0/root/bring\n"
          "about/ADP/IN/5/case\n"
          "new/ADJ/JJ/5/amod\n"
          "threats/NOUN/NNS/2/obl\n",
          5, 2, FM_DEP_OBJ);
    check("War/NOUN/NN/2/nsubj\n"
          "brought/VERB/VBD/0/root/bring\n"
          "about/ADP/IN/5/case\n"
          "new/ADJ/JJ/5/amod\n"
          "threats/NOUN/NNS/2/obl\n",
          3, 2, FM_DEP_COMPOUND_PRT);
    check("They/PRON/PRP/2/nsubj\n"
          "talked/VERB/VBD/0/root/talk\n"
          "about/ADP/IN/5/case\n"
          "new/ADJ/JJ/5/amod\n"
          "threats/NOUN/NNS/2/obl\n",
          5, 2, FM_DEP_OBL);
}

static void directions_keep_their_place(void **state)
{
    (void)state;
    check("It/PRON/PRP/2/nsubj\n"
          "happened/VERB/VBD/0/root\n"
          "south/ADV/RB/2/advmod\n"
          "of/ADP/IN/6/case\n"
          "the/DET/DT/6/det\n"
          "border/NOUN/NN/2/obl\n",
          6, 3, FM_DEP_NMOD);
}

/* "The plan is to close" stays what it is. */
static void to_be_to_is_no_copula(void **state)
{
    (void)state;
    check("Acme/PROPN/NNP/4/nsubj:outer\n"
          "is/AUX/VBZ/4/cop\n"
          "to/PART/TO/4/mark\n"
          "close/VERB/VB/0/root\n"
          "ports/NOUN/NNS/4/obj\n",
          1, 4, FM_DEP_NSUBJ);
    check("Acme/PROPN/NNP/4/nsubj:outer\n"
          "is/AUX/VBZ/4/cop\n"
          "to/PART/TO/4/mark\n"
          "close/VERB/VB/0/root\n"
          "ports/NOUN/NNS/4/obj\n",
          2, 4, FM_DEP_AUX);
    check("Plans/NOUN/NNS/4/nsubj:outer/plan\n"
          "are/AUX/VBP/4/cop\n"
          "to/PART/TO/4/mark\n"
          "close/VERB/VB/0/root\n"
          "ports/NOUN/NNS/4/obj\n",
          1, 4, FM_DEP_NSUBJ_OUTER);
}

static void sentences_have_a_verb(void **state)
{
    (void)state;
    check("Sales/NOUN/NNS/0/root\n"
          "leapt/VERB/VBN/1/acl\n"
          "in/ADP/IN/4/case\n"
          "May/PROPN/NNP/2/obl\n"
          "./PUNCT/./1/punct\n",
          2, 0, FM_DEP_ROOT);
    check("Sales/NOUN/NNS/0/root\n"
          "leapt/VERB/VBN/1/acl\n"
          "in/ADP/IN/4/case\n"
          "May/PROPN/NNP/2/obl\n"
          "./PUNCT/./1/punct\n",
          1, 2, FM_DEP_NSUBJ);
    check("Sales/NOUN/NNS/0/root\n"
          "leapt/VERB/VBN/1/acl\n"
          "in/ADP/IN/4/case\n"
          "May/PROPN/NNP/2/obl\n",
          2, 1, FM_DEP_ACL);
}

static void measures_do_nothing(void **state)
{
    (void)state;
    check("Sales/NOUN/NNS/2/nsubj\n"
          "rose/VERB/VBD/0/root\n"
          "by/ADP/IN/5/case\n"
          "9/NUM/CD/5/nummod\n"
          "percent/NOUN/NN/2/obl:agent\n",
          5, 2, FM_DEP_OBL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(joins_subjects_side_by_side),
        cmocka_unit_test(keeps_two_objects),
        cmocka_unit_test(objects_have_no_preposition),
        cmocka_unit_test(finds_lost_subjects),
        cmocka_unit_test(takes_neighbour_as_subject),
        cmocka_unit_test(joins_last_subject),
        cmocka_unit_test(participles_go_with_the_subject),
        cmocka_unit_test(gerunds_are_subjects_of_their_clause),
        cmocka_unit_test(infinitives_have_doers),
        cmocka_unit_test(clauses_hang_from_their_verb),
        cmocka_unit_test(questions_keep_their_verb),
        cmocka_unit_test(finds_particles),
        cmocka_unit_test(directions_keep_their_place),
        cmocka_unit_test(to_be_to_is_no_copula),
        cmocka_unit_test(sentences_have_a_verb),
        cmocka_unit_test(measures_do_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
