#include "cli/upkeep.h"

#include "base/clock.h"
#include "cli/remote.h"
#include "factmill/v1/admin.pb-c.h"
#include "factmill/v1/ingest.pb-c.h"
#include "store/verify.h"

#include <errno.h>
#include <limits.h>
#include <sysexits.h>
#include <unistd.h>

/* A large database takes minutes. */
#define PATIENCE_MS 86400000u
#define LOOK_MS     2000u

#define FLAG(type, member) \
 FM_CLI_##type, offsetof(struct fm_upkeep_flags, member)

const struct fm_cli_flag fm_upkeep_flag_table[] = {
    {"quick", 'q', FLAG(BOOL, quick), NULL, NULL, NULL, NULL,
     "the structure of the file and the totals only"},
};

const size_t fm_upkeep_flag_count =
    sizeof fm_upkeep_flag_table / sizeof fm_upkeep_flag_table[0];

/* A server that was killed would never answer: whether it is the same is asked
 * every few seconds. */
static enum fm_error look(struct fm_remote *probe, uint64_t began_ms,
                          struct fm_why *why)
{
    Factmill__V1__GetStatusRequest request;
    Factmill__V1__GetStatusResponse *reply = NULL;
    enum fm_error e;

    factmill__v1__get_status_request__init(&request);
    e = fm_remote_call(probe, &factmill__v1__ingest__descriptor, "GetStatus",
                       &request.base, why, (ProtobufCMessage **)(void *)&reply);
    if (e == FM_OK && reply->uptime_ms + LOOK_MS < fm_now_ms() - began_ms)
        e = fm_fail(FM_EUNAVAILABLE, why, "RESTARTED",
                    "factmill-ingest was started again meanwhile and knows "
                    "nothing of it; give the command again");
    factmill__v1__get_status_response__free_unpacked(reply, NULL);
    return e;
}

/* The one result of the one call. */
static enum fm_error await(struct fm_rpc_client *client,
                           struct fm_remote *probe, struct fm_why *why,
                           struct fm_rpc_result *ret)
{
    uint64_t began_ms = fm_now_ms();
    enum fm_error e = FM_OK;

    while (e == FM_OK && !fm_rpc_client_next(client, LOOK_MS, ret))
        e = look(probe, began_ms, why);
    if (e != FM_OK || ret->error == FM_OK)
        return e;
    *why = ret->why;
    return ret->error;
}

static enum fm_error ask(struct fm_remote *remote, struct fm_remote *probe,
                         const char *method, const ProtobufCMessage *request,
                         struct fm_why *why, struct fm_rpc_result *ret)
{
    size_t size = protobuf_c_message_get_packed_size(request);
    uint8_t *body = malloc(size + 1);
    uint64_t call = 0;
    enum fm_error e = FM_ENOMEM;

    if (body != NULL) {
        (void)protobuf_c_message_pack(request, body);
        e = fm_rpc_client_begin(remote->client, method,
                                fm_str_n((const char *)body, size), PATIENCE_MS,
                                0, NULL, why, &call);
    }
    if (e == FM_OK)
        e = await(remote->client, probe, why, ret);
    free(body);
    return fm_remote_explain(remote, e, why);
}

/* method: "/factmill.v1.Admin/Backup"; type: of its reply. */
static enum fm_error call(const struct fm_cli *cli, const char *method,
                          const ProtobufCMessage *request,
                          const ProtobufCMessageDescriptor *type,
                          struct fm_why *why, ProtobufCMessage **ret_reply)
{
    const struct fm_upkeep_flags *flags = cli->options;
    struct fm_remote remote;
    struct fm_remote probe = {.client = NULL};
    struct fm_rpc_result result = {.call = 0};
    enum fm_error e =
        fm_remote_open(&remote, &flags->remote, FM_REMOTE_INGEST, why);

    if (e == FM_OK)
        e = fm_remote_open(&probe, &flags->remote, FM_REMOTE_INGEST, why);
    if (e == FM_OK)
        e = fm_remote_probe(&probe, why);
    if (e == FM_OK)
        e = ask(&remote, &probe, method, request, why, &result);
    if (e == FM_OK) {
        *ret_reply = protobuf_c_message_unpack(
            type, NULL, result.body.len, (const uint8_t *)result.body.data);
        if (*ret_reply == NULL)
            e = fm_fail(FM_EINTERNAL, why, NULL, "the answer cannot be read");
    }
    fm_remote_close(&probe);
    fm_remote_close(&remote);
    return e;
}

/* --- backup ------------------------------------------------------------------- */

/* As the server must be told; the same when it is on this machine. */
static enum fm_error make_absolute(const char *path, struct fm_why *why,
                                   char ret[PATH_MAX])
{
    char here[PATH_MAX] = "";
    int n;

    if (path[0] != '/' && getcwd(here, sizeof here) == NULL)
        return fm_fail_errno(errno, why, "cannot tell where this is");
    n = snprintf(ret, PATH_MAX, "%s%s%s", here, path[0] != '/' ? "/" : "",
                 path);
    return n < 0 || n >= PATH_MAX
               ? fm_fail(FM_EINVAL, why, NULL, "the path is too long")
               : FM_OK;
}

