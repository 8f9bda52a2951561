#include "extract/clause.h"

#include "parsed.h"

/* Appends " | role:preposition text". */
static void show_argument(struct fm_buf *out, const Factmill__V1__Argument *a)
{
    const char *role =
        protobuf_c_enum_descriptor_get_value(
            &factmill__v1__argument__role__descriptor, (int)a->role)
            ->name;

    fm_buf_printf(out, " | %s:%s%s%s", role, a->preposition,
                  a->preposition[0] != '\0' ? " " : "", a->text);
}

/* "rule: subject | predicate | ROLE:argument …" */
static void show_fact(struct fm_buf *out, const Factmill__V1__Fact *fact)
{
    fm_buf_printf(out, "%s: %s | %s", fact->rule, fact->subject->text,
                  fact->predicate->text[0] != '\0' ? fact->predicate->text
                                                   : fact->predicate->lemma);
    for (size_t i = 0; i < fact->n_arguments; i++)
        show_argument(out, fact->arguments[i]);
}

/* The facts of a sentence are those of the list, in its order. */
static void check(const char *words, const char *const *facts, size_t n)
{
    struct parsed p;
    struct fm_buf out;

    parsed_init(&p, words);
    fm_buf_init(&out, 1 << 16);
    fm_extract_clauses(&p.ctx);
    for (size_t i = 0; i < p.ctx.fact_count; i++) {
        fm_buf_reset(&out);
        show_fact(&out, p.ctx.facts[i]);
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

#define CHECK(words, ...)                                       \
 do {                                                           \
  static const char *const expected[] = {__VA_ARGS__};          \
  check((words), expected, sizeof expected / sizeof *expected); \
 } while (0)

static void reads_verb_and_arguments(void **state)
{
    (void)state;
    CHECK("The/DET/DT/2/det\n"
          "firm/NOUN/NN/4/nsubj\n"
          "has/AUX/VBZ/4/aux\n"
          "sold/VERB/VBN/0/root\n"
          "its/PRON/PRP$/6/nmod:poss\n"
          "plant/NOUN/NN/4/obj\n"
          "to/ADP/IN/8/case\n"
          "Acme/PROPN/NNP/4/obl\n"
          "./PUNCT/./4/punct\n",
          "clause.verb: The firm | has sold | OBJECT:its plant | "
          "OBLIQUE:to Acme");
}

static void shares_subject_and_auxiliary(void **state)
{
    (void)state;
    CHECK("Two/NUM/CD/2/nummod\n"
          "men/NOUN/NNS/4/nsubj:pass\n"
          "were/AUX/VBD/4/aux:pass\n"
          "arrested/VERB/VBN/0/root\n"
          "and/CCONJ/CC/6/cc\n"
          "charged/VERB/VBN/4/conj\n"
          "with/ADP/IN/8/case\n"
          "theft/NOUN/NN/6/obl\n"
          "by/ADP/IN/10/case\n"
          "police/NOUN/NN/6/obl:agent\n",
          "clause.passive: Two men | were arrested",
          "clause.joined_passive: Two men | were charged | AGENT:by police | "
          "OBLIQUE:with theft");
}

static void follows_relative_clauses(void **state)
{
    (void)state;
    CHECK("Lee/PROPN/NNP/6/nsubj\n"
          ",/PUNCT/,/4/punct\n"
          "who/PRON/WP/4/nsubj\n"
          "owns/VERB/VBZ/1/acl:relcl\n"
          "Acme/PROPN/NNP/4/obj\n"
          "left/VERB/VBD/0/root\n"
          "the/DET/DT/8/det\n"
          "firm/NOUN/NN/6/obj\n"
          "he/PRON/PRP/10/nsubj\n"
          "built/VERB/VBD/8/acl:relcl\n",
          "clause.relative: Lee | owns | OBJECT:Acme",
          "clause.verb: Lee | left | OBJECT:the firm he built",
          "clause.verb: he | built | OBJECT:the firm");
}

static void joins_chains_of_verbs(void **state)
{
    (void)state;
    CHECK("It/PRON/PRP/2/nsubj\n"
          "began/VERB/VBD/0/root\n"
          "to/PART/TO/4/mark\n"
          "build/VERB/VB/2/xcomp\n"
          "ships/NOUN/NNS/4/obj\n"
          "and/CCONJ/CC/7/cc\n"
          "asked/VERB/VBD/2/conj\n"
          "Acme/PROPN/NNP/7/obj\n"
          "to/PART/TO/10/mark\n"
          "help/VERB/VB/7/xcomp\n",
          "clause.verb: It | began to build | OBJECT:ships",
          "clause.joined: It | asked | OBJECT:Acme | COMPLEMENT:to help",
          "clause.control: Acme | help");
}

static void reads_copulas_and_nouns(void **state)
{
    (void)state;
    CHECK("Acme/PROPN/NNP/10/nsubj\n"
          ",/PUNCT/,/5/punct\n"
          "the/DET/DT/5/det\n"
          "largest/ADJ/JJS/5/amod\n"
          "maker/NOUN/NN/1/appos\n"
          ",/PUNCT/,/5/punct\n"
          "is/AUX/VBZ/10/cop\n"
          "Sund/PROPN/NNP/10/nmod:poss\n"
          "'s/PART/POS/8/case\n"
          "pride/NOUN/NN/0/root\n"
          "since/ADP/IN/12/case\n"
          "May/PROPN/NNP/10/obl\n",
          "clause.copula: Acme | is | COMPLEMENT:Sund 's pride | "
          "OBLIQUE:since May",
          "noun.apposition: Acme | be | COMPLEMENT:the largest maker");
}

/* "it" stands for the infinitive, and does nothing. */
static void knows_extraposition(void **state)
{
    (void)state;
    CHECK("It/PRON/PRP/3/nsubj\n"
          "was/AUX/VBD/3/cop\n"
          "hard/ADJ/JJ/0/root\n"
          "to/PART/TO/5/mark\n"
          "leave/VERB/VB/3/advcl\n"
          "Sund/PROPN/NNP/5/obj\n",
          "clause.copula: It | was | COMPLEMENT:hard | PURPOSE:to leave Sund");
}

static void drops_what_says_nothing(void **state)
{
    (void)state;
    /* "more than they have" */
    CHECK("It/PRON/PRP/2/nsubj\n"
          "has/VERB/VBZ/0/root\n"
          "more/ADJ/JJR/2/obj\n"
          "than/SCONJ/IN/6/mark\n"
          "they/PRON/PRP/6/nsubj\n"
          "have/VERB/VBP/2/advcl\n",
          "clause.verb: It | has | OBJECT:more | OBLIQUE:than they have");
}

/* The relative clause hangs from "countries", but is of another number. */
static void relative_clauses_agree(void **state)
{
    (void)state;
    CHECK(
        "They/PRON/PRP/2/nsubj\n"
        "read/VERB/VBD/0/root\n"
        "a/DET/DT/4/det\n"
        "report/NOUN/NN/2/obj\n"
        "in/ADP/IN/7/case\n"
        "other/ADJ/JJ/7/amod\n"
        "countries/NOUN/NNS/4/nmod\n"
        "that/PRON/WDT/9/nsubj\n"
        "names/VERB/VBZ/7/acl:relcl\n"
        "names/NOUN/NNS/9/obj\n",
        "clause.verb: They | read | OBJECT:a report in other countries "
        "that names names",
        "clause.relative: a report in other countries | names | OBJECT:names");
}

static void calls_upon_others(void **state)
{
    (void)state;
    CHECK("Lee/PROPN/NNP/2/nsubj\n"
          "called/VERB/VBD/0/root/call\n"
          "on/ADP/IN/4/case\n"
          "Acme/PROPN/NNP/2/obl\n"
          "to/PART/TO/6/mark\n"
          "leave/VERB/VB/2/advcl\n",
          "clause.verb: Lee | called | OBLIQUE:on Acme | PURPOSE:to leave",
          "clause.adverbial: Acme | leave");
}

/* A question in place of a noun tells nothing of its own. */
static void keeps_questions_whole(void **state)
{
    (void)state;
    CHECK("Time/NOUN/NN/3/nsubj\n"
          "is/AUX/VBZ/3/cop\n"
          "what/PRON/WP/0/root\n"
          "they/PRON/PRP/5/nsubj\n"
          "lack/VERB/VBP/3/acl:relcl\n",
          "clause.copula: Time | is | COMPLEMENT:what they lack");
}

static void infinitives_are_subjects(void **state)
{
    (void)state;
    CHECK("To/PART/TO/2/mark\n"
          "leave/VERB/VB/5/csubj\n"
          "Sund/PROPN/NNP/2/obj\n"
          "is/AUX/VBZ/5/cop\n"
          "hard/ADJ/JJ/0/root\n",
          "clause.copula: To leave Sund | is | COMPLEMENT:hard");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_verb_and_arguments),
        cmocka_unit_test(shares_subject_and_auxiliary),
        cmocka_unit_test(follows_relative_clauses),
        cmocka_unit_test(joins_chains_of_verbs),
        cmocka_unit_test(reads_copulas_and_nouns),
        cmocka_unit_test(knows_extraposition),
        cmocka_unit_test(drops_what_says_nothing),
        cmocka_unit_test(relative_clauses_agree),
        cmocka_unit_test(calls_upon_others),
        cmocka_unit_test(keeps_questions_whole),
        cmocka_unit_test(infinitives_are_subjects),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
