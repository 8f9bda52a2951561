/* factmill join and factmill part: entities that are one, or are not after all. */
#include "base/parse.h"
#include "cli/remote.h"
#include "factmill/v1/admin.pb-c.h"

/* As many as the service takes in one call. */
#define IDS_MAX 64

/* FM_EINVAL: an argument is no id; it was said. */
static enum fm_error read_ids(struct fm_cli *cli, uint64_t ids[IDS_MAX],
                              int *status)
{
    for (int i = 0; i < cli->arg_count; i++) {
        struct fm_str text = fm_str(cli->args[i]);

        if (text.len > 1 && text.data[0] == '#')
            text = fm_str_sub(text, 1, text.len);
        if (fm_parse_u64(text, &ids[i]) == FM_OK)
            continue;
        *status = fm_cli_usage(cli,
                               "\"%s\" is no id of an entity; find it with "
                               "factmill entity NAME",
                               cli->args[i]);
        return FM_EINVAL;
    }
    return FM_OK;
}

static int call(struct fm_cli *cli, const char *method,
                const ProtobufCMessage *request)
{
    const struct fm_cli_remote *flags = cli->options;
    ProtobufCMessage *reply = NULL;
    struct fm_why why = FM_WHY_INIT;
    struct fm_remote remote;
    enum fm_error error =
        fm_remote_open(&remote, flags, FM_REMOTE_INGEST, &why);

    if (error == FM_OK)
        error = fm_remote_call(&remote, &factmill__v1__admin__descriptor,
                               method, request, &why, &reply);
    if (reply != NULL)
        protobuf_c_message_free_unpacked(reply, NULL);
    fm_remote_close(&remote);
    return error == FM_OK ? 0 : fm_cli_fail(cli, error, &why);
}

int fm_cli_join(struct fm_cli *cli)
{
    Factmill__V1__JoinEntitiesRequest request;
    uint64_t ids[IDS_MAX];
    int status = 0;

    if (read_ids(cli, ids, &status) != FM_OK)
        return status;
    factmill__v1__join_entities_request__init(&request);
    request.into = ids[0];
    request.ids = ids + 1;
    request.n_ids = (size_t)cli->arg_count - 1;
    return call(cli, "JoinEntities", &request.base);
}

int fm_cli_part(struct fm_cli *cli)
{
    Factmill__V1__PartEntitiesRequest request;
    uint64_t ids[IDS_MAX];
    int status = 0;

    if (read_ids(cli, ids, &status) != FM_OK)
        return status;
    factmill__v1__part_entities_request__init(&request);
    request.ids = ids;
    request.n_ids = (size_t)cli->arg_count;
    return call(cli, "PartEntities", &request.base);
}
