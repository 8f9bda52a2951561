/* factmill: the people's tool. */
#include "cli/cli.h"

#include <signal.h>
#include <stdarg.h>
#include <sysexits.h>
#include <unistd.h>

const struct fm_cli_command *fm_cli_command_find(const char *name)
{
    for (size_t i = 0; i < fm_cli_command_count; i++)
        if (strcmp(fm_cli_commands[i].name, name) == 0)
            return &fm_cli_commands[i];
    return NULL;
}

/* Texts may carry what came from outside: one clean line. */
static void say(const char *command, const char *text)
{
    struct fm_buf line;

    fm_buf_init(&line, 64u << 10);
    fm_text_clean(fm_str(text), &line);
    (void)fprintf(stderr, "factmill%s%s: %s\n", command[0] != '\0' ? " " : "",
                  command, line.data != NULL ? line.data : "");
    fm_buf_release(&line);
}

int fm_cli_fail(const struct fm_cli *cli, enum fm_error error,
                const struct fm_why *why)
{
    say(cli->command->name, fm_why_text(why, error));
    return fm_error_exit(error);
}

int fm_cli_usage(const struct fm_cli *cli, const char *format, ...)
{
    const char *name = cli->command != NULL ? cli->command->name : "";
    char text[600];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    say(name, text);
    (void)fprintf(stderr, "Try: factmill%s%s --help\n",
                  name[0] != '\0' ? " " : "", name);
    return EX_USAGE;
}

void fm_cli_note(const struct fm_cli *cli, const char *format, ...)
{
    char text[1024];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    say(cli->command->name, text);
}

static enum fm_error parse(struct fm_cli *cli, int argc, char **argv,
                           struct fm_why *why)
{
    struct fm_cli_target targets[FM_CLI_SETS + 1] = {
        {fm_cli_common_flags, fm_cli_common_flag_count, &cli->common}};
    size_t n = 1;

    for (size_t i = 0; i < FM_CLI_SETS && cli->command->sets[i].flags != NULL;
         i++) {
        const struct fm_cli_flag_set *set = &cli->command->sets[i];

        targets[n].flags = set->flags;
        targets[n].count = *set->count;
        targets[n].values = (char *)cli->options + set->offset;
        n++;
    }
    cli->args = argv;
    return fm_cli_flags_parse(targets, n, argc, argv, why, &cli->arg_count);
}

static int run_command(const struct fm_cli_command *command, int argc,
                       char **argv)
{
    struct fm_cli cli = {.command = command};
    struct fm_why why = FM_WHY_INIT;
    int status;

    cli.options = calloc(1, command->options_size + 1);
    if (cli.options == NULL) {
        status = fm_cli_fail(&cli, FM_ENOMEM, NULL);
    } else if (parse(&cli, argc, argv, &why) != FM_OK) {
        status = fm_cli_usage(&cli, "%s", why.text);
    } else if (cli.common.help) {
        fm_cli_help(command, stdout);
        status = 0;
    } else if (cli.arg_count < command->args_min) {
        status = fm_cli_usage(&cli, "it needs %s", command->args);
    } else if (command->args_max >= 0 && cli.arg_count > command->args_max) {
        status = fm_cli_usage(&cli, "\"%s\" is one argument too many",
                              cli.args[command->args_max]);
    } else {
        fm_term_init(&cli.out, cli.common.color, STDOUT_FILENO);
        status = command->run(&cli);
    }
    free(cli.options);
    return status;
}

static int unknown_command(const char *name)
{
    const char *names[32];
    const char *nearest;
    size_t n = 0;

    for (; n < fm_cli_command_count && n < 32; n++)
        names[n] = fm_cli_commands[n].name;
    nearest = fm_cli_nearest(name, names, n);
    if (nearest != NULL)
        return fm_cli_usage(&(struct fm_cli){0},
                            "there is no command %s; did you mean %s?", name,
                            nearest);
    return fm_cli_usage(&(struct fm_cli){0}, "there is no command %s", name);
}

/* Index of the command: the first argument, or the first command behind flags
 * ("factmill --endpoint EP facts"). */
static int command_at(int argc, char **argv)
{
    if (argv[1][0] != '-')
        return 1;
    for (int i = 2; i < argc; i++)
        if (fm_cli_command_find(argv[i]) != NULL)
            return i;
    return 1;
}

int main(int argc, char **argv)
{
    const struct fm_cli_command *command;
    int at;

    /* A reader that goes away shows as an error of write. */
    (void)signal(SIGPIPE, SIG_IGN);
    if (argc < 2) {
        fm_cli_help(NULL, stderr);
        return EX_USAGE;
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "version") == 0) {
        (void)printf("factmill %s\n", FM_VERSION);
        return 0;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        command = argc > 2 ? fm_cli_command_find(argv[2]) : NULL;
        if (argc > 2 && command == NULL)
            return unknown_command(argv[2]);
        fm_cli_help(command, stdout);
        return 0;
    }
    at = command_at(argc, argv);
    command = fm_cli_command_find(argv[at]);
    if (command == NULL)
        return unknown_command(argv[at]);
    /* Flags before the command are as good as behind it. */
    memmove(argv + 2, argv + 1, (size_t)(at - 1) * sizeof *argv);
    return run_command(command, argc - 2, argv + 2);
}
