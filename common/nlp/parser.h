/* Syntax: scores of all arcs of a sentence, the best tree, its labels. */
#ifndef FM_NLP_PARSER_H
#define FM_NLP_PARSER_H

#include "nlp/encoder.h"
#include "nlp/tree.h"

/* Memory of a chunk. */
struct fm_parser_work;

/* NULL when the arena is full. */
struct fm_parser_work *fm_parser_work_new(const struct fm_network *net,
                                          struct fm_arena *arena);
/* Fills head, deprel and certain of the chunk's tokens. */
void fm_parser_run(const struct fm_network *net, const struct fm_encoding *enc,
                   struct fm_parser_work *work, struct fm_doc *doc);

#endif
