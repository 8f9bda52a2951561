#include "nlp/kernel.h"

#include "fm_test.h"

#define ROWS   64u
#define COLS   48u
#define TOKENS 7u

static uint64_t seed = 7;

static int32_t number(int32_t largest)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (int32_t)((seed >> 33) % (2 * (uint64_t)largest + 1)) - largest;
}

static void fill_floats(float *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        x[i] = (float)number(4000) / 1000.0f;
}

/* Every variant gives the bits of the scalar one. */
static void test_multiply(void **state)
{
    const struct fm_kernels *const *all = fm_kernels_all();
    int16_t weights[ROWS * COLS];
    int16_t x[TOKENS * ROWS];
    float scales[COLS];
    float x_scales[TOKENS];
    float bias[COLS];
    float expected[TOKENS * COLS];
    float actual[TOKENS * COLS];
    const struct fm_matrix w = {
        .rows = ROWS, .cols = COLS, .weights = weights, .scales = scales};

    (void)state;
    for (size_t i = 0; i < (size_t)ROWS * COLS; i++)
        weights[i] = (int16_t)number(FM_WEIGHT_MAX);
    for (size_t i = 0; i < (size_t)TOKENS * ROWS; i++)
        x[i] = (int16_t)number(FM_INPUT_MAX);
    fill_floats(scales, COLS);
    fill_floats(x_scales, TOKENS);
    fill_floats(bias, COLS);
    for (size_t n = 1; n <= TOKENS; n++)
        for (size_t i = 0; all[i] != NULL; i++) {
            all[0]->multiply(&w, n, x, x_scales, bias, expected);
            all[i]->multiply(&w, n, x, x_scales, bias, actual);
            assert_memory_equal(actual, expected, n * COLS * sizeof(float));
        }
    /* And the scalar one is right: the first column of the first token. */
    {
        int64_t sum = 0;

        for (size_t k = 0; k < ROWS; k++)
            sum += (int64_t)x[k] * weights[k / 2 * 2 * FM_PANEL + k % 2];
        assert_near((double)expected[0],
                    (double)sum * (double)x_scales[0] * (double)scales[0] +
                        (double)bias[0],
                    1e-2 + 1e-5 * fabs((double)expected[0]));
    }
}

static void test_steps(void **state)
{
    const struct fm_kernels *const *all = fm_kernels_all();
    float in[5 * 32];
    int8_t row[32];

    (void)state;
    fill_floats(in, 5 * 32);
    for (size_t i = 0; i < 32; i++)
        row[i] = (int8_t)number(127);
    for (size_t i = 0; all[i] != NULL; i++) {
        const struct fm_gates gates = {.width = 32,
                                       .bias_forget = in,
                                       .bias_reset = in + 32,
                                       .memory_forget = in + 64,
                                       .memory_reset = in + 96};
        float states[2][32] = {{0}};
        float out[2][32];
        int16_t q[2][32];
        float scale[2];

        for (size_t k = 0; k < 2; k++) {
            const struct fm_kernels *kernels = all[k == 0 ? 0 : i];

            kernels->step(&gates, in, in + 32, states[k], out[k]);
            kernels->step(&gates, in + 32, in, states[k], out[k]);
            kernels->add_row(32, row, 0.03f, out[k]);
            kernels->quantize(1, 32, out[k], q[k], &scale[k]);
        }
        assert_memory_equal(states[0], states[1], sizeof states[0]);
        assert_memory_equal(out[0], out[1], sizeof out[0]);
        assert_memory_equal(q[0], q[1], sizeof q[0]);
        assert_int_equal(all[0]->dot(32, q[0], q[1]),
                         all[i]->dot(32, q[0], q[1]));
    }
}

static void test_quantize(void **state)
{
    const float x[16] = {0.5f, -1.0f, 0.25f, 0, 1.0f};
    const float none[16] = {0};
    int16_t q[16];
    float scale;

    (void)state;
    fm_kernels_best()->quantize(1, 16, x, q, &scale);
    assert_int_equal(q[1], -FM_INPUT_MAX);
    assert_int_equal(q[4], FM_INPUT_MAX);
    for (size_t i = 0; i < 16; i++)
        assert_near((double)((float)q[i] * scale), (double)x[i], 2e-4);
    fm_kernels_best()->quantize(1, 16, none, q, &scale);
    for (size_t i = 0; i < 16; i++)
        assert_int_equal(q[i], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_multiply),
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_quantize),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
