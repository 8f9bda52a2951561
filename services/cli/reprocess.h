/* Flags of factmill reprocess. */
#ifndef FM_CLI_REPROCESS_H
#define FM_CLI_REPROCESS_H

#include "cli/cli.h"
#include "cli/remote.h"

struct fm_reprocess_flags {
    struct fm_cli_remote remote;
    const char *source;
    struct fm_cli_time from;
    struct fm_cli_time to;
    const char *extractor;
    bool dry_run;
    bool wait;
    uint64_t limit;
};

extern const struct fm_cli_flag fm_reprocess_flag_table[];
extern const size_t fm_reprocess_flag_count;

#endif
