/* Writing the model file (nlp/model.h). */
#ifndef FM_NLP_TRAIN_EXPORT_H
#define FM_NLP_TRAIN_EXPORT_H

#include "base/buf.h"
#include "nlp/train/corpus.h"
#include "nlp/train/net.h"

struct fm_model_writer {
    struct fm_buf table; /* of the sections */
    struct fm_buf body;
    size_t sections;
};

void fm_model_writer_init(struct fm_model_writer *writer);
void fm_model_writer_release(struct fm_model_writer *writer);
/* name: shorter than FM_MODEL_NAME_MAX. */
void fm_model_writer_add(struct fm_model_writer *writer, const char *name,
                         const void *data, size_t len);
enum fm_error fm_model_writer_save(const struct fm_model_writer *writer,
                                   const char *path, struct fm_why *why);

/* Adds the network's sections, with weights as integers. */
enum fm_error fm_export_network(const struct fm_net *net,
                                const struct fm_rows *rows,
                                const struct fm_vocab *lexicon,
                                struct fm_model_writer *writer,
                                struct fm_why *why);
/* Adds those of the network of names, which then takes every text for one whose
 * annotation is half that of the one bank, half that of the other. */
enum fm_error fm_export_names(const struct fm_net *net,
                              const struct fm_rows *rows, const size_t banks[2],
                              struct fm_model_writer *writer,
                              struct fm_why *why);

#endif
