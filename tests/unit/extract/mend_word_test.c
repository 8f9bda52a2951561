/* What mend_word.c mends. */
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

static void names_owners(void **state)
{
    (void)state;
    check("Acme/PROPN/NNP/3/case\n"
          "'s/PART/POS/1/case\n"
          "firms/NOUN/NNS/4/nsubj\n"
          "grew/VERB/VBD/0/root\n",
          1, 3, FM_DEP_NMOD_POSS);
}

/* The participle is what is said of them. */
static void shares_are_owned(void **state)
{
    (void)state;
    check("Acme/PROPN/NNP/4/nsubj\n"
          "is/AUX/VBZ/4/cop\n"
          "60/NUM/CD/4/nummod\n"
          "percent/NOUN/NN/0/root\n"
          "owned/VERB/VBN/4/acl\n"
          "by/ADP/IN/7/case\n"
          "Borr/PROPN/NNP/5/obl:agent\n",
          5, 0, FM_DEP_ROOT);
    check("Acme/PROPN/NNP/4/nsubj\n"
          "is/AUX/VBZ/4/cop\n"
          "60/NUM/CD/4/nummod\n"
          "percent/NOUN/NN/0/root\n"
          "owned/VERB/VBN/4/acl\n"
          "by/ADP/IN/7/case\n"
          "Borr/PROPN/NNP/5/obl:agent\n",
          1, 5, FM_DEP_NSUBJ_PASS);
    check("Acme/PROPN/NNP/4/nsubj\n"
          "is/AUX/VBZ/4/cop\n"
          "60/NUM/CD/4/nummod\n"
          "percent/NOUN/NN/0/root\n"
          "owned/VERB/VBN/4/acl\n"
          "by/ADP/IN/7/case\n"
          "Borr/PROPN/NNP/5/obl:agent\n",
          2, 5, FM_DEP_AUX_PASS);
    check("Acme/PROPN/NNP/4/nsubj\n"
          "is/AUX/VBZ/4/cop\n"
          "60/NUM/CD/4/nummod\n"
          "percent/NOUN/NN/0/root\n"
          "owned/VERB/VBN/4/acl\n"
          "by/ADP/IN/7/case\n"
          "Borr/PROPN/NNP/5/obl:agent\n",
          4, 5, FM_DEP_OBL_UNMARKED);
}

/* But not where a preposition leads, or another object is there. */
static void finds_objects(void **state)
{
    (void)state;
    check("Acme/PROPN/NNP/2/nsubj\n"
          "earns/VERB/VBZ/0/root\n"
          "half/NOUN/NN/2/obl\n"
          "there/ADV/RB/2/advmod\n",
          3, 2, FM_DEP_OBJ);
    check("Acme/PROPN/NNP/2/nsubj\n"
          "earns/VERB/VBZ/0/root\n"
          "by/ADP/IN/4/case\n"
          "half/NOUN/NN/2/obl\n",
          4, 2, FM_DEP_OBL);
}

static void names_stay_with_their_noun(void **state)
{
    (void)state;
    check("It/PRON/PRP/2/nsubj\n"
          "wrote/VERB/VBD/0/root\n"
          "in/ADP/IN/5/case\n"
          "the/DET/DT/5/det\n"
          "paper/NOUN/NN/2/obl\n"
          "Sund/PROPN/NNP/2/obl\n",
          6, 5, FM_DEP_NMOD_DESC);
}

static void numbers_stay_with_what_they_count(void **state)
{
    (void)state;
    check("It/PRON/PRP/2/nsubj\n"
          "paid/VERB/VBD/0/root\n"
          "15/NUM/CD/2/obl:unmarked\n"
          "crowns/NOUN/NNS/2/obl:unmarked\n",
          3, 4, FM_DEP_NUMMOD);
    check("It/PRON/PRP/2/nsubj\n"
          "paid/VERB/VBD/0/root\n"
          "15/NUM/CD/2/obl:unmarked\n"
          "crowns/NOUN/NNS/2/obl:unmarked\n",
          4, 2, FM_DEP_OBL_UNMARKED);
    check("They/PRON/PRP/2/nsubj\n"
          "lay/VERB/VBP/0/root\n"
          "up/ADV/RB/2/advmod\n"
          "to/ADP/IN/6/case\n"
          "90/NUM/CD/6/nummod\n"
          "eggs/NOUN/NNS/2/obl\n",
          6, 2, FM_DEP_OBJ);
    check("They/PRON/PRP/2/nsubj\n"
          "lay/VERB/VBP/0/root\n"
          "up/ADV/RB/2/advmod\n"
          "to/ADP/IN/6/case\n"
          "90/NUM/CD/6/nummod\n"
          "eggs/NOUN/NNS/2/obl\n",
          3, 6, FM_DEP_ADVMOD);
}

static void percents_and_adverbs_are_one(void **state)
{
    (void)state;
    check("It/PRON/PRP/5/nsubj\n"
          "is/AUX/VBZ/5/cop\n"
          "7/NUM/CD/4/nummod\n"
          "per/NOUN/NN/1/nmod\n"
          "cent/NOUN/NN/0/root\n",
          4, 5, FM_DEP_COMPOUND);
    check("It/PRON/PRP/4/nsubj\n"
          "once/ADV/RB/4/advmod\n"
          "again/ADV/RB/4/advmod\n"
          "fell/VERB/VBD/0/root\n",
          2, 3, FM_DEP_ADVMOD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_owners),
        cmocka_unit_test(shares_are_owned),
        cmocka_unit_test(finds_objects),
        cmocka_unit_test(names_stay_with_their_noun),
        cmocka_unit_test(numbers_stay_with_what_they_count),
        cmocka_unit_test(percents_and_adverbs_are_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
