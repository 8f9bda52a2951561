#include "nlp/train/gemm.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
# include <immintrin.h>
#endif

#define ROWS 6
#define COLS 16
/* Rows of b that stay in the nearest cache while all of a goes by. */
#define DEPTH ((size_t)256)

#define INLINE static inline __attribute__((always_inline))

/* The edges: the same sums, one by one. */
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

# define FMA __attribute__((target("avx2,fma")))

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

#endif

void fm_gemm(size_t m, size_t n, size_t k, const float *a, size_t lda,
             const float *b, size_t ldb, float *c, size_t ldc)
{
    for (size_t at = 0; at < k; at += DEPTH) {
        size_t deep = k - at < DEPTH ? k - at : DEPTH;

#if defined(__x86_64__)
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
