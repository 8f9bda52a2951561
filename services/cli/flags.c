#include "cli/flags.h"

#include "base/clock.h"
#include "base/parse.h"

/* Longest flag name plus room for a typing error. */
#define NAME_MAX_BYTES 48

static void *member(const struct fm_cli_target *target,
                    const struct fm_cli_flag *flag)
{
    return (char *)target->values + flag->offset;
}

/* --- values ------------------------------------------------------------------ */

static const struct {
    char unit;
    int64_t seconds;
} ages[] = {{'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800}};

static bool parse_age(struct fm_str s, int64_t now, int64_t *ret_us)
{
    uint64_t n;

    if (s.len < 2 || fm_parse_u64(fm_str_sub(s, 0, s.len - 1), &n) != FM_OK ||
        n > 100000000)
        return false;
    for (size_t i = 0; i < sizeof ages / sizeof ages[0]; i++) {
        if (ages[i].unit == s.data[s.len - 1]) {
            *ret_us = now - (int64_t)n * ages[i].seconds * 1000000;
            return true;
        }
    }
    return false;
}

enum fm_error fm_cli_time_parse(const char *text, int64_t *ret_us)
{
    static const int64_t day = INT64_C(86400) * 1000000;
    struct fm_str s = fm_str(text);
    int64_t now = fm_wall_us();
    char padded[16];

    if (fm_str_eqz(s, "now")) {
        *ret_us = now;
        return FM_OK;
    }
    if (fm_str_eqz(s, "today") || fm_str_eqz(s, "yesterday")) {
        *ret_us = now - now % day - (text[0] == 'y' ? day : 0);
        return FM_OK;
    }
    if (s.len == 4 || s.len == 7) {
        (void)snprintf(padded, sizeof padded, "%s%s", text,
                       s.len == 4 ? "-01-01" : "-01");
        if (fm_time_parse(fm_str(padded), ret_us) == FM_OK)
            return FM_OK;
    }
    if (parse_age(s, now, ret_us))
        return FM_OK;
    return fm_time_parse(s, ret_us);
}

static bool is_choice(const char *choices, struct fm_str value)
{
    struct fm_str rest = fm_str(choices);
    struct fm_str choice;

    while (fm_str_next(&rest, '|', &choice))
        if (fm_str_ieq(choice, value))
            return true;
    return false;
}

static enum fm_error bad_value(const struct fm_cli_flag *flag,
                               const char *value, const char *expected,
                               struct fm_why *why)
{
    return fm_fail(FM_EINVAL, why, NULL, "--%s: \"%.100s\" is not %s",
                   flag->name, value, expected);
}

static enum fm_error add_to_list(const struct fm_cli_flag *flag,
                                 const char *value, struct fm_cli_list *list,
                                 struct fm_why *why)
{
    if (list->n == FM_CLI_LIST_MAX)
        return fm_fail(FM_EINVAL, why, NULL, "--%s is given more than %d times",
                       flag->name, FM_CLI_LIST_MAX);
    list->items[list->n++] = value;
    return FM_OK;
}

static enum fm_error set_value(const struct fm_cli_flag *flag, void *to,
                               const char *value, struct fm_why *why)
{
    struct fm_str s = fm_str(value);
    struct fm_cli_time *time;

    switch (flag->type) {
    case FM_CLI_TEXT: *(const char **)to = value; return FM_OK;
    case FM_CLI_LIST: return add_to_list(flag, value, to, why);
    case FM_CLI_BOOL:
        if (fm_parse_bool(s, to) != FM_OK)
            return bad_value(flag, value, "yes or no", why);
        return FM_OK;
    case FM_CLI_U64:
        if (fm_parse_u64(s, to) != FM_OK)
            return bad_value(flag, value, "a whole number from 0 up", why);
        return FM_OK;
    case FM_CLI_DOUBLE:
        if (fm_parse_double(s, to) != FM_OK)
            return bad_value(flag, value, "a number", why);
        return FM_OK;
    case FM_CLI_DURATION:
        if (fm_parse_duration_ms(s, to) != FM_OK)
            return bad_value(flag, value, "a duration such as 5s or 200ms",
                             why);
        return FM_OK;
    case FM_CLI_TIME:
        time = to;
        if (fm_cli_time_parse(value, &time->us) != FM_OK)
            return bad_value(flag, value,
                             "a time: 2026-11-23, 2026-11-23T10:00:00Z, "
                             "2026-11, 2026, today, 12h, 3d or 2w (ago)",
                             why);
        time->set = true;
        return FM_OK;
    case FM_CLI_CHOICE:
        if (!is_choice(flag->choices, s))
            return fm_fail(FM_EINVAL, why, NULL,
                           "--%s: \"%.100s\" is not one of %s", flag->name,
                           value, flag->choices);
        *(const char **)to = value;
        return FM_OK;
    }
    return FM_EINTERNAL;
}

/* The first of these variables ("A|B") that is set and not empty, or NULL. */
static const char *from_environment(const char *names)
{
    struct fm_str rest = fm_str(names);
    struct fm_str name;

    while (fm_str_next(&rest, '|', &name)) {
        char text[NAME_MAX_BYTES];
        const char *value;

        (void)snprintf(text, sizeof text, "%.*s", FM_STR_ARG(name));
        value =
            getenv(text); /* NOLINT(concurrency-mt-unsafe): no threads yet */
        if (value != NULL && value[0] != '\0')
            return value;
    }
    return NULL;
}

static enum fm_error set_defaults(const struct fm_cli_target *target,
                                  struct fm_why *why)
{
    enum fm_error error = FM_OK;

    for (size_t i = 0; i < target->count && error == FM_OK; i++) {
        const struct fm_cli_flag *flag = &target->flags[i];
        const char *value = from_environment(flag->environment);

        if (value == NULL)
            value = flag->fallback;
        if (value != NULL)
            error = set_value(flag, member(target, flag), value, why);
    }
    return error;
}

/* --- names ------------------------------------------------------------------- */

static size_t edits(const char *a, const char *b)
{
    size_t row[NAME_MAX_BYTES + 1];
    size_t n = strnlen(b, NAME_MAX_BYTES);
    size_t m = strnlen(a, NAME_MAX_BYTES);

    for (size_t j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 1; i <= m; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            size_t best = diagonal + (a[i - 1] != b[j - 1]);

            diagonal = row[j];
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    return row[n];
}

const char *fm_cli_nearest(const char *text, const char *const *names, size_t n)
{
    const char *nearest = NULL;
    size_t least = 3;

    for (size_t i = 0; i < n; i++) {
        size_t distance = edits(text, names[i]);

        if (distance < least) {
            least = distance;
            nearest = names[i];
        }
    }
    return nearest;
}

static enum fm_error unknown_flag(const struct fm_cli_target *targets, size_t n,
                                  const char *given, struct fm_str name,
                                  struct fm_why *why)
{
    char text[NAME_MAX_BYTES];
    const char *names[128];
    const char *nearest;
    size_t count = 0;

    (void)snprintf(text, sizeof text, "%.*s", FM_STR_ARG(name));
    for (size_t t = 0; t < n; t++)
        for (size_t i = 0; i < targets[t].count && count < 128; i++)
            names[count++] = targets[t].flags[i].name;
    nearest = fm_cli_nearest(text, names, count);
    if (nearest != NULL)
        return fm_fail(FM_EINVAL, why, NULL,
                       "there is no flag %.60s; did you mean --%s?", given,
                       nearest);
    return fm_fail(FM_EINVAL, why, NULL, "there is no flag %.60s", given);
}

static const struct fm_cli_flag *find_flag(const struct fm_cli_target *targets,
                                           size_t n, struct fm_str name,
                                           char letter,
                                           const struct fm_cli_target **target)
{
    for (size_t t = 0; t < n; t++) {
        for (size_t i = 0; i < targets[t].count; i++) {
            const struct fm_cli_flag *flag = &targets[t].flags[i];

            if (letter != 0 ? flag->letter == letter
                            : fm_str_eqz(name, flag->name)) {
                *target = &targets[t];
                return flag;
            }
        }
    }
    return NULL;
}

/* --- argv -------------------------------------------------------------------- */

/* Takes one flag, and its value when that is the next argument. */
static enum fm_error take_flag(const struct fm_cli_target *targets, size_t n,
                               int argc, char **argv, int *at,
                               struct fm_why *why)
{
    const char *given = argv[*at];
    bool longer = given[1] == '-';
    const char *equals = longer ? strchr(given, '=') : NULL;
    struct fm_str name = fm_str(given + 1 + longer);
    const struct fm_cli_target *target = NULL;
    const struct fm_cli_flag *flag;
    const char *value = NULL;

    if (equals != NULL) {
        name.len = (size_t)(equals - name.data);
        value = equals + 1;
    } else if (!longer && name.len > 1) {
        value = given + 2;
    }
    flag = find_flag(targets, n, name, longer ? 0 : given[1], &target);
    if (flag == NULL)
        return unknown_flag(targets, n, given, name, why);
    *at += 1;
    if (value == NULL && flag->type == FM_CLI_BOOL)
        value = "yes";
    if (value == NULL && *at < argc) {
        value = argv[*at];
        *at += 1;
    }
    if (value == NULL)
        return fm_fail(FM_EINVAL, why, NULL, "--%s needs a value: --%s %s",
                       flag->name, flag->name,
                       flag->meta != NULL ? flag->meta : "VALUE");
    return set_value(flag, member(target, flag), value, why);
}

enum fm_error fm_cli_flags_parse(const struct fm_cli_target *targets, size_t n,
                                 int argc, char **argv, struct fm_why *why,
                                 int *ret_args)
{
    enum fm_error error = FM_OK;
    bool ended = false;
    int kept = 0;
    int at = 0;

    for (size_t t = 0; t < n && error == FM_OK; t++)
        error = set_defaults(&targets[t], why);
    while (at < argc && error == FM_OK) {
        if (!ended && strcmp(argv[at], "--") == 0) {
            ended = true;
            at++;
        } else if (ended || argv[at][0] != '-' || argv[at][1] == '\0') {
            argv[kept++] = argv[at++];
        } else {
            error = take_flag(targets, n, argc, argv, &at, why);
        }
    }
    if (error == FM_OK)
        *ret_args = kept;
    return error;
}
