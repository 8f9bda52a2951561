/* Pieces of a CoNLL-U file that are read as one article each: whole sentences,
 * up to the next "# newdoc", or to a size where a document is long. */
#ifndef FM_CLI_CONLLU_FILE_H
#define FM_CLI_CONLLU_FILE_H

#include "base/arena.h"
#include "cli/lines.h"
#include "nlp/document.h"

struct fm_conllu_file {
    struct fm_str piece; /* the last one, out of the caller's arena */
    uint64_t line;       /* where it began; on failure the bad line */
    struct fm_str id;    /* of its "# newdoc id = …", may be empty */
    unsigned part;       /* of the document, from 1 */

    /* State. */
    struct fm_str held; /* a "# newdoc" that ended the piece before */
    bool holds;
    struct fm_buf lines;
    struct fm_buf text;
    struct fm_doc doc;
    char id_bytes[256];
    bool ready;
};

/* At the beginning of each file; a zeroed struct is fine. */
void fm_conllu_file_begin(struct fm_conllu_file *file);
void fm_conllu_file_release(struct fm_conllu_file *file);
/* The next piece and the text that its tokens make, both out of the arena.
 * FM_ENOTFOUND: there is none. FM_EINVAL: it is malformed, FM_ETOOBIG: a sentence
 * or a line is too long; go on with the next. */
enum fm_error fm_conllu_file_next(struct fm_conllu_file *file,
                                  struct fm_lines *lines,
                                  struct fm_arena *arena, struct fm_why *why,
                                  struct fm_str *ret_text);

#endif
