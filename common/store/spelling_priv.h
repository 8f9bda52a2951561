/* Names that are spelled about so. Table name_word holds each word of any name
 * once, and its mirror image, so that words are found by their begin and by their
 * end: of a word with one error, one end is always right.
 *
 * A word of 4 to 7 characters may have one error (a character that is wrong,
 * missing or too many, or two that are swapped), a longer one two, of which not
 * both may be at different ends; a shorter one none. (Distance: Damerau 1964, in
 * the restricted form.) */
#ifndef FM_STORE_SPELLING_PRIV_H
#define FM_STORE_SPELLING_PRIV_H

#include "store/reader_priv.h"
#include "store/settle_priv.h"

/* Of a name that is looked for. */
#define FM_SPELLING_WORDS 8u
/* Words that one of them may stand for, the nearest. */
#define FM_SPELLING_NEAR 8u
/* Entities that a name spelled about so may be. */
#define FM_SPELLING_FOUND 64u

/* The words of a name that was not there before. normal: as normal.h makes it. */
enum fm_error fm_spelling_add(struct fm_settlement *s, struct fm_str normal,
                              struct fm_why *why);
/* For migrate: the words of all names there are. */
enum fm_error fm_spelling_make(sqlite3 *db, struct fm_why *why);

/* Within an answer: entities with a name or alias that differs from normal by no
 * more than said above; the name itself is one of them. Bounded work: at most
 * 4,000 words of a begin or an end are looked at, and 256 names are tried. */
enum fm_error fm_spelling_find(struct fm_reader *r, struct fm_str normal,
                               struct fm_why *why,
                               int64_t ret_ids[FM_SPELLING_FOUND],
                               size_t *ret_n);

/* Errors between two words, most + 1 when there are more than most. */
unsigned fm_spelling_distance(struct fm_str a, struct fm_str b, unsigned most);

#endif
