/* Messages unpacked within a budget, and base64. */
#include "rpc/message.h"

#include "factmill/v1/article.pb-c.h"
#include "factmill/v1/fact.pb-c.h"
#include "factmill/v1/ingest.pb-c.h"
#include "fm_test.h"
#include "google/protobuf/descriptor.pb-c.h"
#include "rpc/base64.h"

#include <stdlib.h>

#define TYPE  &google__protobuf__descriptor_proto__descriptor
#define BATCH &factmill__v1__push_batch_request__descriptor

static void test_nesting_of_types(void **state)
{
    (void)state;
    assert_false(fm_message_nests(&factmill__v1__fact__descriptor, 16));
    assert_false(fm_message_nests(&factmill__v1__push_request__descriptor, 3));
    assert_true(fm_message_nests(&factmill__v1__push_request__descriptor, 2));
    assert_true(fm_message_nests(TYPE, 16));
}

/* nested_type in nested_type, n of them. */
static struct fm_str nest(size_t n, char bytes[256])
{
    for (size_t i = 0; i < n; i++) {
        bytes[2 * i] = 0x1a;
        bytes[2 * i + 1] = (char)(2 * (n - 1 - i));
    }
    return fm_str_n(bytes, 2 * n);
}

static void test_depth_of_bytes(void **state)
{
    char bytes[256];
    /* A text that looks like messages is none. */
    struct fm_str text = fm_str("\x0a\x04\x0a\x02\x0a\x00");

    (void)state;
    assert_false(fm_message_too_deep(TYPE, nest(15, bytes), 16));
    assert_true(fm_message_too_deep(TYPE, nest(16, bytes), 16));
    assert_true(fm_message_too_deep(TYPE, nest(60, bytes), 16));
    assert_false(fm_message_too_deep(TYPE, text, 1));
}

static void test_unpack(void **state)
{
    struct fm_arena arena;
    struct fm_why why = FM_WHY_INIT;
    const ProtobufCMessage *message = NULL;
    char bombs[20000];

    (void)state;
    fm_arena_init_blocks(&arena, 4096, 512);
    assert_fm_ok(fm_message_unpack(&factmill__v1__label__descriptor,
                                   fm_str("\x0a\x01k\x12\x01v"), &arena, &why,
                                   &message));
    assert_string_equal(
        ((const Factmill__V1__Label *)(const void *)message)->value, "v");
    fm_arena_reset(&arena);
    message = NULL;
    assert_fm_err(fm_message_unpack(&factmill__v1__label__descriptor,
                                    fm_str("\x0a\x05k"), &arena, &why,
                                    &message),
                  FM_EINVAL);
    assert_non_null(strstr(why.text, "factmill.v1.Label"));
    /* Two bytes an article on the wire, far more in memory. */
    for (size_t i = 0; i < sizeof bombs; i += 2)
        memcpy(bombs + i, "\x0a\x00", 2);
    fm_arena_reset(&arena);
    assert_fm_err(fm_message_unpack(BATCH, fm_str_n(bombs, sizeof bombs),
                                    &arena, &why, &message),
                  FM_ETOOBIG);
    assert_null(message);
    fm_arena_release(&arena);
}

static void test_init_without_a_function(void **state)
{
    ProtobufCMessageDescriptor copy = factmill__v1__article__descriptor;
    Factmill__V1__Article a;

    (void)state;
    copy.message_init = NULL;
    fm_message_init(&copy, &a.base);
    assert_ptr_equal(a.base.descriptor, &copy);
    assert_ptr_equal(a.text, protobuf_c_empty_string);
    assert_null(a.published);
    assert_int_equal(a.n_labels, 0);
    assert_int_equal(protobuf_c_message_get_packed_size(&a.base), 0);
}

static void test_base64(void **state)
{
    static const char *const cases[][2] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
        {"\xff\xfe\xfd", "//79"},
    };
    static const char *const bad[] = {
        "Z", "Zg=", "Zh==", "Zm9=", "Z m9", "====", "Zg==Zg==", "Zm9v="};
    struct fm_buf out;

    (void)state;
    fm_buf_init(&out, 100);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fm_buf_reset(&out);
        fm_base64_write(fm_str(cases[i][0]), &out);
        assert_str(fm_buf_view(&out), cases[i][1]);
        fm_buf_reset(&out);
        assert_fm_ok(fm_base64_read(fm_str(cases[i][1]), &out));
        assert_str(fm_buf_view(&out), cases[i][0]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        fm_buf_reset(&out);
        if (fm_base64_read(fm_str(bad[i]), &out) != FM_EINVAL)
            fail_msg("%s", bad[i]);
    }
    fm_buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nesting_of_types),
        cmocka_unit_test(test_depth_of_bytes),
        cmocka_unit_test(test_unpack),
        cmocka_unit_test(test_init_without_a_function),
        cmocka_unit_test(test_base64),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
