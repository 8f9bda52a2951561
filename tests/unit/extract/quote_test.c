#include "extract/quote.h"

#include "base/buf.h"
#include "fm_test.h"

/* Text, and its facts as "rule [-]subject > source: lemma {content}", one a
 * line. "-" = NEGATIVE. */
struct quote_case {
    const char *text;
    const char *facts;
};

static const struct quote_case cases[] = {
    {"“We start today,” said Ann Lee.",
     "quote.inverted Ann Lee > Ann Lee: say {We start today,}\n"},
    {"“We start today,” Ann Lee said.",
     "quote.after Ann Lee > Ann Lee: say {We start today,}\n"},
    {"“We start today”, said Ann Lee.",
     "quote.inverted Ann Lee > Ann Lee: say {We start today}\n"},
    {"“We start today”, Ann Lee, the mayor of Orm, said.",
     "quote.after Ann Lee > Ann Lee: say {We start today}\n"},
    {"\"We start today,\" she told reporters.",
     "quote.after she > she: tell {We start today,}\n"},
    {"«We start today», said Ann Lee.",
     "quote.inverted Ann Lee > Ann Lee: say {We start today}\n"},
    {"„We start today“, said Ann Lee.",
     "quote.inverted Ann Lee > Ann Lee: say {We start today}\n"},
    {"‘We start today,’ said Ann Lee.",
     "quote.inverted Ann Lee > Ann Lee: say {We start today,}\n"},
    {"Ann Lee said: “We start today.”",
     "quote.before Ann Lee > Ann Lee: say {We start today.}\n"},
    {"Ann Lee said, “We start today.”",
     "quote.before Ann Lee > Ann Lee: say {We start today.}\n"},
    {"Ann Lee told reporters on Monday: “We start today.”",
     "quote.colon Ann Lee > Ann Lee: tell {We start today.}\n"},
    {"“We start,” said Ann Lee, “and we end today.”",
     "quote.inverted Ann Lee > Ann Lee: say {We start, … and we end today.}\n"},
    {"“We start today,” Ann Lee said. “Nobody will wait.”",
     "quote.after Ann Lee > Ann Lee: say {We start today, … Nobody will "
     "wait.}\n"},
    {"“Trust falls, – said Ann Lee. – It shows everywhere”.",
     "quote.dash Ann Lee > Ann Lee: say {Trust falls, … It shows "
     "everywhere}\n"},
    {"– We start today, said Ann Lee.",
     "quote.dash Ann Lee > Ann Lee: say {We start today}\n"},
    {"“We start today, said Ann Lee.",
     "quote.dash Ann Lee > Ann Lee: say {We start today}\n"},
    {"“They never left,” said then the Secretary General Ivo Brandt.",
     "quote.inverted the Secretary General Ivo Brandt > Ivo Brandt: say {They "
     "never left,}\n"},
    {"“They never left,” explained the minister.",
     "quote.inverted the minister > the minister: explain {They never "
     "left,}\n"},
    {"Ann Lee considers the plan very important: “It will change the whole "
     "town.”",
     "quote.colon Ann Lee > Ann Lee: consider {It will change the whole "
     "town.}\n"},
    {"“There are still mines here”, according to Ann Lee.",
     "quote.according Ann Lee > Ann Lee: according to {There are still mines "
     "here}\n"},
    {"Ann Lee arrived. “We start today,” she said.",
     "quote.after she > Ann Lee: say {We start today,}\n"},
    {"Minister Ann Lee arrived. “We start today,” said the minister.",
     "quote.inverted the minister > the minister: say {We start today,}\n"},
    {"“One day we will know. It takes time,” Ann Lee said in an interview with "
     "Radio Orm.",
     "quote.after Ann Lee > Ann Lee: say {One day we will know. It takes "
     "time,}\n"},
    {"He called the plan “a disaster”.",
     "report.object He > He: call {the plan “a disaster”}\n"},
    {"The film “World of Ice” won the prize.", ""},
    {"The so-called “old way” is gone.", ""},
    {"Ann Lee said that the plan was “a disaster”.",
     "report.that Ann Lee > Ann Lee: say {that the plan was “a disaster”}\n"},
    {"Ann Lee said that it rains.",
     "report.that Ann Lee > Ann Lee: say {that it rains}\n"},
    {"Ann Lee said it was raining.",
     "report.bare Ann Lee > Ann Lee: say {it was raining}\n"},
    {"It was raining, Ann Lee said.",
     "report.inverted Ann Lee > Ann Lee: say {It was raining}\n"},
    {"It was raining, said Ann Lee.",
     "report.inverted Ann Lee > Ann Lee: say {It was raining}\n"},
    {"Ann Lee did not say that it rains.",
     "report.that -Ann Lee > Ann Lee: say {that it rains}\n"},
    {"Ann Lee denied that it rains.",
     "report.that Ann Lee > Ann Lee: deny {that it rains}\n"},
    {"Ann Lee asked whether it rains.",
     "report.question Ann Lee > Ann Lee: ask {whether it rains}\n"},
    {"Ann Lee vowed to win the vote.",
     "report.infinitive Ann Lee > Ann Lee: vow {to win the vote}\n"},
    {"Ann Lee condemned the attack on the school.",
     "report.object Ann Lee > Ann Lee: condemn {the attack on the school}\n"},
    {"According to Ann Lee, it rains in the hills.",
     "report.according Ann Lee > Ann Lee: according to {it rains in the "
     "hills}\n"},
    {"It rains in the hills, according to the report.",
     "report.according the report > the report: according to {It rains in the "
     "hills}\n"},
    {"According to a report published in May, the catch fell.",
     "report.according a report > a report: according to {the catch fell}\n"},
    {"In the minister's view, it rains too much.",
     "report.opinion the minister > the minister: opinion {it rains too "
     "much}\n"},
    {"As Ann Lee put it, the rain never ends.",
     "report.as Ann Lee > Ann Lee: put it {the rain never ends}\n"},
    {"Ann Lee announced the plan, adding that it rains.",
     "report.object Ann Lee > Ann Lee: announce {the plan}\n"
     "report.that Ann Lee > Ann Lee: add {that it rains}\n"},
    {"The report says that it rains in the hills.",
     "report.that The report > The report: say {that it rains in the hills}\n"},
    {"The poll shows that half of the town stays.",
     "report.that The poll > The poll: show {that half of the town stays}\n"},
    {"Officials say the bridge will open in May.",
     "report.bare Officials > Officials: say {the bridge will open in May}\n"},
    {"The support for the plan grew.", ""},
    {"It was noted that the town grew.",
     "report.passive  > : note {that the town grew}\n"},
    {"Sen. Ann Lee (D-Orm) said it was raining.",
     "report.bare Sen. Ann Lee > Ann Lee: say {it was raining}\n"},
    {"The mayor of Orm, Carl Berg, told a radio station that it rains.",
     "report.that The mayor of Orm > Carl Berg: tell {that it rains}\n"},
    {"Ann Lee, who leads the party, said that it rains.",
     "report.that Ann Lee > Ann Lee: say {that it rains}\n"},
    {"Ann Lee called for a new vote in the town.",
     "report.object Ann Lee > Ann Lee: call {a new vote in the town}\n"},
    {"Ann Lee said that it rains and added that the hills are wet.",
     "report.that Ann Lee > Ann Lee: say {that it rains}\n"
     "report.that Ann Lee > Ann Lee: add {that the hills are wet}\n"},
    {"“We start today.” “Nobody waits.”", ""},
    {"“Yes,” said Ann Lee.", "quote.inverted Ann Lee > Ann Lee: say {Yes,}\n"},
    {"“Why now?” asked Ann Lee.",
     "quote.inverted Ann Lee > Ann Lee: ask {Why now?}\n"},
    {"“It began early. We wrote ‘never again’ on it,” Ann Lee recalled.",
     "quote.after Ann Lee > Ann Lee: recall {It began early. We wrote ‘never "
     "again’ on it,}\n"},
    {"In a letter to “The Star”, Ann Lee said that it rains.",
     "report.that Ann Lee > Ann Lee: say {that it rains}\n"},
    {"Some say the town is too small.",
     "report.bare Some > Some: say {the town is too small}\n"},
    {"Ann Lee warned against a new war in the hills.",
     "report.object Ann Lee > Ann Lee: warn {a new war in the hills}\n"},
};

