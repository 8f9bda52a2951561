/* Facts as a table (RFC 4180, but lines end in "\n"). Cells that begin like a
 * formula get an apostrophe, so that a spreadsheet does not run an article's
 * words. */
#ifndef FM_CLI_CSV_H
#define FM_CLI_CSV_H

#include "base/buf.h"
#include "factmill/v1/fact.pb-c.h"

void fm_csv_header(struct fm_buf *out);
void fm_csv_fact(const Factmill__V1__Fact *fact, struct fm_buf *out);

#endif
