/* Reports over syntax: attitudes, nouns, adjectives, passives, chains. */
#include "base/buf.h"
#include "reading.h"

/* Text, and its reports as "rule [-]subject > sources: lemma {topic}
 * {content}", one a line; sources outermost first. "-" = NEGATIVE. */
struct report_case {
    const char *text;
    const char *facts;
};

static const struct report_case cases[] = {
    {"The union backed the plan on Monday.",
     "report.object The union > The union: back {the plan on Monday}\n"},
    {"The minister sees the plan as a threat to the lake.",
     "report.object The minister > The minister: see {the plan as a threat to "
     "the lake}\n"},
    {"The minister promised not to close the school.",
     "report.infinitive The minister > The minister: promise {not to close "
     "the school}\n"},
    {"The mayor sees the lake from her window.", ""},
    {"Carla Berg, the mayor of Orm, said that the bridge is safe.",
     "report.that Carla Berg, the mayor of Orm > Carla Berg: say {that the "
     "bridge is safe}\n"},
    {"The minister declined to say whether the bridge is safe.",
     "report.question -The minister > The minister: say {whether the bridge is "
     "safe}\n"},
    {"The plan was condemned by the opposition.",
     "report.passive the opposition > the opposition: condemn {The plan}\n"},
    {"Carla Berg was accused of fraud.",
     "report.passive  > : accuse {Carla Berg} {of fraud}\n"},
    {"The bridge is expected to open in May.",
     "report.passive  > : expect {The bridge} {to open in May}\n"},
    {"The bridge was built by the state.", ""},
    {"The union's criticism of the plan grew louder.",
     "report.noun The union > The union: criticism {the plan}\n"},
    {"His promise to build a bridge was forgotten.",
     "report.noun His > His: promise {to build a bridge}\n"},
    {"The residents voiced concern about the plan.",
     "report.noun The residents > The residents: concern {the plan}\n"},
    {"There are rumours that the bridge is unsafe.",
     "report.noun  > : rumour {that the bridge is unsafe}\n"},
    {"The report that reached the court was read on Monday.", ""},
    {"The engineers are confident that the bridge is safe.",
     "report.adjective The engineers > The engineers: confident {that the "
     "bridge is safe}\n"},
    {"The mayor was not critical of the plan.",
     "report.adjective -The mayor > The mayor: critical {the plan}\n"},
    {"After two days, 57 per cent backed the agreement.",
     "report.object 57 per cent > 57 per cent: back {the agreement}\n"},
    {"In a poll of May, half of the residents trust the council.",
     "report.survey a poll of May > a poll of May: in {half of the residents "
     "trust the council}\n"},
    {"The mayor told Reuters the bridge is safe.",
     "report.bare The mayor > The mayor: tell {the bridge is safe} "
     "{Reuters}\n"},
    {"The mayor said the firm was seeking credit, adding that it is late.",
     "report.that The mayor > The mayor: add {that it is late}\n"
     "report.bare The mayor > The mayor: say {the firm was seeking credit}\n"},
    {"The policy changes, which officials said will go into effect in May, "
     "are new.",
     "report.relative officials > officials: say {The policy changes} {will "
     "go into effect in May}\n"},
    {"The firm issued a statement denying the report.",
     "report.object The firm > The firm: deny {the report}\n"},
    {"Asked about the plan, the mayor laughed.",
     "report.passive  > : ask {the plan}\n"},
    {"It is clear that the bridge is safe.", ""},
    {"The fee is among the changes agreed last month.", ""},
    {"Carla Berg said the engineers had warned that the bridge was unsafe.",
     "report.bare Carla Berg > Carla Berg: say {the engineers had warned that "
     "the bridge was unsafe}\n"
     "report.that the engineers > Carla Berg, the engineers: warn {that the "
     "bridge was unsafe}\n"},
    {"Carla Berg said the engineers supported the plan.",
     "report.bare Carla Berg > Carla Berg: say {the engineers supported the "
     "plan}\n"},
    {"According to the mayor, the bridge is unsafe, the report said.",
     "report.according the mayor > the report, the mayor: according to {the "
     "bridge is unsafe}\n"
     "report.inverted the report > the report: say {According to the mayor, "
     "the bridge is unsafe}\n"},
};

