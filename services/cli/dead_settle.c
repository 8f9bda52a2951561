/* factmill dead replay, factmill dead discard. */
#include "base/parse.h"
#include "cli/dead.h"
#include "factmill/v1/admin.pb-c.h"

#include <sysexits.h>

/* A replay lasts as long as its letters and its rate say, and then this. */
#define REPLAY_MARGIN_MS 600000u

struct ids {
    uint64_t *items;
    size_t n;
};

/* FM_EINVAL when the arguments make no sense; it was said. */
static enum fm_error read_ids(struct fm_cli *cli, struct ids *ret, int *status)
{
    const struct fm_dead_flags *flags = cli->options;
    size_t n = (size_t)cli->arg_count - 1;
    uint64_t *items;

    *status = EX_USAGE;
    if (flags->all == (n > 0)) {
        *status =
            fm_cli_usage(cli, "%s wants either ids or --all", cli->args[0]);
        return FM_EINVAL;
    }
    items = calloc(n + 1, sizeof *items);
    if (items == NULL) {
        *status = fm_cli_fail(cli, FM_ENOMEM, NULL);
        return FM_ENOMEM;
    }
    for (size_t i = 0; i < n; i++) {
        if (fm_parse_u64(fm_str(cli->args[i + 1]), &items[i]) == FM_OK &&
            items[i] != 0)
            continue;
        *status = fm_cli_usage(cli, "\"%s\" is no id of a dead letter",
                               cli->args[i + 1]);
        free(items);
        return FM_EINVAL;
    }
    ret->items = items;
    ret->n = n;
    return FM_OK;
}

/* How many letters there are; also finds out whether anybody answers. */
static enum fm_error count(struct fm_remote *remote, struct fm_why *why,
                           uint64_t *ret)
{
    Factmill__V1__ListDeadLettersRequest request;
    Factmill__V1__ListDeadLettersResponse *reply = NULL;
    enum fm_error error;

    factmill__v1__list_dead_letters_request__init(&request);
    request.page_size = 1;
    error = fm_remote_call(remote, &factmill__v1__admin__descriptor,
                           "ListDeadLetters", &request.base, why,
                           (ProtobufCMessage **)(void *)&reply);
    if (error == FM_OK)
        *ret = reply->total;
    factmill__v1__list_dead_letters_response__free_unpacked(reply, NULL);
    return error;
}

static void allow_time(struct fm_remote *remote, uint64_t letters,
                       uint64_t rate)
{
    uint64_t ms = REPLAY_MARGIN_MS + (rate > 0 ? letters * 1000 / rate : 0);

    remote->timeout_ms = ms < UINT32_MAX ? (uint32_t)ms : UINT32_MAX;
}

static int say(const struct fm_cli *cli, const ProtobufCMessage *reply,
               const char *what, uint64_t done, uint64_t skipped)
{
    const struct fm_dead_flags *flags = cli->options;

    if (cli->common.json)
        fm_print_json(reply);
    else
        (void)printf("%llu %s%s\n", (unsigned long long)done, what,
                     skipped == 0 ? "" : ";");
    if (skipped > 0)
        fm_cli_note(cli,
                    "%llu were skipped: gone meanwhile, superseded by a newer "
                    "version, or still no article",
                    (unsigned long long)skipped);
    return skipped > 0 && !flags->all ? EX_DATAERR : 0;
}

/* Settles these letters and says what came of it. */
typedef enum fm_error settle(struct fm_cli *cli, struct fm_remote *remote,
                             const struct ids *ids, struct fm_why *why,
                             int *ret_status);

static enum fm_error replay(struct fm_cli *cli, struct fm_remote *remote,
                            const struct ids *ids, struct fm_why *why,
                            int *ret_status)
{
    const struct fm_dead_flags *flags = cli->options;
    Factmill__V1__ReplayDeadLettersRequest request;
    Factmill__V1__ReplayDeadLettersResponse *reply = NULL;
    enum fm_error error;

    factmill__v1__replay_dead_letters_request__init(&request);
    request.ids = ids->items;
    request.n_ids = ids->n;
    request.all = flags->all;
    request.per_second =
        flags->rate < UINT32_MAX ? (uint32_t)flags->rate : UINT32_MAX;
    error = fm_remote_call(remote, &factmill__v1__admin__descriptor,
                           "ReplayDeadLetters", &request.base, why,
                           (ProtobufCMessage **)(void *)&reply);
    if (error == FM_OK)
        *ret_status =
            say(cli, &reply->base, "replayed", reply->replayed, reply->skipped);
    factmill__v1__replay_dead_letters_response__free_unpacked(reply, NULL);
    return error;
}

static enum fm_error discard(struct fm_cli *cli, struct fm_remote *remote,
                             const struct ids *ids, struct fm_why *why,
                             int *ret_status)
{
    const struct fm_dead_flags *flags = cli->options;
    Factmill__V1__DiscardDeadLettersRequest request;
    Factmill__V1__DiscardDeadLettersResponse *reply = NULL;
    enum fm_error error;

    factmill__v1__discard_dead_letters_request__init(&request);
    request.ids = ids->items;
    request.n_ids = ids->n;
    request.all = flags->all;
    error = fm_remote_call(remote, &factmill__v1__admin__descriptor,
                           "DiscardDeadLetters", &request.base, why,
                           (ProtobufCMessage **)(void *)&reply);
    if (error == FM_OK)
        *ret_status = say(cli, &reply->base, "discarded", reply->discarded,
                          reply->skipped);
    factmill__v1__discard_dead_letters_response__free_unpacked(reply, NULL);
    return error;
}

/* rate: letters a second; 0 = as fast as it goes. */
static int with_ids(struct fm_cli *cli, struct fm_remote *remote, uint64_t rate,
                    settle *run)
{
    struct fm_why why = FM_WHY_INIT;
    struct ids ids = {NULL, 0};
    uint64_t letters = 0;
    int status = 0;
    enum fm_error error = read_ids(cli, &ids, &status);

    if (error != FM_OK)
        return status;
    error = count(remote, &why, &letters);
    allow_time(remote, letters + ids.n, rate);
    if (error == FM_OK)
        error = run(cli, remote, &ids, &why, &status);
    free(ids.items);
    return error == FM_OK ? status : fm_cli_fail(cli, error, &why);
}

int fm_dead_replay(struct fm_cli *cli, struct fm_remote *remote)
{
    const struct fm_dead_flags *flags = cli->options;

    return with_ids(cli, remote, flags->rate, replay);
}

int fm_dead_discard(struct fm_cli *cli, struct fm_remote *remote)
{
    return with_ids(cli, remote, 0, discard);
}
