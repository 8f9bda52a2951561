/* Any frames at all, sent by a socket that knows nothing of calls. */
#include "unit/rpc/world.h"

static const char GET_BODY[] = "\x0a\x01x"; /* GetFactRequest{id: "x"} */

static void open_raw(struct world *w)
{
    init_world(w, 1);
    open_world(w);
}

static void expect_fact(struct world *w, uint64_t call, size_t frames)
{
    struct raw_reply reply = raw_receive(w);

    assert_int_equal(reply.frames, frames);
    assert_int_equal(reply.header->call, call);
    assert_false(reply.header->more);
    assert_non_null(reply.header->status);
    assert_int_equal(reply.header->status->code, 0);
    assert_true(reply.body_len > 0);
    raw_free(&reply);
}

static void expect_failure(struct world *w, uint64_t call, unsigned code,
                           const char *reason)
{
    struct raw_reply reply = raw_receive(w);

    assert_int_equal(reply.header->call, call);
    assert_false(reply.header->more);
    assert_non_null(reply.header->status);
    assert_int_equal(reply.header->status->code, code);
    assert_string_equal(reply.header->status->reason, reason);
    assert_true(strlen(reply.header->status->message) > 10);
    assert_int_equal(reply.body_len, 0);
    raw_free(&reply);
}

static void send_call(struct world *w, uint64_t call, bool delimited)
{
    char header[1024];
    struct fm_str frames[3] = {fm_str_n("", 0),
                               call_header(call, "GetFact", 0, header),
                               fm_str(GET_BODY)};

    raw_send(w, delimited ? frames : frames + 1, delimited ? 3 : 2);
}

static void test_dealer_and_req(void **state)
{
    struct world w;

    (void)state;
    open_raw(&w);
    send_call(&w, 1, false);
    expect_fact(&w, 1, 2);
    send_call(&w, UINT64_MAX, true);
    expect_fact(&w, UINT64_MAX, 3);
    close_world(&w);
}

/* A REQ that calls a stream gets its first message. */
static void test_req_and_stream(void **state)
{
    struct world w;
    char header[1024];
    struct raw_reply reply;

    (void)state;
    open_raw(&w);
    atomic_store(&w.service.limit, 3);
    raw_send(&w,
             (struct fm_str[]){fm_str_n("", 0),
                               call_header(5, "WatchFacts", 1, header),
                               fm_str_n("", 0)},
             3);
    reply = raw_receive(&w);
    assert_int_equal(reply.frames, 3);
    assert_true(reply.header->more);
    assert_int_equal(number_of(fm_str_n(reply.body, reply.body_len)), 1);
    raw_free(&reply);
    close_world(&w);
}

/* --- answered ---------------------------------------------------------------- */

static void test_shapes_that_are_answered(void **state)
{
    struct world w;
    char header[1024];
    struct fm_str many[20];

    (void)state;
    open_raw(&w);
    many[0] = call_header(7, "GetFact", 0, header);
    for (size_t i = 1; i < 20; i++)
        many[i] = fm_str(GET_BODY);
    raw_send(&w, many, 1);
    expect_failure(&w, 7, 3, "BODY_MISSING");
    raw_send(&w, many, 20);
    expect_failure(&w, 7, 3, "TOO_MANY_FRAMES");
    raw_send(&w, many, 3);
    expect_failure(&w, 7, 3, "TOO_MANY_FRAMES");
    many[0] = call_header(0, "GetFact", 0, header);
    raw_send(&w, many, 2);
    expect_failure(&w, 0, 3, "CALL_ZERO");
    send_call(&w, 8, false);
    expect_fact(&w, 8, 2);
    assert_int_equal(stats_of(&w).malformed, 0);
    close_world(&w);
}

static const struct {
    const char *header;
    size_t len;
    unsigned code;
    const char *reason;
} ANSWERED[] = {
    /* call 9, action 3 */
    {"\x08\x09\x28\x03", 4, 3, "ACTION_UNKNOWN"},
    /* call 9, action -1 */
    {"\x08\x09\x28\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 13, 3,
     "ACTION_UNKNOWN"},
    /* call 9, then a field cut off */
    {"\x08\x09\x12\x05zz", 6, 3, "HEADER_MALFORMED"},
    /* call 9, method as a number */
    {"\x08\x09\x10\x05", 4, 3, "HEADER_MALFORMED"},
    /* call 9, method not UTF-8 */
    {"\x08\x09\x12\x01\xff", 5, 3, "METHOD_INVALID"},
    /* call 9, metadata without a key */
    {"\x08\x09\x22\x03\x12\x01v", 7, 3, "METADATA_INVALID"},
    /* call 9, metadata that is no pair */
    {"\x08\x09\x22\x01\x0f", 5, 3, "METADATA_INVALID"},
    /* call 9, an unknown field, no method */
    {"\x08\x09\xf8\x01\x01", 5, 12, "METHOD_UNKNOWN"},
};

