/* factmill related: who and what somebody shares facts with. */
#include "cli/ask.h"
#include "cli/entity_find.h"
#include "cli/print_fact.h"

#define OUTPUT_MAX ((size_t)16 << 20)
#define NAME_WIDTH 36u
/* Candidates of a name. */
#define CANDIDATES 20u

static const char *name_of(const Factmill__V1__RelatedResponse *reply,
                           uint64_t id)
{
    for (size_t i = 0; i < reply->n_entities; i++)
        if (reply->entities[i]->entity != NULL &&
            reply->entities[i]->entity->id == id)
            return reply->entities[i]->entity->name;
    return "?";
}

static void print_one(const struct fm_cli *cli,
                      const Factmill__V1__RelatedResponse *reply,
                      const Factmill__V1__RelatedEntity *related,
                      struct fm_buf *out)
{
    struct fm_str name = fm_str(related->entity->name);
    size_t width = fm_text_width(name);

    fm_buf_printf(out, "%8llu  %7llu  ",
                  (unsigned long long)related->entity->id,
                  (unsigned long long)related->shared);
    fm_style_on(&cli->out, FM_BOLD, out);
    fm_text_cut(name, NAME_WIDTH, out);
    fm_style_off(&cli->out, out);
    fm_text_pad(width < NAME_WIDTH ? NAME_WIDTH - width + 2 : 2, out);
    fm_entity_type(related->entity, out);
    if (related->via != 0) {
        fm_text_pad(2, out);
        fm_style_z(&cli->out, FM_DIM, "by way of ", out);
        fm_style_z(&cli->out, FM_CYAN, name_of(reply, related->via), out);
    }
    if (related->n_facts > 0) {
        fm_text_pad(2, out);
        fm_style_z(&cli->out, FM_DIM, related->facts[0], out);
    }
    fm_buf_char(out, '\n');
}

static void print_related(const struct fm_cli *cli,
                          const Factmill__V1__RelatedResponse *reply)
{
    struct fm_buf out;
    uint32_t steps = 0;

    fm_buf_init(&out, OUTPUT_MAX);
    for (size_t i = 0; i < reply->n_entities; i++) {
        const Factmill__V1__RelatedEntity *related = reply->entities[i];

        if (related->entity == NULL)
            continue;
        if (related->steps != steps)
            fm_buf_printf(
                &out, "%s%8s  %7s  %s\n", steps == 0 ? "" : "\n", "id", "facts",
                related->steps == 1 ? "in one fact with it" : "at two steps");
        steps = related->steps;
        print_one(cli, reply, related, &out);
    }
    if (reply->n_entities == 0)
        fm_cli_note(cli, "it shares no fact with anybody");
    if (reply->newest)
        fm_cli_note(cli, "there are more facts: the newest were looked at");
    fm_text_flush(&out);
    fm_buf_release(&out);
}

static enum fm_error ask(struct fm_cli *cli, struct fm_remote *remote,
                         struct fm_filter *filter, uint64_t id,
                         struct fm_why *why)
{
    const struct fm_ask_flags *flags = cli->options;
    Factmill__V1__RelatedResponse *reply = NULL;
    Factmill__V1__RelatedRequest request;
    enum fm_error error;

    factmill__v1__related_request__init(&request);
    request.entity = id;
    request.steps = (uint32_t)flags->steps;
    request.limit = flags->limit < 1000 ? (int32_t)flags->limit : 1000;
    request.filter = &filter->message;
    error = FM_QUERY(remote, Related, &request, why, &reply);
    if (error != FM_OK)
        return error;
    if (cli->common.json)
        fm_print_json(&reply->base);
    else
        print_related(cli, reply);
    factmill__v1__related_response__free_unpacked(reply, NULL);
    return FM_OK;
}

int fm_cli_related(struct fm_cli *cli)
{
    const struct fm_ask_flags *flags = cli->options;
    struct fm_why why = FM_WHY_INIT;
    struct fm_remote remote;
    struct fm_filter filter;
    uint64_t id = 0;
    enum fm_error error = fm_filter_init(&filter, &flags->filter, &why);

    if (error != FM_OK)
        return fm_cli_usage(cli, "%s", why.text);
    error = fm_remote_open(&remote, &flags->remote, FM_REMOTE_QUERY, &why);
    if (error == FM_OK)
        error =
            fm_entity_find(cli, &remote, cli->args[0], CANDIDATES, &why, &id);
    if (error == FM_OK && id != 0)
        error = ask(cli, &remote, &filter, id, &why);
    fm_remote_close(&remote);
    return error == FM_OK ? 0 : fm_cli_fail(cli, error, &why);
}
