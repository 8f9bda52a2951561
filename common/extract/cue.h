/* Words that report: verbs of saying and thinking with all their forms, nouns
 * that carry a statement ("the claim that"), nouns for documents ("a report").
 *
 * The verbs come from VerbNet 3.4 (classes of communication: say-37.7,
 * tell-37.2, conjecture-29.5, judgment-33.1 and their neighbours), WordNet's
 * verb.communication and verb.cognition, and JournalismAI's list of reporting
 * verbs, chosen and classed by hand by what may follow them. Forms are made by
 * rule, irregular ones are listed. Tables are const and sorted; nothing is
 * allocated; all functions may be called by any thread. */
#ifndef FM_EXTRACT_CUE_H
#define FM_EXTRACT_CUE_H

#include "base/str.h"

/* What may follow a reporting verb as its content, and how it behaves. */
enum fm_cue_class {
    FM_CUE_QUOTE = 1,       /* direct speech: "…," she quipped */
    FM_CUE_THAT = 2,        /* said that it rains */
    FM_CUE_BARE = 4,        /* said it rains */
    FM_CUE_TELL = 8,        /* told reporters (that) it rains */
    FM_CUE_OBJECT = 16,     /* condemned the attack */
    FM_CUE_TO = 32,         /* vowed to win */
    FM_CUE_WH = 64,         /* asked whether it rains */
    FM_CUE_MENTAL = 128,    /* an attitude, not speech: believe */
    FM_CUE_SHOW = 256,      /* of documents too: the poll shows */
    FM_CUE_DENY = 512,      /* says that something is not so */
    FM_CUE_SPEECH = 1024,   /* "said"-like: enough to make quoted words speech,
                           * also inverted ("said the minister") */
    FM_CUE_AS = 4096,       /* with an object and "as": sees it as a danger */
    FM_CUE_PERSON = 8192,   /* only of persons: embraced the plan */
    FM_CUE_PASSIVE = 16384, /* also when nobody does it: is accused of */
    FM_CUE_NOUN = 2048,     /* its base form is a noun as well: claim, plan */
};

enum fm_cue_form {
    FM_CUE_BASE,       /* say */
    FM_CUE_THIRD,      /* says */
    FM_CUE_PAST,       /* said, spoke; of regular verbs also the participle */
    FM_CUE_PARTICIPLE, /* spoken */
    FM_CUE_ING,        /* saying */
};

struct fm_cue_verb {
    const char *lemma;
    uint16_t classes; /* of enum fm_cue_class */
    /* Words one of which must follow, separated by spaces ("out" of "point
     * out"); NULL = none. Behind a "?" they may follow, and then take an object
     * ("call for"). */
    const char *particles;
};

/* The reporting verb that word is a form of, in any case of letters; NULL =
 * none. */
const struct fm_cue_verb *fm_cue_verb(struct fm_str word,
                                      enum fm_cue_form *ret_form);

/* A noun or adjective that carries a statement or an attitude, and what may
 * follow it. */
struct fm_cue_frame {
    const char *lemma;
    const char *prepositions; /* "of about", "" = none */
    bool that;                /* the claim that it rains */
    bool to;                  /* the promise to win */
    bool alone; /* also when nobody is named: rumors that, concern about */
};

/* "claim", "statements", "fears"; NULL = none. */
const struct fm_cue_frame *fm_cue_noun(struct fm_str word);
/* "critical", "confident" of somebody who is; NULL = none. */
const struct fm_cue_frame *fm_cue_adjective(struct fm_str word);
/* "report", "poll", "constitution": a text that can say something. */
bool fm_cue_document(struct fm_str word);

#endif
