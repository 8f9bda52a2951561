#include "nlp/nlp.h"

#include "fm_test.h"

static char folder[] = "/tmp/fm-nlp-XXXXXX";

static int setup(void **state)
{
    (void)state;
    fm_test_folder(folder);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fm_test_remove(folder);
    return 0;
}

static void path_of(const char *name, char ret_path[128])
{
    (void)snprintf(ret_path, 128, "%s/%s", folder, name);
}

static void test_named_model_must_be_there(void **state)
{
    char path[128];
    struct fm_nlp_options options = {.model = path};
    struct fm_why why = FM_WHY_INIT;
    struct fm_nlp *nlp = NULL;

    (void)state;
    path_of("no.model", path);
    assert_fm_err(fm_nlp_open(&options, &why, &nlp), FM_ECONFIG);
    assert_null(nlp);
    assert_non_null(strstr(why.text, path));
    assert_non_null(strstr(why.text, "--model"));
}

static void test_variable_names_model(void **state)
{
    char path[128];
    struct fm_why why = FM_WHY_INIT;
    struct fm_nlp *nlp = NULL;

    (void)state;
    path_of("none.model", path);
    assert_int_equal(setenv("FACTMILL_MODEL", path, 1), 0);
    assert_fm_err(fm_nlp_open(NULL, &why, &nlp), FM_ECONFIG);
    assert_non_null(strstr(why.text, path));
    assert_int_equal(unsetenv("FACTMILL_MODEL"), 0);
}

static void test_other_file_is_no_model(void **state)
{
    char path[128];
    struct fm_nlp_options options = {.model = path};
    struct fm_why why = FM_WHY_INIT;
    struct fm_nlp *nlp = NULL;
    FILE *file;

    (void)state;
    path_of("letter.model", path);
    file = fopen(path, "w");
    assert_non_null(file);
    for (int i = 0; i < 100; i++)
        assert_true(fputs("Dear Sir or Madam, ", file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_fm_err(fm_nlp_open(&options, &why, &nlp), FM_ECONFIG);
    assert_string_equal(why.reason, "MODEL_DAMAGED");
    assert_non_null(strstr(why.text, path));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_named_model_must_be_there),
        cmocka_unit_test(test_variable_names_model),
        cmocka_unit_test(test_other_file_is_no_model),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
