/* Names by rule: runs of capitalised words, cut and typed by word lists and by
 * the rest of the document. Step 5d, when there is no trained model.
 *
 * A word at the start of a sentence is a name when the document has it
 * capitalised inside a sentence, or when it is on a list of names and no common
 * word. A surname alone is the person whose full name was seen. */
#ifndef FM_NLP_NAMES_H
#define FM_NLP_NAMES_H

#include "nlp/document.h"

/* Fills doc->names. */
enum fm_error fm_names_find(struct fm_doc *doc, struct fm_why *why);

#endif
