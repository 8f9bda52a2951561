#include "nlp/tree.h"

#define NODES (FM_SENTENCE_TOKENS_MAX + 1)

/* A cycle that was made one node. */
struct level {
    uint16_t node; /* stands for the cycle */
    uint16_t size; /* nodes in it */
    uint16_t nodes[NODES];
    uint16_t member[NODES]; /* 1 when a node was in it */
    uint16_t leaves[NODES]; /* the member that is node v's head */
    uint16_t enters[NODES]; /* the member whose head v becomes */
    uint16_t head[NODES];   /* of each member within the cycle */
};

struct fm_tree_work {
    float score[NODES * NODES]; /* of the contracted graph */
    uint16_t best[NODES];       /* head of each live node */
    uint8_t live[NODES];
    uint8_t seen[NODES];
    size_t levels;
    struct level *level; /* NODES of them */
    size_t n;
};

struct fm_tree_work *fm_tree_work_new(struct fm_arena *arena)
{
    struct fm_tree_work *work = fm_arena_alloc(arena, sizeof *work);

    if (work != NULL)
        work->level = fm_arena_array(arena, NODES, sizeof *work->level);
    return work != NULL && work->level != NULL ? work : NULL;
}

static void choose_head(struct fm_tree_work *w, size_t d)
{
    const float *row = &w->score[d * NODES];
    size_t best = 0;

    for (size_t h = 1; h <= w->n; h++)
        if (h != d && w->live[h] && row[h] > row[best])
            best = h;
    w->best[d] = (uint16_t)best;
}

/* A node of a cycle, 0 when there is none. */
static size_t find_cycle(struct fm_tree_work *w)
{
    memset(w->seen, 0, w->n + 1);
    for (size_t start = 1; start <= w->n; start++) {
        size_t v = start;

        if (!w->live[start] || w->seen[start] != 0)
            continue;
        /* 1 = on this walk, 2 = on an earlier one. */
        while (v != 0 && w->seen[v] == 0) {
            w->seen[v] = 1;
            v = w->best[v];
        }
        if (v != 0 && w->seen[v] == 1)
            return v;
        for (v = start; v != 0 && w->seen[v] == 1; v = w->best[v])
            w->seen[v] = 2;
    }
    return 0;
}

/* An integer in the order of the floats: unlike a maximum of floats, one of
 * integers is vectorized. */
static inline int32_t order_of(float x)
{
    int32_t bits;

    memcpy(&bits, &x, sizeof bits);
    return bits ^ ((bits >> 31) & INT32_MAX);
}

/* The best of n scores, the first of equals. */
static size_t best_of(const float *row, size_t n)
{
    int32_t top = INT32_MIN;
    size_t at = 0;

    for (size_t i = 0; i < n; i++) {
        int32_t x = order_of(row[i]);

        top = x > top ? x : top;
    }
    while (order_of(row[at]) != top)
        at++;
    return at;
}

/* The usual case: every token's best head makes a tree with one root. False
 * when it does not. */
static bool take_best(const float *scores, size_t stride, size_t n,
                      struct fm_tree_work *w)
{
    size_t roots = 0;

    w->n = n;
    memset(w->live, 1, n + 1);
    for (size_t d = 1; d <= n; d++) {
        w->best[d] = (uint16_t)best_of(scores + d * stride, n + 1);
        roots += w->best[d] == 0;
        if (w->best[d] == d)
            return false;
    }
    return roots == 1 && find_cycle(w) == 0;
}

/* Arcs between the cycle and node v are those of its best member. */
static void join_arcs(struct fm_tree_work *w, struct level *level, size_t v)
{
    float in = -1e30f;
    float out = -1e30f;

    for (size_t i = 0; i < level->size; i++) {
        size_t u = level->nodes[i];
        float gain =
            w->score[u * NODES + v] - w->score[u * NODES + level->head[u]];

        if (gain > in) {
            in = gain;
            level->enters[v] = (uint16_t)u;
        }
        if (w->score[v * NODES + u] > out) {
            out = w->score[v * NODES + u];
            level->leaves[v] = (uint16_t)u;
        }
    }
    w->score[v * NODES + level->node] = out;
    /* In the unused row 0 until all are done: the cycle's own row is one of
     * its members'. */
    w->score[v] = in;
}

