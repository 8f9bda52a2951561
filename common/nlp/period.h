/* Words that end in a full stop of their own ("Mr.", "Inc.", "U.S.", "a.m."),
 * and what may follow them. */
#ifndef FM_NLP_PERIOD_H
#define FM_NLP_PERIOD_H

#include "base/str.h"

enum fm_period {
    FM_PERIOD_NONE,    /* the stop ends a sentence */
    FM_PERIOD_BEFORE,  /* stands before a name: Mr., Gen., Mt. */
    FM_PERIOD_NUMBER,  /* an abbreviation only before a number: No., Fig. */
    FM_PERIOD_ANY,     /* may end a sentence as well: Inc., U.S., Jan. */
    FM_PERIOD_TIME,    /* a.m., p.m.: ends one unless a day or zone follows */
    FM_PERIOD_INITIAL, /* one letter: J. */
};

/* word: without the stop ("Mr", "U.S", "a.m"). */
enum fm_period fm_period_of(struct fm_str word);
/* Is it a word that begins a sentence rather than a name ("The", "He", "But")?
 * Any case. */
bool fm_period_starter(struct fm_str word);
/* A day, month or time zone: goes on behind "a.m.". */
bool fm_period_goes_on(struct fm_str word);

#endif
