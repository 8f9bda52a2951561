/* A server with CURVE: who gets in, who may call what, and for how long. */
#include "base/buf.h"
#include "unit/rpc/world.h"

struct secured {
    struct world world;
    struct fm_key_pair server_key;
    struct fm_key_pair reader;
    struct fm_key_pair producer;
    struct fm_security security;
    atomic_uint refused;
};

static void make_pair(struct fm_key_pair *pair)
{
    struct fm_why why = FM_WHY_INIT;

    assert_fm_ok(fm_key_pair_make(&why, pair));
}

static void on_refused(void *user, struct fm_str key, struct fm_str address)
{
    struct secured *s = user;

    if (fm_key_valid(key) && fm_str_eqz(address, "127.0.0.1"))
        atomic_fetch_add(&s->refused, 1);
}

static struct fm_auth *auth_of(const char *text)
{
    struct fm_auth *auth = NULL;
    struct fm_why why = FM_WHY_INIT;

    if (fm_auth_read(fm_str(text), "test", &why, &auth) != FM_OK)
        fail_msg("%s", why.text);
    return auth;
}

/* reader may read, producer may not. more: further lines. */
static struct fm_auth *both(struct secured *s, const char *limits)
{
    char text[512];

    (void)snprintf(text, sizeof text,
                   "dash reader %s %s\nfeed producer %s %s\n", s->reader.open,
                   limits, s->producer.open, limits);
    return auth_of(text);
}

static void change(struct secured *s, struct fm_auth *auth)
{
    fm_rpc_server_auth(s->world.server, auth);
    fm_auth_free(auth);
}

static void open_secured(struct secured *s, uint32_t threads,
                         const char *limits)
{
    struct fm_auth *auth;

    memset(s, 0, sizeof *s);
    make_pair(&s->server_key);
    make_pair(&s->reader);
    make_pair(&s->producer);
    init_world(&s->world, threads);
    s->security.curve = true;
    s->security.own = s->server_key;
    auth = both(s, limits);
    s->world.options.security = &s->security;
    s->world.options.auth = auth;
    s->world.options.refused = on_refused;
    s->world.options.refused_user = s;
    start_world(&s->world, "tcp://127.0.0.1:0");
    fm_auth_free(auth);
}

/* Takes the place of the world's client. */
static void connect_as(struct secured *s, const struct fm_key_pair *own,
                       const char *server_key)
{
    struct fm_security security = {.curve = true, .own = *own};
    const struct fm_rpc_client_options options = {.endpoint = s->world.endpoint,
                                                  .security = &security};
    struct fm_why why = FM_WHY_INIT;

    (void)snprintf(security.server_key, sizeof security.server_key, "%s",
                   server_key);
    fm_rpc_client_close(s->world.client);
    assert_fm_ok(fm_rpc_client_open(&options, &why, &s->world.client));
}

static void expect(struct secured *s, enum fm_error error, const char *reason)
{
    struct fm_why why = FM_WHY_INIT;
    char id[64];
    enum fm_error got = get(&s->world, "x", 2000, &why, id);

    if (got != error || strcmp(why.reason, reason) != 0)
        fail_msg("%s %s: %s", fm_error_name(got), why.reason, why.text);
    assert_null(strstr(why.text, s->reader.secret));
    assert_null(strstr(why.text, s->server_key.secret));
}

/* Both ends see that they do not match; on the one that is second the connection
 * just closes. */
static void expect_key_needed(struct secured *s)
{
    struct fm_why why = FM_WHY_INIT;
    char id[64];

    assert_fm_err(get(&s->world, "x", 2000, &why, id), FM_EUNAUTH);
    assert_non_null(strstr(why.text, "key and server-key"));
}

static void test_keys(void **state)
{
    struct secured s;
    struct fm_key_pair stranger;
    uint64_t before;

    (void)state;
    open_secured(&s, 1, "");
    make_pair(&stranger);
    expect_key_needed(&s); /* the world's plain client */
    connect_as(&s, &s.reader, s.server_key.open);
    expect(&s, FM_OK, "");
    connect_as(&s, &stranger, s.server_key.open);
    before = fm_now_ms();
    expect(&s, FM_EUNAUTH, "KEY_UNKNOWN");
    assert_true(fm_now_ms() - before < 1500); /* at once, not at the deadline */
    wait_for(atomic_load(&s.refused) >= 1);
    assert_true(stats_of(&s.world).refused_keys >= 1);
    connect_as(&s, &s.reader, stranger.open);
    expect(&s, FM_EUNAUTH, "HANDSHAKE_FAILED");
    connect_as(&s, &s.producer, s.server_key.open);
    expect(&s, FM_EPERM, "ROLE_MISSING");
    close_world(&s.world);
}

/* Nothing is sent to a server that cannot say who it is. */
static void test_plain_server(void **state)
{
    struct secured s;

    (void)state;
    memset(&s, 0, sizeof s);
    make_pair(&s.server_key);
    make_pair(&s.reader);
    init_world(&s.world, 1);
    start_world(&s.world, "tcp://127.0.0.1:0");
    expect(&s, FM_OK, "");
    connect_as(&s, &s.reader, s.server_key.open);
    {
        struct fm_why why = FM_WHY_INIT;
        char id[64];

        assert_fm_err(get(&s.world, "x", 2000, &why, id), FM_EUNAUTH);
    }
    assert_int_equal(atomic_load(&s.world.service.begun), 1);
    close_world(&s.world);
}

