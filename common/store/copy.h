/* A backup: the writer copies everything into a file, in steps, while all else goes
 * on (copy_begin, copy_step of its table); then this, on any thread and without the
 * writer. To restore one, put it into an empty data directory as FM_STORE_FILE. */
#ifndef FM_STORE_COPY_H
#define FM_STORE_COPY_H

#include "base/error.h"

/* Makes the file `copy` one that needs no other beside it, checks its structure and
 * totals, flushes it and gives it its name, in the same folder; `copy` is gone then,
 * on failure too. FM_EEXISTS: there is something under that name, which stays. Takes
 * as long as reading the file. ret_sequence: of the last change in it. */
enum fm_error fm_store_copy_keep(const char *copy, const char *path,
                                 struct fm_why *why, uint64_t *ret_bytes,
                                 uint64_t *ret_sequence);

#endif
