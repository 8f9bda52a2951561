#include "base/limits.h"
#include "rpc/server_priv.h"

#include <errno.h>

/* Who comes over ipc, or over a server without keys: whoever may open the file,
 * or reach the machine, may do everything. */
static const struct fm_principal local = {
    .name = FM_PRINCIPAL_LOCAL,
    .roles = FM_ROLE_ANY,
    .index = UINT32_MAX,
};

static bool knows(void *user, struct fm_str key, struct fm_str address)
{
    struct fm_rpc_server *server = user;
    const struct fm_rpc_server_options *o = &server->options;

    if (fm_auth_find(server->access.auth, key) != NULL)
        return true;
    atomic_fetch_add(&server->counters.refused_keys, 1);
    if (o->refused != NULL)
        o->refused(o->refused_user, key, address);
    return false;
}

enum fm_error fm_access_open(struct fm_rpc_server *server, struct fm_why *why)
{
    struct fm_access *a = &server->access;
    const struct fm_rpc_server_options *o = &server->options;

    if (o->security != NULL)
        a->security = *o->security;
    server->options.security = NULL; /* need not live on */
    if (!a->security.curve)
        return FM_OK;
    if (o->auth == NULL)
        return fm_fail(FM_EINVAL, why, NULL,
                       "a server with a key needs the keys of its clients");
    fm_access_change(server, o->auth);
    if (a->auth == NULL)
        return fm_fail_errno(ENOMEM, why, "no memory for the keys of clients");
    return fm_doorman_open(server->context, knows, server, why, &a->doorman);
}

void fm_access_close(struct fm_access *access)
{
    fm_doorman_close(access->doorman);
    fm_auth_free(access->auth);
    free(access->quotas);
    fm_security_wipe(&access->security);
    memset(access, 0, sizeof *access);
}

/* --- a change of the keys ------------------------------------------------------- */

/* Those that stay keep what they have used up. */
static struct fm_quota *make_quotas(const struct fm_access *a,
                                    const struct fm_auth *auth, uint64_t now_ms)
{
    size_t n = fm_auth_principals(auth);
    struct fm_quota *quotas = calloc(n + 1, sizeof *quotas);

    for (size_t i = 0; quotas != NULL && i < n; i++) {
        const struct fm_principal *p = fm_auth_principal(auth, i);

        fm_quota_init(&quotas[i], 0, 0, now_ms);
        for (size_t j = 0; a->auth != NULL && j < fm_auth_principals(a->auth);
             j++)
            if (strcmp(fm_auth_principal(a->auth, j)->name, p->name) == 0)
                quotas[i] = a->quotas[j];
        fm_quota_change(&quotas[i], p->calls_per_second, p->bytes_per_second,
                        now_ms);
    }
    return quotas;
}

static enum fm_error check_role(const struct fm_principal *principal,
                                const struct fm_method *method,
                                struct fm_why *why)
{
    char has[48];
    char wants[48];

    if ((principal->roles & method->roles) != 0)
        return FM_OK;
    fm_role_text(principal->roles, has);
    fm_role_text(method->roles, wants);
    return fm_fail(FM_EPERM, why, "ROLE_MISSING",
                   "%s has the role %s; %s wants %s", principal->name, has,
                   method->path, wants[0] != '\0' ? wants : "another");
}

static enum fm_error check_key(const struct fm_access *a, struct fm_str key,
                               struct fm_why *why,
                               const struct fm_principal **ret)
{
    *ret = key.len > 0 ? fm_auth_find(a->auth, key) : &local;
    if (*ret != NULL)
        return FM_OK;
    (void)fm_fail(FM_EUNAUTH, why, "KEY_REVOKED",
                  "the key %.*s is not let in any more", FM_STR_ARG(key));
    return FM_EUNAUTH;
}

/* An open call of this peer that it may not make any more. */
static struct fm_rpc_call *find_unwanted(const struct fm_access *a,
                                         const struct fm_rpc_peer *peer,
                                         struct fm_why *why,
                                         enum fm_error *ret_error)
{
    const struct fm_principal *principal = NULL;

    if (peer->key[0] == '\0')
        return NULL;
    for (struct fm_rpc_call *call = peer->calls; call != NULL;
         call = call->peer_next) {
        if (!call->open)
            continue;
        *ret_error = check_key(a, fm_str(peer->key), why, &principal);
        if (*ret_error == FM_OK)
            *ret_error = check_role(principal, call->method, why);
        if (*ret_error != FM_OK)
            return call;
    }
    return NULL;
}

