#include "base/hash.h"

#include "fm_test.h"

static void hex(const uint8_t *bytes, size_t n, char *ret)
{
    for (size_t i = 0; i < n; i++)
        (void)snprintf(ret + 2 * i, 3, "%02x", bytes[i]);
}

/* RFC 7693, appendix A: BLAKE2b-512 of "abc". */
static void test_blake2b_known_answer(void **state)
{
    struct fm_blake2b b;
    uint8_t digest[64];
    char text[129];

    (void)state;
    fm_blake2b_init(&b, 64, fm_str(NULL));
    fm_blake2b_add(&b, "abc", 3);
    fm_blake2b_end(&b, digest);
    hex(digest, 64, text);
    assert_string_equal(
        text,
        "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
        "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923");
}

static void test_blake2b_in_pieces(void **state)
{
    char data[1000];
    uint8_t whole[16];
    struct fm_blake2b b;

    (void)state;
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (char)(i * 7);
    fm_blake2b_init(&b, 16, fm_str(NULL));
    fm_blake2b_add(&b, data, sizeof data);
    fm_blake2b_end(&b, whole);
    for (size_t step = 1; step < 300; step += 37) {
        uint8_t pieces[16];

        fm_blake2b_init(&b, 16, fm_str(NULL));
        for (size_t at = 0; at < sizeof data; at += step)
            fm_blake2b_add(&b, data + at,
                           at + step < sizeof data ? step : sizeof data - at);
        fm_blake2b_end(&b, pieces);
        assert_memory_equal(whole, pieces, 16);
    }
}

static void test_key_and_fields_matter(void **state)
{
    static const char *const parts[][2] = {
        {"ab", "c"}, {"a", "bc"}, {"", "abc"}, {"abc", ""}};
    uint8_t digests[5][16];
    struct fm_blake2b b;

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        fm_blake2b_init(&b, 16, fm_str(NULL));
        fm_blake2b_field(&b, fm_str(parts[i][0]));
        fm_blake2b_field(&b, fm_str(parts[i][1]));
        fm_blake2b_end(&b, digests[i]);
    }
    fm_blake2b_init(&b, 16, fm_str("secret"));
    fm_blake2b_field(&b, fm_str("ab"));
    fm_blake2b_field(&b, fm_str("c"));
    fm_blake2b_end(&b, digests[4]);
    for (size_t i = 0; i < 5; i++)
        for (size_t j = 0; j < i; j++)
            assert_false(fm_equal_secret(digests[i], digests[j], 16));
}

static void test_id_text(void **state)
{
    struct fm_id id = {{0}};
    struct fm_id back = {{1}};
    char text[33];

    (void)state;
    for (size_t i = 0; i < 16; i++)
        id.bytes[i] = (uint8_t)(i * 17);
    fm_id_hex(&id, text);
    assert_string_equal(text, "00112233445566778899aabbccddeeff");
    assert_true(fm_id_parse(fm_str(text), &back));
    assert_memory_equal(id.bytes, back.bytes, 16);
    assert_true(fm_id_parse(fm_str("00112233445566778899AABBCCDDEEFF"), &back));
    assert_false(fm_id_parse(fm_str("00112233445566778899aabbccddeef"), &back));
    assert_false(
        fm_id_parse(fm_str("0g112233445566778899aabbccddeeff"), &back));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blake2b_known_answer),
        cmocka_unit_test(test_blake2b_in_pieces),
        cmocka_unit_test(test_key_and_fields_matter),
        cmocka_unit_test(test_id_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
