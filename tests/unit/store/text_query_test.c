#include "store/text_query.h"

#include "fm_test.h"

struct row {
    const char *query;
    const char *expected; /* NULL = refused */
    const char *why;      /* part of the text of the refusal */
};

static const struct row table[] = {
    {"oil", "\"oil\"", NULL},
    {"  oil  ", "\"oil\"", NULL},
    {"oil price", "(\"oil\" AND \"price\")", NULL},
    {"oil AND price", "(\"oil\" AND \"price\")", NULL},
    {"oil price gas", "((\"oil\" AND \"price\") AND \"gas\")", NULL},
    {"oil OR gas", "(\"oil\" OR \"gas\")", NULL},
    {"a b OR c d", "((\"a\" AND \"b\") OR (\"c\" AND \"d\"))", NULL},
    {"a (b OR c)", "(\"a\" AND (\"b\" OR \"c\"))", NULL},
    {"a NOT b", "(\"a\" NOT \"b\")", NULL},
    {"a NOT b c", "((\"a\" NOT \"b\") AND \"c\")", NULL},
    {"a NOT (b OR c)", "(\"a\" NOT (\"b\" OR \"c\"))", NULL},
    {"\"oil price\"", "\"oil price\"", NULL},
    {"\"oil price\"*", "\"oil price\"*", NULL},
    {"pric*", "\"pric\"*", NULL},
    {"NEAR(oil price)", "NEAR(\"oil\" \"price\", 10)", NULL},
    {"NEAR(oil price, 5)", "NEAR(\"oil\" \"price\", 5)", NULL},
    {"NEAR(oil \"a b\" pric*,5)", "NEAR(\"oil\" \"a b\" \"pric\"*, 5)", NULL},
    {"NEAR oil", "(\"NEAR\" AND \"oil\")", NULL},
    {"near(a b)", "(\"near\" AND (\"a\" AND \"b\"))", NULL},
    {"or and not", "((\"or\" AND \"and\") AND \"not\")", NULL},
    {"don't jean-luc", "(\"don't\" AND \"jean-luc\")", NULL},
    /* What has neither letter nor digit says nothing. */
    {"oil \xe2\x80\x94 price", "(\"oil\" AND \"price\")", NULL},
    {"oil \"...\" price", "(\"oil\" AND \"price\")", NULL},
    {"(oil) ", "\"oil\"", NULL},
    {"((((oil))))", "\"oil\"", NULL},
    {"a\tb\nc", "((\"a\" AND \"b\") AND \"c\")", NULL},
    {"x:y ^z {w}", "((\"x:y\" AND \"^z\") AND \"{w}\")", NULL},
    {"\xd0\xbd\xd0\xb5\xd1\x84\xd1\x82\xd1\x8c",
     "\"\xd0\xbd\xd0\xb5\xd1\x84\xd1\x82\xd1\x8c\"", NULL},
    {"", NULL, "no word"},
    {"   ", NULL, "no word"},
    {"...", NULL, "no word"},
    {"()", NULL, "no word"},
    {"\"", NULL, "byte 0"},
    {"oil \"price", NULL, "at byte 4"},
    {"(oil", NULL, "bracket is not closed"},
    {"oil)", NULL, "at byte 3"},
    {"NOT oil", NULL, "NOT needs"},
    {"AND oil", NULL, "AND needs"},
    {"OR oil", NULL, "OR needs something before"},
    {"oil OR", NULL, "OR needs a word behind"},
    {"oil OR OR gas", NULL, "OR needs a word behind"},
    {"oil NOT", NULL, "an operator needs"},
    {"oil AND", NULL, "an operator needs"},
    {"oil AND OR gas", NULL, "an operator needs"},
    {"oil NOT NOT gas", NULL, "an operator needs"},
    {"... NOT oil", NULL, "NOT needs a word before"},
    {"*", NULL, "needs letters"},
    {"a*", NULL, "two letters"},
    {"NEAR(oil)", NULL, "two words"},
    {"NEAR(oil price", NULL, "not closed"},
    {"NEAR(oil price, x)", NULL, "distance"},
    {"NEAR(oil price, 0)", NULL, "distance"},
    {"NEAR(oil price, 5", NULL, "not closed"},
    {"NEAR(oil (price))", NULL, "not closed"},
    {"\xff", NULL, "not UTF-8"},
};

static void queries(void **state)
{
    struct fm_arena arena;

    (void)state;
    fm_arena_init(&arena, 1 << 20);
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        const struct row *t = &table[i];
        struct fm_str match = {NULL, 0};
        struct fm_why why = FM_WHY_INIT;
        enum fm_error e = fm_text_query(fm_str(t->query), "query", NULL, &arena,
                                        &why, &match);

        if (t->expected != NULL) {
            if (e != FM_OK)
                fail_msg("%s: %s", t->query, why.text);
            assert_str(match, t->expected);
            continue;
        }
        if (e != FM_EINVAL)
            fail_msg("%s: %s", t->query, fm_error_name(e));
        assert_string_equal(why.field, "query");
        if (strstr(why.text, t->why) == NULL)
            fail_msg("%s: \"%s\" has no \"%s\"", t->query, why.text, t->why);
    }
    fm_arena_release(&arena);
}

static void limits(void **state)
{
    struct fm_arena arena;
    struct fm_str match = {NULL, 0};
    char text[1200];

    (void)state;
    fm_arena_init(&arena, 1 << 20);
    memset(text, 'x', sizeof text);
    assert_fm_err(
        fm_text_query(fm_str_n(text, 1025), "q", NULL, &arena, NULL, &match),
        FM_EINVAL);
    assert_fm_ok(
        fm_text_query(fm_str_n(text, 1024), "q", NULL, &arena, NULL, &match));
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = i % 2 == 0 ? 'x' : ' ';
    assert_fm_ok(
        fm_text_query(fm_str_n(text, 64), "q", NULL, &arena, NULL, &match));
    assert_fm_err(
        fm_text_query(fm_str_n(text, 66), "q", NULL, &arena, NULL, &match),
        FM_EINVAL);
    memset(text, '(', sizeof text);
    assert_fm_err(
        fm_text_query(fm_str_n(text, 1000), "q", NULL, &arena, NULL, &match),
        FM_EINVAL);
    assert_fm_ok(
        fm_text_query(fm_str("a OR b"), "q", "text", &arena, NULL, &match));
    assert_str(match, "text : ((\"a\" OR \"b\"))");
    fm_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(queries),
        cmocka_unit_test(limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
