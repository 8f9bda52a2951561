#include "nlp/train/gemm.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
# include <immintrin.h>
#endif

/* Rows of b that stay in the nearest cache while all of a goes by. */
#define DEPTH ((size_t)256)

#define INLINE static inline __attribute__((always_inline))

/* The edges: the same sums, one by one. */
/* NOLINTNEXTLINE(readability-function-size): parameters as BLAS has them */
INLINE void edge(size_t m, size_t n, size_t k, const float *a, size_t lda,
                 const float *b, size_t ldb, float *c, size_t ldc)
{
    for (size_t r = 0; r < m; r++)
        for (size_t i = 0; i < k; i++) {
            float x = a[r * lda + i];

            for (size_t j = 0; j < n; j++)
                c[r * ldc + j] = fmaf(x, b[i * ldb + j], c[r * ldc + j]);
        }
}

#if defined(__x86_64__)

/* --- AVX2 ------------------------------------------------------------------ */

# define FMA  __attribute__((target("avx2,fma")))
# define ROWS 6
# define COLS 16

/* One block of ROWS x COLS of c stays in registers over all of k. */
FMA INLINE void block(size_t k, const float *a, size_t lda, const float *panel,
                      float *c, size_t ldc)
{
    __m256 sum[ROWS][2];

    for (size_t r = 0; r < ROWS; r++) {
        sum[r][0] = _mm256_loadu_ps(c + r * ldc);
        sum[r][1] = _mm256_loadu_ps(c + r * ldc + 8);
    }
    for (size_t i = 0; i < k; i++) {
        __m256 b0 = _mm256_loadu_ps(panel + i * COLS);
        __m256 b1 = _mm256_loadu_ps(panel + i * COLS + 8);

        for (size_t r = 0; r < ROWS; r++) {
            __m256 x = _mm256_set1_ps(a[r * lda + i]);

            sum[r][0] = _mm256_fmadd_ps(x, b0, sum[r][0]);
            sum[r][1] = _mm256_fmadd_ps(x, b1, sum[r][1]);
        }
    }
    for (size_t r = 0; r < ROWS; r++) {
        _mm256_storeu_ps(c + r * ldc, sum[r][0]);
        _mm256_storeu_ps(c + r * ldc + 8, sum[r][1]);
    }
}

/* NOLINTNEXTLINE(readability-function-size): parameters as BLAS has them */
FMA static void gemm_fma(size_t m, size_t n, size_t k, const float *a,
                         size_t lda, const float *b, size_t ldb, float *c,
                         size_t ldc)
{
    size_t mb = m - m % ROWS;
    size_t nb = n - n % COLS;

    for (size_t j = 0; j < nb; j += COLS) {
        float panel[DEPTH * COLS];

        for (size_t i = 0; i < k; i++)
            memcpy(panel + i * COLS, b + i * ldb + j, COLS * sizeof *panel);
        for (size_t r = 0; r < mb; r += ROWS)
            block(k, a + r * lda, lda, panel, c + r * ldc + j, ldc);
    }
    if (nb < n)
        edge(mb, n - nb, k, a, lda, b + nb, ldb, c + nb, ldc);
    if (mb < m)
        edge(m - mb, n, k, a + mb * lda, lda, b, ldb, c + mb * ldc, ldc);
}

/* --- AVX-512 ---------------------------------------------------------------- */

# define WIDE      __attribute__((target("avx512f")))
# define WIDE_ROWS 12
# define WIDE_COLS 32

/* rows (a constant) x WIDE_COLS of c; columns beyond the masks are neither read
 * nor written, the panel has zeros there. */
