/* What a full-text expression cannot match without: a few words of which one
 * must occur in every sentence that matches. Standing filters are kept by
 * them. */
#ifndef FM_STORE_ANCHOR_PRIV_H
#define FM_STORE_ANCHOR_PRIV_H

#include "store/tokens_priv.h"

#include <stddef.h>
#include <stdint.h>

#define FM_ANCHOR_WORDS 16

struct fm_anchor {
    uint64_t words[FM_ANCHOR_WORDS]; /* fm_anchor_word of each */
    size_t n;                        /* 0 = any sentence may match */
    size_t shortest;                 /* bytes of the shortest word */
};

uint64_t fm_anchor_word(struct fm_str token);
/* match: as fm_text_query makes it, or several of those joined. */
void fm_anchor_of(const struct fm_tokens *tokens, struct fm_str match,
                  struct fm_anchor *ret);

#endif
