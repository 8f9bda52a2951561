/* What the treebanks and word lists say of lemmas, before rules are made of it:
 * each word votes for an edit, and for how its lemma is written. */
#ifndef FM_NLP_TRAIN_LEMMA_VOTES_H
#define FM_NLP_TRAIN_LEMMA_VOTES_H

#include "base/arena.h"
#include "nlp/lemma.h"
#include "nlp/train/vocab.h"

/* A small form, digits as 0, of a class of tags. */
struct fm_lemma_vote {
    struct fm_str form;
    uint32_t weight;
    uint16_t edit;
    uint8_t class;
    bool digits;
};

/* cases: bit c is set when plain case c gives the lemma. */
struct fm_lemma_case_vote {
    struct fm_str form;
    uint32_t weight;
    uint8_t class;
    uint8_t shape;
    uint8_t cases;
};

struct fm_lemma_votes {
    struct fm_lemma_vote *words;
    size_t word_count;
    size_t word_cap;
    struct fm_lemma_case_vote *cases;
    size_t case_count;
    size_t case_cap;
    struct fm_lemma_edit *edits; /* the first changes nothing */
    size_t edit_count;
    size_t edit_cap;
    struct fm_vocab edit_numbers; /* number + 1 */
    struct fm_arena arena;        /* holds all of it but edit_numbers */
};

/* Out of memory is remembered in votes->arena.failed. */
void fm_lemma_votes_init(struct fm_lemma_votes *votes);
void fm_lemma_votes_release(struct fm_lemma_votes *votes);
/* form has this lemma: votes for the edit from its small form to the lemma's. */
void fm_lemma_votes_add(struct fm_lemma_votes *votes, uint8_t class,
                        const struct fm_lemma_form *form, struct fm_str lemma,
                        uint32_t weight);
/* The same, and votes for the case the lemma is written in. */
void fm_lemma_votes_add_case(struct fm_lemma_votes *votes, uint8_t class,
                             const struct fm_lemma_form *form,
                             struct fm_str lemma, uint32_t weight);

#endif
