/* What the network is told of a word: keys of its form, affixes, n-grams,
 * shape and of what the lexicon says of it. The trainer gives the keys it saw
 * often enough a row of the embedding table; a word is the sum of its rows. */
#ifndef FM_NLP_FEATURES_H
#define FM_NLP_FEATURES_H

#include "nlp/document.h"
#include "nlp/lexicon.h"

/* Keys of one word; the longest words give fewer n-grams than they have. */
#define FM_FEATURES_MAX 56u
/* Bytes of a form that are looked at: no English word is longer. */
#define FM_FORM_MAX 48u

/* Bits of the lexicon: what a lower-case form can be. */
enum {
    FM_LEX_NOUN = 1 << 0, /* lemma */
    FM_LEX_PLURAL = 1 << 1,
    FM_LEX_VERB = 1 << 2, /* lemma */
    FM_LEX_VERB_S = 1 << 3,
    FM_LEX_PAST = 1 << 4,
    FM_LEX_PARTICIPLE = 1 << 5,
    FM_LEX_ING = 1 << 6,
    FM_LEX_ADJ = 1 << 7,
    FM_LEX_ADV = 1 << 8,
    FM_LEX_COMPARED = 1 << 9, /* comparative or superlative */
    FM_LEX_PERSON_NOUN = 1 << 10,
    FM_LEX_GROUP_NOUN = 1 << 11,
    FM_LEX_SAY = 1 << 12, /* verbs of communication */
    FM_LEX_THINK = 1 << 13,
    FM_LEX_GIVEN = 1 << 14,
    FM_LEX_SURNAME = 1 << 15,
    FM_LEX_CITY = 1 << 16,
    FM_LEX_COUNTRY = 1 << 17,
    FM_LEX_BITS = 18,
};

/* Kinds of keys. */
enum fm_feature_kind {
    FM_FEATURE_WORD,  /* lower-case form, digits as 0 */
    FM_FEATURE_CASED, /* the form as it is */
    FM_FEATURE_PREFIX,
    FM_FEATURE_SUFFIX,
    FM_FEATURE_GRAM,
    FM_FEATURE_SHAPE,
    FM_FEATURE_FIRST, /* in the sentence, with its case */
    FM_FEATURE_LEX,   /* one bit */
    FM_FEATURE_CLASS, /* all bits together */
    FM_FEATURE_LISTS, /* of names, that the word or a phrase around it is on */
    /* In training alone: */
    FM_FEATURE_TOLD, /* a tag or relation that is given */
    FM_FEATURE_BANK, /* whose annotation it is */
};

struct fm_features {
    size_t n;
    uint64_t keys[FM_FEATURES_MAX];
    uint8_t kinds[FM_FEATURES_MAX];
};

/* The form in lower case, typographic quotation marks as ASCII, cut at
 * FM_FORM_MAX bytes; returns its length. */
size_t fm_form_lower(struct fm_str form, char ret[FM_FORM_MAX]);
/* The lexicon's key of a lower-case form. */
uint64_t fm_lexicon_key(struct fm_str lower);
/* The lists of names (nlp/gazetteer.h) that the words [first, last) of a
 * sentence are on, alone or as part of a phrase; 0 = none. */
void fm_features_lists(const struct fm_doc *doc, size_t first, size_t last,
                       uint16_t *ret_lists);
/* All keys of a word. lexicon: its bits by lower-case form; lists: as above. */
void fm_features_make(struct fm_str form, bool first, uint16_t lists,
                      const struct fm_lexicon *lexicon,
                      struct fm_features *ret_features);

#endif
