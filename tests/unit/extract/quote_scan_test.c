#include "extract/quote_scan.h"

#include "base/buf.h"
#include "fm_test.h"

#include <stdlib.h>
#include <time.h>

/* Every quote as [depth:piece|piece], with < before a missing opening mark and
 * > behind a missing closing one. */
struct scan_case {
    const char *text;
    const char *quotes;
};

static const struct scan_case cases[] = {
    /* one pair of each kind */
    {"He said \"yes\" twice.", "[0:yes]"},
    {"He said “yes” twice.", "[0:yes]"},
    {"He said „yes“ twice.", "[0:yes]"},
    {"He said „yes” twice.", "[0:yes]"},
    {"He said «yes» twice.", "[0:yes]"},
    {"He said ‘yes’ twice.", "[0:yes]"},
    {"He said 'yes' twice.", "[0:yes]"},
    {"He said ‹yes› twice.", "[0:yes]"},
    {"He said ``yes'' twice.", "[0:yes]"},
    {"He said “yes\" twice.", "[0:yes]"},
    {"He said \"yes” twice.", "[0:yes]"},
    {"(\"yes\") \"no\"", "[0:yes][0:no]"},
    {"A word—\"yes\"—stood there.", "[0:yes]"},
    {"Two “one” and “two”.", "[0:one][0:two]"},
    /* apostrophes and inches are no quotes */
    {"It’s the workers’ right, isn’t it?", ""},
    {"It's the workers' right, isn't it?", ""},
    {"The ’90s and the '60s, rock ‘n’ roll.", ""},
    {"A 19\" screen and a 5' pole.", ""},
    {"They call it the ‘workers’ paradise’ today.", "[0:workers’ paradise]"},
    {"The ‘hot spots’ are near the ‘old borders’ now.",
     "[0:hot spots][0:old borders]"},
    {"Don't say 'can't' to us.", "[0:can't]"},
    /* nested */
    {"“We said ‘no’ then,” he said.", "[0:We said ‘no’ then,][1:no]"},
    {"“The “old” way,” he said.", "[0:The “old” way,][1:old]"},
    {"\"The 'old' way,\" he said.", "[0:The 'old' way,][1:old]"},
    {"«The “old” way», he said.", "[0:The “old” way][1:old]"},
    {"“A “b ‘c’ d” e”", "[0:A “b ‘c’ d” e][1:b ‘c’ d][2:c]"},
    {"“One \"two\" three” end", "[0:One \"two\" three][1:two]"},
    /* one mark closes both */
    {"“They wrote “never again”.\nNext.", "[0>:They wrote “never again]"
                                          "[1:never again]"},
    /* one-sided */
    {"“We go on, said Ann.\nNext.", "[0>:We go on, said Ann.]"},
    {"We go on”, said Ann.\nNext.", "[<0:We go on]"},
    {"A “b” c”, said Ann.", "[0:b][<0:c]"},
    {"A ‘b’ c”, said Ann.", "[<0:A ‘b’ c][1:b]"},
    {"”word” is typed badly.", "[0:word]"},
    {"The “word“ is typed badly.", "[0:word]"},
    /* over sentences and paragraphs */
    {"“One. Two. Three,” he said.", "[0:One. Two. Three,]"},
    {"“One.\n“Two.\n“Three,” he said.", "[0:One.|Two.|Three,]"},
    {"\"One.\n\n\"Two.\n\n\"Three,\" he said.", "[0:One.|Two.|Three,]"},
    {"“One.\nTwo,” he said.", "[0:One.|Two,]"},
    {"“One.” He left.\n“Two,” she said.", "[0:One.][0:Two,]"},
    {"“One.\nShe spoke of “two” things.", "[0>:One.][0:two]"},
    {"“One “a” b.\n“Two,” he said.", "[0:One “a” b.|Two,][1:a]"},
    {"“One.\n“Two, he said.\nThree.", "[0>:One.|Two, he said.]"},
    /* interrupted by dashes inside one pair */
    {"“Trust falls, – said Ann. – It shows”. End",
     "[0:Trust falls, – said Ann. – It shows]"},
    {"“We are in a pot, – said Ann to “The Star”. – “Hot spots” are near us”.",
     "[0:We are in a pot, – said Ann to “The Star”. – “Hot spots” are near "
     "us][1:The Star][1:Hot spots]"},
    /* dashes as marks */
    {"– Never, said Ann.\nNext.", "[0>:Never, said Ann.]"},
    {"— Never, said Ann. — Not once.", "[0>:Never, said Ann. — Not once.]"},
    {"-- Never, said Ann.", "[0>:Never, said Ann.]"},
    {"- “Never”, said Ann.", "[0:Never]"},
    {"KYIV — They met.", ""},
    /* nothing but marks, empty */
    {"", ""},
    {"“”", "[0:]"},
    {"\"\"", "[0:]"},
    {"“", "[0>:]"},
    {"”", ""},
    {"\"\"\"\"\"\"\"\"", NULL},
    {"“““““““““““““““““", NULL},
    {"”””””””””””””””””", NULL},
    {"''''''''''''''''", NULL},
    {"«»»«»«««»“”‘’‚‛„‟\"'`", NULL},
    {"\xE2\x80", NULL},
    {"\xE2", NULL},
    {"\x80\xE2\x80\x9C\xFF\xE2\x80\x9D\xC2", NULL},
};

