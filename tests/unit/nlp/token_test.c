#include "fm_test.h"
#include "nlp/clitic.h"
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

/* expected: tokens joined by spaces. */
static void check(const char *text, const char *expected)
{
    char joined[1024];
    size_t n = 0;

    assert_fm_ok(fm_nlp_read_sentences(nlp, fm_str(text), &doc, NULL));
    for (size_t i = 0; i < doc.token_count; i++)
        n += (size_t)snprintf(joined + n, sizeof joined - n, "%s%.*s",
                              i > 0 ? " " : "", FM_STR_ARG(doc.form[i]));
    assert_string_equal(joined, expected);
}

static void cuts_as_treebanks_do(void **state)
{
    static const struct {
        const char *text;
        const char *tokens;
    } cases[] = {
        {"I don't think he's gone.", "I do n't think he 's gone ."},
        {"They cannot; we’ll see.", "They can not ; we ’ll see ."},
        {"The soldiers' camp, James's.", "The soldiers ' camp , James 's ."},
        {"a U.S.-based co-worker", "a U.S. - based co-worker"},
        {"the year-old non-human", "the year - old non-human"},
        {"$5m, 12% or 1,234.5 km", "$ 5 m , 12 % or 1,234.5 km"},
        {"US$4.5 and €20-30", "US$ 4.5 and € 20 - 30"},
        {"at 10:30am on 08/16/2000", "at 10:30 am on 08/16/2000"},
        {"Call 713-853-3989 (home).", "Call 713-853-3989 ( home ) ."},
        {"See http://example.org/a_(b)?c=1, ok",
         "See http://example.org/a_(b)?c=1 , ok"},
        {"Mail jane.roe@example.org.", "Mail jane.roe@example.org ."},
        {"(www.example.org)", "( www.example.org )"},
        {"Mr. Roe of Acme Inc. left.", "Mr. Roe of Acme Inc. left ."},
        {"and/or he/she", "and / or he / she"},
        {"Wait... what?!", "Wait ... what ?!"},
        {"word—word – word--word", "word — word – word -- word"},
        {"“Quoted,” ‘too’ and «so»", "“ Quoted , ” ‘ too ’ and « so »"},
        {"the 1990's and the '90s", "the 1990's and the '90s"},
        {"AT&T's R&D", "AT&T 's R&D"},
        {"O'Neill and rock 'n' roll", "O'Neill and rock ' n ' roll"},
        {"20th-century 3rd 35mm", "20th - century 3rd 35 mm"},
        {"Plan B.", "Plan B ."},
        {"[1] foo#bar", "[ 1 ] foo # bar"},
        {"batting .265 from +44 20", "batting .265 from +44 20"},
        {"dont, wont, cannot; its a pity",
         "do nt , wo nt , can not ; it s a pity"},
        {"The ship lost its mast. Id est", "The ship lost its mast . Id est"},
        {"the mid-1980s, anti-Acme, Inter-Island, UN-led",
         "the mid-1980s , anti-Acme , Inter - Island , UN - led"},
        {"Hizb-e-Sund and non-U.S. ships",
         "Hizb - e - Sund and non-U.S. ships"},
        {"fine :) or not ;-( (so:)", "fine :) or not ;-( ( so : )"},
        {"the prices.They rose Nov.28", "the prices . They rose Nov. 28"},
        {"Shop at mail.example.co.uk or example.org/a-b",
         "Shop at mail.example.co.uk or example.org/a-b"},
        {"<jane@example.org> wrote", "< jane@example.org > wrote"},
        {"tin, iron, etc.", "tin , iron , etc ."},
        {"ships etc... and etc. too", "ships etc ... and etc. too"},
        {"20minutes of 4chan, 3G, 35mm", "20 minutes of 4chan , 3G , 35 mm"},
        {"on 5/14/82, 24/7, 13/16, 9/11",
         "on 5/14/82 , 24 / 7 , 13 / 16 , 9/11"},
        {"77042-2016 or 1-2-3", "77042-2016 or 1 - 2 - 3"},
        {"Shares (ACME.L) and w/o b/c", "Shares ( ACME.L ) and w/o b/c"},
        {"‘‘So,’’ she said", "‘‘ So , ’’ she said"},
        {"W.Va. and S.Halvia, M.Sc.", "W.Va. and S. Halvia , M.Sc."},
        {"a soft\xc2\xadly said $$$ (c. 1580)",
         "a soft\xc2\xadly said $$$ ( c. 1580 )"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check(cases[i].text, cases[i].tokens);
}

static void keeps_bytes_and_flags(void **state)
{
    (void)state;
    check("He said: \"NATO didn’t know 5.\"",
          "He said : \" NATO did n’t know 5 . \"");
    assert_true(doc.flags[0] & FM_TOKEN_CAPITAL);
    assert_true(doc.flags[3] & FM_TOKEN_QUOTE_OPEN);
    assert_true(doc.flags[4] & FM_TOKEN_ALL_CAPS);
    assert_true(doc.flags[5] & FM_TOKEN_MWT_FIRST);
    assert_true(doc.flags[6] & FM_TOKEN_MWT_REST);
    assert_true(doc.flags[8] & FM_TOKEN_DIGITS);
    assert_true(doc.flags[10] & FM_TOKEN_QUOTE_CLOSE);
    assert_int_equal(doc.end[5], doc.start[6]);
    assert_false(doc.flags[6] & FM_TOKEN_SPACE_BEFORE);
    assert_true(doc.flags[7] & FM_TOKEN_SPACE_BEFORE);
}

static void cuts_clitics(void **state)
{
    (void)state;
    assert_int_equal(fm_clitic_cut(fm_str("don't")), 2);
    assert_int_equal(fm_clitic_cut(fm_str("CANNOT")), 3);
    assert_int_equal(fm_clitic_cut(fm_str("we're")), 2);
    assert_int_equal(fm_clitic_cut(fm_str("Shouldnt")), 6);
    assert_int_equal(fm_clitic_cut(fm_str("ive")), 1);
    assert_int_equal(fm_clitic_cut(fm_str("Ive")), 0);
    assert_int_equal(fm_clitic_cut(fm_str("paint")), 0);
    assert_int_equal(fm_clitic_its_cut(fm_str("Its"), fm_str("not")), 2);
    assert_int_equal(fm_clitic_its_cut(fm_str("its"), fm_str("notable")), 0);
    assert_int_equal(fm_clitic_its_cut(fm_str("its"), fm_str("")), 0);
    assert_int_equal(fm_clitic_cut(fm_str("o'clock")), 0);
    assert_int_equal(fm_clitic_cut(fm_str("'s")), 0);
    assert_int_equal(fm_clitic_cut(fm_str("'")), 0);
    assert_int_equal(fm_clitic_cut(fm_str("")), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cuts_as_treebanks_do),
        cmocka_unit_test(keeps_bytes_and_flags),
        cmocka_unit_test(cuts_clitics),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
