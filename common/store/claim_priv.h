/* Which facts say the same thing. A claim is what a fact says, without who
 * prints it and in which words around it: its key is a hash of normalised
 * parts, so that the same sentence gives the same key on any machine and in any
 * order of arrival.
 *
 *     topic     what is spoken of: of a count, what is counted where; of a
 *               post, the post and its organisation; else who does what to
 *               whom. Facts that clash share it. 0 = the fact is no claim (its
 *               subject is a pronoun, say)
  *     value     what is said of it: the number, the holder, polarity; and, of
 *               what happens, the year, or the month when nobody is named
  *     voice     who says so, when somebody is named or described; a pronoun is
 *               somebody else in every sentence. 0 = the article itself
  *     sentence  the words of its evidence: the same in copies; 0 = so short that
 *               two may have written it
 *
 * claim_key.c makes keys, claim_write.c keeps them (table said), claim_run.c
 * the index by topic; the claim_….c that read are below. */
#ifndef FM_STORE_CLAIM_PRIV_H
#define FM_STORE_CLAIM_PRIV_H

#include "base/buf.h"
#include "base/error.h"
#include "base/sketch.h"
#include "store/reader_priv.h"

#include <sqlite3.h>

struct fm_claim_key {
    uint64_t topic;
    uint32_t value;
    uint32_t voice;
    uint32_t sentence;
};

/* --- claim_key.c: one fact -------------------------------------------------------- */

/* An entity of the article, as a key needs it. */
struct fm_claim_name {
    uint64_t key; /* of its fullest name in the article; 0 = none */
};

/* Of one article. Facts name entities by the index into names. */
struct fm_claim_names {
    /* Where the text has a name, ascending by start. */
    const Factmill__V1__Span *const *spans;
    size_t span_count;
    const struct fm_claim_name *names; /* [0] = none */
    size_t n;
    /* Where what an article tells of takes place, when a fact names nobody: the
     * place that is mentioned most, or else what is. 0 = nothing is mentioned.
     * The same, rather a town or region than a country: where one event is. And
     * the other entity that is mentioned most: whom it tells of. */
    uint64_t context;
    uint64_t spot;
    uint64_t hero;
    int64_t published_us; /* INT64_MIN = unknown */
    /* The evidence that was hashed last: facts of one sentence come together. */
    struct fm_str sentence;
    uint32_t sentence_hash;
};

/* Of persons the last of their names, so that "Novak" and "Peter Novak" are
 * one; of all else the whole name. */
uint64_t fm_claim_name_key(struct fm_str name, Factmill__V1__Entity__Type type,
                           struct fm_arena *arena);
/* "It", "others": stands for something else in the text. */
bool fm_claim_is_pronoun(struct fm_str text);
/* Entity numbers of the fact are indexes into names. */
struct fm_claim_key fm_claim_key_of(const Factmill__V1__Fact *fact,
                                    struct fm_claim_names *names);

/* --- table said ------------------------------------------------------------------- */

/* One row for each change that added facts; its bytes are their keys in the
 * order of sequence, FM_SAID_BYTES each, little endian: topic 8, value 4, voice
 * 4, sentence 4. Its sketch is of the article's text, 4 bytes a hash. */
#define FM_SAID_BYTES 20u

/* Of one change: far more than its facts (FM_SETTLE_FACTS) ever need. */
#define FM_CLAIMS_MAX ((size_t)1 << 20)

void fm_said_put(struct fm_buf *out, const struct fm_claim_key *key);
/* The key of fact number i of the change; topic 0 when it is not there. */
struct fm_claim_key fm_said_get(struct fm_str bytes, size_t i);
void fm_said_sketch(struct fm_str bytes, struct fm_sketch *ret);

/* --- claim_write.c ----------------------------------------------------------------- */

struct fm_settlement;

/* Before the first fact of a settlement. */
enum fm_error fm_claims_begin(struct fm_settlement *s, struct fm_why *why);
/* fact: as the worker sent it. */
void fm_claims_add(struct fm_settlement *s, const Factmill__V1__Fact *fact);
/* The row of the change that is ending, and now and then a run of the index. */
enum fm_error fm_claims_store(struct fm_settlement *s, struct fm_why *why);
/* For migrate: of all changes there are. */
enum fm_error fm_claims_make(sqlite3 *db, struct fm_why *why);

/* --- claim_run.c: the index by topic ------------------------------------------------- */

/* Keys are hashes: kept in a tree one by one, each would write a page of its own.
 * So they are sorted by runs: some thousand facts become one run of
 * level 1, and FM_RUN_MERGE of those one of level 2; what came since is
 * read from table said itself. Table claim_run has a row a run, numbered by the
 * last change in it, with the first topic of each of its parts; table claim_part
 * has part i of a run as row last << FM_RUN_PARTS | i: entries of
 * FM_ENTRY_BYTES, big endian, ascending: topic 8, value 4, number of the change
 * less the run's first 4. */
#define FM_RUN_FACTS   8192
#define FM_RUN_MERGE   16
#define FM_RUN_PARTS   12
#define FM_ENTRY_BYTES 16u
/* So that a part fills a page of the database. */
#define FM_PART_ENTRIES 250u

/* A run of all changes behind covered up to last, and a merge when it is due.
 * Within a transaction. */
enum fm_error fm_runs_grow(sqlite3 *db, int64_t covered, int64_t last,
                           struct fm_why *why);

/* False ends the search. */
typedef bool fm_topic_each(void *user, int64_t sequence, uint32_t value);

/* Facts of a topic up to a change, in no order, retracted ones too. */
enum fm_error fm_topic_find(struct fm_reader *r, uint64_t topic, int64_t upto,
                            fm_topic_each *each, void *user,
                            struct fm_why *why);

#endif
