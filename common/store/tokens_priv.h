/* Words of a text as the full-text index takes them: the same tokenizer, asked
 * directly (sqlite.org/fts5.html, section 7.1). */
#ifndef FM_STORE_TOKENS_PRIV_H
#define FM_STORE_TOKENS_PRIV_H

#include "base/error.h"
#include "base/str.h"

#include <sqlite3.h>

struct fm_tokens {
    fts5_tokenizer methods;
    Fts5Tokenizer *tokenizer;
};

/* db: must stay open longer. */
enum fm_error fm_tokens_open(sqlite3 *db, struct fm_why *why,
                             struct fm_tokens *ret);
void fm_tokens_close(struct fm_tokens *tokens);
/* Calls each for every token in the form that the index keeps; return false to
 * stop. */
typedef bool fm_token_each(void *user, struct fm_str token);
void fm_tokens_of(const struct fm_tokens *tokens, struct fm_str text,
                  fm_token_each *each, void *user);

#endif
