/* Clauses: who did what to whom, when, where and why, read off the tree of a
 * sentence. The family that finds RELATION, EVENT, MEMBERSHIP and LOCATION.
 *
 * In three steps, a sentence at a time: the finders (clause_verb, clause_copula,
 * clause_noun) list the sentence's clauses as tokens; scope decides polarity and
 * modality; a view (clause_full, clause_minimal) writes them as facts. Both
 * views are of the same clauses: they differ in form, not in truth. */
#ifndef FM_EXTRACT_CLAUSE_H
#define FM_EXTRACT_CLAUSE_H

#include "extract/context.h"
#include "extract/phrase.h"
#include "extract/scope.h"

/* Arguments and words of one clause: more are enumerations gone wrong. */
#define FM_CLAUSE_PARTS_MAX 16u
#define FM_CLAUSE_WORDS_MAX 16u

/* How a clause came by its subject. */
enum fm_clause_link {
    FM_LINK_OWN,
    FM_LINK_SHARED,     /* of the verb that it is joined to by "and" */
    FM_LINK_RELATIVE,   /* the noun that a relative clause is about */
    FM_LINK_PARTICIPLE, /* the noun that "built by …" is about */
    FM_LINK_CONTROL,    /* of the verb it completes */
    FM_LINK_ADVERBIAL,  /* of the clause it goes with */
    FM_LINK_COUNT
};

/* A participant: the phrase of a token. */
struct fm_clause_part {
    uint32_t head;
    uint32_t without; /* a subtree that is no part of it, FM_NO_TOKEN = none */
    struct fm_phrase before; /* its preposition, tokens */
    uint8_t role;            /* Factmill__V1__Argument__Role */
    uint8_t relation;        /* enum fm_dep */
    bool clausal;            /* a verb's, with all that hangs from it */
};

enum fm_clause_implied {
    FM_IMPLIED_NOTHING,
    FM_IMPLIED_BE, /* "the plant, [is] built in 1990" */
};

struct fm_clause {
    const char *rule;
    uint32_t head; /* of the predicate: what it is about hangs from it */
    uint32_t top;  /* the first verb of a chain ("began to build": began) */
    uint32_t words[FM_CLAUSE_WORDS_MAX]; /* of the predicate, ascending */
    size_t word_count;
    struct fm_clause_part subject;
    struct fm_clause_part parts[FM_CLAUSE_PARTS_MAX];
    size_t part_count;
    uint8_t link; /* enum fm_clause_link */
    enum fm_clause_implied implied;
    bool passive;
    bool copula;
    bool existential;
    /* "The fact is that they left": head is of the clause that is predicated. */
    bool outer;
};

/* The clauses of the sentence in work. */
struct fm_clauses {
    struct fm_context *ctx;
    const struct fm_doc *doc;
    const struct fm_tree *tree;
    size_t sentence;
    uint32_t first; /* tokens of the sentence */
    uint32_t last;
    struct fm_clause *items;
    size_t count, cap;
    /* Facts of earlier families: number + 1 of the first of each sentence, of
     * the next one behind each; 0 = none. */
    uint32_t *known_first;
    uint32_t *known_next;
};

/* The family. */
void fm_extract_clauses(struct fm_context *ctx);

/* --- finders -------------------------------------------------------------------- */

/* A new clause at the end of the list, all but rule, head and top empty; NULL =
 * no memory. Completed, or taken back by fm_clause_drop. */
struct fm_clause *fm_clause_add(struct fm_clauses *all, const char *rule,
                                uint32_t head);
void fm_clause_drop(struct fm_clauses *all);
void fm_clause_word(struct fm_clause *clause, uint32_t token);
/* Takes word k off again. */
void fm_clause_unword(struct fm_clause *clause, size_t k);
/* The phrase of token head as an argument; NULL = there are too many. */
struct fm_clause_part *fm_clause_part(struct fm_clauses *all,
                                      struct fm_clause *clause,
                                      enum fm_dep relation, uint32_t head);

