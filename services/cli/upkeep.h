/* factmill backup and factmill verify. */
#ifndef FM_CLI_UPKEEP_H
#define FM_CLI_UPKEEP_H

#include "cli/cli.h"

struct fm_upkeep_flags {
    struct fm_cli_remote remote;
    bool quick;
};

extern const struct fm_cli_flag fm_upkeep_flag_table[];
extern const size_t fm_upkeep_flag_count;

#endif
