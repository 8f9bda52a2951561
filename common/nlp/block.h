/* Blocks: paragraphs, headings and lines that are no text. Step 5a.
 *
 * A block ends at an empty line, or at the end of a line when the text has one
 * line a paragraph. Whether single line feeds are white space inside a
 * paragraph ("hard-wrapped") is told from the whole text: no line longer than a
 * terminal's, and lines that end because the next word would not have fitted. */
#ifndef FM_NLP_BLOCK_H
#define FM_NLP_BLOCK_H

#include "nlp/document.h"

struct fm_block {
    uint32_t start; /* bytes, trimmed of white space */
    uint32_t end;
    uint8_t kind; /* enum fm_block_kind */
};

/* Goes through a text block by block in linear time, without memory. */
struct fm_block_reader {
    struct fm_str text;
    size_t at;
    size_t width; /* of hard-wrapped lines, 0 = lines are paragraphs */
    bool led;     /* the block before led to this one: "the following:" */
};

void fm_block_begin(struct fm_block_reader *reader, struct fm_str text);
/* False at the end. */
bool fm_block_next(struct fm_block_reader *reader, struct fm_block *ret_block);
/* One line as it is, of kind PROSE: for text with one sentence a line. */
bool fm_block_next_line(struct fm_block_reader *reader,
                        struct fm_block *ret_block);
/* Length of a dateline at the start of a paragraph with the dash and the space
 * behind it ("KYIV, Feb 26 (Reuters) - "); 0 = none. */
size_t fm_block_dateline(struct fm_str paragraph);
/* Length of a leftover of the page at the start of s: "(link)"; 0 = none. */
size_t fm_block_leftover(struct fm_str s);

#endif
