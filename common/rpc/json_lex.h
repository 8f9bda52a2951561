/* The characters of JSON (RFC 8259): white space, punctuation, strings,
 * numbers, each checked in full. For rpc/json_read.c. */
#ifndef FM_RPC_JSON_LEX_H
#define FM_RPC_JSON_LEX_H

#include "base/buf.h"
#include "base/error.h"

struct fm_json_lexer {
    struct fm_str text;
    size_t at;
    struct fm_why *why;
};

/* Skips white space; the character that follows, 0 at the end of the text. */
char fm_json_peek(struct fm_json_lexer *lexer);
/* Takes c if it follows. */
bool fm_json_take(struct fm_json_lexer *lexer, char c);
/* Takes the word if it follows ("null", "true"). */
bool fm_json_word(struct fm_json_lexer *lexer, const char *word);
/* A string; what it means is appended to out as UTF-8. */
enum fm_error fm_json_string(struct fm_json_lexer *lexer,
                             struct fm_buf *out) FM_MUST_CHECK;
/* A number; *ret is its text. */
enum fm_error fm_json_number(struct fm_json_lexer *lexer,
                             struct fm_str *ret) FM_MUST_CHECK;
/* FM_EINVAL with the place in the text. */
enum fm_error fm_json_bad(struct fm_json_lexer *lexer, const char *what);

/* --- json_number.c: numbers, or strings that hold one ------------------------- */

/* scratch holds such a string. FM_EINVAL when it is no number of the kind or out
 * of range; NaN and infinities are strings. */
enum fm_error fm_json_signed(struct fm_json_lexer *lexer,
                             struct fm_buf *scratch, int64_t min, int64_t max,
                             int64_t *ret) FM_MUST_CHECK;
enum fm_error fm_json_unsigned(struct fm_json_lexer *lexer,
                               struct fm_buf *scratch, uint64_t max,
                               uint64_t *ret) FM_MUST_CHECK;
enum fm_error fm_json_double(struct fm_json_lexer *lexer,
                             struct fm_buf *scratch, double max,
                             double *ret) FM_MUST_CHECK;

#endif
