#include "base/config.h"

#include "base/buf.h"
#include "base/parse.h"

#include <errno.h>

/* A configuration file is read whole; ours has about 20 lines. */
#define FILE_MAX ((size_t)256 << 10)

extern char **environ;

static char *slot(const struct fm_config *config, const struct fm_config_key *k)
{
    return (char *)config->values + k->offset;
}

static bool same_key(struct fm_str name, const char *key)
{
    if (name.len != strlen(key))
        return false;
    for (size_t i = 0; i < name.len; i++) {
        char c =
            name.data[i] == '_' || name.data[i] == '.' ? '-' : name.data[i];
        if (fm_lower(c) != key[i])
            return false;
    }
    return true;
}

static const struct fm_config_key *find_key(const struct fm_config *config,
                                            struct fm_str name)
{
    for (size_t i = 0; i < config->key_count; i++)
        if (same_key(name, config->keys[i].name))
            return &config->keys[i];
    return NULL;
}

static bool is_choice(struct fm_str value, const char *choices)
{
    struct fm_str rest = fm_str(choices);
    struct fm_str one;

    while (fm_str_next(&rest, '|', &one))
        if (fm_str_eq(one, value))
            return true;
    return false;
}

static enum fm_error parse_number(const struct fm_config_key *k,
                                  struct fm_str value, uint64_t *ret)
{
    enum fm_error error;

    if (k->type == FM_CONFIG_SIZE)
        error = fm_parse_size(value, ret);
    else if (k->type == FM_CONFIG_DURATION)
        error = fm_parse_duration_ms(value, ret);
    else
        error = fm_parse_u64(value, ret);
    if (error == FM_OK && (k->min != 0 || k->max != 0) &&
        (*ret < k->min || *ret > k->max))
        error = FM_ERANGE;
    return error;
}

static const char *expected(const struct fm_config_key *k)
{
    switch (k->type) {
    case FM_CONFIG_U64: return "a whole number";
    case FM_CONFIG_SIZE: return "a size like 512, 64k or 4M";
    case FM_CONFIG_DURATION: return "a duration like 250ms, 2s or 5m";
    case FM_CONFIG_BOOL: return "true or false";
    case FM_CONFIG_CHOICE: return k->choices;
    case FM_CONFIG_STRING: break;
    }
    return "a text";
}

static enum fm_error set_value(struct fm_config *config,
                               const struct fm_config_key *k,
                               struct fm_str value, const char *origin,
                               struct fm_why *why)
{
    enum fm_error error = FM_OK;
    char *at = slot(config, k);
    const char *text;
    uint64_t number = 0;
    bool flag = false;

    if (k->type == FM_CONFIG_STRING || k->type == FM_CONFIG_CHOICE) {
        if (k->type == FM_CONFIG_CHOICE && !is_choice(value, k->choices))
            error = FM_EINVAL;
        text = fm_arena_copy(&config->arena, value);
        if (text == NULL)
            return FM_ENOMEM;
        if (error == FM_OK)
            memcpy(at, &text, sizeof text);
    } else if (k->type == FM_CONFIG_BOOL) {
        error = fm_parse_bool(value, &flag);
        if (error == FM_OK)
            memcpy(at, &flag, sizeof flag);
    } else {
        error = parse_number(k, value, &number);
        if (error == FM_OK)
            memcpy(at, &number, sizeof number);
    }
    if (error == FM_ERANGE)
        return fm_fail_field(FM_ECONFIG, why, k->name, "CONFIG_RANGE",
                             "%s: %s must be from %llu to %llu, not \"%.*s\"",
                             origin, k->name, (unsigned long long)k->min,
                             (unsigned long long)k->max, FM_STR_ARG(value));
    if (error != FM_OK)
        return fm_fail_field(FM_ECONFIG, why, k->name, "CONFIG_VALUE",
                             "%s: %s must be %s, not \"%.*s\"", origin, k->name,
                             expected(k), FM_STR_ARG(value));
    config->origins[k - config->keys] = origin;
    return FM_OK;
}

