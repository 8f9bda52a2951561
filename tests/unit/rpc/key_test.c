/* Keys as text and in files. */
#include "rpc/key.h"

#include "base/hash.h"
#include "fm_test.h"
#include "rpc/security.h"

#include <fcntl.h>

static char folder[64];
static char path[128];

static void write_file(const char *text, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    assert_int_equal(fchmod(fd, mode), 0);
    assert_int_equal(close(fd), 0);
}

static int make_folder(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/fm-key-XXXXXX");
    fm_test_folder(folder);
    (void)snprintf(path, sizeof path, "%s/some.key", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    fm_test_remove(folder);
    return 0;
}

static void make_pair(struct fm_key_pair *pair)
{
    struct fm_why why = FM_WHY_INIT;

    assert_fm_ok(fm_key_pair_make(&why, pair));
}

static void test_valid(void **state)
{
    struct fm_key_pair pair;
    char text[FM_KEY_SIZE];

    (void)state;
    make_pair(&pair);
    assert_true(fm_key_valid(fm_str(pair.secret)));
    assert_true(fm_key_valid(fm_str(pair.open)));
    assert_false(fm_key_valid(fm_str("")));
    assert_false(fm_key_valid(fm_str_n(pair.open, FM_KEY_LEN - 1)));
    memcpy(text, pair.open, sizeof text);
    text[7] = '"'; /* not of the alphabet */
    assert_false(fm_key_valid(fm_str(text)));
    memcpy(text, pair.open, sizeof text);
    text[39] = '\0';
    assert_false(fm_key_valid(fm_str_n(text, FM_KEY_LEN)));
    /* Five characters that are more than 32 bits. */
    memset(text, '#', FM_KEY_LEN);
    assert_false(fm_key_valid(fm_str_n(text, FM_KEY_LEN)));
}

static void test_files(void **state)
{
    struct fm_key_pair pair;
    struct fm_key_pair read;
    char open_key[FM_KEY_SIZE];
    char text[256];
    struct fm_why why = FM_WHY_INIT;

    (void)state;
    make_pair(&pair);
    (void)snprintf(text, sizeof text, "# mine\r\n\n  secret-key\t%s \r\n",
                   pair.secret);
    write_file(text, 0600);
    assert_fm_ok(fm_key_pair_read(path, &why, &read));
    assert_string_equal(read.secret, pair.secret);
    assert_string_equal(read.open, pair.open);
    write_file(pair.secret, 0400);
    assert_fm_ok(fm_key_pair_read(path, &why, &read));
    (void)snprintf(text, sizeof text, "public-key %s\n", pair.open);
    write_file(text, 0644);
    assert_fm_ok(fm_key_open_read(path, &why, open_key));
    assert_string_equal(open_key, pair.open);
    assert_fm_ok(fm_key_open_read(pair.open, &why, open_key));
    fm_key_pair_wipe(&read);
    assert_int_equal(read.secret[0], 0);
    assert_int_equal(read.secret[FM_KEY_LEN - 1], 0);
}

/* What is wrong is said, and never the secret. */
static void expect_no(const char *where, const char *secret,
                      enum fm_error error, const char *reason)
{
    struct fm_key_pair read = {"untouched", "untouched"};
    struct fm_why why = FM_WHY_INIT;

    assert_fm_err(fm_key_pair_read(where, &why, &read), error);
    assert_string_equal(read.secret, "untouched");
    if (strcmp(why.reason, reason) != 0)
        fail_msg("%s instead of %s", why.reason, reason);
    assert_true(why.text[0] != '\0');
    assert_null(strstr(why.text, secret));
}

static void test_refused(void **state)
{
    struct fm_key_pair pair;
    char text[256];
    char large[8192];

    (void)state;
    make_pair(&pair);
    expect_no(pair.secret, pair.secret, FM_ECONFIG, "KEY_IN_THE_OPEN");
    expect_no(folder, pair.secret, FM_ECONFIG, "KEY_FILE");
    write_file(pair.secret, 0640);
    expect_no(path, pair.secret, FM_EPERM, "KEY_FILE_MODE");
    write_file(pair.secret, 0602);
    expect_no(path, pair.secret, FM_EPERM, "KEY_FILE_MODE");
    (void)snprintf(text, sizeof text, "secret-key %.39s\n", pair.secret);
    write_file(text, 0600);
    expect_no(path, pair.secret, FM_ECONFIG, "KEY_FILE");
    (void)snprintf(text, sizeof text, "public-key %s\n", pair.open);
    write_file(text, 0600);
    expect_no(path, pair.secret, FM_ECONFIG, "KEY_FILE");
    memset(large, '#', sizeof large - 1);
    large[sizeof large - 1] = '\0';
    write_file(large, 0600);
    expect_no(path, pair.secret, FM_ECONFIG, "KEY_FILE");
    assert_int_equal(unlink(path), 0);
    expect_no(path, pair.secret, FM_ENOTFOUND, "");
    /* A pipe must not hold us up. */
    assert_int_equal(mkfifo(path, 0600), 0);
    expect_no(path, pair.secret, FM_ECONFIG, "KEY_FILE");
    assert_int_equal(unlink(path), 0);
}

static void test_credential(void **state)
{
    struct fm_key_pair pair;
    struct fm_key_pair read;
    struct fm_why why = FM_WHY_INIT;

    (void)state;
    make_pair(&pair);
    /* The service manager guards them; what it sets as mode is its affair. */
    write_file(pair.secret, 0440);
    assert_int_equal(unsetenv("CREDENTIALS_DIRECTORY"), 0);
    expect_no("credential:some.key", pair.secret, FM_ECONFIG, "KEY_CREDENTIAL");
    assert_int_equal(setenv("CREDENTIALS_DIRECTORY", folder, 1), 0);
    assert_fm_ok(fm_key_pair_read("credential:some.key", &why, &read));
    assert_string_equal(read.open, pair.open);
    expect_no("credential:", pair.secret, FM_ECONFIG, "KEY_CREDENTIAL");
    expect_no("credential:../some.key", pair.secret, FM_ECONFIG,
              "KEY_CREDENTIAL");
    expect_no("credential:other", pair.secret, FM_ENOTFOUND, "");
}

static void test_security(void **state)
{
    struct fm_security security = {0};
    struct fm_key_pair pair;
    struct fm_why why = FM_WHY_INIT;

    (void)state;
    make_pair(&pair);
    write_file(pair.secret, 0600);
    assert_fm_ok(fm_security_of_server("", false, &why, &security));
    assert_false(security.curve);
    assert_fm_ok(
        fm_security_permits(&security, "tcp://127.0.0.1:1", true, &why));
    assert_fm_err(fm_security_permits(&security, "tcp://*:1", true, &why),
                  FM_EPERM);
    assert_non_null(strstr(why.text, "client-keys"));
    assert_fm_err(
        fm_security_permits(&security, "tcp://a.example:1", false, &why),
        FM_EPERM);
    assert_non_null(strstr(why.text, "server-key"));
    security.allow_plaintext = true;
    assert_fm_ok(fm_security_permits(&security, "tcp://*:1", true, &why));
    assert_false(fm_security_covers(&security, "tcp://*:1"));
    assert_fm_ok(fm_security_of_server(path, false, &why, &security));
    assert_true(security.curve);
    assert_fm_ok(fm_security_permits(&security, "tcp://*:1", true, &why));
    assert_true(fm_security_covers(&security, "tcp://127.0.0.1:1"));
    assert_false(fm_security_covers(&security, "ipc:///x"));
    assert_fm_err(fm_security_of_client(path, "", false, &why, &security),
                  FM_ECONFIG);
    assert_fm_err(fm_security_of_client("", pair.open, false, &why, &security),
                  FM_ECONFIG);
    assert_fm_ok(
        fm_security_of_client(path, pair.open, false, &why, &security));
    assert_string_equal(security.server_key, pair.open);
    fm_security_wipe(&security);
    assert_false(security.curve);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_valid),    cmocka_unit_test(test_files),
        cmocka_unit_test(test_refused),  cmocka_unit_test(test_credential),
        cmocka_unit_test(test_security),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
