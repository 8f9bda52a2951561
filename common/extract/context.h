/* What the rule families of extract/ share: the article being read, its
 * documents, what earlier families found, and the facts so far. Private to this
 * folder and its tests.
 *
 * Each family is one file with one entry, void fm_extract_NOUN(struct
 * fm_context *), listed in extract.c in the order they run; later ones see what
 * earlier ones found. All memory is out of ctx->arena: when it fails, helpers
 * return NULL, the arena remembers why, and fm_extract_run reports it at the
 * end, so a family may just return. */
#ifndef FM_EXTRACT_CONTEXT_H
#define FM_EXTRACT_CONTEXT_H

#include "base/arena.h"
#include "extract/extract.h"
#include "extract/tree.h"
#include "factmill/v1/article.pb-c.h"
#include "factmill/v1/fact.pb-c.h"
#include "nlp/nlp.h"

/* A short form and what it stands for in this article. */
struct fm_abbreviation {
    struct fm_str form;
    struct fm_str meaning;
    uint32_t form_start; /* bytes of the text where it was defined */
    uint32_t meaning_start;
    bool defined; /* in brackets; else matched by initials */
};

/* Somebody's post: "Secretary General of the CSTO Nikolai Bordyuzha". Byte
 * ranges of the text; an empty range = not said. */
struct fm_role {
    uint32_t person_start, person_end;
    uint32_t post_start, post_end;
    uint32_t org_start, org_end;
    uint32_t start, end; /* all of it */
};

/* "he", and the name of whom it stands for. */
struct fm_pronoun {
    uint32_t token;
    struct fm_phrase name; /* of an earlier sentence, or before it */
};

struct fm_context {
    const Factmill__V1__Article *article;
    const struct fm_nlp *nlp;
    const struct fm_doc *doc;   /* of the text */
    const struct fm_tree *tree; /* of doc; NULL = read without syntax */
    const struct fm_doc *title; /* of the headline, may be without tokens */
    struct fm_arena *arena;
    int64_t published_us; /* INT64_MIN = unknown */
    uint32_t version;
    fm_extract_watch *watch; /* NULL = nobody */
    void *watch_user;
    bool minimal; /* the shortest true triples are wanted */

    /* Found by the families, in ascending order of their spans. */
    struct fm_abbreviation *abbreviations;
    size_t abbreviation_count, abbreviation_cap;
    Factmill__V1__Time **times; /* each with its span, all of the text */
    Factmill__V1__Time__Type *time_types;
    size_t time_count, time_cap, time_type_cap;
    uint32_t *time_tops; /* token each hangs from others by; NULL = no syntax */
    /* The same as TIMEX3; a range is two of them. */
    Factmill__V1__TimeMention **time_mentions;
    size_t time_mention_count, time_mention_cap;
    Factmill__V1__Quantity **quantities;
    size_t quantity_count, quantity_cap;
    struct fm_role *roles;
    size_t role_count, role_cap;

    struct fm_pronoun *pronouns;
    size_t pronoun_count, pronoun_cap;

    /* Quoted passages, without their marks; also of quotes that are no speech. */
    struct fm_context_range {
        uint32_t start, end;
    } * quoted;

    size_t quoted_count, quoted_cap;

    Factmill__V1__Fact **facts;
    size_t fact_count, fact_cap;
};

/* What the last run of an extractor shared, as the families left it, while its
 * arena lives; NULL when there was none or the article was skipped. */
const struct fm_context *
fm_extractor_context(const struct fm_extractor *extractor);

/* A new fact of this sentence: evidence filled, POSITIVE, ASSERTED. rule: a
 * literal ("quote.inverted"). It is in the list at once; complete it. */
Factmill__V1__Fact *fm_context_fact(struct fm_context *ctx,
                                    Factmill__V1__Fact__Kind kind,
                                    const char *rule, size_t sentence,
                                    float confidence);
/* Takes a fact that came to nothing off the list; it must be the newest. */
void fm_context_drop(struct fm_context *ctx, Factmill__V1__Fact *fact);

Factmill__V1__Span *fm_context_span(struct fm_context *ctx, uint32_t start,
                                    uint32_t end);
/* Bytes [start, end) of the text as an argument; white space is folded in its
 * text, not in its span. */
Factmill__V1__Argument *fm_context_argument(struct fm_context *ctx,
                                            Factmill__V1__Argument__Role role,
                                            uint32_t start, uint32_t end);
/* Words that are not in the text (an abbreviation's meaning from elsewhere). */
Factmill__V1__Argument *
fm_context_argument_text(struct fm_context *ctx,
                         Factmill__V1__Argument__Role role, struct fm_str text);
void fm_context_add_argument(struct fm_context *ctx, Factmill__V1__Fact *fact,
                             Factmill__V1__Argument *argument);
/* lemma: copied; start == end: the words are not in the text. */
Factmill__V1__Predicate *fm_context_predicate(struct fm_context *ctx,
                                              struct fm_str lemma,
                                              uint32_t start, uint32_t end);
void fm_context_add_attribution(struct fm_context *ctx,
                                Factmill__V1__Fact *fact,
                                Factmill__V1__Attribution *attribution);
void fm_context_add_quote(struct fm_context *ctx, Factmill__V1__Fact *fact,
                          uint32_t start, uint32_t end);
void fm_context_add_trigger(struct fm_context *ctx, Factmill__V1__Fact *fact,
                            uint32_t start, uint32_t end);

/* The bytes of the text. */
struct fm_str fm_context_text(const struct fm_context *ctx, uint32_t start,
                              uint32_t end);
/* The first time whose span lies within [start, end); NULL = none. */
const Factmill__V1__Time *fm_context_time_within(const struct fm_context *ctx,
                                                 uint32_t start, uint32_t end);
/* Does [start, end) lie in, or overlap, a quoted passage? */
bool fm_context_in_quote(const struct fm_context *ctx, uint32_t start,
                         uint32_t end);

/* Appends one element to one of the context's arrays:
 *     struct fm_role *r = FM_CONTEXT_ADD(ctx, role, roles);
 * NULL when memory ran out. */
#define FM_CONTEXT_ADD(ctx, noun, array)                              \
 (((ctx)->array =                                                     \
       fm_arena_grow((ctx)->arena, (ctx)->array, (ctx)->noun##_count, \
                     sizeof *(ctx)->array, &(ctx)->noun##_cap)),      \
  (ctx)->array != NULL ? &(ctx)->array[(ctx)->noun##_count++] : NULL)

#endif
