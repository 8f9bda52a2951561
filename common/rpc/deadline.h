/* What is due when: a binary heap of points in time that are part of other
 * objects. Adding and removing any of n costs log n steps. */
#ifndef FM_RPC_DEADLINE_H
#define FM_RPC_DEADLINE_H

#include "base/error.h"

#include <stddef.h>

/* A member of whatever is due. */
struct fm_deadline {
    uint64_t at_ms; /* of fm_now_ms; not changed while it is in a heap */
    size_t place;   /* in the heap, from 1; 0 = in none */
};

struct fm_deadlines {
    struct fm_deadline **heap;
    size_t n;
    size_t cap;
};

void fm_deadlines_init(struct fm_deadlines *deadlines);
/* Frees the heap, not what is in it. */
void fm_deadlines_release(struct fm_deadlines *deadlines);
/* FM_ENOMEM. */
enum fm_error fm_deadlines_add(struct fm_deadlines *deadlines,
                               struct fm_deadline *deadline) FM_MUST_CHECK;
/* Does nothing when it is in no heap. */
void fm_deadlines_remove(struct fm_deadlines *deadlines,
                         struct fm_deadline *deadline);
/* The earliest, NULL when there is none. */
struct fm_deadline *fm_deadlines_first(const struct fm_deadlines *deadlines);

#endif
