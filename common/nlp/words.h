/* Words that tell what a name next to them is. */
#ifndef FM_NLP_WORDS_H
#define FM_NLP_WORDS_H

#include "base/str.h"

enum {
    FM_WORD_POST = 1,       /* President, Minister, analyst: a person's post */
    FM_WORD_ADDRESS = 2,    /* Mr., Sir */
    FM_WORD_MODIFIER = 4,   /* before a post: Prime, Deputy, Foreign */
    FM_WORD_ORG_HEAD = 8,   /* ends an organisation: Ministry, Party */
    FM_WORD_ORG_START = 16, /* begins one with "of" or "for": Bank of … */
    FM_WORD_SUFFIX = 32,    /* Inc., Ltd, FC */
    FM_WORD_PARTICLE = 64,  /* inside names: de, van, bin */
    FM_WORD_CALENDAR = 128, /* days and months: no names */
    FM_WORD_PLACE_HEAD = 256, /* Island, River, Province */
    FM_WORD_EVENT_HEAD = 512, /* War, Cup, Treaty: neither person nor body */
};

/* The classes of a word, in any case, with or without its stop. */
unsigned fm_words_find(struct fm_str word);

#endif
