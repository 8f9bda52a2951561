#include "extract/nominal.h"

#include "extract/time.h"
#include "parsed.h"

/* "subject | predicate | ROLE:preposition text … @time modality" of each fact. */
static void show(struct fm_buf *out, const Factmill__V1__Fact *fact)
{
    fm_buf_printf(out, "%s | %s", fact->subject->text, fact->predicate->lemma);
    for (size_t i = 0; i < fact->n_arguments; i++) {
        const Factmill__V1__Argument *a = fact->arguments[i];
        const char *role =
            protobuf_c_enum_descriptor_get_value(
                &factmill__v1__argument__role__descriptor, (int)a->role)
                ->name;

        fm_buf_printf(out, " | %s:%s%s%s", role, a->preposition,
                      a->preposition[0] != '\0' ? " " : "", a->text);
    }
    if (fact->time != NULL)
        fm_buf_printf(out, " @%s", fact->time->value);
    if (fact->modality != FACTMILL__V1__FACT__MODALITY__ASSERTED)
        fm_buf_printf(out, " %d", (int)fact->modality);
}

/* Words that are a city's name. */
static void name_cities(struct fm_doc *doc)
{
    doc->names =
        fm_arena_array(&doc->arena, doc->token_count + 1, sizeof *doc->names);
    doc->name_count = 0;
    for (uint32_t i = 0; i < doc->token_count; i++)
        if (fm_str_eqz(doc->form[i], "Oslo"))
            doc->names[doc->name_count++] =
                (struct fm_name){i, i + 1, FM_NE_CITY};
}

/* The facts of sentences published on 1 June 2015. */
static void check(const char *words, const char *const *facts, size_t n)
{
    struct parsed p;
    struct fm_buf out;

    parsed_init(&p, words);
    p.ctx.published_us = INT64_C(1433116800000000);
    name_cities(&p.doc);
    fm_buf_init(&out, 1 << 16);
    fm_extract_times(&p.ctx);
    fm_extract_nominal_events(&p.ctx);
    for (size_t i = 0; i < p.ctx.fact_count; i++) {
        fm_buf_reset(&out);
        show(&out, p.ctx.facts[i]);
        fm_buf_char(&out, '\0');
        if (i >= n)
            fail_msg("one fact too many: %s", out.data);
        else
            assert_string_equal(out.data, facts[i]);
    }
    assert_int_equal(p.ctx.fact_count, n);
    fm_buf_release(&out);
    parsed_release(&p);
}

#define CHECK_NONE(words) check((words), NULL, 0)
#define CHECK(words, ...)                                       \
 do {                                                           \
  static const char *const expected[] = {__VA_ARGS__};          \
  check((words), expected, sizeof expected / sizeof *expected); \
 } while (0)

static void reads_who_and_when(void **state)
{
    (void)state;
    CHECK("The/DET/DT/2/det\n"
          "signing/NOUN/NN/8/nsubj\n"
          "of/ADP/IN/5/case\n"
          "its/PRON/PRP$/5/nmod:poss\n"
          "charter/NOUN/NN/2/nmod\n"
          "in/ADP/IN/7/case\n"
          "1996/NUM/CD/2/nmod\n"
          "helped/VERB/VBD/0/root/help\n"
          "./PUNCT/./8/punct\n",
          "The signing of its charter | signing | OBLIQUE:of its charter | "
          "TIME:in 1996 @1996");
    /* Who did it, whose it was, and a time that the tree gives to the verb. */
    CHECK("Acme/PROPN/NNP/3/nmod:poss\n"
          "'s/PART/POS/1/case\n"
          "takeover/NOUN/NN/8/nsubj\n"
          "of/ADP/IN/5/case\n"
          "Orbis/PROPN/NNP/3/nmod\n"
          "in/ADP/IN/7/case\n"
          "2012/NUM/CD/8/obl\n"
          "failed/VERB/VBD/0/root/fail\n"
          "./PUNCT/./8/punct\n",
          "Acme 's takeover of Orbis | takeover | OBLIQUE:of Orbis | "
          "AGENT:Acme | TIME:in 2012 @2012");
}

