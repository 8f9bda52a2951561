/* Messages to JSON and back. */
#include "rpc/json.h"

#include "factmill/v1/article.pb-c.h"
#include "factmill/v1/fact.pb-c.h"
#include "factmill/v1/query.pb-c.h"
#include "fm_test.h"
#include "google/protobuf/descriptor.pb-c.h"
#include "rpc/base64.h"

#include <stdlib.h>

#define ARTICLE &factmill__v1__article__descriptor
#define FACT    &factmill__v1__fact__descriptor
#define SPAN    &factmill__v1__span__descriptor
#define LIST    &factmill__v1__list_facts_request__descriptor
/* Has most kinds of fields: bytes, uint64, int64, double, nested messages. */
#define OPTION &google__protobuf__uninterpreted_option__descriptor

static ProtobufCMessage *read_ok(const char *text,
                                 const ProtobufCMessageDescriptor *type)
{
    struct fm_why why = FM_WHY_INIT;
    ProtobufCMessage *message = NULL;

    if (fm_json_read(fm_str(text), type, &why, &message) != FM_OK)
        fail_msg("%s: %s (%s)", text, why.text, why.field);
    return message;
}

/* text, read and written again. */
static void check_round(const char *text,
                        const ProtobufCMessageDescriptor *type,
                        const char *expected)
{
    ProtobufCMessage *message = read_ok(text, type);
    struct fm_buf out;

    fm_buf_init(&out, 1 << 16);
    fm_json_write(message, NULL, &out);
    assert_fm_ok(fm_buf_error(&out));
    assert_str(fm_buf_view(&out), expected);
    fm_buf_release(&out);
    protobuf_c_message_free_unpacked(message, NULL);
}

static const struct {
    const ProtobufCMessageDescriptor *type;
    const char *text;
    const char *expected; /* NULL = as text */
} ROUNDS[] = {
    {ARTICLE, "{}", NULL},
    {ARTICLE, " { \"id\" : \"a\" , \"text\":\"\\u00e9\\ud83d\\ude00\\n\" } ",
     "{\"id\":\"a\",\"text\":\"\xc3\xa9\xf0\x9f\x98\x80\\n\"}"},
    {ARTICLE, "{\"labels\":[{\"key\":\"k\",\"value\":\"v\"},{}]}", NULL},
    {ARTICLE, "{\"labels\":[],\"id\":null}", "{}"},
    {ARTICLE, "{\"published\":\"2026-11-23T10:00:00Z\"}", NULL},
    {ARTICLE, "{\"published\":\"2026-11-23T10:00:00.5Z\"}",
     "{\"published\":\"2026-11-23T10:00:00.500Z\"}"},
    {ARTICLE, "{\"published\":\"2026-11-23T12:00:00.123456789+02:00\"}",
     "{\"published\":\"2026-11-23T10:00:00.123456789Z\"}"},
    {ARTICLE, "{\"published\":\"1969-12-31T23:59:59.999999999Z\"}", NULL},
    {ARTICLE, "{\"published\":{\"seconds\":\"9999999999999\"}}", NULL},
    {LIST, "{\"pageSize\":7}", "{\"page_size\":7}"},
    {LIST, "{\"page_size\":\"7\"}", "{\"page_size\":7}"},
    {LIST, "{\"page_size\":7e0}", "{\"page_size\":7}"},
    {OPTION, "{\"positive_int_value\":18446744073709551615}",
     "{\"positive_int_value\":\"18446744073709551615\"}"},
    {OPTION, "{\"negative_int_value\":\"-9223372036854775808\"}", NULL},
    {OPTION, "{\"double_value\":0.1}", NULL},
    {OPTION, "{\"double_value\":1e300}", "{\"double_value\":1e+300}"},
    {OPTION, "{\"double_value\":\"NaN\"}", NULL},
    {OPTION, "{\"double_value\":\"-Infinity\"}", NULL},
    {OPTION, "{\"string_value\":\"AAECAw==\"}", NULL},
    {OPTION, "{\"string_value\":\"AAECAw\"}",
     "{\"string_value\":\"AAECAw==\"}"},
    {OPTION, "{\"string_value\":\"-_-_\"}", "{\"string_value\":\"+/+/\"}"},
    {OPTION, "{\"name\":[{\"name_part\":\"a\",\"is_extension\":true}]}", NULL},
    {FACT, "{\"kind\":\"QUOTE\"}", NULL},
    {FACT, "{\"kind\":1}", "{\"kind\":\"QUOTE\"}"},
    {FACT, "{\"kind\":977}", NULL},
    {FACT, "{\"retracted\":true,\"confidence\":0.25}",
     "{\"confidence\":0.25,\"retracted\":true}"},
};

static void test_rounds(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ROUNDS / sizeof *ROUNDS; i++)
        check_round(ROUNDS[i].text, ROUNDS[i].type,
                    ROUNDS[i].expected != NULL ? ROUNDS[i].expected
                                               : ROUNDS[i].text);
}

