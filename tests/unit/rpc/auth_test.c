/* The file that says who is let in. */
#include "rpc/auth.h"

#include "base/buf.h"
#include "fm_test.h"

#include <fcntl.h>

#define KEY_A "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"
#define KEY_B "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"
#define KEY_C "%3WYuHCq!ED4ErXF$?SoqN?0s1cs[LMtbgyDl=ZC"

static struct fm_auth *read_text(const char *text)
{
    struct fm_auth *auth = NULL;
    struct fm_why why = FM_WHY_INIT;

    if (fm_auth_read(fm_str(text), "clients", &why, &auth) != FM_OK)
        fail_msg("%s", why.text);
    return auth;
}

static void test_read(void **state)
{
    struct fm_auth *auth;
    const struct fm_principal *p;
    char text[48];

    (void)state;
    assert_true(fm_key_valid(fm_str(KEY_A)));
    assert_true(fm_key_valid(fm_str(KEY_B)));
    assert_true(fm_key_valid(fm_str(KEY_C)));
    auth = read_text("# who\n"
                     "\n"
                     "wire-feed\tproducer " KEY_A "  calls=500 bytes=4M\r\n"
                     "  ops@hq admin,reader " KEY_B "\n"
                     "wire-feed producer " KEY_C " calls=500 bytes=4M");
    assert_int_equal(fm_auth_keys(auth), 3);
    assert_int_equal(fm_auth_principals(auth), 2);
    p = fm_auth_find(auth, fm_str(KEY_A));
    assert_non_null(p);
    assert_string_equal(p->name, "wire-feed");
    assert_int_equal(p->roles, FM_ROLE_PRODUCER);
    assert_int_equal(p->calls_per_second, 500);
    assert_int_equal(p->bytes_per_second, 4 << 20);
    /* A second key of the same client. */
    assert_ptr_equal(fm_auth_find(auth, fm_str(KEY_C)), p);
    p = fm_auth_find(auth, fm_str(KEY_B));
    assert_string_equal(p->name, "ops@hq");
    assert_int_equal(p->roles, FM_ROLE_ADMIN | FM_ROLE_READER);
    assert_int_equal(p->calls_per_second, 0);
    fm_role_text(p->roles, text);
    assert_string_equal(text, "reader, admin");
    fm_role_text(FM_ROLE_ANY, text);
    assert_string_equal(text, "producer, reader, worker, admin");
    assert_null(fm_auth_find(auth, fm_str("")));
    assert_null(fm_auth_find(auth, fm_str_n(KEY_A, 39)));
    assert_null(
        fm_auth_find(auth, fm_str("Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hIE")));
    assert_ptr_equal(fm_auth_share(auth), auth);
    fm_auth_free(auth);
    assert_non_null(fm_auth_find(auth, fm_str(KEY_A)));
    fm_auth_free(auth);
}

static void test_empty(void **state)
{
    struct fm_auth *auth = read_text("# nobody\n\n");

    (void)state;
    assert_int_equal(fm_auth_keys(auth), 0);
    assert_null(fm_auth_find(auth, fm_str(KEY_A)));
    fm_auth_free(auth);
    auth = read_text("");
    fm_auth_free(auth);
}

