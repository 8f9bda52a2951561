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

#endif