/* What is wrong, and where it is said to be. */
static const struct {
    const ProtobufCMessageDescriptor *type;
    const char *text;
    const char *field;
    const char *says;
} REFUSED[] = {
    {ARTICLE, "", "", "object"},
    {ARTICLE, "[]", "", "object"},
    {ARTICLE, "{", "", "string"},
    {ARTICLE, "{\"id\"", "", ":"},
    {ARTICLE, "{\"id\":", "id", "string"},
    {ARTICLE, "{\"id\":\"a\"", "", "}"},
    {ARTICLE, "{\"id\":\"a\",}", "", "string"},
    {ARTICLE, "{\"id\":\"a\"} x", "", "behind"},
    {ARTICLE, "{\"id\":\"a\"}{}", "", "behind"},
    {ARTICLE, "{\"id\":1}", "id", "string"},
    {ARTICLE, "{\"id\":\"a\",\"id\":\"b\"}", "id", "already"},
    {ARTICLE, "{\"colour\":1}", "", "colour"},
    {ARTICLE, "{\"id\":\"\x01\"}", "id", "control"},
    {ARTICLE, "{\"id\":\"\xff\"}", "id", "UTF-8"},
    {ARTICLE, "{\"id\":\"\\x\"}", "id", "escape"},
    {ARTICLE, "{\"id\":\"\\u12\"}", "id", "hex"},
    {ARTICLE, "{\"id\":\"\\ud800\"}", "id", "surrogate"},
    {ARTICLE, "{\"id\":\"\\udc00\"}", "id", "surrogate"},
    {ARTICLE, "{\"id\":\"\\ud800\\u0041\"}", "id", "surrogate"},
    {ARTICLE, "{\"id\":\"a\\u0000b\"}", "id", "NUL"},
    {ARTICLE, "{\"labels\":{}}", "labels", "array"},
    {ARTICLE, "{\"labels\":[{\"key\":\"a\"},{\"key\":2}]}", "labels[1].key",
     "string"},
    {ARTICLE, "{\"labels\":[null]}", "labels[0]", "object"},
    {ARTICLE, "{\"labels\":[{}", "labels", "]"},
    {ARTICLE, "{\"published\":\"yesterday\"}", "published", "time"},
    {SPAN, "{\"start\":-1}", "start", "range"},
    {SPAN, "{\"start\":4294967296}", "start", "range"},
    {LIST, "{\"page_size\":2147483648}", "page_size", "range"},
    {LIST, "{\"page_size\":1.5}", "page_size", "whole"},
    {LIST, "{\"page_size\":01}", "page_size", "number"},
    {LIST, "{\"page_size\":1.}", "page_size", "point"},
    {LIST, "{\"page_size\":1e}", "page_size", "exponent"},
    {LIST, "{\"page_size\":true}", "page_size", "number"},
    {OPTION, "{\"positive_int_value\":18446744073709551616}",
     "positive_int_value", "range"},
    {OPTION, "{\"double_value\":1e999}", "double_value", "range"},
    {OPTION, "{\"string_value\":\"A\"}", "string_value", "base64"},
    {OPTION, "{\"string_value\":\"A*==\"}", "string_value", "base64"},
    {FACT, "{\"kind\":\"GOSSIP\"}", "kind", "GOSSIP"},
    {FACT, "{\"retracted\":1}", "retracted", "true"},
};

static void test_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof REFUSED / sizeof *REFUSED; i++) {
        struct fm_why why = FM_WHY_INIT;
        ProtobufCMessage *message = NULL;

        assert_fm_err(fm_json_read(fm_str(REFUSED[i].text), REFUSED[i].type,
                                   &why, &message),
                      FM_EINVAL);
        assert_null(message);
        if (strcmp(why.field, REFUSED[i].field) != 0 ||
            strstr(why.text, REFUSED[i].says) == NULL)
            fail_msg("%s: \"%s\" at \"%s\"", REFUSED[i].text, why.text,
                     why.field);
    }
}

static void test_nesting_is_limited(void **state)
{
    struct fm_buf text;
    struct fm_why why = FM_WHY_INIT;
    ProtobufCMessage *message = NULL;

    (void)state;
    fm_buf_init(&text, 1 << 16);
    for (int i = 0; i < 1000; i++)
        fm_buf_z(&text, "{\"nested_type\":[");
    assert_fm_err(fm_json_read(fm_buf_view(&text),
                               &google__protobuf__descriptor_proto__descriptor,
                               &why, &message),
                  FM_EINVAL);
    assert_non_null(strstr(why.text, "deep"));
    fm_buf_release(&text);
}

static void test_indented_with_defaults(void **state)
{
    const struct fm_json_style style = {.indent = 2, .always = true};
    Factmill__V1__Label label;
    struct fm_buf out;

    (void)state;
    factmill__v1__label__init(&label);
    fm_buf_init(&out, 4096);
    fm_json_write(&label.base, &style, &out);
    assert_str(fm_buf_view(&out), "{\n  \"key\": \"\",\n  \"value\": \"\"\n}");
    fm_buf_release(&out);
}

static void test_bad_text_is_shown(void **state)
{
    struct fm_buf out;

    (void)state;
    fm_buf_init(&out, 4096);
    fm_json_quote(fm_str_n("a\xff\0\"", 4), &out);
    assert_str(fm_buf_view(&out), "\"a\xef\xbf\xbd\\u0000\\\"\"");
    fm_buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rounds),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_nesting_is_limited),
        cmocka_unit_test(test_indented_with_defaults),
        cmocka_unit_test(test_bad_text_is_shown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
