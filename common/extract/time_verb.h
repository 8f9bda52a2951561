/* Which verb a time hangs on, and whether that verb tells of the past or of the
 * future, by syntax. For documents with heads, relations and tags; ask
 * fm_syntax_known first. Private to this folder. */
#ifndef FM_EXTRACT_TIME_VERB_H
#define FM_EXTRACT_TIME_VERB_H

#include "extract/time_expr.h"

#define FM_NO_TOKEN SIZE_MAX

bool fm_syntax_known(const struct fm_doc *doc);
/* The token of bytes [start, end) that the others hang on; FM_NO_TOKEN = none. */
size_t fm_syntax_top(const struct fm_doc *doc, uint32_t start, uint32_t end);
/* The verb (or predicate with a copula) that token t hangs on, itself when it is
 * one; FM_NO_TOKEN = none. */
size_t fm_syntax_verb(const struct fm_doc *doc, size_t t);
enum fm_tense fm_syntax_tense(const struct fm_doc *doc, uint32_t start,
                              uint32_t end);

#endif
