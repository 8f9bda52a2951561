/* What SQLite cannot tell: that its write-ahead log lost something it had. It takes
 * what it can read of a log for the whole, because the end of a log that a power cut
 * tore looks the same; and no log at all for one that was moved into the database.
 *
 * A file FM_LOG_MARK lies in the data directory while the log holds what is nowhere
 * else: from the first commit of a writer until it has moved its log for good. When
 * it is found by the next writer, the log must be there. And behind a frame that
 * cannot be read there may be one commit at most, the one that was being written,
 * because each is flushed before the next begins (sqlite.org/fileformat2.html, 4). */
#ifndef FM_STORE_LOGGUARD_H
#define FM_STORE_LOGGUARD_H

#include "base/error.h"

#define FM_LOG_MARK "factmill.open"

/* Before the database is opened. FM_ECORRUPT, "LOG_MISSING" or "LOG_DAMAGED": what
 * was acknowledged may be gone; the text says what to do. */
enum fm_error fm_logguard_check(const char *dir, struct fm_why *why);
/* After the first commit; flushed when it returns. */
enum fm_error fm_logguard_set(const char *dir, struct fm_why *why);
/* Before the log is moved for good; flushed when it returns. */
enum fm_error fm_logguard_clear(const char *dir, struct fm_why *why);

#endif
