/* Descriptors made at run time do what the compiled ones do. */
#include "rpc/dynamic.h"

#include "base/wire.h"
#include "factmill/v1/fact.pb-c.h"
#include "fm_descriptor_set.h"
#include "fm_test.h"
#include "google/protobuf/descriptor.pb-c.h"
#include "grpc/reflection/v1/reflection.pb-c.h"
#include "rpc/json.h"

#include <stdlib.h>

#define FILES_MAX 32

static size_t files_of_build(struct fm_str files[FILES_MAX])
{
    const char *data = (const char *)fm_descriptor_set;
    struct fm_str all =
        fm_str_n(data, (size_t)((const char *)fm_descriptor_set_end - data));
    struct fm_wire_field field;
    size_t at = 0;
    size_t n = 0;

    while (fm_wire_next(all, &at, &field)) {
        assert_true(n < FILES_MAX);
        files[n++] = field.bytes;
    }
    assert_int_equal(at, all.len);
    return n;
}

static struct fm_dynamic *open_build(void)
{
    struct fm_str files[FILES_MAX];
    size_t n = files_of_build(files);
    struct fm_why why = FM_WHY_INIT;
    struct fm_dynamic *d = NULL;

    if (fm_dynamic_open(files, n, &why, &d) != FM_OK)
        fail_msg("%s", why.text);
    return d;
}

static void to_json(const ProtobufCMessage *message, struct fm_buf *out)
{
    const struct fm_json_style style = {.always = true};

    fm_buf_init(out, 1 << 16);
    fm_json_write(message, &style, out);
    assert_fm_ok(fm_buf_error(out));
}

/* JSON read by one kind of descriptor, packed, unpacked by the other, written:
 * the same either way. */
static void check_same(const char *json,
                       const ProtobufCMessageDescriptor *compiled,
                       const ProtobufCMessageDescriptor *made)
{
    const ProtobufCMessageDescriptor *types[2] = {compiled, made};
    struct fm_buf texts[2];

    for (int i = 0; i < 2; i++) {
        struct fm_why why = FM_WHY_INIT;
        ProtobufCMessage *one = NULL;
        ProtobufCMessage *other;
        uint8_t *bytes;
        size_t size;

        if (fm_json_read(fm_str(json), types[i], &why, &one) != FM_OK)
            fail_msg("%s: %s %s", json, why.text, why.field);
        size = protobuf_c_message_get_packed_size(one);
        bytes = malloc(size + 1);
        assert_non_null(bytes);
        assert_int_equal(protobuf_c_message_pack(one, bytes), size);
        other = protobuf_c_message_unpack(types[1 - i], NULL, size, bytes);
        assert_non_null(other);
        to_json(other, &texts[i]);
        protobuf_c_message_free_unpacked(one, NULL);
        protobuf_c_message_free_unpacked(other, NULL);
        free(bytes);
    }
    assert_str(fm_buf_view(&texts[0]), texts[1].data);
    fm_buf_release(&texts[0]);
    fm_buf_release(&texts[1]);
}

static void test_same_as_compiled(void **state)
{
    static const struct {
        const ProtobufCMessageDescriptor *type;
        const char *json;
    } cases[] = {
        {&factmill__v1__fact__descriptor, "{}"},
        {&factmill__v1__fact__descriptor,
         "{\"id\":\"f\",\"kind\":\"QUANTITY\",\"confidence\":0.5,"
         "\"published\":\"2026-11-23T10:00:00.25Z\",\"sequence\":\"7\","
         "\"subject\":{\"text\":\"x\",\"span\":{\"start\":1,\"end\":2,"
         "\"field\":\"TITLE\"}},\"arguments\":[{},{\"text\":\"y\"}],"
         "\"retracted\":true}"},
        {&grpc__reflection__v1__server_reflection_request__descriptor,
         "{\"host\":\"h\",\"file_containing_symbol\":\"s\"}"},
        {&grpc__reflection__v1__server_reflection_request__descriptor,
         "{\"file_containing_extension\":{\"containing_type\":\"t\","
         "\"extension_number\":5}}"},
        {&grpc__reflection__v1__extension_number_response__descriptor,
         "{\"extension_number\":[1,-2,300]}"},
        {&grpc__reflection__v1__file_descriptor_response__descriptor,
         "{\"file_descriptor_proto\":[\"AAE=\",\"\"]}"},
    };
    struct fm_dynamic *d = open_build();

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const ProtobufCMessageDescriptor *made =
            fm_dynamic_type(d, fm_str(cases[i].type->name));

        assert_non_null(made);
        check_same(cases[i].json, cases[i].type, made);
    }
    fm_dynamic_close(d);
}

static void test_finds_methods(void **state)
{
    static const char *const names[] = {
        "/factmill.v1.Query/ListFacts", "factmill.v1.Query/ListFacts",
        "factmill.v1.Query.ListFacts", "Query/ListFacts", "ListFacts"};
    struct fm_dynamic *d = open_build();
    const struct fm_dynamic_method *m = NULL;
    struct fm_why why = FM_WHY_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_fm_ok(fm_dynamic_find(d, fm_str(names[i]), &why, &m));
        assert_string_equal(m->path, "/factmill.v1.Query/ListFacts");
        assert_string_equal(m->input->name, "factmill.v1.ListFactsRequest");
        assert_false(m->streams);
    }
    assert_fm_ok(fm_dynamic_find(d, fm_str("WatchFacts"), &why, &m));
    assert_true(m->streams);
    assert_fm_err(fm_dynamic_find(d, fm_str("istFacts"), &why, &m),
                  FM_ENOTFOUND);
    assert_fm_err(fm_dynamic_find(d, fm_str(""), &why, &m), FM_ENOTFOUND);
    assert_true(fm_dynamic_methods(d, &m) > 20);
    fm_dynamic_close(d);
}

