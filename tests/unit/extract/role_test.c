#include "reading.h"

#define KIND       FACTMILL__V1__FACT__KIND__ROLE
#define COMPLEMENT FACTMILL__V1__ARGUMENT__ROLE__COMPLEMENT
#define BODY       FACTMILL__V1__ARGUMENT__ROLE__ORGANIZATION_OF

static void reads_posts(void **state)
{
    static const struct {
        const char *text;
        const char *person;
        const char *post;
        const char *body;
        const char *rule;
    } cases[] = {
        {"President Petrov left.", "Petrov", "President", "", "role.title"},
        {"CSTO Secretary General Nikolai Petrov spoke.", "Nikolai Petrov",
         "Secretary General", "CSTO", "role.title"},
        {"They met U.S. Secretary of State Jane Roe.", "Jane Roe",
         "Secretary of State", "U.S.", "role.title"},
        {"It was said by Kazakh President Ivan Petrov.", "Ivan Petrov",
         "President", "Kazakh", "role.title"},
        {"Russia's foreign minister Ivan Petrov spoke.", "Ivan Petrov",
         "foreign minister", "Russia", "role.title"},
        {"The former prime minister Jane Roe spoke.", "Jane Roe",
         "former prime minister", "", "role.title"},
        {"Former U.S. Secretary of State Jane Roe left.", "Jane Roe",
         "Former U.S. Secretary of State", "U.S.", "role.title"},
        {"The President of Belarus Ivan Petrov spoke.", "Ivan Petrov",
         "President", "Belarus", "role.title_of"},
        {"The editor in chief of the journal “Lakes and Seas” Ivan Petrov "
         "spoke.",
         "Ivan Petrov", "editor in chief", "journal “Lakes and Seas”",
         "role.title_of"},
        {"Jane Roe, chief executive of Acme Corp, spoke.", "Jane Roe",
         "chief executive", "Acme Corp", "role.apposition"},
        {"Jane Roe, 47, a spokeswoman for the Ministry of Health, spoke.",
         "Jane Roe", "spokeswoman", "Ministry of Health", "role.apposition"},
        {"Acme's chief executive, Jane Roe, spoke.", "Jane Roe", NULL, NULL,
         NULL},
        {"The head of the agency, Jane Roe, resigned.", "Jane Roe",
         "head of the agency", "", "role.before"},
        {"The head of the opposition party Fatherland, Jane Roe, spoke.",
         "Jane Roe", "head", "opposition party Fatherland", "role.before"},
        {"Jane Roe is the chief executive of Acme Corp.", "Jane Roe",
         "chief executive", "Acme Corp.", "role.copula"},
        {"The Kazakh leader spoke to Ann.", "Ann", NULL, NULL, NULL},
        {"Mr. Roe left.", "Roe", NULL, NULL, NULL},
        {"Roe, mother of two, left.", "Roe", NULL, NULL, NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const Factmill__V1__Extraction *x = reading_of("", cases[i].text);
        const Factmill__V1__Fact *fact = reading_fact(x, KIND, cases[i].person);

        if (cases[i].post == NULL) {
            if (fact != NULL)
                fail_msg("a post in: %s", cases[i].text);
            continue;
        }
        if (fact == NULL) {
            fail_msg("no post in: %s", cases[i].text);
            return;
        }
        assert_string_equal(reading_argument(fact, COMPLEMENT), cases[i].post);
        assert_string_equal(reading_argument(fact, BODY), cases[i].body);
        assert_string_equal(fact->rule, cases[i].rule);
        assert_string_equal(fact->predicate->lemma, "be");
    }
}

static void reads_several_posts(void **state)
{
    const Factmill__V1__Extraction *x = reading_of(
        "", "“It is late,” said Ivan Petrov, political scientist, head of the "
            "PF “World of Lakes”, on Monday.");
    size_t n = 0;

    (void)state;
    for (size_t i = 0; i < x->n_facts; i++)
        n += x->facts[i]->kind == KIND;
    assert_int_equal(n, 2);
}

static void keeps_denials(void **state)
{
    const Factmill__V1__Extraction *x =
        reading_of("", "Jane Roe is not the president of Acme Corp. She did "
                       "not meet President Petrov.");
    const Factmill__V1__Fact *fact = reading_fact(x, KIND, "Jane Roe");

    (void)state;
    assert_found(fact);
    assert_int_equal(fact->polarity, FACTMILL__V1__FACT__POLARITY__NEGATIVE);
    assert_int_equal(fact->n_triggers, 1);
    /* A title is taken for granted. */
    fact = reading_fact(x, KIND, "Petrov");
    assert_found(fact);
    assert_int_equal(fact->polarity, FACTMILL__V1__FACT__POLARITY__POSITIVE);
}

/* The fact of this rule; NULL = none. */
static const Factmill__V1__Fact *role_by(const Factmill__V1__Extraction *x,
                                         const char *rule)
{
    for (size_t i = 0; i < x->n_facts; i++)
        if (x->facts[i]->kind == KIND && strcmp(x->facts[i]->rule, rule) == 0)
            return x->facts[i];
    return NULL;
}

static void reads_verbs_that_give_and_take(void **state)
{
    static const struct {
        const char *text;
        const char *rule;
        const char *person;
        const char *post;
        const char *body;
        const char *giver;
        const char *time;
    } cases[] = {
        {"Jane Roe was appointed governor of the Bank of Halvia in May 2014.",
         "role.taken", "Jane Roe", "governor", "Bank of Halvia", "",
         "May 2014"},
        {"The board named Paul Auden as chairman of Acme Corp.", "role.taken",
         "Paul Auden", "chairman", "Acme Corp.", "The board", ""},
        {"Adam Royce resigned as head of the mission in June 2009.",
         "role.left", "Adam Royce", "head of the mission", "", "", "June 2009"},
        {"Petra Hahn replaced Tomas Berec as leader of the Fatherland party.",
         "role.left", "Tomas Berec", "leader", "Fatherland party", "", ""},
        {"She served as prime minister of Norway from 2004 to 2011.",
         "role.taken", "She", "prime minister", "Norway", "", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const Factmill__V1__Extraction *x = reading_of("", cases[i].text);
        const Factmill__V1__Fact *fact = role_by(x, cases[i].rule);

        if (fact == NULL) {
            fail_msg("no post in: %s", cases[i].text);
            return;
        }
        assert_string_equal(fact->subject->text, cases[i].person);
        assert_string_equal(reading_argument(fact, COMPLEMENT), cases[i].post);
        assert_string_equal(reading_argument(fact, BODY), cases[i].body);
        assert_string_equal(
            reading_argument(fact, FACTMILL__V1__ARGUMENT__ROLE__AGENT),
            cases[i].giver);
        assert_string_equal(
            reading_argument(fact, FACTMILL__V1__ARGUMENT__ROLE__TIME),
            cases[i].time);
    }
}

static void takes_no_prize_for_a_post(void **state)
{
    (void)state;
    assert_null(role_by(reading_of("", "Jane Roe was named best director."),
                        "role.taken"));
    assert_null(
        role_by(reading_of("", "Jane Roe stepped on a rake."), "role.left"));
}

static void says_since_when(void **state)
{
    const Factmill__V1__Fact *fact = reading_fact(
        reading_of("", "Jane Roe, president of Brazil from 2011 to 2016, "
                       "spoke."),
        KIND, "Jane Roe");

    (void)state;
    assert_found(fact);
    assert_string_equal(
        reading_argument(fact, FACTMILL__V1__ARGUMENT__ROLE__TIME),
        "from 2011 to 2016");
    assert_string_equal(fact->time->start, "2011-01-01");
}

static void joins_posts(void **state)
{
    const Factmill__V1__Extraction *x = reading_of(
        "", "Jane Roe is president and chief executive of Acme Corp.");
    size_t n = 0;

    (void)state;
    for (size_t i = 0; i < x->n_facts; i++)
        if (x->facts[i]->kind == KIND) {
            assert_string_equal(reading_argument(x->facts[i], BODY),
                                "Acme Corp.");
            n++;
        }
    assert_int_equal(n, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_verbs_that_give_and_take),
        cmocka_unit_test(takes_no_prize_for_a_post),
        cmocka_unit_test(says_since_when),
        cmocka_unit_test(joins_posts),
        cmocka_unit_test(reads_posts),
        cmocka_unit_test(reads_several_posts),
        cmocka_unit_test(keeps_denials),
    };

    return cmocka_run_group_tests(tests, reading_setup, reading_teardown);
}
