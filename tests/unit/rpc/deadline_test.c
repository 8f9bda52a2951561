/* The heap of deadlines, beside a list that is searched. */
#include "rpc/deadline.h"

#include "fm_test.h"

#define N 500

static struct fm_deadline items[N];

static const struct fm_deadline *earliest(void)
{
    const struct fm_deadline *first = NULL;

    for (size_t i = 0; i < N; i++)
        if (items[i].place != 0 &&
            (first == NULL || items[i].at_ms < first->at_ms))
            first = &items[i];
    return first;
}

static void test_first_is_the_earliest(void **state)
{
    struct fm_deadlines d;
    uint64_t x = 2463534242u;

    (void)state;
    fm_deadlines_init(&d);
    assert_null(fm_deadlines_first(&d));
    for (int round = 0; round < 20000; round++) {
        struct fm_deadline *item;
        const struct fm_deadline *first = earliest();

        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        item = &items[x % N];
        if (item->place != 0) {
            fm_deadlines_remove(&d, item);
            assert_int_equal(item->place, 0);
        } else {
            item->at_ms = x >> 32 & 0xff;
            assert_fm_ok(fm_deadlines_add(&d, item));
        }
        first = earliest();
        if (first == NULL)
            assert_null(fm_deadlines_first(&d));
        else
            assert_int_equal(fm_deadlines_first(&d)->at_ms, first->at_ms);
    }
    fm_deadlines_release(&d);
}

static void test_removing_what_is_not_in(void **state)
{
    struct fm_deadlines d;
    struct fm_deadline a = {.at_ms = 1};

    (void)state;
    fm_deadlines_init(&d);
    fm_deadlines_remove(&d, &a);
    assert_fm_ok(fm_deadlines_add(&d, &a));
    fm_deadlines_remove(&d, &a);
    fm_deadlines_remove(&d, &a);
    assert_null(fm_deadlines_first(&d));
    fm_deadlines_release(&d);
    fm_deadlines_release(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_is_the_earliest),
        cmocka_unit_test(test_removing_what_is_not_in),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