/* Each names its line. */
static void test_bad_lines(void **state)
{
    static const struct {
        const char *text;
        const char *reason;
        const char *line;
    } cases[] = {
        {"a\n", "CLIENT_LINE", "clients:1:"},
        {"# x\na reader\n", "CLIENT_LINE", "clients:2:"},
        {"\n\na reader short\n", "CLIENT_KEY", "clients:3:"},
        {"a reader " KEY_A "x\n", "CLIENT_KEY", "clients:1:"},
        {"a prodcer " KEY_A "\n", "CLIENT_ROLE", "clients:1:"},
        {"a reader,,admin " KEY_A "\n", "CLIENT_ROLE", "clients:1:"},
        {"a reader, admin " KEY_A "\n", "CLIENT_KEY", "clients:1:"},
        {"local reader " KEY_A "\n", "CLIENT_NAME", "clients:1:"},
        {"a/b reader " KEY_A "\n", "CLIENT_NAME", "clients:1:"},
        {"0123456789012345678901234567890123456789012345678901234567890123x "
         "reader " KEY_A "\n",
         "CLIENT_NAME", "clients:1:"},
        {"a reader " KEY_A " calls=many\n", "CLIENT_LIMIT", "clients:1:"},
        {"a reader " KEY_A " calls=\n", "CLIENT_LIMIT", "clients:1:"},
        {"a reader " KEY_A " bytes=-1\n", "CLIENT_LIMIT", "clients:1:"},
        {"a reader " KEY_A " bytes=9999999G\n", "CLIENT_LIMIT", "clients:1:"},
        {"a reader " KEY_A " 500\n", "CLIENT_LIMIT", "clients:1:"},
        {"a reader " KEY_A "\nb reader " KEY_B "\n\nc admin " KEY_A "\n",
         "CLIENT_KEY_TWICE", "clients:4:"},
        {"a reader " KEY_A "\na admin " KEY_B "\n", "CLIENT_TWICE",
         "clients:2:"},
        {"a reader " KEY_A "\na reader " KEY_B " calls=1\n", "CLIENT_TWICE",
         "clients:2:"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fm_auth *auth = NULL;
        struct fm_why why = FM_WHY_INIT;

        assert_fm_err(
            fm_auth_read(fm_str(cases[i].text), "clients", &why, &auth),
            FM_ECONFIG);
        assert_null(auth);
        if (strcmp(why.reason, cases[i].reason) != 0 ||
            strstr(why.text, cases[i].line) != why.text)
            fail_msg("%zu: %s %s", i, why.reason, why.text);
    }
}

static void test_many(void **state)
{
    struct fm_auth *auth = NULL;
    struct fm_buf text;
    struct fm_why why = FM_WHY_INIT;

    (void)state;
    fm_buf_init(&text, 4u << 20);
    for (unsigned i = 0; i < 1000; i++)
        fm_buf_printf(&text, "client-%u reader %05u%s\n", i, i, &KEY_A[5]);
    assert_fm_ok(fm_auth_read(fm_buf_view(&text), "many", &why, &auth));
    for (unsigned i = 0; i < 1000; i++) {
        char key[64];
        char name[64];

        (void)snprintf(key, sizeof key, "%05u%s", i, &KEY_A[5]);
        (void)snprintf(name, sizeof name, "client-%u", i);
        assert_string_equal(fm_auth_find(auth, fm_str(key))->name, name);
    }
    fm_auth_free(auth);
    fm_buf_release(&text);
}

static void test_file(void **state)
{
    static const char line[] = "a reader " KEY_A "\n";
    char folder[] = "/tmp/fm-auth-XXXXXX";
    char path[64];
    struct fm_auth *auth = NULL;
    struct fm_why why = FM_WHY_INIT;
    int fd;

    (void)state;
    fm_test_folder(folder);
    (void)snprintf(path, sizeof path, "%s/clients", folder);
    assert_fm_err(fm_auth_load(path, &why, &auth), FM_ENOTFOUND);
    assert_fm_err(fm_auth_load(folder, &why, &auth), FM_ECONFIG);
    fd = open(path, O_WRONLY | O_CREAT, 0600);
    assert_int_equal(write(fd, line, sizeof line - 1), sizeof line - 1);
    assert_int_equal(fchmod(fd, 0620), 0);
    assert_fm_err(fm_auth_load(path, &why, &auth), FM_EPERM);
    assert_string_equal(why.reason, "CLIENTS_FILE_MODE");
    assert_int_equal(fchmod(fd, 0644), 0);
    assert_fm_ok(fm_auth_load(path, &why, &auth));
    assert_int_equal(fm_auth_keys(auth), 1);
    fm_auth_free(auth);
    assert_int_equal(close(fd), 0);
    fm_test_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),      cmocka_unit_test(test_empty),
        cmocka_unit_test(test_bad_lines), cmocka_unit_test(test_many),
        cmocka_unit_test(test_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
