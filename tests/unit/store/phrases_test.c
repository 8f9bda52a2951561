/* Full-text expressions without the index, against the index itself. */
#include "store/db_priv.h"
#include "store/phrases_priv.h"
#include "store/text_query.h"
#include "unit/store/fixture.h"

struct world {
    sqlite3 *db;
    struct fm_tokens tokens;
    struct fm_arena arena;
    struct fm_token_list words;
    struct fm_why why;
    uint64_t seed;
};

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);

    assert_non_null(w);
    assert_int_equal(sqlite3_open(":memory:", &w->db), SQLITE_OK);
    assert_int_equal(fm_tokens_open(w->db, NULL, &w->tokens), FM_OK);
    fm_arena_init(&w->arena, 64 << 20);
    fm_arena_init(&w->words.arena, 1 << 20);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;

    fm_tokens_close(&w->tokens);
    fm_db_close(w->db);
    fm_arena_release(&w->arena);
    fm_arena_release(&w->words.arena);
    free(w);
    return 0;
}

static void read_query(struct world *w, const char *query,
                       struct fm_phrases *ret, struct fm_str *ret_match)
{
    if (fm_text_query(fm_str(query), "query", "text", &w->arena, &w->why,
                      ret_match) != FM_OK ||
        fm_phrases_read(ret, &w->arena, &w->tokens, *ret_match, &w->why) !=
            FM_OK)
        fail_msg("%s: %s", query, w->why.text);
}

/* --- what it cannot match without ------------------------------------------------------- */

static bool is_kept_by(const struct fm_phrases *p, const char *token)
{
    uint64_t keys[FM_TOKEN_KEYS];

    fm_token_keys(fm_str(token), keys);
    for (size_t i = 0; i < p->anchor_n; i++)
        for (size_t k = 0; k < FM_TOKEN_KEYS; k++)
            if (p->anchor[i] == keys[k])
                return true;
    return false;
}

static void the_fewest_words_that_must_occur(void **state)
{
    static const struct {
        const char *query;
        size_t n;
        const char *tokens[3];
    } table[] = {
        {"peace", 1, {"peace"}},
        {"Peace", 1, {"peace"}},
        {"Élysée", 1, {"elysee"}},
        /* Of words that must all occur the longest is the rarest. */
        {"a peace treaty", 1, {"treaty"}},
        {"\"peace and quiet\"", 1, {"peace"}},
        {"war OR peace", 2, {"war", "peace"}},
        {"(war OR peace) treaty", 1, {"treaty"}},
        {"(war OR peace) AND (north OR south OR east)", 2, {"war", "peace"}},
        {"treaty NOT peacekeeping", 1, {"treaty"}},
        {"NEAR(peace agreements, 4)", 1, {"agreements"}},
        /* The last word of a prefix may go on. */
        {"pea*", 1, {"peace", "pea", "peanut"}},
        {"treat*", 1, {"treaty", "treatment"}},
        {"\"old treat\"*", 1, {"treaty"}},
        {"\"ancient treat\"*", 1, {"ancient"}},
        {"pea* OR war", 2, {"peace", "war"}},
        {"pea* war", 1, {"war"}},
        {"old-fashioned", 1, {"fashioned"}},
    };
    struct world *w = *state;

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct fm_str match = {NULL, 0};
        struct fm_phrases p;

        read_query(w, table[i].query, &p, &match);
        if (p.anchor_n != table[i].n)
            fail_msg("%s: kept by %zu", table[i].query, p.anchor_n);
        for (size_t k = 0; k < 3 && table[i].tokens[k] != NULL; k++)
            if (!is_kept_by(&p, table[i].tokens[k]))
                fail_msg("%s: not by %s", table[i].query, table[i].tokens[k]);
        assert_false(is_kept_by(&p, "other"));
    }
}

static void more_words_than_are_kept_are_none(void **state)
{
    struct world *w = *state;
    struct fm_str match = {NULL, 0};
    struct fm_phrases p;

    read_query(w,
               "a1 OR a2 OR a3 OR a4 OR a5 OR a6 OR a7 OR a8 OR a9 OR b1 OR b2 "
               "OR b3 OR b4 OR b5 OR b6 OR b7 OR b8",
               &p, &match);
    assert_int_equal(p.anchor_n, 0);
}

static void what_is_not_understood_is_refused(void **state)
{
    static const char *const table[] = {"",   "((\"a\"",        "\"a\")",
                                        "()", "\"a\" () \"b\"", "nothing"};
    struct world *w = *state;
    struct fm_phrases p;

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        assert_int_equal(
            fm_phrases_read(&p, &w->arena, &w->tokens, fm_str(table[i]), NULL),
            FM_EINVAL);
}

/* --- the same as the index --------------------------------------------------------------- */

static size_t draw(struct world *w, size_t below)
{
    w->seed = w->seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (size_t)(w->seed >> 33) % below;
}

static const char *const vocabulary[] = {"al",   "alp",  "Alpha", "beta",
                                         "bét",  "gam",  "gamma", "x-ray",
                                         "1984", "délt", "€"};

static const char *some_word(struct world *w)
{
    return vocabulary[draw(w, sizeof vocabulary / sizeof vocabulary[0])];
}