static void show(const struct fm_context *ctx, struct fm_buf *ret)
{
    for (size_t i = 0; i < ctx->fact_count; i++) {
        const Factmill__V1__Fact *f = ctx->facts[i];

        fm_buf_printf(
            ret, "%s %s%s > %s: %s {%s}\n", f->rule,
            f->polarity == FACTMILL__V1__FACT__POLARITY__NEGATIVE ? "-" : "",
            f->subject != NULL ? f->subject->text : "",
            f->n_attribution > 0 && f->attribution[0]->source != NULL
                ? f->attribution[0]->source->text
                : "",
            f->predicate->lemma, f->arguments[0]->text);
    }
}

static void check_spans(const struct fm_context *ctx)
{
    for (size_t i = 0; i < ctx->fact_count; i++) {
        const Factmill__V1__Fact *f = ctx->facts[i];

        assert_non_null(f->evidence);
        for (size_t k = 0; k < f->n_quote; k++) {
            assert_true(f->quote[k]->start < f->quote[k]->end);
            assert_true(f->quote[k]->end <= ctx->doc->text.len);
        }
    }
}

static void read_text(const struct fm_nlp *nlp, struct fm_str text,
                      struct fm_buf *ret)
{
    struct fm_arena arena;
    struct fm_doc doc;
    struct fm_context ctx = {.nlp = nlp, .doc = &doc, .arena = &arena};

