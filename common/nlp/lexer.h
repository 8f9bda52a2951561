/* Words, numbers and marks of a sentence, before clitics are cut off. */
#ifndef FM_NLP_LEXER_H
#define FM_NLP_LEXER_H

#include "base/str.h"

struct fm_lexeme {
    size_t start; /* bytes, half-open */
    size_t end;
    bool word; /* letters or digits; else a mark */
};

struct fm_lexer {
    struct fm_str text;
    size_t at;
    size_t end;
    size_t chunk_start; /* what stands between white space */
    size_t chunk_end;
    bool addressed;       /* the chunk has a mark that addresses have */
    unsigned apostrophes; /* single quotes that are open: ' may close */
    unsigned marks; /* since the chunk began; an address may come behind them */
};

/* Bytes [start, end) of text are the sentence. */
void fm_lexer_init(struct fm_lexer *lexer, struct fm_str text, size_t start,
                   size_t end);
/* Is it what names on the net and of files end in ("org", "pdf")? Any case. */
bool fm_lexer_is_domain(struct fm_str word);
/* False at the end. */
bool fm_lexer_next(struct fm_lexer *lexer, struct fm_lexeme *ret_lexeme);

#endif
