/* Facts that were chosen beforehand, as a condition of another query: full text
 * walks its sentences and keeps those that show one of them. */
#ifndef FM_STORE_AMONG_PRIV_H
#define FM_STORE_AMONG_PRIV_H

#include "base/error.h"

#include <sqlite3.h>

struct fm_among {
    const int64_t *facts; /* ascending */
    size_t n;
};

/* Numbers of chosen facts that a row of `search` shows, a stretch of facts:
 * where they begin, and how many. */
size_t fm_among_of(const struct fm_among *among, int64_t sentence,
                   const int64_t **ret_first);
/* Makes fm_among(rowid of search) known to the connection: 1 when there are
 * any. among: read whenever it is called, lives as long as db. */
enum fm_error fm_among_register(sqlite3 *db, struct fm_among *among,
                                struct fm_why *why);

#endif
