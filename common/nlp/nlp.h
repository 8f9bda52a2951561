/* Reading: all stages of step 5 in their order. */
#ifndef FM_NLP_NLP_H
#define FM_NLP_NLP_H

#include "base/buf.h"
#include "nlp/document.h"

/* What reading needs besides the text: word lists, and the trained model, mapped
 * once for the whole process. Const after opening, shared by threads. */
struct fm_nlp;

struct fm_nlp_options {
    /* Path of the model file; NULL or "" = FACTMILL_MODEL, else the usual places
     * (nlp/model_place.h). */
    const char *model;
    /* Reads without a model: no tags, no lemmas, no syntax (columns upos, xpos,
     * lemma, head, deprel stay NULL), names by rules. For what needs sentences
     * and tokens only. */
    bool rules;
};

/* options may be NULL. FM_ECONFIG when the model file is missing, damaged or of
 * another version: the program should not start. */
enum fm_error fm_nlp_open(const struct fm_nlp_options *options,
                          struct fm_why *why, struct fm_nlp **ret_nlp);
void fm_nlp_close(struct fm_nlp *nlp);
/* Would fm_nlp_open find its model whole? For programs that read only later but
 * must say at their start that they could not; the same errors. */
enum fm_error fm_nlp_check(const struct fm_nlp_options *options,
                           struct fm_why *why);
/* Version and hash of what reads ("0.1.0+rules", "0.1.0+model:1a2b3c4d"). */
const char *fm_nlp_version(const struct fm_nlp *nlp);

/* Fills all columns. Any bytes are fine; FM_ETOOBIG and FM_ENOMEM can happen.
 * title: the text is a headline, one block of kind TITLE. */
enum fm_error fm_nlp_read(const struct fm_nlp *nlp, struct fm_str text,
                          bool title, struct fm_doc *doc, struct fm_why *why);
/* The same for text with one sentence a line (--input=sentences). */
enum fm_error fm_nlp_read_sentences(const struct fm_nlp *nlp,
                                    struct fm_str text, struct fm_doc *doc,
                                    struct fm_why *why);

/* The same for sentences and tokens that are given as CoNLL-U (--input=conllu;
 * its other columns are not looked at): nlp/conllu.h says how text is made of
 * it. conllu and text must outlive the document's use. FM_EINVAL when it is
 * malformed. */
enum fm_error fm_nlp_read_conllu(const struct fm_nlp *nlp, struct fm_str conllu,
                                 struct fm_buf *text, struct fm_doc *doc,
                                 struct fm_why *why);

/* The language of a text as a BCP 47 primary tag ("en", "de", "fr", "ru", …),
 * "und" when it cannot be told; looks at the first 8 KiB. */
const char *fm_nlp_language(struct fm_str text);

#endif
