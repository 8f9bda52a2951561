#include "fm_test.h"
#include "nlp/nlp.h"

#include <stdlib.h>

static struct fm_doc doc;
static struct fm_nlp *nlp;

static int setup(void **state)
{
    const struct fm_nlp_options options = {.rules = true};

    (void)state;
    fm_doc_init(&doc, (size_t)3 << 30);
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

static struct fm_str sentence(size_t i)
{
    return fm_str_sub(doc.text, doc.sentences[i].start, doc.sentences[i].end);
}

/* "|" marks where sentences end; the text is what is left without them. */
static void check_line(const char *marked)
{
    char text[1024];
    size_t n = 0;
    struct fm_str rest = fm_str(marked);
    struct fm_str part;
    size_t count = 0;

    for (const char *c = marked; *c != '\0'; c++)
        if (*c != '|')
            text[n++] = *c;
    text[n] = '\0';
    read_text(text);
    while (fm_str_next(&rest, '|', &part)) {
        struct fm_str expected = fm_str_trim(part);

        if (count >= doc.sentence_count ||
            !fm_str_eq(sentence(count), expected))
            fail_msg("\"%.*s\" instead of \"%.*s\"",
                     FM_STR_ARG(count < doc.sentence_count ? sentence(count)
                                                           : fm_str("")),
                     FM_STR_ARG(expected));
        count++;
    }
    assert_int_equal(doc.sentence_count, count);
}

static void splits_news_typography(void **state)
{
    static const char *const lines[] = {
        "Mr. Doe met Gen. Roe in St. Louis on Jan. 5.| They spoke.",
        "Acme Inc. fell 3.5 percent.| Its rival Beta Corp. rose 1.2 percent.",
        "He moved to the U.S. in 1999.| The U.S. Senate agreed.| I saw it.",
        "It was made in the U.S.| The price fell.",
        "J. K. Writer signed copies.| George W. Bush came, too.",
        "They met at 5 p.m. Monday.| It began at 9 a.m.| Nobody spoke.",
        "See No. 5 on the list.| Did he?| No.| He never did.",
        "“It is over,” she said.| “We go.”| They went.",
        "“Is it over?” he asked.| “Yes!” she said.",
        "He said: \"We won.\"| The crowd cheered.",
        "«Мы победили».| Then he left (in a hurry).| She stayed.",
        "Sales rose to 1.5 million… but profits fell.| Then… nothing came.",
        "“Trust is decreasing, – said the envoy Roe.| – There are reasons.”",
        "Visit www.example.org/a.b?c=d. for more.| The site is free.",
        "The list: 1. bread; 2. milk.| That is all.",
        "The bank was slow on prices.| The market was not!",
        "E.g. the reds won.| Prof. Dr. Roe wrote it with A. Doe et al. in May.",
        "She earns $5.50 an hour.| 3 years ago it was less.",
        "Prices rose in 1992.| 30 people left.",
    };

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        check_line(lines[i]);
}

static void splits_careless_text(void **state)
{
    static const char *const lines[] = {
        "The ferry was late again.| nobody told us why.| it never comes on "
        "time.",
        "Is the harbour closed?| nobody knows!| they should say so.",
        "The approx. price is 5 dollars, esp. in May.",
        "Shares of Acme Corp. fell, those of Beta Inc. did not.",
        "Yahoo! is a company.| Jeopardy! has a host.",
        "It was fun. :)| We left early.| Nobody minded! ;-)| They came late.",
        "We waited . . . and waited . . . but no ship came.| Then one did.",
        "He wrote a book. [2]| She wrote three.[3] [4]| They met. [a]| He "
        "left.",
        "The mayor (b. 1950; m. 1975; d. March 2010) was liked.| He knew it.",
        "The meeting (at 4 p.m. Paris time) was short.| He and I.| Overall "
        "good.",
        "My sister and I.| We sailed.| P.S. The boat is red.",
        "There are three rules:| 1. Be early.| 2. Be kind.| 3. Go home.",
        "Read the small print (it is there.) | Then sign.",
        "He spoke to W.Va. officials.| A Ph.D. student left.| It was the M.Sc. "
        "he "
        "wanted.",
    };

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        check_line(lines[i]);
}

static void keeps_signatures(void **state)
{
    (void)state;
    read_text("“The sea takes what it wants.” — Marta Olsen\n\n"
              "“We sail at dawn.” — The captain said no more. He left.");
    assert_int_equal(doc.sentence_count, 4);
    assert_str(sentence(0), "“The sea takes what it wants.” — Marta Olsen");
}

static void splits_glued_text(void **state)
{
    (void)state;
    read_text("The bank was slow on prices.The market was not.");
    assert_int_equal(doc.sentence_count, 2);
    assert_str(sentence(1), "The market was not.");
    check_line("The boat was slow today.|Ships often are.| Was it?|They left.");
    check_line("See www.example.org/a.html?The one in the file plan.Doc here.");
}

static void leaves_out_leftovers(void **state)
{
    (void)state;
    read_text("The force left in 2014. (link) The talks “went well” (link)\n\n"
              "Nobody knows.");
    assert_int_equal(doc.sentence_count, 5);
    assert_str(sentence(0), "The force left in 2014.");
    assert_int_equal(doc.sentences[1].kind, FM_BLOCK_BOILERPLATE);
    assert_str(sentence(2), "The talks “went well”");
    assert_int_equal(doc.sentences[2].kind, FM_BLOCK_PROSE);
    assert_int_equal(doc.sentences[3].kind, FM_BLOCK_BOILERPLATE);
}

static void knows_blocks(void **state)
{
    static const uint8_t kinds[] = {
        FM_BLOCK_BOILERPLATE, FM_BLOCK_BOILERPLATE, FM_BLOCK_HEADING,
        FM_BLOCK_BOILERPLATE, FM_BLOCK_PROSE,       FM_BLOCK_PROSE,
        FM_BLOCK_BOILERPLATE, FM_BLOCK_HEADING,
    };

    (void)state;
    read_text("© Example Press\n"
              "By Jane Roe and John Doe\n\n"
              "Markets in a hurry\n\n"
              "KYIV, Feb 26 (Reuters) - The bank cut rates. It was late.\n\n"
              "Read more: ten things\n\n"
              "A cat on a chair");
    assert_int_equal(doc.sentence_count, sizeof kinds);
    for (size_t i = 0; i < sizeof kinds; i++)
        assert_int_equal(doc.sentences[i].kind, kinds[i]);
    assert_str(sentence(3), "KYIV, Feb 26 (Reuters) -");
    assert_str(sentence(4), "The bank cut rates.");
}

static void takes_a_lone_line_as_text(void **state)
{
    (void)state;
    read_text("Acme buys Beta for 5 million dollars");
    assert_int_equal(doc.sentence_count, 1);
    assert_int_equal(doc.sentences[0].kind, FM_BLOCK_PROSE);
}

static void joins_wrapped_lines(void **state)
{
    (void)state;
    read_text("The council met on Monday to speak of the budget, which had\n"
              "been late for a year. Members from both sides of the hall said\n"
              "that the plan was not ready. They will meet again.\n"
              "\n"
              "Another paragraph begins here and it goes on for a while until\n"
              "it ends.\n");
    assert_int_equal(doc.sentence_count, 4);
    assert_int_equal(doc.sentences[3].paragraph, 1);
    read_text("One line is one paragraph, as most feeds have it.\n"
              "Another one.\nA third that is a good deal longer than those.\n");
    assert_int_equal(doc.sentence_count, 3);
}

static void splits_lines_on_demand(void **state)
{
    (void)state;
    assert_fm_ok(fm_nlp_read_sentences(
        nlp, fm_str("A heading\nHe left. She stayed.\n\n"), &doc, NULL));
    assert_int_equal(doc.sentence_count, 2);
    assert_int_equal(doc.sentences[0].kind, FM_BLOCK_PROSE);
    assert_str(sentence(1), "He left. She stayed.");
}

static void splits_endless_sentences_softly(void **state)
{
    size_t n = 200000;
    char *text = malloc(n + 1);

    (void)state;
    assert_non_null(text);
    for (size_t i = 0; i < n; i++)
        text[i] = i % 4 == 3 ? ' ' : 'a';
    text[n] = '\0';
    read_text(text);
    assert_true(doc.sentence_count >= n / 4 / FM_SENTENCE_TOKENS_MAX);
    for (size_t i = 0; i < doc.sentence_count; i++)
        assert_true(doc.sentences[i].last - doc.sentences[i].first <=
                    FM_SENTENCE_TOKENS_MAX);
    free(text);
}

/* Tokens ascend, lie in their sentences, and cover all that is not white
 * space. */
static void check_whole(void)
{
    uint32_t end = 0;

    for (size_t i = 0; i < doc.sentence_count; i++) {
        assert_true(doc.sentences[i].first < doc.sentences[i].last);
        for (size_t t = doc.sentences[i].first; t < doc.sentences[i].last;
             t++) {
            assert_true(doc.start[t] >= end);
            assert_true(doc.end[t] > doc.start[t]);
            end = doc.end[t];
        }
        assert_true(end <= doc.text.len);
    }
}

static void takes_any_bytes(void **state)
{
    uint64_t seed = 42;
    char text[4096];

    (void)state;
    for (int round = 0; round < 200; round++) {
        size_t n = 0;

        for (; n < sizeof text - 1; n++) {
            static const char common[] = " .\"'()\n-,:/@A1s\xe2\x80\x9d";

            seed = seed * 6364136223846793005u + 1442695040888963407u;
            text[n] = (seed >> 60) < 6 ? common[(seed >> 33) % 18]
                                       : (char)(seed >> 40);
        }
        assert_fm_ok(fm_nlp_read(nlp, fm_str_n(text, n), false, &doc, NULL));
        check_whole();
    }
    assert_fm_ok(fm_nlp_read(nlp, fm_str_n(NULL, 0), false, &doc, NULL));
    assert_int_equal(doc.sentence_count, 0);
}

/* Texts that tempt a reader to look ahead again and again. */
static void takes_long_monotonous_texts(void **state)
{
    static const char *const units[] = {
        "\"",           "(",  ".",  ". ",   "a",  "A ",  "- ",    "'",
        "\xe2\x80\x9c", "@",  "1,", "a.b@", "\n", " \n", "A of ", "\xff",
        "(a) ",         "A-",
    };
    size_t n = (size_t)1 << 20;
    char *text = malloc(n);

    (void)state;
    assert_non_null(text);
    for (size_t u = 0; u < sizeof units / sizeof *units; u++) {
        size_t width = strlen(units[u]);

        for (size_t i = 0; i < n; i++)
            text[i] = units[u][i % width];
        assert_fm_ok(fm_nlp_read(nlp, fm_str_n(text, n), false, &doc, NULL));
        check_whole();
    }
    free(text);
}

static void refuses_more_than_it_can_count(void **state)
{
    struct fm_why why = FM_WHY_INIT;
    struct fm_doc small;

    (void)state;
    fm_doc_init(&small, 512);
    assert_fm_err(fm_nlp_read(nlp,
                              fm_str_n("x", (size_t)FM_DOCUMENT_BYTES_MAX + 1),
                              false, &small, &why),
                  FM_ETOOBIG);
    assert_fm_err(fm_nlp_read(nlp, fm_str("A small text needs more than this."),
                              false, &small, &why),
                  FM_ETOOBIG);
    assert_true(why.text[0] != '\0');
    fm_doc_release(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(splits_news_typography),
        cmocka_unit_test(splits_careless_text),
        cmocka_unit_test(keeps_signatures),
        cmocka_unit_test(splits_glued_text),
        cmocka_unit_test(leaves_out_leftovers),
        cmocka_unit_test(knows_blocks),
        cmocka_unit_test(takes_a_lone_line_as_text),
        cmocka_unit_test(joins_wrapped_lines),
        cmocka_unit_test(splits_lines_on_demand),
        cmocka_unit_test(splits_endless_sentences_softly),
        cmocka_unit_test(takes_any_bytes),
        cmocka_unit_test(takes_long_monotonous_texts),
        cmocka_unit_test(refuses_more_than_it_can_count),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
