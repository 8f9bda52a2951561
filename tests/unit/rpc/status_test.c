/* Errors and gRPC's codes. */
#include "rpc/status.h"

#include "factmill/rpc/v1/rpc.pb-c.h"
#include "fm_test.h"

static void test_every_error_has_a_code(void **state)
{
    (void)state;
    assert_int_equal(fm_status_code(FM_OK), 0);
    for (int e = 1; e < FM_ERROR_COUNT; e++) {
        uint32_t code = fm_status_code((enum fm_error)e);

        assert_true(code >= 1 && code <= 16);
        /* By its name it comes back; by the code alone, one of its kind. */
        assert_int_equal(
            fm_status_error(code, fm_str(fm_error_name((enum fm_error)e))), e);
        assert_int_equal(
            fm_status_code(fm_status_error(code, fm_str_n(NULL, 0))), code);
    }
}

static void test_every_code_has_its_name(void **state)
{
    (void)state;
    for (uint32_t code = 0; code <= 16; code++) {
        const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(
            &factmill__rpc__v1__code__descriptor, (int)code);

        assert_string_equal(fm_status_name(code), value->name);
    }
    assert_string_equal(fm_status_name(17), "UNKNOWN");
}

static void test_unknown(void **state)
{
    const struct fm_str none = {0};

    (void)state;
    assert_int_equal(fm_status_error(2, none), FM_EINTERNAL);
    assert_int_equal(fm_status_error(17, none), FM_EINTERNAL);
    assert_int_equal(fm_status_error(UINT32_MAX, none), FM_EINTERNAL);
    assert_int_equal(fm_status_error(5, fm_str("FM_EINVAL")), FM_ENOTFOUND);
    assert_int_equal(fm_status_error(5, fm_str("FM_OK")), FM_ENOTFOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_error_has_a_code),
        cmocka_unit_test(test_every_code_has_its_name),
        cmocka_unit_test(test_unknown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
