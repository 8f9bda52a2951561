/* A quantity as it was read. Private to quantity*.c. */
#ifndef FM_EXTRACT_QUANTITY_EXPR_H
#define FM_EXTRACT_QUANTITY_EXPR_H

#include "extract/context.h"
#include "extract/lexeme.h"
#include "extract/number.h"
#include "extract/unit.h"

/* Lexemes [first, last). */
struct fm_words {
    size_t first;
    size_t last;
};

/* A number with its unit and qualifier. */
struct fm_amount {
    struct fm_number number;
    struct fm_number high; /* of a range */
    bool range;
    struct fm_measure measure;
    Factmill__V1__Quantity__Qualifier qualifier;
    struct fm_words words;  /* all of it */
    struct fm_words digits; /* the number alone */
    struct fm_words per;    /* "share" of "5 dollars a share"; may be empty */
    bool compound;          /* "five-nation", "22,000-strong" */
};

/* A quantity without change, and what it is about. */
struct fm_counted {
    struct fm_amount amount;
    struct fm_words about;
    struct fm_number whole; /* "three of the five": 5 */
    bool has_whole;
    const char *rule;
    float confidence;
    size_t end; /* lexeme behind all of it */
};

/* The verbs and nouns of change. */
struct fm_change_word {
    const char *form;
    const char *lemma;
    int direction; /* 1 up, -1 down, 0 told by the numbers */
    int factor;    /* 2 of "doubled", -2 of "halved", 0 = none */
};

struct fm_change {
    const struct fm_change_word *word;
    size_t at;   /* lexeme of the word */
    size_t part; /* lexeme of the first number's preposition; 0 = none */
    bool noun;   /* "a 12% increase in", "up 15%" */
    bool has_from;
    bool has_to;
    bool has_by;
    struct fm_amount from;
    struct fm_amount to;
    struct fm_amount by;
    struct fm_words baseline; /* "compared with 2013" */
    struct fm_words words;    /* from the word to the last number */
    struct fm_words subject;
    struct fm_words agent; /* who made it change, when the verb has an object */
};

/* What of a sentence belongs to times and names; one bit a lexeme. */
struct fm_taken {
    bool at[FM_LEXEMES_MAX + FM_LEXEMES_AHEAD];
};

/* A qualifier, number, unit, range at i: lexemes taken, 0 = none. */
size_t fm_quantity_amount(const struct fm_lexemes *lx,
                          const struct fm_taken *taken, size_t i,
                          struct fm_amount *ret_amount);

/* Marks the lexemes of times, and numbers that are names, scores, addresses,
 * section or page numbers. first_time: index into ctx->times to go on from. */
void fm_quantity_mark_taken(const struct fm_context *ctx,
                            const struct fm_lexemes *lx, size_t *first_time,
                            struct fm_taken *ret_taken);

/* The noun phrase that begins at i ("citizens of Russia"); empty = none.
 * plural: it must have a plural noun, and ends with it. */
struct fm_words fm_quantity_phrase(const struct fm_lexemes *lx,
                                   const struct fm_taken *taken, size_t i,
                                   bool plural);
/* The phrase that ends before i and begins the clause. */
struct fm_words fm_quantity_phrase_before(const struct fm_lexemes *lx,
                                          const struct fm_taken *taken,
                                          size_t i);
/* A word that cannot be in a noun phrase: verbs, pronouns, prepositions. */
bool fm_quantity_is_stop(const struct fm_lexemes *lx, size_t i);
bool fm_quantity_is_plural(const struct fm_lexemes *lx, size_t i);

/* A change whose word is at i; false = none. */
bool fm_quantity_change(const struct fm_lexemes *lx, const struct fm_tree *tree,
                        const struct fm_taken *taken, size_t i,
                        struct fm_change *ret_change);
/* What changes, and by whom, when the word of change is at c->at: over syntax.
 * False = the tree does not tell. */
