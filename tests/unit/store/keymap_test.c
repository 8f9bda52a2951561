#include "fm_test.h"
#include "store/keymap_priv.h"

#include <stdbool.h>

#define KEYS   97u
#define VALUES 53u

static size_t count(const struct fm_keymap *map, uint64_t key, uint32_t value)
{
    size_t n = 0;

    for (uint32_t at = fm_keymap_first(map, key); at != FM_KEYMAP_END;
         at = fm_keymap_next(map, key, at)) {
        assert_true(map->entries[at].key == key);
        n += map->entries[at].value == value;
    }
    return n;
}

/* Against a table of all pairs, with keys that fall into the same chains. */
static void holds_what_was_put_in(void **state)
{
    static bool there[KEYS][VALUES];
    struct fm_keymap map = {.entries = NULL};
    uint64_t seed = 3;
    size_t expected = 0;

    (void)state;
    assert_int_equal(fm_keymap_first(&map, 1), FM_KEYMAP_END);
    fm_keymap_remove(&map, 1, 1);
    for (size_t i = 0; i < 20000; i++) {
        uint32_t k;
        uint32_t v;

        seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
        k = (uint32_t)(seed >> 33) % KEYS;
        v = (uint32_t)(seed >> 45) % VALUES;
        if (there[k][v]) {
            fm_keymap_remove(&map, k * 4096, v);
        } else {
            assert_int_equal(fm_keymap_add(&map, k * 4096, v, 100000), FM_OK);
        }
        expected += there[k][v] ? SIZE_MAX : 1;
        there[k][v] = !there[k][v];
        assert_int_equal(count(&map, k * 4096, v), there[k][v] ? 1 : 0);
    }
    assert_int_equal(map.count, expected);
    for (uint32_t k = 0; k < KEYS; k++)
        for (uint32_t v = 0; v < VALUES; v++)
            assert_int_equal(count(&map, k * 4096, v), there[k][v] ? 1 : 0);
    fm_keymap_release(&map);
}

static void has_a_limit(void **state)
{
    struct fm_keymap map = {.entries = NULL};

    (void)state;
    for (uint32_t i = 0; i < 10; i++)
        assert_int_equal(fm_keymap_add(&map, i, i, 10), FM_OK);
    assert_int_equal(fm_keymap_add(&map, 11, 11, 10), FM_EBUSY);
    fm_keymap_remove(&map, 3, 3);
    assert_int_equal(fm_keymap_add(&map, 11, 11, 10), FM_OK);
    fm_keymap_release(&map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_what_was_put_in),
        cmocka_unit_test(has_a_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