static void test_let_in_later(void **state)
{
    struct secured s;
    struct fm_key_pair late;
    char text[256];

    (void)state;
    open_secured(&s, 1, "");
    make_pair(&late);
    connect_as(&s, &late, s.server_key.open);
    expect(&s, FM_EUNAUTH, "KEY_UNKNOWN");
    (void)snprintf(text, sizeof text, "late reader %s\n", late.open);
    change(&s, auth_of(text));
    expect(&s, FM_OK, ""); /* the same client tries again */
    close_world(&s.world);
}

/* On a connection that is up: the next call is refused, what is open ends. */
static void test_revoked(void **state)
{
    struct secured s;
    struct fm_rpc_result r;
    char text[256];

    (void)state;
    open_secured(&s, 2, "");
    atomic_store(&s.world.service.limit, 2);
    connect_as(&s, &s.reader, s.server_key.open);
    expect(&s, FM_OK, "");
    (void)begin(&s.world, "WatchFacts", "", 60000, 100);
    assert_true(next(&s.world).more);
    assert_true(next(&s.world).more);
    (void)begin(&s.world, "GetFact", "hold", 60000, 0);
    wait_for(atomic_load(&s.world.service.begun) >= 2);
    change(&s, both(&s, "calls=1000")); /* still in it: all goes on */
    assert_int_equal(stats_of(&s.world).open, 2);
    (void)snprintf(text, sizeof text, "feed producer %s\n", s.producer.open);
    change(&s, auth_of(text));
    for (int i = 0; i < 2; i++) {
        r = next(&s.world);
        assert_int_equal(r.error, FM_EUNAUTH);
        assert_string_equal(r.why.reason, "KEY_REVOKED");
    }
    wait_for(atomic_load(&s.world.service.streams_released) == 1);
    expect(&s, FM_EUNAUTH, "KEY_REVOKED");
    fm_rpc_reply(take_held(&s.world.service),
                 &(struct fm_buf){.ceiling = 16}); /* too late, frees it */
    wait_for(stats_of(&s.world).open == 0);
    change(&s, both(&s, ""));
    expect(&s, FM_OK, ""); /* and in again, over the same connection */
    close_world(&s.world);
}

static void test_role_lost(void **state)
{
    struct secured s;
    struct fm_rpc_result r;
    char text[256];

    (void)state;
    open_secured(&s, 2, "");
    connect_as(&s, &s.reader, s.server_key.open);
    atomic_store(&s.world.service.limit, 1);
    (void)begin(&s.world, "WatchFacts", "", 60000, 100);
    assert_true(next(&s.world).more);
    (void)snprintf(text, sizeof text, "dash producer %s\n", s.reader.open);
    change(&s, auth_of(text));
    r = next(&s.world);
    assert_int_equal(r.error, FM_EPERM);
    assert_string_equal(r.why.reason, "ROLE_MISSING");
    expect(&s, FM_EPERM, "ROLE_MISSING");
    close_world(&s.world);
}

static void test_limits(void **state)
{
    struct secured s;
    struct fm_why why = FM_WHY_INIT;
    unsigned passed = 0;
    char id[64];

    (void)state;
    open_secured(&s, 1, "calls=5");
    connect_as(&s, &s.reader, s.server_key.open);
    while (passed < 1000 && get(&s.world, "x", 2000, &why, id) == FM_OK)
        passed++;
    assert_in_range(passed, 5, 20); /* more only if this machine is slow */
    assert_string_equal(why.reason, "RATE_LIMITED");
    assert_in_range(why.retry_after_ms, 1, 1000);
    assert_true(stats_of(&s.world).limited >= 1);
    change(&s, both(&s, "")); /* the limit is lifted */
    expect(&s, FM_OK, "");
    close_world(&s.world);
}

/* ipc beside tcp: who may open the file needs no key. */
static void test_ipc_is_plain(void **state)
{
    struct secured s;
    struct fm_why why = FM_WHY_INIT;
    char list[300];

    (void)state;
    open_secured(&s, 1, "");
    (void)snprintf(s.world.folder, sizeof s.world.folder, "/tmp/fm-rpc-XXXXXX");
    fm_test_folder(s.world.folder);
    (void)snprintf(list, sizeof list, "ipc://%s/s, tcp://127.0.0.1:0",
                   s.world.folder);
    assert_fm_ok(
        fm_rpc_server_bind(s.world.server, list, &why, s.world.endpoint));
    fm_rpc_client_close(s.world.client);
    open_client(&s.world);
    expect(&s, FM_OK, "");
    close_world(&s.world);
}

static void test_remote_needs_keys(void **state)
{
    const struct fm_rpc_client_options options = {.endpoint =
                                                      "tcp://192.0.2.7:7411"};
    struct fm_rpc_client *client = NULL;
    struct fm_why why = FM_WHY_INIT;
    struct world w;

    (void)state;
    init_world(&w, 1);
    start_world(&w, "tcp://127.0.0.1:0");
    assert_fm_err(fm_rpc_server_bind(w.server, "tcp://0.0.0.0:0", &why, NULL),
                  FM_EPERM);
    assert_string_equal(why.reason, "ENDPOINT_NOT_LOCAL");
    assert_fm_err(fm_rpc_client_open(&options, &why, &client), FM_EPERM);
    assert_null(client);
    close_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_plain_server),
        cmocka_unit_test(test_let_in_later),
        cmocka_unit_test(test_revoked),
        cmocka_unit_test(test_role_lost),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_ipc_is_plain),
        cmocka_unit_test(test_remote_needs_keys),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
