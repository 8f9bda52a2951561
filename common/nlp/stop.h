/* Stops: what stands around a full stop, an ellipsis, a question or exclamation
 * mark, and whether a sentence ends there. */
#ifndef FM_NLP_STOP_H
#define FM_NLP_STOP_H

#include "base/str.h"

struct fm_stop {
    size_t start;  /* sentence so far */
    size_t at;     /* the stop */
    size_t behind; /* behind it and its closing marks */
    size_t next;   /* the next character that is no white space */
    uint32_t mark; /* the last stop of a run: "?!" is '!' */
    bool dots;     /* an ellipsis */
    bool closed;   /* a closing mark stood behind it */
    bool inside;   /* of a bracket that is open */
};

/* Is it a character that ends sentences? */
bool fm_stop_is_mark(uint32_t c);
/* Reads the run of stops at byte at of s, of a sentence that began at start; ret_stop's
 * behind is where to go on. */
void fm_stop_read(struct fm_str s, size_t start, size_t at,
                  struct fm_stop *ret_stop);
/* Does the sentence end there? caseless: small letters may begin one. */
bool fm_stop_ends(struct fm_str s, const struct fm_stop *stop, bool caseless);
/* The first word at or behind stop->next, past opening marks. */
struct fm_str fm_stop_word_after(struct fm_str s, const struct fm_stop *stop);
/* "the following: 1. Bread": does a list with numbers begin behind the colon at
 * byte at? */
bool fm_stop_leads_to_list(struct fm_str s, size_t at);

#endif