/* NOLINTNEXTLINE(readability-function-size): parameters as BLAS has them */
WIDE INLINE void wide_block(size_t rows, size_t k, const float *a, size_t lda,
                            const float *panel, float *c, size_t ldc,
                            __mmask16 m0, __mmask16 m1)
{
    __m512 sum[WIDE_ROWS][2];

    for (size_t r = 0; r < rows; r++) {
        sum[r][0] = _mm512_maskz_loadu_ps(m0, c + r * ldc);
        sum[r][1] = _mm512_maskz_loadu_ps(m1, c + r * ldc + 16);
    }
    for (size_t i = 0; i < k; i++) {
        __m512 b0 = _mm512_loadu_ps(panel + i * WIDE_COLS);
        __m512 b1 = _mm512_loadu_ps(panel + i * WIDE_COLS + 16);

        for (size_t r = 0; r < rows; r++) {
            __m512 x = _mm512_set1_ps(a[r * lda + i]);

            sum[r][0] = _mm512_fmadd_ps(x, b0, sum[r][0]);
            sum[r][1] = _mm512_fmadd_ps(x, b1, sum[r][1]);
        }
    }
    for (size_t r = 0; r < rows; r++) {
        _mm512_mask_storeu_ps(c + r * ldc, m0, sum[r][0]);
        _mm512_mask_storeu_ps(c + r * ldc + 16, m1, sum[r][1]);
    }
}

/* Columns j and up of b, as they lie in memory, zeros behind the last. */
INLINE void fill_panel(size_t k, size_t cols, const float *b, size_t ldb,
                       float *panel)
{
    for (size_t i = 0; i < k; i++) {
        memcpy(panel + i * WIDE_COLS, b + i * ldb, cols * sizeof *panel);
        for (size_t j = cols; j < WIDE_COLS; j++)
            panel[i * WIDE_COLS + j] = 0.0f;
    }
}

/* NOLINTNEXTLINE(readability-function-size): parameters as BLAS has them */
WIDE static void gemm_wide(size_t m, size_t n, size_t k, const float *a,
                           size_t lda, const float *b, size_t ldb, float *c,
                           size_t ldc)
{
    for (size_t j = 0; j < n; j += WIDE_COLS) {
        float panel[DEPTH * WIDE_COLS];
        size_t cols = n - j < WIDE_COLS ? n - j : WIDE_COLS;
        uint32_t mask = cols < 32 ? ((uint32_t)1 << cols) - 1 : UINT32_MAX;
        __mmask16 m0 = (__mmask16)(mask & 0xffff);
        __mmask16 m1 = (__mmask16)(mask >> 16);
        size_t r = 0;

        fill_panel(k, cols, b + j, ldb, panel);
        for (; r + WIDE_ROWS <= m; r += WIDE_ROWS)
            wide_block(WIDE_ROWS, k, a + r * lda, lda, panel, c + r * ldc + j,
                       ldc, m0, m1);
        for (; r + 4 <= m; r += 4)
            wide_block(4, k, a + r * lda, lda, panel, c + r * ldc + j, ldc, m0,
                       m1);
        for (; r < m; r++)
            wide_block(1, k, a + r * lda, lda, panel, c + r * ldc + j, ldc, m0,
                       m1);
    }
}

#endif

/* NOLINTNEXTLINE(readability-function-size): parameters as BLAS has them */
void fm_gemm(size_t m, size_t n, size_t k, const float *a, size_t lda,
             const float *b, size_t ldb, float *c, size_t ldc)
{
    for (size_t at = 0; at < k; at += DEPTH) {
        size_t deep = k - at < DEPTH ? k - at : DEPTH;

#if defined(__x86_64__)
        if (__builtin_cpu_supports("avx512f")) {
            gemm_wide(m, n, deep, a + at, lda, b + at * ldb, ldb, c, ldc);
            continue;
        }
        if (__builtin_cpu_supports("fma")) {
            gemm_fma(m, n, deep, a + at, lda, b + at * ldb, ldb, c, ldc);
            continue;
        }
#endif
        edge(m, n, deep, a + at, lda, b + at * ldb, ldb, c, ldc);
    }
}

void fm_transpose(size_t m, size_t n, const float *from, size_t ldfrom,
                  float *to, size_t ldto)
{
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++)
            to[j * ldto + i] = from[i * ldfrom + j];
}
