/* Memory that is freed all at once. One arena per article (or per call) is
 * filled, reset and filled again: in steady state nothing is allocated.
 * Not for use by two threads at once. Built with FM_ARENA_MALLOC (sanitizer
 * builds) every object is a malloc of its own, so that overruns are seen. */
#ifndef FM_BASE_ARENA_H
#define FM_BASE_ARENA_H

#include "base/error.h"
#include "base/str.h"

struct fm_arena_block;

struct fm_arena {
    struct fm_arena_block *blocks; /* the newest first */
    size_t used;                   /* of the newest */
    size_t total;                  /* bytes handed out since reset */
    size_t ceiling;
    size_t block_size; /* of an ordinary block */
    enum fm_error failed;
};

/* ceiling: bytes it may hand out between resets; over it, FM_ETOOBIG. */
void fm_arena_init(struct fm_arena *arena, size_t ceiling);
/* The same with ordinary blocks of block_size bytes, where many small arenas
 * live at once. */
void fm_arena_init_blocks(struct fm_arena *arena, size_t ceiling,
                          size_t block_size);
void fm_arena_release(struct fm_arena *arena);
/* Forgets all objects, keeps one block for the next round. */
void fm_arena_reset(struct fm_arena *arena);
/* size bytes, zeroed, aligned for any type; NULL on failure, which is also
 * remembered in arena->failed. */
void *fm_arena_alloc(struct fm_arena *arena, size_t size);
/* n elements of size bytes each; checks the product. */
void *fm_arena_array(struct fm_arena *arena, size_t n, size_t size);
/* A NUL-terminated copy; NULL on failure. */
char *fm_arena_copy(struct fm_arena *arena, struct fm_str s);
char *fm_arena_printf(struct fm_arena *arena, const char *format, ...)
    FM_PRINTF(2, 3);
/* Makes room for one more element in a growing array of elements of size
 * bytes: returns items or its moved copy with *cap raised (doubled); NULL on
 * failure. */
void *fm_arena_grow(struct fm_arena *arena, void *items, size_t n, size_t size,
                    size_t *cap);

#endif