static enum fm_error set_defaults(struct fm_config *config, struct fm_why *why)
{
    for (size_t i = 0; i < config->key_count; i++) {
        const struct fm_config_key *k = &config->keys[i];
        enum fm_error error;

        if (k->fallback == NULL && k->type != FM_CONFIG_STRING)
            continue;
        error = set_value(config, k, fm_str(k->fallback), "default", why);
        if (error != FM_OK)
            return error;
    }
    return FM_OK;
}

static enum fm_error read_file(const char *path, struct fm_buf *text,
                               struct fm_why *why)
{
    FILE *file = fopen(path, "re");
    char chunk[4096];
    size_t n;
    enum fm_error error = FM_OK;

    if (file == NULL) {
        (void)fm_fail_errno(errno, why, "cannot read the configuration %s",
                            path);
        return FM_ECONFIG;
    }
    while ((n = fread(chunk, 1, sizeof chunk, file)) > 0)
        fm_buf_add(text, chunk, n);
    if (ferror(file) || fm_buf_error(text) != FM_OK)
        error = fm_fail(FM_ECONFIG, why, "CONFIG_FILE",
                        "cannot read the configuration %s", path);
    (void)fclose(file);
    return error;
}

static enum fm_error set_line(struct fm_config *config, struct fm_str line,
                              const char *origin, struct fm_why *why)
{
    struct fm_str rest = line;
    struct fm_str name;
    const struct fm_config_key *k;

    if (memchr(line.data, '=', line.len) == NULL)
        return fm_fail(FM_ECONFIG, why, "CONFIG_SYNTAX",
                       "%s: expected \"key = value\"", origin);
    (void)fm_str_next(&rest, '=', &name);
    name = fm_str_trim(name);
    k = find_key(config, name);
    if (k == NULL)
        return fm_fail(FM_ECONFIG, why, "CONFIG_UNKNOWN_KEY",
                       "%s: unknown key \"%.*s\" (see %s --help)", origin,
                       FM_STR_ARG(name), config->program);
    return set_value(config, k, fm_str_trim(rest), origin, why);
}

static enum fm_error load_file(struct fm_config *config, const char *path,
                               struct fm_why *why)
{
    struct fm_buf text;
    struct fm_str rest;
    struct fm_str line;
    enum fm_error error;

    fm_buf_init(&text, FILE_MAX);
    error = read_file(path, &text, why);
    rest = fm_buf_view(&text);
    for (unsigned number = 1; error == FM_OK && fm_str_next(&rest, '\n', &line);
         number++) {
        const char *origin;

        line = fm_str_trim(line);
        if (line.len == 0 || line.data[0] == '#')
            continue;
        origin = fm_arena_printf(&config->arena, "%s:%u", path, number);
        error =
            origin != NULL ? set_line(config, line, origin, why) : FM_ENOMEM;
    }
    fm_buf_release(&text);
    return error;
}

/* Variables that other parts read by themselves. */
static bool is_foreign(struct fm_str name)
{
    static const char *const names[] = {"config", "endpoint", "fault",
                                        "ingest", "model",    "query"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (fm_str_ieq(name, fm_str(names[i])))
            return true;
    return false;
}

/* Variables are shared by all programs, so one that this program has no key
 * for is no error. */
static enum fm_error load_environment(struct fm_config *config,
                                      struct fm_why *why)
{
    static const struct fm_str prefix = FM_STR_LIT("FACTMILL_");

    for (char **entry = environ; *entry != NULL; entry++) {
        struct fm_str rest = fm_str(*entry);
        struct fm_str name;
        const struct fm_config_key *k;
        const char *origin;
        enum fm_error error;

        if (!fm_str_starts(rest, prefix))
            continue;
        rest = fm_str_sub(rest, prefix.len, rest.len);
        (void)fm_str_next(&rest, '=', &name);
        k = find_key(config, name);
        if (k == NULL || is_foreign(name))
            continue;
        origin =
            fm_arena_printf(&config->arena, "FACTMILL_%.*s", FM_STR_ARG(name));
        if (origin == NULL)
            return FM_ENOMEM;
        error = set_value(config, k, rest, origin, why);
        if (error != FM_OK)
            return error;
    }
    return FM_OK;
}

static bool action_flag(struct fm_str name, enum fm_config_action *ret)
{
    static const struct {
        const char *name;
        enum fm_config_action action;
    } flags[] = {
        {"help", FM_CONFIG_HELP},
        {"version", FM_CONFIG_VERSION},
        {"check-config", FM_CONFIG_CHECK},
        {"print-config", FM_CONFIG_PRINT},
    };

    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        if (same_key(name, flags[i].name)) {
            *ret = flags[i].action;
            return true;
        }
    }
    return false;
}