    fm_arena_init(&arena, (size_t)512 << 20);
    fm_doc_init(&doc, (size_t)512 << 20);
    assert_fm_ok(fm_nlp_read(nlp, text, false, &doc, NULL));
    fm_extract_quotes(&ctx);
    assert_int_equal(arena.failed, FM_OK);
    check_spans(&ctx);
    show(&ctx, ret);
    fm_doc_release(&doc);
    fm_arena_release(&arena);
}

static void every_difficulty_is_read(void **state)
{
    struct fm_nlp *nlp;
    size_t bad = 0;

    (void)state;
    assert_fm_ok(fm_nlp_open(NULL, NULL, &nlp));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fm_buf got;

        fm_buf_init(&got, (size_t)1 << 20);
        fm_buf_z(&got, "");
        read_text(nlp, fm_str(cases[i].text), &got);
        if (!fm_str_eqz(fm_buf_view(&got), cases[i].facts)) {
            print_message("%s\n--- gives\n%.*s--- not\n%s", cases[i].text,
                          FM_STR_ARG(fm_buf_view(&got)), cases[i].facts);
            bad++;
        }
        fm_buf_release(&got);
    }
    fm_nlp_close(nlp);
    assert_int_equal(bad, 0);
}

static void a_long_text_of_quotes_is_read(void **state)
{
    struct fm_nlp *nlp;
    struct fm_buf text;
    struct fm_buf got;

    (void)state;
    assert_fm_ok(fm_nlp_open(NULL, NULL, &nlp));
    fm_buf_init(&text, (size_t)2 << 20);
    fm_buf_init(&got, (size_t)64 << 20);
    while (text.len < (size_t)1 << 18)
        fm_buf_z(&text, "“We go on,” said Ann Lee. “He ‘left’ “now");
    read_text(nlp, fm_buf_view(&text), &got);
    fm_buf_reset(&text);
    while (text.len < (size_t)1 << 18)
        fm_buf_z(&text, "“");
    read_text(nlp, fm_buf_view(&text), &got);
    fm_buf_release(&text);
    fm_buf_release(&got);
    fm_nlp_close(nlp);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_difficulty_is_read),
        cmocka_unit_test(a_long_text_of_quotes_is_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
