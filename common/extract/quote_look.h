/* A reporting verb in its sentence: its subject and what it reports. Private to
 * the files of reports. */
#ifndef FM_EXTRACT_QUOTE_LOOK_H
#define FM_EXTRACT_QUOTE_LOOK_H

#include "extract/quote_saying.h"

/* One sentence and the verb looked at. */
struct fm_look {
    struct fm_reading *r;
    uint32_t first; /* of the sentence */
    uint32_t last;  /* behind it, without its closing stop */
    struct fm_verb_group g;
    struct fm_saying *s;
    /* What the speaker of an earlier verb of the sentence was. */
    struct fm_speaker before;
    struct fm_speaker spoke; /* the same, of a verb of speech */
};

static inline enum fm_word fm_look_kind(const struct fm_look *l, uint32_t i)
{
    return i < l->last ? fm_reading_kind(l->r, i) : FM_WORD_STOP;
}

static inline bool fm_look_outside(const struct fm_look *l, uint32_t i)
{
    return i < l->last && l->r->inside[i] == 0;
}

/* --- quote_subject.c --- */

/* Not a noun that looks like the verb ("the support", "reports of"). */
bool fm_look_is_verb(const struct fm_look *l);
/* Fills l->s->speaker; false when nobody is found. */
bool fm_look_subject(struct fm_look *l);
/* The speaker is a report, a poll, a law. */
bool fm_look_is_document(const struct fm_look *l);

/* --- quote_content.c --- */

/* Where the content of a report begins, and the rule that found it. */
struct fm_look_content {
    uint32_t first;
    const char *rule;
};

/* The content that begins at token at, behind verb and addressee, or behind
 * the time and place of speaking there. */
bool fm_look_content(struct fm_look *l, uint32_t at,
                     struct fm_look_content *ret);
/* The "that" behind token at, over times and places of speaking; UINT32_MAX =
 * none. */
uint32_t fm_look_that(const struct fm_look *l, uint32_t at);
/* The token behind times and venues at token at; the venue goes into the
 * saying. */
uint32_t fm_look_skip_setting(struct fm_look *l, uint32_t at);
/* Where the content that begins at token first ends. clause: it may hold
 * clauses; else it is a phrase. */
uint32_t fm_look_content_end(const struct fm_look *l, uint32_t first,
                             bool clause);

/* --- quote_report.c --- */

/* The verb group is the cue; rule: a literal. */
void fm_look_cue(struct fm_look *l, const char *rule);

/* --- quote_passive.c --- */

/* "It was noted that …", "The plan was condemned by the union", "She is accused
 * of fraud": fills the whole saying. */
bool fm_look_passive(struct fm_look *l);

/* --- quote_tree.c --- */

/* The content that the tree has below the verb; false without a tree. */
bool fm_look_governed(struct fm_look *l, struct fm_look_content *ret);
/* "declined to say whether it rains": is verb the one that reports? */
bool fm_look_says_more(const struct fm_look *l, uint32_t verb);
/* The speaker is somebody, not a text or a thing. */
bool fm_look_is_person(const struct fm_look *l);
/* The verbs before it belong to the cue: "declined to say". */
void fm_look_widen(struct fm_look *l);

#endif
