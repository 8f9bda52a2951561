/* What people type into a search box, to an FTS5 expression that cannot fail:
 *
 *     or    = and { OR and }
 *     and   = item { [AND] item | NOT item }
 *     item  = word | word* | "a phrase" | "a phrase"* | ( or )
 *           | NEAR( word-or-phrase { word-or-phrase } [ , distance ] )
 *
 * Words stand beside each other when all must occur. OR, AND, NOT and NEAR are
 * operators in capitals only. Every word reaches FTS5 quoted, so that nothing
 * of its own syntax (sqlite.org/fts5.html, section 3) can be injected. */
#ifndef FM_STORE_TEXT_QUERY_H
#define FM_STORE_TEXT_QUERY_H

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

#define FM_TEXT_QUERY_MAX   1024u /* bytes */
#define FM_TEXT_QUERY_TERMS 32u   /* each costs a walk through the index */
#define FM_TEXT_QUERY_DEPTH 16u   /* brackets */

/* field: what the query is called in errors. column: of the index, to search
 * only there; NULL = everywhere. FM_EINVAL names the byte at fault. */
enum fm_error fm_text_query(struct fm_str text, const char *field,
                            const char *column, struct fm_arena *arena,
                            struct fm_why *why, struct fm_str *ret_match);

#endif
