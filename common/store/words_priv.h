/* Whether a fact's argument reads as given, for filters by words that no entity
 * stands for: a function that reads the stored bytes, so that no row has to be
 * kept for each phrase. Full text leads to the sentences first. */
#ifndef FM_STORE_WORDS_PRIV_H
#define FM_STORE_WORDS_PRIV_H

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

#include <sqlite3.h>

/* An argument in one of the roles (FM_ROLE_…) has the words, which are in the
 * form of fm_normal_name. arena: scratch. */
bool fm_words_match(struct fm_str fact, uint32_t roles, struct fm_str normal,
                    struct fm_arena *arena);
/* Makes fm_words(fact, roles, normal) known to the connection: 1 when
 * fm_words_match. arena: the function's own, lives as long as db. */
enum fm_error fm_words_register(sqlite3 *db, struct fm_arena *arena,
                                struct fm_why *why);

#endif
