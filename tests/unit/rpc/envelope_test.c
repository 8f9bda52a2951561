/* Headers, read and written, against what protobuf-c makes of them. */
#include "rpc/envelope.h"

#include "factmill/rpc/v1/rpc.pb-c.h"
#include "fm_test.h"

static void test_reads_what_protobuf_writes(void **state)
{
    Factmill__Rpc__V1__Header m;
    Factmill__Rpc__V1__KeyValue pair;
    Factmill__Rpc__V1__KeyValue *pairs[] = {&pair};
    char method[] = "/a.B/C";
    char key[] = "request-id";
    char value[] = "7";
    uint8_t bytes[256];
    struct fm_header h;
    struct fm_str packed;

    (void)state;
    factmill__rpc__v1__header__init(&m);
    factmill__rpc__v1__key_value__init(&pair);
    pair.key = key;
    pair.value = value;
    m.call = UINT64_MAX;
    m.method = method;
    m.timeout_ms = UINT32_MAX;
    m.n_metadata = 1;
    m.metadata = pairs;
    m.action = FACTMILL__RPC__V1__ACTION__CREDIT;
    m.credit = 9;
    m.more = 1;
    m.keepalive = 1;
    m.retry_after_ms = 5;
    packed =
        fm_str_n((char *)bytes, factmill__rpc__v1__header__pack(&m, bytes));
    assert_fm_ok(fm_header_read(packed, NULL, &h));
    assert_true(h.call == UINT64_MAX);
    assert_str(h.method, method);
    assert_int_equal(h.timeout_ms, UINT32_MAX);
    assert_int_equal(h.action, FM_ACTION_CREDIT);
    assert_int_equal(h.credit, 9);
    assert_true(h.more && h.keepalive && !h.has_status);
    assert_int_equal(h.retry_after_ms, 5);
    assert_str(fm_header_metadata(packed, "request-id"), "7");
    assert_int_equal(fm_header_metadata(packed, "tenant").len, 0);
}

static Factmill__Rpc__V1__Header *unpack(const char *bytes, size_t len)
{
    Factmill__Rpc__V1__Header *m =
        factmill__rpc__v1__header__unpack(NULL, len, (const uint8_t *)bytes);

    assert_non_null(m);
    return m;
}

static void test_protobuf_reads_what_is_written(void **state)
{
    struct fm_header h = {.call = 3,
                          .method = FM_STR_LIT("/a.B/C"),
                          .timeout_ms = 40,
                          .credit = 8};
    char bytes[FM_HEADER_SIZE];
    size_t len = 0;
    Factmill__Rpc__V1__Header *m;

    (void)state;
    assert_fm_ok(fm_header_write_call(&h, bytes, &len));
    m = unpack(bytes, len);
    assert_int_equal(m->call, 3);
    assert_string_equal(m->method, "/a.B/C");
    assert_int_equal(m->timeout_ms, 40);
    assert_int_equal(m->credit, 8);
    factmill__rpc__v1__header__free_unpacked(m, NULL);

    m = unpack(bytes, fm_header_write_action(4, FM_ACTION_CANCEL, 0, bytes));
    assert_int_equal(m->call, 4);
    assert_int_equal(m->action, FACTMILL__RPC__V1__ACTION__CANCEL);
    factmill__rpc__v1__header__free_unpacked(m, NULL);

    m = unpack(bytes, fm_header_write_more(5, true, bytes));
    assert_true(m->call == 5 && m->more && m->keepalive);
    assert_null(m->status);
    factmill__rpc__v1__header__free_unpacked(m, NULL);

    m = unpack(bytes, fm_header_write_end(6, FM_OK, NULL, bytes));
    assert_true(m->call == 6 && !m->more);
    assert_non_null(m->status);
    assert_int_equal(m->status->code, 0);
    factmill__rpc__v1__header__free_unpacked(m, NULL);
}

/* Every error comes back as what it was, with all that was said of it. */
static void test_ends_round(void **state)
{
    (void)state;
    for (int e = 1; e < FM_ERROR_COUNT; e++) {
        struct fm_why why = {.text = "a sentence",
                             .reason = "A_REASON",
                             .field = "a.field",
                             .retry_after_ms = 77};
        struct fm_why back = FM_WHY_INIT;
        char bytes[FM_HEADER_SIZE];
        struct fm_header h;
        uint32_t code = 0;
        size_t len = fm_header_write_end(9, (enum fm_error)e, &why, bytes);

        assert_fm_ok(fm_header_read(fm_str_n(bytes, len), NULL, &h));
        assert_true(h.has_status);
        assert_int_equal(fm_header_status(&h, &code, &back), e);
        assert_true(code > 0 && code < 17);
        assert_string_equal(back.text, why.text);
        assert_string_equal(back.reason, why.reason);
        assert_string_equal(back.field, why.field);
        assert_int_equal(back.retry_after_ms, 77);
    }
}

