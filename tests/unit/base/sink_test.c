/* log, metrics, errors: what people and monitors read. */
#include "base/log.h"
#include "base/metrics.h"
#include "fm_test.h"

#include <errno.h>
#include <fcntl.h>

/* What fm_log writes to stderr while run() runs. */
static void capture(void (*run)(void), char *ret, size_t size)
{
    char path[] = "/tmp/fm-log-XXXXXX";
    int file = mkstemp(path);
    int saved = dup(STDERR_FILENO);
    ssize_t n;

    assert_true(file >= 0 && saved >= 0);
    assert_true(dup2(file, STDERR_FILENO) >= 0);
    run();
    assert_true(dup2(saved, STDERR_FILENO) >= 0);
    n = pread(file, ret, size - 1, 0);
    assert_true(n >= 0);
    ret[n] = '\0';
    (void)close(file);
    (void)close(saved);
    (void)unlink(path);
}

static void write_lines(void)
{
    fm_log(FM_LOG_DEBUG, "not shown", FM_LOG_END);
    fm_log(FM_LOG_INFO, "pushed", FM_LOG_Z("id", "a b\"\n"),
           FM_LOG_U64("bytes", 3), FM_LOG_I64("delta", -1), FM_LOG_END);
}

static void test_logfmt_and_json(void **state)
{
    char text[1024];

    (void)state;
    fm_log_setup(FM_LOG_INFO, false, "test");
    capture(write_lines, text, sizeof text);
    assert_non_null(strstr(text, " level=info program=test msg=pushed "
                                 "id=\"a b\\\"\\n\" bytes=3 delta=-1\n"));
    assert_null(strstr(text, "not shown"));
    fm_log_setup(FM_LOG_INFO, true, "test");
    capture(write_lines, text, sizeof text);
    assert_non_null(strstr(text,
                           "\"level\":\"info\",\"program\":\"test\",\"msg\":"
                           "\"pushed\",\"id\":\"a b\\\"\\n\",\"bytes\":3,"
                           "\"delta\":-1}\n"));
    fm_log_setup(FM_LOG_INFO, false, "test");
}

static void test_metrics(void **state)
{
    static struct fm_metric pending =
        FM_METRIC(FM_METRIC_GAUGE, "fm_depth", "state=\"pending\"", "Depth.");
    static struct fm_metric leased =
        FM_METRIC(FM_METRIC_GAUGE, "fm_depth", "state=\"leased\"", "Depth.");
    static struct fm_metric seconds =
        FM_METRIC(FM_METRIC_SECONDS, "fm_seconds", NULL, "Time.");
    struct fm_metric *const all[] = {&pending, &leased, &seconds};
    struct fm_buf out;

    (void)state;
    fm_metric_set(&pending, 3);
    fm_metric_add(&leased, 2);
    fm_metric_observe_us(&seconds, 75);
    fm_metric_observe_us(&seconds, 20000000);
    fm_buf_init(&out, 1 << 16);
    fm_metrics_render(all, 3, &out);
    assert_fm_ok(fm_buf_error(&out));
    assert_non_null(strstr(out.data, "# HELP fm_depth Depth.\n"
                                     "# TYPE fm_depth gauge\n"
                                     "fm_depth{state=\"pending\"} 3\n"
                                     "fm_depth{state=\"leased\"} 2\n"
                                     "# HELP fm_seconds"));
    assert_non_null(strstr(out.data, "fm_seconds_bucket{le=\"5e-05\"} 0\n"
                                     "fm_seconds_bucket{le=\"0.0001\"} 1\n"));
    assert_non_null(strstr(out.data, "fm_seconds_bucket{le=\"+Inf\"} 2\n"));
    assert_non_null(strstr(out.data, "fm_seconds_count 2\n"));
    fm_buf_release(&out);
}

static void test_errors(void **state)
{
    struct fm_why why = FM_WHY_INIT;

    (void)state;
    for (unsigned i = 0; i < FM_ERROR_COUNT; i++) {
        assert_true(strncmp(fm_error_name((enum fm_error)i), "FM_", 3) == 0);
        assert_true(strlen(fm_error_text((enum fm_error)i)) > 0);
    }
    assert_int_equal(fm_error_exit(FM_OK), 0);
    assert_int_equal(fm_error_exit(FM_ECONFIG), 78);
    assert_int_equal(fm_fail_errno(ENOSPC, &why, "cannot write %s", "x"),
                     FM_ENOSPACE);
    assert_non_null(strstr(why.text, "cannot write x: "));
    assert_int_equal(fm_fail(FM_EBUSY, NULL, NULL, "x"), FM_EBUSY);
    assert_string_equal(fm_why_text(NULL, FM_EBUSY), "overloaded");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_logfmt_and_json),
        cmocka_unit_test(test_metrics),
        cmocka_unit_test(test_errors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
