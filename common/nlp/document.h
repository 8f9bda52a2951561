/* The flat document: what every stage of reading fills, columns in arrays.
 * Step 5 of an article's path.
 *
 * All text is one buffer of bytes that stays where it is; a token is a byte
 * range into it. No pointers between tokens: heads are indexes. Everything is
 * out of the document's arena and dies with it. One document per thread, reset
 * between articles. */
#ifndef FM_NLP_DOCUMENT_H
#define FM_NLP_DOCUMENT_H

#include "base/arena.h"
#include "base/str.h"

/* A sentence longer than this many tokens is split softly: keeps the time and
 * memory of later stages linear in the text. */
#define FM_SENTENCE_TOKENS_MAX 256u
/* Bytes of text one document takes; the intake's limit is below it. */
#define FM_DOCUMENT_BYTES_MAX (64u << 20)

/* What kind of a block of lines it is. Only PROSE gives facts. */
enum fm_block_kind {
    FM_BLOCK_PROSE,
    FM_BLOCK_HEADING,     /* a line without a full stop, a caption */
    FM_BLOCK_BOILERPLATE, /* "(link)", copyright lines, bylines, datelines */
    FM_BLOCK_TITLE,       /* the article's headline (Span.field = TITLE) */
};

struct fm_sentence {
    uint32_t start; /* bytes, half-open, trimmed of white space */
    uint32_t end;
    uint32_t first; /* tokens [first, last) */
    uint32_t last;
    uint32_t paragraph; /* counted from 0 */
    uint8_t kind;       /* enum fm_block_kind */
};

/* Token flags. */
enum {
    FM_TOKEN_SPACE_BEFORE = 1, /* white space, or the start of a sentence */
    FM_TOKEN_MWT_FIRST = 2,    /* begins a multiword token ("do" of "don't") */
    FM_TOKEN_MWT_REST = 4,     /* goes on in it */
    FM_TOKEN_QUOTE_OPEN = 8,   /* a quotation mark that opens */
    FM_TOKEN_QUOTE_CLOSE = 16,
    FM_TOKEN_CAPITAL = 32,  /* begins with a capital letter */
    FM_TOKEN_ALL_CAPS = 64, /* two or more letters, all capital */
    FM_TOKEN_DIGITS = 128,  /* has a digit */
};

/* Universal parts of speech (universaldependencies.org/u/pos). */
enum fm_upos {
    FM_UPOS_NONE,
    FM_ADJ,
    FM_ADP,
    FM_ADV,
    FM_AUX,
    FM_CCONJ,
    FM_DET,
    FM_INTJ,
    FM_NOUN,
    FM_NUM,
    FM_PART,
    FM_PRON,
    FM_PROPN,
    FM_PUNCT,
    FM_SCONJ,
    FM_SYM,
    FM_VERB,
    FM_X,
    FM_UPOS_COUNT
};

enum fm_ne_type {
    FM_NE_NONE,
    FM_NE_PERSON,
    FM_NE_ORGANIZATION,
    FM_NE_COUNTRY,
    FM_NE_CITY,
    FM_NE_REGION,
    FM_NE_LOCATION, /* a place, not known which kind */
    FM_NE_NATIONALITY,
    FM_NE_OTHER,
    FM_NE_COUNT
};

/* A name found in the text: tokens [first, last) of one sentence. */
struct fm_name {
    uint32_t first;
    uint32_t last;
    uint8_t type; /* enum fm_ne_type */
};

struct fm_doc {
    struct fm_str text; /* borrowed */

    struct fm_sentence *sentences;
    size_t sentence_count;

    /* Columns, token_count long; NULL until their stage ran. */
    size_t token_count;
    uint32_t *start; /* bytes, half-open */
    uint32_t *end;
    uint8_t *flags;
    /* Normal form: points into the text, or elsewhere when it differs (the "not"
     * of "don't" is "n't"; a split word keeps the bytes it covers). */
    struct fm_str *form;
    uint8_t *upos;
    uint8_t *xpos; /* number in the model's tag set */
    struct fm_str *lemma;
    uint8_t *ner;    /* enum fm_ner (nlp/tags.h) */
    uint32_t *head;  /* index of a token of the document; own = root */
    uint8_t *deprel; /* number in the model's relation set */
    /* How sure the parser is of head and relation, 0 to 1: the share of the head
     * among all heads, by softmax of the scores, times that of the relation among
     * all relations. NULL when the tree is not the parser's. */
    float *certain;

    struct fm_name *names; /* ascending, not overlapping */
    size_t name_count;

    struct fm_arena arena;
};

/* ceiling: bytes of memory a document may use. */
void fm_doc_init(struct fm_doc *doc, size_t ceiling);
void fm_doc_release(struct fm_doc *doc);
/* Forgets everything and points at another text (at most
 * FM_DOCUMENT_BYTES_MAX bytes, any bytes). */
enum fm_error fm_doc_reset(struct fm_doc *doc, struct fm_str text,
                           struct fm_why *why);
/* The bytes of token i. */
struct fm_str fm_doc_token(const struct fm_doc *doc, size_t i);
/* The bytes from token first to token last - 1. */
struct fm_str fm_doc_range(const struct fm_doc *doc, size_t first, size_t last);
/* Index of the sentence that holds byte at (the one before it when between),
 * sentence_count when there is none. Binary search. */
size_t fm_doc_sentence_at(const struct fm_doc *doc, uint32_t at);
/* Index of the first token that ends behind byte at. */
size_t fm_doc_token_at(const struct fm_doc *doc, uint32_t at);

#endif