bool fm_quantity_change_subject(const struct fm_lexemes *lx,
                                const struct fm_tree *tree,
                                struct fm_change *c);
/* The word of change at i, NULL = none. */
const struct fm_change_word *
fm_quantity_change_word(const struct fm_lexemes *lx, size_t i);
const struct fm_change_word *fm_change_words(size_t *ret_count);

/* Polarity and modality of a fact whose verb or number is at lexeme at. */
void fm_quantity_clause(struct fm_context *ctx, const struct fm_lexemes *lx,
                        size_t at, Factmill__V1__Fact *fact);

/* --- messages ------------------------------------------------------------- */

/* Amounts of the sentence that later ones may be compared with. */
#define FM_RECENT_MAX 8u

struct fm_recent {
    Factmill__V1__Quantity *quantity;
    struct fm_amount amount;
    bool compared;
};

/* The piece of text that is being read. */
struct fm_quantity_walk {
    struct fm_context *ctx;
    const struct fm_lexemes *lx;
    const struct fm_taken *taken;
    size_t sentence;
    bool prose; /* headings give quantities, but no facts */
    struct fm_said *said;
    struct fm_recent recent[FM_RECENT_MAX];
    size_t recent_count;
};

/* An amount at i that is no change, with its fact; where reading goes on. */
size_t fm_quantity_read_counted(struct fm_quantity_walk *w, size_t i);
/* The same over syntax, when the amount was read. */
size_t fm_quantity_emit_parsed(struct fm_quantity_walk *w,
                               const struct fm_counted *counted);
/* "compared with $4 million a year earlier", "up 8 per cent from", "vs 12": given
 * to the amounts before as their change. Lexemes taken, 0 = nothing is compared
 * here. */
size_t fm_quantity_compare(struct fm_quantity_walk *w, size_t i);
void fm_quantity_remember(struct fm_quantity_walk *w, Factmill__V1__Quantity *q,
                          const struct fm_amount *amount);

/* Copies into the arena; false when memory ran out. */
bool fm_quantity_put_decimal(struct fm_context *ctx, struct fm_decimal value,
                             char **ret);
bool fm_quantity_put_text(struct fm_context *ctx, struct fm_str text,
                          char **ret);
/* "by 12 per cent" = factor 0.12; "20 times" = factor 20; "by 45 cents" = by. */
bool fm_quantity_put_by(struct fm_context *ctx, const struct fm_amount *by,
                        Factmill__V1__Change *change);
/* Value, unit, whole and what it is about, into q; false when memory ran out. */
bool fm_quantity_fill(struct fm_quantity_walk *w, const struct fm_counted *k,
                      Factmill__V1__Quantity *q);
/* "USD", "USD per share". */
bool fm_quantity_put_unit(const struct fm_quantity_walk *w,
                          const struct fm_amount *amount, char **ret);
/* What it is where no verb tells: "number", "amount", "share". */
const char *fm_quantity_noun(const struct fm_counted *k);
struct fm_str fm_quantity_words_text(const struct fm_quantity_walk *w,
                                     struct fm_words words);
/* A new quantity in the context's list; NULL when memory ran out. */
Factmill__V1__Quantity *fm_quantity_new(struct fm_quantity_walk *w,
                                        struct fm_words words);
/* A fact about it, with the time nearest in the sentence; NULL outside of prose
 * or when memory ran out. subject may be empty. */
Factmill__V1__Fact *fm_quantity_fact(struct fm_quantity_walk *w,
                                     Factmill__V1__Quantity *q,
                                     const char *rule, float confidence,
                                     struct fm_words subject);
/* Quantity and fact of a change; where reading goes on. */
size_t fm_quantity_emit_change(struct fm_quantity_walk *w,
                               const struct fm_change *c);

static inline bool fm_words_empty(struct fm_words words)
{
    return words.first >= words.last;
}

#endif
