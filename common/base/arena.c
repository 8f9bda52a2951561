#include "base/arena.h"

#include "base/fault.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>

/* Big enough for the columns of an ordinary article at once. */
#define BLOCK_SIZE ((size_t)256 << 10)

struct fm_arena_block {
    struct fm_arena_block *next;
    size_t size;
    alignas(max_align_t) char bytes[];
};

void fm_arena_init_blocks(struct fm_arena *arena, size_t ceiling,
                          size_t block_size)
{
    memset(arena, 0, sizeof *arena);
    arena->ceiling = ceiling;
    arena->block_size = block_size;
}

void fm_arena_init(struct fm_arena *arena, size_t ceiling)
{
    fm_arena_init_blocks(arena, ceiling, BLOCK_SIZE);
}

static void free_blocks(struct fm_arena_block *block)
{
    while (block != NULL) {
        struct fm_arena_block *next = block->next;

        free(block);
        block = next;
    }
}

void fm_arena_release(struct fm_arena *arena)
{
    if (arena == NULL)
        return;
    free_blocks(arena->blocks);
    fm_arena_init_blocks(arena, arena->ceiling, arena->block_size);
}

void fm_arena_reset(struct fm_arena *arena)
{
    struct fm_arena_block *keep = NULL;
    struct fm_arena_block **link = &arena->blocks;

#ifndef FM_ARENA_MALLOC
    /* Ordinary blocks all have one size: keep the first such one. */
    while (*link != NULL && keep == NULL) {
        if ((*link)->size == arena->block_size) {
            keep = *link;
            *link = keep->next;
            keep->next = NULL;
        } else {
            link = &(*link)->next;
        }
    }
#else
    (void)link;
#endif
    free_blocks(arena->blocks);
    fm_arena_init_blocks(arena, arena->ceiling, arena->block_size);
    arena->blocks = keep;
}

static struct fm_arena_block *add_block(struct fm_arena *arena, size_t size)
{
    struct fm_arena_block *block;

    block = fm_fault_point("arena.block") ? NULL : malloc(sizeof *block + size);
    if (block == NULL) {
        arena->failed = FM_ENOMEM;
        return NULL;
    }
    block->size = size;
    block->next = arena->blocks;
    arena->blocks = block;
    arena->used = 0;
    return block;
}

void *fm_arena_alloc(struct fm_arena *arena, size_t size)
{
    const size_t align = alignof(max_align_t);
    struct fm_arena_block *block = arena->blocks;
    void *at;

    if (size > arena->ceiling - arena->total) {
        arena->failed = FM_ETOOBIG;
        return NULL;
    }
    if (size > SIZE_MAX - arena->block_size)
        return NULL;
    size = (size + align - 1) / align * align;
#ifdef FM_ARENA_MALLOC
    block = add_block(arena, size);
#else
    if (block == NULL || block->size - arena->used < size)
        block = add_block(arena,
                          size > arena->block_size ? size : arena->block_size);
#endif
    if (block == NULL)
        return NULL;
    at = block->bytes + arena->used;
    memset(at, 0, size);
    arena->used += size;
    arena->total = size < arena->ceiling - arena->total ? arena->total + size
                                                        : arena->ceiling;
    return at;
}

void *fm_arena_array(struct fm_arena *arena, size_t n, size_t size)
{
    if (size != 0 && n > SIZE_MAX / size) {
        arena->failed = FM_ETOOBIG;
        return NULL;
    }
    return fm_arena_alloc(arena, n * size);
}

char *fm_arena_copy(struct fm_arena *arena, struct fm_str s)
{
    char *at = fm_arena_alloc(arena, s.len + 1);

    if (at != NULL && s.len > 0)
        memcpy(at, s.data, s.len);
    return at;
}

char *fm_arena_printf(struct fm_arena *arena, const char *format, ...)
{
    va_list args;
    va_list again;
    char *at = NULL;
    int n;

    va_start(args, format);
    va_copy(again, args);
    n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n >= 0)
        at = fm_arena_alloc(arena, (size_t)n + 1);
    if (at != NULL)
        (void)vsnprintf(at, (size_t)n + 1, format, again);
    va_end(again);
    return at;
}

void *fm_arena_grow(struct fm_arena *arena, void *items, size_t n, size_t size,
                    size_t *cap)
{
    size_t larger = *cap != 0 ? *cap * 2 : 16;
    void *moved;

    if (n < *cap)
        return items;
    moved = fm_arena_array(arena, larger, size);
    if (moved == NULL)
        return NULL;
    if (n > 0)
        memcpy(moved, items, n * size);
    *cap = larger;
    return moved;
}
