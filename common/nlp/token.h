/* Tokens, the way UD English (EWT, GUM) cuts them. Step 5c.
 *
 * Clitics are tokens of a multiword token, cut at exact bytes (do|n't, he|'s,
 * can|not). Hyphenated words are cut at the hyphen ("US - based") but for
 * prefixes (non-, anti-, mid-, e-); numbers keep their commas, points and
 * colons; units are cut off ("5|m", "12|%", "10|am"); addresses stay whole.
 * universaldependencies.org/en/index.html */
#ifndef FM_NLP_TOKEN_H
#define FM_NLP_TOKEN_H

#include "nlp/document.h"

/* Fills start, end, flags and form, and the tokens of doc->sentences, which are
 * split softly at FM_SENTENCE_TOKENS_MAX. */
enum fm_error fm_token_split(struct fm_doc *doc, struct fm_why *why);
/* Sets FM_TOKEN_QUOTE_OPEN and FM_TOKEN_QUOTE_CLOSE of all tokens; done by
 * fm_token_split, needed where tokens come from elsewhere. */
void fm_token_quotes(struct fm_doc *doc);
/* FM_TOKEN_CAPITAL, FM_TOKEN_ALL_CAPS and FM_TOKEN_DIGITS of a word. */
uint8_t fm_token_shape(struct fm_str word);

#endif
