/* What the operator can set: one table, see base/config.h. */
#ifndef FM_INGEST_SETTINGS_H
#define FM_INGEST_SETTINGS_H

#include "base/config.h"
#include "base/error.h"

struct fm_settings {
    const char *data;
    const char *listen;
    const char *pull;
    const char *work;
    const char *http;
    const char *secret_key;
    const char *client_keys;
    bool allow_plaintext;
    const char *workers;
    const char *worker_program;
    const char *model;
    const char *log_level;
    const char *log_format;
    uint64_t high_mark_articles;
    uint64_t low_mark_articles;
    uint64_t high_mark_bytes;
    uint64_t low_mark_bytes;
    uint64_t max_wal_bytes;
    uint64_t commit_articles;
    uint64_t commit_bytes;
    uint64_t commit_window_ms;
    uint64_t gather_results;
    uint64_t gather_ms;
    uint64_t max_message_bytes;
    uint64_t max_memory;
    uint64_t max_text_bytes;
    uint64_t max_attempts;
    uint64_t lease_ms;
    uint64_t article_timeout_ms;
    uint64_t worker_memory;
    uint64_t drain_ms;

    /* Worked out from the above by fm_settings_load. */
    uint32_t worker_count;
    char work_endpoint[1024]; /* a list; local workers use the first */
    char program_path[512];
};

/* Handles --help and the like; true when the program should go on, else
 * *ret_exit is its exit status. *config must be released last: the strings live
 * in it. */
bool fm_settings_load(int argc, char **argv, struct fm_config *config,
                      struct fm_settings *ret_settings, int *ret_exit);

#endif
