/* From an article to its facts: step 6 of an article's path.
 *
 * Reads title and text (nlp), runs each family of rules in the order of
 * extract.c's table, ties arguments to entities, gives ids and confidence, and
 * returns one Extraction message out of the caller's arena. Same input, same
 * output, on any thread and machine.
 *
 * A fact's id is the BLAKE2b-128 of source, article id, version, title, text,
 * kind, rule and spans: the same input gives the same id everywhere. */
#ifndef FM_EXTRACT_EXTRACT_H
#define FM_EXTRACT_EXTRACT_H

#include "base/arena.h"
#include "base/error.h"
#include "factmill/v1/article.pb-c.h"
#include "factmill/v1/fact.pb-c.h"
#include "nlp/nlp.h"

enum fm_extract_view {
    FM_EXTRACT_FULL,    /* one fact with all its arguments */
    FM_EXTRACT_MINIMAL, /* the shortest true triples */
};

/* Called for each fact of a clause with what its confidence was made of, for
 * those who fit it (tests/bench/confidence.py). */
typedef void fm_extract_watch(void *user, const Factmill__V1__Fact *fact,
                              const uint8_t *seen, size_t n);

struct fm_extract_options {
    enum fm_extract_view view;
    /* The text is one sentence a line, all of it prose. */
    bool sentences;
    /* Sentences and tokens, given as CoNLL-U, in place of our own; the article's
     * text must be what nlp/conllu.h makes of it (else FM_EINVAL). Empty = none. */
    struct fm_str conllu;
    /* Version of the article, part of each fact. 0 = 1. */
    uint32_t version;
    fm_extract_watch *watch; /* NULL = nobody */
    void *watch_user;
};

/* One per thread: documents and scratch memory, reused between articles. */
struct fm_extractor;

/* nlp is borrowed and must outlive it. */
enum fm_error fm_extractor_new(const struct fm_nlp *nlp, struct fm_why *why,
                               struct fm_extractor **ret_extractor);
void fm_extractor_free(struct fm_extractor *extractor);

/* article: checked before (ids and text present, valid UTF-8 is not needed).
 * The extraction lives in the arena and points into article's strings. Another
 * language than English gives an extraction whose `skipped` says so. */
enum fm_error fm_extract_run(struct fm_extractor *extractor,
                             const Factmill__V1__Article *article,
                             const struct fm_extract_options *options,
                             struct fm_arena *arena, struct fm_why *why,
                             Factmill__V1__Extraction **ret_extraction);
/* The document of the last run as it was read (text only, not the title), for
 * tools that show tokens; NULL before the first and when the article was
 * skipped. */
const struct fm_doc *
fm_extractor_document(const struct fm_extractor *extractor);

#endif
