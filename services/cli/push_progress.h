/* What factmill push has done so far, as a bar on a terminal and as totals. */
#ifndef FM_CLI_PUSH_PROGRESS_H
#define FM_CLI_PUSH_PROGRESS_H

#include "cli/cli.h"

struct fm_push_progress {
    uint64_t stored;     /* new articles */
    uint64_t updated;    /* new versions of known ones */
    uint64_t duplicates; /* were there before */
    uint64_t refused;    /* bad ones */
    uint64_t retried;
    uint64_t bytes; /* of input read */
    uint64_t total; /* of input; 0 = unknown */

    uint64_t begun_ms;
    uint64_t drawn_ms;
    bool bar;   /* stderr is a terminal */
    bool drawn; /* a bar stands on the line */
};

void fm_push_progress_init(struct fm_push_progress *progress, bool quiet);
/* Draws the bar, at most ten times a second. */
void fm_push_progress_draw(struct fm_push_progress *progress);
/* Takes the bar off the line, for another line on stderr. */
void fm_push_progress_clear(struct fm_push_progress *progress);
/* The totals on stdout. */
void fm_push_progress_print(struct fm_push_progress *progress,
                            const struct fm_cli *cli);

#endif
