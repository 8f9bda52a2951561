/* The arithmetic of the network: matrices of 16-bit integers, and the gates of
 * the recurrent layers in single precision.
 *
 * Sums of integers are exact, and the floating-point steps are only those that
 * IEEE 754 rounds one way (+ - * / sqrt), in a fixed order and never fused: so
 * every machine and every variant gives the same bits. The scalar variant is
 * the reference that the tests compare the others with. */
#ifndef FM_NLP_KERNEL_H
#define FM_NLP_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Columns of a matrix come in panels of this many. */
#define FM_PANEL 16u
/* Largest magnitudes: 2^9 rows of products of 2^12 and 2^9 fit in 31 bits. */
#define FM_INPUT_MAX  4095
#define FM_WEIGHT_MAX 511
#define FM_DEPTH_MAX  512u

/* rows x cols integers, as they lie in the model file: for each panel, for
 * each pair of rows, for each column of the panel the two rows' weights. A
 * column's weights are to be multiplied by its scale. */
struct fm_matrix {
    uint32_t rows; /* even, at most FM_DEPTH_MAX */
    uint32_t cols; /* a multiple of FM_PANEL */
    const int16_t *weights;
    const float *scales;
};

/* One direction of one recurrent layer (see train/sru.c). All columns are
 * those of this direction. */
struct fm_gates {
    size_t width;
    const float *bias_forget;
    const float *bias_reset;
    const float *memory_forget;
    const float *memory_reset;
};

struct fm_kernels {
    const char *name; /* "scalar", "sse2", "avx2", "avx512" */
    /* y[n][cols] = x * w, plus bias unless it is NULL. x: n x rows integers,
     * each row to be multiplied by its scale. */
    void (*multiply)(const struct fm_matrix *w, size_t n, const int16_t *x,
                     const float *scales, const float *bias, float *y);
    /* One step: u = 3 widths of z, forget, reset; state is updated; out =
     * reset * state + (1 - reset) * in. */
    void (*step)(const struct fm_gates *gates, const float *u, const float *in,
                 float *state, float *out);
    /* sum[i] += scale * row[i] for i < n; n a multiple of 8. */
    void (*add_row)(size_t n, const int8_t *row, float scale, float *sum);
    /* Rows of n floats (a multiple of 8) as integers and scales. */
    void (*quantize)(size_t rows, size_t n, const float *x, int16_t *ret,
                     float *ret_scales);
    /* The product of vectors of n integers. */
    int32_t (*dot)(size_t n, const int16_t *a, const int16_t *b);
};

/* The fastest that this machine can run. */
const struct fm_kernels *fm_kernels_best(void);
/* All that this machine can run, NULL at the end; the reference first. */
const struct fm_kernels *const *fm_kernels_all(void);

#endif
