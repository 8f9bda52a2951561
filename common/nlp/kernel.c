#include "nlp/kernel.h"

#include <math.h>

#if defined(__x86_64__)
# include <immintrin.h>
#endif

#define INLINE static inline __attribute__((always_inline))

/* --- steps that compilers vectorize, for each variant once more ----------- */

INLINE float gate(float a)
{
    return 0.5f + 0.5f * a / sqrtf(1.0f + a * a);
}

INLINE void step_body(const struct fm_gates *g, const float *restrict u,
                      const float *restrict in, float *restrict state,
                      float *restrict out)
{
    size_t width = g->width;
    const float *restrict bf = g->bias_forget;
    const float *restrict br = g->bias_reset;
    const float *restrict mf = g->memory_forget;
    const float *restrict mr = g->memory_reset;

    for (size_t j = 0; j < width; j++) {
        float c0 = state[j];
        float f = gate(u[width + j] + mf[j] * c0 + bf[j]);
        float r = gate(u[2 * width + j] + mr[j] * c0 + br[j]);
        float c = f * c0 + (1.0f - f) * u[j];

        state[j] = c;
        out[j] = r * c + (1.0f - r) * in[j];
    }
}

INLINE void add_row_body(size_t n, const int8_t *restrict row, float scale,
                         float *restrict sum)
{
    for (size_t i = 0; i < n; i++)
        sum[i] += scale * (float)row[i];
}

INLINE void quantize_body(size_t rows, size_t n, const float *restrict x,
                          int16_t *restrict ret, float *restrict ret_scales)
{
    for (size_t r = 0; r < rows; r++, x += n, ret += n) {
        float top = 1e-20f;
        float factor;

        for (size_t i = 0; i < n; i++) {
            float a = fabsf(x[i]);

            top = a > top ? a : top;
        }
        factor = (float)FM_INPUT_MAX / top;
        ret_scales[r] = top / (float)FM_INPUT_MAX;
        /* Rounds half up: the shift makes truncation a floor. */
        for (size_t i = 0; i < n; i++)
            ret[i] = (int16_t)((int32_t)(x[i] * factor + 8192.5f) - 8192);
    }
}

INLINE int32_t dot_body(size_t n, const int16_t *restrict a,
                        const int16_t *restrict b)
{
    int32_t sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += (int32_t)a[i] * (int32_t)b[i];
    return sum;
}

/* Writes the sums of one token and one panel. */
INLINE void put_panel(const struct fm_matrix *w, size_t panel,
                      const int32_t *sums, float scale, const float *bias,
                      float *y)
{
    const float *scales = w->scales + panel * FM_PANEL;

    for (size_t j = 0; j < FM_PANEL; j++)
        y[j] = (float)sums[j] * (scale * scales[j]);
    for (size_t j = 0; bias != NULL && j < FM_PANEL; j++)
        y[j] += bias[panel * FM_PANEL + j];
}

/* --- scalar --------------------------------------------------------------- */

static void multiply_scalar(const struct fm_matrix *w, size_t n,
                            const int16_t *x, const float *scales,
                            const float *bias, float *y)
{
    for (size_t p = 0; p < w->cols / FM_PANEL; p++) {
        const int16_t *panel = w->weights + p * FM_PANEL * w->rows;

        for (size_t t = 0; t < n; t++) {
            const int16_t *row = x + t * w->rows;
            int32_t sums[FM_PANEL] = {0};

            for (size_t k = 0; k < w->rows; k += 2)
                for (size_t j = 0; j < FM_PANEL; j++) {
                    const int16_t *pair = panel + (k * FM_PANEL + 2 * j);

                    sums[j] += (int32_t)row[k] * pair[0] +
                               (int32_t)row[k + 1] * pair[1];
                }
            put_panel(w, p, sums, scales[t], bias,
                      y + t * w->cols + p * FM_PANEL);
        }
    }
}

static void step_scalar(const struct fm_gates *g, const float *u,
                        const float *in, float *state, float *out)
{
    step_body(g, u, in, state, out);
}

static void add_row_scalar(size_t n, const int8_t *row, float scale, float *sum)
{
    add_row_body(n, row, scale, sum);
}

static void quantize_scalar(size_t rows, size_t n, const float *x, int16_t *ret,
                            float *ret_scales)
{
    quantize_body(rows, n, x, ret, ret_scales);
}

static int32_t dot_scalar(size_t n, const int16_t *a, const int16_t *b)
{
    return dot_body(n, a, b);
}

static const struct fm_kernels scalar = {
    .name = "scalar",
    .multiply = multiply_scalar,
    .step = step_scalar,
    .add_row = add_row_scalar,
    .quantize = quantize_scalar,
    .dot = dot_scalar,
};

#if defined(__x86_64__)

/* Two rows' inputs as one number, for all lanes. */
INLINE int32_t pair_at(const int16_t *x)
{
    int32_t pair;

    __builtin_memcpy(&pair, x, sizeof pair);
    return pair;
}

/* --- SSE2: every x86-64 --------------------------------------------------- */

