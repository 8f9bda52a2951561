#include "base/config.h"

#include "fm_test.h"

struct settings {
    const char *data;
    const char *level;
    uint64_t workers;
    uint64_t limit;
    uint64_t wait;
    bool plain;
};

#define KEY(n, t, f, lo, hi, c, m, help)                      \
 {                                                            \
  n, t, f, lo, hi, c, offsetof(struct settings, m), "X", help \
 }
static const struct fm_config_key keys[] = {
    KEY("data", FM_CONFIG_STRING, NULL, 0, 0, NULL, data, "where"),
    KEY("log-level", FM_CONFIG_CHOICE, "info", 0, 0, "debug|info|warn", level,
        "how much"),
    KEY("workers", FM_CONFIG_U64, "2", 1, 64, NULL, workers, "how many"),
    KEY("max-bytes", FM_CONFIG_SIZE, "4M", 0, 0, NULL, limit, "how big"),
    KEY("wait", FM_CONFIG_DURATION, "2s", 0, 0, NULL, wait, "how long"),
    KEY("plain", FM_CONFIG_BOOL, "false", 0, 0, NULL, plain, "no colour"),
};

static struct fm_config config_of(struct settings *settings)
{
    memset(settings, 0, sizeof *settings);
    return (struct fm_config){.program = "prog",
                              .synopsis = "[OPTION…]",
                              .about = "Tests.",
                              .keys = keys,
                              .key_count = sizeof keys / sizeof keys[0],
                              .values = settings};
}

/* Arguments as main gets them: writable. They must outlive the config. */
static enum fm_error load(struct fm_config *config, struct fm_why *why,
                          enum fm_config_action *action, size_t argc,
                          const char *const *args)
{
    static char texts[16][128];
    char *argv[17] = {NULL};

    assert_true(argc <= 16);
    for (size_t i = 0; i < argc; i++) {
        (void)snprintf(texts[i], sizeof texts[i], "%s", args[i]);
        argv[i] = texts[i];
    }
    return fm_config_load(config, (int)argc, argv, why, action);
}

#define LOAD(config, why, action, ...)                              \
 load(config, why, action,                                          \
      sizeof((const char *[]){__VA_ARGS__}) / sizeof(const char *), \
      (const char *[]){__VA_ARGS__})

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void test_order_of_sources(void **state)
{
    struct settings s;
    struct fm_config config = config_of(&s);
    struct fm_why why = FM_WHY_INIT;
    enum fm_config_action action = FM_CONFIG_HELP;
    char folder[] = "/tmp/fm-config-XXXXXX";
    char path[64];

    (void)state;
    fm_test_folder(folder);
    (void)snprintf(path, sizeof path, "%s/conf", folder);
    write_file(path, "# comment\nworkers = 3\n max_bytes=8k \nwait = 5m\n");
    assert_int_equal(setenv("FACTMILL_WAIT", "7s", 1), 0);
    assert_int_equal(setenv("FACTMILL_WORKERS", "4", 1), 0);
    assert_fm_ok(LOAD(&config, &why, &action, "prog", "--config", path,
                      "--workers=5", "--plain", "--data", "/d", "rest"));
    assert_int_equal(action, FM_CONFIG_RUN);
    assert_int_equal(s.workers, 5);
    assert_int_equal(s.wait, 7000);
    assert_int_equal(s.limit, 8192);
    assert_true(s.plain);
    assert_string_equal(s.data, "/d");
    assert_string_equal(s.level, "info");
    assert_int_equal(config.first_argument, 7);
    fm_config_release(&config);
    assert_int_equal(unsetenv("FACTMILL_WAIT"), 0);
    assert_int_equal(unsetenv("FACTMILL_WORKERS"), 0);
    fm_test_remove(folder);
}

static void test_errors_say_where(void **state)
{
    struct settings s;
    struct fm_config config = config_of(&s);
    struct fm_why why = FM_WHY_INIT;
    enum fm_config_action action = FM_CONFIG_RUN;
    char folder[] = "/tmp/fm-config-XXXXXX";
    char path[64];

    (void)state;
    fm_test_folder(folder);
    (void)snprintf(path, sizeof path, "%s/conf", folder);
    write_file(path, "workers = 3\n\nwrokers = 4\n");
    assert_fm_err(LOAD(&config, &why, &action, "prog", "--config", path),
                  FM_ECONFIG);
    assert_non_null(strstr(why.text, "conf:3"));
    assert_non_null(strstr(why.text, "wrokers"));
    fm_config_release(&config);
    assert_fm_err(LOAD(&config, &why, &action, "prog", "--workers", "65"),
                  FM_ECONFIG);
    assert_string_equal(why.field, "workers");
    assert_non_null(strstr(why.text, "1 to 64"));
    fm_config_release(&config);
    assert_fm_err(LOAD(&config, &why, &action, "prog", "--log-level", "loud"),
                  FM_ECONFIG);
    fm_config_release(&config);
    assert_fm_err(LOAD(&config, &why, &action, "prog", "--data"), FM_ECONFIG);
    fm_config_release(&config);
    assert_fm_err(LOAD(&config, &why, &action, "prog", "-x"), FM_ECONFIG);
    fm_config_release(&config);
    assert_fm_err(LOAD(&config, &why, &action, "prog", "--config", "/no/such"),
                  FM_ECONFIG);
    fm_config_release(&config);
    fm_test_remove(folder);
}

static void test_actions(void **state)
{
    struct settings s;
    struct fm_config config = config_of(&s);
    enum fm_config_action action = FM_CONFIG_RUN;

    (void)state;
    assert_fm_ok(LOAD(&config, NULL, &action, "prog", "--check-config"));
    assert_int_equal(action, FM_CONFIG_CHECK);
    fm_config_release(&config);
    assert_fm_ok(LOAD(&config, NULL, &action, "prog", "--", "--help"));
    assert_int_equal(config.first_argument, 2);
    fm_config_release(&config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_of_sources),
        cmocka_unit_test(test_errors_say_where),
        cmocka_unit_test(test_actions),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
