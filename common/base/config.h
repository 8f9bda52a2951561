/* Configuration: one table for each program (key, type, default, range, help),
 * filled from a file, then FACTMILL_* variables, then flags. The same table
 * makes --help, --print-config and the checks.
 *
 * File: "key = value" lines, '#' comments. Variable: the key in capitals with
 * '-' and '.' as '_' (FACTMILL_HIGH_MARK_ARTICLES). Flag: --key value or
 * --key=value; a bool flag needs no value. Keys use '-' between words; '_' is
 * taken for it.
 *
 * The values live in a struct of the program; the table holds offsets into it.
 * Strings point into memory of the fm_config and live as long as it. */
#ifndef FM_BASE_CONFIG_H
#define FM_BASE_CONFIG_H

#include "base/arena.h"
#include "base/error.h"

#include <stddef.h>

enum fm_config_type {
    FM_CONFIG_STRING,   /* const char * */
    FM_CONFIG_U64,      /* uint64_t */
    FM_CONFIG_SIZE,     /* uint64_t, bytes: "4M" */
    FM_CONFIG_DURATION, /* uint64_t, milliseconds: "2s" */
    FM_CONFIG_BOOL,     /* bool */
    FM_CONFIG_CHOICE,   /* const char *, one of choices */
};

struct fm_config_key {
    const char *name; /* "high-mark-articles" */
    enum fm_config_type type;
    const char *fallback; /* default, as text; NULL = empty */
    uint64_t min;         /* of numbers; both 0 = any */
    uint64_t max;
    const char *choices; /* "a|b|c" */
    size_t offset;       /* offsetof(struct settings, member) */
    const char *meta;    /* "DIR", for --help */
    const char *help;
};

/* What the command line asked for besides settings. */
enum fm_config_action {
    FM_CONFIG_RUN,
    FM_CONFIG_HELP,    /* --help: fm_config_help() and exit 0 */
    FM_CONFIG_VERSION, /* --version */
    FM_CONFIG_CHECK,   /* --check-config: all was fine, exit 0 */
    FM_CONFIG_PRINT,   /* --print-config */
};

struct fm_config {
    const char *program;  /* "factmill-ingest" */
    const char *synopsis; /* "--data DIR [OPTION…]" */
    const char *about;    /* a paragraph for --help */
    const struct fm_config_key *keys;
    size_t key_count;
    void *values; /* the program's struct */

    /* Filled by fm_config_load. */
    struct fm_arena arena;
    const char **origins; /* for each key: "default", "FILE:12", "flag", … */
    int first_argument;   /* index in argv of the first that is no flag */
};

/* Reads everything in order: defaults, --config FILE (also FACTMILL_CONFIG),
 * environment, flags. Stops at "--" or the first argument that is no flag.
 * FM_ECONFIG with the key, the line and what is expected in why. config's first
 * six members must be set. */
enum fm_error fm_config_load(struct fm_config *config, int argc, char **argv,
                             struct fm_why *why,
                             enum fm_config_action *ret_action);
void fm_config_release(struct fm_config *config);
/* The texts of --help, --print-config (a valid file, with origins as comments)
 * and --version. */
void fm_config_help(const struct fm_config *config, FILE *out);
void fm_config_print(const struct fm_config *config, FILE *out);
void fm_config_version(const struct fm_config *config, FILE *out);
/* For programs that do nothing special: handles --help and the like by writing
 * to stdout, and errors by one line on stderr. Returns true when the program
 * should go on; else *ret_exit is its exit status. */
bool fm_config_start(struct fm_config *config, int argc, char **argv,
                     int *ret_exit);

#endif
