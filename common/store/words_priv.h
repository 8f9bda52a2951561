/* Whether a fact's argument reads as given, for filters by words that no entity
 * stands for: a function that reads the stored bytes, so that no row has to be
 * kept for each phrase. Full text leads to the sentences first. */
#ifndef FM_STORE_WORDS_PRIV_H
#define FM_STORE_WORDS_PRIV_H

#include "base/arena.h"
#include "base/error.h"

#include <sqlite3.h>

/* Makes fm_words(fact, roles, normal) known to the connection: 1 when an
 * argument in one of the roles (FM_ROLE_…) has the words, in the form of
 * fm_normal_name. arena: scratch, the function's own, lives as long as db. */
enum fm_error fm_words_register(sqlite3 *db, struct fm_arena *arena,
                                struct fm_why *why);

#endif
