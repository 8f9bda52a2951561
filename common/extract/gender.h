/* Is somebody a man or a woman, by the words that name them. */
#ifndef FM_EXTRACT_GENDER_H
#define FM_EXTRACT_GENDER_H

#include "base/str.h"

enum fm_gender {
    FM_GENDER_UNKNOWN,
    FM_GENDER_FEMALE,
    FM_GENDER_MALE,
};

/* "Mr.", "Mrs", "spokeswoman", "king", in any case of letters. */
enum fm_gender fm_gender_of_title(struct fm_str word);
/* A given name that nearly always is a woman's or a man's; the commonest ones of
 * English-language news. Names that are both ("Kim", "Andrea") are unknown. */
enum fm_gender fm_gender_of_name(struct fm_str word);
/* "he", "his", "him"; "she", "her", "hers". */
enum fm_gender fm_gender_of_pronoun(struct fm_str word);

#endif
