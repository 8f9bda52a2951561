/* Lemmas with the model that is shipped; skipped while there is none. */
#include "nlp/lemma.h"

#include "fm_test.h"
#include "nlp/model_place.h"
#include "unit/nlp/lemma_sentence.h"

static struct fm_model *model;
static struct fm_lemma_rules rules;
static struct fm_doc doc;

static int setup(void **state)
{
    char path[PATH_MAX];

    (void)state;
    fm_doc_init(&doc, (size_t)16 << 20);
    if (fm_model_place(NULL, NULL, path) != FM_OK)
        return 0;
    assert_fm_ok(fm_model_open(path, NULL, &model));
    assert_fm_ok(fm_lemma_open(model, NULL, &rules));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fm_doc_release(&doc);
    fm_model_close(model);
    return 0;
}

static void check(const char *tagged, const char *expected)
{
    if (model == NULL)
        skip();
    check_lemmas(&rules, &doc, tagged, expected);
}

static void test_news(void **state)
{
    (void)state;
    check("The/DET/DT ministers/NOUN/NNS left/VERB/VBD the/DET/DT "
          "talks/NOUN/NNS angrier/ADJ/JJR than/ADP/IN they/PRON/PRP "
          "had/AUX/VBD come/VERB/VBN ./PUNCT/.",
          "the minister leave the talk angry than they have come .");
    check("Olsen/PROPN/NNP ’s/PART/POS colleagues/NOUN/NNS are/AUX/VBP "
          "n’t/PART/RB resigning/VERB/VBG ./PUNCT/.",
          "Olsen 's colleague be not resign .");
    check("Prices/NOUN/NNS rose/VERB/VBD to/ADP/IN 1,250.40/NUM/CD "
          "kroner/NOUN/NNS ,/PUNCT/, the/DET/DT highest/ADJ/JJS since/ADP/IN "
          "the/DET/DT 1990s/NOUN/NNS",
          "price rise to 1250.40 krone , the high since the 1990s");
    check("“/PUNCT/`` We/PRON/PRP ca/AUX/MD n't/PART/RB sell/VERB/VB "
          "them/PRON/PRP these/DET/DT boats/NOUN/NNS ”/PUNCT/''",
          "\" we can not sell they this boat \"");
}

/* Of words that no list and no treebank has: endings alone. */
static void test_unknown_words(void **state)
{
    (void)state;
    check("blorking/VERB/VBG", "blork");
    check("brenovated/VERB/VBD", "brenovate");
    check("dranifies/VERB/VBZ", "dranify");
    check("flemishes/NOUN/NNS", "flemish");
    check("grallies/NOUN/NNS", "grally");
    check("snorphier/ADJ/JJR", "snorphy");
    check("Trenvold/PROPN/NNP", "Trenvold");
    check("Halvians/PROPN/NNPS", "Halvian");
}

static void test_irregular_words(void **state)
{
    (void)state;
    check("fled/VERB/VBD sought/VERB/VBN wrote/VERB/VBD", "flee seek write");
    check("women/NOUN/NNS wolves/NOUN/NNS criteria/NOUN/NNS series/NOUN/NNS",
          "woman wolf criterion series");
    check("worse/ADJ/JJR best/ADJ/JJS further/ADV/RBR", "bad good far");
    check("lay/VERB/VBD lay/VERB/VB", "lie lay");
    check("found/VERB/VBD founded/VERB/VBD", "find found");
}

static void test_case(void **state)
{
    (void)state;
    check("He/PRON/PRP saw/VERB/VBD Danish/ADJ/JJ and/CCONJ/CC "
          "NATO/PROPN/NNP ships/NOUN/NNS off/ADP/IN BERGEN/PROPN/NNP",
          "he see Danish and NATO ship off Bergen");
    check("Edwards/PROPN/NNP met/VERB/VBD the/DET/DT Democrats/PROPN/NNPS "
          "and/CCONJ/CC me/PRON/PRP",
          "Edwards meet the Democrat and I");
    check("BREAKING/VERB/VBG :/PUNCT/: Ships/NOUN/NNS sink/VERB/VBP",
          "break : ship sink");
}

/* Tags that do not belong together, and none. */
static void test_odd_tags(void **state)
{
    (void)state;
    check("ships/PROPN/NNS", "ship");
    check("that/PRON/IN that/DET/IN", "that that");
    check("2/NUM/CD m/NUM/NNS", "2 million");
    check("ship/X/_ ship/_/_", "ship ship");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_news),
        cmocka_unit_test(test_unknown_words),
        cmocka_unit_test(test_irregular_words),
        cmocka_unit_test(test_case),
        cmocka_unit_test(test_odd_tags),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
