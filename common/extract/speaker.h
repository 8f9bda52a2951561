/* Who speaks: the noun phrase before or behind a reporting verb, cut into name
 * and role, and what a pronoun or a bare title stands for.
 *
 * Works on words alone: the phrase is followed from the verb outwards over
 * names, nouns and their prepositions until something that cannot be part of it
 * (a verb, a conjunction, a boundary of clause or sentence). */
#ifndef FM_EXTRACT_SPEAKER_H
#define FM_EXTRACT_SPEAKER_H

#include "extract/quote_reading.h"

/* Tokens of one speaker's phrase; longer ones are no speakers. */
#define FM_SPEAKER_TOKENS_MAX 24u

enum fm_speaker_kind {
    FM_SPEAKER_NONE,
    FM_SPEAKER_NAMED,   /* "CSTO Secretary General Nikolai Bordyuzha" */
    FM_SPEAKER_NOMINAL, /* "the Secretary General", "officials" */
    FM_SPEAKER_PRONOUN, /* "he" */
};

struct fm_speaker {
    enum fm_speaker_kind kind;
    struct fm_tokens phrase; /* as written */
    struct fm_tokens name;   /* the name in it; empty = none */
    struct fm_tokens role;   /* post or description, before the name or as an
                                apposition; empty = none */
};

/* The phrase that ends before token end, where a verb group begins; nothing
 * before token from is looked at. An apposition or relative clause between
 * commas is stepped over ("X, the mayor of Y, said"). */
bool fm_speaker_before(const struct fm_reading *r, uint32_t from, uint32_t end,
                       struct fm_speaker *ret_speaker);
/* The phrase that begins at token at ("said then the CSTO Secretary General
 * X"), adverbs skipped; nothing at or behind token to is looked at.
 * *ret_next = the token behind it and its apposition. */
bool fm_speaker_after(const struct fm_reading *r, uint32_t at, uint32_t to,
                      struct fm_speaker *ret_speaker, uint32_t *ret_next);
/* The subject of the sentence [from, to), for verbs that share it (", saying"). */
bool fm_speaker_main(const struct fm_reading *r, uint32_t from, uint32_t to,
                     struct fm_speaker *ret_speaker);
/* The noun phrase that begins at token at: its end. With prepositions all along
 * (places, venues) or only "of" and "for". */
uint32_t fm_speaker_phrase_end(const struct fm_reading *r, uint32_t at,
                               uint32_t to, bool prepositions);
/* [first, last) between commas behind the phrase: a role, or the name of whom
 * the phrase describes ("the mayor of Y, X,"). */
void fm_speaker_apposition(const struct fm_reading *r,
                           struct fm_speaker *speaker, uint32_t first,
                           uint32_t last);
/* --- over syntax; false or the phrase itself without ------------------------- */

/* The subject of the reporting verb at token verb, wherever the tree has it. */
bool fm_speaker_subject(const struct fm_reading *r, uint32_t verb,
                        struct fm_speaker *ret_speaker);
/* Has the verb a subject of its own, or is it that of a relative clause? */
bool fm_speaker_is_own(const struct fm_reading *r, uint32_t verb);
/* The phrase of token head, without the subtree of token without. */
bool fm_speaker_phrase(const struct fm_reading *r, uint32_t head,
                       uint32_t without, struct fm_speaker *ret_speaker);
/* A speaker's phrase with the appositions and clauses behind it, as far as token
 * to. */
struct fm_tokens fm_speaker_whole(const struct fm_reading *r,
                                  struct fm_tokens phrase, uint32_t to);

/* Cuts a phrase into name and role. */
void fm_speaker_cut(const struct fm_reading *r, struct fm_speaker *speaker);

/* --- what a pronoun or title stands for ------------------------------------ */

/* Speakers heard so far, the newest last. */
#define FM_SPEAKER_MEMORY 16u

struct fm_speaker_memory {
    struct fm_speaker heard[FM_SPEAKER_MEMORY];
    uint32_t count;
};

void fm_speaker_hear(const struct fm_reading *r,
                     struct fm_speaker_memory *memory,
                     const struct fm_speaker *speaker);
/* The name that a pronoun, a bare title or a surname stands for; empty when it
 * is not known, or is what is written. */
struct fm_tokens fm_speaker_resolve(const struct fm_reading *r,
                                    const struct fm_speaker_memory *memory,
                                    const struct fm_speaker *speaker);

#endif