/* Sums of count (1 or 2) tokens and one panel. */
INLINE void panel_sse2(size_t rows, const int16_t *panel, const int16_t *x,
                       size_t count, int32_t (*sums)[FM_PANEL])
{
    __m128i acc[2][4];

    for (size_t t = 0; t < count; t++)
        for (size_t i = 0; i < 4; i++)
            acc[t][i] = _mm_setzero_si128();
    for (size_t k = 0; k < rows; k += 2) {
        const __m128i *w =
            (const __m128i *)(const void *)(panel + k * FM_PANEL);

        for (size_t t = 0; t < count; t++) {
            __m128i in = _mm_set1_epi32(pair_at(x + t * rows + k));

            for (size_t i = 0; i < 4; i++)
                acc[t][i] = _mm_add_epi32(
                    acc[t][i], _mm_madd_epi16(in, _mm_loadu_si128(w + i)));
        }
    }
    for (size_t t = 0; t < count; t++)
        for (size_t i = 0; i < 4; i++)
            _mm_storeu_si128((__m128i *)(void *)(sums[t] + 4 * i), acc[t][i]);
}

static void multiply_sse2(const struct fm_matrix *w, size_t n, const int16_t *x,
                          const float *scales, const float *bias, float *y)
{
    for (size_t p = 0; p < w->cols / FM_PANEL; p++) {
        const int16_t *panel = w->weights + p * FM_PANEL * w->rows;

        for (size_t t = 0; t < n; t += 2) {
            size_t count = n - t < 2 ? 1 : 2;
            int32_t sums[2][FM_PANEL];

            if (count == 2)
                panel_sse2(w->rows, panel, x + t * w->rows, 2, sums);
            else
                panel_sse2(w->rows, panel, x + t * w->rows, 1, sums);
            for (size_t i = 0; i < count; i++)
                put_panel(w, p, sums[i], scales[t + i], bias,
                          y + (t + i) * w->cols + p * FM_PANEL);
        }
    }
}

static const struct fm_kernels sse2 = {
    .name = "sse2",
    .multiply = multiply_sse2,
    .step = step_scalar,
    .add_row = add_row_scalar,
    .quantize = quantize_scalar,
    .dot = dot_scalar,
};

/* --- AVX2 ----------------------------------------------------------------- */

# define AVX2 __attribute__((target("avx2")))

/* Sums of count (1 to 4) tokens and one panel. */
AVX2 INLINE void panel_avx2(size_t rows, const int16_t *panel, const int16_t *x,
                            size_t count, int32_t (*sums)[FM_PANEL])
{
    __m256i acc[4][2];

    for (size_t t = 0; t < count; t++)
        acc[t][0] = acc[t][1] = _mm256_setzero_si256();
    for (size_t k = 0; k < rows; k += 2) {
        const __m256i *w =
            (const __m256i *)(const void *)(panel + k * FM_PANEL);
        __m256i w0 = _mm256_loadu_si256(w);
        __m256i w1 = _mm256_loadu_si256(w + 1);

        for (size_t t = 0; t < count; t++) {
            __m256i in = _mm256_set1_epi32(pair_at(x + t * rows + k));

            acc[t][0] = _mm256_add_epi32(acc[t][0], _mm256_madd_epi16(in, w0));
            acc[t][1] = _mm256_add_epi32(acc[t][1], _mm256_madd_epi16(in, w1));
        }
    }
    for (size_t t = 0; t < count; t++) {
        _mm256_storeu_si256((__m256i *)(void *)sums[t], acc[t][0]);
        _mm256_storeu_si256((__m256i *)(void *)(sums[t] + 8), acc[t][1]);
    }
}

AVX2 static void multiply_avx2(const struct fm_matrix *w, size_t n,
                               const int16_t *x, const float *scales,
                               const float *bias, float *y)
{
    for (size_t p = 0; p < w->cols / FM_PANEL; p++) {
        const int16_t *panel = w->weights + p * FM_PANEL * w->rows;

        for (size_t t = 0; t < n;) {
            size_t count = n - t < 4 ? 1 : 4;
            int32_t sums[4][FM_PANEL];

            if (count == 4)
                panel_avx2(w->rows, panel, x + t * w->rows, 4, sums);
            else
                panel_avx2(w->rows, panel, x + t * w->rows, 1, sums);
            for (size_t i = 0; i < count; i++)
                put_panel(w, p, sums[i], scales[t + i], bias,
                          y + (t + i) * w->cols + p * FM_PANEL);
            t += count;
        }
    }
}

AVX2 static void step_avx2(const struct fm_gates *g, const float *u,
                           const float *in, float *state, float *out)
{
    step_body(g, u, in, state, out);
}

AVX2 static void add_row_avx2(size_t n, const int8_t *row, float scale,
                              float *sum)
{
    add_row_body(n, row, scale, sum);
}

AVX2 static void quantize_avx2(size_t rows, size_t n, const float *x,
                               int16_t *ret, float *ret_scales)
{
    quantize_body(rows, n, x, ret, ret_scales);
}

AVX2 static int32_t dot_avx2(size_t n, const int16_t *a, const int16_t *b)
{
    return dot_body(n, a, b);
}

static const struct fm_kernels avx2 = {
    .name = "avx2",
    .multiply = multiply_avx2,
    .step = step_avx2,
    .add_row = add_row_avx2,
    .quantize = quantize_avx2,
    .dot = dot_avx2,
};

static const struct fm_kernels *const with_avx2[] = {&scalar, &sse2, &avx2,
                                                     NULL};
static const struct fm_kernels *const without_avx2[] = {&scalar, &sse2, NULL};

const struct fm_kernels *const *fm_kernels_all(void)
{
    return __builtin_cpu_supports("avx2") ? with_avx2 : without_avx2;
}

#else

static const struct fm_kernels *const portable[] = {&scalar, NULL};

const struct fm_kernels *const *fm_kernels_all(void)
{
    return portable;
}

#endif

const struct fm_kernels *fm_kernels_best(void)
{
    const struct fm_kernels *const *k = fm_kernels_all();

    while (k[1] != NULL)
        k++;
    return *k;
}
