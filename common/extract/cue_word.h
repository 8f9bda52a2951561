/* What kind of word a token is, as far as the search for speakers needs to
 * know: closed classes by list, names by their capitals, reporting verbs by
 * cue.h. One column beside the document's own. */
#ifndef FM_EXTRACT_CUE_WORD_H
#define FM_EXTRACT_CUE_WORD_H

#include "extract/cue.h"
#include "nlp/document.h"

enum fm_word {
    FM_WORD_OTHER, /* nouns, adjectives, verbs in lower case */
    FM_WORD_NAME,  /* begins with a capital */
    FM_WORD_TITLE, /* "President", "spokesman": of a person */
    FM_WORD_NUMBER,
    FM_WORD_PRONOUN,      /* as a subject: he, they, everyone */
    FM_WORD_OBJECT,       /* him, them, us, it */
    FM_WORD_POSSESSIVE,   /* his, their */
    FM_WORD_DETERMINER,   /* the, some, this */
    FM_WORD_GENITIVE,     /* 's */
    FM_WORD_AUXILIARY,    /* is, has, did, would */
    FM_WORD_NOT,          /* not, n't, never */
    FM_WORD_PREPOSITION,  /* of, in, despite */
    FM_WORD_SUBORDINATOR, /* that, because, when, if */
    FM_WORD_RELATIVE,     /* who, which, what */
    FM_WORD_COORDINATOR,  /* and, or, but */
    FM_WORD_ADVERB,       /* also, then, recently, "-ly" */
    FM_WORD_TIME,         /* Monday, yesterday, October */
    FM_WORD_TO,           /* to */
    FM_WORD_VERB,         /* frequent verbs that do not report: went, made */
    FM_WORD_COMMA,
    FM_WORD_STOP, /* . ? ! … */
    FM_WORD_COLON,
    FM_WORD_DASH, /* – — -- - */
    FM_WORD_MARK, /* a quotation mark */
    FM_WORD_BRACKET_OPEN,
    FM_WORD_BRACKET_CLOSE,
    FM_WORD_PUNCTUATION, /* any other */
};

struct fm_words {
    uint8_t *kind;                   /* enum fm_word */
    const struct fm_cue_verb **verb; /* NULL = no reporting verb */
    uint8_t *form;                   /* enum fm_cue_form of it */
    size_t count;
};

/* Of all tokens of doc, out of the arena; false when memory ran out. */
bool fm_words_read(const struct fm_doc *doc, struct fm_arena *arena,
                   struct fm_words *ret_words);
/* The kind of a word by list alone, in any case of letters; FM_WORD_OTHER when
 * it is in none. */
enum fm_word fm_word_kind(struct fm_str word);

#endif
