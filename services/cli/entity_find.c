#include "cli/entity_find.h"

#include "base/parse.h"
#include "cli/print_fact.h"

#define OUTPUT_MAX ((size_t)64 << 20)
#define NAME_WIDTH 40u
/* Where names begin in the list of candidates. */
#define KNOWN_COLUMN 43u

void fm_entity_type(const Factmill__V1__Entity *entity, struct fm_buf *out)
{
    const char *type = fm_enum_name(&factmill__v1__entity__type__descriptor,
                                    (int)entity->type);

    for (; *type != '\0'; type++)
        fm_buf_char(out, fm_lower(*type));
}

void fm_entity_aliases(const struct fm_term *term,
                       const Factmill__V1__Entity *entity, size_t column,
                       struct fm_buf *out)
{
    struct fm_para para;

    fm_para_begin(&para, term, column, column, out);
    for (size_t i = 0; i < entity->n_aliases; i++) {
        fm_para_z(&para, FM_DIM, i > 0 ? ", " : "");
        fm_para_z(&para, FM_PLAIN, entity->aliases[i]);
    }
    fm_para_end(&para);
}

/* On a line of its own, under the name. */
static void add_known(const struct fm_term *term,
                      const Factmill__V1__Entity *entity, struct fm_buf *out)
{
    if (entity->n_known_for == 0)
        return;
    fm_text_pad(KNOWN_COLUMN, out);
    fm_style_on(term, FM_DIM, out);
    for (size_t i = 0; i < entity->n_known_for; i++) {
        fm_buf_z(out, i > 0 ? ", " : "");
        fm_text_cut(fm_str(entity->known_for[i]), NAME_WIDTH, out);
    }
    fm_style_off(term, out);
    fm_buf_char(out, '\n');
}

static void print_candidates(const struct fm_cli *cli,
                             const Factmill__V1__ListEntitiesResponse *list)
{
    struct fm_buf out;
    struct fm_buf type;

    fm_buf_init(&out, OUTPUT_MAX);
    fm_buf_init(&type, 64);
    fm_buf_printf(&out, "%8s  %-13s %8s %8s  %s\n", "id", "type", "facts",
                  "articles", "name");
    for (size_t i = 0; i < list->n_entities; i++) {
        const Factmill__V1__Entity *entity = list->entities[i];

        fm_buf_reset(&type);
        fm_entity_type(entity, &type);
        fm_buf_printf(&out, "%8llu  %-13s %8llu %8llu  ",
                      (unsigned long long)entity->id, type.data,
                      (unsigned long long)entity->facts,
                      (unsigned long long)entity->articles);
        fm_style_on(&cli->out, FM_BOLD, &out);
        fm_text_cut(fm_str(entity->name), NAME_WIDTH, &out);
        fm_style_off(&cli->out, &out);
        fm_buf_z(&out, entity->n_aliases > 0 ? "  " : "\n");
        if (entity->n_aliases > 0)
            fm_entity_aliases(&cli->out, entity, 0, &out);
        add_known(&cli->out, entity, &out);
    }
    fm_text_flush(&out);
    fm_buf_release(&type);
    fm_buf_release(&out);
}

/* Entities of this name; when there are none, of names that begin so; when there
 * are none, of names that are spelled about so. */
static enum fm_error by_name(struct fm_cli *cli, struct fm_remote *remote,
                             char *name, uint64_t limit, struct fm_why *why,
                             uint64_t *ret_id)
{
    Factmill__V1__ListEntitiesResponse *list = NULL;
    Factmill__V1__ListEntitiesRequest request;
    enum fm_error error;

    factmill__v1__list_entities_request__init(&request);
    request.name = name;
    request.page_size = limit < 1000 ? (int32_t)limit : 1000;
    error = FM_QUERY(remote, ListEntities, &request, why, &list);
    if (error == FM_OK && list->n_entities == 0) {
        factmill__v1__list_entities_response__free_unpacked(list, NULL);
        list = NULL;
        request.name = request.similar;
        request.prefix = name;
        error = FM_QUERY(remote, ListEntities, &request, why, &list);
    }
    if (error == FM_OK && list->n_entities == 0) {
        factmill__v1__list_entities_response__free_unpacked(list, NULL);
        list = NULL;
        request.prefix = request.name;
        request.similar = name;
        error = FM_QUERY(remote, ListEntities, &request, why, &list);
        if (error == FM_OK && list->n_entities > 0)
            fm_cli_note(cli,
                        "nobody is called \"%.200s\"; spelled about so:", name);
    }
    if (error != FM_OK)
        return error;
    if (list->n_entities == 0)
        error = fm_fail(FM_ENOTFOUND, why, NULL,
                        "no entity is called \"%.200s\" or about so", name);
    else if (list->n_entities == 1)
        *ret_id = list->entities[0]->id;
    else if (!cli->common.json)
        print_candidates(cli, list);
    for (size_t i = 0; error == FM_OK && cli->common.json &&
                       list->n_entities > 1 && i < list->n_entities;
         i++)
        fm_print_json(&list->entities[i]->base);
    factmill__v1__list_entities_response__free_unpacked(list, NULL);
    return error;
}

enum fm_error fm_entity_find(struct fm_cli *cli, struct fm_remote *remote,
                             char *name, uint64_t limit, struct fm_why *why,
                             uint64_t *ret_id)
{
    struct fm_str number = fm_str(name);

    if (number.len > 1 && number.data[0] == '#')
        number = fm_str_sub(number, 1, number.len);
    *ret_id = 0;
    if (fm_parse_u64(number, ret_id) == FM_OK)
        return FM_OK;
    return by_name(cli, remote, name, limit, why, ret_id);
}
