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

/* The largest magnitude of n floats. Floats without a sign are in the order of
 * their bits, and unlike a maximum of floats one of integers is vectorized. */
INLINE float top_of(size_t n, const float *x)
{
    float top = 1e-20f;
    uint32_t most;

    __builtin_memcpy(&most, &top, sizeof most);
    for (size_t i = 0; i < n; i++) {
        uint32_t bits;

        __builtin_memcpy(&bits, x + i, sizeof bits);
        bits &= 0x7fffffff;
        most = bits > most ? bits : most;
    }
    __builtin_memcpy(&top, &most, sizeof top);
    return top;
}

INLINE void quantize_body(size_t rows, size_t n, const float *restrict x,
                          int16_t *restrict ret, float *restrict ret_scales)
{
    for (size_t r = 0; r < rows; r++, x += n, ret += n) {
        float top = top_of(n, x);
        float factor = (float)FM_INPUT_MAX / top;

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

/* --- AVX-512 with dot products of integers --------------------------------- */

# define VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))
/* Tokens whose sums stay in registers. */
# define VNNI_TOKENS 8

/* Sums of count (a constant) tokens and panels panels of 16 columns. */
/* NOLINTNEXTLINE(readability-function-size): eight parameters in registers */
VNNI INLINE void panels_vnni(const struct fm_matrix *w, size_t panel,
                             size_t panels, const int16_t *x, size_t count,
                             const float *scales, const float *bias, float *y)
{
    const int16_t *at = w->weights + panel * FM_PANEL * w->rows;
    size_t apart = (size_t)FM_PANEL * w->rows;
    __m512i acc[VNNI_TOKENS][2];

    for (size_t t = 0; t < count; t++)
        acc[t][0] = acc[t][1] = _mm512_setzero_si512();
    for (size_t k = 0; k < w->rows; k += 2) {
        __m512i w0 = _mm512_loadu_si512(at + k * FM_PANEL);
        __m512i w1 =
            panels == 2 ? _mm512_loadu_si512(at + apart + k * FM_PANEL) : w0;

        for (size_t t = 0; t < count; t++) {
            __m512i in = _mm512_set1_epi32(pair_at(x + t * w->rows + k));

            acc[t][0] = _mm512_dpwssd_epi32(acc[t][0], in, w0);
            if (panels == 2)
                acc[t][1] = _mm512_dpwssd_epi32(acc[t][1], in, w1);
        }
    }
    for (size_t t = 0; t < count; t++)
        for (size_t p = 0; p < panels; p++) {
            size_t col = (panel + p) * FM_PANEL;
            __m512 scale = _mm512_mul_ps(_mm512_set1_ps(scales[t]),
                                         _mm512_loadu_ps(w->scales + col));
            __m512 sum = _mm512_mul_ps(_mm512_cvtepi32_ps(acc[t][p]), scale);

            if (bias != NULL)
                sum = _mm512_add_ps(sum, _mm512_loadu_ps(bias + col));
            _mm512_storeu_ps(y + t * w->cols + col, sum);
        }
}

/* NOLINTNEXTLINE(readability-function-size): as panels_vnni */
VNNI INLINE void tokens_vnni(const struct fm_matrix *w, size_t panel,
                             size_t panels, size_t n, const int16_t *x,
                             const float *scales, const float *bias, float *y)
{
    size_t t = 0;

    for (; t + VNNI_TOKENS <= n; t += VNNI_TOKENS)
        panels_vnni(w, panel, panels, x + t * w->rows, VNNI_TOKENS, scales + t,
                    bias, y + t * w->cols);
    for (; t + 2 <= n; t += 2)
        panels_vnni(w, panel, panels, x + t * w->rows, 2, scales + t, bias,
                    y + t * w->cols);
    for (; t < n; t++)
        panels_vnni(w, panel, panels, x + t * w->rows, 1, scales + t, bias,
                    y + t * w->cols);
}

VNNI static void multiply_vnni(const struct fm_matrix *w, size_t n,
                               const int16_t *x, const float *scales,
                               const float *bias, float *y)
{
    size_t panels = w->cols / FM_PANEL;
    size_t p = 0;

    for (; p + 2 <= panels; p += 2)
        tokens_vnni(w, p, 2, n, x, scales, bias, y);
    if (p < panels)
        tokens_vnni(w, p, 1, n, x, scales, bias, y);
}

VNNI static void step_vnni(const struct fm_gates *g, const float *u,
                           const float *in, float *state, float *out)
{
    step_body(g, u, in, state, out);
}

VNNI static void add_row_vnni(size_t n, const int8_t *row, float scale,
                              float *sum)
{
    add_row_body(n, row, scale, sum);
}

VNNI static void quantize_vnni(size_t rows, size_t n, const float *x,
                               int16_t *ret, float *ret_scales)
{
    quantize_body(rows, n, x, ret, ret_scales);
}

VNNI static int32_t dot_vnni(size_t n, const int16_t *a, const int16_t *b)
{
    __m512i sum = _mm512_setzero_si512();
    size_t i = 0;

    for (; i + 32 <= n; i += 32)
        sum = _mm512_dpwssd_epi32(sum, _mm512_loadu_si512(a + i),
                                  _mm512_loadu_si512(b + i));
    return _mm512_reduce_add_epi32(sum) + dot_body(n - i, a + i, b + i);
}

static const struct fm_kernels vnni = {
    .name = "avx512",
    .multiply = multiply_vnni,
    .step = step_vnni,
    .add_row = add_row_vnni,
    .quantize = quantize_vnni,
    .dot = dot_vnni,
};

static const struct fm_kernels *const with_vnni[] = {&scalar, &sse2, &avx2,
                                                     &vnni, NULL};
static const struct fm_kernels *const with_avx2[] = {&scalar, &sse2, &avx2,
                                                     NULL};
static const struct fm_kernels *const without_avx2[] = {&scalar, &sse2, NULL};

const struct fm_kernels *const *fm_kernels_all(void)
{
    if (__builtin_cpu_supports("avx512vnni") &&
        __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vl"))
        return with_vnni;
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
