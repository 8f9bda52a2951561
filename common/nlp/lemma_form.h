/* What of a word decides its lemma: its small form, its endings, its case; and
 * the edits that make a lemma of it. The trainer learns with the same code that
 * reads with what it learned. */
#ifndef FM_NLP_LEMMA_FORM_H
#define FM_NLP_LEMMA_FORM_H

#include "base/str.h"

/* Longer words are their own lemmas: addresses, and noise. */
#define FM_LEMMA_FORM_MAX 64u
/* Bytes of the longest ending that has a rule. */
#define FM_LEMMA_ENDING_MAX 8u
/* Bytes of the longest lemma that is made. */
#define FM_LEMMA_MAX (FM_LEMMA_FORM_MAX + 64u)

/* How a word is written. */
enum fm_lemma_shape {
    FM_LEMMA_MARK,    /* no letters */
    FM_LEMMA_SMALL,   /* no capitals */
    FM_LEMMA_INITIAL, /* a capital, then none; begins a sentence */
    FM_LEMMA_CAPITAL, /* the same elsewhere */
    FM_LEMMA_LETTER,  /* one capital, and no other letter */
    FM_LEMMA_CAPITALS,
    FM_LEMMA_MIXED,
    FM_LEMMA_SHAPES
};

/* How a lemma is written. The last four ask the lists of names. */
enum fm_lemma_case {
    FM_LEMMA_TO_SMALL,
    FM_LEMMA_AS_IS,
    FM_LEMMA_TO_CAPITAL,  /* a capital, then small */
    FM_LEMMA_TO_CAPITALS, /* all of it */
    FM_LEMMA_BY_COMMON,   /* small if it is a common word, else as it is */
    FM_LEMMA_BY_NAME,     /* a capital if it is a long name, else as it is */
    FM_LEMMA_BY_PLACE,    /* a capital if it is a place, else as it is */
    FM_LEMMA_BY_PEOPLE,   /* a capital if it is a nationality, else small */
    FM_LEMMA_CASES
};

/* The first so many say what to do, the others how to find out. */
#define FM_LEMMA_PLAIN_CASES 4u

struct fm_lemma_form {
    struct fm_str form;            /* as it is in the text */
    char small[FM_LEMMA_FORM_MAX]; /* small letters, straight apostrophes */
    size_t len;
    uint8_t shape; /* enum fm_lemma_shape */
    bool digits;   /* has one */
};

/* "Cut so many bytes off the small form, append that". */
struct fm_lemma_edit {
    size_t cut;
    struct fm_str append;
};

/* Keys of the rules that may hold for a word of a class of tags. */
struct fm_lemma_keys {
    uint64_t word;
    uint64_t endings[FM_LEMMA_ENDING_MAX]; /* of 1, 2, … bytes */
    size_t n;                              /* of endings */
};

/* initial: is it the first word of its sentence? False when the form is too
 * long to be looked at. */
bool fm_lemma_form_make(struct fm_str form, bool initial,
                        struct fm_lemma_form *ret_form);
/* Digits count as the same digit: "1970s" is any decade. */
void fm_lemma_keys_make(const struct fm_lemma_form *form, uint8_t class,
                        struct fm_lemma_keys *ret_keys);
/* The key of an ending alone; 0 bytes = all words of the class. */
uint64_t fm_lemma_ending_key(struct fm_str ending, uint8_t class);
/* The key of how the lemma of a word is written. */
uint64_t fm_lemma_case_key(const struct fm_lemma_form *form, uint8_t class);
/* One of the plain cases for any case. */
enum fm_lemma_case fm_lemma_case_of(const struct fm_lemma_form *form,
                                    enum fm_lemma_case way);
/* The edited form in a plain case: a view into form->form or edit->append where
 * they have it, else what was written to room. */
struct fm_str fm_lemma_apply(const struct fm_lemma_form *form,
                             const struct fm_lemma_edit *edit,
                             enum fm_lemma_case way, char room[FM_LEMMA_MAX]);

#endif