void fm_clause_find_verbs(struct fm_clauses *all);
void fm_clause_find_copulas(struct fm_clauses *all);
void fm_clause_find_nouns(struct fm_clauses *all);

/* --- what they share --------------------------------------------------------------- */

/* Is token i the head of a clause: a verb, or a noun or adjective with "be"? */
bool fm_clause_is_predicate(const struct fm_tree *tree, uint32_t i);
/* "There is …" */
bool fm_clause_is_existential(const struct fm_tree *tree, uint32_t i);
/* "did not rise but fell": is i joined by "but" to a verb that is denied? */
bool fm_clause_is_contrast(const struct fm_tree *tree, uint32_t i);
/* Does the verb i go on in its governor's predicate ("began to build")? */
bool fm_clause_is_chained(const struct fm_tree *tree, uint32_t i);
/* "accused the firm of selling it": does the verb's object do i? */
bool fm_clause_is_done_by_object(const struct fm_tree *tree, uint32_t i);
/* The subject of the predicate i; head FM_NO_TOKEN = not known. */
struct fm_clause_part fm_clause_subject(const struct fm_tree *tree, uint32_t i,
                                        enum fm_clause_link *ret_link);
/* Is "that" a conjunction, though the tree has it as an object? */
bool fm_clause_is_conjunction(const struct fm_tree *tree, uint32_t i);
/* Does the subject stand for nothing we know ("which means that …", "what
 * remains")? */
bool fm_clause_is_open(const struct fm_tree *tree, uint32_t subject);
/* The noun that the relative pronoun i stands for; FM_NO_TOKEN = i is none. */
uint32_t fm_clause_antecedent(const struct fm_tree *tree, uint32_t i,
                              uint32_t *ret_clause);
/* Adds the words of predicate i, with those that it shares with others, and
 * says whether it is passive. */
void fm_clause_predicate(struct fm_clauses *all, struct fm_clause *clause,
                         uint32_t i);
/* Is token head within a time that was found? */
bool fm_clause_is_time(const struct fm_clauses *all, uint32_t head);
/* Adds the arguments of verb i. */
void fm_clause_arguments(struct fm_clauses *all, struct fm_clause *clause,
                         uint32_t i);

/* Lists the facts that are there, by sentence; false = no memory. */
bool fm_clause_index_facts(struct fm_clauses *all);
/* Does a fact of another family say what the clause says? */
bool fm_clause_is_known(const struct fm_clauses *all,
                        const struct fm_clause *clause);
/* Who says what the clause says: the attribution of the quote or report that it
 * is part of. */
void fm_clause_attribute(struct fm_clauses *all, const struct fm_clause *clause,
                         Factmill__V1__Fact *fact);

/* Is the noun part of the verb's predicate ("take part")? */
bool fm_clause_is_light(const struct fm_tree *tree, uint32_t verb,
                        uint32_t noun);
/* The base form of the predicate, out of the arena; NULL = no memory. */
char *fm_clause_lemma(struct fm_clauses *all, const struct fm_clause *clause);
/* fact: with time and place. */
Factmill__V1__Fact__Kind fm_clause_kind(const struct fm_clauses *all,
                                        const struct fm_clause *clause,
                                        const Factmill__V1__Fact *fact);

/* --- views -------------------------------------------------------------------------- */

/* A participant, with its preposition; NULL = no memory. */
Factmill__V1__Argument *fm_clause_argument(struct fm_clauses *all,
                                           const struct fm_clause_part *part,
                                           enum fm_phrase_size size);
/* The predicate of a clause, made of n words and what is implied. */
Factmill__V1__Predicate *fm_clause_words(struct fm_clauses *all,
                                         const struct fm_clause *clause,
                                         enum fm_clause_implied implied,
                                         const uint32_t *words, size_t n);
/* Kind, polarity, modality and attribution, when all else is there. */
void fm_clause_complete(struct fm_clauses *all, const struct fm_clause *clause,
                        Factmill__V1__Fact *fact);
void fm_clause_write_full(struct fm_clauses *all);
void fm_clause_write_minimal(struct fm_clauses *all);

#endif