static void test_headers_that_are_answered(void **state)
{
    struct world w;

    (void)state;
    open_raw(&w);
    for (size_t i = 0; i < sizeof ANSWERED / sizeof *ANSWERED; i++) {
        raw_send(
            &w,
            (struct fm_str[]){fm_str_n(ANSWERED[i].header, ANSWERED[i].len),
                              fm_str(GET_BODY)},
            2);
        expect_failure(&w, 9, ANSWERED[i].code, ANSWERED[i].reason);
    }
    close_world(&w);
}

static void test_large_headers(void **state)
{
    struct world w;
    static char header[100000];

    (void)state;
    open_raw(&w);
    /* call 3, then a field of 20 000 bytes that nobody knows. */
    memcpy(header, "\x08\x03\xfa\x01\xa0\x9c\x01", 7);
    raw_send(&w, (struct fm_str[]){fm_str_n(header, 20007), fm_str(GET_BODY)},
             2);
    expect_failure(&w, 3, 8, "HEADER_TOO_LARGE");
    /* 33 pairs of metadata. */
    for (size_t i = 0; i < 33; i++)
        memcpy(header + 2 + i * 5, "\x22\x03\x0a\x01k", 5);
    raw_send(&w,
             (struct fm_str[]){fm_str_n(header, 2 + 33 * 5), fm_str(GET_BODY)},
             2);
    expect_failure(&w, 3, 3, "METADATA_TOO_LARGE");
    /* One pair of 9 000 bytes. */
    memcpy(header + 2, "\x22\xae\x46\x0a\x01k\x12\xa8\x46", 9);
    memset(header + 11, 'v', 9000);
    raw_send(&w, (struct fm_str[]){fm_str_n(header, 9011), fm_str(GET_BODY)},
             2);
    expect_failure(&w, 3, 3, "METADATA_TOO_LARGE");
    close_world(&w);
}

static void test_metadata(void **state)
{
    struct world w;
    char bytes[1024];
    Factmill__Rpc__V1__Header header;
    Factmill__Rpc__V1__KeyValue pairs[2];
    Factmill__Rpc__V1__KeyValue *list[2] = {&pairs[0], &pairs[1]};
    char method[] = "/factmill.v1.Query/GetFact";
    char keys[2][16] = {"traceparent", "request-id"};
    char values[2][16] = {"00-1", "r-17"};
    struct raw_reply reply;

    (void)state;
    open_raw(&w);
    factmill__rpc__v1__header__init(&header);
    header.call = 1;
    header.method = method;
    header.n_metadata = 2;
    header.metadata = list;
    for (int i = 0; i < 2; i++) {
        factmill__rpc__v1__key_value__init(&pairs[i]);
        pairs[i].key = keys[i];
        pairs[i].value = values[i];
    }
    raw_send(&w,
             (struct fm_str[]){pack_header(&header, bytes),
                               fm_str("\x0a\x08metadata")},
             2);
    reply = raw_receive(&w);
    assert_non_null(strstr(reply.body, "r-17"));
    raw_free(&reply);
    close_world(&w);
}

/* The same number twice at once: the second is refused, the first goes on. */
static void test_call_that_is_open(void **state)
{
    struct world w;
    char header[1024];
    char id[] = "first";

    (void)state;
    open_raw(&w);
    raw_send(&w,
             (struct fm_str[]){call_header(4, "GetFact", 0, header),
                               fm_str("\x0a\x04hold")},
             2);
    send_call(&w, 4, false);
    expect_failure(&w, 4, 3, "CALL_OPEN");
    reply_fact(take_held(&w.service), id);
    expect_fact(&w, 4, 2);
    /* Once it has ended its number is free again. */
    send_call(&w, 4, false);
    expect_fact(&w, 4, 2);
    close_world(&w);
}