/* A query of the language of text_query.h. */
static char *some_query(struct world *w, unsigned depth)
{
    struct fm_arena *a = &w->arena;

    switch (draw(w, depth > 3 ? 5 : 10)) {
    case 0: return fm_arena_printf(a, "%s*", some_word(w));
    case 1: return fm_arena_printf(a, "\"%s %s\"", some_word(w), some_word(w));
    case 2: return fm_arena_printf(a, "\"%s %s\"*", some_word(w), some_word(w));
    case 3:
        return fm_arena_printf(a, "NEAR(%s \"%s %s\" %s, %zu)", some_word(w),
                               some_word(w), some_word(w), some_word(w),
                               1 + draw(w, 5));
    case 4:
    case 5: return fm_arena_printf(a, "%s", some_word(w));
    case 6:
        return fm_arena_printf(a, "(%s OR %s)", some_query(w, depth + 1),
                               some_query(w, depth + 1));
    case 7:
        return fm_arena_printf(a, "(%s NOT %s)", some_query(w, depth + 1),
                               some_query(w, depth + 1));
    default:
        return fm_arena_printf(a, "(%s %s)", some_query(w, depth + 1),
                               some_query(w, depth + 1));
    }
}

#define TEXTS   300
#define QUERIES 3000

static void fill(struct world *w, char *texts[TEXTS])
{
    sqlite3_stmt *st = NULL;

    assert_int_equal(
        sqlite3_exec(w->db,
                     "CREATE VIRTUAL TABLE search USING fts5(text, title,"
                     " content='', tokenize='unicode61 remove_diacritics 2')",
                     NULL, NULL, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(w->db,
                                        "INSERT INTO search(rowid, text, title)"
                                        " VALUES (?, ?, 'alpha beta gamma')",
                                        -1, &st, NULL),
                     SQLITE_OK);
    for (int i = 0; i < TEXTS; i++) {
        texts[i] = fm_arena_copy(&w->arena, fm_str(""));
        for (size_t n = draw(w, 9); n > 0; n--)
            texts[i] =
                fm_arena_printf(&w->arena, "%s%s%s", texts[i],
                                draw(w, 4) == 0 ? ", " : " ", some_word(w));
        (void)sqlite3_bind_int(st, 1, i);
        (void)sqlite3_bind_text(st, 2, texts[i], -1, SQLITE_STATIC);
        assert_int_equal(sqlite3_step(st), SQLITE_DONE);
        (void)sqlite3_reset(st);
    }
    (void)sqlite3_finalize(st);
}

static void find(struct world *w, struct fm_str match, bool ret[TEXTS])
{
    sqlite3_stmt *st = NULL;
    int rc;

    memset(ret, 0, TEXTS * sizeof *ret);
    assert_int_equal(sqlite3_prepare_v2(
                         w->db, "SELECT rowid FROM search WHERE search MATCH ?",
                         -1, &st, NULL),
                     SQLITE_OK);
    (void)sqlite3_bind_text(st, 1, match.data, (int)match.len, SQLITE_STATIC);
    while ((rc = sqlite3_step(st)) == SQLITE_ROW)
        ret[sqlite3_column_int(st, 0)] = true;
    if (rc != SQLITE_DONE)
        fail_msg("%.*s: %s", FM_STR_ARG(match), sqlite3_errmsg(w->db));
    (void)sqlite3_finalize(st);
}

/* Anything that matches has one of the keys that the query is kept by. */
static bool has_a_key(const struct fm_phrases *p,
                      const struct fm_token_list *words)
{
    for (size_t i = 0; i < words->n; i++) {
        char *token =
            strndup(words->items[i].text.data, words->items[i].text.len);
        bool found = is_kept_by(p, token);

        free(token);
        if (found)
            return true;
    }
    return p->anchor_n == 0;
}

static void means_what_the_index_means(void **state)
{
    struct world *w = *state;
    char *texts[TEXTS];
    bool found[TEXTS];
    size_t matches = 0;

    w->seed = 11;
    fill(w, texts);
    for (size_t i = 0; i < QUERIES; i++) {
        struct fm_str match = {NULL, 0};
        char *query = some_query(w, 0);
        struct fm_phrases p;

        if (fm_text_query(fm_str(query), "query", "text", &w->arena, NULL,
                          &match) != FM_OK)
            continue;
        read_query(w, query, &p, &match);
        find(w, match, found);
        for (size_t k = 0; k < TEXTS; k++) {
            assert_int_equal(
                fm_token_list_read(&w->words, &w->tokens, fm_str(texts[k])),
                FM_OK);
            if (fm_phrases_match(&p, &w->words) != found[k])
                fail_msg("%s: %s: the index says %d", query, texts[k],
                         found[k]);
            if (found[k] && !has_a_key(&p, &w->words))
                fail_msg("%s: %s: has none of its keys", query, texts[k]);
            matches += found[k];
        }
    }
    assert_true(matches > 10000);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(the_fewest_words_that_must_occur),
        T(more_words_than_are_kept_are_none),
        T(what_is_not_understood_is_refused),
        T(means_what_the_index_means),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
