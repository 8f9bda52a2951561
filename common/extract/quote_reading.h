/* What the files of quotes and reports share while one article is read. Private
 * to them and their tests. */
#ifndef FM_EXTRACT_QUOTE_READING_H
#define FM_EXTRACT_QUOTE_READING_H

#include "extract/context.h"
#include "extract/cue_word.h"
#include "extract/quote_scan.h"

/* A range of tokens [first, last). */
struct fm_tokens {
    uint32_t first;
    uint32_t last;
};

struct fm_reading {
    struct fm_context *ctx;
    const struct fm_doc *doc;
    struct fm_words words;
    struct fm_quotes quotes;
    /* Of each token: number of the outer quote it is in, counted from 1; 0 =
     * none. The marks themselves are outside. */
    uint32_t *inside;
    /* Of each token: already said by a QUOTE fact (quote or its attribution). */
    uint8_t *taken;
    /* Of each token: part of the cue of a report. */
    uint8_t *cued;
};

static inline bool fm_tokens_empty(struct fm_tokens t)
{
    return t.first >= t.last;
}

static inline enum fm_word fm_reading_kind(const struct fm_reading *r,
                                           uint32_t i)
{
    return (enum fm_word)r->words.kind[i];
}

static inline struct fm_str fm_reading_text(const struct fm_reading *r,
                                            uint32_t i)
{
    return fm_doc_token(r->doc, i);
}

static inline bool fm_reading_is(const struct fm_reading *r, uint32_t i,
                                 const char *word)
{
    return fm_str_ieq(fm_doc_token(r->doc, i), fm_str(word));
}

#endif