static void show_sources(const Factmill__V1__Fact *f, struct fm_buf *ret)
{
    for (size_t i = 0; i < f->n_attribution; i++) {
        const Factmill__V1__Argument *source = f->attribution[i]->source;

        fm_buf_printf(ret, "%s%s", i > 0 ? ", " : "",
                      source != NULL ? source->text : "");
    }
}

static void show(const Factmill__V1__Extraction *x, struct fm_buf *ret)
{
    for (size_t i = 0; i < x->n_facts; i++) {
        const Factmill__V1__Fact *f = x->facts[i];

        if (f->kind != FACTMILL__V1__FACT__KIND__REPORTED)
            continue;
        fm_buf_printf(
            ret, "%s %s%s > ", f->rule,
            f->polarity == FACTMILL__V1__FACT__POLARITY__NEGATIVE ? "-" : "",
            f->subject != NULL ? f->subject->text : "");
        show_sources(f, ret);
        fm_buf_printf(ret, ": %s", f->predicate->lemma);
        for (size_t k = 0; k < f->n_arguments; k++)
            fm_buf_printf(ret, " {%s}", f->arguments[k]->text);
        fm_buf_z(ret, "\n");
    }
}

static void reports_are_read_off_the_tree(void **state)
{
    size_t bad = 0;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fm_buf got;

        fm_buf_init(&got, (size_t)1 << 20);
        fm_buf_z(&got, "");
        show(reading_of("", cases[i].text), &got);
        if (!fm_str_eqz(fm_buf_view(&got), cases[i].facts)) {
            print_message("%s\n--- gives\n%.*s--- not\n%s", cases[i].text,
                          FM_STR_ARG(fm_buf_view(&got)), cases[i].facts);
            bad++;
        }
        fm_buf_release(&got);
    }
    assert_int_equal(bad, 0);
}

/* The minimal view leaves attitudes to the clauses, but not whose words a clause
 * within them is. */
static void minimal_facts_keep_their_attribution(void **state)
{
    static char text[] = "The engineers are confident that the bridge is safe. "
                         "The union backed the plan.";
    struct fm_extract_options options = {.view = FM_EXTRACT_MINIMAL};
    Factmill__V1__Extraction *x = NULL;
    Factmill__V1__Article article;
    const Factmill__V1__Fact *safe;

    (void)state;
    fm_arena_reset(&reading_arena);
    factmill__v1__article__init(&article);
    article.text = text;
    assert_fm_ok(fm_extract_run(reading_extractor, &article, &options,
                                &reading_arena, NULL, &x));
    assert_found(x);
    safe = reading_fact(x, FACTMILL__V1__FACT__KIND__RELATION, "the bridge");
    assert_found(safe);
    assert_int_equal(safe->n_attribution, 1);
    assert_string_equal(safe->attribution[0]->source->text, "The engineers");
    assert_null(
        reading_fact(x, FACTMILL__V1__FACT__KIND__REPORTED, "The union"));
    assert_non_null(
        reading_fact(x, FACTMILL__V1__FACT__KIND__RELATION, "The union"));
}

/* "There are rumours that she left": she may not have. */
static void what_nobody_named_says_is_attributed(void **state)
{
    const Factmill__V1__Extraction *x =
        reading_of("", "There are rumours that the mayor left the town.");
    const Factmill__V1__Fact *left =
        reading_fact(x, FACTMILL__V1__FACT__KIND__RELATION, "the mayor");

    (void)state;
    assert_found(left);
    assert_int_equal(left->n_attribution, 1);
    assert_null(left->attribution[0]->source);
    assert_string_equal(left->attribution[0]->cue->lemma, "rumour");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reports_are_read_off_the_tree),
        cmocka_unit_test(what_nobody_named_says_is_attributed),
        cmocka_unit_test(minimal_facts_keep_their_attribution),
    };

    return cmocka_run_group_tests(tests, reading_setup, reading_teardown);
}