static void test_cancel_is_answered(void **state)
{
    struct world w;
    char header[1024];
    char id[] = "late";

    (void)state;
    open_raw(&w);
    raw_send(&w,
             (struct fm_str[]){call_header(4, "GetFact", 0, header),
                               fm_str("\x0a\x04hold")},
             2);
    wait_for(atomic_load(&w.service.begun) == 1);
    raw_send(&w, (struct fm_str[]){fm_str("\x08\x04\x28\x01")}, 1);
    expect_failure(&w, 4, 1, "CANCELLED");
    reply_fact(take_held(&w.service), id);
    wait_for(stats_of(&w).open == 0);
    close_world(&w);
}

/* --- counted, ignored -------------------------------------------------------- */

static void test_what_is_dropped(void **state)
{
    static const struct {
        const char *frame;
        size_t len;
        uint64_t counted;
    } cases[] = {
        {"", 0, 1},     /* no header at all */
        {"\xff", 1, 1}, /* nothing readable */
        {"GET / HTTP/1.1\r\n", 16, 1},
        {"\x12\x01\xff", 3, 1},             /* no call, a bad method */
        {"\x28\x01", 2, 0},                 /* CANCEL of no call */
        {"\x08\x63\x28\x01", 4, 0},         /* CANCEL of one that is not open */
        {"\x08\x63\x28\x02\x30\x05", 6, 0}, /* CREDIT for one that is not */
    };
    struct world w;
    uint64_t counted = 0;

    (void)state;
    open_raw(&w);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        raw_send(&w, (struct fm_str[]){fm_str_n(cases[i].frame, cases[i].len)},
                 1);
        /* The server has dealt with it when it answers the next one. */
        send_call(&w, 50 + i, false);
        expect_fact(&w, 50 + i, 2);
        counted += cases[i].counted;
        assert_int_equal(stats_of(&w).malformed, counted);
    }
    close_world(&w);
}

/* A fixed walk through bytes and shapes; nothing may hurt the server. */
static void test_noise(void **state)
{
    struct world w;
    uint64_t x = 88172645463325252u;

    (void)state;
    open_raw(&w);
    for (int round = 0; round < 3000; round++) {
        char bytes[4][64];
        struct fm_str frames[4];
        size_t n;

        for (size_t i = 0; i < 4; i++) {
            for (size_t k = 0; k < 64; k++) {
                x ^= x << 13;
                x ^= x >> 7;
                x ^= x << 17;
                bytes[i][k] = (char)(x >> 24);
            }
            /* Often the begin of a true header. */
            if (i == 0 && x % 3 != 0)
                memcpy(bytes[i], "\x08\x05\x12\x04", 4);
            frames[i] = fm_str_n(bytes[i], x % 64);
        }
        n = 1 + x % 4;
        raw_send(&w, frames, n);
        while (fm_socket_ready(w.raw)) {
            struct raw_reply reply = raw_receive(&w);

            raw_free(&reply);
        }
    }
    {
        struct fm_why why = FM_WHY_INIT;
        char id[64];

        assert_fm_ok(get(&w, "alive", 5000, &why, id));
    }
    close_world(&w);
}

/* Flooding without reading: what does not fit is dropped and counted, and
 * others are served. */
static void test_peer_that_does_not_read(void **state)
{
    struct world w;
    struct fm_why why = FM_WHY_INIT;
    char id[64];
    char header[1024];

    (void)state;
    open_raw(&w);
    for (uint64_t i = 1; i <= 30000; i++)
        raw_send(
            &w,
            (struct fm_str[]){call_header(i, "Nothing", 0, header), fm_str("")},
            2);
    assert_fm_ok(get(&w, "x", 5000, &why, id));
    wait_for(stats_of(&w).failed == 30000);
    assert_fm_ok(get(&w, "x", 5000, &why, id));
    close_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dealer_and_req),
        cmocka_unit_test(test_req_and_stream),
        cmocka_unit_test(test_shapes_that_are_answered),
        cmocka_unit_test(test_headers_that_are_answered),
        cmocka_unit_test(test_large_headers),
        cmocka_unit_test(test_metadata),
        cmocka_unit_test(test_call_that_is_open),
        cmocka_unit_test(test_cancel_is_answered),
        cmocka_unit_test(test_what_is_dropped),
        cmocka_unit_test(test_noise),
        cmocka_unit_test(test_peer_that_does_not_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
