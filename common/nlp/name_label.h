/* Names out of the network's labels (doc->ner), made one with what lists and
 * the rest of the document say. Part of nlp/names. */
#ifndef FM_NLP_NAME_LABEL_H
#define FM_NLP_NAME_LABEL_H

#include "nlp/document.h"
#include "nlp/seen.h"

/* Calls add with every name of the document, ascending, not overlapping:
 *
 * - the labels' spans, but for days and months alone; a place is a country, a
 *   city or a region when a list says so;
 * - nationalities, by list: the labels do not know them as a kind;
 * - a surname alone, where the full name of a person stands elsewhere in the
 *   document; capitals alone that are an organisation elsewhere.
 *
 * seen is added to. */
void fm_name_labels(const struct fm_doc *doc, struct fm_seen *seen,
                    void (*add)(void *to, const struct fm_name *name),
                    void *to);

#endif