/* fm_why is filled by people and may be cut in the middle of a character. */
static void test_longest_end(void **state)
{
    struct fm_why why = FM_WHY_INIT;
    char bytes[FM_HEADER_SIZE];
    Factmill__Rpc__V1__Header *m;
    size_t len;

    (void)state;
    memset(why.text, 'x', sizeof why.text - 1);
    memset(why.reason, 'X', sizeof why.reason - 1);
    memset(why.field, 'f', sizeof why.field - 1);
    memcpy(why.text + sizeof why.text - 2, "\xc3", 1);
    why.retry_after_ms = UINT32_MAX;
    len = fm_header_write_end(UINT64_MAX, FM_EUNIMPLEMENTED, &why, bytes);
    assert_true(len < FM_HEADER_SIZE);
    m = unpack(bytes, len);
    assert_int_equal(strlen(m->status->message), sizeof why.text - 2);
    assert_int_equal(m->status->n_details, 2);
    factmill__rpc__v1__header__free_unpacked(m, NULL);
}

static const struct {
    const char *bytes;
    size_t len;
    uint64_t call; /* still read */
} MALFORMED[] = {
    {"\x08", 1, 0}, /* cut varint */
    {"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 12, 0}, /* too long */
    {"\x07", 1, 0},                 /* wire type 7 */
    {"\x00", 1, 0},                 /* field 0 */
    {"\x0a\x00", 2, 0},             /* call as bytes */
    {"\x08\x05\x12", 3, 5},         /* cut length */
    {"\x08\x05\x12\x7f", 4, 5},     /* cut bytes */
    {"\x08\x05\x42\x02\x01", 5, 5}, /* cut status */
    {"\x08\x05\x18", 3, 5},         /* cut timeout */
    {"\x08\x05\x28\x09", 4, 5},     /* action 9 */
    {"\x22\x00\x08\x06", 4, 6},     /* a pair without key, then the call */
};

static void test_malformed(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof MALFORMED / sizeof *MALFORMED; i++) {
        struct fm_why why = FM_WHY_INIT;
        struct fm_header h = {0};

        assert_fm_err(
            fm_header_read(fm_str_n(MALFORMED[i].bytes, MALFORMED[i].len), &why,
                           &h),
            FM_EINVAL);
        assert_true(why.text[0] != '\0');
        assert_int_equal(h.call, MALFORMED[i].call);
    }
}

static void test_limits(void **state)
{
    static char bytes[FM_LIMIT_HEADER + 8];
    struct fm_why why = FM_WHY_INIT;
    struct fm_header h = {0};

    (void)state;
    /* call 1, then an unknown field up to the limit, then one byte more. */
    memcpy(bytes, "\x08\x01\xfa\x01", 4);
    bytes[4] = (char)(0x80 | ((FM_LIMIT_HEADER - 7) & 0x7f));
    bytes[5] = (char)(0x80 | ((FM_LIMIT_HEADER - 7) >> 7 & 0x7f));
    bytes[6] = (char)((FM_LIMIT_HEADER - 7) >> 14);
    assert_fm_ok(fm_header_read(fm_str_n(bytes, FM_LIMIT_HEADER), &why, &h));
    assert_int_equal(h.call, 1);
    assert_fm_err(
        fm_header_read(fm_str_n(bytes, FM_LIMIT_HEADER + 1), &why, &h),
        FM_ETOOBIG);
    /* The longest method, and one byte more. */
    memset(bytes, 'm', sizeof bytes);
    memcpy(bytes, "\x08\x01\x12\x80\x02", 5);
    assert_fm_ok(fm_header_read(fm_str_n(bytes, 5 + 256), &why, &h));
    assert_int_equal(h.method.len, FM_LIMIT_METHOD);
    bytes[3] = (char)0x81;
    assert_fm_err(fm_header_read(fm_str_n(bytes, 5 + 257), &why, &h),
                  FM_EINVAL);
    h.method = fm_str_n(bytes, 257);
    {
        char out[FM_HEADER_SIZE];
        size_t len = 0;

        assert_fm_err(fm_header_write_call(&h, out, &len), FM_ETOOBIG);
    }
}

static void test_status_of_strangers(void **state)
{
    struct fm_header h = {.has_status = true};
    struct fm_why why = FM_WHY_INIT;
    uint32_t code = 0;

    (void)state;
    /* No status at all, one without our details, codes nobody has. */
    assert_fm_ok(fm_header_status(&h, &code, &why));
    h.status = fm_str("\x08\x05\x12\x04gone");
    assert_int_equal(fm_header_status(&h, &code, &why), FM_ENOTFOUND);
    assert_string_equal(why.text, "gone");
    h.status = fm_str("\x08\x63");
    assert_int_equal(fm_header_status(&h, &code, &why), FM_EINTERNAL);
    assert_int_equal(code, 99);
    h.status = fm_str("\x08");
    assert_int_equal(fm_header_status(&h, &code, &why), FM_EINTERNAL);
    assert_string_equal(why.reason, "STATUS_MALFORMED");
    /* An error of another code does not count. */
    h.status = fm_str("\x08\x05\x22\x14\x0a\x05"
                      "error\x12\x0b"
                      "FM_EINVALID");
    assert_int_equal(fm_header_status(&h, &code, &why), FM_ENOTFOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_what_protobuf_writes),
        cmocka_unit_test(test_protobuf_reads_what_is_written),
        cmocka_unit_test(test_ends_round),
        cmocka_unit_test(test_longest_end),
        cmocka_unit_test(test_malformed),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_status_of_strangers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
