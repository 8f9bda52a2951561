/* Counts as bars for a terminal, one row a key, the four standings beside each
 * other and never added up:
 *
 *                  █ asserted ▓ reported ▒ possible ░ denied
 *     2011-05      ████▓▓▓▓▓▓▓▓▓▓▓▓▒▒░               8  25   3   1 */
#ifndef FM_CLI_BARS_H
#define FM_CLI_BARS_H

#include "cli/term.h"
#include "factmill/v1/query.pb-c.h"

struct fm_bars {
    const struct fm_term *term;
    size_t label;     /* columns of the widest label */
    size_t bar;       /* columns of the longest bar */
    uint64_t most;    /* facts in the longest */
    size_t digits[4]; /* of the largest number of each standing */
};

/* term, label_max: columns at most for labels. Call fm_bars_measure for every
 * row, then fm_bars_begin, then the rows. */
void fm_bars_init(struct fm_bars *bars, const struct fm_term *term);
void fm_bars_measure(struct fm_bars *bars, struct fm_str label,
                     const Factmill__V1__Count *count);
void fm_bars_begin(struct fm_bars *bars, struct fm_buf *out);
/* count NULL = nothing there. */
void fm_bars_row(const struct fm_bars *bars, struct fm_str label,
                 const Factmill__V1__Count *count, struct fm_buf *out);
/* "12 asserted, 3 denied"; "none" without any. */
void fm_bars_words(const Factmill__V1__Count *count, struct fm_buf *out);

#endif
