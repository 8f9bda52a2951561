/* Which bytes of a text the words of a full-text query are. The index keeps
 * places as numbers of tokens and no text: the places come with the ranking
 * (rank_priv.h), and the text is taken into tokens as the index did. */
#ifndef FM_STORE_HIGHLIGHT_PRIV_H
#define FM_STORE_HIGHLIGHT_PRIV_H

#include "base/error.h"
#include "base/str.h"
#include "factmill/v1/fact.pb-c.h"
#include "store/tokens_priv.h"

#include <sqlite3.h>

/* Places kept of one sentence; one with more is marked enough. */
#define FM_HIGHLIGHTS_MAX 64

/* A phrase of the query: its first and its last token. */
struct fm_place {
    uint32_t first;
    uint32_t last;
};

/* Spans of bytes, ascending, tokens of one place as one span with what stands
 * between them. ret: room for n of them. */
size_t fm_highlight(const struct fm_tokens *tokens, struct fm_str text,
                    const struct fm_place *places, size_t n,
                    Factmill__V1__Span *ret);

/* SQLite's table of what full text can be asked for. */
enum fm_error fm_fts5_api(sqlite3 *db, struct fm_why *why, fts5_api **ret_api);

#endif
