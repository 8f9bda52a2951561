/* The small words of languages that write in Latin letters, for
 * nlp/language.c. Own lists of the commonest articles, prepositions,
 * pronouns and conjunctions. */
#ifndef FM_NLP_LANGUAGE_WORDS_H
#define FM_NLP_LANGUAGE_WORDS_H

#include <stddef.h>

enum fm_language {
    FM_LANGUAGE_EN,
    FM_LANGUAGE_DE,
    FM_LANGUAGE_FR,
    FM_LANGUAGE_ES,
    FM_LANGUAGE_IT,
    FM_LANGUAGE_PT,
    FM_LANGUAGE_NL,
    FM_LANGUAGE_SV,
    FM_LANGUAGE_DA,
    FM_LANGUAGE_PL,
    FM_LANGUAGE_TR,
    FM_LANGUAGE_ID,
    FM_LANGUAGE_RO,
    FM_LANGUAGE_CS,
    FM_LANGUAGE_COUNT
};

struct fm_language_word {
    const char *word;   /* UTF-8, small letters */
    unsigned languages; /* 1 << enum fm_language */
};

/* Sorted by bytes. */
extern const struct fm_language_word fm_language_words[];
extern const size_t fm_language_word_count;

#endif