/* One flag at argv[*at]; moves *at to the last argument it used. With
 * file != NULL only --config is looked at, else all but it. */
static enum fm_error load_flag(struct fm_config *config, int argc, char **argv,
                               int *at, const char **file,
                               enum fm_config_action *action,
                               struct fm_why *why)
{
    struct fm_str rest = fm_str(argv[*at] + 2);
    bool has_value = memchr(rest.data, '=', rest.len) != NULL;
    struct fm_str name = rest;
    const struct fm_config_key *k;
    bool is_file;

    if (has_value)
        (void)fm_str_next(&rest, '=', &name);
    if (action_flag(name, action) && !has_value)
        return FM_OK;
    is_file = same_key(name, "config");
    k = is_file ? NULL : find_key(config, name);
    if (k == NULL && !is_file)
        return fm_fail(FM_ECONFIG, why, "CONFIG_UNKNOWN_KEY",
                       "unknown option \"%s\" (see %s --help)", argv[*at],
                       config->program);
    if (!has_value && k != NULL && k->type == FM_CONFIG_BOOL) {
        rest = fm_str("true");
    } else if (!has_value) {
        if (*at + 1 >= argc)
            return fm_fail(FM_ECONFIG, why, "CONFIG_VALUE",
                           "option \"%s\" needs a value", argv[*at]);
        rest = fm_str(argv[++*at]);
    }
    if (file != NULL) {
        if (is_file)
            *file = rest.data;
        return FM_OK;
    }
    return is_file ? FM_OK : set_value(config, k, rest, "flag", why);
}

static enum fm_error load_flags(struct fm_config *config, int argc, char **argv,
                                const char **file,
                                enum fm_config_action *action,
                                struct fm_why *why)
{
    int i;

    for (i = 1; i < argc && argv[i][0] == '-' && argv[i][1] != '\0'; i++) {
        enum fm_error error;

        if (strcmp(argv[i], "--") == 0) {
            i++;
            break;
        }
        if (strcmp(argv[i], "-h") == 0) {
            *action = FM_CONFIG_HELP;
            continue;
        }
        if (argv[i][1] != '-')
            return fm_fail(FM_ECONFIG, why, "CONFIG_UNKNOWN_KEY",
                           "unknown option \"%s\" (see %s --help)", argv[i],
                           config->program);
        error = load_flag(config, argc, argv, &i, file, action, why);
        if (error != FM_OK)
            return error;
    }
    config->first_argument = i;
    return FM_OK;
}

enum fm_error fm_config_load(struct fm_config *config, int argc, char **argv,
                             struct fm_why *why,
                             enum fm_config_action *ret_action)
{
    /* Read at start, before threads. */
    const char *file =
        getenv("FACTMILL_CONFIG"); /* NOLINT(concurrency-mt-unsafe): at start */
    enum fm_config_action action = FM_CONFIG_RUN;
    enum fm_error error;

    fm_arena_init(&config->arena, FILE_MAX * 4);
    config->origins = fm_arena_array(&config->arena, config->key_count + 1,
                                     sizeof *config->origins);
    if (config->origins == NULL)
        return FM_ENOMEM;
    error = set_defaults(config, why);
    if (error == FM_OK)
        error = load_flags(config, argc, argv, &file, &action, why);
    if (error == FM_OK && file != NULL)
        error = load_file(config, file, why);
    if (error == FM_OK)
        error = load_environment(config, why);
    if (error == FM_OK)
        error = load_flags(config, argc, argv, NULL, &action, why);
    if (error == FM_OK)
        *ret_action = action;
    return error;
}

