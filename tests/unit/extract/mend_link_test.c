/* What mend_link.c mends. */
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

/* Unless a comma is between. */
static void subjects_keep_what_follows_them(void **state)
{
    (void)state;
    check("Talks/NOUN/NNS/6/nsubj\n"
          "after/ADP/IN/3/case\n"
          "war/NOUN/NN/1/nmod\n"
          "in/ADP/IN/5/case\n"
          "2009/NUM/CD/6/obl\n"
          "failed/VERB/VBD/0/root\n",
          5, 3, FM_DEP_NMOD);
    check("Talks/NOUN/NNS/7/nsubj\n"
          "after/ADP/IN/3/case\n"
          "war/NOUN/NN/1/nmod\n"
          ",/PUNCT/,/6/punct\n"
          "in/ADP/IN/6/case\n"
          "2009/NUM/CD/7/obl\n"
          "failed/VERB/VBD/0/root\n",
          6, 7, FM_DEP_OBL);
}

static void finite_verbs_join_finite_verbs(void **state)
{
    (void)state;
    check("War/NOUN/NN/2/nsubj\n"
          "hurts/VERB/VBZ/0/root\n"
          "people/NOUN/NNS/2/obj\n"
          "and/CCONJ/CC/5/cc\n"
          "breaks/VERB/VBZ/3/conj\n"
          "rules/NOUN/NNS/5/obj\n",
          5, 2, FM_DEP_CONJ);
    check("It/PRON/PRP/2/nsubj\n"
          "has/VERB/VBZ/0/root\n"
          "a/DET/DT/4/det\n"
          "role/NOUN/NN/2/obj\n"
          "to/PART/TO/6/mark\n"
          "play/VERB/VB/4/acl\n"
          "and/CCONJ/CC/9/cc\n"
          "they/PRON/PRP/9/nsubj\n"
          "know/VERB/VBP/6/conj\n"
          "it/PRON/PRP/9/obj\n",
          9, 2, FM_DEP_CONJ);
    check("They/PRON/PRP/2/nsubj\n"
          "sell/VERB/VBP/0/root\n"
          "ships/NOUN/NNS/2/obj\n"
          "and/CCONJ/CC/5/cc\n"
          "planes/NOUN/NNS/3/conj\n",
          5, 3, FM_DEP_CONJ);
}

/* "that report" is not. */
static void that_before_a_subject_is_a_conjunction(void **state)
{
    (void)state;
    check("He/PRON/PRP/2/nsubj\n"
          "said/VERB/VBD/0/root\n"
          "today/NOUN/NN/2/obl:unmarked\n"
          "that/DET/DT/5/det\n"
          "peace/NOUN/NN/6/nsubj\n"
          "needs/VERB/VBZ/2/ccomp\n"
          "time/NOUN/NN/6/obj\n",
          4, 6, FM_DEP_MARK);
    check("He/PRON/PRP/2/nsubj\n"
          "said/VERB/VBD/0/root\n"
          "that/DET/DT/4/det\n"
          "report/NOUN/NN/5/nsubj\n"
          "needs/VERB/VBZ/2/ccomp\n"
          "time/NOUN/NN/5/obj\n",
          3, 4, FM_DEP_DET);
}

static void clauses_with_that_complete_a_verb(void **state)
{
    (void)state;
    check("It/PRON/PRP/3/nsubj:pass\n"
          "was/AUX/VBD/3/aux:pass\n"
          "decided/VERB/VBN/0/root\n"
          "there/ADV/RB/3/advmod\n"
          "that/SCONJ/IN/8/mark\n"
          "it/PRON/PRP/8/nsubj\n"
          "would/AUX/MD/8/aux\n"
          "end/VERB/VB/3/parataxis\n",
          8, 3, FM_DEP_CCOMP);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(subjects_keep_what_follows_them),
        cmocka_unit_test(finite_verbs_join_finite_verbs),
        cmocka_unit_test(that_before_a_subject_is_a_conjunction),
        cmocka_unit_test(clauses_with_that_complete_a_verb),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
