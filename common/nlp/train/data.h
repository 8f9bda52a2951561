/* What the trainer reads: files, plain or gzip, and treebanks. */
#ifndef FM_NLP_TRAIN_DATA_H
#define FM_NLP_TRAIN_DATA_H

#include "base/buf.h"
#include "nlp/conllu.h"

/* Reads DIR/NAME, or DIR/NAME.gz when that is what there is, into ret (which
 * is initialized and to be released by the caller). */
enum fm_error fm_data_read(const char *dir, const char *name,
                           struct fm_why *why, struct fm_buf *ret);

/* A document with its gold columns as numbers. */
struct fm_treebank {
    struct fm_buf file;
    struct fm_buf text;
    struct fm_doc doc;
    struct fm_conllu_gold gold;
    uint8_t *upos;
    uint8_t *xpos;
    uint8_t *deprel;
    uint8_t *ner; /* enum fm_ner; 0 = not annotated */
};

enum fm_error fm_treebank_open(const char *dir, const char *name,
                               struct fm_why *why, struct fm_treebank *ret);
/* Reads the names that DIR/NAME (token TAB tag, an empty line between
 * sentences) gives to the sentences of an open bank, which are the same;
 * FM_EINVAL when they are not. */
enum fm_error fm_treebank_names(const char *dir, const char *name,
                                struct fm_why *why, struct fm_treebank *bank);
/* Reads such a file as a bank of its own, with names alone. partial: kinds
 * other than people, organisations and places are not annotated in it. */
enum fm_error fm_names_open(const char *dir, const char *name, bool partial,
                            struct fm_why *why, struct fm_treebank *ret);
void fm_treebank_close(struct fm_treebank *bank);

#endif
