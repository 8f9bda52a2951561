#include "nlp/train/lemma.h"

#include "fm_test.h"
#include "nlp/lemma.h"
#include "unit/nlp/lemma_sentence.h"

#include <stdio.h>

static char folder[] = "/tmp/fm-lemma-XXXXXX";

/* "form lemma upos xpos" lines; a blank line ends a sentence. */
static const char bank_text[] =
    "The the DET DT\nferries ferry NOUN NNS\nwere be AUX VBD\n"
    "leaving leave VERB VBG\nOslo Oslo PROPN NNP\n. . PUNCT .\n\n"
    "Parties party NOUN NNS\nwere be AUX VBD\nparking park VERB VBG\n"
    "their they PRON PRP$\ncars car NOUN NNS\n. . PUNCT .\n\n"
    "“ \" PUNCT ``\nStories story NOUN NNS\nabout about ADP IN\n"
    "raking rake VERB VBG\nleaves leaf NOUN NNS\n” \" PUNCT ''\n\n"
    "I I PRON PRP\nsaw see VERB VBD\nme I PRON PRP\n, , PUNCT ,\n"
    "a a DET DT\ndanish Danish ADJ JJ\nmen man NOUN NNS\n. . PUNCT .\n\n"
    "We we PRON PRP\ndo do AUX VBP\nn’t not PART RB\npay pay VERB VB\n"
    "1,200 1200 NUM CD\nkr krone NOUN NN\n. . PUNCT .\n\n"
    "it it PRON PRP\nsent send VERB VBD\nyou you PRON PRP\n"
    "good good ADJ JJ\nold old ADJ JJ\nboats boat NOUN NNS\n"
    "and and CCONJ CC\nthem they PRON PRP\nred red ADJ JJ\n"
    "flags flag NOUN NNS\nyoung young ADJ JJ\nweeks week NOUN NNS\n\n"
    "He he PRON PRP\n’s be AUX VBZ\nin in ADP IN\nOSLO Oslo PROPN NNP\n"
    ". . PUNCT .\n\n";

static const struct {
    const char *name;
    const char *text;
} lists[] = {
    {"wordnet_noun_lemmas.txt", "berry\ncar\ncity\ndeputy\ngoose\nparty\n"
                                "scissors\nship\nstory\n"},
    {"wordnet_verb_lemmas.txt", "bake\nmake\npark\nrake\nspark\nfind\n"},
    {"wordnet_adj_lemmas.txt", "big\nfine\n"},
    {"wordnet_irregular_noun.txt", "geese goose\n"},
    {"wordnet_irregular_verb.txt", "found find\n"},
    {"wordnet_irregular_adj.txt", "bigger big\n"},
    {"unimorph_eng_args.tsv", "bake\tbaking\tV;V.PTCP;PRS\n"
                              "make\tmaking\tV;V.PTCP;PRS\n"
                              "spark\tsparking\tV;V.PTCP;PRS\n"
                              "junk\tjunkked\tV;PST\n"},
};

static void write_file(const char *name, const char *text, size_t times)
{
    char path[256];
    FILE *file;

    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "w");
    assert_non_null(file);
    for (size_t i = 0; i < times; i++)
        assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

/* The lines above as CoNLL-U. */
static void make_bank(char *to, size_t room)
{
    struct fm_str rest = fm_str(bank_text);
    struct fm_str line;
    size_t n = 0;
    int id = 1;

    while (fm_str_next(&rest, '\n', &line)) {
        struct fm_str f[4] = {{NULL, 0}};

        for (size_t i = 0; i < 4; i++)
            (void)fm_str_next(&line, ' ', &f[i]);
        if (f[0].len == 0) {
            n += (size_t)snprintf(to + n, room - n, "\n");
            id = 1;
            continue;
        }
        n += (size_t)snprintf(to + n, room - n,
                              "%d\t%.*s\t%.*s\t%.*s\t%.*s\t_\t0\troot\t_\t_\n",
                              id++, FM_STR_ARG(f[0]), FM_STR_ARG(f[1]),
                              FM_STR_ARG(f[2]), FM_STR_ARG(f[3]));
    }
    assert_true(n < room);
}

