/* Flags of factmill dead, and its two commands that change something. */
#ifndef FM_CLI_DEAD_H
#define FM_CLI_DEAD_H

#include "cli/cli.h"
#include "cli/remote.h"

struct fm_dead_flags {
    struct fm_cli_remote remote;
    uint64_t limit;
    bool raw;
    bool all;
    uint64_t rate;
};

extern const struct fm_cli_flag fm_dead_flag_table[];
extern const size_t fm_dead_flag_count;

/* The letters that the arguments behind the command name, or all. Returns the
 * exit status. */
int fm_dead_replay(struct fm_cli *cli, struct fm_remote *remote);
int fm_dead_discard(struct fm_cli *cli, struct fm_remote *remote);

#endif
