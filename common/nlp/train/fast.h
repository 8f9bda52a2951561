/* Loops that are compiled once for each width of vectors; the fastest that the
 * machine has runs. No sum is reordered and nothing is fused, so every variant
 * gives the same bits. Left out where the resolver of such functions would run
 * before a sanitizer is ready, and where the compiler has no such thing. */
#ifndef FM_NLP_TRAIN_FAST_H
#define FM_NLP_TRAIN_FAST_H

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(FM_ARENA_MALLOC)
# define FM_FAST __attribute__((target_clones("avx512f", "avx2", "default")))
#else
# define FM_FAST
#endif

#endif
