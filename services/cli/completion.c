/* factmill completion: scripts for shells, made from the tables of commands and
 * flags. */
#include "cli/cli.h"

#define OUTPUT_MAX ((size_t)1 << 20)

/* Calls visit for every flag that a command takes. */
typedef void visit_flag(const struct fm_cli_command *command,
                        const struct fm_cli_flag *flag, struct fm_buf *out);

static void each_flag(const struct fm_cli_command *command, visit_flag *visit,
                      struct fm_buf *out)
{
    for (size_t s = 0; s < FM_CLI_SETS && command->sets[s].flags != NULL; s++)
        for (size_t i = 0; i < *command->sets[s].count; i++)
            visit(command, &command->sets[s].flags[i], out);
    for (size_t i = 0; i < fm_cli_common_flag_count; i++)
        visit(command, &fm_cli_common_flags[i], out);
}

static void add_choices(const char *choices, struct fm_buf *out)
{
    for (; *choices != '\0'; choices++)
        fm_buf_char(out, *choices == '|' ? ' ' : *choices);
}

/* Text inside single quotes of a shell. */
static void add_quoted(const char *text, struct fm_buf *out)
{
    fm_buf_char(out, '\'');
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            fm_buf_z(out, "'\\''");
        else
            fm_buf_char(out, *text);
    }
    fm_buf_char(out, '\'');
}

/* --- bash -------------------------------------------------------------------- */

static void bash_name(const struct fm_cli_command *command,
                      const struct fm_cli_flag *flag, struct fm_buf *out)
{
    (void)command;
    fm_buf_printf(out, " --%s", flag->name);
}

static void bash_choices(const struct fm_cli_command *command,
                         const struct fm_cli_flag *flag, struct fm_buf *out)
{
    if (flag->choices == NULL)
        return;
    fm_buf_printf(out, "    %s:--%s) words='", command->name, flag->name);
    add_choices(flag->choices, out);
    fm_buf_z(out, "' ;;\n");
}

static void bash(struct fm_buf *out)
{
    fm_buf_z(out, "_factmill() {\n"
                  "  local cur=${COMP_WORDS[COMP_CWORD]} words=''\n"
                  "  local prev=${COMP_WORDS[COMP_CWORD-1]} cmd=''\n"
                  "  [ \"$COMP_CWORD\" -gt 1 ] && cmd=${COMP_WORDS[1]}\n"
                  "  case $cmd:$prev in\n");
    for (size_t i = 0; i < fm_cli_command_count; i++)
        each_flag(&fm_cli_commands[i], bash_choices, out);
    fm_buf_z(out, "  esac\n"
                  "  if [ -z \"$words\" ]; then case $cmd in\n"
                  "    '') words='");
    for (size_t i = 0; i < fm_cli_command_count; i++)
        fm_buf_printf(out, "%s ", fm_cli_commands[i].name);
    fm_buf_z(out, "--help --version' ;;\n");
    for (size_t i = 0; i < fm_cli_command_count; i++) {
        fm_buf_printf(out, "    %s) [[ $cur == -* ]] && words='",
                      fm_cli_commands[i].name);
        each_flag(&fm_cli_commands[i], bash_name, out);
        fm_buf_z(out, "' ;;\n");
    }
    fm_buf_z(out, "  esac; fi\n"
                  "  COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
                  "}\n"
                  "complete -o default -F _factmill factmill\n");
}

/* --- zsh --------------------------------------------------------------------- */

static void zsh_flag(const struct fm_cli_command *command,
                     const struct fm_cli_flag *flag, struct fm_buf *out)
{
    (void)command;
    fm_buf_printf(out, " \\\n        '--%s%s[", flag->name,
                  flag->type == FM_CLI_BOOL ? "" : "=");
    for (const char *c = flag->help; *c != '\0'; c++) {
        if (*c == '\'')
            fm_buf_z(out, "'\\''");
        else if (*c == '[' || *c == ']' || *c == ':')
            fm_buf_printf(out, "\\%c", *c);
        else
            fm_buf_char(out, *c);
    }
    fm_buf_z(out, "]");
    if (flag->type != FM_CLI_BOOL) {
        fm_buf_printf(out, ":%s:", flag->name);
        if (flag->choices != NULL) {
            fm_buf_char(out, '(');
            add_choices(flag->choices, out);
            fm_buf_char(out, ')');
        }
    }
    fm_buf_char(out, '\'');
}

static void zsh(struct fm_buf *out)
{
    fm_buf_z(out, "#compdef factmill\n"
                  "_factmill() {\n"
                  "  local -a commands\n"
                  "  commands=(\n");
    for (size_t i = 0; i < fm_cli_command_count; i++) {
        fm_buf_printf(out, "    '%s:", fm_cli_commands[i].name);
        for (const char *c = fm_cli_commands[i].summary; *c != '\0'; c++)
            if (*c != '\'')
                fm_buf_char(out, *c);
        fm_buf_z(out, "'\n");
    }
    fm_buf_z(out, "  )\n"
                  "  if (( CURRENT == 2 )); then\n"
                  "    _describe command commands\n"
                  "    return\n"
                  "  fi\n"
                  "  case $words[2] in\n");
    for (size_t i = 0; i < fm_cli_command_count; i++) {
        fm_buf_printf(out, "    %s) shift words; (( CURRENT-- )); _arguments",
                      fm_cli_commands[i].name);
        each_flag(&fm_cli_commands[i], zsh_flag, out);
        fm_buf_z(out, " '*:file:_files' ;;\n");
    }
    fm_buf_z(out, "  esac\n"
                  "}\n"
                  "compdef _factmill factmill\n");
}

/* --- fish -------------------------------------------------------------------- */

static void fish_flag(const struct fm_cli_command *command,
                      const struct fm_cli_flag *flag, struct fm_buf *out)
{
    fm_buf_printf(out,
                  "complete -c factmill -n '__fish_seen_subcommand_from %s' "
                  "-l %s",
                  command->name, flag->name);
    if (flag->type != FM_CLI_BOOL)
        fm_buf_z(out, " -r");
    if (flag->choices != NULL) {
        fm_buf_z(out, " -f -a '");
        add_choices(flag->choices, out);
        fm_buf_char(out, '\'');
    }
    fm_buf_z(out, " -d ");
    add_quoted(flag->help, out);
    fm_buf_char(out, '\n');
}

static void fish(struct fm_buf *out)
{
    for (size_t i = 0; i < fm_cli_command_count; i++) {
        fm_buf_printf(out,
                      "complete -c factmill -n __fish_use_subcommand -f -a %s "
                      "-d ",
                      fm_cli_commands[i].name);
        add_quoted(fm_cli_commands[i].summary, out);
        fm_buf_char(out, '\n');
    }
    for (size_t i = 0; i < fm_cli_command_count; i++)
        each_flag(&fm_cli_commands[i], fish_flag, out);
}

int fm_cli_completion(struct fm_cli *cli)
{
    static const struct {
        const char *name;
        void (*write)(struct fm_buf *out);
    } shells[] = {{"bash", bash}, {"zsh", zsh}, {"fish", fish}};
    struct fm_buf out;

    for (size_t i = 0; i < sizeof shells / sizeof shells[0]; i++) {
        if (strcmp(shells[i].name, cli->args[0]) != 0)
            continue;
        fm_buf_init(&out, OUTPUT_MAX);
        shells[i].write(&out);
        fm_text_flush(&out);
        fm_buf_release(&out);
        return 0;
    }
    return fm_cli_usage(cli, "\"%s\" is none of bash, zsh, fish", cli->args[0]);
}
