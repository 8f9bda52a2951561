/* Whom "he" and "she" stand for. */
#include "extract/gender.h"
#include "reading.h"

struct pronoun_case {
    const char *text;
    const char *names; /* of its pronouns, in their order, each with a ";" */
};

static const struct pronoun_case cases[] = {
    {"Anna Brandt leads the bank. She joined it in 1996.", "Anna Brandt;"},
    {"Anna Brandt met Peter Holm in Orm. He thanked her for the bridge.",
     "Peter Holm;Anna Brandt;"},
    {"Mr. Holm opened the bridge. Mrs. Brandt said she was glad.", "Brandt;"},
    {"Peter Holm spoke in Orm. He left on Monday. He will be back in May.",
     "Peter Holm;Peter Holm;"},
    {"Councillor Maeve O'Dowd argued that the road is long. She left.",
     "Maeve O'Dowd;"},
    /* No woman is named. */
    {"Peter Holm opened the bridge. She was not there.", ""},
    /* A club is nobody. */
    {"The club won the cup. He scored twice.", ""},
    /* Whose "he" it is depends on who speaks. */
    {"Peter Holm left the party. “He was tired,” said Anna Brandt.", ""},
    {"Peter Holm left the party. Another member said he was not surprised.",
     ""},
    {"Peter Holm spoke first. Carl Berg then arrived, accusing him of fraud.",
     "Peter Holm;"},
    /* Two men, equally likely. */
    {"Peter Holm and Carl Berg met in Orm. He left on Monday.", ""},
    /* Too far away. */
    {"Peter Holm opened the bridge. The bridge is long. The lake is deep. The "
     "town is old. The road is new. The hills are wet. He was late.",
     ""},
};

static const char *name_of(const Factmill__V1__Extraction *x, uint32_t entity)
{
    for (size_t i = 0; i < x->n_entities; i++)
        if (x->entities[i]->id == entity)
            return x->entities[i]->name;
    return "?";
}

static void pronouns_find_their_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const Factmill__V1__Extraction *x = reading_of("", cases[i].text);
        char got[256] = "";
        size_t len = 0;

        for (size_t k = 0; k < x->n_mentions; k++)
            if (x->mentions[k]->how == FACTMILL__V1__MENTION__HOW__PRONOUN)
                len += (size_t)snprintf(
                    got + len, sizeof got - len, "%s;",
                    name_of(x, (uint32_t)x->mentions[k]->entity));
        if (strcmp(got, cases[i].names) != 0)
            fail_msg("%s gives \"%s\", not \"%s\"", cases[i].text, got,
                     cases[i].names);
    }
}

/* The fact is about her, its words stay as they are. */
static void facts_are_tied_to_whom_they_are_about(void **state)
{
    const Factmill__V1__Extraction *x =
        reading_of("", "Anna Brandt leads the bank. She built a bridge.");
    const Factmill__V1__Fact *fact =
        reading_fact(x, FACTMILL__V1__FACT__KIND__RELATION, "She");

    (void)state;
    assert_found(fact);
    assert_true(fact->subject->entity != 0);
    assert_string_equal(name_of(x, (uint32_t)fact->subject->entity),
                        "Anna Brandt");
}

static void titles_and_names_tell_the_gender(void **state)
{
    (void)state;
    assert_int_equal(fm_gender_of_title(fm_str("Mrs.")), FM_GENDER_FEMALE);
    assert_int_equal(fm_gender_of_title(fm_str("spokesman")), FM_GENDER_MALE);
    assert_int_equal(fm_gender_of_title(fm_str("minister")), FM_GENDER_UNKNOWN);
    assert_int_equal(fm_gender_of_name(fm_str("Anna")), FM_GENDER_FEMALE);
    assert_int_equal(fm_gender_of_name(fm_str("zoltan")), FM_GENDER_MALE);
    assert_int_equal(fm_gender_of_name(fm_str("Sasha")), FM_GENDER_UNKNOWN);
    assert_int_equal(fm_gender_of_name(fm_str("Abigail")), FM_GENDER_FEMALE);
    assert_int_equal(fm_gender_of_name(fm_str("a name too long to be one")),
                     FM_GENDER_UNKNOWN);
    assert_int_equal(fm_gender_of_pronoun(fm_str("Her")), FM_GENDER_FEMALE);
    assert_int_equal(fm_gender_of_pronoun(fm_str("it")), FM_GENDER_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pronouns_find_their_names),
        cmocka_unit_test(facts_are_tied_to_whom_they_are_about),
        cmocka_unit_test(titles_and_names_tell_the_gender),
    };

    return cmocka_run_group_tests(tests, reading_setup, reading_teardown);
}
