/* Flags of factmill dead. */
#ifndef FM_CLI_DEAD_H
#define FM_CLI_DEAD_H

#include "cli/cli.h"

struct fm_dead_flags {
    struct fm_cli_remote remote;
    uint64_t limit;
    bool raw;
};

extern const struct fm_cli_flag fm_dead_flag_table[];
extern const size_t fm_dead_flag_count;

#endif
