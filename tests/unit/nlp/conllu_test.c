#include "nlp/conllu.h"

#include "fm_test.h"
#include "nlp/tags.h"

static const char two_sentences[] =
    "# text = The ship can't sail.\n"
    "1\tThe\tthe\tDET\tDT\t_\t2\tdet\t_\t_\n"
    "2\tship\tship\tNOUN\tNN\t_\t5\tnsubj\t_\t_\n"
    "3-4\tcan't\t_\t_\t_\t_\t_\t_\t_\t_\n"
    "3\tca\tcan\tAUX\tMD\t_\t5\taux\t_\t_\n"
    "4\tn't\tnot\tPART\tRB\t_\t5\tadvmod\t_\t_\n"
    "5\tsail\tsail\tVERB\tVB\t_\t0\troot\t_\tSpaceAfter=No\n"
    "6\t.\t.\tPUNCT\t.\t_\t5\tpunct\t_\t_\n"
    "\n"
    "1\tNo\tno\tINTJ\tUH\t_\t0\troot\t_\tSpaceAfter=No\n"
    "2\t.\t.\tPUNCT\t.\t_\t1\tpunct\t_\t_\n"
    "2.1\tgap\t_\t_\t_\t_\t_\t_\t_\t_\n"
    "\n";

struct fixture {
    struct fm_buf text;
    struct fm_doc doc;
    struct fm_conllu_gold gold;
    struct fm_why why;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);

    fm_buf_init(&f->text, (size_t)1 << 20);
    fm_doc_init(&f->doc, (size_t)16 << 20);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    fm_doc_release(&f->doc);
    fm_buf_release(&f->text);
    free(f);
    return 0;
}

static void test_read(void **state)
{
    struct fixture *f = *state;

    assert_fm_ok(fm_conllu_read(fm_str(two_sentences), &f->text, &f->doc,
                                &f->why, &f->gold));
    assert_str(f->doc.text, "The ship can't sail.\nNo.\n");
    assert_int_equal(f->doc.sentence_count, 2);
    assert_int_equal(f->doc.token_count, 8);
    assert_str(fm_doc_token(&f->doc, 2), "ca");
    assert_str(fm_doc_token(&f->doc, 3), "n't");
    assert_true((f->doc.flags[2] & FM_TOKEN_MWT_FIRST) != 0);
    assert_true((f->doc.flags[3] & FM_TOKEN_MWT_REST) != 0);
    assert_true((f->doc.flags[5] & FM_TOKEN_SPACE_BEFORE) == 0);
    assert_true((f->doc.flags[0] & FM_TOKEN_CAPITAL) != 0);
    assert_int_equal(f->gold.head[1], 4);
    assert_int_equal(f->gold.head[4], 4);
    assert_int_equal(f->gold.head[7], 6);
    assert_str(f->gold.lemma[3], "not");
    assert_str(f->gold.deprel[1], "nsubj");
}

/* What is written reads as what was read. */
static void test_round_trip(void **state)
{
    struct fixture *f = *state;
    struct fm_buf out;
    struct fm_buf text;
    struct fm_doc again;
    struct fm_conllu_gold gold;
    uint8_t upos[8];
    uint8_t deprel[8];

    assert_fm_ok(fm_conllu_read(fm_str(two_sentences), &f->text, &f->doc,
                                &f->why, &f->gold));
    for (size_t i = 0; i < 8; i++) {
        upos[i] = fm_upos_of(f->gold.upos[i]);
        deprel[i] = fm_dep_of(f->gold.deprel[i]);
    }
    f->doc.upos = upos;
    f->doc.head = f->gold.head;
    f->doc.deprel = deprel;
    f->doc.lemma = f->gold.lemma;
    fm_buf_init(&out, (size_t)1 << 20);
    fm_conllu_write(&f->doc, &out);
    fm_buf_init(&text, (size_t)1 << 20);
    fm_doc_init(&again, (size_t)16 << 20);
    assert_fm_ok(
        fm_conllu_read(fm_buf_view(&out), &text, &again, &f->why, &gold));
    assert_str(again.text, "The ship can't sail.\nNo.\n");
    for (size_t i = 0; i < 8; i++) {
        assert_int_equal(gold.head[i], f->gold.head[i]);
        assert_true(fm_str_eq(gold.deprel[i], f->gold.deprel[i]));
        assert_true(fm_str_eq(gold.upos[i], f->gold.upos[i]));
        assert_true(fm_str_eq(gold.lemma[i], f->gold.lemma[i]));
    }
    fm_doc_release(&again);
    fm_buf_release(&text);
    fm_buf_release(&out);
}