static void collect(struct fm_tree_work *w, size_t start, struct level *level)
{
    size_t v = start;

    memset(level, 0, sizeof *level);
    level->node = (uint16_t)start;
    do {
        level->member[v] = 1;
        level->nodes[level->size++] = (uint16_t)v;
        level->head[v] = w->best[v];
        v = w->best[v];
    } while (v != start);
}

/* Makes the cycle one node. Of the others only those have another head than
 * before whose head was in it, and theirs is the new node: so the work is the
 * cycle's length times n, and all contractions together take n squared. */
static void contract(struct fm_tree_work *w, size_t start)
{
    struct level *level = &w->level[w->levels++];

    collect(w, start, level);
    for (size_t v = 0; v <= w->n; v++)
        if (!level->member[v] && (v == 0 || w->live[v]))
            join_arcs(w, level, v);
    for (size_t v = 0; v <= w->n; v++) {
        if (!level->member[v]) {
            w->score[start * NODES + v] = w->score[v];
            if (v != 0 && level->member[w->best[v]])
                w->best[v] = (uint16_t)start;
        } else if (v != start) {
            w->live[v] = 0;
        }
    }
    choose_head(w, start);
}

/* Takes the cycles apart again, the last made first. */
static void expand(struct fm_tree_work *w)
{
    while (w->levels > 0) {
        const struct level *level = &w->level[--w->levels];
        uint16_t head = w->best[level->node];
        uint16_t enters = level->enters[head];

        for (size_t v = 1; v <= w->n; v++)
            if (!level->member[v] && w->live[v] && w->best[v] == level->node)
                w->best[v] = level->leaves[v];
        for (size_t v = 1; v <= w->n; v++)
            if (level->member[v]) {
                w->live[v] = 1;
                w->best[v] = v == enters ? head : level->head[v];
            }
    }
}

static size_t decode(const float *scores, size_t stride, size_t n,
                     float penalty, struct fm_tree_work *w)
{
    size_t roots = 0;
    size_t start;

    w->n = n;
    w->levels = 0;
    for (size_t d = 1; d <= n; d++) {
        memcpy(&w->score[d * NODES], scores + d * stride,
               (n + 1) * sizeof *scores);
        w->score[d * NODES] -= penalty;
        w->live[d] = 1;
    }
    for (size_t d = 1; d <= n; d++)
        choose_head(w, d);
    while ((start = find_cycle(w)) != 0)
        contract(w, start);
    expand(w);
    for (size_t d = 1; d <= n; d++)
        roots += w->best[d] == 0;
    return roots;
}

/* More than what any two trees differ by: makes a second child of the root
 * worse than every other tree. */
static float root_penalty(const float *scores, size_t stride, size_t n)
{
    float low = scores[stride];
    float high = scores[stride];

    for (size_t d = 1; d <= n; d++)
        for (size_t h = 0; h <= n; h++) {
            float s = scores[d * stride + h];

            low = h != d && s < low ? s : low;
            high = h != d && s > high ? s : high;
        }
    return (high - low) * (float)(n + 1);
}

void fm_tree_decode(const float *scores, size_t stride, size_t n,
                    struct fm_tree_work *work, uint16_t *ret_heads)
{
    if (!take_best(scores, stride, n, work) &&
        decode(scores, stride, n, 0, work) != 1)
        (void)decode(scores, stride, n, root_penalty(scores, stride, n), work);
    for (size_t d = 1; d <= n; d++)
        ret_heads[d] = work->best[d];
}
