/* What the subcommands of factmill share: how a command is described, what it
 * is given, and how it talks to a person.
 *
 * A command is one row of a table (main.c): its name, its texts, its flags and
 * its function. Parsing, --help and shell completion are made from the row. */
#ifndef FM_CLI_CLI_H
#define FM_CLI_CLI_H

#include "base/error.h"
#include "cli/flags.h"
#include "cli/term.h"

/* Flags that every command takes. */
struct fm_cli_common {
    bool help;
    bool json;
    const char *color; /* auto, always, never */
};

/* Flags of the commands that talk to a service. */
struct fm_cli_remote {
    const char *endpoint; /* of factmill-query */
    const char *ingest;   /* of factmill-ingest */
    const char *key;
    const char *server_key;
    bool allow_plaintext;
    uint64_t timeout_ms;
};

extern const struct fm_cli_flag fm_cli_common_flags[];
extern const size_t fm_cli_common_flag_count;
extern const struct fm_cli_flag fm_cli_remote_flags[];
extern const size_t fm_cli_remote_flag_count;

extern const struct fm_cli_flag fm_cli_ingest_flags[];
extern const size_t fm_cli_ingest_flag_count;

/* What a command's function gets. */
struct fm_cli {
    const struct fm_cli_command *command;
    struct fm_cli_common common;
    struct fm_term out;
    void *options; /* of the command's own type, filled from its flags */
    char **args;   /* the arguments that are no flags */
    int arg_count;
};

#define FM_CLI_SETS 4

struct fm_cli_command {
    const char *name;
    const char *args;    /* "FILE…|-" */
    const char *summary; /* one line, for the list of commands */
    const char *about;   /* paragraphs and examples, for --help */
    /* Returns the exit status (sysexits.h). */
    int (*run)(struct fm_cli *cli);
    size_t options_size;
    struct fm_cli_flag_set sets[FM_CLI_SETS];
    int args_min;
    int args_max; /* -1 = any number */
};

extern const struct fm_cli_command fm_cli_commands[];
extern const size_t fm_cli_command_count;

/* The row called name, or NULL. */
const struct fm_cli_command *fm_cli_command_find(const char *name);
void fm_cli_help(const struct fm_cli_command *command, FILE *out);
/* "factmill NAME: what is wrong" on stderr; returns the exit status of error. */
int fm_cli_fail(const struct fm_cli *cli, enum fm_error error,
                const struct fm_why *why);
/* The same for wrong use of the command: also says where help is; EX_USAGE. */
int fm_cli_usage(const struct fm_cli *cli, const char *format, ...)
    FM_PRINTF(2, 3);
/* One line on stderr that does not end the command. */
void fm_cli_note(const struct fm_cli *cli, const char *format, ...)
    FM_PRINTF(2, 3);

/* The commands, one function each. */
int fm_cli_push(struct fm_cli *cli);
int fm_cli_facts(struct fm_cli *cli);
int fm_cli_search(struct fm_cli *cli);
int fm_cli_entity(struct fm_cli *cli);
int fm_cli_related(struct fm_cli *cli);
int fm_cli_join(struct fm_cli *cli);
int fm_cli_part(struct fm_cli *cli);
int fm_cli_roles(struct fm_cli *cli);
int fm_cli_claims(struct fm_cli *cli);
int fm_cli_claim(struct fm_cli *cli);
int fm_cli_article(struct fm_cli *cli);
int fm_cli_verify_fact(struct fm_cli *cli);
int fm_cli_explain(struct fm_cli *cli);
int fm_cli_timeline(struct fm_cli *cli);
int fm_cli_count(struct fm_cli *cli);
int fm_cli_watch(struct fm_cli *cli);
int fm_cli_export(struct fm_cli *cli);
int fm_cli_status(struct fm_cli *cli);
int fm_cli_health(struct fm_cli *cli);
int fm_cli_dead(struct fm_cli *cli);
int fm_cli_reprocess(struct fm_cli *cli);
int fm_cli_backup(struct fm_cli *cli);
int fm_cli_verify(struct fm_cli *cli);
int fm_cli_call(struct fm_cli *cli);
int fm_cli_keygen(struct fm_cli *cli);
int fm_cli_extract(struct fm_cli *cli);
int fm_cli_completion(struct fm_cli *cli);

#endif