static void show(struct fm_str text, const struct fm_quotes *found,
                 struct fm_buf *ret_buf)
{
    for (size_t i = 0; i < found->count; i++) {
        const struct fm_quote *q = &found->quotes[i];

        fm_buf_printf(ret_buf, "[%s%u%s", q->no_open ? "<" : "",
                      (unsigned)q->depth, q->no_close ? ">" : "");
        for (uint32_t k = 0; k < q->piece_count; k++) {
            const struct fm_quote_piece *p = &found->pieces[q->piece + k];

            fm_buf_char(ret_buf, k == 0 ? ':' : '|');
            fm_buf_str(ret_buf, fm_str_sub(text, p->start, p->end));
        }
        fm_buf_char(ret_buf, ']');
    }
}

/* What holds for any bytes. */
static void check_shape(struct fm_str text, const struct fm_quotes *found)
{
    for (size_t i = 0; i < found->count; i++) {
        const struct fm_quote *q = &found->quotes[i];

        assert_true(q->piece_count > 0);
        assert_true(q->start <= q->end);
        assert_true(q->end <= text.len);
        assert_true(i == 0 || found->quotes[i - 1].start <= q->start);
        assert_true(q->depth < FM_QUOTE_DEPTH_MAX + 1);
        for (uint32_t k = 0; k < q->piece_count; k++) {
            const struct fm_quote_piece *p = &found->pieces[q->piece + k];

            assert_true(p->start <= p->end);
            assert_true(p->end <= text.len);
            assert_true(p->start >= q->start);
            assert_true(p->end <= q->end);
        }
    }
}

static void every_kind_is_paired(void **state)
{
    struct fm_arena arena;
    size_t bad = 0;

    (void)state;
    fm_arena_init(&arena, (size_t)16 << 20);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fm_str text = fm_str(cases[i].text);
        struct fm_quotes found;
        struct fm_buf got;

        fm_buf_init(&got, (size_t)1 << 20);
        fm_quote_scan(text, NULL, 0, &arena, &found);
        check_shape(text, &found);
        show(text, &found, &got);
        if (cases[i].quotes != NULL &&
            !fm_str_eqz(fm_buf_view(&got), cases[i].quotes)) {
            print_message("%s\n  gives   %.*s\n  not     %s\n", cases[i].text,
                          FM_STR_ARG(fm_buf_view(&got)), cases[i].quotes);
            bad++;
        }
        fm_buf_release(&got);
        fm_arena_reset(&arena);
    }
    fm_arena_release(&arena);
    assert_int_equal(bad, 0);
}

