#include "rpc/deadline.h"

#include <stdlib.h>

#define FIRST_SIZE ((size_t)64)

void fm_deadlines_init(struct fm_deadlines *deadlines)
{
    deadlines->heap = NULL;
    deadlines->n = 0;
    deadlines->cap = 0;
}

void fm_deadlines_release(struct fm_deadlines *deadlines)
{
    if (deadlines == NULL)
        return;
    free(deadlines->heap);
    fm_deadlines_init(deadlines);
}

static void put(struct fm_deadlines *d, size_t place, struct fm_deadline *it)
{
    d->heap[place - 1] = it;
    it->place = place;
}

static struct fm_deadline *get(const struct fm_deadlines *d, size_t place)
{
    return d->heap[place - 1];
}

static void sift_up(struct fm_deadlines *d, struct fm_deadline *it,
                    size_t place)
{
    while (place > 1 && get(d, place / 2)->at_ms > it->at_ms) {
        put(d, place, get(d, place / 2));
        place /= 2;
    }
    put(d, place, it);
}

static void sift_down(struct fm_deadlines *d, struct fm_deadline *it,
                      size_t place)
{
    for (;;) {
        size_t child = place * 2;

        if (child > d->n)
            break;
        if (child < d->n && get(d, child + 1)->at_ms < get(d, child)->at_ms)
            child++;
        if (get(d, child)->at_ms >= it->at_ms)
            break;
        put(d, place, get(d, child));
        place = child;
    }
    put(d, place, it);
}

enum fm_error fm_deadlines_add(struct fm_deadlines *deadlines,
                               struct fm_deadline *deadline)
{
    if (deadlines->n == deadlines->cap) {
        size_t cap = deadlines->cap != 0 ? deadlines->cap * 2 : FIRST_SIZE;
        struct fm_deadline **heap =
            realloc(deadlines->heap, cap * sizeof(struct fm_deadline *));

        if (heap == NULL)
            return FM_ENOMEM;
        deadlines->heap = heap;
        deadlines->cap = cap;
    }
    deadlines->n++;
    sift_up(deadlines, deadline, deadlines->n);
    return FM_OK;
}

void fm_deadlines_remove(struct fm_deadlines *deadlines,
                         struct fm_deadline *deadline)
{
    size_t place = deadline->place;
    struct fm_deadline *last;

    if (place == 0)
        return;
    last = get(deadlines, deadlines->n);
    deadlines->n--;
    deadline->place = 0;
    if (last == deadline)
        return;
    if (place > 1 && get(deadlines, place / 2)->at_ms > last->at_ms)
        sift_up(deadlines, last, place);
    else
        sift_down(deadlines, last, place);
}

struct fm_deadline *fm_deadlines_first(const struct fm_deadlines *deadlines)
{
    return deadlines->n > 0 ? deadlines->heap[0] : NULL;
}
