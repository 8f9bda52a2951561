/* str, buf, arena, utf8, parse: the bytes everything else is made of. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "base/parse.h"
#include "base/utf8.h"
#include "fm_test.h"

static void test_str(void **state)
{
    struct fm_str rest = fm_str("a,,b");
    struct fm_str part;
    static const char *const sorted[] = {"alpha", "beta", "gamma"};

    (void)state;
    assert_true(fm_str_next(&rest, ',', &part));
    assert_str(part, "a");
    assert_true(fm_str_next(&rest, ',', &part));
    assert_str(part, "");
    assert_true(fm_str_next(&rest, ',', &part));
    assert_str(part, "b");
    assert_false(fm_str_next(&rest, ',', &part));
    assert_str(fm_str_trim(fm_str(" \t x y\r\n")), "x y");
    assert_str(fm_str_sub(fm_str("abc"), 2, 99), "c");
    assert_str(fm_str_sub(fm_str("abc"), 5, 2), "");
    assert_int_equal(fm_str_find(fm_str("aabaab"), fm_str("aab"), 1), 3);
    assert_true(fm_str_find(fm_str("aab"), fm_str("abc"), 0) == SIZE_MAX);
    assert_int_equal(fm_str_bsearch(fm_str("beta"), sorted, 3), 1);
    assert_int_equal(fm_str_bsearch(fm_str("bet"), sorted, 3), -1);
    assert_true(fm_str_cmp(fm_str("ab"), fm_str("abc")) < 0);
    assert_true(fm_str_eq(fm_str(NULL), fm_str("")));
}

static void test_buf_keeps_its_ceiling(void **state)
{
    struct fm_buf buf;

    (void)state;
    fm_buf_init(&buf, 10);
    fm_buf_z(&buf, "12345");
    fm_buf_printf(&buf, "%d", 67890);
    assert_fm_ok(fm_buf_error(&buf));
    assert_str(fm_buf_view(&buf), "1234567890");
    fm_buf_char(&buf, 'x');
    assert_fm_err(fm_buf_error(&buf), FM_ETOOBIG);
    fm_buf_z(&buf, "");
    assert_str(fm_buf_view(&buf), "1234567890");
    fm_buf_reset(&buf);
    fm_buf_char(&buf, 'x');
    assert_fm_ok(fm_buf_error(&buf));
    fm_fault_set("buf.grow:1");
    fm_buf_release(&buf);
    fm_buf_z(&buf, "y");
    assert_fm_err(fm_buf_error(&buf), FM_ENOMEM);
    fm_fault_set(NULL);
    fm_buf_release(&buf);
}

static void test_arena(void **state)
{
    struct fm_arena arena;
    int *items = NULL;
    size_t cap = 0;

    (void)state;
    fm_arena_init(&arena, 1 << 20);
    for (int round = 0; round < 3; round++) {
        items = NULL;
        cap = 0;
        for (int i = 0; i < 1000; i++) {
            items =
                fm_arena_grow(&arena, items, (size_t)i, sizeof *items, &cap);
            assert_non_null(items);
            items[i] = i;
        }
        for (int i = 0; i < 1000; i++)
            assert_int_equal(items[i], i);
        assert_string_equal(fm_arena_printf(&arena, "%s-%d", "x", 7), "x-7");
        fm_arena_reset(&arena);
    }
    assert_null(fm_arena_alloc(&arena, (1 << 20) + 1));
    assert_int_equal(arena.failed, FM_ETOOBIG);
    assert_null(fm_arena_array(&arena, SIZE_MAX / 2, 4));
    fm_arena_release(&arena);
}

static void test_utf8(void **state)
{
    static const struct {
        const char *bytes;
        size_t len;
        size_t valid;
    } cases[] = {
        {"plain ascii text", 16, 16},
        {"\xc3\xa9t\xc3\xa9", 5, 5},
        {"a\xc0\x80", 3, 1},
        {"\xed\xa0\x80", 3, 0},
        {"\xf4\x90\x80\x80", 4, 0},
        {"\xf0\x9f\x98\x80", 4, 4},
        {"12345678\xe2\x82", 10, 8},
        {"\xe0\x80\x80", 3, 0},
        {"abcdefg\xe2\x82\xac", 10, 10},
        {"\x80", 1, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(fm_utf8_valid(fm_str_n(cases[i].bytes, cases[i].len)),
                         cases[i].valid);
}

static void test_utf8_walks_both_ways(void **state)
{
    struct fm_str s = fm_str("a\xe2\x82\xac\xff\xf0\x9f\x98\x80z");
    static const uint32_t points[] = {'a', 0x20ac, 0xfffd, 0x1f600, 'z'};
    size_t at = 0;

    (void)state;
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(fm_utf8_next(s, &at), points[i]);
    assert_int_equal(at, s.len);
    for (size_t i = 5; i-- > 0;)
        assert_int_equal(fm_utf8_prev(s, &at), points[i]);
    assert_int_equal(at, 0);
    for (uint32_t c = 1; c < 0x11000; c += 13) {
        char bytes[4];
        size_t n = fm_utf8_put(c, bytes);

        if (c >= 0xd800 && c < 0xe000)
            continue;
        at = 0;
        assert_int_equal(fm_utf8_next(fm_str_n(bytes, n), &at), c);
    }
    assert_int_equal(fm_uni_lower(0xc9), 0xe9);
    assert_int_equal(fm_uni_lower(0x416), 0x436);
    assert_true(fm_uni_is_upper(0x160) && fm_uni_is_lower(0x161));
    assert_true(fm_uni_is_space(0xa0) && !fm_uni_is_alpha(0x2019));
}

static void test_parse(void **state)
{
    uint64_t u = 7;
    int64_t i = 7;
    double d = 7;
    bool b = false;

    (void)state;
    assert_fm_ok(fm_parse_u64(fm_str("18446744073709551615"), &u));
    assert_true(u == UINT64_MAX);
    assert_fm_err(fm_parse_u64(fm_str("18446744073709551616"), &u), FM_ERANGE);
    assert_fm_err(fm_parse_u64(fm_str("1 "), &u), FM_EINVAL);
    assert_fm_err(fm_parse_u64(fm_str(""), &u), FM_EINVAL);
    assert_fm_ok(fm_parse_i64(fm_str("-12"), &i));
    assert_int_equal(i, -12);
    assert_fm_ok(fm_parse_double(fm_str("-1.5e3"), &d));
    assert_near(d, -1500, 0);
    assert_fm_err(fm_parse_double(fm_str("nan"), &d), FM_EINVAL);
    assert_fm_err(fm_parse_double(fm_str("1e999"), &d), FM_ERANGE);
    assert_fm_ok(fm_parse_size(fm_str("4MiB"), &u));
    assert_int_equal(u, 4 << 20);
    assert_fm_err(fm_parse_size(fm_str("4x"), &u), FM_EINVAL);
    assert_fm_ok(fm_parse_duration_ms(fm_str("2m"), &u));
    assert_int_equal(u, 120000);
    assert_fm_ok(fm_parse_bool(fm_str("ON"), &b));
    assert_true(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_str),
        cmocka_unit_test(test_buf_keeps_its_ceiling),
        cmocka_unit_test(test_arena),
        cmocka_unit_test(test_utf8),
        cmocka_unit_test(test_utf8_walks_both_ways),
        cmocka_unit_test(test_parse),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
