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
    assert_string_equal(fm_dep_name(p.tree.dep[token - 1]),
                        fm_dep_name((uint8_t)dep));
    parsed_release(&p);
}

/* head and relation of several tokens of one sentence: {token, head, relation}. */
static void check_all(const char *words, const uint32_t (*found)[3], size_t n)
{
    for (size_t i = 0; i < n; i++)
        check(words, found[i][0], found[i][1], (enum fm_dep)found[i][2]);
}

#define CHECK(words, ...)                                           \
 do {                                                               \
  static const uint32_t expected[][3] = {__VA_ARGS__};              \
  check_all((words), expected, sizeof expected / sizeof *expected); \
 } while (0)

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
    CHECK("Since/ADP/IN/3/case\n"
          "the/DET/DT/3/det\n"
          "war/NOUN/NN/9/obl\n"
          ",/PUNCT/,/6/punct\n"
          "the/DET/DT/6/det\n"
          "role/NOUN/NN/3/conj\n"
          "and/CCONJ/CC/8/cc\n"
          "weight/NOUN/NN/3/conj\n"
          "grew/VERB/VBD/0/root\n",
          {6, 9, FM_DEP_NSUBJ}, {8, 6, FM_DEP_CONJ});
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
    CHECK("Ann/PROPN/NNP/8/nsubj\n"
          ",/PUNCT/,/4/punct\n"
          "her/PRON/PRP$/4/nmod:poss\n"
          "sister/NOUN/NN/1/conj\n"
          "and/CCONJ/CC/8/cc\n"
          "every/DET/DT/7/det\n"
          "guest/NOUN/NN/8/nsubj\n"
          "left/VERB/VBD/0/root\n",
          {7, 1, FM_DEP_CONJ}, {5, 7, FM_DEP_CC});
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
    CHECK("Laws/NOUN/NNS/2/nsubj\n"
          "allow/VERB/VBP/0/root\n"
          "for/ADP/IN/5/case\n"
          "the/DET/DT/5/det\n"
          "port/NOUN/NN/2/obl\n"
          "to/PART/TO/7/mark\n"
          "close/VERB/VB/2/advcl\n",
          {5, 7, FM_DEP_NSUBJ}, {3, 7, FM_DEP_MARK});
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
    CHECK("What/PRON/WP/5/obj\n"
          "the/DET/DT/3/det\n"
          "rule/NOUN/NN/5/nsubj\n"
          "is/AUX/VBZ/5/cop\n"
          "remains/VERB/VBZ/0/root\n"
          "open/ADJ/JJ/5/xcomp\n",
          {4, 1, FM_DEP_COP}, {1, 5, FM_DEP_CSUBJ}, {3, 1, FM_DEP_NSUBJ});
}

