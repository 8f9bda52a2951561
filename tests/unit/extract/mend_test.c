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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(joins_subjects_side_by_side),
        cmocka_unit_test(keeps_two_objects),
        cmocka_unit_test(objects_have_no_preposition),
        cmocka_unit_test(finds_lost_subjects),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
