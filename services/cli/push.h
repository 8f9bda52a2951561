/* Flags of factmill push. */
#ifndef FM_CLI_PUSH_H
#define FM_CLI_PUSH_H

#include "cli/cli.h"

struct fm_push_flags {
    struct fm_cli_remote remote;
    const char *input;
    const char *source;
    const char *id_prefix;
    const char *title;
    struct fm_cli_time published;
    struct fm_cli_list map;
    uint64_t window;
    uint64_t patience_ms;
    bool quiet;
};

extern const struct fm_cli_flag fm_push_flag_table[];
extern const size_t fm_push_flag_count;

#endif
