/* Which bytes of a text the words of a full-text query are: an FTS5 auxiliary
 * function (sqlite.org/fts5.html, section 7), because the index keeps places
 * as numbers of tokens and no text. */
#ifndef FM_STORE_HIGHLIGHT_PRIV_H
#define FM_STORE_HIGHLIGHT_PRIV_H

#include "base/error.h"
#include "base/str.h"

#include <sqlite3.h>

/* Spans given for one text; a text with more is marked enough. */
#define FM_HIGHLIGHTS_MAX 64

/* Makes fm_spans(search, text) known to the connection: a blob of uint32_t
 * pairs, start and end, ascending, of the first column. */
enum fm_error fm_highlight_register(sqlite3 *db, struct fm_why *why);

/* SQLite's table of what full text can be asked for. */
enum fm_error fm_fts5_api(sqlite3 *db, struct fm_why *why, fts5_api **ret_api);

#endif
