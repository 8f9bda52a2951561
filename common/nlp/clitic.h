/* Clitics: what English writes onto the word before it. */
#ifndef FM_NLP_CLITIC_H
#define FM_NLP_CLITIC_H

#include "base/str.h"

/* Where to cut a word in two: do|n't, he|'s, can|not, gon|na, soldiers|'; 0 =
 * it is one token. ASCII and curly apostrophes. */
size_t fm_clitic_cut(struct fm_str word);
/* The same for "its" with the word next behind it: "its a pity" is "it's". */
size_t fm_clitic_its_cut(struct fm_str word, struct fm_str next);

#endif
