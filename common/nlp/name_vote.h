/* Labels of names for a whole document, out of how likely each label is at each
 * token: the places where a word stands agree with one another, then the best
 * way through each sentence is taken. "Coron" between "the mayor of" and "said"
 * may be anybody; four places further "the island of Coron" tells. */
#ifndef FM_NLP_NAME_VOTE_H
#define FM_NLP_NAME_VOTE_H

#include "nlp/document.h"

/* Fills doc->ner. likely: doc->token_count x FM_NER_COUNT, of each token 1 in
 * all; is changed. Needs forms and flags. FM_ENOMEM, FM_ETOOBIG. */
enum fm_error fm_name_vote(struct fm_doc *doc, float *likely,
                           struct fm_why *why);

#endif