static void test_malformed(void **state)
{
    static const char *const wrong[] = {
        "1\tword\n",
        "2\tword\t_\t_\t_\t_\t0\troot\t_\t_\n",
        "1\tword\t_\t_\t_\t_\t7\troot\t_\t_\n",
        "1\tword\t_\t_\t_\t_\tx\troot\t_\t_\n",
        "1\t\t_\t_\t_\t_\t0\troot\t_\t_\n",
        "1-x\tword\t_\t_\t_\t_\t0\troot\t_\t_\n",
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_fm_err(
            fm_conllu_read(fm_str(wrong[i]), &f->text, &f->doc, &f->why, NULL),
            FM_EINVAL);
}

/* A range whose words never come, and one that is longer than its words. */
static void test_ragged_ranges(void **state)
{
    struct fixture *f = *state;

    assert_fm_ok(fm_conllu_read(fm_str("1-3\tdu\t_\t_\t_\t_\t_\t_\t_\t_\n"
                                       "1\tde\tde\tADP\tIN\t_\t0\troot\t_\t_\n"
                                       "2\tle\tle\tDET\tDT\t_\t1\tdet\t_\t_\n"
                                       "\n"
                                       "1-2\tx\t_\t_\t_\t_\t_\t_\t_\t_\n"),
                                &f->text, &f->doc, &f->why, NULL));
    assert_int_equal(f->doc.token_count, 2);
    assert_true(f->doc.end[1] <= f->doc.text.len);
}

static void test_long_sentence_is_cut(void **state)
{
    struct fixture *f = *state;
    struct fm_buf in;

    fm_buf_init(&in, (size_t)1 << 20);
    for (unsigned i = 1; i <= 300; i++)
        fm_buf_printf(&in, "%u\tw\tw\tX\tFW\t_\t%u\tdep\t_\t_\n", i,
                      i == 1 ? 0u : 1u);
    assert_fm_ok(
        fm_conllu_read(fm_buf_view(&in), &f->text, &f->doc, &f->why, &f->gold));
    assert_int_equal(f->doc.sentence_count, 2);
    assert_int_equal(f->doc.sentences[0].last, FM_SENTENCE_TOKENS_MAX);
    assert_int_equal(f->gold.head[299], 299);
    fm_buf_release(&in);
}

static struct fm_str written(struct fixture *f, const char *conllu,
                             struct fm_buf *out)
{
    assert_fm_ok(
        fm_conllu_read(fm_str(conllu), &f->text, &f->doc, &f->why, NULL));
    fm_buf_reset(out);
    fm_conllu_write(&f->doc, out);
    return fm_buf_view(out);
}

/* Paragraphs, gaps, ranges and names, to the byte. */
static void test_write(void **state)
{
    struct fm_name names[] = {
        {.first = 0, .last = 1, .type = FM_NE_CITY},
        {.first = 3, .last = 5, .type = FM_NE_PERSON},
    };
    struct fixture *f = *state;
    struct fm_buf out;

    fm_buf_init(&out, (size_t)1 << 20);
    (void)written(f,
                  "# newpar\n"
                  "1-2\tSund's\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter=No\n"
                  "1\tSund\t_\t_\t_\t_\t_\t_\t_\t_\n"
                  "2\t's\t_\t_\t_\t_\t_\t_\t_\t_\n"
                  "3\t.\t_\t_\t_\t_\t_\t_\t_\t_\n\n"
                  "1\tAnn\t_\t_\t_\t_\t_\t_\t_\t_\n"
                  "2\tLee\t_\t_\t_\t_\t_\t_\t_\t_\n\n",
                  &out);
    f->doc.names = names;
    f->doc.name_count = 2;
    fm_buf_reset(&out);
    fm_conllu_write(&f->doc, &out);
    assert_str(fm_buf_view(&out),
               "# newpar\n# sent_id = 1\n# text = Sund's.\n"
               "1-2\tSund's\t_\t_\t_\t_\t_\t_\t_\t"
               "SpaceAfter=No|TokenRange=0:6\n"
               "1\tSund\t_\t_\t_\t_\t_\t_\t_\tNE=B-CITY|TokenRange=0:4\n"
               "2\t's\t_\t_\t_\t_\t_\t_\t_\tTokenRange=4:6\n"
               "3\t.\t_\t_\t_\t_\t_\t_\t_\tTokenRange=6:7\n\n"
               "# sent_id = 2\n# text = Ann Lee\n"
               "1\tAnn\t_\t_\t_\t_\t_\t_\t_\tNE=B-PER|TokenRange=8:11\n"
               "2\tLee\t_\t_\t_\t_\t_\t_\t_\tNE=I-PER|TokenRange=12:15\n"
               "\n");
    f->doc.names = NULL;
    f->doc.name_count = 0;
    fm_buf_release(&out);
}

/* What is no UTF-8 or would break a line becomes U+FFFD, other scripts stay. */
static void test_write_is_clean(void **state)
{
    struct fixture *f = *state;
    struct fm_buf out;
    struct fm_str text;

    fm_buf_init(&out, (size_t)1 << 20);
    text = written(f,
                   "1\t\xff\x01z\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter=No\n"
                   "2\t\xe2\x80\xa8\t_\t_\t_\t_\t_\t_\t_\t_\n"
                   "3\t\xd8\xb3\xf0\x9f\x98\x80\t_\t_\t_\t_\t_\t_\t_\t_\n",
                   &out);
    assert_true(fm_str_find(text,
                            fm_str("# text = \xef\xbf\xbd\xef\xbf\xbdz"
                                   "\xef\xbf\xbd \xd8\xb3\xf0\x9f\x98\x80"
                                   "\n1\t\xef\xbf\xbd\xef\xbf\xbdz\t"),
                            0) != SIZE_MAX);
    fm_buf_release(&out);
}

static void test_piece_names_its_line(void **state)
{
    struct fixture *f = *state;
    size_t line = 100;

    assert_fm_err(
        fm_conllu_read_piece(fm_str("# text = a\n1\ta\t_\t_\t_\t_\t_\t_\t_\t_\n"
                                    "2\tb\n"),
                             &f->text, &f->doc, &line, &f->why),
        FM_EINVAL);
    assert_int_equal(line, 103);
    assert_string_equal(f->why.text, "not ten columns");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_read, setup, teardown),
        cmocka_unit_test_setup_teardown(test_round_trip, setup, teardown),
        cmocka_unit_test_setup_teardown(test_malformed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_ragged_ranges, setup, teardown),
        cmocka_unit_test_setup_teardown(test_write, setup, teardown),
        cmocka_unit_test_setup_teardown(test_write_is_clean, setup, teardown),
        cmocka_unit_test_setup_teardown(test_piece_names_its_line, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_long_sentence_is_cut, setup,
                                        teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
