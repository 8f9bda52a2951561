/* Flags of a subcommand, from tables: --name value, --name=value, -n value, in
 * any order with the other arguments; "--" ends them. The same tables make the
 * help and the shell completion.
 *
 * Values live in a struct of the command; the table holds offsets into it.
 * Texts point into argv or the environment. */
#ifndef FM_CLI_FLAGS_H
#define FM_CLI_FLAGS_H

#include "base/error.h"

#include <stddef.h>

/* A flag that may be given several times, and commas between values. */
#define FM_CLI_LIST_MAX 64

struct fm_cli_list {
    const char *items[FM_CLI_LIST_MAX];
    size_t n;
};

struct fm_cli_time {
    bool set;
    int64_t us;
};

enum fm_cli_flag_type {
    FM_CLI_TEXT,     /* const char * */
    FM_CLI_BOOL,     /* bool */
    FM_CLI_U64,      /* uint64_t */
    FM_CLI_DOUBLE,   /* double */
    FM_CLI_DURATION, /* uint64_t, milliseconds */
    FM_CLI_TIME,     /* struct fm_cli_time */
    FM_CLI_CHOICE,   /* const char *, one of choices */
    FM_CLI_LIST,     /* struct fm_cli_list */
};

struct fm_cli_flag {
    const char *name;
    char letter; /* 0 = none */
    enum fm_cli_flag_type type;
    size_t offset;
    const char *fallback;    /* as text; NULL = zero */
    const char *environment; /* "A|B": read before the flag; NULL = none */
    const char *choices;     /* "a|b|c"; of a LIST: for help and completion */
    const char *meta;        /* "TIME" */
    const char *help;
};

struct fm_cli_flag_set {
    const char *title; /* heading in --help */
    const struct fm_cli_flag *flags;
    const size_t *count;
    size_t offset; /* of the set's struct inside the options */
};

/* One place flags go to. */
struct fm_cli_target {
    const struct fm_cli_flag *flags;
    size_t count;
    void *values;
};

/* Defaults and environment, then argv[0…argc). Arguments that are no flags are
 * moved to the front of argv, their number is *ret_args. FM_EINVAL with a
 * sentence, near misses ("did you mean --kind?") included. */
enum fm_error fm_cli_flags_parse(const struct fm_cli_target *targets, size_t n,
                                 int argc, char **argv, struct fm_why *why,
                                 int *ret_args);
/* RFC 3339, a date, a month "2011-05", a year, "today", "yesterday", or an age:
 * "90m", "12h", "3d", "2w". */
enum fm_error fm_cli_time_parse(const char *text, int64_t *ret_us);
/* The name of these closest to text (at most two edits away), or NULL. */
const char *fm_cli_nearest(const char *text, const char *const *names,
                           size_t n);

#endif
