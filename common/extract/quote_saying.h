/* Something that somebody said, found but not yet a fact, and how it becomes
 * one. Private to the files of quotes and reports. */
#ifndef FM_EXTRACT_QUOTE_SAYING_H
#define FM_EXTRACT_QUOTE_SAYING_H

#include "extract/speaker.h"

struct fm_saying {
    Factmill__V1__Fact__Kind kind;
    Factmill__V1__Attribution__Type type;
    const char *rule;
    struct fm_speaker speaker;
    struct fm_tokens cue;    /* empty = there is none in the text */
    const char *lemma;       /* of the cue */
    struct fm_tokens denial; /* "not" of the cue; empty = none */
    struct fm_tokens addressee;
    /* Whom or what it is said of, when that stands apart: "[the firm] is accused
     * of fraud"; empty = no such thing. */
    struct fm_tokens topic;
    struct fm_tokens venue;
    uint32_t venue_preposition; /* token; used when there is a venue */
    uint32_t start;             /* bytes of what is said, first to last */
    uint32_t end;
    bool clausal;             /* an attitude towards what a clause says */
    bool speech;              /* words of theirs, not an attitude */
    uint32_t parent;          /* number + 1 of the saying around it; 0 = none */
    Factmill__V1__Fact *fact; /* when it is one */
    Factmill__V1__Attribution *attribution;
    uint32_t at; /* a byte of the sentence that is the evidence */
    struct fm_quote_piece *pieces; /* bytes within the marks */
    size_t piece_count;
    size_t piece_cap;
};

/* One more quoted piece; start and end of the saying grow with it. */
void fm_saying_add_piece(struct fm_reading *r, struct fm_saying *saying,
                         uint32_t start, uint32_t end);
/* What is said are the tokens [first, last); quotes within become its pieces
 * and make it MIXED. Leaves the saying without content when nothing is left
 * that is not said by somebody else. */
void fm_saying_set_content(struct fm_reading *r, struct fm_saying *saying,
                           uint32_t first, uint32_t last);
/* Turns it into a fact of r->ctx and lets the memory hear the speaker. */
void fm_saying_emit(struct fm_reading *r, struct fm_speaker_memory *memory,
                    struct fm_saying *saying);

/* All sayings of an article, in the order they were found. */
struct fm_sayings {
    struct fm_saying *all;
    size_t direct; /* of them direct speech: the first ones, in text order */
    size_t count;
    size_t cap;
    uint32_t *moved; /* where each went when some were dropped */
};

/* Room for one more, zeroed; NULL when memory ran out. The pointer is good
 * until the next one. */
struct fm_saying *fm_sayings_add(struct fm_reading *r,
                                 struct fm_sayings *sayings);

/* Direct speech, first: fills ctx->quoted, marks what it used in r->taken. */
void fm_quote_direct(struct fm_reading *r, struct fm_sayings *sayings);
/* Indirect and mixed speech of one sentence. */
void fm_quote_reports(struct fm_reading *r, struct fm_sayings *sayings,
                      size_t sentence);

/* Those of its tokens [first, last) that need no verb. */
void fm_quote_phrases(struct fm_reading *r, struct fm_sayings *sayings,
                      uint32_t first, uint32_t last);

/* Nouns of its tokens [first, last) that report, over syntax; their cues go into
 * r->cued. */
void fm_quote_nouns(struct fm_reading *r, struct fm_sayings *sayings,
                    uint32_t first, uint32_t last);

/* Speech interrupted within its marks (“… – said X. – …”) or marked by dashes:
 * fills the pieces of the saying of quote number quote and, when it finds one,
 * its attribution; true then. Tokens of the attribution are no longer inside. */
bool fm_quote_cut(struct fm_reading *r, uint32_t quote,
                  struct fm_saying *saying);

/* --- verb groups, shared by both -------------------------------------------- */

/* A reporting verb with its auxiliaries: "has also said", "did not say". */
struct fm_verb_group {
    struct fm_tokens all;    /* with auxiliaries, adverbs and "not" */
    struct fm_tokens denial; /* empty = none */
    uint32_t verb;
    const struct fm_cue_verb *cue;
    bool passive;
    bool
        participle; /* passive by its form alone: "changes agreed last month" */
    bool finite;
    bool auxiliary;
    bool particle; /* it has one: "called for" */
};

/* The group around the reporting verb at token verb, not before token from;
 * false when no verb is there or it lacks its particle. */
bool fm_verb_group(const struct fm_reading *r, uint32_t from, uint32_t verb,
                   uint32_t to, struct fm_verb_group *ret_group);
/* Behind a verb: "reporters", "the BBC" of "told …". */
struct fm_tokens fm_verb_addressee(const struct fm_reading *r,
                                   const struct fm_verb_group *group,
                                   uint32_t to);
/* Behind an attribution: "in an interview with X", "at the plenary session";
 * empty when there is none. */
struct fm_tokens fm_verb_venue(const struct fm_reading *r, uint32_t at,
                               uint32_t to, uint32_t *ret_preposition);

#endif
