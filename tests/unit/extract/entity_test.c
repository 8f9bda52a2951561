#include "reading.h"

static const Factmill__V1__Entity *entity_of(const Factmill__V1__Extraction *x,
                                             const char *name)
{
    for (size_t i = 0; i < x->n_entities; i++)
        if (strcmp(x->entities[i]->name, name) == 0)
            return x->entities[i];
    return NULL;
}

static size_t mentions_of(const Factmill__V1__Extraction *x,
                          const Factmill__V1__Entity *entity,
                          Factmill__V1__Mention__How how)
{
    size_t n = 0;

    if (entity == NULL) {
        fail_msg("no such entity");
        return 0;
    }
    for (size_t i = 0; i < x->n_mentions; i++)
        n += x->mentions[i]->entity == entity->id && x->mentions[i]->how == how;
    return n;
}

static void joins_forms_of_a_name(void **state)
{
    const Factmill__V1__Extraction *x = reading_of(
        "Petrov speaks",
        "The Lake Water Board (LWB) met on Monday. The LWB is old. Petrov was "
        "there. “No,” said President Ivan Petrov. Petrov left for the U.S. and "
        "the United States. Acme Corp paid. Acme was late.");
    const Factmill__V1__Entity *board = entity_of(x, "Lake Water Board");
    const Factmill__V1__Entity *person = entity_of(x, "Ivan Petrov");

    (void)state;
    assert_found(board);
    assert_found(person);
    assert_int_equal(
        mentions_of(x, board, FACTMILL__V1__MENTION__HOW__ABBREVIATION), 2);
    assert_int_equal(board->type, FACTMILL__V1__ENTITY__TYPE__ORGANIZATION);
    assert_int_equal(mentions_of(x, person, FACTMILL__V1__MENTION__HOW__ALIAS),
                     3);
    assert_int_equal(person->n_aliases, 1);
    assert_string_equal(person->aliases[0], "Petrov");
    assert_int_equal(x->mentions[x->n_mentions - 1]->span->field,
                     FACTMILL__V1__SPAN__FIELD__TITLE);
    assert_int_equal(mentions_of(x, entity_of(x, "United States"),
                                 FACTMILL__V1__MENTION__HOW__ABBREVIATION),
                     1);
    assert_non_null(entity_of(x, "Acme Corp"));
    assert_null(entity_of(x, "Acme"));
    for (size_t i = 0; i < x->n_entities; i++)
        assert_int_equal(x->entities[i]->id, i + 1);
}

static void what_is_left_of_a_name_is_nobody(void **state)
{
    const Factmill__V1__Extraction *x =
        reading_of("T", "Shares of Lindow Grain Inc rose. Inc said so.");

    (void)state;
    assert_null(entity_of(x, "Inc"));
}

static void keeps_namesakes_apart(void **state)
{
    const Factmill__V1__Extraction *x = reading_of(
        "", "President Ivan Petrov met Minister Boris Petrov. Petrov left.");

    (void)state;
    assert_non_null(entity_of(x, "Ivan Petrov"));
    assert_non_null(entity_of(x, "Boris Petrov"));
    assert_int_equal(mentions_of(x, entity_of(x, "Boris Petrov"),
                                 FACTMILL__V1__MENTION__HOW__ALIAS),
                     1);
}

static void ties_arguments(void **state)
{
    const Factmill__V1__Extraction *x = reading_of(
        "", "The President of Belarus Ivan Petrov spoke of the lakes.");
    const Factmill__V1__Fact *fact =
        reading_fact(x, FACTMILL__V1__FACT__KIND__ROLE, "Ivan Petrov");
    const Factmill__V1__Entity *person = entity_of(x, "Ivan Petrov");
    const Factmill__V1__Entity *country = entity_of(x, "Belarus");

    (void)state;
    assert_found(fact);
    assert_found(person);
    assert_found(country);
    assert_int_equal(fact->subject->entity, person->id);
    assert_int_equal(fact->n_arguments, 2);
    assert_int_equal(fact->arguments[0]->entity, 0);
    assert_int_equal(fact->arguments[1]->entity, country->id);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(joins_forms_of_a_name),
        cmocka_unit_test(keeps_namesakes_apart),
        cmocka_unit_test(what_is_left_of_a_name_is_nobody),
        cmocka_unit_test(ties_arguments),
    };

    return cmocka_run_group_tests(tests, reading_setup, reading_teardown);
}
