/* What factmill extract prints of one article; one row of a table a format. */
#ifndef FM_CLI_EXTRACT_FORMAT_H
#define FM_CLI_EXTRACT_FORMAT_H

#include "cli/term.h"
#include "extract/extract.h"

struct fm_extracted {
    const Factmill__V1__Article *article;
    const Factmill__V1__Extraction *extraction;
    const struct fm_doc *doc;
    const struct fm_extractor *extractor; /* that made it, not used since */
    const struct fm_term *term;
};

typedef void fm_extract_writer(const struct fm_extracted *it,
                               struct fm_buf *out);

/* "json", "triples", "conllu", "text", "explain"; NULL for any other name. */
fm_extract_writer *fm_extract_format(const char *name);

#endif