static void given_paragraphs_win_over_line_feeds(void **state)
{
    struct fm_str text = fm_str("“One\ntwo.\n\nShe\nleft”.");
    const uint32_t breaks[] = {0, 13};
    struct fm_arena arena;
    struct fm_quotes found;
    struct fm_buf got;

    (void)state;
    fm_arena_init(&arena, (size_t)1 << 20);
    fm_buf_init(&got, 1024);
    fm_quote_scan(text, breaks, 2, &arena, &found);
    show(text, &found, &got);
    assert_str(fm_buf_view(&got), "[0:One\ntwo.|She\nleft]");
    fm_buf_release(&got);
    fm_arena_release(&arena);
}

/* Marks in every order, cut anywhere, also amid a character. */
static void any_bytes_are_fine(void **state)
{
    static const char *const parts[] = {
        "“", "”",  "‘",  "’",  "\"", "'",    "«",        "»",    "„",  "a",
        " ", "\n", "s ", "– ", ".",  "said", "\xE2\x80", "\xFF", "''", "``"};
    struct fm_arena arena;
    uint32_t seed = 12345;

    (void)state;
    fm_arena_init(&arena, (size_t)64 << 20);
    for (int round = 0; round < 3000; round++) {
        struct fm_quotes found;
        struct fm_buf text;

        fm_buf_init(&text, 4096);
        for (int i = 0; i < 60; i++) {
            seed = seed * 1103515245u + 12345u;
            fm_buf_z(&text,
                     parts[(seed >> 16) % (sizeof parts / sizeof *parts)]);
        }
        fm_quote_scan(fm_buf_view(&text), NULL, 0, &arena, &found);
        check_shape(fm_buf_view(&text), &found);
        fm_buf_release(&text);
        fm_arena_reset(&arena);
    }
    fm_arena_release(&arena);
}

/* The time is printed, the amount of memory is bounded: a quadratic scan would
 * run into the test's time limit. */
static void a_megabyte_of_marks_is_linear(void **state)
{
    static const char *const parts[] = {"“",    "”",      "\"",       "'",
                                        "'a ",  "a' ",    "“a” ",     "”a ",
                                        "“a\n", "“‘a \n", "s' a 's ", "‘a’ ”"};

    (void)state;
    for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) {
        struct fm_arena arena;
        struct fm_quotes found;
        struct fm_buf text;
        clock_t begun;

        fm_arena_init(&arena, (size_t)512 << 20);
        fm_buf_init(&text, (size_t)2 << 20);
        while (text.len < (size_t)1 << 20)
            fm_buf_z(&text, parts[k]);
        begun = clock();
        fm_quote_scan(fm_buf_view(&text), NULL, 0, &arena, &found);
        print_message("%5.1f ms for 1 MB of %s\n",
                      1e3 * (double)(clock() - begun) / CLOCKS_PER_SEC,
                      parts[k]);
        assert_int_equal(arena.failed, FM_OK);
        check_shape(fm_buf_view(&text), &found);
        fm_buf_release(&text);
        fm_arena_release(&arena);
    }
}

static void memory_that_runs_out_is_survived(void **state)
{
    (void)state;
    for (size_t ceiling = 0; ceiling < 4096; ceiling += 64) {
        struct fm_arena arena;
        struct fm_quotes found;
        struct fm_str text = fm_str("“a\n“b\n“c ‘d’ “e” \n“f\n“g” “h” “i” "
                                    "“j” “k”\n“l” “m” “n” “o” “p” “q” “r”");

        fm_arena_init(&arena, ceiling);
        fm_quote_scan(text, NULL, 0, &arena, &found);
        check_shape(text, &found);
        fm_arena_release(&arena);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_is_paired),
        cmocka_unit_test(given_paragraphs_win_over_line_feeds),
        cmocka_unit_test(any_bytes_are_fine),
        cmocka_unit_test(a_megabyte_of_marks_is_linear),
        cmocka_unit_test(memory_that_runs_out_is_survived),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
