/* Cuts a run of capitalised words into names and says what each is. Part of
 * nlp/names; the order of the questions is in fm_name_cut(). */
#ifndef FM_NLP_NAME_TYPE_H
#define FM_NLP_NAME_TYPE_H

#include "nlp/document.h"
#include "nlp/seen.h"

/* Tokens of the longest phrase that is looked up in the gazetteer. */
#define FM_NAME_PHRASE_MAX 6u

struct fm_name_run {
    const struct fm_doc *doc;
    const struct fm_seen *seen;
    size_t sentence_first;
    size_t sentence_last;
};

/* Takes the first name off the run [*first, last): tokens [ret.first, ret.last)
 * with their type; *first moves behind it. False when nothing is left. */
bool fm_name_cut(const struct fm_name_run *run, size_t *first, size_t last,
                 struct fm_name *ret);
/* The gazetteer's type of tokens [first, last); FM_NE_NONE = on no list of
 * places, nationalities or organisations. */
enum fm_ne_type fm_name_listed(const struct fm_doc *doc, size_t first,
                               size_t last);
/* Behind the longest listed phrase that begins at first; first = none. */
size_t fm_name_longest(const struct fm_doc *doc, size_t first, size_t last,
                       enum fm_ne_type *ret_type);
/* Behind the words of a post that begins at first ("Prime Minister", "Secretary
 * of State"); first = there is none. */
size_t fm_name_post(const struct fm_doc *doc, size_t first, size_t last);

#endif
