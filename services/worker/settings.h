/* What the operator, or the supervisor, can set: one table, see base/config.h. */
#ifndef FM_WORKER_SETTINGS_H
#define FM_WORKER_SETTINGS_H

#include "base/config.h"

struct fm_settings {
    const char *connect;
    const char *key;
    const char *server_key;
    bool allow_plaintext;
    const char *name;
    const char *model;
    const char *log_level;
    const char *log_format;
    uint64_t prefetch;
    uint64_t article_timeout_ms;
    uint64_t memory;
    uint64_t parent;
    uint64_t nice;
};

/* Handles --help and the like; true when the program should go on, else
 * *ret_exit is its exit status. *config must be released last: the strings live
 * in it. */
bool fm_settings_load(int argc, char **argv, struct fm_config *config,
                      struct fm_settings *ret_settings, int *ret_exit);

#endif
