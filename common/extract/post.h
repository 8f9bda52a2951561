/* The words of a post next to a name: "CSTO Secretary General", "chief
 * executive of Acme Corp", without syntax. Part of extract/role. */
#ifndef FM_EXTRACT_POST_H
#define FM_EXTRACT_POST_H

#include "nlp/document.h"

/* Tokens, half-open; an empty range = not said. */
struct fm_post {
    size_t first, last; /* the post: "former Secretary General" */
    size_t org_first, org_last;
    size_t preposition; /* token before the organisation; SIZE_MAX = none */
    size_t copula;      /* token of the verb; SIZE_MAX = none */
    bool article;       /* "the", "a" before it */
    bool weak;          /* a word that is no post everywhere: "expert" */
};

/* The post whose last word, or whose organisation, ends before token end of the
 * sentence that begins at token first. comma: one stands between it and the
 * name, so that it may end in any words ("the head of the agency, Jane Roe"). */
bool fm_post_ending_at(const struct fm_doc *doc, size_t first, size_t end,
                       bool comma, struct fm_post *ret_post);
/* The post that begins at token first; returns the token behind it, first =
 * there is none. */
size_t fm_post_starting_at(const struct fm_doc *doc, size_t first, size_t last,
                           struct fm_post *ret_post);

/* Where the organisation ends whose first word is token first: its name, with
 * what "of", "for" and "and" add; first = there is none. */
size_t fm_post_body_end(const struct fm_doc *doc, size_t first, size_t last);

#endif
