/* Which verb a time hangs on, and whether that verb tells of the past or of the
 * future, by syntax. Private to this folder. */
#ifndef FM_EXTRACT_TIME_VERB_H
#define FM_EXTRACT_TIME_VERB_H

#include "extract/time_expr.h"
#include "extract/tree.h"

/* The token of bytes [start, end) that the others hang on; FM_NO_TOKEN = none. */
uint32_t fm_time_top(const struct fm_tree *tree, uint32_t start, uint32_t end);
/* The verb, or predicate with a copula, that token i hangs on, itself when it is
 * one; FM_NO_TOKEN = none. */
uint32_t fm_time_verb(const struct fm_tree *tree, uint32_t i);
/* Do the bytes [start, end) go with a noun behind them ("the January deficit")?
 */
bool fm_time_is_modifier(const struct fm_tree *tree, uint32_t start,
                         uint32_t end);
/* Of the verb that the bytes [start, end) hang on. */
enum fm_tense fm_time_verb_tense(const struct fm_tree *tree, uint32_t start,
                                 uint32_t end);

#endif
