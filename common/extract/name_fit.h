/* Names as facts want them: the reading says which words are a name, facts want
 * who is meant, without the post or title in front of it, and take a proper noun
 * for a name even where the reading was not sure enough.
 *
 * Out of "Kazakh President Kassym-Jomart Tokayev", read as one person, becomes
 * the nationality "Kazakh" and the person "Kassym-Jomart Tokayev"; a post alone
 * ("the President") is nobody's name. */
#ifndef FM_EXTRACT_NAME_FIT_H
#define FM_EXTRACT_NAME_FIT_H

#include "nlp/document.h"

/* Puts other names, out of the document's arena, in place of those that were
 * read; the old ones stay where they are. Nothing happens where names were found
 * by rule (no tags, no labels): there it is done already. */
enum fm_error fm_name_fit(struct fm_doc *doc, struct fm_why *why);

#endif
