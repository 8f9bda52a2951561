/* What the parts of the lexer share. */
#ifndef FM_NLP_LEXER_PRIV_H
#define FM_NLP_LEXER_PRIV_H

#include "base/utf8.h"
#include "nlp/lexer.h"

/* The code point at byte at, 0 at the end of the sentence. */
static inline uint32_t fm_lexer_peek(const struct fm_lexer *lx, size_t at,
                                     size_t *ret_width)
{
    size_t next = at;
    uint32_t c;

    if (at >= lx->end) {
        *ret_width = 0;
        return 0;
    }
    if ((unsigned char)lx->text.data[at] < 0x80) {
        *ret_width = 1;
        return (unsigned char)lx->text.data[at];
    }
    c = fm_utf8_next(fm_str_sub(lx->text, 0, lx->end), &next);
    *ret_width = next - at;
    return c;
}

static inline uint32_t fm_lexer_char(const struct fm_lexer *lx, size_t at)
{
    size_t width;

    return fm_lexer_peek(lx, at, &width);
}

static inline bool fm_lexer_is_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

static inline bool fm_lexer_is_alnum(uint32_t c)
{
    if (c < 0x80)
        return fm_is_alpha((char)c) || fm_is_digit((char)c);
    return fm_uni_is_alpha(c);
}

static inline bool fm_lexer_is_apostrophe(uint32_t c)
{
    return c == '\'' || c == 0x2019 || c == '`';
}

/* Digits from byte at on, at most eight, within the chunk. */
static inline size_t fm_lexer_digits(const struct fm_lexer *lx, size_t at)
{
    size_t n = 0;

    while (at + n < lx->chunk_end && fm_is_digit(lx->text.data[at + n]) &&
           n < 8)
        n++;
    return n;
}

/* The end of the letters, digits and joining marks that start at byte start:
 * "co-worker", "1,200.5", "U.S". */
size_t fm_lexer_word_end(const struct fm_lexer *lx, size_t start);
/* The same with what else belongs to a word ("Inc.", "US$", "soldiers'"), or
 * without the unit behind a number ("35" of "35mm"). */
size_t fm_lexer_token_end(const struct fm_lexer *lx, size_t start);

#endif