/* --- files that are not as they should be ------------------------------------ */

/* {"name":"f", …} as a FileDescriptorProto. */
static enum fm_error open_json(const char *json, struct fm_why *why)
{
    ProtobufCMessage *file = NULL;
    struct fm_dynamic *d = NULL;
    struct fm_str bytes;
    enum fm_error error;
    uint8_t *packed;

    if (fm_json_read(fm_str(json),
                     &google__protobuf__file_descriptor_proto__descriptor, why,
                     &file) != FM_OK)
        fail_msg("%s: %s", json, why->text);
    packed = malloc(protobuf_c_message_get_packed_size(file) + 1);
    assert_non_null(packed);
    bytes = fm_str_n((char *)packed, protobuf_c_message_pack(file, packed));
    error = fm_dynamic_open(&bytes, 1, why, &d);
    fm_dynamic_close(d);
    protobuf_c_message_free_unpacked(file, NULL);
    free(packed);
    return error;
}

#define FIELD(name, number, rest)            \
 "{\"name\":\"" name "\",\"number\":" number \
 ",\"label\":\"LABEL_OPTIONAL\",\"type\":" rest "}"
#define MESSAGE(fields)                          \
 "{\"name\":\"f\",\"package\":\"p\",\"syntax\":" \
 "\"proto3\",\"message_type\":[{\"name\":\"M\"," \
 "\"field\":[" fields "]}]}"

static void test_refuses(void **state)
{
    static const struct {
        const char *json;
        const char *says;
    } cases[] = {
        {MESSAGE(FIELD("a b", "1", "\"TYPE_BOOL\"")), "proper name"},
        {MESSAGE(FIELD("a", "0", "\"TYPE_BOOL\"")), "proper name"},
        {MESSAGE(FIELD("a", "536870912", "\"TYPE_BOOL\"")), "proper name"},
        {MESSAGE(FIELD("a", "1", "\"TYPE_GROUP\"")), "not supported"},
        {MESSAGE(FIELD("a", "1", "99")), "not supported"},
        {MESSAGE(FIELD("a", "1", "-1")), "not supported"},
        {MESSAGE(FIELD("a", "1", "\"TYPE_MESSAGE\"")), "not there"},
        {MESSAGE(FIELD("a", "1", "\"TYPE_ENUM\",\"type_name\":\".p.M\"")),
         "an enum"},
        {MESSAGE(FIELD("a", "1", "\"TYPE_BOOL\",\"oneof_index\":0")), "oneof"},
        {MESSAGE(FIELD("a", "1", "\"TYPE_BOOL\"") "," FIELD("a", "2",
                                                            "\"TYPE_BOOL\"")),
         "one name"},
        {MESSAGE(FIELD("a", "1", "\"TYPE_BOOL\"") "," FIELD("b", "1",
                                                            "\"TYPE_BOOL\"")),
         "one number"},
        {"{\"package\":\"a..b\"}", "package"},
        {"{\"message_type\":[{\"name\":\"M\"},{\"name\":\"M\"}]}", "twice"},
        {"{\"message_type\":[{}]}", "proper name"},
        {"{\"enum_type\":[{\"name\":\"E\"}]}", "without values"},
        {"{\"service\":[{\"name\":\"S\",\"method\":[{\"name\":\"m\","
         "\"input_type\":\".x\"}]}]}",
         "no message"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fm_why why = FM_WHY_INIT;

        assert_fm_err(open_json(cases[i].json, &why), FM_EINVAL);
        if (strstr(why.text, cases[i].says) == NULL)
            fail_msg("%s: %s", cases[i].json, why.text);
    }
}

static void test_takes_a_type_of_itself(void **state)
{
    struct fm_why why = FM_WHY_INIT;

    (void)state;
    assert_fm_ok(open_json(
        MESSAGE(FIELD("a", "1", "\"TYPE_MESSAGE\",\"type_name\":\".p.M\"")),
        &why));
    assert_fm_ok(open_json(MESSAGE(""), &why));
    assert_fm_ok(open_json("{}", &why));
}

static void test_refuses_broken_bytes(void **state)
{
    struct fm_str files[FILES_MAX];
    size_t n = files_of_build(files);
    struct fm_why why = FM_WHY_INIT;
    struct fm_dynamic *d = NULL;

    (void)state;
    files[n - 1].len--;
    assert_fm_err(fm_dynamic_open(files, n, &why, &d), FM_EINVAL);
    assert_null(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_as_compiled),
        cmocka_unit_test(test_finds_methods),
        cmocka_unit_test(test_refuses),
        cmocka_unit_test(test_takes_a_type_of_itself),
        cmocka_unit_test(test_refuses_broken_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
