/* Buckets, by a clock of our own. */
#include "rpc/quota.h"

#include "fm_test.h"

static void test_no_limit(void **state)
{
    struct fm_quota q;

    (void)state;
    fm_quota_init(&q, 0, 0, 1000);
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(fm_quota_wait_ms(&q, 1000), 0);
        fm_quota_take(&q, 1u << 30, 1000);
    }
}

static void test_calls(void **state)
{
    struct fm_quota q;
    unsigned n = 0;

    (void)state;
    fm_quota_init(&q, 10, 0, 5000);
    while (fm_quota_wait_ms(&q, 5000) == 0) {
        fm_quota_take(&q, 1, 5000);
        n++;
    }
    assert_int_equal(n, 10); /* a second's worth at once */
    assert_in_range(fm_quota_wait_ms(&q, 5000), 1, 100);
    assert_in_range(fm_quota_wait_ms(&q, 5050), 0, 50);
    /* Over ten seconds: ten a second, however often it is asked. */
    n = 0;
    for (uint64_t now = 5000; now < 15000; now += 3)
        if (fm_quota_wait_ms(&q, now) == 0) {
            fm_quota_take(&q, 1, now);
            n++;
        }
    assert_in_range(n, 98, 101);
    /* It never holds more than a second's worth. */
    n = 0;
    while (fm_quota_wait_ms(&q, 900000) == 0) {
        fm_quota_take(&q, 1, 900000);
        n++;
    }
    assert_int_equal(n, 10);
}

static void test_debt(void **state)
{
    struct fm_quota q;

    (void)state;
    fm_quota_init(&q, 0, 1000, 0);
    assert_int_equal(fm_quota_wait_ms(&q, 0), 0);
    fm_quota_take(&q, 11000, 0); /* more than a second's worth, once */
    assert_in_range(fm_quota_wait_ms(&q, 0), 10000, 10001);
    assert_in_range(fm_quota_wait_ms(&q, 4000), 6000, 6001);
    assert_int_equal(fm_quota_wait_ms(&q, 10001), 0);
    assert_true(q.bytes.level < 1000000);
    assert_int_equal(fm_quota_wait_ms(&q, 99999), 0);
    assert_int_equal(q.bytes.level, 1000000);
}

/* New limits: what was used up stays used up. */
static void test_change(void **state)
{
    struct fm_quota q;

    (void)state;
    fm_quota_init(&q, 2, 0, 0);
    fm_quota_take(&q, 1, 0);
    fm_quota_take(&q, 1, 0);
    assert_true(fm_quota_wait_ms(&q, 0) > 0);
    fm_quota_change(&q, 4, 0, 0);
    assert_in_range(fm_quota_wait_ms(&q, 0), 1, 250);
    fm_quota_change(&q, 0, 0, 0);
    assert_int_equal(fm_quota_wait_ms(&q, 0), 0);
    fm_quota_change(&q, 3, 0, 0); /* a limit where there was none */
    assert_int_equal(fm_quota_wait_ms(&q, 0), 0);
    fm_quota_change(&q, 1, 0, 0);
    assert_true(q.calls.level <= 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_limit),
        cmocka_unit_test(test_calls),
        cmocka_unit_test(test_debt),
        cmocka_unit_test(test_change),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
