/* Where an amount stands in its sentence: what it counts or measures, who or
 * what has it, and by which verb. Over syntax. Private to quantity*.c and its
 * test. */
#ifndef FM_EXTRACT_QUANTITY_SITE_H
#define FM_EXTRACT_QUANTITY_SITE_H

#include "extract/clause.h"
#include "extract/quantity_expr.h"

enum fm_site_role {
    FM_SITE_NONE,    /* no verb: only what is counted */
    FM_SITE_SUBJECT, /* "Five people were hurt" */
    FM_SITE_OBJECT,  /* "The army sent 600 soldiers" */
    FM_SITE_OBLIQUE, /* "It was sold for $5 million" */
    FM_SITE_BE,      /* "The price was $5" */
    FM_SITE_DEGREE,  /* "The bridge is 300 metres long" */
    FM_SITE_OF,      /* "a crew of nine people", "a ship with 20 seats" */
    FM_SITE_COUNT
};

struct fm_quantity_site {
    uint32_t first;         /* token of the amount */
    uint32_t top;           /* the amount hangs by this token */
    uint32_t anchor;        /* it and what it counts hang by this one */
    uint32_t noun;          /* what is counted or measured; FM_NO_TOKEN */
    struct fm_phrase about; /* its words, without the amount; may be empty */
    uint32_t holder;        /* "crew" of "a crew of nine"; FM_NO_TOKEN */
    enum fm_site_role role;
    uint32_t verb;                 /* or predicate noun; FM_NO_TOKEN */
    struct fm_clause_part subject; /* head FM_NO_TOKEN = not known */
    struct fm_phrase preposition;  /* before an oblique or a held thing */
    uint32_t degree; /* "long" of "300 metres long"; FM_NO_TOKEN = none */
    bool joined;     /* by "and" to another amount or noun */
    bool
        described; /* "a 4 per cent tax": the measure is a quality of the noun */
};

/* Of the amount that takes up the bytes [start, end). count: a plain number, no
 * unit behind it; plural: more than one. False = it has no place in the tree. */
bool fm_quantity_find_site(const struct fm_tree *tree, uint32_t start,
                           uint32_t end, bool count, bool plural,
                           struct fm_quantity_site *ret_site);
/* The words of the predicate of a site ("has been sold for"); out of the arena,
 * NULL = no memory. *ret_words: tokens of the verb itself. */
char *fm_quantity_predicate(struct fm_context *ctx,
                            const struct fm_quantity_site *site,
                            struct fm_phrase *ret_words);
/* A phrase without the article it begins with, and without the prepositions,
 * joints and marks that it ends with. */
struct fm_phrase fm_quantity_bare_phrase(const struct fm_tree *tree,
                                         struct fm_phrase phrase);

/* "month", "quarter": "in the first nine months" says when. */
bool fm_quantity_is_period(const struct fm_tree *tree, uint32_t i);
/* Sets noun, about and described of the amount that hangs by site->top; returns
 * the token by which all of it hangs. */
uint32_t fm_quantity_find_noun(const struct fm_tree *tree, uint32_t start,
                               uint32_t end, bool count, bool plural,
                               struct fm_quantity_site *site);
/* The words of a noun behind its number, "post-Soviet states of Asia"; first:
 * behind the amount. count: the amount is a plain number, and a second number is
 * the whole that it is part of, no word of the noun. Empty = none. */
struct fm_phrase fm_quantity_words_behind(const struct fm_tree *tree,
                                          uint32_t noun, uint32_t first,
                                          bool count);
/* The words of a noun that has an amount, without the amount's subtree. */
struct fm_phrase fm_quantity_noun_words(const struct fm_tree *tree,
                                        uint32_t noun, uint32_t without);
/* What a degree or a distance is measured from: "Earth" of "5 km away from
 * Earth"; FM_NO_TOKEN = none. */
uint32_t fm_quantity_reference(const struct fm_tree *tree,
                               const struct fm_quantity_site *site);
/* Its words behind the first preposition. */
struct fm_phrase fm_quantity_reference_words(const struct fm_tree *tree,
                                             uint32_t c);
/* "36 per cent higher": the amount becomes a change; false = no memory. */
bool fm_quantity_degree(struct fm_quantity_walk *w, const struct fm_amount *a,
                        const struct fm_quantity_site *site,
                        Factmill__V1__Quantity *q);

#endif
