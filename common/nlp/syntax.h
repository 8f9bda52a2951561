/* Parts of speech, syntax and labels of names: the model's networks run over a
 * document, a chunk of sentences at a time.
 *
 * The memory it works in (a few megabytes, whatever the length of the text) is
 * taken out of a pool and given back: there are as many as threads that read at
 * the same time, and none is allocated once each has read its first text. */
#ifndef FM_NLP_SYNTAX_H
#define FM_NLP_SYNTAX_H

#include "nlp/document.h"
#include "nlp/model.h"

struct fm_syntax;

/* Maps the model file. FM_ECONFIG whatever is wrong with it (missing, damaged,
 * of another version): why says what and what to do about it. */
enum fm_error fm_syntax_open(const char *path, struct fm_why *why,
                             struct fm_syntax **ret);
void fm_syntax_close(struct fm_syntax *syntax);
/* The model that it reads with: holds other stages' sections, too. */
const struct fm_model *fm_syntax_model(const struct fm_syntax *syntax);
/* Tells models apart. */
uint64_t fm_syntax_hash(const struct fm_syntax *syntax);
/* Fills upos, xpos, head, deprel and ner; needs sentences and tokens. FM_ENOMEM,
 * FM_ETOOBIG. Threads may call it at the same time, each with its document. */
enum fm_error fm_syntax_run(struct fm_syntax *syntax, struct fm_doc *doc,
                            struct fm_why *why);

#endif
