/* The words that a query cannot match without. */
#include "store/anchor_priv.h"
#include "store/db_priv.h"
#include "store/text_query.h"
#include "unit/store/fixture.h"

struct world {
    sqlite3 *db;
    struct fm_tokens tokens;
    struct fm_arena arena;
};

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);

    assert_non_null(w);
    assert_int_equal(sqlite3_open(":memory:", &w->db), SQLITE_OK);
    assert_int_equal(fm_tokens_open(w->db, NULL, &w->tokens), FM_OK);
    fm_arena_init(&w->arena, 1 << 20);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;

    fm_tokens_close(&w->tokens);
    fm_db_close(w->db);
    fm_arena_release(&w->arena);
    free(w);
    return 0;
}

static void the_fewest_words_that_must_occur(void **state)
{
    static const struct {
        const char *query;
        const char *words[4];
    } table[] = {
        {"peace", {"peace"}},
        {"Peace", {"peace"}},
        {"Élysée", {"elysee"}},
        /* Of words that must all occur the longest is the rarest. */
        {"a peace treaty", {"treaty"}},
        {"\"peace and quiet\"", {"peace"}},
        {"war OR peace", {"war", "peace"}},
        {"(war OR peace) treaty", {"treaty"}},
        {"(war OR peace) AND (north OR south OR east)", {"war", "peace"}},
        {"treaty NOT peacekeeping", {"treaty"}},
        {"NEAR(peace agreements, 4)", {"agreements"}},
        {"\"say\" \"hello\"", {"hello"}},
        /* The last word of a prefix may go on. */
        {"pea*", {NULL}},
        {"\"old treat\"*", {"old"}},
        {"pea* OR war", {NULL}},
        {"pea* war", {"war"}},
        {"old-fashioned", {"fashioned"}},
    };
    struct world *w = *state;

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct fm_str match = {NULL, 0};
        struct fm_anchor anchor;
        size_t n = 0;

        assert_int_equal(fm_text_query(fm_str(table[i].query), "query", "text",
                                       &w->arena, NULL, &match),
                         FM_OK);
        fm_anchor_of(&w->tokens, match, &anchor);
        for (; n < 4 && table[i].words[n] != NULL; n++) {
            bool found = false;

            for (size_t k = 0; k < anchor.n; k++)
                found |= anchor.words[k] ==
                         fm_anchor_word(fm_str(table[i].words[n]));
            if (!found)
                fail_msg("%s: not by %s", table[i].query, table[i].words[n]);
        }
        if (anchor.n != n)
            fail_msg("%s: %zu words", table[i].query, anchor.n);
    }
}

static void more_words_than_are_kept_are_none(void **state)
{
    struct world *w = *state;
    struct fm_anchor anchor;
    struct fm_str match = {NULL, 0};

    assert_int_equal(
        fm_text_query(fm_str("a1 OR a2 OR a3 OR a4 OR a5 OR a6 OR a7 OR a8 OR "
                             "a9 OR b1 OR b2 OR b3 OR b4 OR b5 OR b6 OR b7 OR "
                             "b8"),
                      "query", NULL, &w->arena, NULL, &match),
        FM_OK);
    fm_anchor_of(&w->tokens, match, &anchor);
    assert_int_equal(anchor.n, 0);
    /* What it does not understand matches anything. */
    fm_anchor_of(&w->tokens, fm_str("((\"a\""), &anchor);
    assert_int_equal(anchor.n, 0);
    fm_anchor_of(&w->tokens, fm_str(""), &anchor);
    assert_int_equal(anchor.n, 0);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(the_fewest_words_that_must_occur),
        T(more_words_than_are_kept_are_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
