/* Texts compared by content: which of them are copies of one another, whole or
 * cut short, whatever their addresses say.
 *
 * A sketch holds the smallest hashes of a text's shingles (runs of three words);
 * two sketches tell how much of the shorter text is in the longer one. (Broder,
 * "On the resemblance and containment of documents", 1997; the smallest hashes
 * of one permutation, compared up to the smaller of the two largest.)
 *
 * Sketches are kept in databases: a change needs a migration there. */
#ifndef FM_BASE_SKETCH_H
#define FM_BASE_SKETCH_H

#include "base/str.h"

/* Hashes of one sketch: at half a text in common the share is known to about
 * seven points, at nine tenths to four. */
#define FM_SKETCH_MAX 48

struct fm_sketch {
    uint32_t hashes[FM_SKETCH_MAX]; /* ascending, each once */
    size_t n;                       /* fewer: all shingles there are */
};

/* Words are runs of letters and digits, compared without (ASCII) case. */
void fm_sketch_make(struct fm_str text, struct fm_sketch *ret);
/* 0 to 1: how much of the text that has fewer shingles is in the other one. 0
 * when there are too few shingles to tell. */
double fm_sketch_shared(const struct fm_sketch *a, const struct fm_sketch *b);

/* The next word at or behind *at, as it stands; *at moves behind it. False at
 * the end. Quotes, hyphens and apostrophes, curly ones too, end a word. */
bool fm_sketch_word(struct fm_str text, size_t *at, struct fm_str *ret);
/* Of a word, without case. */
uint64_t fm_sketch_word_hash(struct fm_str word);
/* Of all words in their order: the same for a text with other punctuation. 0
 * when there are none. */
uint64_t fm_sketch_words_hash(struct fm_str text);

#endif
