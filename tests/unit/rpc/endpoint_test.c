/* Endpoints as text. */
#include "rpc/endpoint.h"

#include "fm_test.h"

static void test_taken(void **state)
{
    static const char *const cases[][2] = {
        {"tcp://127.0.0.1:7411", "tcp://127.0.0.1:7411"},
        {"tcp://127.255.0.9:0", "tcp://127.255.0.9:0"},
        {"tcp://[::1]:*", "tcp://[::1]:*"},
        {"tcp://localhost:65535", "tcp://127.0.0.1:65535"},
        {"ipc:///run/x.sock", "ipc:///run/x.sock"},
        {"ipc://relative", "ipc://relative"},
        {"tcp://0.0.0.0:7411", "tcp://0.0.0.0:7411"},
        {"tcp://*:7411", "tcp://*:7411"},
        {"tcp://eth0:7411", "tcp://eth0:7411"},
        {"tcp://ingest.example.org:7411", "tcp://ingest.example.org:7411"},
        {"tcp://[2001:db8::7]:7411", "tcp://[2001:db8::7]:7411"},
    };
    struct fm_why why = FM_WHY_INIT;
    char ret[FM_ENDPOINT_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_fm_ok(fm_endpoint_check(cases[i][0], &why, ret));
        assert_string_equal(ret, cases[i][1]);
    }
}

static void test_refused(void **state)
{
    static const struct {
        const char *endpoint;
        enum fm_error error;
    } cases[] = {
        {"", FM_EINVAL},
        {"7411", FM_EINVAL},
        {"127.0.0.1:7411", FM_EINVAL},
        {"http://127.0.0.1:7411", FM_EINVAL},
        {"inproc://x", FM_EINVAL},
        {"ipc://", FM_EINVAL},
        {"tcp://", FM_EINVAL},
        {"tcp://127.0.0.1", FM_EINVAL},
        {"tcp://127.0.0.1:", FM_EINVAL},
        {"tcp://127.0.0.1:65536", FM_EINVAL},
        {"tcp://127.0.0.1:-1", FM_EINVAL},
        {"tcp://127.0.0.1:7x", FM_EINVAL},
        {"tcp://:7411", FM_EINVAL},
        {"tcp://a b:7411", FM_EINVAL},
        {"tcp://a;b:7411", FM_EINVAL},
        {"tcp://**:7411", FM_EINVAL},
        {"tcp://[]:7411", FM_EINVAL},
        {"tcp://::1:7411", FM_EINVAL},
    };

    char ret[FM_ENDPOINT_SIZE] = "untouched";

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fm_why why = FM_WHY_INIT;

        if (fm_endpoint_check(cases[i].endpoint, &why, ret) != cases[i].error)
            fail_msg("%s", cases[i].endpoint);
        assert_true(why.text[0] != '\0');
        assert_string_equal(ret, "untouched");
    }
}

static void test_lengths(void **state)
{
    char endpoint[400] = "ipc:///";
    char ret[FM_ENDPOINT_SIZE];
    struct fm_why why = FM_WHY_INIT;

    (void)state;
    memset(endpoint + 7, 'x', 106);
    assert_fm_ok(fm_endpoint_check(endpoint, &why, ret));
    assert_int_equal(strlen(fm_endpoint_path(ret)), FM_ENDPOINT_PATH);
    endpoint[113] = 'x';
    assert_fm_err(fm_endpoint_check(endpoint, &why, ret), FM_ETOOBIG);
    memset(endpoint + 7, 'x', 390);
    assert_fm_err(fm_endpoint_check(endpoint, &why, ret), FM_ETOOBIG);
    assert_null(fm_endpoint_path("tcp://127.0.0.1:1"));
}

static void test_local(void **state)
{
    static const struct {
        const char *endpoint;
        bool local;
    } cases[] = {
        {"ipc:///run/x.sock", true},
        {"tcp://127.0.0.1:7411", true},
        {"tcp://127.255.0.9:0", true},
        {"tcp://[::1]:*", true},
        {"tcp://0.0.0.0:7411", false},
        {"tcp://*:7411", false},
        {"tcp://192.0.2.7:7411", false},
        {"tcp://127.0.0.1.example.org:7411", false},
        {"tcp://127.0.0.256:7411", false},
        {"tcp://127.0.0:7411", false},
        {"tcp://127.0.0.1.1:7411", false},
        {"tcp://1127.0.0.1:7411", false},
        {"tcp://[::2]:7411", false},
        {"tcp://eth0:7411", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (fm_endpoint_is_local(cases[i].endpoint) != cases[i].local)
            fail_msg("%s", cases[i].endpoint);
}

static void test_list(void **state)
{
    struct fm_str rest =
        fm_str(" ipc:///a,b/c.sock ,tcp://127.0.0.1:1, tcp://[::1]:2");
    char ret[FM_ENDPOINT_SIZE];

    (void)state;
    assert_true(fm_endpoint_next(&rest, ret));
    assert_string_equal(ret, "ipc:///a,b/c.sock");
    assert_true(fm_endpoint_next(&rest, ret));
    assert_string_equal(ret, "tcp://127.0.0.1:1");
    assert_true(fm_endpoint_next(&rest, ret));
    assert_string_equal(ret, "tcp://[::1]:2");
    assert_false(fm_endpoint_next(&rest, ret));
    assert_int_equal(rest.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_taken),   cmocka_unit_test(test_refused),
        cmocka_unit_test(test_lengths), cmocka_unit_test(test_local),
        cmocka_unit_test(test_list),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
