/* How a document writes its words: small anywhere, capitalised inside a
 * sentence, as the last word of a person's name. */
#ifndef FM_NLP_SEEN_H
#define FM_NLP_SEEN_H

#include "nlp/document.h"

enum {
    FM_SEEN_SMALL = 1,  /* written small */
    FM_SEEN_INSIDE = 2, /* capitalised, not at the start of a sentence */
    FM_SEEN_PERSON = 4, /* ends the full name of a person */
    FM_SEEN_PLACE = 8,  /* named a place */
    FM_SEEN_BODY = 16,  /* named an organisation */
};

struct fm_seen {
    struct fm_seen_word {
        uint32_t mark; /* of the hash; 0 = free */
        uint32_t bits;
    } * words;

    uint32_t mask;
};

/* Words of the prose of doc; memory out of its arena. */
enum fm_error fm_seen_init(struct fm_seen *seen, struct fm_doc *doc,
                           struct fm_why *why);
unsigned fm_seen_find(const struct fm_seen *seen, struct fm_str word);
/* Is token i the first word of the sentence that begins at token first, or
 * behind a mark that begins one: a colon, a dash, a quotation mark? */
bool fm_seen_initial(const struct fm_doc *doc, size_t first, size_t i);
/* Adds bits to a word, also to one that was not seen. */
void fm_seen_add(struct fm_seen *seen, struct fm_str word, unsigned bits);

#endif
