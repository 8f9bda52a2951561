/* What a parser gets wrong in ways that the words give away, put right in the
 * tree's own copy of heads and relations: a verb with two subjects side by side,
 * an object behind a preposition, a finite verb whose subject hangs from it by
 * another name. The document's columns stay as they were read. */
#ifndef FM_EXTRACT_MEND_H
#define FM_EXTRACT_MEND_H

#include "nlp/document.h"
#include "nlp/tags.h"

/* head and deprel: doc's columns or copies of them, changed in place. */
void fm_mend_tree(const struct fm_doc *doc, uint32_t *head, uint8_t *deprel);

#endif
