/* Why a sentence gave the facts it gave, and why a verb gave none: the tree that
 * the rules saw, each fact with what its rule looks for and what it found, and
 * for the verbs that no fact speaks of the nearest rule and what it missed.
 *
 * All functions speak of the last fm_extract_run of an extractor, while the arena
 * of that run and the article live; they append plain text lines, and append
 * nothing when the article was skipped. Bytes are as in the article: not cleaned for a
 * terminal. The same thread as the run's. */
#ifndef FM_EXTRACT_EXPLAIN_H
#define FM_EXTRACT_EXPLAIN_H

#include "base/buf.h"
#include "extract/extract.h"

/* The sentences of the text, headings and boilerplate included; 0 = skipped. */
size_t fm_explain_sentences(const struct fm_extractor *extractor);
/* The sentence that a fact is from; fm_explain_sentences() = not of this run. */
size_t fm_explain_sentence_of(const struct fm_extractor *extractor,
                              const Factmill__V1__Fact *fact);

/* The sentence as CoNLL-U, with the tree as the rules saw it (extract/mend.h
 * puts right what the parser got wrong). */
void fm_explain_conllu(const struct fm_extractor *extractor, size_t sentence,
                       struct fm_buf *out);
/* The same tree, a word a line, indented below the word it hangs from. */
void fm_explain_tree(const struct fm_extractor *extractor, size_t sentence,
                     struct fm_buf *out);

/* What rules of this name look for, as a phrase ("a verb with …"); "" = no rule
 * of ours. A literal. */
const char *fm_explain_rule(const char *rule);
/* A fact's rule, what it looks for, and what it found where. Needs no run. */
void fm_explain_fact(const Factmill__V1__Fact *fact, struct fm_buf *out);
/* The verbs of the sentence that no fact of the extraction is about, a line
 * each. */
void fm_explain_misses(const struct fm_extractor *extractor,
                       const Factmill__V1__Extraction *extraction,
                       size_t sentence, struct fm_buf *out);

/* All of it: the sentence, its tree, its facts, what gave nothing. */
void fm_explain(const struct fm_extractor *extractor,
                const Factmill__V1__Extraction *extraction, size_t sentence,
                struct fm_buf *out);

#endif
