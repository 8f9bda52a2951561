/* factmill roles: who held which post, from when until when. */
#include "base/clock.h"
#include "cli/ask.h"
#include "cli/print_fact.h"
#include "cli/remote.h"

#define OUTPUT_MAX ((size_t)16 << 20)
#define NAME_WIDTH 28u
#define POST_WIDTH 28u

static void add_cell(const struct fm_term *term, enum fm_style style,
                     const char *text, size_t width, struct fm_buf *out)
{
    size_t n = fm_text_width(fm_str(text));

    fm_style_on(term, style, out);
    fm_text_cut(fm_str(text), width, out);
    fm_style_off(term, out);
    fm_text_pad(n < width ? width - n + 2 : 2, out);
}

/* The day of a time: "2019-03-03". */
static void add_day(const Google__Protobuf__Timestamp *time, struct fm_buf *out)
{
    char text[FM_TIME_TEXT];

    if (time == NULL)
        return;
    fm_time_format(time->seconds * 1000000, text);
    text[10] = '\0';
    fm_buf_z(out, text);
}

/* "2012-01-10 to 2019-03-03", or when it was told: "called so 2014-05-01 to …" */
static void add_when(const struct fm_term *term, const Factmill__V1__Role *role,
                     struct fm_buf *out)
{
    bool seen = role->first_seen != NULL && role->last_seen != NULL;

    fm_style_on(term, FM_MAGENTA, out);
    if (role->from[0] != '\0' && role->to[0] != '\0')
        fm_buf_printf(out, "%s to %s", role->from, role->to);
    else if (role->from[0] != '\0')
        fm_buf_printf(out, "since %s", role->from);
    else if (role->to[0] != '\0')
        fm_buf_printf(out, "until %s", role->to);
    fm_style_off(term, out);
    if (seen && (role->from[0] == '\0' || role->to[0] == '\0')) {
        fm_style_on(term, FM_DIM, out);
        fm_buf_z(out, role->from[0] != '\0' || role->to[0] != '\0'
                          ? ", called so "
                          : "called so ");
        add_day(role->first_seen, out);
        if (role->first_seen->seconds / 86400 !=
            role->last_seen->seconds / 86400) {
            fm_buf_z(out, " to ");
            add_day(role->last_seen, out);
        }
        fm_style_off(term, out);
    } else if (!seen && role->to[0] == '\0') {
        fm_style_z(term, FM_DIM, "before", out);
    }
}

static const char *certainty_of(const Factmill__V1__Role *role)
{
    switch (role->certainty) {
    case FACTMILL__V1__ROLE__CERTAINTY__STATED: return "stated";
    case FACTMILL__V1__ROLE__CERTAINTY__SEEN: return "called so";
    case FACTMILL__V1__ROLE__CERTAINTY__LAST_KNOWN: return "last known";
    case FACTMILL__V1__ROLE__CERTAINTY__CERTAINTY_UNSPECIFIED:
    case _FACTMILL__V1__ROLE__CERTAINTY_IS_INT_SIZE: break;
    }
    return "";
}

static void print_roles(const struct fm_cli *cli,
                        const Factmill__V1__ListRolesResponse *reply)
{
    struct fm_buf out;

    fm_buf_init(&out, OUTPUT_MAX);
    for (size_t i = 0; i < reply->n_roles; i++) {
        const Factmill__V1__Role *role = reply->roles[i];

        if (role->certainty != 0)
            add_cell(&cli->out, FM_DIM, certainty_of(role), 10, &out);
        add_cell(&cli->out, FM_BOLD, role->holder_name, NAME_WIDTH, &out);
        add_cell(&cli->out, FM_PLAIN, role->post, POST_WIDTH, &out);
        add_cell(&cli->out, FM_CYAN, role->organization_name, NAME_WIDTH, &out);
        add_when(&cli->out, role, &out);
        if (role->count > 1)
            fm_buf_printf(&out, " (%llu×)", (unsigned long long)role->count);
        fm_buf_char(&out, '\n');
    }
    if (reply->n_roles == 0)
        fm_cli_note(cli, "no fact tells of such a post");
    if (reply->more)
        fm_cli_note(cli, "there are more; narrow it, or raise --limit");
    fm_text_flush(&out);
    fm_buf_release(&out);
}

/* Flags may be missing; fields of a message may not. */
static void set(char **field, const char *value)
{
    if (value != NULL)
        memcpy(field, &value, sizeof *field);
}

int fm_cli_roles(struct fm_cli *cli)
{
    const struct fm_ask_flags *flags = cli->options;
    Factmill__V1__ListRolesResponse *reply = NULL;
    Factmill__V1__ListRolesRequest request;
    Google__Protobuf__Timestamp on;
    Google__Protobuf__Timestamp as_of;
    struct fm_why why = FM_WHY_INIT;
    struct fm_remote remote;
    enum fm_error error;

    factmill__v1__list_roles_request__init(&request);
    if (cli->arg_count > 0)
        request.holder = cli->args[0];
    set(&request.post, flags->post);
    set(&request.organization, flags->of);
    request.on = fm_filter_time(&flags->on, &on);
    request.as_of = fm_filter_time(&flags->filter.as_of, &as_of);
    request.limit = flags->limit < 1000 ? (int32_t)flags->limit : 1000;
    error = fm_remote_open(&remote, &flags->remote, FM_REMOTE_QUERY, &why);
    if (error == FM_OK)
        error = FM_QUERY(&remote, ListRoles, &request, &why, &reply);
    fm_remote_close(&remote);
    if (error != FM_OK)
        return fm_cli_fail(cli, error, &why);
    if (cli->common.json)
        fm_print_json(&reply->base);
    else
        print_roles(cli, reply);
    factmill__v1__list_roles_response__free_unpacked(reply, NULL);
    return 0;
}
