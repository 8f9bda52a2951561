/* A full-text expression made ready to be tested against one sentence after
 * another without the index, and what it cannot match without. It means what
 * FTS5 means by it (sqlite.org/fts5.html, section 3). */
#ifndef FM_STORE_PHRASES_PRIV_H
#define FM_STORE_PHRASES_PRIV_H

#include "base/arena.h"
#include "store/tokens_priv.h"

#include <stddef.h>
#include <stdint.h>

/* Alternatives by which an expression is kept; with more it is kept by none. */
#define FM_ANCHOR_WORDS 16
/* Keys of one token: the word, its first four bytes, its first two. */
#define FM_TOKEN_KEYS 3

/* The tokens of one sentence. */
struct fm_token {
    struct fm_str text;
    uint64_t hash;
};

struct fm_token_list {
    struct fm_arena arena; /* of items and their texts */
    struct fm_token *items;
    size_t n;
    size_t cap;
};

/* Replaces what was in it. FM_ENOMEM. */
enum fm_error fm_token_list_read(struct fm_token_list *list,
                                 const struct fm_tokens *tokens,
                                 struct fm_str text);
/* What a sentence with this token may be kept under. */
void fm_token_keys(struct fm_str token, uint64_t ret_keys[FM_TOKEN_KEYS]);

struct fm_phrase {
    struct fm_token *words;
    size_t n;
    bool prefix; /* the last word may go on */
};

enum fm_phrases_step_kind {
    FM_STEP_PHRASE, /* first: of phrases */
    FM_STEP_NEAR,   /* n phrases from first */
    FM_STEP_AND,    /* of the two results before; and so on */
    FM_STEP_OR,
    FM_STEP_NOT,
};

struct fm_phrases_step {
    enum fm_phrases_step_kind kind;
    uint32_t first;
    uint32_t n;
    uint32_t distance; /* of NEAR */
};

struct fm_phrases {
    struct fm_phrase *phrases;
    size_t phrase_n;
    size_t phrase_cap;
    struct fm_phrases_step *steps; /* in reverse Polish order */
    size_t step_n;
    size_t step_cap;
    /* Keys of which every sentence that matches has one; 0 = unknown. */
    uint64_t anchor[FM_ANCHOR_WORDS];
    size_t anchor_n;
};

/* match: as fm_text_query makes it with a column, or several of those joined.
 * Lives in arena. FM_EINVAL when it is not understood. */
enum fm_error fm_phrases_read(struct fm_phrases *p, struct fm_arena *arena,
                              const struct fm_tokens *tokens,
                              struct fm_str match, struct fm_why *why);
bool fm_phrases_match(const struct fm_phrases *p,
                      const struct fm_token_list *sentence);

#endif