static void keeps_times_apart(void **state)
{
    (void)state;
    /* The year is no participant, and alone it is not enough. */
    CHECK_NONE("They/PRON/PRP/2/nsubj\n"
               "recalled/VERB/VBD/0/root/recall\n"
               "the/DET/DT/4/det\n"
               "collapse/NOUN/NN/2/obj\n"
               "of/ADP/IN/6/case\n"
               "1929/NUM/CD/4/nmod\n"
               "./PUNCT/./2/punct\n");
    /* What is still to come did not happen. */
    CHECK("They/PRON/PRP/2/nsubj\n"
          "fear/VERB/VBP/0/root/fear\n"
          "the/DET/DT/4/det\n"
          "closure/NOUN/NN/2/obj\n"
          "of/ADP/IN/7/case\n"
          "the/DET/DT/7/det\n"
          "plant/NOUN/NN/4/nmod\n"
          "in/ADP/IN/9/case\n"
          "2017/NUM/CD/4/nmod\n"
          "./PUNCT/./2/punct\n",
          "the closure of the plant | closure | OBLIQUE:of the plant | "
          "TIME:in 2017 @2017 9");
}

static void leaves_to_clauses_what_they_say(void **state)
{
    (void)state;
    CHECK_NONE("The/DET/DT/2/det\n"
               "meeting/NOUN/NN/6/nsubj\n"
               "of/ADP/IN/5/case\n"
               "the/DET/DT/5/det\n"
               "council/NOUN/NN/2/nmod\n"
               "took/VERB/VBD/0/root/take\n"
               "place/NOUN/NN/6/obj\n"
               "in/ADP/IN/9/case\n"
               "2012/NUM/CD/6/obl\n"
               "./PUNCT/./6/punct\n");
}

static void says_where_things_are(void **state)
{
    (void)state;
    CHECK("The/DET/DT/2/det\n"
          "firm/NOUN/NN/4/nmod:poss\n"
          "'s/PART/POS/2/case\n"
          "headquarters/NOUN/NN/7/nsubj\n"
          "in/ADP/IN/6/case\n"
          "Oslo/PROPN/NNP/4/nmod\n"
          "burned/VERB/VBD/0/root/burn\n"
          "./PUNCT/./7/punct\n",
          "The firm 's headquarters | be | PLACE:in Oslo");
    /* One that may not be there yet. */
    CHECK_NONE("They/PRON/PRP/2/nsubj\n"
               "planned/VERB/VBD/0/root/plan\n"
               "a/DET/DT/5/det\n"
               "car/NOUN/NN/5/compound\n"
               "factory/NOUN/NN/2/obj\n"
               "in/ADP/IN/7/case\n"
               "Oslo/PROPN/NNP/5/nmod\n"
               "./PUNCT/./2/punct\n");
    /* What talks are on is not where they are. */
    CHECK_NONE("The/DET/DT/2/det\n"
               "talks/NOUN/NNS/8/nsubj\n"
               "of/ADP/IN/5/case\n"
               "the/DET/DT/5/det\n"
               "council/NOUN/NN/2/nmod\n"
               "on/ADP/IN/7/case\n"
               "Oslo/PROPN/NNP/2/nmod\n"
               "failed/VERB/VBD/0/root/fail\n"
               "./PUNCT/./8/punct\n");
    CHECK("Oslo/PROPN/NNP/3/compound\n"
          "-/PUNCT/HYPH/3/punct\n"
          "based/VERB/VBN/4/amod\n"
          "Acme/PROPN/NNP/5/nsubj\n"
          "grew/VERB/VBD/0/root/grow\n"
          "./PUNCT/./5/punct\n",
          "Acme | be based | PLACE:in Oslo");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_who_and_when),
        cmocka_unit_test(keeps_times_apart),
        cmocka_unit_test(says_where_things_are),
        cmocka_unit_test(leaves_to_clauses_what_they_say),
    };

    return cmocka_run_group_tests_name("extract.nominal", tests, NULL, NULL);
}