struct fixture {
    struct fm_buf bytes;
    struct fm_model *model;
    struct fm_lemma_rules rules;
    struct fm_doc doc;
};

static void train(struct fm_buf *ret_bytes)
{
    struct fm_treebank bank;
    struct fm_model_writer writer;
    struct fm_why why = FM_WHY_INIT;
    char path[256];
    char *at;
    FILE *file;

    assert_fm_ok(fm_treebank_open(folder, "bank.conllu", &why, &bank));
    fm_model_writer_init(&writer);
    assert_fm_ok(fm_lemma_train(folder, &bank, 1, &writer, &why));
    (void)snprintf(path, sizeof path, "%s/lemma.model", folder);
    assert_fm_ok(fm_model_writer_save(&writer, path, &why));
    fm_model_writer_release(&writer);
    fm_treebank_close(&bank);
    fm_buf_init(ret_bytes, (size_t)1 << 20);
    at = fm_buf_reserve(ret_bytes, (size_t)1 << 19);
    assert_non_null(at);
    file = fopen(path, "r");
    assert_non_null(file);
    ret_bytes->len = fread(at, 1, (size_t)1 << 19, file);
    assert_int_equal(fclose(file), 0);
}

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    static char bank[16384];
    char path[256];
    struct fm_why why = FM_WHY_INIT;

    fm_test_folder(folder);
    (void)snprintf(path, sizeof path, "%s/lexicon", folder);
    assert_int_equal(mkdir(path, 0700), 0);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        (void)snprintf(path, sizeof path, "lexicon/%s", lists[i].name);
        write_file(path, lists[i].text, 1);
    }
    make_bank(bank, sizeof bank);
    write_file("bank.conllu", bank, 20);
    train(&f->bytes);
    (void)snprintf(path, sizeof path, "%s/lemma.model", folder);
    assert_fm_ok(fm_model_open(path, &why, &f->model));
    assert_fm_ok(fm_lemma_open(f->model, &why, &f->rules));
    fm_doc_init(&f->doc, (size_t)16 << 20);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    fm_doc_release(&f->doc);
    fm_model_close(f->model);
    fm_buf_release(&f->bytes);
    free(f);
    fm_test_remove(folder);
    return 0;
}

static void check(struct fixture *f, const char *tagged, const char *expected)
{
    check_lemmas(&f->rules, &f->doc, tagged, expected);
}

static void test_knows_what_it_saw(void **state)
{
    struct fixture *f = *state;

    check(f, "saw/VERB/VBD", "see");
    check(f, "The/DET/DT men/NOUN/NNS were/AUX/VBD", "the man be");
    check(f, "He/PRON/PRP leaves/NOUN/NNS me/PRON/PRP", "he leaf I");
    check(f, "kr/NOUN/NN n't/PART/RB n’t/PART/RB", "krone not not");
    check(f, "“/PUNCT/`` ”/PUNCT/''", "\" \"");
}

static void test_has_rules_for_what_it_did_not_see(void **state)
{
    struct fixture *f = *state;

    /* Endings: no list and no text here has these words. */
    check(f, "rallies/NOUN/NNS", "rally");
    check(f, "trucks/NOUN/NNS", "truck");
    check(f, "barking/VERB/VBG", "bark");
    check(f, "quaking/VERB/VBG", "quake");
    /* Lists. */
    check(f, "geese/NOUN/NNS scissors/NOUN/NNS", "goose scissors");
    check(f, "found/VERB/VBD", "find");
    check(f, "bigger/ADJ/JJR", "big");
    /* Tags that were never seen together: the xpos decides. */
    check(f, "ferries/PROPN/NNS", "ferry");
}

static void test_writes_lemmas_as_treebanks_do(void **state)
{
    struct fixture *f = *state;

    check(f, "Ferries/NOUN/NNS", "ferry");
    check(f, "FERRIES/NOUN/NNS", "ferry");
    check(f, "in/ADP/IN Bergen/PROPN/NNP", "in Bergen");
    check(f, "in/ADP/IN OSLO/PROPN/NNP", "in Oslo");
    check(f, "swedish/ADJ/JJ fine/ADJ/JJ", "Swedish fine");
    check(f, "3,456,789.50/NUM/CD 1,5/NUM/CD", "3456789.50 1.5");
}