static void finds_particles(void **state)
{
    (void)state;
    CHECK("War/NOUN/NN/2/nsubj\n"
          "brought/VERB/VBD/0/root/bring\n"
          "about/ADP/IN/5/case\n"
          "new/ADJ/JJ/5/amod\n"
          "threats/NOUN/NNS/2/obl\n",
          {5, 2, FM_DEP_OBJ}, {3, 2, FM_DEP_COMPOUND_PRT});
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
    CHECK("Acme/PROPN/NNP/4/nsubj:outer\n"
          "is/AUX/VBZ/4/cop\n"
          "to/PART/TO/4/mark\n"
          "close/VERB/VB/0/root\n"
          "ports/NOUN/NNS/4/obj\n",
          {1, 4, FM_DEP_NSUBJ}, {2, 4, FM_DEP_AUX});
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
    CHECK("Sales/NOUN/NNS/0/root\n"
          "leapt/VERB/VBN/1/acl\n"
          "in/ADP/IN/4/case\n"
          "May/PROPN/NNP/2/obl\n"
          "./PUNCT/./1/punct\n",
          {2, 0, FM_DEP_ROOT}, {1, 2, FM_DEP_NSUBJ});
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

static void auxiliaries_have_no_subject(void **state)
{
    (void)state;
    check("There/PRON/EX/2/expl\n"
          "was/AUX/VBD/3/aux:pass\n"
          "adopted/VERB/VBN/0/root\n"
          "a/DET/DT/5/det\n"
          "law/NOUN/NN/3/obj\n",
          1, 3, FM_DEP_EXPL);
    CHECK("Acme/PROPN/NNP/5/nsubj\n"
          "can/AUX/MD/0/root\n"
          "and/CCONJ/CC/5/cc\n"
          "should/AUX/MD/5/aux\n"
          "play/VERB/VB/2/conj\n",
          {2, 5, FM_DEP_AUX}, {5, 0, FM_DEP_ROOT});
}

/* Read as a modifier of the object; joined to a noun. */
static void roots_are_verbs(void **state)
{
    (void)state;
    CHECK("All/DET/DT/2/det\n"
          "members/NOUN/NNS/0/root\n"
          "of/ADP/IN/7/case\n"
          "Acme/PROPN/NNP/5/compound\n"
          "adopted/VERB/VBN/7/amod\n"
          "new/ADJ/JJ/7/amod\n"
          "rules/NOUN/NNS/2/nmod\n"
          "./PUNCT/./2/punct\n",
          {5, 0, FM_DEP_ROOT}, {2, 5, FM_DEP_NSUBJ}, {4, 2, FM_DEP_NMOD},
          {3, 4, FM_DEP_CASE}, {7, 5, FM_DEP_OBJ});
    CHECK("Acme/PROPN/NNP/0/root\n"
          "can/AUX/MD/3/aux\n"
          "sell/VERB/VB/1/conj\n"
          "it/PRON/PRP/3/obj\n"
          "./PUNCT/./1/punct\n",
          {3, 0, FM_DEP_ROOT}, {1, 3, FM_DEP_NSUBJ});
}

static void relative_pronouns_stay_in_their_clause(void **state)
{
    (void)state;
    CHECK("Heads/NOUN/NNS/8/nsubj\n"
          "of/ADP/IN/3/case\n"
          "states/NOUN/NNS/1/nmod\n"
          "that/PRON/WDT/8/nsubj\n"
          "are/AUX/VBP/6/cop\n"
          "members/NOUN/NNS/1/acl:relcl\n"
          "are/AUX/VBP/8/aux\n"
          "talking/VERB/VBG/0/root\n",
          {4, 6, FM_DEP_NSUBJ}, {6, 3, FM_DEP_ACL_RELCL}, {1, 8, FM_DEP_NSUBJ});
}

static void nothing_of_a_clause_stands_before_that(void **state)
{
    (void)state;
    check("Perhaps/ADV/RB/7/advmod\n"
          "it/PRON/PRP/3/nsubj\n"
          "said/VERB/VBD/0/root\n"
          "that/SCONJ/IN/7/mark\n"
          "he/PRON/PRP/7/nsubj\n"
          "would/AUX/MD/7/aux\n"
          "go/VERB/VB/3/ccomp\n",
          1, 3, FM_DEP_ADVMOD);
    check("Despite/ADP/IN/3/case\n"
          "the/DET/DT/3/det\n"
          "fact/NOUN/NN/8/obl\n"
          "that/SCONJ/IN/6/mark\n"
          "she/PRON/PRP/6/nsubj\n"
          "left/VERB/VBD/8/ccomp\n"
          "he/PRON/PRP/8/nsubj\n"
          "stayed/VERB/VBD/0/root\n",
          6, 3, FM_DEP_ACL);
}

static void frees_the_first_of_two_subjects(void **state)
{
    (void)state;
    CHECK("After/ADP/IN/3/case\n"
          "the/DET/DT/3/det\n"
          "fire/NOUN/NN/10/obl\n"
          ",/PUNCT/,/7/punct\n"
          "and/CCONJ/CC/10/cc\n"
          "the/DET/DT/7/det\n"
          "flood/NOUN/NN/10/nsubj\n"
          ",/PUNCT/,/3/punct\n"
          "Halvia/PROPN/NNP/10/nsubj\n"
          "closed/VERB/VBD/0/root\n",
          {7, 3, FM_DEP_CONJ}, {5, 7, FM_DEP_CC}, {9, 10, FM_DEP_NSUBJ});
}

static void ends_questions(void **state)
{
    (void)state;
    CHECK("They/PRON/PRP/2/nsubj\n"
          "know/VERB/VBP/0/root\n"
          "what/PRON/WP/2/obj\n"
          "safety/NOUN/NN/3/acl:relcl\n"
          "is/AUX/VBZ/2/cop\n",
          {5, 3, FM_DEP_COP}, {4, 3, FM_DEP_NSUBJ});
}

/* But not what is only quoted. */
static void titles_are_part_of_their_noun(void **state)
{
    (void)state;
    check("They/PRON/PRP/2/nsubj\n"
          "passed/VERB/VBD/0/root\n"
          "a/DET/DT/4/det\n"
          "law/NOUN/NN/2/obj\n"
          "“/PUNCT/``/7/punct\n"
          "On/SCONJ/IN/7/mark\n"
          "Saving/VERB/VBG/2/advcl\n"
          "Water/NOUN/NN/7/obj\n"
          "”/PUNCT/''/7/punct\n",
          7, 4, FM_DEP_NMOD_DESC);
    check("They/PRON/PRP/2/nsubj\n"
          "passed/VERB/VBD/0/root\n"
          "a/DET/DT/4/det\n"
          "law/NOUN/NN/2/obj\n"
          "“/PUNCT/``/7/punct\n"
          "on/SCONJ/IN/7/mark\n"
          "saving/VERB/VBG/2/advcl\n"
          "water/NOUN/NN/7/obj\n"
          "”/PUNCT/''/7/punct\n",
          7, 2, FM_DEP_ADVCL);
}

static void adjectives_stay_with_their_noun(void **state)
{
    (void)state;
    CHECK("Weak/ADJ/JJ/5/advcl\n"
          "and/CCONJ/CC/3/cc\n"
          "Halvia/PROPN/NNP/1/conj\n"
          "cannot/AUX/MD/5/aux\n"
          "stay/VERB/VB/0/root\n",
          {3, 5, FM_DEP_NSUBJ}, {1, 3, FM_DEP_AMOD});
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
        cmocka_unit_test(auxiliaries_have_no_subject),
        cmocka_unit_test(roots_are_verbs),
        cmocka_unit_test(relative_pronouns_stay_in_their_clause),
        cmocka_unit_test(nothing_of_a_clause_stands_before_that),
        cmocka_unit_test(frees_the_first_of_two_subjects),
        cmocka_unit_test(ends_questions),
        cmocka_unit_test(titles_are_part_of_their_noun),
        cmocka_unit_test(adjectives_stay_with_their_noun),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
