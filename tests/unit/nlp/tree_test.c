#include "nlp/tree.h"

#include "fm_test.h"

#define WIDTH 8

struct search {
    const float *scores;
    size_t n;
    size_t head[WIDTH];
    float best;
};

static bool is_tree(const size_t *head, size_t n)
{
    size_t roots = 0;

    for (size_t d = 1; d <= n; d++) {
        size_t v = d;

        roots += head[d] == 0;
        for (size_t steps = 0; v != 0; steps++) {
            if (steps > n)
                return false;
            v = head[v];
        }
    }
    return roots == 1;
}

/* Every assignment of heads, counted like a number of n digits. */
static float best_by_search(const float *scores, size_t n)
{
    size_t head[WIDTH] = {0};
    float best = -1e30f;

    for (;;) {
        float sum = 0;
        size_t d = 1;

        for (size_t i = 1; i <= n; i++)
            sum += head[i] == i ? -1e9f : scores[i * WIDTH + head[i]];
        if (is_tree(head, n) && sum > best)
            best = sum;
        while (d <= n && head[d] == n)
            head[d++] = 0;
        if (d > n)
            return best;
        head[d]++;
    }
}

static void test_best_tree(void **state)
{
    struct fm_arena arena;
    struct fm_tree_work *work;
    float scores[WIDTH * WIDTH];
    uint64_t random = 1;

    (void)state;
    fm_arena_init(&arena, (size_t)4 << 20);
    work = fm_tree_work_new(&arena);
    assert_non_null(work);
    for (size_t round = 0; round < 600; round++) {
        size_t n = 1 + round % 5;
        uint16_t heads[WIDTH];
        size_t wide[WIDTH] = {0};
        float sum = 0;

        for (size_t i = 0; i < (size_t)WIDTH * WIDTH; i++) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            scores[i] = (float)(random >> 40) / 1e6f;
        }
        fm_tree_decode(scores, WIDTH, n, work, heads);
        for (size_t d = 1; d <= n; d++) {
            wide[d] = heads[d];
            sum += scores[d * WIDTH + heads[d]];
        }
        assert_true(is_tree(wide, n));
        assert_near((double)sum, (double)best_by_search(scores, n), 1e-3);
    }
    fm_arena_release(&arena);
}

/* All want the root; one of them must take it alone. */
static void test_one_root(void **state)
{
    struct fm_arena arena;
    float scores[WIDTH * WIDTH] = {0};
    uint16_t heads[WIDTH];
    size_t roots = 0;

    (void)state;
    fm_arena_init(&arena, (size_t)4 << 20);
    for (size_t d = 1; d <= 5; d++)
        scores[d * WIDTH] = 10 + (float)d;
    fm_tree_decode(scores, WIDTH, 5, fm_tree_work_new(&arena), heads);
    for (size_t d = 1; d <= 5; d++)
        roots += heads[d] == 0;
    assert_int_equal(roots, 1);
    assert_int_equal(heads[5], 0);
    fm_arena_release(&arena);
}

/* The longest sentence, one chain of cycles after another. */
static void test_longest(void **state)
{
    const size_t n = FM_SENTENCE_TOKENS_MAX;
    const size_t stride = n + 1;
    float *scores = calloc(stride * stride, sizeof *scores);
    uint16_t *heads = calloc(stride, sizeof *heads);
    struct fm_arena arena;
    size_t roots = 0;

    (void)state;
    assert_non_null(scores);
    assert_non_null(heads);
    fm_arena_init(&arena, (size_t)4 << 20);
    for (size_t d = 1; d <= n; d++)
        scores[d * stride + (d % 2 == 1 ? (d < n ? d + 1 : 1) : d - 1)] = 5;
    fm_tree_decode(scores, stride, n, fm_tree_work_new(&arena), heads);
    for (size_t d = 1; d <= n; d++)
        roots += heads[d] == 0;
    assert_int_equal(roots, 1);
    fm_arena_release(&arena);
    free(scores);
    free(heads);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_best_tree),
        cmocka_unit_test(test_one_root),
        cmocka_unit_test(test_longest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
