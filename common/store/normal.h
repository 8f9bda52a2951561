/* The form under which names are looked up. Stored in the database: a change
 * needs a migration. */
#ifndef FM_STORE_NORMAL_H
#define FM_STORE_NORMAL_H

#include "base/arena.h"
#include "base/str.h"

/* Longest name that is kept as one; longer ones are no names. Bytes. */
#define FM_NORMAL_MAX 256u

/* Lower case, one space between words, straight quotes and hyphens, without
 * punctuation at the ends and without a leading "the": "The  O’Hara–Smith Co."
 * and "O'Hara-Smith co" are one. Empty when nothing is left, when it is longer
 * than FM_NORMAL_MAX or not valid UTF-8. Lives in the arena; data is NULL when
 * the arena failed. */
struct fm_str fm_normal_name(struct fm_str name, struct fm_arena *arena);

#endif
