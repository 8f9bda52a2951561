#include "cli/extract.h"

#include "cli/cli.h"
#include "cli/extract_jobs.h"

#include <sysexits.h>
#include <unistd.h>

#define FLAG(type, member) \
 FM_CLI_##type, offsetof(struct fm_extract_flags, member)

const struct fm_cli_flag fm_extract_flag_table[] = {
    {"format", 'f', FLAG(CHOICE, format), NULL, NULL,
     "text|json|triples|conllu", "FORM",
     "what to print (text on a terminal, else json)"},
    {"input", 'i', FLAG(CHOICE, input), "auto", NULL,
     "auto|text|sentences|jsonl|json|conllu", "FORM",
     "what the files hold; auto goes by their names (.jsonl, .json, .conllu, "
     "else text)"},
    {"view", 'v', FLAG(CHOICE, view), "full", NULL, "full|minimal", "VIEW",
     "full: one fact with all its arguments; minimal: the shortest true "
     "triples"},
    {"explain", 'x', FLAG(BOOL, explain), NULL, NULL, NULL, NULL,
     "print how each sentence was read: its tree, the rules that gave facts, "
     "and what the verbs that gave none were missing"},
    {"published", 'p', FLAG(TIME, published), NULL, NULL, NULL, "TIME",
     "date of articles that name none; relative times count from it"},
    {"title", 't', FLAG(TEXT, title), NULL, NULL, NULL, "TEXT",
     "headline of text input"},
    {"source", 0, FLAG(TEXT, source), "file", NULL, NULL, "NAME",
     "source of articles that name none"},
    {"map", 0, FLAG(LIST, map), NULL, NULL, NULL, "FIELD=NAME",
     "take FIELD of an article from member NAME of a JSON line"},
    {"model", 0, FLAG(TEXT, model), NULL, "FACTMILL_MODEL", NULL, "FILE",
     "model file"},
    {"jobs", 'j', FLAG(U64, jobs), "0", NULL, NULL, "N",
     "threads; 0 = one for each core"},
};

const size_t fm_extract_flag_count =
    sizeof fm_extract_flag_table / sizeof fm_extract_flag_table[0];

static uint32_t thread_count(uint64_t asked)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);

    if (asked == 0)
        asked = cores > 0 ? (uint64_t)cores : 1;
    return asked < FM_EXTRACT_THREADS_MAX ? (uint32_t)asked
                                          : FM_EXTRACT_THREADS_MAX;
}

static enum fm_input_form input_form(const char *name)
{
    static const struct {
        const char *name;
        enum fm_input_form form;
    } forms[] = {{"text", FM_INPUT_TEXT},
                 {"sentences", FM_INPUT_SENTENCES},
                 {"jsonl", FM_INPUT_JSONL},
                 {"json", FM_INPUT_JSON},
                 {"conllu", FM_INPUT_CONLLU}};

    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        if (strcmp(forms[i].name, name) == 0)
            return forms[i].form;
    return FM_INPUT_AUTO;
}

int fm_cli_extract(struct fm_cli *cli)
{
    static char standard[] = "-";
    char *standard_paths[] = {standard};
    const struct fm_extract_flags *flags = cli->options;
    struct fm_nlp_options nlp_options = {.model = flags->model};
    struct fm_why why = FM_WHY_INIT;
    struct fm_nlp *nlp = NULL;
    struct fm_input input = {.paths = cli->args,
                             .path_count = cli->arg_count,
                             .form = input_form(flags->input),
                             .source = flags->source,
                             .title = flags->title,
                             .published = flags->published};
    struct fm_extract_jobs jobs = {.cli = cli,
                                   .threads = thread_count(flags->jobs)};
    const char *format = flags->format;
    uint64_t refused = 0;
    enum fm_error error;

    if (cli->arg_count == 0 && isatty(STDIN_FILENO) == 1)
        return fm_cli_usage(cli, "name a file, or - for standard input");
    if (cli->arg_count == 0) {
        input.paths = standard_paths;
        input.path_count = 1;
    }
    if (flags->explain && (format != NULL || cli->common.json))
        return fm_cli_usage(cli, "--explain is a form of its own: no --format");
    if (cli->common.json)
        format = "json";
    if (format == NULL)
        format = cli->out.tty ? "text" : "json";
    jobs.write = fm_extract_format(flags->explain ? "explain" : format);
    jobs.options.view = strcmp(flags->view, "minimal") == 0 ? FM_EXTRACT_MINIMAL
                                                            : FM_EXTRACT_FULL;
    jobs.options.sentences = input.form == FM_INPUT_SENTENCES;
    error = fm_article_map_init(&input.map, &flags->map, &why);
    if (error != FM_OK)
        return fm_cli_usage(cli, "%s", why.text);
    error = fm_nlp_open(&nlp_options, &why, &nlp);
    if (error == FM_OK) {
        jobs.nlp = nlp;
        error = fm_extract_jobs_run(&jobs, &input, &why, &refused);
    }
    fm_input_release(&input);
    fm_nlp_close(nlp);
    if (error != FM_OK)
        return fm_cli_fail(cli, error, &why);
    return refused == 0 ? 0 : EX_DATAERR;
}