/* Ending a call may free its peer: the chain is begun again. */
static void end_unwanted(struct fm_rpc_server *server,
                         struct fm_rpc_peer *const *bucket)
{
    struct fm_rpc_peer *peer = *bucket;

    while (peer != NULL) {
        struct fm_why why = FM_WHY_INIT;
        enum fm_error error = FM_OK;
        struct fm_rpc_call *call =
            find_unwanted(&server->access, peer, &why, &error);

        if (call == NULL) {
            peer = peer->chain;
            continue;
        }
        atomic_fetch_add(&server->counters.unauthorised, 1);
        (void)fm_call_end(call, error, &why, NULL);
        peer = *bucket;
    }
}

void fm_access_change(struct fm_rpc_server *server, struct fm_auth *auth)
{
    struct fm_access *a = &server->access;
    struct fm_quota *quotas = make_quotas(a, auth, server->now_ms);

    if (quotas == NULL)
        return; /* all stays as it was */
    free(a->quotas);
    fm_auth_free(a->auth);
    a->quotas = quotas;
    a->auth = fm_auth_share(auth);
    for (size_t i = 0; i < FM_PEER_BUCKETS; i++)
        end_unwanted(server, &server->peers.buckets[i]);
}

/* --- a message ------------------------------------------------------------------- */

struct fm_str fm_access_key(const struct fm_access *access,
                            const struct fm_frame *frame)
{
    return access->doorman != NULL ? fm_doorman_key(access->doorman, frame)
                                   : fm_str_n(NULL, 0);
}

static enum fm_error check_quota(struct fm_access *a,
                                 const struct fm_principal *principal,
                                 size_t bytes, uint64_t now_ms,
                                 struct fm_why *why)
{
    struct fm_quota *quota;
    uint32_t wait;

    if (principal->index == UINT32_MAX)
        return FM_OK;
    quota = &a->quotas[principal->index];
    wait = fm_quota_wait_ms(quota, now_ms);
    if (wait == 0) {
        fm_quota_take(quota, bytes, now_ms);
        return FM_OK;
    }
    (void)fm_fail(FM_EBUSY, why, "RATE_LIMITED",
                  "%s has used up its calls or bytes of this second",
                  principal->name);
    if (why != NULL)
        why->retry_after_ms = wait;
    return FM_EBUSY;
}

enum fm_error fm_access_enter(struct fm_rpc_server *server,
                              struct fm_rpc_peer *peer, struct fm_str key,
                              size_t bytes, struct fm_why *why,
                              const struct fm_principal **ret_principal)
{
    enum fm_error error = check_key(&server->access, key, why, ret_principal);

    /* Ids that ZeroMQ makes begin with a zero and are never given twice; under
     * one of its own a client could come for the replies to another. */
    if (error == FM_OK && key.len > 0 && peer->id[0] != '\0')
        error = fm_fail(FM_EPERM, why, "ROUTING_ID",
                        "clients with a key leave the routing id to ZeroMQ");
    if (error != FM_OK) {
        atomic_fetch_add(&server->counters.unauthorised, 1);
        return error;
    }
    if (key.len == FM_KEY_LEN)
        memcpy(peer->key, key.data, key.len);
    error = check_quota(&server->access, *ret_principal, bytes, server->now_ms,
                        why);
    if (error != FM_OK)
        atomic_fetch_add(&server->counters.limited, 1);
    return error;
}

enum fm_error fm_access_method(struct fm_rpc_server *server,
                               const struct fm_principal *principal,
                               const struct fm_method *method,
                               struct fm_why *why)
{
    enum fm_error error = server->access.auth != NULL
                              ? check_role(principal, method, why)
                              : FM_OK;

    if (error != FM_OK)
        atomic_fetch_add(&server->counters.unauthorised, 1);
    return error;
}

bool fm_access_pull(struct fm_rpc_server *server, const struct fm_frame *frame)
{
    struct fm_access *a = &server->access;
    struct fm_str key = fm_access_key(a, frame);
    const struct fm_principal *principal = NULL;
    struct fm_quota *quota;
    uint64_t after;

    if (key.len == 0)
        return true;
    principal = fm_auth_find(a->auth, key);
    if (principal == NULL || (principal->roles & FM_ROLE_PRODUCER) == 0) {
        atomic_fetch_add(&server->counters.unauthorised, 1);
        return false;
    }
    quota = &a->quotas[principal->index];
    fm_quota_take(quota, fm_frame_bytes(frame).len, server->now_ms);
    after = server->now_ms + fm_quota_wait_ms(quota, server->now_ms);
    if (after > server->now_ms && after > a->pull_after_ms)
        a->pull_after_ms = after;
    return true;
}