int fm_cli_backup(struct fm_cli *cli)
{
    Factmill__V1__BackupRequest request;
    Factmill__V1__BackupResponse *reply = NULL;
    struct fm_why why = FM_WHY_INIT;
    char path[PATH_MAX];
    struct fm_buf size;
    enum fm_error e = make_absolute(cli->args[0], &why, path);

    factmill__v1__backup_request__init(&request);
    request.path = path;
    if (e == FM_OK)
        e = call(cli, "/factmill.v1.Admin/Backup", &request.base,
                 &factmill__v1__backup_response__descriptor, &why,
                 (ProtobufCMessage **)(void *)&reply);
    if (e != FM_OK)
        return fm_cli_fail(cli, e, &why);
    fm_buf_init(&size, 64);
    fm_text_bytes(reply->bytes, &size);
    if (cli->common.json)
        fm_print_json(&reply->base);
    else
        (void)printf("%s: %s, up to change %llu\n", path,
                     size.data != NULL ? size.data : "",
                     (unsigned long long)reply->sequence);
    fm_buf_release(&size);
    factmill__v1__backup_response__free_unpacked(reply, NULL);
    return 0;
}

/* --- verify ------------------------------------------------------------------- */

static void print_check(const struct fm_store_check *check)
{
    (void)printf("%-10s %10llu rows  %6.1f s  ", check->name,
                 (unsigned long long)check->rows,
                 (double)check->elapsed_ms / 1000.0);
    if (check->findings == 0)
        (void)printf("sound\n");
    else
        (void)printf("%llu findings\n", (unsigned long long)check->findings);
}

static int print_reply(const struct fm_cli *cli,
                       const Factmill__V1__VerifyResponse *reply)
{
    if (cli->common.json)
        fm_print_json(&reply->base);
    for (size_t i = 0; !cli->common.json && i < reply->n_findings; i++)
        (void)printf("%s\n", reply->findings[i]);
    for (size_t i = 0; !cli->common.json && i < reply->n_checks; i++) {
        const Factmill__V1__VerifyResponse__Check *c = reply->checks[i];
        const struct fm_store_check check = {.name = c->name,
                                             .rows = c->rows,
                                             .findings = c->findings,
                                             .elapsed_ms = c->elapsed_ms};

        print_check(&check);
    }
    return reply->ok ? 0 : EX_DATAERR;
}

static int verify_remote(struct fm_cli *cli)
{
    const struct fm_upkeep_flags *flags = cli->options;
    Factmill__V1__VerifyRequest request;
    Factmill__V1__VerifyResponse *reply = NULL;
    struct fm_why why = FM_WHY_INIT;
    enum fm_error e;
    int status;

    factmill__v1__verify_request__init(&request);
    request.full = !flags->quick;
    e = call(cli, "/factmill.v1.Admin/Verify", &request.base,
             &factmill__v1__verify_response__descriptor, &why,
             (ProtobufCMessage **)(void *)&reply);
    if (e != FM_OK)
        return fm_cli_fail(cli, e, &why);
    status = print_reply(cli, reply);
    factmill__v1__verify_response__free_unpacked(reply, NULL);
    return status;
}

/* As one line of JSON each, in the shape of the messages. */
static void print_finding(void *user, const char *check, const char *text)
{
    const struct fm_cli *cli = user;
    char line[512];
    char *lines[1] = {line};
    Factmill__V1__VerifyResponse finding;

    (void)snprintf(line, sizeof line, "%s: %s", check, text);
    factmill__v1__verify_response__init(&finding);
    finding.n_findings = 1;
    finding.findings = lines;
    if (cli->common.json)
        fm_print_json(&finding.base);
    else
        (void)printf("%s\n", line);
}

static void print_checked(void *user, const struct fm_store_check *check)
{
    const struct fm_cli *cli = user;

    if (!cli->common.json)
        print_check(check);
    (void)fflush(stdout);
}

static int verify_here(struct fm_cli *cli)
{
    const struct fm_upkeep_flags *flags = cli->options;
    const struct fm_store_verify ask = {
        .path = cli->args[0],
        .full = !flags->quick,
        .finding = print_finding,
        .checked = print_checked,
        .user = cli,
    };
    Factmill__V1__VerifyResponse end;
    struct fm_why why = FM_WHY_INIT;
    uint64_t findings = 0;
    enum fm_error e = fm_store_verify(&ask, &why, &findings);

    if (e != FM_OK)
        return fm_cli_fail(cli, e, &why);
    factmill__v1__verify_response__init(&end);
    end.ok = findings == 0;
    if (cli->common.json)
        fm_print_json(&end.base);
    return end.ok ? 0 : EX_DATAERR;
}

int fm_cli_verify(struct fm_cli *cli)
{
    return cli->arg_count > 0 ? verify_here(cli) : verify_remote(cli);
}
