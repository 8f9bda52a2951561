/* --help of the program and of each command, made from the tables. */
#include "cli/cli.h"

/* Columns before the explanation of a flag. */
#define FLAG_COLUMN 26

static const struct fm_term plain = {.width = 79};

static void print_wrapped(size_t column, const char *text, FILE *out)
{
    struct fm_buf buf;
    struct fm_para para;

    fm_buf_init(&buf, 64u << 10);
    fm_para_begin(&para, &plain, column, column, &buf);
    fm_para_z(&para, FM_PLAIN, text);
    fm_para_end(&para);
    (void)fwrite(buf.data, 1, buf.len, out);
    fm_buf_release(&buf);
}

static void print_flag(const struct fm_cli_flag *flag, FILE *out)
{
    char text[512];
    int n = fprintf(out, "  %c%c%s--%s%s%s", flag->letter != 0 ? '-' : ' ',
                    flag->letter != 0 ? flag->letter : ' ',
                    flag->letter != 0 ? ", " : "  ", flag->name,
                    flag->meta != NULL ? " " : "",
                    flag->meta != NULL ? flag->meta : "");

    if (n >= FLAG_COLUMN)
        n = fprintf(out, "\n") - 1;
    (void)fprintf(out, "%*s", FLAG_COLUMN - n, "");
    n = snprintf(text, sizeof text, "%s", flag->help);
    if (flag->choices != NULL)
        n +=
            snprintf(text + n, sizeof text - (size_t)n, " [%s]", flag->choices);
    if (flag->fallback != NULL && flag->type != FM_CLI_BOOL)
        n += snprintf(text + n, sizeof text - (size_t)n, " (default %s)",
                      flag->fallback);
    if (flag->environment != NULL)
        (void)snprintf(text + n, sizeof text - (size_t)n, " (also %s)",
                       flag->environment);
    print_wrapped(FLAG_COLUMN, text, out);
}

static void print_set(const struct fm_cli_flag_set *set, FILE *out)
{
    (void)fprintf(out, "\n%s:\n", set->title);
    for (size_t i = 0; i < *set->count; i++)
        print_flag(&set->flags[i], out);
}

static void command_help(const struct fm_cli_command *command, FILE *out)
{
    static const struct fm_cli_flag_set common = {"Every command takes",
                                                  fm_cli_common_flags,
                                                  &fm_cli_common_flag_count, 0};

    (void)fprintf(out, "factmill %s - %s\n\nUsage: factmill %s [FLAG…] %s\n",
                  command->name, command->summary, command->name,
                  command->args);
    (void)fprintf(out, "\n%s", command->about);
    for (size_t i = 0; i < FM_CLI_SETS && command->sets[i].flags != NULL; i++)
        print_set(&command->sets[i], out);
    print_set(&common, out);
}

void fm_cli_help(const struct fm_cli_command *command, FILE *out)
{
    if (command != NULL) {
        command_help(command, out);
        return;
    }
    (void)fputs("factmill - asks and feeds the factmill services, and extracts "
                "facts offline\n\nUsage: factmill COMMAND [FLAG…] [ARGUMENT…]\n"
                "\nCommands:\n",
                out);
    for (size_t i = 0; i < fm_cli_command_count; i++)
        (void)fprintf(out, "  %-11s %s\n", fm_cli_commands[i].name,
                      fm_cli_commands[i].summary);
    (void)fputs(
        "\n  factmill COMMAND --help   flags and examples of one command\n"
        "  factmill --version        which version this is\n"
        "\nExit status: 0 done; 64 wrong use; 65 bad input, some of it "
        "refused;\n"
        "66 not found; 69 service not reachable; 74 cannot read or write;\n"
        "75 try again later; 78 bad configuration.\n",
        out);
}
