/* The table of commands, in the order in which --help lists them. */
#include "cli/cli.h"
#include "cli/extract.h"

#define COMMON(type, member) \
 FM_CLI_##type, offsetof(struct fm_cli_common, member)

const struct fm_cli_flag fm_cli_common_flags[] = {
    {"json", 0, COMMON(BOOL, json), NULL, NULL, NULL, NULL,
     "print JSON for programs, one object a line"},
    {"color", 0, COMMON(CHOICE, color), "auto", NULL, "auto|always|never",
     "WHEN", "colours; auto = on a terminal, unless NO_COLOR is set"},
    {"help", 'h', COMMON(BOOL, help), NULL, NULL, NULL, NULL, "this text"},
};

const size_t fm_cli_common_flag_count =
    sizeof fm_cli_common_flags / sizeof fm_cli_common_flags[0];

const struct fm_cli_command fm_cli_commands[] = {
    {"extract",
     "[FILE…|-]",
     "extracts facts from files, with no service running",
     "Reads articles and prints their facts. A text file is one article; a "
     "line\n"
     "of JSON Lines is one article with the fields of Article (id, source, "
     "title,\n"
     "published, text …) or their usual other names (body, date, headline …).\n"
     "What cannot be read is reported with its line; the rest goes on, and "
     "the\n"
     "exit status is 65.\n"
     "\nExamples:\n"
     "  factmill extract article.txt\n"
     "  factmill extract --published 2026-11-23 --format json article.txt\n"
     "  zcat feed.jsonl.gz | factmill extract --input jsonl - >facts.jsonl\n"
     "  factmill extract --format triples --input sentences sentences.txt\n",
     fm_cli_extract,
     sizeof(struct fm_extract_flags),
     {{"Flags", fm_extract_flag_table, &fm_extract_flag_count, 0}},
     0,
     -1},
};

const size_t fm_cli_command_count =
    sizeof fm_cli_commands / sizeof fm_cli_commands[0];
