/* Sentences over the bytes of a text. Step 5b.
 *
 * A stop ends a sentence unless the word it belongs to is an abbreviation, an
 * initial or a number, or what follows goes on in small letters as no careless
 * writer would; closing quotation marks and brackets, faces (":)") and references
 * ("[2]") behind the stop belong to the sentence. The decisions are in
 * nlp/stop.c. Each byte is looked at a bounded number of times:
 * linear time on any bytes. */
#ifndef FM_NLP_SENTENCE_H
#define FM_NLP_SENTENCE_H

#include "nlp/document.h"

/* How the text is laid out. */
enum fm_layout {
    FM_LAYOUT_TEXT,      /* paragraphs, headings, boilerplate */
    FM_LAYOUT_TITLE,     /* a headline: every sentence is of kind TITLE */
    FM_LAYOUT_SENTENCES, /* one sentence a line, all of it prose */
};

/* Fills doc->sentences (first and last stay 0: tokens come next). */
enum fm_error fm_sentence_split(struct fm_doc *doc, enum fm_layout layout,
                                struct fm_why *why);

#endif
