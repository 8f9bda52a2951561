/* Lists of names: countries, nationalities, cities, regions, given names and
 * surnames, organisations, and words that are written small. Made by
 * data/build.py, embedded in the program, const.
 *
 * A phrase is looked up in any case, white space folded. Only hashes are
 * stored: a phrase on no list is taken for one about once in a million. */
#ifndef FM_NLP_GAZETTEER_H
#define FM_NLP_GAZETTEER_H

#include "base/str.h"

enum {
    FM_GAZETTEER_COUNTRY = 1,
    FM_GAZETTEER_NATIONALITY = 2, /* and religions: what people are */
    FM_GAZETTEER_CITY = 4,
    FM_GAZETTEER_REGION = 8,
    FM_GAZETTEER_GIVEN = 16, /* given name */
    FM_GAZETTEER_SURNAME = 32,
    FM_GAZETTEER_COMMON = 64, /* a word of WordNet, base form */
    FM_GAZETTEER_ORGANIZATION = 128,
    FM_GAZETTEER_PLACE =
        FM_GAZETTEER_COUNTRY | FM_GAZETTEER_CITY | FM_GAZETTEER_REGION,
};

/* Bytes of the longest phrase that is looked up; longer ones are on no list. */
#define FM_GAZETTEER_PHRASE_MAX 96u

/* The lists a phrase is on; 0 = none. */
unsigned fm_gazetteer_find(struct fm_str phrase);
/* Is it a word written small, in any inflected form ("Talks", "Speaking")? */
bool fm_gazetteer_common(struct fm_str word);
/* The usual name of the country that a name or nationality belongs to
 * ("U.S." and "American" → "United States"); empty = unknown. */
struct fm_str fm_gazetteer_country(struct fm_str phrase);

#endif
