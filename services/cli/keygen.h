/* factmill keygen: a new pair of keys in two files. */
#ifndef FM_CLI_KEYGEN_H
#define FM_CLI_KEYGEN_H

#include "cli/flags.h"

struct fm_keygen_flags {
    const char *role; /* of the client the keys are for; "server" */
};

extern const struct fm_cli_flag fm_keygen_flag_table[];
extern const size_t fm_keygen_flag_count;

#endif
