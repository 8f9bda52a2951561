/* Names out of labels, on documents whose labels the test gives. */
#include "fm_test.h"
#include "nlp/names.h"
#include "nlp/nlp.h"
#include "nlp/tags.h"

static struct fm_doc doc;
static struct fm_nlp *nlp;

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

/* Reads text; no word has a label. */
static void read_text(const char *text)
{
    assert_fm_ok(fm_nlp_read(nlp, fm_str(text), false, &doc, NULL));
    doc.ner = fm_arena_alloc(&doc.arena, doc.token_count);
    assert_non_null(doc.ner);
    memset(doc.ner, FM_NER_OUT, doc.token_count);
}

/* Labels the first words like these that have no label yet. */
static void label(const char *words, uint8_t first)
{
    struct fm_str rest = fm_str(words);
    struct fm_str word;
    size_t i = 0;

    for (uint8_t is = first; fm_str_next(&rest, ' ', &word); is = first + 1) {
        while (i < doc.token_count &&
               !(fm_str_eq(doc.form[i], word) && doc.ner[i] == FM_NER_OUT))
            i++;
        assert_true(i < doc.token_count);
        doc.ner[i++] = is;
    }
}

static void find(void)
{
    doc.names = NULL;
    doc.name_count = 0;
    assert_fm_ok(fm_names_find(&doc, NULL));
}

static enum fm_ne_type type_of(const char *name)
{
    for (size_t i = 0; i < doc.name_count; i++)
        if (fm_str_eqz(
                fm_doc_range(&doc, doc.names[i].first, doc.names[i].last),
                name))
            return (enum fm_ne_type)doc.names[i].type;
    return FM_NE_NONE;
}

static void takes_what_is_labelled(void **state)
{
    (void)state;
    read_text("We saw Mayor Jane Roe of the Riverton Ferry Board in Kenya.");
    label("Mayor Jane Roe", FM_NER_B_PERSON);
    label("Riverton Ferry Board", FM_NER_B_ORGANIZATION);
    label("Kenya", FM_NER_B_LOCATION);
    find();
    assert_int_equal(doc.name_count, 3);
    assert_int_equal(type_of("Mayor Jane Roe"), FM_NE_PERSON);
    assert_int_equal(type_of("Riverton Ferry Board"), FM_NE_ORGANIZATION);
    assert_int_equal(type_of("Kenya"), FM_NE_COUNTRY);
}

static void dates_are_no_names(void **state)
{
    (void)state;
    read_text(
        "On Thursday in June, they met. MONDAY, JULY 4 was dry. On Sunday "
        "June Roe joined the May Day Committee, and April spoke.");
    label("Thursday", FM_NER_B_OTHER);
    label("June", FM_NER_B_LOCATION);
    label("MONDAY", FM_NER_B_PERSON);
    label("JULY", FM_NER_B_ORGANIZATION);
    label("June Roe", FM_NER_B_PERSON);
    label("May Day Committee", FM_NER_B_ORGANIZATION);
    label("April", FM_NER_B_PERSON);
    find();
    assert_int_equal(doc.name_count, 3);
    assert_int_equal(type_of("June Roe"), FM_NE_PERSON);
    assert_int_equal(type_of("May Day Committee"), FM_NE_ORGANIZATION);
    assert_int_equal(type_of("April"), FM_NE_PERSON);
}

static void the_document_tells_surnames(void **state)
{
    (void)state;
    read_text("We saw Jane Zelmer. Then Zelmer left. An Austrian saw Zelmer.");
    label("Jane Zelmer", FM_NER_B_PERSON);
    label("Zelmer", FM_NER_B_LOCATION);
    find();
    assert_int_equal(doc.name_count, 4);
    assert_int_equal(doc.names[1].type, FM_NE_PERSON);
    assert_int_equal(doc.names[2].type, FM_NE_NATIONALITY);
    assert_int_equal(doc.names[3].type, FM_NE_PERSON);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_what_is_labelled),
        cmocka_unit_test(dates_are_no_names),
        cmocka_unit_test(the_document_tells_surnames),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
