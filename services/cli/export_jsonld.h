/* A fact with its evidence as JSON-LD: a nanopublication (nanopub.net,
 * "Nanopublication Guidelines") whose provenance is W3C PROV-O and whose evidence
 * is selected as the W3C Web Annotation Data Model has it: by bytes
 * (DataPositionSelector) and by words (TextQuoteSelector).
 *
 * Four named graphs: head, assertion (what is said), provenance (from which
 * words of which version of which article, who says so, what read it) and
 * publication info (when it was recorded, how sure it is, whether it was taken
 * back). Terms that no vocabulary has begin with fm:. */
#ifndef FM_CLI_EXPORT_JSONLD_H
#define FM_CLI_EXPORT_JSONLD_H

#include "base/buf.h"
#include "factmill/v1/fact.pb-c.h"

/* One object, without a line feed. */
void fm_jsonld_fact(const Factmill__V1__Fact *fact, struct fm_buf *out);

#endif
