/* The places of a word agree: documents whose likelihoods the test gives. */
#include "nlp/name_vote.h"

#include "fm_test.h"
#include "nlp/nlp.h"
#include "nlp/tags.h"

static struct fm_doc doc;
static struct fm_nlp *nlp;
static float *likely;

static int setup(void **state)
{
    const struct fm_nlp_options options = {.rules = true};

    (void)state;
    fm_doc_init(&doc, (size_t)64 << 20);
    return fm_nlp_open(&options, NULL, &nlp) == FM_OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    fm_doc_release(&doc);
    fm_nlp_close(nlp);
    return 0;
}

/* No word is likely a name. */
static void read_text(const char *text)
{
    assert_fm_ok(fm_nlp_read(nlp, fm_str(text), false, &doc, NULL));
    doc.ner = fm_arena_alloc(&doc.arena, doc.token_count);
    likely = fm_arena_array(&doc.arena, doc.token_count * FM_NER_COUNT,
                            sizeof *likely);
    assert_true(doc.ner != NULL && likely != NULL);
    for (size_t i = 0; i < doc.token_count; i++)
        likely[i * FM_NER_COUNT + FM_NER_OUT] = 1;
}

/* Where word stands for the n-th time. */
static size_t place(const char *word, size_t n)
{
    for (size_t i = 0; i < doc.token_count; i++)
        if (fm_str_eqz(doc.form[i], word) && n-- == 0)
            return i;
    fail_msg("%s does not stand there so often", word);
    return 0;
}

/* It is person, place or nothing with these parts. */
static void weigh(size_t i, float person, float where)
{
    float *of = likely + i * FM_NER_COUNT;

    of[FM_NER_B_PERSON] = person;
    of[FM_NER_B_LOCATION] = where;
    of[FM_NER_OUT] = 1 - person - where;
}

static void many_places_tell_one(void **state)
{
    (void)state;
    read_text("Zelm was glad. The port of Zelm grew. They sail to Zelm. Zelm "
              "lies north.");
    weigh(place("Zelm", 0), 0.55f, 0.4f);
    weigh(place("Zelm", 1), 0.02f, 0.95f);
    weigh(place("Zelm", 2), 0.02f, 0.95f);
    weigh(place("Zelm", 3), 0.1f, 0.85f);
    assert_fm_ok(fm_name_vote(&doc, likely, NULL));
    for (size_t n = 0; n < 4; n++)
        assert_int_equal(doc.ner[place("Zelm", n)], FM_NER_B_LOCATION);
}

static void a_sure_place_stays(void **state)
{
    (void)state;
    read_text("They saw Jordan Roe. Jordan is dry. We left Jordan.");
    weigh(place("Jordan", 0), 0.98f, 0.01f);
    weigh(place("Jordan", 1), 0.1f, 0.9f);
    weigh(place("Jordan", 2), 0.1f, 0.9f);
    assert_fm_ok(fm_name_vote(&doc, likely, NULL));
    assert_int_equal(doc.ner[place("Jordan", 0)], FM_NER_B_PERSON);
    assert_int_equal(doc.ner[place("Jordan", 1)], FM_NER_B_LOCATION);
}

static void small_words_have_no_vote(void **state)
{
    (void)state;
    read_text("The port is new. A port costs.");
    weigh(place("port", 0), 0, 0.6f);
    weigh(place("port", 1), 0, 0);
    assert_fm_ok(fm_name_vote(&doc, likely, NULL));
    assert_int_equal(doc.ner[place("port", 0)], FM_NER_B_LOCATION);
    assert_int_equal(doc.ner[place("port", 1)], FM_NER_OUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_places_tell_one),
        cmocka_unit_test(a_sure_place_stays),
        cmocka_unit_test(small_words_have_no_vote),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
