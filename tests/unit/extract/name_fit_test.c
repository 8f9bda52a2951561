/* Names as facts want them, on documents whose names the test gives. */
#include "extract/name_fit.h"

#include "fm_test.h"
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

/* Reads text: no names, and what has a capital is a proper noun. */
static void read_text(const char *text)
{
    assert_fm_ok(fm_nlp_read(nlp, fm_str(text), false, &doc, NULL));
    doc.ner = fm_arena_alloc(&doc.arena, doc.token_count);
    doc.upos = fm_arena_alloc(&doc.arena, doc.token_count);
    doc.names = fm_arena_array(&doc.arena, doc.token_count, sizeof *doc.names);
    assert_true(doc.ner != NULL && doc.upos != NULL && doc.names != NULL);
    for (size_t i = 0; i < doc.token_count; i++) {
        doc.ner[i] = FM_NER_OUT;
        doc.upos[i] = doc.flags[i] & FM_TOKEN_CAPITAL ? FM_PROPN : FM_NOUN;
    }
    doc.name_count = 0;
}

/* The text from name on was read as a name; names are given in their order. */
static void name(const char *name, enum fm_ne_type type)
{
    struct fm_str found = fm_str(name);
    size_t from = doc.name_count > 0
                      ? doc.end[doc.names[doc.name_count - 1].last - 1]
                      : 0;
    size_t at = fm_str_find(doc.text, found, from);
    struct fm_name *to = &doc.names[doc.name_count++];

    assert_true(at != SIZE_MAX);
    to->first = (uint32_t)fm_doc_token_at(&doc, (uint32_t)at);
    to->last =
        (uint32_t)fm_doc_token_at(&doc, (uint32_t)(at + found.len - 1)) + 1;
    to->type = (uint8_t)type;
}

static void check(size_t i, const char *text, enum fm_ne_type type)
{
    const struct fm_name *n = &doc.names[i];

    assert_true(i < doc.name_count);
    assert_true(fm_str_eqz(fm_doc_range(&doc, n->first, n->last), text));
    assert_int_equal(n->type, type);
}

static void posts_are_no_part_of_people(void **state)
{
    (void)state;
    read_text("They saw Kenyan President Jane Roe and Mr. Doe near the "
              "President.");
    name("Kenyan President Jane Roe", FM_NE_PERSON);
    name("Mr. Doe", FM_NE_PERSON);
    name("President", FM_NE_PERSON);
    assert_fm_ok(fm_name_fit(&doc, NULL));
    assert_int_equal(doc.name_count, 3);
    check(0, "Kenyan", FM_NE_NATIONALITY);
    check(1, "Jane Roe", FM_NE_PERSON);
    check(2, "Doe", FM_NE_PERSON);
}

static void posts_of_something_are_none(void **state)
{
    (void)state;
    read_text("They saw the President of Kenya Jane Roe and NATO Secretary "
              "General Jane Doe.");
    name("President of Kenya", FM_NE_PERSON);
    name("Jane Roe", FM_NE_PERSON);
    name("NATO Secretary", FM_NE_PERSON);
    name("Jane Doe", FM_NE_PERSON);
    assert_fm_ok(fm_name_fit(&doc, NULL));
    assert_int_equal(doc.name_count, 4);
    check(0, "Kenya", FM_NE_COUNTRY);
    check(1, "Jane Roe", FM_NE_PERSON);
    check(2, "NATO", FM_NE_ORGANIZATION);
    check(3, "Jane Doe", FM_NE_PERSON);
}

static void people_are_whole(void **state)
{
    (void)state;
    read_text("They saw Piet van Daal, Kassym-Jomart Roe and Jane Zelmer.");
    name("Piet", FM_NE_PERSON);
    name("Kassym", FM_NE_PERSON);
    name("Jomart Roe", FM_NE_PERSON);
    name("Jane", FM_NE_PERSON);
    name("Zelmer", FM_NE_PERSON);
    assert_fm_ok(fm_name_fit(&doc, NULL));
    assert_int_equal(doc.name_count, 3);
    check(0, "Piet van Daal", FM_NE_PERSON);
    check(1, "Kassym-Jomart Roe", FM_NE_PERSON);
    check(2, "Jane Zelmer", FM_NE_PERSON);
}

static void particles_lead_to_people(void **state)
{
    (void)state;
    read_text("They saw Deputy Governor Piet van Daal.");
    name("Daal", FM_NE_PERSON);
    assert_fm_ok(fm_name_fit(&doc, NULL));
    assert_int_equal(doc.name_count, 1);
    check(0, "Piet van Daal", FM_NE_PERSON);
}

static void proper_nouns_are_names_days_are_none(void **state)
{
    (void)state;
    read_text("They saw the Harbour Ministry on Thursday, and in June Kenya "
              "won.");
    name("Kenya", FM_NE_COUNTRY);
    assert_fm_ok(fm_name_fit(&doc, NULL));
    assert_int_equal(doc.name_count, 2);
    check(0, "Harbour Ministry", FM_NE_ORGANIZATION);
    check(1, "Kenya", FM_NE_COUNTRY);
}

static void names_by_rule_stay(void **state)
{
    struct fm_name *names;

    (void)state;
    assert_fm_ok(fm_nlp_read(nlp, fm_str("They saw President Jane Roe."), false,
                             &doc, NULL));
    names = doc.names;
    assert_fm_ok(fm_name_fit(&doc, NULL));
    assert_ptr_equal(doc.names, names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(posts_are_no_part_of_people),
        cmocka_unit_test(posts_of_something_are_none),
        cmocka_unit_test(people_are_whole),
        cmocka_unit_test(particles_lead_to_people),
        cmocka_unit_test(proper_nouns_are_names_days_are_none),
        cmocka_unit_test(names_by_rule_stay),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
