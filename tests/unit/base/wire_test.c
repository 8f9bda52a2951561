#include "base/wire.h"

#include "fm_test.h"

static void test_round_trip(void **state)
{
    struct fm_buf buf;
    struct fm_wire_field f;
    size_t at = 0;

    (void)state;
    fm_buf_init(&buf, 1000);
    fm_wire_u64(&buf, 1, 300);
    fm_wire_bytes2(&buf, 2, fm_str("abc"), fm_str("de"));
    fm_wire_double(&buf, 200, 1.5);
    assert_fm_ok(fm_buf_error(&buf));
    assert_true(fm_wire_next(fm_buf_view(&buf), &at, &f));
    assert_int_equal(f.number, 1);
    assert_int_equal(f.value, 300);
    assert_true(fm_wire_next(fm_buf_view(&buf), &at, &f));
    assert_int_equal(f.number, 2);
    assert_str(f.bytes, "abcde");
    assert_true(fm_wire_next(fm_buf_view(&buf), &at, &f));
    assert_int_equal(f.number, 200);
    assert_int_equal(at, buf.len);
    assert_false(fm_wire_next(fm_buf_view(&buf), &at, &f));
    fm_buf_release(&buf);
}

static void test_malformed(void **state)
{
    static const struct fm_str cases[] = {
        FM_STR_LIT("\x0a\x05"
                   "ab"),           /* longer than there is */
        FM_STR_LIT("\x08"),         /* no value */
        FM_STR_LIT("\x08\xff\xff"), /* endless varint */
        FM_STR_LIT("\x03"),         /* group */
        FM_STR_LIT("\x00\x00"),     /* field 0 */
        FM_STR_LIT("\x09\x00\x00"), /* short fixed64 */
        FM_STR_LIT("\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01x"),
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fm_wire_field f;
        size_t at = 0;

        assert_false(fm_wire_next(cases[i], &at, &f));
        assert_int_equal(at, 0);
    }
}

static void test_depth(void **state)
{
    struct fm_buf a;
    struct fm_buf b;

    (void)state;
    fm_buf_init(&a, 100000);
    fm_buf_init(&b, 100000);
    fm_wire_u64(&a, 1, 1);
    for (int i = 0; i < 40; i++) {
        struct fm_buf swap = a;

        fm_buf_reset(&b);
        fm_wire_bytes(&b, 1, fm_buf_view(&a));
        a = b;
        b = swap;
    }
    assert_int_equal(fm_wire_depth(fm_buf_view(&a), 64), 41);
    assert_int_equal(fm_wire_depth(fm_buf_view(&a), 16), 17);
    fm_buf_release(&a);
    fm_buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_malformed),
        cmocka_unit_test(test_depth),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
