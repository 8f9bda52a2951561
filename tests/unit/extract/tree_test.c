#include "extract/tree.h"

#include "parsed.h"

static const char sentence[] = "The/DET/DT/2/det\n"
                               "firm/NOUN/NN/3/nsubj\n"
                               "sold/VERB/VBD/0/root\n"
                               "its/PRON/PRP$/5/nmod:poss\n"
                               "plant/NOUN/NN/3/obj\n"
                               "in/ADP/IN/7/case\n"
                               "Sund/PROPN/NNP/5/nmod\n"
                               "./PUNCT/./3/punct\n";

static void lists_children_and_edges(void **state)
{
    struct parsed p;
    struct fm_tree tree;

    (void)state;
    parsed_init(&p, sentence);
    assert_true(fm_tree_build(&p.doc, &p.arena, &tree));
    assert_int_equal(tree.first[3] - tree.first[2], 3);
    assert_int_equal(tree.child[tree.first[2]], 1);
    assert_int_equal(fm_tree_child(&tree, 2, FM_DEP_OBJ, 0), 4);
    assert_int_equal(fm_tree_child(&tree, 2, FM_DEP_OBJ, 5), FM_NO_TOKEN);
    assert_int_equal(fm_tree_child(&tree, 4, FM_DEP_NMOD, 0), 6);
    assert_int_equal(fm_tree_count(&tree, 2, FM_DEP_PUNCT), 1);
    assert_int_equal(tree.left[4], 3);
    assert_int_equal(tree.right[4], 7);
    assert_int_equal(tree.left[2], 0);
    assert_int_equal(tree.right[2], 8);
    assert_true(fm_tree_is_root(&tree, 2));
    assert_int_equal(fm_tree_depth(&tree, 5), 3);
    assert_true(fm_tree_below(&tree, 5, 4));
    assert_false(fm_tree_below(&tree, 5, 1));
    assert_true(fm_tree_word(&tree, 0, "the"));
    parsed_release(&p);
}

static void goes_without_syntax(void **state)
{
    struct parsed p;
    struct fm_tree tree;

    (void)state;
    parsed_init(&p, sentence);
    p.doc.head = NULL;
    assert_false(fm_tree_build(&p.doc, &p.arena, &tree));
    parsed_release(&p);
}

static void survives_circles(void **state)
{
    struct parsed p;
    struct fm_tree tree;

    (void)state;
    parsed_init(&p, sentence);
    p.doc.head[4] = 6;
    p.doc.head[0] = 4000;
    assert_true(fm_tree_build(&p.doc, &p.arena, &tree));
    assert_false(fm_tree_below(&tree, 6, 2));
    assert_true(fm_tree_depth(&tree, 6) > 0);
    parsed_release(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_children_and_edges),
        cmocka_unit_test(goes_without_syntax),
        cmocka_unit_test(survives_circles),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
