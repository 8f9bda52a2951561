/* UTF-8 (RFC 3629). */
#ifndef FM_BASE_UTF8_H
#define FM_BASE_UTF8_H

#include "base/str.h"

/* Length of the valid prefix of s; s.len when all of it is valid. Overlong
 * forms, surrogates and values over U+10FFFF are not valid; NUL is. */
size_t fm_utf8_valid(struct fm_str s);
/* Decodes the code point at *at (at < s.len) and moves *at behind it; a bad
 * byte gives U+FFFD and moves one byte. */
uint32_t fm_utf8_next(struct fm_str s, size_t *at);
/* The code point that ends at *at (at > 0); moves *at to its start. */
uint32_t fm_utf8_prev(struct fm_str s, size_t *at);
/* Bytes of c written to ret (1 to 4). */
size_t fm_utf8_put(uint32_t c, char ret[4]);

/* Classes, for the scripts that English news uses (Latin with diacritics,
 * Greek, Cyrillic); all else that is not ASCII counts as a caseless letter
 * unless it is punctuation, a symbol or white space. */
bool fm_uni_is_upper(uint32_t c);
bool fm_uni_is_lower(uint32_t c);
bool fm_uni_is_alpha(uint32_t c);
/* ASCII white space, U+00A0, U+2000…U+200A, U+2028, U+2029, U+202F, U+3000. */
bool fm_uni_is_space(uint32_t c);
bool fm_uni_is_punct(uint32_t c);
/* Simple lower case of one code point. */
uint32_t fm_uni_lower(uint32_t c);

#endif