static void test_tells_has_from_is(void **state)
{
    struct fixture *f = *state;

    check(f, "He/PRON/PRP ’s/AUX/VBZ been/AUX/VBN", "he have been");
    check(f, "He/PRON/PRP 's/AUX/VBZ never/ADV/RB seen/VERB/VBN it/PRON/PRP",
          "he have never seen it");
    check(f, "It/PRON/PRP 's/AUX/VBZ known/VERB/VBN", "it be known");
    check(f, "It/PRON/PRP 's/AUX/VBZ", "it be");
}

static void test_same_data_same_bytes(void **state)
{
    struct fixture *f = *state;
    struct fm_buf again;

    train(&again);
    assert_true(fm_str_eq(fm_buf_view(&f->bytes), fm_buf_view(&again)));
    fm_buf_release(&again);
}

/* The model with one byte of one section replaced, under good hashes: the stage
 * must see it itself. */
static struct fm_model *damaged(struct fixture *f, const char *section,
                                size_t at, char value)
{
    static const char *const names[] = {"lemma.classes", "lemma.class",
                                        "lemma.rules", "lemma.edits",
                                        "lemma.text"};
    struct fm_model_writer writer;
    struct fm_model *model = NULL;
    char path[256];

    fm_model_writer_init(&writer);
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        struct fm_str bytes;
        char *copy;

        assert_fm_ok(fm_model_section(f->model, names[k], NULL, &bytes));
        copy = malloc(bytes.len + 1);
        assert_non_null(copy);
        memcpy(copy, bytes.data, bytes.len);
        if (strcmp(names[k], section) == 0)
            copy[at] = value;
        fm_model_writer_add(&writer, names[k], copy, bytes.len);
        free(copy);
    }
    (void)snprintf(path, sizeof path, "%s/bad.model", folder);
    assert_fm_ok(fm_model_writer_save(&writer, path, NULL));
    fm_model_writer_release(&writer);
    assert_fm_ok(fm_model_open(path, NULL, &model));
    return model;
}

static void test_refuses_bad_sections(void **state)
{
    static const struct {
        const char *section;
        size_t at;
        char value;
    } cases[] = {
        {"lemma.classes", 40, '\x7f'}, {"lemma.class", 4, '\x7f'},
        {"lemma.class", 1, '\x7f'},    {"lemma.edits", 2, '\x7f'},
        {"lemma.edits", 5, '\x7f'},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fm_model *model =
            damaged(*state, cases[i].section, cases[i].at, cases[i].value);
        struct fm_lemma_rules rules;

        assert_fm_err(fm_lemma_open(model, NULL, &rules), FM_ECORRUPT);
        fm_model_close(model);
    }
}

static void test_refuses_other_versions(void **state)
{
    struct fm_model *model = damaged(*state, "lemma.class", 12, '\x63');
    struct fm_lemma_rules rules;

    assert_fm_err(fm_lemma_open(model, NULL, &rules), FM_EVERSION);
    fm_model_close(model);
}

static void test_model_without_lemmas(void **state)
{
    struct fm_model_writer writer;
    struct fm_model *model = NULL;
    struct fm_lemma_rules rules;
    struct fm_why why = FM_WHY_INIT;
    char path[256];

    (void)state;
    fm_model_writer_init(&writer);
    fm_model_writer_add(&writer, "other", "x", 1);
    (void)snprintf(path, sizeof path, "%s/other.model", folder);
    assert_fm_ok(fm_model_writer_save(&writer, path, &why));
    fm_model_writer_release(&writer);
    assert_fm_ok(fm_model_open(path, &why, &model));
    assert_fm_err(fm_lemma_open(model, &why, &rules), FM_ENOTFOUND);
    fm_model_close(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_knows_what_it_saw),
        cmocka_unit_test(test_has_rules_for_what_it_did_not_see),
        cmocka_unit_test(test_writes_lemmas_as_treebanks_do),
        cmocka_unit_test(test_tells_has_from_is),
        cmocka_unit_test(test_same_data_same_bytes),
        cmocka_unit_test(test_refuses_bad_sections),
        cmocka_unit_test(test_refuses_other_versions),
        cmocka_unit_test(test_model_without_lemmas),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
