/* Lemmas: the base form of every token, as English UD writes it ("was" → "be",
 * "States" → "State", "1,200" → "1200", "n't" → "not"). Step 5f.
 *
 * What a lemma is depends on the form and the tags alone, but for "'s". A class
 * of tags has an edit for each ending that needs one, learned from treebanks
 * and word lists; the longest ending counts, and words that no ending gets right
 * have an edit of their own. How the lemma is written (Paris, american) is learned
 * in the same way, by class and by how the form is written.
 *
 * Sections of the model file, all numbers little-endian:
 *     lemma.classes  FM_UPOS_COUNT rows of FM_XPOS_COUNT bytes: the class
 *     lemma.class    struct fm_lemma_class each
 *     lemma.rules    a table (nlp/table.h) by the keys of nlp/lemma_form.h
 *     lemma.edits    struct fm_lemma_stored_edit each; the first changes nothing
 *     lemma.text     what the edits append */
#ifndef FM_NLP_LEMMA_H
#define FM_NLP_LEMMA_H

#include "nlp/lemma_form.h"
#include "nlp/model.h"
#include "nlp/table.h"
#include "nlp/tags.h"

/* A value of the table: number of an edit + 1 (0 = this ending has none of its
 * own) and whether longer endings have rules; by keys of case, a plain case + 1
 * and nothing else. */
#define FM_LEMMA_EDIT_MASK  0xffffu
#define FM_LEMMA_MORE       0x10000u
#define FM_LEMMA_CASE_SHIFT 20u

/* Raised when the keys of nlp/lemma_form.h or what values mean change: a model
 * made before would give wrong lemmas without a word. */
#define FM_LEMMA_VERSION 0u

struct fm_lemma_class {
    uint32_t rule;                  /* of all endings: a value as above */
    uint8_t cases[FM_LEMMA_SHAPES]; /* enum fm_lemma_case */
    uint8_t zero[8 - FM_LEMMA_SHAPES];
    uint32_t version; /* FM_LEMMA_VERSION */
};

_Static_assert(sizeof(struct fm_lemma_class) == 16, "as it lies in the file");

struct fm_lemma_stored_edit {
    uint32_t start; /* in lemma.text */
    uint16_t len;
    uint16_t cut;
};

/* Views of the model's sections. */
struct fm_lemma_rules {
    const uint8_t *classes;
    const struct fm_lemma_class *class;
    const struct fm_lemma_stored_edit *edits;
    struct fm_table table;
    struct fm_str text;
};

/* FM_ENOTFOUND when the model was made without lemmas, FM_EVERSION when with other
 * keys than this program's, FM_ECORRUPT when a section is not what it should be.
 * The model must outlive it. */
enum fm_error fm_lemma_open(const struct fm_model *model, struct fm_why *why,
                            struct fm_lemma_rules *ret);
/* Fills lemma; needs tokens, upos and xpos. A lemma lies in the text, in the
 * model or in the document's arena. FM_ETOOBIG, FM_ENOMEM. */
enum fm_error fm_lemma_run(const struct fm_lemma_rules *rules,
                           struct fm_doc *doc, struct fm_why *why);

#endif
