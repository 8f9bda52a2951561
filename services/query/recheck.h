/* A stored fact held against its article, and against what the extractor makes
 * of the article now. No state: everything is in the arguments. */
#ifndef FM_QUERY_RECHECK_H
#define FM_QUERY_RECHECK_H

#include "base/buf.h"
#include "factmill/v1/article.pb-c.h"
#include "factmill/v1/fact.pb-c.h"

/* True when the evidence is what the stored text has at its place, byte by byte,
 * and every other span of the fact lies in the text. out: what is wrong. */
bool fm_recheck_evidence(const Factmill__V1__Article *article,
                         const Factmill__V1__Fact *fact, struct fm_buf *out);

/* The fact of the same id; NULL = none. */
const Factmill__V1__Fact *
fm_recheck_find(const Factmill__V1__Extraction *extraction,
                const Factmill__V1__Fact *fact);
/* Of the same sentence, the one that shares the most of it; NULL = none. */
const Factmill__V1__Fact *
fm_recheck_nearest(const Factmill__V1__Extraction *extraction,
                   const Factmill__V1__Fact *fact);
/* Appends the names of the fields in which they differ, by commas; leaves out
 * what the store writes (entities' numbers, sequence …) and the extractor's
 * name. */
void fm_recheck_differences(const Factmill__V1__Fact *stored,
                            const Factmill__V1__Fact *again,
                            struct fm_buf *out);

#endif