void fm_config_release(struct fm_config *config)
{
    fm_arena_release(&config->arena);
    config->origins = NULL;
}

void fm_config_version(const struct fm_config *config, FILE *out)
{
    (void)fprintf(out, "%s %s\n", config->program, FM_VERSION);
}

void fm_config_help(const struct fm_config *config, FILE *out)
{
    (void)fprintf(out, "Usage: %s %s\n\n%s\n\nOptions:\n", config->program,
                  config->synopsis, config->about);
    for (size_t i = 0; i < config->key_count; i++) {
        const struct fm_config_key *k = &config->keys[i];
        char left[48];

        (void)snprintf(left, sizeof left, "--%s %s", k->name,
                       k->meta != NULL ? k->meta : "");
        (void)fprintf(out, "  %-28s %s", left, k->help);
        if (k->type == FM_CONFIG_CHOICE)
            (void)fprintf(out, " (%s)", k->choices);
        if (k->fallback != NULL && k->fallback[0] != '\0')
            (void)fprintf(out, " [%s]", k->fallback);
        (void)fputc('\n', out);
    }
    (void)fprintf(out,
                  "  %-28s %s\n  %-28s %s\n  %-28s %s\n  %-28s %s\n"
                  "  %-28s %s\n\n"
                  "Every option can also stand in the file (key = value) or in "
                  "the environment\n(FACTMILL_KEY); flags win over the "
                  "environment, the environment over the file.\n",
                  "--config FILE", "read settings from FILE", "--check-config",
                  "check the configuration and exit", "--print-config",
                  "print all settings and where they come from", "--help",
                  "this text", "--version", "print the version");
}

static void print_value(const struct fm_config *config,
                        const struct fm_config_key *k, FILE *out)
{
    const char *at = slot(config, k);
    const char *text = NULL;
    uint64_t number = 0;
    bool flag = false;

    switch (k->type) {
    case FM_CONFIG_STRING:
    case FM_CONFIG_CHOICE:
        memcpy(&text, at, sizeof text);
        (void)fputs(text != NULL ? text : "", out);
        return;
    case FM_CONFIG_BOOL:
        memcpy(&flag, at, sizeof flag);
        (void)fputs(flag ? "true" : "false", out);
        return;
    case FM_CONFIG_U64:
    case FM_CONFIG_SIZE:
    case FM_CONFIG_DURATION:
        memcpy(&number, at, sizeof number);
        (void)fprintf(out, "%llu", (unsigned long long)number);
        return;
    }
}

void fm_config_print(const struct fm_config *config, FILE *out)
{
    for (size_t i = 0; i < config->key_count; i++) {
        const struct fm_config_key *k = &config->keys[i];

        (void)fprintf(out, "# %s (%s)\n%s = ", k->help,
                      config->origins[i] != NULL ? config->origins[i]
                                                 : "not set",
                      k->name);
        print_value(config, k, out);
        (void)fputc('\n', out);
    }
}

bool fm_config_start(struct fm_config *config, int argc, char **argv,
                     int *ret_exit)
{
    struct fm_why why = FM_WHY_INIT;
    enum fm_config_action action = FM_CONFIG_RUN;
    enum fm_error error = fm_config_load(config, argc, argv, &why, &action);

    *ret_exit = 0;
    if (error != FM_OK) {
        (void)fprintf(stderr, "%s: %s\n", config->program,
                      fm_why_text(&why, error));
        *ret_exit = fm_error_exit(error);
        return false;
    }
    switch (action) {
    case FM_CONFIG_RUN: return true;
    case FM_CONFIG_HELP: fm_config_help(config, stdout); break;
    case FM_CONFIG_VERSION: fm_config_version(config, stdout); break;
    case FM_CONFIG_CHECK:
        (void)fprintf(stdout, "%s: the configuration is fine\n",
                      config->program);
        break;
    case FM_CONFIG_PRINT: fm_config_print(config, stdout); break;
    }
    return false;
}
