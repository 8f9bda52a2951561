/* CoNLL-U in and out of a document (universaldependencies.org/format.html).
 *
 * Words, not multiword tokens, are the document's tokens. Empty nodes (8.1)
 * and comments are skipped. */
#ifndef FM_NLP_CONLLU_H
#define FM_NLP_CONLLU_H

#include "base/buf.h"
#include "nlp/document.h"

/* What the file says of each token: columns like the document's, views into
 * the file's bytes. */
struct fm_conllu_gold {
    struct fm_str *lemma;
    struct fm_str *upos;
    struct fm_str *xpos;
    struct fm_str *deprel;
    uint32_t *head; /* index of a token of the document; own = root */
};

/* Reads sentences and words of conllu into doc (reset first): forms, flags but
 * those of quotation marks (fm_token_quotes), and byte ranges into a text made up
 * again in text out of the forms and SpaceAfter=No, one sentence a line.
 * Paragraphs are as "# newpar" says; without any, each sentence is one. text and conllu must outlive the
 * document's use. ret_gold (may be NULL) lives in the document's arena.
 * FM_EINVAL with the line when the file is malformed. A sentence longer than
 * FM_SENTENCE_TOKENS_MAX words is split, heads across the cut become roots. */
enum fm_error fm_conllu_read(struct fm_str conllu, struct fm_buf *text,
                             struct fm_doc *doc, struct fm_why *why,
                             struct fm_conllu_gold *ret_gold);

/* The same for a piece of a file. *line: lines before the piece; on failure it
 * stands at the bad one, which why then does not name. */
enum fm_error fm_conllu_read_piece(struct fm_str conllu, struct fm_buf *text,
                                   struct fm_doc *doc, size_t *line,
                                   struct fm_why *why);

/* Appends the document with all columns that are filled; in MISC
 * TokenRange=start:end (bytes of the text), SpaceAfter=No, and NE=B-PER, the
 * types being PER, ORG, COUNTRY, CITY, REGION, LOC, NATIONALITY and MISC.
 * Always valid UTF-8: what is not, and control characters, are U+FFFD. */
void fm_conllu_write(const struct fm_doc *doc, struct fm_buf *out);
/* The same of one sentence, by its index. */
void fm_conllu_write_sentence(const struct fm_doc *doc, size_t sentence,
                              struct fm_buf *out);

#endif
