#include "fm_test.h"
#include "nlp/nlp.h"

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

static void read_text(const char *text)
{
    assert_fm_ok(fm_nlp_read(nlp, fm_str(text), false, &doc, NULL));
}

static int count_of(const char *name, enum fm_ne_type type)
{
    int n = 0;

    for (size_t i = 0; i < doc.name_count; i++)
        n += doc.names[i].type == type &&
             fm_str_eqz(
                 fm_doc_range(&doc, doc.names[i].first, doc.names[i].last),
                 name);
    return n;
}

static void finds_people(void **state)
{
    (void)state;
    read_text("Former U.S. Secretary of State Jane Roe met President Vladimir "
              "Petrov. Petrov said little. Mr. Doe and George W. Doe came. "
              "Lieutenant General Ahmed bin Rashid al-Mansur saw Moon Jae-in.");
    assert_int_equal(count_of("Jane Roe", FM_NE_PERSON), 1);
    assert_int_equal(count_of("Vladimir Petrov", FM_NE_PERSON), 1);
    assert_int_equal(count_of("Petrov", FM_NE_PERSON), 1);
    assert_int_equal(count_of("Doe", FM_NE_PERSON), 1);
    assert_int_equal(count_of("George W. Doe", FM_NE_PERSON), 1);
    assert_int_equal(count_of("Moon Jae-in", FM_NE_PERSON), 1);
    assert_int_equal(count_of("U.S.", FM_NE_COUNTRY), 1);
}

static void finds_bodies(void **state)
{
    (void)state;
    read_text("The Ministry of Foreign Affairs, the Organization for the "
              "Protection of Rivers, Acme Holdings Ltd. and the Securities and "
              "Exchange Commission agreed. The Russian Foreign Ministry and "
              "NATO did not, nor did the University of Riverton.");
    assert_int_equal(
        count_of("Ministry of Foreign Affairs", FM_NE_ORGANIZATION), 1);
    assert_int_equal(count_of("Organization for the Protection of Rivers",
                              FM_NE_ORGANIZATION),
                     1);
    assert_int_equal(count_of("Acme Holdings Ltd.", FM_NE_ORGANIZATION), 1);
    assert_int_equal(
        count_of("Securities and Exchange Commission", FM_NE_ORGANIZATION), 1);
    assert_int_equal(count_of("Russian Foreign Ministry", FM_NE_ORGANIZATION),
                     1);
    assert_int_equal(count_of("NATO", FM_NE_ORGANIZATION), 1);
    assert_int_equal(count_of("University of Riverton", FM_NE_ORGANIZATION), 1);
}

static void finds_places(void **state)
{
    (void)state;
    read_text("Uzbekistan and Bosnia and Herzegovina sent teams to Almaty, in "
              "Central Asia. Russian and Kazakh athletes trained near Lake "
              "Orlova. It rained in Zvenkovo.");
    assert_int_equal(count_of("Uzbekistan", FM_NE_COUNTRY), 1);
    assert_int_equal(count_of("Bosnia and Herzegovina", FM_NE_COUNTRY), 1);
    assert_int_equal(count_of("Almaty", FM_NE_CITY), 1);
    assert_int_equal(count_of("Central Asia", FM_NE_REGION), 1);
    assert_int_equal(count_of("Russian", FM_NE_NATIONALITY), 1);
    assert_int_equal(count_of("Lake Orlova", FM_NE_LOCATION), 1);
    assert_int_equal(count_of("Zvenkovo", FM_NE_LOCATION), 1);
}

static void leaves_common_words(void **state)
{
    (void)state;
    read_text("Prices rose on Monday in May. Officials spoke. The talks "
              "failed. Meanwhile, nobody left. I think so. Talks go on.");
    assert_int_equal(doc.name_count, 0);
}

static void cuts_runs(void **state)
{
    (void)state;
    read_text("CSTO Secretary General Nikolai Petrov spoke. The head of the "
              "CSTO Viktor Petrov agreed with Russian leader Boris Ivanov.");
    assert_int_equal(count_of("CSTO", FM_NE_ORGANIZATION), 2);
    assert_int_equal(count_of("Nikolai Petrov", FM_NE_PERSON), 1);
    assert_int_equal(count_of("Viktor Petrov", FM_NE_PERSON), 1);
    assert_int_equal(count_of("Boris Ivanov", FM_NE_PERSON), 1);
}

static void orders_names(void **state)
{
    (void)state;
    read_text("Jane Roe of Acme Corp flew from Paris to Rome with Ann Lee.");
    assert_true(doc.name_count >= 4);
    for (size_t i = 1; i < doc.name_count; i++)
        assert_true(doc.names[i - 1].last <= doc.names[i].first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_people), cmocka_unit_test(finds_bodies),
        cmocka_unit_test(finds_places), cmocka_unit_test(leaves_common_words),
        cmocka_unit_test(cuts_runs),    cmocka_unit_test(orders_names),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
