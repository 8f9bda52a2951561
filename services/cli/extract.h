/* Flags of factmill extract. */
#ifndef FM_CLI_EXTRACT_H
#define FM_CLI_EXTRACT_H

#include "cli/flags.h"

struct fm_extract_flags {
    const char *format;
    const char *input;
    const char *view;
    struct fm_cli_time published;
    bool explain;
    const char *title;
    const char *source;
    const char *model;
    struct fm_cli_list map;
    uint64_t jobs;
};

extern const struct fm_cli_flag fm_extract_flag_table[];
extern const size_t fm_extract_flag_count;

#endif
