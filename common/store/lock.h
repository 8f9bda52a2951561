/* One writer in the whole system: an exclusive flock on DIR/factmill.lock,
 * held by the writer for its whole life. SQLite before 3.51.3 can damage a WAL
 * when two connections write or checkpoint (sqlite.org/wal.html#walresetbug),
 * so a second writer must never get as far as opening the database. The lock
 * goes with its process, however that ends; the file stays. */
#ifndef FM_STORE_LOCK_H
#define FM_STORE_LOCK_H

#include "base/error.h"

#include <stdbool.h>

/* FM_OK gives the descriptor that holds the lock. FM_ELOCKED: why names the
 * process that has it. FM_EPERM, FM_ENOTFOUND, FM_ENOSPACE as of open(2). */
enum fm_error fm_lock_take(const char *dir, struct fm_why *why, int *ret_fd);
/* -1 does nothing. */
void fm_lock_drop(int fd);
/* Does somebody hold it? Takes it for a moment when nobody does. */
bool fm_lock_is_held(const char *dir);

#endif
