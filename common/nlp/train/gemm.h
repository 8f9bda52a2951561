/* Matrices in rows, one behind the other. All sums are in a fixed order and
 * with fused multiply-add throughout, so that any machine gets the same bits
 * (a machine without the instruction gets them slowly). */
#ifndef FM_NLP_TRAIN_GEMM_H
#define FM_NLP_TRAIN_GEMM_H

#include <stddef.h>

/* c[m][n] += a[m][k] * b[k][n]; ld = floats from row to row. */
void fm_gemm(size_t m, size_t n, size_t k, const float *a, size_t lda,
             const float *b, size_t ldb, float *c, size_t ldc);
/* to[n][m] = from[m][n] */
void fm_transpose(size_t m, size_t n, const float *from, size_t ldfrom,
                  float *to, size_t ldto);

#endif
