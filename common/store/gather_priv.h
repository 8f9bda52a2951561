/* The write-ahead log in few, large writes. SQLite writes a commit frame by
 * frame, each as a header of 24 bytes and a page of 4 KiB: two system calls for
 * a page, and neither begins on a page of the file. Between SQLite and the
 * system's VFS this one keeps bytes that follow one another and hands them on
 * together, at the latest when SQLite flushes the file.
 *
 * What is on disk, and when, stays SQLite's own decision: bytes that have not
 * been flushed may be lost in a power cut with or without this, and other
 * processes look at frames only after the commit that flushed them has
 * published its number. Only the log is gathered: pages of the database are
 * published by a checkpoint without a flush in between. */
#ifndef FM_STORE_GATHER_PRIV_H
#define FM_STORE_GATHER_PRIV_H

#include "base/error.h"

#include <sqlite3.h>

struct fm_gather;

/* Over the VFS that is the default now. Known to SQLite until it is closed,
 * which has to be after the connections that use it. */
enum fm_error fm_gather_open(struct fm_why *why, struct fm_gather **ret_gather);
void fm_gather_close(struct fm_gather *gather);
/* For sqlite3_open_v2. */
const char *fm_gather_name(const struct fm_gather *gather);

#endif
